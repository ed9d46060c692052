//! Invitations: how people come into an organization.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_with::{apply, skip_serializing_none};
use validator::Validate;

use crate::{
    InvitationId, Language, MemberId, Role, TeamId, identity::TokenDelivery, list_query, text_enum,
};

text_enum! {
    /// Where an invitation stands.
    pub enum InvitationState {
        /// It waits to be accepted.
        Pending = "pending",
        /// Somebody came in by it.
        Accepted = "accepted",
        /// It was taken back.
        Revoked = "revoked",
        /// Its seven days have passed.
        Expired = "expired",
    }
}

/// An invitation: to one address, or a link by which people of the organization's domains ask for
/// one of their own.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Invitation {
    /// Id of the invitation.
    pub id: InvitationId,
    /// Whom it invites; absent for a link.
    pub email: Option<String>,
    /// What they will be.
    pub role: Role,
    /// The team they will be in.
    pub team_id: Option<TeamId>,
    /// Where it stands.
    pub state: InvitationState,
    /// The member who invited.
    pub invited_by_id: Option<MemberId>,
    /// Name of that member.
    pub invited_by_name: Option<String>,
    /// The member who came in by it.
    pub member_id: Option<MemberId>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When its token was given out last.
    pub sent_at: DateTime<Utc>,
    /// When it ends by itself.
    pub expires_at: DateTime<Utc>,
    /// When it was accepted.
    pub accepted_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
    /// Grows by one with every change.
    pub version: i64,
}

/// Invites somebody by mail, or makes a link for the domains of the organization.
#[apply(Option => #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::given")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = json!({"email": "ines@example.com", "role": "agent"})))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateInvitation {
    /// Whom to invite; without one the answer holds a link.
    #[validate(length(max = 254), custom(function = crate::email))]
    #[cfg_attr(feature = "openapi", schema(format = Email, max_length = 254))]
    pub email: Option<String>,
    /// What they will be. A member who was added before keeps the role of then.
    pub role: Role,
    /// The team they will be in. A member who was added before keeps the team of then.
    pub team_id: Option<TeamId>,
}

/// An invitation that was given out.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct InvitationMade {
    /// Id of the invitation.
    pub id: InvitationId,
    /// The invitation.
    pub invitation: Invitation,
    /// The link to pass on, shown this once; absent where it went by mail.
    pub link: Option<String>,
}

/// The token of an invitation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FindInvitation {
    /// The token of the link.
    #[validate(length(min = 1, max = 200))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub token: String,
}

/// What whoever holds the token of an invitation is told.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct FoundInvitation {
    /// Name of the organization.
    pub organization_name: String,
    /// Name of the member who invites.
    pub invited_by_name: Option<String>,
    /// Whom it invites; absent for a link.
    pub email: Option<String>,
    /// What they will be.
    pub role: Role,
    /// Whether that address has an account already: then its password is asked for, else a new one.
    pub has_account: bool,
    /// The domains whose people may ask by a link.
    pub domains: Vec<String>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

/// Comes in by an invitation that was mailed: with a new account, or with the password of the one
/// that the address has.
#[apply(Option => #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::given")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AcceptInvitation {
    /// The token of the link.
    #[validate(length(min = 1, max = 200))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub token: String,
    /// The password of the account, or of the new one: then 12–128 characters, not a common one.
    #[validate(length(min = 1, max = 1024))]
    #[cfg_attr(feature = "openapi", schema(format = Password, min_length = 1, max_length = 1024))]
    pub password: String,
    /// A code of the app or a recovery code, where there is a second factor.
    #[validate(length(min = 6, max = 40))]
    #[cfg_attr(feature = "openapi", schema(min_length = 6, max_length = 40))]
    pub totp: Option<String>,
    /// Given name, for a new account.
    #[validate(length(min = 1, max = 100), custom(function = crate::one_line))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 100))]
    pub first_name: Option<String>,
    /// Family name, for a new account.
    #[validate(length(min = 1, max = 100), custom(function = crate::one_line))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 100))]
    pub last_name: Option<String>,
    /// The language of the person, for a new account.
    pub language: Option<Language>,
    /// Where the tokens go, `cookie` unless said.
    pub token_delivery: Option<TokenDelivery>,
}

/// Asks by a link for an invitation to one's own address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RequestInvitation {
    /// The token of the link.
    #[validate(length(min = 1, max = 200))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub token: String,
    /// The address, of one of the organization's domains.
    #[validate(length(max = 254), custom(function = crate::email))]
    #[cfg_attr(feature = "openapi", schema(format = Email, max_length = 254, example = "ines@example.com"))]
    pub email: String,
}

text_enum! {
    /// What invitations are listed by.
    pub enum InvitationSort {
        CreatedAt = "createdAt",
    }
}

list_query! {
    /// Which invitations to list.
    pub struct ListInvitations sort InvitationSort {
        /// Those that stand so.
        state: InvitationState,
    }
}
