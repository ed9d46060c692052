//! Who reads coaching. Every aggregate of coaching asks this, so that none widens what another guards.

use domain::coaching::access::{Side, side};
use persistence::{Db, Owners, coaching::access};
use shared_types::{MemberId, Permission, Reach, platform::SubjectKind};
use uuid::Uuid;

use crate::core::{
    context::{Ctx, Principal, Via},
    error::{ApiError, ApiResult},
    permit::Permit,
};

/// Whose coaching somebody reads.
#[derive(Clone, Debug)]
pub struct Reader {
    /// Who reads; what they coach or are coached in is always among it.
    pub me: MemberId,
    /// Those whose line reaches them, and they themselves.
    pub line: Vec<MemberId>,
    /// Those whose coaching they have opened for a while, with a reason; nobody's as a rule.
    pub opened: Owners,
}

impl Reader {
    /// What somebody reads.
    ///
    /// # Errors
    /// 403 for whoever reads no coaching at all; of the store.
    pub async fn of(
        me: &Principal,
        db: &impl Db,
        now: chrono::DateTime<chrono::Utc>,
    ) -> ApiResult<Self> {
        Self::with(me, db, now, Permission::CoachingSessionsRead).await
    }

    /// What somebody reads with a permission for good, without what they have opened for a while.
    ///
    /// # Errors
    /// 403 for whoever does not have it.
    pub fn lasting(me: &Principal, permission: Permission) -> ApiResult<Self> {
        let line = match me.reach(permission) {
            None => return Err(ApiError::forbidden()),
            Some(Reach::Own) => vec![me.member_id],
            // No reach is wider than the line; whatever the matrix says, coaching is not everybody's.
            Some(Reach::Team | Reach::Organization) => me.team.clone(),
        };
        Ok(Self {
            me: me.member_id,
            line,
            opened: Owners::Of(Vec::new()),
        })
    }

    /// What somebody reads with a permission of coaching.
    ///
    /// # Errors
    /// 403 for whoever does not have it; of the store.
    pub async fn with(
        me: &Principal,
        db: &impl Db,
        now: chrono::DateTime<chrono::Utc>,
        permission: Permission,
    ) -> ApiResult<Self> {
        let lasting = Self::lasting(me, permission)?;
        // What is opened is opened to a person who signed in, not to a program that goes on alone.
        let opens =
            matches!(me.via, Via::Session(_)) && me.reach(Permission::CoachingBreakGlass).is_some();
        let opened = if opens {
            access::opened(db, me.member_id, now).await?
        } else {
            Owners::Of(Vec::new())
        };
        Ok(Self { opened, ..lasting })
    }

    /// The agents whose records are read, for a condition on a column that is never empty.
    #[must_use]
    pub fn agents(&self) -> Owners {
        match &self.opened {
            Owners::Anybody => Owners::Anybody,
            Owners::Of(opened) => {
                let mut agents = self.line.clone();
                agents.extend(opened);
                Owners::Of(agents)
            }
        }
    }

    /// From which side a record is read; `None` where it may not be.
    #[must_use]
    pub fn side(&self, agents: &[MemberId], coaches: &[MemberId]) -> Option<Side> {
        let opened = agents.iter().any(|agent| self.opened.holds(*agent));
        side(self.me, &self.line, agents, coaches, opened)
    }
}

/// What the caller reads.
///
/// # Errors
/// Those of [`Reader::of`].
pub async fn reader<P: Permit>(ctx: &Ctx<P>, db: &impl Db) -> ApiResult<Reader> {
    Reader::of(ctx.me(), db, ctx.now()).await
}

/// Notes that an administrator read a record only because they opened it.
pub fn noted<P: Permit>(ctx: &Ctx<P>, side: Side, (kind, id, name): (SubjectKind, Uuid, &str)) {
    if side == Side::Opened {
        let sightings = &ctx.state().sightings;
        sightings.note(ctx.me().organization_id, ctx.actor(), (kind, id, name));
    }
}
