//! The pieces of files, encrypted: a file may hold what is kept so elsewhere.

use persistence::{Db, StoreResult, Tx, platform::import_piece};
use shared_types::ImportId;

use crate::core::{
    error::ApiResult,
    seal::{Place, Sealer, as_stored},
};

/// Which part of an import a piece is of: its file, or the rows that were refused.
pub(super) type Part = &'static str;

fn place(db: &impl Db, import: ImportId, part: Part) -> Place {
    Place {
        owner: db.organization().0,
        table: "import_pieces",
        column: part,
        row: import.0,
    }
}

/// Queues a piece. It opens at its position alone.
///
/// # Errors
/// 500 when it cannot be encrypted.
pub(super) fn append(
    seal: &Sealer,
    tx: &Tx,
    import: ImportId,
    part: Part,
    position: i64,
    bytes: &[u8],
) -> ApiResult<()> {
    let piece = [position.to_be_bytes().as_slice(), bytes].concat();
    let sealed = seal.seal(place(tx, import, part), &piece)?;
    import_piece::append(tx, import, part, position, sealed.into_bytes());
    Ok(())
}

/// The first piece after a place, with its own place.
///
/// # Errors
/// When the database does not answer, or the piece does not open.
pub(super) async fn after(
    seal: &Sealer,
    db: &impl Db,
    import: ImportId,
    part: Part,
    position: i64,
) -> StoreResult<Option<(i64, Vec<u8>)>> {
    let found = import_piece::after(db, import, part, position).await?;
    let Some((position, sealed)) = found else {
        return Ok(None);
    };
    let sealed = String::from_utf8(sealed).unwrap_or_default();
    let mut piece = seal
        .open(place(db, import, part), &sealed)
        .map_err(as_stored)?;
    let at = position.to_be_bytes();
    if !piece.starts_with(&at) {
        return Err(persistence::StoreError::Corrupt(format!(
            "a piece of import {import} belongs elsewhere"
        )));
    }
    Ok(Some((position, piece.split_off(at.len()))))
}
