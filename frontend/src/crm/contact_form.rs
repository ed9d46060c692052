//! Adding a contact.

use domain::crm::contact::full_name;
use leptos::{ev, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use shared_types::{
    Permission,
    crm::{CreateContact, EmailAddress, FindDuplicates, PhoneNumber, PointLabel},
};

use super::{api, might_be_same::MightBeSame};
use crate::{
    core::{
        auth,
        components::{
            combobox::{Choice, PickField, picked},
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

/// The dialog; `company` is where the person works, where that is known.
#[component]
pub fn ContactDialog(
    open: RwSignal<bool>,
    #[prop(into)] company: Signal<Option<Choice>>,
) -> impl IntoView {
    view! {
        <Dialog open=open title=tr!(contact.add)><ContactForm open=open company=company/></Dialog>
    }
}

#[component]
fn ContactForm(open: RwSignal<bool>, company: Signal<Option<Choice>>) -> impl IntoView {
    let cache = query::cache();
    let text = || RwSignal::new(String::new());
    let (first, last, job_title, email, phone, description) =
        (text(), text(), text(), text(), text(), text());
    let (private_phone, birthday) = (text(), text());
    // Whoever adds a contact looks after it.
    let private = auth::may_on(
        Permission::ContactsReadPrivate,
        auth::me().map(|me| me.member_id),
    );
    let given = company.get_untracked();
    let stays = given.is_some();
    let company = RwSignal::new(given);
    let owner = RwSignal::new(myself());
    let typed = Signal::derive(move || {
        let company = company.with(|choice| choice.as_ref().and_then(|it| it.id.parse().ok()));
        FindDuplicates {
            name: filled(&last.get()).map(|last| full_name(Some(&first.get()), &last)),
            email: filled(&email.get()),
            phone: filled(&phone.get()),
            company_id: company,
            ..FindDuplicates::default()
        }
    });
    let tags = RwSignal::new(Vec::new());
    let form = Form::new();
    let navigate = StoredValue::new(use_navigate());
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let email = filled(&email.get_untracked()).map(|address| EmailAddress {
            address,
            label: PointLabel::Work,
        });
        let phone = filled(&phone.get_untracked()).map(|number| PhoneNumber {
            number,
            label: PointLabel::Work,
        });
        let contact = CreateContact {
            first_name: filled(&first.get_untracked()),
            last_name: last.get_untracked().trim().to_owned(),
            job_title: filled(&job_title.get_untracked()),
            company_id: picked(company),
            emails: email.into_iter().collect(),
            phones: phone.into_iter().collect(),
            description: filled(&description.get_untracked()),
            owner_id: picked(owner),
            private_phone: filled(&private_phone.get_untracked()),
            birthday: filled(&birthday.get_untracked()),
            tag_ids: tags.with_untracked(|tags| ids(tags)),
            ..CreateContact::default()
        };
        form.submit(
            contact,
            |contact| async move { api::create_contact(&contact).await },
            move |contact| {
                cache.stale(api::CONTACTS);
                let _ = open.try_set(false);
                toast::good(tr!(contact.added, name = contact.name.as_str()));
                if !stays {
                    navigate.with_value(|go| {
                        go(&api::contact_path(contact.id), NavigateOptions::default());
                    });
                }
            },
        );
    };
    view! {
        <form class="dialog-form" on:submit=submit novalidate>
            <div class="dialog-body stack">
                <FormError form=form/>
                <div class="pair">
                    <TextField label=tr!(contact.first_name) value=first error=form.field("firstName") optional=true autofocus=true/>
                    <TextField label=tr!(contact.last_name) value=last error=form.field("lastName")/>
                </div>
                <div class="pair">
                    <PickField label=tr!(contact.company) value=company find=api::find_companies error=form.field("companyId") optional=true/>
                    <TextField label=tr!(contact.job_title) value=job_title error=form.field("jobTitle") optional=true/>
                </div>
                <div class="pair">
                    <TextField label=tr!(contact.email) value=email error=form.field("emails.0.address") kind="email" mode="email" optional=true/>
                    <TextField label=tr!(contact.phone) value=phone error=form.field("phones.0.number") kind="tel" mode="tel" optional=true/>
                </div>
                <MightBeSame resource=api::CONTACTS what=typed/>
                <PickField label=tr!(contact.owner) value=owner find=find_members error=form.field("ownerId") optional=true/>
                {private.then(|| view! {
                    <div class="pair">
                        <TextField label=tr!(contact.private_phone) value=private_phone error=form.field("privatePhone") kind="tel" mode="tel" optional=true/>
                        <TextField label=tr!(contact.birthday) value=birthday error=form.field("birthday") hint=tr!(contact.birthday_hint) optional=true/>
                    </div>
                })}
                <TagPicker value=tags error=form.field("tagIds")/>
                <TextArea label=tr!(contact.description) value=description error=form.field("description") optional=true/>
            </div>
            <footer class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| open.set(false)>{tr!(common.cancel)}</button>
                <Submit form=form label=tr!(contact.add)/>
            </footer>
        </form>
    }
}
