//! Saved views: who sees one, who changes it, who shares it.

use shared_types::{MemberId, Reach};

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

#[cfg(test)]
mod tests {
    use shared_types::{Permission, Role};

    use super::*;

    fn member(number: u128) -> MemberId {
        MemberId(uuid::Uuid::from_u128(number))
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
