//! Signing up, signing in, and refreshing tokens.

use actix_web::{HttpRequest, HttpResponse, post, web::Data};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{core::text::fold, identity::password::check_password};
use persistence::{
    Actor, Tx,
    identity::{member, organization, session, user},
    platform::event::NewEvent,
};
use shared_types::{
    Currency, ErrorCode, Language, MemberId, OrganizationId, Role, UserId,
    identity::{Login, Refresh, Register, SignedIn, TokenDelivery},
    platform::{EventKind, SubjectKind},
};

use crate::{
    core::{
        app::Services,
        clock::new_id,
        context::{cookie_name, same_origin},
        error::{ApiError, ApiResult},
        extract::Valid,
        password::is_outdated,
        request::facts,
        state::AppState,
        token::{ROTATION_GRACE_SECONDS, RefreshToken},
    },
    crm::pipeline,
    identity::{
        credentials::{too_many, verify},
        mails::{self, Mail},
        sign_in::{Link, REFRESH_COOKIE, answer, begin_session, check_delivery, me, send_link},
        totp,
    },
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config.service(register).service(login).service(refresh);
}

/// Registrations an hour from one address.
const SIGN_UPS: u32 = 60;
/// Who acts where nobody is signed in yet.
pub(super) fn outsider(now: DateTime<Utc>, member: Option<MemberId>) -> Actor {
    let request = facts();
    Actor {
        member,
        request_id: Some(request.id),
        ip_address: Some(request.ip).filter(|ip| !ip.is_empty()),
        now,
        new_id,
    }
}

/// Register an organization
///
/// Makes an organization and its first administrator, and signs in. A known address is 409.
#[utoipa::path(tag = "auth", operation_id = "register", request_body = Register,
    responses((status = 201, description = "Registered and signed in.", body = SignedIn)), security(("bearer" = ["public"])))]
#[post("/api/v1/auth/register")]
async fn register(
    request: HttpRequest,
    state: Data<AppState>,
    body: Valid<Register>,
) -> ApiResult<HttpResponse> {
    let body = body.0;
    if !state.config.sign_up_open {
        return Err(ApiError::new(
            ErrorCode::SignUpClosed,
            "New organizations cannot register here; ask for an invitation.",
        ));
    }
    let now = state.clock.now();
    let verdict = state
        .limiter
        .hit(&format!("register:{}", facts().ip), SIGN_UPS, 3600, now)
        .await;
    if !verdict.allowed {
        return Err(too_many(verdict.reset));
    }
    let names = [
        body.email.as_str(),
        &body.first_name,
        &body.last_name,
        &body.organization_name,
    ];
    check_password(&body.password, false, &names).map_err(|fault| fault.on("password"))?;
    let email_key = fold(&body.email);
    if let Some(known) = state.store.system().user_by_email(&email_key).await? {
        tell_owner(&state, &known, now).await?;
        return Err(known_address());
    }
    let hash = state.passwords.hash(body.password.clone()).await?;
    let organization_id = OrganizationId(new_id());
    let user_id = UserId(new_id());
    let member_id = MemberId(new_id());
    let tx = state.store.begin(
        organization_id,
        Some(user_id),
        outsider(now, Some(member_id)),
    );
    let person = (
        body.email.as_str(),
        body.first_name.as_str(),
        body.last_name.as_str(),
    );
    let who = new_user(user_id, person, hash, (organization_id, body.language), now);
    queue_organization(&tx, &body, &who, member_id).await?;
    send_link(&tx, &state, &who, Link::VerifyEmail);
    let token = begin_session(&tx, &state, &request, &who, body.token_delivery)
        .await
        .map_err(registered_meanwhile)?;
    tx.commit()
        .await
        .map_err(|error| registered_meanwhile(error.into()))?;
    let me = me(&state, who, organization_id).await?;
    answer(
        &state,
        me,
        &token,
        body.token_delivery,
        now,
        HttpResponse::Created(),
    )
}

fn known_address() -> ApiError {
    ApiError {
        fields: [(
            "email".to_owned(),
            vec!["has an account already; sign in instead".to_owned()],
        )]
        .into(),
        ..ApiError::new(
            ErrorCode::AlreadyExists,
            "This address has an account already; sign in instead.",
        )
    }
}

