//! Many writes on their way: in parts, told how far they are, stopped, tried again.

use std::collections::BTreeSet;

use leptos::{prelude::*, task::spawn_local};
use serde::Deserialize;
use serde_json::{Value, json};
use shared_types::{ErrorBody, platform::MOST_OPERATIONS};

use super::list::Selection;
use crate::{
    core::{errors::ApiError, http, query::Cache, toast, url::encode},
    tr,
};

/// How many ticked records are sent at a time, so that it can be told how far it is.
const AT_ONCE: usize = 50;
/// How many refused records are told by name.
const TOLD: usize = 100;

/// What became of one record.
#[derive(Deserialize)]
struct Outcome {
    error: Option<ErrorBody>,
}

/// A record of a list, by whatever it is called.
#[derive(Deserialize)]
struct Row {
    id: String,
}

/// A record that was left as it was, and why.
#[derive(Clone, PartialEq)]
pub(super) struct Refused {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) reason: String,
}

/// What is under way, or has ended with records that were refused.
#[derive(Clone, Copy)]
pub(super) struct Work {
    resource: &'static str,
    chosen: Selection,
    cache: Cache,
    /// How many of how many are done, while it runs.
    pub(super) progress: RwSignal<Option<(usize, usize)>>,
    /// Whether somebody asked it to stop after the part in hand.
    pub(super) stopped: RwSignal<bool>,
    /// How many were refused.
    pub(super) left: RwSignal<usize>,
    /// The first of them.
    pub(super) refused: RwSignal<Vec<Refused>>,
    pub(super) shown: RwSignal<bool>,
    /// The operation but for the record, to try it again.
    last: RwSignal<Option<Value>>,
}

impl Work {
    pub(super) fn new(resource: &'static str, chosen: Selection, cache: Cache) -> Self {
        Self {
            resource,
            chosen,
            cache,
            progress: RwSignal::new(None),
            stopped: RwSignal::new(false),
            left: RwSignal::new(0),
            refused: RwSignal::new(Vec::new()),
            shown: RwSignal::new(false),
            last: RwSignal::new(None),
        }
    }

    /// Tries what was refused again.
    pub(super) fn again(self) {
        if let Some(operation) = self.last.get_untracked() {
            self.run(operation);
        }
    }

    fn is_stopped(self) -> bool {
        self.stopped.try_get_untracked().unwrap_or(true)
    }

    /// Carries an operation out on every chosen record.
    pub(super) fn run(self, operation: Value) {
        if self.progress.get_untracked().is_some() {
            return;
        }
        self.shown.set(false);
        self.stopped.set(false);
        self.last.set(Some(operation.clone()));
        self.progress
            .set(Some((0, untrack(|| self.chosen.count()))));
        spawn_local(async move {
            let (ids, size) = match self.ids().await {
                Ok(found) => found,
                Err(error) => {
                    let _ = self.progress.try_set(None);
                    return toast::failed(&error);
                }
            };
            let mut left = Vec::new();
            let mut fault = None;
            let mut done = 0;
            for part in ids.chunks(size) {
                if self.is_stopped() {
                    break;
                }
                match send(self.resource, part, &operation).await {
                    Ok(errors) => left.extend(errors),
                    Err(error) => {
                        fault = Some(error);
                        break;
                    }
                }
                done += part.len();
                let _ = self.progress.try_set(Some((done, ids.len())));
            }
            self.cache.stale(self.resource);
            let _ = self.progress.try_set(None);
            self.finish(&ids, done, left, fault).await;
        });
    }

    /// The ids of what is chosen, and how many of them to send at a time. They are known before the
    /// first change, which may take records out of the list that the filters make.
    async fn ids(self) -> http::Answer<(Vec<String>, usize)> {
        if !self.chosen.all.get_untracked() {
            let ids = self.chosen.ticked.get_untracked();
            return Ok((ids.into_iter().collect(), AT_ONCE));
        }
        let filter = self.chosen.filter.get_untracked();
        let mut ids = Vec::new();
        let mut cursor = String::new();
        while !self.is_stopped() {
            let path = format!("{}?{filter}&limit=200{cursor}", self.resource);
            let page: http::Page<Row> = http::parse_page(&http::get_text(&path).await?)?;
            ids.extend(page.data.into_iter().map(|row| row.id));
            match page.pagination.next_cursor {
                Some(next) => cursor = format!("&cursor={}", encode(&next)),
                None => break,
            }
        }
        Ok((ids, usize::try_from(MOST_OPERATIONS).unwrap_or(AT_ONCE)))
    }

    /// Tells what came of it; what was not done stays ticked.
    async fn finish(
        self,
        ids: &[String],
        done: usize,
        left: Vec<(String, ApiError)>,
        fault: Option<ApiError>,
    ) {
        let mut keep: BTreeSet<String> = left.iter().map(|(id, _)| id.clone()).collect();
        let good = done - keep.len();
        keep.extend(ids.iter().skip(done).cloned());
        if good > 0 {
            toast::good(tr!(bulk.done, count = good));
        }
        if let Some(error) = fault {
            toast::failed(&error);
        }
        let count = left.len();
        let mut refused = Vec::new();
        for (id, error) in left.into_iter().take(TOLD) {
            let path = format!("{}/{id}", self.resource);
            let name = self.cache.name_of(&path).await;
            refused.push(Refused {
                name: name.unwrap_or_else(|| id.clone()),
                reason: reason(&error),
                id,
            });
        }
        let _ = self.left.try_set(count);
        let _ = self.refused.try_set(refused);
        let _ = self.shown.try_set(count > 0);
        let _ = self.chosen.ticked.try_set(keep);
    }
}

/// Why a record was refused, in the words of its fields where they have some.
fn reason(error: &ApiError) -> String {
    let words: Vec<String> = error
        .fields
        .keys()
        .filter_map(|path| error.field(path))
        .collect();
    if words.is_empty() {
        error.text()
    } else {
        words.join(" ")
    }
}

/// Sends one operation for some records, and answers those that were refused.
async fn send(
    resource: &str,
    ids: &[String],
    operation: &Value,
) -> http::Answer<Vec<(String, ApiError)>> {
    let operations: Vec<Value> = ids
        .iter()
        .map(|id| {
            let mut operation = operation.clone();
            operation["id"] = Value::String(id.clone());
            operation
        })
        .collect();
    let body = json!({ "operations": operations });
    let outcomes: Vec<Outcome> = http::post(&format!("{resource}/bulk"), &body).await?;
    let refused = ids.iter().zip(outcomes).filter_map(|(id, outcome)| {
        let error = outcome.error?;
        let error = ApiError {
            code: Some(error.code),
            message: error.message,
            fields: error.fields,
            request_id: error.request_id,
        };
        Some((id.clone(), error))
    });
    Ok(refused.collect())
}
