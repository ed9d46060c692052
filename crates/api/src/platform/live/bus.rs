//! What servers and workers tell each other: in memory, and over Redis where there is one.
//!
//! Nothing depends on a signal: who misses one reads the log a second later.

use std::{sync::Arc, time::Duration};

use deadpool_redis::redis;
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use shared_types::{
    OrganizationId,
    platform::{PresentMember, RealtimeData, RealtimeSubject, SignalKind},
};
use tokio::sync::{Semaphore, broadcast, watch};
use uuid::Uuid;

use crate::core::clock::new_id;

/// Where signals go in Redis.
const CHANNEL: &str = "touchline:live";
/// Signals that wait in memory.
const WAITING: usize = 4096;
/// Signals on their way to Redis: when it is frozen, more are left out.
const ON_THEIR_WAY: usize = 16;
/// How long one may take.
const PATIENCE: Duration = Duration::from_secs(1);

/// A signal.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "signal", rename_all = "camelCase")]
pub enum Signal {
    /// The stream of an organization has grown.
    Events {
        organization: OrganizationId,
        /// Up to here.
        seq: i64,
    },
    /// Something that no log keeps.
    Told {
        organization: OrganizationId,
        kind: SignalKind,
        subject: RealtimeSubject,
        data: RealtimeData,
    },
    /// Who has a record open, at one server.
    Present {
        organization: OrganizationId,
        server: Uuid,
        subject: RealtimeSubject,
        members: Vec<PresentMember>,
    },
}

/// A signal with who sent it: a process does not hear itself twice.
#[derive(Serialize, Deserialize)]
struct Envelope {
    from: Uuid,
    signal: Signal,
}

/// Carries signals.
pub struct Bus {
    /// This process.
    pub server: Uuid,
    memory: broadcast::Sender<Signal>,
    redis: Option<deadpool_redis::Pool>,
    sending: Arc<Semaphore>,
}

impl Bus {
    /// A bus of this process, and of all that share a Redis.
    #[must_use]
    pub fn new(redis: Option<deadpool_redis::Pool>) -> Self {
        Self {
            server: new_id(),
            memory: broadcast::Sender::new(WAITING),
            redis,
            sending: Arc::new(Semaphore::new(ON_THEIR_WAY)),
        }
    }

    /// Hears what is signalled from now on.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<Signal> {
        self.memory.subscribe()
    }

    /// Tells everybody, without waiting for it.
    pub fn send(&self, signal: Signal) {
        if let Some(pool) = self.redis.clone() {
            let envelope = Envelope {
                from: self.server,
                signal: signal.clone(),
            };
            let text = serde_json::to_string(&envelope).unwrap_or_default();
            let runtime = tokio::runtime::Handle::try_current();
            match (self.sending.clone().try_acquire_owned(), runtime) {
                (Ok(place), Ok(runtime)) => {
                    runtime.spawn(async move {
                        let _place = place;
                        match tokio::time::timeout(PATIENCE, publish(&pool, text)).await {
                            Ok(Ok(())) => {}
                            Ok(Err(error)) => {
                                tracing::debug!(error, "a signal did not reach Redis")
                            }
                            Err(_) => tracing::debug!("a signal did not reach Redis in time"),
                        }
                    });
                }
                _ => metrics::counter!("touchline_live_signals_dropped_total").increment(1),
            }
        }
        // Nobody may be listening.
        let _ = self.memory.send(signal);
    }

    /// Hears what other processes signal over Redis, until `stop` says so.
    pub async fn relay(&self, url: Option<&str>, mut stop: watch::Receiver<bool>) {
        let Some(url) = url else { return };
        while !*stop.borrow() {
            tokio::select! {
                result = self.subscribed(url) => {
                    let error = result.err().unwrap_or_else(|| "the connection has ended".to_owned());
                    tracing::warn!(error, "signals of other servers do not arrive: Redis fails; the log is read once a second");
                }
                _ = stop.changed() => return,
            }
            tokio::select! {
                () = tokio::time::sleep(PATIENCE) => {}
                _ = stop.changed() => {}
            }
        }
    }

    async fn subscribed(&self, url: &str) -> Result<(), String> {
        let text = |error: redis::RedisError| error.to_string();
        let client = redis::Client::open(url).map_err(text)?;
        let mut pubsub = tokio::time::timeout(PATIENCE * 5, client.get_async_pubsub())
            .await
            .map_err(|_| "Redis does not answer".to_owned())?
            .map_err(text)?;
        pubsub.subscribe(CHANNEL).await.map_err(text)?;
        let mut messages = pubsub.on_message();
        while let Some(message) = messages.next().await {
            match serde_json::from_slice::<Envelope>(message.get_payload_bytes()) {
                Ok(Envelope { from, .. }) if from == self.server => {}
                Ok(Envelope { signal, .. }) => {
                    let _ = self.memory.send(signal);
                }
                // Another version of the server may know more of them.
                Err(error) => tracing::debug!(%error, "a signal was not understood"),
            }
        }
        Ok(())
    }
}

async fn publish(pool: &deadpool_redis::Pool, text: String) -> Result<(), String> {
    let mut connection = pool.get().await.map_err(|error| error.to_string())?;
    let _: i64 = redis::cmd("PUBLISH")
        .arg(CHANNEL)
        .arg(text)
        .query_async(&mut connection)
        .await
        .map_err(|error| error.to_string())?;
    Ok(())
}
