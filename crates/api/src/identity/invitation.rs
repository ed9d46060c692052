//! Invitations, for those who manage members: made, sent again, taken back.

use actix_web::{delete, get, post};
use domain::{core::text::fold, identity::invitation as rules};
use persistence::{
    Db, PageRequest, StoreError, StoreResult, Tx,
    identity::{
        invitation::{self, Found, Model},
        member, organization, team,
    },
    platform::event::NewEvent,
};
use shared_types::{
    ErrorCode, InvitationId, Language, MemberId, Role, TeamId,
    identity::{CreateInvitation, Done, Invitation, InvitationMade, ListInvitations},
    platform::{EventKind, SubjectKind},
};

use crate::{
    core::{
        app::Services,
        context::Ctx,
        error::{ApiError, ApiResult},
        extract::{Id, Params, Valid},
        permit::MembersManage,
        reply::{Cache, Reply},
        state::AppState,
        token::{hash_token, link_token},
    },
    identity::mails::{self, Mail},
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config
        .service(list_invitations)
        .service(create_invitation)
        .service(get_invitation)
        .service(resend_invitation)
        .service(revoke_invitation);
}

/// List invitations
#[utoipa::path(tag = "invitations", operation_id = "listInvitations", params(ListInvitations),
    responses((status = 200, description = "A page of invitations.", body = [Invitation])), security(("bearer" = ["members:manage"])))]
#[get("/api/v1/invitations")]
async fn list_invitations(
    ctx: Ctx<MembersManage>,
    query: Params<ListInvitations>,
) -> ApiResult<Reply<Vec<Invitation>>> {
    let request = PageRequest::new(&query.0, ctx.position("invitations", &query.0)?);
    let page = invitation::list(&ctx.read(), &query.0, ctx.now(), &request).await?;
    let page = page.map(|found| found.into_view(ctx.now()));
    Ok(ctx.page("invitations", &query.0, page))
}

/// Get an invitation
#[utoipa::path(tag = "invitations", operation_id = "getInvitation", params(("id" = InvitationId, Path, description = "Id of the invitation.")),
    responses((status = 200, description = "The invitation.", body = Invitation)), security(("bearer" = ["members:manage"])))]
#[get("/api/v1/invitations/{id}")]
async fn get_invitation(
    ctx: Ctx<MembersManage>,
    id: Id<InvitationId>,
) -> ApiResult<Reply<Invitation>> {
    let found = invitation::get(&ctx.read(), id.0).await?;
    let version = found.row.version;
    Ok(Reply::record(found.into_view(ctx.now()), version))
}

/// The link of a token. The token stands behind the #, so that it reaches no server's log.
fn link_of(state: &AppState, token: &str) -> String {
    format!(
        "{}/accept-invitation#token={token}",
        state.config.public_url
    )
}

/// On whose behalf an invitation goes out, and how.
pub(super) struct Sender<'a> {
    /// Name of the organization.
    pub organization: &'a str,
    /// The member who invites, with their name.
    pub member: Option<(MemberId, &'a str)>,
    /// The language of the mail.
    pub language: Option<Language>,
}

/// Queues a new invitation, and its mail where it goes to an address; answers the token.
pub(super) fn queue(
    tx: &Tx,
    state: &AppState,
    by: &Sender<'_>,
    email: Option<String>,
    (role, team_id): (Role, Option<TeamId>),
) -> (Model, String) {
    let token = link_token();
    let row = Model {
        id: tx.new_id(),
        organization_id: tx.organization(),
        email_key: email.as_deref().map(fold),
        email,
        role,
        team_id,
        token_hash: hash_token(token.as_bytes()),
        invited_by_id: by.member.map(|(id, _)| id),
        member_id: None,
        created_at: tx.now(),
        sent_at: tx.now(),
        expires_at: rules::end(tx.now()),
        accepted_at: None,
        revoked_at: None,
        version: 1,
    };
    tx.insert::<invitation::Entity>(row.clone());
    tx.record(NewEvent::new(
        EventKind::Created,
        SubjectKind::Invitation,
        row.id,
        row.name(),
    ));
    mail(tx, state, &row, &token, by);
    (row, token)
}

