//! Exports: any list as a table, streamed page by page, and all of an organization as one archive.

mod archive;
mod archives;
mod kinds;
mod rows;
mod table;
mod taker;
mod work;

use actix_web::{HttpResponse, get};
use shared_types::{
    coaching::ListMetricValues,
    crm::{
        Activity, Company, Contact, Deal, Lead, ListActivities, ListCompanies, ListContacts,
        ListDeals, ListLeads, ListNotes, ListProducts, Note, Product,
    },
    identity::{ListMembers, Member},
};

pub(crate) use self::table::{CSV, download};
pub use self::work::Worker;
use self::{kinds::MetricRow, table::answer};
use crate::core::{
    app::Services, context::Ctx, error::ApiResult, extract::Params, permit::ExportsCreate,
};

/// The job that writes an archive.
pub const RUN_JOB: &str = "export.run";

/// Makes the handler of each list.
macro_rules! tables {
    ($($name:ident, $path:literal, $tag:literal, $operation:literal, $list:ident => $record:ident, $says:expr;)+) => {
        $(
            #[utoipa::path(tag = $tag, operation_id = $operation, summary = concat!("Export ", $tag), description = $says, params($list),
                responses((status = 200, description = "A CSV file in UTF-8.", content_type = "text/csv", body = String)),
                security(("bearer" = ["exports:create"])))]
            #[get($path)]
            async fn $name(ctx: Ctx<ExportsCreate>, query: Params<$list>) -> ApiResult<HttpResponse> {
                answer::<$record>(&ctx, query.0).await
            }
        )+

        /// The routes of this aggregate. They come before those of single records, whose ids they are not.
        pub fn routes(config: &mut impl Services) {
            config$(.service($name))+;
            config
                .service(archives::list_exports)
                .service(archives::create_export)
                .service(archives::get_export)
                .service(archives::download_export)
                .service(archives::delete_export);
        }
    };
}

const SAYS: &str =
    "A CSV file of the list that the same query answers, with a header that an import understands.";
const SAYS_OF_CONTACTS: &str = "A CSV file of the list that the same query answers, with a header that an import understands. What is private stands in it for those\nwho have `contacts:read-private`.";
const SAYS_OF_NOTES: &str = "A CSV file of the list that the same query answers, with a header that an import understands: notes that the caller may read, by authors\nwithin reach. What confidential ones say stands in it for those who may read it.";

tables! {
    export_companies, "/api/v1/companies/export", "companies", "exportCompanies", ListCompanies => Company, SAYS;
    export_products, "/api/v1/products/export", "products", "exportProducts", ListProducts => Product, SAYS;
    export_deals, "/api/v1/deals/export", "deals", "exportDeals", ListDeals => Deal, SAYS;
    export_members, "/api/v1/members/export", "members", "exportMembers", ListMembers => Member, SAYS;
    export_contacts, "/api/v1/contacts/export", "contacts", "exportContacts", ListContacts => Contact, SAYS_OF_CONTACTS;
    export_leads, "/api/v1/leads/export", "leads", "exportLeads", ListLeads => Lead, SAYS;
    export_activities, "/api/v1/activities/export", "activities", "exportActivities", ListActivities => Activity, SAYS;
    export_notes, "/api/v1/notes/export", "notes", "exportNotes", ListNotes => Note, SAYS_OF_NOTES;
    export_metric_values, "/api/v1/metric-values/export", "metrics", "exportMetricValues", ListMetricValues => MetricRow, SAYS;
}
