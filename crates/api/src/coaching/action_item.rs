//! Action items.

use actix_web::{delete, get, patch, post};
use persistence::{PageRequest, coaching::action_item, crm::about::AboutIds};
use shared_types::{
    ActionItemId, AnyOf, Sort,
    coaching::{
        ActionItem, ActionItemBoard, ActionItemBoardColumn, ActionItemOutcome, ActionItemSort,
        ActionItemStatus, BulkActionItems, CreateActionItem, ListActionItems, ShowActionItemBoard,
        UpdateActionItem,
    },
    platform::{Event, ListEvents, Operation},
};

use super::action_item_work::{add, change, decided, reader, seen, shown, sighted};
use crate::{
    core::{
        app::Services,
        bulk,
        context::{Ctx, Once},
        error::ApiResult,
        extract::{Id, Params, Valid},
        permit::{ActionItemsRead, ActionItemsWrite},
        record,
        reply::Reply,
    },
    crm::{about, deal_board::PER_COLUMN},
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config
        .service(get_action_item_board)
        .service(bulk_action_items)
        .service(list_action_items)
        .service(create_action_item)
        .service(get_action_item)
        .service(update_action_item)
        .service(delete_action_item)
        .service(restore_action_item)
        .service(list_action_item_events);
}

/// List action items
///
/// Of oneself, of those whose line reaches one, and those that one set. With `dealId` the caller has to be able to read that deal
/// (404 else). What is overdue is so by the day where the organization is.
#[utoipa::path(tag = "action items", operation_id = "listActionItems", params(ListActionItems),
    responses((status = 200, description = "A page of action items.", body = [ActionItem]), (status = 404, description = "The deal they are to be from is not there.")), security(("bearer" = ["action-items:read"])))]
#[get("/api/v1/action-items")]
async fn list_action_items(
    ctx: Ctx<ActionItemsRead>,
    query: Params<ListActionItems>,
) -> ApiResult<Reply<Vec<ActionItem>>> {
    let request = PageRequest::new(&query.0, ctx.position("action-items", &query.0)?);
    require_deal(&ctx, &query.0).await?;
    let read = ctx.read();
    let reader = reader(&ctx, &read).await?;
    let seen = seen(&ctx, &read, &reader).await?;
    let page = action_item::list(&read, &query.0, &seen, &request).await?;
    for found in &page.rows {
        sighted(&ctx, &reader, found);
    }
    let page = page.map(|found| shown(ctx.me(), found));
    Ok(ctx.page("action-items", &query.0, page))
}

async fn require_deal(ctx: &Ctx<ActionItemsRead>, query: &ListActionItems) -> ApiResult<()> {
    let deal = AboutIds {
        deal: query.deal_id,
        ..AboutIds::default()
    };
    about::require_readable(ctx, deal).await
}

/// Board of action items
///
/// Every state, or those of `status`, with its items: how many there are, and the first 25, what is due first before the others. The
/// next ones are those of `GET /api/v1/action-items` with the same filters, the `status` of the column, `sort=dueOn` and its
/// `nextCursor`. `PATCH /api/v1/action-items/{id}` moves an item.
#[utoipa::path(tag = "action items", operation_id = "getActionItemBoard", params(ShowActionItemBoard),
    responses((status = 200, description = "The board.", body = ActionItemBoard)), security(("bearer" = ["action-items:read"])))]
#[get("/api/v1/action-items/board")]
async fn get_action_item_board(
    ctx: Ctx<ActionItemsRead>,
    query: Params<ShowActionItemBoard>,
) -> ApiResult<Reply<ActionItemBoard>> {
    let list = ListActionItems::from(query.0);
    require_deal(&ctx, &list).await?;
    let asked = list.status.as_ref().map(|asked| asked.0.as_slice());
    let mut statuses = ActionItemStatus::ALL.to_vec();
    statuses.retain(|status| asked.is_none_or(|asked| asked.contains(status)));
    let read = ctx.read();
    let reader = reader(&ctx, &read).await?;
    let seen = seen(&ctx, &read, &reader).await?;
    let mut found = action_item::columns(&read, &statuses, &list, &seen, PER_COLUMN).await?;
    let column = |status| {
        let column = found.remove(&status).unwrap_or_default();
        let rest = ListActionItems {
            status: Some(AnyOf(vec![status])),
            sort: Some(Sort {
                key: ActionItemSort::DueOn,
                descending: false,
            }),
            ..list.clone()
        };
        let first = column.first;
        for found in &first.rows {
            sighted(&ctx, &reader, found);
        }
        let items = first.rows.into_iter();
        ActionItemBoardColumn {
            status,
            count: column.count,
            items: items.map(|found| shown(ctx.me(), found)).collect(),
            next_cursor: first
                .next
                .map(|next| ctx.cursor("action-items", &rest, &next)),
        }
    };
    Ok(Reply::ok(ActionItemBoard {
        columns: statuses.into_iter().map(column).collect(),
    }))
}

/// Get an action item
#[utoipa::path(tag = "action items", operation_id = "getActionItem", params(("id" = ActionItemId, Path, description = "Id of the item.")),
    responses((status = 200, description = "The item.", body = ActionItem)), security(("bearer" = ["action-items:read"])))]
