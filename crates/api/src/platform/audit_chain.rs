//! The audit chain: each event is linked to the one before it, so that editing, removing, moving or
//! cutting off events shows.
//!
//! A link is `SHA-256(link before, number, seq, commitment)`, a commitment `SHA-256(salt, event)`. The
//! end of each chain is signed by the installation, so that who may write the database cannot make
//! another chain pass for it. What a link says of its event goes with the salt, and the chain holds.

use std::collections::HashMap;

use persistence::{
    Read, StoreResult, Tx,
    platform::audit_chain::{
        self, Erasure, Evidence, Head, LINKS, Link, NewHead, NewLink, Outdated, Unlinked,
    },
};
use sha2::{Digest, Sha256};
use shared_types::{
    OrganizationId,
    platform::{AuditFault, AuditFaultKind, AuditVerification, SubjectKind},
};
use uuid::Uuid;

use crate::core::{
    clock::random_bytes,
    error::{ApiError, ApiResult},
    sign::Signer,
    state::AppState,
};

/// Events that are linked at a time.
const BATCH: u16 = 500;
/// Signatures that are looked through at a time when keys are rotated.
const SIGNATURES: i32 = 500;
/// What the first link of a chain follows.
const BEGINNING: &str = "0000000000000000000000000000000000000000000000000000000000000000";
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

fn commitment(salt: &[u8], evidence: &Evidence) -> String {
    let said = canonical(evidence).unwrap_or_default();
    hex::encode(Sha256::digest([salt, &said].concat()))
}

fn link(before: &str, number: i64, seq: i64, commitment: &str) -> String {
    let text = format!("{before}/{number}/{seq}/{commitment}");
    hex::encode(Sha256::digest(text))
}

/// What is signed of a head.
fn head_text(organization: OrganizationId, number: i64, seq: i64, link: &str) -> String {
    format!("{MARK}.{}.{number}.{seq}.{link}", organization.0.simple())
}

/// What is signed of an erasure.
fn erasure_text(organization: OrganizationId, number: i64, commitment: &str) -> String {
    format!(
        "touchline-erasure-1.{}.{number}.{commitment}",
        organization.0.simple()
    )
}

/// A head as it is told, to be kept elsewhere.
fn told(head: &Head) -> String {
    let text = head_text(head.organization_id, head.number, head.seq, &head.link);
    format!("{text}.{}", head.signature)
}

fn signed(keys: &Signer, head: &Head) -> bool {
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

/// A head that somebody kept.
struct Kept {
    number: i64,
    link: String,
}

/// Reads a head that was told.
///
/// # Errors
/// 422 on `head` when it is none of this organization's, or was not signed by this installation.
fn kept(keys: &Signer, organization: OrganizationId, text: &str) -> ApiResult<Kept> {
    let refused = || ApiError::field("head", "is no head that this log has had");
    let (said, signature) = text.trim().rsplit_once('.').ok_or_else(refused)?;
    let parts: Vec<&str> = said.split('.').collect();
    let [_, _, number, seq, link] = parts.as_slice() else {
        return Err(refused());
    };
    let (Ok(number), Ok(seq)) = (number.parse(), seq.parse()) else {
        return Err(refused());
    };
    if said != head_text(organization, number, seq, link) || !keys.made(signature, said) {
        return Err(refused());
    }
    Ok(Kept {
        number,
        link: (*link).to_owned(),
    })
}

/// Goes along a chain.
struct Walk<'a> {
    keys: &'a Signer,
    organization: OrganizationId,
    number: i64,
    seq: i64,
    link: String,
    erased: u64,
}

impl Walk<'_> {
    /// Takes a link that follows, or says why it does not.
    fn step(&mut self, next: &Link) -> Option<AuditFaultKind> {
        if next.number != self.number + 1 {
            return Some(AuditFaultKind::Removed);
        }
        let follows = link(&self.link, next.number, next.seq, &next.commitment);
        if next.seq <= self.seq || next.link != follows {
            return Some(AuditFaultKind::Reordered);
        }
        if next.evidence.kind.is_none() {
            return Some(AuditFaultKind::Removed);
        }
        if !next.placed {
            return Some(AuditFaultKind::Reordered);
        }
        let salt = next.salt.as_deref().and_then(|salt| hex::decode(salt).ok());
        match (salt, &next.erasure) {
            (Some(salt), None) => {
                if commitment(&salt, &next.evidence) != next.commitment {
                    return Some(AuditFaultKind::Changed);
                }
            }
            (None, Some(erasure)) => {
                let text = erasure_text(self.organization, next.number, &next.commitment);
                if !self.keys.made(erasure, &text) {
                    return Some(AuditFaultKind::Removed);
                }
                self.erased += 1;
            }
            _ => return Some(AuditFaultKind::Removed),
        }
        (self.number, self.seq) = (next.number, next.seq);
        self.link.clone_from(&next.link);
        None
    }
}

