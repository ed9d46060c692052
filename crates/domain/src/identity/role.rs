//! The permission matrix: which role may do what, and how far it reaches. The only place that
//! decides; handlers ask it, the client offers by it, `docs/permissions.md` is printed from it.

use std::fmt::Write as _;

use shared_types::identity::Grant;
use shared_types::{MemberId, Permission, Reach, Role};

/// How far a permission of a role reaches; `None` where the role does not have it.
#[must_use]
pub const fn reach(role: Role, permission: Permission) -> Option<Reach> {
    use Permission as P;
    use Reach::{Organization, Own, Team};
    use Role as R;

    match role {
        R::Admin => match permission {
            // What is said in coaching is for those in it and the line above, however high somebody else stands.
            P::CoachingSessionsRead
            | P::CoachingSessionsWrite
            | P::QuickNotesRead
            | P::QuickNotesWrite
            | P::ActionPlansRead
            | P::ActionPlansWrite
            | P::ActionItemsRead
            | P::ActionItemsWrite
            | P::CoachingProposalsWrite => Some(Team),
            P::CoachingSessionsRespond => Some(Own),
            _ => Some(Organization),
        },
        R::Manager => match permission {
            P::OrganizationManage
            | P::MembersManage
            | P::AuditRead
            | P::JobsManage
            | P::CoachingBreakGlass => None,
            P::ViewsManage | P::ViewsShare | P::CoachingSessionsRespond => Some(Own),
            P::CoachingSessionsRead
            | P::CoachingSessionsWrite
            | P::QuickNotesRead
            | P::QuickNotesWrite
            | P::ActionPlansRead
            | P::ActionPlansWrite
            | P::ActionItemsRead
            | P::ActionItemsWrite
            | P::CoachingProposalsWrite => Some(Team),
            P::OrganizationRead
            | P::MembersRead
            | P::TeamsRead
            | P::TeamsManage
            | P::AbsencesWrite
            | P::CompaniesRead
            | P::CompaniesWrite
            | P::CompaniesDelete
            | P::ContactsRead
            | P::ContactsWrite
            | P::ContactsDelete
            | P::ContactsReadPrivate
            | P::ActivitiesRead
            | P::ActivitiesWrite
            | P::NotesRead
            | P::NotesWrite
            | P::NotesReadConfidential
            | P::LeadsRead
            | P::LeadsWrite
            | P::LeadsDelete
            | P::LeadsManage
            | P::DealsRead
            | P::DealsWrite
            | P::DealsDelete
            | P::PipelinesRead
            | P::PipelinesManage
            | P::ProductsRead
            | P::ProductsManage
            | P::SearchRead
            | P::ReportsRead
            | P::ImportsManage
            | P::ExportsCreate
            | P::DuplicatesManage
            | P::TagsManage
            | P::CoachingTemplatesRead
            | P::CoachingTemplatesManage
            | P::MetricsRead
            | P::MetricsWrite
            | P::MetricsManage => Some(Organization),
        },
        R::TeamLeader => match permission {
            P::AbsencesWrite
            | P::CompaniesWrite
            | P::CompaniesDelete
            | P::ContactsWrite
            | P::ContactsDelete
            | P::ContactsReadPrivate
            | P::ActivitiesRead
            | P::ActivitiesWrite
            | P::NotesReadConfidential
            | P::LeadsRead
            | P::LeadsWrite
            | P::LeadsDelete
            | P::DealsRead
            | P::DealsWrite
            | P::DealsDelete
            | P::ReportsRead
            | P::ExportsCreate
            | P::CoachingSessionsRead
            | P::CoachingSessionsWrite
            | P::QuickNotesRead
            | P::QuickNotesWrite
            | P::ActionPlansRead
            | P::ActionPlansWrite
            | P::ActionItemsRead
            | P::ActionItemsWrite
            | P::MetricsRead
            | P::MetricsWrite
            | P::CoachingProposalsWrite => Some(Team),
            P::ViewsShare => Some(Own),
            other => employee(other),
        },
        R::SalesRep => match permission {
            P::CompaniesDelete | P::ContactsDelete | P::LeadsDelete | P::DealsDelete => Some(Own),
            other => seller(other),
        },
        R::Agent => seller(permission),
        R::Advocate => match permission {
            P::OrganizationRead => Some(Organization),
            _ => None,
        },
    }
}

