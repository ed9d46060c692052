//! The files of imports and exports, in pieces that are encrypted: a file may hold what is kept so
//! elsewhere.

use actix_web::web::{Bytes, Data};
use futures_util::{Stream, stream};
use persistence::{
    Db, Read, StoreError, StoreResult, Tx,
    platform::piece::{self, FILE, NewPiece, REJECTS},
};
use uuid::Uuid;

use crate::core::{
    error::ApiResult,
    seal::{Place, Sealer, as_stored},
    state::AppState,
};

/// The bytes of a piece, about.
pub const PIECE: usize = 1024 * 1024;

/// A part of an import or export that is kept in pieces.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// The import or export.
    subject: Uuid,
    /// Its file, or the rows that were refused.
    part: &'static str,
}

impl Part {
    /// The file of an import or export.
    pub fn file(of: impl Into<Uuid>) -> Self {
        Self {
            subject: of.into(),
            part: FILE,
        }
    }

    /// The rows of an import that were refused.
    pub fn rejects(of: impl Into<Uuid>) -> Self {
        Self {
            part: REJECTS,
            ..Self::file(of)
        }
    }

    fn place(db: &impl Db, piece: Uuid) -> Place {
        Place {
            owner: db.organization().0,
            table: "pieces",
            column: "sealed",
            row: piece,
        }
    }

    /// What a piece says of itself, so that it opens in no other part and at no other position.
    fn label(self, position: i64) -> Vec<u8> {
        format!("{}/{}/{position}\n", self.subject, self.part).into_bytes()
    }

    /// Queues a piece.
    ///
    /// # Errors
    /// 500 when it cannot be encrypted.
    pub fn append(self, seal: &Sealer, tx: &Tx, position: i64, bytes: &[u8]) -> ApiResult<()> {
        let id = tx.new_id();
        let piece = [self.label(position).as_slice(), bytes].concat();
        let sealed = seal.seal(Self::place(tx, id), &piece)?;
        piece::append(
            tx,
            NewPiece {
                id,
                subject_id: self.subject,
                part: self.part,
                position,
                sealed,
            },
        );
        Ok(())
    }

    /// The first piece after a place, with its own place.
    ///
    /// # Errors
    /// When the database does not answer, or the piece does not open.
    pub async fn after(
        self,
        seal: &Sealer,
        db: &impl Db,
        position: i64,
    ) -> StoreResult<Option<(i64, Vec<u8>)>> {
        let found = piece::after(db, self.subject, self.part, position).await?;
        let Some(found) = found else {
            return Ok(None);
        };
        let mut piece = seal
            .open(Self::place(db, found.id), &found.sealed)
            .map_err(as_stored)?;
        let label = self.label(found.position);
        if !piece.starts_with(&label) {
            let subject = self.subject;
            let says = format!("a piece of {subject} belongs elsewhere");
            return Err(StoreError::Corrupt(says));
        }
        Ok(Some((found.position, piece.split_off(label.len()))))
    }

    /// All of it, piece after piece.
    pub fn stream(self, state: Data<AppState>, read: Read) -> impl Stream<Item = ApiResult<Bytes>> {
        let before = (state, read, -1);
        stream::try_unfold(before, move |(state, read, position)| async move {
            let piece = self.after(&state.seal, &read, position).await?;
            Ok(piece.map(|(position, bytes)| (bytes.into(), (state, read, position))))
        })
    }

    /// Takes it away.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn delete(self, db: &impl Db) -> StoreResult<()> {
        piece::delete(db, self.subject, self.part).await
    }
}
