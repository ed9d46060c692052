//! Saved views of lists.

use actix_web::{delete, get, patch, post};
use domain::crm::saved_view::{may_change, may_share};
use persistence::{
    Page, PageRequest, Tx,
    crm::{
        saved_view::{self, Found, Model, Shown},
        saved_view_default,
    },
    platform::event::NewEvent,
};
use serde::de::DeserializeOwned;
use shared_types::{
    ErrorCode, FieldErrors, ListQuery, MemberId, Permission, SavedViewId,
    crm::{
        CreateSavedView, ListKind, ListSavedViews, ListVisitor, SavedView, UpdateSavedView,
        ViewFilter,
    },
    identity::Done,
    platform::{EventKind, SubjectKind},
};
use validator::Validate;

use crate::core::{
    app::Services,
    context::{Ctx, Once},
    error::{ApiError, ApiResult},
    extract::{Id, Params, Valid, check_query},
    permit::ViewsManage,
    reply::Reply,
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config
        .service(list_saved_views)
        .service(create_saved_view)
        .service(get_saved_view)
        .service(update_saved_view)
        .service(delete_saved_view)
        .service(set_default_view)
        .service(clear_default_view);
}

/// The lists that the caller may read: nobody sees views of others.
fn lists(ctx: &Ctx<ViewsManage>) -> Vec<ListKind> {
    ListKind::ALL
        .iter()
        .copied()
        .filter(|list| ctx.me().reach(list.permission()).is_some())
        .collect()
}

fn reply(found: Found) -> ApiResult<Reply<SavedView>> {
    let version = found.row.version;
    Ok(Reply::record(found.into_view()?, version))
}

/// List saved views
///
/// Mine, and those that are shared with the organization.
#[utoipa::path(tag = "saved views", operation_id = "listSavedViews", params(ListSavedViews),
    responses((status = 200, description = "A page of views.", body = [SavedView])), security(("bearer" = ["views:manage"])))]
#[get("/api/v1/saved-views")]
async fn list_saved_views(
    ctx: Ctx<ViewsManage>,
    query: Params<ListSavedViews>,
) -> ApiResult<Reply<Vec<SavedView>>> {
    let request = PageRequest::new(&query.0, ctx.position("saved-views", &query.0)?);
    let me = ctx.me().member_id;
    let Page {
        rows,
        next,
        prev,
        pagination,
    } = saved_view::list(&ctx.read(), &query.0, me, &lists(&ctx), &request).await?;
    let rows = rows
        .into_iter()
        .map(Found::into_view)
        .collect::<Result<_, _>>()?;
    let page = Page {
        rows,
        next,
        prev,
        pagination,
    };
    Ok(ctx.page("saved-views", &query.0, page))
}

/// Get a saved view
#[utoipa::path(tag = "saved views", operation_id = "getSavedView", params(("id" = SavedViewId, Path, description = "Id of the view.")),
    responses((status = 200, description = "The view.", body = SavedView)), security(("bearer" = ["views:manage"])))]
#[get("/api/v1/saved-views/{id}")]
async fn get_saved_view(ctx: Ctx<ViewsManage>, id: Id<SavedViewId>) -> ApiResult<Reply<SavedView>> {
    let me = ctx.me().member_id;
    reply(saved_view::get(&ctx.read(), id.0, me, &lists(&ctx)).await?)
}

/// Checks what a view holds with the query of its list.
struct Check<'a>(&'a [ViewFilter], Option<&'a str>);

impl ListVisitor for Check<'_> {
    type Output = ApiResult<()>;

    fn visit<Q: ListQuery + DeserializeOwned + Validate>(self) -> ApiResult<()> {
        let Self(filters, sort) = self;
        let mut fields = FieldErrors::new();
        for filter in filters {
            if matches!(filter.name.as_str(), "sort" | "limit" | "cursor" | "count") {
                fields.insert(
                    format!("filters.{}", filter.name),
                    vec!["is no filter of the list".to_owned()],
                );
            }
        }
        let pairs = filters
            .iter()
            .filter(|filter| !fields.contains_key(&format!("filters.{}", filter.name)))
            .map(|filter| (filter.name.clone(), filter.value.clone()))
            .chain(sort.map(|sort| ("sort".to_owned(), sort.to_owned())))
            .collect();
        if let Err(error) = check_query::<Q>(pairs) {
            fields.extend(error.fields.into_iter().map(|(name, faults)| {
                let known = filters.iter().any(|filter| filter.name == name);
                (
                    if known {
                        format!("filters.{name}")
                    } else {
                        name
                    },
                    faults,
                )
            }));
        }
        if fields.is_empty() {
            Ok(())
        } else {
            Err(ApiError::invalid(fields))
        }
    }
}

