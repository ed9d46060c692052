//! Teams.

use actix_web::{delete, get, patch, post};
use persistence::{
    PageRequest, StoreError, Tx,
    identity::{
        member,
        team::{self, Found, Model},
    },
    platform::event::NewEvent,
};
use shared_types::{
    ErrorCode, MemberId, TeamId,
    identity::{CreateTeam, Done, ListTeams, Team, UpdateTeam},
    platform::{EventKind, SubjectKind},
};

use crate::core::{
    app::Services,
    context::{Ctx, Once},
    error::{ApiError, ApiResult},
    extract::{Id, Params, Valid},
    permit::{TeamsManage, TeamsRead},
    reply::Reply,
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config
        .service(list_teams)
        .service(create_team)
        .service(get_team)
        .service(update_team)
        .service(delete_team);
}

fn reply(found: Found) -> Reply<Team> {
    let version = found.row.version;
    Reply::record(found.into(), version)
}

/// List teams
#[utoipa::path(tag = "teams", operation_id = "listTeams", params(ListTeams),
    responses((status = 200, description = "A page of teams.", body = [Team])), security(("bearer" = ["teams:read"])))]
#[get("/api/v1/teams")]
async fn list_teams(ctx: Ctx<TeamsRead>, query: Params<ListTeams>) -> ApiResult<Reply<Vec<Team>>> {
    let request = PageRequest::new(&query.0, ctx.position("teams", &query.0)?);
    let page = team::list(&ctx.read(), &query.0, &request).await?;
    Ok(ctx.page("teams", &query.0, page.map(Team::from)))
}

/// Get a team
#[utoipa::path(tag = "teams", operation_id = "getTeam", params(("id" = TeamId, Path, description = "Id of the team.")),
    responses((status = 200, description = "The team.", body = Team)), security(("bearer" = ["teams:read"])))]
#[get("/api/v1/teams/{id}")]
async fn get_team(ctx: Ctx<TeamsRead>, id: Id<TeamId>) -> ApiResult<Reply<Team>> {
    Ok(reply(team::get(&ctx.read(), id.0).await?))
}

async fn check_owner(tx: &Tx, owner: Option<MemberId>) -> ApiResult<()> {
    let Some(owner) = owner else { return Ok(()) };
    match member::get(tx, owner).await {
        Ok(row) if row.active => Ok(()),
        Ok(_) | Err(StoreError::NotFound) => Err(ApiError::field(
            "ownerId",
            "must be an active member of the organization",
        )),
        Err(error) => Err(error.into()),
    }
}

/// Add a team
#[utoipa::path(tag = "teams", operation_id = "createTeam", request_body = CreateTeam,
    responses((status = 201, description = "The team.", body = Team)), security(("bearer" = ["teams:manage"])))]
#[post("/api/v1/teams")]
async fn create_team(ctx: Ctx<TeamsManage>, body: Valid<CreateTeam>) -> ApiResult<Once<Team>> {
    let answer = ctx
        .post(async |tx| {
            check_owner(tx, body.0.owner_id).await?;
            let row = Model {
                id: tx.new_id(),
                organization_id: ctx.me().organization_id,
                name: body.0.name.trim().to_owned(),
                name_key: String::new(),
                owner_id: body.0.owner_id,
                created_at: tx.now(),
                updated_at: tx.now(),
                version: 1,
            }
            .derived();
            tx.insert::<team::Entity>(row.clone());
            tx.record(NewEvent::new(
                EventKind::Created,
                SubjectKind::Team,
                row.id,
                &row.name,
            ));
            let location = format!("/api/v1/teams/{}", row.id);
            Ok(Reply::created(
                Found {
                    row,
                    member_count: 0,
                }
                .into(),
                1,
                location,
            ))
        })
        .await?;
    ctx.state().principals.invalidate_all();
    Ok(answer)
}

/// Change a team
#[utoipa::path(tag = "teams", operation_id = "updateTeam", params(("id" = TeamId, Path, description = "Id of the team.")), request_body = UpdateTeam,
    responses((status = 200, description = "The team as it is now.", body = Team)), security(("bearer" = ["teams:manage"])))]
#[patch("/api/v1/teams/{id}")]
async fn update_team(
    ctx: Ctx<TeamsManage>,
    id: Id<TeamId>,
    body: Valid<UpdateTeam>,
) -> ApiResult<Reply<Team>> {
    let body = body.0.normalized();
    let answer = ctx
        .write(async |tx| {
            let before = team::get(tx, id.0).await?;
            ctx.if_match(before.row.version, || Team::from(before.clone()))?;
            check_owner(tx, body.owner_id.value().copied()).await?;
            let mut row = before.row.clone();
            if let Some(name) = &body.name {
                row.name = name.trim().to_owned();
            }
            body.owner_id.clone().apply(&mut row.owner_id);
            let row = Model {
                updated_at: tx.now(),
                version: row.version + 1,
                ..row
            }
            .derived();
            team::save(tx, &before.row, row.clone()).await?;
            let after = Found {
                row,
                member_count: before.member_count,
            };
            let event = NewEvent::new(
                EventKind::Updated,
                SubjectKind::Team,
                after.row.id,
                &after.row.name,
            );
            tx.record(event.between(&Team::from(before), &Team::from(after.clone())));
            Ok(reply(after))
        })
        .await?;
    ctx.state().principals.invalidate_all();
    Ok(answer)
}

/// Delete a team
///
/// Refused while members are in it.
#[utoipa::path(tag = "teams", operation_id = "deleteTeam", params(("id" = TeamId, Path, description = "Id of the team.")),
    responses((status = 200, description = "It is gone.", body = Done)), security(("bearer" = ["teams:manage"])))]
#[delete("/api/v1/teams/{id}")]
async fn delete_team(ctx: Ctx<TeamsManage>, id: Id<TeamId>) -> ApiResult<Reply<Done>> {
    ctx.write(async |tx| {
        let before = team::get(tx, id.0).await?;
        ctx.if_match(before.row.version, || Team::from(before.clone()))?;
        team::delete(tx, id.0).await.map_err(|error| match error {
            StoreError::Reference { .. } => ApiError::new(
                ErrorCode::Conflict,
                "Members are in this team; move them first.",
            ),
            other => other.into(),
        })?;
        tx.record(NewEvent::new(
            EventKind::Deleted,
            SubjectKind::Team,
            before.row.id,
            &before.row.name,
        ));
        Ok(Reply::ok(Done { done: true }))
    })
    .await
}
