//! Cells of people and activities: words that mean one of a few things, and lists in one cell.

use shared_types::crm::{ActivityKind, Consent, LeadSource, LeadStatus, PointLabel};

use super::cells::{CellFault, boolean, one_line, shown};
use super::kinds::{activity, contact, lead};
use super::names::squeeze;
use crate::platform::csv::without_apostrophe;

/// One of a few words.
fn word<T: Copy + std::fmt::Display>(
    cell: &str,
    read: impl FnOnce(&str) -> Option<T>,
    all: &[T],
) -> Result<Option<T>, CellFault> {
    let Some(text) = one_line(cell)? else {
        return Ok(None);
    };
    let squeezed = squeeze(&text);
    let own = all
        .iter()
        .copied()
        .find(|one| one.to_string().eq_ignore_ascii_case(&squeezed));
    own.or_else(|| read(&squeezed)).map(Some).ok_or_else(|| {
        let right: Vec<String> = all.iter().map(ToString::to_string).collect();
        format!("`{}` is none of {}", shown(&text), right.join(", "))
    })
}

/// Whether somebody agreed to be written to.
///
/// # Errors
/// When it is no word for that.
pub fn consent(cell: &str) -> Result<Option<Consent>, CellFault> {
    word(cell, contact::consent_word, Consent::ALL)
}

/// Where a lead stands.
///
/// # Errors
/// When it is no word for that.
pub fn lead_status(cell: &str) -> Result<Option<LeadStatus>, CellFault> {
    word(cell, lead::status_word, LeadStatus::ALL)
}

/// Where a lead came from; a word that is not known is another source.
///
/// # Errors
/// When it cannot be read at all.
pub fn lead_source(cell: &str) -> Result<Option<LeadSource>, CellFault> {
    word(cell, |text| Some(lead::source_word(text)), LeadSource::ALL)
}

/// What kind of activity it is.
///
/// # Errors
/// When it is no word for that.
pub fn activity_kind(cell: &str) -> Result<Option<ActivityKind>, CellFault> {
    word(cell, activity::kind_word, ActivityKind::ALL)
}

/// Whether something is done: yes or no, or the words for states of a task.
///
/// # Errors
/// When it is neither.
pub fn done(cell: &str) -> Result<Option<bool>, CellFault> {
    let Some(text) = one_line(cell)? else {
        return Ok(None);
    };
    match squeeze(&text).as_str() {
        "done" | "completed" | "complete" | "held" | "closed" | "finished" | "erledigt"
        | "abgeschlossen" | "termine" | "fait" | "gotovo" | "zavrseno" => Ok(Some(true)),
        "open" | "planned" | "notstarted" | "inprogress" | "pending" | "deferred" | "waiting"
        | "notheld" | "offen" | "geplant" | "ouvert" | "prevu" | "otvoreno" | "planirano" => {
            Ok(Some(false))
        }
        _ => boolean(&text),
    }
}

/// Addresses or numbers of one cell, separated by semicolons, each with where it reaches somebody:
/// `a@b.example; c@d.example (private)`.
///
/// # Errors
/// When it cannot be read.
pub fn points(
    cell: &str,
    label: PointLabel,
) -> Result<Option<Vec<(String, PointLabel)>>, CellFault> {
    let Some(text) = one_line(cell)? else {
        return Ok(None);
    };
    let all = text.split(';').map(str::trim).filter(|one| !one.is_empty());
    let all = all.map(|one| {
        let said = one.strip_suffix(')').and_then(|one| one.rsplit_once('('));
        let said = said.and_then(|(one, word)| Some((one.trim(), word.trim().parse().ok()?)));
        let (one, label) = said.unwrap_or((one, label));
        (without_apostrophe(one).to_owned(), label)
    });
    Ok(Some(all.collect()))
}
