//! Tags: words that an organization puts on its records.

use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::{TagId, text_enum};

text_enum! {
    /// The hue of a tag. Each is readable in light and in dark.
    pub enum TagColor {
        Red = "red",
        Orange = "orange",
        Yellow = "yellow",
        Green = "green",
        Teal = "teal",
        Blue = "blue",
        Purple = "purple",
        Pink = "pink",
    }
}

/// The most tags of a record.
pub const MOST_TAGS: usize = 20;

/// A tag as a record shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TagLabel {
    /// Id of the tag.
    pub id: TagId,
    /// Its name.
    pub name: String,
    /// Its hue.
    pub color: TagColor,
}

/// How many records have a tag, those in the trash too: they keep it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TagUsage {
    /// Companies.
    pub companies: i64,
    /// Contacts.
    pub contacts: i64,
    /// Leads.
    pub leads: i64,
    /// Deals.
    pub deals: i64,
}

impl TagUsage {
    /// All of them together.
    #[must_use]
    pub const fn total(&self) -> i64 {
        self.companies + self.contacts + self.leads + self.deals
    }
}

crate::named! {
    /// A tag.
    Tag(TagId, example = "Key account") {
        /// Its hue.
        pub color: TagColor,
        /// How many records have it, where it is read.
        pub usage: Option<TagUsage>,
    }
    /// Makes a tag.
    CreateTag {
        /// Its hue; one that follows from its name unless said.
        pub color: Option<TagColor>,
    }
    /// Changes a tag.
    UpdateTag {
        /// Its hue.
        pub color: Option<TagColor>,
    }
}

/// Makes two tags one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MergeTag {
    /// The tag that stays, and that the records of the other have then.
    pub into: TagId,
}

/// What a request changes about the tags of a record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TagChange {
    /// All it has from now on.
    pub all: Option<Vec<TagId>>,
    /// What it has besides.
    pub add: Vec<TagId>,
    /// What it has no longer.
    pub remove: Vec<TagId>,
}

/// Defines the requests that make and change a record that has tags, with what both say of every such
/// record: its id in another system, and its tags.
macro_rules! tagged {
    (
        elsewhere $elsewhere:tt;
        $(#[$create_meta:meta])* pub struct $create:ident { $($created:tt)* }
        $(#[$update_meta:meta])* pub struct $update:ident { $($updated:tt)* }
        $(#[$field_meta:meta])* pub enum $field:ident { $($clears:tt)* }
    ) => {
        $crate::request! {
            $(#[$create_meta])*
            pub struct $create {
                $($created)*
                #[doc = $elsewhere]
                #[validate(length(min = 1, max = 200), custom(function = crate::one_line))]
                #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
                pub external_id: Option<String>,
                /// Its tags.
                #[validate(length(max = 20))]
                #[cfg_attr(feature = "openapi", schema(max_items = 20))]
                pub tag_ids: Vec<$crate::TagId>,
            }
        }

        $crate::patch! {
            $(#[$update_meta])*
            pub struct $update {
                $($updated)*
                #[doc = $elsewhere]
                #[validate(length(min = 1, max = 200), custom(function = crate::patched::one_line))]
                #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 200))]
                pub external_id: Patch<String>,
                /// All tags it has from now on.
                #[validate(length(max = 20))]
                #[cfg_attr(feature = "openapi", schema(max_items = 20))]
                pub tag_ids: Option<Vec<$crate::TagId>>,
                /// Tags to put on it besides those it has.
                #[validate(length(max = 20))]
                #[cfg_attr(feature = "openapi", schema(max_items = 20))]
                pub add_tag_ids: Vec<$crate::TagId>,
                /// Tags to take off it.
                #[validate(length(max = 20))]
                #[cfg_attr(feature = "openapi", schema(max_items = 20))]
                pub remove_tag_ids: Vec<$crate::TagId>,
            }
            $(#[$field_meta])*
            pub enum $field { $($clears)* }
        }

        impl $update {
            /// Takes out what is changed about the tags.
            pub fn take_tags(&mut self) -> $crate::crm::TagChange {
                $crate::crm::TagChange {
                    all: self.tag_ids.take(),
                    add: std::mem::take(&mut self.add_tag_ids),
                    remove: std::mem::take(&mut self.remove_tag_ids),
                }
            }
        }
    };
}
pub(super) use tagged;
