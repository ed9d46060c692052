//! Rows that are members.

use domain::{
    core::text::fold,
    platform::import::kinds::{
        Draft,
        member::{MemberDraft, role_unsaid},
    },
};
use persistence::{
    StoreResult, Tx, find_by,
    identity::{
        member::{self, Model},
        organization, team,
    },
};
use shared_types::{
    MemberId, Patch, Role, TeamId,
    identity::{CreateMember, UpdateMember},
    platform::{EventKind, ImportField, ImportKind, SubjectKind},
};
use uuid::Uuid;
use validator::Validate;

use super::batch::{Fault, Records, Run, told_apart};
use crate::identity::member::{changed, new_row};

/// Members.
pub(super) struct Members;

fn insert(run: &Run, tx: &Tx, row: Model) -> Model {
    let made = (SubjectKind::Member, row.id, row.name.as_str());
    run.made(tx, made, || tx.insert::<member::Entity>(row.clone()));
    row
}

/// Makes a member of whom only the name is known.
pub(super) fn make_member(run: &mut Run, tx: &Tx, name: &str, role: Role) -> Result<Uuid, Fault> {
    let body = CreateMember {
        name: name.to_owned(),
        role,
        email: None,
        employee_id: None,
        department: None,
        manager_id: None,
        team_leader_id: None,
        team_id: None,
    };
    body.validate()
        .map_err(|_| Fault::row(format!("`{name}` is no name of a member")))?;
    Ok(insert(run, tx, new_row(tx, body)).id.0)
}

fn make_team(run: &mut Run, tx: &Tx, name: &str) -> Result<Uuid, Fault> {
    if name.chars().count() > 100 {
        return Err(run.fault(ImportField::Team, "must have at most 100 characters"));
    }
    let row = team::Model {
        id: tx.new_id(),
        organization_id: run.organization.id,
        name: name.to_owned(),
        name_key: String::new(),
        owner_id: None,
        created_at: tx.now(),
        updated_at: tx.now(),
        version: 1,
    }
    .derived();
    let made = (SubjectKind::Team, row.id, row.name.as_str());
    run.made(tx, made, || tx.insert::<team::Entity>(row.clone()));
    Ok(row.id.0)
}

/// Those a row puts its member under.
struct Links {
    manager: Option<MemberId>,
    team_leader: Option<MemberId>,
    team: Option<TeamId>,
}

fn links(run: &mut Run, tx: &Tx, draft: &MemberDraft) -> Result<Links, Fault> {
    let manager = run.named(
        tx,
        ImportField::Manager,
        draft.manager.as_deref(),
        |run, tx, name| make_member(run, tx, name, role_unsaid(true, false, None)),
    )?;
    let team_leader = run.named(
        tx,
        ImportField::TeamLeader,
        draft.team_leader.as_deref(),
        |run, tx, name| make_member(run, tx, name, role_unsaid(false, true, None)),
    )?;
    let team = run.named(tx, ImportField::Team, draft.team.as_deref(), make_team)?;
    Ok(Links {
        manager: manager.map(MemberId),
        team_leader: team_leader.map(MemberId),
        team: team.map(TeamId),
    })
}

fn role(run: &Run, draft: &MemberDraft) -> Role {
    let name = fold(&draft.member.name);
    draft.role.unwrap_or_else(|| {
        role_unsaid(
            run.managers.contains(&name),
            run.team_leaders.contains(&name),
            run.default_role,
        )
    })
}

impl Records for Members {
    told_apart! {
        Members, unique [Email, EmployeeId];
        Member(MemberDraft) as draft;
        Model as record, record;
        Email = draft.member.email.as_deref().map(fold), record.email_key.clone();
        EmployeeId = draft.member.employee_id.clone(), record.employee_id.clone();
        Name = Some(fold(&draft.member.name)), Some(record.name_key.clone());
    }

    async fn find(tx: &Tx, field: ImportField, keys: Vec<String>) -> StoreResult<Vec<Model>> {
        let column = match field {
            ImportField::Email => member::Column::EmailKey,
            ImportField::EmployeeId => member::Column::EmployeeId,
            _ => member::Column::NameKey,
        };
        find_by::<member::Entity>(tx, member::Column::OrganizationId, column, keys, None).await
    }

    fn is_placeholder(run: &Run, record: &Model) -> bool {
        record.created_at >= run.began
            && record.version == 1
            && record.email.is_none()
            && record.employee_id.is_none()
            && record.manager_id.is_none()
            && record.team_leader_id.is_none()
            && record.team_id.is_none()
    }

    async fn create(run: &mut Run, tx: &Tx, draft: &MemberDraft) -> Result<Model, Fault> {
        let mentioned = run.names.mentioned(SubjectKind::Member, &draft.member.name);
        if let Some(id) = mentioned.filter(|_| !run.dry) {
            // An earlier row put somebody under this member.
            let record = member::get(tx, MemberId(id)).await?;
            return Ok(Self::update(run, tx, &record, draft)
                .await?
                .unwrap_or(record));
        }
        let Links {
            manager,
            team_leader,
            team,
        } = links(run, tx, draft)?;
        let row = new_row(
            tx,
            CreateMember {
                role: role(run, draft),
                manager_id: manager,
                team_leader_id: team_leader,
                team_id: team,
                ..draft.member.clone()
            },
        );
        run.names.learn(SubjectKind::Member, row.id.0, &row.name);
        Ok(insert(run, tx, row))
    }

    async fn update(
        run: &mut Run,
        tx: &Tx,
        record: &Model,
        draft: &MemberDraft,
    ) -> Result<Option<Model>, Fault> {
        let Links {
            manager,
            team_leader,
            team,
        } = links(run, tx, draft)?;
        let set = |id: Option<MemberId>| id.map_or(Patch::Keep, Patch::Set);
        let patch = UpdateMember {
            manager_id: set(manager),
            team_leader_id: set(team_leader),
            team_id: team.map_or(Patch::Keep, Patch::Set),
            ..draft.update()
        };
        if run.dry {
            return Ok(Some(record.clone()));
        }
        organization::hold(tx).await?;
        let row = changed(tx, record, patch).await?;
        if row == *record {
            return Ok(None);
        }
        let saved = crate::identity::member::save(tx, record.clone(), row, EventKind::Updated);
        Ok(Some(saved.await?))
    }
}
