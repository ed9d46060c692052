//! The file of an import, on its way into the store.

use std::time::{Duration, Instant};

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::{HttpMessage, HttpRequest, http::header, web::Payload};
use futures_util::StreamExt;
use sha2::{Digest, Sha256};
use shared_types::{ErrorCode, ImportId, platform::ImportKind};
use tokio::io::AsyncWriteExt;

use crate::{
    core::{
        clock::new_id,
        context::{BodyHash, Ctx},
        error::{ApiError, ApiResult},
        permit::Permit,
    },
    platform::piece::{PIECE, Part},
};

/// The largest file, in bytes.
pub(super) const FILE_LIMIT: usize = 128 * 1024 * 1024;
/// The least pace of an upload, in bytes a second, after its first seconds.
const PACE: u64 = 64 * 1024;
const FIRST_SECONDS: u64 = 10;
/// The longest other field.
const FIELD_LIMIT: usize = 1024;

/// A file that is in the store, without an import yet.
#[derive(Clone, Debug)]
pub(super) struct Uploaded {
    pub(super) id: ImportId,
    pub(super) kind: ImportKind,
    pub(super) filename: String,
    /// Bytes.
    pub(super) size: usize,
    /// Its beginning.
    pub(super) first: Vec<u8>,
}

/// Takes a file in, piece by piece, so that no size of it is ever in memory.
///
/// # Errors
/// 413 beyond [`FILE_LIMIT`]; 415 unless `multipart/form-data`; 422 on `kind` or `file`.
pub(super) async fn take_in<P: Permit>(
    ctx: &Ctx<P>,
    request: &HttpRequest,
    payload: Payload,
) -> ApiResult<Uploaded> {
    let id = ImportId(new_id());
    let taken = parts(ctx, request, payload, id).await;
    if taken.is_err() {
        discard(ctx, id).await?;
    }
    taken
}

/// Takes the pieces of a file away that became no import.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn discard<P: Permit>(ctx: &Ctx<P>, id: ImportId) -> ApiResult<()> {
    ctx.write(async |tx| Ok(Part::file(id).delete(tx).await?))
        .await
}

/// The fields of a body that is to bring a file.
///
/// # Errors
/// 415 unless it is `multipart/form-data`; 413 where it says that it is too large.
pub(super) fn form(request: &HttpRequest, payload: Payload, fields: &str) -> ApiResult<Multipart> {
    if !request
        .content_type()
        .eq_ignore_ascii_case("multipart/form-data")
    {
        return Err(ApiError::new(
            ErrorCode::UnsupportedMediaType,
            format!("The body must be multipart/form-data with {fields}."),
        ));
    }
    let length = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse::<usize>().ok());
    if length.is_some_and(|length| length > FILE_LIMIT + PIECE) {
        return Err(too_large());
    }
    Ok(Multipart::new(request.headers(), payload))
}

pub(super) fn broken(error: &MultipartError) -> ApiError {
    ApiError::new(
        ErrorCode::BadRequest,
        format!("The body is not the multipart it says it is: {error}."),
    )
}

async fn parts<P: Permit>(
    ctx: &Ctx<P>,
    request: &HttpRequest,
    payload: Payload,
    id: ImportId,
) -> ApiResult<Uploaded> {
    let mut upload = Upload::default();
    let mut form = form(request, payload, "`kind` and `file`")?;
    let (mut kind, mut file) = (None, None);
    while let Some(field) = form.next().await {
        let mut field = field.map_err(|error| broken(&error))?;
        match field.name() {
            Some("kind") if kind.is_none() => {
                let word = upload.text(&mut field).await?;
                let read = word.trim().parse::<ImportKind>();
                kind = Some(read.map_err(|error| ApiError::field("kind", error.to_string()))?);
                upload.hash.update(word.as_bytes());
            }
            Some("file") if file.is_none() => {
                let name = filename(&field, "import.csv");
                let (size, first) = upload.file(ctx, &mut field, id).await?;
                file = Some((name, size, first));
            }
            Some(name) => {
                let name: String = name.chars().take(100).collect();
                return Err(ApiError::field(
                    &name,
                    "is unknown or there twice; the fields are `kind` and `file`",
                ));
            }
            None => {
                return Err(ApiError::new(
                    ErrorCode::BadRequest,
                    "A field of the body has no name.",
                ));
            }
        }
    }
    let mut missing = shared_types::FieldErrors::new();
    for (name, there) in [("kind", kind.is_some()), ("file", file.is_some())] {
        if !there {
            missing.insert(name.to_owned(), vec!["is required".to_owned()]);
        }
    }
    let (Some(kind), Some((filename, size, first))) = (kind, file) else {
        return Err(ApiError::invalid(missing));
    };
    upload.note_body(request);
    Ok(Uploaded {
        id,
        kind,
        filename,
        size,
        first,
    })
}