/// Queues the mail of an invitation to an address.
fn mail(tx: &Tx, state: &AppState, row: &Model, token: &str, by: &Sender<'_>) {
    let Some(email) = &row.email else { return };
    let invitation = Mail::Invitation {
        organization: by.organization,
        by: by.member.map(|(_, name)| name),
        link: &link_of(state, token),
    };
    mails::send(tx, email, by.language, invitation);
}

/// The language for a mail to an address: of whoever has it already, or else of whoever invites.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn language_of(
    state: &AppState,
    email: Option<&str>,
    invited_by: Option<&str>,
) -> StoreResult<Option<Language>> {
    let Some(email) = email else { return Ok(None) };
    for address in [Some(email), invited_by].into_iter().flatten() {
        let known = state.store.system().user_by_email(&fold(address)).await?;
        if let Some(language) = known.and_then(|known| known.language) {
            return Ok(Some(language));
        }
    }
    Ok(None)
}

fn made(ctx: &Ctx<MembersManage>, found: Found, token: &str) -> InvitationMade {
    let link = found
        .row
        .email
        .is_none()
        .then(|| link_of(ctx.state(), token));
    InvitationMade {
        id: found.row.id,
        invitation: found.into_view(ctx.now()),
        link,
    }
}

fn conflict(field: &str, says: &str) -> ApiError {
    ApiError {
        fields: [(field.to_owned(), vec![says.to_owned()])].into(),
        ..ApiError::new(ErrorCode::AlreadyExists, format!("This address {says}."))
    }
}

/// What somebody will be: the member of the address, where one was added before, stays what it is.
async fn place(
    tx: &Tx,
    email: &str,
    wanted: (Role, Option<TeamId>),
) -> ApiResult<(Role, Option<TeamId>)> {
    let key = fold(email);
    if invitation::pending(tx, &key, tx.now()).await?.is_some() {
        return Err(conflict(
            "email",
            "has an invitation already; send it again, or revoke it first",
        ));
    }
    match member::by_email(tx, &key).await? {
        None => Ok(wanted),
        Some(known) if known.user_id.is_some() => Err(conflict(
            "email",
            "belongs to a member who signs in already",
        )),
        Some(known) if !known.active => Err(conflict(
            "email",
            "belongs to a member who is inactive; reactivate them first",
        )),
        Some(known) => Ok((known.role, known.team_id)),
    }
}

/// Invite somebody
///
/// By mail, or with a link in this answer, by which people of the organization's `invitationDomains` ask for an
/// invitation of their own. Good for seven days.
#[utoipa::path(tag = "invitations", operation_id = "createInvitation", request_body = CreateInvitation,
    responses((status = 201, description = "The invitation.", body = InvitationMade)), security(("bearer" = ["members:manage"])))]
#[post("/api/v1/invitations")]
async fn create_invitation(
    ctx: Ctx<MembersManage>,
    body: Valid<CreateInvitation>,
) -> ApiResult<Reply<InvitationMade>> {
    let CreateInvitation {
        email,
        role,
        team_id,
    } = body.0;
    let me = ctx.me();
    let language = language_of(ctx.state(), email.as_deref(), Some(&me.email)).await?;
    let (found, token) = ctx
        .write(async |tx| {
            let organization = organization::hold(tx).await?;
            if email.is_none() && organization.domains().is_empty() {
                return Err(ApiError::field(
                    "email",
                    "is required, as the organization names no domains for links",
                ));
            }
            if let Some(team_id) = team_id {
                team::get(tx, team_id).await.map_err(|error| match error {
                    StoreError::NotFound => {
                        ApiError::field("teamId", "refers to a record that does not exist")
                    }
                    other => other.into(),
                })?;
            }
            let wanted = match &email {
                Some(email) => place(tx, email, (role, team_id)).await?,
                None => (role, team_id),
            };
            let (row, token) = queue(
                tx,
                ctx.state(),
                &Sender {
                    organization: &organization.name,
                    member: Some((me.member_id, &me.name)),
                    language,
                },
                email.as_deref().map(|email| email.trim().to_owned()),
                wanted,
            );
            let invited_by_name = Some(me.name.clone());
            Ok((
                Found {
                    row,
                    invited_by_name,
                },
                token,
            ))
        })
        .await?;
    let location = format!("/api/v1/invitations/{}", found.row.id);
    Ok(Reply::created(made(&ctx, found, &token), 1, location).cached(Cache::Never))
}

