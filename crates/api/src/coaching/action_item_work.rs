//! How action items are set, changed and put away, alone and many at once.

use domain::{
    coaching::{
        access::Side,
        action_item::{check_change, check_status, decides},
    },
    core::time::check_day,
};
use persistence::{
    Db, Named, StoreError, Tx,
    coaching::{
        action_item::{self, Found, Model, Seen},
        action_plan,
    },
    crm::{deal, lost_reason},
    platform::event::NewEvent,
};
use shared_types::{
    ActionItemId, ActionPlanId, LostReasonId, MemberId, Permission,
    coaching::{
        ActionItem, ActionItemStatus, ActionPlanStatus, ActionPriority, CreateActionItem,
        MOST_PLAN_ITEMS, UpdateActionItem,
    },
    platform::{EventKind, SubjectKind},
};

use super::{
    access::{self, Reader},
    agent::{agent, sees_deal, today},
};
use crate::{
    core::{
        context::{Ctx, Principal},
        error::{ApiError, ApiResult},
        named,
        permit::{ActionItemsWrite, Permit},
        record::{bin, changeable, record, save},
        reply::Reply,
    },
    crm::reference,
};

record! {
    Found, ActionItemId => ActionItem, ActionItem, ActionItemsRead;
    find(db, id, owners) = action_item::of_owners(db, id, owners);
    store(tx, before, after) = action_item::save(tx, before, after);
    view(found, _db, _now) = Ok(found.into());
    readable(db, id, me) = action_item::get(db, id, me.member_id, &Reader::lasting(me, Permission::ActionItemsRead)?.agents());
    name(found) = found.owner_name.as_str(); owner(row) = Some(row.owner_id);
}

/// Whose items the caller reads.
///
/// # Errors
/// Those of [`Reader::with`].
pub(super) async fn reader<P: Permit>(ctx: &Ctx<P>, db: &impl Db) -> ApiResult<Reader> {
    Reader::with(ctx.me(), db, ctx.now(), Permission::ActionItemsRead).await
}

/// The same for a list.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn seen<P: Permit>(
    ctx: &Ctx<P>,
    db: &impl Db,
    reader: &Reader,
) -> ApiResult<Seen> {
    Ok(Seen {
        me: reader.me,
        agents: reader.agents(),
        today: today(db, ctx.now()).await?,
    })
}

fn side(reader: &Reader, row: &Model) -> Option<Side> {
    reader.side(&[row.owner_id], &[row.created_by_id])
}

/// Notes that somebody read what they opened.
pub(super) fn sighted<P: Permit>(ctx: &Ctx<P>, reader: &Reader, found: &Found) {
    if let Some(side) = side(reader, &found.row) {
        let what = (SubjectKind::ActionItem, found.row.id.0, &*found.owner_name);
        access::noted(ctx, side, what);
    }
}

/// An item as somebody may read it.
pub(super) fn shown(me: &Principal, mut found: Found) -> ActionItem {
    if !sees_deal(me, found.deal_owner_id) {
        found.row.deal_id = None;
        found.deal_title = None;
    }
    found.into()
}

/// The same of an item that was written, where it comes from a deal of this owner.
fn told(
    me: &Principal,
    deal_owner: Option<MemberId>,
    mut reply: Reply<ActionItem>,
) -> Reply<ActionItem> {
    if !sees_deal(me, deal_owner) {
        reply.data.deal_id = None;
        reply.data.deal_title = None;
    }
    reply
}

