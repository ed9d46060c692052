//! Money in integer minor units, with the exponent of each currency (ISO 4217).

use serde::{Deserialize, Serialize};

use crate::text_enum;

text_enum! {
    /// A currency, by its ISO 4217 code.
    pub enum Currency {
        Aed = "AED", Ars = "ARS", Aud = "AUD", Bam = "BAM", Bgn = "BGN", Bhd = "BHD", Brl = "BRL",
        Cad = "CAD", Chf = "CHF", Clp = "CLP", Cny = "CNY", Cop = "COP", Czk = "CZK", Dkk = "DKK",
        Egp = "EGP", Eur = "EUR", Gbp = "GBP", Hkd = "HKD", Huf = "HUF", Idr = "IDR", Ils = "ILS",
        Inr = "INR", Isk = "ISK", Jod = "JOD", Jpy = "JPY", Kes = "KES", Krw = "KRW", Kwd = "KWD",
        Mad = "MAD", Mkd = "MKD", Mxn = "MXN", Myr = "MYR", Ngn = "NGN", Nok = "NOK", Nzd = "NZD",
        Omr = "OMR", Pen = "PEN", Php = "PHP", Pkr = "PKR", Pln = "PLN", Qar = "QAR", Ron = "RON",
        Rsd = "RSD", Sar = "SAR", Sek = "SEK", Sgd = "SGD", Thb = "THB", Tnd = "TND", Try = "TRY",
        Twd = "TWD", Uah = "UAH", Usd = "USD", Uyu = "UYU", Vnd = "VND", Xaf = "XAF", Xof = "XOF",
        Zar = "ZAR",
    }
}

impl Currency {
    /// Digits after the decimal sign: 2 for most, 0 for JPY and the like, 3 for KWD and the like.
    #[must_use]
    pub const fn exponent(self) -> u32 {
        match self {
            Self::Clp | Self::Isk | Self::Jpy | Self::Krw | Self::Vnd | Self::Xaf | Self::Xof => 0,
            Self::Bhd | Self::Jod | Self::Kwd | Self::Omr | Self::Tnd => 3,
            _ => 2,
        }
    }
}

text_enum! {
    /// How a number is written.
    pub enum NumberFormat {
        /// `1,234.50`
        Point = "point",
        /// `1.234,50`
        Comma = "comma",
    }
}

/// An amount in the minor unit of its currency: 123450 EUR is 1,234.50 €.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Money {
    /// Minor units (cents of a EUR, whole JPY, thousandths of a KWD), within ±2^53.
    #[cfg_attr(feature = "openapi", schema(minimum = -9007199254740991i64, maximum = 9007199254740991i64, example = 123_450))]
    pub amount: i64,
    /// The currency of the amount.
    pub currency: Currency,
}

/// The largest integer that every client can hold exactly (2^53 − 1).
pub const MAX_SAFE_INTEGER: i64 = 9_007_199_254_740_991;

/// The largest amount of one price or deal, in minor units: 10^13, so that the sum of a million of
/// them still fits an `i64`.
pub const MAX_AMOUNT: i64 = 10_000_000_000_000;

impl Money {
    /// An amount in minor units.
    #[must_use]
    pub const fn new(amount: i64, currency: Currency) -> Self {
        Self { amount, currency }
    }
}
