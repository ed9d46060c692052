//! The web client, carried in the binary: precompressed, hashed, immutable, one page for all paths.

use std::borrow::Cow;

use actix_web::{HttpRequest, HttpResponse, get, http::header};
use rust_embed::RustEmbed;

use crate::core::middleware::CLIENT_CSP;

#[derive(RustEmbed)]
#[folder = "../../frontend/dist"]
#[allow_missing = true]
struct Files;

// Which client this is; named here so that cargo compiles this again when it has changed.
const _: Option<&str> = option_env!("TOUCHLINE_CLIENT_BUILD");

/// The page of the client, and that of the API's reference.
const PAGES: [&str; 2] = ["index.html", "reference.html"];

/// What to say where the binary was built without the client.
const MISSING: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Touchline</title><h1>The server runs; its web client was not built.</h1><p>Build both with <code>cargo xtask run</code>, or the client alone with <code>cargo xtask client</code> and then the server again. The API is at <a href=\"/api/openapi.json\">/api/openapi.json</a>.</p></html>";

/// Whether the client is in this binary.
#[must_use]
pub fn is_built() -> bool {
    Files::get("index.html").is_some()
}

fn body(data: Cow<'static, [u8]>) -> actix_web::web::Bytes {
    match data {
        Cow::Borrowed(bytes) => actix_web::web::Bytes::from_static(bytes),
        Cow::Owned(bytes) => bytes.into(),
    }
}

/// A file of the client, or its page for every path that is none of its files.
#[must_use]
pub fn serve(request: &HttpRequest) -> HttpResponse {
    let path = request.path().trim_start_matches('/');
    let is_file = path.starts_with("assets/") || Files::get(path).is_some() && !path.is_empty();
    answer(request, if is_file { path } else { "index.html" })
}

/// The reference of the API, to read and to try.
#[get("/api/docs")]
pub async fn reference(request: HttpRequest) -> HttpResponse {
    let mut page = answer(&request, "reference.html");
    // A page with scripts of its own, unlike all else under this path.
    page.headers_mut().insert(
        header::CONTENT_SECURITY_POLICY,
        header::HeaderValue::from_static(CLIENT_CSP),
    );
    page
}

/// One of the files, as it is or compressed.
fn answer(request: &HttpRequest, name: &str) -> HttpResponse {
    let accepted = request
        .headers()
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let encodings = [("br", ".br"), ("gzip", ".gz")];
    let compressed = encodings
        .into_iter()
        .filter(|(encoding, _)| {
            accepted
                .split(',')
                .any(|one| one.trim().split(';').next() == Some(encoding))
        })
        .find_map(|(encoding, ending)| {
            Files::get(&format!("{name}{ending}")).map(|file| (encoding, file))
        });
    let (encoding, file) = match compressed {
        Some((encoding, file)) => (Some(encoding), file),
        None => match Files::get(name) {
            Some(file) => (None, file),
            None if PAGES.contains(&name) => {
                return HttpResponse::Ok()
                    .content_type("text/html; charset=utf-8")
                    .insert_header((header::CACHE_CONTROL, "no-cache"))
                    .body(MISSING);
            }
            None => {
                return HttpResponse::NotFound()
                    .content_type("text/plain")
                    .body("There is no such file.\n");
            }
        },
    };
    let etag = format!("\"{}\"", hex::encode(&file.metadata.sha256_hash()[..12]));
    let mut response = HttpResponse::Ok();
    response
        .insert_header((header::VARY, "Accept-Encoding"))
        .insert_header((header::ETAG, etag.clone()))
        .insert_header((
            header::CACHE_CONTROL,
            if name.starts_with("assets/") {
                "public, max-age=31536000, immutable"
            } else {
                "no-cache"
            },
        ));
    if request
        .headers()
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        == Some(etag.as_str())
    {
        return response
            .status(actix_web::http::StatusCode::NOT_MODIFIED)
            .finish();
    }
    if let Some(encoding) = encoding {
        response.insert_header((header::CONTENT_ENCODING, encoding));
    }
    response
        .content_type(content_type(name))
        .body(body(file.data))
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "json" | "webmanifest" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
