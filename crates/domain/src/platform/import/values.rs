//! What to do with names of other records: found, near, or not there at all.

use shared_types::platform::{ImportField, ValueAction, ValueCandidate, ValueChoice, ValueMatch};
use uuid::Uuid;

use super::fields::{default_action, may_create, related};
use super::names::NameMatch;
use crate::core::error::{DomainError, DomainResult};

/// What a name in a cell comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// The record of this id.
    Record(Uuid),
    /// A record of this name is to be made.
    Create,
    /// The field stays empty.
    Empty,
    /// The row is refused, for this reason.
    Refuse(String),
}

/// What to show of a name that is not there as it is written, with what will be done unless
/// somebody says otherwise; `None` for one that is there.
#[must_use]
pub fn unmatched(
    field: ImportField,
    value: &str,
    rows: u64,
    found: NameMatch<(Uuid, String)>,
) -> Option<ValueMatch> {
    let (action, record_id, candidates) = match found {
        NameMatch::Exact(_) => return None,
        NameMatch::None => (default_action(field), None, Vec::new()),
        NameMatch::Near { likely, candidates } => {
            let likely = likely.map(|(id, _)| id);
            let action = if likely.is_some() {
                ValueAction::Use
            } else {
                ValueAction::Refuse
            };
            (action, likely, candidates)
        }
    };
    Some(ValueMatch {
        field,
        value: value.to_owned(),
        rows,
        candidates: candidates
            .into_iter()
            .map(|((id, name), score)| ValueCandidate { id, name, score })
            .collect(),
        action,
        record_id,
        confirmed: false,
    })
}

/// What the rows with such a name come to now. A name that is only near another waits for somebody
/// to say what it means.
#[must_use]
pub fn resolve(value: &ValueMatch) -> Resolution {
    let said: String = value.value.chars().take(40).collect();
    if !value.confirmed
        && let Some(nearest) = value.candidates.first()
    {
        return Resolution::Refuse(if nearest.score == 100 {
            format!("`{said}` is the name of several records; say which one is meant")
        } else {
            format!(
                "`{said}` was not found; say whether `{}` is meant",
                nearest.name
            )
        });
    }
    match (value.action, value.record_id) {
        (ValueAction::Use, Some(id)) => Resolution::Record(id),
        (ValueAction::Create, _) => Resolution::Create,
        (ValueAction::Empty, _) => Resolution::Empty,
        (ValueAction::Use, None) | (ValueAction::Refuse, _) => {
            Resolution::Refuse(format!("`{said}` was not found"))
        }
    }
}

/// Carries out what somebody said about names; the others stay as they are. That the records
/// exist and are of the right kind is for the caller to find out.
///
/// # Errors
/// `Invalid` on `valueChoices.N.value` for a name that is not open, `.action` where nothing of
/// that kind can be made, `.recordId` where it is missing.
pub fn choose(matches: &mut [ValueMatch], choices: &[ValueChoice]) -> DomainResult<()> {
    for (index, choice) in choices.iter().enumerate() {
        let refuse = |field: &str, message: &str| {
            Err(DomainError::invalid(
                format!("valueChoices.{index}.{field}"),
                message,
            ))
        };
        let Some(open) = matches
            .iter_mut()
            .find(|known| known.field == choice.field && known.value == choice.value)
        else {
            return refuse("value", "is none of the names that were not found");
        };
        match choice.action {
            ValueAction::Use if choice.record_id.is_none() => {
                return refuse("recordId", "must say which record is meant");
            }
            ValueAction::Create if !may_create(choice.field) => {
                return refuse("action", "cannot be `create` for this field");
            }
            _ => {}
        }
        open.action = choice.action;
        open.record_id = choice
            .record_id
            .filter(|_| choice.action == ValueAction::Use);
        open.confirmed = true;
    }
    Ok(())
}

