//! What activities and notes are about, and its timelines.

use persistence::{
    Db, Tx,
    crm::{
        about::{AboutIds, Subject},
        company, contact, deal, lead,
    },
    platform::event::NewEvent,
};
use shared_types::platform::{EventKind, FieldChange};

use crate::core::{context::Ctx, error::ApiResult, permit::Permit, record::Record};

/// Checks that the records may be read of which a list asks what is about them.
///
/// # Errors
/// 404 where one is not there for the caller.
pub async fn require_readable<P: Permit>(ctx: &Ctx<P>, ids: AboutIds) -> ApiResult<()> {
    let read = ctx.read();
    require::<deal::Found, _>(ctx, &read, ids.deal).await?;
    require::<lead::Found, _>(ctx, &read, ids.lead).await?;
    require::<contact::Found, _>(ctx, &read, ids.contact).await?;
    require::<company::Found, _>(ctx, &read, ids.company).await
}

async fn require<R: Record, P: Permit>(
    ctx: &Ctx<P>,
    db: &impl Db,
    id: Option<R::Id>,
) -> ApiResult<()> {
    if let Some(id) = id {
        R::readable(db, id, ctx.me()).await?;
    }
    Ok(())
}

/// Says on the timelines of some records what happened to what is about them.
pub fn tell(tx: &Tx, kind: EventKind, about: &[Subject<'_>], field: &str, says: Option<&str>) {
    for (subject, id, name) in about {
        let Some(id) = id else { continue };
        let mut event = NewEvent::new(kind, *subject, *id, name.as_deref().unwrap_or_default());
        event.changes.extend(says.map(|says| FieldChange {
            field: field.to_owned(),
            before: None,
            after: Some(says.to_owned()),
        }));
        tx.record(event);
    }
}
