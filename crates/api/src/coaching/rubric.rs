//! Rubrics: drafts are written and published; what is published stays, and is changed by a new version.

use actix_web::{delete, get, patch, post};
use domain::coaching::score::{DEFAULT_SCALE, check_publishable, check_questions};
use persistence::{
    Db, PageRequest, Tx,
    coaching::rubric::{self, Model},
    platform::event::NewEvent,
    stored,
};
use shared_types::{
    ErrorCode, RubricId, RubricQuestionId,
    coaching::{
        CreateRubric, ListRubrics, QuestionKind, Rubric, RubricQuestion, RubricStatus,
        UpdateRubric, WriteRubricQuestion,
    },
    identity::Done,
    platform::{EventKind, SubjectKind},
};

use crate::core::{
    app::Services,
    context::{Ctx, Once},
    error::{ApiError, ApiResult},
    extract::{Id, Params, Valid},
    permit::{CoachingTemplatesManage, CoachingTemplatesRead, Permit},
    reply::Reply,
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config
        .service(list_rubrics)
        .service(create_rubric)
        .service(get_rubric)
        .service(update_rubric)
        .service(delete_rubric)
        .service(publish_rubric)
        .service(archive_rubric)
        .service(revise_rubric);
}

fn reply(row: Model) -> Reply<Rubric> {
    let version = row.version;
    Reply::record(row.into(), version)
}

fn conflict(message: &str) -> ApiError {
    ApiError::new(ErrorCode::Conflict, message)
}

/// The questions as they are kept: those that were there keep their ids.
fn questions(
    tx: &Tx,
    written: &[WriteRubricQuestion],
    before: &[RubricQuestion],
) -> ApiResult<Vec<RubricQuestion>> {
    check_questions(written)?;
    let mut made = Vec::new();
    for (place, question) in written.iter().enumerate() {
        let id = match question.id {
            Some(id) if before.iter().any(|it| it.id == id) => id,
            Some(_) => {
                return Err(ApiError::field(
                    &format!("questions.{place}.id"),
                    "is not a question of this rubric",
                ));
            }
            None => tx.new_id::<RubricQuestionId>(),
        };
        let is_scale = question.kind == QuestionKind::Scale;
        made.push(RubricQuestion {
            id,
            text: question.text.trim().to_owned(),
            kind: question.kind,
            weight: match question.kind {
                QuestionKind::Text => 0,
                _ => question.weight.unwrap_or(1),
            },
            scale_max: is_scale.then(|| question.scale_max.unwrap_or(DEFAULT_SCALE)),
            choices: question.choices.clone(),
        });
    }
    Ok(made)
}

fn told(tx: &Tx, kind: EventKind, row: &Model) {
    tx.record(NewEvent::new(kind, SubjectKind::Rubric, row.id, &row.name));
}

/// List rubrics
///
/// Their versions, by name.
#[utoipa::path(tag = "coaching templates", operation_id = "listRubrics", params(ListRubrics),
    responses((status = 200, description = "A page of versions of rubrics.", body = [Rubric])), security(("bearer" = ["coaching-templates:read"])))]
#[get("/api/v1/rubrics")]
async fn list_rubrics(
    ctx: Ctx<CoachingTemplatesRead>,
    query: Params<ListRubrics>,
) -> ApiResult<Reply<Vec<Rubric>>> {
    let request = PageRequest::new(&query.0, ctx.position("rubrics", &query.0)?);
    let page = rubric::list(&ctx.read(), &query.0, &request).await?;
    Ok(ctx.page("rubrics", &query.0, page.map(Rubric::from)))
}

/// Get a rubric
#[utoipa::path(tag = "coaching templates", operation_id = "getRubric", params(("id" = RubricId, Path, description = "Id of the version.")),
    responses((status = 200, description = "The version of the rubric.", body = Rubric)), security(("bearer" = ["coaching-templates:read"])))]
#[get("/api/v1/rubrics/{id}")]
async fn get_rubric(ctx: Ctx<CoachingTemplatesRead>, id: Id<RubricId>) -> ApiResult<Reply<Rubric>> {
    Ok(reply(rubric::get(&ctx.read(), id.0).await?))
}

