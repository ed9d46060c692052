//! API keys: made and revoked by people, used by programs.

use actix_web::{delete, get, post};
use domain::identity::api_key as rules;
use persistence::{
    Db, PageRequest,
    identity::api_key::{self, Found, Model},
    platform::event::NewEvent,
};
use shared_types::{
    ApiKeyId, ErrorCode, MemberId, Permission, Reach,
    identity::{ApiKey, ApiKeyMade, CreateApiKey, Done, ListApiKeys},
    platform::{EventKind, SubjectKind},
};

use crate::core::{
    app::Services,
    clock::random_bytes,
    context::Ctx,
    error::{ApiError, ApiResult},
    extract::{Id, Params, Valid},
    permit::SignedIn,
    reply::{Cache, Reply},
    token::hash_token,
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config
        .service(list_api_keys)
        .service(create_api_key)
        .service(get_api_key)
        .service(revoke_api_key);
}

/// Whose keys the caller sees and revokes: his own, or everybody's where he manages members.
fn whose(ctx: &Ctx<SignedIn>) -> Option<MemberId> {
    let everybody = ctx.me().reach(Permission::MembersManage) == Some(Reach::Organization);
    (!everybody).then_some(ctx.me().member_id)
}

/// List API keys
///
/// One's own; those who manage members see everybody's.
#[utoipa::path(tag = "api-keys", operation_id = "listApiKeys", params(ListApiKeys),
    responses((status = 200, description = "A page of API keys.", body = [ApiKey])), security(("bearer" = [])))]
#[get("/api/v1/api-keys")]
async fn list_api_keys(
    ctx: Ctx<SignedIn>,
    query: Params<ListApiKeys>,
) -> ApiResult<Reply<Vec<ApiKey>>> {
    let request = PageRequest::new(&query.0, ctx.position("api-keys", &query.0)?);
    let page = api_key::list(&ctx.read(), &query.0, whose(&ctx), &request).await?;
    Ok(ctx.page("api-keys", &query.0, page.map(ApiKey::from)))
}

/// Get an API key
#[utoipa::path(tag = "api-keys", operation_id = "getApiKey", params(("id" = ApiKeyId, Path, description = "Id of the API key.")),
    responses((status = 200, description = "The API key.", body = ApiKey)), security(("bearer" = [])))]
#[get("/api/v1/api-keys/{id}")]
async fn get_api_key(ctx: Ctx<SignedIn>, id: Id<ApiKeyId>) -> ApiResult<Reply<ApiKey>> {
    let found = api_key::get(&ctx.read(), id.0, whose(&ctx)).await?;
    let version = found.row.version;
    Ok(Reply::record(found.into(), version))
}

/// Make an API key
///
/// It acts in the name of the one who makes it, within its scopes. The key itself is in this answer and in none after it.
/// Asks for the password again.
#[utoipa::path(tag = "api-keys", operation_id = "createApiKey", request_body = CreateApiKey,
    responses((status = 201, description = "The API key, shown this once.", body = ApiKeyMade)), security(("bearer" = [])))]
#[post("/api/v1/api-keys")]
async fn create_api_key(
    ctx: Ctx<SignedIn>,
    body: Valid<CreateApiKey>,
) -> ApiResult<Reply<ApiKeyMade>> {
    ctx.require_recent()?;
    let me = ctx.me();
    let CreateApiKey {
        name,
        scopes,
        expires_at,
    } = body.0;
    let scopes = rules::check(me.role, &scopes, expires_at, ctx.now())?;
    let key = rules::key_of(random_bytes());
    let found = ctx
        .write(async |tx| {
            let row = Model {
                id: tx.new_id(),
                organization_id: tx.organization(),
                member_id: me.member_id,
                name: name.trim().to_owned(),
                name_key: String::new(),
                prefix: rules::shown_part(&key).to_owned(),
                key_hash: hash_token(key.as_bytes()),
                scopes: api_key::scopes_text(&scopes),
                expires_at,
                last_used_at: None,
                revoked_at: None,
                created_at: tx.now(),
                version: 1,
            }
            .derived();
            tx.insert::<api_key::Entity>(row.clone());
            tx.record(NewEvent::new(
                EventKind::Created,
                SubjectKind::ApiKey,
                row.id,
                &row.name,
            ));
            Ok(Found {
                row,
                member_name: me.name.clone(),
            })
        })
        .await?;
    let id = found.row.id;
    let made = ApiKeyMade {
        id,
        key,
        api_key: found.into(),
    };
    Ok(Reply::created(made, 1, format!("/api/v1/api-keys/{id}")).cached(Cache::Never))
}

/// Revoke an API key
///
/// From now on it opens nothing. It stays in the list, so that one sees what there was.
#[utoipa::path(tag = "api-keys", operation_id = "revokeApiKey", params(("id" = ApiKeyId, Path, description = "Id of the API key.")),
    responses((status = 200, description = "Revoked.", body = Done)), security(("bearer" = [])))]
#[delete("/api/v1/api-keys/{id}")]
async fn revoke_api_key(ctx: Ctx<SignedIn>, id: Id<ApiKeyId>) -> ApiResult<Reply<Done>> {
    ctx.write(async |tx| {
        let found = api_key::get(tx, id.0, whose(&ctx)).await?;
        ctx.if_match(found.row.version, || ApiKey::from(found.clone()))?;
        if found.row.revoked_at.is_some() {
            return Err(ApiError::new(
                ErrorCode::Conflict,
                "This API key is revoked already.",
            ));
        }
        api_key::revoke(tx, &found.row, tx.now()).await?;
        tx.record(NewEvent::new(
            EventKind::Revoked,
            SubjectKind::ApiKey,
            found.row.id,
            &found.row.name,
        ));
        Ok(())
    })
    .await?;
    ctx.state().principals.invalidate_all();
    Ok(Reply::ok(Done { done: true }))
}
