//! What the columns of each kind of import may mean, and what a mapping must name.

use std::collections::HashSet;

use shared_types::Permission;
use shared_types::platform::{ColumnMapping, ImportField, ImportKind, SubjectKind, ValueAction};

use crate::core::error::{DomainError, DomainResult};

/// The multiples in which amounts may be written.
pub const MULTIPLIERS: [i64; 4] = [1, 1_000, 1_000_000, 1_000_000_000];

/// The fields of a kind, in the order to offer them.
#[must_use]
pub const fn fields(kind: ImportKind) -> &'static [ImportField] {
    use ImportField as F;
    match kind {
        ImportKind::Members => &[
            F::Name,
            F::FirstName,
            F::LastName,
            F::Email,
            F::Role,
            F::EmployeeId,
            F::Department,
            F::Manager,
            F::TeamLeader,
            F::Team,
        ],
        ImportKind::Companies => &[
            F::Name,
            F::Domain,
            F::Website,
            F::Industry,
            F::Phone,
            F::Employees,
            F::AnnualRevenue,
            F::FoundedYear,
            F::Location,
            F::Country,
            F::Description,
            F::Parent,
            F::Owner,
            F::Currency,
            F::ExternalId,
        ],
        ImportKind::Products => &[
            F::Name,
            F::Sku,
            F::Category,
            F::Price,
            F::Currency,
            F::Description,
            F::Active,
        ],
        ImportKind::Deals => &[
            F::Title,
            F::Company,
            F::Product,
            F::Stage,
            F::Status,
            F::Amount,
            F::Currency,
            F::Probability,
            F::ExpectedClose,
            F::OpenedOn,
            F::ClosedOn,
            F::LostReason,
            F::CloseNote,
            F::Owner,
            F::ExternalId,
        ],
    }
}

/// The permissions an import of this kind needs besides `imports:manage`.
#[must_use]
pub const fn permission(kind: ImportKind) -> Permission {
    match kind {
        ImportKind::Members => Permission::MembersManage,
        ImportKind::Companies => Permission::CompaniesWrite,
        ImportKind::Products => Permission::ProductsManage,
        ImportKind::Deals => Permission::DealsWrite,
    }
}

/// The kind of records whose names a field holds (a stage is part of a pipeline); `None` for a
/// field that holds a value of its own.
#[must_use]
pub const fn related(field: ImportField) -> Option<SubjectKind> {
    use ImportField as F;
    match field {
        F::Manager | F::TeamLeader | F::Owner => Some(SubjectKind::Member),
        F::Team => Some(SubjectKind::Team),
        F::Parent | F::Company => Some(SubjectKind::Company),
        F::Category => Some(SubjectKind::ProductCategory),
        F::Product => Some(SubjectKind::Product),
        F::Stage => Some(SubjectKind::Pipeline),
        F::LostReason => Some(SubjectKind::LostReason),
        _ => None,
    }
}

/// What happens with a name that is not found and near nothing, unless said otherwise: what is only
/// a name is made, an owner or a stage is not invented.
#[must_use]
pub const fn default_action(field: ImportField) -> ValueAction {
    match field {
        ImportField::Owner | ImportField::Stage => ValueAction::Refuse,
        _ => ValueAction::Create,
    }
}

/// Whether a name in this field may be made into a record.
#[must_use]
pub const fn may_create(field: ImportField) -> bool {
    related(field).is_some() && !matches!(field, ImportField::Stage)
}

/// Whether the field is an amount, which may be written in thousands or millions.
#[must_use]
pub const fn is_amount(field: ImportField) -> bool {
    matches!(
        field,
        ImportField::AnnualRevenue | ImportField::Price | ImportField::Amount
    )
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
    use ImportField as F;
    let has = |fields: &[F]| fields.iter().any(|field| taken.contains(field));
    match kind {
        ImportKind::Members if !has(&[F::Name, F::FirstName, F::LastName]) => {
            Some("must say which column is the name of the member")
        }
        ImportKind::Companies if !has(&[F::Name]) => {
            Some("must say which column is the name of the company")
        }
        ImportKind::Products if !has(&[F::Name]) => {
            Some("must say which column is the name of the product")
        }
        ImportKind::Deals if !has(&[F::Title, F::Company, F::Product, F::ExternalId]) => Some(
            "must say which column is the title, the company, the product or the id of the deal",
        ),
        _ => None,
    }
}

/// The fields by which a row finds the record it matches, the surest first: the first of them that
/// the row has decides. Empty when rows of this mapping match nothing, so each makes a record.
#[must_use]
pub fn match_fields(kind: ImportKind, mapping: &[ColumnMapping]) -> Vec<ImportField> {
    use ImportField as F;
    let keys: &[F] = match kind {
        ImportKind::Members => &[F::Email, F::EmployeeId, F::Name],
        ImportKind::Companies => &[F::ExternalId, F::Domain, F::Name],
        ImportKind::Products => &[F::Sku, F::Name],
        ImportKind::Deals => &[F::ExternalId],
    };
    keys.iter()
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
