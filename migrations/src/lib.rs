//! The schema of Touchline, for SQLite and PostgreSQL.
//!
//! Tables are written once, with `{tokens}` for the types in which the two databases differ; what
//! only one of them has (row-level security, full-text indexes) stands in a file of its own.

mod dialect;
mod m20261120_000001_identity;
mod m20261120_000002_crm;
mod m20261120_000003_platform;
mod m20261121_000009_readiness;
mod m20261121_000010_customers;
mod m20261121_000020_api_keys;
mod m20261121_000021_invitations;
mod m20261121_000022_second_factors;
mod m20261121_000023_absences;
mod m20261121_000030_saved_views;
mod m20261121_000040_activities;
mod m20261121_000050_notes;
mod m20261121_000051_reminders;
mod m20261121_000060_duplicates;
mod m20261121_000061_merges;
mod m20261121_000062_duplicate_groups;
mod m20261121_000070_unowned_imports;
mod m20261121_000080_audit_chain;
mod m20261121_000090_languages;
mod m20261121_000100_tags;
mod m20261121_000110_private_fields;
mod m20261121_000111_external_ids;
mod m20261121_000120_exports;
mod m20261121_000130_boards;
mod m20261201_000010_features;
mod m20261201_000100_import_archives;
mod m20261201_000110_notifications;
mod m20261201_000200_coaching_access;

use sea_orm_migration::prelude::*;

pub use dialect::APP_ROLE;

/// Every migration, in order.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261120_000001_identity::Migration),
            Box::new(m20261120_000002_crm::Migration),
            Box::new(m20261120_000003_platform::Migration),
            Box::new(m20261121_000009_readiness::Migration),
            Box::new(m20261121_000010_customers::Migration),
            Box::new(m20261121_000020_api_keys::Migration),
            Box::new(m20261121_000021_invitations::Migration),
            Box::new(m20261121_000022_second_factors::Migration),
            Box::new(m20261121_000023_absences::Migration),
            Box::new(m20261121_000030_saved_views::Migration),
            Box::new(m20261121_000040_activities::Migration),
            Box::new(m20261121_000050_notes::Migration),
            Box::new(m20261121_000051_reminders::Migration),
            Box::new(m20261121_000060_duplicates::Migration),
            Box::new(m20261121_000061_merges::Migration),
            Box::new(m20261121_000062_duplicate_groups::Migration),
            Box::new(m20261121_000070_unowned_imports::Migration),
            Box::new(m20261121_000080_audit_chain::Migration),
            Box::new(m20261121_000090_languages::Migration),
            Box::new(m20261121_000100_tags::Migration),
            Box::new(m20261121_000110_private_fields::Migration),
            Box::new(m20261121_000111_external_ids::Migration),
            Box::new(m20261121_000120_exports::Migration),
            Box::new(m20261121_000130_boards::Migration),
            Box::new(m20261201_000010_features::Migration),
            Box::new(m20261201_000100_import_archives::Migration),
            Box::new(m20261201_000110_notifications::Migration),
            Box::new(m20261201_000200_coaching_access::Migration),
        ]
    }
}
