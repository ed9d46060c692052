//! What a merge would do, before anybody does it.

use domain::crm::merge::{Fields, check_records, fields, is_united, source};
use persistence::{crm::merge_move, platform::name};
use serde_json::Value;
use shared_types::{
    Money, Permission,
    crm::{MergeField, MergeFieldPreview, MergePreview, MergeRecord, MergeValue, PostalAddress},
    platform::SubjectKind,
};
use uuid::Uuid;

use super::{
    merge_kind::{Mergeable, fields_of},
    merge_work::{taking_part, whole},
};
use crate::core::{
    context::Ctx,
    error::{ApiError, ApiResult},
    record::{Before, sighted},
    reply::Reply,
};

/// What a merge would do.
///
/// # Errors
/// Those of [`run`](super::merge_work::run), but for versions.
pub async fn preview<R: Mergeable>(
    ctx: &Ctx<R::Delete>,
    id: Uuid,
    with: &[Uuid],
) -> ApiResult<Reply<MergePreview>> {
    let (read, ctx) = (ctx.read(), ctx.at(None));
    let writes = ctx.permitted::<R::Write>()?;
    let winner: Before<R> = taking_part(&ctx, &writes, &read, id).await?;
    if !(1..=5).contains(&with.len()) {
        return Err(ApiError::field("with", "must name 1 to 5 records"));
    }
    check_records(id, with).map_err(|error| ApiError::field("with", error.to_string()))?;
    let mut all = vec![winner];
    for id in with {
        all.push(taking_part(&ctx, &writes, &read, *id).await?);
    }
    // What somebody may not read of one of them is not compared at all.
    let reads = |one: &Before<R>| {
        let owner = one.found.owner();
        ctx.me().reaches(Permission::ContactsReadPrivate, owner)
    };
    let private = all.iter().all(reads);
    let mut records: Vec<(Uuid, Fields)> = Vec::with_capacity(all.len());
    for one in &all {
        let fields = if private {
            sighted(&ctx, &one.found);
            whole(&ctx.state().seal, one)?
        } else {
            fields_of(&one.view)
        };
        records.push((one.found.uuid(), fields));
    }
    let parents = records.iter().filter_map(|(_, record)| {
        let id = record.get(MergeField::ParentId.as_str())?.as_str()?;
        id.parse::<Uuid>().ok()
    });
    let parents = name::of_ids(&read, SubjectKind::Company, parents).await?;
    let text = |record: &Fields, field: MergeField| -> Option<String> {
        match field {
            MergeField::OwnerId => words(record.get("ownerName")?),
            MergeField::CompanyId => words(record.get("companyName")?),
            MergeField::TagIds => words(record.get("tags")?),
            MergeField::ParentId => {
                let id: Uuid = record.get(field.as_str())?.as_str()?.parse().ok()?;
                parents.get(&id).cloned()
            }
            _ => words(record.get(field.as_str())?),
        }
    };
    let fields = fields(R::MERGE)
        .iter()
        .filter_map(|&field| {
            let values: Vec<MergeValue> = records
                .iter()
                .map(|(id, record)| MergeValue {
                    id: *id,
                    value: text(record, field),
                })
                .collect();
            let (chosen, _) = records.get(source(&records, field, &[]))?;
            let first = records.first()?.1.get(field.as_str());
            let differs = records
                .iter()
                .any(|(_, record)| record.get(field.as_str()) != first);
            values
                .iter()
                .any(|value| value.value.is_some())
                .then_some(MergeFieldPreview {
                    field,
                    values,
                    chosen: *chosen,
                    differs,
                    united: is_united(field),
                })
        })
        .collect();
    Ok(Reply::ok(MergePreview {
        records: records.iter().filter_map(head).collect(),
        fields,
        moves: merge_move::counts(&read, R::MERGE, id, with).await?,
    }))
}

fn head((id, record): &(Uuid, Fields)) -> Option<MergeRecord> {
    let at = |name: &str| record.get(name)?.as_str()?.parse().ok();
    Some(MergeRecord {
        id: *id,
        name: words(record.get("name")?)?,
        version: record.get("version")?.as_i64()?,
        owner_name: record.get("ownerName").and_then(words),
        created_at: at("createdAt")?,
        updated_at: at("updatedAt")?,
    })
}

/// A value as people read it.
fn words(value: &Value) -> Option<String> {
    let text = match value {
        Value::Null => return None,
        Value::String(text) => text.clone(),
        Value::Array(entries) => {
            let entry = |entry: &Value| {
                let names = ["address", "number", "name"];
                let text = names.iter().find_map(|name| entry.get(*name))?;
                text.as_str().map(str::to_owned)
            };
            let entries: Vec<String> = entries.iter().filter_map(entry).collect();
            entries.join(", ")
        }
        Value::Object(_) => match serde_json::from_value::<Money>(value.clone()) {
            Ok(money) => format!("{} {}", domain::core::decimal::plain(money), money.currency),
            Err(_) => {
                let address: PostalAddress = serde_json::from_value(value.clone()).ok()?;
                address.one_line()
            }
        },
        other => other.to_string(),
    };
    (!text.is_empty()).then_some(text)
}
