//! Tags: which a record has after a change, and who makes them.

use shared_types::{
    Permission, TagId,
    crm::{MOST_TAGS, TagChange, TagColor},
};

use crate::core::{
    error::{DomainError, DomainResult},
    text::fold,
};

/// Any of these reads tags: they are read with the records that have them.
pub const READ: [Permission; 4] = [
    Permission::CompaniesRead,
    Permission::ContactsRead,
    Permission::LeadsRead,
    Permission::DealsRead,
];

/// Any of these makes tags: whoever writes records finds words for them.
pub const WRITE: [Permission; 4] = [
    Permission::CompaniesWrite,
    Permission::ContactsWrite,
    Permission::LeadsWrite,
    Permission::DealsWrite,
];

/// The hue of a tag for which none was chosen: the same for the same name, so that it does not
/// depend on who made it first.
#[must_use]
pub fn color_of(name: &str) -> TagColor {
    let sum: usize = fold(name).bytes().map(usize::from).sum();
    let all = TagColor::ALL;
    all.get(sum % all.len()).copied().unwrap_or(TagColor::Blue)
}

/// The tags of a record after a change, each once; `None` where nothing was said of them.
///
/// # Errors
/// `Invalid` on `addTagIds` where they are too many together.
pub fn changed(has: &[TagId], change: &TagChange) -> DomainResult<Option<Vec<TagId>>> {
    if *change == TagChange::default() {
        return Ok(None);
    }
    let mut all: Vec<TagId> = Vec::new();
    let said = change.all.as_deref().unwrap_or(has);
    for tag in said.iter().chain(&change.add) {
        if !all.contains(tag) && !change.remove.contains(tag) {
            all.push(*tag);
        }
    }
    if all.len() > MOST_TAGS {
        let message = format!("would give the record more than {MOST_TAGS} tags");
        return Err(DomainError::invalid("addTagIds", message));
    }
    Ok(Some(all))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn tags<const N: usize>(numbers: [u128; N]) -> Vec<TagId> {
        numbers.map(|number| TagId(Uuid::from_u128(number))).into()
    }

    #[test]
    fn tags_are_replaced_added_and_removed() {
        let has = tags([1, 2]);
        let change = |all: Option<Vec<TagId>>, add, remove| {
            changed(&has, &TagChange { all, add, remove }).unwrap()
        };
        assert_eq!(change(None, vec![], vec![]), None);
        assert_eq!(change(Some(vec![]), vec![], vec![]), Some(vec![]));
        assert_eq!(change(Some(tags([3, 3])), vec![], vec![]), Some(tags([3])));
        assert_eq!(change(None, tags([2, 3]), tags([1])), Some(tags([2, 3])));
        // What is put on and taken off at once is off.
        assert_eq!(change(None, tags([3]), tags([3])), Some(tags([1, 2])));
    }

    #[test]
    fn a_record_has_at_most_twenty() {
        let has: Vec<TagId> = (0..20).map(|it| TagId(Uuid::from_u128(it))).collect();
        let add = |add| {
            changed(
                &has,
                &TagChange {
                    add,
                    ..TagChange::default()
                },
            )
        };
        assert_eq!(add(tags([19])).unwrap().map(|all| all.len()), Some(20));
        let error = add(tags([20])).unwrap_err();
        assert_eq!(
            error.to_string(),
            "addTagIds: would give the record more than 20 tags"
        );
    }

    #[test]
    fn the_hue_follows_from_the_name() {
        assert_eq!(color_of("Key account"), color_of(" KEY ACCOUNT "));
        assert_ne!(color_of("a"), color_of("b"));
    }
}
