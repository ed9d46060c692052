//! Members in files.

use shared_types::identity::{CreateMember, UpdateMember};
use shared_types::platform::ImportField as F;
use shared_types::{Permission, Role};

use super::{Kind, Naming, patch};
use crate::core::text::fold;
use crate::platform::import::cells;
use crate::platform::import::rows::Row;

pub(super) const KIND: Kind = Kind {
    permission: Permission::MembersManage,
    fields: &[
        F::Name,
        F::FirstName,
        F::LastName,
        F::Email,
        F::Role,
        F::EmployeeId,
        F::Department,
        F::Manager,
        F::TeamLeader,
        F::Team,
    ],
    keys: &[F::Email, F::EmployeeId, F::Name],
    needs: (
        &[F::Name, F::FirstName, F::LastName],
        "must say which column is the name of the member",
    ),
    subjects: &[
        "member",
        "employee",
        "user",
        "agent",
        "salesagent",
        "person",
    ],
    synonyms: &[
        (
            "salesagent salesrep salesperson agent member employee fullname person user username displayname mitarbeiter employe nom ime imeiprezime naziv",
            &[F::Name],
        ),
        (
            "firstname givenname forename vorname prenom",
            &[F::FirstName],
        ),
        (
            "lastname surname familyname nachname nomdefamille prezime",
            &[F::LastName],
        ),
        (
            "emailaddress mail emailadresse courriel eposta",
            &[F::Email],
        ),
        ("jobrole rolle position uloga", &[F::Role]),
        (
            "employeenumber employeeno personnelnumber staffid personalnummer matricule id",
            &[F::EmployeeId],
        ),
        ("regionaloffice", &[F::Team, F::Department]),
        (
            "dept office abteilung departement service odeljenje sektor",
            &[F::Department],
        ),
        (
            "managername reportsto managedby supervisor boss vorgesetzter superieur menadzer rukovodilac",
            &[F::Manager],
        ),
        (
            "teamlead lead leader teamleiter chefdequipe vodjatima",
            &[F::TeamLeader],
        ),
        ("teamname group region territory equipe tim", &[F::Team]),
    ],
};

/// A member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberDraft {
    /// The member without the ids of others; the role is the one said, or `agent`.
    pub member: CreateMember,
    /// The role the row says.
    pub role: Option<Role>,
    /// Name of the manager.
    pub manager: Option<String>,
    /// Name of the team leader.
    pub team_leader: Option<String>,
    /// Name of the team.
    pub team: Option<String>,
}

impl MemberDraft {
    /// What the row changes on a member; names are to be added as ids.
    #[must_use]
    pub fn update(&self) -> UpdateMember {
        let said = &self.member;
        UpdateMember {
            name: Some(said.name.clone()),
            role: self.role,
            email: patch(said.email.as_ref()),
            employee_id: patch(said.employee_id.as_ref()),
            department: patch(said.department.as_ref()),
            ..UpdateMember::default()
        }
    }

    /// The names of other records in it.
    #[must_use]
    pub fn names(&self) -> Vec<Naming<'_>> {
        Naming::plain([
            (F::Manager, &self.manager),
            (F::TeamLeader, &self.team_leader),
            (F::Team, &self.team),
        ])
        .collect()
    }
}

pub(in crate::platform::import) fn read<S: AsRef<str>>(row: &mut Row<'_, S>) -> MemberDraft {
    let whole = row.text(F::Name);
    let parts = [row.text(F::FirstName), row.text(F::LastName)];
    let name = whole.unwrap_or_else(|| {
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        parts.join(" ")
    });
    let role = row.get(F::Role, |cell, _| cells::role(cell));
    let member = CreateMember {
        name,
        email: row.text(F::Email).map(|email| email.to_lowercase()),
        role: role.unwrap_or(Role::Agent),
        employee_id: row.text(F::EmployeeId),
        department: row.text(F::Department),
        manager_id: None,
        team_leader_id: None,
        team_id: None,
    };
    if member.name.is_empty() {
        let named = [F::Name, F::LastName, F::FirstName]
            .into_iter()
            .find(|field| row.entry(*field).is_some());
        row.fault(named.unwrap_or(F::Name), "the member has no name");
    }
    row.check(
        &member,
        if member.name.is_empty() {
            &[F::Name]
        } else {
            &[]
        },
    );
    let draft = MemberDraft {
        role,
        manager: row.text(F::Manager),
        team_leader: row.text(F::TeamLeader),
        team: row.text(F::Team),
        member,
    };
    for (field, superior) in [
        (F::Manager, &draft.manager),
        (F::TeamLeader, &draft.team_leader),
    ] {
        let own = fold(&draft.member.name);
        if superior.as_deref().is_some_and(|name| fold(name) == own) {
            row.fault(field, "the member cannot be above himself");
        }
    }
    draft
}

/// The role of a member whose row says none: what being named as somebody's manager or team leader
/// shows, else the role asked for.
#[must_use]
pub const fn role_unsaid(is_manager: bool, is_team_leader: bool, otherwise: Option<Role>) -> Role {
    match (is_manager, is_team_leader, otherwise) {
        (true, _, _) => Role::Manager,
        (_, true, _) => Role::TeamLeader,
        (_, _, Some(role)) => role,
        _ => Role::Agent,
    }
}