/// Send an invitation again
///
/// With a new token, good for seven days from now; the one before opens nothing any more. A link is in the answer.
#[utoipa::path(tag = "invitations", operation_id = "resendInvitation", params(("id" = InvitationId, Path, description = "Id of the invitation.")),
    responses((status = 200, description = "The invitation as it is now.", body = InvitationMade)), security(("bearer" = ["members:manage"])))]
#[post("/api/v1/invitations/{id}/resend")]
async fn resend_invitation(
    ctx: Ctx<MembersManage>,
    id: Id<InvitationId>,
) -> ApiResult<Reply<InvitationMade>> {
    let token = link_token();
    let asked = invitation::get(&ctx.read(), id.0).await?;
    let email = asked.row.email.as_deref();
    let language = language_of(ctx.state(), email, Some(&ctx.me().email)).await?;
    let found = ctx
        .write(async |tx| {
            let before = invitation::get(tx, id.0).await?;
            rules::check_resend(before.row.state(tx.now()))?;
            let organization = organization::get(tx).await?;
            let row = Model {
                token_hash: hash_token(token.as_bytes()),
                sent_at: tx.now(),
                expires_at: rules::end(tx.now()),
                version: before.row.version + 1,
                ..before.row.clone()
            };
            invitation::save(tx, &before.row, row.clone()).await?;
            tx.record(NewEvent::new(
                EventKind::InvitationSent,
                SubjectKind::Invitation,
                row.id,
                row.name(),
            ));
            let by = Sender {
                organization: &organization.name,
                member: row.invited_by_id.zip(before.invited_by_name.as_deref()),
                language,
            };
            mail(tx, ctx.state(), &row, &token, &by);
            Ok(Found {
                row,
                invited_by_name: before.invited_by_name,
            })
        })
        .await?;
    let version = found.row.version;
    Ok(Reply::record(made(&ctx, found, &token), version).cached(Cache::Never))
}

/// Revoke an invitation
///
/// From now on it opens nothing.
#[utoipa::path(tag = "invitations", operation_id = "revokeInvitation", params(("id" = InvitationId, Path, description = "Id of the invitation.")),
    responses((status = 200, description = "Revoked.", body = Done)), security(("bearer" = ["members:manage"])))]
#[delete("/api/v1/invitations/{id}")]
async fn revoke_invitation(
    ctx: Ctx<MembersManage>,
    id: Id<InvitationId>,
) -> ApiResult<Reply<Done>> {
    ctx.write(async |tx| {
        let before = invitation::get(tx, id.0).await?;
        ctx.if_match(before.row.version, || before.clone().into_view(ctx.now()))?;
        rules::check_revoke(before.row.state(tx.now()))?;
        let row = Model {
            revoked_at: Some(tx.now()),
            version: before.row.version + 1,
            ..before.row.clone()
        };
        invitation::save(tx, &before.row, row.clone()).await?;
        tx.record(NewEvent::new(
            EventKind::Revoked,
            SubjectKind::Invitation,
            row.id,
            row.name(),
        ));
        Ok(Reply::ok(Done { done: true }))
    })
    .await
}
