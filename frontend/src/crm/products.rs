//! The list of products, adding one, and their categories.

use leptos::{ev, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use shared_types::{
    Money, Permission,
    crm::{CreateProduct, Product, ProductCategory},
};

use crate::{
    core::{
        auth,
        components::{
            badge::{Colour, badge},
            bulk::{BulkField, BulkSpec, Input, bulk},
            dialog::Dialog,
            field::{SelectField, TextArea, TextField},
            filter::SelectFilter,
            form::{Form, FormError, Submit, filled},
            icons::{Icon, icon},
            list::{Bulk, ListPage, ListSpec},
            named::{NamedList, NamedSpec},
            table::{Column, Rows},
        },
        errors::ApiError,
        format, http,
        query::{self, Load},
        toast,
        url::UrlState,
    },
    tr,
};

/// The path of products in the API.
pub const PRODUCTS: &str = "/products";
/// The path of their categories.
const CATEGORIES: &str = "/product-categories";

crate::lazy_page!(ProductsPage for ProductsRead => view! { <Products/> });

fn spec() -> ListSpec<Product> {
    ListSpec {
        title: tr!(product.list).to_owned(),
        resource: PRODUCTS,
        filters: &["categoryId", "active"],
        columns: vec![
            Column::new(tr!(product.name), |product: &Product| {
                product.name.clone().into_any()
            })
            .sort("name"),
            Column::words(tr!(product.sku), "sku", |it: &Product| it.sku.clone())
                .class("wide-only"),
            Column::words(tr!(product.category), "categoryName", |it: &Product| {
                it.category_name.clone()
            })
            .class("wide-only"),
            Column::words(tr!(product.price), "price", |it: &Product| {
                it.price.map(format::money_short)
            })
            .sort("price")
            .class("num"),
            Column::new(tr!(settings.state), |product: &Product| {
                state_badge(product.active)
            })
            .key("active"),
            Column::ago(tr!(settings.changed), "updatedAt", |it: &Product| {
                it.updated_at
            }),
        ],
        rows: Rows {
            id: |product| product.id.to_string(),
            name: |product| product.name.clone(),
            href: |product| Some(format!("/products/{}", product.id)),
        },
        default_sort: "name",
        empty: (
            Icon::Product,
            tr!(product.none).to_owned(),
            tr!(product.none_text).to_owned(),
        ),
        search_label: tr!(product.search).to_owned(),
        trash: true,
        exports: true,
        duplicates: None,
    }
}

/// What can be done with the ticked products.
fn many() -> Bulk {
    let states = vec![
        ("true".to_owned(), tr!(product.sold).to_owned()),
        ("false".to_owned(), tr!(product.not_sold).to_owned()),
    ];
    let fields = vec![BulkField::new(
        "active",
        tr!(settings.state),
        Input::Choice(states),
    )];
    bulk(
        BulkSpec {
            resource: PRODUCTS,
            fields,
            may_delete: auth::may(Permission::ProductsManage),
            has_pages: true,
        },
        Permission::ProductsManage,
    )
}

/// Whether a product is sold now.
pub fn state_badge(active: bool) -> AnyView {
    if active {
        badge(Colour::Good, tr!(product.sold)).into_any()
    } else {
        badge(Colour::Plain, tr!(product.not_sold)).into_any()
    }
}

/// The categories as choices, to be followed; the first is none.
pub fn categories() -> Signal<Vec<(String, String)>> {
    let all = query::page::<ProductCategory>(|| Some(format!("{CATEGORIES}?limit=200&sort=name")));
    Signal::derive(move || {
        let mut choices = vec![(String::new(), tr!(product.no_category).to_owned())];
        if let Load::Ready(page) = all.load.get() {
            choices.extend(
                page.data
                    .into_iter()
                    .map(|category| (category.id.to_string(), category.name)),
            );
        }
        choices
    })
}

/// What somebody typed as a price, in the organization's currency or the one it had.
///
/// # Errors
/// What is wrong with it, on `price`.
pub fn price_of(text: &str, currency: shared_types::Currency) -> Result<Option<Money>, ApiError> {
    let Some(text) = filled(text) else {
        return Ok(None);
    };
    domain::core::decimal::amount_from_input("price", &text, currency, None)
        .map(Some)
        .map_err(|error| ApiError::invalid(error.fields()))
}

#[component]
fn Products() -> impl IntoView {
    let (adding, sorting) = (RwSignal::new(false), RwSignal::new(false));
    let manages = auth::may(Permission::ProductsManage);
    let actions = move || {
        view! {
            <button type="button" class="btn" on:click=move |_| sorting.set(true)>{tr!(product.categories)}</button>
            {manages.then(|| view! {
                <button type="button" class="btn btn-primary" on:click=move |_| adding.set(true)>{icon(Icon::Add)}{tr!(product.add)}</button>
            })}
        }
    };
    let filters = Callback::new(|url: UrlState| {
        let sold = vec![
            ("true".to_owned(), tr!(product.sold).to_owned()),
            ("false".to_owned(), tr!(product.not_sold).to_owned()),
        ];
        let choices = categories();
        view! {
            <SelectFilter url=url name="active" label=tr!(settings.state) options=sold/>
            {move || {
                let options = choices.get().into_iter().skip(1).collect();
                view! { <SelectFilter url=url name="categoryId" label=tr!(product.category) options=options/> }
            }}
        }
        .into_any()
    });
    let spec_of_categories = NamedSpec {
        title: tr!(product.categories),
        add: tr!(product.add_category),
        resource: CATEGORIES,
        manage: Permission::ProductsManage,
        empty: tr!(product.no_categories),
        find: None,
    };
    view! {
        <ListPage spec=spec() actions=actions filters=filters bulk=many()/>
        <Dialog open=adding title=tr!(product.add).to_owned()><Add open=adding/></Dialog>
        <Dialog open=sorting title=tr!(product.categories).to_owned()>
            <div class="dialog-body"><NamedList spec=spec_of_categories/></div>
        </Dialog>
    }
}

/// The fields of a product, as adding and changing have them.
#[derive(Clone, Copy)]
pub struct Fields {
    pub name: RwSignal<String>,
    pub sku: RwSignal<String>,
    pub price: RwSignal<String>,
    pub category: RwSignal<String>,
    pub description: RwSignal<String>,
}

#[component]
pub fn ProductFields(fields: Fields, form: Form) -> impl IntoView {
    view! {
        <FormError form=form/>
        <TextField label=tr!(product.name) value=fields.name error=form.field("name")/>
        <div class="pair">
            <TextField label=tr!(product.price) value=fields.price error=form.field("price") mode="decimal" optional=true/>
            <TextField label=tr!(product.sku) value=fields.sku error=form.field("sku") optional=true/>
        </div>
        <SelectField label=tr!(product.category) value=fields.category options=categories() error=form.field("categoryId") optional=true/>
        <TextArea label=tr!(product.description) value=fields.description error=form.field("description") optional=true/>
    }
}

#[component]
fn Add(open: RwSignal<bool>) -> impl IntoView {
    let cache = query::cache();
    let text = || RwSignal::new(String::new());
    let fields = Fields {
        name: text(),
        sku: text(),
        price: text(),
        category: text(),
        description: text(),
    };
    let form = Form::new();
    let navigate = StoredValue::new(use_navigate());
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let price = match price_of(&fields.price.get_untracked(), auth::currency()) {
            Ok(price) => price,
            Err(error) => return form.fail(error),
        };
        let product = CreateProduct {
            name: fields.name.get_untracked().trim().to_owned(),
            sku: filled(&fields.sku.get_untracked()),
            category_id: fields.category.get_untracked().parse().ok(),
            price,
            description: filled(&fields.description.get_untracked()),
        };
        form.submit(
            product,
            |product| async move { http::post::<Product>(PRODUCTS, &product).await },
            move |product| {
                cache.stale(PRODUCTS);
                let _ = open.try_set(false);
                toast::good(tr!(settings.added, name = product.name.as_str()));
                navigate.with_value(|go| {
                    go(
                        &format!("/products/{}", product.id),
                        NavigateOptions::default(),
                    );
                });
            },
        );
    };
    view! {
        <form class="dialog-form" on:submit=submit novalidate>
            <div class="dialog-body stack"><ProductFields fields=fields form=form/></div>
            <footer class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| open.set(false)>{tr!(common.cancel)}</button>
                <Submit form=form label=tr!(product.add)/>
            </footer>
        </form>
    }
}
