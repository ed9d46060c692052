//! `touchline keys rotate`: what older secrets of the installation encrypted or signed is so by the one in use.

use persistence::platform::sealed::{SEALED, SealedColumn};
use uuid::Uuid;

use crate::{
    core::{error::ApiResult, seal::Place, state::AppState},
    platform::audit_chain,
};

/// Rows that are read at a time: pieces of files have a megabyte and more.
const BATCH: i32 = 16;

/// Encrypts and signs everything anew that the secret in use has not. Servers may go on meanwhile, as long as they know both secrets.
/// Answers how much it was.
///
/// # Errors
/// 500 when one does not open, naming it in the log.
pub async fn rotate(state: &AppState) -> ApiResult<usize> {
    let mut done = audit_chain::sign_anew(state).await?;
    for column in SEALED {
        done += reseal(state, *column).await?;
    }
    Ok(done)
}

/// Encrypts the values of a column anew.
async fn reseal(state: &AppState, column: SealedColumn) -> ApiResult<usize> {
    let system = state.store.system();
    let prefix = state.seal.prefix();
    let (mut done, mut beyond) = (0, Uuid::nil());
    loop {
        let rows = system.outdated(column, &prefix, beyond, BATCH).await?;
        let Some(last) = rows.last() else {
            return Ok(done);
        };
        beyond = last.id;
        for row in rows {
            let place = Place {
                owner: row.owner_id,
                table: column.table,
                column: column.column,
                row: row.id,
            };
            let secret = state.seal.open(place, &row.sealed)?;
            let after = state.seal.seal(place, &secret)?;
            system.reseal(column, &row, &after).await?;
            done += 1;
        }
    }
}
