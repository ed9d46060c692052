//! People of the companies, leads, and what is planned and done about deals.

use chrono::{DateTime, TimeDelta, Utc};
use domain::crm::lead::default_rules;
use persistence::{
    crm::{activity, company, contact, deal, lead, note},
    stored,
};
use shared_types::{
    LeadId, MemberId, OrganizationId,
    crm::{
        ActivityKind, Consent, DealStatus, EmailAddress, LeadSource, LeadStatus, PhoneNumber,
        PointLabel,
    },
    platform::{EventKind, SubjectKind},
};

use super::{CURRENCY, History, chance::Chance};

const FIRST: [&str; 18] = [
    "Amara", "Bruno", "Chiara", "Dmitri", "Elena", "Farid", "Greta", "Hugo", "Ivana", "Jonas",
    "Katarina", "Luca", "Milena", "Nadia", "Oscar", "Petra", "Rafael", "Sanja",
];
const LAST: [&str; 18] = [
    "Adler",
    "Bianchi",
    "Carlsson",
    "Dubois",
    "Eriksen",
    "Fischer",
    "García",
    "Horvat",
    "Ivanova",
    "Jansen",
    "Kovač",
    "Laurent",
    "Moreau",
    "Novak",
    "Okafor",
    "Petrović",
    "Rossi",
    "Schneider",
];
const JOBS: [&str; 7] = [
    "Head of purchasing",
    "IT manager",
    "Operations lead",
    "Chief financial officer",
    "Buyer",
    "Plant director",
    "Office manager",
];

fn plain(name: &str) -> String {
    domain::core::text::fold(name).replace(' ', "-")
}

fn phone(chance: &mut Chance) -> String {
    format!("+49 30 {}", chance.between(2_000_000, 9_999_999))
}

/// One to three people of each company.
pub(super) fn contacts(
    chance: &mut Chance,
    companies: &[company::Model],
    history: &mut History,
) -> Vec<contact::Model> {
    let mut made = Vec::new();
    for company in companies {
        for _ in 0..chance.between(1, 3) {
            let (first, last) = (*chance.pick(&FIRST), *chance.pick(&LAST));
            let at = company.created_at + TimeDelta::minutes(chance.between(5, 9_000));
            let domain = company.domain.as_deref().unwrap_or("example.com");
            let email = EmailAddress {
                address: format!("{}.{}@{domain}", plain(first), plain(last)),
                label: PointLabel::Work,
            };
            let number = PhoneNumber {
                number: phone(chance),
                label: PointLabel::Work,
            };
            let consent = *chance.pick(&[Consent::Granted, Consent::Unknown, Consent::Granted]);
            let row = contact::Model {
                id: chance.id(at),
                organization_id: company.organization_id,
                name: String::new(),
                name_key: String::new(),
                first_name: Some(first.to_owned()),
                last_name: last.to_owned(),
                job_title: Some((*chance.pick(&JOBS)).to_owned()),
                company_id: Some(company.id),
                emails: stored(&[email]),
                phones: stored(&[number]),
                location: company.location.clone(),
                country: company.country.clone(),
                consent,
                consent_at: (consent == Consent::Granted).then_some(at),
                description: None,
                owner_id: company.owner_id,
                external_id: None,
                private_phone: None,
                birthday: None,
                private_address: None,
                search_text: String::new(),
                created_at: at,
                updated_at: at,
                deleted_at: None,
                merged_into: None,
                version: 1,
            }
            .derived();
            if let Some(owner) = row.owner_id {
                let subject = (SubjectKind::Contact, row.id.0, row.name.as_str());
                history.add(chance, at, owner, EventKind::Created, subject, &[]);
            }
            made.push(row);
        }
    }
    made
}

/// Leads of the last weeks, none of them converted yet.
pub(super) fn leads(
    chance: &mut Chance,
    organization: OrganizationId,
    sellers: &[MemberId],
    now: DateTime<Utc>,
    history: &mut History,
) -> Vec<lead::Model> {
    let rules = default_rules();
    let firms = [
        "Birch & Sons",
        "Calder Foods",
        "Delta Marine",
        "Elm Street Labs",
        "Fjord Textiles",
        "Granite Works",
        "Harbour Optics",
        "Indigo Print",
        "Juniper Health",
        "Kestrel Freight",
    ];
    (0..36)
        .map(|_| {
            let (first, last) = (*chance.pick(&FIRST), *chance.pick(&LAST));
            let firm = *chance.pick(&firms);
            let at = now - TimeDelta::minutes(chance.between(30, 40 * 24 * 60));
            let site = format!("{}.example", plain(&firm.replace('&', "and")));
            let status = *chance.pick(&[
                LeadStatus::New,
                LeadStatus::New,
                LeadStatus::Working,
                LeadStatus::Qualified,
                LeadStatus::Unqualified,
            ]);
            let amount = chance.percent(60).then(|| chance.between(2, 300) * 10_000);
            let row = lead::Model {
                id: chance.id::<LeadId>(at),
                organization_id: organization,
                name: String::new(),
                name_key: String::new(),
                first_name: Some(first.to_owned()),
                last_name: last.to_owned(),
                company_name: Some(firm.to_owned()),
                company_key: None,
                job_title: chance.percent(70).then(|| (*chance.pick(&JOBS)).to_owned()),
                email: chance
                    .percent(85)
                    .then(|| format!("{}@{site}", plain(first))),
                email_key: None,
                phone: chance.percent(50).then(|| phone(chance)),
                phone_key: None,
                website: chance.percent(60).then(|| format!("https://www.{site}")),
                industry: None,
                location: None,
                country: None,
                amount,
                currency: amount.map(|_| CURRENCY),
                description: None,
                source: *chance.pick(LeadSource::ALL),
                status,
                score: 0,
                score_by_hand: false,
                score_reasons: stored::<u8>(&[]),
                owner_id: Some(*chance.pick(sellers)),
                external_id: None,
                converted_at: None,
                contact_id: None,
                company_id: None,
                deal_id: None,
                search_text: String::new(),
                created_at: at,
                updated_at: at,
                deleted_at: None,
                merged_into: None,
                version: 1,
            }
            .derived(&rules);
            if let Some(owner) = row.owner_id {
                let subject = (SubjectKind::Lead, row.id.0, row.name.as_str());
                history.add(chance, at, owner, EventKind::Created, subject, &[]);
            }
            row
        })
        .collect()
}

