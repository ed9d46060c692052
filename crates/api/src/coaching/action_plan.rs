//! Action plans.

use actix_web::{delete, get, patch, post};
use domain::{
    coaching::{
        access::Side,
        action_item::decides,
        action_plan::{check_order, check_status},
    },
    core::time::check_day,
};
use persistence::{
    Db, PageRequest, Tx,
    coaching::{
        action_item,
        action_plan::{self, Found, Model},
    },
    platform::event::NewEvent,
};
use shared_types::{
    ActionItemId, ActionPlanId, Permission,
    coaching::{
        ActionPlan, ActionPlanStatus, CreateActionPlan, ListActionPlans, OrderActionItems,
        UpdateActionPlan,
    },
    platform::{Event, EventKind, ListEvents, SubjectKind},
};

use super::{
    access::{self, Reader},
    agent::agent,
};
use crate::core::{
    app::Services,
    context::{Ctx, Once},
    error::{ApiError, ApiResult},
    extract::{Id, Params, Valid},
    permit::{ActionPlansRead, ActionPlansWrite, Permit},
    record::{self, Before, changeable, record, save},
    reply::Reply,
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config
        .service(list_action_plans)
        .service(create_action_plan)
        .service(get_action_plan)
        .service(update_action_plan)
        .service(order_action_items)
        .service(delete_action_plan)
        .service(restore_action_plan)
        .service(list_action_plan_events);
}

record! {
    Found, ActionPlanId => ActionPlan, ActionPlan, ActionPlansRead;
    find(db, id, owners) = action_plan::of_agents(db, id, owners);
    store(tx, before, after) = action_plan::save(tx, before, after);
    view(found, _db, _now) = Ok(found.into());
    readable(db, id, me) = action_plan::get(db, id, me.member_id, &Reader::lasting(me, Permission::ActionPlansRead)?.agents());
    name(found) = found.agent_name.as_str(); owner(row) = Some(row.agent_id);
}

async fn reader<P: Permit>(ctx: &Ctx<P>, db: &impl Db) -> ApiResult<Reader> {
    Reader::with(ctx.me(), db, ctx.now(), Permission::ActionPlansRead).await
}

fn side(reader: &Reader, row: &Model) -> Option<Side> {
    reader.side(&[row.agent_id], &[row.created_by_id])
}

/// Notes that somebody read what they opened.
fn sighted<P: Permit>(ctx: &Ctx<P>, reader: &Reader, found: &Found) {
    if let Some(side) = side(reader, &found.row) {
        let what = (SubjectKind::ActionPlan, found.row.id.0, &*found.agent_name);
        access::noted(ctx, side, what);
    }
}

/// List action plans
///
/// Of oneself, of those whose line reaches one, and those that one made.
#[utoipa::path(tag = "action plans", operation_id = "listActionPlans", params(ListActionPlans),
    responses((status = 200, description = "A page of action plans.", body = [ActionPlan])), security(("bearer" = ["action-plans:read"])))]
#[get("/api/v1/action-plans")]
async fn list_action_plans(
    ctx: Ctx<ActionPlansRead>,
    query: Params<ListActionPlans>,
) -> ApiResult<Reply<Vec<ActionPlan>>> {
    let request = PageRequest::new(&query.0, ctx.position("action-plans", &query.0)?);
    let read = ctx.read();
    let reader = reader(&ctx, &read).await?;
    let page = action_plan::list(&read, &query.0, reader.me, &reader.agents(), &request).await?;
    for found in &page.rows {
        sighted(&ctx, &reader, found);
    }
    Ok(ctx.page("action-plans", &query.0, page.map(ActionPlan::from)))
}

/// Get an action plan
///
/// Its items are those of `GET /api/v1/action-items` with its `planId`.
#[utoipa::path(tag = "action plans", operation_id = "getActionPlan", params(("id" = ActionPlanId, Path, description = "Id of the plan.")),
    responses((status = 200, description = "The plan.", body = ActionPlan)), security(("bearer" = ["action-plans:read"])))]
