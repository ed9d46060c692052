//! Adding a lead.

use domain::crm::contact::full_name;
use leptos::{ev, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use shared_types::{
    Currency,
    crm::{CreateLead, FindDuplicates, LeadSource},
};

use super::{
    lead_api::{self, LEADS, lead_path},
    might_be_same::MightBeSame,
};
use crate::{
    core::{
        auth,
        components::{
            combobox::{Choice, PickField, picked},
            dialog::Dialog,
            field::{SelectField, TextArea, TextField},
            form::{Form, FormError, Submit, filled},
            tags::{TagPicker, ids},
        },
        errors::ApiError,
        query, toast,
    },
    identity::api::find_members,
    tr,
};

#[component]
pub fn LeadDialog(open: RwSignal<bool>) -> impl IntoView {
    view! {
        <Dialog open=open title=tr!(lead.add)><LeadForm open=open/></Dialog>
    }
}

#[component]
fn LeadForm(open: RwSignal<bool>) -> impl IntoView {
    let cache = query::cache();
    let text = || RwSignal::new(String::new());
    let (first, last, company, job_title, email, phone) =
        (text(), text(), text(), text(), text(), text());
    let (website, amount, description) = (text(), text(), text());
    let source = RwSignal::new(LeadSource::Other.to_string());
    let owner = RwSignal::new(None::<Choice>);
    let typed = Signal::derive(move || FindDuplicates {
        name: filled(&last.get()).map(|last| full_name(Some(&first.get()), &last)),
        email: filled(&email.get()),
        phone: filled(&phone.get()),
        company_name: filled(&company.get()),
        ..FindDuplicates::default()
    });
    let tags = RwSignal::new(Vec::new());
    let form = Form::new();
    let navigate = StoredValue::new(use_navigate());
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let currency = auth::organization().map_or(Currency::Eur, |it| it.currency);
        let worth = filled(&amount.get_untracked())
            .map(|text| domain::core::decimal::amount_from_input("amount", &text, currency, None))
            .transpose();
        let worth = match worth {
            Ok(worth) => worth,
            Err(error) => return form.fail(ApiError::invalid(error.fields())),
        };
        let web = filled(&website.get_untracked());
        let lead = CreateLead {
            first_name: filled(&first.get_untracked()),
            last_name: last.get_untracked().trim().to_owned(),
            company_name: filled(&company.get_untracked()),
            job_title: filled(&job_title.get_untracked()),
            email: filled(&email.get_untracked()),
            phone: filled(&phone.get_untracked()),
            website: web.map(|web| domain::crm::company::website_from_text(&web).unwrap_or(web)),
            amount: worth,
            description: filled(&description.get_untracked()),
            source: source.get_untracked().parse().ok(),
            owner_id: picked(owner),
            tag_ids: tags.with_untracked(|tags| ids(tags)),
            ..CreateLead::default()
        };
        form.submit(
            lead,
            |lead| async move { lead_api::create_lead(&lead).await },
            move |lead| {
                cache.stale(LEADS);
                let _ = open.try_set(false);
                toast::good(tr!(lead.added, name = lead.name.as_str()));
                navigate.with_value(|go| go(&lead_path(lead.id), NavigateOptions::default()));
            },
        );
    };
    view! {
        <form class="dialog-form" on:submit=submit novalidate>
            <div class="dialog-body stack">
                <FormError form=form/>
                <div class="pair">
                    <TextField label=tr!(lead.first_name) value=first error=form.field("firstName") optional=true autofocus=true/>
                    <TextField label=tr!(lead.last_name) value=last error=form.field("lastName")/>
                </div>
                <div class="pair">
                    <TextField label=tr!(lead.company) value=company error=form.field("companyName") optional=true/>
                    <TextField label=tr!(lead.job_title) value=job_title error=form.field("jobTitle") optional=true/>
                </div>
                <div class="pair">
                    <TextField label=tr!(lead.email) value=email error=form.field("email") kind="email" mode="email" optional=true/>
                    <TextField label=tr!(lead.phone) value=phone error=form.field("phone") kind="tel" mode="tel" optional=true/>
                </div>
                <MightBeSame resource=LEADS what=typed/>
                <div class="pair">
                    <TextField label=tr!(lead.website) value=website error=form.field("website") kind="url" mode="url" placeholder="https://example.com" optional=true/>
                    <TextField label=tr!(lead.amount) value=amount error=form.field("amount") mode="decimal" optional=true/>
                </div>
                <div class="pair">
                    <SelectField label=tr!(lead.source) value=source options=lead_api::sources()/>
                    <PickField label=tr!(lead.owner) value=owner find=find_members error=form.field("ownerId") hint=tr!(lead.owner_hint) optional=true/>
                </div>
                <TagPicker value=tags error=form.field("tagIds")/>
                <TextArea label=tr!(lead.description) value=description error=form.field("description") optional=true/>
            </div>
            <footer class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| open.set(false)>{tr!(common.cancel)}</button>
                <Submit form=form label=tr!(lead.add)/>
            </footer>
        </form>
    }
}
