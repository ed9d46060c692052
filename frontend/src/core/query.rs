//! What the server has answered, kept and shared between pages.
//!
//! The key of an answer is the path that was asked, so everything that may have changed after a
//! write is forgotten by the beginning of its path: `stale("/companies")`.

use std::{sync::Arc, time::Duration};

use leptos::prelude::*;
use leptos_fetch::{QueryClient, QueryOptions, QueryScopeLocal};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use shared_types::ErrorCode;
use validator::Validate;

use crate::core::{
    errors::ApiError,
    http::{self, Answer, Page},
};

/// An answer as text, with the path that was asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Fetched {
    path: String,
    answer: Answer<Arc<str>>,
}

/// Where an answer stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Load<T> {
    Loading,
    Ready(T),
    Failed(ApiError),
}

impl<T> Load<T> {
    pub fn ready(self) -> Option<T> {
        match self {
            Self::Ready(value) => Some(value),
            Self::Loading | Self::Failed(_) => None,
        }
    }

    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Load<U> {
        match self {
            Self::Loading => Load::Loading,
            Self::Ready(value) => Load::Ready(change(value)),
            Self::Failed(error) => Load::Failed(error),
        }
    }
}

async fn fetch(path: String) -> Fetched {
    let answer = http::get_text(&path).await.map(Arc::from);
    Fetched { path, answer }
}

fn scope() -> QueryScopeLocal<String, Fetched> {
    QueryScopeLocal::new(fetch)
}

fn client() -> QueryClient {
    expect_context()
}

/// Makes room for answers; once, at the root.
pub fn provide() -> QueryClient {
    QueryClient::new()
        .with_options(
            QueryOptions::new()
                .with_stale_time(Duration::from_secs(5))
                .with_gc_time(Duration::from_secs(300)),
        )
        .provide()
}

/// The cache, to be held by whatever writes: taken where a component is built.
#[derive(Clone, Copy)]
pub struct Cache(QueryClient);

#[must_use]
pub fn cache() -> Cache {
    Cache(client())
}

impl Cache {
    /// Forgets every answer whose path begins so.
    pub fn stale(self, beginning: &str) {
        self.0
            .invalidate_queries_with_predicate(scope(), |path: &String| {
                path.starts_with(beginning)
            });
    }

    /// Forgets everything: somebody else signs in.
    pub fn clear(self) {
        self.0.clear();
    }

    /// Puts a record in the place of the answer of its path, without asking the server.
    pub fn put<T: Serialize>(self, path: &str, record: &T) {
        #[derive(Serialize)]
        struct Whole<'a, T> {
            success: bool,
            data: &'a T,
        }
        let whole = Whole {
            success: true,
            data: record,
        };
        if let Ok(text) = serde_json::to_string(&whole) {
            self.0
                .update_query(scope(), path.to_owned(), |held: Option<&mut Fetched>| {
                    if let Some(held) = held {
                        held.answer = Ok(Arc::from(text));
                    }
                });
        }
    }

    /// What a record is called, by its path.
    pub async fn name_of(self, path: &str) -> Option<String> {
        let fetched = self.0.fetch_query_local(scope(), path.to_owned()).await;
        let record: Value = http::parse(&fetched.answer.ok()?).ok()?;
        let called = ["name", "title", "subject"];
        let name = called.iter().find_map(|field| record.get(*field))?;
        name.as_str().map(ToOwned::to_owned)
    }

    /// Asks once, outside of a view; from what is held if it is fresh.
    pub async fn page<T: DeserializeOwned>(self, path: String) -> Answer<Page<T>> {
        let fetched = self.0.fetch_query_local(scope(), path).await;
        fetched.answer.and_then(|text| http::parse_page(&text))
    }
}

/// Puts a change on the screen at once, sends it, and takes it back where it is refused.
///
/// `also` are fields of the view that follow from the change, like the name of an owner.
pub async fn change<T, P>(
    cache: Cache,
    path: &str,
    before: &T,
    version: i64,
    patch: &P,
    also: &[(&str, Option<String>)],
) -> Answer<T>
where
    T: Serialize + DeserializeOwned,
    P: Serialize + Validate,
{
    if let Err(errors) = patch.validate() {
        return Err(ApiError::invalid(shared_types::field_errors(&errors)));
    }
    if let Some(after) = merged(before, patch, also) {
        cache.put(path, &after);
    }
    match http::patch::<T>(path, patch, Some(version)).await {
        Ok(saved) => {
            cache.put(path, &saved);
            Ok(saved)
        }
        Err(error) => {
            cache.put(path, before);
            if error.is(ErrorCode::VersionMismatch) {
                cache.stale(path);
            }
            Err(error)
        }
    }
}

