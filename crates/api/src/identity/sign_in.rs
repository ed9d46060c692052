//! What every way of signing in ends in: a session, its tokens, and who one is.

use actix_web::{
    HttpRequest, HttpResponse,
    cookie::{Cookie, SameSite, time::Duration},
    http::header,
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::identity::role;
use persistence::{
    Db, Tx,
    identity::{organization, session, user},
    platform::event::NewEvent,
};
use shared_types::{
    Envelope, SessionId,
    identity::{Feature, Me, OrganizationSummary, SignedIn, TokenDelivery, Tokens},
    platform::{EventKind, SubjectKind},
};

use super::{
    flags,
    mails::{self, Mail},
};
use crate::core::{
    context::{ACCESS_COOKIE, cookie_name},
    error::{ApiError, ApiResult},
    request::facts,
    state::AppState,
    token::{ACCESS_MINUTES, RefreshToken, SESSION_DAYS, hash_token, link_token},
};

/// Name of the cookie with the refresh token, but for its prefix.
pub const REFRESH_COOKIE: &str = "touchline_refresh";

/// Checks that tokens may go where the caller wants them: into the body only where apps may sign in.
///
/// # Errors
/// 403 where they may not; of the store.
pub async fn check_delivery(
    db: &impl Db,
    state: &AppState,
    delivery: Option<TokenDelivery>,
) -> ApiResult<()> {
    match delivery {
        Some(TokenDelivery::Body) => flags::require(db, &state.config, Feature::Mobile).await,
        Some(TokenDelivery::Cookie) | None => Ok(()),
    }
}

/// Queues a session of the user of the transaction, and says so in the log.
///
/// # Errors
/// 403 where tokens may not go into the body; when the database does not answer.
pub async fn begin_session(
    tx: &Tx,
    state: &AppState,
    request: &HttpRequest,
    who: &user::Model,
    delivery: Option<TokenDelivery>,
) -> ApiResult<RefreshToken> {
    check_delivery(tx, state, delivery).await?;
    let id: SessionId = tx.new_id();
    let token = RefreshToken::first(id);
    let agent = request
        .headers()
        .get(header::USER_AGENT)
        .and_then(|value| value.to_str().ok());
    tx.insert::<session::Entity>(session::Model {
        id,
        user_id: who.id,
        organization_id: tx.organization(),
        refresh_hash: token.hash(),
        previous_refresh_hash: None,
        rotated_at: None,
        user_agent: agent.map(|agent| agent.chars().take(300).collect()),
        ip_address: Some(facts().ip).filter(|ip| !ip.is_empty()),
        created_at: tx.now(),
        last_seen_at: tx.now(),
        expires_at: tx.now() + TimeDelta::days(SESSION_DAYS),
        revoked_at: None,
    });
    user::entered(tx, who.id, tx.organization()).await?;
    tx.record(NewEvent::new(
        EventKind::SignedIn,
        SubjectKind::User,
        who.id,
        &who.email,
    ));
    Ok(token)
}

/// Who a user is in an organization.
///
/// # Errors
/// 401 when the user is not, or no longer, a member.
pub async fn me(
    state: &AppState,
    who: user::Model,
    organization: shared_types::OrganizationId,
) -> ApiResult<Me> {
    let mut memberships = state.store.system().memberships(who.id).await?;
    memberships.retain(|membership| membership.active);
    let here = memberships
        .iter()
        .find(|membership| membership.organization_id == organization)
        .ok_or_else(ApiError::unauthenticated)?;
    let settings = organization::get(&state.store.read(organization)).await?;
    let flags = flags::of(&state.config, &settings.features_off());
    Ok(Me {
        member_id: here.member_id,
        role: here.role,
        grants: role::grants(here.role),
        organizations: memberships.iter().map(OrganizationSummary::from).collect(),
        organization: settings.into(),
        user: who.into(),
        flags,
    })
}

/// The answer to a sign-in: tokens into cookies or into the body.
///
/// # Errors
/// 500 when the token cannot be signed.
pub fn answer(
    state: &AppState,
    me: Me,
    token: &RefreshToken,
    delivery: Option<TokenDelivery>,
    now: DateTime<Utc>,
    mut response: actix_web::HttpResponseBuilder,
) -> ApiResult<HttpResponse> {
    let access = state.tokens.access(me.user.id, token.session, now)?;
    let tokens = match delivery.unwrap_or(TokenDelivery::Cookie) {
        TokenDelivery::Body => Some(Tokens {
            access_token: access,
            refresh_token: token.encode(),
            token_type: "Bearer".to_owned(),
            expires_in: u32::try_from(ACCESS_MINUTES * 60).unwrap_or(u32::MAX),
        }),
        TokenDelivery::Cookie => {
            response.cookie(cookie(state, ACCESS_COOKIE, access, ACCESS_MINUTES * 60));
            response.cookie(cookie(
                state,
                REFRESH_COOKIE,
                token.encode(),
                SESSION_DAYS * 86_400,
            ));
            None
        }
    };
    Ok(response
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(Envelope {
            success: true,
            data: SignedIn { me, tokens },
            pagination: None,
        }))
}

/// A cookie of a session: for this host, over TLS, out of the reach of scripts.
#[must_use]
pub fn cookie(state: &AppState, name: &str, value: String, seconds: i64) -> Cookie<'static> {
    Cookie::build(cookie_name(name, state), value)
        .path("/")
        .http_only(true)
        .secure(state.config.secure_cookies())
        .same_site(SameSite::Lax)
        .max_age(Duration::seconds(seconds))
        .finish()
}

/// Takes the cookies of a session away.
pub fn forget(state: &AppState, response: &mut actix_web::HttpResponseBuilder) {
    for name in [ACCESS_COOKIE, REFRESH_COOKIE] {
        response.cookie(cookie(state, name, String::new(), 0));
    }
}

/// What a link is for.
#[derive(Clone, Copy)]
pub enum Link {
    /// To choose a new password.
    ResetPassword,
    /// To prove an address.
    VerifyEmail,
}

impl Link {
    /// The word in the database.
    #[must_use]
    pub const fn purpose(self) -> &'static str {
        match self {
            Self::ResetPassword => "resetPassword",
            Self::VerifyEmail => "verifyEmail",
        }
    }

    const fn path(self) -> &'static str {
        match self {
            Self::ResetPassword => "reset-password",
            Self::VerifyEmail => "verify-email",
        }
    }
}

/// Queues a link for a user, good for an hour, and the mail that carries it.
pub fn send_link(tx: &Tx, state: &AppState, who: &user::Model, link: Link) {
    let token = link_token();
    tx.insert::<persistence::identity::one_time_token::Entity>(
        persistence::identity::one_time_token::Model {
            token_hash: hash_token(token.as_bytes()),
            user_id: who.id,
            purpose: link.purpose().to_owned(),
            created_at: tx.now(),
            expires_at: tx.now() + TimeDelta::hours(1),
        },
    );
    // The token stands behind the #, so that it reaches no server's log.
    let address = format!("{}/{}#token={token}", state.config.public_url, link.path());
    let mail = match link {
        Link::ResetPassword => Mail::ResetPassword { link: &address },
        Link::VerifyEmail => Mail::VerifyEmail { link: &address },
    };
    mails::send(tx, &who.email, who.language, mail);
}