/// Checks the log of an organization from its first event to its last, and that it contains the head
/// that was kept, if one was.
///
/// # Errors
/// 422 on `head` when that is none of this log's; 503 when the database does not answer.
pub async fn verify(
    keys: &Signer,
    db: &Read,
    organization: OrganizationId,
    before: Option<&str>,
) -> ApiResult<AuditVerification> {
    let before = before
        .map(|text| kept(keys, organization, text))
        .transpose()?;
    let head = audit_chain::head(db).await?;
    let end = head.as_ref().map_or(0, |head| head.number);
    let mut walk = Walk {
        keys,
        organization,
        number: 0,
        seq: 0,
        link: BEGINNING.to_owned(),
        erased: 0,
    };
    let mut fault = None;
    'walk: while walk.number < end {
        let links = audit_chain::after(db, walk.number).await?;
        for next in links.iter().take_while(|link| link.number <= end) {
            if let Some(kind) = walk.step(next) {
                fault = Some(AuditFault {
                    kind,
                    seq: Some(next.seq),
                    event_id: Some(next.event_id),
                });
                break 'walk;
            }
            let is_kept = |kept: &Kept| kept.number == walk.number && kept.link != walk.link;
            if before.as_ref().is_some_and(is_kept) {
                fault = Some(AuditFault {
                    kind: AuditFaultKind::Rewritten,
                    seq: Some(walk.seq),
                    event_id: Some(next.event_id),
                });
                break 'walk;
            }
        }
        if links.len() < LINKS {
            break;
        }
    }
    if fault.is_none() {
        fault = at_the_end(&walk, db, head.as_ref(), before.as_ref()).await?;
    }
    let waiting = audit_chain::waiting_after(db, head.as_ref().map_or(0, |it| it.seq)).await?;
    Ok(AuditVerification {
        verified: u64::try_from(walk.number).unwrap_or(0),
        verified_up_to: Some(walk.seq).filter(|_| walk.number > 0),
        erased: walk.erased,
        waiting: u64::try_from(waiting).unwrap_or(0),
        head: head
            .filter(|head| fault.is_none() && signed(keys, head))
            .map(|head| told(&head)),
        fault,
    })
}

/// What is wrong although every link follows from the one before.
async fn at_the_end(
    walk: &Walk<'_>,
    db: &Read,
    head: Option<&Head>,
    before: Option<&Kept>,
) -> ApiResult<Option<AuditFault>> {
    let fault = |kind, seq, event_id| {
        Ok(Some(AuditFault {
            kind,
            seq,
            event_id,
        }))
    };
    let end = head.map_or(0, |head| head.number);
    if walk.number < end || before.is_some_and(|kept| kept.number > end) {
        return fault(AuditFaultKind::Truncated, Some(walk.seq), None);
    }
    if let Some(head) = head
        && (walk.link != head.link || walk.seq != head.seq || !signed(walk.keys, head))
    {
        return fault(AuditFaultKind::Unsigned, Some(walk.seq), None);
    }
    if head.is_none()
        && let Some(first) = audit_chain::after(db, 0).await?.first()
    {
        return fault(AuditFaultKind::Unsigned, Some(first.seq), None);
    }
    if let Some(seq) = audit_chain::passed_over(db).await? {
        return fault(AuditFaultKind::Removed, Some(seq), None);
    }
    match audit_chain::added(db).await? {
        Some(event) => fault(AuditFaultKind::Added, None, Some(event)),
        None => Ok(None),
    }
}

/// Checks the logs of all organizations; what the command line does. One line for each, and whether
/// all are as they were written.
///
/// # Errors
/// When the database does not answer.
pub async fn verify_all(state: &AppState) -> ApiResult<(Vec<String>, bool)> {
    let beginning = chrono::DateTime::UNIX_EPOCH;
    let heads = state.store.system().audit_heads_since(beginning).await?;
    let (mut lines, mut good) = (Vec::with_capacity(heads.len()), true);
    for head in heads {
        let organization = head.organization_id;
        let found = verify(
            &state.signer,
            &state.store.read(organization),
            organization,
            None,
        )
        .await?;
        let says = match (found.fault, found.head) {
            (Some(fault), _) => {
                good = false;
                let place = fault
                    .seq
                    .map_or_else(String::new, |seq| format!(" at {seq}"));
                format!("{}{place}", fault.kind)
            }
            (None, head) => head.unwrap_or_default(),
        };
        lines.push(format!(
            "{organization}: {} events as they were written, {} of them erased; {says}",
            found.verified, found.erased
        ));
    }
    Ok((lines, good))
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
    let found = audit_chain::about(tx, kind.as_str(), subject).await?;
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
    audit_chain::erase(tx, &events, &salts).await?;
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
