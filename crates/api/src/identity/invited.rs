//! Those who are invited: they look at an invitation by its token, and come in by it.

use actix_web::{HttpRequest, HttpResponse, post, web::Data};
use domain::{
    core::text::fold,
    identity::{invitation as rules, password::check_password},
};
use persistence::{
    StoreError, Tx,
    identity::{
        invitation::{self, Model},
        member, organization, team, user,
    },
    platform::{
        event::NewEvent,
        notification::{NewNotification, tell},
    },
};
use shared_types::{
    MemberId, UserId,
    identity::{
        AcceptInvitation, CreateMember, Done, FindInvitation, FoundInvitation, InvitationState,
        RequestInvitation, SignedIn,
    },
    platform::{EventKind, NotificationKind, SubjectKind},
};

use crate::{
    core::{
        app::Services,
        clock::new_id,
        error::{ApiError, ApiResult},
        extract::Valid,
        reply::{Cache, Reply},
        request::facts,
        state::AppState,
        token::hash_token,
    },
    identity::{
        auth::{new_user, outsider},
        credentials::{too_many, verify},
        invitation::{Sender, language_of, queue},
        member as members, sign_in, totp,
    },
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config
        .service(find_invitation)
        .service(accept_invitation)
        .service(request_invitation);
}

/// Invitations that one address asks for in an hour, and that are sent to one address in a day.
const REQUESTS: u32 = 20;
const MAILS: u32 = 3;

fn spent() -> ApiError {
    ApiError::field(
        "token",
        "is spent or past its time; ask for a new invitation",
    )
}

/// The invitation of a token, as long as it is open.
async fn open(state: &AppState, token: &str) -> ApiResult<Model> {
    state
        .store
        .system()
        .invitation(&hash_token(token.as_bytes()))
        .await?
        .filter(|row| row.state(state.clock.now()) == InvitationState::Pending)
        .ok_or_else(spent)
}

/// Look at an invitation
///
/// By the token of its link, which stands in the body, so that no log keeps it.
#[utoipa::path(tag = "invitations", operation_id = "findInvitation", request_body = FindInvitation,
    responses((status = 200, description = "What there is to know of it.", body = FoundInvitation)), security(("bearer" = ["public"])))]
#[post("/api/v1/public/invitations/find")]
async fn find_invitation(
    state: Data<AppState>,
    body: Valid<FindInvitation>,
) -> ApiResult<Reply<FoundInvitation>> {
    let row = open(&state, &body.0.token).await?;
    let read = state.store.read(row.organization_id);
    let organization = organization::get(&read).await?;
    let invited_by_name = match row.invited_by_id {
        Some(id) => Some(member::get(&read, id).await?.name),
        None => None,
    };
    let has_account = match &row.email_key {
        Some(key) => state.store.system().user_by_email(key).await?.is_some(),
        None => false,
    };
    let found = FoundInvitation {
        domains: match row.email {
            Some(_) => Vec::new(),
            None => organization.domains(),
        },
        organization_name: organization.name,
        invited_by_name,
        email: row.email,
        role: row.role,
        has_account,
        expires_at: row.expires_at,
    };
    Ok(Reply::ok(found).cached(Cache::Never))
}

/// A new account for the address of an invitation, which whoever holds the token has shown to own.
async fn newcomer(
    state: &AppState,
    row: &Model,
    email: &str,
    organization_name: &str,
    body: &AcceptInvitation,
) -> ApiResult<user::Model> {
    let required = |name: &str| ApiError::field(name, "is required for a new account");
    let first = body
        .first_name
        .as_deref()
        .ok_or_else(|| required("firstName"))?;
    let last = body
        .last_name
        .as_deref()
        .ok_or_else(|| required("lastName"))?;
    let names = [email, first, last, organization_name];
    check_password(&body.password, false, &names).map_err(|fault| fault.on("password"))?;
    let hash = state.passwords.hash(body.password.clone()).await?;
    let mut who = new_user(
        UserId(new_id()),
        (email, first, last),
        hash,
        (row.organization_id, body.language),
        state.clock.now(),
    );
    who.email_verified = true;
    Ok(who)
}

/// The member that somebody becomes: the one of the address, who was added before, or a new one.
async fn joined(tx: &Tx, row: &Model, who: &user::Model, new: MemberId) -> ApiResult<MemberId> {
    if let Some(before) = member::by_email(tx, &who.email_key).await? {
        if before.user_id.is_some() || !before.active {
            return Err(spent());
        }
        let after = member::Model {
            user_id: Some(who.id),
            ..before.clone()
        };
        let after = members::save(tx, before, after, EventKind::Updated).await?;
        return Ok(after.id);
    }
    // The team may have gone since.
    let team_id = match row.team_id {
        Some(id) => match team::get(tx, id).await {
            Ok(_) => Some(id),
            Err(StoreError::NotFound) => None,
            Err(error) => return Err(error.into()),
        },
        None => None,
    };
    let person = CreateMember {
        name: format!("{} {}", who.first_name, who.last_name),
        email: Some(who.email.clone()),
        role: row.role,
        employee_id: None,
        department: None,
        manager_id: None,
        team_leader_id: None,
        team_id,
    };
    let member = member::Model {
        id: new,
        user_id: Some(who.id),
        ..members::new_row(tx, person)
    };
    tx.record(NewEvent::new(
        EventKind::Created,
        SubjectKind::Member,
        new,
        &member.name,
    ));
    tx.insert::<member::Entity>(member);
    Ok(new)
}