/// What everybody has who works the own records.
const fn seller(permission: Permission) -> Option<Reach> {
    use Permission as P;
    match permission {
        P::AbsencesWrite => Some(Reach::Own),
        P::CompaniesWrite
        | P::ContactsWrite
        | P::ContactsReadPrivate
        | P::ActivitiesRead
        | P::ActivitiesWrite
        | P::LeadsRead
        | P::LeadsWrite
        | P::DealsRead
        | P::DealsWrite
        | P::ReportsRead
        | P::CoachingSessionsRead
        | P::QuickNotesRead
        | P::ActionPlansRead
        | P::ActionItemsRead
        | P::ActionItemsWrite
        | P::MetricsRead => Some(Reach::Own),
        other => employee(other),
    }
}

/// What everybody has who works in the organization.
const fn employee(permission: Permission) -> Option<Reach> {
    use Permission as P;
    match permission {
        P::OrganizationRead
        | P::MembersRead
        | P::TeamsRead
        | P::CompaniesRead
        | P::ContactsRead
        | P::PipelinesRead
        | P::ProductsRead
        | P::NotesRead
        | P::SearchRead
        | P::CoachingTemplatesRead => Some(Reach::Organization),
        P::ViewsManage | P::NotesWrite | P::NotesReadConfidential | P::CoachingSessionsRespond => {
            Some(Reach::Own)
        }
        P::OrganizationManage
        | P::MembersManage
        | P::TeamsManage
        | P::AbsencesWrite
        | P::CompaniesWrite
        | P::CompaniesDelete
        | P::ContactsWrite
        | P::ContactsDelete
        | P::ContactsReadPrivate
        | P::ActivitiesRead
        | P::ActivitiesWrite
        | P::LeadsRead
        | P::LeadsWrite
        | P::LeadsDelete
        | P::LeadsManage
        | P::DealsRead
        | P::DealsWrite
        | P::DealsDelete
        | P::PipelinesManage
        | P::ProductsManage
        | P::ReportsRead
        | P::ImportsManage
        | P::ExportsCreate
        | P::ViewsShare
        | P::AuditRead
        | P::JobsManage
        | P::DuplicatesManage
        | P::TagsManage
        | P::CoachingSessionsRead
        | P::CoachingSessionsWrite
        | P::CoachingTemplatesManage
        | P::CoachingBreakGlass
        | P::QuickNotesRead
        | P::QuickNotesWrite
        | P::ActionPlansRead
        | P::ActionPlansWrite
        | P::ActionItemsRead
        | P::ActionItemsWrite
        | P::MetricsRead
        | P::MetricsWrite
        | P::MetricsManage
        | P::CoachingProposalsWrite => None,
    }
}

/// Whether the role has the permission at all.
#[must_use]
pub const fn may(role: Role, permission: Permission) -> bool {
    reach(role, permission).is_some()
}

/// Every permission of a role with its reach, in the order of [`Permission::ALL`].
#[must_use]
pub fn grants(role: Role) -> Vec<Grant> {
    Permission::ALL
        .iter()
        .filter_map(|&permission| reach(role, permission).map(|reach| Grant { permission, reach }))
        .collect()
}

/// Whether a record with this owner is within reach. A record without owner belongs to the whole
/// organization and is within every reach. `team` is what [`super::member::reaches`] answers; it
/// need not hold `me`.
#[must_use]
pub fn within(reach: Reach, owner: Option<MemberId>, me: MemberId, team: &[MemberId]) -> bool {
    let Some(owner) = owner else { return true };
    match reach {
        Reach::Own => owner == me,
        Reach::Team => owner == me || team.contains(&owner),
        Reach::Organization => true,
    }
}

