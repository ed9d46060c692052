//! What this is.

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};

pub struct AboutPage;

#[lazy_route]
impl LazyRoute for AboutPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! {
            <h1 class="text-2xl font-semibold">"About Touchline"</h1>
            <p>"A CRM of your own."</p>
        }
        .into_any()
    }
}
