//! The fields of a deal, edited where they stand.

use futures_util::{FutureExt, future::LocalBoxFuture};
use leptos::prelude::*;
use shared_types::{
    Currency, Patch,
    crm::{Deal, UpdateDeal},
};

use super::{api, deal_api, deal_form::fault};
use crate::{
    core::{
        auth,
        components::{
            inline::{Editor, RecordField, Save},
            record::{money_patch, text_patch},
            tags::{TagsField, TagsSpec},
        },
        format,
        http::Answer,
        query::{self, Cache},
    },
    identity::api::find_members,
    tr,
};

fn parsed<T: std::str::FromStr>(field: &str, value: &str) -> Answer<Patch<T>> {
    if value.is_empty() {
        return Ok(Patch::Clear);
    }
    value
        .trim()
        .trim_end_matches('%')
        .trim()
        .parse()
        .map(Patch::Set)
        .map_err(|_| fault(field, tr!(record.not_a_number)))
}

/// The patch that an edit of a field means.
fn patch_of(field: &'static str, value: String, currency: Currency) -> Answer<UpdateDeal> {
    let mut patch = UpdateDeal::default();
    match field {
        "title" => patch.title = Some(value),
        "companyId" => patch.company_id = parsed(field, &value)?,
        "contactId" => patch.contact_id = parsed(field, &value)?,
        "ownerId" => patch.owner_id = parsed(field, &value)?,
        "probability" => patch.probability = parsed(field, &value)?,
        "expectedClose" => patch.expected_close = parsed(field, &value)?,
        "openedOn" => patch.opened_on = parsed(field, &value)?,
        "externalId" => {
            patch.external_id = text_patch(value);
        }
        "amount" => {
            let money = money_patch(field, &value, currency)?;
            patch.amount = money.value().map(|money| money.amount).into();
        }
        _ => {}
    }
    Ok(patch)
}

fn saver(deal: Memo<Deal>, cache: Cache, field: &'static str) -> Save {
    Callback::new(
        move |(value, name): (String, Option<String>)| -> LocalBoxFuture<'static, Answer<()>> {
            let before = deal.get_untracked();
            async move {
                let currency = before
                    .amount
                    .map_or_else(auth::currency, |money| money.currency);
                let patch = patch_of(field, value, currency)?;
                let path = deal_api::deal_path(before.id);
                let also: &[(&str, Option<String>)] = match field {
                    "ownerId" => &[("ownerName", name)],
                    "companyId" => &[("companyName", name)],
                    "contactId" => &[("contactName", name)],
                    _ => &[],
                };
                if matches!(field, "amount" | "probability") {
                    // What is written differs from what is read: shown once the server has it.
                    let saved = deal_api::update_deal(before.id, before.version, &patch).await?;
                    cache.put(&path, &saved);
                } else {
                    query::change(cache, &path, &before, before.version, &patch, also).await?;
                }
                deal_api::deal_changed(cache, before.id);
                cache.stale(deal_api::BOARD);
                Ok(())
            }
            .boxed_local()
        },
    )
}

const TAGS_SPEC: TagsSpec<Deal> = TagsSpec {
    list: deal_api::DEALS,
    id: |it| it.id.to_string(),
    version: |it| it.version,
    tags: |it| &it.tags,
};

#[component]
pub fn Fields(deal: Memo<Deal>, editable: Memo<bool>) -> impl IntoView {
    let cache = query::cache();
    let value = move |read: fn(&Deal) -> Option<String>| {
        Signal::derive(move || deal.with(read).unwrap_or_default())
    };
    let save = move |field| saver(deal, cache, field);
    let by_hand = Memo::new(move |_| editable.get() && deal.with(|deal| deal.lines.is_empty()));
    view! {
        <dl class="record-fields">
            <RecordField label=tr!(deals.title) name="title" value=value(|d| Some(d.title.clone())) editable=editable save=save("title")/>
            <RecordField label=tr!(deals.company) name="companyId" value=value(|d| d.company_id.map(|id| id.to_string())) shown=value(|d| d.company_name.clone()) href=Signal::derive(move || deal.with(|d| d.company_id.map(|id| format!("/companies/{id}")))) editor=Editor::Pick(api::find_companies) editable=editable save=save("companyId")/>
            <RecordField label=tr!(deals.contact) name="contactId" value=value(|d| d.contact_id.map(|id| id.to_string())) shown=value(|d| d.contact_name.clone()) href=Signal::derive(move || deal.with(|d| d.contact_id.map(|id| format!("/contacts/{id}")))) editor=Editor::Pick(api::find_contacts) editable=editable save=save("contactId")/>
            <RecordField label=tr!(deals.owner) name="ownerId" value=value(|d| d.owner_id.map(|id| id.to_string())) shown=value(|d| d.owner_name.clone()) editor=Editor::Pick(find_members) editable=editable save=save("ownerId")/>
            <RecordField label=tr!(deals.amount) name="amount" value=value(|d| d.amount.map(format::money_plain)) shown=value(|d| d.amount.map(format::money)) editor=Editor::Number editable=by_hand save=save("amount")/>
            <RecordField label=tr!(deals.probability) name="probability" value=value(|d| Some(d.probability.to_string())) shown=value(|d| Some(format::percent(d.probability))) editor=Editor::Number editable=editable save=save("probability")/>
            <RecordField label=tr!(deals.expected_close) name="expectedClose" value=value(|d| d.expected_close.map(|day| day.to_string())) shown=value(|d| d.expected_close.map(format::day)) editor=Editor::Date editable=editable save=save("expectedClose")/>
            <RecordField label=tr!(deals.opened_on) name="openedOn" value=value(|d| d.opened_on.map(|day| day.to_string())) shown=value(|d| d.opened_on.map(format::day)) editor=Editor::Date editable=editable save=save("openedOn")/>
            <TagsField spec=TAGS_SPEC record=deal editable=editable/>
            <RecordField label=tr!(deals.external_id) name="externalId" value=value(|d| d.external_id.clone()) editable=editable save=save("externalId")/>
        </dl>
    }
}

/// What a field is called in the history.
pub fn field_name(field: &str) -> String {
    let name = match field {
        "title" => tr!(deals.title),
        "companyId" => tr!(deals.company),
        "contactId" => tr!(deals.contact),
        "ownerId" => tr!(deals.owner),
        "amount" => tr!(deals.amount),
        "probability" => tr!(deals.probability),
        "expectedClose" => tr!(deals.expected_close),
        "openedOn" => tr!(deals.opened_on),
        "closedOn" => tr!(deals.closed_on),
        "stageId" => tr!(deals.stage),
        "status" => tr!(deals.status),
        "lines" => tr!(deals.lines),
        "externalId" => tr!(deals.external_id),
        "tags" | "tagIds" => tr!(tag.list),
        "lostReasonId" => tr!(deals.reason),
        "closeNote" => tr!(deals.note),
        other => return other.to_owned(),
    };
    name.to_owned()
}
