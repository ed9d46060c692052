//! Members: the people of the organization.

use actix_web::{get, patch, post};
use domain::identity::member::{check_last_admin, check_superiors};
use persistence::{
    Db, PageRequest, StoreError, Tx,
    identity::{
        member::{self, Model},
        organization, team,
    },
    platform::event::NewEvent,
};
use shared_types::{
    MemberId, Patch, TeamId,
    identity::{CreateMember, ListMembers, Member, UpdateMember},
    platform::{Event, EventKind, ListEvents, SubjectKind},
};

use crate::core::{
    app::Services,
    context::{Ctx, Once},
    error::{ApiError, ApiResult},
    extract::{Id, Params, Valid},
    permit::{MembersManage, MembersRead},
    reply::Reply,
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config
        .service(list_members)
        .service(create_member)
        .service(get_member)
        .service(update_member)
        .service(member_timeline);
}

pub(super) fn reply(row: Model) -> Reply<Member> {
    let version = row.version;
    Reply::record(row.into(), version)
}

/// List members
#[utoipa::path(tag = "members", operation_id = "listMembers", params(ListMembers),
    responses((status = 200, description = "A page of members.", body = [Member])), security(("bearer" = ["members:read"])))]
#[get("/api/v1/members")]
async fn list_members(
    ctx: Ctx<MembersRead>,
    query: Params<ListMembers>,
) -> ApiResult<Reply<Vec<Member>>> {
    let request = PageRequest::new(&query.0, ctx.position("members", &query.0)?);
    let page = member::list(&ctx.read(), &query.0, &request).await?;
    Ok(ctx.page("members", &query.0, page.map(Member::from)))
}

/// Get a member
#[utoipa::path(tag = "members", operation_id = "getMember", params(("id" = MemberId, Path, description = "Id of the member.")),
    responses((status = 200, description = "The member.", body = Member)), security(("bearer" = ["members:read"])))]
#[get("/api/v1/members/{id}")]
async fn get_member(ctx: Ctx<MembersRead>, id: Id<MemberId>) -> ApiResult<Reply<Member>> {
    Ok(reply(member::get(&ctx.read(), id.0).await?))
}

/// Checks that those a member refers to exist.
async fn check_references(
    tx: &Tx,
    superiors: [(&str, Option<MemberId>); 2],
    team: Option<TeamId>,
) -> ApiResult<()> {
    let missing = |field: &str| ApiError::field(field, "refers to a record that does not exist");
    for (field, id) in superiors {
        let Some(id) = id else { continue };
        match member::get(tx, id).await {
            Ok(_) => {}
            Err(StoreError::NotFound) => return Err(missing(field)),
            Err(error) => return Err(error.into()),
        }
    }
    let Some(id) = team else { return Ok(()) };
    match team::get(tx, id).await {
        Ok(_) => Ok(()),
        Err(StoreError::NotFound) => Err(missing("teamId")),
        Err(error) => Err(error.into()),
    }
}

/// The row of a new member, who does not sign in yet.
pub(crate) fn new_row(tx: &Tx, body: CreateMember) -> Model {
    let CreateMember {
        name,
        email,
        role,
        employee_id,
        department,
        manager_id,
        team_leader_id,
        team_id,
    } = body;
    Model {
        id: tx.new_id(),
        organization_id: tx.organization(),
        user_id: None,
        name: name.trim().to_owned(),
        name_key: String::new(),
        email,
        email_key: None,
        role,
        employee_id,
        department,
        manager_id,
        team_leader_id,
        team_id,
        active: true,
        search_text: String::new(),
        created_at: tx.now(),
        updated_at: tx.now(),
        version: 1,
    }
    .derived()
}

/// The row with a patch carried out.
fn patched(mut row: Model, patch: UpdateMember) -> Model {
    let UpdateMember {
        name,
        role,
        email,
        employee_id,
        department,
        manager_id,
        team_leader_id,
        team_id,
        clear: _,
    } = patch;
    if let Some(name) = name {
        row.name = name.trim().to_owned();
    }
    row.role = role.unwrap_or(row.role);
    email.apply(&mut row.email);
    employee_id.apply(&mut row.employee_id);
    department.apply(&mut row.department);
    manager_id.apply(&mut row.manager_id);
    team_leader_id.apply(&mut row.team_leader_id);
    team_id.apply(&mut row.team_id);
    row.derived()
}

