//! Proving an address with the link of a mail.

use leptos::{prelude::*, task::spawn_local};
use shared_types::identity::VerifyEmail;

use super::{
    api,
    outside::{Outside, parameter},
};
use crate::{core::auth, tr};

crate::lazy_page!(VerifyPage => view! { <Verify/> });

#[component]
fn Verify() -> impl IntoView {
    let token = parameter("token").unwrap_or_default();
    let outcome = RwSignal::new(None::<bool>);
    spawn_local(async move {
        let verified = api::verify(&VerifyEmail { token }).await.is_ok();
        outcome.set(Some(verified));
        if verified {
            auth::load().await;
        }
    });
    view! {
        <Outside title=tr!(verify.title)>
            <div role="status">
                {move || match outcome.get() {
                    None => view! { <p class="text-muted">{tr!(state.loading)}</p> }.into_any(),
                    Some(true) => view! { <p class="alert alert-good">{tr!(verify.done)}</p> }.into_any(),
                    Some(false) => view! { <p class="alert alert-bad">{tr!(verify.failed)}</p> }.into_any(),
                }}
            </div>
            <p class="outside-links"><a class="link" href="/">{tr!(verify.onward)}</a></p>
        </Outside>
    }
}
