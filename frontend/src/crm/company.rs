//! The record of a company.

use futures_util::{FutureExt, future::LocalBoxFuture};
use leptos::prelude::*;
use shared_types::{
    Currency, Permission,
    crm::{Company, UpdateCompany},
};

use super::{
    about::About,
    activities::work_of,
    api, countries,
    might_be_same::{of_company, same_card},
    related::ContactsOf,
};
use crate::{
    core::{
        auth,
        components::{
            inline::{Editor, RecordField, Save},
            record::{
                Held, RecordPage, RecordSpec, digits, money_patch, nothing, parsed_patch,
                text_patch,
            },
            tags::{TagsField, TagsSpec},
        },
        format,
        http::Answer,
        query::{self, Cache},
    },
    identity::api::find_members,
    tr,
};

crate::lazy_page!(CompanyPage for CompaniesRead => view! { <RecordPage spec=spec()/> });

fn spec() -> RecordSpec<Company> {
    RecordSpec {
        resource: api::COMPANIES,
        list: tr!(company.list),
        kind: tr!(subject.company),
        id: |company| company.id.to_string(),
        name: |company| company.name.clone(),
        owner: |company| company.owner_id,
        deleted_at: |company| company.deleted_at,
        merged_into: Some(|company| company.merged_into.map(api::company_path)),
        writes: Permission::CompaniesWrite,
        deletes: Permission::CompaniesDelete,
        field_name,
        badges: nothing,
        actions: nothing,
        above: nothing,
        fields: |held| view! { <Fields held=held/> }.into_any(),
        cards: |held| {
            view! { {same_card(held, api::COMPANIES, of_company)}<ContactsOf company=held.record/> }
                .into_any()
        },
        beside: |held| {
            work_of(held.record, |company| About {
                company: Some(company.id),
                ..About::default()
            })
        },
    }
}

/// The patch that an edit of a field means.
fn patch_of(field: &'static str, value: String, currency: Currency) -> Answer<UpdateCompany> {
    let mut patch = UpdateCompany::default();
    match field {
        "name" => patch.name = Some(value),
        "domain" => patch.domain = text_patch(value.to_lowercase()),
        "website" => {
            patch.website =
                text_patch(domain::crm::company::website_from_text(&value).unwrap_or(value))
        }
        "industry" => patch.industry = text_patch(value),
        "phone" => patch.phone = text_patch(value),
        "location" => patch.location = text_patch(value),
        "country" => patch.country = text_patch(value),
        "description" => patch.description = text_patch(value),
        "externalId" => patch.external_id = text_patch(value),
        "employees" => {
            patch.employees = parsed_patch(field, &value, |value| digits(value).parse().ok())?
        }
        "foundedYear" => {
            patch.founded_year = parsed_patch(field, &value, |value| value.trim().parse().ok())?
        }
        "ownerId" => patch.owner_id = parsed_patch(field, &value, |value| value.parse().ok())?,
        "parentId" => patch.parent_id = parsed_patch(field, &value, |value| value.parse().ok())?,
        "annualRevenue" => {
            patch.annual_revenue = money_patch(field, &value, currency)?;
        }
        _ => {}
    }
    Ok(patch)
}

fn saver(company: Memo<Company>, cache: Cache, field: &'static str) -> Save {
    Callback::new(
        move |(value, name): (String, Option<String>)| -> LocalBoxFuture<'static, Answer<()>> {
            let before = company.get_untracked();
            async move {
                let currency = before
                    .annual_revenue
                    .map(|money| money.currency)
                    .or_else(|| auth::organization().map(|organization| organization.currency))
                    .unwrap_or(Currency::Eur);
                let patch = patch_of(field, value, currency)?;
                let also: &[(&str, Option<String>)] = if field == "ownerId" {
                    &[("ownerName", name)]
                } else {
                    &[]
                };
                let path = api::company_path(before.id);
                query::change(cache, &path, &before, before.version, &patch, also).await?;
                cache.stale(&format!("{path}/"));
                cache.stale(&format!("{}?", api::COMPANIES));
                Ok(())
            }
            .boxed_local()
        },
    )
}

const TAGS_SPEC: TagsSpec<Company> = TagsSpec {
    list: api::COMPANIES,
    id: |it| it.id.to_string(),
    version: |it| it.version,
    tags: |it| &it.tags,
};

