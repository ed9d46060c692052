//! Writes that run once for each `Idempotency-Key`.

use actix_web::{
    HttpMessage, HttpRequest,
    http::{StatusCode, header},
};
use persistence::{Tx, platform::idempotency};
use serde::{Serialize, de::DeserializeOwned};
use shared_types::ErrorCode;

use super::Ctx;
use crate::core::{
    error::{ApiError, ApiResult},
    permit::Permit,
    reply::{Cache, Reply, etag, version_of},
};

impl<P: Permit> Ctx<P> {
    /// Runs a `POST` once: under an idempotency key the first answer is kept with what it answers
    /// for, and given again.
    ///
    /// # Errors
    /// Those of the work; 409 when the key was used for another request.
    pub async fn post<T>(
        &self,
        work: impl AsyncFn(&Tx) -> ApiResult<Reply<T>>,
    ) -> ApiResult<Once<T>>
    where
        T: Serialize + DeserializeOwned,
    {
        let Some(key) = self.idempotency_key()? else {
            return self.write(work).await.map(|reply| Once {
                reply,
                replayed: false,
            });
        };
        if let Some(answer) = self.replay(&key).await? {
            return Ok(answer);
        }
        let keep = |tx: &Tx, reply: &Reply<T>| {
            let body = serde_json::to_string(&reply.data)
                .map_err(|error| ApiError::internal(error.to_string()))?;
            tx.insert::<idempotency::Entity>(idempotency::Model {
                organization_id: self.principal.organization_id,
                caller_id: self.principal.caller_id(),
                key: key.name.clone(),
                request_hash: key.request.clone(),
                status: i32::from(reply.status.as_u16()),
                body,
                location: reply.location.clone(),
                etag: reply.version.map(etag),
                created_at: self.now,
            });
            Ok(())
        };
        match self.retrying(false, work, keep).await {
            Ok(reply) => Ok(Once {
                reply,
                replayed: false,
            }),
            // Somebody else may have been faster with the same key; then theirs is the answer.
            Err(error) if status_conflicts(&error) => match self.replay(&key).await? {
                Some(answer) => Ok(answer),
                None => Err(error),
            },
            Err(error) => Err(error),
        }
    }

    fn idempotency_key(&self) -> ApiResult<Option<Key>> {
        let Some(value) = self.request.headers().get("idempotency-key") else {
            return Ok(None);
        };
        let name = value
            .to_str()
            .ok()
            .filter(|name| (1..=255).contains(&name.len()));
        let name = name.ok_or_else(|| {
            ApiError::new(
                ErrorCode::BadRequest,
                "Idempotency-Key must have 1 to 255 visible ASCII characters.",
            )
        })?;
        let body = self
            .request
            .extensions()
            .get::<BodyHash>()
            .map_or_else(String::new, |hash| hash.0.clone());
        Ok(Some(Key {
            name: name.to_owned(),
            request: format!("{} {} {body}", self.request.method(), self.request.uri()),
        }))
    }

    async fn replay<T: DeserializeOwned>(&self, key: &Key) -> ApiResult<Option<Once<T>>> {
        let Some(kept) =
            idempotency::find(&self.read(), self.principal.caller_id(), &key.name).await?
        else {
            return Ok(None);
        };
        if kept.created_at + chrono::TimeDelta::hours(24) < self.now {
            return Ok(None);
        }
        if kept.request_hash != key.request {
            return Err(ApiError::new(
                ErrorCode::IdempotencyKeyReused,
                "This Idempotency-Key was used for another request; take a new one.",
            ));
        }
        let status = u16::try_from(kept.status)
            .ok()
            .and_then(|status| StatusCode::from_u16(status).ok());
        let reply = Reply {
            status: status.unwrap_or(StatusCode::OK),
            data: serde_json::from_str(&kept.body)
                .map_err(|error| ApiError::internal(error.to_string()))?,
            pagination: None,
            version: kept.etag.as_deref().and_then(version_of),
            location: kept.location,
            cache: Cache::Tenant,
        };
        Ok(Some(Once {
            reply,
            replayed: true,
        }))
    }
}

fn status_conflicts(error: &ApiError) -> bool {
    matches!(
        error.code,
        ErrorCode::AlreadyExists | ErrorCode::Unavailable | ErrorCode::Conflict
    )
}

struct Key {
    name: String,
    request: String,
}

/// The digest of the body, left by the extractor that read it.
#[derive(Clone)]
pub(crate) struct BodyHash(pub(crate) String);

/// The answer to a `POST`, and whether it was given before.
pub struct Once<T> {
    reply: Reply<T>,
    replayed: bool,
}

impl<T> Once<T> {
    /// What is answered.
    pub fn data(&self) -> &T {
        &self.reply.data
    }
}

impl<T: Serialize> actix_web::Responder for Once<T> {
    type Body = actix_web::body::BoxBody;

    fn respond_to(self, request: &HttpRequest) -> actix_web::HttpResponse {
        let mut response = self.reply.respond_to(request);
        if self.replayed {
            response.headers_mut().insert(
                header::HeaderName::from_static("idempotency-replayed"),
                header::HeaderValue::from_static("true"),
            );
        }
        response
    }
}
