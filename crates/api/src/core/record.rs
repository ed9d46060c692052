//! What every record goes through: found within reach, changed at the version that was read, put
//! into the trash and taken out again.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use domain::{core::error::IN_TRASH, platform::event::holds_person};
use persistence::{
    Db, Owners, StoreResult, Tx,
    crm::tag_link::{self, Tags},
    platform::event::{NewEvent, SealedColumns},
};
use serde::{Serialize, de::DeserializeOwned};
use shared_types::{
    ErrorCode, MemberId, Patch, Permission,
    platform::{Event, EventKind, ListEvents, SubjectKind},
};
use uuid::Uuid;

use crate::core::{
    context::{Ctx, Once, Principal},
    error::{ApiError, ApiResult},
    permit::Permit,
    reply::Reply,
};

/// A record as it is found: its row with the names of what it refers to. [`record!`] writes it.
#[expect(async_fn_in_trait, reason = "nobody needs to send the futures")]
pub trait Record: Clone + Sized {
    /// What the API answers.
    type View: Clone + Serialize + DeserializeOwned;
    /// Its identifier.
    type Id: Copy;
    /// What events say it is.
    const KIND: SubjectKind;
    /// What a caller needs to see it.
    const READ: Permission;

    /// The record within reach, in the trash or not.
    async fn find(db: &impl Db, id: Self::Id, owners: &Owners) -> StoreResult<Self>;
    /// The record as far as a caller may read it, in the trash or not.
    async fn readable(db: &impl Db, id: Self::Id, me: &Principal) -> ApiResult<Self> {
        Ok(Self::find(db, id, &me.owners(Self::READ)?).await?)
    }
    /// Writes a changed record.
    async fn store(tx: &Tx, before: &Self, after: &Self) -> StoreResult<()>;
    /// What the API answers of it.
    async fn view(self, db: &impl Db, now: DateTime<Utc>) -> ApiResult<Self::View>;
    /// Says of a change where else it matters than in the record's own history.
    fn tell(&self, _: &Tx, _: EventKind) {}
    /// Its identifier.
    fn id(&self) -> Self::Id;
    /// Its identifier, whatever it is.
    fn uuid(&self) -> Uuid;
    /// What it is called.
    fn name(&self) -> Cow<'_, str>;
    /// The member who looks after it.
    fn owner(&self) -> Option<MemberId>;
    /// Grows by one with every change.
    fn version(&self) -> i64;
    /// When it was moved to the trash.
    fn deleted_at(&self) -> Option<DateTime<Utc>>;
    /// Its tags, where its kind has some.
    fn tags(&self) -> Option<&Tags> {
        None
    }
    /// The record that it was merged into.
    fn merged_into(&self) -> Option<Uuid> {
        None
    }
    /// Its columns that are encrypted, of which the log says only that they changed.
    fn sealed(&self) -> SealedColumns<'_> {
        Vec::new()
    }
    /// Puts it into the trash, or takes it out.
    fn set_deleted_at(&mut self, at: Option<DateTime<Utc>>);
    /// Says that it is another version since now.
    fn touch(&mut self, version: i64, now: DateTime<Utc>);
}

