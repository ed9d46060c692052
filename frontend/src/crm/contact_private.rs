//! What is private about a contact: the number, the birthday and the address at home.

use futures_util::{FutureExt, future::LocalBoxFuture};
use leptos::prelude::*;
use shared_types::{
    Patch, Permission,
    crm::{Contact, PostalAddress, UpdateContact},
};

use super::{contact::change, countries};
use crate::{
    core::{
        auth,
        components::{
            form::filled,
            icons::{Icon, icon},
            inline::{Editor, RecordField, Save},
            record::text_patch,
        },
        format,
        http::Answer,
        query,
    },
    tr,
};

/// The address with a part changed; of an address of which nothing is known any more, none.
fn with_part(address: Option<PostalAddress>, part: &str, value: &str) -> Patch<PostalAddress> {
    let mut address = address.unwrap_or_default();
    let value = filled(value);
    match part {
        "privateAddress.street" => address.street = value,
        "privateAddress.postalCode" => address.postal_code = value,
        "privateAddress.city" => address.city = value,
        "privateAddress.region" => address.region = value,
        _ => address.country = value,
    }
    address.known().into()
}

/// The patch that an edit of a field means.
fn patch_of(contact: &Contact, field: &'static str, value: String) -> UpdateContact {
    let mut patch = UpdateContact::default();
    match field {
        "privatePhone" => patch.private_phone = text_patch(value),
        "birthday" => patch.birthday = text_patch(value),
        part => {
            patch.private_address = with_part(contact.private_address.clone(), part, &value);
        }
    }
    patch
}

/// The card, for those who may read what stands in it.
#[component]
pub fn PrivateCard(contact: Memo<Contact>) -> impl IntoView {
    let reads = Memo::new(move |_| {
        contact.with(|it| auth::may_on(Permission::ContactsReadPrivate, it.owner_id))
    });
    view! { <Show when=move || reads.get()><Fields contact=contact/></Show> }
}

#[component]
fn Fields(contact: Memo<Contact>) -> impl IntoView {
    let cache = query::cache();
    let editable = Memo::new(move |_| {
        contact.with(|it| {
            it.deleted_at.is_none() && auth::may_on(Permission::ContactsWrite, it.owner_id)
        })
    });
    let value = move |read: fn(&Contact) -> Option<String>| {
        Signal::derive(move || contact.with(read).unwrap_or_default())
    };
    let part = move |read: fn(&PostalAddress) -> Option<&String>| {
        Signal::derive(move || {
            contact.with(|it| {
                it.private_address
                    .as_ref()
                    .and_then(read)
                    .cloned()
                    .unwrap_or_default()
            })
        })
    };
    let save = move |field: &'static str| -> Save {
        Callback::new(
            move |(value, _): (String, Option<String>)| -> LocalBoxFuture<'static, Answer<()>> {
                let before = contact.get_untracked();
                let patch = patch_of(&before, field, value);
                change(cache, before, patch, &[]).boxed_local()
            },
        )
    };
    let birthday = value(|it| it.birthday.as_deref().map(format::birthday));
    let country = Signal::derive(move || {
        let code = part(|it| it.country.as_ref()).get();
        if code.is_empty() {
            code
        } else {
            format::country_name(&code)
        }
    });
    view! {
        <section class="card" aria-labelledby="private">
            <h2 id="private" class="card-title title-icon">{icon(Icon::Lock)}{tr!(contact.private)}</h2>
            <p class="hint">{tr!(contact.private_text)}</p>
            <dl class="record-fields">
                <RecordField label=tr!(contact.private_phone) name="privatePhone" value=value(|it| it.private_phone.clone()) editable=editable save=save("privatePhone")/>
                <RecordField label=tr!(contact.birthday) name="birthday" value=value(|it| it.birthday.clone()) shown=birthday editable=editable save=save("birthday")/>
                <RecordField label=tr!(address.street) name="privateAddress.street" value=part(|it| it.street.as_ref()) editor=Editor::Lines editable=editable save=save("privateAddress.street")/>
                <RecordField label=tr!(address.postal_code) name="privateAddress.postalCode" value=part(|it| it.postal_code.as_ref()) editable=editable save=save("privateAddress.postalCode")/>
                <RecordField label=tr!(address.city) name="privateAddress.city" value=part(|it| it.city.as_ref()) editable=editable save=save("privateAddress.city")/>
                <RecordField label=tr!(address.region) name="privateAddress.region" value=part(|it| it.region.as_ref()) editable=editable save=save("privateAddress.region")/>
                <RecordField label=tr!(address.country) name="privateAddress.country" value=part(|it| it.country.as_ref()) shown=country editor=Editor::Select(countries::options()) editable=editable save=save("privateAddress.country")/>
            </dl>
        </section>
    }
}
