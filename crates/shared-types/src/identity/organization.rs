//! The organization (tenant) and its settings.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Currency, OrganizationId, request, text_enum};

text_enum! {
    /// A part of the product that may be switched off, for a whole installation or for one organization.
    pub enum Feature {
        /// Screens that are current without reloading: WebSocket and Server-Sent Events.
        RealTime = "realTime",
        /// Scorecards, rankings and reports on coaching.
        AdvancedAnalytics = "advancedAnalytics",
        /// Signing in by apps that keep tokens themselves.
        Mobile = "mobile",
    }
}

/// An organization: the owner of all data in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Organization {
    /// Id of the organization.
    pub id: OrganizationId,
    /// Its name.
    pub name: String,
    /// IANA time zone in which its days begin.
    #[cfg_attr(feature = "openapi", schema(example = "Europe/Berlin"))]
    pub time_zone: String,
    /// Currency of its totals.
    pub currency: Currency,
    /// First month of its fiscal year, 1–12.
    pub fiscal_year_start_month: u8,
    /// Domains whose people may ask for an invitation by a link.
    #[serde(default)]
    pub invitation_domains: Vec<String>,
    /// Parts of the product that it has switched off.
    #[serde(default)]
    pub disabled_features: Vec<Feature>,
    /// Days within which agents acknowledge completed coaching sessions.
    pub coaching_acknowledgement_days: i32,
    /// When it registered.
    pub created_at: DateTime<Utc>,
    /// Grows by one with every change.
    pub version: i64,
}

request! {
    /// Changes the settings of the organization.
    pub struct UpdateOrganization {
        /// Its name.
        #[validate(length(min = 1, max = 200), custom(function = crate::one_line))]
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
        pub name: Option<String>,
        /// IANA time zone in which its days begin.
        #[validate(length(max = 64), custom(function = crate::time_zone))]
        #[cfg_attr(
            feature = "openapi",
            schema(max_length = 64, example = "Europe/Berlin")
        )]
        pub time_zone: Option<String>,
        /// Currency of its totals.
        pub currency: Option<Currency>,
        /// First month of its fiscal year, 1–12.
        #[validate(range(min = 1, max = 12))]
        #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 12))]
        pub fiscal_year_start_month: Option<u8>,
        /// Domains whose people may ask for an invitation by a link, like `example.com`; none for an empty list.
        #[validate(length(max = 20), custom(function = crate::domains))]
        #[cfg_attr(feature = "openapi", schema(max_items = 20, example = json!(["example.com"])))]
        pub invitation_domains: Option<Vec<String>>,
        /// Parts of the product to switch off; an empty list switches on all that the installation offers.
        #[validate(length(max = 20))]
        #[cfg_attr(feature = "openapi", schema(max_items = 20))]
        pub disabled_features: Option<Vec<Feature>>,
        /// Days within which agents acknowledge completed coaching sessions, 1–30.
        #[validate(range(min = 1, max = 30))]
        #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 30))]
        pub coaching_acknowledgement_days: Option<i32>,
    }
}
