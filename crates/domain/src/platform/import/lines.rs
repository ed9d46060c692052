//! The products of a deal in one cell, each on a line of its own: `2 × GTX Pro @ 120.50 -10%`. Numbers are written with a point,
//! whatever the notation of the file, so that what one organization writes another reads.

use std::fmt::Write as _;

use shared_types::crm::DealLine;
use shared_types::{Currency, NumberFormat};

use super::cells::{CellFault, many_lines};
use crate::core::decimal::{Decimal, NumberFault, parse_amount, plain};

/// The most lines of a deal.
const MOST: usize = 100;

/// A line as a cell says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineDraft {
    /// Name of the product.
    pub product: String,
    /// How many, in thousandths.
    pub quantity: i64,
    /// Price of one in minor units.
    pub unit_price: i64,
    /// Discount in basis points.
    pub discount: u16,
}

/// A number with as many decimals as it needs.
fn short(units: i64, scale: usize) -> String {
    let unit = 10_i64.pow(u32::try_from(scale).unwrap_or(0));
    let text = format!("{}.{:0scale$}", units / unit, units % unit);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The cell of some lines.
#[must_use]
pub fn write(lines: &[DealLine]) -> String {
    let mut cell = String::new();
    for line in lines {
        let break_before = if cell.is_empty() { "" } else { "\n" };
        let (quantity, price) = (short(line.quantity, 3), plain(line.unit_price));
        // Writing to a string does not fail.
        let _ = write!(
            cell,
            "{break_before}{quantity} × {} @ {price}",
            line.product_name
        );
        if line.discount > 0 {
            let _ = write!(cell, " -{}%", short(i64::from(line.discount), 2));
        }
    }
    cell
}

/// The lines of a cell.
///
/// # Errors
/// When one of them is not written so.
pub fn read(cell: &str, currency: Currency) -> Result<Vec<LineDraft>, CellFault> {
    let Some(text) = many_lines(cell)? else {
        return Ok(Vec::new());
    };
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let lines: Vec<LineDraft> = lines
        .map(|line| {
            one(line, currency).map_err(|reason| {
                format!("`{line}` {reason}; lines are written like `2 × Chair @ 120.50 -10%`")
            })
        })
        .collect::<Result<_, _>>()?;
    if lines.len() > MOST {
        return Err(format!("has more than {MOST} lines"));
    }
    Ok(lines)
}

fn one(line: &str, currency: Currency) -> Result<LineDraft, String> {
    let (what, price) = line.rsplit_once(" @ ").ok_or("says no price")?;
    let (price, discount) = match price.trim().split_once(' ') {
        Some((price, discount)) => (price, percent(discount).ok_or("has no such discount")?),
        None => (price.trim(), 0),
    };
    let (quantity, product) = what
        .split_once(" × ")
        .or_else(|| what.split_once(" x "))
        .and_then(|(quantity, product)| Some((number(quantity, 3)?, product)))
        .unwrap_or((1_000, what));
    if quantity < 1 {
        return Err("has no such quantity".to_owned());
    }
    let unit_price = parse_amount(price, currency, Some(NumberFormat::Point), 1)
        .map_err(|fault: NumberFault| fault.to_string())?;
    Ok(LineDraft {
        product: product.trim().to_owned(),
        quantity,
        unit_price,
        discount,
    })
}

fn number(text: &str, scale: u32) -> Option<i64> {
    let decimal = Decimal::parse(text.trim(), Some(NumberFormat::Point)).ok()?;
    decimal.scaled(scale, 1).ok()
}

fn percent(text: &str) -> Option<u16> {
    let text = text.trim().strip_prefix('-')?.strip_suffix('%')?;
    let basis_points = u16::try_from(number(text, 2)?).ok()?;
    (basis_points <= 10_000).then_some(basis_points)
}

#[cfg(test)]
mod tests {
    use shared_types::{Money, ProductId};

    use super::*;

    fn line(product: &str, quantity: i64, price: i64, discount: u16) -> DealLine {
        let money = |amount| Money::new(amount, Currency::Eur);
        DealLine {
            product_id: ProductId(uuid::Uuid::nil()),
            product_name: product.to_owned(),
            quantity,
            unit_price: money(price),
            discount,
            total: money(0),
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let lines = [
            line("GTX Pro", 2_000, 12_050, 1_250),
            line("2 × 4 timber @ 5", 1_500, 0, 0),
            line("a, \"b\"; c", 1, 1, 10_000),
        ];
        let cell = write(&lines);
        assert!(cell.starts_with("2 × GTX Pro @ 120.50 -12.5%\n1.5 × 2 × 4 timber"));
        let read = read(&cell, Currency::Eur).unwrap();
        assert_eq!(read.len(), lines.len());
        for (read, was) in read.iter().zip(&lines) {
            assert_eq!(read.product, was.product_name);
            assert_eq!((read.quantity, read.discount), (was.quantity, was.discount));
            assert_eq!(read.unit_price, was.unit_price.amount);
        }
    }

    #[test]
    fn people_write_them_too() {
        let one = |text: &str| read(text, Currency::Eur);
        let chair = one("Chair @ 99").unwrap();
        assert_eq!((chair[0].quantity, chair[0].unit_price), (1_000, 9_900));
        assert_eq!(one("3 x Chair @ 1,250.00").unwrap()[0].quantity, 3_000);
        assert_eq!(one("  ").unwrap(), []);
        for wrong in ["Chair", "0 × Chair @ 5", "Chair @ cheap", "Chair @ 5 -200%"] {
            assert!(one(wrong).is_err(), "{wrong}");
        }
    }
}
