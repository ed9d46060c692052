//! What pages about customers ask of the server.

use futures_util::{FutureExt, future::LocalBoxFuture};
use shared_types::crm::{Company, Contact, CreateCompany, CreateContact};

use crate::core::{
    components::combobox::Choice,
    http::{self, Answer},
    query::Cache,
    url::encode,
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
    async move {
        let page = cache
            .page::<Company>(format!(
                "{COMPANIES}?limit=20&sort=name&q={}",
                encode(text.trim())
            ))
            .await?;
        Ok(page
            .data
            .into_iter()
            .map(|company| Choice {
                id: company.id.to_string(),
                label: company.name,
                detail: company.location.or(company.industry),
            })
            .collect())
    }
    .boxed_local()
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
    async move {
        let page = cache
            .page::<Contact>(format!(
                "{CONTACTS}?limit=20&sort=name&q={}",
                encode(text.trim())
            ))
            .await?;
        Ok(page
            .data
            .into_iter()
            .map(|contact| Choice {
                id: contact.id.to_string(),
                label: contact.name,
                detail: contact.company_name.or(contact.job_title),
            })
            .collect())
    }
    .boxed_local()
}
