//! The demo organization: a sales team of three offices with nine months behind it, as of today.

mod chance;
mod coaching;
mod customers;
mod deals;
mod follow_up;
mod metrics;
mod people;
mod tags;
mod things;

use chrono::{DateTime, TimeDelta, Utc};
use persistence::{
    Actor, Named,
    identity::{organization, user},
    platform::event,
};
use shared_types::{
    Currency, ErrorCode, EventId, MemberId, OrganizationId, Role, UserId,
    platform::{EventKind, FieldChange, SubjectKind},
};
use uuid::Uuid;

use self::chance::Chance;
use crate::{
    core::{
        clock::new_id,
        config::Environment,
        error::{ApiError, ApiResult},
        state::AppState,
    },
    crm::pipeline,
};

/// The password of every demo sign-in. Everybody knows it.
pub const PASSWORD: &str = "touchline demo otters";

/// The demo sign-ins, one for each role with pages of its own: role, first and last name, address.
pub const SIGN_INS: [(Role, &str, &str, &str); 5] = [
    (Role::Admin, "Nora", "Lindqvist", "admin@demo.example"),
    (Role::Manager, "Henrik", "Aldana", "manager@demo.example"),
    (Role::TeamLeader, "Mara", "Okonjo", "leader@demo.example"),
    (Role::Agent, "Tomas", "Ferreira", "agent@demo.example"),
    (Role::SalesRep, "Ines", "Kowalczyk", "rep@demo.example"),
];

const CURRENCY: Currency = Currency::Usd;
const SEED: u64 = 0x746f_7563_686c_696e;

/// The demo sign-ins as a table for the terminal.
#[must_use]
pub fn sign_ins() -> String {
    let mut table = format!("\n  {:<12} {:<24} Password\n", "Role", "E-mail");
    for (role, _, _, email) in SIGN_INS {
        table.push_str(&format!("  {:<12} {email:<24} {PASSWORD}\n", role.as_str()));
    }
    table
}

/// What happened, and when: events of the past.
struct History {
    organization: OrganizationId,
    rows: Vec<event::Model>,
}

impl History {
    fn add(
        &mut self,
        chance: &mut Chance,
        at: DateTime<Utc>,
        actor: MemberId,
        kind: EventKind,
        subject: (SubjectKind, Uuid, &str),
        changes: &[(&str, &str, &str)],
    ) {
        let changes: Vec<FieldChange> = changes
            .iter()
            .map(|(field, before, after)| FieldChange {
                field: (*field).to_owned(),
                before: Some((*before).to_owned()),
                after: Some((*after).to_owned()),
            })
            .collect();
        self.rows.push(event::Model {
            id: chance.id::<EventId>(at),
            organization_id: self.organization,
            kind,
            subject_type: subject.0,
            subject_id: subject.1,
            subject_name: Some(subject.2.to_owned()),
            actor_id: Some(actor),
            changes: serde_json::to_value(changes).unwrap_or_default(),
            request_id: None,
            ip_address: None,
            at,
        });
    }
}

fn actor(now: DateTime<Utc>, member: Option<MemberId>) -> Actor {
    Actor {
        member,
        request_id: None,
        ip_address: None,
        now,
        new_id,
    }
}

