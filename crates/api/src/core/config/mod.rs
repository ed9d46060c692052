//! Configuration by environment variables: all faults at once, by name, and no secret printed.

mod variables;

use std::{collections::BTreeMap, net::IpAddr, path::PathBuf};

use shared_types::identity::Feature;

use self::variables::Reader;
pub use self::variables::{VARIABLES, Variable};
use crate::core::clock::random_bytes;

/// Where the product runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// On the machine of a developer, or tried out.
    Development,
    /// For real: weak or missing secrets and open defaults are refused.
    Production,
}

/// The configuration of a process.
#[derive(Clone)]
pub struct Config {
    pub environment: Environment,
    pub host: IpAddr,
    pub port: u16,
    pub data_dir: PathBuf,
    pub database_url: String,
    pub migrate_url: Option<String>,
    pub replica_url: Option<String>,
    pub max_connections: u32,
    /// Whether a pooler in transaction mode stands before PostgreSQL.
    pub pooled: bool,
    pub redis_url: Option<String>,
    /// Secrets of tokens and cursors, the one in use first.
    pub secrets: Vec<Vec<u8>>,
    /// Where people reach the product: links in mails, and the origin of the browser.
    pub public_url: String,
    pub allowed_origins: Vec<String>,
    pub insecure_cookies: bool,
    pub trusted_proxies: Vec<IpAddr>,
    pub sign_up_open: bool,
    /// Parts of the product that are switched off for everybody.
    pub disabled_features: Vec<Feature>,
    pub require_verified_email: bool,
    /// Requests a minute.
    pub rate_limit_ip: u32,
    pub rate_limit_user: u32,
    pub rate_limit_key: u32,
    pub serve_client: bool,
    pub smtp_url: Option<String>,
    pub mail_from: String,
    pub metrics_token: Option<String>,
    pub tls: Option<(PathBuf, PathBuf)>,
    pub workers: usize,
    pub log: String,
    /// Requests of the API that are worked on at a time.
    pub max_in_flight: usize,
    /// Live connections of the process, and of a user.
    pub live_connections: usize,
    pub live_connections_of_a_user: usize,
}

impl Config {
    /// The configuration of this process.
    ///
    /// # Errors
    /// Every fault, each naming its variable.
    pub fn from_env() -> Result<Self, Vec<String>> {
        Self::from_values(&std::env::vars().collect())
    }

