//! Three-state fields of a merge patch (RFC 7396): absent leaves, `null` clears, a value sets.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A field of a `PATCH`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Patch<T> {
    /// Leave the field as it is.
    #[default]
    Keep,
    /// Empty the field.
    Clear,
    /// Give the field this value.
    Set(T),
}

impl<T> Patch<T> {
    /// Whether the field is left as it is.
    #[must_use]
    pub const fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// The value to set, if any.
    #[must_use]
    pub const fn value(&self) -> Option<&T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Keep | Self::Clear => None,
        }
    }

    /// What makes one value of a field of another; nothing where they are the same.
    #[must_use]
    pub fn between(before: Option<&T>, after: Option<T>) -> Self
    where
        T: PartialEq,
    {
        if before == after.as_ref() {
            Self::Keep
        } else {
            after.into()
        }
    }

    /// Carries the patch out on a field.
    pub fn apply(self, field: &mut Option<T>) {
        match self {
            Self::Keep => {}
            Self::Clear => *field = None,
            Self::Set(value) => *field = Some(value),
        }
    }
}

impl<T> From<Option<T>> for Patch<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Clear, Self::Set)
    }
}

impl<T: Serialize> Serialize for Patch<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::<T>::deserialize(deserializer).map(Self::from)
    }
}

/// Reads an optional field of a request: absent or a value, never `null`, which would have to mean something.
///
/// # Errors
/// When the value is `null` or not of its type.
pub fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

impl<T: validator::Validate> validator::Validate for Patch<T> {
    fn validate(&self) -> Result<(), validator::ValidationErrors> {
        self.value().map_or(Ok(()), validator::Validate::validate)
    }
}

impl<T: validator::ValidateLength<u64>> validator::ValidateLength<u64> for Patch<T> {
    fn length(&self) -> Option<u64> {
        self.value().and_then(validator::ValidateLength::length)
    }
}

impl<T: validator::ValidateRange<N>, N> validator::ValidateRange<N> for Patch<T> {
    fn greater_than(&self, max: N) -> Option<bool> {
        self.value().and_then(|value| value.greater_than(max))
    }
    fn less_than(&self, min: N) -> Option<bool> {
        self.value().and_then(|value| value.less_than(min))
    }
}

impl<T: validator::ValidateEmail> validator::ValidateEmail for Patch<T> {
    fn as_email_string(&self) -> Option<std::borrow::Cow<'_, str>> {
        self.value()
            .and_then(validator::ValidateEmail::as_email_string)
    }
}

/// Defines a request: what is an `Option`, a [`Patch`] or a list may be left out, and a field that it
/// does not have is refused by name.
#[macro_export]
macro_rules! request {
    ($(#[$meta:meta])* pub struct $name:ident { $($body:tt)* }) => {
        #[serde_with::apply(
            Option => #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::given")],
            Patch => #[serde(default, skip_serializing_if = "Patch::is_keep")],
            Vec => #[serde(default, skip_serializing_if = "Vec::is_empty")],
        )]
        #[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, validator::Validate)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        $(#[$meta])*
        pub struct $name { $($body)* }
    };
}

/// Defines a request that changes a record, and which of its fields `"clear": [...]` empties: generated
/// clients that cannot send `null` name them there.
#[macro_export]
macro_rules! patch {
    (
        $(#[$meta:meta])* pub struct $name:ident { $($body:tt)* }
        $(#[$field_meta:meta])* pub enum $field:ident { $($variant:ident = $word:tt => $cleared:ident),+ $(,)? }
    ) => {
        $crate::request! {
            $(#[$meta])*
            pub struct $name {
                $($body)*
                /// Fields to empty, for clients that cannot send `null`.
                #[validate(length(max = 20))]
                #[cfg_attr(feature = "openapi", schema(max_items = 20))]
                pub clear: Vec<$field>,
            }
        }

        $crate::text_enum! {
            $(#[$field_meta])*
            pub enum $field { $($variant = $word),+ }
        }

        impl $name {
            /// The same patch with `clear` carried into its fields.
            #[must_use]
            pub fn normalized(mut self) -> Self {
                for name in std::mem::take(&mut self.clear) {
                    match name { $($field::$variant => self.$cleared = $crate::Patch::Clear),+ }
                }
                self
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Body {
        #[serde(default)]
        phone: Patch<String>,
    }

    #[test]
    fn the_difference_of_two_values_is_a_patch() {
        assert_eq!(Patch::between(Some(&1), Some(1)), Patch::Keep);
        assert_eq!(Patch::between(Some(&1), Some(2)), Patch::Set(2));
        assert_eq!(Patch::between(Some(&1), None), Patch::Clear);
        assert_eq!(Patch::<u8>::between(None, None), Patch::Keep);
    }

    #[test]
    fn absent_null_and_value_are_three_states() {
        let phone = |json: &str| serde_json::from_str::<Body>(json).unwrap().phone;
        assert_eq!(phone("{}"), Patch::Keep);
        assert_eq!(phone(r#"{"phone":null}"#), Patch::Clear);
        assert_eq!(phone(r#"{"phone":"1"}"#), Patch::Set("1".into()));
    }
}
