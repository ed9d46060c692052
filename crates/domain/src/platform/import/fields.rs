//! What the columns of each kind of import may mean, and what a mapping must name.

use std::collections::HashSet;

use shared_types::Permission;
use shared_types::platform::{
    ColumnMapping, ImportField, ImportKind, SubjectKind, Unowned, ValueAction,
};

use super::kinds::describe;
use crate::core::error::{DomainError, DomainResult};

/// The multiples in which amounts may be written.
pub const MULTIPLIERS: [i64; 4] = [1, 1_000, 1_000_000, 1_000_000_000];

/// The fields of a kind, in the order to offer them.
#[must_use]
pub const fn fields(kind: ImportKind) -> &'static [ImportField] {
    describe(kind).fields
}

/// The permissions an import of this kind needs besides `imports:manage`.
#[must_use]
pub const fn permission(kind: ImportKind) -> Permission {
    describe(kind).permission
}

/// The kind of records whose names a field holds (a stage is part of a pipeline); `None` for a
/// field that holds a value of its own.
#[must_use]
pub const fn related(field: ImportField) -> Option<SubjectKind> {
    use ImportField as F;
    match field {
        F::Manager
        | F::TeamLeader
        | F::Owner
        | F::OwnerEmail
        | F::Author
        | F::AuthorEmail
        | F::Member
        | F::MemberEmail => Some(SubjectKind::Member),
        F::Team => Some(SubjectKind::Team),
        F::Parent | F::ParentKey | F::Company | F::CompanyKey => Some(SubjectKind::Company),
        F::Contact | F::ContactKey => Some(SubjectKind::Contact),
        F::Lead | F::LeadKey => Some(SubjectKind::Lead),
        F::Deal | F::DealKey => Some(SubjectKind::Deal),
        F::Category => Some(SubjectKind::ProductCategory),
        F::Product => Some(SubjectKind::Product),
        F::Stage => Some(SubjectKind::Pipeline),
        F::LostReason => Some(SubjectKind::LostReason),
        F::Tags => Some(SubjectKind::Tag),
        F::Metric => Some(SubjectKind::Metric),
        _ => None,
    }
}

/// The field that holds what a record is known by elsewhere, beside the one that holds its name.
#[must_use]
pub const fn key_field(field: ImportField) -> Option<ImportField> {
    use ImportField as F;
    match field {
        F::Owner => Some(F::OwnerEmail),
        F::Author => Some(F::AuthorEmail),
        F::Member => Some(F::MemberEmail),
        F::Parent => Some(F::ParentKey),
        F::Company => Some(F::CompanyKey),
        F::Contact => Some(F::ContactKey),
        F::Lead => Some(F::LeadKey),
        F::Deal => Some(F::DealKey),
        _ => None,
    }
}

/// What happens with a name that is not found and near nothing, unless said otherwise: what is only
/// a name is made, an owner or a stage is not invented.
#[must_use]
pub const fn default_action(field: ImportField) -> ValueAction {
    match field {
        ImportField::Owner
        | ImportField::Author
        | ImportField::Member
        | ImportField::Metric
        | ImportField::Stage
        | ImportField::Lead
        | ImportField::Deal => ValueAction::Refuse,
        _ => ValueAction::Create,
    }
}

/// Whether a name in this field may be made into a record.
#[must_use]
pub const fn may_create(field: ImportField) -> bool {
    related(field).is_some()
        && !matches!(
            field,
            ImportField::Author
                | ImportField::Member
                | ImportField::Metric
                | ImportField::Stage
                | ImportField::Lead
                | ImportField::Deal
        )
}

/// Whether the field is a day, or a time of one.
#[must_use]
pub const fn is_day(field: ImportField) -> bool {
    use ImportField as F;
    matches!(
        field,
        F::ExpectedClose
            | F::OpenedOn
            | F::ClosedOn
            | F::DueAt
            | F::DoneAt
            | F::CreatedAt
            | F::PeriodStart
            | F::Birthday
    )
}

/// Whether the field is kept encrypted, and takes `contacts:read-private` to write.
#[must_use]
pub const fn is_private(field: ImportField) -> bool {
    use ImportField as F;
    matches!(
        field,
        F::PrivatePhone
            | F::Birthday
            | F::PrivateStreet
            | F::PrivatePostalCode
            | F::PrivateCity
            | F::PrivateRegion
            | F::PrivateCountry
    )
}

/// Whether the field is an amount, which may be written in thousands or millions.
#[must_use]
pub const fn is_amount(field: ImportField) -> bool {
    matches!(
        field,
        ImportField::AnnualRevenue | ImportField::Price | ImportField::Amount
    )
}

/// Whether what the field holds may be kept encrypted: it is repeated nowhere.
#[must_use]
pub const fn is_guarded(field: ImportField) -> bool {
    is_private(field) || matches!(field, ImportField::Body)
}

