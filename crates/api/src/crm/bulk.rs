//! Many records written in one request.

use actix_web::post;
use persistence::crm::lead_settings;
use shared_types::crm::{
    ActivityOutcome, BulkActivities, BulkCompanies, BulkContacts, BulkDeals, BulkLeads,
    BulkProducts, CompanyOutcome, ContactOutcome, DealOutcome, LeadOutcome, ProductOutcome,
};

use super::{activity, company, contact, deal, lead, product};
use crate::core::{
    app::Services,
    bulk,
    context::{Ctx, Once},
    error::ApiResult,
    extract::Valid,
    permit::{
        ActivitiesWrite, CompaniesDelete, CompaniesWrite, ContactsDelete, ContactsWrite,
        DealsDelete, DealsWrite, LeadsDelete, LeadsWrite, ProductsManage,
    },
};

/// The routes of this file.
pub fn routes(config: &mut impl Services) {
    config
        .service(bulk_activities)
        .service(bulk_companies)
        .service(bulk_contacts)
        .service(bulk_leads)
        .service(bulk_deals)
        .service(bulk_products);
}

/// The handler of many writes of one kind: who may write and who may delete; what it needs to have
/// read once for all of them; how a record is added, and how one is changed at the version that is
/// asked for.
macro_rules! bulk {
    (
        $(#[$doc:meta])* $name:ident: $operation:tt, $tag:tt, $path:tt;
        $write:ident $scope:tt, $delete:ident; $bulk:ident => $outcome:ident of $kind:ident;
        $(let $read:ident = $reading:expr;)?
        add($ctx:ident, $tx:ident, $body:ident) = $add:expr;
        change($own:ident, $change_tx:ident, $id:ident, $patch:ident) = $change:expr;
    ) => {
        $(#[$doc])*
        #[doc = ""]
        #[doc = " Up to 500 operations in their order, each with its own result; all or none with `atomic`."]
        #[utoipa::path(tag = $tag, operation_id = $operation, request_body = $bulk,
            responses((status = 200, description = "What became of each operation.", body = [$outcome])), security(("bearer" = [$scope])))]
        #[post($path)]
        async fn $name($ctx: Ctx<$write>, body: Valid<$bulk>) -> ApiResult<Once<Vec<$outcome>>> {
            $(let $read = $reading.await?;)?
            bulk::records::<persistence::crm::$kind::Found, $delete, _, _>(
                &$ctx,
                body.0,
                async |$tx, $body| $add.await,
                async |$own, $change_tx, $id, patch| {
                    let $patch = patch.normalized();
                    $change.await
                },
            )
            .await
        }
    };
}

bulk! {
    /// Write many activities
    bulk_activities: "bulkActivities", "activities", "/api/v1/activities/bulk";
    ActivitiesWrite "activities:write", ActivitiesWrite; BulkActivities => ActivityOutcome of activity;
    add(ctx, tx, body) = activity::add(&ctx, tx, body);
    change(own, tx, id, body) = activity::change(own, tx, id, body);
}

bulk! {
    /// Write many companies
    bulk_companies: "bulkCompanies", "companies", "/api/v1/companies/bulk";
    CompaniesWrite "companies:write", CompaniesDelete; BulkCompanies => CompanyOutcome of company;
    add(ctx, tx, body) = company::add(&ctx, tx, body);
    change(own, tx, id, body) = company::change(own, tx, id, body);
}

bulk! {
    /// Write many contacts
    bulk_contacts: "bulkContacts", "contacts", "/api/v1/contacts/bulk";
    ContactsWrite "contacts:write", ContactsDelete; BulkContacts => ContactOutcome of contact;
    add(ctx, tx, body) = contact::add(&ctx, tx, body);
    change(own, tx, id, body) = contact::change(own, tx, id, body);
}

bulk! {
    /// Write many leads
    bulk_leads: "bulkLeads", "leads", "/api/v1/leads/bulk";
    LeadsWrite "leads:write", LeadsDelete; BulkLeads => LeadOutcome of lead;
    let settings = lead_settings::get(&ctx.read());
    add(ctx, tx, body) = lead::add(&ctx, tx, &settings, body);
    change(own, tx, id, body) = lead::change(own, tx, &settings.rules, id, body);
}

bulk! {
    /// Write many deals
    bulk_deals: "bulkDeals", "deals", "/api/v1/deals/bulk";
    DealsWrite "deals:write", DealsDelete; BulkDeals => DealOutcome of deal;
    add(ctx, tx, body) = deal::add_found(&ctx, tx, &body);
    change(own, tx, id, body) = deal::change(own, tx, id, body);
}

bulk! {
    /// Write many products
    bulk_products: "bulkProducts", "products", "/api/v1/products/bulk";
    ProductsManage "products:manage", ProductsManage; BulkProducts => ProductOutcome of product;
    add(ctx, tx, body) = product::add(tx, body);
    change(own, tx, id, body) = product::change(own, tx, id, body);
}
