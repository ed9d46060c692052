//! Values of metrics in files.

use chrono::NaiveDate;
use shared_types::coaching::MetricUnit;
use shared_types::platform::ImportField as F;
use shared_types::{Currency, MAX_AMOUNT, Permission};

use super::{Kind, Link, Naming};
use crate::core::decimal::{Decimal, NumberFault};
use crate::platform::import::cells::{self, CellFault, Notation};
use crate::platform::import::rows::Row;

pub(super) const KIND: Kind = Kind {
    permission: Permission::MetricsWrite,
    fields: &[
        F::Metric,
        F::Member,
        F::MemberEmail,
        F::PeriodStart,
        F::Value,
        F::Target,
        F::Remark,
    ],
    keys: &[],
    needs: (&[F::Value], "must say which column is the value"),
    subjects: &["metricvalue", "value", "score"],
    synonyms: &[
        (
            "metricname kpi kpiname indicator measure kennzahl messgroesse indicateur indicatrice metrika pokazatelj",
            &[F::Metric],
        ),
        (
            "membername agent agentname salesagent salesrep employee rep name person user mitarbeiter verkaeufer employe agente zaposleni prodavac clan",
            &[F::Member],
        ),
        (
            "email agentemail useremail employeeid employeenumber personalnummer matricule",
            &[F::MemberEmail],
        ),
        (
            "period start startdate date day week month quarter periodbegin periode zeitraum monat datum debut mois pocetak mesec",
            &[F::PeriodStart],
        ),
        (
            "actual result score amount achieved ist wert ergebnis valeur resultat realise vrednost ostvareno rezultat",
            &[F::Value],
        ),
        (
            "goal plan quota targetvalue ziel soll objectif cible quotas cilj plan",
            &[F::Target],
        ),
        (
            "notes comment comments remark remarks notiz kommentar bemerkung remarque commentaire napomena komentar",
            &[F::Remark],
        ),
    ],
};

/// A value of a metric. What it counts in is known once the metric is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetricValueDraft {
    /// The metric.
    pub metric: Option<String>,
    /// The member it is of.
    pub member: Link,
    /// The first day of the period.
    pub period_start: Option<NaiveDate>,
    /// The value, in thousandths.
    pub value: i64,
    /// What was to be reached, in thousandths.
    pub target: Option<i64>,
    /// What there is to say about it.
    pub note: Option<String>,
}

impl MetricValueDraft {
    /// The names of other records in it.
    #[must_use]
    pub fn names(&self) -> Vec<Naming<'_>> {
        Naming::plain([(F::Metric, &self.metric)])
            .chain(Naming::links([(F::Member, &self.member)]))
            .collect()
    }
}

/// Thousandths as the unit of a metric has them: minor units of money, thousandths else; `None` where a currency has no such fraction.
#[must_use]
pub fn in_unit(thousandths: i64, unit: MetricUnit, currency: Option<Currency>) -> Option<i64> {
    let Some(currency) = currency.filter(|_| unit == MetricUnit::Money) else {
        return Some(thousandths);
    };
    let divisor = 10_i64.pow(3 - currency.exponent().min(3));
    (thousandths % divisor == 0).then_some(thousandths / divisor)
}

/// What [`in_unit`] made of thousandths, in these again.
#[must_use]
pub fn in_thousandths(value: i64, unit: MetricUnit, currency: Option<Currency>) -> i64 {
    match currency.filter(|_| unit == MetricUnit::Money) {
        Some(currency) => value.saturating_mul(10_i64.pow(3 - currency.exponent().min(3))),
        None => value,
    }
}

fn thousandths(cell: &str, notation: Notation) -> Result<Option<i64>, CellFault> {
    let Some(text) = cells::one_line(cell)? else {
        return Ok(None);
    };
    let said = cells::shown(&text);
    let number = text.trim_end_matches('%').trim_end();
    let read =
        Decimal::parse(number, Some(notation.number_format)).and_then(|number| number.scaled(3, 1));
    match read {
        Ok(number) if number < 0 => Err(format!("`{said}` is negative")),
        Ok(number) if number > MAX_AMOUNT => Err(format!("`{said}` is too large")),
        Ok(number) => Ok(Some(number)),
        Err(NumberFault::TooPrecise) => Err(format!("`{said}` has more than three decimals")),
        Err(NumberFault::TooLarge) => Err(format!("`{said}` is too large")),
        Err(_) => Err(format!("`{said}` is not a number")),
    }
}

pub(in crate::platform::import) fn read<S: AsRef<str>>(row: &mut Row<'_, S>) -> MetricValueDraft {
    let draft = MetricValueDraft {
        metric: row.text(F::Metric),
        member: row.link(F::Member),
        period_start: row.date(F::PeriodStart),
        value: 0,
        target: row.get(F::Target, thousandths),
        note: row.get(F::Remark, |cell, _| cells::many_lines(cell)),
    };
    let before = row.faults.len();
    let value = row.get(F::Value, thousandths);
    if draft.metric.is_none() {
        row.fault(F::Metric, "the row names no metric");
    }
    if draft.member.is_empty() {
        row.fault(F::Member, "the row names no member");
    }
    if draft.period_start.is_none() && row.faults.is_empty() {
        row.fault(F::PeriodStart, "the row names no period");
    }
    if value.is_none() && row.faults.len() == before {
        row.fault(F::Value, "the row has no value");
    }
    if draft
        .note
        .as_ref()
        .is_some_and(|note| note.chars().count() > 500)
    {
        row.fault(F::Remark, "must have at most 500 characters");
    }
    MetricValueDraft {
        value: value.unwrap_or(0),
        ..draft
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn money_has_the_fractions_of_its_currency() {
        let euros = |value| in_unit(value, MetricUnit::Money, Some(Currency::Eur));
        assert_eq!(euros(12_340), Some(1_234));
        assert_eq!(euros(12_345), None);
        assert_eq!(
            in_unit(5_000, MetricUnit::Money, Some(Currency::Jpy)),
            Some(5)
        );
        assert_eq!(in_unit(5_500, MetricUnit::Money, Some(Currency::Jpy)), None);
        assert_eq!(
            in_unit(5_500, MetricUnit::Money, Some(Currency::Kwd)),
            Some(5_500)
        );
        assert_eq!(in_unit(5_501, MetricUnit::Percent, None), Some(5_501));
    }

    proptest! {
        #[test]
        fn what_leaves_comes_back(value in 0..1_000_000_000_i64, currency in proptest::sample::select(Currency::ALL)) {
            for unit in [MetricUnit::Money, MetricUnit::Count] {
                let out = in_thousandths(value, unit, Some(currency));
                prop_assert_eq!(in_unit(out, unit, Some(currency)), Some(value));
            }
        }
    }
}
