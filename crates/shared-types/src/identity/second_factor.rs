//! The second factor of a sign-in: codes of an app (TOTP, RFC 6238), and codes for when it is lost.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_with::{apply, skip_serializing_none};
use validator::Validate;

use crate::identity::TokenDelivery;

/// Whether a code is asked for at sign-in.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SecondFactor {
    /// Whether it is.
    pub enabled: bool,
    /// Since when.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// How many recovery codes are left.
    pub recovery_codes_left: u32,
}

/// What an app needs to make codes. It counts once a code has been given back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SecondFactorEnrolment {
    /// The secret, in Base32, to be typed.
    pub secret: String,
    /// The same for apps, as `otpauth://totp/…`.
    pub uri: String,
    /// The same as a QR code, an SVG picture.
    pub qr_svg: String,
}

/// Proves that the app makes the right codes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConfirmSecondFactor {
    /// The code of now.
    #[validate(length(min = 6, max = 10))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 6, max_length = 10, example = "123456")
    )]
    pub code: String,
}

/// Codes that each sign in once where the app is lost. They are shown this once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RecoveryCodes {
    /// Ten codes.
    pub codes: Vec<String>,
}

/// Gives the password again, for what asks for it; the session begins anew.
#[apply(Option => #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::given")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Reauthenticate {
    /// The password of the user.
    #[validate(length(min = 1, max = 1024))]
    #[cfg_attr(feature = "openapi", schema(format = Password, min_length = 1, max_length = 1024))]
    pub password: String,
    /// A code of the app or a recovery code, where there is a second factor.
    #[validate(length(min = 6, max = 40))]
    #[cfg_attr(feature = "openapi", schema(min_length = 6, max_length = 40))]
    pub totp: Option<String>,
    /// Where the tokens go, `cookie` unless said.
    pub token_delivery: Option<TokenDelivery>,
}
