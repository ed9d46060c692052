//! Access tokens (JWT, HS256) and refresh tokens (opaque, rotating).

use std::collections::HashMap;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256, Sha512};
use shared_types::{ErrorCode, SessionId, UserId};
use uuid::Uuid;

use crate::core::{
    clock::random_bytes,
    error::{ApiError, ApiResult},
};

/// Minutes an access token is good for.
pub const ACCESS_MINUTES: i64 = 15;
/// Days a session lasts at most, and with it its refresh tokens.
pub const SESSION_DAYS: i64 = 7;
/// Seconds in which a spent refresh token still gives its successor: two tabs may refresh at once.
pub const ROTATION_GRACE_SECONDS: i64 = 10;
/// Seconds by which clocks may differ.
const LEEWAY_SECONDS: i64 = 30;
const ISSUER: &str = "touchline";
const AUDIENCE: &str = "touchline-api";
const TYPE: &str = "at+jwt";

/// What an access token says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Claims {
    iss: String,
    aud: String,
    /// The user.
    pub sub: UserId,
    /// The session.
    pub sid: SessionId,
    iat: i64,
    nbf: i64,
    exp: i64,
}

/// The keys of tokens: the first signs, all verify, so that keys can be rotated.
pub struct TokenKeys {
    current: String,
    encoding: EncodingKey,
    decoding: HashMap<String, DecodingKey>,
    refresh_key: [u8; 64],
}

fn key_id(secret: &[u8]) -> String {
    hex::encode(&Sha256::digest([b"kid:", secret].concat())[..6])
}

impl TokenKeys {
    /// Keys from the secrets of the installation, the one that signs first.
    ///
    /// # Errors
    /// When there is no secret.
    pub fn new(secrets: &[Vec<u8>]) -> Result<Self, String> {
        let first = secrets.first().ok_or("no secret")?;
        Ok(Self {
            current: key_id(first),
            encoding: EncodingKey::from_secret(first),
            decoding: secrets
                .iter()
                .map(|secret| (key_id(secret), DecodingKey::from_secret(secret)))
                .collect(),
            refresh_key: Sha512::digest([b"refresh:", first.as_slice()].concat()).into(),
        })
    }

    /// A new access token.
    ///
    /// # Errors
    /// 500 when it cannot be signed.
    pub fn access(
        &self,
        user: UserId,
        session: SessionId,
        now: DateTime<Utc>,
    ) -> ApiResult<String> {
        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some(self.current.clone());
        header.typ = Some(TYPE.to_owned());
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: user,
            sid: session,
            iat: now.timestamp(),
            nbf: now.timestamp(),
            exp: (now + TimeDelta::minutes(ACCESS_MINUTES)).timestamp(),
        };
        encode(&header, &claims, &self.encoding)
            .map_err(|error| ApiError::internal(error.to_string()))
    }

    /// What a good access token says.
    ///
    /// # Errors
    /// 401 when it is not ours, not of this kind, or not of this time.
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> ApiResult<Claims> {
        let header = decode_header(token).map_err(|_| ApiError::unauthenticated())?;
        if header.alg != Algorithm::HS256 || header.typ.as_deref() != Some(TYPE) {
            return Err(ApiError::unauthenticated());
        }
        let key = header
            .kid
            .and_then(|kid| self.decoding.get(&kid))
            .ok_or_else(ApiError::unauthenticated)?;
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        // Checked below, by the clock of the context.
        validation.validate_exp = false;
        let claims = decode::<Claims>(token, key, &validation)
            .map_err(|_| ApiError::unauthenticated())?
            .claims;
        let now = now.timestamp();
        if claims.nbf > now + LEEWAY_SECONDS || claims.iat > now + LEEWAY_SECONDS {
            return Err(ApiError::unauthenticated());
        }
        if claims.exp <= now - LEEWAY_SECONDS {
            return Err(ApiError::new(
                ErrorCode::TokenExpired,
                "The access token is past its time; refresh it.",
            ));
        }
        Ok(claims)
    }

    /// The token that follows a refresh token: the same each time, so that two tabs that refresh
    /// at once end up with one token.
    #[must_use]
    pub fn successor(&self, token: &RefreshToken) -> RefreshToken {
        let mut mac = <Hmac<Sha256> as KeyInit>::new(&self.refresh_key.into());
        mac.update(token.session.0.as_bytes());
        mac.update(&token.secret);
        RefreshToken {
            session: token.session,
            secret: mac.finalize().into_bytes().into(),
        }
    }
}

/// A refresh token: the session, and 256 bits.
#[derive(Clone)]
pub struct RefreshToken {
    /// The session, which is the family of the token.
    pub session: SessionId,
    secret: [u8; 32],
}

impl RefreshToken {
    /// The first token of a session.
    #[must_use]
    pub fn first(session: SessionId) -> Self {
        Self {
            session,
            secret: random_bytes(),
        }
    }

    /// The token as it travels.
    #[must_use]
    pub fn encode(&self) -> String {
        let mut bytes = self.session.0.as_bytes().to_vec();
        bytes.extend(self.secret);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a token.
    #[must_use]
    pub fn decode(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (session, secret) = bytes.split_at_checked(16)?;
        Some(Self {
            session: SessionId(Uuid::from_slice(session).ok()?),
            secret: secret.try_into().ok()?,
        })
    }

    /// What is stored of it.
    #[must_use]
    pub fn hash(&self) -> String {
        hash_token(&self.secret)
    }
}

/// What is stored of a random token: SHA-256, which suffices for 128 bits and more.
#[must_use]
pub fn hash_token(token: &[u8]) -> String {
    hex::encode(Sha256::digest(token))
}

/// A new token of a link: 256 bits.
#[must_use]
pub fn link_token() -> String {
    URL_SAFE_NO_PAD.encode(random_bytes::<32>())
}
