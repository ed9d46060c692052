//! Merging: whose value each field gets, what is united, and that no company ends up above itself.
//!
//! Records are compared as the interface shows them, by the names of their fields, so that one set of
//! rules serves every kind.

use std::collections::{BTreeSet, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value};
use shared_types::{
    CompanyId,
    crm::{Consent, MergeChoice, MergeField, MergeKind},
};
use uuid::Uuid;

use super::contact::{email_key, phone_key};
use crate::core::error::{DomainError, DomainResult};

/// How many days a merge can be undone: as long as the trash is kept.
pub const UNDO_DAYS: i64 = 30;

/// The most addresses, numbers, or tags of a record.
const MOST_POINTS: usize = 20;

/// A record as the interface shows it.
pub type Fields = Map<String, Value>;

/// The same record with its tags as the field that is written: their ids, in an order that no new
/// name changes.
#[must_use]
pub fn with_tag_ids(mut record: Fields) -> Fields {
    if let Some(tags) = record.get("tags").and_then(Value::as_array) {
        let ids = tags.iter().filter_map(|tag| tag.get("id")?.as_str());
        let ids: BTreeSet<&str> = ids.collect();
        let ids = ids.into_iter().map(Value::from).collect();
        record.insert(MergeField::TagIds.as_str().to_owned(), ids);
    }
    record
}

/// The fields of a kind of record, in the order in which they are shown.
#[must_use]
pub const fn fields(kind: MergeKind) -> &'static [MergeField] {
    use MergeField as F;
    match kind {
        MergeKind::Company => &[
            F::Name,
            F::OwnerId,
            F::Industry,
            F::Website,
            F::Domain,
            F::Phone,
            F::Location,
            F::Country,
            F::Employees,
            F::AnnualRevenue,
            F::FoundedYear,
            F::ParentId,
            F::TagIds,
            F::ExternalId,
            F::Description,
        ],
        MergeKind::Contact => &[
            F::FirstName,
            F::LastName,
            F::JobTitle,
            F::CompanyId,
            F::OwnerId,
            F::Emails,
            F::Phones,
            F::Location,
            F::Country,
            F::PrivatePhone,
            F::Birthday,
            F::PrivateAddress,
            F::Consent,
            F::TagIds,
            F::ExternalId,
            F::Description,
        ],
        MergeKind::Lead => &[
            F::FirstName,
            F::LastName,
            F::CompanyName,
            F::JobTitle,
            F::OwnerId,
            F::Email,
            F::Phone,
            F::Website,
            F::Industry,
            F::Location,
            F::Country,
            F::Amount,
            F::Source,
            F::Status,
            F::TagIds,
            F::ExternalId,
            F::Description,
        ],
    }
}

/// Whether a field keeps the values of all.
#[must_use]
pub const fn is_united(field: MergeField) -> bool {
    matches!(
        field,
        MergeField::Emails | MergeField::Phones | MergeField::TagIds
    )
}

/// Whether a field is kept encrypted.
#[must_use]
pub const fn is_private(field: MergeField) -> bool {
    use MergeField as F;
    matches!(field, F::PrivatePhone | F::Birthday | F::PrivateAddress)
}

/// The fields that are kept encrypted, and the others.
#[must_use]
pub fn apart(fields: Fields) -> (Fields, Fields) {
    fields
        .into_iter()
        .partition(|(name, _)| name.parse().is_ok_and(is_private))
}

/// Whether these records can be merged into one.
///
/// # Errors
/// `Invalid` on the one that is the record itself, or named twice.
pub fn check_records(winner: Uuid, losers: &[Uuid]) -> DomainResult<()> {
    let mut seen = HashSet::from([winner]);
    for (index, loser) in losers.iter().enumerate() {
        if !seen.insert(*loser) {
            let message = if *loser == winner {
                "must be another record than the one that stays"
            } else {
                "is named twice"
            };
            return Err(DomainError::invalid(format!("with.{index}.id"), message));
        }
    }
    Ok(())
}