/// Keeps what was said about names over another check: `before` are the matches of the last one.
pub fn keep_choices(now: &mut [ValueMatch], before: &[ValueMatch]) {
    for value in now {
        if let Some(known) = before.iter().find(|known| {
            known.confirmed && known.field == value.field && known.value == value.value
        }) {
            value.action = known.action;
            value.record_id = known.record_id;
            value.confirmed = true;
        }
    }
}

/// Whether the field holds names at all, so that its distinct values are to be looked up.
#[must_use]
pub const fn holds_names(field: ImportField) -> bool {
    related(field).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(number: u128) -> (Uuid, String) {
        (Uuid::from_u128(number), format!("Record {number}"))
    }

    fn near() -> ValueMatch {
        let found = NameMatch::Near {
            likely: Some(record(1)),
            candidates: vec![(record(1), 99), (record(2), 86)],
        };
        unmatched(ImportField::Product, "GTXPro", 7, found).unwrap()
    }

    fn choice(action: ValueAction, record_id: Option<u128>) -> ValueChoice {
        ValueChoice {
            field: ImportField::Product,
            value: "GTXPro".into(),
            action,
            record_id: record_id.map(Uuid::from_u128),
        }
    }

    #[test]
    fn near_names_wait_to_be_confirmed() {
        let mut matches = [near()];
        assert_eq!(matches[0].action, ValueAction::Use);
        let Resolution::Refuse(reason) = resolve(&matches[0]) else {
            panic!("not confirmed yet");
        };
        assert_eq!(
            reason,
            "`GTXPro` was not found; say whether `Record 1` is meant"
        );
        choose(&mut matches, &[choice(ValueAction::Use, Some(1))]).unwrap();
        assert_eq!(resolve(&matches[0]), Resolution::Record(Uuid::from_u128(1)));
        let mut again = [near()];
        keep_choices(&mut again, &matches);
        assert_eq!(again, matches);
        choose(&mut again, &[choice(ValueAction::Empty, Some(1))]).unwrap();
        assert_eq!(
            (resolve(&again[0]), again[0].record_id),
            (Resolution::Empty, None)
        );
    }

    #[test]
    fn what_is_not_there_is_made_or_refused() {
        let none = |field| resolve(&unmatched(field, "X", 1, NameMatch::None).unwrap());
        assert_eq!(none(ImportField::Manager), Resolution::Create);
        assert_eq!(none(ImportField::Team), Resolution::Create);
        assert_eq!(
            none(ImportField::Owner),
            Resolution::Refuse("`X` was not found".into())
        );
        assert_eq!(
            none(ImportField::Stage),
            Resolution::Refuse("`X` was not found".into())
        );
        assert!(unmatched(ImportField::Team, "X", 1, NameMatch::Exact(record(1))).is_none());
    }

    #[test]
    fn several_of_one_name_are_told_apart_by_hand() {
        let found = NameMatch::Near {
            likely: None,
            candidates: vec![(record(1), 100), (record(2), 100)],
        };
        let value = unmatched(ImportField::Owner, "Anna", 1, found).unwrap();
        assert!(
            matches!(resolve(&value), Resolution::Refuse(reason) if reason.contains("several"))
        );
    }

    #[test]
    fn choices_are_checked() {
        let field = |choice: ValueChoice| {
            choose(&mut [near()], &[choice])
                .unwrap_err()
                .fields()
                .into_keys()
                .next()
                .unwrap()
        };
        assert_eq!(
            field(choice(ValueAction::Use, None)),
            "valueChoices.0.recordId"
        );
        assert_eq!(
            field(ValueChoice {
                value: "other".into(),
                ..choice(ValueAction::Empty, None)
            }),
            "valueChoices.0.value"
        );
        let mut stage = [unmatched(ImportField::Stage, "X", 1, NameMatch::None).unwrap()];
        let create = ValueChoice {
            field: ImportField::Stage,
            value: "X".into(),
            action: ValueAction::Create,
            record_id: None,
        };
        assert!(choose(&mut stage, &[create]).is_err());
    }
}
