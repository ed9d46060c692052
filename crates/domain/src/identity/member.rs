//! Members: who is above whom, who is in my team, who may own records, who may go.

use std::collections::HashSet;

use shared_types::{MemberId, Role, TeamId, identity::Otherwise};

use crate::core::error::{DomainError, DomainResult};
use crate::core::graph::Edges;

/// How a member is tied to others: the part of a member that these rules read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemberLinks {
    /// The member.
    pub id: MemberId,
    /// The manager.
    pub manager_id: Option<MemberId>,
    /// The team leader.
    pub team_leader_id: Option<MemberId>,
    /// The team.
    pub team_id: Option<TeamId>,
}

impl MemberLinks {
    fn superiors(self) -> impl Iterator<Item = MemberId> {
        self.manager_id.into_iter().chain(self.team_leader_id)
    }
}

/// My team: everybody whose chain of managers or team leaders reaches me, and the members of the
/// teams I own (whose own reports are in it only if their chain reaches me too). Without me, each
/// once, sorted. Inactive members are in it as well, for what they still own.
#[must_use]
pub fn reaches(members: &[MemberLinks], owned: &[TeamId], me: MemberId) -> Vec<MemberId> {
    let below: Edges<MemberId> = members
        .iter()
        .flat_map(|member| member.superiors().map(|superior| (superior, member.id)))
        .collect();
    let mut team: Vec<MemberId> = below.closure(me);
    team.extend(
        members
            .iter()
            .filter(|member| member.team_id.is_some_and(|team| owned.contains(&team)))
            .map(|member| member.id),
    );
    team.retain(|id| *id != me);
    team.sort_unstable();
    team.dedup();
    team
}

/// Checks the superiors that a member is to have: no one is above himself, over any chain of
/// managers and team leaders. `members` are the links as they are now; `me` is `None` for a new
/// member, who cannot close a circle.
///
/// # Errors
/// `Invalid` on `managerId` or `teamLeaderId`. That the superior exists is for the caller to find
/// out.
pub fn check_superiors(
    members: &[MemberLinks],
    me: Option<MemberId>,
    manager_id: Option<MemberId>,
    team_leader_id: Option<MemberId>,
) -> DomainResult<()> {
    let Some(me) = me else { return Ok(()) };
    let above: Edges<MemberId> = members
        .iter()
        .flat_map(|member| member.superiors().map(|superior| (member.id, superior)))
        .collect();
    for (field, superior) in [("managerId", manager_id), ("teamLeaderId", team_leader_id)] {
        let Some(superior) = superior else { continue };
        if superior == me {
            return Err(DomainError::invalid(field, "must be another member"));
        }
        if above.reaches(superior, me) {
            return Err(DomainError::invalid(
                field,
                "reports to this member, who cannot report to them as well",
            ));
        }
    }
    Ok(())
}

/// Finds the members that lie on a circle of superiors, for checking many at once (an import).
#[must_use]
pub fn circles(members: &[MemberLinks]) -> HashSet<MemberId> {
    let above: Edges<MemberId> = members
        .iter()
        .flat_map(|member| member.superiors().map(|superior| (member.id, superior)))
        .collect();
    members
        .iter()
        .map(|member| member.id)
        .filter(|id| above.closure(*id).contains(id))
        .collect()
}

/// Whether records may be given to such a member.
#[must_use]
pub const fn may_own(role: Role, active: bool) -> bool {
    active && !matches!(role, Role::Advocate)
}

/// Checks a new owner of a record.
///
/// # Errors
/// `Invalid` on `ownerId`.
pub fn check_owner(role: Role, active: bool) -> DomainResult<()> {
    if may_own(role, active) {
        Ok(())
    } else {
        Err(DomainError::invalid(
            "ownerId",
            "must be an active member who works here",
        ))
    }
}

/// What a member is, for the rules about going.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The member.
    pub id: MemberId,
    /// What the member is.
    pub role: Role,
    /// Whether the member works here now.
    pub active: bool,
}

/// The organization keeps an administrator: checks a change of role or activity. `other_admins`
/// counts the other active administrators who can sign in.
///
/// # Errors
/// `Conflict` when the last one would go.
pub fn check_last_admin(
    before: Standing,
    role: Role,
    active: bool,
    other_admins: u64,
) -> DomainResult<()> {
    let was = before.active && before.role == Role::Admin;
    let stays = active && role == Role::Admin;
    if was && !stays && other_admins == 0 {
        return Err(DomainError::conflict(
            "this is the last administrator; make somebody else one first",
        ));
    }
    Ok(())
}

