//! Making a lead a contact, a company and a deal.

use leptos::{ev, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use shared_types::{
    Currency, Permission,
    crm::{ConvertLead, Lead, LeadConverted, LeadStatus},
};

use super::{
    api,
    deal_api::deal_path,
    lead_api::{self, LEADS, lead_path},
};
use crate::{
    core::{
        auth,
        components::{
            combobox::{Choice, PickField, picked},
            dialog::{Dialog, open_for},
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
        lead.with(|lead| {
            lead.status != LeadStatus::Converted && lead.deleted_at.is_none() && may_convert(lead)
        })
    });
    let navigate = StoredValue::new(use_navigate());
    let done = Callback::new(move |done: LeadConverted| {
        let to = done.deal.map_or_else(
            || api::contact_path(done.contact.id),
            |deal| deal_path(deal.id),
        );
        navigate.with_value(|go| go(&to, NavigateOptions::default()));
    });
    view! {
        <Show when=move || offered.get()>
            <button type="button" class="btn btn-primary" on:click=move |_| open.set(true)>{icon(Icon::Check)}{tr!(lead.convert)}</button>
        </Show>
        <Dialog open=open title=tr!(lead.convert)><ConvertForm before=lead.get_untracked() open=open done=done/></Dialog>
    }
}

/// Whether one may convert a lead that can be.
#[must_use]
pub fn may_convert(lead: &Lead) -> bool {
    let needed = [Permission::ContactsWrite, Permission::CompaniesWrite];
    auth::may_on(Permission::LeadsWrite, lead.owner_id) && needed.into_iter().all(auth::may)
}

/// Asks how a lead is converted; open while there is one.
#[component]
pub fn ConvertDialog(lead: RwSignal<Option<Lead>>, done: Callback<LeadConverted>) -> impl IntoView {
    let open = open_for(lead);
    view! {
        <Dialog open=open title=tr!(lead.convert)>
            {move || lead.get_untracked().map(|lead| view! { <ConvertForm before=lead open=open done=done/> })}
        </Dialog>
    }
}

#[component]
fn ConvertForm(
    before: Lead,
    open: RwSignal<bool>,
    #[prop(name = "done")] then: Callback<LeadConverted>,
) -> impl IntoView {
    let cache = query::cache();
    let form = Form::new();
    let lead_id = before.id;
    let may_deal = auth::may(Permission::DealsWrite);
    let names_company = before.company_name.is_some();
    let contact = RwSignal::new(None::<Choice>);
    let company = RwSignal::new(None::<Choice>);
    let make_company = RwSignal::new(names_company);
    let make_deal = RwSignal::new(may_deal);
    let subject = before.company_name.clone();
    let title = RwSignal::new(subject.unwrap_or_else(|| before.name.clone()));
    let amount = RwSignal::new(before.amount.map(format::money_plain).unwrap_or_default());
    let make_company_label = before
        .company_name
        .as_deref()
        .map(|name| tr!(lead.make_company, name = name).to_string());
    let make_company_label = StoredValue::new(make_company_label.unwrap_or_default());
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
                then.run(done);
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
                    <CheckField label=make_company_label.get_value() value=make_company/>
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
