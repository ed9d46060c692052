//! What a member has, counted and given to another: every kind in the same way, each in one statement.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{Expr, SimpleExpr},
};
use shared_types::{
    MemberId,
    identity::{HandOverCounts, HandedOver},
};

use crate::{
    Db, StoreResult,
    crm::{activity, company, contact, deal, lead, saved_view},
    identity::{member, team},
};

/// Where it stands who has something.
struct Held<E: EntityTrait> {
    organization: E::Column,
    owner: E::Column,
    updated_at: E::Column,
    version: E::Column,
    /// What else must be true of a row.
    also: Option<SimpleExpr>,
}

macro_rules! held {
    ($aggregate:ident) => {
        held!($aggregate, OwnerId, None)
    };
    ($aggregate:ident, $owner:ident, $also:expr) => {
        Held::<$aggregate::Entity> {
            organization: $aggregate::Column::OrganizationId,
            owner: $aggregate::Column::$owner,
            updated_at: $aggregate::Column::UpdatedAt,
            version: $aggregate::Column::Version,
            also: $also,
        }
    };
}

/// From whom, to whom, and when.
#[derive(Clone, Copy)]
struct Step {
    from: MemberId,
    /// `None` counts only.
    to: Option<(Option<MemberId>, DateTime<Utc>)>,
}

async fn take<E>(db: &impl Db, held: Held<E>, step: Step) -> StoreResult<u64>
where
    E: EntityTrait,
    E::Model: Sync,
{
    let mut condition = db.owns(held.organization).and(held.owner.eq(step.from.0));
    if let Some(also) = held.also {
        condition = condition.and(also);
    }
    let Some((to, now)) = step.to else {
        return Ok(E::find().filter(condition).count(db).await?);
    };
    let done = E::update_many()
        .col_expr(held.owner, Expr::val(to.map(|id| id.0)))
        .col_expr(held.updated_at, Expr::val(now))
        .col_expr(held.version, Expr::col(held.version).add(1))
        .filter(condition)
        .exec(db)
        .await?;
    Ok(done.rows_affected)
}

/// Views that others see too. One of a name that the heir already has stays with who goes.
fn shared_views(db: &impl Db, to: Option<MemberId>) -> SimpleExpr {
    use saved_view::Column;
    let shared = Column::Shared.eq(true);
    let Some(heir) = to else { return shared };
    let taken = saved_view::Entity::find()
        .select_only()
        .columns([Column::Resource, Column::NameKey])
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::OwnerId.eq(heir.0))
        .into_query();
    let named = Expr::tuple([Expr::col(Column::Resource), Expr::col(Column::NameKey)]);
    shared.and(named.not_in_subquery(taken))
}

async fn of_kind(db: &impl Db, kind: HandedOver, step: Step) -> StoreResult<u64> {
    let heir = step.to.and_then(|(to, _)| to);
    match kind {
        HandedOver::Companies => take(db, held!(company), step).await,
        HandedOver::Contacts => take(db, held!(contact), step).await,
        HandedOver::Leads => take(db, held!(lead), step).await,
        HandedOver::Activities => {
            let open = activity::Column::DoneAt.is_null();
            take(db, held!(activity, OwnerId, Some(open)), step).await
        }
        HandedOver::Deals => take(db, held!(deal), step).await,
        // Each view has somebody: without an heir it stays where it is, and others go on seeing it.
        HandedOver::SavedViews if step.to.is_some() && heir.is_none() => Ok(0),
        HandedOver::SavedViews => {
            let also = Some(shared_views(db, heir));
            take(db, held!(saved_view, OwnerId, also), step).await
        }
        HandedOver::Teams => take(db, held!(team), step).await,
        HandedOver::Reports if step.to.is_none() => {
            let below = member::Column::ManagerId
                .eq(step.from.0)
                .or(member::Column::TeamLeaderId.eq(step.from.0));
            Ok(member::Entity::find()
                .filter(db.owns(member::Column::OrganizationId))
                .filter(below)
                .count(db)
                .await?)
        }
        HandedOver::Reports => {
            let but = || heir.map(|heir| member::Column::Id.ne(heir.0));
            take(db, held!(member, ManagerId, but()), step).await?;
            take(db, held!(member, TeamLeaderId, but()), step).await
        }
    }
}

/// What a member has, by kind.
///
/// # Errors
/// When the database does not answer.
pub async fn counts(db: &impl Db, of: MemberId) -> StoreResult<HandOverCounts> {
    let mut counts = HandOverCounts::default();
    for &kind in HandedOver::ALL {
        let step = Step { from: of, to: None };
        *counts.of_mut(kind) = of_kind(db, kind, step).await?;
    }
    Ok(counts)
}

/// Gives everything of a kind to another, or to nobody; answers how much.
///
/// # Errors
/// When the database does not answer.
pub async fn hand_over(
    db: &impl Db,
    kind: HandedOver,
    from: MemberId,
    to: Option<MemberId>,
    now: DateTime<Utc>,
) -> StoreResult<u64> {
    let step = Step {
        from,
        to: Some((to, now)),
    };
    of_kind(db, kind, step).await
}

/// The heir of those who report to somebody cannot report to himself: puts another above him, or
/// nobody.
///
/// # Errors
/// When the database does not answer.
pub async fn put_above(
    db: &impl Db,
    heir: MemberId,
    below: MemberId,
    above: Option<MemberId>,
    now: DateTime<Utc>,
) -> StoreResult<()> {
    let this = || Some(member::Column::Id.eq(heir.0));
    let step = Step {
        from: below,
        to: Some((above, now)),
    };
    take(db, held!(member, ManagerId, this()), step).await?;
    take(db, held!(member, TeamLeaderId, this()), step).await?;
    Ok(())
}
