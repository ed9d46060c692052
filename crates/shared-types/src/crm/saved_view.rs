//! Saved views: a list with filters, an order and columns, under a name.

use std::{borrow::Cow, collections::BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_with::{apply, skip_serializing_none};
use validator::{Validate, ValidationError};

use crate::{
    AnyOf, ListQuery, MemberId, Patch, Permission, SavedViewId,
    coaching::{ListActionItems, ListActionPlans, ListQuickNotes},
    crm::{ListActivities, ListCompanies, ListContacts, ListDeals, ListLeads, ListProducts},
    identity::ListMembers,
    list_query, patch, text_enum,
};

/// What is to be done with the query of a list, whichever it is.
pub trait ListVisitor {
    /// What comes of it.
    type Output;
    /// Does it.
    fn visit<Q: ListQuery + DeserializeOwned + Validate>(self) -> Self::Output;
}

/// Defines the lists that can be saved: the last word of the path, the query, and who may read.
macro_rules! list_kinds {
    ($($(#[$meta:meta])* $kind:ident = $word:tt, $query:ty, $permission:ident;)+) => {
        text_enum! {
            /// A list that can be saved as a view, by the last word of its path.
            pub enum ListKind { $($(#[$meta])* $kind = $word),+ }
        }

        impl ListKind {
            /// What one needs to read the list.
            #[must_use]
            pub const fn permission(self) -> Permission {
                match self { $(Self::$kind => Permission::$permission),+ }
            }

            /// Does something with the query of the list.
            pub fn visit<V: ListVisitor>(self, visitor: V) -> V::Output {
                match self { $(Self::$kind => visitor.visit::<$query>()),+ }
            }
        }
    };
}

list_kinds! {
    Companies = "companies", ListCompanies, CompaniesRead;
    Contacts = "contacts", ListContacts, ContactsRead;
    Leads = "leads", ListLeads, LeadsRead;
    Activities = "activities", ListActivities, ActivitiesRead;
    Deals = "deals", ListDeals, DealsRead;
    Products = "products", ListProducts, ProductsRead;
    Members = "members", ListMembers, MembersRead;
    QuickNotes = "quick-notes", ListQuickNotes, QuickNotesRead;
    ActionPlans = "action-plans", ListActionPlans, ActionPlansRead;
    ActionItems = "action-items", ListActionItems, ActionItemsRead;
}

/// A filter of a view: a parameter of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ViewFilter {
    /// Name of the parameter.
    #[validate(length(min = 1, max = 60))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 60, example = "status")
    )]
    pub name: String,
    /// Its value, as in the address of the list.
    #[validate(length(min = 1, max = 4000))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 4000, example = "open")
    )]
    pub value: String,
}

/// A saved view of a list.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SavedView {
    /// Id of the view.
    pub id: SavedViewId,
    /// The list it is a view of.
    pub list: ListKind,
    /// Its name.
    pub name: String,
    /// The member whose view it is.
    pub owner_id: MemberId,
    /// Name of that member.
    pub owner_name: Option<String>,
    /// Whether everybody in the organization sees it.
    pub shared: bool,
    /// Whether I begin with it when I open the list.
    pub is_default: bool,
    /// The filters.
    pub filters: Vec<ViewFilter>,
    /// The order, as in the address of the list; that of the list where it is absent.
    pub sort: Option<String>,
    /// The columns from left to right; those of the list where there are none.
    pub columns: Vec<String>,
    /// When it was saved first.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
    /// Grows by one with every change.
    pub version: i64,
}

/// Saves a view.
#[apply(Option => #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::given")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = json!({"list": "deals", "name": "Big ones", "filters": [{"name": "status", "value": "open"}, {"name": "amountMin", "value": "1000000"}], "sort": "-amount", "columns": ["title", "amount"]})))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateSavedView {
    /// The list it is a view of.
    pub list: ListKind,
    /// Its name, unique among my views of the list.
    #[validate(length(min = 1, max = 100), custom(function = crate::one_line))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 100))]
    pub name: String,
    /// Whether everybody in the organization sees it; needs `views:share`.
    #[serde(default)]
    pub shared: bool,
    /// Parameters of the list, each named once; neither the order nor the page.
    #[serde(default)]
    #[validate(nested, length(max = 40), custom(function = each_once))]
    #[cfg_attr(feature = "openapi", schema(max_items = 40))]
    pub filters: Vec<ViewFilter>,
    /// The order, as in the address of the list.
    #[validate(length(min = 1, max = 60))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 60))]
    pub sort: Option<String>,
    /// The columns from left to right, each named once.
    #[serde(default)]
    #[validate(length(max = 60), custom(function = column_names))]
    #[cfg_attr(feature = "openapi", schema(max_items = 60))]
    pub columns: Vec<String>,
}

patch! {
    /// Changes a view.
    #[cfg_attr(feature = "openapi", schema(example = json!({"name": "Big open ones", "clear": ["sort"]})))]
    pub struct UpdateSavedView {
        /// Its name, unique among my views of the list.
        #[validate(length(min = 1, max = 100), custom(function = crate::one_line))]
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 100))]
        pub name: Option<String>,
        /// Whether everybody in the organization sees it; needs `views:share`.
        pub shared: Option<bool>,
        /// Parameters of the list in the place of those before.
        #[validate(nested, length(max = 40), custom(function = each_once))]
        #[cfg_attr(feature = "openapi", schema(max_items = 40))]
        pub filters: Option<Vec<ViewFilter>>,
        /// The order, as in the address of the list.
        #[validate(length(min = 1, max = 60))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 60))]
        pub sort: Patch<String>,
        /// The columns in the place of those before.
        #[validate(length(max = 60), custom(function = column_names))]
        #[cfg_attr(feature = "openapi", schema(max_items = 60))]
        pub columns: Option<Vec<String>>,
    }

    /// A field of a view that can be emptied.
    pub enum SavedViewField {
        Sort = "sort" => sort,
    }
}

fn refuse(code: &'static str, message: &'static str) -> ValidationError {
    ValidationError::new(code).with_message(Cow::Borrowed(message))
}

fn each_once(filters: &[ViewFilter]) -> Result<(), ValidationError> {
    let names: BTreeSet<&str> = filters.iter().map(|filter| filter.name.as_str()).collect();
    if names.len() < filters.len() {
        return Err(refuse("twice", "must name each parameter once"));
    }
    Ok(())
}

fn column_names(columns: &[String]) -> Result<(), ValidationError> {
    let word = |column: &String| {
        (1..=60).contains(&column.len()) && column.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    if !columns.iter().all(word) {
        return Err(refuse(
            "column",
            "must hold names of fields, like ownerName",
        ));
    }
    let names: BTreeSet<&String> = columns.iter().collect();
    if names.len() < columns.len() {
        return Err(refuse("twice", "must name each column once"));
    }
    Ok(())
}

text_enum! {
    /// What saved views are listed by.
    pub enum SavedViewSort {
        Name = "name",
        CreatedAt = "createdAt",
        UpdatedAt = "updatedAt",
    }
}

list_query! {
    /// Which saved views to list.
    pub struct ListSavedViews sort SavedViewSort {
        /// Of any of these lists.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "deals"))]
        list: AnyOf<ListKind>,
        /// Only those that are shared (`true`) or not (`false`).
        shared: bool,
        /// Any of these owners.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        owner_id: AnyOf<MemberId>,
    }
}
