//! Imports: a CSV file becomes records of one kind.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_with::{apply, skip_serializing_none};
use validator::Validate;

use super::{DateFormat, Delimiter, ImportEncoding, ValueChoice, ValueMatch};
use crate::{
    AnyOf, Currency, ImportArchiveId, ImportId, MemberId, NumberFormat, PipelineId, Role,
    list_query, text_enum,
};

text_enum! {
    /// What a file holds.
    pub enum ImportKind {
        Members = "members",
        Companies = "companies",
        Contacts = "contacts",
        Leads = "leads",
        Products = "products",
        Deals = "deals",
        Activities = "activities",
        Notes = "notes",
        MetricValues = "metricValues",
    }
}

text_enum! {
    /// Where an import stands.
    pub enum ImportState {
        /// The columns are being given their meaning.
        Mapping = "mapping",
        /// A dry run goes through the file.
        Checking = "checking",
        /// The dry run is over: its counts are there, the import may start.
        Ready = "ready",
        /// Records are being written.
        Running = "running",
        /// Every row was dealt with.
        Done = "done",
        /// It broke off; `failure` says why.
        Failed = "failed",
        /// Somebody stopped it. What was written until then stays.
        Cancelled = "cancelled",
    }
}

text_enum! {
    /// What happens with a row whose record exists already.
    pub enum MatchRule {
        /// It becomes another record.
        Create = "create",
        /// The record takes its values; cells that are empty change nothing.
        Update = "update",
        /// It is left out.
        Skip = "skip",
    }
}

text_enum! {
    /// What a column may mean. Which of them a kind of import has is in its own list.
    pub enum ImportField {
        Name = "name",
        FirstName = "firstName",
        LastName = "lastName",
        Email = "email",
        Role = "role",
        EmployeeId = "employeeId",
        Department = "department",
        /// Name of another member.
        Manager = "manager",
        /// Name of another member.
        TeamLeader = "teamLeader",
        /// Name of a team.
        Team = "team",
        Domain = "domain",
        Website = "website",
        Industry = "industry",
        Phone = "phone",
        Employees = "employees",
        AnnualRevenue = "annualRevenue",
        FoundedYear = "foundedYear",
        Location = "location",
        Country = "country",
        Description = "description",
        /// Name of another company.
        Parent = "parent",
        /// Name of a member.
        Owner = "owner",
        ExternalId = "externalId",
        Sku = "sku",
        /// Name of a product category.
        Category = "category",
        Price = "price",
        Active = "active",
        Title = "title",
        /// Name of a company.
        Company = "company",
        /// Name of a product.
        Product = "product",
        /// Several products, each on a line of the cell: `2 × Chair @ 120.50 -10%`.
        Lines = "lines",
        /// Name of a stage, or `Won` or `Lost`.
        /// Name of a pipeline; the one chosen for the file unless said.
        Pipeline = "pipeline",
        Stage = "stage",
        Status = "status",
        Amount = "amount",
        Currency = "currency",
        Probability = "probability",
        ExpectedClose = "expectedClose",
        OpenedOn = "openedOn",
        ClosedOn = "closedOn",
        /// Words of a lost reason.
        LostReason = "lostReason",
        CloseNote = "closeNote",
        JobTitle = "jobTitle",
        Email2 = "email2",
        Email3 = "email3",
        Phone2 = "phone2",
        MobilePhone = "mobilePhone",
        Consent = "consent",
        PrivatePhone = "privatePhone",
        Birthday = "birthday",
        PrivateStreet = "privateStreet",
        PrivatePostalCode = "privatePostalCode",
        PrivateCity = "privateCity",
        PrivateRegion = "privateRegion",
        PrivateCountry = "privateCountry",
        Source = "source",
        Score = "score",
        /// Call, meeting, e-mail or task.
        Kind = "kind",
        Subject = "subject",
        DueAt = "dueAt",
        DurationMinutes = "durationMinutes",
        Done = "done",
        DoneAt = "doneAt",
        /// What a note says.
        Body = "body",
        /// Name of a member.
        Author = "author",
        /// E-mail address or employee id of a member.
        AuthorEmail = "authorEmail",
        CreatedAt = "createdAt",
        Pinned = "pinned",
        Confidential = "confidential",
        /// Name of a contact.
        Contact = "contact",
        /// Name of a lead.
        Lead = "lead",
        /// Title of a deal.
        Deal = "deal",
        /// E-mail address or employee id of a member.
        OwnerEmail = "ownerEmail",
        /// What another company is known by: its id here or elsewhere, its domain.
        ParentKey = "parentId",
        /// What a company is known by: its id here or elsewhere, its domain.
        CompanyKey = "companyId",
        /// What a contact is known by: its id here or elsewhere, an e-mail address.
        ContactKey = "contactId",
        /// What a lead is known by: its id here or elsewhere, its e-mail address.
        LeadKey = "leadId",
        /// What a deal is known by: its id here or elsewhere.
        DealKey = "dealId",
        /// Names of tags, separated by semicolons.
        Tags = "tags",
        /// Name of a metric.
        Metric = "metric",
        /// Name of a member.
        Member = "member",
        /// E-mail address or employee id of a member.
        MemberEmail = "memberEmail",
        /// The first day of a period.
        PeriodStart = "periodStart",
        Value = "value",
        Target = "target",
        /// What there is to say about a value.
        Remark = "note",
    }
}

