//! A deal from opening to its end: which steps are possible, what they change, and what follows
//! from where it stands. What it is worth is in [`super::deal_worth`].

use chrono::{DateTime, Duration, NaiveDate, Utc};
use shared_types::crm::{DealStatus, LoseDeal, WinDeal};
use shared_types::platform::EventKind;
use shared_types::{LostReasonId, StageId};

use crate::core::error::{DomainError, DomainResult};

/// A step a deal can take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DealStep {
    /// Go to another stage.
    Move,
    /// Be won.
    Win,
    /// Be lost.
    Lose,
    /// Be open again.
    Reopen,
}

impl DealStep {
    /// The word of this step.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Move => "move",
            Self::Win => "win",
            Self::Lose => "lose",
            Self::Reopen => "reopen",
        }
    }
}

/// The steps that are possible from a status, in the order to offer them.
#[must_use]
pub const fn steps(status: DealStatus) -> &'static [DealStep] {
    match status {
        DealStatus::Open => &[DealStep::Move, DealStep::Win, DealStep::Lose],
        DealStatus::Won | DealStatus::Lost => &[DealStep::Reopen],
    }
}

/// What the steps of a deal read and write. A step consumes the state and answers the next one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DealState {
    /// Where it stands as a whole.
    pub status: DealStatus,
    /// The stage it is in, or was in when it was won or lost.
    pub stage_id: StageId,
    /// When it came into that stage.
    pub stage_entered_at: DateTime<Utc>,
    /// When it was begun, in the days of the organization.
    pub opened_on: Option<NaiveDate>,
    /// When it was won or lost, in the days of the organization; `None` while open.
    pub closed_on: Option<NaiveDate>,
    /// What it is worth, in minor units of its currency.
    pub amount: Option<i64>,
    /// Whether it has lines, so that the amount is their sum.
    pub has_lines: bool,
    /// Why it was lost; `None` unless lost.
    pub lost_reason_id: Option<LostReasonId>,
    /// What else was said about why it was won or lost; `None` while open.
    pub close_note: Option<String>,
}

/// A step taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transition {
    /// The deal after the step: store all of it.
    pub state: DealState,
    /// What to record; `None` when nothing changed (nothing to store either).
    pub kind: Option<EventKind>,
    /// The stage whose stay ends now. A stay ends when the deal moves on, is won or is lost.
    pub left: Option<StageId>,
    /// The stage whose stay begins now. A stay begins when the deal moves in or is reopened.
    pub entered: Option<StageId>,
}

impl DealState {
    fn check(&self, step: DealStep) -> DomainResult<()> {
        let possible = steps(self.status);
        if possible.contains(&step) {
            return Ok(());
        }
        let words: Vec<&str> = possible.iter().map(|step| step.as_str()).collect();
        Err(DomainError::conflict(format!(
            "the deal is {}, so `{}` is not possible; possible: {}",
            self.status,
            step.as_str(),
            words.join(", ")
        )))
    }

    /// Goes to a stage at a time. Going to the stage it is in changes nothing; probability and
    /// rotting follow the new stage.
    ///
    /// # Errors
    /// `Conflict` unless open. That the stage exists is for the caller to find out.
    pub fn move_to(self, stage: StageId, now: DateTime<Utc>) -> DomainResult<Transition> {
        self.check(DealStep::Move)?;
        if stage == self.stage_id {
            return Ok(Transition {
                state: self,
                kind: None,
                left: None,
                entered: None,
            });
        }
        let left = self.stage_id;
        Ok(Transition {
            state: Self {
                stage_id: stage,
                stage_entered_at: now,
                ..self
            },
            kind: Some(EventKind::DealMoved),
            left: Some(left),
            entered: Some(stage),
        })
    }

    /// Is won, on the day said or else today (the organization's), for the amount said or else
    /// its own.
    ///
    /// # Errors
    /// `Conflict` unless open. `Invalid` on `closedOn` when in the future or before the deal
    /// was begun; on `amount` when it has lines that sum to something else.
    pub fn win(self, won: WinDeal, today: NaiveDate) -> DomainResult<Transition> {
        self.check(DealStep::Win)?;
        let closed_on = close_date(won.closed_on, self.opened_on, today)?;
        if let Some(amount) = won.amount
            && self.has_lines
            && self.amount != Some(amount)
        {
            return Err(DomainError::invalid(
                "amount",
                "is the sum of the lines; change the lines instead",
            ));
        }
        let left = self.stage_id;
        Ok(Transition {
            state: Self {
                status: DealStatus::Won,
                closed_on: Some(closed_on),
                amount: won.amount.or(self.amount),
                lost_reason_id: None,
                close_note: won.note.and_then(not_blank),
                ..self
            },
            kind: Some(EventKind::DealWon),
            left: Some(left),
            entered: None,
        })
    }