/// Checks what must be true of the people of an organization as a whole, and answers the member as
/// a patch makes it. The caller holds the organization.
///
/// # Errors
/// 422 on `email` of somebody who signs in with it, on superiors that make a circle; 409 for the
/// last administrator.
pub(crate) async fn changed(tx: &Tx, before: &Model, patch: UpdateMember) -> ApiResult<Model> {
    if before.user_id.is_some()
        && !patch.email.is_keep()
        && patch.email != Patch::Set(before.email.clone().unwrap_or_default())
    {
        return Err(ApiError::field(
            "email",
            "is the address this member signs in with",
        ));
    }
    let row = patched(before.clone(), patch);
    check_last_admin(
        before.standing(),
        row.role,
        row.active,
        member::other_admins(tx, row.id).await?,
    )?;
    let (links, _) = member::chart(tx).await?;
    check_superiors(&links, Some(row.id), row.manager_id, row.team_leader_id)?;
    Ok(row)
}

/// Add a member
///
/// A person of the organization, who may own records and be in teams.
#[utoipa::path(tag = "members", operation_id = "createMember", request_body = CreateMember,
    responses((status = 201, description = "The member.", body = Member)), security(("bearer" = ["members:manage"])))]
#[post("/api/v1/members")]
async fn create_member(
    ctx: Ctx<MembersManage>,
    body: Valid<CreateMember>,
) -> ApiResult<Once<Member>> {
    ctx.post(async |tx| {
        let body = body.0.clone();
        let superiors = [
            ("managerId", body.manager_id),
            ("teamLeaderId", body.team_leader_id),
        ];
        check_references(tx, superiors, body.team_id).await?;
        let row = new_row(tx, body);
        tx.insert::<member::Entity>(row.clone());
        tx.record(NewEvent::new(
            EventKind::Created,
            SubjectKind::Member,
            row.id,
            &row.name,
        ));
        let location = format!("/api/v1/members/{}", row.id);
        Ok(Reply::created(row.into(), 1, location))
    })
    .await
}

/// Writes a changed member, says what changed, and lets no session remember what was.
pub(crate) async fn save(tx: &Tx, before: Model, row: Model, kind: EventKind) -> ApiResult<Model> {
    let row = Model {
        updated_at: tx.now(),
        version: before.version + 1,
        ..row
    };
    member::save(tx, &before, row.clone()).await?;
    let event = NewEvent::new(kind, SubjectKind::Member, row.id, &row.name);
    tx.record(event.between(&Member::from(before), &Member::from(row.clone())));
    Ok(row)
}

/// Change a member
///
/// The last active administrator stays one; nobody comes to report to himself.
#[utoipa::path(tag = "members", operation_id = "updateMember", params(("id" = MemberId, Path, description = "Id of the member.")), request_body = UpdateMember,
    responses((status = 200, description = "The member as it is now.", body = Member)), security(("bearer" = ["members:manage"])))]
#[patch("/api/v1/members/{id}")]
async fn update_member(
    ctx: Ctx<MembersManage>,
    id: Id<MemberId>,
    body: Valid<UpdateMember>,
) -> ApiResult<Reply<Member>> {
    let body = body.0.normalized();
    let reply = ctx
        .write(async |tx| {
            organization::hold(tx).await?;
            let before = member::get(tx, id.0).await?;
            ctx.if_match(before.version, || Member::from(before.clone()))?;
            let superiors = [
                ("managerId", body.manager_id.value().copied()),
                ("teamLeaderId", body.team_leader_id.value().copied()),
            ];
            check_references(tx, superiors, body.team_id.value().copied()).await?;
            let row = changed(tx, &before, body.clone()).await?;
            save(tx, before, row, EventKind::Updated).await
        })
        .await
        .map(reply)?;
    ctx.state().principals.invalidate_all();
    Ok(reply)
}

/// Timeline of a member
///
/// What happened to it, the latest first.
#[utoipa::path(tag = "members", operation_id = "listMemberEvents", params(("id" = MemberId, Path, description = "Id of the member."), ListEvents),
    responses((status = 200, description = "A page of events.", body = [Event])), security(("bearer" = ["members:manage"])))]
#[get("/api/v1/members/{id}/timeline")]
async fn member_timeline(
    ctx: Ctx<MembersManage>,
    id: Id<MemberId>,
    query: Params<ListEvents>,
) -> ApiResult<Reply<Vec<Event>>> {
    member::get(&ctx.read(), id.0).await?;
    ctx.timeline(SubjectKind::Member, id.0, query.0).await
}
