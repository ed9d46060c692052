//! What belongs to coaching sessions: who takes part, agenda, comments, disputes.

pub mod agenda;
pub mod comment;
pub mod dispute;
pub mod participant;

use std::collections::HashMap;

use sea_orm::{FromQueryResult, QueryFilter, QueryOrder, entity::prelude::*};
use shared_types::CoachingSessionId;

use super::{member_name, session};
use crate::{Db, Row, StoreResult, any_of};

/// What belongs to one session.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    /// Who takes part.
    pub participants: Vec<participant::Found>,
    /// What is to be talked about, in order.
    pub agenda: Vec<agenda::Found>,
    /// What was said about it, the first first.
    pub comments: Vec<comment::Found>,
    /// Disputes of its score, the first first.
    pub disputes: Vec<dispute::Found>,
}

/// Where the rows of a part say whose they are.
struct Place<C> {
    tenant: C,
    session: C,
    /// Names the member that is shown beside the row.
    member: C,
    order: C,
}

/// The rows of a part of some sessions, by their sessions.
async fn of_sessions<E, F>(
    db: &impl Db,
    ids: &[CoachingSessionId],
    place: Place<E::Column>,
    name: &str,
    session: impl Fn(&F) -> CoachingSessionId,
) -> StoreResult<HashMap<CoachingSessionId, Vec<F>>>
where
    E: EntityTrait,
    F: FromQueryResult + Row<Model = E::Model> + Send + Sync,
{
    use sea_orm::QuerySelect;
    let rows = E::find()
        .expr_as(member_name(db, place.member), name)
        .filter(db.owns(place.tenant))
        .filter(any_of(place.session, ids.iter().map(|id| id.0)))
        .order_by_asc(place.order)
        .into_model::<F>()
        .all(db)
        .await?;
    let mut found: HashMap<CoachingSessionId, Vec<F>> = HashMap::new();
    for row in rows {
        found.entry(session(&row)).or_default().push(row);
    }
    Ok(found)
}

/// The sessions with their parts, by one query a part for all of them.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn fill(
    db: &impl Db,
    mut sessions: Vec<session::Found>,
) -> StoreResult<Vec<session::Found>> {
    if sessions.is_empty() {
        return Ok(sessions);
    }
    let ids: Vec<CoachingSessionId> = sessions.iter().map(|found| found.row.id).collect();
    let mut participants = participant::of(db, &ids).await?;
    let mut agenda = agenda::of(db, &ids).await?;
    let mut comments = comment::of(db, &ids).await?;
    let mut disputes = dispute::of(db, &ids).await?;
    for found in &mut sessions {
        let id = &found.row.id;
        found.parts = Parts {
            participants: participants.remove(id).unwrap_or_default(),
            agenda: agenda.remove(id).unwrap_or_default(),
            comments: comments.remove(id).unwrap_or_default(),
            disputes: disputes.remove(id).unwrap_or_default(),
        };
    }
    Ok(sessions)
}
