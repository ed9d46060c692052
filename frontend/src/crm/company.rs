//! The record of a company.

use futures_util::{FutureExt, future::LocalBoxFuture};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    LazyRoute, NavigateOptions,
    hooks::{use_navigate, use_params_map},
    lazy_route,
};
use shared_types::{
    Currency, Money, Patch, Permission,
    crm::{Company, UpdateCompany},
};

use super::api;
use crate::{
    core::{
        auth,
        components::{
            dialog::Confirm,
            icons::{Icon, icon},
            inline::{Editor, RecordField, Save},
            menu::{Entry, Menu},
            states::{Skeleton, failure, guarded},
            timeline::Timeline,
        },
        errors::ApiError,
        format,
        http::Answer,
        page,
        query::{self, Cache, Load},
        toast,
    },
    identity::api::find_members,
    tr,
};

pub struct CompanyPage;

#[lazy_route]
impl LazyRoute for CompanyPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        guarded(Permission::CompaniesRead, || {
            view! { <CompanyRecord/> }.into_any()
        })
    }
}

#[component]
fn CompanyRecord() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let company = query::record::<Company>(move || Some(api::company_path(id.get())));
    page::title(move || match company.load.get() {
        Load::Ready(company) => company.name,
        _ => tr!(subject.company).to_owned(),
    });
    // The fields are built once per company; each follows its own value.
    let ready = Memo::new(move |_| match company.load.get() {
        Load::Loading => Err(None),
        Load::Failed(error) => Err(Some(error)),
        Load::Ready(company) => Ok(company.id),
    });
    move || match ready.get() {
        Err(None) => view! { <div class="page"><Skeleton lines=8/></div> }.into_any(),
        Err(Some(error)) => {
            view! { <div class="page">{failure(&error, move || company.retry())}</div> }.into_any()
        }
        Ok(_) => match company.load.get_untracked() {
            Load::Ready(first) => {
                let held = Memo::new(move |before: Option<&Company>| {
                    company
                        .load
                        .get()
                        .ready()
                        .or_else(|| before.cloned())
                        .unwrap_or_else(|| first.clone())
                });
                view! { <Record company=held/> }.into_any()
            }
            _ => ().into_any(),
        },
    }
}

#[component]
fn Record(company: Memo<Company>) -> impl IntoView {
    let path = move || api::company_path(company.with(|company| company.id));
    let trashed = Memo::new(move |_| company.with(|company| company.deleted_at));
    view! {
        <div class="page page-record">
            <nav class="crumbs" aria-label=tr!(record.crumbs)>
                <a class="link" href="/companies">{tr!(company.list)}</a>
            </nav>
            <header class="page-head">
                <h1 class="page-title">{move || company.with(|company| company.name.clone())}</h1>
                <Actions company=company/>
            </header>
            {move || trashed.get().map(|at| view! {
                <p class="alert alert-warn" role="status">{icon(Icon::Trash)}{tr!(record.in_trash, day = format::date_of(at))}</p>
            })}
            <div class="record">
                <section class="card" aria-labelledby="details"><h2 id="details" class="card-title">{tr!(record.details)}</h2><Fields company=company/></section>
                <section class="card" aria-labelledby="history">
                    <h2 id="history" class="card-title">{tr!(record.history)}</h2>
                    <Timeline path=Signal::derive(move || format!("{}/timeline", path())) label=field_name/>
                </section>
            </div>
        </div>
    }
}

#[component]
fn Actions(company: Memo<Company>) -> impl IntoView {
    let cache = query::cache();
    let asked = RwSignal::new(false);
    let navigate = StoredValue::new(use_navigate());
    let may_delete = Memo::new(move |_| {
        company.with(|company| auth::may_on(Permission::CompaniesDelete, company.owner_id))
    });
    let restore = Callback::new(move |()| {
        let id = company.with_untracked(|company| company.id);
        spawn_local(async move {
            match api::restore_company(id).await {
                Ok(_) => {
                    cache.stale(api::COMPANIES);
                    toast::good(tr!(record.restored));
                }
                Err(error) => toast::failed(&error),
            }
        });
    });
    let trash = Callback::new(move |()| {
        let id = company.with_untracked(|company| company.id);
        spawn_local(async move {
            match api::trash_company(id).await {
                Ok(()) => {
                    cache.stale(api::COMPANIES);
                    toast::good_with_undo(tr!(record.trashed), restore);
                    navigate.with_value(|go| go("/companies", NavigateOptions::default()));
                }
                Err(error) => toast::failed(&error),
            }
        });
    });
    let entries = Callback::new(move |()| {
        if company.with_untracked(|company| company.deleted_at.is_some()) {
            vec![Entry::run(tr!(record.restore), move || restore.run(())).icon(Icon::Restore)]
        } else {
            vec![
                Entry::run(tr!(record.trash), move || asked.set(true))
                    .icon(Icon::Trash)
                    .danger(),
            ]
        }
    });
    view! {
        <div class="page-actions">
            <Show when=move || may_delete.get()>
                <Menu label=tr!(common.more) entries=entries>{icon(Icon::Dots)}</Menu>
            </Show>
        </div>
        <Confirm
            open=asked
            title=Signal::derive(move || tr!(record.trash_one, name = company.with(|company| company.name.clone())))
            text=tr!(record.trash_text)
            verb=tr!(record.trash)
            on_confirm=trash
        />
    }
}

