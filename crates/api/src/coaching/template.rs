//! Templates of coaching sessions.

use actix_web::{delete, get, patch, post};
use persistence::{
    Db, PageRequest, StoreError, Tx,
    coaching::{
        rubric,
        template::{self, Model},
    },
    platform::event::NewEvent,
    stored,
};
use shared_types::{
    CoachingTemplateId, RubricId,
    coaching::{
        CoachingKind, CoachingTemplate, CreateCoachingTemplate, DEFAULT_SESSION_MINUTES,
        ListCoachingTemplates, RubricStatus, UpdateCoachingTemplate,
    },
    identity::Done,
    platform::{EventKind, SubjectKind},
};

use crate::core::{
    app::Services,
    context::{Ctx, Once},
    error::{ApiError, ApiResult},
    extract::{Id, Params, Valid},
    permit::{CoachingTemplatesManage, CoachingTemplatesRead},
    reply::Reply,
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config
        .service(list_coaching_templates)
        .service(create_coaching_template)
        .service(get_coaching_template)
        .service(update_coaching_template)
        .service(delete_coaching_template);
}

fn reply(row: Model) -> Reply<CoachingTemplate> {
    let version = row.version;
    Reply::record(row.into(), version)
}

/// The version of a rubric by which sessions are scored: the published one of its family.
///
/// # Errors
/// 422 on `rubricId` where there is none.
pub(super) async fn published(db: &impl Db, id: RubricId) -> ApiResult<rubric::Model> {
    let row = rubric::get(db, id).await.map_err(|error| match error {
        StoreError::NotFound => {
            ApiError::field("rubricId", "refers to a record that does not exist")
        }
        other => other.into(),
    })?;
    if row.status == RubricStatus::Published {
        return Ok(row);
    }
    let (_, published) = rubric::latest(db, row.family_id).await?;
    published.ok_or_else(|| ApiError::field("rubricId", "must be published first"))
}

fn lines(agenda: &[String]) -> Vec<String> {
    agenda.iter().map(|point| point.trim().to_owned()).collect()
}

/// List coaching templates
#[utoipa::path(tag = "coaching templates", operation_id = "listCoachingTemplates", params(ListCoachingTemplates),
    responses((status = 200, description = "A page of templates.", body = [CoachingTemplate])), security(("bearer" = ["coaching-templates:read"])))]
#[get("/api/v1/coaching-templates")]
async fn list_coaching_templates(
    ctx: Ctx<CoachingTemplatesRead>,
    query: Params<ListCoachingTemplates>,
) -> ApiResult<Reply<Vec<CoachingTemplate>>> {
    let request = PageRequest::new(&query.0, ctx.position("coaching-templates", &query.0)?);
    let page = template::list(&ctx.read(), &query.0, &request).await?;
    let page = page.map(CoachingTemplate::from);
    Ok(ctx.page("coaching-templates", &query.0, page))
}

/// Get a coaching template
#[utoipa::path(tag = "coaching templates", operation_id = "getCoachingTemplate", params(("id" = CoachingTemplateId, Path, description = "Id of the template.")),
    responses((status = 200, description = "The template.", body = CoachingTemplate)), security(("bearer" = ["coaching-templates:read"])))]
#[get("/api/v1/coaching-templates/{id}")]
async fn get_coaching_template(
    ctx: Ctx<CoachingTemplatesRead>,
    id: Id<CoachingTemplateId>,
) -> ApiResult<Reply<CoachingTemplate>> {
    Ok(reply(template::get(&ctx.read(), id.0).await?))
}

/// Add a coaching template
#[utoipa::path(tag = "coaching templates", operation_id = "createCoachingTemplate", request_body = CreateCoachingTemplate,
    responses((status = 201, description = "The template.", body = CoachingTemplate)), security(("bearer" = ["coaching-templates:manage"])))]
