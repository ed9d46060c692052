//! Many writes in one request. All of them are one transaction, so that an idempotency key answers
//! for the whole; each stands behind a savepoint of its own, so that one may be refused alone.

use persistence::Tx;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use shared_types::{
    ErrorBody, FieldErrors,
    platform::{Bulk, Operation, Parts},
};

use super::{
    context::{Ctx, Once},
    error::{ApiError, ApiResult, status_of},
    permit::Permit,
    record::{Record, bin},
    reply::Reply,
    request::facts,
};

/// Carries out every operation with `work`, and answers what became of each.
///
/// # Errors
/// Where all or none was asked for, that of the first operation that is refused; else only faults
/// of the server.
pub async fn run<P, B>(
    ctx: &Ctx<P>,
    bulk: B,
    work: impl AsyncFn(&Tx, Operation<B::Id, B::Create, B::Update>) -> ApiResult<Reply<B::Record>>,
) -> ApiResult<Once<Vec<B::Outcome>>>
where
    P: Permit,
    B: Bulk,
    B::Id: Clone,
    B::Create: Clone,
    B::Update: Clone,
    B::Record: DeserializeOwned,
    B::Outcome: Serialize + for<'de> Deserialize<'de>,
{
    let atomic = bulk.is_atomic();
    let parts = bulk.into_parts();
    ctx.post(async |tx| {
        let mut outcomes = Vec::with_capacity(parts.len());
        for (index, parts) in parts.iter().enumerate() {
            let one = async || work(tx, checked(parts.clone())?).await;
            let result = if atomic {
                Ok(one().await.map_err(|error| within(index, error))?)
            } else {
                tx.attempt(one).await
            };
            outcomes.push(match result {
                Ok(reply) => B::outcome(reply.status.as_u16(), Some(reply.data), None),
                Err(error) if status_of(error.code).is_server_error() => return Err(error),
                Err(error) => refused::<B>(error),
            });
        }
        Ok(Reply::ok(outcomes))
    })
    .await
}

/// The same for records: `add` writes a new one, `change` changes one at the version that was read;
/// `D` is what it takes to move one to the trash and out of it.
///
/// # Errors
/// Those of [`run`].
pub async fn records<R, D, P, B>(
    ctx: &Ctx<P>,
    bulk: B,
    add: impl AsyncFn(&Tx, B::Create) -> ApiResult<Reply<B::Record>>,
    change: impl AsyncFn(&Ctx<P>, &Tx, R::Id, B::Update) -> ApiResult<Reply<B::Record>>,
) -> ApiResult<Once<Vec<B::Outcome>>>
where
    B::Id: Clone,
    R: Record<View = B::Record, Id = B::Id>,
    D: Permit,
    P: Permit,
    B: Bulk,
    B::Create: Clone,
    B::Update: Clone,
    B::Record: DeserializeOwned,
    B::Outcome: Serialize + for<'de> Deserialize<'de>,
{
    let deletes = ctx.permitted::<D>();
    run(ctx, bulk, async |tx, operation| match operation {
        Operation::Create(body) => add(tx, body).await,
        Operation::Update(id, version, body) => change(&ctx.at(version), tx, id, body).await,
        Operation::Delete(id, version) => {
            bin::<R, _>(&deletes.clone()?.at(version), tx, id, true).await
        }
        Operation::Restore(id, version) => {
            bin::<R, _>(&deletes.clone()?.at(version), tx, id, false).await
        }
    })
    .await
}

fn checked<I, C, U>(parts: Parts<I, C, U>) -> ApiResult<Operation<I, C, U>>
where
    C: validator::Validate,
    U: validator::Validate,
{
    parts.checked().map_err(ApiError::invalid)
}

/// The error of an operation, where it is the error of all: which one it was stands in the message
/// and before its fields.
fn within(index: usize, error: ApiError) -> ApiError {
    if status_of(error.code).is_server_error() {
        return error;
    }
    let fields: FieldErrors = error
        .fields
        .into_iter()
        .map(|(name, says)| (format!("operations.{index}.{name}"), says))
        .collect();
    let message = format!(
        "Nothing was written, because operation {index} was refused: {}",
        error.message
    );
    ApiError {
        fields,
        message,
        current: None,
        ..error
    }
}

fn refused<B: Bulk>(error: ApiError) -> B::Outcome
where
    B::Record: DeserializeOwned,
{
    let current = error
        .current
        .and_then(|current| serde_json::from_value(*current).ok());
    let body = ErrorBody {
        code: error.code,
        message: error.message,
        fields: error.fields,
        request_id: facts().id,
    };
    B::outcome(status_of(error.code).as_u16(), current, Some(body))
}