/// A plan that takes more items.
///
/// # Errors
/// 422 on `planId` where it is not there for the caller, in the trash, closed, full, or that of another member.
async fn plan_of<P: Permit>(
    ctx: &Ctx<P>,
    tx: &Tx,
    id: ActionPlanId,
    owner: Option<MemberId>,
) -> ApiResult<(action_plan::Found, i32)> {
    let me = ctx.me();
    let agents = Reader::lasting(me, Permission::ActionPlansRead)?.agents();
    let plan = match action_plan::get(tx, id, me.member_id, &agents).await {
        Err(StoreError::NotFound) => {
            return Err(ApiError::field(
                "planId",
                "refers to a record that does not exist",
            ));
        }
        other => other?,
    };
    if plan.row.deleted_at.is_some() {
        return Err(ApiError::field("planId", "is in the trash"));
    }
    if plan.row.status != ActionPlanStatus::Active {
        return Err(ApiError::field(
            "planId",
            "is closed; make the plan active again first",
        ));
    }
    if owner.is_some_and(|owner| owner != plan.row.agent_id) {
        return Err(ApiError::field("planId", "is the plan of another member"));
    }
    let items = action_item::of_plan(tx, id).await?;
    if items.len() >= MOST_PLAN_ITEMS {
        return Err(ApiError::field(
            "planId",
            "has as many items as a plan can have",
        ));
    }
    let last = items.iter().map(|item| item.row.position).max();
    Ok((plan, last.map_or(0, |last| last.saturating_add(1))))
}

/// The name of a reason for losing deals.
///
/// # Errors
/// 422 on `lostReasonId` where it is not there.
async fn reason_of(db: &impl Db, id: Option<LostReasonId>) -> ApiResult<Option<String>> {
    let Some(id) = id else { return Ok(None) };
    let reason = named::referred::<lost_reason::Model>(db, "lostReasonId", id).await?;
    Ok(Some(reason.name().to_owned()))
}

/// Sets an item.
///
/// # Errors
/// 422 on fields that refer to what is not there or out of reach.
pub(super) async fn add(
    ctx: &Ctx<ActionItemsWrite>,
    tx: &Tx,
    body: CreateActionItem,
) -> ApiResult<Reply<ActionItem>> {
    let me = ctx.me();
    check_day("dueOn", body.due_on)?;
    let plan = match body.plan_id {
        Some(id) => Some(plan_of(ctx, tx, id, body.owner_id).await?),
        None => None,
    };
    let owner = body
        .owner_id
        .or(plan.as_ref().map(|(plan, _)| plan.row.agent_id))
        .unwrap_or(me.member_id);
    let owner_name = agent(ctx, tx, "ownerId", owner).await?;
    let deal = reference::referred::<deal::Found, _>(ctx, tx, "dealId", body.deal_id).await?;
    let lost_reason_name = reason_of(tx, body.lost_reason_id).await?;
    let (plan_title, position) = plan.map_or((None, 0), |(plan, position)| {
        (Some(plan.row.title), position)
    });
    let (deal_title, deal_owner_id) = deal.map_or((None, None), |deal| {
        (Some(deal.row.title), deal.row.owner_id)
    });
    let found = Found {
        row: new_row(tx, body, (owner, me.member_id), position),
        owner_name,
        created_by_name: me.name.clone(),
        plan_title,
        deal_title,
        deal_owner_id,
        lost_reason_name,
    };
    tx.insert::<action_item::Entity>(found.row.clone());
    tx.record(NewEvent::new(
        EventKind::Created,
        SubjectKind::ActionItem,
        found.row.id,
        &found.owner_name,
    ));
    let location = format!("/api/v1/action-items/{}", found.row.id);
    Ok(Reply::created(found.into(), 1, location))
}

fn new_row(
    tx: &Tx,
    body: CreateActionItem,
    (owner_id, created_by_id): (MemberId, MemberId),
    position: i32,
) -> Model {
    let CreateActionItem {
        title,
        description,
        owner_id: _,
        plan_id,
        due_on,
        priority,
        deal_id,
        lost_reason_id,
    } = body;
    Model {
        id: tx.new_id(),
        organization_id: tx.organization(),
        title: title.trim().to_owned(),
        description,
        owner_id,
        created_by_id,
        plan_id,
        position,
        due_on,
        due_rank: tx.now().date_naive(),
        priority: priority.unwrap_or(ActionPriority::Normal),
        status: ActionItemStatus::Open,
        completed_at: None,
        deal_id,
        lost_reason_id,
        search_text: String::new(),
        created_at: tx.now(),
        updated_at: tx.now(),
        deleted_at: None,
        version: 1,
    }
    .derived()
}

