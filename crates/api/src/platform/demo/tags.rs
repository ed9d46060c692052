//! The tags of the demo, and which records have them.

use chrono::{DateTime, Utc};
use persistence::{
    Named,
    crm::{tag, tag_link},
};
use shared_types::{
    OrganizationId,
    crm::{TagColor, TagLabel},
    platform::SubjectKind,
};
use uuid::Uuid;

use super::chance::Chance;

/// The tags, with the kinds of records that they are put on.
const TAGS: [(&str, TagColor, &[SubjectKind]); 6] = {
    use SubjectKind::{Company, Contact, Deal, Lead};
    [
        ("Key account", TagColor::Blue, &[Company, Deal]),
        ("Partner", TagColor::Purple, &[Company, Contact]),
        ("Churn risk", TagColor::Red, &[Company]),
        ("Decision maker", TagColor::Teal, &[Contact]),
        ("Trade fair", TagColor::Orange, &[Lead, Contact]),
        ("Renewal", TagColor::Green, &[Deal]),
    ]
};

/// Makes the tags, and puts them on about every third of the records.
pub(super) fn make(
    chance: &mut Chance,
    organization: OrganizationId,
    began: DateTime<Utc>,
    records: [(SubjectKind, Vec<Uuid>); 4],
) -> (Vec<tag::Model>, Vec<tag_link::Model>) {
    let made: Vec<(tag::Model, &[SubjectKind])> = TAGS
        .iter()
        .map(|(name, color, kinds)| {
            let mut row = tag::Model::first(chance.id(began), organization, name, began);
            row.color = *color;
            (row, *kinds)
        })
        .collect();
    let mut links = Vec::new();
    for (kind, ids) in records {
        let fitting: Vec<TagLabel> = made
            .iter()
            .filter(|(_, kinds)| kinds.contains(&kind))
            .map(|(row, _)| TagLabel {
                id: row.id,
                name: row.name.clone(),
                color: row.color,
            })
            .collect();
        for id in ids {
            let put: Vec<&TagLabel> = fitting.iter().filter(|_| chance.percent(18)).collect();
            links.extend(tag_link::rows(organization, kind, id, put));
        }
    }
    let tags = made.into_iter().map(|(row, _)| row).collect();
    (tags, links)
}
