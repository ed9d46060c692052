//! Signed-in devices.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::SessionId;

/// A signed-in device of the user.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// Id of the session.
    pub id: SessionId,
    /// Whether this is the session that asks.
    pub current: bool,
    /// What the browser or client called itself.
    pub user_agent: Option<String>,
    /// The address it came from last.
    pub ip_address: Option<String>,
    /// When it signed in.
    pub created_at: DateTime<Utc>,
    /// When it refreshed its tokens last.
    pub last_seen_at: DateTime<Utc>,
    /// When it ends at the latest.
    pub expires_at: DateTime<Utc>,
}