/// Accept an invitation
///
/// With a name and a password for a new account, or with the password of the account that the address has. Signs in.
#[utoipa::path(tag = "invitations", operation_id = "acceptInvitation", request_body = AcceptInvitation,
    responses((status = 201, description = "A member, and signed in.", body = SignedIn)), security(("bearer" = ["public"])))]
#[post("/api/v1/public/invitations/accept")]
async fn accept_invitation(
    request: HttpRequest,
    state: Data<AppState>,
    body: Valid<AcceptInvitation>,
) -> ApiResult<HttpResponse> {
    let body = body.0;
    let now = state.clock.now();
    let row = open(&state, &body.token).await?;
    let Some(email) = row.email.clone() else {
        return Err(ApiError::field(
            "token",
            "is that of a link; ask by it for an invitation to your address",
        ));
    };
    let system = state.store.system();
    let known = system.user_by_email(&fold(&email)).await?;
    let organization = organization::get(&state.store.read(row.organization_id)).await?;
    let who = match &known {
        Some(known) => {
            let who = verify(&state, &known.email, body.password.clone()).await?;
            let code = body.totp.as_deref();
            totp::pass(&state, row.organization_id, who.id, code).await?;
            who
        }
        None => newcomer(&state, &row, &email, &organization.name, &body).await?,
    };
    // The member is looked for first, so that the log can say who came in.
    let look = state
        .store
        .begin(row.organization_id, None, outsider(now, None))
        .read_only();
    let before = member::by_email(&look, &who.email_key).await?;
    let member_id = before.map_or_else(|| MemberId(new_id()), |before| before.id);
    drop(look);
    let tx = state.store.begin(
        row.organization_id,
        Some(who.id),
        outsider(now, Some(member_id)),
    );
    if known.is_none() {
        tx.insert::<user::Entity>(who.clone());
    } else {
        user::verify_email(&tx, who.id).await?;
    }
    let member_id = joined(&tx, &row, &who, member_id).await?;
    if !invitation::accept(&tx, &row, member_id, now).await? {
        return Err(spent());
    }
    tx.record(NewEvent::new(
        EventKind::InvitationAccepted,
        SubjectKind::Invitation,
        row.id,
        row.name(),
    ));
    if let Some(inviter) = row.invited_by_id {
        tell(
            &tx,
            NewNotification {
                member: inviter,
                kind: NotificationKind::InvitationAccepted,
                subject: (SubjectKind::Invitation, row.id.0, row.name()),
                detail: None,
                path: format!("/settings/members/{member_id}"),
            },
        );
    }
    let token = sign_in::begin_session(&tx, &state, &request, &who, body.token_delivery).await?;
    tx.commit().await?;
    state.principals.invalidate_all();
    let me = sign_in::me(&state, who, row.organization_id).await?;
    sign_in::answer(
        &state,
        me,
        &token,
        body.token_delivery,
        now,
        HttpResponse::Created(),
    )
}

/// Ask for an invitation by a link
///
/// Sends one to an address of the organization's domains. The answer is the same whether or not one was sent.
#[utoipa::path(tag = "invitations", operation_id = "requestInvitation", request_body = RequestInvitation,
    responses((status = 200, description = "If the address may come by this link, an invitation is on its way.", body = Done)), security(("bearer" = ["public"])))]
#[post("/api/v1/public/invitations/request")]
async fn request_invitation(
    state: Data<AppState>,
    body: Valid<RequestInvitation>,
) -> ApiResult<Reply<Done>> {
    let RequestInvitation { token, email } = body.0;
    let now = state.clock.now();
    let key = format!("invitation-request:{}", facts().ip);
    let verdict = state.limiter.hit(&key, REQUESTS, 3600, now).await;
    if !verdict.allowed {
        return Err(too_many(verdict.reset));
    }
    let link = open(&state, &token).await?;
    if link.email.is_some() {
        return Err(ApiError::field(
            "token",
            "is that of an invitation; accept it",
        ));
    }
    let organization = organization::get(&state.store.read(link.organization_id)).await?;
    if !rules::may_ask(&organization.domains(), &email) {
        return Err(ApiError::field(
            "email",
            format!(
                "must be an address at {}",
                organization.domains().join(", ")
            ),
        ));
    }
    let email = email.trim().to_owned();
    let key = format!("invitation-mail:{}:{}", link.organization_id, fold(&email));
    let within = state.limiter.hit(&key, MAILS, 24 * 3600, now).await.allowed;
    let actor = outsider(now, None);
    let language = language_of(&state, Some(&email), None).await?;
    // Apart from the answer, so that its time says nothing about the address.
    actix_web::rt::spawn(async move {
        let result = async {
            let tx = state.store.begin(link.organization_id, None, actor);
            organization::hold(&tx).await?;
            let known = member::by_email(&tx, &fold(&email)).await?;
            let waits = invitation::pending(&tx, &fold(&email), now).await?;
            let comes = known.is_none_or(|known| known.user_id.is_none() && known.active);
            if !within || !comes || waits.is_some() {
                return Ok::<(), StoreError>(());
            }
            let place = (link.role, link.team_id);
            let by = Sender {
                organization: &organization.name,
                member: None,
                language,
            };
            queue(&tx, &state, &by, Some(email), place);
            tx.commit().await
        };
        if let Err(error) = result.await {
            tracing::error!(%error, "an invitation that was asked for could not be queued");
        }
    });
    Ok(Reply::ok(Done { done: true }).cached(Cache::Never))
}
