//! Companies: organizations one sells to.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{
    AnyOf, CompanyId, MemberId, Money, Patch, TagId, crm::TagLabel, list_query, text_enum,
};

/// A company.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Company {
    /// Id of the company.
    pub id: CompanyId,
    /// Its name.
    pub name: String,
    /// Internet domain.
    pub domain: Option<String>,
    /// Web address.
    pub website: Option<String>,
    /// Industry or sector.
    pub industry: Option<String>,
    /// Phone number.
    pub phone: Option<String>,
    /// Number of employees.
    pub employees: Option<i64>,
    /// Revenue of a year.
    pub annual_revenue: Option<Money>,
    /// Year of foundation.
    pub founded_year: Option<i32>,
    /// Where it is at home, as written.
    pub location: Option<String>,
    /// Country by its ISO 3166-1 code.
    pub country: Option<String>,
    /// What there is to know about it.
    pub description: Option<String>,
    /// The company it belongs to.
    pub parent_id: Option<CompanyId>,
    /// The member who looks after it; without one it belongs to the whole organization.
    pub owner_id: Option<MemberId>,
    /// Name of that member.
    pub owner_name: Option<String>,
    /// Its tags, by name.
    pub tags: Vec<TagLabel>,
    /// Its id in another system.
    pub external_id: Option<String>,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
    /// When it was moved to the trash.
    pub deleted_at: Option<DateTime<Utc>>,
    /// The company that it was merged into.
    pub merged_into: Option<CompanyId>,
    /// Grows by one with every change.
    pub version: i64,
}

