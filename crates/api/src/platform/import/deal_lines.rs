//! What the deals of rows sell, and what they are worth.

use domain::{
    crm::deal_worth::{PricedLine, Worth, price_lines},
    platform::import::kinds::deal::{DealDraft, line_price},
};
use persistence::{
    Tx,
    crm::{deal::Model, product},
};
use shared_types::{
    Currency, Patch, ProductId,
    crm::{DealLine, DealLineInput},
    platform::ImportField,
};
use validator::Validate;

use super::{
    batch::{Fault, Run},
    deals::Related,
};

/// The line that the product of a row becomes.
async fn line(
    run: &mut Run,
    tx: &Tx,
    product: ProductId,
    amount: Option<i64>,
    currency: Currency,
) -> Result<Vec<PricedLine>, Fault> {
    if amount.is_none() && !run.dry && !run.prices.contains_key(&product) {
        let prices = product::prices(tx, &[product]).await?;
        let price = prices.get(&product).copied().flatten();
        run.prices.insert(product, price);
    }
    let list = run
        .prices
        .get(&product)
        .copied()
        .flatten()
        .filter(|price| price.currency == currency);
    let price = line_price(amount, list.map(|price| price.amount));
    let input = DealLineInput {
        product_id: product,
        quantity: None,
        unit_price: Some(price),
        discount: None,
    };
    input
        .validate()
        .map_err(|_| run.fault(ImportField::Amount, "is no price that a product can have"))?;
    Ok(price_lines(&[input], currency, |_| None)?)
}

/// What a new deal sells.
pub(super) async fn sold(
    run: &mut Run,
    tx: &Tx,
    sold: &[DealLineInput],
    product: Option<ProductId>,
    amount: Option<i64>,
    currency: Currency,
) -> Result<Vec<PricedLine>, Fault> {
    match product {
        _ if !sold.is_empty() => Ok(price_lines(sold, currency, |_| None)?),
        Some(product) => line(run, tx, product, amount, currency).await,
        None => Ok(Vec::new()),
    }
}

/// Changes what the deal is worth; answers its new lines, where the row brings another product or
/// another value for the one it has.
pub(super) async fn worth(
    run: &mut Run,
    tx: &Tx,
    row: &mut Model,
    has: &[DealLine],
    related: &Related,
    draft: &DealDraft,
) -> Result<Option<Vec<PricedLine>>, Fault> {
    let amount = draft.deal.amount;
    let currency = if amount.is_some() {
        draft.deal.currency.unwrap_or(row.currency)
    } else {
        row.currency
    };
    if !related.sold.is_empty() {
        let lines = price_lines(&related.sold, currency, |_| None)?;
        if currency == row.currency && is_sold(has, &lines) {
            return Ok(None);
        }
        let worth = Worth::new(None, currency, &lines)?;
        row.amount = worth.amount;
        row.currency = worth.currency;
        return Ok(Some(lines));
    }
    let product = related.product;
    let same = matches!((has, product), ([one], Some(product)) if one.product_id == product);
    let lines = match product {
        Some(product) if !same || amount.is_some_and(|said| Some(said) != row.amount) => {
            Some(line(run, tx, product, amount, currency).await?)
        }
        _ => None,
    };
    let said = match (amount, &lines) {
        (Some(amount), None) if !same => Patch::Set(amount),
        _ => Patch::Keep,
    };
    let worth = Worth {
        amount: row.amount,
        currency: row.currency,
        has_lines: !has.is_empty(),
    };
    let worth = worth.patched(&said, amount.map(|_| currency), lines.as_deref())?;
    row.amount = worth.amount;
    row.currency = worth.currency;
    Ok(lines)
}

/// Whether a deal has just these lines.
fn is_sold(has: &[DealLine], lines: &[PricedLine]) -> bool {
    has.len() == lines.len()
        && has.iter().zip(lines).all(|(has, line)| {
            (
                has.product_id,
                has.quantity,
                has.unit_price.amount,
                has.discount,
            ) == (
                line.product_id,
                line.quantity,
                line.unit_price,
                line.discount,
            )
        })
}
