//! Encryption of secrets that are kept: AES-256-GCM, bound to the place where they are kept.

use std::collections::HashMap;

use aes_gcm::{
    Aes256Gcm, Key, KeyInit, Nonce,
    aead::{Aead, Payload},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use persistence::StoreError;
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use shared_types::Patch;
use uuid::Uuid;

use crate::core::{
    clock::random_bytes,
    error::{ApiError, ApiResult},
};

/// Bytes of a nonce: random ones, for far less than 2³² secrets.
const NONCE: usize = 12;

/// Where a secret is kept. It opens nowhere else, so that nobody who may write the database can put
/// one in the place of another.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The tenant or the user whose it is.
    pub owner: Uuid,
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// The row.
    pub row: Uuid,
}

impl Place {
    fn data(&self) -> String {
        let Self {
            owner,
            table,
            column,
            row,
        } = self;
        format!("{owner}/{table}/{column}/{row}")
    }
}

/// The keys of encryption: the first encrypts, all decrypt, so that keys can be rotated.
pub struct Sealer {
    current: String,
    keys: HashMap<String, Aes256Gcm>,
}

impl Sealer {
    /// Keys from the secrets of the installation, the one in use first.
    ///
    /// # Errors
    /// When there is no secret.
    pub fn new(secrets: &[Vec<u8>]) -> Result<Self, String> {
        let first = secrets.first().ok_or("no secret")?;
        let keys = secrets
            .iter()
            .map(|secret| Ok((key_id(secret), cipher(secret)?)))
            .collect::<Result<_, String>>()?;
        Ok(Self {
            current: key_id(first),
            keys,
        })
    }

    /// What everything begins with that the key in use encrypted.
    #[must_use]
    pub fn prefix(&self) -> String {
        format!("v1.{}.", self.current)
    }

    /// Encrypts a secret for its place.
    ///
    /// # Errors
    /// 500 when it cannot be.
    pub fn seal(&self, place: Place, secret: &[u8]) -> ApiResult<String> {
        let fault = || ApiError::internal("a secret could not be encrypted");
        let cipher = self.keys.get(&self.current).ok_or_else(fault)?;
        let nonce: [u8; NONCE] = random_bytes();
        let bound = place.data();
        let payload = Payload {
            msg: secret,
            aad: bound.as_bytes(),
        };
        let sealed = cipher
            .encrypt(&Nonce::from(nonce), payload)
            .map_err(|_| fault())?;
        let bytes = [nonce.as_slice(), &sealed].concat();
        Ok(format!(
            "{}{}",
            self.prefix(),
            URL_SAFE_NO_PAD.encode(bytes)
        ))
    }

    /// Decrypts the secret of a place.
    ///
    /// # Errors
    /// 500 when it is that of another place, was changed, or its key is not known any more.
    pub fn open(&self, place: Place, sealed: &str) -> ApiResult<Vec<u8>> {
        let fault = |says: &str| ApiError::internal(format!("{}: {says}", place.data()));
        let mut parts = sealed.splitn(3, '.');
        let (Some("v1"), Some(key), Some(text)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(fault("is not encrypted as it should be"));
        };
        let cipher = self
            .keys
            .get(key)
            .ok_or_else(|| fault("no secret of TOUCHLINE_SECRET encrypted it"))?;
        let bytes = URL_SAFE_NO_PAD.decode(text).unwrap_or_default();
        let Some((nonce, message)) = bytes.split_first_chunk::<NONCE>() else {
            return Err(fault("is cut off"));
        };
        let bound = place.data();
        let payload = Payload {
            msg: message,
            aad: bound.as_bytes(),
        };
        cipher
            .decrypt(&Nonce::from(*nonce), payload)
            .map_err(|_| fault("was changed, or belongs elsewhere"))
    }

    /// Encrypts a value for its place.
    ///
    /// # Errors
    /// Those of [`Self::seal`].
    pub fn seal_value<T: Serialize>(&self, place: Place, value: &T) -> ApiResult<String> {
        let text = serde_json::to_vec(value);
        self.seal(
            place,
            &text.map_err(|error| ApiError::internal(error.to_string()))?,
        )
    }