/// Checks that a member may be deactivated by `actor`.
///
/// # Errors
/// `Conflict` when inactive already, the last administrator, or the actor.
pub fn check_deactivation(
    member: Standing,
    actor: MemberId,
    other_admins: u64,
) -> DomainResult<()> {
    if !member.active {
        return Err(DomainError::conflict("the member is inactive already"));
    }
    check_last_admin(member, member.role, false, other_admins)?;
    if member.id == actor {
        return Err(DomainError::conflict(
            "nobody deactivates himself; another administrator can",
        ));
    }
    Ok(())
}

/// Checks that somebody may take over from a member who goes; `heir` is `None` where there is no such
/// member.
///
/// # Errors
/// `Invalid` on `field` when the heir is the member, inactive, or may not own records.
pub fn check_heir(field: &str, member: MemberId, heir: Option<Standing>) -> DomainResult<()> {
    match heir {
        None => Err(DomainError::invalid(
            field,
            "refers to a record that does not exist",
        )),
        Some(heir) if heir.id == member => {
            Err(DomainError::invalid(field, "must be another member"))
        }
        Some(heir) if !may_own(heir.role, heir.active) => Err(DomainError::invalid(
            field,
            "must be an active member who works here",
        )),
        Some(_) => Ok(()),
    }
}

/// Who takes over what somebody leaves: the successor named for it, else the one for everything, else
/// the leader where that was asked for.
#[must_use]
pub fn successor(
    named: Option<MemberId>,
    for_all: Option<MemberId>,
    otherwise: Otherwise,
    leader: Option<MemberId>,
) -> Option<MemberId> {
    named.or(for_all).or(match otherwise {
        Otherwise::Organization => None,
        Otherwise::TeamLeader => leader,
    })
}

/// Checks that the heir may be put above those who reported to somebody. Where the heir reported to
/// him too, the heir reports to `above` then.
///
/// # Errors
/// `Invalid` on `field` when one of them is above the heir already.
pub fn check_inherited_reports(
    field: &str,
    members: &[MemberLinks],
    leaver: MemberId,
    heir: MemberId,
    above: Option<MemberId>,
) -> DomainResult<()> {
    let after: Vec<MemberLinks> = members
        .iter()
        .map(|member| {
            let moved = |superior: Option<MemberId>| match superior {
                Some(superior) if superior == leaver && member.id == heir => above,
                Some(superior) if superior == leaver => Some(heir),
                other => other,
            };
            MemberLinks {
                manager_id: moved(member.manager_id),
                team_leader_id: moved(member.team_leader_id),
                ..*member
            }
        })
        .collect();
    if circles(&after).is_empty() {
        Ok(())
    } else {
        Err(DomainError::invalid(
            field,
            "reports to one of those who would report to them",
        ))
    }
}