#[post("/api/v1/coaching-templates")]
async fn create_coaching_template(
    ctx: Ctx<CoachingTemplatesManage>,
    body: Valid<CreateCoachingTemplate>,
) -> ApiResult<Once<CoachingTemplate>> {
    ctx.post(async |tx| {
        let CreateCoachingTemplate {
            name,
            kind,
            duration_minutes,
            agenda,
            preparation_notes,
            rubric_id,
        } = body.0.clone();
        if let Some(rubric) = rubric_id {
            published(tx, rubric).await?;
        }
        let row = Model {
            id: tx.new_id(),
            organization_id: tx.organization(),
            name: name.trim().to_owned(),
            name_key: String::new(),
            kind: kind.unwrap_or(CoachingKind::OneToOne),
            duration_minutes: duration_minutes.unwrap_or(DEFAULT_SESSION_MINUTES),
            agenda: stored(&lines(&agenda)),
            preparation_notes,
            rubric_id,
            created_at: tx.now(),
            updated_at: tx.now(),
            version: 1,
        }
        .derived();
        tx.insert::<template::Entity>(row.clone());
        told(tx, EventKind::Created, &row);
        let location = format!("/api/v1/coaching-templates/{}", row.id);
        Ok(Reply::created(row.into(), 1, location))
    })
    .await
}

fn told(tx: &Tx, kind: EventKind, row: &Model) {
    let subject = SubjectKind::CoachingTemplate;
    tx.record(NewEvent::new(kind, subject, row.id, &row.name));
}

/// Change a coaching template
///
/// Sessions that were made of it stay as they are.
#[utoipa::path(tag = "coaching templates", operation_id = "updateCoachingTemplate", params(("id" = CoachingTemplateId, Path, description = "Id of the template.")), request_body = UpdateCoachingTemplate,
    responses((status = 200, description = "The template as it is now.", body = CoachingTemplate)), security(("bearer" = ["coaching-templates:manage"])))]
#[patch("/api/v1/coaching-templates/{id}")]
async fn update_coaching_template(
    ctx: Ctx<CoachingTemplatesManage>,
    id: Id<CoachingTemplateId>,
    body: Valid<UpdateCoachingTemplate>,
) -> ApiResult<Reply<CoachingTemplate>> {
    let body = body.0.normalized();
    ctx.write(async |tx| {
        let UpdateCoachingTemplate {
            name,
            kind,
            duration_minutes,
            agenda,
            preparation_notes,
            rubric_id,
            clear: _,
        } = body.clone();
        let before = template::get(tx, id.0).await?;
        ctx.if_match(before.version, || CoachingTemplate::from(before.clone()))?;
        if let Some(rubric) = rubric_id.value() {
            published(tx, *rubric).await?;
        }
        let mut after = before.clone();
        if let Some(name) = name {
            after.name = name.trim().to_owned();
        }
        after.kind = kind.unwrap_or(after.kind);
        after.duration_minutes = duration_minutes.unwrap_or(after.duration_minutes);
        if let Some(agenda) = agenda {
            after.agenda = stored(&lines(&agenda));
        }
        preparation_notes.apply(&mut after.preparation_notes);
        rubric_id.apply(&mut after.rubric_id);
        after.updated_at = tx.now();
        after.version += 1;
        let after = after.derived();
        template::save(tx, &before, after.clone()).await?;
        let event = NewEvent::new(
            EventKind::Updated,
            SubjectKind::CoachingTemplate,
            after.id,
            &after.name,
        );
        let (was, is) = (CoachingTemplate::from(before), after.clone().into());
        tx.record(event.between(&was, &is));
        Ok(reply(after))
    })
    .await
}

/// Delete a coaching template
///
/// Sessions that were made of it stay as they are.
#[utoipa::path(tag = "coaching templates", operation_id = "deleteCoachingTemplate", params(("id" = CoachingTemplateId, Path, description = "Id of the template.")),
    responses((status = 200, description = "It is gone.", body = Done)), security(("bearer" = ["coaching-templates:manage"])))]
#[delete("/api/v1/coaching-templates/{id}")]
async fn delete_coaching_template(
    ctx: Ctx<CoachingTemplatesManage>,
    id: Id<CoachingTemplateId>,
) -> ApiResult<Reply<Done>> {
    ctx.write(async |tx| {
        let before = template::get(tx, id.0).await?;
        ctx.if_match(before.version, || CoachingTemplate::from(before.clone()))?;
        template::delete(tx, before.id).await?;
        told(tx, EventKind::Deleted, &before);
        Ok(Reply::ok(Done { done: true }))
    })
    .await
}
