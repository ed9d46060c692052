//! Rules by which coaching is proposed.

use actix_web::{delete, get, patch, post};
use domain::coaching::proposal::{RuleShape, check_rule};
use persistence::{
    Db, PageRequest, StoreError, Tx,
    coaching::{
        metric,
        rule::{self, Found, Model},
    },
    crm::lost_reason,
    platform::event::NewEvent,
};
use shared_types::{
    CoachingRuleId, LostReasonId, MetricId,
    coaching::{
        CoachingRule, CoachingRuleKind, CreateCoachingRule, ListCoachingRules, UpdateCoachingRule,
    },
    platform::{Event, EventKind, ListEvents, SubjectKind},
};

use crate::core::{
    app::Services,
    context::{Ctx, Once},
    error::{ApiError, ApiResult},
    extract::{Id, Params, Valid},
    named::referred,
    permit::MetricsManage,
    record::{self, changeable, record, save},
    record_routes::record_routes,
    reply::Reply,
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config
        .service(list_coaching_rules)
        .service(create_coaching_rule)
        .service(get_coaching_rule)
        .service(update_coaching_rule)
        .service(delete_coaching_rule)
        .service(restore_coaching_rule)
        .service(coaching_rule_timeline);
}

record! {
    Found, CoachingRuleId => CoachingRule, CoachingRule, MetricsManage;
    find(db, id, _owners) = rule::get(db, id);
    store(tx, before, after) = rule::save(tx, before, after);
    view(found, _db, _now) = Ok(found.into());
    name(found) = found.row.name.as_str(); owner(_row) = None;
}

/// List rules by which coaching is proposed
#[utoipa::path(tag = "coaching proposals", operation_id = "listCoachingRules", params(ListCoachingRules),
    responses((status = 200, description = "A page of rules.", body = [CoachingRule])), security(("bearer" = ["metrics:manage"])))]
#[get("/api/v1/coaching-rules")]
async fn list_coaching_rules(
    ctx: Ctx<MetricsManage>,
    query: Params<ListCoachingRules>,
) -> ApiResult<Reply<Vec<CoachingRule>>> {
    let request = PageRequest::new(&query.0, ctx.position("coaching-rules", &query.0)?);
    let page = rule::list(&ctx.read(), &query.0, &request).await?;
    Ok(ctx.page("coaching-rules", &query.0, page.map(CoachingRule::from)))
}

/// Get a rule by which coaching is proposed
#[utoipa::path(tag = "coaching proposals", operation_id = "getCoachingRule", params(("id" = CoachingRuleId, Path, description = "Id of the rule.")),
    responses((status = 200, description = "The rule.", body = CoachingRule)), security(("bearer" = ["metrics:manage"])))]
#[get("/api/v1/coaching-rules/{id}")]
async fn get_coaching_rule(
    ctx: Ctx<MetricsManage>,
    id: Id<CoachingRuleId>,
) -> ApiResult<Reply<CoachingRule>> {
    record::get::<Found, _>(&ctx, id.0).await
}

