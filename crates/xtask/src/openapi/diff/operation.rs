//! What an operation takes, answers and asks for.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Comparison, Operation, resolve, schema::Direction};

impl Comparison<'_> {
    pub(super) fn operation(&mut self, old: &Operation<'_>, new: &Operation<'_>) {
        let name = old.name();
        let id = |operation: &Operation<'_>| operation.value["operationId"].clone();
        if id(old) != id(new) {
            self.finds(
                &name,
                &format!("operationId was {} and is {}", id(old), id(new)),
            );
        }
        self.security(&name, old, new);
        self.parameters(&name, old, new);
        self.body(&name, old, new);
        self.responses(&name, old, new);
    }

    /// Every credential that was enough must still be.
    fn security(&mut self, name: &str, old: &Operation<'_>, new: &Operation<'_>) {
        let (before, after) = (alternatives(old), alternatives(new));
        for credential in &before {
            let enough = after.iter().any(|wanted| {
                wanted
                    .iter()
                    .all(|(scheme, scopes)| match credential.get(scheme) {
                        Some(have) => scopes.is_subset(have),
                        None => false,
                    })
            });
            if !enough {
                self.finds(name, &format!("{} is not enough now", said(credential)));
            }
        }
    }

    fn parameters(&mut self, name: &str, old: &Operation<'_>, new: &Operation<'_>) {
        let (before, after) = (parameters(old), parameters(new));
        for (key, was) in &before {
            let place = format!("{name}, {} parameter {}", key.0, key.1);
            let Some(is) = after.get(key) else {
                self.finds(&place, "is gone");
                continue;
            };
            if is["required"] == true && was["required"] != true {
                self.finds(&place, "is required now");
            }
            for how in ["style", "explode"] {
                if was[how] != is[how] {
                    self.finds(
                        &place,
                        &format!("{how} was {} and is {}", was[how], is[how]),
                    );
                }
            }
            self.schema(&place, Direction::Request, &was["schema"], &is["schema"]);
        }
        for (key, is) in &after {
            if is["required"] == true && !before.contains_key(key) {
                let place = format!("{name}, {} parameter {}", key.0, key.1);
                self.finds(&place, "is new and required");
            }
        }
    }

    fn body(&mut self, name: &str, old: &Operation<'_>, new: &Operation<'_>) {
        let place = format!("{name}, body");
        let was = resolve(old.document, &old.value["requestBody"]);
        let is = resolve(new.document, &new.value["requestBody"]);
        if is.is_null() {
            if !was.is_null() {
                self.finds(&place, "is gone");
            }
            return;
        }
        if is["required"] == true && was["required"] != true {
            self.finds(&place, "is required now");
        }
        self.content(&place, Direction::Request, was, is);
    }

    fn responses(&mut self, name: &str, old: &Operation<'_>, new: &Operation<'_>) {
        let (before, after) = (&old.value["responses"], &new.value["responses"]);
        let succeeds = |status: &str| status.starts_with(['2', '3']);
        for (status, was) in before.as_object().into_iter().flatten() {
            let place = format!("{name}, answer {status}");
            let (was, is) = (
                resolve(old.document, was),
                resolve(new.document, &after[status]),
            );
            if is.is_null() {
                // An error that does not happen any more hurts nobody.
                if succeeds(status) {
                    self.finds(&place, "is gone");
                }
                continue;
            }
            for header in was["headers"].as_object().into_iter().flatten() {
                if is["headers"].get(header.0).is_none() {
                    self.finds(&place, &format!("header {} is gone", header.0));
                }
            }
            self.content(&place, Direction::Response, was, is);
        }
        for status in after
            .as_object()
            .into_iter()
            .flatten()
            .map(|(status, _)| status)
        {
            if succeeds(status) && before.get(status).is_none() {
                self.finds(&format!("{name}, answer {status}"), "is new");
            }
        }
    }

    /// The schemas of each media type.
    fn content(&mut self, place: &str, direction: Direction, was: &Value, is: &Value) {
        for (media, content) in was["content"].as_object().into_iter().flatten() {
            match is["content"].get(media) {
                Some(other) => self.schema(place, direction, &content["schema"], &other["schema"]),
                None => self.finds(place, &format!("{media} is gone")),
            }
        }
    }
}

/// Schemes and the scopes of each, which together are enough.
type Credential = BTreeMap<String, BTreeSet<String>>;

fn alternatives(operation: &Operation<'_>) -> Vec<Credential> {
    let security = match operation.value.get("security") {
        Some(own) => own,
        None => &operation.document["security"],
    };
    let alternatives: Vec<Credential> = security
        .as_array()
        .into_iter()
        .flatten()
        .map(|credential| {
            let schemes = credential.as_object().into_iter().flatten();
            schemes
                .map(|(scheme, scopes)| {
                    let scopes = scopes.as_array().into_iter().flatten();
                    let scopes = scopes.filter_map(Value::as_str).map(str::to_owned);
                    (scheme.clone(), scopes.collect())
                })
                .collect()
        })
        .collect();
    if alternatives.is_empty() {
        // Nothing is asked for.
        vec![Credential::new()]
    } else {
        alternatives
    }
}

fn said(credential: &Credential) -> String {
    if credential.is_empty() {
        return "no credential".to_owned();
    }
    let schemes = credential.iter().map(|(scheme, scopes)| {
        let scopes: Vec<_> = scopes.iter().map(String::as_str).collect();
        format!("{scheme} ({})", scopes.join(", "))
    });
    schemes.collect::<Vec<_>>().join(" with ")
}

/// Parameters by place and name; those of the path item are the operation's too.
fn parameters<'a>(operation: &Operation<'a>) -> BTreeMap<(String, String), &'a Value> {
    let shared = operation.item["parameters"].as_array();
    let own = operation.value["parameters"].as_array();
    let both = shared
        .into_iter()
        .flatten()
        .chain(own.into_iter().flatten());
    both.map(|parameter| {
        let parameter = resolve(operation.document, parameter);
        let place = parameter["in"].as_str().unwrap_or_default().to_owned();
        let name = parameter["name"].as_str().unwrap_or_default();
        let name = if place == "header" {
            name.to_lowercase()
        } else {
            name.to_owned()
        };
        ((place, name), parameter)
    })
    .collect()
}
