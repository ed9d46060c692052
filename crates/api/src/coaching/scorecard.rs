//! Scorecards and rankings.

use actix_web::get;
use chrono::NaiveDate;
use domain::{
    coaching::metric::{SMALLEST_TEAM, ranks, total},
    core::time::check_day,
};
use persistence::{
    Owners, Read,
    coaching::metric,
    identity::{member, team},
};
use shared_types::{
    Role,
    coaching::{
        MetricCell, MetricDirection, MetricRanking, RankedMember, RankedMetric, RankingQuery,
        Scorecard, ScorecardMetric, ScorecardQuery,
    },
};

use super::standing::{Calendar, Standing};
use crate::core::{
    app::Services,
    context::Ctx,
    error::{ApiError, ApiResult},
    extract::Params,
    permit::MetricsRead,
    reply::Reply,
};

/// How many members are ranked at once.
const MOST_RANKED: u64 = 500;
/// How many periods a trend holds unless said.
const TREND: u16 = 6;

/// The routes of this file.
pub fn routes(config: &mut impl Services) {
    config.service(get_scorecard).service(get_ranking);
}

/// Of whom a scorecard is.
struct Of {
    members: Vec<member::Model>,
    name: String,
}

async fn whose(ctx: &Ctx<MetricsRead>, read: &Read, query: &ScorecardQuery) -> ApiResult<Of> {
    let reach = ctx.owners()?;
    let Some(team_id) = query.team_id else {
        let id = query.member_id.unwrap_or(ctx.me().member_id);
        if !reach.holds(id) {
            return Err(ApiError::not_found());
        }
        let member = member::get(read, id).await?;
        return Ok(Of {
            name: member.name.clone(),
            members: vec![member],
        });
    };
    if query.member_id.is_some() {
        let message = "cannot be given beside memberId";
        return Err(ApiError::field("teamId", message));
    }
    let team = team::get(read, team_id).await?;
    let members = member::active(read, &Owners::Anybody, Some(team_id), MOST_RANKED).await?;
    // A whole of which somebody sees only a part would be no whole.
    if members.iter().any(|member| !reach.holds(member.id)) {
        return Err(ApiError::not_found());
    }
    Ok(Of {
        members,
        name: team.row.name,
    })
}

fn day(calendar: &Calendar, said: Option<NaiveDate>) -> ApiResult<NaiveDate> {
    check_day("periodStart", said)?;
    Ok(said.unwrap_or(calendar.today))
}

/// The whole team of a member, where it is large enough to be shown.
async fn mates(read: &Read, of: &Of) -> ApiResult<Vec<member::Model>> {
    let [member] = of.members.as_slice() else {
        return Ok(Vec::new());
    };
    let Some(team) = member.team_id else {
        return Ok(Vec::new());
    };
    let mates = member::active(read, &Owners::Anybody, Some(team), MOST_RANKED).await?;
    Ok(if mates.len() < SMALLEST_TEAM {
        Vec::new()
    } else {
        mates
    })
}

/// Scorecard
///
/// How a member, or a team, stands against its targets: metric by metric and all together, against the periods before and the whole team.
/// Each computed value names the lists of the records behind it. Pieces and money of a team add up, rates are averaged; who is not active
/// any more does not count.
#[utoipa::path(tag = "metrics", operation_id = "getScorecard", params(ScorecardQuery),
    responses((status = 200, description = "The scorecard.", body = Scorecard), (status = 404, description = "The member or the team is not there, or not within reach.")), security(("bearer" = ["metrics:read"])))]
#[get("/api/v1/metrics/scorecard")]
async fn get_scorecard(
    ctx: Ctx<MetricsRead>,
    query: Params<ScorecardQuery>,
) -> ApiResult<Reply<Scorecard>> {
    let query = query.0;
    let read = ctx.read();
    let of = whose(&ctx, &read, &query).await?;
    let calendar = Calendar::of(&read, ctx.now()).await?;
    let day = day(&calendar, query.period_start)?;
    let metrics = metric::active(&read, query.period.as_ref()).await?;
    let trend = query.periods.unwrap_or(TREND);
    let count = usize::from(trend);
    let ids: Vec<_> = of.members.iter().map(|member| member.id).collect();
    let own = Standing::load(&read, metrics.clone(), &ids, calendar, (day, trend)).await?;
    let mates = mates(&read, &of).await?;
    let team = if mates.is_empty() {
        None
    } else {
        let ids: Vec<_> = mates.iter().map(|member| member.id).collect();
        Some(Standing::load(&read, metrics, &ids, calendar, (day, 1)).await?)
    };
    let shown: Vec<ScorecardMetric> = own
        .metrics
        .iter()
        .enumerate()
        .map(|(index, metric)| {
            let trend: Vec<_> = (0..count)
                .map(|number| own.point(index, &of.members, number..number + 1))
                .collect();
            let of_team = team.as_ref().map(|team| {
                let mut point = team.point(index, &mates, 0..1);
                // Whose records those are is not for everybody who sees the sum.
                point.lists.clear();
                point
            });
            ScorecardMetric {
                metric_id: metric.id,
                name: metric.name.clone(),
                description: metric.description.clone(),
                unit: metric.unit,
                currency: metric.currency,
                direction: metric.direction,
                weight: metric.weight,
                period: metric.period,
                source: metric.source,
                computation: metric.computation,
                now: own.point(index, &of.members, count - 1..count),
                trend,
                team: of_team,
            }
        })
        .collect();
    let before = count.checked_sub(2);
    Ok(Reply::ok(Scorecard {
        member_id: query
            .team_id
            .is_none()
            .then(|| query.member_id.unwrap_or(ctx.me().member_id)),
        team_id: query.team_id,
        name: of.name,
        day,
        total: own.total(&of.members, &(count - 1..count)),
        total_before: before.and_then(|before| own.total(&of.members, &(before..before + 1))),
        team_total: team.and_then(|team| team.total(&mates, &(0..1))),
        metrics: shown,
    }))
}

