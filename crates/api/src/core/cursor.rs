//! Cursors: opaque, and signed for the list they belong to.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use persistence::{Page, Position};
use sha2::Sha256;
use shared_types::{ListQuery, OrganizationId, Pagination};

use crate::core::error::{ApiError, ApiResult};

const TAG: usize = 12;
/// Bytes of the signature of a place in the stream.
const PLACE_TAG: usize = 8;

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

    /// The place of an event in the stream of an organization, as clients are told it.
    #[must_use]
    pub fn place(&self, organization: OrganizationId, seq: i64) -> String {
        let seq = seq.to_be_bytes();
        let tag = self.place_tag(organization, seq);
        URL_SAFE_NO_PAD.encode([&seq[..], &tag[..]].concat())
    }

    /// The place that a client names; none where it is no place of this organization.
    #[must_use]
    pub fn read_place(&self, organization: OrganizationId, place: &str) -> Option<i64> {
        let bytes = URL_SAFE_NO_PAD.decode(place).ok()?;
        let (seq, tag) = bytes.split_first_chunk::<8>()?;
        let expected = self.place_tag(organization, *seq);
        bool::from(subtle::ConstantTimeEq::ct_eq(tag, &expected[..]))
            .then_some(i64::from_be_bytes(*seq))
    }

    fn place_tag(&self, organization: OrganizationId, seq: [u8; 8]) -> [u8; PLACE_TAG] {
        let mut mac = <Hmac<Sha256> as KeyInit>::new(&self.key.into());
        mac.update(b"stream");
        mac.update(organization.0.as_bytes());
        mac.update(&seq);
        let mut tag = [0; PLACE_TAG];
        tag.copy_from_slice(&mac.finalize().into_bytes()[..PLACE_TAG]);
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