/// Refuses whoever reads an item only because they opened it.
///
/// # Errors
/// 404 unless it may be read, 403 for them.
async fn found_to_write(
    ctx: &Ctx<ActionItemsWrite>,
    tx: &Tx,
    id: ActionItemId,
) -> ApiResult<Found> {
    let reader = reader(ctx, tx).await?;
    let found = action_item::get(tx, id, reader.me, &reader.agents()).await?;
    if side(&reader, &found.row).is_none_or(|side| side == Side::Opened) {
        return Err(ApiError::forbidden());
    }
    Ok(found)
}

/// Changes an item.
///
/// # Errors
/// 404 unless it may be read, 403 for more than one may, 409 where its state does not allow it, 412 for another version, 422 on
/// what it is to refer to.
pub(super) async fn change(
    ctx: &Ctx<ActionItemsWrite>,
    tx: &Tx,
    id: ActionItemId,
    body: UpdateActionItem,
) -> ApiResult<Reply<ActionItem>> {
    let body = body.normalized();
    let me = ctx.me();
    check_day("dueOn", body.due_on.value().copied())?;
    let row = found_to_write(ctx, tx, id).await?.row;
    check_change(me.member_id, row.owner_id, row.created_by_id, &body)?;
    let before = changeable::<Found, _>(ctx, tx, id, false).await?;
    let mut after = before.found.clone();
    if let Some(plan) = body
        .plan_id
        .value()
        .filter(|plan| Some(**plan) != row.plan_id)
    {
        let (_, position) = plan_of(ctx, tx, *plan, Some(row.owner_id)).await?;
        after.row.position = position;
    }
    let wanted = body.deal_id.value().copied();
    let deal = reference::referred::<deal::Found, _>(ctx, tx, "dealId", wanted).await?;
    reason_of(tx, body.lost_reason_id.value().copied()).await?;
    let deal_owner = match &deal {
        Some(deal) => deal.row.owner_id,
        None => before.found.deal_owner_id,
    };
    after.row = patched(tx, after.row, body)?;
    let reply = save(tx, before, after, EventKind::Updated, true).await?;
    Ok(told(me, deal_owner, reply))
}

fn patched(tx: &Tx, mut row: Model, patch: UpdateActionItem) -> ApiResult<Model> {
    let UpdateActionItem {
        title,
        description,
        plan_id,
        due_on,
        priority,
        status,
        deal_id,
        lost_reason_id,
        clear: _,
    } = patch;
    if let Some(title) = title {
        row.title = title.trim().to_owned();
    }
    description.apply(&mut row.description);
    plan_id.apply(&mut row.plan_id);
    due_on.apply(&mut row.due_on);
    row.priority = priority.unwrap_or(row.priority);
    deal_id.apply(&mut row.deal_id);
    lost_reason_id.apply(&mut row.lost_reason_id);
    if let Some(status) = status.filter(|status| *status != row.status) {
        check_status(row.status, status)?;
        row.status = status;
        row.completed_at = (status == ActionItemStatus::Done).then(|| tx.now());
    }
    Ok(row.derived())
}

/// Moves an item to the trash, or takes it out.
///
/// # Errors
/// Those of [`change`]; 403 for who is to do it, where somebody else set it.
pub(super) async fn decided(
    ctx: &Ctx<ActionItemsWrite>,
    tx: &Tx,
    id: ActionItemId,
    trash: bool,
) -> ApiResult<Reply<ActionItem>> {
    let found = found_to_write(ctx, tx, id).await?;
    let (me, row) = (ctx.me(), &found.row);
    if !decides(me.member_id, row.owner_id, row.created_by_id) {
        return Err(ApiError::forbidden());
    }
    let reply = bin::<Found, _>(ctx, tx, id, trash).await?;
    Ok(told(me, found.deal_owner_id, reply))
}