    /// Decrypts the value of a place, if there is one.
    ///
    /// # Errors
    /// Those of [`Self::open`].
    pub fn open_value<T: DeserializeOwned>(
        &self,
        place: Place,
        sealed: Option<&String>,
    ) -> ApiResult<Option<T>> {
        let Some(sealed) = sealed else {
            return Ok(None);
        };
        serde_json::from_slice(&self.open(place, sealed)?)
            .map(Some)
            .map_err(|error| ApiError::internal(error.to_string()))
    }

    /// Carries a patch out on the value of a place, which stays as it is encrypted where it stays the same.
    ///
    /// # Errors
    /// Those of [`Self::open`] and [`Self::seal`].
    pub fn patch<T: Serialize + DeserializeOwned + PartialEq>(
        &self,
        place: Place,
        sealed: &mut Option<String>,
        patch: Patch<T>,
    ) -> ApiResult<()> {
        match patch {
            Patch::Keep => {}
            Patch::Clear => *sealed = None,
            Patch::Set(value) => {
                if self.open_value(place, sealed.as_ref())?.as_ref() != Some(&value) {
                    *sealed = Some(self.seal_value(place, &value)?);
                }
            }
        }
        Ok(())
    }
}

/// What does not open, as a fault of the store.
#[must_use]
pub fn as_stored(error: ApiError) -> StoreError {
    StoreError::Corrupt(error.detail.unwrap_or(error.message))
}

fn key_id(secret: &[u8]) -> String {
    hex::encode(&Sha256::digest([b"seal-kid:", secret].concat())[..6])
}

fn cipher(secret: &[u8]) -> Result<Aes256Gcm, String> {
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(secret)
        .map_err(|error| error.to_string())?;
    mac.update(b"touchline seal v1");
    let key: [u8; 32] = mac.finalize().into_bytes().into();
    Ok(Aes256Gcm::new(&Key::<Aes256Gcm>::from(key)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(row: u128) -> Place {
        Place {
            owner: Uuid::from_u128(1),
            table: "second_factors",
            column: "secret",
            row: Uuid::from_u128(row),
        }
    }

    fn keys(secrets: &[&str]) -> Sealer {
        let secrets: Vec<Vec<u8>> = secrets.iter().map(|it| it.as_bytes().to_vec()).collect();
        Sealer::new(&secrets).unwrap()
    }

    #[test]
    fn a_secret_opens_in_its_own_place_only() {
        let sealer = keys(&["one secret of the installation"]);
        let sealed = sealer.seal(place(1), b"open sesame").unwrap();
        assert_eq!(sealer.open(place(1), &sealed).unwrap(), b"open sesame");
        assert_ne!(sealer.seal(place(1), b"open sesame").unwrap(), sealed);
        assert!(!sealed.contains("sesame"));
        let elsewhere = [
            place(2),
            Place {
                owner: Uuid::from_u128(2),
                ..place(1)
            },
            Place {
                column: "other",
                ..place(1)
            },
            Place {
                table: "webhooks",
                ..place(1)
            },
        ];
        for other in elsewhere {
            assert!(sealer.open(other, &sealed).is_err(), "{other:?}");
        }
        let mut changed = sealed.clone();
        changed.pop();
        changed.push(if sealed.ends_with('A') { 'Q' } else { 'A' });
        for broken in [changed.as_str(), "v1.x.y", "", &sealed[..40]] {
            assert!(sealer.open(place(1), broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn keys_are_rotated_while_both_are_known() {
        let before = keys(&["the first secret"]);
        let sealed = before.seal(place(1), b"open sesame").unwrap();
        let during = keys(&["the second secret", "the first secret"]);
        assert_eq!(during.open(place(1), &sealed).unwrap(), b"open sesame");
        assert!(!sealed.starts_with(&during.prefix()));
        let again = during.seal(place(1), b"open sesame").unwrap();
        assert!(again.starts_with(&during.prefix()));
        let after = keys(&["the second secret"]);
        assert_eq!(after.open(place(1), &again).unwrap(), b"open sesame");
        assert!(after.open(place(1), &sealed).is_err());
    }
}