fn require_shareable(ctx: &Ctx<ViewsManage>, owner: MemberId) -> ApiResult<()> {
    let shares = ctx.me().reach(Permission::ViewsShare);
    if may_share(shares, owner, ctx.me().member_id) {
        return Ok(());
    }
    Err(ApiError::new(
        ErrorCode::Forbidden,
        "Your role does not allow you to share views.",
    ))
}

/// Save a view
#[utoipa::path(tag = "saved views", operation_id = "createSavedView", request_body = CreateSavedView,
    responses((status = 201, description = "The view.", body = SavedView)), security(("bearer" = ["views:manage"])))]
#[post("/api/v1/saved-views")]
async fn create_saved_view(
    ctx: Ctx<ViewsManage>,
    body: Valid<CreateSavedView>,
) -> ApiResult<Once<SavedView>> {
    let CreateSavedView {
        list,
        name,
        shared,
        filters,
        sort,
        columns,
    } = body.0;
    let me = ctx.me().member_id;
    if !lists(&ctx).contains(&list) {
        return Err(ApiError::field("list", "must be a list that you may read"));
    }
    if shared {
        require_shareable(&ctx, me)?;
    }
    list.visit(Check(&filters, sort.as_deref()))?;
    let query = Shown {
        filters,
        sort,
        columns,
    }
    .stored()?;
    ctx.post(async |tx| {
        let row = Model {
            id: tx.new_id(),
            organization_id: ctx.me().organization_id,
            owner_id: me,
            resource: list,
            name: name.trim().to_owned(),
            name_key: String::new(),
            shared,
            query: query.clone(),
            created_at: tx.now(),
            updated_at: tx.now(),
            version: 1,
        }
        .derived();
        tx.insert::<saved_view::Entity>(row.clone());
        tx.record(NewEvent::new(
            EventKind::Created,
            SubjectKind::SavedView,
            row.id,
            &row.name,
        ));
        let location = format!("/api/v1/saved-views/{}", row.id);
        let found = Found {
            row,
            owner_name: Some(ctx.me().name.clone()),
            default_id: None,
        };
        Ok(Reply::created(found.into_view()?, 1, location))
    })
    .await
}

/// The view to change: 404 unless the caller sees it, 403 unless it may be changed, 412 unless it
/// is the version that was read.
async fn changeable(ctx: &Ctx<ViewsManage>, tx: &Tx, id: SavedViewId) -> ApiResult<Found> {
    let found = saved_view::get(tx, id, ctx.me().member_id, &lists(ctx)).await?;
    let manages = ctx.me().reach(Permission::ViewsManage);
    if !may_change(manages, found.row.owner_id, ctx.me().member_id) {
        return Err(ApiError::new(
            ErrorCode::Forbidden,
            "You may see this view, but not change it.",
        ));
    }
    let current = found.clone().into_view()?;
    ctx.if_match(found.row.version, || current)?;
    Ok(found)
}

/// Change a saved view
#[utoipa::path(tag = "saved views", operation_id = "updateSavedView", params(("id" = SavedViewId, Path, description = "Id of the view.")), request_body = UpdateSavedView,
    responses((status = 200, description = "The view as it is now.", body = SavedView)), security(("bearer" = ["views:manage"])))]
