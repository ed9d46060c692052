//! Adding a company.

use leptos::{ev, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use shared_types::crm::{CreateCompany, FindDuplicates};

use super::{api, might_be_same::MightBeSame};
use crate::{
    core::{
        components::{
            combobox::{PickField, picked},
            dialog::Dialog,
            field::{TextArea, TextField},
            form::{Form, FormError, Submit, filled},
            tags::{TagPicker, ids},
        },
        query, toast,
    },
    identity::api::{find_members, myself},
    tr,
};

#[component]
pub fn CompanyDialog(open: RwSignal<bool>) -> impl IntoView {
    view! {
        <Dialog open=open title=tr!(company.add)><CompanyForm open=open/></Dialog>
    }
}

#[component]
fn CompanyForm(open: RwSignal<bool>) -> impl IntoView {
    let cache = query::cache();
    let text = || RwSignal::new(String::new());
    let (name, website, industry, phone, location, description) =
        (text(), text(), text(), text(), text(), text());
    let owner = RwSignal::new(myself());
    let typed = Signal::derive(move || FindDuplicates {
        name: filled(&name.get()),
        domain: filled(&website.get()),
        phone: filled(&phone.get()),
        ..FindDuplicates::default()
    });
    let tags = RwSignal::new(Vec::new());
    let form = Form::new();
    let navigate = StoredValue::new(use_navigate());
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let web = filled(&website.get_untracked());
        let company = CreateCompany {
            name: name.get_untracked().trim().to_owned(),
            domain: web
                .as_deref()
                .and_then(domain::crm::company::domain_from_website),
            website: web.map(|web| domain::crm::company::website_from_text(&web).unwrap_or(web)),
            industry: filled(&industry.get_untracked()),
            phone: filled(&phone.get_untracked()),
            location: filled(&location.get_untracked()),
            description: filled(&description.get_untracked()),
            owner_id: picked(owner),
            tag_ids: tags.with_untracked(|tags| ids(tags)),
            ..CreateCompany::default()
        };
        form.submit(
            company,
            |company| async move { api::create_company(&company).await },
            move |company| {
                cache.stale(api::COMPANIES);
                let _ = open.try_set(false);
                toast::good(tr!(company.added, name = company.name.as_str()));
                navigate.with_value(|go| {
                    go(
                        &format!("/companies/{}", company.id),
                        NavigateOptions::default(),
                    )
                });
            },
        );
    };
    view! {
        <form class="dialog-form" on:submit=submit novalidate>
            <div class="dialog-body stack">
                <FormError form=form/>
                <TextField label=tr!(company.name) value=name error=form.field("name") autofocus=true/>
                <TextField label=tr!(company.website) value=website error=form.field("website") kind="url" mode="url" placeholder="https://example.com" optional=true/>
                <div class="pair">
                    <TextField label=tr!(company.industry) value=industry error=form.field("industry") optional=true/>
                    <TextField label=tr!(company.location) value=location error=form.field("location") optional=true/>
                </div>
                <div class="pair">
                    <TextField label=tr!(company.phone) value=phone error=form.field("phone") kind="tel" mode="tel" optional=true/>
                    <PickField label=tr!(company.owner) value=owner find=find_members error=form.field("ownerId") optional=true/>
                </div>
                <TagPicker value=tags error=form.field("tagIds")/>
                <MightBeSame resource=api::COMPANIES what=typed/>
                <TextArea label=tr!(company.description) value=description error=form.field("description") optional=true/>
            </div>
            <footer class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| open.set(false)>{tr!(common.cancel)}</button>
                <Submit form=form label=tr!(company.add)/>
            </footer>
        </form>
    }
}
