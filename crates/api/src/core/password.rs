//! Hashing of passwords: argon2id with the parameters of OWASP (m = 19 MiB, t = 2, p = 1).

use std::sync::{Arc, LazyLock};

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version,
    password_hash::phc::PasswordHash,
};
use tokio::sync::Semaphore;

use crate::core::error::{ApiError, ApiResult};

/// Hashes at once: each takes 19 MiB, and the machine has other things to do.
const AT_ONCE: usize = 8;

fn params() -> Result<Params, argon2::Error> {
    Params::new(19 * 1024, 2, 1, None)
}

fn argon() -> Result<Argon2<'static>, argon2::Error> {
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params()?))
}

/// Whether a hash was made with less effort than hashes are made with now.
#[must_use]
pub fn is_outdated(hash: &str) -> bool {
    let (Ok(parsed), Ok(wanted)) = (PasswordHash::new(hash), params()) else {
        return true;
    };
    let Ok(have) = Params::try_from(&parsed) else {
        return true;
    };
    parsed.algorithm != Algorithm::Argon2id.ident()
        || have.m_cost() < wanted.m_cost()
        || have.t_cost() < wanted.t_cost()
}

/// Verified against when the account is unknown, so that both take the same time.
static NOBODY: LazyLock<String> = LazyLock::new(|| {
    hash_now("no user has this password, and none signs in with it").unwrap_or_default()
});

fn hash_now(password: &str) -> Result<String, String> {
    let argon = argon().map_err(|error| error.to_string())?;
    argon
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| error.to_string())
}

fn verify_now(password: &str, hash: &str) -> bool {
    let Ok(parsed) = PasswordHash::new(hash) else {
        return false;
    };
    argon().is_ok_and(|argon| argon.verify_password(password.as_bytes(), &parsed).is_ok())
}

/// Hashes passwords beside the threads that answer requests.
#[derive(Clone)]
pub struct Passwords {
    places: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self {
            places: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }
}

impl Passwords {
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> ApiResult<T> {
        let _place = self
            .places
            .acquire()
            .await
            .map_err(|error| ApiError::internal(error.to_string()))?;
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|error| ApiError::internal(error.to_string()))
    }

    /// The hash of a password, in the PHC string format.
    ///
    /// # Errors
    /// 500 when the machine has no memory left for it.
    pub async fn hash(&self, password: String) -> ApiResult<String> {
        self.run(move || hash_now(&password))
            .await?
            .map_err(ApiError::internal)
    }

    /// Whether a password belongs to a hash; without a hash it never does, and takes as long.
    ///
    /// # Errors
    /// 500 when the work could not be done.
    pub async fn verify(&self, password: String, hash: Option<String>) -> ApiResult<bool> {
        self.run(move || match hash {
            Some(hash) => verify_now(&password, &hash),
            None => {
                verify_now(&password, &NOBODY);
                false
            }
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_of_less_effort_is_outdated() {
        let of = |m, t| {
            let argon = Argon2::new(
                Algorithm::Argon2id,
                Version::V0x13,
                Params::new(m, t, 1, None).unwrap(),
            );
            argon
                .hash_password(b"plenty of quiet otters")
                .unwrap()
                .to_string()
        };
        assert!(!is_outdated(&of(19 * 1024, 2)));
        assert!(is_outdated(&of(8 * 1024, 2)) && is_outdated(&of(19 * 1024, 1)));
        assert!(is_outdated("not a hash"));
    }

    #[test]
    fn a_hash_verifies_its_password_only() {
        let hash = hash_now("plenty of quiet otters").unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert!(verify_now("plenty of quiet otters", &hash));
        assert!(!verify_now("plenty of quiet otter", &hash));
        assert!(!verify_now("plenty of quiet otters", "not a hash"));
    }
}
