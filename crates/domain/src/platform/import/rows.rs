//! A row of a file, read into a draft; or all that is wrong with it.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use shared_types::crm::MOST_TAGS;
use shared_types::platform::{ColumnMapping, ImportField, ImportKind, ImportReason};
use shared_types::{Currency, field_errors};
use validator::Validate;

use super::cells::{self, CellFault, Notation};
use super::fields::{is_guarded, key_field};
use super::kinds::{self, Draft, Link};
use crate::core::text::fold;
use crate::crm::contact::split_name;

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFault {
    /// The column at fault; `None` for the row as a whole.
    pub column: Option<u16>,
    /// What is wrong.
    pub message: String,
}

impl RowFault {
    fn whole(message: impl Into<String>) -> Self {
        Self {
            column: None,
            message: message.into(),
        }
    }

    /// The fault as the interface shows it.
    #[must_use]
    pub fn reason(&self, line: u64, headers: &[String]) -> ImportReason {
        ImportReason {
            line,
            column: self
                .column
                .and_then(|column| headers.get(usize::from(column)).cloned()),
            reason: self.message.clone(),
        }
    }
}

/// The faults of a row in one line, for the reason column of the file of refused rows.
#[must_use]
pub fn faults_in_a_line(faults: &[RowFault], headers: &[String]) -> String {
    let all: Vec<String> = faults
        .iter()
        .map(|fault| match fault.reason(0, headers).column {
            Some(column) => format!("{column}: {}", fault.message),
            None => fault.message.clone(),
        })
        .collect();
    all.join("; ")
}

/// How the rows of a file are read.
#[derive(Clone, Debug)]
pub struct Reading<'a> {
    /// What the rows are.
    pub kind: ImportKind,
    /// How many columns the header has.
    pub columns: usize,
    /// What the columns mean.
    pub mapping: &'a [ColumnMapping],
    /// How values are written.
    pub notation: Notation,
    /// The day it is where the organization is.
    pub today: NaiveDate,
    /// Where that is.
    pub zone: Tz,
}

/// Whether a row holds nothing, as at the end of many files: to be passed over.
#[must_use]
pub fn is_blank<S: AsRef<str>>(cells: &[S]) -> bool {
    cells.iter().all(|cell| cell.as_ref().trim().is_empty())
}

/// A row while it is read, gathering what is wrong.
pub(super) struct Row<'a, S> {
    pub(super) reading: &'a Reading<'a>,
    cells: &'a [S],
    pub(super) faults: Vec<RowFault>,
}

