//! Organizations, and rows written behind their backs: what is measured is reading them.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tokio_postgres::Client;
use uuid::Uuid;

use crate::load::{Connection, Request};

/// Of everybody whom the bench registers.
pub const PASSWORD: &str = "plenty of quiet otters";

/// Somebody who is signed in to an organization.
#[derive(Clone, Debug)]
pub struct Person {
    /// The access token.
    pub token: String,
    /// The organization.
    pub organization: Uuid,
    /// The member.
    pub member: Uuid,
}

/// The id that an answer holds.
///
/// # Errors
/// When it holds none.
pub fn id(value: &Value) -> Result<Uuid> {
    Ok(value.as_str().context("an id is missing")?.parse()?)
}

/// The data of an answer.
///
/// # Errors
/// When the server refuses.
pub async fn ask(port: u16, request: &Request) -> Result<Value> {
    let answer = Connection::open(port).await?.send(request).await?;
    let body: Value = serde_json::from_slice(&answer.body)?;
    anyhow::ensure!(answer.status < 300, "{}: {body}", answer.status);
    Ok(body["data"].clone())
}

/// Registers an organization.
///
/// # Errors
/// When the server refuses.
pub async fn register(port: u16, name: &str) -> Result<Person> {
    let body = json!({"email": format!("{name}@bench.example"), "password": PASSWORD,
        "firstName": "Ada", "lastName": "Bench", "organizationName": name, "tokenDelivery": "body"});
    let path = "/api/v1/auth/register";
    let request = Request::new("POST", path, None, Some(&body.to_string()));
    let token = ask(port, &request).await?["tokens"]["accessToken"]
        .as_str()
        .context("the answer has no token")?
        .to_owned();
    let me = ask(
        port,
        &Request::new("GET", "/api/v1/auth/me", Some(&token), None),
    )
    .await?;
    Ok(Person {
        organization: id(&me["organization"]["id"])?,
        member: id(&me["memberId"])?,
        token,
    })
}

/// Writes companies into an organization.
///
/// # Errors
/// When the database refuses.
pub async fn companies(client: &Client, person: &Person, count: i64) -> Result<()> {
    client
        .execute(
            "INSERT INTO companies (id, organization_id, name, name_key, domain, website, industry, phone, employees, location, country, description, owner_id, search_text, created_at, updated_at, version)
             SELECT gen_random_uuid(), $1, 'Company ' || i, 'company ' || i, 'company' || i || '.example', 'https://company' || i || '.example', 'Industry ' || i % 20, '+44 20 7946 0' || i % 1000, i % 5000, 'Town ' || i % 200, 'GB',
               repeat('A company that sells things to other companies. ', 8), $2, 'company ' || i, now() - i * interval '1 minute', now(), 1
             FROM generate_series(1, $3::bigint) i",
            &[&person.organization, &person.member, &count],
        )
        .await?;
    client.batch_execute("ANALYZE companies").await?;
    Ok(())
}

/// Writes contacts, leads and activities into an organization; every hundredth lead has the address
/// and the number of the one before, and a rare word stands in the names of some.
///
/// # Errors
/// When the database refuses.
pub async fn customers(client: &Client, person: &Person, count: i64) -> Result<()> {
    client
        .execute(
            "UPDATE members SET department = 'Sales' WHERE id = $1",
            &[&person.member],
        )
        .await?;
    for sql in [
        "INSERT INTO contacts (id, organization_id, name, name_key, last_name, job_title, company_id, emails, phones, consent, owner_id, search_text, created_at, updated_at, version)
         SELECT gen_random_uuid(), $1, 'Contact ' || i, 'contact ' || i, 'Contact ' || i, 'Buyer', (SELECT id FROM companies WHERE organization_id = $1 LIMIT 1),
           jsonb_build_array(jsonb_build_object('address', 'contact' || i || '@acme.example', 'kind', 'work')), '[]', 'unknown', $2, 'contact ' || i, now() - i * interval '1 minute', now(), 1
         FROM generate_series(1, $3::bigint) i",
        "INSERT INTO contact_points (organization_id, contact_id, kind, value_key)
         SELECT organization_id, id, 'email', emails->0->>'address' FROM contacts WHERE organization_id = $1 AND owner_id = $2 AND $3::bigint > 0",
        "INSERT INTO leads (id, organization_id, name, name_key, last_name, company_name, company_key, email, email_key, phone, phone_key, source, status, score, score_by_hand, score_reasons, owner_id, search_text, created_at, updated_at, version)
         SELECT gen_random_uuid(), $1, name, lower(name), name, 'Company ' || i % 5000, 'company ' || i % 5000, 'lead' || n || '@acme.example', 'lead' || n || '@acme.example',
           '1' || lpad(n::text, 8, '0'), '1' || lpad(n::text, 8, '0'), (ARRAY['website', 'event', 'referral', 'other'])[1 + i % 4], (ARRAY['new', 'working', 'qualified'])[1 + i % 3], i % 101, false, '[]', $2, lower(name), now() - i * interval '1 minute', now(), 1
         FROM (SELECT i, CASE WHEN i % 100 = 0 THEN i - 1 ELSE i END AS n, 'Lead ' || i || CASE WHEN i % 5000 = 0 THEN ' marmalade' ELSE '' END AS name FROM generate_series(1, $3::bigint) i) numbers",
        "INSERT INTO activities (id, organization_id, kind, subject, due_at, owner_id, lead_id, search_text, created_at, updated_at, version)
         SELECT gen_random_uuid(), $1, 'call', 'Call ' || i, now() + i * interval '1 minute', $2, (SELECT id FROM leads WHERE organization_id = $1 LIMIT 1), 'call ' || i, now() - i * interval '1 minute', now(), 1
         FROM generate_series(1, $3::bigint) i",
    ] {
        client
            .execute(sql, &[&person.organization, &person.member, &count])
            .await?;
    }
    Ok(())
}

/// Writes open deals into an organization, over the stages of its pipeline, with a rare word in
/// the titles of some.
///
/// # Errors
/// When the database refuses.
pub async fn deals(client: &Client, person: &Person, count: i64) -> Result<()> {
    client
        .execute(
            "INSERT INTO deals (id, organization_id, title, title_key, pipeline_id, stage_id, status, amount, currency, expected_close, opened_on, owner_id, stage_entered_at, search_text, created_at, updated_at, version)
             SELECT gen_random_uuid(), $1, title, title, s.pipeline_id, s.id, 'open', i % 100000, 'EUR', current_date + (i % 90)::int, current_date - (i % 90)::int, $2,
               now() - i * interval '1 second', title, now() - i * interval '1 second', now(), 1
             FROM generate_series(1, $3::bigint) i
             CROSS JOIN LATERAL (SELECT 'deal ' || i || CASE WHEN i % ($3::bigint / 20) = 0 THEN ' marmalade' ELSE '' END AS title) t
             JOIN (SELECT id, pipeline_id, row_number() OVER (ORDER BY position) - 1 AS place FROM stages WHERE organization_id = $1) s ON s.place = i % 5",
            &[&person.organization, &person.member, &count],
        )
        .await?;
    Ok(())
}