/// The record as it will be (RFC 7396).
fn merged(
    before: &impl Serialize,
    patch: &impl Serialize,
    also: &[(&str, Option<String>)],
) -> Option<Value> {
    let mut record = serde_json::to_value(before).ok()?;
    let fields = record.as_object_mut()?;
    for (name, value) in serde_json::to_value(patch).ok()?.as_object()? {
        if value.is_null() {
            fields.remove(name);
        } else {
            fields.insert(name.clone(), value.clone());
        }
    }
    for (name, value) in also {
        match value {
            Some(value) => fields.insert((*name).to_owned(), Value::String(value.clone())),
            None => fields.remove(*name),
        };
    }
    Some(record)
}

/// An answer that a view follows.
pub struct Query<T: Send + Sync + 'static> {
    /// What there is for the path that is asked now.
    pub load: Memo<Load<T>>,
    /// The same, but while another page of it is on its way still the one before.
    pub last: Memo<Load<T>>,
    /// Whether it is on its way.
    pub fetching: Signal<bool>,
    retry: Callback<()>,
}

impl<T: Send + Sync + 'static> Clone for Query<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Query<T> {}

impl<T: Send + Sync + 'static> Query<T> {
    /// Asks again.
    pub fn retry(self) {
        self.retry.run(());
    }
}

/// Follows a record or a short list.
pub fn record<T>(path: impl Fn() -> Option<String> + Send + Sync + 'static) -> Query<T>
where
    T: DeserializeOwned + Clone + PartialEq + Send + Sync + 'static,
{
    follow(path, |text| http::parse(text))
}

/// Follows a page of a list.
pub fn page<T>(path: impl Fn() -> Option<String> + Send + Sync + 'static) -> Query<Page<T>>
where
    T: DeserializeOwned + Clone + PartialEq + Send + Sync + 'static,
{
    follow(path, |text| http::parse_page(text))
}

fn follow<T>(
    path: impl Fn() -> Option<String> + Send + Sync + 'static,
    parse: fn(&str) -> Answer<T>,
) -> Query<T>
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let path = Memo::new(move |_| path());
    let (fetched, fetching, retry) = raw(path);
    let last = Memo::new(move |_| {
        fetched.with(|fetched| match fetched {
            None => Load::Loading,
            Some(fetched) => match fetched
                .answer
                .as_ref()
                .map_err(Clone::clone)
                .and_then(|text| parse(text))
            {
                Ok(value) => Load::Ready(value),
                Err(error) => Load::Failed(error),
            },
        })
    });
    let current = Memo::new(move |_| {
        fetched.with(|fetched| {
            let held = fetched.as_ref().map(|fetched| fetched.path.as_str());
            path.with(|wanted| held == wanted.as_deref())
        })
    });
    let load = Memo::new(move |_| {
        if current.get() {
            last.get()
        } else {
            Load::Loading
        }
    });
    Query {
        load,
        last,
        fetching,
        retry,
    }
}

/// The part that is the same for every type.
fn raw(path: Memo<Option<String>>) -> (Signal<Option<Fetched>>, Signal<bool>, Callback<()>) {
    let client = client();
    let resource = client.local_resource(scope(), move || path.get());
    let fetching = client.subscribe_is_fetching_local(scope(), move || path.get());
    let fetched = Memo::new(move |before: Option<&Option<Fetched>>| {
        let now = resource.get().flatten();
        let before = before.and_then(Option::as_ref);
        match (before, &now) {
            // Asked again and not answered: the page stays, with what is being typed on it.
            (Some(before), Some(found))
                if before.path == found.path
                    && before.answer.is_ok()
                    && found
                        .answer
                        .as_ref()
                        .is_err_and(ApiError::is_of_the_connection) =>
            {
                Some(before.clone())
            }
            _ => now,
        }
    });
    let retry = Callback::new(move |()| {
        if let Some(path) = path.get_untracked() {
            client.invalidate_query(scope(), path);
        }
    });
    (fetched.into(), fetching, retry)
}
