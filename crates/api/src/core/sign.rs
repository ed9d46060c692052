//! Signatures of the installation over what it wrote itself: HMAC-SHA-256, under keys that can be rotated.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// The keys of signatures: the first signs, all of them are believed.
pub struct Signer {
    keys: Vec<(String, Hmac<Sha256>)>,
}

impl Signer {
    /// Keys from the secrets of the installation, the one in use first.
    ///
    /// # Errors
    /// When there is no secret.
    pub fn new(secrets: &[Vec<u8>]) -> Result<Self, String> {
        if secrets.is_empty() {
            return Err("no secret".to_owned());
        }
        let keys = secrets.iter().map(|secret| {
            let derived = Sha256::digest([b"touchline sign v1:", secret.as_slice()].concat());
            let id = hex::encode(&Sha256::digest([b"sign-kid:", secret.as_slice()].concat())[..6]);
            let key =
                Hmac::<Sha256>::new_from_slice(&derived).map_err(|error| error.to_string())?;
            Ok((id, key))
        });
        Ok(Self {
            keys: keys.collect::<Result<_, String>>()?,
        })
    }

    /// What every signature begins with that the key in use made.
    #[must_use]
    pub fn prefix(&self) -> String {
        self.keys
            .first()
            .map(|(id, _)| format!("{id}-"))
            .unwrap_or_default()
    }

    /// Signs a text.
    #[must_use]
    pub fn sign(&self, text: &str) -> String {
        let Some((_, key)) = self.keys.first() else {
            return String::new();
        };
        let mut mac = key.clone();
        mac.update(text.as_bytes());
        format!(
            "{}{}",
            self.prefix(),
            hex::encode(mac.finalize().into_bytes())
        )
    }

    /// Whether one of the keys made the signature over this text.
    #[must_use]
    pub fn made(&self, signature: &str, text: &str) -> bool {
        let Some((id, tag)) = signature.split_once('-') else {
            return false;
        };
        let (Some((_, key)), Ok(tag)) = (
            self.keys.iter().find(|(known, _)| known == id),
            hex::decode(tag),
        ) else {
            return false;
        };
        let mut mac = key.clone();
        mac.update(text.as_bytes());
        mac.verify_slice(&tag).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signer(secrets: &[&str]) -> Signer {
        let secrets: Vec<Vec<u8>> = secrets.iter().map(|it| it.as_bytes().to_vec()).collect();
        Signer::new(&secrets).unwrap()
    }

    #[test]
    fn a_signature_is_of_one_text_and_of_a_key_that_is_known() {
        let before = signer(&["the first secret"]);
        let signature = before.sign("head");
        assert!(before.made(&signature, "head"));
        assert!(!before.made(&signature, "heads"));
        let during = signer(&["the second secret", "the first secret"]);
        assert!(during.made(&signature, "head") && !signature.starts_with(&during.prefix()));
        assert!(during.sign("head").starts_with(&during.prefix()));
        let after = signer(&["the second secret"]);
        assert!(!after.made(&signature, "head"));
        for broken in ["", "-", "x-y", &signature[..20]] {
            assert!(!before.made(broken, "head"), "{broken}");
        }
        assert!(Signer::new(&[]).is_err());
    }
}
