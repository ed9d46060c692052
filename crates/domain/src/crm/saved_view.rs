//! Saved views: who sees one, who changes it, who shares it.

use shared_types::{MemberId, Reach};
use uuid::Uuid;

use crate::identity::role;

/// Whether a member sees a view: its own, and those that are shared.
#[must_use]
pub fn sees(owner: MemberId, shared: bool, me: MemberId) -> bool {
    owner == me || shared
}

/// Whether a member who sees a view may change or delete it: its own, and where `views:manage`
/// reaches the organization those that others share.
#[must_use]
pub fn may_change(manages: Option<Reach>, owner: MemberId, me: MemberId) -> bool {
    manages.is_some_and(|reach| role::within(reach, Some(owner), me, &[]))
}

/// Whether a member whose `views:share` reaches so far may have a view shared that belongs to
/// `owner`.
#[must_use]
pub fn may_share(shares: Option<Reach>, owner: MemberId, me: MemberId) -> bool {
    shares.is_some_and(|reach| role::within(reach, Some(owner), me, &[]))
}

/// The value of a filter in which a record takes the place of the first of others that it names, and which one that was;
/// nothing where it names none of them, or both: then it finds what it did.
#[must_use]
pub fn repointed(value: &str, from: &[Uuid], to: Uuid) -> Option<(String, Uuid)> {
    let id = |part: &str| part.trim().parse::<Uuid>().ok();
    let mut parts: Vec<String> = value.split(',').map(ToOwned::to_owned).collect();
    if parts.iter().any(|part| id(part) == Some(to)) {
        return None;
    }
    let (place, was) = parts.iter_mut().find_map(|part| {
        let named = id(part).filter(|named| from.contains(named))?;
        Some((part, named))
    })?;
    *place = to.to_string();
    Some((parts.join(","), was))
}

#[cfg(test)]
mod tests {
    use shared_types::{Permission, Role};

    use super::*;

    fn member(number: u128) -> MemberId {
        MemberId(Uuid::from_u128(number))
    }

    #[test]
    fn a_filter_follows_a_record_that_became_another() {
        let [winner, loser, other] = [1, 2, 3].map(Uuid::from_u128);
        let value = format!("{other},{loser}");
        let there = format!("{other},{winner}");
        assert_eq!(
            repointed(&value, &[loser], winner),
            Some((there.clone(), loser))
        );
        assert_eq!(repointed(&there, &[winner], loser), Some((value, winner)));
        for kept in [
            "open".to_owned(),
            other.to_string(),
            format!("{winner},{loser}"),
        ] {
            assert_eq!(repointed(&kept, &[loser], winner), None);
        }
    }

    #[test]
    fn others_see_what_is_shared_and_only_administrators_change_it() {
        let (me, other) = (member(1), member(2));
        assert!(sees(me, false, me) && sees(other, true, me) && !sees(other, false, me));
        for &role in Role::ALL {
            let manages = role::reach(role, Permission::ViewsManage);
            let works = role != Role::Advocate;
            assert_eq!(may_change(manages, me, me), works, "{role}");
            assert_eq!(
                may_change(manages, other, me),
                role == Role::Admin,
                "{role}"
            );
        }
    }

    #[test]
    fn who_leads_shares() {
        let (me, other) = (member(1), member(2));
        for &role in Role::ALL {
            let leads = matches!(role, Role::Admin | Role::Manager | Role::TeamLeader);
            let shares = role::reach(role, Permission::ViewsShare);
            assert_eq!(may_share(shares, me, me), leads, "{role}");
            assert_eq!(may_share(shares, other, me), role == Role::Admin, "{role}");
        }
    }
}
