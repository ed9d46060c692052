//! Merging records that are one and the same, and taking it back.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_with::{apply, skip_serializing_none};
use uuid::Uuid;
use validator::Validate;

use crate::{AnyOf, MemberId, MergeId, list_query, platform::SubjectKind, text_enum};

text_enum! {
    /// A kind of record that can be there twice.
    pub enum MergeKind {
        Company = "company",
        Contact = "contact",
        Lead = "lead",
    }
}

impl MergeKind {
    /// The same as a kind of record among all.
    #[must_use]
    pub const fn subject(self) -> SubjectKind {
        match self {
            Self::Company => SubjectKind::Company,
            Self::Contact => SubjectKind::Contact,
            Self::Lead => SubjectKind::Lead,
        }
    }
}

text_enum! {
    /// A field whose value is chosen when records are merged. Each kind of record has some of them.
    pub enum MergeField {
        Name = "name",
        FirstName = "firstName",
        LastName = "lastName",
        JobTitle = "jobTitle",
        CompanyId = "companyId",
        CompanyName = "companyName",
        Email = "email",
        Emails = "emails",
        Phone = "phone",
        Phones = "phones",
        Domain = "domain",
        Website = "website",
        Industry = "industry",
        Employees = "employees",
        AnnualRevenue = "annualRevenue",
        FoundedYear = "foundedYear",
        Location = "location",
        Country = "country",
        PrivatePhone = "privatePhone",
        Birthday = "birthday",
        PrivateAddress = "privateAddress",
        Consent = "consent",
        Amount = "amount",
        Source = "source",
        Status = "status",
        Description = "description",
        ParentId = "parentId",
        OwnerId = "ownerId",
        ExternalId = "externalId",
        TagIds = "tagIds",
    }
}

text_enum! {
    /// What moves from one record to another.
    pub enum MovedKind {
        Contacts = "contacts",
        Deals = "deals",
        Activities = "activities",
        Notes = "notes",
        Leads = "leads",
        /// Companies that belong to the company.
        Subsidiaries = "subsidiaries",
    }
}

/// A record that is merged into another.
#[apply(Option => #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::given")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MergeFrom {
    /// Id of the record.
    pub id: Uuid,
    /// The version that was looked at; any without.
    #[validate(range(min = 1, max = 9_007_199_254_740_991_i64))]
    #[cfg_attr(
        feature = "openapi",
        schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)
    )]
    pub version: Option<i64>,
}

/// Whose value a field gets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MergeChoice {
    /// The field.
    pub field: MergeField,
    /// The record whose value it gets.
    pub from: Uuid,
}

/// Merges records into one. Without a choice a field keeps its value, or, where it has none, gets that of the first record that has one;
/// addresses and numbers of contacts are united.
#[apply(Option => #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::given")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MergeRecords {
    /// The records that go, 1–5.
    #[validate(nested, length(min = 1, max = 5))]
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 5))]
    pub with: Vec<MergeFrom>,
    /// The version of the record that stays; any without.
    #[validate(range(min = 1, max = 9_007_199_254_740_991_i64))]
    #[cfg_attr(
        feature = "openapi",
        schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)
    )]
    pub version: Option<i64>,
    /// Whose value fields get, each field once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[validate(length(max = 29))]
    #[cfg_attr(feature = "openapi", schema(max_items = 29))]
    pub choices: Vec<MergeChoice>,
}

/// With what a record would be merged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PreviewMerge {
    /// Ids of the records that would go, 1–5, separated by commas.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(value_type = String, required = true, example = "01936e2a-7b1c-7cc3-98c4-dc0c0c07398f"))]
    pub with: AnyOf<Uuid>,
}

/// A record of a merge.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MergeRecord {
    /// Id of the record.
    pub id: Uuid,
    /// What it is called.
    pub name: String,
    /// Its version.
    pub version: i64,
    /// Name of the member who looks after it.
    pub owner_name: Option<String>,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
}

/// What a record has in a field.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MergeValue {
    /// Id of the record.
    pub id: Uuid,
    /// The value as text, names in the place of ids; absent where it has none.
    pub value: Option<String>,
}

/// A field before a merge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MergeFieldPreview {
    /// The field.
    pub field: MergeField,
    /// What each record has, in the order of the records.
    pub values: Vec<MergeValue>,
    /// The record whose value it gets unless another is chosen.
    pub chosen: Uuid,
    /// Whether the values differ.
    pub differs: bool,
    /// Whether all values are kept, so that there is nothing to choose.
    pub united: bool,
}

/// How many of something move.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MovedCount {
    /// What moves.
    pub what: MovedKind,
    /// How many.
    pub count: i64,
}

/// What a merge would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MergePreview {
    /// The records, the one that stays first.
    pub records: Vec<MergeRecord>,
    /// The fields that at least one of them has.
    pub fields: Vec<MergeFieldPreview>,
    /// What moves to the one that stays.
    pub moves: Vec<MovedCount>,
}

/// A record that was merged into another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MergedRecord {
    /// Id of the record.
    pub id: Uuid,
    /// What it was called.
    pub name: String,
}

/// A merge that was made.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Merge {
    /// Id of the merge.
    pub id: MergeId,
    /// The kind of records.
    pub kind: MergeKind,
    /// The record that stayed.
    pub winner_id: Uuid,
    /// What it was called then.
    pub winner_name: String,
    /// The records that went.
    pub losers: Vec<MergedRecord>,
    /// What moved.
    pub moved: Vec<MovedCount>,
    /// The member who merged them.
    pub merged_by_id: Option<MemberId>,
    /// Name of that member.
    pub merged_by_name: Option<String>,
    /// When they were merged.
    pub merged_at: DateTime<Utc>,
    /// Until when it can be undone.
    pub undoable_until: DateTime<Utc>,
    /// When it was undone.
    pub undone_at: Option<DateTime<Utc>>,
}

/// What became of a merge that was undone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MergeUndone {
    /// The merge.
    pub merge: Merge,
    /// Fields that stayed as they are, because somebody changed them since.
    pub kept: Vec<MergeField>,
    /// How many of what had moved stayed where they are, because somebody moved them on or deleted them since.
    pub stayed: i64,
}

text_enum! {
    /// What merges are listed by.
    pub enum MergeSort {
        MergedAt = "mergedAt",
    }
}

list_query! {
    /// Which merges to list.
    pub struct ListMerges sort MergeSort {
        /// Any of these kinds of record.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "company"))]
        kind: AnyOf<MergeKind>,
    }
}
