//! Arithmetic with money: integers only, one rounding rule, overflow is an error.
//!
//! Amounts are `i64` in minor units of their currency; everything in between is `i128`. How
//! amounts are read and shown is in [`super::decimal`].

use shared_types::MAX_AMOUNT;

use super::error::{DomainError, DomainResult};

/// Thousandths in one: the unit of quantities.
pub const THOUSAND: i64 = 1_000;

/// Basis points in a whole: the unit of rates and discounts.
pub const BASIS_POINTS: u16 = 10_000;

/// Divides and rounds half away from zero: the one rounding rule of the product. `None` when the
/// denominator is not positive.
#[must_use]
pub const fn div_round(numerator: i128, denominator: i128) -> Option<i128> {
    if denominator <= 0 {
        return None;
    }
    let whole = numerator / denominator;
    let rest = (numerator % denominator).unsigned_abs();
    // rest < denominator, so the difference cannot wrap.
    if rest >= denominator.unsigned_abs() - rest {
        Some(if numerator < 0 { whole - 1 } else { whole + 1 })
    } else {
        Some(whole)
    }
}

fn too_large(field: &str) -> DomainError {
    DomainError::invalid(field, "is more than 10000000000000 minor units")
}

/// Total of a line in minor units: quantity (in thousandths) × price of one (in minor units) ×
/// (1 − discount in basis points), rounded once, half away from zero.
///
/// # Errors
/// `Invalid` on `quantity`, `unitPrice` or `discount` when negative or out of range, and on
/// `total` when the result is beyond [`MAX_AMOUNT`].
pub fn line_total(quantity: i64, unit_price: i64, discount: u16) -> DomainResult<i64> {
    if quantity < 0 {
        return Err(DomainError::invalid("quantity", "must not be negative"));
    }
    if unit_price < 0 {
        return Err(DomainError::invalid("unitPrice", "must not be negative"));
    }
    let Some(rest) = BASIS_POINTS.checked_sub(discount) else {
        return Err(DomainError::invalid("discount", "must be at most 10000"));
    };
    // At most 2^63 × 2^63 × 10^4 < 2^140: the products are checked.
    i128::from(quantity)
        .checked_mul(i128::from(unit_price))
        .and_then(|price| price.checked_mul(i128::from(rest)))
        .and_then(|price| div_round(price, i128::from(THOUSAND) * i128::from(BASIS_POINTS)))
        .and_then(|total| i64::try_from(total).ok())
        .filter(|total| *total <= MAX_AMOUNT)
        .ok_or_else(|| too_large("total"))
}

/// Sum of amounts of one currency, in minor units.
///
/// # Errors
/// `Invalid` on `amount` when the sum is beyond [`MAX_AMOUNT`] either way.
pub fn sum(amounts: impl IntoIterator<Item = i64>) -> DomainResult<i64> {
    let sum: i128 = amounts.into_iter().map(i128::from).sum();
    i64::try_from(sum)
        .ok()
        .filter(|sum| (-MAX_AMOUNT..=MAX_AMOUNT).contains(sum))
        .ok_or_else(|| too_large("amount"))
}

/// An amount in minor units weighted with a chance in percent (0–100, more counts as 100),
/// rounded half away from zero. In SQL, for amounts of zero or more, that is the integer division
/// `(amount * chance + 50) / 100`.
#[must_use]
pub fn weighted(amount: i64, probability: u8) -> i64 {
    let chance = i128::from(probability.min(100));
    // No larger than the amount itself, so it always fits.
    div_round(i128::from(amount) * chance, 100)
        .and_then(|part| i64::try_from(part).ok())
        .unwrap_or(amount)
}