/// Add a rubric
///
/// It is a draft until it is published.
#[utoipa::path(tag = "coaching templates", operation_id = "createRubric", request_body = CreateRubric,
    responses((status = 201, description = "The draft.", body = Rubric)), security(("bearer" = ["coaching-templates:manage"])))]
#[post("/api/v1/rubrics")]
async fn create_rubric(
    ctx: Ctx<CoachingTemplatesManage>,
    body: Valid<CreateRubric>,
) -> ApiResult<Once<Rubric>> {
    ctx.post(async |tx| {
        let id: RubricId = tx.new_id();
        let row = Model {
            id,
            organization_id: tx.organization(),
            family_id: id,
            number: 1,
            name: body.0.name.trim().to_owned(),
            name_key: String::new(),
            description: body.0.description.clone(),
            status: RubricStatus::Draft,
            questions: stored(&questions(tx, &body.0.questions, &[])?),
            published_at: None,
            created_at: tx.now(),
            updated_at: tx.now(),
            version: 1,
        }
        .derived();
        Ok(added(tx, row))
    })
    .await
}

fn added(tx: &Tx, row: Model) -> Reply<Rubric> {
    tx.insert::<rubric::Entity>(row.clone());
    told(tx, EventKind::Created, &row);
    let location = format!("/api/v1/rubrics/{}", row.id);
    Reply::created(row.into(), 1, location)
}

/// The version to change, as it was read.
async fn before<P: Permit>(ctx: &Ctx<P>, tx: &Tx, id: RubricId) -> ApiResult<Model> {
    let row = rubric::get(tx, id).await?;
    ctx.if_match(row.version, || Rubric::from(row.clone()))?;
    Ok(row)
}

fn draft_only(row: &Model) -> ApiResult<()> {
    if row.status == RubricStatus::Draft {
        return Ok(());
    }
    Err(conflict(
        "What was published stays as it is; make a new version of it.",
    ))
}

async fn save(tx: &Tx, before: Model, mut after: Model, kind: EventKind) -> ApiResult<Model> {
    after.updated_at = tx.now();
    after.version = before.version + 1;
    let after = after.derived();
    rubric::save(tx, &before, after.clone()).await?;
    let event = NewEvent::new(kind, SubjectKind::Rubric, after.id, &after.name);
    tx.record(event.between(&Rubric::from(before), &Rubric::from(after.clone())));
    Ok(after)
}

/// Change a rubric
///
/// While it is a draft. Questions that keep their id are the same question.
#[utoipa::path(tag = "coaching templates", operation_id = "updateRubric", params(("id" = RubricId, Path, description = "Id of the version.")), request_body = UpdateRubric,
    responses((status = 200, description = "The draft as it is now.", body = Rubric)), security(("bearer" = ["coaching-templates:manage"])))]
#[patch("/api/v1/rubrics/{id}")]
async fn update_rubric(
    ctx: Ctx<CoachingTemplatesManage>,
    id: Id<RubricId>,
    body: Valid<UpdateRubric>,
) -> ApiResult<Reply<Rubric>> {
    ctx.write(async |tx| {
        let UpdateRubric {
            name,
            description,
            questions: written,
        } = body.0.clone();
        let before = before(&ctx, tx, id.0).await?;
        draft_only(&before)?;
        let mut after = before.clone();
        if let Some(name) = name {
            after.name = name.trim().to_owned();
        }
        if let Some(description) = description {
            after.description = Some(description).filter(|text| !text.trim().is_empty());
        }
        if let Some(written) = written {
            after.questions = stored(&questions(tx, &written, &before.questions())?);
        }
        Ok(reply(save(tx, before, after, EventKind::Updated).await?))
    })
    .await
}

/// Delete a rubric
///
/// While it is a draft; what was published is archived instead.
#[utoipa::path(tag = "coaching templates", operation_id = "deleteRubric", params(("id" = RubricId, Path, description = "Id of the version.")),
    responses((status = 200, description = "It is gone.", body = Done)), security(("bearer" = ["coaching-templates:manage"])))]
