//! What belongs to a record, as cards on its page.

use leptos::prelude::*;
use shared_types::{
    Permission,
    crm::{Company, Contact},
};

use super::{api, contact_form::ContactDialog};
use crate::{
    core::{
        auth,
        components::{
            badge::avatar,
            combobox::Choice,
            icons::{Icon, icon},
            states::{Skeleton, failure},
        },
        query::{self, Load},
    },
    tr,
};

/// The people of a company.
#[component]
pub fn ContactsOf(company: Memo<Company>) -> impl IntoView {
    let adding = RwSignal::new(false);
    let people = query::page::<Contact>(move || {
        let id = company.with(|company| company.id);
        auth::may(Permission::ContactsRead)
            .then(|| format!("{}?companyId={id}&sort=name&limit=20", api::CONTACTS))
    });
    let all = move || {
        let id = company.with(|company| company.id);
        format!("{}?companyId={id}", api::CONTACTS)
    };
    let choice = Signal::derive(move || {
        company.with(|company| {
            Some(Choice {
                id: company.id.to_string(),
                label: company.name.clone(),
                detail: None,
            })
        })
    });
    let may_add = auth::may(Permission::ContactsWrite);
    let one = |contact: Contact| {
        view! {
            <li class="related-row">
                {avatar(&contact.name)}
                <a class="link truncate" href=api::contact_path(contact.id)>{contact.name}</a>
                <span class="text-muted truncate">{contact.job_title}</span>
            </li>
        }
    };
    auth::may(Permission::ContactsRead).then(|| view! {
        <section class="card" aria-labelledby="people">
            <header class="card-head">
                <h2 id="people" class="card-title">{tr!(contact.list)}</h2>
                {may_add.then(|| view! {
                    <button type="button" class="btn btn-sm" on:click=move |_| adding.set(true)>{icon(Icon::Add)}{tr!(contact.add)}</button>
                })}
            </header>
            {move || match people.last.get() {
                Load::Loading => view! { <Skeleton lines=2/> }.into_any(),
                Load::Failed(error) => failure(&error, move || people.retry()),
                Load::Ready(page) if page.data.is_empty() => view! { <p class="text-muted">{tr!(contact.none_here)}</p> }.into_any(),
                Load::Ready(page) => {
                    let more = page.pagination.next_cursor.is_some();
                    view! {
                        <ul class="related">{page.data.into_iter().map(one).collect_view()}</ul>
                        {more.then(|| view! { <a class="link" href=all()>{tr!(contact.all_here)}</a> })}
                    }
                    .into_any()
                }
            }}
        </section>
        <ContactDialog open=adding company=choice/>
    })
}