#[get("/api/v1/action-plans/{id}")]
async fn get_action_plan(
    ctx: Ctx<ActionPlansRead>,
    id: Id<ActionPlanId>,
) -> ApiResult<Reply<ActionPlan>> {
    let read = ctx.read();
    let reader = reader(&ctx, &read).await?;
    let found = action_plan::get(&read, id.0, reader.me, &reader.agents()).await?;
    sighted(&ctx, &reader, &found);
    let version = found.row.version;
    Ok(Reply::record(found.into(), version))
}

/// Make an action plan
///
/// For a member within reach.
#[utoipa::path(tag = "action plans", operation_id = "createActionPlan", request_body = CreateActionPlan,
    responses((status = 201, description = "The plan.", body = ActionPlan)), security(("bearer" = ["action-plans:write"])))]
#[post("/api/v1/action-plans")]
async fn create_action_plan(
    ctx: Ctx<ActionPlansWrite>,
    body: Valid<CreateActionPlan>,
) -> ApiResult<Once<ActionPlan>> {
    check_day("dueOn", body.0.due_on)?;
    ctx.post(async |tx| {
        let CreateActionPlan {
            title,
            goal,
            agent_id,
            due_on,
        } = body.0.clone();
        let agent_name = agent(&ctx, tx, "agentId", agent_id).await?;
        let row = Model {
            id: tx.new_id(),
            organization_id: tx.organization(),
            title: title.trim().to_owned(),
            goal,
            agent_id,
            created_by_id: ctx.me().member_id,
            status: ActionPlanStatus::Active,
            due_on,
            due_rank: tx.now().date_naive(),
            closed_at: None,
            search_text: String::new(),
            created_at: tx.now(),
            updated_at: tx.now(),
            deleted_at: None,
            version: 1,
        };
        let found = Found {
            row: row.derived(),
            agent_name,
            created_by_name: ctx.me().name.clone(),
        };
        tx.insert::<action_plan::Entity>(found.row.clone());
        tx.record(NewEvent::new(
            EventKind::Created,
            SubjectKind::ActionPlan,
            found.row.id,
            &found.agent_name,
        ));
        let location = format!("/api/v1/action-plans/{}", found.row.id);
        Ok(Reply::created(found.into(), 1, location))
    })
    .await
}

/// A plan that the caller decides about.
///
/// # Errors
/// Those of [`changeable`]; 403 for whom the plan is, where somebody else made it, and for whoever only opened it.
async fn decided(
    ctx: &Ctx<ActionPlansWrite>,
    tx: &Tx,
    id: ActionPlanId,
    trashed: bool,
) -> ApiResult<Before<Found>> {
    let reader = reader(ctx, tx).await?;
    let found = action_plan::get(tx, id, reader.me, &reader.agents()).await?;
    let row = &found.row;
    let opened = side(&reader, row).is_none_or(|side| side == Side::Opened);
    if opened || !decides(reader.me, row.agent_id, row.created_by_id) {
        return Err(ApiError::forbidden());
    }
    changeable::<Found, _>(ctx, tx, id, trashed).await
}

/// Change an action plan
///
/// By whoever leads its agent, or made it. What is completed or cancelled is made active again first.
#[utoipa::path(tag = "action plans", operation_id = "updateActionPlan", params(("id" = ActionPlanId, Path, description = "Id of the plan.")), request_body = UpdateActionPlan,
    responses((status = 200, description = "The plan as it is now.", body = ActionPlan)), security(("bearer" = ["action-plans:write"])))]
#[patch("/api/v1/action-plans/{id}")]
async fn update_action_plan(
    ctx: Ctx<ActionPlansWrite>,
    id: Id<ActionPlanId>,
    body: Valid<UpdateActionPlan>,
) -> ApiResult<Reply<ActionPlan>> {
    let body = body.0.normalized();
    check_day("dueOn", body.due_on.value().copied())?;
    ctx.write(async |tx| {
        let before = decided(&ctx, tx, id.0, false).await?;
        let UpdateActionPlan {
            title,
            goal,
            status,
            due_on,
            clear: _,
        } = body.clone();
        let mut row = before.found.row.clone();
        if let Some(title) = title {
            row.title = title.trim().to_owned();
        }
        goal.apply(&mut row.goal);
        due_on.apply(&mut row.due_on);
        if let Some(status) = status.filter(|status| *status != row.status) {
            check_status(row.status, status)?;
            row.status = status;
            row.closed_at = (status != ActionPlanStatus::Active).then(|| tx.now());
        }
        let after = Found {
            row: row.derived(),
            ..before.found.clone()
        };
        save(tx, before, after, EventKind::Updated, false).await
    })
    .await
}

