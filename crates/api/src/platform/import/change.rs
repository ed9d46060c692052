//! Changing how a file is understood.

use actix_web::patch;
use domain::platform::import::{
    fields::{check_mapping, check_unowned},
    state::{ImportStep, take},
    values::choose,
};
use persistence::{
    StoreError, Tx,
    crm::pipeline,
    platform::{
        import::{self, Model, stored},
        name,
    },
};
use shared_types::{
    ErrorCode, ImportId,
    platform::{Import, UpdateImport, ValueChoice},
};

use super::{
    changeable, names,
    recognize::{Said, recognize, without_private},
    save,
};
use crate::{
    core::{
        context::Ctx,
        error::{ApiError, ApiResult},
        extract::{Id, Valid},
        permit::ImportsManage,
        reply::Reply,
        seal::Sealer,
    },
    platform::piece::Part,
};

/// Change how a file is understood
///
/// Its check has to be done again. Only while it is being mapped or is ready.
#[utoipa::path(tag = "imports", operation_id = "updateImport", params(("id" = ImportId, Path, description = "Id of the import.")), request_body = UpdateImport,
    responses((status = 200, description = "The import as it is now.", body = Import)), security(("bearer" = ["imports:manage"])))]
#[patch("/api/v1/imports/{id}")]
pub(super) async fn update_import(
    ctx: Ctx<ImportsManage>,
    id: Id<ImportId>,
    body: Valid<UpdateImport>,
) -> ApiResult<Reply<Import>> {
    ctx.write(async |tx| {
        let before = changeable(&ctx, tx, id.0).await?;
        let mut row = before.clone();
        row.state = take(row.state, ImportStep::Edit)?;
        let body = body.0.clone();
        if body.encoding.is_some() || body.delimiter.is_some() {
            let said = Said {
                encoding: body.encoding.or(Some(row.encoding)),
                delimiter: body.delimiter.or(Some(row.delimiter)),
            };
            row = read_again(&ctx.state().seal, tx, row, said).await?;
        }
        if let Some(format) = body.date_format {
            row.date_format = format;
            row.date_format_is_sure = true;
        }
        row.number_format = body.number_format.unwrap_or(row.number_format);
        row.currency = body.currency.unwrap_or(row.currency);
        row.match_rule = body.match_rule.unwrap_or(row.match_rule);
        row.default_role = body.default_role.or(row.default_role);
        if let Some(unowned) = body.unowned {
            check_unowned(row.kind, unowned)?;
            row.unowned = Some(unowned);
        }
        if let Some(mapping) = body.mapping {
            check_mapping(row.kind, row.columns()?.len(), &mapping)?;
            row.columns = stored(&without_private(row.columns()?, &mapping))?;
            row.mapping = stored(&mapping)?;
        }
        if let Some(id) = body.pipeline_id {
            pipeline::get(tx, id).await.map_err(|error| match error {
                StoreError::NotFound => {
                    ApiError::field("pipelineId", "refers to a record that does not exist")
                }
                other => other.into(),
            })?;
            row.pipeline_id = Some(id);
        }
        if let Some(choices) = body.value_choices {
            let mut matches = row.value_matches()?;
            choose(&mut matches, &choices)?;
            check_records(tx, &choices).await?;
            row.value_matches = stored(&matches)?;
        }
        save(tx, &before, row).await
    })
    .await
}

/// Reads the columns of a file anew, as somebody says it is written.
async fn read_again(seal: &Sealer, tx: &Tx, row: Model, said: Said) -> ApiResult<Model> {
    let gone = || ApiError::new(ErrorCode::Conflict, "The file is not kept any more.");
    let (_, first) = Part::file(row.id)
        .after(seal, tx, -1)
        .await?
        .ok_or_else(gone)?;
    let remembered = import::remembered(tx, row.kind).await?;
    let recognized = recognize(&first, row.kind, said, row.currency, &remembered)
        .map_err(|reason| ApiError::field("encoding", reason))?;
    Ok(Model {
        encoding: recognized.encoding,
        delimiter: recognized.delimiter,
        date_format: recognized.date_format,
        date_format_is_sure: recognized.date_format_is_sure,
        number_format: recognized.number_format,
        columns: stored(&recognized.columns)?,
        mapping: stored(&recognized.mapping)?,
        value_matches: serde_json::Value::Array(Vec::new()),
        ..row
    })
}

/// Checks that the records that names are to mean exist and are of the right kind.
async fn check_records(tx: &Tx, choices: &[ValueChoice]) -> ApiResult<()> {
    for (index, choice) in choices.iter().enumerate() {
        let (Some(id), Some(kind)) = (choice.record_id, names::kind_of(choice.field)) else {
            continue;
        };
        if !name::exists(tx, kind, id).await? {
            return Err(ApiError::field(
                &format!("valueChoices.{index}.recordId"),
                "refers to a record that does not exist",
            ));
        }
    }
    Ok(())
}