#[delete("/api/v1/rubrics/{id}")]
async fn delete_rubric(
    ctx: Ctx<CoachingTemplatesManage>,
    id: Id<RubricId>,
) -> ApiResult<Reply<Done>> {
    ctx.write(async |tx| {
        let before = before(&ctx, tx, id.0).await?;
        if before.status != RubricStatus::Draft {
            return Err(conflict(
                "Only drafts are deleted; sessions were scored by this one: archive it.",
            ));
        }
        rubric::delete(tx, before.id).await?;
        told(tx, EventKind::Deleted, &before);
        Ok(Reply::ok(Done { done: true }))
    })
    .await
}

/// Publish a rubric
///
/// From now on it stays as it is. Of the versions of a rubric one is published; the one before is superseded, and sessions that have it
/// keep it.
#[utoipa::path(tag = "coaching templates", operation_id = "publishRubric", params(("id" = RubricId, Path, description = "Id of the version.")),
    responses((status = 200, description = "The version as it is now.", body = Rubric)), security(("bearer" = ["coaching-templates:manage"])))]
#[post("/api/v1/rubrics/{id}/publish")]
async fn publish_rubric(
    ctx: Ctx<CoachingTemplatesManage>,
    id: Id<RubricId>,
) -> ApiResult<Once<Rubric>> {
    ctx.post(async |tx| {
        let before = before(&ctx, tx, id.0).await?;
        if before.status != RubricStatus::Draft {
            return Err(conflict("Only a draft can be published."));
        }
        check_publishable(&before.questions())?;
        if let (_, Some(former)) = rubric::latest(tx, before.family_id).await? {
            let mut superseded = former.clone();
            superseded.status = RubricStatus::Superseded;
            save(tx, former, superseded, EventKind::Updated).await?;
        }
        let mut after = before.clone();
        after.status = RubricStatus::Published;
        after.published_at = Some(tx.now());
        Ok(reply(save(tx, before, after, EventKind::Published).await?))
    })
    .await
}

/// Archive a rubric
///
/// It is no longer offered; sessions that have it keep it.
#[utoipa::path(tag = "coaching templates", operation_id = "archiveRubric", params(("id" = RubricId, Path, description = "Id of the version.")),
    responses((status = 200, description = "The version as it is now.", body = Rubric)), security(("bearer" = ["coaching-templates:manage"])))]
#[post("/api/v1/rubrics/{id}/archive")]
async fn archive_rubric(
    ctx: Ctx<CoachingTemplatesManage>,
    id: Id<RubricId>,
) -> ApiResult<Once<Rubric>> {
    ctx.post(async |tx| {
        let before = before(&ctx, tx, id.0).await?;
        if before.status != RubricStatus::Published {
            return Err(conflict("Only a published rubric can be archived."));
        }
        let mut after = before.clone();
        after.status = RubricStatus::Archived;
        Ok(reply(save(tx, before, after, EventKind::Updated).await?))
    })
    .await
}

/// Revise a rubric
///
/// Makes a new version of it, as a draft with the same questions.
#[utoipa::path(tag = "coaching templates", operation_id = "reviseRubric", params(("id" = RubricId, Path, description = "Id of the version.")),
    responses((status = 201, description = "The draft.", body = Rubric)), security(("bearer" = ["coaching-templates:manage"])))]
#[post("/api/v1/rubrics/{id}/versions")]
async fn revise_rubric(
    ctx: Ctx<CoachingTemplatesManage>,
    id: Id<RubricId>,
) -> ApiResult<Once<Rubric>> {
    ctx.post(async |tx| {
        let of = rubric::get(tx, id.0).await?;
        let (latest, _) = rubric::latest(tx, of.family_id).await?;
        let latest = latest.unwrap_or_else(|| of.clone());
        if latest.status == RubricStatus::Draft {
            return Err(conflict(
                "There is a draft of this rubric already; change or publish that one.",
            ));
        }
        let row = Model {
            id: tx.new_id(),
            number: latest.number + 1,
            status: RubricStatus::Draft,
            published_at: None,
            created_at: tx.now(),
            updated_at: tx.now(),
            version: 1,
            ..of
        };
        Ok(added(tx, row))
    })
    .await
}
