//! What deals are listed by.

use chrono::{DateTime, NaiveDate, Utc};

use super::{Consent, DealStatus};
use crate::{
    AnyOf, CompanyId, ContactId, Currency, LostReasonId, MemberId, PipelineId, ProductCategoryId,
    ProductId, StageId, TagId, list_query, text_enum,
};

text_enum! {
    /// What deals are listed by.
    pub enum DealSort {
        Title = "title",
        Amount = "amount",
        ExpectedClose = "expectedClose",
        ClosedOn = "closedOn",
        StageEnteredAt = "stageEnteredAt",
        CreatedAt = "createdAt",
        UpdatedAt = "updatedAt",
    }
}

list_query! {
    /// Which deals to list.
    pub struct ListDeals sort DealSort, board ShowDealBoard {
        /// Any of these: `open`, `won`, `lost`.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "open"))]
        status: AnyOf<DealStatus>,
        /// Any of these pipelines.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        pipeline_id: AnyOf<PipelineId>,
        /// Any of these stages.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        stage_id: AnyOf<StageId>,
        /// Reached this stage: is, or was when it closed, in it or in a later one of its pipeline,
        /// or was won.
        reached_stage_id: StageId,
        /// With any of these tags.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        tag: AnyOf<TagId>,
        /// Any of these owners.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        owner_id: AnyOf<MemberId>,
        /// Any of these companies.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        company_id: AnyOf<CompanyId>,
        /// With any of these people.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        contact_id: AnyOf<ContactId>,
        /// Any of these industries of the company.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "medical,retail"))]
        company_industry: AnyOf<String>,
        /// Only with (`true`) or without (`false`) a company.
        has_company: bool,
        /// Any of these products on a line.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        product_id: AnyOf<ProductId>,
        /// Any of these reasons for which it was lost.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        lost_reason_id: AnyOf<LostReasonId>,
        /// Worth at least so much, in minor units.
        amount_min: i64,
        /// Worth at most so much, in minor units.
        amount_max: i64,
        /// In this currency.
        currency: Currency,
        /// Expected to close on or after this day.
        expected_close_after: NaiveDate,
        /// Expected to close before this day.
        expected_close_before: NaiveDate,
        /// Only with (`true`) or without (`false`) an expected close.
        has_expected_close: bool,
        /// Closed on or after this day.
        closed_after: NaiveDate,
        /// Closed before this day.
        closed_before: NaiveDate,
        /// Begun on or after this day.
        opened_after: NaiveDate,
        /// Begun before this day.
        opened_before: NaiveDate,
        /// Only those that rot.
        rotting: bool,
        /// Of owners in any of these departments.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "Enterprise,SMB"))]
        owner_department: AnyOf<String>,
        /// Of owners with any of these managers.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        owner_manager_id: AnyOf<MemberId>,
        /// With a company in any of these countries.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "DE,FR"))]
        company_country: AnyOf<String>,
        /// With a company of any of these owners.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        company_owner_id: AnyOf<MemberId>,
        /// With a company whose owner is in any of these departments.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "Enterprise,SMB"))]
        company_owner_department: AnyOf<String>,
        /// With a company below one of any of these industries.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "medical,retail"))]
        company_parent_industry: AnyOf<String>,
        /// With a person of any of these states of consent.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "granted"))]
        contact_consent: AnyOf<Consent>,
        /// With a person at a company of any of these industries.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "medical,retail"))]
        contact_company_industry: AnyOf<String>,
        /// With a product of any of these categories on a line.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        product_category_id: AnyOf<ProductCategoryId>,
        /// Added at or after this time.
        created_after: DateTime<Utc>,
        /// Added before this time.
        created_before: DateTime<Utc>,
        /// Changed at or after this time.
        updated_after: DateTime<Utc>,
        /// Changed before this time.
        updated_before: DateTime<Utc>,
    }
}
