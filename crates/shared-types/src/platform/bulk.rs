//! Many writes in one request, each with a result of its own.

use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::{FieldErrors, text_enum};

/// The most operations of one request.
pub const MOST_OPERATIONS: u64 = 500;

text_enum! {
    /// What an operation does.
    pub enum OperationKind {
        /// Adds a record: `create` says what is known of it.
        Create = "create",
        /// Changes a record: `id` says which, `update` how.
        Update = "update",
        /// Moves a record to the trash: `id` says which.
        Delete = "delete",
        /// Takes a record out of the trash: `id` says which.
        Restore = "restore",
    }
}

/// An operation whose parts go together.
#[derive(Clone, Debug, PartialEq)]
pub enum Operation<I, C, U> {
    /// Adds a record.
    Create(C),
    /// Changes a record, of this version where one is said.
    Update(I, Option<i64>, U),
    /// Moves a record to the trash, of this version where one is said.
    Delete(I, Option<i64>),
    /// Takes a record out of the trash, of this version where one is said.
    Restore(I, Option<i64>),
}

/// The parts of an operation as they were sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Parts<I, C, U> {
    /// What it does.
    pub kind: OperationKind,
    /// Which record.
    pub id: Option<I>,
    /// Of which version.
    pub version: Option<i64>,
    /// What is known of a new record.
    pub create: Option<C>,
    /// How a record changes.
    pub update: Option<U>,
}

impl<I, C: Validate, U: Validate> Parts<I, C, U> {
    /// The operation, if its parts go together and pass their checks.
    ///
    /// # Errors
    /// Every part that is missing, too much or wrong.
    pub fn checked(self) -> Result<Operation<I, C, U>, FieldErrors> {
        use OperationKind as K;
        let mut fields = FieldErrors::new();
        let mut refuse = |name: &str, says: &str| {
            fields.insert(name.to_owned(), vec![says.to_owned()]);
        };
        let (creates, updates) = (self.kind == K::Create, self.kind == K::Update);
        for (name, there, wanted) in [
            ("id", self.id.is_some(), !creates),
            ("create", self.create.is_some(), creates),
            ("update", self.update.is_some(), updates),
        ] {
            match (there, wanted) {
                (false, true) => refuse(name, "is required for this kind"),
                (true, false) => refuse(name, "does not go with this kind"),
                _ => {}
            }
        }
        if self.version.is_some() && creates {
            refuse("version", "does not go with this kind");
        }
        let faults = [
            ("create", self.create.as_ref().map(Validate::validate)),
            ("update", self.update.as_ref().map(Validate::validate)),
        ];
        for (part, result) in faults {
            if let Some(Err(errors)) = result {
                let errors = crate::field_errors(&errors).into_iter();
                fields.extend(errors.map(|(name, says)| (format!("{part}.{name}"), says)));
            }
        }
        match (self.kind, self.id, self.create, self.update) {
            _ if !fields.is_empty() => Err(fields),
            (K::Create, None, Some(create), None) => Ok(Operation::Create(create)),
            (K::Update, Some(id), None, Some(update)) => {
                Ok(Operation::Update(id, self.version, update))
            }
            (K::Delete, Some(id), None, None) => Ok(Operation::Delete(id, self.version)),
            (K::Restore, Some(id), None, None) => Ok(Operation::Restore(id, self.version)),
            _ => Err(fields),
        }
    }
}

/// A request of many operations on records of one kind.
pub trait Bulk {
    /// Id of a record.
    type Id;
    /// What adds a record.
    type Create: Validate;
    /// What changes a record.
    type Update: Validate;
    /// A record.
    type Record;
    /// What became of an operation.
    type Outcome: Serialize + for<'de> Deserialize<'de>;
    /// Whether all operations are carried out, or none.
    fn is_atomic(&self) -> bool;
    /// The operations in their order.
    fn into_parts(self) -> Vec<Parts<Self::Id, Self::Create, Self::Update>>;
    /// What became of an operation.
    fn outcome(
        status: u16,
        record: Option<Self::Record>,
        error: Option<crate::ErrorBody>,
    ) -> Self::Outcome;
}

/// Defines the request, the operation and the result of bulk writes of one aggregate.
#[macro_export]
macro_rules! bulk {
    ($bulk:ident, $operation:ident, $outcome:ident: $id:ty, $create:ty, $update:ty, $record:ty) => {
        /// One operation of many.
        #[serde_with::apply(Option => #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::given")])]
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        pub struct $operation {
            /// What it does.
            pub kind: $crate::platform::OperationKind,
            /// Which record; for all kinds but `create`.
            pub id: Option<$id>,
            /// The version that the record must have, as with `If-Match`; any version without.
            #[cfg_attr(feature = "openapi", schema(minimum = 1))]
            pub version: Option<i64>,
            /// The new record; for `create`.
            pub create: Option<$create>,
            /// The changes; for `update`.
            pub update: Option<$update>,
        }

        /// Many operations, carried out in their order.
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize, validator::Validate)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        pub struct $bulk {
            /// The operations.
            #[validate(length(min = 1, max = $crate::platform::MOST_OPERATIONS))]
            #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 500))]
            pub operations: Vec<$operation>,
            /// Whether all are carried out, or none where one of them is refused.
            #[serde(default)]
            pub atomic: bool,
        }

        /// What became of one operation of many.
        #[serde_with::skip_serializing_none]
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "camelCase")]
        pub struct $outcome {
            /// The status that a request of its own would have had.
            #[cfg_attr(feature = "openapi", schema(minimum = 200, maximum = 599))]
            pub status: u16,
            /// The record as it is now; also where another version of it was asked for.
            pub record: Option<$record>,
            /// Why the operation was refused.
            pub error: Option<$crate::ErrorBody>,
        }

        impl $crate::platform::Bulk for $bulk {
            type Id = $id;
            type Create = $create;
            type Update = $update;
            type Record = $record;
            type Outcome = $outcome;

            fn is_atomic(&self) -> bool {
                self.atomic
            }

            fn into_parts(self) -> Vec<$crate::platform::Parts<$id, $create, $update>> {
                let parts = |operation: $operation| $crate::platform::Parts {
                    kind: operation.kind,
                    id: operation.id,
                    version: operation.version,
                    create: operation.create,
                    update: operation.update,
                };
                self.operations.into_iter().map(parts).collect()
            }

            fn outcome(
                status: u16,
                record: Option<$record>,
                error: Option<$crate::ErrorBody>,
            ) -> $outcome {
                $outcome {
                    status,
                    record,
                    error,
                }
            }
        }
    };
}