/// Makes a row with what it refers to a [`Record`].
macro_rules! record {
    (
        $found:ty, $id_type:ty => $view:ty, $kind:ident, $read:ident;
        find($db:ident, $id:ident, $owners:ident) = $find:expr;
        store($tx:ident, $before:ident, $after:ident) = $store:expr;
        view($this:ident, $view_db:ident, $now:ident) = $as_view:expr;
        $(readable($readable_db:ident, $readable_id:ident, $me:ident) = $readable:expr;)?
        $(tell($told:ident, $told_tx:ident, $kind_told:ident) = $tell:expr;)?
        name($named:ident) = $name:expr; owner($row:ident) = $owner:expr;
        $(merged_into = $merged:ident;)?
        $(sealed = $sealed:ident;)?
        $(tags = $tags:ident;)?
    ) => {
        impl $crate::core::record::Record for $found {
            type View = $view;
            type Id = $id_type;
            const KIND: ::shared_types::platform::SubjectKind =
                ::shared_types::platform::SubjectKind::$kind;
            const READ: ::shared_types::Permission = ::shared_types::Permission::$read;

            async fn find(
                $db: &impl ::persistence::Db,
                $id: $id_type,
                $owners: &::persistence::Owners,
            ) -> ::persistence::StoreResult<Self> {
                $find.await
            }

            $(async fn readable(
                $readable_db: &impl ::persistence::Db,
                $readable_id: $id_type,
                $me: &$crate::core::context::Principal,
            ) -> $crate::core::error::ApiResult<Self> {
                Ok($readable.await?)
            })?

            $(fn tell(
                &self,
                $told_tx: &::persistence::Tx,
                $kind_told: ::shared_types::platform::EventKind,
            ) {
                let $told = self;
                $tell
            })?

            async fn store(
                $tx: &::persistence::Tx,
                before: &Self,
                after: &Self,
            ) -> ::persistence::StoreResult<()> {
                let ($before, $after) = (&before.row, after.row.clone());
                $store.await
            }

            async fn view(
                self,
                $view_db: &impl ::persistence::Db,
                $now: ::chrono::DateTime<::chrono::Utc>,
            ) -> $crate::core::error::ApiResult<$view> {
                let $this = self;
                $as_view
            }

            fn id(&self) -> $id_type {
                self.row.id
            }

            fn uuid(&self) -> ::uuid::Uuid {
                self.row.id.0
            }

            fn name(&self) -> ::std::borrow::Cow<'_, str> {
                let $named = self;
                $name.into()
            }

            fn owner(&self) -> Option<::shared_types::MemberId> {
                let $row = &self.row;
                $owner
            }

            fn version(&self) -> i64 {
                self.row.version
            }

            fn deleted_at(&self) -> Option<::chrono::DateTime<::chrono::Utc>> {
                self.row.deleted_at
            }

            $(fn merged_into(&self) -> Option<::uuid::Uuid> {
                self.row.$merged.map(Into::into)
            })?

            $(fn tags(&self) -> Option<&::persistence::crm::tag_link::Tags> {
                Some(&self.$tags)
            })?

            $(fn sealed(&self) -> ::persistence::platform::event::SealedColumns<'_> {
                self.row.$sealed()
            })?

            fn set_deleted_at(&mut self, at: Option<::chrono::DateTime<::chrono::Utc>>) {
                self.row.deleted_at = at;
            }

            fn touch(&mut self, version: i64, now: ::chrono::DateTime<::chrono::Utc>) {
                self.row.version = version;
                self.row.updated_at = now;
            }
        }
    };
}
pub(crate) use record;

/// A record as it was read for a change.
pub struct Before<R: Record> {
    /// The record.
    pub found: R,
    /// What the API says of it.
    pub view: R::View,
}

/// The answer with a record.
///
/// # Errors
/// Of the store.
pub async fn reply<R: Record>(
    db: &impl Db,
    found: R,
    now: DateTime<Utc>,
) -> ApiResult<Reply<R::View>> {
    let version = found.version();
    Ok(Reply::record(found.view(db, now).await?, version))
}

/// The record to read, in the trash or not.
///
/// # Errors
/// 404 unless it may be read; of the store.
pub async fn get<R: Record, P: Permit>(ctx: &Ctx<P>, id: R::Id) -> ApiResult<Reply<R::View>> {
    let found: R = seen(ctx, id).await?;
    reply(&ctx.read(), found, ctx.now()).await
}

/// The record to read, in the trash or not, before it is answered.
///
/// # Errors
/// 404 unless it may be read; of the store.
pub async fn seen<R: Record, P: Permit>(ctx: &Ctx<P>, id: R::Id) -> ApiResult<R> {
    let found = R::readable(&ctx.read(), id, ctx.me()).await?;
    sighted(ctx, &found);
    Ok(found)
}

/// Notes that the caller saw a record, if it is about a person.
pub fn sighted<R: Record, P: Permit>(ctx: &Ctx<P>, found: &R) {
    if holds_person(R::KIND) {
        let seen = (R::KIND, found.uuid(), &*found.name());
        let sightings = &ctx.state().sightings;
        sightings.note(ctx.me().organization_id, ctx.actor(), seen);
    }
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
) -> ApiResult<Before<R>> {
    let found = R::readable(tx, id, ctx.me()).await?;
    ctx.require_reach(found.owner())?;
    let view = found.clone().view(tx, tx.now()).await?;
    ctx.if_match(found.version(), || view.clone())?;
    check_trash(&found, trashed)?;
    Ok(Before { found, view })
}

/// Whether a record is in the trash, or is not, as it has to be. What was merged leaves the trash by
/// undoing that alone.
///
/// # Errors
/// 409 otherwise.
pub fn check_trash<R: Record>(found: &R, trashed: bool) -> ApiResult<()> {
    let message = match (found.deleted_at(), found.merged_into()) {
        (Some(_), Some(_)) if trashed => "The record was merged into another; undo the merge.",
        (Some(_), Some(_)) => "The record was merged into another; change that one.",
        (Some(_), None) if !trashed => IN_TRASH,
        (None, _) if trashed => "The record is not in the trash.",
        _ => return Ok(()),
    };
    Err(ApiError::new(ErrorCode::Conflict, message))
}

