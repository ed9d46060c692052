//! The application: routes and what surrounds them. `main` and the tests build the same.

use actix_cors::Cors;
use actix_web::{
    App, Error, HttpRequest, HttpResponse,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    http::{Method, header},
    middleware::from_fn,
    web::{Data, route},
};
use shared_types::ErrorCode;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{
    core::{
        client, error::ApiError, health, middleware::surround, openapi, state::AppState, telemetry,
    },
    crm, identity, platform,
};

/// Every route of the API, with what the document says of it.
pub fn routes(config: &mut ServiceConfig) {
    platform::export::routes(config);
    identity::routes(config);
    crm::routes(config);
    platform::routes(config);
}

/// The application over a state.
pub fn app(
    state: Data<AppState>,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    use utoipa_actix_web::AppExt;
    let (app, _) = App::new()
        .into_utoipa_app()
        .configure(routes)
        .split_for_parts();
    app.app_data(state.clone())
        .service(health::live)
        .service(health::ready)
        .service(telemetry::metrics_page)
        .service(openapi::openapi_json)
        .default_service(route().to(fallback))
        .wrap(cors(&state))
        .wrap(from_fn(surround))
}

fn cors(state: &AppState) -> Cors {
    let origins = &state.config.allowed_origins;
    let mut cors = Cors::default();
    for origin in origins {
        cors = cors.allowed_origin(origin);
    }
    if !origins.is_empty() {
        cors = cors.supports_credentials();
    }
    cors.allowed_methods([
        Method::GET,
        Method::POST,
        Method::PATCH,
        Method::PUT,
        Method::DELETE,
    ])
    .allowed_headers([
        header::AUTHORIZATION,
        header::CONTENT_TYPE,
        header::IF_MATCH,
        header::IF_NONE_MATCH,
        header::HeaderName::from_static("idempotency-key"),
    ])
    .expose_headers([
        "etag",
        "location",
        "x-request-id",
        "ratelimit-remaining",
        "retry-after",
        "idempotency-replayed",
    ])
    .max_age(600)
    .block_on_origin_mismatch(false)
}

/// What no route took: an unknown path, an unknown method, or a page of the client.
async fn fallback(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let path = request.path();
    if path.starts_with("/api/") {
        return Err(match state.routes.methods(path) {
            Some(methods) => ApiError {
                allow: Some(methods.clone()),
                ..ApiError::new(
                    ErrorCode::MethodNotAllowed,
                    format!("This path knows {methods}."),
                )
            },
            None => ApiError::new(
                ErrorCode::NotFound,
                "There is no such path; /api/openapi.json names all.",
            ),
        });
    }
    if !request.method().is_safe() || !state.config.serve_client {
        return Err(ApiError::new(ErrorCode::NotFound, "There is no such path."));
    }
    Ok(client::serve(&request))
}
