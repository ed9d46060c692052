//! The member whom a record of coaching is about.

use chrono::{DateTime, NaiveDate, Utc};
use domain::core::time;
use persistence::{
    Db, StoreError,
    identity::{member, organization},
};
use shared_types::{MemberId, Permission};

use crate::core::{
    context::{Ctx, Principal},
    error::{ApiError, ApiResult},
    permit::Permit,
};

/// The name of a member within reach of the permission of the handler.
///
/// # Errors
/// 422 on the field where the member is out of reach, not there or not active.
pub async fn agent<P: Permit>(
    ctx: &Ctx<P>,
    db: &impl Db,
    field: &str,
    id: MemberId,
) -> ApiResult<String> {
    let me = ctx.me();
    let reached = P::PERMISSION.is_some_and(|permission| me.reaches(permission, Some(id)));
    if !reached {
        return Err(ApiError::field(field, "must be a member within your reach"));
    }
    match member::get(db, id).await {
        Ok(row) if row.active => Ok(row.name),
        Ok(_) | Err(StoreError::NotFound) => Err(ApiError::field(
            field,
            "must be an active member of the organization",
        )),
        Err(error) => Err(error.into()),
    }
}

/// The day where the organization is.
///
/// # Errors
/// When the database does not answer.
pub async fn today(db: &impl Db, now: DateTime<Utc>) -> ApiResult<NaiveDate> {
    let zone = organization::get(db).await?.time_zone;
    Ok(time::today(now, zone.parse().unwrap_or(chrono_tz::UTC)))
}

/// Whether somebody is told of a deal that a record of coaching comes from.
pub fn sees_deal(me: &Principal, deal_owner: Option<MemberId>) -> bool {
    me.reaches(Permission::DealsRead, deal_owner)
}