text_enum! {
    /// Who looks after records whose row names nobody.
    pub enum Unowned {
        /// Whoever brings the file.
        Importer = "importer",
        /// Whom the settings of leads give new ones to; for leads only.
        LeadSettings = "leadSettings",
        /// Nobody.
        Nobody = "nobody",
    }
}

/// An import.
// Its own name is a word of the language in Java, Dart and Python.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = FileImport))]
#[serde(rename_all = "camelCase")]
pub struct Import {
    /// Id of the import.
    pub id: ImportId,
    /// What the file holds.
    pub kind: ImportKind,
    /// Where it stands.
    pub state: ImportState,
    /// Name of the file.
    pub filename: String,
    /// Size of the file in bytes.
    pub size: u64,
    /// How its characters are written, as recognised or as said.
    pub encoding: ImportEncoding,
    /// What separates its cells, as recognised or as said.
    pub delimiter: Delimiter,
    /// How its days are written, as recognised or as said.
    pub date_format: DateFormat,
    /// Whether the days leave no doubt about their format: `01/02/2016` alone does.
    pub date_format_is_sure: bool,
    /// How its numbers are written, as recognised or as said.
    pub number_format: NumberFormat,
    /// Currency of its amounts, where no column says another.
    pub currency: Currency,
    /// The columns of the file.
    pub columns: Vec<ImportColumn>,
    /// What the columns mean: as suggested until said otherwise.
    pub mapping: Vec<ColumnMapping>,
    /// What happens with rows whose record exists already.
    pub match_rule: MatchRule,
    /// The pipeline of deals; the default one unless said.
    pub pipeline_id: Option<PipelineId>,
    /// The role of members whose row does not say one.
    pub default_role: Option<Role>,
    /// Who looks after records whose row names nobody; unless said, whoever brings the file where
    /// no column names owners, else nobody.
    pub unowned: Option<Unowned>,
    /// Names of other records that were not found as they are written, after a check.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub value_matches: Vec<ValueMatch>,
    /// How many rows the file has, without its header, once it was gone through.
    pub rows: Option<u64>,
    /// How many rows were gone through in the check or run going on or last done.
    pub processed: u64,
    /// What became of them, or would.
    pub counts: ImportCounts,
    /// The first rows that were refused, at most 20; `…/rejects` has all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub first_reasons: Vec<ImportReason>,
    /// Why it failed.
    pub failure: Option<String>,
    /// The archive that the file came in, if it came in one.
    pub archive_id: Option<ImportArchiveId>,
    /// The member who brought the file.
    pub created_by_id: Option<MemberId>,
    /// When the file was brought.
    pub created_at: DateTime<Utc>,
    /// When records began to be written.
    pub started_at: Option<DateTime<Utc>>,
    /// When it was done, failed or cancelled.
    pub finished_at: Option<DateTime<Utc>>,
    /// Grows by one with every change.
    pub version: i64,
}

