//! The API through HTTP, on SQLite and, where `TOUCHLINE_TEST_POSTGRES_URL` names a server, on
//! PostgreSQL too.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod helpers;

mod absences;
mod activities;
mod api_keys;
mod archives;
mod audit_chain;
mod auth;
mod backups;
mod bulk;
mod coaching_access;
mod companies;
mod contacts;
mod conventions;
mod dashboards;
mod deals;
mod demo;
mod duplicates;
mod durability;
mod encryption;
mod exports;
mod import_archives;
mod import_people;
mod import_round_trip;
mod imports;
mod invitations;
mod jobs;
mod lead_board;
mod leads;
mod leavers;
mod maventech;
mod merge_undo;
mod merges;
mod notes;
mod notifications;
mod openapi;
mod overload;
mod passwords;
mod people;
mod pipelines;
mod private_fields;
mod saved_views;
mod second_factors;
mod security;
mod tags;
