use proptest::prelude::*;
use shared_types::MAX_AMOUNT;

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn shape<'a>(
    unit: MetricUnit,
    source: MetricSource,
    computation: Option<MetricComputation>,
    targets: &'a [MetricTarget],
) -> Shape<'a> {
    Shape {
        unit,
        currency: None,
        source,
        computation,
        targets,
    }
}

fn field(shape: &Shape<'_>) -> String {
    check(shape)
        .unwrap_err()
        .fields()
        .into_keys()
        .next()
        .unwrap()
}

fn member(number: u128) -> MemberId {
    MemberId(uuid::Uuid::from_u128(number))
}

#[test]
fn the_parts_of_a_metric_go_together() {
    use MetricComputation::Calls;
    use MetricSource::{Computed, Manual};
    use MetricUnit::{Count, Money};
    assert!(check(&shape(Count, Computed, Some(Calls), &[])).is_ok());
    assert_eq!(field(&shape(Money, Computed, Some(Calls), &[])), "unit");
    assert_eq!(field(&shape(Count, Computed, None, &[])), "computation");
    assert_eq!(
        field(&shape(Count, Manual, Some(Calls), &[])),
        "computation"
    );
    let euros = Shape {
        currency: Some(Currency::Eur),
        ..shape(Count, Manual, None, &[])
    };
    assert_eq!(field(&euros), "currency");
    let target = |member_id, team_id| MetricTarget {
        member_id,
        team_id,
        target: 1,
    };
    let anna = Some(member(1));
    let team = Some(TeamId(uuid::Uuid::from_u128(9)));
    for (targets, wrong) in [
        (vec![target(None, None)], "targets.0.memberId"),
        (vec![target(anna, team)], "targets.0.teamId"),
        (
            vec![target(anna, None), target(anna, None)],
            "targets.1.memberId",
        ),
    ] {
        assert_eq!(field(&shape(Count, Manual, None, &targets)), wrong);
    }
    let targets = [target(None, team), target(anna, None)];
    assert!(check(&shape(Count, Manual, None, &targets)).is_ok());
}

#[test]
fn the_nearest_target_counts() {
    let team = TeamId(uuid::Uuid::from_u128(9));
    let targets = [
        MetricTarget {
            member_id: None,
            team_id: Some(team),
            target: 20,
        },
        MetricTarget {
            member_id: Some(member(1)),
            team_id: None,
            target: 30,
        },
    ];
    assert_eq!(
        target_of(Some(10), &targets, member(1), Some(team)),
        Some(30)
    );
    assert_eq!(
        target_of(Some(10), &targets, member(2), Some(team)),
        Some(20)
    );
    assert_eq!(target_of(Some(10), &targets, member(2), None), Some(10));
    assert_eq!(target_of(None, &targets, member(2), None), None);
}

#[test]
fn periods_are_those_of_the_calendar() {
    use MetricPeriod::{Day, Month, Quarter, Week};
    for (period, start, end) in [
        (Day, "2026-03-04", "2026-03-05"),
        (Week, "2026-03-02", "2026-03-09"),
        (Month, "2026-03-01", "2026-04-01"),
        (Quarter, "2026-02-01", "2026-05-01"),
    ] {
        let range = period_of(period, day("2026-03-04"), 2);
        assert_eq!(range, DayRange::new(day(start), day(end)), "{period}");
    }
    let quarters = periods_to(Quarter, day("2026-03-04"), 1, 5);
    let starts: Vec<String> = quarters.iter().map(|it| it.start.to_string()).collect();
    assert_eq!(
        starts,
        [
            "2025-01-01",
            "2025-04-01",
            "2025-07-01",
            "2025-10-01",
            "2026-01-01"
        ]
    );
    let today = day("2026-03-04");
    assert!(check_period_start(Month, day("2026-03-01"), today, 1).is_ok());
    let wrong = check_period_start(Month, day("2026-03-02"), today, 1).unwrap_err();
    assert!(wrong.to_string().ends_with("like 2026-03-01"), "{wrong}");
    assert!(check_period_start(Month, day("2026-04-01"), today, 1).is_err());
    assert!(check_period_start(Day, day("1492-10-12"), today, 1).is_err());
}

#[test]
fn attainment_by_hand() {
    use MetricDirection::{Down, Up};
    for (direction, value, target, expected) in [
        (Up, 42_000, 40_000, 10_500),
        (Up, 1, 3, 3_333),
        (Up, 2, 3, 6_667),
        (Up, 0, 5, 0),
        (Up, 0, 0, 10_000),
        (Up, 7, 0, 10_000),
        (Up, MAX_AMOUNT, 1, MAX_ATTAINMENT),
        (Down, 10, 10, 10_000),
        (Down, 5, 10, 15_000),
        (Down, 15, 10, 5_000),
        (Down, 0, 10, 20_000),
        (Down, 30, 10, 0),
        (Down, MAX_AMOUNT, 1, 0),
        (Down, 0, 0, 10_000),
        (Down, 1, 0, 0),
    ] {
        let found = attainment(direction, value, target);
        assert_eq!(found, expected, "{direction} {value} of {target}");
    }
    assert_eq!(
        total([(1, Some(10_000)), (3, Some(6_000)), (9, None), (0, Some(1))]),
        Some(7_000)
    );
    assert_eq!(total([(0, Some(1)), (1, None)]), None);
}

