//! Values of metrics.

use actix_web::{delete, get, patch, post};
use chrono_tz::Tz;
use domain::{
    coaching::metric::{check_period_start, target_of},
    core::time::today,
};
use persistence::{
    Db, PageRequest, StoreError, Tx,
    coaching::{
        metric,
        metric_value::{self, Found, Model},
    },
    identity::{member, organization},
    platform::event::NewEvent,
};
use shared_types::{
    MetricId, MetricValueId,
    coaching::{
        BulkMetricValues, CreateMetricValue, ListMetricValues, MetricSource, MetricValue,
        MetricValueOutcome, UpdateMetricValue,
    },
    platform::{Event, EventKind, ListEvents, SubjectKind},
};

use crate::core::{
    app::Services,
    bulk,
    context::{Ctx, Once, Via},
    error::{ApiError, ApiResult},
    extract::{Id, Params, Valid},
    permit::{MetricsRead, MetricsWrite, Permit},
    record::{self, Before, Record, changeable, record, save},
    record_routes::record_routes,
    reply::Reply,
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config
        // Before those of single values, which would take `bulk` for an id.
        .service(bulk_metric_values)
        .service(list_metric_values)
        .service(create_metric_value)
        .service(get_metric_value)
        .service(update_metric_value)
        .service(delete_metric_value)
        .service(restore_metric_value)
        .service(metric_value_timeline);
}

record! {
    Found, MetricValueId => MetricValue, MetricValue, MetricsRead;
    find(db, id, owners) = metric_value::get(db, id, owners);
    store(tx, before, after) = metric_value::save(tx, before, after);
    view(found, _db, _now) = Ok(found.into());
    name(found) = found.name(); owner(row) = Some(row.member_id);
}

/// List values of metrics
///
/// Those of the members within reach. What is computed has none: scorecards say what it came to.
#[utoipa::path(tag = "metrics", operation_id = "listMetricValues", params(ListMetricValues),
    responses((status = 200, description = "A page of values.", body = [MetricValue])), security(("bearer" = ["metrics:read"])))]
#[get("/api/v1/metric-values")]
async fn list_metric_values(
    ctx: Ctx<MetricsRead>,
    query: Params<ListMetricValues>,
) -> ApiResult<Reply<Vec<MetricValue>>> {
    let request = PageRequest::new(&query.0, ctx.position("metric-values", &query.0)?);
    let page = metric_value::list(&ctx.read(), &query.0, &ctx.owners()?, &request).await?;
    Ok(ctx.page("metric-values", &query.0, page.map(MetricValue::from)))
}

/// Get a value of a metric
#[utoipa::path(tag = "metrics", operation_id = "getMetricValue", params(("id" = MetricValueId, Path, description = "Id of the value.")),
    responses((status = 200, description = "The value.", body = MetricValue)), security(("bearer" = ["metrics:read"])))]
#[get("/api/v1/metric-values/{id}")]
async fn get_metric_value(
    ctx: Ctx<MetricsRead>,
    id: Id<MetricValueId>,
) -> ApiResult<Reply<MetricValue>> {
    record::get::<Found, _>(&ctx, id.0).await
}

/// Say a value of a metric
///
/// Where there is one of the member and the period already, that is changed (status 200), and taken out of the trash if it was there.
#[utoipa::path(tag = "metrics", operation_id = "createMetricValue", request_body = CreateMetricValue,
    responses(
        (status = 200, description = "The value as it is now.", body = MetricValue),
        (status = 201, description = "The value.", body = MetricValue)
    ), security(("bearer" = ["metrics:write"])))]
#[post("/api/v1/metric-values")]
async fn create_metric_value(
    ctx: Ctx<MetricsWrite>,
    body: Valid<CreateMetricValue>,
) -> ApiResult<Once<MetricValue>> {
    ctx.post(async |tx| put(&ctx, tx, body.0.clone()).await)
        .await
}

/// The metric that values are entered for.
///
/// # Errors
/// 422 on `metricId` where there is none, it is in the trash, or its values are computed.
pub(crate) async fn entered(tx: &Tx, id: MetricId) -> ApiResult<metric::Model> {
    let row = match metric::get(tx, id).await {
        Ok(found) if found.row.deleted_at.is_none() => found.row,
        Ok(_) | Err(StoreError::NotFound) => {
            let message = "refers to a record that does not exist";
            return Err(ApiError::field("metricId", message));
        }
        Err(error) => return Err(error.into()),
    };
    if row.source == MetricSource::Computed {
        return Err(ApiError::field(
            "metricId",
            "is computed, so nobody enters its values",
        ));
    }
    Ok(row)
}

