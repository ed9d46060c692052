//! Lists: what every one of them takes and answers.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Where a page stands in its list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Pagination {
    /// The most records a page of this list holds.
    pub limit: u16,
    /// Pass as `cursor` for the page after this one; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// Pass as `cursor` for the page before this one; absent on the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prev_cursor: Option<String>,
    /// How many records match, when asked for with `count=true`; exact up to 10,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// Whether `total` is exact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_is_exact: Option<bool>,
}

/// The most records that are counted one by one.
pub const EXACT_COUNT_LIMIT: u64 = 10_000;

/// Records on a page unless said otherwise.
pub const DEFAULT_LIMIT: u16 = 50;

/// A list of values separated by commas in a query: any of them matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnyOf<T>(pub Vec<T>);

impl<T> Default for AnyOf<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: std::fmt::Display> Serialize for AnyOf<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let words: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        serializer.serialize_str(&words.join(","))
    }
}

impl<'de, T> Deserialize<'de> for AnyOf<T>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let values: Vec<T> = text
            .split(',')
            .map(str::trim)
            .filter(|word| !word.is_empty())
            .map(|word| word.parse::<T>().map_err(serde::de::Error::custom))
            .collect::<Result<_, _>>()?;
        if values.len() > 100 {
            return Err(serde::de::Error::custom("must name at most 100 values"));
        }
        Ok(Self(values))
    }
}

/// The order of a list: a field, `-` before it for descending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort<K> {
    /// The field.
    pub key: K,
    /// Whether the greatest comes first.
    pub descending: bool,
}

impl<K: std::str::FromStr<Err = crate::UnknownWord>> std::str::FromStr for Sort<K> {
    type Err = crate::UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (descending, word) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        Ok(Self {
            key: word.parse()?,
            descending,
        })
    }
}

impl<K: std::fmt::Display> std::fmt::Display for Sort<K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", if self.descending { "-" } else { "" }, self.key)
    }
}

impl<K: std::fmt::Display> Serialize for Sort<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, K: std::str::FromStr<Err = crate::UnknownWord>> Deserialize<'de> for Sort<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// What every list query has besides its filters.
pub trait ListQuery: Serialize {
    /// Records on a page, if said.
    fn limit(&self) -> Option<u16>;
    /// The page to continue from, if any.
    fn cursor(&self) -> Option<&str>;
    /// Whether to count what matches.
    fn count(&self) -> bool;
    /// The same query without page and count: what a cursor is signed for.
    fn without_page(&self) -> Self;
}

/// Defines the query of a list: its filters, and the parameters all lists share. Every filter is
/// optional; an unknown parameter is refused by name. With a board, which shows the records of the
/// list in columns, also its query: the same filters without order and page.
#[macro_export]
macro_rules! list_query {
    (@filters $(#[$meta:meta])* $vis:vis struct $name:ident { $($(#[$fmeta:meta])* $field:ident: $type:ty),* $(,)? } $($own:tt)*) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize, validator::Validate)]
        #[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
        #[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        $vis struct $name {
            $($(#[$fmeta])* #[serde(default, skip_serializing_if = "Option::is_none")] pub $field: Option<$type>,)*
            /// Full-text search: every word must occur, the last one may be a beginning.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            #[validate(length(max = 200))]
            #[cfg_attr(feature = "openapi", param(max_length = 200))]
            pub q: Option<String>,
            $($own)*
        }
    };
    ($(#[$meta:meta])* $vis:vis struct $name:ident sort $sort:ty, board $board:ident { $($(#[$fmeta:meta])* $field:ident: $type:ty),* $(,)? }) => {
        $crate::list_query! {
            $(#[$meta])*
            $vis struct $name sort $sort { $($(#[$fmeta])* $field: $type),* }
        }
        $crate::list_query! {
            @filters
            /// Which records to show on the board.
            $vis struct $board { $($(#[$fmeta])* $field: $type),* }
        }

        impl From<$board> for $name {
            fn from(board: $board) -> Self {
                let $board { $($field,)* q } = board;
                Self { $($field,)* q, ..Self::default() }
            }
        }
    };
    ($(#[$meta:meta])* $vis:vis struct $name:ident sort $sort:ty { $($(#[$fmeta:meta])* $field:ident: $type:ty),* $(,)? }) => {
        $crate::list_query! {
            @filters
            $(#[$meta])*
            $vis struct $name { $($(#[$fmeta])* $field: $type),* }
            /// The order: a field, `-` before it for descending.
            #[cfg_attr(feature = "openapi", param(value_type = Option<String>, max_length = 40, pattern = "^-?[a-zA-Z]+$"))]
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub sort: Option<$crate::Sort<$sort>>,
            /// `true` lists the trash instead.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub trashed: Option<bool>,
            /// Records on a page, 1–200, 50 unless said.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            #[validate(range(min = 1, max = 200))]
            #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 200))]
            pub limit: Option<u16>,
            /// `nextCursor` or `prevCursor` of an earlier page of the same list.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            #[validate(length(max = 2000))]
            pub cursor: Option<String>,
            /// `true` adds `total` to the pagination.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub count: Option<bool>,
        }

        impl $crate::ListQuery for $name {
            fn limit(&self) -> Option<u16> {
                self.limit
            }
            fn cursor(&self) -> Option<&str> {
                self.cursor.as_deref()
            }
            fn count(&self) -> bool {
                self.count.unwrap_or(false)
            }
            fn without_page(&self) -> Self {
                Self { limit: None, cursor: None, count: None, ..self.clone() }
            }
        }
    };
}