/// Checks that a member may be activated again.
///
/// # Errors
/// `Conflict` when active already.
pub fn check_reactivation(member: Standing) -> DomainResult<()> {
    if member.active {
        return Err(DomainError::conflict("the member is active already"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn member(number: u128) -> MemberId {
        MemberId(Uuid::from_u128(number))
    }

    fn team(number: u128) -> TeamId {
        TeamId(Uuid::from_u128(number))
    }

    fn links(
        id: u128,
        manager: Option<u128>,
        leader: Option<u128>,
        of: Option<u128>,
    ) -> MemberLinks {
        MemberLinks {
            id: member(id),
            manager_id: manager.map(member),
            team_leader_id: leader.map(member),
            team_id: of.map(team),
        }
    }

    fn standing(number: u128, role: Role, active: bool) -> Standing {
        Standing {
            id: member(number),
            role,
            active,
        }
    }

    #[test]
    fn my_team_is_who_reports_to_me_and_who_is_in_my_teams() {
        let members = [
            links(1, None, None, None),
            links(2, Some(1), None, None),
            links(3, Some(1), Some(2), Some(7)),
            links(4, None, Some(3), None),
            links(5, None, None, Some(7)),
            links(6, Some(5), None, None),
            links(8, None, None, None),
        ];
        let all = |ids: &[u128]| ids.iter().copied().map(member).collect::<Vec<_>>();
        assert_eq!(reaches(&members, &[], member(1)), all(&[2, 3, 4]));
        assert_eq!(reaches(&members, &[], member(2)), all(&[3, 4]));
        assert_eq!(reaches(&members, &[team(7)], member(8)), all(&[3, 5]));
        assert_eq!(reaches(&members, &[team(7)], member(3)), all(&[4, 5]));
        assert!(reaches(&members, &[], member(99)).is_empty());
    }

    #[test]
    fn nobody_is_above_himself() {
        let members = [
            links(1, None, None, None),
            links(2, Some(1), None, None),
            links(3, None, Some(2), None),
        ];
        let check = |me: u128, manager: Option<u128>, leader: Option<u128>| {
            check_superiors(
                &members,
                Some(member(me)),
                manager.map(member),
                leader.map(member),
            )
        };
        let field =
            |result: DomainResult<()>| result.unwrap_err().fields().into_keys().next().unwrap();
        assert!(check(3, Some(1), Some(2)).is_ok());
        assert_eq!(field(check(1, Some(1), None)), "managerId");
        assert_eq!(
            field(check(1, Some(3), None)),
            "managerId",
            "over a leader and a manager"
        );
        assert_eq!(field(check(2, Some(1), Some(3))), "teamLeaderId");
        assert!(check_superiors(&members, None, Some(member(3)), None).is_ok());
    }

    #[test]
    fn the_last_admin_stays() {
        let admin = standing(1, Role::Admin, true);
        assert!(check_last_admin(admin, Role::Manager, true, 0).is_err());
        assert!(check_last_admin(admin, Role::Manager, true, 1).is_ok());
        assert!(check_last_admin(admin, Role::Admin, true, 0).is_ok());
        let agent = standing(2, Role::Agent, true);
        assert!(check_last_admin(agent, Role::Agent, false, 0).is_ok());
    }

    #[test]
    fn who_goes_hands_over_to_somebody_who_stays() {
        let agent = standing(2, Role::Agent, true);
        let me = member(1);
        let check = |heir| check_heir("handOverTo", agent.id, heir);
        assert!(check_deactivation(agent, me, 1).is_ok());
        assert!(check(None).is_err(), "there is no such member");
        assert!(check(Some(standing(3, Role::Manager, true))).is_ok());
        assert!(check(Some(agent)).is_err());
        assert!(check(Some(standing(3, Role::Manager, false))).is_err());
        assert!(check(Some(standing(3, Role::Advocate, true))).is_err());
        let admin = standing(1, Role::Admin, true);
        assert!(check_deactivation(admin, me, 1).is_err(), "himself");
        let gone = standing(2, Role::Agent, false);
        assert!(check_deactivation(gone, me, 1).is_err());
        assert!(check_reactivation(gone).is_ok() && check_reactivation(agent).is_err());
        assert!(check_owner(Role::Agent, true).is_ok() && check_owner(Role::Agent, false).is_err());
    }

    #[test]
    fn who_takes_over_is_the_nearest_that_was_named() {
        let (one, two, three) = (Some(member(1)), Some(member(2)), Some(member(3)));
        let leader = Otherwise::TeamLeader;
        assert_eq!(successor(one, two, leader, three), one);
        assert_eq!(successor(None, two, leader, three), two);
        assert_eq!(successor(None, None, leader, three), three);
        assert_eq!(successor(None, None, Otherwise::Organization, three), None);
    }

    #[test]
    fn an_heir_is_put_above_the_others_but_never_above_himself() {
        let members = [
            links(1, None, None, None),
            links(2, Some(1), None, None),
            links(3, Some(2), None, None),
            links(4, None, Some(2), None),
            links(5, Some(4), None, None),
        ];
        let check = |heir: u128, above: Option<u128>| {
            check_inherited_reports(
                "successors.reports",
                &members,
                member(2),
                member(heir),
                above.map(member),
            )
        };
        assert!(check(1, None).is_ok());
        assert!(check(3, Some(1)).is_ok(), "who reported to the leaver too");
        assert!(check(5, Some(1)).is_err(), "4 is above 5 already");
    }

    proptest! {
        /// Changes that pass the check one by one never close a circle.
        #[test]
        fn checked_changes_never_close_a_circle(
            changes in prop::collection::vec((0_usize..8, prop::option::of(0_u128..8), prop::option::of(0_u128..8)), 0..40),
        ) {
            let mut members: Vec<_> = (0..8).map(|id| links(id, None, None, None)).collect();
            for (index, manager, leader) in changes {
                let me = members[index].id;
                let (manager, leader) = (manager.map(member), leader.map(member));
                let answer = check_superiors(&members, Some(me), manager, leader);
                let mut after = members.clone();
                after[index].manager_id = manager;
                after[index].team_leader_id = leader;
                prop_assert_eq!(answer.is_ok(), circles(&after).is_empty());
                if answer.is_ok() {
                    members = after;
                }
                prop_assert!(!reaches(&members, &[], me).contains(&me));
            }
        }
    }
}
