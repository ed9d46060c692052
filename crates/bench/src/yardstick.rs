//! The yardstick: a bare server on the same tables, with the same SQL, prepared; no sign-in, no
//! permission, no tenant, no events, no limits, no logs.
//!
//! A thread has as many connections as requests are under way on it, and takes them in turns: the
//! cheapest pool there is. With one connection a thread, the requests of that thread share their messages to
//! the database, which no server does that may need a transaction.

use std::cell::Cell;

use actix_web::{App, HttpResponse, HttpServer, web};
use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;
use tokio_postgres::{Client, NoTls, Row, Statement};
use uuid::Uuid;

const COLUMNS: &str = "c.id, c.name, c.domain, c.website, c.industry, c.phone, c.employees, c.annual_revenue, c.annual_revenue_currency, c.founded_year, c.location, c.country, c.description, c.parent_id, c.owner_id, c.external_id, c.created_at, c.updated_at, c.version, m.name";

struct Connected {
    client: Client,
    one: Statement,
    list: Statement,
    insert: Statement,
}

struct Database {
    connections: Vec<Connected>,
    turn: Cell<usize>,
    organization: Uuid,
}

impl Database {
    fn next(&self) -> &Connected {
        let turn = self.turn.get();
        self.turn.set((turn + 1) % self.connections.len());
        &self.connections[turn]
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Company {
    id: Uuid,
    name: String,
    domain: Option<String>,
    website: Option<String>,
    industry: Option<String>,
    phone: Option<String>,
    employees: Option<i64>,
    annual_revenue: Option<i64>,
    annual_revenue_currency: Option<String>,
    founded_year: Option<i32>,
    location: Option<String>,
    country: Option<String>,
    description: Option<String>,
    parent_id: Option<Uuid>,
    owner_id: Option<Uuid>,
    external_id: Option<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    version: i64,
    owner_name: Option<String>,
}

fn company(row: &Row) -> Company {
    Company {
        id: row.get(0),
        name: row.get(1),
        domain: row.get(2),
        website: row.get(3),
        industry: row.get(4),
        phone: row.get(5),
        employees: row.get(6),
        annual_revenue: row.get(7),
        annual_revenue_currency: row.get(8),
        founded_year: row.get(9),
        location: row.get(10),
        country: row.get(11),
        description: row.get(12),
        parent_id: row.get(13),
        owner_id: row.get(14),
        external_id: row.get(15),
        created_at: row.get(16),
        updated_at: row.get(17),
        version: row.get(18),
        owner_name: row.get(19),
    }
}

fn failed(error: &tokio_postgres::Error) -> HttpResponse {
    HttpResponse::InternalServerError().body(error.to_string())
}

async fn one(id: web::Path<Uuid>, database: web::Data<Database>) -> HttpResponse {
    let on = database.next();
    let found = on
        .client
        .query_opt(&on.one, &[&database.organization, &*id])
        .await;
    match found {
        Ok(Some(row)) => HttpResponse::Ok().json(json!({"success": true, "data": company(&row)})),
        Ok(None) => HttpResponse::NotFound().finish(),
        Err(error) => failed(&error),
    }
}

async fn list(database: web::Data<Database>) -> HttpResponse {
    let on = database.next();
    let found = on.client.query(&on.list, &[&database.organization]).await;
    match found {
        Ok(rows) => {
            let rows: Vec<Company> = rows.iter().map(company).collect();
            HttpResponse::Ok().json(json!({"success": true, "data": rows}))
        }
        Err(error) => failed(&error),
    }
}

#[derive(serde::Deserialize)]
struct New {
    name: String,
}

#[expect(
    clippy::disallowed_methods,
    reason = "the yardstick has no context to take time and ids from"
)]
async fn insert(new: web::Json<New>, database: web::Data<Database>) -> HttpResponse {
    let (id, now) = (Uuid::now_v7(), Utc::now());
    let on = database.next();
    let done = on
        .client
        .execute(
            &on.insert,
            &[
                &id,
                &database.organization,
                &new.name,
                &new.name.to_lowercase(),
                &now,
            ],
        )
        .await;
    match done {
        Ok(_) => HttpResponse::Created()
            .json(json!({"success": true, "data": {"id": id, "name": new.name, "createdAt": now}})),
        Err(error) => failed(&error),
    }
}

async fn open(url: &str, organization: Uuid, connections: usize) -> Result<Database> {
    let mut opened = Vec::with_capacity(connections);
    for _ in 0..connections {
        opened.push(connect(url).await?);
    }
    Ok(Database {
        connections: opened,
        turn: Cell::new(0),
        organization,
    })
}

async fn connect(url: &str) -> Result<Connected> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    actix_web::rt::spawn(connection);
    let from = "FROM companies c LEFT JOIN members m ON m.organization_id = c.organization_id AND m.id = c.owner_id";
    let one = format!("SELECT {COLUMNS} {from} WHERE c.organization_id = $1 AND c.id = $2");
    let list = format!(
        "SELECT {COLUMNS} {from} WHERE c.organization_id = $1 AND c.deleted_at IS NULL ORDER BY c.created_at DESC, c.id DESC LIMIT 26"
    );
    let insert = "INSERT INTO companies (id, organization_id, name, name_key, search_text, created_at, updated_at, version) VALUES ($1, $2, $3, $4, $4, $5, $5, 1)";
    Ok(Connected {
        one: client.prepare(&one).await?,
        list: client.prepare(&list).await?,
        insert: client.prepare(insert).await?,
        client,
    })
}

/// Serves until the process is ended.
///
/// # Errors
/// When the port is taken or the database does not answer.
pub fn serve(
    url: String,
    organization: Uuid,
    port: u16,
    workers: usize,
    connections: usize,
) -> Result<()> {
    actix_web::rt::System::new().block_on(async move {
        connect(&url)
            .await
            .context("the yardstick cannot reach the database")?;
        HttpServer::new(move || {
            let url = url.clone();
            App::new()
                .data_factory(move || {
                    let url = url.clone();
                    async move { open(&url, organization, connections).await }
                })
                .route("/companies/{id}", web::get().to(one))
                .route("/companies", web::get().to(list))
                .route("/companies", web::post().to(insert))
        })
        .workers(workers)
        .bind(("127.0.0.1", port))?
        .run()
        .await?;
        Ok(())
    })
}
