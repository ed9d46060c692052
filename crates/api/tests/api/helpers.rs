//! A server of its own for each test, and people who call it.

use std::{collections::BTreeMap, panic::Location, sync::OnceLock};

use actix_web::{HttpServer, web::Data};
use api::core::{app::app, clock::Clock, config::Config, state::AppState};
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use sqlx::{Connection, Executor, PgConnection};
use tempfile::TempDir;

/// Runs each test on both databases, and on PostgreSQL through a pooler.
#[macro_export]
macro_rules! on_both_databases {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[actix_web::test]
            async fn $name() {
                super::$name($crate::helpers::TestApp::sqlite().await).await;
            })+
        }
        mod pooled {
            $(#[actix_web::test]
            async fn $name() {
                if let Some(app) = $crate::helpers::TestApp::pooled().await {
                    super::$name(app).await;
                }
            })+
        }
        mod postgres {
            $(#[actix_web::test]
            async fn $name() {
                if let Some(app) = $crate::helpers::TestApp::postgres().await {
                    super::$name(app).await;
                }
            })+
        }
    };
}

/// A server under test.
pub struct TestApp {
    pub address: String,
    pub state: Data<AppState>,
    server: actix_web::dev::ServerHandle,
    _stop: tokio::sync::watch::Sender<bool>,
    _folder: TempDir,
}

impl Drop for TestApp {
    fn drop(&mut self) {
        actix_web::rt::spawn(self.server.stop(false));
    }
}