#[patch("/api/v1/saved-views/{id}")]
async fn update_saved_view(
    ctx: Ctx<ViewsManage>,
    id: Id<SavedViewId>,
    body: Valid<UpdateSavedView>,
) -> ApiResult<Reply<SavedView>> {
    let body = body.0.normalized();
    ctx.write(async |tx| {
        let before = changeable(&ctx, tx, id.0).await?;
        let mut shown = before.row.shown()?;
        let UpdateSavedView {
            name,
            shared,
            filters,
            sort,
            columns,
            clear: _,
        } = body.clone();
        if shared == Some(true) && !before.row.shared {
            require_shareable(&ctx, before.row.owner_id)?;
        }
        // A view of a list that knows a filter no more can still be renamed.
        let checked = filters.is_some() || !sort.is_keep();
        shown.filters = filters.unwrap_or(shown.filters);
        sort.apply(&mut shown.sort);
        shown.columns = columns.unwrap_or(shown.columns);
        if checked {
            let check = Check(&shown.filters, shown.sort.as_deref());
            before.row.resource.visit(check)?;
        }
        let row = Model {
            name: name.map_or_else(|| before.row.name.clone(), |name| name.trim().to_owned()),
            shared: shared.unwrap_or(before.row.shared),
            query: shown.stored()?,
            updated_at: tx.now(),
            version: before.row.version + 1,
            ..before.row.clone()
        }
        .derived();
        saved_view::save(tx, &before.row, row.clone()).await?;
        if before.row.shared && !row.shared {
            saved_view_default::keep_for(tx, row.id, row.owner_id).await?;
        }
        let event = NewEvent::new(
            EventKind::Updated,
            SubjectKind::SavedView,
            row.id,
            &row.name,
        );
        let after = Found {
            row,
            ..before.clone()
        };
        tx.record(event.between(&before.into_view()?, &after.clone().into_view()?));
        reply(after)
    })
    .await
}

/// Delete a saved view
///
/// For good: whoever begins with it begins with the plain list again.
#[utoipa::path(tag = "saved views", operation_id = "deleteSavedView", params(("id" = SavedViewId, Path, description = "Id of the view.")),
    responses((status = 200, description = "It is gone.", body = Done)), security(("bearer" = ["views:manage"])))]
#[delete("/api/v1/saved-views/{id}")]
async fn delete_saved_view(ctx: Ctx<ViewsManage>, id: Id<SavedViewId>) -> ApiResult<Reply<Done>> {
    ctx.write(async |tx| {
        let before = changeable(&ctx, tx, id.0).await?.row;
        saved_view::delete(tx, id.0).await?;
        tx.record(NewEvent::new(
            EventKind::Deleted,
            SubjectKind::SavedView,
            before.id,
            &before.name,
        ));
        Ok(Reply::ok(Done { done: true }))
    })
    .await
}

/// Begin with a saved view
///
/// From now on I begin its list with it, in the place of the view before. Others are not concerned.
#[utoipa::path(tag = "saved views", operation_id = "setDefaultSavedView", params(("id" = SavedViewId, Path, description = "Id of the view.")),
    responses((status = 200, description = "The view.", body = SavedView)), security(("bearer" = ["views:manage"])))]
#[post("/api/v1/saved-views/{id}/default")]
async fn set_default_view(
    ctx: Ctx<ViewsManage>,
    id: Id<SavedViewId>,
) -> ApiResult<Once<SavedView>> {
    ctx.post(async |tx| choose(&ctx, tx, id.0, true).await)
        .await
}

/// Begin with the plain list
///
/// In the place of this saved view. Others are not concerned.
#[utoipa::path(tag = "saved views", operation_id = "clearDefaultSavedView", params(("id" = SavedViewId, Path, description = "Id of the view.")),
    responses((status = 200, description = "The view.", body = SavedView)), security(("bearer" = ["views:manage"])))]
#[delete("/api/v1/saved-views/{id}/default")]
async fn clear_default_view(
    ctx: Ctx<ViewsManage>,
    id: Id<SavedViewId>,
) -> ApiResult<Reply<SavedView>> {
    ctx.write(async |tx| choose(&ctx, tx, id.0, false).await)
        .await
}

async fn choose(
    ctx: &Ctx<ViewsManage>,
    tx: &Tx,
    id: SavedViewId,
    begin: bool,
) -> ApiResult<Reply<SavedView>> {
    let me = ctx.me().member_id;
    let found = saved_view::get(tx, id, me, &lists(ctx)).await?;
    if begin || found.default_id.is_some() {
        let view = begin.then_some(id);
        saved_view_default::set(tx, me, found.row.resource, view).await?;
    }
    reply(Found {
        default_id: begin.then_some(id),
        ..found
    })
}
