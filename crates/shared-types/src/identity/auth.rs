//! Signing up, in, and out.

use serde::{Deserialize, Serialize};
use serde_with::{apply, skip_serializing_none};
use validator::Validate;

use crate::{
    Currency, Language, MemberId, OrganizationId, Permission, Reach, Role, UserId,
    identity::Feature, request, text_enum,
};

text_enum! {
    /// Where the tokens of a sign-in go.
    pub enum TokenDelivery {
        /// Into `HttpOnly` cookies (browsers).
        Cookie = "cookie",
        /// Into the body of the answer (mobile and other clients).
        Body = "body",
    }
}

/// Makes an organization and its first administrator, and signs in.
#[apply(Option => #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::given")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Register {
    /// The address to sign in with.
    #[validate(length(max = 254), custom(function = crate::email))]
    #[cfg_attr(feature = "openapi", schema(format = Email, max_length = 254, example = "ada@example.com"))]
    pub email: String,
    /// 12–128 characters, not a common password; no rules of composition.
    #[cfg_attr(feature = "openapi", schema(format = Password, min_length = 12, max_length = 128, example = "plenty of quiet otters"))]
    pub password: String,
    /// Given name.
    #[validate(length(min = 1, max = 100), custom(function = crate::one_line))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 100, example = "Ada")
    )]
    pub first_name: String,
    /// Family name.
    #[validate(length(min = 1, max = 100), custom(function = crate::one_line))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 100, example = "Lovelace")
    )]
    pub last_name: String,
    /// Name of the organization.
    #[validate(length(min = 1, max = 200), custom(function = crate::one_line))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 200, example = "Analytical Engines")
    )]
    pub organization_name: String,
    /// IANA time zone of the organization, `UTC` unless said.
    #[validate(length(max = 64), custom(function = crate::time_zone))]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 64, example = "Europe/London")
    )]
    pub time_zone: Option<String>,
    /// Currency of the organization, `EUR` unless said.
    pub currency: Option<Currency>,
    /// The language of the person, for mails and on other devices.
    pub language: Option<Language>,
    /// Where the tokens go, `cookie` unless said.
    pub token_delivery: Option<TokenDelivery>,
}

/// Signs in.
#[apply(Option => #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::given")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Login {
    /// The address of the user.
    #[validate(length(min = 1, max = 254))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 254, example = "ada@example.com")
    )]
    pub email: String,
    /// The password of the user.
    #[validate(length(min = 1, max = 1024))]
    #[cfg_attr(feature = "openapi", schema(format = Password, min_length = 1, max_length = 1024))]
    pub password: String,
    /// A code of the app or a recovery code, where there is a second factor.
    #[validate(length(min = 6, max = 40))]
    #[cfg_attr(feature = "openapi", schema(min_length = 6, max_length = 40))]
    pub totp: Option<String>,
    /// The organization to enter; the one entered last unless said.
    pub organization_id: Option<OrganizationId>,
    /// Where the tokens go, `cookie` unless said.
    pub token_delivery: Option<TokenDelivery>,
}

request! {
    /// Exchanges a refresh token for new tokens. Browsers send nothing: the cookie carries it.
    pub struct Refresh {
        /// The refresh token, when it was delivered in a body.
        #[validate(length(max = 200))]
        #[cfg_attr(feature = "openapi", schema(max_length = 200))]
        pub refresh_token: Option<String>,
    }
}

/// Moves the session into another organization of the user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SwitchOrganization {
    /// The organization to enter.
    pub organization_id: OrganizationId,
}

/// Asks for a link to choose a new password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ForgotPassword {
    /// The address of the user.
    #[validate(length(max = 254), custom(function = crate::email))]
    #[cfg_attr(feature = "openapi", schema(format = Email, max_length = 254, example = "ada@example.com"))]
    pub email: String,
}

