//! One product: what it is and costs, and its history.

use leptos::{ev, prelude::*};
use leptos_router::hooks::use_params_map;
use shared_types::{
    Permission,
    crm::{Product, UpdateProduct},
};

use super::products::{Fields, PRODUCTS, ProductFields, price_of, state_badge};
use crate::{
    core::{
        auth,
        components::{
            field::CheckField,
            form::{Form, FormError, Submit, filled},
            icons::{Icon, icon},
            states::{Skeleton, failure},
            timeline::Timeline,
        },
        format, http, page,
        query::{self, Load},
        toast,
    },
    tr,
};

crate::lazy_page!(ProductPage for ProductsRead => view! { <Record/> });

#[component]
fn Record() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let product = query::record::<Product>(move || Some(format!("{PRODUCTS}/{}", id.get())));
    page::title(move || {
        product
            .load
            .get()
            .ready()
            .map_or_else(|| tr!(product.list).to_owned(), |it| it.name)
    });
    view! {
        <div class="page page-narrow">
            {move || match product.load.get() {
                Load::Loading => view! { <Skeleton lines=8/> }.into_any(),
                Load::Failed(error) => failure(&error, move || product.retry()),
                Load::Ready(it) => shown(it),
            }}
        </div>
    }
}

fn shown(it: Product) -> AnyView {
    let manages = auth::may(Permission::ProductsManage);
    let trashed = it.deleted_at.is_some();
    let timeline = format!("{PRODUCTS}/{}/timeline", it.id);
    let deals = format!("/deals?productId={}", it.id);
    let details = if manages && !trashed {
        view! { <Edit it=it.clone()/> }.into_any()
    } else {
        facts(&it)
    };
    view! {
        <nav class="crumbs" aria-label=tr!(record.crumbs)><a href="/products">{tr!(product.list)}</a></nav>
        <header class="page-head">
            <h1 class="page-title">{it.name.clone()}" "{state_badge(it.active)}</h1>
            <div class="page-actions">
                {auth::may(Permission::DealsRead).then(|| view! { <a class="btn" href=deals>{tr!(product.deals)}</a> })}
                {manages.then(|| view! { <Trash it=it.clone()/> })}
            </div>
        </header>
        {trashed.then(|| view! { <p class="alert alert-warn">{icon(Icon::Trash)}<span>{tr!(product.in_trash)}</span></p> })}
        <section class="card" aria-label=tr!(record.details)>{details}</section>
        <section class="card" aria-labelledby="product-history">
            <h2 id="product-history" class="card-title">{tr!(record.history)}</h2>
            <Timeline path=timeline label=field_name/>
        </section>
    }
    .into_any()
}

fn facts(it: &Product) -> AnyView {
    let line = |name: &'static str, value: Option<String>| {
        value.map(|value| view! { <dt>{name}</dt><dd>{value}</dd> })
    };
    view! {
        <dl class="facts">
            {line(tr!(product.price), it.price.map(format::money))}
            {line(tr!(product.sku), it.sku.clone())}
            {line(tr!(product.category), it.category_name.clone())}
            {line(tr!(product.description), it.description.clone())}
        </dl>
    }
    .into_any()
}

/// What a field of a product is called.
pub fn field_name(field: &str) -> String {
    match field {
        "name" => tr!(product.name),
        "sku" => tr!(product.sku),
        "price" => tr!(product.price),
        "categoryId" => tr!(product.category),
        "description" => tr!(product.description),
        "active" => tr!(product.sold),
        other => return other.to_owned(),
    }
    .to_owned()
}

#[component]
fn Trash(it: Product) -> impl IntoView {
    let cache = query::cache();
    let form = Form::new();
    let path = StoredValue::new(format!("{PRODUCTS}/{}", it.id));
    let trashed = it.deleted_at.is_some();
    let click = move |_| {
        let path = path.get_value();
        form.send(
            async move {
                if trashed {
                    http::act::<Product>(&format!("{path}/restore"))
                        .await
                        .map(drop)
                } else {
                    http::delete(&path).await
                }
            },
            move |()| {
                cache.stale(PRODUCTS);
                toast::good(if trashed {
                    tr!(product.restored)
                } else {
                    tr!(product.trashed)
                });
            },
        );
    };
    view! {
        <FormError form=form/>
        <button type="button" class="btn" on:click=click>
            {if trashed { view! { {icon(Icon::Restore)}{tr!(record.restore)} }.into_any() } else { view! { {icon(Icon::Trash)}{tr!(record.trash)} }.into_any() }}
        </button>
    }
}

#[component]
fn Edit(it: Product) -> impl IntoView {
    let cache = query::cache();
    let (id, version) = (it.id, it.version);
    let currency = it.price.map_or_else(auth::currency, |price| price.currency);
    let word = |value: Option<String>| RwSignal::new(value.unwrap_or_default());
    let fields = Fields {
        name: RwSignal::new(it.name),
        sku: word(it.sku),
        price: word(it.price.map(format::money_plain)),
        category: word(it.category_id.map(|id| id.to_string())),
        description: word(it.description),
    };
    let active = RwSignal::new(it.active);
    let form = Form::new();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let price = match price_of(&fields.price.get_untracked(), currency) {
            Ok(price) => price,
            Err(error) => return form.fail(error),
        };
        let change = UpdateProduct {
            name: Some(fields.name.get_untracked().trim().to_owned()),
            sku: filled(&fields.sku.get_untracked()).into(),
            category_id: fields.category.get_untracked().parse().ok().into(),
            price: price.into(),
            description: filled(&fields.description.get_untracked()).into(),
            active: Some(active.get_untracked()),
            ..UpdateProduct::default()
        };
        form.submit(
            change,
            move |change| async move {
                http::patch::<Product>(&format!("{PRODUCTS}/{id}"), &change, Some(version)).await
            },
            move |_| {
                cache.stale(PRODUCTS);
                toast::good(tr!(settings.saved));
            },
        );
    };
    view! {
        <form class="stack" on:submit=submit novalidate>
            <ProductFields fields=fields form=form/>
            <CheckField label=tr!(product.sold) value=active hint=tr!(product.sold_hint)/>
            <div><Submit form=form label=tr!(settings.save)/></div>
        </form>
    }
}
