//! Deals: what may be sold to a company.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_with::{apply, skip_serializing_none};
use validator::Validate;

use crate::{
    CompanyId, ContactId, Currency, DealId, LostReasonId, MemberId, Money, Patch, PipelineId,
    ProductId, StageId, crm::TagLabel, request, text_enum,
};

text_enum! {
    /// Where a deal stands as a whole.
    pub enum DealStatus {
        /// Being worked, in a stage of its pipeline.
        Open = "open",
        /// Sold.
        Won = "won",
        /// Not sold.
        Lost = "lost",
    }
}

/// A deal.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Deal {
    /// Id of the deal.
    pub id: DealId,
    /// What it is about.
    pub title: String,
    /// The company that may buy.
    pub company_id: Option<CompanyId>,
    /// Name of that company.
    pub company_name: Option<String>,
    /// The person one talks to about it.
    pub contact_id: Option<ContactId>,
    /// Name of that person.
    pub contact_name: Option<String>,
    /// The pipeline it goes through.
    pub pipeline_id: PipelineId,
    /// The stage it is in, or was in when it was won or lost.
    pub stage_id: StageId,
    /// Where it stands as a whole.
    pub status: DealStatus,
    /// What it is worth: the sum of its lines if it has any.
    pub amount: Option<Money>,
    /// Chance that it is won, in percent: that of its stage unless set by hand; 100 won, 0 lost.
    pub probability: u8,
    /// When it is expected to close.
    pub expected_close: Option<NaiveDate>,
    /// When it was begun (engaged).
    pub opened_on: Option<NaiveDate>,
    /// When it was won or lost.
    pub closed_on: Option<NaiveDate>,
    /// Why it was lost.
    pub lost_reason_id: Option<LostReasonId>,
    /// What else there is to say about why it was won or lost.
    pub close_note: Option<String>,
    /// The member who works it; without one it belongs to the whole organization.
    pub owner_id: Option<MemberId>,
    /// Name of that member.
    pub owner_name: Option<String>,
    /// What is being sold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<DealLine>,
    /// When it came into its stage.
    pub stage_entered_at: DateTime<Utc>,
    /// Since when it rots: it has not moved for longer than its stage allows.
    pub rotting_since: Option<DateTime<Utc>>,
    /// Its id in another system.
    pub external_id: Option<String>,
    /// Its tags, by name.
    pub tags: Vec<TagLabel>,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
    /// When it was moved to the trash.
    pub deleted_at: Option<DateTime<Utc>>,
    /// Grows by one with every change.
    pub version: i64,
}

/// A product on a deal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DealLine {
    /// The product.
    pub product_id: ProductId,
    /// Name of the product.
    pub product_name: String,
    /// How many, in thousandths: 1500 is one and a half.
    pub quantity: i64,
    /// Price of one.
    pub unit_price: Money,
    /// Discount in basis points: 1250 is 12.5 %.
    pub discount: u16,
    /// Quantity × price − discount, rounded half away from zero to the minor unit.
    pub total: Money,
}

/// A product on a deal, as it is written.
#[apply(Option => #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::given")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DealLineInput {
    /// The product.
    pub product_id: ProductId,
    /// How many, in thousandths; one (1000) unless said.
    #[validate(range(min = 1, max = 1_000_000_000))]
    #[cfg_attr(
        feature = "openapi",
        schema(minimum = 1, maximum = 1_000_000_000, example = 1000)
    )]
    pub quantity: Option<i64>,
    /// Price of one in minor units of the deal's currency; the product's list price unless said.
    #[validate(range(min = 0, max = 10_000_000_000_000_i64))]
    #[cfg_attr(
        feature = "openapi",
        schema(minimum = 0, maximum = 10_000_000_000_000i64)
    )]
    pub unit_price: Option<i64>,
    /// Discount in basis points: 1250 is 12.5 %.
    #[validate(range(max = 10_000))]
    #[cfg_attr(feature = "openapi", schema(maximum = 10_000))]
    pub discount: Option<u16>,
}

