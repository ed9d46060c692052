use proptest::prelude::*;
use uuid::Uuid;

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn report(
    period: Option<ReportPeriod>,
    after: Option<&str>,
    before: Option<&str>,
) -> PipelineReport {
    PipelineReport {
        period,
        closed_after: after.map(day),
        closed_before: before.map(day),
        ..PipelineReport::default()
    }
}

fn stage(number: u128) -> Stage {
    Stage {
        id: StageId(Uuid::from_u128(number)),
        name: format!("Stage {number}"),
        probability: 10,
        rotting_days: None,
    }
}

#[test]
fn periods_of_the_calendar_and_of_ones_own() {
    let today = day("2026-03-31");
    let of = |report: &PipelineReport| {
        periods(report, today, 2).unwrap().map(|periods| {
            [periods.before.start, periods.now.start, periods.now.end].map(|day| day.to_string())
        })
    };
    let all = |days: [&str; 3]| Some(days.map(str::to_owned));
    let none = report(None, None, None);
    assert_eq!(of(&none), all(["2026-02-01", "2026-03-01", "2026-04-01"]));
    let quarter = report(Some(ReportPeriod::Quarter), None, None);
    assert_eq!(
        of(&quarter),
        all(["2025-11-01", "2026-02-01", "2026-05-01"])
    );
    let year = report(Some(ReportPeriod::Year), None, None);
    assert_eq!(of(&year), all(["2025-02-01", "2026-02-01", "2027-02-01"]));
    assert_eq!(of(&report(Some(ReportPeriod::All), None, None)), None);
    let own = report(None, Some("2017-01-10"), Some("2017-01-20"));
    assert_eq!(of(&own), all(["2016-12-31", "2017-01-10", "2017-01-20"]));
    for wrong in [
        report(None, Some("2017-01-10"), None),
        report(None, None, Some("2017-01-10")),
        report(None, Some("2017-01-10"), Some("2017-01-10")),
        report(None, Some("1017-01-10"), Some("2017-01-10")),
        report(
            Some(ReportPeriod::All),
            Some("2017-01-10"),
            Some("2017-02-10"),
        ),
    ] {
        assert!(periods(&wrong, today, 1).is_err(), "{wrong:?}");
    }
}

#[test]
fn every_figure_has_its_list() {
    let member = MemberId(Uuid::from_u128(7));
    let lists = Lists::of(&PipelineReport {
        owner_id: Some(AnyOf(vec![member])),
        ..PipelineReport::default()
    });
    let owner = format!("ownerId={member}");
    let today = day("2026-03-15");
    let months = forecast_months(today);
    assert_eq!(months.len(), FORECAST_MONTHS);
    let march = DayRange::new(day("2026-03-01"), day("2026-04-01"));
    assert_eq!(months[0], march);
    for (list, words) in [
        (lists.open(), "status=open&{owner}"),
        (lists.rotting(), "status=open&{owner}&rotting=true"),
        (
            lists.closed(DealStatus::Won, Some(march)),
            "status=won&{owner}&closedAfter=2026-03-01&closedBefore=2026-04-01",
        ),
        (
            lists.expected(march, today),
            "status=open&{owner}&expectedCloseAfter=2026-03-15&expectedCloseBefore=2026-04-01",
        ),
        (
            lists.overdue(today),
            "status=open&{owner}&expectedCloseBefore=2026-03-15",
        ),
        (
            lists.unscheduled(),
            "status=open&{owner}&hasExpectedClose=false",
        ),
    ] {
        assert_eq!(query(&list), words.replace("{owner}", &owner));
        let back: ListDeals = serde_urlencoded::from_str(&query(&list)).unwrap();
        assert_eq!(back, list);
    }
    assert!(query(&lists.reached(stage(1).id)).starts_with("reachedStageId=00000000"));
}

