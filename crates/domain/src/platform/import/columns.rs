//! What the headers of a file mean, told from their words.

use shared_types::platform::{ColumnMapping, ImportField, ImportKind};

use super::fields::{fields, is_amount};
use super::kinds::describe;
use super::names::squeeze;

/// The names of the columns: headers trimmed, `Column 3` where there is none.
#[must_use]
pub fn headers<'a>(cells: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    cells
        .into_iter()
        .enumerate()
        .map(|(index, cell)| {
            let cell = cell.trim_start_matches('\u{FEFF}');
            let name: String = cell
                .split(|c: char| c.is_whitespace() || c.is_control())
                .filter(|word| !word.is_empty())
                .collect::<Vec<_>>()
                .join(" ")
                .chars()
                .take(100)
                .collect();
            if name.is_empty() {
                format!("Column {}", index + 1)
            } else {
                name
            }
        })
        .collect()
}

/// What each header seems to mean. `remembered` is what columns of these headers meant the last
/// time, and goes before. A field is suggested once, for the first header that means it.
#[must_use]
pub fn suggest(
    kind: ImportKind,
    headers: &[String],
    remembered: impl Fn(&str) -> Vec<ImportField>,
) -> Vec<Vec<ImportField>> {
    let mut taken = Vec::new();
    let mut suggested: Vec<Vec<ImportField>> = vec![Vec::new(); headers.len()];
    // What was decided before first, then what is sure, then what is only likely.
    for round in 0..3 {
        for (header, fields_of) in headers.iter().zip(&mut suggested) {
            if !fields_of.is_empty() {
                continue;
            }
            let meant = match round {
                0 => remembered(header),
                1 => meaning(kind, &squeeze(without_unit(header))),
                _ => without_subject(kind, &squeeze(without_unit(header)))
                    .map(|rest| meaning(kind, rest))
                    .unwrap_or_default(),
            };
            for field in meant {
                if fields(kind).contains(&field) && !taken.contains(&field) {
                    taken.push(field);
                    fields_of.push(field);
                }
            }
        }
    }
    suggested
}

/// The mapping that the suggestions amount to.
#[must_use]
pub fn suggested_mapping(headers: &[String], suggested: &[Vec<ImportField>]) -> Vec<ColumnMapping> {
    let mut mapping = Vec::new();
    for (index, (header, fields)) in headers.iter().zip(suggested).enumerate() {
        let Ok(column) = u16::try_from(index) else {
            break;
        };
        mapping.extend(fields.iter().map(|&field| ColumnMapping {
            column,
            field,
            multiplier: is_amount(field).then(|| multiplier(header)).flatten(),
        }));
    }
    mapping
}

/// The multiple that a header names: `Revenue (millions)`, `Umsatz in TEUR`, `revenue_k`.
#[must_use]
pub fn multiplier(header: &str) -> Option<i64> {
    let folded = crate::core::text::fold(header);
    folded
        .split(|c: char| !c.is_alphanumeric())
        .find_map(|word| match word {
            "k" | "thousand" | "thousands" | "tsd" | "teur" | "tausend" | "milliers" | "keur"
            | "kusd" | "hiljada" => Some(1_000),
            "m" | "mm" | "mn" | "mln" | "million" | "millions" | "mio" | "meur" | "musd"
            | "miliona" => Some(1_000_000),
            "bn" | "billion" | "billions" | "mrd" | "milliarden" | "milliards" | "milijardi" => {
                Some(1_000_000_000)
            }
            _ => None,
        })
}

/// A header without what stands in brackets or after `in`: `Revenue (USD m)`, `Price in EUR`.
fn without_unit(header: &str) -> &str {
    let cut = header
        .find(['(', '['])
        .or_else(|| header.to_ascii_lowercase().find(" in "))
        .unwrap_or(header.len());
    header.get(..cut).unwrap_or(header)
}

/// A squeezed header without the name of what the file holds: `dealamount` → `amount`.
fn without_subject(kind: ImportKind, header: &str) -> Option<&str> {
    describe(kind)
        .subjects
        .iter()
        .filter_map(|subject| header.strip_prefix(subject))
        .filter(|rest| !rest.is_empty())
        .min_by_key(|rest| rest.len())
}

