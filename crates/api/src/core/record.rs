//! What every record goes through: found within reach, changed at the version that was read, put
//! into the trash and taken out again.

use chrono::{DateTime, Utc};
use persistence::{Db, Owners, StoreResult, Tx, platform::event::NewEvent};
use serde::Serialize;
use shared_types::{
    ErrorCode, MemberId, Permission,
    platform::{EventKind, SubjectKind},
};
use uuid::Uuid;

use crate::core::{
    context::{Ctx, Once},
    error::{ApiError, ApiResult},
    permit::Permit,
    reply::Reply,
};

/// A record as it is found: its row with the names of what it refers to.
pub trait Record: Clone + Sized {
    /// What the API answers.
    type View: Serialize + serde::de::DeserializeOwned + From<Self>;
    /// Its identifier.
    type Id: Copy;
    /// What events say it is.
    const KIND: SubjectKind;
    /// What a caller needs to see it.
    const READ: Permission;

    /// The record within reach, in the trash or not.
    #[allow(async_fn_in_trait, reason = "nobody needs to send the future")]
    async fn find(db: &impl Db, id: Self::Id, owners: &Owners) -> StoreResult<Self>;
    /// Writes a changed record.
    #[allow(async_fn_in_trait, reason = "nobody needs to send the future")]
    async fn store(tx: &Tx, before: &Self, after: &Self) -> StoreResult<()>;
    /// Its identifier.
    fn id(&self) -> Self::Id;
    /// Its identifier, whatever it is.
    fn uuid(&self) -> Uuid;
    /// What it is called.
    fn name(&self) -> String;
    /// The member who looks after it.
    fn owner(&self) -> Option<MemberId>;
    /// Grows by one with every change.
    fn version(&self) -> i64;
    /// When it was moved to the trash.
    fn deleted_at(&self) -> Option<DateTime<Utc>>;
    /// The same record as a change leaves it.
    #[must_use]
    fn marked(
        self,
        version: i64,
        updated_at: DateTime<Utc>,
        deleted_at: Option<DateTime<Utc>>,
    ) -> Self;
}

/// The answer with a record.
pub fn reply<R: Record>(found: R) -> Reply<R::View> {
    let version = found.version();
    Reply::record(found.into(), version)
}

/// The record to change: 404 unless it may be read, 403 unless it may be changed, 412 unless it is
/// the version that was read, 409 where it is (or is not) in the trash.
///
/// # Errors
/// Those; and of the store.
pub async fn changeable<R: Record, P: Permit>(
    ctx: &Ctx<P>,
    tx: &Tx,
    id: R::Id,
    trashed: bool,
) -> ApiResult<R> {
    let found = R::find(tx, id, &ctx.me().owners(R::READ)?).await?;
    ctx.require_reach(found.owner())?;
    ctx.if_match(found.version(), || R::View::from(found.clone()))?;
    if found.deleted_at().is_some() != trashed {
        return Err(ApiError::new(
            ErrorCode::Conflict,
            if trashed {
                "The record is not in the trash."
            } else {
                "The record is in the trash; restore it first."
            },
        ));
    }
    Ok(found)
}

/// Writes a changed record, and says so in the log. Where it refers to something else than before
/// it is read again, for the names it is shown with.
///
/// # Errors
/// 412 when somebody was faster; and those of the store.
pub async fn save<R: Record, P: Permit>(
    ctx: &Ctx<P>,
    tx: &Tx,
    before: R,
    after: R,
    kind: EventKind,
    again: bool,
) -> ApiResult<R> {
    let deleted_at = after.deleted_at();
    let mut after = after.marked(before.version() + 1, tx.now(), deleted_at);
    R::store(tx, &before, &after).await?;
    if again {
        // Whoever gives a record away may not reach it any more, but is answered what it became.
        let owners = match ctx.me().owners(R::READ)? {
            owners if after.owner().is_none_or(|owner| owners.holds(owner)) => owners,
            _ => Owners::Anybody,
        };
        after = R::find(tx, after.id(), &owners).await?;
    }
    let event = NewEvent::new(kind, R::KIND, after.uuid(), &after.name());
    tx.record(event.between(&R::View::from(before), &R::View::from(after.clone())));
    Ok(after)
}

/// Moves a record to the trash.
///
/// # Errors
/// Those of [`changeable`] and [`save`].
pub async fn trash<R: Record, P: Permit>(ctx: &Ctx<P>, id: R::Id) -> ApiResult<Reply<R::View>> {
    ctx.write(async |tx| {
        let before = changeable::<R, P>(ctx, tx, id, false).await?;
        let after = before
            .clone()
            .marked(before.version(), tx.now(), Some(tx.now()));
        Ok(reply(
            save(ctx, tx, before, after, EventKind::Deleted, false).await?,
        ))
    })
    .await
}

/// Takes a record out of the trash.
///
/// # Errors
/// Those of [`changeable`] and [`save`].
pub async fn restore<R: Record, P: Permit>(ctx: &Ctx<P>, id: R::Id) -> ApiResult<Once<R::View>> {
    ctx.post(async |tx| {
        let before = changeable::<R, P>(ctx, tx, id, true).await?;
        let after = before.clone().marked(before.version(), tx.now(), None);
        Ok(reply(
            save(ctx, tx, before, after, EventKind::Restored, false).await?,
        ))
    })
    .await
}