/// Something to do about most open deals: late, today, or in the next days; and what was done. The
/// administrator helps with a few.
pub(super) fn activities(
    chance: &mut Chance,
    deals: &[deal::Model],
    admin: MemberId,
    now: DateTime<Utc>,
) -> Vec<activity::Model> {
    let subjects = [
        (ActivityKind::Call, "Call about the offer"),
        (ActivityKind::Meeting, "Show the product"),
        (ActivityKind::Email, "Send the price list"),
        (ActivityKind::Task, "Prepare the calculation"),
        (ActivityKind::Call, "Ask how the trial goes"),
    ];
    let open = || deals.iter().filter(|deal| deal.status == DealStatus::Open);
    let mut made: Vec<_> = open()
        .filter_map(|deal| {
            let what = *chance.pick(&subjects);
            let due = now + TimeDelta::minutes(chance.between(-3 * 24 * 60, 10 * 24 * 60));
            let done = chance.percent(25);
            chance.percent(80).then(|| {
                let done_at = done.then(|| due.min(now));
                about(chance, deal, deal.owner_id, what, (due, done_at))
            })
        })
        .collect();
    let helped = [
        (-20, ActivityKind::Task, "Approve the discount"),
        (1, ActivityKind::Call, "Talk to the management"),
        (3, ActivityKind::Task, "Look over the contract"),
        (26, ActivityKind::Meeting, "Join the negotiation"),
    ];
    for (deal, (hours, kind, subject)) in open().zip(helped) {
        let due = now + TimeDelta::hours(hours);
        made.push(about(
            chance,
            deal,
            Some(admin),
            (kind, subject),
            (due, None),
        ));
    }
    made
}

fn about(
    chance: &mut Chance,
    deal: &deal::Model,
    owner_id: Option<MemberId>,
    (kind, subject): (ActivityKind, &str),
    (due, done_at): (DateTime<Utc>, Option<DateTime<Utc>>),
) -> activity::Model {
    let at = deal.created_at;
    activity::Model {
        id: chance.id(at),
        organization_id: deal.organization_id,
        kind,
        subject: subject.to_owned(),
        description: None,
        due_at: Some(due),
        duration_minutes: Some(30),
        done_at,
        remind_minutes: None,
        external_id: None,
        remind_at: None,
        owner_id,
        company_id: deal.company_id,
        contact_id: deal.contact_id,
        lead_id: None,
        deal_id: Some(deal.id),
        search_text: String::new(),
        created_at: at,
        updated_at: at,
        deleted_at: None,
        version: 1,
    }
    .derived()
}

/// What was said about some open deals, by whoever works them.
pub(super) fn notes(chance: &mut Chance, deals: &[deal::Model]) -> Vec<note::Model> {
    let bodies = [
        "They compare us with **two others**. What counts for them:\n\n1. delivery within four weeks\n2. one person to talk to\n3. the price, last",
        "Spoke with purchasing: the budget is _released in the next quarter_, not before.",
        "Wants to see it run on their own data. Trial until the end of the month.\n\n> If it saves us a day a week, we sign.",
        "Legal asks for the usual clauses on data protection. Nothing new.",
    ];
    let open = deals.iter().filter(|deal| deal.status == DealStatus::Open);
    let mut notes = Vec::new();
    for deal in open {
        let Some(author_id) = deal.owner_id.filter(|_| chance.percent(40)) else {
            continue;
        };
        let at = deal.created_at + TimeDelta::hours(chance.between(1, 20));
        notes.push(
            note::Model {
                id: chance.id(at),
                organization_id: deal.organization_id,
                body: (*chance.pick(&bodies)).to_owned(),
                sealed_body: None,
                external_id: None,
                pinned: chance.percent(20),
                author_id,
                company_id: deal.company_id,
                contact_id: deal.contact_id,
                lead_id: None,
                deal_id: Some(deal.id),
                search_text: String::new(),
                created_at: at,
                updated_at: at,
                deleted_at: None,
                version: 1,
            }
            .derived(),
        );
    }
    notes
}