/// Makes the demo organization unless it is there; answers whether it was made.
///
/// # Errors
/// In production, where a password that everybody knows has no place; when one of the addresses
/// belongs to somebody else; when the database does not answer.
pub async fn seed(state: &AppState) -> ApiResult<bool> {
    if state.store.system().demo_organization().await?.is_some() {
        return Ok(false);
    }
    if state.config.environment == Environment::Production {
        return Err(ApiError::new(
            ErrorCode::Forbidden,
            "The demo organization is not made in production: everybody knows its passwords.",
        ));
    }
    let now = state.clock.now();
    let began = now - TimeDelta::days(280);
    let organization = OrganizationId(new_id());
    let mut users = Vec::with_capacity(SIGN_INS.len());
    for sign_in in SIGN_INS {
        users.push(sign_in_user(state, organization, sign_in, now).await?);
    }
    let mut chance = Chance::new(SEED);
    let team = people::make(&mut chance, organization, &users, began);
    let admin = team.admin();
    let tx = state.store.begin(
        organization,
        users.first().copied(),
        actor(now, Some(admin)),
    );
    let mut history = History {
        organization,
        rows: Vec::new(),
    };
    tx.insert::<organization::Entity>(organization::Model {
        id: organization,
        name: "Otterbrook Systems (demo)".to_owned(),
        time_zone: "UTC".to_owned(),
        currency: CURRENCY,
        fiscal_year_start_month: 1,
        invitation_domains: String::new(),
        disabled_features: String::new(),
        coaching_acknowledgement_days: 3,
        demo: true,
        created_at: began,
        updated_at: began,
        // Somebody has looked at its settings: nothing is left of the first steps.
        version: 2,
    });
    let of_organization = (
        SubjectKind::Organization,
        organization.0,
        "Otterbrook Systems",
    );
    history.add(
        &mut chance,
        began,
        admin,
        EventKind::Created,
        of_organization,
        &[],
    );
    for row in &team.members {
        let subject = (SubjectKind::Member, row.id.0, row.name.as_str());
        history.add(&mut chance, began, admin, EventKind::Created, subject, &[]);
    }
    tx.write_all::<persistence::identity::team::Entity>(team.teams.clone())
        .await?;
    tx.write_all::<persistence::identity::member::Entity>(team.members.clone())
        .await?;
    let pipeline = pipeline::insert_defaults(&tx).await?;
    let companies = things::companies(&mut chance, organization, &team, began, &mut history);
    let (categories, products) = things::products(&mut chance, organization, began);
    tx.write_all::<persistence::crm::company::Entity>(companies.clone())
        .await?;
    tx.write_all::<persistence::crm::product_category::Entity>(categories)
        .await?;
    tx.write_all::<persistence::crm::product::Entity>(products.clone())
        .await?;
    let pipeline = persistence::crm::pipeline::get(&tx, pipeline).await?;
    let reasons = persistence::crm::lost_reason::Model::all(&tx).await?;
    let scene = deals::Scene {
        organization,
        now,
        companies: &companies,
        products: &products,
        stages: &pipeline.stages,
        reasons: &reasons,
    };
    let mut made = deals::make(&mut chance, &scene, &mut history);
    let people = customers::contacts(&mut chance, &companies, &mut history);
    for deal in &mut made.deals {
        let of_company = |person: &&persistence::crm::contact::Model| {
            deal.company_id.is_some() && person.company_id == deal.company_id
        };
        deal.contact_id = people.iter().find(of_company).map(|person| person.id);
    }
    let sellers = team.sellers();
    let leads = customers::leads(&mut chance, organization, &sellers, now, &mut history);
    let activities = customers::activities(&mut chance, &made.deals, team.admin(), now);
    let notes = customers::notes(&mut chance, &made.deals);
    let tagged = [
        (
            SubjectKind::Company,
            companies.iter().map(|row| row.id.0).collect(),
        ),
        (
            SubjectKind::Contact,
            people.iter().map(|row| row.id.0).collect(),
        ),
        (
            SubjectKind::Lead,
            leads.iter().map(|row| row.id.0).collect(),
        ),
        (
            SubjectKind::Deal,
            made.deals.iter().map(|row| row.id.0).collect(),
        ),
    ];
    let scene = follow_up::Scene {
        organization,
        now,
        members: &team.members,
        deals: &made.deals,
    };
    let followed = follow_up::make(&mut chance, &scene, &mut history);
    let (tags, tag_links) = tags::make(&mut chance, organization, began, tagged);
    let points = people
        .iter()
        .flat_map(persistence::crm::contact::Model::points);
    let points = points.collect();
    tx.write_all::<persistence::crm::contact::Entity>(people)
        .await?;
    tx.write_all::<persistence::crm::contact_point::Entity>(points)
        .await?;
    tx.write_all::<persistence::crm::lead::Entity>(leads)
        .await?;
    tx.write_all::<persistence::crm::deal::Entity>(made.deals.clone())
        .await?;
    tx.write_all::<persistence::crm::tag::Entity>(tags).await?;
    tx.write_all::<persistence::crm::tag_link::Entity>(tag_links)
        .await?;
    tx.write_all::<persistence::crm::activity::Entity>(activities)
        .await?;
    tx.write_all::<persistence::crm::note::Entity>(notes)
        .await?;
    tx.write_all::<persistence::coaching::quick_note::Entity>(followed.notes)
        .await?;
    tx.write_all::<persistence::coaching::action_plan::Entity>(followed.plans)
        .await?;
    tx.write_all::<persistence::coaching::action_item::Entity>(followed.items)
        .await?;
    tx.write_all::<persistence::crm::deal_line::Entity>(made.lines)
        .await?;
    tx.write_all::<persistence::crm::deal_stage_stay::Entity>(made.stays)
        .await?;
    coaching::write(&tx, &mut chance, organization, &team, now).await?;
    metrics::make(
        &tx,
        &mut chance,
        &team,
        (organization, CURRENCY),
        (began, now),
        &made.deals,
    )
    .await?;
    let mut events = history.rows;
    events.sort_by_key(|row| row.at);
    event::write_all(&tx, events).await?;
    tx.commit().await?;
    Ok(true)
}

/// The user of a demo sign-in: made, or left over from a seeding that was cut off.
async fn sign_in_user(
    state: &AppState,
    organization: OrganizationId,
    (role, first, last, email): (Role, &str, &str, &str),
    now: DateTime<Utc>,
) -> ApiResult<UserId> {
    if let Some(known) = state.store.system().user_by_email(email).await? {
        let ours = state
            .passwords
            .verify(PASSWORD.to_owned(), known.password_hash)
            .await?;
        return if ours {
            Ok(known.id)
        } else {
            Err(ApiError::new(
                ErrorCode::AlreadyExists,
                "An address of the demo sign-ins has an account with another password.",
            ))
        };
    }
    let id = UserId(new_id());
    let hash = state.passwords.hash(PASSWORD.to_owned()).await?;
    let tx = state.store.begin(organization, Some(id), actor(now, None));
    tx.insert::<user::Entity>(user::Model {
        id,
        email: email.to_owned(),
        email_key: email.to_owned(),
        email_verified: true,
        first_name: first.to_owned(),
        last_name: last.to_owned(),
        password_hash: Some(hash),
        active: true,
        // The password of the demo is known to all.
        superuser: role == Role::Admin && state.config.environment != Environment::Production,
        last_organization_id: None,
        created_at: now,
        updated_at: now,
        language: None,
    });
    tx.commit().await?;
    Ok(id)
}
