//! `touchline keys rotate`: what older secrets of the installation encrypted or signed is so by the one in use.

use crate::{
    core::{error::ApiResult, state::AppState},
    identity::totp,
    platform::audit_chain,
};

/// Rows that are read at a time.
const BATCH: i32 = 100;

/// Encrypts and signs everything anew that the secret in use has not. Servers may go on meanwhile, as long as they know both secrets.
/// Answers how much it was.
///
/// # Errors
/// 500 when one does not open, naming it in the log.
pub async fn rotate(state: &AppState) -> ApiResult<usize> {
    let system = state.store.system();
    let prefix = state.seal.prefix();
    let (mut done, mut beyond) = (audit_chain::sign_anew(state).await?, uuid::Uuid::nil());
    loop {
        let rows = system
            .outdated_second_factors(&prefix, beyond, BATCH)
            .await?;
        let Some(last) = rows.last() else {
            return Ok(done);
        };
        beyond = last.id;
        for row in rows {
            let place = totp::place(row.user_id, row.id);
            let secret = state.seal.open(place, &row.secret)?;
            let after = state.seal.seal(place, &secret)?;
            system
                .reseal_second_factor(row.id, &row.secret, &after)
                .await?;
            done += 1;
        }
    }
}
