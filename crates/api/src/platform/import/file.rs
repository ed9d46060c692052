//! The file of an import, as its jobs read it.

use std::sync::Arc;

use persistence::platform::import::Model;

use super::table::{TableReader, TableRow};
use crate::{
    core::seal::Sealer,
    platform::{piece::Part, runner::Stop},
};

/// The file of an import, read piece by piece.
pub(super) struct File {
    seal: Arc<Sealer>,
    part: Part,
    reader: TableReader,
    position: i64,
    header: bool,
}

impl File {
    pub(super) fn open(seal: Arc<Sealer>, row: &Model) -> Self {
        Self {
            seal,
            part: Part::file(row.id),
            reader: TableReader::new(row.encoding, row.delimiter),
            position: -1,
            header: true,
        }
    }

    /// Adds the rows of the next piece, without the header; whether there is more.
    pub(super) async fn next(
        &mut self,
        db: &impl persistence::Db,
        rows: &mut Vec<TableRow>,
    ) -> Result<bool, Stop> {
        let piece = self.part.after(&self.seal, db, self.position).await?;
        let from = rows.len();
        let more = piece.is_some();
        let bytes = match piece {
            Some((position, bytes)) => {
                self.position = position;
                bytes
            }
            None if self.position < 0 => {
                return Err(Stop::Failed(
                    "the file is not kept any more; bring it again".to_owned(),
                ));
            }
            None => Vec::new(),
        };
        self.reader
            .feed(&bytes, !more, rows)
            .map_err(|fault| Stop::Failed(fault.to_string()))?;
        if self.header && rows.len() > from {
            self.header = false;
            rows.remove(from);
        }
        Ok(more)
    }
}
