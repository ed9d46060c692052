//! Checked input: bodies, queries and ids, each after the caller is known to be allowed.

mod body;
mod query;

use std::str::FromStr;

use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Data};
use futures_util::future::LocalBoxFuture;

pub use self::{
    body::{BODY_LIMIT, Valid},
    query::{Params, check_query},
};
use crate::core::{
    context::Gate,
    error::{ApiError, ApiResult},
    state::AppState,
};

/// The id in a path. One that is none is no record.
pub struct Id<T>(pub T);

impl<T: FromStr + 'static> FromRequest for Id<T> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, ApiResult<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let gate = Gate::of(request);
        let id = request
            .match_info()
            .get("id")
            .and_then(|id| T::from_str(id).ok());
        let request = request.clone();
        Box::pin(async move {
            gate.await?;
            id.map(Self).ok_or_else(|| no_id(&request))
        })
    }
}

/// What stands for an id is none: perhaps the path is one of its own, which does not know the method.
fn no_id(request: &HttpRequest) -> ApiError {
    match request.app_data::<Data<AppState>>() {
        Some(state) if !state.routes.takes_id(request.path()) => {
            state.routes.refusal(request.path())
        }
        _ => ApiError::not_found(),
    }
}
