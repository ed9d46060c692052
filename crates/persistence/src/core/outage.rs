//! When the database was last found gone: connections from before are not tried one by one, each at the cost of a request.

use std::{
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

static START: LazyLock<Instant> = LazyLock::new(Instant::now);
/// Milliseconds from the start to the last time it was gone; 0 if it never was.
static LAST: AtomicU64 = AtomicU64::new(0);

fn since_start(time: Instant) -> u64 {
    let passed = time.saturating_duration_since(*START);
    u64::try_from(passed.as_millis()).unwrap_or(u64::MAX)
}

/// The database has just been found gone.
pub(crate) fn noticed() {
    LAST.fetch_max(since_start(Instant::now()).max(1), Ordering::Relaxed);
}

/// Whether a connection of this age is one from before.
pub(crate) fn has_outlived(age: Duration) -> bool {
    let last = LAST.load(Ordering::Relaxed);
    last > 0 && (Instant::now().checked_sub(age)).is_none_or(|made| since_start(made) <= last)
}
