//! Metrics.

use actix_web::{delete, get, patch, post};
use domain::coaching::metric::{Shape, check};
use persistence::{
    Db, PageRequest, Tx,
    coaching::{
        metric::{self, Found, Model},
        metric_value,
    },
    identity::{member, organization},
    platform::{event::NewEvent, name},
    stored,
};
use shared_types::{
    Currency, ErrorCode, MetricId,
    coaching::{CreateMetric, ListMetrics, Metric, MetricTarget, MetricUnit, UpdateMetric},
    platform::{Event, EventKind, ListEvents, SubjectKind},
};

use crate::core::{
    app::Services,
    context::{Ctx, Once},
    error::{ApiError, ApiResult},
    extract::{Id, Params, Valid},
    permit::{MetricsManage, MetricsRead},
    record::{self, changeable, record, save},
    record_routes::record_routes,
    reply::Reply,
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config
        .service(list_metrics)
        .service(create_metric)
        .service(get_metric)
        .service(update_metric)
        .service(delete_metric)
        .service(restore_metric)
        .service(metric_timeline);
}

record! {
    Found, MetricId => Metric, Metric, MetricsRead;
    find(db, id, _owners) = metric::get(db, id);
    store(tx, before, after) = metric::save(tx, before, after);
    view(found, _db, _now) = Ok(found.into());
    name(found) = found.row.name.as_str(); owner(_row) = None;
}

/// List metrics
#[utoipa::path(tag = "metrics", operation_id = "listMetrics", params(ListMetrics),
    responses((status = 200, description = "A page of metrics.", body = [Metric])), security(("bearer" = ["metrics:read"])))]
#[get("/api/v1/metrics")]
async fn list_metrics(
    ctx: Ctx<MetricsRead>,
    query: Params<ListMetrics>,
) -> ApiResult<Reply<Vec<Metric>>> {
    let request = PageRequest::new(&query.0, ctx.position("metrics", &query.0)?);
    let page = metric::list(&ctx.read(), &query.0, &request).await?;
    Ok(ctx.page("metrics", &query.0, page.map(Metric::from)))
}

/// Get a metric
#[utoipa::path(tag = "metrics", operation_id = "getMetric", params(("id" = MetricId, Path, description = "Id of the metric.")),
    responses((status = 200, description = "The metric.", body = Metric)), security(("bearer" = ["metrics:read"])))]
#[get("/api/v1/metrics/{id}")]
async fn get_metric(ctx: Ctx<MetricsRead>, id: Id<MetricId>) -> ApiResult<Reply<Metric>> {
    record::get::<Found, _>(&ctx, id.0).await
}

/// Checks that the members and teams of targets are there.
async fn check_targets(tx: &Tx, targets: &[MetricTarget]) -> ApiResult<()> {
    let members: Vec<_> = targets.iter().filter_map(|it| it.member_id).collect();
    let members = member::some(tx, &members).await?;
    let teams: Vec<_> = targets
        .iter()
        .filter_map(|it| it.team_id.map(|id| id.0))
        .collect();
    let teams = name::of_ids(tx, SubjectKind::Team, teams).await?;
    for (index, target) in targets.iter().enumerate() {
        let unknown = |field: &str| {
            let field = format!("targets.{index}.{field}");
            Err(ApiError::field(
                &field,
                "refers to a record that does not exist",
            ))
        };
        if target
            .member_id
            .is_some_and(|id| members.iter().all(|row| row.id != id))
        {
            return unknown("memberId");
        }
        if target.team_id.is_some_and(|id| !teams.contains_key(&id.0)) {
            return unknown("teamId");
        }
    }
    Ok(())
}

/// The currency of a metric: that of the organization where money has none.
async fn currency(
    tx: &Tx,
    unit: MetricUnit,
    said: Option<Currency>,
) -> ApiResult<Option<Currency>> {
    match (unit, said) {
        (MetricUnit::Money, None) => Ok(Some(organization::get(tx).await?.currency)),
        (MetricUnit::Money, said) => Ok(said),
        _ => Ok(None),
    }
}

/// Make a metric
#[utoipa::path(tag = "metrics", operation_id = "createMetric", request_body = CreateMetric,
    responses((status = 201, description = "The metric.", body = Metric)), security(("bearer" = ["metrics:manage"])))]
#[post("/api/v1/metrics")]
async fn create_metric(
    ctx: Ctx<MetricsManage>,
    body: Valid<CreateMetric>,
) -> ApiResult<Once<Metric>> {
    ctx.post(async |tx| add(tx, body.0.clone()).await).await
}