/// Writes a changed record, says so in the log, and answers it. Where it refers to something else
/// than before it is read again, for the names it is shown with.
///
/// # Errors
/// 412 when somebody was faster; and those of the store.
pub async fn save<R: Record>(
    tx: &Tx,
    before: Before<R>,
    mut after: R,
    kind: EventKind,
    again: bool,
) -> ApiResult<Reply<R::View>> {
    after.touch(before.found.version() + 1, tx.now());
    R::store(tx, &before.found, &after).await?;
    if let (Some(was), Some(is)) = (before.found.tags(), after.tags()) {
        tag_link::replace(tx, R::KIND, after.uuid(), was, is).await?;
    }
    if again {
        // Whoever gives a record away may not reach it any more, but is answered what it became.
        after = R::find(tx, after.id(), &Owners::Anybody).await?;
    }
    let event = NewEvent::new(kind, R::KIND, after.uuid(), &after.name());
    after.tell(tx, kind);
    let version = after.version();
    let view = after.clone().view(tx, tx.now()).await?;
    let event = event.between(&before.view, &view);
    tx.record(event.sealed(before.found.sealed(), after.sealed()));
    Ok(Reply::record(view, version))
}

/// Moves a record to the trash, or takes it out.
///
/// # Errors
/// Those of [`changeable`] and [`save`].
pub async fn bin<R: Record, P: Permit>(
    ctx: &Ctx<P>,
    tx: &Tx,
    id: R::Id,
    trash: bool,
) -> ApiResult<Reply<R::View>> {
    let before = changeable::<R, P>(ctx, tx, id, !trash).await?;
    let mut after = before.found.clone();
    after.set_deleted_at(trash.then(|| tx.now()));
    let kind = if trash {
        EventKind::Deleted
    } else {
        EventKind::Restored
    };
    save(tx, before, after, kind, false).await
}

/// Moves a record to the trash.
///
/// # Errors
/// Those of [`bin`].
pub async fn trash<R: Record, P: Permit>(ctx: &Ctx<P>, id: R::Id) -> ApiResult<Reply<R::View>> {
    ctx.write(async |tx| bin::<R, P>(ctx, tx, id, true).await)
        .await
}

/// Takes a record out of the trash.
///
/// # Errors
/// Those of [`bin`].
pub async fn restore<R: Record, P: Permit>(ctx: &Ctx<P>, id: R::Id) -> ApiResult<Once<R::View>> {
    ctx.post(async |tx| bin::<R, P>(ctx, tx, id, false).await)
        .await
}

/// What happened to a record, the latest first.
///
/// # Errors
/// 404 unless it may be read; of the store.
pub async fn timeline<R: Record, P: Permit>(
    ctx: &Ctx<P>,
    id: R::Id,
    query: ListEvents,
) -> ApiResult<Reply<Vec<Event>>> {
    let found = R::readable(&ctx.read(), id, ctx.me()).await?;
    ctx.timeline(R::KIND, found.uuid(), query).await
}

/// Who looks after a new record, and that member's name: whom the caller names and may give it to, else
/// the caller.
///
/// # Errors
/// 403 when the member is out of reach; 422 on `ownerId` when there is no such member.
pub async fn first_owner<P: Permit>(
    ctx: &Ctx<P>,
    tx: &Tx,
    named: Option<MemberId>,
) -> ApiResult<(Option<MemberId>, Option<String>)> {
    if named.is_some() {
        ctx.require_assignable(named)?;
    }
    let owner = named.or(Some(ctx.me().member_id));
    Ok((owner, ctx.member_name(tx, owner).await?))
}

/// The name of the member whom a change gives a record to, if the caller may.
///
/// # Errors
/// 403 when the member is out of reach, or the record may not be left without an owner; 422 on `ownerId`
/// when there is no such member.
pub async fn next_owner<P: Permit>(
    ctx: &Ctx<P>,
    tx: &Tx,
    owner: &Patch<MemberId>,
) -> ApiResult<Option<String>> {
    let owner = match owner {
        Patch::Keep => return Ok(None),
        Patch::Clear => None,
        Patch::Set(owner) => Some(*owner),
    };
    ctx.require_assignable(owner)?;
    ctx.member_name(tx, owner).await
}