    /// The configuration that variables say.
    ///
    /// # Errors
    /// Every fault, each naming its variable.
    pub fn from_values(values: &BTreeMap<String, String>) -> Result<Self, Vec<String>> {
        let mut reader = Reader {
            values,
            faults: Vec::new(),
        };
        for name in values
            .keys()
            .filter(|name| name.starts_with("TOUCHLINE_") && !name.starts_with("TOUCHLINE_TEST_"))
        {
            if !VARIABLES.iter().any(|variable| variable.name == name) {
                reader
                    .faults
                    .push(format!("{name} is not a variable of Touchline"));
            }
        }
        let production = reader.flag("TOUCHLINE_ENV", "production", "development");
        let environment = if production {
            Environment::Production
        } else {
            Environment::Development
        };
        let data_dir = PathBuf::from(reader.text("TOUCHLINE_DATA_DIR"));
        let port = reader.parse("PORT", "a port, 1 to 65535", 8080);
        let database_url = reader
            .optional("DATABASE_URL")
            .unwrap_or_else(|| format!("sqlite://{}", data_dir.join("touchline.db").display()));
        let embedded = database_url.starts_with("sqlite:");
        if !embedded
            && !database_url.starts_with("postgres:")
            && !database_url.starts_with("postgresql:")
        {
            reader
                .faults
                .push("DATABASE_URL must begin with sqlite:// or postgres://".to_owned());
        }
        let secrets = secrets(&mut reader, production, embedded, &data_dir);
        let public_url = reader
            .optional("TOUCHLINE_PUBLIC_URL")
            .unwrap_or_else(|| format!("http://127.0.0.1:{port}"))
            .trim_end_matches('/')
            .to_owned();
        let tls = match (
            reader.optional("TOUCHLINE_TLS_CERT"),
            reader.optional("TOUCHLINE_TLS_KEY"),
        ) {
            (Some(cert), Some(key)) => Some((cert.into(), key.into())),
            (None, None) => None,
            _ => {
                reader
                    .faults
                    .push("TOUCHLINE_TLS_CERT and TOUCHLINE_TLS_KEY go together".to_owned());
                None
            }
        };
        let trusted_proxies = reader
            .list("TOUCHLINE_TRUSTED_PROXIES")
            .iter()
            .filter_map(|text| match text.parse() {
                Ok(address) => Some(address),
                Err(_) => {
                    reader.faults.push(format!(
                        "TOUCHLINE_TRUSTED_PROXIES: `{text}` is no IP address"
                    ));
                    None
                }
            })
            .collect::<Vec<IpAddr>>();
        let disabled_features = reader
            .list("TOUCHLINE_DISABLED_FEATURES")
            .iter()
            .filter_map(|word| match word.parse() {
                Ok(feature) => Some(feature),
                Err(error) => {
                    reader
                        .faults
                        .push(format!("TOUCHLINE_DISABLED_FEATURES: {error}"));
                    None
                }
            })
            .collect::<Vec<Feature>>();
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZeroUsize::get);
        let config = Self {
            environment,
            host: reader.parse(
                "TOUCHLINE_HOST",
                "an IP address",
                IpAddr::from([127, 0, 0, 1]),
            ),
            port,
            data_dir,
            database_url,
            migrate_url: reader.optional("TOUCHLINE_MIGRATE_URL"),
            replica_url: reader.optional("TOUCHLINE_REPLICA_URL"),
            max_connections: reader.parse("TOUCHLINE_DATABASE_CONNECTIONS", "a number", 16),
            pooled: reader.flag("TOUCHLINE_DATABASE_POOLER", "transaction", "none"),
            redis_url: reader.optional("REDIS_URL"),
            secrets,
            public_url,
            allowed_origins: reader.list("TOUCHLINE_ALLOWED_ORIGINS"),
            insecure_cookies: reader.flag("TOUCHLINE_INSECURE_COOKIES", "true", "false"),
            trusted_proxies,
            sign_up_open: reader.flag("TOUCHLINE_SIGN_UP", "open", "closed"),
            disabled_features,
            require_verified_email: reader.flag(
                "TOUCHLINE_REQUIRE_VERIFIED_EMAIL",
                "true",
                "false",
            ),
            rate_limit_ip: reader.parse("TOUCHLINE_RATE_LIMIT_IP", "a number of requests", 6000),
            rate_limit_user: reader.parse(
                "TOUCHLINE_RATE_LIMIT_USER",
                "a number of requests",
                6000,
            ),
            rate_limit_key: reader.parse("TOUCHLINE_RATE_LIMIT_KEY", "a number of requests", 6000),
            serve_client: reader.flag("TOUCHLINE_SERVE_CLIENT", "true", "false"),
            smtp_url: reader.optional("TOUCHLINE_SMTP_URL"),
            mail_from: reader.text("TOUCHLINE_MAIL_FROM"),
            metrics_token: reader.optional("TOUCHLINE_METRICS_TOKEN"),
            tls,
            workers: reader
                .optional("TOUCHLINE_WORKERS")
                .map_or(Ok(cores), |text| text.parse())
                .unwrap_or_else(|_| {
                    reader
                        .faults
                        .push("TOUCHLINE_WORKERS must be a number".to_owned());
                    cores
                }),
            max_in_flight: reader.parse("TOUCHLINE_MAX_IN_FLIGHT", "a number of requests", 128),
            live_connections: reader.parse(
                "TOUCHLINE_LIVE_CONNECTIONS",
                "a number of connections",
                10_000,
            ),
            live_connections_of_a_user: reader.parse(
                "TOUCHLINE_LIVE_CONNECTIONS_USER",
                "a number of connections",
                50,
            ),
            log: reader.text("TOUCHLINE_LOG"),
        };
        if production && !config.public_url.starts_with("https://") {
            reader
                .faults
                .push("TOUCHLINE_PUBLIC_URL must begin with https:// in production".to_owned());
        }
        if production && config.tls.is_none() && config.trusted_proxies.is_empty() {
            reader.faults.push("TOUCHLINE_TLS_CERT and TOUCHLINE_TLS_KEY, or TOUCHLINE_TRUSTED_PROXIES, must be set in production: plain http is refused".to_owned());
        }
        if production && config.insecure_cookies {
            reader
                .faults
                .push("TOUCHLINE_INSECURE_COOKIES must not be `true` in production".to_owned());
        }
        if config.pooled && config.migrate_url.is_none() {
            reader.faults.push("TOUCHLINE_MIGRATE_URL must name PostgreSQL itself where TOUCHLINE_DATABASE_POOLER is `transaction`".to_owned());
        }
        if reader.faults.is_empty() {
            Ok(config)
        } else {
            Err(reader.faults)
        }
    }

    /// Whether cookies carry the `__Host-` prefix and the `Secure` attribute.
    #[must_use]
    pub fn secure_cookies(&self) -> bool {
        !self.insecure_cookies && self.public_url.starts_with("https://")
    }

    /// The variables that differ from their defaults, secrets hidden.
    #[must_use]
    pub fn describe(values: &BTreeMap<String, String>) -> Vec<String> {
        VARIABLES
            .iter()
            .map(|variable| {
                let shown = match values.get(variable.name) {
                    Some(_) if variable.secret => "(set, hidden)",
                    Some(value) => value,
                    None if variable.default.is_empty() => "(not set)",
                    None => variable.default,
                };
                format!("{} = {shown}\n    {}", variable.name, variable.help)
            })
            .collect()
    }
}

