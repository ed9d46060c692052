//! People: signing up, in and out; the own account.

mod absences;
pub mod accept;
pub mod api;
pub mod api_keys;
pub mod devices;
pub mod forgot;
mod hand_over;
pub mod invitations;
pub mod member;
pub mod members;
pub mod organization;
mod outside;
pub mod profile;
pub mod reset;
pub mod roles;
pub mod second_factor;
pub mod sign_in;
pub mod sign_up;
pub mod teams;
pub mod verify;

use shared_types::Role;

use crate::tr;

/// What a role is called.
#[must_use]
pub fn role_name(role: Role) -> &'static str {
    match role {
        Role::Admin => tr!(role.admin),
        Role::Manager => tr!(role.manager),
        Role::TeamLeader => tr!(role.team_leader),
        Role::Agent => tr!(role.agent),
        Role::SalesRep => tr!(role.sales_rep),
        Role::Advocate => tr!(role.advocate),
    }
}
