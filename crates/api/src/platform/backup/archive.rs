//! The file of a backup: lines of JSON, compressed by gzip.
//!
//! The first line says what it is and of which schema; then each table's name with its columns, followed by its rows; the
//! last line has the number of rows of each table and the SHA-256 of all lines before it.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, BufWriter, Read, Write},
    path::Path,
};

use chrono::{DateTime, Utc};
use flate2::{Compression, bufread::GzDecoder, write::GzEncoder};
use persistence::backup::{BackupResult, Piece};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Counts, damaged, unreadable};

/// The first word of every backup.
const FORMAT: &str = "touchline-backup-1";
/// A line that is longer has not been written by us: files of imports are kept in pieces.
const LONGEST_LINE: u64 = 64 * 1024 * 1024;

/// The first line.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    format: String,
    /// The version that wrote it.
    pub version: String,
    /// `postgresql` or `sqlite`.
    pub database: String,
    /// When it was begun.
    pub at: DateTime<Utc>,
    /// The migrations that had run.
    pub schema: Vec<String>,
}

/// The last line: what a whole backup has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Summary {
    /// The rows of each table.
    pub counts: Counts,
    sha256: String,
}

impl Summary {
    /// The rows of all tables.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.counts.values().sum()
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TableLine {
    table: String,
    columns: Vec<String>,
}

pub(super) struct Writer {
    out: GzEncoder<BufWriter<File>>,
    hash: Sha256,
    counts: Counts,
    table: String,
    database: &'static str,
    at: DateTime<Utc>,
}

impl Writer {
    pub(super) fn new(file: File, database: &'static str, at: DateTime<Utc>) -> Self {
        Self {
            out: GzEncoder::new(BufWriter::new(file), Compression::fast()),
            hash: Sha256::new(),
            counts: Counts::new(),
            table: String::new(),
            database,
            at,
        }
    }

    fn line(&mut self, text: &str) -> io::Result<()> {
        for part in [text.as_bytes(), b"\n"] {
            self.hash.update(part);
            self.out.write_all(part)?;
        }
        Ok(())
    }

    pub(super) fn piece(&mut self, piece: &Piece<'_>) -> io::Result<()> {
        match piece {
            Piece::Schema(names) => {
                let header = Header {
                    format: FORMAT.to_owned(),
                    version: env!("CARGO_PKG_VERSION").to_owned(),
                    database: self.database.to_owned(),
                    at: self.at,
                    schema: names.to_vec(),
                };
                self.line(&serde_json::to_string(&header)?)
            }
            Piece::Table { name, columns } => {
                (*name).clone_into(&mut self.table);
                self.counts.insert(self.table.clone(), 0);
                let line = TableLine {
                    table: self.table.clone(),
                    columns: columns.to_vec(),
                };
                self.line(&serde_json::to_string(&line)?)
            }
            Piece::Row(row) => {
                if let Some(count) = self.counts.get_mut(&self.table) {
                    *count += 1;
                }
                self.line(row)
            }
        }
    }

    /// Writes the last line, and waits until all of it is on the disk.
    pub(super) fn finish(mut self) -> io::Result<Summary> {
        let summary = Summary {
            counts: std::mem::take(&mut self.counts),
            sha256: hex::encode(self.hash.finalize()),
        };
        let text = serde_json::to_string(&summary)?;
        self.out.write_all(text.as_bytes())?;
        self.out.write_all(b"\n")?;
        let file = self.out.finish()?.into_inner().map_err(io::Error::from)?;
        file.sync_all()?;
        Ok(summary)
    }
}

/// A line between the first and the last.
pub(super) enum Line {
    Table { table: String, columns: Vec<String> },
    Row(String),
}

pub(super) struct Reader {
    lines: BufReader<GzDecoder<BufReader<File>>>,
    header: Header,
    hash: Sha256,
    counts: Counts,
    table: Option<String>,
    end: Option<Summary>,
}

impl Reader {
    pub(super) fn open(path: &Path) -> BackupResult<Self> {
        let file = BufReader::new(File::open(path)?);
        let mut reader = Self {
            lines: BufReader::new(GzDecoder::new(file)),
            header: Header {
                format: String::new(),
                version: String::new(),
                database: String::new(),
                at: DateTime::default(),
                schema: Vec::new(),
            },
            hash: Sha256::new(),
            counts: Counts::new(),
            table: None,
            end: None,
        };
        let first = reader.line()?;
        reader.header = serde_json::from_str(&first)
            .ok()
            .filter(|header: &Header| header.format == FORMAT)
            .ok_or_else(|| damaged("its first line is another's"))?;
        reader.hash.update(first.as_bytes());
        Ok(reader)
    }

    /// A line with its end.
    fn line(&mut self) -> BackupResult<String> {
        let mut text = String::new();
        let mut limited = (&mut self.lines).take(LONGEST_LINE);
        limited
            .read_line(&mut text)
            .map_err(|error| unreadable(&error))?;
        if text.ends_with('\n') {
            Ok(text)
        } else {
            Err(damaged("it ends in the middle"))
        }
    }

    /// The next line; none after the last.
    pub(super) fn next(&mut self) -> BackupResult<Option<Line>> {
        if self.end.is_some() {
            return Ok(None);
        }
        let text = self.line()?;
        if text.starts_with("{\"counts\"") {
            let summary = serde_json::from_str(&text).map_err(|_| damaged("its last line"))?;
            self.end = Some(summary);
            return Ok(None);
        }
        self.hash.update(text.as_bytes());
        if text.starts_with('{') {
            let TableLine { table, columns } =
                serde_json::from_str(&text).map_err(|_| damaged("the line of a table"))?;
            self.counts.insert(table.clone(), 0);
            self.table = Some(table.clone());
            return Ok(Some(Line::Table { table, columns }));
        }
        let count = self
            .table
            .as_ref()
            .and_then(|table| self.counts.get_mut(table));
        *count.ok_or_else(|| damaged("a row of no table"))? += 1;
        Ok(Some(Line::Row(text.trim_end().to_owned())))
    }

    /// What it was, if all of it was read and is as it was written.
    pub(super) fn finish(mut self) -> BackupResult<(Header, Summary)> {
        let summary = self.end.ok_or_else(|| damaged("it ends in the middle"))?;
        // The checksum of gzip is checked at its very end.
        let mut rest = Vec::new();
        (&mut self.lines)
            .take(1)
            .read_to_end(&mut rest)
            .map_err(|error| unreadable(&error))?;
        // Nor is anything after what gzip takes for its end.
        let mut file = self.lines.into_inner().into_inner();
        if !rest.is_empty() || !file.fill_buf()?.is_empty() {
            return Err(damaged("something follows its last line"));
        }
        if summary.sha256 != hex::encode(self.hash.finalize()) || summary.counts != self.counts {
            return Err(damaged("its content is not what was written"));
        }
        Ok((self.header, summary))
    }
}
