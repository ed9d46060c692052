//! Who takes records out.

use std::sync::Arc;

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use domain::platform::export::permission;
use persistence::{Owners, Read};
use shared_types::{Permission, platform::ImportKind};

use crate::core::{
    context::{Ctx, Principal},
    error::ApiResult,
    permit::ExportsCreate,
    state::AppState,
};

/// Who takes records out: what leaves is what this member reaches.
#[derive(Clone)]
pub(super) struct Taker {
    pub(super) state: Data<AppState>,
    pub(super) me: Arc<Principal>,
    pub(super) now: DateTime<Utc>,
}

impl Taker {
    /// The caller of a request.
    pub(super) fn of(ctx: &Ctx<ExportsCreate>) -> Self {
        Self {
            state: ctx.state().clone(),
            me: Arc::new(ctx.me().clone()),
            now: ctx.now(),
        }
    }

    pub(super) fn read(&self) -> Read {
        self.state.store.read(self.me.organization_id)
    }

    /// The owners whose records both the export and the list reach.
    ///
    /// # Errors
    /// 403 without the permission of either.
    pub(super) fn owners(&self, kind: ImportKind) -> ApiResult<Owners> {
        let list = self.me.owners(permission(kind))?;
        Ok(self.me.owners(Permission::ExportsCreate)?.and(list))
    }
}
