//! What is shown once, to be copied.

use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen_futures::JsFuture;

use crate::{
    core::{page::unique, toast},
    tr,
};

/// A text that is not shown again, with a button that copies it.
#[component]
pub fn Secret(#[prop(into)] label: String, #[prop(into)] value: String) -> impl IntoView {
    let id = unique("secret");
    let held = StoredValue::new(value.clone());
    let copy = move |_| {
        spawn_local(async move {
            let clipboard = window().navigator().clipboard();
            match JsFuture::from(clipboard.write_text(&held.get_value())).await {
                Ok(_) => toast::good(tr!(api_keys.copied)),
                Err(_) => toast::bad(tr!(api_keys.copy_failed)),
            }
        });
    };
    let mark =
        |event: leptos::ev::FocusEvent| event_target::<web_sys::HtmlInputElement>(&event).select();
    view! {
        <div class="field">
            <label class="label" for=id.clone()>{label}</label>
            <div class="secret">
                <input id=id class="input" type="text" readonly spellcheck="false" prop:value=value on:focus=mark/>
                <button type="button" class="btn" on:click=copy>{tr!(api_keys.copy)}</button>
            </div>
        </div>
    }
}