fn registered_meanwhile(error: ApiError) -> ApiError {
    if error.code == ErrorCode::AlreadyExists && error.fields.contains_key("email") {
        known_address()
    } else {
        error
    }
}

/// A new user of an address, with first and last name.
pub(super) fn new_user(
    id: UserId,
    (email, first, last): (&str, &str, &str),
    hash: String,
    (organization, language): (OrganizationId, Option<Language>),
    now: DateTime<Utc>,
) -> user::Model {
    user::Model {
        id,
        email: email.trim().to_owned(),
        email_key: fold(email.trim()),
        email_verified: false,
        first_name: first.trim().to_owned(),
        last_name: last.trim().to_owned(),
        password_hash: Some(hash),
        active: true,
        superuser: false,
        last_organization_id: Some(organization),
        created_at: now,
        updated_at: now,
        language,
    }
}

/// Queues what a new organization begins with.
async fn queue_organization(
    tx: &Tx,
    body: &Register,
    who: &user::Model,
    member_id: MemberId,
) -> ApiResult<()> {
    let now = tx.now();
    let organization_id = persistence::Db::organization(tx);
    tx.insert::<organization::Entity>(organization::Model {
        id: organization_id,
        name: body.organization_name.trim().to_owned(),
        time_zone: body.time_zone.clone().unwrap_or_else(|| "UTC".to_owned()),
        currency: body.currency.unwrap_or(Currency::Eur),
        fiscal_year_start_month: 1,
        invitation_domains: String::new(),
        disabled_features: String::new(),
        coaching_acknowledgement_days: 3,
        demo: false,
        created_at: now,
        updated_at: now,
        version: 1,
    });
    tx.insert::<user::Entity>(who.clone());
    tx.insert::<member::Entity>(
        member::Model {
            id: member_id,
            organization_id,
            user_id: Some(who.id),
            name: format!("{} {}", who.first_name, who.last_name),
            name_key: String::new(),
            email: Some(who.email.clone()),
            email_key: None,
            role: Role::Admin,
            employee_id: None,
            department: None,
            manager_id: None,
            team_leader_id: None,
            team_id: None,
            active: true,
            search_text: String::new(),
            created_at: now,
            updated_at: now,
            version: 1,
        }
        .derived(),
    );
    pipeline::insert_defaults(tx).await?;
    tx.record(NewEvent::new(
        EventKind::Created,
        SubjectKind::Organization,
        organization_id.0,
        &body.organization_name,
    ));
    Ok(())
}

/// Somebody tried to register with an address that has an account: its owner is told.
async fn tell_owner(state: &AppState, known: &user::Model, now: DateTime<Utc>) -> ApiResult<()> {
    let Some(organization) = known.last_organization_id else {
        return Ok(());
    };
    let key = format!("register-mail:{}", known.id);
    if !state.limiter.hit(&key, 3, 24 * 3600, now).await.allowed {
        return Ok(());
    }
    let tx = state.store.begin(organization, None, outsider(now, None));
    let link = format!("{}/sign-in", state.config.public_url);
    mails::send(
        &tx,
        &known.email,
        known.language,
        Mail::KnownAddress { link: &link },
    );
    tx.commit().await?;
    Ok(())
}

/// Sign in
///
/// Into cookies for browsers, or with `"tokenDelivery": "body"` into the answer. Where there is a second factor, its code
/// goes along as `totp`; without one the answer is 401 with the code `secondFactorRequired`.
#[utoipa::path(tag = "auth", operation_id = "login", request_body = Login,
    responses((status = 200, description = "Signed in.", body = SignedIn)), security(("bearer" = ["public"])))]