/// A column of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ImportColumn {
    /// Its place, from 0.
    pub index: u16,
    /// Its header.
    pub name: String,
    /// Some of its values, each once.
    pub samples: Vec<String>,
    /// What it seems to mean; nothing where there is no telling, two fields where it serves both.
    pub suggestion: Vec<ImportField>,
}

/// What a column means. A column may serve several fields, a field takes one column.
#[apply(Option => #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::given")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ColumnMapping {
    /// Place of the column, from 0.
    pub column: u16,
    /// What it means.
    pub field: ImportField,
    /// For amounts: in which multiple they are written (1, 1000, 1000000 or 1000000000), one
    /// unless said.
    #[validate(range(min = 1, max = 1_000_000_000))]
    #[cfg_attr(
        feature = "openapi",
        schema(minimum = 1, maximum = 1_000_000_000, example = 1_000_000)
    )]
    pub multiplier: Option<i64>,
}

/// What became of rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ImportCounts {
    /// Rows that became a new record.
    pub created: u64,
    /// Rows that changed a record.
    pub updated: u64,
    /// Rows whose record exists and was left as it is.
    pub skipped: u64,
    /// Rows that cannot be imported.
    pub refused: u64,
}

/// Why a row was refused.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ImportReason {
    /// The line of the file on which the row begins; the header is line 1.
    pub line: u64,
    /// Header of the column at fault, if one is.
    pub column: Option<String>,
    /// What is wrong.
    pub reason: String,
}

/// Brings a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UploadImport {
    /// What the file holds.
    pub kind: ImportKind,
    /// The file: a table of text with a header, at most 128 MiB.
    #[cfg_attr(
        feature = "openapi",
        schema(value_type = String, format = Binary, content_media_type = "text/csv")
    )]
    pub file: Vec<u8>,
}

/// Changes how a file is understood; its check has to be done again. Only while it is being mapped
/// or is ready.
#[apply(Option => #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::given")])]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = json!({"matchRule": "update"})))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateImport {
    /// How its characters are written. The columns are read again.
    pub encoding: Option<ImportEncoding>,
    /// What separates its cells. The columns are read again.
    pub delimiter: Option<Delimiter>,
    /// How its days are written.
    pub date_format: Option<DateFormat>,
    /// How its numbers are written.
    pub number_format: Option<NumberFormat>,
    /// Currency of its amounts, where no column says another.
    pub currency: Option<Currency>,
    /// What the columns mean: replaces the whole mapping.
    #[validate(length(max = 100), nested)]
    #[cfg_attr(feature = "openapi", schema(max_items = 100))]
    pub mapping: Option<Vec<ColumnMapping>>,
    /// What happens with rows whose record exists already.
    pub match_rule: Option<MatchRule>,
    /// The pipeline of deals.
    pub pipeline_id: Option<PipelineId>,
    /// The role of members whose row does not say one.
    pub default_role: Option<Role>,
    /// Who looks after records whose row names nobody.
    pub unowned: Option<Unowned>,
    /// What to do with names that were not found: those named here, the others stay as they are.
    #[validate(length(max = 1_000), nested)]
    #[cfg_attr(feature = "openapi", schema(max_items = 1_000))]
    pub value_choices: Option<Vec<ValueChoice>>,
}

text_enum! {
    /// What imports are listed by.
    pub enum ImportSort {
        CreatedAt = "createdAt",
    }
}

list_query! {
    /// Which imports to list.
    pub struct ListImports sort ImportSort {
        /// Any of these kinds.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "deals"))]
        kind: AnyOf<ImportKind>,
        /// Any of these states.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "running,ready"))]
        state: AnyOf<ImportState>,
        /// The files of this archive.
        archive_id: ImportArchiveId,
    }
}