#[get("/api/v1/action-items/{id}")]
async fn get_action_item(
    ctx: Ctx<ActionItemsRead>,
    id: Id<ActionItemId>,
) -> ApiResult<Reply<ActionItem>> {
    let read = ctx.read();
    let reader = reader(&ctx, &read).await?;
    let found = action_item::get(&read, id.0, reader.me, &reader.agents()).await?;
    sighted(&ctx, &reader, &found);
    let version = found.row.version;
    Ok(Reply::record(shown(ctx.me(), found), version))
}

/// Set an action item
///
/// For a member within reach; agents set some for themselves.
#[utoipa::path(tag = "action items", operation_id = "createActionItem", request_body = CreateActionItem,
    responses((status = 201, description = "The item.", body = ActionItem)), security(("bearer" = ["action-items:write"])))]
#[post("/api/v1/action-items")]
async fn create_action_item(
    ctx: Ctx<ActionItemsWrite>,
    body: Valid<CreateActionItem>,
) -> ApiResult<Once<ActionItem>> {
    ctx.post(async |tx| add(&ctx, tx, body.0.clone()).await)
        .await
}

/// Change an action item
///
/// Who is to do what somebody else set changes its `status` alone (403 else). What is done or cancelled is opened before it becomes
/// anything else (409 else, naming what it may become).
#[utoipa::path(tag = "action items", operation_id = "updateActionItem", params(("id" = ActionItemId, Path, description = "Id of the item.")), request_body = UpdateActionItem,
    responses((status = 200, description = "The item as it is now.", body = ActionItem)), security(("bearer" = ["action-items:write"])))]
#[patch("/api/v1/action-items/{id}")]
async fn update_action_item(
    ctx: Ctx<ActionItemsWrite>,
    id: Id<ActionItemId>,
    body: Valid<UpdateActionItem>,
) -> ApiResult<Reply<ActionItem>> {
    ctx.write(async |tx| change(&ctx, tx, id.0, body.0.clone()).await)
        .await
}

/// Move an action item to the trash
///
/// By whoever leads its owner, or set it. It can be restored for 30 days.
#[utoipa::path(tag = "action items", operation_id = "deleteActionItem", params(("id" = ActionItemId, Path, description = "Id of the item.")),
    responses((status = 200, description = "The item, in the trash.", body = ActionItem)), security(("bearer" = ["action-items:write"])))]
#[delete("/api/v1/action-items/{id}")]
async fn delete_action_item(
    ctx: Ctx<ActionItemsWrite>,
    id: Id<ActionItemId>,
) -> ApiResult<Reply<ActionItem>> {
    ctx.write(async |tx| decided(&ctx, tx, id.0, true).await)
        .await
}

/// Restore an action item
///
/// Takes it out of the trash.
#[utoipa::path(tag = "action items", operation_id = "restoreActionItem", params(("id" = ActionItemId, Path, description = "Id of the item.")),
    responses((status = 200, description = "The item as it is now.", body = ActionItem)), security(("bearer" = ["action-items:write"])))]
#[post("/api/v1/action-items/{id}/restore")]
async fn restore_action_item(
    ctx: Ctx<ActionItemsWrite>,
    id: Id<ActionItemId>,
) -> ApiResult<Once<ActionItem>> {
    ctx.post(async |tx| decided(&ctx, tx, id.0, false).await)
        .await
}

/// Write many action items
///
/// Up to 500 operations in their order, each with its own result; all or none with `atomic`.
#[utoipa::path(tag = "action items", operation_id = "bulkActionItems", request_body = BulkActionItems,
    responses((status = 200, description = "What became of each operation.", body = [ActionItemOutcome])), security(("bearer" = ["action-items:write"])))]
#[post("/api/v1/action-items/bulk")]
async fn bulk_action_items(
    ctx: Ctx<ActionItemsWrite>,
    body: Valid<BulkActionItems>,
) -> ApiResult<Once<Vec<ActionItemOutcome>>> {
    bulk::run(&ctx, body.0, async |tx, operation| match operation {
        Operation::Create(body) => add(&ctx, tx, body).await,
        Operation::Update(id, version, body) => change(&ctx.at(version), tx, id, body).await,
        Operation::Delete(id, version) => decided(&ctx.at(version), tx, id, true).await,
        Operation::Restore(id, version) => decided(&ctx.at(version), tx, id, false).await,
    })
    .await
}

/// Timeline of an action item
///
/// What happened to it, the latest first; not what it said before.
#[utoipa::path(tag = "action items", operation_id = "listActionItemEvents", params(("id" = ActionItemId, Path, description = "Id of the item."), ListEvents),
    responses((status = 200, description = "A page of events.", body = [Event])), security(("bearer" = ["action-items:read"])))]
#[get("/api/v1/action-items/{id}/timeline")]
async fn list_action_item_events(
    ctx: Ctx<ActionItemsRead>,
    id: Id<ActionItemId>,
    query: Params<ListEvents>,
) -> ApiResult<Reply<Vec<Event>>> {
    record::timeline::<action_item::Found, _>(&ctx, id.0, query.0).await
}
