//! The way to the API. Nothing else knows of cookies, envelopes, refreshed sessions, versions or
//! idempotency keys.

use std::cell::RefCell;

use futures_util::{
    FutureExt,
    future::{LocalBoxFuture, Shared},
};
use serde::{Serialize, de::DeserializeOwned};
use shared_types::{Envelope, ErrorCode, ErrorResponse, Pagination};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{FormData, Headers, Request, RequestInit, Response};

use crate::core::{auth, errors::ApiError};

const BASE: &str = "/api/v1";

/// How long an answer may take, in milliseconds; files take as long as they take.
const TIMEOUT: u32 = 30_000;

/// What is asked by people who have no session.
const WITHOUT_SESSION: [&str; 7] = [
    "/public/invitations/accept",
    "/auth/login",
    "/auth/register",
    "/auth/refresh",
    "/auth/password/forgot",
    "/auth/password/reset",
    "/auth/email/verify",
];

/// Whatever a request answers.
pub type Answer<T> = Result<T, ApiError>;

/// A page of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    pub data: Vec<T>,
    pub pagination: Pagination,
}

/// What is sent.
enum Body {
    None,
    Json(String),
    Form(FormData),
}

/// A request before it is sent; it can be sent twice.
struct Call {
    method: &'static str,
    path: String,
    body: Body,
    version: Option<i64>,
    /// The same for each time this call is sent.
    key: Option<String>,
}

/// The text of a successful answer.
pub async fn get_text(path: &str) -> Answer<String> {
    send(Call::new("GET", path, Body::None)).await
}

/// Sends a record.
pub async fn post<T: DeserializeOwned>(path: &str, body: &impl Serialize) -> Answer<T> {
    parse(&send(Call::new("POST", path, json(body)?).once()).await?)
}

/// Asks for something to be done that needs no words.
pub async fn act<T: DeserializeOwned>(path: &str) -> Answer<T> {
    parse(&send(Call::new("POST", path, Body::Json("{}".to_owned())).once()).await?)
}

/// Changes a record; `version` is the one that the change was made on.
pub async fn patch<T: DeserializeOwned>(
    path: &str,
    body: &impl Serialize,
    version: Option<i64>,
) -> Answer<T> {
    let call = Call {
        version,
        ..Call::new("PATCH", path, json(body)?)
    };
    parse(&send(call).await?)
}

/// Replaces what there is.
pub async fn put<T: DeserializeOwned>(path: &str, body: &impl Serialize) -> Answer<T> {
    parse(&send(Call::new("PUT", path, json(body)?)).await?)
}

/// Deletes a record, or moves it to the trash.
pub async fn delete(path: &str) -> Answer<()> {
    send(Call::new("DELETE", path, Body::None)).await.map(drop)
}

/// Sends files.
pub async fn upload<T: DeserializeOwned>(path: &str, form: FormData) -> Answer<T> {
    parse(&send(Call::new("POST", path, Body::Form(form)).once()).await?)
}

/// The data of an envelope.
pub fn parse<T: DeserializeOwned>(text: &str) -> Answer<T> {
    serde_json::from_str::<Envelope<T>>(text)
        .map(|envelope| envelope.data)
        .map_err(|error| ApiError::unreadable(error.to_string()))
}

/// The data and the pagination of an envelope.
pub fn parse_page<T: DeserializeOwned>(text: &str) -> Answer<Page<T>> {
    serde_json::from_str::<Envelope<Vec<T>>>(text)
        .map(|envelope| Page {
            data: envelope.data,
            pagination: envelope.pagination.unwrap_or_default(),
        })
        .map_err(|error| ApiError::unreadable(error.to_string()))
}

/// The address of a file that the browser itself downloads.
#[must_use]
pub fn address(path: &str) -> String {
    format!("{BASE}{path}")
}

fn json(body: &impl Serialize) -> Answer<Body> {
    serde_json::to_string(body)
        .map(Body::Json)
        .map_err(|error| ApiError::unreadable(error.to_string()))
}

impl Call {
    fn new(method: &'static str, path: &str, body: Body) -> Self {
        Self {
            method,
            path: path.to_owned(),
            body,
            version: None,
            key: None,
        }
    }

