//! What members are told of.

use chrono::{DateTime, Utc};
use sea_orm::{
    FromQueryResult, PaginatorTrait, QueryFilter, QuerySelect,
    entity::prelude::*,
    sea_query::{Expr, LockType},
};
use shared_types::{
    MemberId, NotificationId, OrganizationId,
    platform::{ListNotifications, Notification, NotificationKind, NotificationSort, SubjectKind},
};
use uuid::Uuid;

use super::event::NewEvent;
use crate::{
    Actor, Db, Filter, Page, PageRequest, Sorting, StoreResult, System, Tx, any_of, by,
    core::{joined, row, view},
    crm::{activity, company, contact, deal, lead},
    identity::member,
    page,
};

/// A row of a notification.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notifications")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NotificationId,
    pub organization_id: OrganizationId,
    /// Who is told.
    pub member_id: MemberId,
    pub kind: NotificationKind,
    pub subject_type: SubjectKind,
    pub subject_id: Uuid,
    pub title: String,
    pub detail: Option<String>,
    pub path: String,
    pub actor_id: Option<MemberId>,
    /// Whether the product shows it, or a mail alone tells of it.
    pub in_product: bool,
    /// Whether its mail is that of the day.
    pub digest: bool,
    pub created_at: DateTime<Utc>,
    /// When it was found that its member may be told; none until then.
    pub shown_at: Option<DateTime<Utc>>,
    pub read_at: Option<DateTime<Utc>>,
    /// When its mail is due; none once that is done.
    pub mail_at: Option<DateTime<Utc>>,
}

joined! { Actor = ActorId -> member { Name as actor_name } }

/// A notification with the name of who did it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Found {
    /// The row.
    #[sea_orm(nested)]
    pub row: Model,
    /// Name of the member who did it.
    pub actor_name: Option<String>,
}

row!(Found);

view! {
    Found => Notification;
    shown(id, kind, subject_type, subject_id, title, detail, path, actor_id, created_at, read_at);
    hidden(organization_id, member_id, in_product, digest, shown_at, mail_at);
    beside(actor_name);
}

/// What a member is to be told of.
#[derive(Clone, Debug)]
pub struct NewNotification<'a> {
    /// Who is told.
    pub member: MemberId,
    /// Of what.
    pub kind: NotificationKind,
    /// The record, and what it is called.
    pub subject: (SubjectKind, Uuid, &'a str),
    /// More of it.
    pub detail: Option<String>,
    /// The page of the client that shows it.
    pub path: String,
}

/// Who is told of an event: the member to whom somebody gave a deal or a lead. Neither imports nor jobs tell anybody, nor does
/// who gives it to themselves.
pub(crate) fn assigned<'a>(event: &'a NewEvent, actor: &Actor) -> Option<NewNotification<'a>> {
    actor.request_id.as_ref()?;
    let change = event.changes.iter().find(|it| it.field == "ownerId")?;
    let member = MemberId(change.after.as_ref()?.parse().ok()?);
    given(
        actor,
        event.subject_type,
        event.subject_id,
        event.subject_name.as_deref()?,
        member,
    )
}

/// The notification of a member to whom somebody else gives a deal or a lead.
#[must_use]
pub fn given<'a>(
    actor: &Actor,
    subject: SubjectKind,
    id: Uuid,
    name: &'a str,
    member: MemberId,
) -> Option<NewNotification<'a>> {
    let (kind, path) = match subject {
        SubjectKind::Deal => (NotificationKind::DealAssigned, "deals"),
        SubjectKind::Lead => (NotificationKind::LeadAssigned, "leads"),
        _ => return None,
    };
    (actor.member != Some(member)).then(|| NewNotification {
        member,
        kind,
        subject: (subject, id, name),
        detail: None,
        path: format!("/{path}/{id}"),
    })
}

/// Queues that a member is told of something, with the transaction in which it happens.
pub fn tell(tx: &Tx, new: NewNotification<'_>) {
    let NewNotification {
        member,
        kind,
        subject: (subject_type, subject_id, name),
        detail,
        path,
    } = new;
    tx.insert::<Entity>(Model {
        id: tx.new_id(),
        organization_id: tx.organization(),
        member_id: member,
        kind,
        subject_type,
        subject_id,
        title: name.chars().take(300).collect(),
        detail,
        path,
        actor_id: tx.actor().member,
        in_product: true,
        digest: false,
        created_at: tx.now(),
        shown_at: None,
        read_at: None,
        mail_at: None,
    });
}

/// Those that a member sees.
fn of(db: &impl Db, member: MemberId) -> Filter<Entity> {
    Filter::new(select(db))
        .is(Column::MemberId, Some(member))
        .is(Column::InProduct, Some(true))
        .has(Column::ShownAt, Some(true))
}

/// A page of what a member was told, the latest first.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    db: &impl Db,
    member: MemberId,
    query: &ListNotifications,
    request: &PageRequest,
) -> StoreResult<Page<Found>> {
    let select = of(db, member)
        .has(Column::ReadAt, query.unread.map(|unread| !unread))
        .any(Column::Kind, query.kind.as_ref())
        .and(query.q.as_ref().map(|words| Column::Title.contains(words)))
        .never_trashed(query.trashed)
        .select();
    let sorting =
        Sorting::greatest(
            Column::Id,
            query.sort,
            NotificationSort::CreatedAt,
            |key| match key {
                NotificationSort::CreatedAt => by(Column::CreatedAt),
            },
        );
    page(db, select, &sorting, request).await
}