fn meaning(kind: ImportKind, header: &str) -> Vec<ImportField> {
    if let Some((_, meant)) = describe(kind)
        .synonyms
        .iter()
        .find(|(words, _)| words.split(' ').any(|word| word == header))
    {
        return meant.to_vec();
    }
    // The names of the fields themselves are understood everywhere.
    fields(kind)
        .iter()
        .copied()
        .filter(|field| field.as_str().eq_ignore_ascii_case(header))
        .collect()
}

#[cfg(test)]
mod tests {
    use ImportField as F;

    use super::*;

    fn suggested(kind: ImportKind, header: &str) -> Vec<Vec<ImportField>> {
        suggest(kind, &headers(header.split(',')), |_| Vec::new())
    }

    #[test]
    fn headers_of_a_real_crm_are_understood() {
        assert_eq!(
            suggested(ImportKind::Members, "sales_agent,manager,regional_office"),
            [
                vec![F::Name],
                vec![F::Manager],
                vec![F::Team, F::Department]
            ]
        );
        assert_eq!(
            suggested(ImportKind::Products, "product,series,sales_price"),
            [[F::Name], [F::Category], [F::Price]]
        );
        assert_eq!(
            suggested(
                ImportKind::Companies,
                "account,sector,year_established,revenue,employees,office_location,subsidiary_of"
            ),
            [
                [F::Name],
                [F::Industry],
                [F::FoundedYear],
                [F::AnnualRevenue],
                [F::Employees],
                [F::Location],
                [F::Parent]
            ]
        );
        assert_eq!(
            suggested(
                ImportKind::Deals,
                "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value"
            ),
            [
                [F::ExternalId],
                [F::Owner],
                [F::Product],
                [F::Company],
                [F::Stage],
                [F::OpenedOn],
                [F::ClosedOn],
                [F::Amount]
            ]
        );
    }

    #[test]
    fn our_own_exports_are_understood() {
        for &kind in ImportKind::ALL {
            let header: Vec<String> = fields(kind).iter().map(ToString::to_string).collect();
            let meant: Vec<ImportField> = suggest(kind, &header, |_| Vec::new())
                .into_iter()
                .flatten()
                .collect();
            assert_eq!(meant, fields(kind), "{kind}");
        }
    }

    #[test]
    fn other_headers() {
        assert_eq!(
            suggested(
                ImportKind::Companies,
                "Company Name,Umsatz (Mio. EUR),Website,,Kunde"
            ),
            [
                vec![F::Name],
                vec![F::AnnualRevenue],
                vec![F::Website],
                vec![],
                vec![]
            ]
        );
        assert_eq!(
            suggested(ImportKind::Deals, "Deal Probability"),
            [[F::Probability]]
        );
        assert_eq!(
            suggested(ImportKind::Companies, "name,account"),
            [vec![F::Name], vec![]]
        );
        assert_eq!(
            suggest(
                ImportKind::Companies,
                &headers(["Kunde", "name"]),
                |header| {
                    if header == "Kunde" {
                        vec![F::Name]
                    } else {
                        vec![]
                    }
                }
            ),
            [vec![F::Name], vec![]],
            "what was decided before goes first"
        );
        assert_eq!(
            headers(["\u{FEFF} a \n b", "", "\t"]),
            ["a b", "Column 2", "Column 3"]
        );
    }

    #[test]
    fn multiples_named_by_headers() {
        assert_eq!(multiplier("Umsatz (Mio. EUR)"), Some(1_000_000));
        assert_eq!(multiplier("revenue in k"), Some(1_000));
        assert_eq!(multiplier("revenue"), None);
        let headers = headers(["account", "revenue (m)", "employees (k)"]);
        let mapping = suggested_mapping(
            &headers,
            &suggest(ImportKind::Companies, &headers, |_| Vec::new()),
        );
        let multipliers: Vec<_> = mapping.iter().map(|entry| entry.multiplier).collect();
        assert_eq!(multipliers, [None, Some(1_000_000), None]);
    }
}
