//! Archives: all of an organization, or some kinds of its records, in one file.

use chrono::TimeDelta;
use shared_types::platform::{ExportState, ImportKind};

use super::export::ORDER;
use crate::core::error::{DomainError, DomainResult};

/// What manifests say they belong to.
pub const FORMAT: &str = "touchline-archive";
/// The version of archives that are written.
pub const VERSION: u32 = 1;
/// The name of the manifest.
pub const MANIFEST: &str = "manifest.json";
/// How long an archive is kept.
pub const KEPT: TimeDelta = TimeDelta::days(7);

/// The name of a file in an archive.
#[must_use]
pub fn file_name(kind: ImportKind) -> String {
    format!("{kind}.csv")
}

/// Whether an export is not at its end.
#[must_use]
pub const fn is_under_way(state: ExportState) -> bool {
    matches!(state, ExportState::Waiting | ExportState::Running)
}

/// What an export is to hold, each kind once and in the order in which it is taken: what was asked
/// for, or else all that may be read.
///
/// # Errors
/// `Invalid` on each kind that may not be read; on `kinds` where nothing may.
pub fn chosen(
    asked: Option<&[ImportKind]>,
    may_read: impl Fn(ImportKind) -> bool,
) -> DomainResult<Vec<ImportKind>> {
    let mut named = asked.unwrap_or_default().iter().enumerate();
    if let Some((place, kind)) = named.find(|(_, kind)| !may_read(**kind)) {
        return Err(DomainError::invalid(
            format!("kinds.{place}"),
            format!("you may not export {kind}"),
        ));
    }
    let wanted =
        |kind: &ImportKind| asked.map_or_else(|| may_read(*kind), |asked| asked.contains(kind));
    let kinds: Vec<ImportKind> = ORDER.into_iter().filter(wanted).collect();
    if kinds.is_empty() {
        return Err(DomainError::invalid("kinds", "must name at least one kind"));
    }
    Ok(kinds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leaves_is_what_was_asked_for_and_may_be_read() {
        let no_notes = |kind| kind != ImportKind::Notes;
        let all = chosen(None, no_notes).unwrap();
        assert_eq!(all, ORDER[..7]);
        let some = [ImportKind::Deals, ImportKind::Members, ImportKind::Deals];
        assert_eq!(
            chosen(Some(&some), no_notes).unwrap(),
            [ImportKind::Members, ImportKind::Deals]
        );
        let error = chosen(Some(&[ImportKind::Deals, ImportKind::Notes]), no_notes);
        assert_eq!(
            error.unwrap_err().to_string(),
            "kinds.1: you may not export notes"
        );
        assert!(chosen(None, |_| false).is_err());
    }
}