/// The secrets given, or one of our own kept beside the embedded database.
fn secrets(
    reader: &mut Reader<'_>,
    production: bool,
    embedded: bool,
    data_dir: &std::path::Path,
) -> Vec<Vec<u8>> {
    let given = reader.list("TOUCHLINE_SECRET");
    if given.iter().any(|secret| secret.len() < 32) {
        reader
            .faults
            .push("TOUCHLINE_SECRET must have 32 characters or more".to_owned());
    }
    if !given.is_empty() {
        return given.into_iter().map(String::into_bytes).collect();
    }
    if production || !embedded {
        reader.faults.push(
            "TOUCHLINE_SECRET must be set in production and on PostgreSQL; `openssl rand -hex 32` makes one".to_owned(),
        );
        return Vec::new();
    }
    match kept_secret(data_dir) {
        Ok(secret) => vec![secret],
        Err(error) => {
            reader.faults.push(format!(
                "TOUCHLINE_DATA_DIR: {}: {error}",
                data_dir.display()
            ));
            Vec::new()
        }
    }
}

fn kept_secret(data_dir: &std::path::Path) -> std::io::Result<Vec<u8>> {
    use std::{io::Write, os::unix::fs::OpenOptionsExt};
    std::fs::create_dir_all(data_dir)?;
    let path = data_dir.join("secret");
    match std::fs::read(&path) {
        Ok(secret) if secret.len() >= 32 => Ok(secret),
        Ok(_) => Err(std::io::Error::other(
            "the file `secret` is damaged; restore it or remove it, which ends every session",
        )),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let secret = hex::encode(random_bytes::<32>()).into_bytes();
            let mut file = std::fs::OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&path)?;
            file.write_all(&secret)?;
            file.sync_all()?;
            Ok(secret)
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn all_faults_are_reported_at_once_by_name() {
        let faults = Config::from_values(&values(&[
            ("PORT", "eighty"),
            ("TOUCHLINE_ENV", "production"),
            ("TOUCHLINE_SECRET", "short"),
            ("TOUCHLINE_SINGUP", "open"),
            ("TOUCHLINE_DISABLED_FEATURES", "mobile,phones"),
        ]))
        .err()
        .unwrap()
        .join("\n");
        for name in [
            "PORT",
            "TOUCHLINE_SECRET",
            "TOUCHLINE_SINGUP",
            "TOUCHLINE_PUBLIC_URL",
            "TOUCHLINE_DISABLED_FEATURES: `phones`",
        ] {
            assert!(faults.contains(name), "{faults}");
        }
        assert!(!faults.contains("short"), "a secret is printed: {faults}");
    }

    #[test]
    fn a_secret_of_our_own_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let given = values(&[("TOUCHLINE_DATA_DIR", folder.path().to_str().unwrap())]);
        let one = Config::from_values(&given).ok().unwrap();
        let two = Config::from_values(&given).ok().unwrap();
        assert_eq!(one.secrets, two.secrets);
    }
}
