//! Signing up, in and out; the organization and its people.

pub mod absence;
pub mod api_key;
pub mod auth;
pub mod credentials;
pub mod flags;
pub mod invitation;
pub mod invited;
pub mod mails;
pub mod member;
pub mod member_status;
pub mod organization;
pub mod password_reset;
pub mod rotation;
pub mod second_factor;
pub mod session;
pub mod sign_in;
pub mod team;
pub mod totp;

use crate::core::app::Services;

/// The routes of this context.
pub fn routes(config: &mut impl Services) {
    auth::routes(config);
    flags::routes(config);
    password_reset::routes(config);
    session::routes(config);
    organization::routes(config);
    member::routes(config);
    member_status::routes(config);
    team::routes(config);
    second_factor::routes(config);
    absence::routes(config);
    api_key::routes(config);
    invitation::routes(config);
    invited::routes(config);
}