/// How many a member has not read.
///
/// # Errors
/// When the database does not answer.
pub async fn unread(db: &impl Db, member: MemberId) -> StoreResult<u64> {
    let all = Entity::find()
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::MemberId.eq(member.0))
        .filter(Column::InProduct.eq(true))
        .filter(Column::ShownAt.is_not_null())
        .filter(Column::ReadAt.is_null());
    Ok(all.count(db).await?)
}

/// One that a member sees.
///
/// # Errors
/// [`StoreError::NotFound`](crate::StoreError::NotFound) when there is none.
pub async fn get(db: &impl Db, member: MemberId, id: NotificationId) -> StoreResult<Found> {
    of(db, member).is(Column::Id, Some(id)).one(db).await
}

/// Marks what a member sees as read, or as not read: one of them, or all.
///
/// # Errors
/// When the database does not answer.
pub async fn mark(
    tx: &Tx,
    member: MemberId,
    one: Option<NotificationId>,
    read_at: Option<DateTime<Utc>>,
) -> StoreResult<()> {
    let mut update = Entity::update_many()
        .col_expr(Column::ReadAt, Expr::val(read_at))
        .filter(tx.owns(Column::OrganizationId))
        .filter(Column::MemberId.eq(member.0))
        .filter(Column::ShownAt.is_not_null());
    if read_at.is_some() {
        update = update.filter(Column::ReadAt.is_null());
    }
    if let Some(id) = one {
        update = update.filter(Column::Id.eq(id.0));
    }
    update.exec(tx).await?;
    Ok(())
}

/// A notification that waits.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct Due {
    /// Whose it is.
    pub organization_id: OrganizationId,
    /// Which it is.
    pub id: NotificationId,
}

impl System {
    /// Those of all tenants that wait to be shown or to be mailed by now; at most `limit` of each.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn due_notifications(&self, now: DateTime<Utc>, limit: i32) -> StoreResult<Vec<Due>> {
        self.all(
            "SELECT * FROM due_notifications($1, $2)",
            "SELECT organization_id, id FROM notifications WHERE shown_at IS NULL OR mail_at <= ?1 ORDER BY created_at LIMIT ?2",
            vec![now.into(), limit.into()],
            false,
        )
        .await
    }

    /// Deletes those of before a time.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn clean_notifications(&self, before: DateTime<Utc>) -> StoreResult<()> {
        self.rows(
            "SELECT clean_notifications($1)",
            "DELETE FROM notifications WHERE created_at < ?1",
            vec![before.into()],
            true,
        )
        .await?;
        Ok(())
    }
}

/// Takes some that wait, unless they were taken meanwhile: another worker that looks at the same rows waits, and then finds
/// nothing to take.
///
/// # Errors
/// When the database does not answer.
pub async fn take(tx: &Tx, ids: &[NotificationId]) -> StoreResult<Vec<Found>> {
    let waits = Column::ShownAt.is_null().or(Column::MailAt.lte(tx.now()));
    let mut due = select(tx)
        .filter(any_of(Column::Id, ids.iter().map(|id| id.0)))
        .filter(waits);
    QuerySelect::query(&mut due).lock_with_tables(LockType::Update, [Entity]);
    Ok(due.into_model::<Found>().all(tx).await?)
}

/// Writes what became of one that was taken.
///
/// # Errors
/// When the database does not answer.
pub async fn put(tx: &Tx, row: &Model) -> StoreResult<()> {
    Entity::update_many()
        .col_expr(Column::InProduct, Expr::val(row.in_product))
        .col_expr(Column::Digest, Expr::val(row.digest))
        .col_expr(Column::ShownAt, Expr::val(row.shown_at))
        .col_expr(Column::MailAt, Expr::val(row.mail_at))
        .filter(tx.owns(Column::OrganizationId))
        .filter(Column::Id.eq(row.id.0))
        .exec(tx)
        .await?;
    Ok(())
}

/// Deletes some.
///
/// # Errors
/// When the database does not answer.
pub async fn delete(tx: &Tx, ids: &[NotificationId]) -> StoreResult<()> {
    if ids.is_empty() {
        return Ok(());
    }
    Entity::delete_many()
        .filter(tx.owns(Column::OrganizationId))
        .filter(any_of(Column::Id, ids.iter().map(|id| id.0)))
        .exec(tx)
        .await?;
    Ok(())
}

/// The owner of a record that is not in the trash; `None` where there is no such record.
///
/// # Errors
/// When the database does not answer.
pub async fn owner_of(
    db: &impl Db,
    kind: SubjectKind,
    id: Uuid,
) -> StoreResult<Option<Option<MemberId>>> {
    macro_rules! owner {
        ($table:ident) => {
            $table::Entity::find()
                .select_only()
                .column($table::Column::OwnerId)
                .filter(db.owns($table::Column::OrganizationId))
                .filter($table::Column::Id.eq(id))
                .filter($table::Column::DeletedAt.is_null())
                .into_tuple::<Option<MemberId>>()
                .one(db)
                .await?
        };
    }
    Ok(match kind {
        SubjectKind::Deal => owner!(deal),
        SubjectKind::Lead => owner!(lead),
        SubjectKind::Company => owner!(company),
        SubjectKind::Contact => owner!(contact),
        SubjectKind::Activity => owner!(activity),
        _ => Some(None),
    })
}
