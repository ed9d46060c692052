//! The audit chain: each event is linked to the one before it, so that editing, removing, moving or
//! cutting off events shows.
//!
//! A link is `SHA-256(link before, number, seq, commitment)`, a commitment `SHA-256(salt, event)`. The
//! end of each chain is signed by the installation, so that who may write the database cannot make
//! another chain pass for it. What a link says of its event goes with the salt, and the chain holds.

use std::collections::HashMap;

use persistence::{
    StoreResult, Tx,
    platform::{
        audit_chain::{Evidence, Head, NewHead, NewLink, Outdated, Unlinked},
        audit_verification::{self, Erasure},
    },
};
use sha2::{Digest, Sha256};
use shared_types::{OrganizationId, platform::SubjectKind};
use uuid::Uuid;

use crate::core::{clock::random_bytes, error::ApiResult, sign::Signer, state::AppState};

/// Events that are linked at a time.
const BATCH: u16 = 500;
/// Signatures that are looked through at a time when keys are rotated.
const SIGNATURES: i32 = 500;
/// What the first link of a chain follows.
pub(super) const BEGINNING: &str =
    "0000000000000000000000000000000000000000000000000000000000000000";
/// What a head begins with when it is told.
const MARK: &str = "touchline-audit-1";

/// What an event says, as bytes: the same on both databases and after a restore.
fn canonical(evidence: &Evidence) -> Option<Vec<u8>> {
    let Evidence {
        event,
        kind,
        subject_type,
        subject_id,
        subject_name,
        actor_id,
        changes,
        request_id,
        ip_address,
        at,
    } = evidence;
    let kind = kind.as_ref()?;
    // PostgreSQL orders the fields of documents as it likes, and cuts zeros off times.
    let changes = changes.as_deref().map(|text| {
        let value: Result<serde_json::Value, _> = serde_json::from_str(text);
        value.map_or_else(
            |_| text.to_owned(),
            |mut value| {
                value.sort_all_objects();
                value.to_string()
            },
        )
    });
    let at = at.as_deref().map(|text| {
        chrono::DateTime::parse_from_rfc3339(text).map_or_else(
            |_| text.to_owned(),
            |time| time.timestamp_micros().to_string(),
        )
    });
    let fields = (
        event,
        kind,
        subject_type,
        subject_id,
        subject_name,
        actor_id,
        changes,
        request_id,
        ip_address,
        at,
    );
    serde_json::to_vec(&fields).ok()
}

pub(super) fn commitment(salt: &[u8], evidence: &Evidence) -> String {
    let said = canonical(evidence).unwrap_or_default();
    hex::encode(Sha256::digest([salt, &said].concat()))
}

pub(super) fn link(before: &str, number: i64, seq: i64, commitment: &str) -> String {
    let text = format!("{before}/{number}/{seq}/{commitment}");
    hex::encode(Sha256::digest(text))
}

/// What is signed of a head.
pub(super) fn head_text(organization: OrganizationId, number: i64, seq: i64, link: &str) -> String {
    format!("{MARK}.{}.{number}.{seq}.{link}", organization.0.simple())
}

/// What is signed of an erasure.
pub(super) fn erasure_text(organization: OrganizationId, number: i64, commitment: &str) -> String {
    format!(
        "touchline-erasure-1.{}.{number}.{commitment}",
        organization.0.simple()
    )
}

/// A head as it is told, to be kept elsewhere.
pub(super) fn told(head: &Head) -> String {
    let text = head_text(head.organization_id, head.number, head.seq, &head.link);
    format!("{text}.{}", head.signature)
}

pub(super) fn signed(keys: &Signer, head: &Head) -> bool {
    let text = head_text(head.organization_id, head.number, head.seq, &head.link);
    keys.made(&head.signature, &text)
}

/// The end of a chain while links are added to it.
struct End {
    number: i64,
    seq: i64,
    link: String,
    /// Whether it is as we left it. What comes after an end that is not ours is linked too, and never
    /// signed: that would make it ours.
    ours: bool,
}

impl End {
    fn of(keys: &Signer, event: &Unlinked) -> Self {
        let (number, seq) = (event.head_number.unwrap_or(0), event.head_seq.unwrap_or(0));
        let known = event.head_link.clone().filter(|link| !link.is_empty());
        let head = Head {
            organization_id: event.organization_id,
            number,
            seq,
            link: known.clone().unwrap_or_default(),
            signature: event.head_signature.clone().unwrap_or_default(),
        };
        let is_new = event.head_number.is_none() && event.last_number.is_none();
        let ours = is_new
            || (event.head_number == event.last_number && event.seq > seq && signed(keys, &head));
        Self {
            number: number.max(event.last_number.unwrap_or(0)),
            seq,
            link: known.unwrap_or_else(|| BEGINNING.to_owned()),
            ours,
        }
    }