/// A patch of one text field.
fn text(value: String) -> Patch<String> {
    if value.is_empty() {
        Patch::Clear
    } else {
        Patch::Set(value)
    }
}

/// A patch of a field that is not text; what cannot be read is a fault of that field.
fn parsed<T>(field: &str, value: &str, read: impl FnOnce(&str) -> Option<T>) -> Answer<Patch<T>> {
    if value.is_empty() {
        return Ok(Patch::Clear);
    }
    read(value).map(Patch::Set).ok_or_else(|| {
        ApiError::invalid([(field.to_owned(), vec![tr!(record.not_a_number).to_owned()])].into())
    })
}

fn digits(value: &str) -> String {
    value
        .chars()
        .filter(|letter| !letter.is_whitespace() && !",.'’".contains(*letter))
        .collect()
}

/// The patch that an edit of a field means.
fn patch_of(field: &'static str, value: String, currency: Currency) -> Answer<UpdateCompany> {
    let mut patch = UpdateCompany::default();
    match field {
        "name" => patch.name = Some(value),
        "domain" => patch.domain = text(value.to_lowercase()),
        "website" => {
            patch.website = text(domain::crm::company::website_from_text(&value).unwrap_or(value))
        }
        "industry" => patch.industry = text(value),
        "phone" => patch.phone = text(value),
        "location" => patch.location = text(value),
        "country" => patch.country = text(value),
        "description" => patch.description = text(value),
        "externalId" => patch.external_id = text(value),
        "employees" => patch.employees = parsed(field, &value, |value| digits(value).parse().ok())?,
        "foundedYear" => {
            patch.founded_year = parsed(field, &value, |value| value.trim().parse().ok())?
        }
        "ownerId" => patch.owner_id = parsed(field, &value, |value| value.parse().ok())?,
        "parentId" => patch.parent_id = parsed(field, &value, |value| value.parse().ok())?,
        "annualRevenue" => {
            patch.annual_revenue = if value.is_empty() {
                Patch::Clear
            } else {
                let money: Money =
                    domain::core::decimal::amount_from_input(field, &value, currency, None)
                        .map_err(|error| ApiError::invalid(error.fields()))?;
                Patch::Set(money)
            };
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

#[component]
fn Fields(company: Memo<Company>) -> impl IntoView {
    let cache = query::cache();
    let editable = Memo::new(move |_| {
        company.with(|company| {
            company.deleted_at.is_none()
                && auth::may_on(Permission::CompaniesWrite, company.owner_id)
        })
    });
    let value = move |read: fn(&Company) -> Option<String>| {
        Signal::derive(move || company.with(read).unwrap_or_default())
    };
    let save = move |field| saver(company, cache, field);
    let parent = query::record::<Company>(move || {
        company
            .with(|company| company.parent_id)
            .map(api::company_path)
    });
    let countries = {
        let mut all: Vec<(String, String)> = super::countries::ALL
            .iter()
            .map(|code| ((*code).to_owned(), format::country_name(code)))
            .collect();
        all.sort_by(|one, other| one.1.cmp(&other.1));
        all.insert(0, (String::new(), String::new()));
        all
    };
    view! {
        <dl class="record-fields">
            <RecordField label=tr!(company.name) name="name" value=value(|c| Some(c.name.clone())) editable=editable save=save("name")/>
            <RecordField label=tr!(company.owner) name="ownerId" value=value(|c| c.owner_id.map(|id| id.to_string())) shown=value(|c| c.owner_name.clone()) editor=Editor::Pick(find_members) editable=editable save=save("ownerId")/>
            <RecordField label=tr!(company.industry) name="industry" value=value(|c| c.industry.clone()) editable=editable save=save("industry")/>
            <RecordField label=tr!(company.website) name="website" value=value(|c| c.website.clone()) href=Signal::derive(move || company.with(|c| c.website.clone())) editable=editable save=save("website")/>
            <RecordField label=tr!(company.domain) name="domain" value=value(|c| c.domain.clone()) editable=editable save=save("domain")/>
            <RecordField label=tr!(company.phone) name="phone" value=value(|c| c.phone.clone()) href=Signal::derive(move || company.with(|c| c.phone.as_ref().map(|phone| format!("tel:{}", phone.replace(' ', ""))))) editable=editable save=save("phone")/>
            <RecordField label=tr!(company.location) name="location" value=value(|c| c.location.clone()) editable=editable save=save("location")/>
            <RecordField label=tr!(company.country) name="country" value=value(|c| c.country.clone()) shown=value(|c| c.country.as_deref().map(format::country_name)) editor=Editor::Select(countries) editable=editable save=save("country")/>
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
        other => return other.to_owned(),
    };
    name.to_owned()
}