/// Rank members
///
/// The members within reach by one metric, or by all of them together: the best first, equals on one place. The cells are what a table or
/// a heat map of them shows.
#[utoipa::path(tag = "metrics", operation_id = "getRanking", params(RankingQuery),
    responses((status = 200, description = "The ranking.", body = MetricRanking)), security(("bearer" = ["metrics:read"])))]
#[get("/api/v1/metrics/ranking")]
async fn get_ranking(
    ctx: Ctx<MetricsRead>,
    query: Params<RankingQuery>,
) -> ApiResult<Reply<MetricRanking>> {
    let query = query.0;
    let read = ctx.read();
    let calendar = Calendar::of(&read, ctx.now()).await?;
    let day = day(&calendar, query.period_start)?;
    let metrics = metric::active(&read, query.period.as_ref()).await?;
    let by = match query.metric_id {
        None => None,
        Some(id) => {
            let place = metrics.iter().position(|metric| metric.id == id);
            let unknown =
                || ApiError::field("metricId", "must be a metric that stands on scorecards");
            Some(place.ok_or_else(unknown)?)
        }
    };
    let members = member::active(&read, &ctx.owners()?, query.team_id, MOST_RANKED + 1).await?;
    if members.len() as u64 > MOST_RANKED {
        let message = format!("is required where there are more than {MOST_RANKED} members");
        return Err(ApiError::field("teamId", message));
    }
    let ids: Vec<_> = members.iter().map(|member| member.id).collect();
    let periods = query.periods.unwrap_or(1);
    let standing = Standing::load(&read, metrics, &ids, calendar, (day, periods)).await?;
    Ok(Reply::ok(ranked(&standing, members, &query, by, day)))
}

/// Whether a member is there to be measured: by the role, or because there is something to measure.
fn is_measured(member: &member::Model, cells: &[MetricCell]) -> bool {
    matches!(member.role, Role::Agent | Role::SalesRep)
        || cells
            .iter()
            .any(|cell| cell.value.is_some_and(|value| value != 0))
}

fn ranked(
    standing: &Standing,
    members: Vec<member::Model>,
    query: &RankingQuery,
    by: Option<usize>,
    day: NaiveDate,
) -> MetricRanking {
    let periods = query.periods.unwrap_or(1);
    let numbers = 0..usize::from(periods);
    let mut rows: Vec<(String, RankedMember)> = members
        .into_iter()
        .map(|member| {
            let one = std::slice::from_ref(&member);
            let cells: Vec<MetricCell> = standing
                .metrics
                .iter()
                .enumerate()
                .map(|(index, metric)| {
                    let point = standing.point(index, one, numbers.clone());
                    MetricCell {
                        metric_id: metric.id,
                        value: point.value,
                        target: point.target,
                        attainment: point.attainment,
                    }
                })
                .collect();
            let weighted = standing.metrics.iter().zip(&cells);
            let total = total(weighted.map(|(metric, cell)| (metric.weight, cell.attainment)));
            (member, cells, total)
        })
        .filter(|(member, cells, _)| is_measured(member, cells))
        .map(|(member, cells, total)| {
            let row = RankedMember {
                rank: None,
                member_id: member.id,
                member_name: member.name,
                total,
                cells,
            };
            (member.name_key, row)
        })
        .collect();
    let values: Vec<Option<i64>> = rows
        .iter()
        .map(|(_, row)| match by {
            Some(index) => row.cells.get(index).and_then(|cell| cell.value),
            None => row.total,
        })
        .collect();
    let metric = by.and_then(|index| standing.metrics.get(index));
    let direction = metric.map_or(MetricDirection::Up, |metric| metric.direction);
    for ((_, row), rank) in rows.iter_mut().zip(ranks(&values, direction)) {
        row.rank = rank;
    }
    rows.sort_by(|(one_name, one), (other_name, other)| {
        let place = |row: &RankedMember| row.rank.unwrap_or(u32::MAX);
        (place(one), one_name).cmp(&(place(other), other_name))
    });
    let metrics = standing
        .metrics
        .iter()
        .enumerate()
        .map(|(index, metric)| {
            let ranges = standing.ranges(index);
            RankedMetric {
                metric_id: metric.id,
                name: metric.name.clone(),
                unit: metric.unit,
                currency: metric.currency,
                direction: metric.direction,
                start: ranges.first().map_or(day, |range| range.start),
                end: ranges.last().map_or(day, |range| range.end),
            }
        })
        .collect();
    MetricRanking {
        metric_id: query.metric_id,
        day,
        periods,
        metrics,
        rows: rows.into_iter().map(|(_, row)| row).collect(),
    }
}