super::tagged! {
    elsewhere "Its id in another system, unique among deals.";

    /// Adds a deal.
    #[cfg_attr(feature = "openapi", schema(example = json!({"title": "Forty workstations", "amount": 8_400_000, "currency": "EUR", "expectedClose": "2027-03-31"})))]
    pub struct CreateDeal {
        /// What it is about.
        #[validate(length(min = 1, max = 200), custom(function = crate::one_line))]
        #[cfg_attr(
            feature = "openapi",
            schema(
                min_length = 1,
                max_length = 200,
                example = "Acme Corporation – GTX Pro"
            )
        )]
        pub title: String,
        /// The company that may buy.
        pub company_id: Option<CompanyId>,
        /// The person one talks to about it.
        pub contact_id: Option<ContactId>,
        /// The pipeline; the default one unless said.
        pub pipeline_id: Option<PipelineId>,
        /// The stage; the first one of the pipeline unless said.
        pub stage_id: Option<StageId>,
        /// What it is worth in minor units; ignored where there are lines, which sum up to it.
        #[validate(range(min = 0, max = 10_000_000_000_000_i64))]
        #[cfg_attr(
            feature = "openapi",
            schema(minimum = 0, maximum = 10_000_000_000_000i64, example = 482_100)
        )]
        pub amount: Option<i64>,
        /// Its currency; that of the organization unless said.
        pub currency: Option<Currency>,
        /// Chance in percent, instead of that of the stage.
        #[validate(range(max = 100))]
        #[cfg_attr(feature = "openapi", schema(maximum = 100))]
        pub probability: Option<u8>,
        /// When it is expected to close.
        pub expected_close: Option<NaiveDate>,
        /// When it was begun; today unless said.
        pub opened_on: Option<NaiveDate>,
        /// The member who works it; whoever adds it unless said.
        pub owner_id: Option<MemberId>,
        /// What is being sold.
        #[validate(length(max = 100), nested)]
        #[cfg_attr(feature = "openapi", schema(max_items = 100))]
        pub lines: Vec<DealLineInput>,
    }

    /// Changes a deal. Its stage and status change by `POST /api/v1/deals/{id}/stage`, `…/win`,
    /// `…/lose` and `…/reopen`.
    pub struct UpdateDeal {
        /// What it is about.
        #[validate(length(min = 1, max = 200), custom(function = crate::one_line))]
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
        pub title: Option<String>,
        /// The company that may buy.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<CompanyId>))]
        pub company_id: Patch<CompanyId>,
        /// The person one talks to about it.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<ContactId>))]
        pub contact_id: Patch<ContactId>,
        /// What it is worth in minor units; refused while the deal has lines, which sum up to it.
        #[validate(range(min = 0, max = 10_000_000_000_000_i64))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<i64>, minimum = 0, maximum = 10_000_000_000_000i64))]
        pub amount: Patch<i64>,
        /// Its currency.
        pub currency: Option<Currency>,
        /// Chance in percent; cleared it follows the stage again.
        #[validate(range(max = 100))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<u8>, maximum = 100))]
        pub probability: Patch<u8>,
        /// When it is expected to close.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<NaiveDate>))]
        pub expected_close: Patch<NaiveDate>,
        /// When it was begun.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<NaiveDate>))]
        pub opened_on: Patch<NaiveDate>,
        /// The member who works it.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<MemberId>))]
        pub owner_id: Patch<MemberId>,
        /// What is being sold: replaces all lines.
        #[validate(length(max = 100), nested)]
        #[cfg_attr(feature = "openapi", schema(max_items = 100))]
        pub lines: Option<Vec<DealLineInput>>,
    }

    /// A field of a deal that can be emptied.
    pub enum DealField {
        CompanyId = "companyId" => company_id,
        ContactId = "contactId" => contact_id,
        Amount = "amount" => amount,
        Probability = "probability" => probability,
        ExpectedClose = "expectedClose" => expected_close,
        OpenedOn = "openedOn" => opened_on,
        OwnerId = "ownerId" => owner_id,
        ExternalId = "externalId" => external_id,
    }
}

/// Moves an open deal into another stage, of its own pipeline or of another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MoveDeal {
    /// The stage to go to.
    pub stage_id: StageId,
}

request! {
    /// Wins an open deal.
    pub struct WinDeal {
        /// When it was won; today unless said, never in the future.
        pub closed_on: Option<NaiveDate>,
        /// What it was sold for in minor units; its amount unless said.
        #[validate(range(min = 0, max = 10_000_000_000_000_i64))]
        #[cfg_attr(
            feature = "openapi",
            schema(minimum = 0, maximum = 10_000_000_000_000i64)
        )]
        pub amount: Option<i64>,
        /// What there is to say about why.
        #[validate(length(max = 2_000), custom(function = crate::many_lines))]
        #[cfg_attr(feature = "openapi", schema(max_length = 2_000))]
        pub note: Option<String>,
    }
}

request! {
    /// Loses an open deal.
    pub struct LoseDeal {
        /// When it was lost; today unless said, never in the future.
        pub closed_on: Option<NaiveDate>,
        /// Why.
        pub lost_reason_id: Option<LostReasonId>,
        /// What else there is to say about why.
        #[validate(length(max = 2_000), custom(function = crate::many_lines))]
        #[cfg_attr(feature = "openapi", schema(max_length = 2_000))]
        pub note: Option<String>,
    }
}

/// A stay of a deal in a stage.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct StageStay {
    /// The stage.
    pub stage_id: StageId,
    /// Name of the stage.
    pub stage_name: String,
    /// When the deal came.
    pub entered_at: DateTime<Utc>,
    /// When it left; absent while it is there.
    pub left_at: Option<DateTime<Utc>>,
    /// How long it stayed, in seconds, until now while it is there.
    pub seconds: i64,
}

/// The columns of a board, from one query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DealBoard {
    /// The pipeline shown.
    pub pipeline: crate::crm::Pipeline,
    /// One column for each stage, in order.
    pub columns: Vec<DealBoardColumn>,
}

/// A column of the board: its totals over all deals, and the first of them.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DealBoardColumn {
    /// The stage.
    pub stage_id: StageId,
    /// How many open deals are in it.
    pub count: u64,
    /// What they are worth, per currency.
    pub totals: Vec<DealBoardTotal>,
    /// The first of them, newest in the stage first.
    pub deals: Vec<Deal>,
    /// For `cursor` of `GET /api/v1/deals` with `stageId`, `status=open` and
    /// `sort=-stageEnteredAt`: the deals after these.
    pub next_cursor: Option<String>,
}

/// What the deals of a column are worth in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DealBoardTotal {
    /// The sum.
    pub sum: Money,
    /// The sum weighted with the probability of each deal.
    pub weighted: Money,
}

crate::bulk!(BulkDeals, DealOperation, DealOutcome: DealId, CreateDeal, UpdateDeal, Deal);
