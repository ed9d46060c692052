//! Dashboards: figures over many records, each with the list behind it.

use std::collections::HashMap;

use actix_web::get;
use domain::{
    core::time::{DayRange, today},
    platform::report::{
        Lists, Periods, average_days, best_agents, compare, conversion, day_period, figure,
        forecast_months, periods, win_rate,
    },
};
use persistence::{
    Owners,
    crm::{
        deal_report::{self, AgentDeals, ClosedDeals, OpenDeals},
        pipeline,
    },
    identity::organization,
};
use shared_types::{
    AnyOf, Currency, MemberId, Money, Permission,
    crm::{DealStatus, ListDeals, Stage},
    platform::{
        AgentFigure, DealFigure, ForecastMonth, PipelineDashboard, PipelineReport, StageConversion,
    },
};

use crate::core::{
    app::Services,
    context::Ctx,
    error::{ApiError, ApiResult},
    extract::Params,
    permit::ReportsRead,
    reply::Reply,
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config.service(get_pipeline_dashboard);
}

/// Sums of a figure, per currency.
#[derive(Clone, Debug, Default)]
struct Sums {
    count: u64,
    sums: HashMap<Currency, i64>,
    weighted: HashMap<Currency, i64>,
}

impl Sums {
    fn add(&mut self, count: i64, sum: i64, currency: Currency) {
        self.count += u64::try_from(count).unwrap_or(0);
        let total = self.sums.entry(currency).or_default();
        *total = total.saturating_add(sum);
    }

    fn weigh(&mut self, weighted: i64, currency: Currency) {
        let total = self.weighted.entry(currency).or_default();
        *total = total.saturating_add(weighted);
    }

    fn figure(self, list: &ListDeals) -> DealFigure {
        figure(self.count, money(self.sums), money(self.weighted), list)
    }
}

/// The largest first; amounts of different currencies compare as numbers, for want of rates.
fn money(sums: HashMap<Currency, i64>) -> Vec<Money> {
    let mut all: Vec<Money> = sums
        .into_iter()
        .map(|(currency, amount)| Money::new(amount, currency))
        .collect();
    all.sort_by_key(|money| (std::cmp::Reverse(money.amount), money.currency.as_str()));
    all
}

/// Open deals: all of them, by month, overdue, without a month, rotting.
fn open_figures(
    rows: &[OpenDeals],
    lists: &Lists,
    today: chrono::NaiveDate,
) -> (DealFigure, Vec<ForecastMonth>, [DealFigure; 3], Option<u32>) {
    let gather = |matches: &dyn Fn(&OpenDeals) -> bool| {
        let mut sums = Sums::default();
        for row in rows.iter().filter(|row| matches(row)) {
            sums.add(row.count, row.sum, row.currency);
            sums.weigh(row.weighted, row.currency);
        }
        sums
    };
    let forecast = forecast_months(today)
        .into_iter()
        .map(|month| {
            let name = month.start.format("%Y-%m").to_string();
            ForecastMonth {
                month: month.start,
                deals: gather(&|row| row.expected == name).figure(&lists.expected(month, today)),
            }
        })
        .collect();
    let all = gather(&|_| true);
    let days = rows.iter().map(|row| row.days).sum();
    let age = average_days(days, all.count);
    let others = [
        gather(&|row| row.expected == "overdue").figure(&lists.overdue(today)),
        gather(&|row| row.expected == "none").figure(&lists.unscheduled()),
        gather(&|row| row.rotting).figure(&lists.rotting()),
    ];
    (all.figure(&lists.open()), forecast, others, age)
}

fn closed_figure(
    rows: &[ClosedDeals],
    status: DealStatus,
    now: bool,
    list: &ListDeals,
) -> DealFigure {
    let mut sums = Sums::default();
    for row in rows
        .iter()
        .filter(|row| row.status == status && row.now == now)
    {
        sums.add(row.count, row.sum, row.currency);
    }
    sums.figure(list)
}

fn agents(rows: Vec<AgentDeals>, lists: &Lists, period: Option<DayRange>) -> Vec<AgentFigure> {
    let mut by_member: HashMap<MemberId, (String, Sums, Sums)> = HashMap::new();
    for row in rows {
        let (_, won, lost) = by_member
            .entry(row.owner_id)
            .or_insert_with(|| (row.owner_name.clone(), Sums::default(), Sums::default()));
        let sums = if row.status == DealStatus::Won {
            won
        } else {
            lost
        };
        sums.add(row.count, row.sum, row.currency);
    }
    by_member
        .into_iter()
        .map(|(member, (name, won, lost))| AgentFigure {
            member_id: member,
            name,
            win_rate: win_rate(won.count, lost.count),
            won: won.figure(&lists.of_agent(member, DealStatus::Won, period)),
            lost: lost.figure(&lists.of_agent(member, DealStatus::Lost, period)),
        })
        .collect()
}

