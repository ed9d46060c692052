//! The people of the demo organization: three offices, each a team.

use chrono::{DateTime, Utc};
use domain::core::text::fold;
use persistence::identity::{member, team};
use shared_types::{MemberId, OrganizationId, Role, TeamId, UserId};

use super::{SIGN_INS, chance::Chance};

const OFFICES: [&str; 3] = ["Harbour office", "Prairie office", "Summit office"];
/// Those who lead without a sign-in.
const LEADERS: [&str; 3] = ["Dario Venn", "Yuki Halloran", "Selma Brandt"];
/// Those who sell without a sign-in.
const SELLERS: [&str; 12] = [
    "Ada Quill",
    "Bruno Castellan",
    "Chidi Marlow",
    "Dina Petrosyan",
    "Emil Sandoval",
    "Farah Winter",
    "Goran Ashby",
    "Hana Leclair",
    "Ivo Trent",
    "Jun Abernathy",
    "Katya Rowe",
    "Liam Osei",
];

/// Adds a member: role, name, address, user.
type Add<'a> = dyn FnMut(Role, &str, String, Option<UserId>) + 'a;

/// Teams and members.
pub(super) struct Team {
    pub(super) teams: Vec<team::Model>,
    pub(super) members: Vec<member::Model>,
}

impl Team {
    /// The administrator.
    pub(super) fn admin(&self) -> MemberId {
        self.members
            .first()
            .map_or(MemberId(uuid::Uuid::nil()), |row| row.id)
    }

    /// Those who sell.
    pub(super) fn sellers(&self) -> Vec<MemberId> {
        self.members
            .iter()
            .filter(|row| matches!(row.role, Role::Agent | Role::SalesRep))
            .map(|row| row.id)
            .collect()
    }
}

/// Admin, managers, team leaders, sellers, in this order; `users` are those of the sign-ins.
pub(super) fn make(
    chance: &mut Chance,
    organization: OrganizationId,
    users: &[UserId],
    began: DateTime<Utc>,
) -> Team {
    let mut members: Vec<member::Model> = Vec::new();
    let teams: Vec<TeamId> = OFFICES.iter().map(|_| chance.id(began)).collect();
    let mut add = |role: Role, name: &str, email: String, user: Option<UserId>| {
        let number = members.len();
        members.push(
            member::Model {
                id: chance.id(began),
                organization_id: organization,
                user_id: user,
                name: name.to_owned(),
                name_key: String::new(),
                email: Some(email),
                email_key: None,
                role,
                employee_id: Some(format!("OB-{:03}", number + 1)),
                department: Some(
                    if role == Role::Admin {
                        "Operations"
                    } else {
                        "Sales"
                    }
                    .to_owned(),
                ),
                manager_id: None,
                team_leader_id: None,
                team_id: None,
                active: true,
                search_text: String::new(),
                created_at: began,
                updated_at: began,
                version: 1,
            }
            .derived(),
        );
    };
    let named = |name: &str| format!("{}@demo.example", fold(name).replace(' ', "."));
    let signed = |add: &mut Add<'_>, wanted: Role| {
        for ((role, first, last, email), user) in SIGN_INS.iter().zip(users) {
            if *role == wanted {
                add(
                    *role,
                    &format!("{first} {last}"),
                    (*email).to_owned(),
                    Some(*user),
                );
            }
        }
    };
    signed(&mut add, Role::Admin);
    signed(&mut add, Role::Manager);
    add(Role::Manager, LEADERS[0], named(LEADERS[0]), None);
    signed(&mut add, Role::TeamLeader);
    for name in &LEADERS[1..] {
        add(Role::TeamLeader, name, named(name), None);
    }
    signed(&mut add, Role::Agent);
    signed(&mut add, Role::SalesRep);
    for (index, name) in SELLERS.iter().enumerate() {
        let role = if index % 2 == 0 {
            Role::Agent
        } else {
            Role::SalesRep
        };
        add(role, name, named(name), None);
    }
    // 0 admin, 1–2 managers, 3–5 team leaders, then the sellers: the first two in the first office.
    let ids: Vec<MemberId> = members.iter().map(|row| row.id).collect();
    for (index, row) in members.iter_mut().enumerate() {
        let office = match index {
            0..=2 => continue,
            3..=5 => index - 3,
            6..=7 => 0,
            _ => index % 3,
        };
        row.team_id = Some(teams[office]);
        row.manager_id = Some(ids[if office == 2 { 2 } else { 1 }]);
        if index > 5 {
            row.team_leader_id = Some(ids[3 + office]);
        }
    }
    let teams = OFFICES
        .iter()
        .zip(teams)
        .enumerate()
        .map(|(index, (name, id))| team::Model {
            id,
            organization_id: organization,
            name: (*name).to_owned(),
            name_key: fold(name),
            owner_id: ids.get(3 + index).copied(),
            created_at: began,
            updated_at: began,
            version: 1,
        })
        .collect();
    Team { teams, members }
}
