//! What a deal is worth: its lines and their prices, or an amount set by hand.

use shared_types::crm::DealLineInput;
use shared_types::{Currency, Money, Patch, ProductId};

use crate::core::error::{DomainError, DomainResult};
use crate::core::money;

/// A line with everything settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PricedLine {
    /// The product.
    pub product_id: ProductId,
    /// How many, in thousandths.
    pub quantity: i64,
    /// Price of one, in minor units of the deal's currency.
    pub unit_price: i64,
    /// Discount in basis points.
    pub discount: u16,
    /// Quantity × price − discount, rounded half away from zero, in minor units.
    pub total: i64,
}

/// Settles the lines of a deal in its currency. `list_price` answers the list price of a product
/// that exists (that it does is for the caller to find out).
///
/// # Errors
/// `Invalid` on `lines.N.unitPrice` where neither the line nor the product has a price in the
/// currency of the deal; on `lines.N.quantity`, `….discount`, `….total` when out of range.
pub fn price_lines(
    lines: &[DealLineInput],
    currency: Currency,
    list_price: impl Fn(ProductId) -> Option<Money>,
) -> DomainResult<Vec<PricedLine>> {
    lines
        .iter()
        .enumerate()
        .map(|(index, line)| {
            price_line(line, currency, &list_price)
                .map_err(|error| error.within(&format!("lines.{index}")))
        })
        .collect()
}

fn price_line(
    line: &DealLineInput,
    currency: Currency,
    list_price: impl Fn(ProductId) -> Option<Money>,
) -> DomainResult<PricedLine> {
    let unit_price = match (line.unit_price, list_price(line.product_id)) {
        (Some(price), _) => price,
        (None, Some(price)) if price.currency == currency => price.amount,
        (None, Some(price)) => {
            return Err(DomainError::invalid(
                "unitPrice",
                format!(
                    "must be given: the list price is in {}, the deal in {currency}",
                    price.currency
                ),
            ));
        }
        (None, None) => {
            return Err(DomainError::invalid(
                "unitPrice",
                "must be given: the product has no list price",
            ));
        }
    };
    let quantity = line.quantity.unwrap_or(money::THOUSAND);
    let discount = line.discount.unwrap_or(0);
    Ok(PricedLine {
        product_id: line.product_id,
        quantity,
        unit_price,
        discount,
        total: money::line_total(quantity, unit_price, discount)?,
    })
}

/// What a deal is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Worth {
    /// In minor units of the currency.
    pub amount: Option<i64>,
    /// The currency.
    pub currency: Currency,
    /// Whether there are lines, so that the amount is their sum.
    pub has_lines: bool,
}

impl Worth {
    /// The worth of a new deal: the sum of its lines, or without any the amount said (which is
    /// ignored where there are lines).
    ///
    /// # Errors
    /// `Invalid` on `amount` when the sum is too large.
    pub fn new(
        amount: Option<i64>,
        currency: Currency,
        lines: &[PricedLine],
    ) -> DomainResult<Self> {
        Ok(Self {
            amount: if lines.is_empty() {
                amount
            } else {
                Some(total(lines)?)
            },
            currency,
            has_lines: !lines.is_empty(),
        })
    }

    /// The worth after a patch. `lines` are the new ones, already priced in the new currency;
    /// `None` leaves the lines as they are. Lines that are all taken away leave the amount.
    ///
    /// # Errors
    /// `Invalid` on `amount` when it is set beside lines that sum to something else, or the sum is
    /// too large; on `currency` when it changes without new prices: figures are never relabelled.
    pub fn patched(
        self,
        amount: &Patch<i64>,
        currency: Option<Currency>,
        lines: Option<&[PricedLine]>,
    ) -> DomainResult<Self> {
        let to = currency.unwrap_or(self.currency);
        let sum = match lines {
            Some([]) => None,
            Some(lines) => Some(total(lines)?),
            None if self.has_lines => self.amount,
            None => None,
        };
        let has_lines = lines.map_or(self.has_lines, |lines| !lines.is_empty());
        if has_lines {
            if !amount.is_keep() && amount.value().copied() != sum {
                return Err(DomainError::invalid(
                    "amount",
                    "is the sum of the lines; change the lines instead",
                ));
            }
            if to != self.currency && lines.is_none() {
                return Err(DomainError::invalid(
                    "currency",
                    "changes only together with the prices of the lines",
                ));
            }
            return Ok(Self {
                amount: sum,
                currency: to,
                has_lines,
            });
        }
        if to != self.currency && amount.is_keep() && self.amount.is_some() {
            return Err(DomainError::invalid(
                "currency",
                "changes only together with the amount",
            ));
        }
        let mut patched = self.amount;
        amount.clone().apply(&mut patched);
        Ok(Self {
            amount: patched,
            currency: to,
            has_lines,
        })
    }
}

