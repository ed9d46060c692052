//! API keys: what they may be made for, and what they reach.

use chrono::{DateTime, Utc};
use shared_types::{Permission, Reach, Role, identity::API_KEY_PREFIX};

use super::role;
use crate::core::error::{DomainError, DomainResult};

/// Random bytes of a key: 192 bits.
pub const KEY_BYTES: usize = 24;

/// Characters of a key that are shown again, beyond [`API_KEY_PREFIX`].
const SHOWN: usize = 6;

/// A key out of random bytes.
#[must_use]
pub fn key_of(random: [u8; KEY_BYTES]) -> String {
    let digits: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{API_KEY_PREFIX}{digits}")
}

/// The part of a key that is kept as it is, to tell it from others.
#[must_use]
pub fn shown_part(key: &str) -> &str {
    key.get(..API_KEY_PREFIX.len() + SHOWN).unwrap_or(key)
}

/// Whether a text holds what has the shape of a whole key.
#[must_use]
pub fn holds_key(text: &str) -> bool {
    text.match_indices(API_KEY_PREFIX).any(|(place, prefix)| {
        let digits = text.get(place + prefix.len()..).unwrap_or_default();
        let length = digits
            .bytes()
            .take_while(|byte| byte.is_ascii_hexdigit())
            .count();
        length >= KEY_BYTES * 2
    })
}

/// Checks a new key and answers its scopes, each once, in the order of the matrix: nobody gives
/// away what he may not do himself.
///
/// # Errors
/// `Invalid` on `scopes` for a permission that the role does not have, on `expiresAt` for a time
/// that has passed.
pub fn check(
    role: Role,
    scopes: &[Permission],
    expires_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> DomainResult<Vec<Permission>> {
    let beyond: Vec<&str> = scopes
        .iter()
        .filter(|&&scope| role::reach(role, scope).is_none())
        .map(|scope| scope.as_str())
        .collect();
    if !beyond.is_empty() {
        return Err(DomainError::invalid(
            "scopes",
            format!("must be permissions of yours; {} is not", beyond.join(", ")),
        ));
    }
    if expires_at.is_some_and(|end| end <= now) {
        return Err(DomainError::invalid("expiresAt", "must be in the future"));
    }
    let mut scopes = scopes.to_vec();
    scopes.sort_unstable();
    scopes.dedup();
    Ok(scopes)
}

/// Whether a scope allows a permission: its own, and to read what it allows to change, for a change
/// answers with the record.
fn allows(scope: Permission, permission: Permission) -> bool {
    scope == permission
        || permission
            .as_str()
            .strip_suffix("read")
            .is_some_and(|resource| scope.as_str().starts_with(resource))
}

/// How far a permission of a key reaches: as far as that of its member, and only within its scopes.
#[must_use]
pub fn reach(role: Role, scopes: &[Permission], permission: Permission) -> Option<Reach> {
    scopes
        .iter()
        .any(|&scope| allows(scope, permission))
        .then(|| role::reach(role, permission))
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_recognized_and_shows_little_of_itself() {
        let key = key_of([0xab; KEY_BYTES]);
        assert_eq!(key.len(), API_KEY_PREFIX.len() + 48);
        assert_eq!(shown_part(&key), "tl_live_ababab");
        assert!(holds_key(&format!("/x?q=1&key={key}")));
        assert!(holds_key(&format!("tl_live_{key}")));
        assert!(!holds_key("tl_live_ababab") && !holds_key("/api/v1/companies"));
    }

    #[test]
    fn nobody_gives_away_what_he_may_not_do_himself() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let (read, delete) = (Permission::DealsRead, Permission::DealsDelete);
        let fields = |result: DomainResult<_>| result.unwrap_err().fields();
        let refused = fields(check(Role::Agent, &[read, delete], None, now));
        assert!(refused["scopes"][0].contains("deals:delete"));
        let late = fields(check(Role::Agent, &[read], Some(now), now));
        assert!(late.contains_key("expiresAt"));
        let twice = check(Role::Admin, &[delete, read, delete], None, now);
        assert_eq!(twice.unwrap(), [read, delete]);
    }

    #[test]
    fn a_key_reaches_what_both_its_member_and_its_scopes_reach() {
        let scopes = [Permission::DealsRead, Permission::DealsDelete];
        let of = |role, permission| reach(role, &scopes, permission);
        assert_eq!(of(Role::Agent, Permission::DealsRead), Some(Reach::Own));
        assert_eq!(
            of(Role::Admin, Permission::DealsRead),
            Some(Reach::Organization)
        );
        assert_eq!(of(Role::Agent, Permission::DealsDelete), None, "demoted");
        assert_eq!(of(Role::Admin, Permission::CompaniesRead), None);
        assert_eq!(of(Role::Admin, Permission::DealsWrite), None);
        let write = [Permission::DealsWrite];
        assert!(reach(Role::Agent, &write, Permission::DealsRead).is_some());
    }
}
