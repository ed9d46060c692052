//! The organization and its settings.

use actix_web::{get, patch};
use domain::identity::invitation::domains;
use persistence::{
    identity::organization::{self, Model},
    platform::event::NewEvent,
};
use shared_types::{
    identity::{Feature, Organization, UpdateOrganization},
    platform::{EventKind, SubjectKind},
};

use crate::core::{
    app::Services,
    context::Ctx,
    error::ApiResult,
    extract::Valid,
    permit::{OrganizationManage, OrganizationRead},
    reply::Reply,
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config
        .service(get_organization)
        .service(update_organization);
}

fn reply(row: Model) -> Reply<Organization> {
    let version = row.version;
    Reply::record(row.into(), version)
}

/// Features as they are kept: each once, in their usual order.
fn words(features: &[Feature]) -> String {
    let all = Feature::ALL.iter();
    let words: Vec<&str> = all
        .filter(|feature| features.contains(feature))
        .map(|feature| feature.as_str())
        .collect();
    words.join(" ")
}

/// The organization
#[utoipa::path(tag = "organization", operation_id = "getOrganization",
    responses((status = 200, description = "The organization of the session.", body = Organization)), security(("bearer" = ["organization:read"])))]
#[get("/api/v1/organization")]
async fn get_organization(ctx: Ctx<OrganizationRead>) -> ApiResult<Reply<Organization>> {
    Ok(reply(organization::get(&ctx.read()).await?))
}

/// Change the organization
#[utoipa::path(tag = "organization", operation_id = "updateOrganization", request_body = UpdateOrganization,
    responses((status = 200, description = "The organization as it is now.", body = Organization)), security(("bearer" = ["organization:manage"])))]
#[patch("/api/v1/organization")]
async fn update_organization(
    ctx: Ctx<OrganizationManage>,
    body: Valid<UpdateOrganization>,
) -> ApiResult<Reply<Organization>> {
    let UpdateOrganization {
        name,
        time_zone,
        currency,
        fiscal_year_start_month,
        invitation_domains,
        disabled_features,
        coaching_acknowledgement_days,
    } = body.0;
    ctx.write(async |tx| {
        let before = organization::get(tx).await?;
        ctx.if_match(before.version, || Organization::from(before.clone()))?;
        let row = Model {
            name: name
                .as_deref()
                .map_or_else(|| before.name.clone(), |name| name.trim().to_owned()),
            time_zone: time_zone
                .clone()
                .unwrap_or_else(|| before.time_zone.clone()),
            currency: currency.unwrap_or(before.currency),
            fiscal_year_start_month: fiscal_year_start_month
                .map_or(before.fiscal_year_start_month, i32::from),
            invitation_domains: invitation_domains.as_deref().map_or_else(
                || before.invitation_domains.clone(),
                |given| domains(given).join(" "),
            ),
            disabled_features: disabled_features
                .as_deref()
                .map_or_else(|| before.disabled_features.clone(), words),
            coaching_acknowledgement_days: coaching_acknowledgement_days
                .unwrap_or(before.coaching_acknowledgement_days),
            updated_at: tx.now(),
            version: before.version + 1,
            ..before.clone()
        };
        organization::save(tx, &before, row.clone()).await?;
        let event = NewEvent::new(
            EventKind::Updated,
            SubjectKind::Organization,
            row.id.0,
            &row.name,
        );
        tx.record(event.between(
            &Organization::from(before),
            &Organization::from(row.clone()),
        ));
        Ok(reply(row))
    })
    .await
}
