//! Making a lead a contact, a company and a deal.

use leptos::{ev, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use shared_types::{
    Currency, Permission,
    crm::{ConvertLead, Lead, LeadStatus},
};

use super::{
    api,
    lead_api::{self, LEADS, lead_path},
};
use crate::{
    core::{
        auth,
        components::{
            combobox::{Choice, PickField, picked},
            dialog::Dialog,
            field::{CheckField, TextField},
            form::{Form, FormError, Submit, filled},
            icons::{Icon, icon},
        },
        errors::ApiError,
        format, query, toast,
    },
    tr,
};

/// The button beside the title of a lead, and its dialog.
#[component]
pub fn ConvertButton(lead: Memo<Lead>) -> impl IntoView {
    let open = RwSignal::new(false);
    let offered = Memo::new(move |_| {
        let needed = [Permission::ContactsWrite, Permission::CompaniesWrite];
        lead.with(|lead| {
            lead.status != LeadStatus::Converted
                && lead.deleted_at.is_none()
                && auth::may_on(Permission::LeadsWrite, lead.owner_id)
                && needed.into_iter().all(auth::may)
        })
    });
    view! {
        <Show when=move || offered.get()>
            <button type="button" class="btn btn-primary" on:click=move |_| open.set(true)>{icon(Icon::Check)}{tr!(lead.convert)}</button>
        </Show>
        <Dialog open=open title=tr!(lead.convert)><ConvertForm lead=lead open=open/></Dialog>
    }
}

#[component]
fn ConvertForm(lead: Memo<Lead>, open: RwSignal<bool>) -> impl IntoView {
    let cache = query::cache();
    let form = Form::new();
    let before = lead.get_untracked();
    let may_deal = auth::may(Permission::DealsWrite);
    let names_company = before.company_name.is_some();
    let contact = RwSignal::new(None::<Choice>);
    let company = RwSignal::new(None::<Choice>);
    let make_company = RwSignal::new(names_company);
    let make_deal = RwSignal::new(may_deal);
    let subject = before.company_name.clone();
    let title = RwSignal::new(subject.unwrap_or_else(|| before.name.clone()));
    let amount = RwSignal::new(before.amount.map(format::money_plain).unwrap_or_default());
    let navigate = StoredValue::new(use_navigate());
    let worth_currency = before.amount.map(|money| money.currency);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let home = auth::organization().map_or(Currency::Eur, |it| it.currency);
        let currency = worth_currency.unwrap_or(home);
        let worth = filled(&amount.get_untracked())
            .map(|text| domain::core::decimal::amount_from_input("amount", &text, currency, None))
            .transpose();
        let worth = match worth {
            Ok(worth) => worth,
            Err(error) => return form.fail(ApiError::invalid(error.fields())),
        };
        let deal = make_deal.get_untracked();
        let how = ConvertLead {
            contact_id: picked(contact),
            company_id: picked(company),
            create_company: Some(make_company.get_untracked()),
            create_deal: Some(deal),
            deal_title: filled(&title.get_untracked()).filter(|_| deal),
            amount: worth.filter(|_| deal),
            ..ConvertLead::default()
        };
        let lead_id = lead.with_untracked(|lead| lead.id);
        form.submit(
            how,
            move |how| async move { lead_api::convert(lead_id, &how).await },
            move |done| {
                for changed in [
                    LEADS,
                    api::CONTACTS,
                    api::COMPANIES,
                    "/deals",
                    "/dashboards",
                ] {
                    cache.stale(changed);
                }
                cache.put(&lead_path(lead_id), &done.lead);
                let _ = open.try_set(false);
                toast::good(tr!(lead.converted, name = done.contact.name.as_str()));
                let to = done.deal.map_or_else(
                    || api::contact_path(done.contact.id),
                    |deal| format!("/deals/{}", deal.id),
                );
                navigate.with_value(|go| go(&to, NavigateOptions::default()));
            },
        );
    };
    view! {
        <form class="dialog-form" on:submit=submit novalidate>
            <div class="dialog-body stack">
                <FormError form=form/>
                <p class="text-muted">{tr!(lead.convert_text)}</p>
                <PickField label=tr!(lead.existing_contact) value=contact find=api::find_contacts error=form.field("contactId") hint=tr!(lead.existing_contact_hint, name = before.name.as_str()) optional=true/>
                <PickField label=tr!(lead.existing_company) value=company find=api::find_companies error=form.field("companyId") optional=true/>
                <Show when=move || names_company && company.with(Option::is_none)>
                    <CheckField label=tr!(lead.make_company, name = lead.with(|lead| lead.company_name.clone().unwrap_or_default())) value=make_company/>
                </Show>
                <Show when=move || may_deal>
                    <CheckField label=tr!(lead.make_deal) value=make_deal/>
                    <Show when=move || make_deal.get()>
                        <div class="pair">
                            <TextField label=tr!(lead.deal_title) value=title error=form.field("dealTitle")/>
                            <TextField label=tr!(lead.amount) value=amount error=form.field("amount") mode="decimal" optional=true/>
                        </div>
                    </Show>
                </Show>
            </div>
            <footer class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| open.set(false)>{tr!(common.cancel)}</button>
                <Submit form=form label=tr!(lead.convert)/>
            </footer>
        </form>
    }
}