/// The closed deals of both periods, or of all time.
fn closed_list(lists: &Lists, periods: Option<Periods>) -> ListDeals {
    let both = periods.map(|periods| DayRange::new(periods.before.start, periods.now.end));
    ListDeals {
        status: Some(AnyOf(vec![DealStatus::Won, DealStatus::Lost])),
        ..lists.closed(DealStatus::Won, both)
    }
}

async fn stages(
    ctx: &Ctx<ReportsRead>,
    report: &PipelineReport,
    lists: &Lists,
    owners: &Owners,
) -> ApiResult<Vec<StageConversion>> {
    let read = ctx.read();
    let named = report.pipeline_id.as_ref().map(|ids| ids.0.as_slice());
    let mut all = pipeline::all(&read).await?.into_iter();
    let shown = match named {
        Some([one]) => all.find(|found| found.row.id == *one),
        _ => all.next(),
    };
    let Some(shown) = shown else {
        return match named {
            Some(_) => Err(ApiError::field(
                "pipelineId",
                "refers to a record that does not exist",
            )),
            None => Ok(Vec::new()),
        };
    };
    let list = ListDeals {
        pipeline_id: Some(AnyOf(vec![shown.row.id])),
        status: None,
        ..lists.open()
    };
    let mut not_won = HashMap::new();
    let mut won = 0;
    for row in deal_report::by_stage(&read, &list, owners, ctx.now()).await? {
        let count = u64::try_from(row.count).unwrap_or(0);
        if row.status == DealStatus::Won {
            won += count;
        } else {
            *not_won.entry(row.stage_id).or_default() += count;
        }
    }
    let stages: Vec<Stage> = shown.stages.into_iter().map(Stage::from).collect();
    Ok(conversion(&stages, &not_won, won, lists))
}

/// Pipeline dashboard
///
/// How sales stand: what is open and expected, what was won against the period before, how deals
/// get from stage to stage, who sold most. Each figure names the query of the list behind it. Over
/// the deals within the caller's reach.
#[utoipa::path(tag = "dashboards", operation_id = "getPipelineDashboard", params(PipelineReport),
    responses((status = 200, description = "The figures.", body = PipelineDashboard)), security(("bearer" = ["reports:read"])))]
#[get("/api/v1/dashboards/pipeline")]
async fn get_pipeline_dashboard(
    ctx: Ctx<ReportsRead>,
    query: Params<PipelineReport>,
) -> ApiResult<Reply<PipelineDashboard>> {
    let report = query.0;
    let (read, now) = (ctx.read(), ctx.now());
    let organization = organization::get(&read).await?;
    let zone = organization.time_zone.parse().unwrap_or(chrono_tz::UTC);
    let today = today(now, zone);
    let fiscal = u8::try_from(organization.fiscal_year_start_month).unwrap_or(1);
    let periods = periods(&report, today, fiscal)?;
    let lists = Lists::of(&report);
    // What both the report and the list behind it reach.
    let owners = ctx.owners()?.and(ctx.me().owners(Permission::DealsRead)?);
    let period = periods.map(|periods| periods.now);
    let before = periods.map(|periods| periods.before);

    let conversion = stages(&ctx, &report, &lists, &owners).await?;
    let open = deal_report::open(&read, &lists.open(), &owners, now, today).await?;
    let (open, forecast, [overdue, unscheduled, rotting], average_age_days) =
        open_figures(&open, &lists, today);
    let closed = closed_list(&lists, periods);
    let start = period.map(|period| period.start);
    let closed = deal_report::closed(&read, &closed, &owners, now, start).await?;
    let compared = |status| {
        let now = closed_figure(&closed, status, true, &lists.closed(status, period));
        let then = before
            .map(|range| closed_figure(&closed, status, false, &lists.closed(status, Some(range))));
        compare(now, then, organization.currency)
    };
    let (won, lost) = (compared(DealStatus::Won), compared(DealStatus::Lost));
    let of_period = ListDeals {
        status: Some(AnyOf(vec![DealStatus::Won, DealStatus::Lost])),
        ..lists.closed(DealStatus::Won, period)
    };
    let by_agent = deal_report::by_agent(&read, &of_period, &owners, now).await?;
    Ok(Reply::ok(PipelineDashboard {
        period: period.map(day_period),
        period_before: before.map(day_period),
        open,
        forecast,
        overdue,
        unscheduled,
        win_rate: win_rate(won.now.count, lost.now.count),
        won,
        lost,
        conversion,
        average_age_days,
        rotting,
        best_agents: best_agents(agents(by_agent, &lists, period), organization.currency),
        at: now,
    }))
}