    fn add(&mut self, event: &Unlinked) -> NewLink {
        let salt: [u8; 32] = random_bytes();
        self.number = self.number.saturating_add(1);
        self.seq = event.seq;
        let commitment = commitment(&salt, &event.evidence);
        self.link = link(&self.link, self.number, self.seq, &commitment);
        NewLink {
            organization: event.organization_id.0.simple().to_string(),
            number: self.number,
            seq: self.seq,
            event: event.event_id.0.simple().to_string(),
            commitment,
            link: self.link.clone(),
            salt: hex::encode(salt),
        }
    }
}

/// Links events that have got their place in the stream, until there are no more. The dispatcher's:
/// no request waits for it.
///
/// # Errors
/// When the database does not answer.
pub async fn link_events(state: &AppState) -> StoreResult<()> {
    let system = state.store.system();
    loop {
        let events = system.unlinked_events(BATCH.into()).await?;
        let mut ends: HashMap<OrganizationId, End> = HashMap::new();
        let links: Vec<NewLink> = events
            .iter()
            .map(|event| {
                ends.entry(event.organization_id)
                    .or_insert_with(|| End::of(&state.signer, event))
                    .add(event)
            })
            .collect();
        let heads: Vec<NewHead> = ends
            .into_iter()
            .map(|(organization, end)| {
                let End {
                    number, seq, link, ..
                } = end;
                let signature = if end.ours {
                    let text = head_text(organization, number, seq, &link);
                    state.signer.sign(&text)
                } else {
                    tracing::error!(organization_id = %organization, number, "the audit log does not end where we left it: `touchline admin verify-audit` says more");
                    metrics::counter!("touchline_audit_unsigned_total").increment(1);
                    String::new()
                };
                NewHead::new(organization, (number, seq), link, signature, state.clock.now())
            })
            .collect();
        if !links.is_empty() && system.link_events(&links, &heads).await? {
            metrics::counter!("touchline_audit_links_total").increment(links.len() as u64);
        }
        if events.len() < usize::from(BATCH) {
            return Ok(());
        }
    }
}

/// Tells the log where the chains end that have grown lately: who keeps the log elsewhere has a
/// witness.
///
/// # Errors
/// When the database does not answer.
pub async fn tell_heads(state: &AppState, since: chrono::DateTime<chrono::Utc>) -> StoreResult<()> {
    for head in state.store.system().audit_heads_since(since).await? {
        tracing::info!(organization_id = %head.organization_id, seq = head.seq, head = told(&head), "audit log");
    }
    Ok(())
}

/// Takes from the log what it says about a record: the events stay, without names, changes and
/// addresses, and the chain still holds.
///
/// # Errors
/// When the database does not answer.
pub async fn erase(
    tx: &Tx,
    keys: &Signer,
    organization: OrganizationId,
    kind: SubjectKind,
    subject: Uuid,
) -> StoreResult<usize> {
    let found = audit_verification::about(tx, kind.as_str(), subject).await?;
    let salts: Vec<Erasure> = found
        .iter()
        .filter(|event| event.salted)
        .filter_map(|event| event.number.zip(event.commitment.as_deref()))
        .map(|(number, commitment)| Erasure {
            number,
            erasure: keys.sign(&erasure_text(organization, number, commitment)),
        })
        .collect();
    let events: Vec<_> = found.iter().map(|event| event.id).collect();
    audit_verification::erase(tx, &events, &salts).await?;
    Ok(events.len())
}

/// Signs anew, by the key in use, what others of the keys have signed. Answers how much it was.
///
/// # Errors
/// When the database does not answer.
pub async fn sign_anew(state: &AppState) -> ApiResult<usize> {
    let system = state.store.system();
    let prefix = state.signer.prefix();
    let mut done = 0;
    loop {
        let mut changed = 0;
        for outdated in system.outdated_signatures(&prefix, SIGNATURES).await? {
            let Outdated {
                erasure,
                organization_id,
                number,
                seq,
                content,
                signature,
            } = &outdated;
            let text = if *erasure {
                erasure_text(*organization_id, *number, content)
            } else {
                head_text(*organization_id, *number, *seq, content)
            };
            // What none of the keys made stays as it is: a signature of ours would hide that.
            if state.signer.made(signature, &text) {
                let again = state.signer.sign(&text);
                changed += usize::from(system.sign_anew(&outdated, &again).await?);
            }
        }
        if changed == 0 {
            return Ok(done);
        }
        done += changed;
    }
}
