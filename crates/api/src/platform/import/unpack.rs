//! The files of an archive, unpacked and held against what its manifest says of them.

use std::{
    fs::File,
    io::{BufReader, Read},
};

use domain::platform::{
    archive::{MANIFEST, MANIFEST_LIMIT, read_manifest},
    import::fields::check_mapping,
};
use sha2::{Digest, Sha256};
use shared_types::{
    Currency,
    platform::{Delimiter, ExportedFile, ImportEncoding, Manifest},
};
use tokio::sync::mpsc::Sender;
use zip::{ZipArchive, read::ZipFile};

use super::{
    recognize::{Recognized, Said, recognize},
    table::TableReader,
};
use crate::platform::piece::PIECE;

/// How exports write their tables.
pub(super) const WRITTEN: Said = Said {
    encoding: Some(ImportEncoding::Utf8),
    delimiter: Some(Delimiter::Comma),
};

/// A piece of a table.
pub(super) struct Unpacked {
    /// The place of the table in the manifest.
    pub(super) table: usize,
    /// The place of the piece in the table, from 0.
    pub(super) position: i64,
    pub(super) bytes: Vec<u8>,
}

/// Unpacks an archive from beginning to end and sends its tables away piece by piece; what it says of itself.
///
/// # Errors
/// Everything that is wrong with it, each with the name of the file at fault. What was sent is then worth nothing.
pub(super) fn unpack(file: File, pieces: &Sender<Unpacked>) -> Result<Manifest, Vec<String>> {
    let zip = ZipArchive::new(BufReader::new(file));
    let mut zip =
        zip.map_err(|_| vec!["is no ZIP archive, or a part of it is missing".to_owned()])?;
    let names = names(&mut zip)?;
    let manifest = {
        let entry = zip.by_name(MANIFEST).map_err(|_| {
            vec![format!(
                "{MANIFEST}: is missing; bring the archive as an export wrote it"
            )]
        })?;
        let mut bytes = Vec::new();
        let read = entry.take(MANIFEST_LIMIT + 1).read_to_end(&mut bytes);
        if read.is_err() || bytes.len() as u64 > MANIFEST_LIMIT {
            return Err(vec![format!("{MANIFEST}: is damaged")]);
        }
        read_manifest(&bytes, &names)?
    };
    let mut faults = Vec::new();
    for (table, said) in manifest.files.iter().enumerate() {
        let checked = match zip.by_name(&said.name) {
            Ok(entry) => one(entry, table, said, pieces),
            Err(_) => Err("is damaged".to_owned()),
        };
        faults.extend(checked.err().map(|words| format!("{}: {words}", said.name)));
    }
    if faults.is_empty() {
        Ok(manifest)
    } else {
        Err(faults)
    }
}

/// The names of all that is in it; it holds a manifest and at most one file of each kind.
fn names(zip: &mut ZipArchive<BufReader<File>>) -> Result<Vec<String>, Vec<String>> {
    const MOST: usize = 64;
    if zip.len() > MOST {
        return Err(vec![format!("holds more than {MOST} files")]);
    }
    let names = (0..zip.len()).map(|place| {
        let entry = zip.by_index_raw(place);
        let entry = entry.map_err(|_| vec!["is damaged".to_owned()])?;
        let name = entry.name();
        Ok(name
            .map_err(|_| vec!["is damaged".to_owned()])?
            .into_owned())
    });
    names.collect()
}

fn one(
    mut entry: ZipFile<'_, BufReader<File>>,
    table: usize,
    said: &ExportedFile,
    pieces: &Sender<Unpacked>,
) -> Result<(), String> {
    let mut reader = TableReader::new(ImportEncoding::Utf8, Delimiter::Comma);
    let mut hash = Sha256::new();
    // The header is a row as well.
    let (mut bytes, mut rows, mut read) = (0, 0, Vec::new());
    for position in 0.. {
        let mut piece = Vec::with_capacity(PIECE);
        // Nothing is unpacked beyond what the manifest admits to.
        let left = said.bytes.saturating_sub(bytes) + 1;
        let most = left.min(PIECE as u64);
        let taken = (&mut entry).take(most).read_to_end(&mut piece);
        taken.map_err(|_| "is damaged".to_owned())?;
        bytes += piece.len() as u64;
        if bytes > said.bytes {
            return Err(format!(
                "is larger than the {} bytes that the manifest says",
                said.bytes
            ));
        }
        hash.update(&piece);
        let last = (piece.len() as u64) < most;
        let fed = reader.feed(&piece, last, &mut read);
        fed.map_err(|fault| fault.to_string())?;
        rows += read.drain(..).count() as u64;
        if position == 0 {
            meaning(&piece, said)?;
        }
        if !piece.is_empty() {
            let sent = Unpacked {
                table,
                position,
                bytes: piece,
            };
            pieces
                .blocking_send(sent)
                .map_err(|_| "cannot be kept".to_owned())?;
        }
        if last {
            break;
        }
    }
    if bytes < said.bytes {
        return Err(format!(
            "has {bytes} bytes, the manifest says {}",
            said.bytes
        ));
    }
    if hex::encode(hash.finalize()) != said.sha256 {
        return Err("is not as it was written; its checksum differs".to_owned());
    }
    match rows.checked_sub(1) {
        Some(rows) if rows == said.rows => Ok(()),
        Some(rows) => Err(format!("has {rows} rows, the manifest says {}", said.rows)),
        None => Err("has no header".to_owned()),
    }
}

/// Whether its columns mean what rows of its kind need.
fn meaning(first: &[u8], said: &ExportedFile) -> Result<(), String> {
    let known = understood(first, said)?;
    check_mapping(said.kind, known.columns.len(), &known.mapping).map_err(|fault| fault.to_string())
}

fn understood(first: &[u8], said: &ExportedFile) -> Result<Recognized, String> {
    recognize(first, said.kind, WRITTEN, Currency::Eur, &[])
}