    /// Is lost, on the day said or else today (the organization's).
    ///
    /// # Errors
    /// `Conflict` unless open. `Invalid` on `closedOn` when in the future or before the deal was
    /// begun. That the reason exists is for the caller to find out.
    pub fn lose(self, lost: LoseDeal, today: NaiveDate) -> DomainResult<Transition> {
        self.check(DealStep::Lose)?;
        let closed_on = close_date(lost.closed_on, self.opened_on, today)?;
        let left = self.stage_id;
        Ok(Transition {
            state: Self {
                status: DealStatus::Lost,
                closed_on: Some(closed_on),
                lost_reason_id: lost.lost_reason_id,
                close_note: lost.note.and_then(not_blank),
                ..self
            },
            kind: Some(EventKind::DealLost),
            left: Some(left),
            entered: None,
        })
    }

    /// Is open again, in the stage it was in, as if it came there now: date, reason and note of
    /// its end are gone (the event log keeps them).
    ///
    /// # Errors
    /// `Conflict` unless won or lost.
    pub fn reopen(self, now: DateTime<Utc>) -> DomainResult<Transition> {
        self.check(DealStep::Reopen)?;
        let entered = self.stage_id;
        Ok(Transition {
            state: Self {
                status: DealStatus::Open,
                stage_entered_at: now,
                closed_on: None,
                lost_reason_id: None,
                close_note: None,
                ..self
            },
            kind: Some(EventKind::DealReopened),
            left: None,
            entered: Some(entered),
        })
    }

    /// Corrects why it was lost, without reopening it.
    ///
    /// # Errors
    /// `Conflict` unless lost.
    pub fn correct_reason(
        self,
        reason: Option<LostReasonId>,
        note: Option<String>,
    ) -> DomainResult<Transition> {
        if self.status != DealStatus::Lost {
            return Err(DomainError::conflict(format!(
                "the deal is {}, and only a lost one has a reason why",
                self.status
            )));
        }
        let state = Self {
            lost_reason_id: reason,
            close_note: note.and_then(not_blank),
            ..self.clone()
        };
        Ok(Transition {
            kind: (state != self).then_some(EventKind::Updated),
            state,
            left: None,
            entered: None,
        })
    }
}

fn not_blank(text: String) -> Option<String> {
    (!text.trim().is_empty()).then_some(text)
}

/// The day a deal closed: the one said, or today; never in the future of the organization, never
/// before the deal was begun (a deal begun in the future cannot close before that day).
///
/// # Errors
/// `Invalid` on `closedOn`.
pub fn close_date(
    said: Option<NaiveDate>,
    opened_on: Option<NaiveDate>,
    today: NaiveDate,
) -> DomainResult<NaiveDate> {
    let closed_on = said.unwrap_or(today);
    if closed_on > today {
        return Err(DomainError::invalid(
            "closedOn",
            format!("must not be in the future; today is {today}"),
        ));
    }
    match opened_on {
        Some(opened) if closed_on < opened => Err(DomainError::invalid(
            "closedOn",
            format!("must not be before the deal was begun on {opened}"),
        )),
        _ => Ok(closed_on),
    }
}

/// Checks the day on which a deal was begun against the day it closed, when the first changes.
///
/// # Errors
/// `Invalid` on `openedOn` when after the close.
pub fn check_opened_on(
    opened_on: Option<NaiveDate>,
    closed_on: Option<NaiveDate>,
) -> DomainResult<()> {
    match (opened_on, closed_on) {
        (Some(opened), Some(closed)) if opened > closed => Err(DomainError::invalid(
            "openedOn",
            format!("must not be after the deal closed on {closed}"),
        )),
        _ => Ok(()),
    }
}

/// Chance that the deal is won, in percent: 100 once won, 0 once lost; while open its own if set
/// by hand, else that of its stage.
#[must_use]
pub const fn probability(status: DealStatus, own: Option<u8>, stage: u8) -> u8 {
    match (status, own) {
        (DealStatus::Won, _) => 100,
        (DealStatus::Lost, _) => 0,
        (DealStatus::Open, Some(own)) => own,
        (DealStatus::Open, None) => stage,
    }
}

/// When an open deal begins to rot: `rotting_days` times 24 hours after it came into its stage;
/// `None` where its stage lets nothing rot, or beyond the end of the calendar.
#[must_use]
pub fn rots_at(
    stage_entered_at: DateTime<Utc>,
    rotting_days: Option<u16>,
) -> Option<DateTime<Utc>> {
    stage_entered_at.checked_add_signed(Duration::days(i64::from(rotting_days?)))
}

/// Since when an open deal rots; `None` while it does not. Won and lost deals never rot: ask for
/// open ones only.
#[must_use]
pub fn rotting_since(
    stage_entered_at: DateTime<Utc>,
    rotting_days: Option<u16>,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    rots_at(stage_entered_at, rotting_days).filter(|since| *since <= now)
}

#[cfg(test)]
#[path = "deal_tests.rs"]
mod tests;
