//! Cursors: opaque, and signed for the list they belong to.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use persistence::{Page, Position};
use sha2::Sha256;
use shared_types::{ListQuery, OrganizationId, Pagination};

use crate::core::error::{ApiError, ApiResult};

const TAG: usize = 12;

/// Signs and reads cursors.
#[derive(Clone)]
pub struct Cursors {
    key: [u8; 64],
}

impl Cursors {
    /// Cursors under a key of the installation.
    #[must_use]
    pub const fn new(key: [u8; 64]) -> Self {
        Self { key }
    }

    fn tag<Q: ListQuery>(
        &self,
        payload: &[u8],
        list: &str,
        organization: OrganizationId,
        query: &Q,
    ) -> [u8; TAG] {
        let mut mac = <Hmac<Sha256> as KeyInit>::new(&self.key.into());
        mac.update(list.as_bytes());
        mac.update(organization.0.as_bytes());
        if let Ok(filter) = serde_json::to_vec(&query.without_page()) {
            mac.update(&filter);
        }
        mac.update(payload);
        let mut tag = [0; TAG];
        tag.copy_from_slice(&mac.finalize().into_bytes()[..TAG]);
        tag
    }

    /// The cursor of a position.
    pub fn encode<Q: ListQuery>(
        &self,
        position: &Position,
        list: &str,
        organization: OrganizationId,
        query: &Q,
    ) -> String {
        let mut bytes = serde_json::to_vec(position).unwrap_or_default();
        let tag = self.tag(&bytes, list, organization, query);
        bytes.extend(tag);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The position a query asks for.
    ///
    /// # Errors
    /// 422 when the cursor is none, or belongs to another list or other filters.
    pub fn decode<Q: ListQuery>(
        &self,
        list: &str,
        organization: OrganizationId,
        query: &Q,
    ) -> ApiResult<Option<Position>> {
        let Some(cursor) = query.cursor() else {
            return Ok(None);
        };
        let refuse = || {
            ApiError::field(
                "cursor",
                "is none of this list with these filters; start again without it",
            )
        };
        let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| refuse())?;
        let at = bytes.len().checked_sub(TAG).ok_or_else(refuse)?;
        let (payload, tag) = bytes.split_at(at);
        let expected = self.tag(payload, list, organization, query);
        if !bool::from(subtle::ConstantTimeEq::ct_eq(tag, &expected[..])) {
            return Err(refuse());
        }
        serde_json::from_slice(payload)
            .map(Some)
            .map_err(|_| refuse())
    }

    /// What the answer says of a page.
    pub fn pagination<R, Q: ListQuery>(
        &self,
        page: &Page<R>,
        list: &str,
        organization: OrganizationId,
        query: &Q,
    ) -> Pagination {
        let encode = |position: &Option<Position>| {
            position
                .as_ref()
                .map(|position| self.encode(position, list, organization, query))
        };
        Pagination {
            next_cursor: encode(&page.next),
            prev_cursor: encode(&page.prev),
            ..page.pagination.clone()
        }
    }
}