/// Sum of the lines in minor units.
///
/// # Errors
/// `Invalid` on `amount` when too large.
pub fn total(lines: &[PricedLine]) -> DomainResult<i64> {
    money::sum(lines.iter().map(|line| line.total))
}

#[cfg(test)]
mod tests {
    use shared_types::MAX_AMOUNT;
    use uuid::Uuid;

    use super::*;

    const EUR: Currency = Currency::Eur;

    fn product(number: u128) -> ProductId {
        ProductId(Uuid::from_u128(number))
    }

    fn line(number: u128, unit_price: Option<i64>) -> DealLineInput {
        DealLineInput {
            product_id: product(number),
            quantity: None,
            unit_price,
            discount: None,
        }
    }

    fn list(id: ProductId) -> Option<Money> {
        match id.0.as_u128() {
            1 => Some(Money::new(482_100, EUR)),
            2 => Some(Money::new(5_500, Currency::Usd)),
            _ => None,
        }
    }

    fn priced(prices: &[i64]) -> Vec<PricedLine> {
        let lines: Vec<_> = prices.iter().map(|price| line(3, Some(*price))).collect();
        price_lines(&lines, EUR, list).unwrap()
    }

    #[test]
    fn lines_take_the_list_price_in_the_currency_of_the_deal() {
        let lines = price_lines(&[line(1, None), line(2, Some(7))], EUR, list).unwrap();
        assert_eq!((lines[0].quantity, lines[0].total), (1_000, 482_100));
        assert_eq!(total(&lines), Ok(482_107));
        for number in [2, 3] {
            let error = price_lines(&[line(1, None), line(number, None)], EUR, list).unwrap_err();
            assert!(error.fields().contains_key("lines.1.unitPrice"), "{error}");
        }
        let error = price_lines(
            &[DealLineInput {
                quantity: Some(1_000_000_000),
                ..line(1, Some(MAX_AMOUNT))
            }],
            EUR,
            list,
        )
        .unwrap_err();
        assert!(error.fields().contains_key("lines.0.total"), "{error}");
    }

    #[test]
    fn a_new_deal_is_worth_its_lines_or_what_was_said() {
        assert_eq!(Worth::new(Some(5), EUR, &[]).unwrap().amount, Some(5));
        assert_eq!(
            Worth::new(Some(5), EUR, &priced(&[2, 9])).unwrap().amount,
            Some(11)
        );
        assert!(Worth::new(None, EUR, &priced(&[MAX_AMOUNT, 1])).is_err());
    }

    #[test]
    fn the_amount_is_free_without_lines_and_their_sum_with_them() {
        let free = Worth::new(Some(5), EUR, &[]).unwrap();
        let lined = Worth::new(None, EUR, &priced(&[2, 9])).unwrap();
        let keep = Patch::Keep;
        let amount = |worth: DomainResult<Worth>| worth.unwrap().amount;
        assert_eq!(amount(free.patched(&Patch::Set(7), None, None)), Some(7));
        assert_eq!(amount(free.patched(&Patch::Clear, None, None)), None);
        assert_eq!(
            amount(free.patched(&keep, None, Some(&priced(&[3])))),
            Some(3)
        );
        assert_eq!(amount(lined.patched(&keep, None, None)), Some(11));
        assert_eq!(amount(lined.patched(&Patch::Set(11), None, None)), Some(11));
        assert!(lined.patched(&Patch::Set(7), None, None).is_err());
        assert!(lined.patched(&Patch::Clear, None, None).is_err());
        let emptied = lined.patched(&keep, None, Some(&[])).unwrap();
        assert_eq!((emptied.amount, emptied.has_lines), (Some(11), false));
        assert_eq!(
            amount(lined.patched(&Patch::Set(4), None, Some(&[]))),
            Some(4)
        );
    }

    #[test]
    fn figures_are_never_relabelled() {
        let usd = Some(Currency::Usd);
        let free = Worth::new(Some(5), EUR, &[]).unwrap();
        let lined = Worth::new(None, EUR, &priced(&[2])).unwrap();
        assert!(free.patched(&Patch::Keep, usd, None).is_err());
        assert!(lined.patched(&Patch::Keep, usd, None).is_err());
        assert!(lined.patched(&Patch::Keep, usd, Some(&[])).is_err());
        assert!(free.patched(&Patch::Set(6), usd, None).is_ok());
        assert!(free.patched(&Patch::Clear, usd, None).is_ok());
        assert!(
            lined
                .patched(&Patch::Keep, usd, Some(&priced(&[2])))
                .is_ok()
        );
        let none = Worth::new(None, EUR, &[]).unwrap();
        assert!(none.patched(&Patch::Keep, usd, None).is_ok());
    }
}
