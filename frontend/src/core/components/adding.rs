//! The button and the address that open the dialog of a new record.

use leptos::prelude::*;
use shared_types::Permission;

use super::{
    super::{auth, url::url_state},
    icons::{Icon, icon},
};

/// Whether the dialog of a new record is open; `?new` in the address opens it, once.
pub fn adding() -> RwSignal<bool> {
    let open = RwSignal::new(false);
    let url = url_state();
    Effect::new(move |_| {
        if url.get("new").is_some() {
            open.set(true);
            url.set_quietly(&[("new", None)]);
        }
    });
    open
}

/// The button that opens it, for those who may add one.
pub fn add_button(
    open: RwSignal<bool>,
    permission: Permission,
    label: &'static str,
) -> Option<impl IntoView> {
    auth::may(permission).then(|| view! {
        <button type="button" class="btn btn-primary" on:click=move |_| open.set(true)>{icon(Icon::Add)}{label}</button>
    })
}
