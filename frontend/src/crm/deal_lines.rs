//! The lines of a deal as they are edited; what they cost is shown by the rules the server uses.

use domain::core::{
    decimal::{self, Decimal},
    money,
};
use leptos::{prelude::*, task::spawn_local};
use shared_types::{
    Currency, Money,
    crm::{DealLine, DealLineInput},
};

use super::deal_api;
use crate::{
    core::{
        components::{
            combobox::{Choice, Combobox},
            icons::{Icon, icon},
        },
        format,
    },
    tr,
};

/// A line while it is edited.
#[derive(Clone, Copy)]
pub struct Draft {
    key: usize,
    product: RwSignal<Option<Choice>>,
    quantity: RwSignal<String>,
    price: RwSignal<String>,
    discount: RwSignal<String>,
}

/// The lines of a deal while they are edited.
#[derive(Clone, Copy)]
pub struct Drafts {
    lines: RwSignal<Vec<Draft>>,
    next: StoredValue<usize>,
    pub currency: Signal<Currency>,
}

fn read_quantity(text: &str) -> Option<i64> {
    Decimal::parse(text, None).ok()?.scaled(3, 1).ok()
}

fn read_discount(text: &str) -> Option<u16> {
    if text.trim().is_empty() {
        return Some(0);
    }
    let points = Decimal::parse(text, None).ok()?.scaled(2, 1).ok()?;
    u16::try_from(points)
        .ok()
        .filter(|points| *points <= 10_000)
}

fn plain(thousandths: i64, digits: usize) -> String {
    let unit = 10_i64.pow(u32::try_from(digits).unwrap_or(3));
    let text = format!("{}.{:0digits$}", thousandths / unit, thousandths % unit);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

impl Draft {
    fn price(self, currency: Currency) -> Option<i64> {
        decimal::amount_from_input("unitPrice", &self.price.get(), currency, None)
            .ok()
            .map(|money| money.amount)
    }

    /// What the line comes to, where all of it can be read.
    fn total(self, currency: Currency) -> Option<i64> {
        let quantity = read_quantity(&self.quantity.get())?;
        let discount = read_discount(&self.discount.get())?;
        money::line_total(quantity, self.price(currency)?, discount).ok()
    }
}

impl Drafts {
    #[must_use]
    pub fn new(lines: &[DealLine], currency: Signal<Currency>) -> Self {
        let drafts = Self {
            lines: RwSignal::new(Vec::new()),
            next: StoredValue::new(0),
            currency,
        };
        for line in lines {
            let product = Choice {
                id: line.product_id.to_string(),
                label: line.product_name.clone(),
                detail: None,
            };
            drafts.push(
                Some(product),
                plain(line.quantity, 3),
                format::money_plain(line.unit_price),
                plain(i64::from(line.discount), 2),
            );
        }
        drafts
    }

    fn push(self, product: Option<Choice>, quantity: String, price: String, discount: String) {
        let key = self.next.get_value();
        self.next.set_value(key + 1);
        let draft = Draft {
            key,
            product: RwSignal::new(product),
            quantity: RwSignal::new(quantity),
            price: RwSignal::new(price),
            discount: RwSignal::new(discount),
        };
        self.lines.update(|lines| lines.push(draft));
    }

    /// What all lines come to; nothing where there is no line or one of them cannot be read.
    #[must_use]
    pub fn total(self) -> Option<Money> {
        let currency = self.currency.get();
        let lines = self.lines.get();
        if lines.is_empty() {
            return None;
        }
        let totals: Option<Vec<i64>> = lines.into_iter().map(|line| line.total(currency)).collect();
        money::sum(totals?)
            .ok()
            .map(|sum| Money::new(sum, currency))
    }

    /// The lines as they are sent; an error in words where one cannot be read.
    pub fn read(self) -> Result<Vec<DealLineInput>, String> {
        let currency = self.currency.get_untracked();
        untrack(|| {
            self.lines
                .get()
                .into_iter()
                .filter(|line| line.product.get().is_some() || !line.price.get().is_empty())
                .map(|line| {
                    let product = line
                        .product
                        .get()
                        .and_then(|product| product.id.parse().ok());
                    Ok(DealLineInput {
                        product_id: product.ok_or_else(|| tr!(deals.line_product).to_owned())?,
                        quantity: Some(
                            read_quantity(&line.quantity.get())
                                .ok_or_else(|| tr!(deals.line_quantity).to_owned())?,
                        ),
                        unit_price: Some(
                            line.price(currency)
                                .ok_or_else(|| tr!(deals.line_price).to_owned())?,
                        ),
                        discount: Some(
                            read_discount(&line.discount.get())
                                .ok_or_else(|| tr!(deals.line_discount).to_owned())?,
                        ),
                    })
                })
                .collect()
        })
    }
}

/// Edits the lines of a deal.
#[component]
pub fn LinesEditor(drafts: Drafts) -> impl IntoView {
    view! {
        <div class="lines">
            <For each=move || drafts.lines.get() key=|line| line.key let:line>
                <LineRow drafts=drafts line=line/>
            </For>
            <div class="lines-foot">
                <button type="button" class="btn btn-sm" on:click=move |_| drafts.push(None, "1".to_owned(), String::new(), String::new())>
                    {icon(Icon::Add)}{tr!(deals.add_line)}
                </button>
                <p aria-live="polite">
                    {move || drafts.total().map(|total| view! {
                        <span class="text-muted">{tr!(deals.total)}" "</span><strong class="lines-total">{format::money(total)}</strong>
                    })}
                </p>
            </div>
        </div>
    }
}

#[component]
fn LineRow(drafts: Drafts, line: Draft) -> impl IntoView {
    let pick = Callback::new(move |choice: Option<Choice>| {
        line.product.set(choice.clone());
        let Some(choice) = choice else { return };
        spawn_local(async move {
            let Ok(product) = deal_api::product(&choice.id).await else {
                return;
            };
            let currency = drafts.currency.try_get_untracked();
            if let Some(price) = product
                .price
                .filter(|price| Some(price.currency) == currency)
            {
                let _ = line.price.try_set(format::money_plain(price));
            }
        });
    });
    view! {
        <div class="line" role="group" aria-label=tr!(deals.line)>
            <div class="line-product"><Combobox label=tr!(deals.product) value=line.product find=deal_api::find_products on_change=pick clearable=false/></div>
            {small(tr!(deals.quantity), line.quantity)}
            {small(tr!(deals.price), line.price)}
            {small(tr!(deals.discount), line.discount)}
            <span class="line-total">
                {move || {
                    let currency = drafts.currency.get();
                    line.total(currency).map_or_else(|| "–".to_owned(), |total| format::money(Money::new(total, currency)))
                }}
            </span>
            <button type="button" class="btn-icon" aria-label=tr!(deals.remove_line) on:click=move |_| {
                drafts.lines.update(|lines| lines.retain(|other| other.key != line.key));
            }>{icon(Icon::Close)}</button>
        </div>
    }
}

fn small(label: &'static str, value: RwSignal<String>) -> impl IntoView {
    view! {
        <label class="line-field">
            <span class="label">{label}</span>
            <input class="input num" inputmode="decimal" autocomplete="off" prop:value=move || value.get() on:input=move |event| value.set(event_target_value(&event))/>
        </label>
    }
}