#[component]
fn Fields(held: Held<Company>) -> impl IntoView {
    let company = held.record;
    let cache = query::cache();
    let editable = held.editable;
    let value = move |read: fn(&Company) -> Option<String>| {
        Signal::derive(move || company.with(read).unwrap_or_default())
    };
    let save = move |field| saver(company, cache, field);
    let parent = query::record::<Company>(move || {
        company
            .with(|company| company.parent_id)
            .map(api::company_path)
    });
    view! {
        <dl class="record-fields">
            <RecordField label=tr!(company.name) name="name" value=value(|c| Some(c.name.clone())) editable=editable save=save("name")/>
            <RecordField label=tr!(company.owner) name="ownerId" value=value(|c| c.owner_id.map(|id| id.to_string())) shown=value(|c| c.owner_name.clone()) editor=Editor::Pick(find_members) editable=editable save=save("ownerId")/>
            <RecordField label=tr!(company.industry) name="industry" value=value(|c| c.industry.clone()) editable=editable save=save("industry")/>
            <RecordField label=tr!(company.website) name="website" value=value(|c| c.website.clone()) href=Signal::derive(move || company.with(|c| c.website.clone())) editable=editable save=save("website")/>
            <RecordField label=tr!(company.domain) name="domain" value=value(|c| c.domain.clone()) editable=editable save=save("domain")/>
            <RecordField label=tr!(company.phone) name="phone" value=value(|c| c.phone.clone()) href=Signal::derive(move || company.with(|c| c.phone.as_ref().map(|phone| format!("tel:{}", phone.replace(' ', ""))))) editable=editable save=save("phone")/>
            <RecordField label=tr!(company.location) name="location" value=value(|c| c.location.clone()) editable=editable save=save("location")/>
            <RecordField label=tr!(company.country) name="country" value=value(|c| c.country.clone()) shown=value(|c| c.country.as_deref().map(format::country_name)) editor=Editor::Select(countries::options()) editable=editable save=save("country")/>
            <RecordField label=tr!(company.employees) name="employees" value=value(|c| c.employees.map(|n| n.to_string())) shown=value(|c| c.employees.map(format::number)) editor=Editor::Number editable=editable save=save("employees")/>
            <RecordField label=tr!(company.revenue) name="annualRevenue" value=value(|c| c.annual_revenue.map(format::money_plain)) shown=value(|c| c.annual_revenue.map(format::money_short)) editor=Editor::Number editable=editable save=save("annualRevenue")/>
            <RecordField label=tr!(company.founded) name="foundedYear" value=value(|c| c.founded_year.map(|year| year.to_string())) editor=Editor::Number editable=editable save=save("foundedYear")/>
            <RecordField
                label=tr!(company.parent)
                name="parentId"
                value=value(|c| c.parent_id.map(|id| id.to_string()))
                shown=Signal::derive(move || {
                    let known = company.with(|company| company.parent_id.is_some());
                    if known { parent.load.get().ready().map(|parent| parent.name).unwrap_or_default() } else { String::new() }
                })
                href=Signal::derive(move || company.with(|c| c.parent_id.map(|id| format!("/companies/{id}"))))
                editor=Editor::Pick(api::find_companies)
                editable=editable
                save=save("parentId")
            />
            <TagsField spec=TAGS_SPEC record=company editable=editable/>
            <RecordField label=tr!(company.external_id) name="externalId" value=value(|c| c.external_id.clone()) editable=editable save=save("externalId")/>
            <RecordField label=tr!(company.description) name="description" value=value(|c| c.description.clone()) editor=Editor::Lines editable=editable save=save("description")/>
        </dl>
    }
}

/// What a field is called in the history.
pub fn field_name(field: &str) -> String {
    let name = match field {
        "name" => tr!(company.name),
        "domain" => tr!(company.domain),
        "website" => tr!(company.website),
        "industry" => tr!(company.industry),
        "phone" => tr!(company.phone),
        "employees" => tr!(company.employees),
        "annualRevenue" => tr!(company.revenue),
        "foundedYear" => tr!(company.founded),
        "location" => tr!(company.location),
        "country" => tr!(company.country),
        "description" => tr!(company.description),
        "parentId" => tr!(company.parent),
        "ownerId" => tr!(company.owner),
        "externalId" => tr!(company.external_id),
        "tags" | "tagIds" => tr!(tag.list),
        other => return other.to_owned(),
    };
    name.to_owned()
}
