//! What the whole process shares.

use std::{
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use integrations::mail::Mailer;
use moka::future::Cache;
use persistence::{Actor, Store, StoreOptions};
use sha2::{Digest, Sha512};
use shared_types::SessionId;

use crate::platform::{live::hub::Hub, sighting::Sightings};

use crate::core::{
    clock::{Clock, new_id},
    config::Config,
    context::{Credentials, Principal},
    cursor::Cursors,
    openapi::Routes,
    overload::Lanes,
    password::Passwords,
    rate_limit::RateLimiter,
    seal::Sealer,
    sign::Signer,
    token::TokenKeys,
};

/// What the whole process shares.
pub struct AppState {
    pub config: Config,
    pub store: Store,
    pub clock: Clock,
    pub started_at: DateTime<Utc>,
    pub tokens: TokenKeys,
    pub cursors: Cursors,
    /// Encrypts secrets that are kept.
    pub seal: Arc<Sealer>,
    /// Signs where the audit log ends.
    pub signer: Signer,
    pub passwords: Passwords,
    pub limiter: RateLimiter,
    /// Where requests wait for their turn.
    pub lanes: Lanes,
    /// Who opened whose personal data, until it is written.
    pub sightings: Sightings,
    /// Who is connected, to be told what happens.
    pub live: Arc<Hub>,
    pub mailer: Mailer,
    pub redis: Option<deadpool_redis::Pool>,
    /// Who a session or an API key stands for: kept for a second, so that what changes holds everywhere within it.
    pub principals: Cache<Credentials, Arc<Principal>>,
    /// Set when the process is asked to end: readiness says no.
    pub draining: AtomicBool,
    /// Paths and methods of the API, for 405.
    pub routes: Routes,
}

impl AppState {
    /// The product itself, where nobody asks it to act.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor {
            member: None,
            request_id: None,
            ip_address: None,
            now: self.clock.now(),
            new_id,
        }
    }

    /// Lets this process forget what a session stood for: it has ended or changed.
    pub async fn forget(&self, session: SessionId) {
        self.principals
            .invalidate(&Credentials::from(session))
            .await;
    }

    /// Opens everything the process needs.
    ///
    /// # Errors
    /// What could not be opened, for the operator.
    pub async fn open(config: Config, clock: Clock) -> Result<Data<Self>, String> {
        let store = Store::open(StoreOptions {
            url: config.database_url.clone(),
            migrate_url: config.migrate_url.clone(),
            replica_url: config.replica_url.clone(),
            max_connections: config.max_connections,
            pooled: config.pooled,
        })
        .await
        .map_err(|error| format!("DATABASE_URL: {error}"))?;
        let redis = config
            .redis_url
            .as_ref()
            .map(|url| {
                deadpool_redis::Config::from_url(url)
                    .create_pool(Some(deadpool_redis::Runtime::Tokio1))
                    .map_err(|error| format!("REDIS_URL: {error}"))
            })
            .transpose()?;
        let mailer = match &config.smtp_url {
            Some(url) => Mailer::smtp(url, &config.mail_from)
                .map_err(|error| format!("TOUCHLINE_SMTP_URL or TOUCHLINE_MAIL_FROM: {error}"))?,
            None => {
                let folder = config.data_dir.join("mail");
                tracing::info!(folder = %folder.display(), "no mail server is configured: mails go into a folder");
                Mailer::folder(&folder, &config.mail_from).map_err(|error| {
                    format!("TOUCHLINE_DATA_DIR or TOUCHLINE_MAIL_FROM: {error}")
                })?
            }
        };
        let first = config.secrets.first().cloned().unwrap_or_default();
        Ok(Data::new(Self {
            tokens: TokenKeys::new(&config.secrets)
                .map_err(|error| format!("TOUCHLINE_SECRET: {error}"))?,
            seal: Sealer::new(&config.secrets)
                .map(Arc::new)
                .map_err(|error| format!("TOUCHLINE_SECRET: {error}"))?,
            signer: Signer::new(&config.secrets)
                .map_err(|error| format!("TOUCHLINE_SECRET: {error}"))?,
            cursors: Cursors::new(Sha512::digest([b"cursor:", first.as_slice()].concat()).into()),
            passwords: Passwords::default(),
            limiter: RateLimiter::new(redis.clone()),
            lanes: Lanes::new(config.max_in_flight),
            sightings: Sightings::default(),
            live: Arc::new(Hub::new(
                redis.clone(),
                config.live_connections,
                config.live_connections_of_a_user,
            )),
            principals: Cache::builder()
                .max_capacity(50_000)
                .time_to_live(Duration::from_secs(1))
                .build(),
            draining: AtomicBool::new(false),
            routes: Routes::read().map_err(|error| format!("openapi.json: {error}"))?,
            mailer,
            redis,
            store,
            started_at: clock.now(),
            clock,
            config,
        }))
    }
}
