//! Invitations: how long they hold, who may come by a link, and where they stand.

use chrono::{DateTime, TimeDelta, Utc};
use shared_types::identity::InvitationState;

use crate::core::error::{DomainError, DomainResult};

/// Days for which an invitation holds.
const DAYS: i64 = 7;

/// When an invitation that is given out now ends.
#[must_use]
pub fn end(now: DateTime<Utc>) -> DateTime<Utc> {
    now + TimeDelta::days(DAYS)
}

/// Where an invitation stands.
#[must_use]
pub fn state(
    accepted_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
    expires_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> InvitationState {
    if accepted_at.is_some() {
        InvitationState::Accepted
    } else if revoked_at.is_some() {
        InvitationState::Revoked
    } else if expires_at <= now {
        InvitationState::Expired
    } else {
        InvitationState::Pending
    }
}

/// Checks that an invitation may be given out again: one whose time has passed may.
///
/// # Errors
/// `Conflict` when it was accepted or revoked.
pub fn check_resend(state: InvitationState) -> DomainResult<()> {
    match state {
        InvitationState::Pending | InvitationState::Expired => Ok(()),
        InvitationState::Accepted => Err(DomainError::conflict("the invitation was accepted")),
        InvitationState::Revoked => Err(DomainError::conflict(
            "the invitation was revoked; make a new one",
        )),
    }
}

/// Checks that an invitation may be taken back.
///
/// # Errors
/// `Conflict` when it was accepted or revoked.
pub fn check_revoke(state: InvitationState) -> DomainResult<()> {
    match state {
        InvitationState::Pending | InvitationState::Expired => Ok(()),
        InvitationState::Accepted => Err(DomainError::conflict(
            "the invitation was accepted; deactivate the member instead",
        )),
        InvitationState::Revoked => Err(DomainError::conflict("the invitation is revoked already")),
    }
}

/// The domains of a setting as they are kept: lower case, each once.
#[must_use]
pub fn domains(given: &[String]) -> Vec<String> {
    let mut domains: Vec<String> = given
        .iter()
        .map(|domain| domain.trim().trim_start_matches('@').to_lowercase())
        .collect();
    domains.sort_unstable();
    domains.dedup();
    domains
}

/// Whether somebody of an address may ask for an invitation by a link: its domain is one of those
/// named, to the letter; a domain below one of them is another one.
#[must_use]
pub fn may_ask(domains: &[String], email: &str) -> bool {
    email
        .rsplit_once('@')
        .is_some_and(|(_, domain)| domains.iter().any(|it| *it == domain.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitation_holds_seven_days_and_ends_once() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let until = end(now);
        let at = |days| now + TimeDelta::days(days);
        assert_eq!(state(None, None, until, at(6)), InvitationState::Pending);
        assert_eq!(state(None, None, until, at(7)), InvitationState::Expired);
        assert_eq!(
            state(Some(now), None, until, at(9)),
            InvitationState::Accepted
        );
        assert_eq!(
            state(None, Some(now), until, at(1)),
            InvitationState::Revoked
        );
        for of in [InvitationState::Pending, InvitationState::Expired] {
            assert!(check_resend(of).is_ok() && check_revoke(of).is_ok());
        }
        for of in [InvitationState::Accepted, InvitationState::Revoked] {
            assert!(check_resend(of).is_err() && check_revoke(of).is_err());
        }
    }

    #[test]
    fn only_the_domains_named_may_ask() {
        let named = domains(&["Engines.Example".to_owned(), "@engines.example ".to_owned()]);
        assert_eq!(named, ["engines.example"]);
        assert!(may_ask(&named, "Ada@ENGINES.example"));
        for other in [
            "ada@mail.engines.example",
            "ada@engines.example.evil.example",
            "engines.example",
        ] {
            assert!(!may_ask(&named, other), "{other}");
        }
    }
}