/// Queues a new metric.
pub(crate) async fn add(tx: &Tx, body: CreateMetric) -> ApiResult<Reply<Metric>> {
    check(&Shape::from(&body))?;
    check_targets(tx, &body.targets).await?;
    let CreateMetric {
        name,
        description,
        unit,
        currency: said,
        direction,
        weight,
        period,
        source,
        computation,
        target,
        targets,
        active,
    } = body;
    let row = Model {
        id: tx.new_id(),
        organization_id: tx.organization(),
        name: name.trim().to_owned(),
        name_key: String::new(),
        description,
        unit,
        currency: currency(tx, unit, said).await?,
        direction,
        weight: weight.unwrap_or(1),
        period,
        source,
        computation,
        target,
        targets: stored(&targets),
        active: active.unwrap_or(true),
        created_at: tx.now(),
        updated_at: tx.now(),
        deleted_at: None,
        version: 1,
    }
    .derived();
    tx.insert::<metric::Entity>(row.clone());
    tx.record(NewEvent::new(
        EventKind::Created,
        SubjectKind::Metric,
        row.id,
        &row.name,
    ));
    let location = format!("/api/v1/metrics/{}", row.id);
    Ok(Reply::created(row.into(), 1, location))
}

/// Change a metric
///
/// Unit, currency, period and source stay once there are values: they would mean something else.
#[utoipa::path(tag = "metrics", operation_id = "updateMetric", params(("id" = MetricId, Path, description = "Id of the metric.")), request_body = UpdateMetric,
    responses((status = 200, description = "The metric as it is now.", body = Metric)), security(("bearer" = ["metrics:manage"])))]
#[patch("/api/v1/metrics/{id}")]
async fn update_metric(
    ctx: Ctx<MetricsManage>,
    id: Id<MetricId>,
    body: Valid<UpdateMetric>,
) -> ApiResult<Reply<Metric>> {
    let body = body.0.normalized();
    ctx.write(async |tx| {
        let before = changeable::<Found, _>(&ctx, tx, id.0, false).await?;
        let row = patched(tx, before.found.row.clone(), body.clone()).await?;
        save(tx, before, Found { row }, EventKind::Updated, false).await
    })
    .await
}

async fn patched(tx: &Tx, before: Model, patch: UpdateMetric) -> ApiResult<Model> {
    let UpdateMetric {
        name,
        description,
        unit,
        currency: said,
        direction,
        weight,
        period,
        source,
        computation,
        target,
        targets,
        active,
        clear: _,
    } = patch;
    let mut row = before.clone();
    if let Some(name) = name {
        row.name = name.trim().to_owned();
    }
    description.apply(&mut row.description);
    row.unit = unit.unwrap_or(row.unit);
    row.direction = direction.unwrap_or(row.direction);
    row.weight = weight.unwrap_or(row.weight);
    row.period = period.unwrap_or(row.period);
    row.source = source.unwrap_or(row.source);
    computation.apply(&mut row.computation);
    target.apply(&mut row.target);
    row.active = active.unwrap_or(row.active);
    if let Some(targets) = &targets {
        check_targets(tx, targets).await?;
        row.targets = stored(targets);
    }
    check(&Shape {
        unit: row.unit,
        currency: said,
        source: row.source,
        computation: row.computation,
        targets: &row.targets(),
    })?;
    row.currency = currency(tx, row.unit, said.or(row.currency)).await?;
    let means = |row: &Model| (row.unit, row.currency, row.period, row.source);
    if means(&before) != means(&row) && metric_value::any_of_metric(tx, row.id).await? {
        return Err(ApiError::new(
            ErrorCode::Conflict,
            "The metric has values, so its unit, currency, period and source stay; make another metric instead.",
        ));
    }
    Ok(row.derived())
}

record_routes! {
    Found, MetricId => Metric, "metrics", "Id of the metric.", MetricsManage "metrics:manage";
    /// Move a metric to the trash
    ///
    /// It can be restored for 30 days, and stays for as long as it has values.
    delete_metric: "deleteMetric", "/api/v1/metrics/{id}", "The metric, in the trash.";
    /// Restore a metric
    restore_metric: "restoreMetric", "/api/v1/metrics/{id}/restore", "The metric as it is now.";
    /// Timeline of a metric
    metric_timeline: "listMetricEvents", "/api/v1/metrics/{id}/timeline", MetricsRead "metrics:read";
}
