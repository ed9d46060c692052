//! What a board holds: cards in columns, and what can be done with them. Which columns there are and
//! what it means to move a card, the kind of card says.

use std::{cmp::Ordering, fmt::Display, hash::Hash};

use futures_util::future::LocalBoxFuture;
use leptos::{prelude::*, task::spawn_local};
use serde::de::DeserializeOwned;
use shared_types::{MemberId, Permission};

use super::icons::Icon;
use crate::{
    core::{
        http::Answer,
        page,
        query::{self, Cache, Load, Query},
        toast,
        url::{UrlState, encode},
    },
    tr,
};

/// What comes of a card that is moved to a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// It is there.
    Stays,
    /// It goes there.
    Goes,
    /// Something is to be said first.
    Asks,
    /// It cannot, and why.
    Refused(String),
}

/// A record as a card of a board.
pub trait Card: DeserializeOwned + Clone + PartialEq + Send + Sync + 'static {
    /// What columns are known by.
    type Key: Copy + Eq + Hash + Display + Send + Sync + 'static;
    /// What a column adds up besides counting.
    type Sums: Clone + PartialEq + Send + Sync + 'static;
    /// What moving it needs.
    const WRITES: Permission;

    fn id(&self) -> String;
    fn version(&self) -> i64;
    fn name(&self) -> &str;
    fn owner(&self) -> Option<MemberId>;
    /// Its path in the API, and its address.
    fn path(&self) -> String;
    /// The column it is in.
    fn key(&self) -> Self::Key;
    /// The same card in another column, as far as can be told before the server answers.
    fn moved(self, to: Self::Key) -> Self;
    /// Which of two comes first in a column.
    fn order(&self, other: &Self) -> Ordering;
    /// Adds it to what its column adds up, or with a sign of -1 takes it away.
    fn add(&self, sums: &mut Self::Sums, sign: i64);
    fn way(&self, to: Self::Key) -> Way;
    /// Moves it on the server.
    fn send(&self, to: Self::Key) -> LocalBoxFuture<'static, Answer<Self>>;
    /// Forgets whatever the move may have changed, but not the board: it keeps itself.
    fn forget(&self, cache: Cache);
    /// What stands beneath its name.
    fn face(&self) -> AnyView;
    /// What stands beneath the title of a column.
    fn sums(sums: &Self::Sums) -> AnyView;
}

/// A column while one works on it.
#[derive(Clone, Debug, PartialEq)]
pub struct Lane<T: Card> {
    pub key: T::Key,
    pub name: String,
    pub count: u64,
    pub sums: T::Sums,
    pub cards: Vec<T>,
    pub next_cursor: Option<String>,
}

impl<T: Card> Lane<T> {
    fn put(&mut self, card: T) {
        self.cards.push(card);
        self.cards.sort_by(T::order);
    }
}

/// Where a card leaves the board: offered in its menu, and as a place to drop it.
pub struct Exit<T: Card> {
    pub label: &'static str,
    pub icon: Icon,
    pub class: &'static str,
    /// The card, while its dialog is open.
    pub leaving: RwSignal<Option<T>>,
}

/// A board.
pub struct Board<T: Card> {
    pub lanes: RwSignal<Vec<Lane<T>>>,
    pub state: Memo<Load<()>>,
    pub retry: Callback<()>,
    pub dragged: RwSignal<Option<T>>,
    /// The card about which something is to be said before it moves.
    pub asked: RwSignal<Option<T>>,
    pub exits: StoredValue<Vec<Exit<T>>>,
    /// What was done, for those who do not see it.
    pub said: RwSignal<String>,
    /// The list that has the other cards of a column.
    rest: Callback<T::Key, String>,
    cache: Cache,
}

impl<T: Card> Clone for Board<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Card> Copy for Board<T> {}

impl<T: Card> Board<T> {
    /// The board that an answer shows; `path` begins its path, which is forgotten when one leaves.
    pub fn new<B>(
        path: &'static str,
        query: Query<B>,
        lanes: fn(B) -> Vec<Lane<T>>,
        rest: impl Fn(T::Key) -> String + Send + Sync + 'static,
        exits: Vec<Exit<T>>,
    ) -> Self
    where
        B: Clone + PartialEq + Send + Sync + 'static,
    {
        let board = Self {
            lanes: RwSignal::new(Vec::new()),
            state: Memo::new(move |_| query.last.get().map(|_| ())),
            retry: Callback::new(move |()| query.retry()),
            dragged: RwSignal::new(None),
            asked: RwSignal::new(None),
            exits: StoredValue::new(exits),
            said: RwSignal::new(String::new()),
            rest: Callback::new(rest),
            cache: query::cache(),
        };
        Effect::new(move |_| {
            if let Load::Ready(answer) = query.last.get() {
                board.lanes.set(lanes(answer));
            }
        });
        // What was moved here is fetched anew when one comes back.
        on_cleanup(move || board.cache.stale(path));
        board
    }