#[test]
fn growth_and_shares() {
    assert_eq!(change(15, 10), Some(5_000));
    assert_eq!(change(0, 10), Some(-10_000));
    assert_eq!(change(10, 3), Some(23_333));
    assert_eq!(change(5, 0), None);
    assert_eq!(change(i64::MAX, 1), None);
    assert_eq!(rate(1, 3), Some(3_333));
    assert_eq!(rate(0, 0), None);
    assert_eq!(win_rate(4_238, 2_473), Some(6_315));
    assert_eq!(average_days(7, 2), Some(4));
    assert_eq!(average_days(-7, 2), Some(0));
    assert_eq!(average_days(7, 0), None);
}

#[test]
fn comparisons_are_in_the_currency_of_the_organization() {
    let of = |count, amount| {
        figure(
            count,
            vec![
                Money::new(9, Currency::Usd),
                Money::new(amount, Currency::Eur),
            ],
            vec![],
            &ListDeals::default(),
        )
    };
    let compared = compare(of(3, 150), Some(of(2, 100)), Currency::Eur);
    assert_eq!(
        (compared.count_change, compared.sum_change),
        (Some(5_000), Some(5_000))
    );
    let first = compare(of(3, 150), None, Currency::Eur);
    assert_eq!((first.count_change, first.sum_change), (None, None));
}

#[test]
fn conversion_goes_from_stage_to_stage_to_won() {
    let stages = [stage(1), stage(2), stage(3)];
    let not_won = HashMap::from([(stages[0].id, 50), (stages[1].id, 30), (stages[2].id, 5)]);
    let lists = Lists::of(&PipelineReport::default());
    let steps: Vec<_> = conversion(&stages, &not_won, 15, &lists)
        .into_iter()
        .map(|step| (step.reached, step.advanced, step.rate))
        .collect();
    assert_eq!(
        steps,
        [
            (100, 50, Some(5_000)),
            (50, 20, Some(4_000)),
            (20, 15, Some(7_500))
        ]
    );
    let empty = conversion(&stages, &HashMap::new(), 0, &lists);
    assert!(empty.iter().all(|step| step.rate.is_none()));
}

#[test]
fn the_best_come_first() {
    let agent = |number: u128, name: &str, won: u64, amount: i64| AgentFigure {
        member_id: MemberId(Uuid::from_u128(number)),
        name: name.to_owned(),
        won: DealFigure {
            count: won,
            sums: vec![Money::new(amount, Currency::Eur)],
            ..DealFigure::default()
        },
        lost: DealFigure::default(),
        win_rate: None,
    };
    let agents = vec![
        agent(1, "B", 2, 10),
        agent(2, "A", 2, 10),
        agent(3, "C", 9, 10),
        agent(4, "D", 1, 99),
        agent(5, "E", 0, 0),
    ];
    let names: Vec<_> = best_agents(agents, Currency::Eur)
        .into_iter()
        .map(|agent| agent.name)
        .collect();
    assert_eq!(names, ["D", "C", "A", "B"]);
    let many = (0..30).map(|number| agent(number, "X", 1, 1)).collect();
    assert_eq!(best_agents(many, Currency::Eur).len(), BEST_AGENTS);
}

proptest! {
    #[test]
    fn shares_stay_within_the_whole(counts in prop::collection::vec(0_u64..1_000, 1..8), won in 0_u64..1_000) {
        let stages: Vec<Stage> = (1..).zip(&counts).map(|(number, _)| stage(number)).collect();
        let not_won = stages.iter().map(|stage| stage.id).zip(counts.iter().copied()).collect();
        let steps = conversion(&stages, &not_won, won, &Lists::of(&PipelineReport::default()));
        prop_assert_eq!(steps[0].reached, counts.iter().sum::<u64>() + won);
        for pair in steps.windows(2) {
            prop_assert_eq!(pair[0].advanced, pair[1].reached);
        }
        for step in &steps {
            prop_assert!(step.rate.is_none_or(|rate| rate <= 10_000));
        }
    }
}
