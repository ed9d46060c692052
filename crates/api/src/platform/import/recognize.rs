//! What a file is, told from its beginning.

use domain::{
    core::decimal::number_format,
    platform::import::{
        columns::{headers, suggest, suggested_mapping},
        dates::DateVotes,
        fields::{is_amount, is_day, is_guarded},
        sniff,
    },
};
use shared_types::{
    Currency, NumberFormat,
    platform::{
        ColumnMapping, DateFormat, Delimiter, ImportColumn, ImportEncoding, ImportField, ImportKind,
    },
};

use super::table::{COLUMN_LIMIT, TableReader, TableRow, decode};

/// Rows that are looked at.
const ROWS: usize = 2_000;
/// Samples of a column.
const SAMPLES: usize = 5;

/// What a file is.
#[derive(Clone, Debug)]
pub(super) struct Recognized {
    pub(super) encoding: ImportEncoding,
    pub(super) delimiter: Delimiter,
    pub(super) date_format: DateFormat,
    pub(super) date_format_is_sure: bool,
    pub(super) number_format: NumberFormat,
    pub(super) columns: Vec<ImportColumn>,
    pub(super) mapping: Vec<ColumnMapping>,
}

/// What somebody said about a file already.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Said {
    pub(super) encoding: Option<ImportEncoding>,
    pub(super) delimiter: Option<Delimiter>,
}

/// Columns of earlier files of the kind, with what they meant; the latest first.
pub(super) type Remembered = [(Vec<ImportColumn>, Vec<ColumnMapping>)];

/// Tells what a file is from its first piece.
///
/// # Errors
/// Why it is no table.
pub(super) fn recognize(
    piece: &[u8],
    kind: ImportKind,
    said: Said,
    currency: Currency,
    remembered: &Remembered,
) -> Result<Recognized, String> {
    let told = sniff::encoding(piece).map_err(|fault| fault.to_string())?;
    let encoding = said.encoding.unwrap_or(told.encoding);
    let text = decode(piece, encoding);
    let delimiter = said.delimiter.unwrap_or_else(|| sniff::delimiter(&text));
    let mut reader = TableReader::new(encoding, delimiter);
    let mut rows = Vec::new();
    let read = reader.feed(piece, false, &mut rows);
    if rows.is_empty() {
        // A short file may be one row without an end.
        read.map_err(|fault| fault.to_string())?;
        reader
            .feed(&[], true, &mut rows)
            .map_err(|fault| fault.to_string())?;
    }
    let mut rows = rows.into_iter();
    let header = rows.next().ok_or("the file has no rows")?;
    if header.cells.len() > COLUMN_LIMIT {
        return Err(format!("the file has more than {COLUMN_LIMIT} columns"));
    }
    let rows: Vec<TableRow> = rows.take(ROWS).collect();
    let names = headers(header.cells.iter().map(String::as_str));
    let suggestions = suggest(kind, &names, |name| meant(name, remembered));
    let mut mapping = suggested_mapping(&names, &suggestions);
    keep_multipliers(&mut mapping, &names, remembered);
    let of = |fields: &dyn Fn(ImportField) -> bool| -> Vec<usize> {
        let columns = mapping.iter().filter(|entry| fields(entry.field));
        columns.map(|entry| usize::from(entry.column)).collect()
    };
    let dates = of(&is_day);
    let mut votes = DateVotes::default();
    for cell in cells(&rows, &dates) {
        votes.add(cell);
    }
    let prefer = if currency == Currency::Usd {
        DateFormat::MonthDayYear
    } else {
        DateFormat::DayMonthYear
    };
    let guess = votes.guess(prefer);
    let columns: Vec<ImportColumn> = (0..)
        .zip(names)
        .zip(suggestions)
        .map(|((index, name), suggestion)| ImportColumn {
            index,
            samples: samples(&rows, usize::from(index)),
            name,
            suggestion,
        })
        .collect();
    let columns = without_private(columns, &mapping);
    Ok(Recognized {
        encoding,
        delimiter,
        date_format: guess.map_or(DateFormat::Iso, |guess| guess.format),
        date_format_is_sure: guess.is_none_or(|guess| guess.sure),
        number_format: numbers(&rows, &of(&is_amount), delimiter),
        columns,
        mapping,
    })
}

/// The columns without samples of what is kept encrypted elsewhere.
pub(super) fn without_private(
    mut columns: Vec<ImportColumn>,
    mapping: &[ColumnMapping],
) -> Vec<ImportColumn> {
    for entry in mapping.iter().filter(|entry| is_guarded(entry.field)) {
        if let Some(column) = columns.get_mut(usize::from(entry.column)) {
            column.samples.clear();
        }
    }
    columns
}

fn cells<'a>(rows: &'a [TableRow], columns: &'a [usize]) -> impl Iterator<Item = &'a str> {
    rows.iter().flat_map(move |row| {
        columns
            .iter()
            .filter_map(|column| row.cells.get(*column).map(String::as_str))
    })
}

/// Some of the values of a column, each once.
fn samples(rows: &[TableRow], column: usize) -> Vec<String> {
    let mut samples: Vec<String> = Vec::new();
    for cell in cells(rows, &[column]) {
        let sample: String = cell.trim().chars().take(100).collect();
        if !sample.is_empty() && !samples.contains(&sample) {
            samples.push(sample);
        }
        if samples.len() == SAMPLES {
            break;
        }
    }
    samples
}

/// How numbers are written; where none tells, as the countries do that separate by semicolons.
fn numbers(rows: &[TableRow], columns: &[usize], delimiter: Delimiter) -> NumberFormat {
    let (mut point, mut comma) = (0_u32, 0_u32);
    for cell in cells(rows, columns) {
        match number_format(cell) {
            Some(NumberFormat::Point) => point += 1,
            Some(NumberFormat::Comma) => comma += 1,
            None => {}
        }
    }
    match (point, comma) {
        (0, 0) if delimiter == Delimiter::Semicolon => NumberFormat::Comma,
        (point, comma) if comma > point => NumberFormat::Comma,
        _ => NumberFormat::Point,
    }
}

fn column_of<'a>(name: &str, remembered: &'a Remembered) -> Option<(u16, &'a Vec<ColumnMapping>)> {
    remembered.iter().find_map(|(columns, mapping)| {
        let column = columns.iter().find(|column| column.name == name)?;
        Some((column.index, mapping))
    })
}

/// What a column of this name meant the last time.
fn meant(name: &str, remembered: &Remembered) -> Vec<ImportField> {
    column_of(name, remembered)
        .into_iter()
        .flat_map(|(index, mapping)| {
            mapping
                .iter()
                .filter(move |entry| entry.column == index)
                .map(|entry| entry.field)
        })
        .collect()
}

/// Amounts are written in the multiple of the last time.
fn keep_multipliers(mapping: &mut [ColumnMapping], names: &[String], remembered: &Remembered) {
    for entry in mapping {
        let before = names
            .get(usize::from(entry.column))
            .and_then(|name| column_of(name, remembered))
            .and_then(|(index, mapping)| {
                mapping
                    .iter()
                    .find(|known| known.column == index && known.field == entry.field)
            });
        if let Some(before) = before {
            entry.multiplier = before.multiplier;
        }
    }
}