    /// A column.
    pub fn lane(self, key: T::Key) -> Memo<Option<Lane<T>>> {
        Memo::new(move |_| {
            self.lanes
                .with(|lanes| lanes.iter().find(|lane| lane.key == key).cloned())
        })
    }

    /// Takes a card off the board.
    pub fn take(self, id: &str) {
        let _ = self.lanes.try_update(|lanes| take(lanes, id));
    }

    /// Puts a card where it belongs, in the place of what it was; not where it was taken off meanwhile.
    pub fn replace(self, card: T) {
        let _ = self.lanes.try_update(|lanes| {
            if !take(lanes, &card.id()) {
                return;
            }
            if let Some(lane) = lanes.iter_mut().find(|lane| lane.key == card.key()) {
                lane.count += 1;
                card.add(&mut lane.sums, 1);
                lane.put(card);
            }
        });
    }

    /// Brings a card to another column as it may go there.
    pub fn bring(self, card: &T, to: T::Key) {
        match card.way(to) {
            Way::Stays => {}
            Way::Goes => self.carry(card.clone(), to),
            Way::Asks => self.asked.set(Some(card.clone())),
            Way::Refused(why) => toast::bad(why),
        }
    }

    /// To the column before or after.
    pub fn step(self, card: &T, forward: bool) {
        let keys: Vec<_> = self
            .lanes
            .with_untracked(|lanes| lanes.iter().map(|lane| lane.key).collect());
        let Some(now) = keys.iter().position(|key| *key == card.key()) else {
            return;
        };
        let next = if forward {
            now.checked_add(1)
        } else {
            now.checked_sub(1)
        };
        if let Some(key) = next.and_then(|next| keys.get(next)) {
            self.bring(card, *key);
        }
    }

    /// Puts a card into another column at once, and back where the server refuses.
    fn carry(self, card: T, to: T::Key) {
        self.replace(card.clone().moved(to));
        let focused = format!("card-{}", card.id());
        page::focus_soon(focused.clone());
        spawn_local(async move {
            match card.send(to).await {
                Ok(saved) => {
                    self.say(&saved);
                    saved.forget(self.cache);
                    self.replace(saved);
                }
                Err(error) => {
                    self.replace(card);
                    toast::failed(&error);
                }
            }
            page::focus_soon(focused);
        });
    }

    /// Says where a card is now.
    fn say(self, card: &T) {
        let lane = self
            .lane_name(card.key())
            .map(|lane| tr!(board.moved, name = card.name(), column = lane.as_str()).to_string());
        let _ = self.said.try_set(lane.unwrap_or_default());
    }

    fn lane_name(self, key: T::Key) -> Option<String> {
        self.lanes.try_with_untracked(|lanes| {
            let lane = lanes.iter().find(|lane| lane.key == key);
            lane.map(|lane| lane.name.clone())
        })?
    }

    /// Fetches the next cards of a column.
    pub async fn more(self, key: T::Key, cursor: String) {
        let rest = self.rest.run(key);
        let path = format!("{rest}&limit=25&cursor={}", encode(&cursor));
        match self.cache.page::<T>(path).await {
            Ok(page) => {
                let _ = self.lanes.try_update(|lanes| {
                    if let Some(lane) = lanes.iter_mut().find(|lane| lane.key == key) {
                        for card in page.data {
                            if !lane.cards.iter().any(|known| known.id() == card.id()) {
                                lane.put(card);
                            }
                        }
                        lane.next_cursor = page.pagination.next_cursor;
                    }
                });
            }
            Err(error) => toast::failed(&error),
        }
    }
}

/// Whether it was there.
fn take<T: Card>(lanes: &mut [Lane<T>], id: &str) -> bool {
    let mut found = false;
    for lane in lanes {
        if let Some(at) = lane.cards.iter().position(|known| known.id() == id) {
            let card = lane.cards.remove(at);
            lane.count = lane.count.saturating_sub(1);
            card.add(&mut lane.sums, -1);
            found = true;
        }
    }
    found
}

/// The words one looks for and what else the address narrows a board or a list by, as the query of a
/// path that has one already.
#[must_use]
pub fn narrowed(url: UrlState, names: &[&str]) -> String {
    let mut query = String::new();
    for (name, value) in url.pairs() {
        if (name == "q" || names.contains(&name.as_str())) && !value.is_empty() {
            query.push_str(&format!("&{name}={}", encode(&value)));
        }
    }
    query
}
