//! What the tables of a tenant share: references within the tenant, rows with the names of what they
//! refer to, and how these become what the API shows.

use sea_orm::ModelTrait;

/// A row, or a row with the names of what it refers to.
pub trait Row {
    /// The row's type.
    type Model: ModelTrait;
    /// The row.
    fn row(&self) -> &Self::Model;
}

impl<M: ModelTrait> Row for M {
    type Model = M;

    fn row(&self) -> &M {
        self
    }
}

/// Says of a struct with a field `row` that it is a [`Row`].
macro_rules! row {
    ($found:ident) => {
        impl $crate::Row for $found {
            type Model = Model;

            fn row(&self) -> &Model {
                &self.row
            }
        }
    };
}
pub(crate) use row;

/// The relations of an entity to rows of the same tenant.
macro_rules! relations {
    ($($name:ident = $column:ident -> $table:ident),+ $(,)?) => {
        #[derive(Copy, Clone, Debug, EnumIter)]
        pub enum Relation {
            $($name),+
        }

        impl ::sea_orm::RelationTrait for Relation {
            fn def(&self) -> ::sea_orm::RelationDef {
                match self {
                    $(Self::$name => Entity::belongs_to($table::Entity)
                        .from((Column::OrganizationId, Column::$column))
                        .to(($table::Column::OrganizationId, $table::Column::Id))
                        .into()),+
                }
            }
        }

        impl ActiveModelBehavior for ActiveModel {}
    };
}
pub(crate) use relations;

/// The relations of an entity to rows of the same tenant, and `select`: the tenant's rows with what is
/// shown of those they refer to. With `about` in front also to what activities and notes are about,
/// shown as [`crate::crm::about::AboutNames`].
macro_rules! joined {
    (about $(, $name:ident = $column:ident -> $table:ident { $($shown:ident as $alias:ident),* })*) => {
        $crate::joined! {
            $($name = $column -> $table { $($shown as $alias),* },)*
            Company = CompanyId -> company { Name as company_name, OwnerId as company_owner_id },
            Contact = ContactId -> contact { Name as contact_name, OwnerId as contact_owner_id },
            Lead = LeadId -> lead { Name as lead_name, OwnerId as lead_owner_id },
            Deal = DealId -> deal { Title as deal_title, OwnerId as deal_owner_id }
        }

        /// What the rows are about.
        pub(crate) const ABOUT: $crate::crm::about::AboutColumns<Column> =
            $crate::crm::about::AboutColumns {
                tenant: Column::OrganizationId,
                company: Column::CompanyId,
                contact: Column::ContactId,
                lead: Column::LeadId,
                deal: Column::DealId,
            };
    };
    (tagged($kind:ident, $tagged:literal), $($rest:tt)+) => {
        $crate::joined! { @ ($kind, $tagged) $($rest)+ }
    };
    ($name:ident = $($rest:tt)+) => { $crate::joined! { @ () $name = $($rest)+ } };
    (
        @ ($($kind:ident, $tagged:literal)?)
        $($name:ident = $column:ident -> $table:ident { $($shown:ident as $alias:ident),* }),+ $(,)?
    ) => {
        $crate::relations! { $($name = $column -> $table),+ }

        /// The rows of the tenant with what is shown of those they refer to.
        pub(crate) fn select(db: &impl $crate::Db) -> Select<Entity> {
            use ::sea_orm::{JoinType, QueryFilter, QuerySelect, RelationTrait};
            Entity::find()
                $($(.column_as($table::Column::$shown, stringify!($alias)))*)+
                $(.join(JoinType::LeftJoin, Relation::$name.def()))+
                $(.expr_as(
                    $crate::crm::tag_link::column(db, ::shared_types::platform::SubjectKind::$kind, $tagged),
                    "tags",
                ))?
                .filter(db.owns(Column::OrganizationId))
        }
    };
}
pub(crate) use joined;

/// How a row with what it refers to becomes what the API shows: `shown` columns as they are, without
/// the `hidden` ones; `made` fields by expressions, which may use the `used` columns; and the names
/// that stand `beside` the row. Every column stands in one of the lists, or it does not compile.
macro_rules! view {
    (
        $found:ident => $view:ident;
        shown($($shown:ident),* $(,)?);
        hidden($($hidden:ident),* $(,)?);
        $(used($($used:ident),* $(,)?);)?
        $(beside($($beside:ident),* $(,)?);)?
        $(with($($with:ident),* $(,)?);)?
        $(made($($made:ident = $value:expr),* $(,)?);)?
    ) => {
        impl From<$found> for $view {
            fn from(found: $found) -> Self {
                let Model { $($shown,)* $($hidden: _,)* $($($used,)*)? } = found.row;
                $($(let $with = found.$with;)*)?
                Self {
                    $($($made: $value,)*)?
                    $($($beside: found.$beside,)*)?
                    $($shown,)*
                }
            }
        }
    };
}
pub(crate) use view;