#[post("/api/v1/auth/login")]
async fn login(
    request: HttpRequest,
    state: Data<AppState>,
    body: Valid<Login>,
) -> ApiResult<HttpResponse> {
    let body = body.0;
    let now = state.clock.now();
    let who = verify(&state, &body.email, body.password.clone()).await?;
    if state.config.require_verified_email && !who.email_verified {
        return Err(ApiError::new(
            ErrorCode::EmailNotVerified,
            "Verify your e-mail address first; the link is in your mail.",
        ));
    }
    let memberships = state.store.system().memberships(who.id).await?;
    let active = || memberships.iter().filter(|membership| membership.active);
    let here = match body.organization_id {
        Some(wanted) => active().find(|membership| membership.organization_id == wanted),
        None => active()
            .find(|membership| Some(membership.organization_id) == who.last_organization_id)
            .or_else(|| active().next()),
    };
    let Some(here) = here else {
        return Err(ApiError::new(
            ErrorCode::Forbidden,
            "You are not an active member of this organization, or of any.",
        ));
    };
    totp::pass(&state, here.organization_id, who.id, body.totp.as_deref()).await?;
    let tx = state.store.begin(
        here.organization_id,
        Some(who.id),
        outsider(now, Some(here.member_id)),
    );
    if who.password_hash.as_deref().is_some_and(is_outdated) {
        let hash = state.passwords.hash(body.password.clone()).await?;
        user::set_password(&tx, who.id, &hash).await?;
    }
    let token = begin_session(&tx, &state, &request, &who, body.token_delivery).await?;
    tx.commit().await?;
    let me = me(&state, who, here.organization_id).await?;
    answer(
        &state,
        me,
        &token,
        body.token_delivery,
        now,
        HttpResponse::Ok(),
    )
}

/// Refresh the tokens
///
/// Rotates the refresh token. One that was spent before ends its session, but for the ten seconds
/// in which two tabs may refresh at once.
#[utoipa::path(tag = "auth", operation_id = "refreshTokens", request_body = Refresh,
    responses((status = 200, description = "New tokens.", body = SignedIn)), security(("bearer" = ["public"])))]
#[post("/api/v1/auth/refresh")]
async fn refresh(
    request: HttpRequest,
    state: Data<AppState>,
    body: Valid<Refresh>,
) -> ApiResult<HttpResponse> {
    let now = state.clock.now();
    let (text, delivery) = match body.0.refresh_token {
        Some(token) => (token, TokenDelivery::Body),
        None => {
            let cookie = request
                .cookie(&cookie_name(REFRESH_COOKIE, &state))
                .ok_or_else(ApiError::unauthenticated)?;
            same_origin(&request, &state)?;
            (cookie.value().to_owned(), TokenDelivery::Cookie)
        }
    };
    let token = RefreshToken::decode(&text).ok_or_else(ApiError::unauthenticated)?;
    let row = state
        .store
        .system()
        .session(token.session)
        .await?
        .ok_or_else(ApiError::unauthenticated)?;
    if row.revoked_at.is_some() || row.expires_at <= now {
        return Err(ApiError::unauthenticated());
    }
    let here = state.store.read(row.organization_id);
    check_delivery(&here, &state, Some(delivery)).await?;
    let next = state.tokens.successor(&token);
    let tx = state
        .store
        .begin(row.organization_id, Some(row.user_id), outsider(now, None));
    let presented = token.hash();
    if presented == row.refresh_hash {
        let ip = Some(facts().ip).filter(|ip| !ip.is_empty());
        // Somebody faster with the same token has put the same successor in its place.
        session::rotate(&tx, row.id, &presented, &next.hash(), ip).await?;
    } else if !in_grace(&row, &presented, now) {
        session::revoke(&tx, row.user_id, session::Which::One(row.id)).await?;
        let mut event = NewEvent::new(
            EventKind::SessionRevoked,
            SubjectKind::User,
            row.user_id,
            "refresh token used twice",
        );
        event.subject_name = None;
        tx.record(event);
        tx.commit().await?;
        state.forget(row.id).await;
        tracing::warn!(request_id = facts().id, session_id = %row.id, "a spent refresh token came back: its session is ended");
        return Err(ApiError::unauthenticated());
    }
    let who = user::get(&tx, row.user_id).await?;
    tx.commit().await?;
    if !who.active {
        return Err(ApiError::unauthenticated());
    }
    let me = me(&state, who, row.organization_id).await?;
    answer(&state, me, &next, Some(delivery), now, HttpResponse::Ok())
}

fn in_grace(row: &session::Model, presented: &str, now: DateTime<Utc>) -> bool {
    row.previous_refresh_hash.as_deref() == Some(presented)
        && row
            .rotated_at
            .is_some_and(|rotated| now < rotated + TimeDelta::seconds(ROTATION_GRACE_SECONDS))
}
