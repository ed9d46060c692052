//! The application: routes and what surrounds them. `main` and the tests build the same.

use actix_cors::Cors;
use actix_web::{
    App, Error, HttpRequest, HttpResponse,
    body::MessageBody,
    dev::{HttpServiceFactory, ServiceFactory, ServiceRequest, ServiceResponse},
    http::{Method, header},
    middleware::from_fn,
    web::{Data, ServiceConfig, route},
};
use shared_types::ErrorCode;
use utoipa_actix_web::OpenApiFactory;

use crate::{
    coaching,
    core::{
        client, error::ApiError, health, middleware::surround, openapi, state::AppState, telemetry,
    },
    crm, identity, platform,
};

/// Every route of the API, with what the document says of it.
pub fn routes<S: Services>(config: &mut S) {
    platform::export::routes(config);
    identity::routes(config);
    crm::routes(config);
    coaching::routes(config);
    platform::routes(config);
}

/// Where routes are added: the application, or the application and its document.
pub trait Services {
    /// Adds a handler.
    fn service<F: HttpServiceFactory + OpenApiFactory + 'static>(
        &mut self,
        handler: F,
    ) -> &mut Self;
}

impl Services for ServiceConfig {
    fn service<F: HttpServiceFactory + OpenApiFactory + 'static>(
        &mut self,
        handler: F,
    ) -> &mut Self {
        ServiceConfig::service(self, handler)
    }
}

impl Services for utoipa_actix_web::service_config::ServiceConfig<'_> {
    fn service<F: HttpServiceFactory + OpenApiFactory + 'static>(
        &mut self,
        handler: F,
    ) -> &mut Self {
        utoipa_actix_web::service_config::ServiceConfig::service(self, handler)
    }
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
    App::new()
        .configure(routes::<ServiceConfig>)
        .app_data(state.clone())
        .service(health::live)
        .service(health::ready)
        .service(telemetry::metrics_page)
        .service(openapi::openapi_json)
        .service(client::reference)
        .default_service(route().to(fallback))
        .wrap(cors(&state))
        .wrap(from_fn(surround))
}

/// What is asked of a worker: how it is.
pub fn watched(
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
    App::new()
        .app_data(state)
        .service(health::live)
        .service(health::ready)
        .service(telemetry::metrics_page)
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
        return Err(state.routes.refusal(path));
    }
    if !request.method().is_safe() || !state.config.serve_client {
        return Err(ApiError::new(ErrorCode::NotFound, "There is no such path."));
    }
    Ok(client::serve(&request))
}