/// Splits an amount in parts proportional to the weights, to the minor unit, so that the parts
/// always sum to the whole: each gets its share rounded down towards zero, and what is left goes
/// one minor unit each to those with the largest remainder, the first of equals first.
///
/// # Errors
/// `Invalid` on `weights` when there are none or all are zero.
pub fn allocate(amount: i64, weights: &[u64]) -> DomainResult<Vec<i64>> {
    let whole: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
    if whole == 0 {
        return Err(DomainError::invalid(
            "weights",
            "must hold one that is not zero",
        ));
    }
    // |amount| < 2^64 and weight < 2^64: the product fits 128 bits.
    let size = u128::from(amount.unsigned_abs());
    let mut parts = Vec::with_capacity(weights.len());
    let mut remainders = Vec::with_capacity(weights.len());
    for (index, weight) in weights.iter().enumerate() {
        let share = size * u128::from(*weight);
        parts.push(share / whole);
        remainders.push((share % whole, index));
    }
    let mut left = size - parts.iter().sum::<u128>();
    remainders.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    for (_, index) in remainders {
        if left == 0 {
            break;
        }
        if let Some(part) = parts.get_mut(index) {
            *part += 1;
            left -= 1;
        }
    }
    parts
        .into_iter()
        .map(|part| {
            let signed = i128::try_from(part).map(|part| if amount < 0 { -part } else { part });
            signed
                .ok()
                .and_then(|part| i64::try_from(part).ok())
                .ok_or_else(|| too_large("amount"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn halves_round_away_from_zero() {
        for (numerator, denominator, rounded) in [
            (5, 10, 1),
            (4, 10, 0),
            (-5, 10, -1),
            (-4, 10, 0),
            (15, 10, 2),
            (25, 10, 3),
            (-25, 10, -3),
            (1, 3, 0),
            (2, 3, 1),
            (7, 1, 7),
        ] {
            assert_eq!(div_round(numerator, denominator), Some(rounded));
        }
        assert_eq!(div_round(1, 0), None);
        assert_eq!(div_round(i128::MIN, 1), Some(i128::MIN));
        assert_eq!(div_round(i128::MAX, i128::MAX), Some(1));
    }

    #[test]
    fn line_totals() {
        assert_eq!(line_total(1_000, 482_100, 0), Ok(482_100));
        assert_eq!(line_total(1_500, 333, 0), Ok(500)); // 499.5
        assert_eq!(line_total(1_000, 999, 1_250), Ok(874)); // 874.125
        assert_eq!(line_total(1, 500, 0), Ok(1)); // 0.5
        assert_eq!(line_total(3_000, 100, 10_000), Ok(0));
        assert_eq!(line_total(0, 100, 0), Ok(0));
        assert!(line_total(1_000_000_000, MAX_AMOUNT, 0).is_err());
        assert!(line_total(i64::MAX, i64::MAX, 0).is_err());
        assert!(line_total(-1, 1, 0).is_err());
        assert!(line_total(1, -1, 0).is_err());
        assert!(line_total(1, 1, 10_001).is_err());
    }

    #[test]
    fn sums_and_weights() {
        assert_eq!(sum([]), Ok(0));
        assert_eq!(sum([1, -2, 3]), Ok(2));
        assert!(sum([MAX_AMOUNT, 1]).is_err());
        assert!(sum([i64::MAX, i64::MAX]).is_err());
        assert_eq!(weighted(101, 50), 51);
        assert_eq!(weighted(-101, 50), -51);
        assert_eq!(weighted(i64::MAX, 100), i64::MAX);
        assert_eq!(weighted(77, 255), 77);
        for (amount, chance) in [(0, 50), (1, 50), (149, 33), (482_100, 10)] {
            assert_eq!(
                weighted(amount, chance),
                (amount * i64::from(chance) + 50) / 100
            );
        }
    }

    #[test]
    fn what_cannot_be_split_evenly_goes_to_the_largest_remainders() {
        assert_eq!(allocate(100, &[1, 1, 1]), Ok(vec![34, 33, 33]));
        assert_eq!(allocate(-100, &[1, 1, 1]), Ok(vec![-34, -33, -33]));
        assert_eq!(allocate(5, &[0, 3, 7]), Ok(vec![0, 2, 3]));
        assert_eq!(
            allocate(i64::MIN, &[u64::MAX, 0]),
            Ok(vec![i64::MIN, 0]),
            "the smallest amount too"
        );
        assert!(allocate(1, &[]).is_err());
        assert!(allocate(1, &[0, 0]).is_err());
    }

    proptest! {
        #[test]
        fn rounding_is_at_most_half_off(n in -1_000_000_000_i128..1_000_000_000, d in 1_i128..10_000) {
            let rounded = div_round(n, d).unwrap();
            prop_assert!((rounded * d - n).abs() * 2 <= d);
            prop_assert_eq!(div_round(-n, d), Some(-rounded));
        }

        #[test]
        fn parts_sum_to_the_whole(amount in any::<i64>(), weights in prop::collection::vec(any::<u64>(), 1..20)) {
            prop_assume!(weights.iter().any(|weight| *weight > 0));
            let parts = allocate(amount, &weights).unwrap();
            prop_assert_eq!(parts.iter().map(|part| i128::from(*part)).sum::<i128>(), i128::from(amount));
            for (part, weight) in parts.iter().zip(&weights) {
                prop_assert!(*weight > 0 || *part == 0);
                prop_assert!(*part == 0 || (*part < 0) == (amount < 0));
            }
        }

        #[test]
        fn a_discount_never_raises_a_total(q in 0_i64..1_000_000, p in 0_i64..1_000_000, d in 0_u16..=10_000) {
            let total = line_total(q, p, d).unwrap();
            prop_assert!((0..=line_total(q, p, 0).unwrap()).contains(&total));
        }
    }
}