/// Checks what a rule refers to.
async fn check_references(
    tx: &Tx,
    reason: Option<LostReasonId>,
    metric_id: Option<MetricId>,
) -> ApiResult<()> {
    if let Some(reason) = reason {
        let _: lost_reason::Model = referred(tx, "lostReasonId", reason).await?;
    }
    if let Some(id) = metric_id {
        match metric::get(tx, id).await {
            Ok(found) if found.row.deleted_at.is_none() => {}
            Ok(_) | Err(StoreError::NotFound) => {
                let message = "refers to a record that does not exist";
                return Err(ApiError::field("metricId", message));
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Make a rule by which coaching is proposed
///
/// It is switched off unless said. What it finds is proposed to the line of the agent, and never done by itself.
#[utoipa::path(tag = "coaching proposals", operation_id = "createCoachingRule", request_body = CreateCoachingRule,
    responses((status = 201, description = "The rule.", body = CoachingRule)), security(("bearer" = ["metrics:manage"])))]
#[post("/api/v1/coaching-rules")]
async fn create_coaching_rule(
    ctx: Ctx<MetricsManage>,
    body: Valid<CreateCoachingRule>,
) -> ApiResult<Once<CoachingRule>> {
    ctx.post(async |tx| add(tx, body.0.clone()).await).await
}

/// Queues a new rule.
pub(crate) async fn add(tx: &Tx, body: CreateCoachingRule) -> ApiResult<Reply<CoachingRule>> {
    let CreateCoachingRule {
        name,
        kind,
        active,
        losses,
        days,
        lost_reason_id,
        template_id,
        metric_id,
        periods,
    } = body;
    check_rule(&RuleShape {
        kind,
        losses: [
            ("losses", losses.is_some()),
            ("days", days.is_some()),
            ("lostReasonId", lost_reason_id.is_some()),
            ("templateId", template_id.is_some()),
        ],
        metric: metric_id.is_some(),
        periods: periods.is_some(),
    })?;
    check_references(tx, lost_reason_id, metric_id).await?;
    let of_losses = kind == CoachingRuleKind::Losses;
    let row = Model {
        id: tx.new_id(),
        organization_id: tx.organization(),
        name: name.trim().to_owned(),
        name_key: String::new(),
        kind,
        active: active.unwrap_or(false),
        losses: of_losses.then(|| losses.unwrap_or(3)),
        days: of_losses.then(|| days.unwrap_or(30)),
        lost_reason_id,
        template_id,
        metric_id,
        periods: (!of_losses).then(|| periods.unwrap_or(2)),
        created_at: tx.now(),
        updated_at: tx.now(),
        deleted_at: None,
        version: 1,
    }
    .derived();
    tx.insert::<rule::Entity>(row.clone());
    tx.record(NewEvent::new(
        EventKind::Created,
        SubjectKind::CoachingRule,
        row.id,
        &row.name,
    ));
    let location = format!("/api/v1/coaching-rules/{}", row.id);
    Ok(Reply::created(row.into(), 1, location))
}

/// Change a rule by which coaching is proposed
///
/// What it watches for stays. `"active": true` switches it on.
#[utoipa::path(tag = "coaching proposals", operation_id = "updateCoachingRule", params(("id" = CoachingRuleId, Path, description = "Id of the rule.")), request_body = UpdateCoachingRule,
    responses((status = 200, description = "The rule as it is now.", body = CoachingRule)), security(("bearer" = ["metrics:manage"])))]
#[patch("/api/v1/coaching-rules/{id}")]
async fn update_coaching_rule(
    ctx: Ctx<MetricsManage>,
    id: Id<CoachingRuleId>,
    body: Valid<UpdateCoachingRule>,
) -> ApiResult<Reply<CoachingRule>> {
    let body = body.0.normalized();
    ctx.write(async |tx| {
        let before = changeable::<Found, _>(&ctx, tx, id.0, false).await?;
        let reason = body.lost_reason_id.value().copied();
        check_references(tx, reason, body.metric_id).await?;
        let row = patched(before.found.row.clone(), body.clone())?;
        save(tx, before, Found { row }, EventKind::Updated, false).await
    })
    .await
}

fn patched(mut row: Model, patch: UpdateCoachingRule) -> ApiResult<Model> {
    let UpdateCoachingRule {
        name,
        active,
        losses,
        days,
        lost_reason_id,
        template_id,
        metric_id,
        periods,
        clear: _,
    } = patch;
    if let Some(name) = name {
        row.name = name.trim().to_owned();
    }
    row.active = active.unwrap_or(row.active);
    row.losses = losses.or(row.losses);
    row.days = days.or(row.days);
    lost_reason_id.apply(&mut row.lost_reason_id);
    template_id.apply(&mut row.template_id);
    row.metric_id = metric_id.or(row.metric_id);
    row.periods = periods.or(row.periods);
    check_rule(&RuleShape {
        kind: row.kind,
        losses: [
            ("losses", row.losses.is_some()),
            ("days", row.days.is_some()),
            ("lostReasonId", row.lost_reason_id.is_some()),
            ("templateId", row.template_id.is_some()),
        ],
        metric: row.metric_id.is_some(),
        periods: row.periods.is_some(),
    })?;
    Ok(row.derived())
}

record_routes! {
    Found, CoachingRuleId => CoachingRule, "coaching proposals", "Id of the rule.", MetricsManage "metrics:manage";
    /// Move a rule to the trash
    ///
    /// It proposes nothing more. It can be restored for 30 days, and stays for as long as there are proposals of it.
    delete_coaching_rule: "deleteCoachingRule", "/api/v1/coaching-rules/{id}", "The rule, in the trash.";
    /// Restore a rule
    restore_coaching_rule: "restoreCoachingRule", "/api/v1/coaching-rules/{id}/restore", "The rule as it is now.";
    /// Timeline of a rule
    coaching_rule_timeline: "listCoachingRuleEvents", "/api/v1/coaching-rules/{id}/timeline", MetricsManage "metrics:manage";
}
