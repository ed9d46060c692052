use chrono::TimeZone;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;

fn stage(number: u128) -> StageId {
    StageId(Uuid::from_u128(number))
}

fn reason(number: u128) -> LostReasonId {
    LostReasonId(Uuid::from_u128(number))
}

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, day).unwrap()
}

fn at(hour: i64) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 1, 0, 0, 0).unwrap() + Duration::hours(hour)
}

fn open() -> DealState {
    DealState {
        status: DealStatus::Open,
        stage_id: stage(1),
        stage_entered_at: at(0),
        opened_on: Some(day(5)),
        closed_on: None,
        amount: Some(1_000),
        has_lines: false,
        lost_reason_id: None,
        close_note: None,
    }
}

fn won_on(closed_on: Option<NaiveDate>) -> WinDeal {
    WinDeal {
        closed_on,
        ..WinDeal::default()
    }
}

fn message(result: DomainResult<Transition>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn an_open_deal_moves_and_a_move_to_its_own_stage_is_nothing() {
    let moved = open().move_to(stage(2), at(3)).unwrap();
    assert_eq!(moved.kind, Some(EventKind::DealMoved));
    assert_eq!(
        (moved.left, moved.entered),
        (Some(stage(1)), Some(stage(2)))
    );
    assert_eq!(moved.state.stage_entered_at, at(3));

    let stayed = open().move_to(stage(1), at(3)).unwrap();
    assert_eq!((stayed.state, stayed.kind), (open(), None));
}

#[test]
fn winning_takes_today_and_its_own_amount_unless_said() {
    let won = open().win(WinDeal::default(), day(10)).unwrap();
    assert_eq!(won.state.status, DealStatus::Won);
    assert_eq!(won.state.closed_on, Some(day(10)));
    assert_eq!(won.state.amount, Some(1_000));
    assert_eq!((won.left, won.entered), (Some(stage(1)), None));

    let said = WinDeal {
        closed_on: Some(day(7)),
        amount: Some(900),
        note: Some(" ".into()),
    };
    let won = open().win(said, day(10)).unwrap().state;
    assert_eq!(
        (won.closed_on, won.amount, won.close_note),
        (Some(day(7)), Some(900), None)
    );
}

#[test]
fn the_amount_of_a_deal_with_lines_is_their_sum_when_won_too() {
    let with_lines = || DealState {
        has_lines: true,
        ..open()
    };
    let of = |amount| WinDeal {
        amount: Some(amount),
        ..WinDeal::default()
    };
    assert!(message(with_lines().win(of(900), day(10))).starts_with("amount:"));
    assert!(with_lines().win(of(1_000), day(10)).is_ok());
}

#[test]
fn a_deal_closes_neither_in_the_future_nor_before_it_was_begun() {
    assert!(message(open().win(won_on(Some(day(11))), day(10))).starts_with("closedOn:"));
    assert!(message(open().win(won_on(Some(day(4))), day(10))).starts_with("closedOn:"));
    assert!(open().win(won_on(Some(day(5))), day(10)).is_ok());
    assert!(
        open().win(won_on(None), day(3)).is_err(),
        "begun in the future"
    );
    assert!(check_opened_on(Some(day(8)), Some(day(7))).is_err());
    assert!(check_opened_on(Some(day(7)), Some(day(7))).is_ok());
    assert!(check_opened_on(None, Some(day(7))).is_ok());
}

#[test]
fn illegal_steps_name_the_legal_ones() {
    let won = || open().win(WinDeal::default(), day(10)).unwrap().state;
    for refused in [
        won().move_to(stage(2), at(1)),
        won().win(WinDeal::default(), day(10)),
        won().lose(LoseDeal::default(), day(10)),
    ] {
        let message = message(refused);
        assert!(
            message.contains("is won") && message.ends_with("possible: reopen"),
            "{message}"
        );
    }
    assert_eq!(
        message(open().reopen(at(1))),
        "the deal is open, so `reopen` is not possible; possible: move, win, lose"
    );
}

#[test]
fn reopening_forgets_the_end_and_starts_the_stage_anew() {
    let lost = LoseDeal {
        lost_reason_id: Some(reason(1)),
        note: Some("too dear".into()),
        ..LoseDeal::default()
    };
    let lost = open().lose(lost, day(10)).unwrap().state;
    assert_eq!(
        (lost.lost_reason_id, lost.close_note.as_deref()),
        (Some(reason(1)), Some("too dear"))
    );
    let reopened = lost.reopen(at(9)).unwrap();
    assert_eq!(
        reopened.state,
        DealState {
            stage_entered_at: at(9),
            ..open()
        }
    );
    assert_eq!(reopened.entered, Some(stage(1)));
}

#[test]
fn only_a_lost_deal_has_a_reason() {
    let lost = open().lose(LoseDeal::default(), day(10)).unwrap().state;
    let corrected = lost.correct_reason(Some(reason(2)), None).unwrap();
    assert_eq!(corrected.kind, Some(EventKind::Updated));
    let again = corrected
        .state
        .clone()
        .correct_reason(Some(reason(2)), None)
        .unwrap();
    assert_eq!(again.kind, None);
    assert!(open().correct_reason(None, None).is_err());
}

#[test]
fn chances() {
    assert_eq!(probability(DealStatus::Open, None, 30), 30);
    assert_eq!(probability(DealStatus::Open, Some(0), 30), 0);
    assert_eq!(probability(DealStatus::Won, Some(5), 30), 100);
    assert_eq!(probability(DealStatus::Lost, Some(5), 30), 0);
}

#[test]
fn a_deal_rots_when_its_days_are_over() {
    assert_eq!(rotting_since(at(0), Some(1), at(23)), None);
    assert_eq!(rotting_since(at(0), Some(1), at(24)), Some(at(24)));
    assert_eq!(rotting_since(at(0), None, at(9_999)), None);
    assert_eq!(rots_at(DateTime::<Utc>::MAX_UTC, Some(1)), None);
}

proptest! {
    /// Whatever steps are tried in whatever order, the state stays sound, and a step succeeds
    /// only when it is among those offered.
    #[test]
    fn every_walk_stays_sound(walk in prop::collection::vec((0_u8..4, 1_u128..4, 1_u32..28), 0..30)) {
        let today = day(28);
        let mut state = open();
        for (index, (step, number, on)) in walk.into_iter().enumerate() {
            let all = [DealStep::Move, DealStep::Win, DealStep::Lose, DealStep::Reopen];
            let offered = steps(state.status).contains(&all[usize::from(step)]);
            let now = at(i64::try_from(index).unwrap());
            let result = match step {
                0 => state.clone().move_to(stage(number), now),
                1 => state.clone().win(won_on(Some(day(on))), today),
                2 => state.clone().lose(LoseDeal {
                    closed_on: Some(day(on)),
                    lost_reason_id: Some(reason(number)),
                    note: None,
                }, today),
                _ => state.clone().reopen(now),
            };
            match result {
                Ok(taken) => {
                    prop_assert!(offered);
                    prop_assert_eq!(taken.kind.is_none(), taken.state == state);
                    state = taken.state;
                }
                Err(DomainError::Conflict { .. }) => prop_assert!(!offered),
                Err(_) => prop_assert!(day(on) < day(5)),
            }
            let closed = state.status != DealStatus::Open;
            prop_assert_eq!(closed, state.closed_on.is_some());
            prop_assert!(state.closed_on.is_none_or(|closed| day(5) <= closed && closed <= today));
            prop_assert!(state.status == DealStatus::Lost || state.lost_reason_id.is_none());
        }
    }
}