impl<S: AsRef<str>> Row<'_, S> {
    pub(super) fn entry(&self, field: ImportField) -> Option<&ColumnMapping> {
        self.reading
            .mapping
            .iter()
            .find(|entry| entry.field == field)
    }

    pub(super) fn get<T>(
        &mut self,
        field: ImportField,
        read: impl FnOnce(&str, Notation) -> Result<Option<T>, CellFault>,
    ) -> Option<T> {
        let column = self.entry(field)?.column;
        let cell = self.cells.get(usize::from(column))?;
        match read(cell.as_ref(), self.reading.notation) {
            Ok(value) => value,
            Err(message) => {
                // What is wrong with a row is kept; what is private is not repeated there.
                let bare = message.rsplit_once("` ").map(|(_, reason)| reason);
                let bare = bare.filter(|_| is_guarded(field)).map(str::to_owned);
                self.faults.push(RowFault {
                    column: Some(column),
                    message: bare.unwrap_or(message),
                });
                None
            }
        }
    }

    pub(super) fn text(&mut self, field: ImportField) -> Option<String> {
        self.get(field, |cell, _| cells::one_line(cell))
    }

    /// Another record, by its name and by what it is known by elsewhere.
    pub(super) fn link(&mut self, field: ImportField) -> Link {
        Link {
            name: self.text(field),
            key: key_field(field).and_then(|key| self.text(key)),
        }
    }

    /// Names of tags, each once.
    pub(super) fn tags(&mut self) -> Vec<String> {
        let said = self.text(ImportField::Tags).unwrap_or_default();
        let mut tags: Vec<String> = Vec::new();
        for name in said.split(';').map(str::trim) {
            if !name.is_empty() && tags.iter().all(|tag| fold(tag) != fold(name)) {
                tags.push(name.to_owned());
            }
        }
        if tags.len() > MOST_TAGS {
            let message = format!("names more than {MOST_TAGS} tags");
            self.fault(ImportField::Tags, message);
        }
        tags
    }

    /// The first and the last name of a person, said apart or in one.
    pub(super) fn person(&mut self) -> (Option<String>, String) {
        use ImportField as F;
        let (first, last) = (self.text(F::FirstName), self.text(F::LastName));
        match (first, last, self.text(F::Name)) {
            (first, Some(last), _) => (first, last),
            (None, None, Some(whole)) | (Some(_), None, Some(whole)) => split_name(&whole),
            (Some(only), None, None) => (None, only),
            (None, None, None) => (None, String::new()),
        }
    }

    /// The first column that is to hold the name of a person.
    pub(super) fn name_field(&self) -> ImportField {
        use ImportField as F;
        [F::Name, F::LastName, F::FirstName]
            .into_iter()
            .find(|field| self.entry(*field).is_some())
            .unwrap_or(F::Name)
    }

    pub(super) fn moment(&mut self, field: ImportField) -> Option<DateTime<Utc>> {
        let zone = self.reading.zone;
        self.get(field, |cell, notation| cells::moment(cell, notation, zone))
    }

    pub(super) fn date(&mut self, field: ImportField) -> Option<NaiveDate> {
        self.get(field, cells::date)
    }

    pub(super) fn currency(&mut self) -> Currency {
        self.get(ImportField::Currency, |cell, _| cells::currency(cell))
            .unwrap_or(self.reading.notation.currency)
    }

    pub(super) fn amount(&mut self, field: ImportField, currency: Currency) -> Option<i64> {
        let multiplier = self
            .entry(field)
            .and_then(|entry| entry.multiplier)
            .unwrap_or(1);
        self.get(field, |cell, notation| {
            cells::amount(cell, notation, currency, multiplier)
        })
    }

    pub(super) fn fault(&mut self, field: ImportField, message: impl Into<String>) {
        let column = self.entry(field).map(|entry| entry.column);
        self.faults.push(RowFault {
            column,
            message: message.into(),
        });
    }

    /// Adds what the checks of the vocabulary find, each at its column.
    pub(super) fn check(&mut self, record: &impl Validate, required: &[ImportField]) {
        let Err(errors) = record.validate() else {
            return;
        };
        for (path, messages) in field_errors(&errors) {
            let field = path
                .split('.')
                .next()
                .and_then(|name| name.parse::<ImportField>().ok());
            for message in messages {
                let Some(field) = field else {
                    self.faults
                        .push(RowFault::whole(format!("{path} {message}")));
                    continue;
                };
                if required.contains(&field) {
                    continue;
                }
                let column = self.entry(field).map(|entry| entry.column);
                // A cell that could not be read has said so already.
                if !self
                    .faults
                    .iter()
                    .any(|known| column.is_some() && known.column == column)
                {
                    self.fault(field, message);
                }
            }
        }
    }
}

/// Reads a row.
///
/// # Errors
/// Everything that is wrong with it.
pub fn read_row<S: AsRef<str>>(reading: &Reading<'_>, cells: &[S]) -> Result<Draft, Vec<RowFault>> {
    if cells.len() != reading.columns {
        return Err(vec![RowFault::whole(format!(
            "the row has {} cells, the header has {}",
            cells.len(),
            reading.columns
        ))]);
    }
    let mut row = Row {
        reading,
        cells,
        faults: Vec::new(),
    };
    let draft = kinds::read(&mut row);
    if row.faults.is_empty() {
        Ok(draft)
    } else {
        Err(row.faults)
    }
}

#[cfg(test)]
#[path = "rows_tests.rs"]
mod tests;
