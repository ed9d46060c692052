//! Lists that an organization makes itself, of things that are little more than a name.

use crate::{list_query, text_enum};

text_enum! {
    /// What such lists are listed by.
    pub enum NamedSort {
        Name = "name",
        CreatedAt = "createdAt",
    }
}

list_query! {
    /// Which of them to list.
    pub struct ListNamed sort NamedSort {}
}

/// Defines the view of such a thing and the requests that make and change one, with what it has
/// besides its name.
#[macro_export]
macro_rules! named {
    (
        $(#[$meta:meta])* $name:ident($id:ident, example = $example:tt) { $($seen:tt)* }
        $(#[$create_meta:meta])* $create:ident { $($created:tt)* }
        $(#[$update_meta:meta])* $update:ident { $($updated:tt)* }
    ) => {
        $(#[$meta])*
        #[serde_with::skip_serializing_none]
        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            /// Its id.
            pub id: $crate::$id,
            /// Its name, unique in the organization.
            pub name: String,
            $($seen)*
            /// When it was made.
            pub created_at: chrono::DateTime<chrono::Utc>,
            /// When it was changed last.
            pub updated_at: chrono::DateTime<chrono::Utc>,
            /// Grows by one with every change.
            pub version: i64,
        }

        $crate::request! {
            $(#[$create_meta])*
            pub struct $create {
                /// Its name, unique in the organization.
                #[validate(length(min = 1, max = 100), custom(function = $crate::one_line))]
                #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 100, example = $example))]
                pub name: String,
                $($created)*
            }
        }

        $crate::request! {
            $(#[$update_meta])*
            pub struct $update {
                /// Its name, unique in the organization.
                #[validate(length(min = 1, max = 100), custom(function = $crate::one_line))]
                #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 100))]
                pub name: Option<String>,
                $($updated)*
            }
        }
    };
}