super::tagged! {
    elsewhere "Its id in another system, unique among companies.";

    /// Adds a company.
    pub struct CreateCompany {
        /// Its name.
        #[validate(length(min = 1, max = 200), custom(function = crate::one_line))]
        #[cfg_attr(
            feature = "openapi",
            schema(min_length = 1, max_length = 200, example = "Acme Corporation")
        )]
        pub name: String,
        /// Internet domain, lower case.
        #[validate(length(max = 253), custom(function = crate::domain_name))]
        #[cfg_attr(
            feature = "openapi",
            schema(max_length = 253, example = "acme.example")
        )]
        pub domain: Option<String>,
        /// Web address.
        #[validate(length(max = 500), custom(function = crate::web_address))]
        #[cfg_attr(
            feature = "openapi",
            schema(max_length = 500, example = "https://acme.example")
        )]
        pub website: Option<String>,
        /// Industry or sector.
        #[validate(length(min = 1, max = 100), custom(function = crate::one_line))]
        #[cfg_attr(
            feature = "openapi",
            schema(min_length = 1, max_length = 100, example = "technology")
        )]
        pub industry: Option<String>,
        /// Phone number.
        #[validate(length(min = 1, max = 50), custom(function = crate::one_line))]
        #[cfg_attr(
            feature = "openapi",
            schema(min_length = 1, max_length = 50, example = "+49 30 901820")
        )]
        pub phone: Option<String>,
        /// Number of employees.
        #[validate(range(min = 0, max = 100_000_000))]
        #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 100_000_000))]
        pub employees: Option<i64>,
        /// Revenue of a year.
        #[validate(custom(function = crate::not_negative))]
        pub annual_revenue: Option<Money>,
        /// Year of foundation.
        #[validate(range(min = 1000, max = 9999))]
        #[cfg_attr(feature = "openapi", schema(minimum = 1000, maximum = 9999))]
        pub founded_year: Option<i32>,
        /// Where it is at home, as written.
        #[validate(length(min = 1, max = 200), custom(function = crate::one_line))]
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
        pub location: Option<String>,
        /// Country by its ISO 3166-1 code.
        #[validate(custom(function = crate::country))]
        #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Z]{2}$", example = "DE"))]
        pub country: Option<String>,
        /// What there is to know about it.
        #[validate(length(max = 10_000), custom(function = crate::many_lines))]
        #[cfg_attr(feature = "openapi", schema(max_length = 10_000))]
        pub description: Option<String>,
        /// The company it belongs to; no cycles.
        pub parent_id: Option<CompanyId>,
        /// The member who looks after it; whoever adds it unless said.
        pub owner_id: Option<MemberId>,
    }

    /// Changes a company.
    #[cfg_attr(feature = "openapi", schema(example = json!({"industry": "Robotics", "employees": 240, "clear": ["phone"]})))]
    pub struct UpdateCompany {
        /// Its name.
        #[validate(length(min = 1, max = 200), custom(function = crate::one_line))]
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
        pub name: Option<String>,
        /// Internet domain, lower case.
        #[validate(length(max = 253), custom(function = crate::patched::domain_name))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 253))]
        pub domain: Patch<String>,
        /// Web address.
        #[validate(length(max = 500), custom(function = crate::patched::web_address))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 500))]
        pub website: Patch<String>,
        /// Industry or sector.
        #[validate(length(min = 1, max = 100), custom(function = crate::patched::one_line))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 100))]
        pub industry: Patch<String>,
        /// Phone number.
        #[validate(length(min = 1, max = 50), custom(function = crate::patched::one_line))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 50))]
        pub phone: Patch<String>,
        /// Number of employees.
        #[validate(range(min = 0, max = 100_000_000))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<i64>, minimum = 0, maximum = 100_000_000))]
        pub employees: Patch<i64>,
        /// Revenue of a year.
        #[validate(custom(function = crate::patched::not_negative))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<Money>))]
        pub annual_revenue: Patch<Money>,
        /// Year of foundation.
        #[validate(range(min = 1000, max = 9999))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<i32>, minimum = 1000, maximum = 9999))]
        pub founded_year: Patch<i32>,
        /// Where it is at home, as written.
        #[validate(length(min = 1, max = 200), custom(function = crate::patched::one_line))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 200))]
        pub location: Patch<String>,
        /// Country by its ISO 3166-1 code.
        #[validate(custom(function = crate::patched::country))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, pattern = "^[A-Z]{2}$"))]
        pub country: Patch<String>,
        /// What there is to know about it.
        #[validate(length(max = 10_000), custom(function = crate::patched::many_lines))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 10_000))]
        pub description: Patch<String>,
        /// The company it belongs to; no cycles.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<CompanyId>))]
        pub parent_id: Patch<CompanyId>,
        /// The member who looks after it.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<MemberId>))]
        pub owner_id: Patch<MemberId>,
    }

    /// A field of a company that can be emptied.
    pub enum CompanyField {
        Domain = "domain" => domain,
        Website = "website" => website,
        Industry = "industry" => industry,
        Phone = "phone" => phone,
        Employees = "employees" => employees,
        AnnualRevenue = "annualRevenue" => annual_revenue,
        FoundedYear = "foundedYear" => founded_year,
        Location = "location" => location,
        Country = "country" => country,
        Description = "description" => description,
        ParentId = "parentId" => parent_id,
        OwnerId = "ownerId" => owner_id,
        ExternalId = "externalId" => external_id,
    }
}

text_enum! {
    /// What companies are listed by.
    pub enum CompanySort {
        Name = "name",
        Industry = "industry",
        Employees = "employees",
        CreatedAt = "createdAt",
        UpdatedAt = "updatedAt",
    }
}

list_query! {
    /// Which companies to list.
    pub struct ListCompanies sort CompanySort {
        /// With any of these tags.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        tag: AnyOf<TagId>,
        /// Any of these owners.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        owner_id: AnyOf<MemberId>,
        /// Any of these industries, separated by commas.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "medical,retail"))]
        industry: AnyOf<String>,
        /// Any of these countries.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "DE,FR"))]
        country: AnyOf<String>,
        /// Any of these parent companies.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        parent_id: AnyOf<CompanyId>,
        /// At least so many employees.
        employees_min: i64,
        /// At most so many employees.
        employees_max: i64,
        /// Of owners in any of these departments.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "Enterprise,SMB"))]
        owner_department: AnyOf<String>,
        /// Below a company of any of these industries.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "medical,retail"))]
        parent_industry: AnyOf<String>,
        /// Below a company whose owner is in any of these departments.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "Enterprise,SMB"))]
        parent_owner_department: AnyOf<String>,
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

crate::bulk!(BulkCompanies, CompanyOperation, CompanyOutcome: CompanyId, CreateCompany, UpdateCompany, Company);