/// Whether a record may be given to this owner by somebody whose permission to write it has this
/// reach: to oneself always, to others only within reach, and to nobody (so to the whole
/// organization) only by those who reach it all. To be asked when the owner changes.
#[must_use]
pub fn may_assign(reach: Reach, owner: Option<MemberId>, me: MemberId, team: &[MemberId]) -> bool {
    match owner {
        Some(_) => within(reach, owner, me, team),
        None => matches!(reach, Reach::Organization),
    }
}

const fn title(role: Role) -> &'static str {
    match role {
        Role::Admin => "Admin",
        Role::Manager => "Manager",
        Role::TeamLeader => "Team leader",
        Role::Agent => "Agent",
        Role::SalesRep => "Sales rep",
        Role::Advocate => "Advocate",
    }
}

/// The matrix as the Markdown page `docs/permissions.md`.
#[must_use]
pub fn permission_table() -> String {
    let mut page = String::from(
        "# Permissions\n\n\
         Printed from the matrix in `crates/domain/src/identity/role.rs` by its test; to change it, change the\n\
         matrix and run `UPDATE=1 cargo test -p domain permissions`.\n\n\
         A cell says how far a permission reaches; an empty one, that the role does not have it.\n\n\
         - **own**: the records I own.\n\
         - **team**: mine, those of everybody whose chain of managers or team leaders reaches me, and of the teams I own.\n\
         - **organization**: every record.\n\n\
         A record without owner belongs to the whole organization and is within every reach; only who reaches the\n\
         whole organization may take the owner away. A search finds what the `…:read` permission of each kind of\n\
         record reaches, and an export holds what both `exports:create` and that permission reach. An import needs\n\
         the permissions to write what it brings in. `views:manage` reaches one's own views; where it reaches the\n\
         organization, those that others share as well. Notes are read by whoever may read what they are about, and changed\n\
         by whoever wrote them, or whose `notes:write` reaches the organization; what confidential ones say is for authors\n\
         within reach of `notes:read-confidential`, oneself among them. `contacts:read-private` is needed to write the private phone,\n\
         birthday and address of a contact as well. Scopes of API keys are the same words.\n\n\
         What is said in coaching is read by the agent (as far as it is shared), by the coaches, and by the line above the\n\
         agent: there **team** is that line, and an administrator who does not stand in it reads nothing. With\n\
         `coaching:break-glass` an administrator opens it for an hour at most, with a reason, to read alone; that and each\n\
         record that is read so stand in the audit log. Coaching always has an agent, so none of it belongs to everybody.\n\
         A private quick note is read by its author alone. Agents do what `action-items:write` lets them with what they set\n\
         themselves; of what others set for them they change the status.\n\n| Permission |",
    );
    // Writing to a string does not fail.
    for &role in Role::ALL {
        let _ = write!(page, " {} |", title(role));
    }
    page.push_str("\n|---|");
    page.push_str(&"---|".repeat(Role::ALL.len()));
    page.push('\n');
    for &permission in Permission::ALL {
        let _ = write!(page, "| `{permission}` |");
        for &role in Role::ALL {
            match reach(role, permission) {
                Some(reach) => {
                    let _ = write!(page, " {reach} |");
                }
                None => page.push_str("  |"),
            }
        }
        page.push('\n');
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(number: u128) -> MemberId {
        MemberId(uuid::Uuid::from_u128(number))
    }

    #[test]
    fn permissions_page_is_up_to_date() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/permissions.md");
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(path, permission_table()).unwrap();
        }
        let page = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            page == permission_table(),
            "docs/permissions.md has drifted from the matrix; run `UPDATE=1 cargo test -p domain permissions` and commit it"
        );
    }

    #[test]
    fn admins_may_everything_and_nobody_reaches_further_than_a_role_above() {
        use Role::{Admin, Agent, Manager, SalesRep, TeamLeader};
        for &permission in Permission::ALL {
            assert!(reach(Admin, permission).is_some());
            for (above, below) in [
                (Admin, Manager),
                (Manager, TeamLeader),
                (TeamLeader, SalesRep),
                (SalesRep, Agent),
                (Agent, Role::Advocate),
            ] {
                assert!(
                    reach(above, permission) >= reach(below, permission),
                    "{below} reaches further than {above} in {permission}"
                );
            }
        }
    }

    #[test]
    fn nobody_reaches_the_coaching_of_the_whole_organization() {
        use Permission as P;
        for &role in Role::ALL {
            for permission in [
                P::CoachingSessionsRead,
                P::CoachingSessionsWrite,
                P::CoachingSessionsRespond,
                P::QuickNotesRead,
                P::QuickNotesWrite,
                P::ActionPlansRead,
                P::ActionPlansWrite,
                P::ActionItemsRead,
                P::ActionItemsWrite,
                P::CoachingProposalsWrite,
            ] {
                assert!(reach(role, permission) < Some(Reach::Organization));
            }
            let opens = reach(role, P::CoachingBreakGlass).is_some();
            assert_eq!(opens, role == Role::Admin);
        }
    }

    #[test]
    fn who_may_write_may_read_as_far() {
        use Permission as P;
        for &role in Role::ALL {
            for (write, read) in [
                (P::OrganizationManage, P::OrganizationRead),
                (P::MembersManage, P::MembersRead),
                (P::TeamsManage, P::TeamsRead),
                (P::AbsencesWrite, P::MembersRead),
                (P::CompaniesWrite, P::CompaniesRead),
                (P::CompaniesDelete, P::CompaniesWrite),
                (P::ContactsWrite, P::ContactsRead),
                (P::ContactsDelete, P::ContactsWrite),
                (P::ActivitiesWrite, P::ActivitiesRead),
                (P::NotesWrite, P::NotesRead),
                (P::NotesReadConfidential, P::NotesRead),
                (P::ContactsReadPrivate, P::ContactsRead),
                (P::LeadsWrite, P::LeadsRead),
                (P::LeadsDelete, P::LeadsWrite),
                (P::LeadsManage, P::LeadsWrite),
                (P::DealsWrite, P::DealsRead),
                (P::DealsDelete, P::DealsWrite),
                (P::PipelinesManage, P::PipelinesRead),
                (P::ProductsManage, P::ProductsRead),
                (P::ViewsShare, P::ViewsManage),
                (P::CoachingSessionsWrite, P::CoachingSessionsRead),
                (P::CoachingSessionsRespond, P::CoachingSessionsRead),
                (P::CoachingTemplatesManage, P::CoachingTemplatesRead),
                (P::QuickNotesWrite, P::QuickNotesRead),
                (P::ActionPlansWrite, P::ActionPlansRead),
                (P::ActionItemsWrite, P::ActionItemsRead),
                (P::MetricsWrite, P::MetricsRead),
                (P::MetricsManage, P::MetricsWrite),
                (P::CoachingProposalsWrite, P::MetricsRead),
            ] {
                assert!(reach(role, write) <= reach(role, read), "{role}: {write}");
            }
        }
    }

    #[test]
    fn an_advocate_sees_the_organization_only() {
        assert_eq!(
            grants(Role::Advocate),
            [Grant {
                permission: Permission::OrganizationRead,
                reach: Reach::Organization
            }]
        );
    }

    #[test]
    fn reach_follows_the_owner() {
        let (me, mate, other) = (member(1), member(2), member(3));
        let team = [mate];
        for &reach in Reach::ALL {
            assert!(within(reach, None, me, &team));
            assert!(within(reach, Some(me), me, &team));
            assert_eq!(within(reach, Some(mate), me, &team), reach >= Reach::Team);
            assert_eq!(
                within(reach, Some(other), me, &team),
                reach == Reach::Organization
            );
            assert!(may_assign(reach, Some(me), me, &team));
            assert_eq!(
                may_assign(reach, Some(mate), me, &team),
                reach >= Reach::Team
            );
            assert_eq!(
                may_assign(reach, None, me, &team),
                reach == Reach::Organization
            );
        }
    }
}
