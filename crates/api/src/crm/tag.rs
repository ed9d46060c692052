//! Tags, and the tags of records.

use actix_web::{delete, get, patch, post};
use domain::crm::tag::{READ, WRITE, changed};
use persistence::{
    Db, Named, Tx,
    crm::{
        tag::Model,
        tag_link::{self, Tags},
    },
    platform::event::NewEvent,
};
use shared_types::{
    ListNamed, Permission, TagId,
    crm::{CreateTag, MergeTag, Tag, TagChange, UpdateTag},
    identity::Done,
    platform::{EventKind, SubjectKind},
};

use crate::core::{
    app::Services,
    context::{Ctx, Once},
    error::{ApiError, ApiResult},
    extract::{Id, Params, Valid},
    named::{self, NamedThing, changeable, referred},
    permit::{SignedIn, TagsManage},
    reply::Reply,
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config
        .service(list)
        .service(create)
        .service(get_one)
        .service(update)
        .service(merge)
        .service(remove);
}

impl NamedThing for Model {
    type View = Tag;
    const KIND: SubjectKind = SubjectKind::Tag;
    const LIST: &'static str = "tags";
    const WORDS: &'static str = "tag";

    async fn views(db: &impl Db, rows: Vec<Self>) -> ApiResult<Vec<Tag>> {
        let ids = rows.iter().map(|row| row.id).collect();
        let mut usage = tag_link::usage(db, ids).await?;
        let view = |row: Self| Tag {
            usage: Some(usage.remove(&row.id).unwrap_or_default()),
            ..row.into()
        };
        Ok(rows.into_iter().map(view).collect())
    }
}

fn require_any(ctx: &Ctx<SignedIn>, permissions: &[Permission]) -> ApiResult<()> {
    if permissions.iter().any(|it| ctx.me().reach(*it).is_some()) {
        return Ok(());
    }
    Err(ApiError::forbidden())
}

/// List tags
///
/// With how many records of each kind have each. For whoever reads companies, contacts, leads or deals.
#[utoipa::path(tag = "tags", operation_id = "listTags", params(ListNamed),
    responses((status = 200, description = "A page of them.", body = [Tag])), security(("bearer" = [])))]
#[get("/api/v1/tags")]
async fn list(ctx: Ctx<SignedIn>, query: Params<ListNamed>) -> ApiResult<Reply<Vec<Tag>>> {
    require_any(&ctx, &READ)?;
    named::list::<Model, _>(&ctx, &query.0).await
}

/// Get a tag
///
/// With how many records of each kind have it.
#[utoipa::path(tag = "tags", operation_id = "getTag", params(("id" = TagId, Path, description = "Id of the tag.")),
    responses((status = 200, description = "The tag.", body = Tag)), security(("bearer" = [])))]
#[get("/api/v1/tags/{id}")]
async fn get_one(ctx: Ctx<SignedIn>, id: Id<TagId>) -> ApiResult<Reply<Tag>> {
    require_any(&ctx, &READ)?;
    named::get::<Model, _>(&ctx, id.0).await
}

/// Add a tag
///
/// For whoever writes companies, contacts, leads or deals.
#[utoipa::path(tag = "tags", operation_id = "createTag", request_body = CreateTag,
    responses((status = 201, description = "The tag.", body = Tag)), security(("bearer" = [])))]
#[post("/api/v1/tags")]
async fn create(ctx: Ctx<SignedIn>, body: Valid<CreateTag>) -> ApiResult<Once<Tag>> {
    require_any(&ctx, &WRITE)?;
    let color = body.0.color;
    named::create(&ctx, &body.0.name, |row: &mut Model| {
        row.color = color.unwrap_or(row.color);
    })
    .await
}

/// Change a tag
///
/// Its name or its hue, on all records that have it.
#[utoipa::path(tag = "tags", operation_id = "updateTag", params(("id" = TagId, Path, description = "Id of the tag.")), request_body = UpdateTag,
    responses((status = 200, description = "The tag as it is now.", body = Tag)), security(("bearer" = ["tags:manage"])))]
