//! What every list goes through that an organization makes itself, of things that are little more
//! than a name.

use persistence::{Db, Named, PageRequest, StoreError, Tx, platform::event::NewEvent};
use serde::{Serialize, de::DeserializeOwned};
use shared_types::{
    ErrorCode, ListNamed,
    identity::Done,
    platform::{EventKind, SubjectKind},
};

use crate::core::{
    context::{Ctx, Once},
    error::{ApiError, ApiResult},
    permit::Permit,
    reply::Reply,
};

/// A thing of such a list, as the API knows it.
#[expect(async_fn_in_trait, reason = "nobody needs to send the futures")]
pub trait NamedThing: Named {
    /// What the API answers.
    type View: From<Self> + Clone + Serialize + DeserializeOwned;
    /// What events say it is.
    const KIND: SubjectKind;
    /// Its list in the API: `lost-reasons`.
    const LIST: &'static str;
    /// What one is called: `lost reason`.
    const WORDS: &'static str;

    /// What the API answers of some that are read.
    async fn views(_: &impl Db, rows: Vec<Self>) -> ApiResult<Vec<Self::View>> {
        Ok(rows.into_iter().map(Self::View::from).collect())
    }
}

fn event<N: NamedThing>(kind: EventKind, row: &N) -> NewEvent {
    NewEvent::new(kind, N::KIND, row.id(), row.name())
}

/// A page of them.
///
/// # Errors
/// 422 when the cursor belongs to another list; of the store.
pub async fn list<N: NamedThing, P: Permit>(
    ctx: &Ctx<P>,
    query: &ListNamed,
) -> ApiResult<Reply<Vec<N::View>>> {
    let request = PageRequest::new(query, ctx.position(N::LIST, query)?);
    let read = ctx.read();
    let mut page = N::list(&read, query, &request).await?;
    let views = N::views(&read, std::mem::take(&mut page.rows)).await?;
    let mut reply = ctx.page(N::LIST, query, page.map(N::View::from));
    reply.data = views;
    Ok(reply)
}

/// One of them.
///
/// # Errors
/// 404 where there is none; of the store.
pub async fn get<N: NamedThing, P: Permit>(ctx: &Ctx<P>, id: N::Id) -> ApiResult<Reply<N::View>> {
    let read = ctx.read();
    let row = N::get(&read, id).await?;
    let version = row.version();
    let view = N::views(&read, vec![row]).await?.pop();
    let view = view.ok_or_else(|| ApiError::from(StoreError::NotFound))?;
    Ok(Reply::record(view, version))
}

/// Adds one, with what it has besides its name.
///
/// # Errors
/// 409 for a name there is; of the store.
pub async fn create<N: NamedThing, P: Permit>(
    ctx: &Ctx<P>,
    name: &str,
    with: impl Fn(&mut N),
) -> ApiResult<Once<N::View>> {
    ctx.post(async |tx| {
        let mut row = N::named(tx, name.trim());
        with(&mut row);
        row.clone().insert(tx);
        tx.record(event(EventKind::Created, &row));
        let location = format!("/api/v1/{}/{}", N::LIST, row.id());
        Ok(Reply::created(row.into(), 1, location))
    })
    .await
}

/// Gives one another name, or changes what it has besides.
///
/// # Errors
/// 404, 412, 409 for a name there is; of the store.
pub async fn update<N: NamedThing, P: Permit>(
    ctx: &Ctx<P>,
    id: N::Id,
    name: Option<&str>,
    with: impl Fn(&mut N),
) -> ApiResult<Reply<N::View>> {
    ctx.write(async |tx| {
        let before: N = changeable(ctx, tx, id).await?;
        let mut row = before.clone();
        if let Some(name) = name {
            row.rename(name.trim());
        }
        with(&mut row);
        let row = row.save(tx, &before).await?;
        let event = event(EventKind::Updated, &row);
        tx.record(event.between(&N::View::from(before), &N::View::from(row.clone())));
        let version = row.version();
        Ok(Reply::record(row.into(), version))
    })
    .await
}

/// The one to change: 404 where there is none, 412 unless it is the version that was read.
///
/// # Errors
/// Those; of the store.
pub async fn changeable<N: NamedThing, P: Permit>(
    ctx: &Ctx<P>,
    tx: &Tx,
    id: N::Id,
) -> ApiResult<N> {
    let row = N::get(tx, id).await?;
    ctx.if_match(row.version(), || N::View::from(row.clone()))?;
    Ok(row)
}

/// Deletes one that nothing refers to.
///
/// # Errors
/// 404, 412, 409 while something does; of the store.
pub async fn remove<N: NamedThing, P: Permit>(ctx: &Ctx<P>, id: N::Id) -> ApiResult<Reply<Done>> {
    ctx.write(async |tx| {
        let before: N = changeable(ctx, tx, id).await?;
        N::delete(tx, id).await.map_err(|error| match error {
            StoreError::Reference { .. } => ApiError::new(
                ErrorCode::Conflict,
                format!("Records still refer to this {}.", N::WORDS),
            ),
            other => other.into(),
        })?;
        tx.record(event(EventKind::Deleted, &before));
        Ok(Reply::ok(Done { done: true }))
    })
    .await
}

/// The one that a field of a request refers to.
///
/// # Errors
/// 422 on the field where there is none; of the store.
pub async fn referred<N: Named>(db: &impl Db, field: &str, id: N::Id) -> ApiResult<N> {
    N::get(db, id).await.map_err(|error| match error {
        StoreError::NotFound => ApiError::field(field, "refers to a record that does not exist"),
        other => other.into(),
    })
}
