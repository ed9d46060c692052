//! Checking the audit chain: every link follows from the one before, what it says of its event is what
//! the event says, and the end is signed.

use persistence::{
    Read,
    platform::{
        audit_chain::Head,
        audit_verification::{self, LINKS, Link},
    },
};
use shared_types::{
    OrganizationId,
    platform::{AuditFault, AuditFaultKind, AuditVerification},
};

use super::audit_chain::{BEGINNING, commitment, erasure_text, head_text, link, signed, told};
use crate::core::{
    error::{ApiError, ApiResult},
    sign::Signer,
    state::AppState,
};

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
    let head = audit_verification::head(db).await?;
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
        let links = audit_verification::after(db, walk.number).await?;
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
    let waiting =
        audit_verification::waiting_after(db, head.as_ref().map_or(0, |it| it.seq)).await?;
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
        && let Some(first) = audit_verification::after(db, 0).await?.first()
    {
        return fault(AuditFaultKind::Unsigned, Some(first.seq), None);
    }
    if let Some(seq) = audit_verification::passed_over(db).await? {
        return fault(AuditFaultKind::Removed, Some(seq), None);
    }
    match audit_verification::added(db).await? {
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
