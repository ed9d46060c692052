//! The variables of the environment, and how their values are read.

use std::collections::BTreeMap;

/// A variable: its name, its default and what it does.
pub struct Variable {
    pub name: &'static str,
    pub default: &'static str,
    pub help: &'static str,
    /// Whether its value is never shown.
    pub secret: bool,
}

const fn variable(name: &'static str, default: &'static str, help: &'static str) -> Variable {
    Variable {
        name,
        default,
        help,
        secret: false,
    }
}

const fn secret(name: &'static str, help: &'static str) -> Variable {
    Variable {
        name,
        default: "",
        help,
        secret: true,
    }
}

/// Every variable there is.
pub const VARIABLES: &[Variable] = &[
    variable(
        "TOUCHLINE_ENV",
        "development",
        "`development` or `production`",
    ),
    variable("TOUCHLINE_HOST", "127.0.0.1", "address to listen on"),
    variable("PORT", "8080", "port to listen on"),
    variable(
        "TOUCHLINE_DATA_DIR",
        "./data",
        "folder of the embedded database and other files",
    ),
    secret(
        "DATABASE_URL",
        "`sqlite://path` or `postgres://…`; a file in the data folder unless set",
    ),
    secret(
        "TOUCHLINE_MIGRATE_URL",
        "`postgres://…` as the role that owns the tables",
    ),
    secret("TOUCHLINE_REPLICA_URL", "`postgres://…` of a read replica"),
    variable(
        "TOUCHLINE_DATABASE_POOLER",
        "none",
        "`transaction` where DATABASE_URL is a pooler in transaction mode; TOUCHLINE_MIGRATE_URL is then PostgreSQL itself",
    ),
    variable(
        "TOUCHLINE_DATABASE_CONNECTIONS",
        "16",
        "most connections of a pool",
    ),
    secret(
        "REDIS_URL",
        "`redis://…`: rate limits and caches shared by several servers",
    ),
    secret(
        "TOUCHLINE_SECRET",
        "secret of tokens, 32 characters or more; several, separated by commas, while rotating (the first signs)",
    ),
    variable(
        "TOUCHLINE_PUBLIC_URL",
        "",
        "where people reach the product, like https://crm.example.com; http://127.0.0.1:PORT unless set",
    ),
    variable(
        "TOUCHLINE_ALLOWED_ORIGINS",
        "",
        "origins that may call the API from a browser, separated by commas",
    ),
    variable(
        "TOUCHLINE_INSECURE_COOKIES",
        "false",
        "`true` sends cookies over plain http too",
    ),
    variable(
        "TOUCHLINE_TRUSTED_PROXIES",
        "",
        "addresses whose X-Forwarded-For is believed, separated by commas",
    ),
    variable("TOUCHLINE_SIGN_UP", "open", "`open` or `closed`"),
    variable(
        "TOUCHLINE_DISABLED_FEATURES",
        "",
        "parts of the product to leave out, with commas: `realTime`, `advancedAnalytics`, `mobile`",
    ),
    variable(
        "TOUCHLINE_REQUIRE_VERIFIED_EMAIL",
        "false",
        "`true` refuses to sign in before the address is verified",
    ),
    variable(
        "TOUCHLINE_RATE_LIMIT_IP",
        "6000",
        "requests a minute from one address",
    ),
    variable(
        "TOUCHLINE_RATE_LIMIT_USER",
        "6000",
        "requests a minute of one user",
    ),
    variable(
        "TOUCHLINE_RATE_LIMIT_KEY",
        "6000",
        "requests a minute with one API key",
    ),
    variable(
        "TOUCHLINE_SERVE_CLIENT",
        "true",
        "`false` leaves the web client to another server",
    ),
    secret(
        "TOUCHLINE_SMTP_URL",
        "`smtps://user:password@host`; mails go into a folder unless set",
    ),
    variable(
        "TOUCHLINE_MAIL_FROM",
        "Touchline <touchline@localhost>",
        "sender of mails",
    ),
    secret(
        "TOUCHLINE_METRICS_TOKEN",
        "bearer token of /metrics; without one only this machine may read it",
    ),
    variable(
        "TOUCHLINE_TLS_CERT",
        "",
        "PEM file of the certificate chain",
    ),
    variable("TOUCHLINE_TLS_KEY", "", "PEM file of the private key"),
    variable(
        "TOUCHLINE_WORKERS",
        "",
        "threads that answer requests; one per core unless set",
    ),
    variable(
        "TOUCHLINE_MAX_IN_FLIGHT",
        "128",
        "requests of the API that are worked on at a time; more wait for a moment, and are refused with 503 then",
    ),
    variable(
        "TOUCHLINE_LIVE_CONNECTIONS",
        "10000",
        "live connections of a server; more are refused with 503",
    ),
    variable(
        "TOUCHLINE_LIVE_CONNECTIONS_USER",
        "50",
        "live connections of a user to a server; more are refused with 429",
    ),
    variable(
        "TOUCHLINE_LOG",
        "info",
        "filter of the log, like `info,api=debug`",
    ),
];

pub(super) struct Reader<'a> {
    pub(super) values: &'a BTreeMap<String, String>,
    pub(super) faults: Vec<String>,
}

impl Reader<'_> {
    pub(super) fn text(&self, name: &str) -> String {
        let default = VARIABLES
            .iter()
            .find(|v| v.name == name)
            .map_or("", |v| v.default);
        self.values
            .get(name)
            .map_or(default, |value| value.trim())
            .to_owned()
    }

    pub(super) fn optional(&self, name: &str) -> Option<String> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    pub(super) fn parse<T: std::str::FromStr>(
        &mut self,
        name: &str,
        right: &str,
        fallback: T,
    ) -> T {
        match self.text(name).parse() {
            Ok(value) => value,
            Err(_) => {
                self.faults.push(format!("{name} must be {right}"));
                fallback
            }
        }
    }

    pub(super) fn flag(&mut self, name: &str, yes: &str, no: &str) -> bool {
        let text = self.text(name);
        if text != yes && text != no {
            self.faults
                .push(format!("{name} must be `{yes}` or `{no}`"));
        }
        text == yes
    }

    pub(super) fn list(&self, name: &str) -> Vec<String> {
        self.text(name)
            .split(',')
            .map(str::trim)
            .filter(|s| !s.is_empty())
            .map(str::to_owned)
            .collect()
    }
}