#[test]
fn equals_share_a_rank() {
    use MetricDirection::{Down, Up};
    let by = [Some(5), Some(9), None, Some(5), Some(1)];
    assert_eq!(ranks(&by, Up), [Some(2), Some(1), None, Some(2), Some(4)]);
    assert_eq!(ranks(&by, Down), [Some(2), Some(4), None, Some(2), Some(1)]);
}

#[test]
fn what_adds_up_is_summed_and_rates_are_pooled() {
    let won = Measure {
        sum: 200_000,
        parts: 3,
    };
    let more = Measure {
        sum: 100_000,
        parts: 1,
    };
    assert_eq!(won.and(more).value(MetricUnit::Percent), Some(75_000));
    assert_eq!(won.and(more).value(MetricUnit::Count), Some(300_000));
    assert_eq!(Measure::default().value(MetricUnit::Count), None);
}

fn directions() -> impl Strategy<Value = MetricDirection> {
    prop_oneof![Just(MetricDirection::Up), Just(MetricDirection::Down)]
}

fn units() -> impl Strategy<Value = MetricUnit> {
    proptest::sample::select(MetricUnit::ALL)
}

fn days() -> impl Strategy<Value = NaiveDate> {
    (0_u64..100_000).prop_map(|days| add_days(day("1900-06-01"), days))
}

proptest! {
    #[test]
    fn attainment_is_bounded_and_better_is_never_less(
        direction in directions(), one in 0..=MAX_AMOUNT, other in 0..=MAX_AMOUNT, target in 0..=MAX_AMOUNT
    ) {
        let (low, high) = (one.min(other), one.max(other));
        let (at_low, at_high) = (attainment(direction, low, target), attainment(direction, high, target));
        prop_assert!((0..=MAX_ATTAINMENT).contains(&at_low) && (0..=MAX_ATTAINMENT).contains(&at_high));
        match direction {
            MetricDirection::Up => prop_assert!(at_low <= at_high),
            MetricDirection::Down => prop_assert!(at_low >= at_high),
        }
        prop_assert_eq!(attainment(direction, target, target), 10_000);
    }

    #[test]
    fn a_total_lies_between_its_parts(all in proptest::collection::vec((1_i32..1000, 0_i64..=MAX_ATTAINMENT), 1..20)) {
        let whole = total(all.iter().map(|(weight, part)| (*weight, Some(*part)))).unwrap();
        let parts = all.iter().map(|(_, part)| *part);
        prop_assert!(parts.clone().min().unwrap() <= whole && whole <= parts.max().unwrap());
    }

    #[test]
    fn measures_may_be_put_together_in_any_order(
        values in proptest::collection::vec((-MAX_AMOUNT..=MAX_AMOUNT, 0_i64..1000), 0..20), at in 0_usize..20, unit in units()
    ) {
        let all: Vec<Measure> = values.iter().map(|(sum, parts)| Measure { sum: (*sum).into(), parts: *parts }).collect();
        let fold = |some: &[Measure]| some.iter().fold(Measure::default(), |sum, one| sum.and(*one));
        let at = at.min(all.len());
        let (first, second) = all.split_at(at);
        prop_assert_eq!(fold(second).and(fold(first)), fold(&all));
        prop_assert_eq!(fold(&all).value(unit).is_some(), all.iter().any(|one| one.parts > 0));
    }

    #[test]
    fn ranks_follow_the_order(by in proptest::collection::vec(proptest::option::of(0_i64..20), 0..40), direction in directions()) {
        let ranks = ranks(&by, direction);
        let mut ranked: Vec<(u32, i64)> = ranks.iter().zip(&by).filter_map(|(rank, by)| Some(((*rank)?, (*by)?))).collect();
        prop_assert_eq!(ranked.len(), by.iter().flatten().count());
        ranked.sort_unstable();
        for (place, pair) in ranked.windows(2).enumerate() {
            let better = match direction {
                MetricDirection::Up => pair[0].1 > pair[1].1,
                MetricDirection::Down => pair[0].1 < pair[1].1,
            };
            if pair[0].1 == pair[1].1 {
                prop_assert_eq!(pair[0].0, pair[1].0);
            } else {
                prop_assert!(better);
                prop_assert_eq!(usize::try_from(pair[1].0).unwrap(), place + 2);
            }
        }
    }

    #[test]
    fn periods_follow_each_other_and_hold_their_days(
        period in proptest::sample::select(MetricPeriod::ALL), on in days(), fiscal in 1_u8..=12, count in 1_u16..=53
    ) {
        let periods = periods_to(period, on, fiscal, count);
        prop_assert_eq!(periods.len(), usize::from(count));
        prop_assert!(periods.last().unwrap().contains(on));
        for pair in periods.windows(2) {
            prop_assert_eq!(pair[0].end, pair[1].start);
        }
        for range in periods {
            prop_assert_eq!(period_of(period, range.start, fiscal), range);
        }
    }
}
