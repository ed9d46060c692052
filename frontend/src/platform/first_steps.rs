//! The first steps of a new organization: what there is to do, and what of it is done.

use leptos::prelude::*;
use shared_types::{
    Permission,
    crm::{Company, Deal, Product},
    identity::Member,
};

use crate::{
    core::{
        auth,
        components::icons::{Icon, icon},
        http::Page,
        query::{self, Load},
        storage,
    },
    tr,
};

const HIDDEN: &str = "first-steps-hidden";

/// A step, whether it is done, and where it is done.
struct Step {
    href: &'static str,
    symbol: Icon,
    title: &'static str,
    text: &'static str,
    done: Signal<Option<bool>>,
}

/// Whether a list has more than some records; nothing while that is not known.
fn more_than<T>(path: &'static str, most: usize) -> Signal<Option<bool>>
where
    T: serde::de::DeserializeOwned + Clone + PartialEq + Send + Sync + 'static,
{
    let list = query::page::<T>(move || Some(format!("{path}?limit={}", most + 1)));
    Signal::derive(move || match list.load.get() {
        Load::Ready(Page { data, .. }) => Some(data.len() > most),
        Load::Loading | Load::Failed(_) => None,
    })
}

/// The steps, for those who set the organization up, until all are done or somebody puts them away.
#[component]
pub fn FirstSteps() -> impl IntoView {
    let hidden = RwSignal::new(storage::get(HIDDEN).is_some());
    let mut steps = Vec::new();
    if auth::may(Permission::OrganizationManage) {
        let configured = auth::organization().is_some_and(|it| it.version > 1);
        steps.push(Step {
            href: "/settings/organization",
            symbol: Icon::Settings,
            title: tr!(home.set_up),
            text: tr!(home.set_up_text),
            done: Signal::derive(move || Some(configured)),
        });
    }
    if auth::may(Permission::ImportsManage) {
        steps.push(Step {
            href: "/imports",
            symbol: Icon::Import,
            title: tr!(home.import),
            text: tr!(home.import_text),
            done: more_than::<Company>("/companies", 0),
        });
    }
    if auth::may(Permission::MembersManage) {
        steps.push(Step {
            href: "/settings/members",
            symbol: Icon::Team,
            title: tr!(home.members),
            text: tr!(home.members_text),
            done: more_than::<Member>("/members", 1),
        });
    }
    if auth::may(Permission::ProductsManage) {
        steps.push(Step {
            href: "/products",
            symbol: Icon::Product,
            title: tr!(home.products),
            text: tr!(home.products_text),
            done: more_than::<Product>("/products", 0),
        });
    }
    if auth::may(Permission::DealsWrite) {
        steps.push(Step {
            href: "/deals?new=true",
            symbol: Icon::Deal,
            title: tr!(home.deal),
            text: tr!(home.deal_text),
            done: more_than::<Deal>("/deals", 0),
        });
    }
    let states: Vec<Signal<Option<bool>>> = steps.iter().map(|step| step.done).collect();
    let shown = Memo::new(move |_| {
        let known: Option<Vec<bool>> = states.iter().map(|state| state.get()).collect();
        !hidden.get() && known.is_some_and(|known| known.iter().any(|done| !done))
    });
    let steps = StoredValue::new(steps);
    view! {
        <Show when=move || shown.get()>
            <section class="card first-steps" aria-labelledby="first-steps">
                <header class="first-steps-head">
                    <div>
                        <h2 id="first-steps" class="card-title">{tr!(home.first_steps)}</h2>
                        <p class="text-muted">{tr!(home.first_steps_text)}</p>
                    </div>
                    <button type="button" class="btn-icon" aria-label=tr!(home.hide_steps) on:click=move |_| { storage::set(HIDDEN, "true"); hidden.set(true); }>
                        {icon(Icon::Close)}
                    </button>
                </header>
                <ol class="steps">
                    {steps.with_value(|steps| steps.iter().map(one).collect_view())}
                </ol>
            </section>
        </Show>
    }
}

fn one(step: &Step) -> impl IntoView + use<> {
    let (done, symbol) = (step.done, step.symbol);
    let is_done = move || done.get() == Some(true);
    view! {
        <li>
            <a class="step" class:step-done=is_done href=step.href>
                <span class="step-icon">{move || if is_done() { icon(Icon::Check).into_any() } else { icon(symbol).into_any() }}</span>
                <span>
                    <strong>{step.title}</strong>
                    <span class="text-muted">{step.text}</span>
                    <Show when=is_done><span class="sr-only">{tr!(home.done)}</span></Show>
                </span>
            </a>
        </li>
    }
}