#[patch("/api/v1/tags/{id}")]
async fn update(
    ctx: Ctx<TagsManage>,
    id: Id<TagId>,
    body: Valid<UpdateTag>,
) -> ApiResult<Reply<Tag>> {
    let (name, color) = (body.0.name.as_deref(), body.0.color);
    named::update(&ctx, id.0, name, |row: &mut Model| {
        row.color = color.unwrap_or(row.color);
    })
    .await
}

/// Delete a tag
///
/// It comes off all records that have it; how many those are stands in its `usage`.
#[utoipa::path(tag = "tags", operation_id = "deleteTag", params(("id" = TagId, Path, description = "Id of the tag.")),
    responses((status = 200, description = "It is gone.", body = Done)), security(("bearer" = ["tags:manage"])))]
#[delete("/api/v1/tags/{id}")]
async fn remove(ctx: Ctx<TagsManage>, id: Id<TagId>) -> ApiResult<Reply<Done>> {
    named::remove::<Model, _>(&ctx, id.0).await
}

/// Merge a tag into another
///
/// The records that have it have the other then, and it is gone.
#[utoipa::path(tag = "tags", operation_id = "mergeTag", params(("id" = TagId, Path, description = "Id of the tag that goes.")), request_body = MergeTag,
    responses((status = 200, description = "The tag that stays.", body = Tag)), security(("bearer" = ["tags:manage"])))]
#[post("/api/v1/tags/{id}/merge")]
async fn merge(ctx: Ctx<TagsManage>, id: Id<TagId>, body: Valid<MergeTag>) -> ApiResult<Once<Tag>> {
    let into = body.0.into;
    ctx.post(async |tx| {
        let gone: Model = changeable(&ctx, tx, id.0).await?;
        if into == id.0 {
            return Err(ApiError::field("into", "must be another tag"));
        }
        let stays: Model = referred(tx, "into", into).await?;
        tag_link::move_all(tx, id.0, into).await?;
        Model::delete(tx, id.0).await?;
        let event = NewEvent::new(EventKind::Merged, SubjectKind::Tag, gone.id, &gone.name);
        tx.record(event.between(&Tag::from(gone), &Tag::from(stays.clone())));
        let version = stays.version;
        let stays = Model::views(tx, vec![stays]).await?.pop();
        Ok(Reply::record(
            stays.ok_or_else(ApiError::not_found)?,
            version,
        ))
    })
    .await
}

/// The tags that a new record is to have.
///
/// # Errors
/// 422 on `tagIds` where there is no such tag; of the store.
pub(crate) async fn chosen(db: &impl Db, ids: &[TagId]) -> ApiResult<Tags> {
    let tags = tag_link::labels(db, ids.to_vec()).await?;
    check(&tags, ids, "tagIds")?;
    Ok(tags)
}

fn check(found: &Tags, wanted: &[TagId], field: &str) -> ApiResult<()> {
    if wanted.iter().all(|id| found.ids().contains(id)) {
        return Ok(());
    }
    Err(ApiError::field(
        field,
        "refers to a tag that does not exist",
    ))
}

/// The tags that a record has after a change.
///
/// # Errors
/// 422 on `tagIds` or `addTagIds` where there is no such tag, or there are too many; of the store.
pub(crate) async fn next(tx: &Tx, has: &Tags, change: TagChange) -> ApiResult<Tags> {
    let Some(ids) = changed(&has.ids(), &change)? else {
        return Ok(has.clone());
    };
    let tags = tag_link::labels(tx, ids).await?;
    let kept = |id: &&TagId| !change.remove.contains(id);
    for (field, said) in [
        ("tagIds", change.all.as_deref().unwrap_or_default()),
        ("addTagIds", &change.add),
    ] {
        let said: Vec<TagId> = said.iter().filter(kept).copied().collect();
        check(&tags, &said, field)?;
    }
    Ok(tags)
}