/// Order the items of an action plan
///
/// Names all of them that are not in the trash, each once.
#[utoipa::path(tag = "action plans", operation_id = "orderActionItems", params(("id" = ActionPlanId, Path, description = "Id of the plan.")), request_body = OrderActionItems,
    responses((status = 200, description = "The plan, of which this is a change.", body = ActionPlan)), security(("bearer" = ["action-plans:write"])))]
#[post("/api/v1/action-plans/{id}/order")]
async fn order_action_items(
    ctx: Ctx<ActionPlansWrite>,
    id: Id<ActionPlanId>,
    body: Valid<OrderActionItems>,
) -> ApiResult<Once<ActionPlan>> {
    ctx.post(async |tx| {
        let before = decided(&ctx, tx, id.0, false).await?;
        let items = action_item::of_plan(tx, id.0).await?;
        let ids: Vec<ActionItemId> = items.iter().map(|item| item.row.id).collect();
        check_order(&ids, &body.0.item_ids)?;
        for (place, wanted) in (0_i32..).zip(&body.0.item_ids) {
            let item = items.iter().find(|item| item.row.id == *wanted);
            let Some(item) = item.filter(|item| item.row.position != place) else {
                continue;
            };
            let mut row = item.row.clone();
            row.position = place;
            row.updated_at = tx.now();
            row.version += 1;
            action_item::save(tx, &item.row, row).await?;
        }
        let after = before.found.clone();
        save(tx, before, after, EventKind::Updated, false).await
    })
    .await
}

/// Move an action plan to the trash
///
/// Its items stay. It can be restored for 30 days.
#[utoipa::path(tag = "action plans", operation_id = "deleteActionPlan", params(("id" = ActionPlanId, Path, description = "Id of the plan.")),
    responses((status = 200, description = "The plan, in the trash.", body = ActionPlan)), security(("bearer" = ["action-plans:write"])))]
#[delete("/api/v1/action-plans/{id}")]
async fn delete_action_plan(
    ctx: Ctx<ActionPlansWrite>,
    id: Id<ActionPlanId>,
) -> ApiResult<Reply<ActionPlan>> {
    ctx.write(async |tx| {
        decided(&ctx, tx, id.0, false).await?;
        record::bin::<Found, _>(&ctx, tx, id.0, true).await
    })
    .await
}

/// Restore an action plan
///
/// Takes it out of the trash.
#[utoipa::path(tag = "action plans", operation_id = "restoreActionPlan", params(("id" = ActionPlanId, Path, description = "Id of the plan.")),
    responses((status = 200, description = "The plan as it is now.", body = ActionPlan)), security(("bearer" = ["action-plans:write"])))]
#[post("/api/v1/action-plans/{id}/restore")]
async fn restore_action_plan(
    ctx: Ctx<ActionPlansWrite>,
    id: Id<ActionPlanId>,
) -> ApiResult<Once<ActionPlan>> {
    ctx.post(async |tx| {
        decided(&ctx, tx, id.0, true).await?;
        record::bin::<Found, _>(&ctx, tx, id.0, false).await
    })
    .await
}

/// Timeline of an action plan
///
/// What happened to it, the latest first; not what it said before.
#[utoipa::path(tag = "action plans", operation_id = "listActionPlanEvents", params(("id" = ActionPlanId, Path, description = "Id of the plan."), ListEvents),
    responses((status = 200, description = "A page of events.", body = [Event])), security(("bearer" = ["action-plans:read"])))]
#[get("/api/v1/action-plans/{id}/timeline")]
async fn list_action_plan_events(
    ctx: Ctx<ActionPlansRead>,
    id: Id<ActionPlanId>,
    query: Params<ListEvents>,
) -> ApiResult<Reply<Vec<Event>>> {
    record::timeline::<Found, _>(&ctx, id.0, query.0).await
}
