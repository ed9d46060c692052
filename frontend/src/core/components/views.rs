//! The saved views of a list: which one the address shows, and what can be done with it.
//!
//! A view is opened by writing what it holds into the address, so that the state of the list lives
//! there and nowhere else; the address also says which view it began with.

use std::future::Future;

use leptos::prelude::*;
use shared_types::{
    Permission, SavedViewId,
    crm::{ListKind, SavedView, UpdateSavedView, ViewFilter},
};

use crate::core::{
    auth,
    http::{self, Answer, Page},
    query::{self, Cache, Load, Query},
    storage, toast,
    url::UrlState,
};

/// The path of saved views in the API.
pub(super) const VIEWS: &str = "/saved-views";
/// What the address says where somebody who begins with a view wants the plain list.
const PLAIN: &str = "all";

/// The saved views of a list.
#[derive(Clone, Copy)]
pub struct Views {
    pub(super) list: ListKind,
    url: UrlState,
    /// The filters of the list.
    filters: &'static [&'static str],
    default_sort: &'static str,
    pub(super) all: Query<Page<SavedView>>,
    pub(super) cache: Cache,
    /// Whether the browser remembers that the list begins with a view.
    begins: bool,
}

impl Views {
    /// Those of a list by its path in the API; none where it has none, or nobody may have any.
    #[must_use]
    pub fn of(
        resource: &str,
        url: UrlState,
        filters: &'static [&'static str],
        default_sort: &'static str,
    ) -> Option<Self> {
        let list: ListKind = resource.trim_start_matches('/').parse().ok()?;
        if !auth::may(Permission::ViewsManage) {
            return None;
        }
        let path = format!("{VIEWS}?list={list}&sort=name&limit=200");
        let views = Self {
            list,
            url,
            filters,
            default_sort,
            all: query::page(move || Some(path.clone())),
            cache: query::cache(),
            begins: storage::get(&begins(list)).is_some(),
        };
        views.begin();
        Some(views)
    }

    /// Opens the view that the list begins with, where the address says nothing else.
    fn begin(self) {
        Effect::new(move |_| {
            let Load::Ready(page) = self.all.last.get() else {
                return;
            };
            let first = page.data.into_iter().find(|view| view.is_default);
            match &first {
                Some(_) => storage::set(&begins(self.list), "true"),
                None => storage::remove(&begins(self.list)),
            }
            if let Some(view) = first
                && self.bare()
            {
                self.open(&view, true);
            }
        });
    }

    /// Whether the address says nothing of the list.
    fn bare(self) -> bool {
        self.url.without(&["new"]).is_empty()
    }

    /// Whether it is known what the list shows: not while the view it begins with is on its way.
    #[must_use]
    pub fn known(self) -> bool {
        !self.bare()
            || !self.begins
            || match self.all.last.get() {
                Load::Loading => false,
                Load::Failed(_) => true,
                Load::Ready(page) => !page.data.iter().any(|view| view.is_default),
            }
    }

    /// Whether the address shows the list without a view.
    #[must_use]
    pub fn is_plain(self) -> bool {
        self.url.get("view").is_none_or(|view| view == PLAIN)
    }

    /// The view that the address began with.
    pub(super) fn current(self) -> Option<SavedView> {
        let id: SavedViewId = self.url.get("view")?.parse().ok()?;
        let page = self.all.last.get().ready()?;
        page.data.into_iter().find(|view| view.id == id)
    }

    /// Writes what a view holds into the address.
    pub(super) fn open(self, view: &SavedView, quietly: bool) {
        let mut pairs = vec![("view".to_owned(), view.id.to_string())];
        let filters = view.filters.iter();
        pairs.extend(filters.map(|filter| (filter.name.clone(), filter.value.clone())));
        pairs.extend(view.sort.clone().map(|sort| ("sort".to_owned(), sort)));
        if !view.columns.is_empty() {
            pairs.push(("columns".to_owned(), view.columns.join(",")));
        }
        self.url.put(pairs, quietly);
    }

    /// Shows the list without a view.
    pub(super) fn open_plain(self) {
        let begins = self.all.last.get_untracked().ready();
        let begins = begins.is_some_and(|page| page.data.iter().any(|view| view.is_default));
        let pairs = begins.then(|| ("view".to_owned(), PLAIN.to_owned()));
        self.url.put(pairs.into_iter().collect(), false);
    }

    /// What the address shows of the list.
    pub(super) fn shown(self) -> (Vec<ViewFilter>, String, String) {
        let filters = self
            .url
            .pairs()
            .into_iter()
            .filter(|(name, value)| {
                !value.is_empty()
                    && (self.filters.contains(&name.as_str())
                        || matches!(name.as_str(), "q" | "trashed"))
            })
            .map(|(name, value)| ViewFilter { name, value })
            .collect();
        let sort = self.url.get("sort");
        (
            sorted(filters),
            sort.unwrap_or_else(|| self.default_sort.to_owned()),
            self.url.get("columns").unwrap_or_default(),
        )
    }

    /// Whether the address shows something else than a view holds.
    pub(super) fn differs(self, view: &SavedView) -> bool {
        let sort = view.sort.as_deref().unwrap_or(self.default_sort);
        let (filters, now, columns) = self.shown();
        sorted(view.filters.clone()) != filters || sort != now || view.columns.join(",") != columns
    }

    /// Sends a change of a view and reads the views again.
    pub(super) fn send<T: 'static>(
        self,
        answer: impl Future<Output = Answer<T>> + 'static,
        done: impl FnOnce(T) + 'static,
    ) {
        leptos::task::spawn_local(async move {
            let answer = answer.await;
            self.cache.stale(VIEWS);
            match answer {
                Ok(value) => done(value),
                Err(error) => toast::failed(&error),
            }
        });
    }

    /// Changes a view.
    pub(super) fn patch(self, view: &SavedView, change: UpdateSavedView, words: String) {
        let (path, version) = (path(view.id), view.version);
        self.send(
            async move { http::patch::<SavedView>(&path, &change, Some(version)).await },
            move |_| toast::good(words),
        );
    }
}

/// Under which name the browser remembers that a list begins with a view.
fn begins(list: ListKind) -> String {
    format!("begins-with-view-{list}")
}

pub(super) fn path(id: SavedViewId) -> String {
    format!("{VIEWS}/{id}")
}

fn sorted(mut filters: Vec<ViewFilter>) -> Vec<ViewFilter> {
    filters.sort_by(|one, other| one.name.cmp(&other.name));
    filters
}
