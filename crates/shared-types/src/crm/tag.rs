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

/// Adds to the patch of a kind of record how its tags are taken out of it.
macro_rules! tagged {
    ($($update:ident),+) => {$(
        impl super::$update {
            /// Takes out what is changed about the tags.
            pub fn take_tags(&mut self) -> TagChange {
                TagChange {
                    all: self.tag_ids.take(),
                    add: std::mem::take(&mut self.add_tag_ids),
                    remove: std::mem::take(&mut self.remove_tag_ids),
                }
            }
        }
    )+};
}

tagged!(UpdateCompany, UpdateContact, UpdateLead, UpdateDeal);
