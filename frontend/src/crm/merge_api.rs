//! What pages about duplicates ask of the server, and what their words are.

use futures_util::{FutureExt, future::LocalBoxFuture};
use leptos::task::spawn_local;
use shared_types::{
    MergeId,
    crm::{Lead, Merge, MergeField, MergeKind, MergeRecords, MergeUndone, MovedCount, MovedKind},
};

use super::{
    api, company, contact, contacts, lead,
    lead_api::{self, LEADS},
};
use crate::{
    core::{
        components::combobox::{Choice, Finder},
        format, http,
        http::Answer,
        query::Cache,
        toast,
        url::encode,
    },
    tr,
};

/// The path of merges in the API.
pub const MERGES: &str = "/merges";
/// The page of duplicates and merges.
pub const DUPLICATES: &str = "/duplicates";

/// The path of the list of a kind of record.
#[must_use]
pub const fn resource(kind: MergeKind) -> &'static str {
    match kind {
        MergeKind::Company => api::COMPANIES,
        MergeKind::Contact => api::CONTACTS,
        MergeKind::Lead => LEADS,
    }
}

/// The kind of record of a list, if it can be there twice.
#[must_use]
pub fn kind_of(list: &str) -> Option<MergeKind> {
    MergeKind::ALL
        .iter()
        .copied()
        .find(|kind| resource(*kind) == list)
}

/// What records of a kind are called.
#[must_use]
pub fn list_name(kind: MergeKind) -> &'static str {
    match kind {
        MergeKind::Company => tr!(company.list),
        MergeKind::Contact => tr!(contact.list),
        MergeKind::Lead => tr!(lead.list),
    }
}

/// What a field is called.
#[must_use]
pub fn field_name(kind: MergeKind, field: MergeField) -> String {
    match (kind, field) {
        (MergeKind::Contact, MergeField::Emails) => tr!(contact.emails).to_owned(),
        (MergeKind::Contact, MergeField::Phones) => tr!(contact.phones).to_owned(),
        (MergeKind::Company, field) => company::field_name(field.as_str()),
        (MergeKind::Contact, field) => contact::field_name(field.as_str()),
        (MergeKind::Lead, field) => lead::field_name(field.as_str()),
    }
}

/// A value as people read it.
#[must_use]
pub fn value_text(field: MergeField, value: String) -> String {
    match field {
        MergeField::Country => format::country_name(&value),
        MergeField::Birthday => format::birthday(&value),
        MergeField::Consent => value
            .parse()
            .map_or(value, |it| contacts::consent_name(it).to_owned()),
        MergeField::Source => value
            .parse()
            .map_or(value, |it| lead_api::source_name(it).to_owned()),
        MergeField::Status => value
            .parse()
            .map_or(value, |it| lead_api::status_name(it).to_owned()),
        MergeField::Employees => value.parse().map_or(value, format::number),
        MergeField::AnnualRevenue | MergeField::Amount => money_text(&value).unwrap_or(value),
        _ => value,
    }
}

/// An amount as people read it, from `1234.50 EUR`.
fn money_text(value: &str) -> Option<String> {
    let (number, currency) = value.rsplit_once(' ')?;
    let currency = currency.parse().ok()?;
    let money = domain::core::decimal::amount_from_input("amount", number, currency, None).ok()?;
    Some(format::money(money))
}

/// How much moves, in words.
#[must_use]
pub fn moved_text(moved: &[MovedCount]) -> String {
    let words = moved.iter().map(|MovedCount { what, count }| {
        let name = match what {
            MovedKind::Contacts => tr!(contact.list),
            MovedKind::Deals => tr!(deals.list),
            MovedKind::Activities => tr!(activity.list),
            MovedKind::Notes => tr!(note.list),
            MovedKind::Leads => tr!(lead.list),
            MovedKind::Subsidiaries => tr!(merge.subsidiaries),
        };
        format!("{name}: {}", format::number(*count))
    });
    words.collect::<Vec<_>>().join(" · ")
}

/// How records of a kind are found by name.
#[must_use]
pub fn finder(kind: MergeKind) -> Finder {
    match kind {
        MergeKind::Company => api::find_companies,
        MergeKind::Contact => api::find_contacts,
        MergeKind::Lead => find_leads,
    }
}

fn find_leads(cache: Cache, text: String) -> LocalBoxFuture<'static, Answer<Vec<Choice>>> {
    async move {
        let query = encode(text.trim());
        let path = format!("{LEADS}?limit=20&sort=name&q={query}");
        let page = cache.page::<Lead>(path).await?;
        let choice = |lead: Lead| Choice {
            id: lead.id.to_string(),
            label: lead.name,
            detail: lead.company_name.or(lead.email),
        };
        Ok(page.data.into_iter().map(choice).collect())
    }
    .boxed_local()
}

pub async fn merge(kind: MergeKind, winner: &str, body: &MergeRecords) -> Answer<Merge> {
    http::post(&format!("{}/{winner}/merge", resource(kind)), body).await
}

/// Forgets what a merge may have changed.
pub fn stale(cache: Cache) {
    for changed in [
        api::COMPANIES,
        api::CONTACTS,
        LEADS,
        "/deals",
        "/activities",
        DUPLICATES,
        MERGES,
    ] {
        cache.stale(changed);
    }
}

/// Takes a merge back and says what came of it.
pub fn undo(cache: Cache, id: MergeId) {
    spawn_local(async move {
        match http::act::<MergeUndone>(&format!("{MERGES}/{id}/undo")).await {
            Ok(done) => {
                let kind = done.merge.kind;
                let kept = done.kept.iter().map(|field| field_name(kind, *field));
                let kept: Vec<String> = kept.collect();
                if !kept.is_empty() {
                    toast::good(tr!(merge.kept, fields = kept.join(", ")));
                }
                if done.stayed > 0 {
                    toast::good(tr!(merge.stayed, count = done.stayed));
                }
                toast::good(tr!(merge.undone));
            }
            Err(error) => toast::failed(&error),
        }
        stale(cache);
    });
}
