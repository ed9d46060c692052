//! Absences of members.

use actix_web::{delete, get, patch, post};
use domain::identity::absence as rules;
use persistence::{
    Db, PageRequest, StoreError,
    identity::{
        absence::{self, Found, Model},
        member, organization,
    },
    platform::event::NewEvent,
};
use shared_types::{
    AbsenceId,
    identity::{Absence, CreateAbsence, Done, ListAbsences, UpdateAbsence},
    platform::{EventKind, SubjectKind},
};

use crate::core::{
    app::Services,
    context::{Ctx, Once},
    error::{ApiError, ApiResult},
    extract::{Id, Params, Valid},
    permit::{AbsencesWrite, MembersRead},
    reply::Reply,
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config
        .service(list_absences)
        .service(create_absence)
        .service(get_absence)
        .service(update_absence)
        .service(delete_absence);
}

fn reply(found: Found) -> Reply<Absence> {
    let version = found.row.version;
    Reply::record(found.into(), version)
}

/// List absences
#[utoipa::path(tag = "absences", operation_id = "listAbsences", params(ListAbsences),
    responses((status = 200, description = "A page of absences.", body = [Absence])), security(("bearer" = ["members:read"])))]
#[get("/api/v1/absences")]
async fn list_absences(
    ctx: Ctx<MembersRead>,
    query: Params<ListAbsences>,
) -> ApiResult<Reply<Vec<Absence>>> {
    let request = PageRequest::new(&query.0, ctx.position("absences", &query.0)?);
    let page = absence::list(&ctx.read(), &query.0, &request).await?;
    Ok(ctx.page("absences", &query.0, page.map(Absence::from)))
}

/// Get an absence
#[utoipa::path(tag = "absences", operation_id = "getAbsence", params(("id" = AbsenceId, Path, description = "Id of the absence.")),
    responses((status = 200, description = "The absence.", body = Absence)), security(("bearer" = ["members:read"])))]
#[get("/api/v1/absences/{id}")]
async fn get_absence(ctx: Ctx<MembersRead>, id: Id<AbsenceId>) -> ApiResult<Reply<Absence>> {
    Ok(reply(absence::get(&ctx.read(), id.0).await?))
}

/// Add an absence
///
/// Of oneself, or of a member within reach. Nobody is away twice on a day.
#[utoipa::path(tag = "absences", operation_id = "createAbsence", request_body = CreateAbsence,
    responses((status = 201, description = "The absence.", body = Absence)), security(("bearer" = ["absences:write"])))]
#[post("/api/v1/absences")]
async fn create_absence(
    ctx: Ctx<AbsencesWrite>,
    body: Valid<CreateAbsence>,
) -> ApiResult<Once<Absence>> {
    let CreateAbsence {
        member_id,
        kind,
        from,
        until,
    } = body.0;
    let member_id = member_id.unwrap_or(ctx.me().member_id);
    ctx.post(async |tx| {
        // The days of a member are compared one change at a time.
        organization::hold(tx).await?;
        let who = member::get(tx, member_id)
            .await
            .map_err(|error| match error {
                StoreError::NotFound => {
                    ApiError::field("memberId", "refers to a record that does not exist")
                }
                other => other.into(),
            })?;
        ctx.require_reach(Some(member_id))?;
        let row = Model {
            id: tx.new_id(),
            organization_id: tx.organization(),
            member_id,
            kind,
            from_day: from,
            until_day: until,
            created_at: tx.now(),
            updated_at: tx.now(),
            version: 1,
        };
        let others = absence::others(tx, member_id, None, from).await?;
        rules::check(row.days(), &others)?;
        tx.insert::<absence::Entity>(row.clone());
        tx.record(NewEvent::new(
            EventKind::Created,
            SubjectKind::Absence,
            row.id,
            &who.name,
        ));
        let location = format!("/api/v1/absences/{}", row.id);
        let found = Found {
            row,
            member_name: who.name,
        };
        Ok(Reply::created(found.into(), 1, location))
    })
    .await
}

/// Change an absence
#[utoipa::path(tag = "absences", operation_id = "updateAbsence", params(("id" = AbsenceId, Path, description = "Id of the absence.")), request_body = UpdateAbsence,
    responses((status = 200, description = "The absence as it is now.", body = Absence)), security(("bearer" = ["absences:write"])))]
#[patch("/api/v1/absences/{id}")]
async fn update_absence(
    ctx: Ctx<AbsencesWrite>,
    id: Id<AbsenceId>,
    body: Valid<UpdateAbsence>,
) -> ApiResult<Reply<Absence>> {
    let UpdateAbsence { kind, from, until } = body.0;
    ctx.write(async |tx| {
        organization::hold(tx).await?;
        let before = absence::get(tx, id.0).await?;
        ctx.require_reach(Some(before.row.member_id))?;
        ctx.if_match(before.row.version, || Absence::from(before.clone()))?;
        let row = Model {
            kind: kind.unwrap_or(before.row.kind),
            from_day: from.unwrap_or(before.row.from_day),
            until_day: until.unwrap_or(before.row.until_day),
            updated_at: tx.now(),
            version: before.row.version + 1,
            ..before.row.clone()
        };
        let others = absence::others(tx, row.member_id, Some(row.id), row.from_day).await?;
        rules::check(row.days(), &others)?;
        absence::save(tx, &before.row, row.clone()).await?;
        let after = Found {
            row,
            member_name: before.member_name.clone(),
        };
        let event = NewEvent::new(
            EventKind::Updated,
            SubjectKind::Absence,
            after.row.id,
            &after.member_name,
        );
        tx.record(event.between(&Absence::from(before), &Absence::from(after.clone())));
        Ok(reply(after))
    })
    .await
}

/// Delete an absence
#[utoipa::path(tag = "absences", operation_id = "deleteAbsence", params(("id" = AbsenceId, Path, description = "Id of the absence.")),
    responses((status = 200, description = "It is gone.", body = Done)), security(("bearer" = ["absences:write"])))]
#[delete("/api/v1/absences/{id}")]
async fn delete_absence(ctx: Ctx<AbsencesWrite>, id: Id<AbsenceId>) -> ApiResult<Reply<Done>> {
    ctx.write(async |tx| {
        let before = absence::get(tx, id.0).await?;
        ctx.require_reach(Some(before.row.member_id))?;
        ctx.if_match(before.row.version, || Absence::from(before.clone()))?;
        absence::delete(tx, id.0).await?;
        tx.record(NewEvent::new(
            EventKind::Deleted,
            SubjectKind::Absence,
            before.row.id,
            &before.member_name,
        ));
        Ok(Reply::ok(Done { done: true }))
    })
    .await
}