    /// Gives the call a key, so that it has one effect however often it arrives.
    fn once(mut self) -> Self {
        if !self.path.starts_with("/auth") {
            #[expect(
                clippy::disallowed_methods,
                reason = "a browser has no context to take it from"
            )]
            let key = uuid::Uuid::new_v4().to_string();
            self.key = Some(key);
        }
        self
    }

    fn request(&self) -> Result<Request, JsValue> {
        let headers = Headers::new()?;
        headers.set("Accept", "application/json")?;
        let init = RequestInit::new();
        init.set_method(self.method);
        match &self.body {
            Body::None => {}
            Body::Json(text) => {
                headers.set("Content-Type", "application/json")?;
                init.set_body(&JsValue::from_str(text));
            }
            Body::Form(form) => init.set_body(form),
        }
        if let Some(version) = self.version {
            headers.set("If-Match", &format!("\"{version}\""))?;
        }
        if let Some(key) = &self.key {
            headers.set("Idempotency-Key", key)?;
        }
        init.set_headers(&headers);
        if !matches!(self.body, Body::Form(_)) {
            init.set_signal(Some(&web_sys::AbortSignal::timeout_with_u32(TIMEOUT)));
        }
        Request::new_with_str_and_init(&address(&self.path), &init)
    }

    async fn send(&self) -> Result<(u16, String), JsValue> {
        let window = web_sys::window().ok_or(JsValue::NULL)?;
        let response: Response = JsFuture::from(window.fetch_with_request(&self.request()?))
            .await?
            .dyn_into()?;
        let text = JsFuture::from(response.text()?).await?;
        Ok((response.status(), text.as_string().unwrap_or_default()))
    }
}

/// Sends a call; where the access token is past its time, refreshes it and sends the call again; so, too, where the
/// password is asked for again and given.
async fn send(call: Call) -> Answer<String> {
    let mut answer = attempt(&call).await;
    if let Err(error) = &answer
        && (error.is(ErrorCode::TokenExpired) || error.is(ErrorCode::Unauthenticated))
        && !WITHOUT_SESSION.contains(&call.path.as_str())
    {
        answer = match refresh().await {
            Ok(()) => attempt(&call).await,
            Err(error) => Err(error),
        };
        if let Err(error) = &answer
            && error.is(ErrorCode::Unauthenticated)
        {
            auth::ended();
        }
    }
    if let Err(error) = &answer
        && error.is(ErrorCode::ReauthenticationRequired)
        && auth::ask_again().await
    {
        answer = attempt(&call).await;
    }
    answer
}

async fn attempt(call: &Call) -> Answer<String> {
    let Ok((status, text)) = call.send().await else {
        auth::reachable(false);
        return Err(ApiError::offline());
    };
    auth::reachable(true);
    if (200..300).contains(&status) {
        return Ok(text);
    }
    Err(serde_json::from_str::<ErrorResponse>(&text).map_or_else(
        |_| match status {
            502..=504 => ApiError {
                code: Some(ErrorCode::Unavailable),
                ..ApiError::offline()
            },
            413 => ApiError {
                code: Some(ErrorCode::TooLarge),
                ..ApiError::offline()
            },
            _ => ApiError::unreadable(format!("status {status}")),
        },
        |answer| ApiError {
            code: Some(answer.error.code),
            message: answer.error.message,
            fields: answer.error.fields,
            request_id: answer.error.request_id,
        },
    ))
}

thread_local! {
    static REFRESHING: RefCell<Option<Shared<LocalBoxFuture<'static, Answer<()>>>>> = const { RefCell::new(None) };
}

/// Renews the session; requests that need it at once wait for the same answer.
async fn refresh() -> Answer<()> {
    let waiting = REFRESHING.with_borrow_mut(|running| {
        running
            .get_or_insert_with(|| {
                async {
                    let call = Call::new("POST", "/auth/refresh", Body::Json("{}".to_owned()));
                    let answer = attempt(&call)
                        .await
                        .map(drop)
                        .map_err(|error| match error.code {
                            None
                            | Some(
                                ErrorCode::RateLimited
                                | ErrorCode::Unavailable
                                | ErrorCode::Internal,
                            ) => error,
                            Some(_) => ApiError {
                                code: Some(ErrorCode::Unauthenticated),
                                ..error
                            },
                        });
                    REFRESHING.with_borrow_mut(Option::take);
                    answer
                }
                .boxed_local()
                .shared()
            })
            .clone()
    });
    waiting.await
}