/// Whether a merge can be undone now.
///
/// # Errors
/// `Conflict` that says why not.
pub fn check_undo(
    merged_at: DateTime<Utc>,
    undone_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> DomainResult<()> {
    if undone_at.is_some() {
        return Err(DomainError::conflict("The merge is undone already."));
    }
    if now >= undoable_until(merged_at) {
        return Err(DomainError::conflict(format!(
            "A merge can be undone for {UNDO_DAYS} days."
        )));
    }
    Ok(())
}

/// Until when a merge can be undone.
#[must_use]
pub fn undoable_until(merged_at: DateTime<Utc>) -> DateTime<Utc> {
    merged_at + TimeDelta::days(UNDO_DAYS)
}

fn value(record: &Fields, field: MergeField) -> Option<&Value> {
    record
        .get(field.as_str())
        .filter(|value| !value.is_null() && *value != &Value::String(String::new()))
}

/// Which record's value a field gets: the chosen one, else the first that has one. Of the words about
/// consent the strictest counts, for a refusal is not to be lost.
#[must_use]
pub fn source(records: &[(Uuid, Fields)], field: MergeField, choices: &[MergeChoice]) -> usize {
    let chosen = choices
        .iter()
        .find(|choice| choice.field == field)
        .and_then(|choice| records.iter().position(|(id, _)| *id == choice.from));
    if let Some(chosen) = chosen {
        return chosen;
    }
    if field == MergeField::Consent {
        for wanted in [Consent::Withdrawn, Consent::Granted] {
            let said = Value::String(wanted.as_str().to_owned());
            let found = records
                .iter()
                .position(|(_, record)| value(record, field) == Some(&said));
            if let Some(found) = found {
                return found;
            }
        }
    }
    records
        .iter()
        .position(|(_, record)| value(record, field).is_some())
        .unwrap_or(0)
}

/// What the first record becomes when the others are merged into it: the fields that change, `null`
/// where they are emptied.
///
/// # Errors
/// `Invalid` on a choice that names no field of this kind, a field twice, or none of the records; or
/// on `with` where addresses or numbers are too many together.
pub fn merged(
    kind: MergeKind,
    records: &[(Uuid, Fields)],
    choices: &[MergeChoice],
) -> DomainResult<Fields> {
    check_choices(kind, records, choices)?;
    let mut patch = Fields::new();
    let Some((_, winner)) = records.first() else {
        return Ok(patch);
    };
    for &field in fields(kind) {
        let name = field.as_str();
        if is_united(field) {
            let all = united(records, field);
            if all.len() > MOST_POINTS {
                let what = match field {
                    MergeField::TagIds => "tags",
                    _ => name,
                };
                let message = format!("have more than {MOST_POINTS} {what} together");
                return Err(DomainError::invalid("with", message));
            }
            let has = winner.get(name).and_then(Value::as_array);
            if has.map_or(!all.is_empty(), |has| *has != all) {
                patch.insert(name.to_owned(), Value::Array(all));
            }
            continue;
        }
        let index = source(records, field, choices);
        let Some((_, from)) = records.get(index) else {
            continue;
        };
        let wanted = value(from, field);
        if wanted != value(winner, field) {
            patch.insert(name.to_owned(), wanted.cloned().unwrap_or(Value::Null));
        }
        if field == MergeField::Consent && index > 0 {
            // When it was said goes with what was said.
            let at = from.get(CONSENT_AT).cloned().unwrap_or(Value::Null);
            patch.insert(CONSENT_AT.to_owned(), at);
        }
    }
    Ok(patch)
}

/// The field with the time at which somebody agreed or refused.
pub const CONSENT_AT: &str = "consentAt";

fn check_choices(
    kind: MergeKind,
    records: &[(Uuid, Fields)],
    choices: &[MergeChoice],
) -> DomainResult<()> {
    let mut seen = BTreeSet::new();
    for (index, choice) in choices.iter().enumerate() {
        let fault = |field: &str, message: &str| {
            Err(DomainError::invalid(
                format!("choices.{index}.{field}"),
                message,
            ))
        };
        if !fields(kind).contains(&choice.field) {
            return fault("field", "is no field of this kind of record");
        }
        if is_united(choice.field) {
            return fault("field", "keeps the values of all");
        }
        if !seen.insert(choice.field) {
            return fault("field", "is named twice");
        }
        if records.iter().all(|(id, _)| *id != choice.from) {
            return fault("from", "must be one of the records that are merged");
        }
    }
    Ok(())
}

/// The entries of all records, each address or number once, those of the first record first.
fn united(records: &[(Uuid, Fields)], field: MergeField) -> Vec<Value> {
    let key = |entry: &Value| {
        let text = |name: &str| entry.get(name).and_then(Value::as_str);
        match field {
            MergeField::Emails => text("address").map(email_key),
            MergeField::TagIds => entry.as_str().map(str::to_owned),
            _ => text("number").map(phone_key),
        }
    };
    let mut seen = HashSet::new();
    records
        .iter()
        .filter_map(|(_, record)| record.get(field.as_str())?.as_array())
        .enumerate()
        .flat_map(|(index, entries)| entries.iter().map(move |entry| (index, entry)))
        // What the first record says twice it goes on saying.
        .filter(|(index, entry)| seen.insert(key(entry)) || *index == 0)
        .map(|(_, entry)| entry.clone())
        .collect()
}

/// The parent of a company that others are merged into. `chain` is the parent it would have and those
/// above it, from the nearest; where one of the merged stands among them, what is above the
/// farthest of them is the parent, so that no company ends up above itself.
#[must_use]
pub fn parent_after(chain: &[CompanyId], merged: &[CompanyId]) -> Option<CompanyId> {
    let beyond = chain
        .iter()
        .rposition(|company| merged.contains(company))
        .map_or(0, |last| last + 1);
    chain.get(beyond).copied()
}

/// The fields that go back when a merge is undone, and those that stay because they are not as the
/// merge left them.
#[must_use]
pub fn undone(before: &Fields, after: &Fields, now: &Fields) -> (Fields, Vec<MergeField>) {
    let none = Value::Null;
    let mut back = Fields::new();
    let mut kept = Vec::new();
    for (name, was) in before {
        if now.get(name).unwrap_or(&none) == after.get(name).unwrap_or(&none) {
            back.insert(name.clone(), was.clone());
        } else if let Ok(field) = name.parse() {
            kept.push(field);
        }
    }
    (back, kept)
}

#[cfg(test)]
#[path = "merge_tests.rs"]
mod tests;