pub(super) fn too_large() -> ApiError {
    ApiError::new(
        ErrorCode::TooLarge,
        format!("The file must have at most {FILE_LIMIT} bytes."),
    )
}

/// The last part of the name the file came with, without what no name holds.
pub(super) fn filename(field: &Field, unsaid: &str) -> String {
    let said = field
        .content_disposition()
        .and_then(|disposition| disposition.get_filename())
        .unwrap_or_default();
    let name: String = said
        .rsplit(['/', '\\'])
        .next()
        .unwrap_or_default()
        .chars()
        .filter(|c| !c.is_control())
        .take(200)
        .collect();
    let name = name.trim();
    if name.is_empty() {
        unsaid.to_owned()
    } else {
        name.to_owned()
    }
}

/// A body on its way in.
pub(super) struct Upload {
    began: Instant,
    hash: Sha256,
    received: u64,
}

impl Default for Upload {
    fn default() -> Self {
        Self {
            began: Instant::now(),
            hash: Sha256::new(),
            received: 0,
        }
    }
}

impl Upload {
    /// Notes what the body was, so that an idempotency key stands for it.
    pub(super) fn note_body(self, request: &HttpRequest) {
        request
            .extensions_mut()
            .insert(BodyHash(hex::encode(self.hash.finalize())));
    }

    /// Writes a file to one that has no name, which goes with the process; its size.
    pub(super) async fn spool(
        &mut self,
        field: &mut Field,
        file: std::fs::File,
    ) -> ApiResult<(u64, std::fs::File)> {
        let full = |error: std::io::Error| {
            tracing::error!(%error, "an archive cannot be kept while it is read");
            ApiError::new(
                ErrorCode::Unavailable,
                "The server has no room for the file.",
            )
        };
        let mut file = tokio::fs::File::from_std(file);
        let mut size = 0;
        while let Some(part) = self.next(field).await? {
            size += part.len();
            if size > FILE_LIMIT {
                return Err(too_large());
            }
            self.hash.update(&part);
            file.write_all(&part).await.map_err(full)?;
        }
        file.flush().await.map_err(full)?;
        Ok((size as u64, file.into_std().await))
    }

    /// The next bytes of a field, unless they come too slowly.
    async fn next(&mut self, field: &mut Field) -> ApiResult<Option<actix_web::web::Bytes>> {
        let slow = || ApiError::new(ErrorCode::BadRequest, "The body came too slowly.");
        let due = Duration::from_secs(FIRST_SECONDS + self.received / PACE);
        let left = due.saturating_sub(self.began.elapsed());
        let bytes = tokio::time::timeout(left.max(Duration::from_secs(1)), field.next())
            .await
            .map_err(|_| slow())?
            .transpose()
            .map_err(|error| broken(&error))?;
        self.received += bytes.as_ref().map_or(0, |bytes| bytes.len() as u64);
        Ok(bytes)
    }

    async fn text(&mut self, field: &mut Field) -> ApiResult<String> {
        let mut bytes = Vec::new();
        while let Some(part) = self.next(field).await? {
            if bytes.len() + part.len() > FIELD_LIMIT {
                return Err(ApiError::field("kind", "is too long"));
            }
            bytes.extend_from_slice(&part);
        }
        String::from_utf8(bytes).map_err(|_| ApiError::field("kind", "is not UTF-8"))
    }

    /// Writes a file as pieces; its size and its beginning.
    async fn file<P: Permit>(
        &mut self,
        ctx: &Ctx<P>,
        field: &mut Field,
        id: ImportId,
    ) -> ApiResult<(usize, Vec<u8>)> {
        let (mut size, mut place) = (0, 0);
        let mut first = Vec::new();
        let mut piece: Vec<u8> = Vec::with_capacity(PIECE);
        loop {
            let part = self.next(field).await?;
            if let Some(part) = &part {
                size += part.len();
                if size > FILE_LIMIT {
                    return Err(too_large());
                }
                self.hash.update(part);
                piece.extend_from_slice(part);
            }
            if piece.len() >= PIECE || part.is_none() && !piece.is_empty() {
                ctx.write(async |tx| Part::file(id).append(&ctx.state().seal, tx, place, &piece))
                    .await?;
                place += 1;
                if first.is_empty() {
                    first = std::mem::take(&mut piece);
                }
                piece.clear();
            }
            if part.is_none() {
                return Ok((size, first));
            }
        }
    }
}
