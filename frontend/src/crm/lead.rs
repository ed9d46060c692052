//! The record of a lead.

use futures_util::{FutureExt, future::LocalBoxFuture};
use leptos::prelude::*;
use shared_types::{
    Currency, Permission,
    crm::{Lead, LeadStatus, UpdateLead},
};

use super::{
    about::About,
    activities::work_of,
    api, countries,
    lead_api::{
        LEADS, lead_path, score_badge, score_field_name, source_name, sources, status_name,
    },
    lead_convert::ConvertButton,
    might_be_same::{of_lead, same_card},
};
use crate::{
    core::{
        auth,
        components::{
            icons::{Icon, icon},
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

crate::lazy_page!(LeadPage for LeadsRead => view! { <RecordPage spec=spec()/> });

fn spec() -> RecordSpec<Lead> {
    RecordSpec {
        resource: LEADS,
        list: tr!(lead.list),
        kind: tr!(settings.subject.lead),
        id: |lead| lead.id.to_string(),
        name: |lead| lead.name.clone(),
        owner: |lead| lead.owner_id,
        deleted_at: |lead| lead.deleted_at,
        merged_into: Some(|lead| lead.merged_into.map(lead_path)),
        writes: Permission::LeadsWrite,
        deletes: Permission::LeadsDelete,
        field_name,
        badges: nothing,
        actions: |held| view! { <ConvertButton lead=held.record/> }.into_any(),
        above: nothing,
        fields: |held| view! { <Fields held=held/> }.into_any(),
        cards: |held| {
            view! { <Became lead=held.record/>{same_card(held, LEADS, of_lead)}<Score lead=held.record/> }.into_any()
        },
        beside: |held| {
            work_of(held.record, |lead| About {
                lead: Some(lead.id),
                ..About::default()
            })
        },
    }
}

/// What the lead became.
#[component]
fn Became(lead: Memo<Lead>) -> impl IntoView {
    let became = Memo::new(move |_| {
        lead.with(|lead| {
            lead.converted_at
                .map(|at| (at, lead.contact_id, lead.company_id, lead.deal_id))
        })
    });
    move || {
        became.get().map(|(at, contact, company, deal)| {
            let link = |href: Option<String>, words: &'static str| {
                href.map(|href| view! { <a class="btn btn-sm" href=href>{words}{icon(Icon::ChevronRight)}</a> })
            };
            view! {
                <section class="card" aria-labelledby="became">
                    <h2 id="became" class="card-title">{tr!(lead.became)}</h2>
                    <p class="text-muted">{tr!(lead.converted_on, day = format::date_of(at))}</p>
                    <div class="page-actions">
                        {link(contact.map(api::contact_path), tr!(settings.subject.contact))}
                        {link(company.map(api::company_path), tr!(settings.subject.company))}
                        {link(deal.map(|id| format!("/deals/{id}")), tr!(settings.subject.deal))}
                    </div>
                </section>
            }
        })
    }
}

/// What the rules found.
#[component]
fn Score(lead: Memo<Lead>) -> impl IntoView {
    let reasons = Memo::new(move |_| {
        lead.with(|lead| (lead.score, lead.score_by_hand, lead.score_reasons.clone()))
    });
    view! {
        <section class="card" aria-labelledby="score">
            <h2 id="score" class="card-title">{tr!(lead.why_score)}" "{move || score_badge(reasons.get().0)}</h2>
            {move || reasons.get().1.then(|| view! { <p class="text-muted">{tr!(lead.by_hand)}</p> })}
            {move || {
                let (_, _, reasons) = reasons.get();
                if reasons.is_empty() {
                    return view! { <p class="text-muted">{tr!(lead.no_reason)}</p> }.into_any();
                }
                view! {
                    <dl class="facts">
                        {reasons.into_iter().map(|reason| view! {
                            <dt>{score_field_name(reason.field)}{reason.found.map(|found| format!(": {found}"))}</dt>
                            <dd>{format!("{:+}", reason.points)}</dd>
                        }).collect_view()}
                    </dl>
                }
                .into_any()
            }}
        </section>
    }
}

/// The patch that an edit of a field means.
fn patch_of(field: &'static str, value: String, currency: Currency) -> Answer<UpdateLead> {
    let mut patch = UpdateLead::default();
    match field {
        "firstName" => patch.first_name = text_patch(value),
        "lastName" => patch.last_name = Some(value),
        "companyName" => patch.company_name = text_patch(value),
        "jobTitle" => patch.job_title = text_patch(value),
        "email" => patch.email = text_patch(value),
        "phone" => patch.phone = text_patch(value),
        "website" => {
            patch.website =
                text_patch(domain::crm::company::website_from_text(&value).unwrap_or(value));
        }
        "industry" => patch.industry = text_patch(value),
        "location" => patch.location = text_patch(value),
        "country" => patch.country = text_patch(value),
        "description" => patch.description = text_patch(value),
        "externalId" => patch.external_id = text_patch(value),
        "source" => patch.source = value.parse().ok(),
        "status" => patch.status = value.parse().ok(),
        "score" => {
            patch.score = parsed_patch(field, &value, |value| digits(value).parse().ok())?;
        }
        "ownerId" => patch.owner_id = parsed_patch(field, &value, |value| value.parse().ok())?,
        "amount" => {
            patch.amount = money_patch(field, &value, currency)?;
        }
        _ => {}
    }
    Ok(patch)
}

fn saver(lead: Memo<Lead>, cache: Cache, field: &'static str) -> Save {
    Callback::new(
        move |(value, name): (String, Option<String>)| -> LocalBoxFuture<'static, Answer<()>> {
            let before = lead.get_untracked();
            async move {
                let home = auth::organization().map_or(Currency::Eur, |it| it.currency);
                let currency = before.amount.map_or(home, |money| money.currency);
                let patch = patch_of(field, value, currency)?;
                let also: &[(&str, Option<String>)] = if field == "ownerId" {
                    &[("ownerName", name)]
                } else {
                    &[]
                };
                let path = lead_path(before.id);
                query::change(cache, &path, &before, before.version, &patch, also).await?;
                cache.stale(&format!("{path}/"));
                cache.stale(&format!("{LEADS}?"));
                Ok(())
            }
            .boxed_local()
        },
    )
}

const TAGS_SPEC: TagsSpec<Lead> = TagsSpec {
    list: LEADS,
    id: |it| it.id.to_string(),
    version: |it| it.version,
    tags: |it| &it.tags,
};

#[component]
fn Fields(held: Held<Lead>) -> impl IntoView {
    let lead = held.record;
    let cache = query::cache();
    let editable = Memo::new(move |_| {
        held.editable.get() && lead.with(|lead| lead.status != LeadStatus::Converted)
    });
    let value = move |read: fn(&Lead) -> Option<String>| {
        Signal::derive(move || lead.with(read).unwrap_or_default())
    };
    let save = move |field| saver(lead, cache, field);
    let statuses = LeadStatus::ALL
        .iter()
        .filter(|it| **it != LeadStatus::Converted)
        .map(|&it| (it.to_string(), status_name(it).to_owned()))
        .collect();
    let website = Signal::derive(move || lead.with(|lead| lead.website.clone()));
    let mail = Signal::derive(move || {
        lead.with(|lead| lead.email.as_ref().map(|email| format!("mailto:{email}")))
    });
    let call = Signal::derive(move || {
        lead.with(|lead| {
            let phone = lead.phone.as_ref();
            phone.map(|phone| format!("tel:{}", phone.replace(' ', "")))
        })
    });
    view! {
        <dl class="record-fields">
            <RecordField label=tr!(lead.status) name="status" value=value(|l| Some(l.status.to_string())) shown=value(|l| Some(status_name(l.status).to_owned())) editor=Editor::Select(statuses) editable=editable save=save("status")/>
            <RecordField label=tr!(lead.owner) name="ownerId" value=value(|l| l.owner_id.map(|id| id.to_string())) shown=value(|l| l.owner_name.clone()) editor=Editor::Pick(find_members) editable=editable save=save("ownerId")/>
            <RecordField label=tr!(lead.score) name="score" value=value(|l| Some(l.score.to_string()).filter(|_| l.score_by_hand)) shown=value(|l| Some(l.score.to_string())) editor=Editor::Number editable=editable save=save("score")/>
            <RecordField label=tr!(lead.first_name) name="firstName" value=value(|l| l.first_name.clone()) editable=editable save=save("firstName")/>
            <RecordField label=tr!(lead.last_name) name="lastName" value=value(|l| Some(l.last_name.clone())) editable=editable save=save("lastName")/>
            <RecordField label=tr!(lead.company) name="companyName" value=value(|l| l.company_name.clone()) editable=editable save=save("companyName")/>
            <RecordField label=tr!(lead.job_title) name="jobTitle" value=value(|l| l.job_title.clone()) editable=editable save=save("jobTitle")/>
            <RecordField label=tr!(lead.email) name="email" value=value(|l| l.email.clone()) href=mail editable=editable save=save("email")/>
            <RecordField label=tr!(lead.phone) name="phone" value=value(|l| l.phone.clone()) href=call editable=editable save=save("phone")/>
            <RecordField label=tr!(lead.website) name="website" value=value(|l| l.website.clone()) href=website editable=editable save=save("website")/>
            <RecordField label=tr!(lead.source) name="source" value=value(|l| Some(l.source.to_string())) shown=value(|l| Some(source_name(l.source).to_owned())) editor=Editor::Select(sources()) editable=editable save=save("source")/>
            <RecordField label=tr!(lead.amount) name="amount" value=value(|l| l.amount.map(format::money_plain)) shown=value(|l| l.amount.map(format::money)) editor=Editor::Number editable=editable save=save("amount")/>
            <RecordField label=tr!(lead.industry) name="industry" value=value(|l| l.industry.clone()) editable=editable save=save("industry")/>
            <RecordField label=tr!(lead.location) name="location" value=value(|l| l.location.clone()) editable=editable save=save("location")/>
            <RecordField label=tr!(lead.country) name="country" value=value(|l| l.country.clone()) shown=value(|l| l.country.as_deref().map(format::country_name)) editor=Editor::Select(countries::options()) editable=editable save=save("country")/>
            <TagsField spec=TAGS_SPEC record=lead editable=editable/>
            <RecordField label=tr!(lead.external_id) name="externalId" value=value(|l| l.external_id.clone()) editable=editable save=save("externalId")/>
            <RecordField label=tr!(lead.description) name="description" value=value(|l| l.description.clone()) editor=Editor::Lines editable=editable save=save("description")/>
        </dl>
    }
}

/// What a field is called in the history.
pub fn field_name(field: &str) -> String {
    let name = match field {
        "name" => tr!(lead.name),
        "firstName" => tr!(lead.first_name),
        "lastName" => tr!(lead.last_name),
        "companyName" | "companyId" => tr!(lead.company),
        "jobTitle" => tr!(lead.job_title),
        "email" => tr!(lead.email),
        "phone" => tr!(lead.phone),
        "website" => tr!(lead.website),
        "industry" => tr!(lead.industry),
        "location" => tr!(lead.location),
        "country" => tr!(lead.country),
        "amount" => tr!(lead.amount),
        "description" => tr!(lead.description),
        "source" => tr!(lead.source),
        "status" => tr!(lead.status),
        "score" => tr!(lead.score),
        "scoreByHand" => tr!(lead.by_hand),
        "scoreReasons" => tr!(lead.why_score),
        "ownerId" => tr!(lead.owner),
        "externalId" => tr!(lead.external_id),
        "tags" | "tagIds" => tr!(tag.list),
        "contactId" => tr!(settings.subject.contact),
        "dealId" => tr!(settings.subject.deal),
        "convertedAt" => tr!(lead.became),
        other => return other.to_owned(),
    };
    name.to_owned()
}