/// Checks a mapping against the columns of the file.
///
/// # Errors
/// `Invalid` on `mapping.N.column`, `.field` or `.multiplier`, or on `mapping` when what every row
/// needs is missing.
pub fn check_mapping(
    kind: ImportKind,
    columns: usize,
    mapping: &[ColumnMapping],
) -> DomainResult<()> {
    let mut taken = HashSet::new();
    for (index, entry) in mapping.iter().enumerate() {
        let refuse = |field: &str, message: String| {
            Err(DomainError::invalid(
                format!("mapping.{index}.{field}"),
                message,
            ))
        };
        if usize::from(entry.column) >= columns {
            return refuse("column", format!("the file has {columns} columns"));
        }
        if !fields(kind).contains(&entry.field) {
            return refuse("field", format!("{kind} have no such field"));
        }
        if !taken.insert(entry.field) {
            return refuse("field", "takes one column only".to_owned());
        }
        if let Some(multiplier) = entry.multiplier {
            if !MULTIPLIERS.contains(&multiplier) {
                return refuse(
                    "multiplier",
                    "must be 1, 1000, 1000000 or 1000000000".to_owned(),
                );
            }
            if multiplier != 1 && !is_amount(entry.field) {
                return refuse("multiplier", "is for amounts only".to_owned());
            }
        }
    }
    match missing(kind, &taken) {
        Some(message) => Err(DomainError::invalid("mapping", message)),
        None => Ok(()),
    }
}

fn missing(kind: ImportKind, taken: &HashSet<ImportField>) -> Option<&'static str> {
    let (any, words) = describe(kind).needs;
    let has = any.iter().any(|field| taken.contains(field));
    (!has).then_some(words)
}

/// Checks who is to look after records whose row names nobody.
///
/// # Errors
/// `Invalid` on `unowned` where it is not for this kind.
pub fn check_unowned(kind: ImportKind, unowned: Unowned) -> DomainResult<()> {
    if unowned == Unowned::LeadSettings && kind != ImportKind::Leads {
        return Err(DomainError::invalid("unowned", "is for leads only"));
    }
    Ok(())
}

/// Whether the records of a kind have owners.
#[must_use]
pub fn has_owners(kind: ImportKind) -> bool {
    fields(kind).contains(&ImportField::Owner)
}

/// The fields by which a row finds the record it matches, the surest first: the first of them that
/// the row has decides. Empty when rows of this mapping match nothing, so each makes a record.
#[must_use]
pub fn match_fields(kind: ImportKind, mapping: &[ColumnMapping]) -> Vec<ImportField> {
    use ImportField as F;
    describe(kind)
        .keys
        .iter()
        .copied()
        .filter(|key| {
            mapping.iter().any(|entry| {
                entry.field == *key
                    || *key == F::Name && matches!(entry.field, F::FirstName | F::LastName)
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(column: u16, field: ImportField, multiplier: Option<i64>) -> ColumnMapping {
        ColumnMapping {
            column,
            field,
            multiplier,
        }
    }

    fn fault(kind: ImportKind, mapping: &[ColumnMapping]) -> String {
        check_mapping(kind, 3, mapping)
            .unwrap_err()
            .fields()
            .into_keys()
            .next()
            .unwrap()
    }

    #[test]
    fn mappings_are_checked() {
        use ImportField as F;
        let companies = ImportKind::Companies;
        let name = map(0, F::Name, None);
        let good = [
            name.clone(),
            map(1, F::AnnualRevenue, Some(1_000_000)),
            map(0, F::Location, None),
        ];
        assert!(check_mapping(companies, 3, &good).is_ok());
        assert_eq!(fault(companies, &[]), "mapping");
        assert_eq!(
            fault(companies, &[name.clone(), map(3, F::Phone, None)]),
            "mapping.1.column"
        );
        assert_eq!(
            fault(companies, &[name.clone(), map(1, F::Stage, None)]),
            "mapping.1.field"
        );
        assert_eq!(
            fault(companies, &[name.clone(), map(1, F::Name, None)]),
            "mapping.1.field"
        );
        assert_eq!(
            fault(
                companies,
                &[name.clone(), map(1, F::AnnualRevenue, Some(7))]
            ),
            "mapping.1.multiplier"
        );
        assert_eq!(
            fault(companies, &[name, map(1, F::Phone, Some(1_000))]),
            "mapping.1.multiplier"
        );
        assert_eq!(
            fault(ImportKind::Deals, &[map(0, F::Amount, None)]),
            "mapping"
        );
        assert_eq!(
            fault(ImportKind::Members, &[map(0, F::Team, None)]),
            "mapping"
        );
        assert!(check_mapping(ImportKind::Members, 3, &[map(0, F::LastName, None)]).is_ok());
    }

    #[test]
    fn rows_match_by_the_surest_field_that_is_mapped() {
        use ImportField as F;
        assert_eq!(
            match_fields(
                ImportKind::Companies,
                &[map(0, F::Name, None), map(1, F::Domain, None)]
            ),
            [F::Domain, F::Name]
        );
        assert_eq!(
            match_fields(ImportKind::Members, &[map(0, F::LastName, None)]),
            [F::Name]
        );
        assert!(match_fields(ImportKind::Deals, &[map(0, F::Title, None)]).is_empty());
    }
}