/// Writes a value where there is none, or changes the one that is there.
async fn put(
    ctx: &Ctx<MetricsWrite>,
    tx: &Tx,
    body: CreateMetricValue,
) -> ApiResult<Reply<MetricValue>> {
    let metric = entered(tx, body.metric_id).await?;
    let owner = match member::get(tx, body.member_id).await {
        Ok(owner) if ctx.owners()?.holds(owner.id) => owner,
        Ok(_) | Err(StoreError::NotFound) => {
            let message = "must be a member within your reach";
            return Err(ApiError::field("memberId", message));
        }
        Err(error) => return Err(error.into()),
    };
    let organization = organization::get(tx).await?;
    let zone: Tz = organization.time_zone.parse().unwrap_or(Tz::UTC);
    let fiscal = u8::try_from(organization.fiscal_year_start_month).unwrap_or(1);
    let today = today(tx.now(), zone);
    check_period_start(metric.period, body.period_start, today, fiscal)?;
    let usual = target_of(metric.target, &metric.targets(), owner.id, owner.team_id);
    let source = match ctx.me().via {
        Via::Key { .. } => MetricSource::Api,
        Via::Session(_) | Via::Job => MetricSource::Manual,
    };
    let known = metric_value::of(tx, metric.id, &[owner.id], &[body.period_start]).await?;
    if let Some(found) = known.into_iter().next() {
        let view = found.clone().view(tx, tx.now()).await?;
        ctx.if_match(found.version(), || view.clone())?;
        let mut after = found.clone();
        let kind = if after.row.deleted_at.take().is_some() {
            EventKind::Restored
        } else {
            EventKind::Updated
        };
        after.row.value = body.value;
        after.row.target = body.target.or(after.row.target).or(usual);
        after.row.note = body.note.or(after.row.note);
        after.row.source = source;
        return save(tx, Before { found, view }, after, kind, false).await;
    }
    let found = Found {
        row: new_row(tx, &body, usual, source),
        metric_name: Some(metric.name),
        member_name: Some(owner.name),
    };
    write_new(tx, &found);
    let location = format!("/api/v1/metric-values/{}", found.row.id);
    Ok(Reply::created(found.into(), 1, location))
}

/// The row of a new value; its target is the usual one unless said.
pub(crate) fn new_row(
    tx: &Tx,
    body: &CreateMetricValue,
    usual: Option<i64>,
    source: MetricSource,
) -> Model {
    Model {
        id: tx.new_id(),
        organization_id: tx.organization(),
        metric_id: body.metric_id,
        member_id: body.member_id,
        period_start: body.period_start,
        value: body.value,
        target: body.target.or(usual),
        source,
        note: body.note.clone(),
        created_at: tx.now(),
        updated_at: tx.now(),
        deleted_at: None,
        version: 1,
    }
}

/// Queues a new value with its event.
pub(crate) fn write_new(tx: &Tx, found: &Found) {
    tx.insert::<metric_value::Entity>(found.row.clone());
    tx.record(NewEvent::new(
        EventKind::Created,
        SubjectKind::MetricValue,
        found.row.id,
        &found.name(),
    ));
}

/// Change a value of a metric
#[utoipa::path(tag = "metrics", operation_id = "updateMetricValue", params(("id" = MetricValueId, Path, description = "Id of the value.")), request_body = UpdateMetricValue,
    responses((status = 200, description = "The value as it is now.", body = MetricValue)), security(("bearer" = ["metrics:write"])))]
#[patch("/api/v1/metric-values/{id}")]
async fn update_metric_value(
    ctx: Ctx<MetricsWrite>,
    id: Id<MetricValueId>,
    body: Valid<UpdateMetricValue>,
) -> ApiResult<Reply<MetricValue>> {
    let body = body.0.normalized();
    ctx.write(async |tx| change(&ctx, tx, id.0, body.clone()).await)
        .await
}

async fn change<P: Permit>(
    ctx: &Ctx<P>,
    tx: &Tx,
    id: MetricValueId,
    body: UpdateMetricValue,
) -> ApiResult<Reply<MetricValue>> {
    let before = changeable::<Found, _>(ctx, tx, id, false).await?;
    let mut after = before.found.clone();
    let UpdateMetricValue {
        value,
        target,
        note,
        clear: _,
    } = body;
    after.row.value = value.unwrap_or(after.row.value);
    target.apply(&mut after.row.target);
    note.apply(&mut after.row.note);
    save(tx, before, after, EventKind::Updated, false).await
}

/// Write many values of metrics
///
/// Up to 500 operations in their order, each with its own result; all or none with `atomic`. `create` says a value whether there is one
/// already or not.
#[utoipa::path(tag = "metrics", operation_id = "bulkMetricValues", request_body = BulkMetricValues,
    responses((status = 200, description = "What became of each operation.", body = [MetricValueOutcome])), security(("bearer" = ["metrics:write"])))]
#[post("/api/v1/metric-values/bulk")]
async fn bulk_metric_values(
    ctx: Ctx<MetricsWrite>,
    body: Valid<BulkMetricValues>,
) -> ApiResult<Once<Vec<MetricValueOutcome>>> {
    bulk::records::<Found, MetricsWrite, _, _>(
        &ctx,
        body.0,
        async |tx, body| put(&ctx, tx, body).await,
        async |own, tx, id, patch| change(own, tx, id, patch.normalized()).await,
    )
    .await
}

record_routes! {
    Found, MetricValueId => MetricValue, "metrics", "Id of the value.", MetricsWrite "metrics:write";
    /// Move a value of a metric to the trash
    ///
    /// It can be restored for 30 days.
    delete_metric_value: "deleteMetricValue", "/api/v1/metric-values/{id}", "The value, in the trash.";
    /// Restore a value of a metric
    restore_metric_value: "restoreMetricValue", "/api/v1/metric-values/{id}/restore", "The value as it is now.";
    /// Timeline of a value of a metric
    metric_value_timeline: "listMetricValueEvents", "/api/v1/metric-values/{id}/timeline", MetricsRead "metrics:read";
}
