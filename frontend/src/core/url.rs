//! The state of a list lives in the address: filters, order, page.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_location};

/// The query of the address, to be followed and changed.
#[derive(Clone, Copy)]
pub struct UrlState {
    pairs: Memo<Vec<(String, String)>>,
    path: Memo<String>,
    go: StoredValue<Go>,
}

type Go = std::sync::Arc<dyn Fn(String, bool) + Send + Sync>;

/// Reads the address of the page.
#[must_use]
pub fn url_state() -> UrlState {
    let location = use_location();
    let navigate = leptos_router::hooks::use_navigate();
    let go: Go = std::sync::Arc::new(move |to, replace| {
        navigate(
            &to,
            NavigateOptions {
                replace,
                scroll: false,
                ..NavigateOptions::default()
            },
        );
    });
    let search = location.search;
    UrlState {
        pairs: Memo::new(move |_| parse(&search.get())),
        path: location.pathname,
        go: StoredValue::new(go),
    }
}

fn parse(search: &str) -> Vec<(String, String)> {
    serde_urlencoded::from_str(search.trim_start_matches('?')).unwrap_or_default()
}

impl UrlState {
    /// The value of a parameter.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<String> {
        self.pairs
            .with(|pairs| find(pairs, name).map(ToOwned::to_owned))
    }

    /// All of it but these parameters, as a query.
    #[must_use]
    pub fn without(&self, names: &[&str]) -> String {
        self.pairs.with(|pairs| {
            let rest: Vec<_> = pairs
                .iter()
                .filter(|(name, _)| !names.contains(&name.as_str()))
                .collect();
            serde_urlencoded::to_string(rest).unwrap_or_default()
        })
    }

    /// The whole query.
    #[must_use]
    pub fn query(&self) -> String {
        self.without(&[])
    }

    /// Its parameters.
    #[must_use]
    pub fn pairs(&self) -> Vec<(String, String)> {
        self.pairs.get()
    }

    /// Whether any of these is set.
    #[must_use]
    pub fn any(&self, names: &[&str]) -> bool {
        self.pairs
            .with(|pairs| pairs.iter().any(|(name, _)| names.contains(&name.as_str())))
    }

    /// Sets parameters, or takes them away; the list begins at its first page again.
    pub fn set(&self, changes: &[(&str, Option<String>)]) {
        self.change(changes, true, false);
    }

    /// The same without another step in the history, for what is typed.
    pub fn set_quietly(&self, changes: &[(&str, Option<String>)]) {
        self.change(changes, true, true);
    }

    /// Sets how the list is shown, without another step in the history; its page stays.
    pub fn show(&self, changes: &[(&str, Option<String>)]) {
        self.change(changes, false, true);
    }

    /// Puts a whole query in the place of the one before.
    pub fn put(&self, pairs: Vec<(String, String)>, quietly: bool) {
        let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
        let to = join(&self.path.get_untracked(), &query);
        self.go.with_value(|go| go(to, quietly));
    }

    /// Goes to another page of the list whose place the address keeps under `name`.
    pub fn page(&self, name: &str, cursor: Option<String>) {
        self.change(&[(name, cursor)], false, false);
    }

    fn change(&self, changes: &[(&str, Option<String>)], first_page: bool, replace: bool) {
        let query = self
            .pairs
            .with_untracked(|pairs| changed(pairs, changes, first_page));
        let to = join(&self.path.get_untracked(), &query);
        self.go.with_value(|go| go(to, replace));
    }
}

fn find<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs
        .iter()
        .find(|(key, value)| key == name && !value.is_empty())
        .map(|(_, value)| value.as_str())
}

fn changed(
    pairs: &[(String, String)],
    changes: &[(&str, Option<String>)],
    first_page: bool,
) -> String {
    let mut next: Vec<(String, String)> = pairs
        .iter()
        .filter(|(name, _)| {
            !(first_page && name == "cursor" || changes.iter().any(|(key, _)| key == name))
        })
        .cloned()
        .collect();
    for (key, value) in changes {
        if let Some(value) = value.as_ref().filter(|value| !value.is_empty()) {
            next.push(((*key).to_owned(), value.clone()));
        }
    }
    serde_urlencoded::to_string(next).unwrap_or_default()
}

fn join(path: &str, query: &str) -> String {
    if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{query}")
    }
}

/// Percent-encodes a value for an address.
#[must_use]
pub fn encode(value: &str) -> String {
    js_sys::encode_uri_component(value).into()
}
