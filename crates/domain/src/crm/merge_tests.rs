use std::collections::HashMap;

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn record(id: u128, fields: Value) -> (Uuid, Fields) {
    let Value::Object(fields) = fields else {
        unreachable!("a record is an object")
    };
    (Uuid::from_u128(id), fields)
}

fn choice(field: MergeField, from: u128) -> MergeChoice {
    MergeChoice {
        field,
        from: Uuid::from_u128(from),
    }
}

#[test]
fn fields_are_kept_filled_or_chosen() {
    let records = [
        record(
            1,
            json!({"name": "Acme", "phone": "1234567", "industry": "retail"}),
        ),
        record(2, json!({"name": "ACME GmbH", "domain": "acme.example"})),
        record(
            3,
            json!({"domain": "acme.test", "employees": 5, "name": "A"}),
        ),
    ];
    let patch = merged(MergeKind::Company, &records, &[]).unwrap();
    assert_eq!(
        Value::Object(patch),
        json!({"domain": "acme.example", "employees": 5})
    );
    let choices = [
        choice(MergeField::Name, 2),
        choice(MergeField::Phone, 3),
        choice(MergeField::Domain, 1),
    ];
    let patch = merged(MergeKind::Company, &records, &choices).unwrap();
    assert_eq!(
        Value::Object(patch),
        json!({"name": "ACME GmbH", "phone": null, "employees": 5})
    );
}

#[test]
fn tags_are_united_as_their_ids() {
    let tagged = |number, ids: &[&str]| {
        let tags = ids.iter().map(|id| json!({"id": id, "name": "A"}));
        let tags: Vec<Value> = tags.collect();
        let (id, fields) = record(number, json!({"name": "Acme", "tags": tags}));
        (id, with_tag_ids(fields))
    };
    let ids = |records: &[(Uuid, Fields)]| {
        let patch = merged(MergeKind::Lead, records, &[]).unwrap();
        patch.get("tagIds").cloned()
    };
    let (one, other) = (tagged(1, &["b", "a"]), tagged(2, &["c", "a"]));
    assert_eq!(
        ids(&[one.clone(), other.clone()]),
        Some(json!(["a", "b", "c"]))
    );
    assert_eq!(ids(&[one.clone(), tagged(3, &["b"])]), None);
    let many: Vec<String> = (10..30).map(|number| number.to_string()).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let error = merged(MergeKind::Lead, &[one, tagged(4, &many)], &[]).unwrap_err();
    assert_eq!(error.to_string(), "with: have more than 20 tags together");
}

#[test]
fn addresses_are_united_and_a_refusal_is_not_lost() {
    let mail = |address: &str| json!({"address": address, "label": "work"});
    let records = [
        record(
            1,
            json!({"lastName": "H", "emails": [mail("a@x.example")], "phones": [], "consent": "granted", "consentAt": "2026-01-01T00:00:00Z"}),
        ),
        record(
            2,
            json!({"lastName": "H", "emails": [mail("A@X.example"), mail("b@x.example")], "phones": [], "consent": "withdrawn", "consentAt": "2025-01-01T00:00:00Z"}),
        ),
    ];
    let patch = merged(MergeKind::Contact, &records, &[]).unwrap();
    assert_eq!(
        Value::Object(patch),
        json!({"emails": [mail("a@x.example"), mail("b@x.example")], "consent": "withdrawn", "consentAt": "2025-01-01T00:00:00Z"})
    );
    let many: Vec<Value> = (0..21).map(|n| mail(&format!("{n}@x.example"))).collect();
    let many = [records[0].clone(), record(3, json!({"emails": many}))];
    let error = merged(MergeKind::Contact, &many, &[]).unwrap_err();
    assert!(error.fields().contains_key("with"));
}

#[test]
fn what_is_wrong_with_a_choice_is_named() {
    let records = [record(1, json!({})), record(2, json!({}))];
    for (choices, field) in [
        (vec![choice(MergeField::Consent, 1)], "choices.0.field"),
        (
            vec![choice(MergeField::Name, 1), choice(MergeField::Name, 2)],
            "choices.1.field",
        ),
        (vec![choice(MergeField::Name, 3)], "choices.0.from"),
    ] {
        let error = merged(MergeKind::Company, &records, &choices).unwrap_err();
        assert!(error.fields().contains_key(field), "{error}");
    }
    let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
    assert!(check_records(one, &[two]).is_ok());
    assert!(
        check_records(one, &[one])
            .unwrap_err()
            .fields()
            .contains_key("with.0.id")
    );
    assert!(
        check_records(one, &[two, two])
            .unwrap_err()
            .fields()
            .contains_key("with.1.id")
    );
}

#[test]
fn a_merge_is_undone_once_and_in_time() {
    let at = DateTime::UNIX_EPOCH;
    assert!(check_undo(at, None, at + TimeDelta::days(29)).is_ok());
    assert!(check_undo(at, None, at + TimeDelta::days(30)).is_err());
    assert!(check_undo(at, Some(at), at).is_err());
}

#[test]
fn what_changed_since_stays() {
    let (_, before) = record(
        1,
        json!({"name": "Acme", "phone": null, "domain": "a.example"}),
    );
    let (_, after) = record(
        1,
        json!({"name": "ACME", "phone": "1234567", "domain": null}),
    );
    let (_, now) = record(
        1,
        json!({"name": "ACME", "phone": "7654321", "employees": 3}),
    );
    let (back, kept) = undone(&before, &after, &now);
    assert_eq!(
        Value::Object(back),
        json!({"name": "Acme", "domain": "a.example"})
    );
    assert_eq!(kept, [MergeField::Phone]);
}

proptest! {
    #[test]
    fn no_company_ends_up_above_itself(
        parents in prop::collection::vec(prop::option::of(0_usize..12), 1..12),
        mut losers in prop::collection::btree_set(0_usize..12, 1..4),
        winner in 0_usize..12,
        chosen in 0_usize..12,
    ) {
        let id = |index: usize| CompanyId(Uuid::from_u128(index as u128));
        // Each belongs to one before it, so that there is no circle to begin with.
        let mut above: HashMap<CompanyId, CompanyId> = parents
            .iter()
            .enumerate()
            .filter_map(|(index, parent)| Some((id(index), id((*parent).filter(|parent| *parent < index)?))))
            .collect();
        losers.remove(&winner);
        let mut merged: Vec<CompanyId> = losers.iter().map(|index| id(*index)).collect();
        let winner = id(winner);
        let chain = |above: &HashMap<CompanyId, CompanyId>, from: CompanyId| {
            let chain: Vec<CompanyId> = std::iter::successors(Some(from), |it| above.get(it).copied()).take(50).collect();
            chain
        };
        let candidate = above.get(&merged.get(chosen % merged.len().max(1)).copied().unwrap_or(winner)).copied();
        let chain_of_candidate = candidate.map_or_else(Vec::new, |parent| chain(&above, parent));
        let losers = merged.clone();
        merged.push(winner);
        let parent = parent_after(&chain_of_candidate, &merged);
        for parent in above.values_mut().filter(|parent| losers.contains(parent)) {
            *parent = winner;
        }
        above.remove(&winner);
        above.extend(parent.map(|parent| (winner, parent)));
        prop_assert!(chain(&above, winner).len() < 50);
    }
}
