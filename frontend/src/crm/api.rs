//! What pages about customers ask of the server.

use futures_util::future::LocalBoxFuture;
use shared_types::crm::{Company, Contact, CreateCompany, CreateContact};

use crate::core::{
    components::combobox::{Choice, find_in},
    http::{self, Answer},
    query::Cache,
};

pub const COMPANIES: &str = "/companies";
pub const CONTACTS: &str = "/contacts";

#[must_use]
pub fn company_path(id: impl std::fmt::Display) -> String {
    format!("{COMPANIES}/{id}")
}

pub async fn create_company(company: &CreateCompany) -> Answer<Company> {
    http::post(COMPANIES, company).await
}

/// Finds companies, for fields that name one.
pub fn find_companies(cache: Cache, text: String) -> LocalBoxFuture<'static, Answer<Vec<Choice>>> {
    find_in(cache, "/companies?sort=name", &text, |company: Company| {
        Choice {
            id: company.id.to_string(),
            label: company.name,
            detail: company.location.or(company.industry),
        }
    })
}

#[must_use]
pub fn contact_path(id: impl std::fmt::Display) -> String {
    format!("{CONTACTS}/{id}")
}

pub async fn create_contact(contact: &CreateContact) -> Answer<Contact> {
    http::post(CONTACTS, contact).await
}

/// Finds contacts, for fields that name one.
pub fn find_contacts(cache: Cache, text: String) -> LocalBoxFuture<'static, Answer<Vec<Choice>>> {
    find_in(cache, "/contacts?sort=name", &text, |contact: Contact| {
        Choice {
            id: contact.id.to_string(),
            label: contact.name,
            detail: contact.company_name.or(contact.job_title),
        }
    })
}