/// The time at which every test begins.
pub fn epoch() -> DateTime<Utc> {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

pub const PASSWORD: &str = "plenty of quiet otters";

impl TestApp {
    pub async fn sqlite() -> Self {
        Self::start(&[]).await
    }

    /// A server on a fresh PostgreSQL database; none where no server is named.
    pub async fn postgres() -> Option<Self> {
        let url = postgres_database().await?;
        Some(Self::start(&[("DATABASE_URL", &url)]).await)
    }

    /// The same through a pooler in transaction mode; none where no pooler is named.
    pub async fn pooled() -> Option<Self> {
        let pooler = std::env::var("TOUCHLINE_TEST_POOLER_URL").ok()?;
        let direct = postgres_database().await?;
        let name = direct.rsplit_once('/').unwrap().1;
        let url = format!("{}/{name}", pooler.rsplit_once('/').unwrap().0);
        let variables = [
            ("DATABASE_URL", url.as_str()),
            ("TOUCHLINE_DATABASE_POOLER", "transaction"),
            ("TOUCHLINE_MIGRATE_URL", direct.as_str()),
        ];
        Some(Self::start(&variables).await)
    }

    pub async fn start(variables: &[(&str, &str)]) -> Self {
        Self::start_at(variables, Clock::fixed(epoch())).await
    }

    pub async fn start_at(variables: &[(&str, &str)], clock: Clock) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut values: BTreeMap<String, String> = [
            ("TOUCHLINE_DATA_DIR", folder.path().to_str().unwrap()),
            (
                "TOUCHLINE_SECRET",
                "a secret of the tests that is long enough",
            ),
            ("TOUCHLINE_DATABASE_CONNECTIONS", "4"),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
        values.extend(
            variables
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        let config = Config::from_values(&values).unwrap_or_else(|faults| panic!("{faults:?}"));
        let state = AppState::open(config, clock).await.unwrap();
        state.store.migrate().await.unwrap();
        let (stop, stopped) = tokio::sync::watch::channel(false);
        actix_web::rt::spawn(api::platform::live::run(state.clone(), stopped));
        let shared = state.clone();
        let server = HttpServer::new(move || app(shared.clone()))
            .workers(2)
            .disable_signals()
            .bind(("127.0.0.1", 0))
            .unwrap();
        let address = format!("http://{}", server.addrs()[0]);
        let server = server.run();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        Self {
            address,
            state,
            server: handle,
            _stop: stop,
            _folder: folder,
        }
    }

    /// A connection of the owner of the PostgreSQL database, past any pooler.
    pub async fn owner(&self) -> PgConnection {
        let config = &self.state.config;
        connect(
            config
                .migrate_url
                .as_deref()
                .unwrap_or(&config.database_url),
        )
        .await
    }

    /// Lets time pass.
    pub fn advance(&self, by: TimeDelta) {
        self.state.clock.advance(by);
    }

    /// Runs the worker until it has nothing left to do.
    pub async fn settle(&self) {
        while api::platform::worker::step(&self.state).await.unwrap() {
            if self
                .state
                .store
                .system()
                .job_counts()
                .await
                .unwrap()
                .iter()
                .all(|(_, count)| *count == 0)
            {
                break;
            }
        }
    }

    /// The mails sent so far, each as text.
    pub async fn mails(&self) -> Vec<String> {
        self.settle().await;
        let folder = self.state.config.data_dir.join("mail");
        let mut mails: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .filter_map(|entry| std::fs::read_to_string(entry.unwrap().path()).ok())
            .collect();
        mails.sort();
        mails
    }

    /// Somebody who is not signed in.
    pub fn stranger(&self) -> Caller {
        Caller {
            address: self.address.clone(),
            client: reqwest::Client::new(),
            token: None,
        }
    }

    /// Lets days pass, at the end of which the trash is emptied, and signs the administrator of an
    /// organization in anew.
    pub async fn later(&self, name: &str, days: i64) -> Caller {
        self.advance(TimeDelta::days(days));
        let emptied = api::platform::worker::empty_trash(&self.state).await;
        emptied.unwrap();
        self.sign_in(name).await
    }

    /// Registers an organization and signs its administrator in.
    pub async fn register(&self, name: &str) -> Caller {
        let stranger = self.stranger();
        let email = format!("admin@{name}.example");
        let body = json!({"email": email, "password": PASSWORD, "firstName": "Ada", "lastName": name,
            "organizationName": name, "tokenDelivery": "body"});
        let answer = stranger.post("/api/v1/auth/register", &body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        stranger.with(answer)
    }

    /// Signs the administrator of an organization in, after the first session ended.
    pub async fn sign_in(&self, name: &str) -> Caller {
        let body = json!({"email": format!("admin@{name}.example"), "password": PASSWORD, "tokenDelivery": "body"});
        let stranger = self.stranger();
        let answer = stranger.post("/api/v1/auth/login", &body).await;
        stranger.with(answer.expect(200))
    }
}

/// Somebody who calls the API.
#[derive(Clone)]
pub struct Caller {
    pub address: String,
    pub client: reqwest::Client,
    pub token: Option<String>,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
}

impl Answer {
    pub fn data(&self) -> &Value {
        &self.body["data"]
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// The names of the invalid fields.
    pub fn fields(&self) -> Vec<&str> {
        self.body["error"]["fields"]
            .as_object()
            .map(|fields| fields.keys().map(String::as_str).collect())
            .unwrap_or_default()
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self
    }
}

impl Caller {
    /// The caller that a sign-in made of this one.
    pub fn with(&self, answer: Answer) -> Self {
        Self {
            token: answer.data()["tokens"]["accessToken"]
                .as_str()
                .map(str::to_owned),
            ..self.clone()
        }
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self
            .client
            .request(method, format!("{}{path}", self.address));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        // What goes on for as long as somebody listens is not read to its end.
        let endless = headers
            .get("content-type")
            .is_some_and(|kind| kind == "text/event-stream");
        let text = if endless {
            String::new()
        } else {
            response.text().await.unwrap()
        };
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Answer {
            status,
            headers,
            body,
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::PATCH, path).json(body))
            .await
    }

    /// Brings a file to import.
    pub async fn upload(&self, kind: &str, name: &str, bytes: &[u8]) -> Answer {
        let file = reqwest::multipart::Part::bytes(bytes.to_vec()).file_name(name.to_owned());
        let form = reqwest::multipart::Form::new()
            .text("kind", kind.to_owned())
            .part("file", file);
        self.send(
            self.request(Method::POST, "/api/v1/imports")
                .multipart(form),
        )
        .await
    }

    /// Brings an archive to import.
    pub async fn upload_archive(&self, bytes: &[u8]) -> Answer {
        let file = reqwest::multipart::Part::bytes(bytes.to_vec()).file_name("archive.zip");
        let form = reqwest::multipart::Form::new().part("file", file);
        let request = self.request(Method::POST, "/api/v1/imports/archive");
        self.send(request.multipart(form)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }
}

/// Adds a record of a kind, and answers it.
#[track_caller]
pub fn add<'a>(caller: &'a Caller, kind: &'a str, body: Value) -> impl Future<Output = Value> + 'a {
    let at = Location::caller();
    async move {
        let made = caller.post(&format!("/api/v1/{kind}"), &body).await;
        assert_eq!(made.status, StatusCode::CREATED, "{at}: {}", made.body);
        made.data().clone()
    }
}

/// Where a record of a kind stands.
pub fn path(kind: &str, record: &Value) -> String {
    format!("/api/v1/{kind}/{}", record["id"].as_str().unwrap())
}

/// The rows of a list: `companies?q=acme`.
pub async fn rows(caller: &Caller, list: &str) -> Vec<Value> {
    let page = caller.get(&format!("/api/v1/{list}")).await.expect(200);
    page.data().as_array().unwrap().clone()
}

/// What the rows of a list have in a field.
pub async fn column(caller: &Caller, list: &str, field: &str) -> Vec<String> {
    let rows = rows(caller, list).await.into_iter();
    rows.map(|row| row[field].as_str().unwrap().to_owned())
        .collect()
}

async fn connect(url: &str) -> PgConnection {
    PgConnection::connect(url).await.unwrap()
}

/// A fresh database of the server that tests may use, copied from one that is migrated.
async fn postgres_database() -> Option<String> {
    static TEMPLATE: tokio::sync::OnceCell<String> = tokio::sync::OnceCell::const_new();
    static COUNTER: OnceLock<std::sync::atomic::AtomicU32> = OnceLock::new();
    let server = std::env::var("TOUCHLINE_TEST_POSTGRES_URL").ok()?;
    let base = server.rsplit_once('/').unwrap().0.to_owned();
    let process = std::process::id();
    let template = TEMPLATE
        .get_or_init(|| async {
            let name = format!("touchline_test_{process}");
            let mut admin = connect(&server).await;
            admin
                .execute(sqlx::AssertSqlSafe(format!(
                    "DROP DATABASE IF EXISTS {name}"
                )))
                .await
                .unwrap();
            admin
                .execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}")))
                .await
                .unwrap();
            let store = persistence::Store::open(persistence::StoreOptions {
                url: format!("{base}/{name}"),
                migrate_url: None,
                replica_url: None,
                max_connections: 1,
                pooled: false,
            })
            .await
            .unwrap();
            store.migrate().await.unwrap();
            store.close().await;
            name
        })
        .await;
    let number = COUNTER
        .get_or_init(Default::default)
        .fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let name = format!("{template}_{number}");
    // Copies of one template wait for each other.
    static COPY: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let _turn = COPY.lock().await;
    let mut admin = connect(&server).await;
    admin
        .execute(sqlx::AssertSqlSafe(format!(
            "DROP DATABASE IF EXISTS {name}"
        )))
        .await
        .unwrap();
    admin
        .execute(sqlx::AssertSqlSafe(format!(
            "CREATE DATABASE {name} TEMPLATE {template}"
        )))
        .await
        .unwrap();
    Some(format!("{base}/{name}"))
}