/// Chooses a new password with the token of a link; ends every session of the user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResetPassword {
    /// The token of the link, good once and for one hour.
    #[validate(length(min = 1, max = 200))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub token: String,
    /// The new password, 12–128 characters.
    #[cfg_attr(feature = "openapi", schema(format = Password, min_length = 12, max_length = 128))]
    pub password: String,
}

/// Changes the password of the signed-in user; ends the other sessions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChangePassword {
    /// The password of now.
    #[validate(length(min = 1, max = 1024))]
    #[cfg_attr(feature = "openapi", schema(format = Password, min_length = 1, max_length = 1024))]
    pub current_password: String,
    /// The new password, 12–128 characters; 8 are enough with a second factor.
    #[cfg_attr(feature = "openapi", schema(format = Password, min_length = 8, max_length = 128))]
    pub new_password: String,
}

/// Proves that an address is the user's, with the token of a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VerifyEmail {
    /// The token of the link, good once and for one hour.
    #[validate(length(min = 1, max = 200))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub token: String,
}

/// The answer to a sign-in.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SignedIn {
    /// Who signed in, where, and what they may do.
    pub me: Me,
    /// The tokens, when they were asked for in the body.
    pub tokens: Option<Tokens>,
}

/// The tokens of a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Tokens {
    /// JWT for `Authorization: Bearer`, good for `expiresIn` seconds.
    pub access_token: String,
    /// Good once, for seven days; `POST /api/v1/auth/refresh` gives the next.
    pub refresh_token: String,
    /// Always `Bearer`.
    pub token_type: String,
    /// Seconds until the access token is past its time.
    pub expires_in: u32,
}

/// The signed-in user in the organization of the session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Me {
    /// The user.
    pub user: User,
    /// The member that the user is in this organization.
    pub member_id: MemberId,
    /// The role of that member.
    pub role: Role,
    /// The organization of the session.
    pub organization: crate::identity::Organization,
    /// Every organization the user belongs to.
    pub organizations: Vec<OrganizationSummary>,
    /// What the member may do, and how far it reaches.
    pub grants: Vec<Grant>,
    /// What this installation offers, and the organization has not switched off.
    pub flags: Flags,
}

/// Parts of the product that an installation may switch off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Flags {
    /// Whether anybody may register a new organization (`TOUCHLINE_SIGN_UP`).
    pub sign_up: bool,
    /// Whether screens are kept current by WebSocket and Server-Sent Events.
    pub real_time: bool,
    /// Whether there are scorecards, rankings and reports on coaching.
    pub advanced_analytics: bool,
    /// Whether apps may sign in with tokens in the body.
    pub mobile: bool,
}

impl Flags {
    /// Whether a part of the product is there.
    #[must_use]
    pub const fn has(self, feature: Feature) -> bool {
        match feature {
            Feature::RealTime => self.real_time,
            Feature::AdvancedAnalytics => self.advanced_analytics,
            Feature::Mobile => self.mobile,
        }
    }
}

/// One permission of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Grant {
    /// What may be done.
    pub permission: Permission,
    /// To which records.
    pub reach: Reach,
}

/// A user: one person with one sign-in.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// Id of the user.
    pub id: UserId,
    /// The address to sign in with.
    pub email: String,
    /// Whether the address is proved to be the user's.
    pub email_verified: bool,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Whether the user runs this installation (`touchline admin superuser`).
    pub superuser: bool,
    /// In which the client speaks and mails are written; unless chosen, that of the browser, and English in mails.
    pub language: Option<Language>,
}

request! {
    /// Changes the signed-in user.
    pub struct UpdateMe {
        /// In which the client speaks and mails are written.
        pub language: Option<Language>,
    }
}

/// An organization the user belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct OrganizationSummary {
    /// Id of the organization.
    pub id: OrganizationId,
    /// Its name.
    pub name: String,
    /// What the user is there.
    pub role: Role,
}

/// An answer that says only that it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Done {
    /// Always `true`.
    pub done: bool,
}
