//! Members who leave and come back.

use actix_web::post;
use domain::identity::member::{check_deactivation, check_reactivation};
use persistence::{
    StoreError,
    crm::{activity, company, contact, deal, lead},
    identity::{
        member::{self, Model},
        organization,
    },
};
use shared_types::{
    MemberId,
    identity::{DeactivateMember, Member, MemberDeactivated},
    platform::EventKind,
};

use crate::{
    core::{
        app::Services,
        context::{Ctx, Once},
        error::{ApiError, ApiResult},
        extract::{Id, Valid},
        permit::MembersManage,
        reply::Reply,
    },
    identity::member::{reply, save},
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config.service(deactivate_member).service(reactivate_member);
}

/// Deactivate a member
///
/// Sign-in stops at once; companies, contacts, leads and deals go to somebody else, or to the whole organization.
#[utoipa::path(tag = "members", operation_id = "deactivateMember", params(("id" = MemberId, Path, description = "Id of the member.")), request_body = DeactivateMember,
    responses((status = 200, description = "What was done.", body = MemberDeactivated)), security(("bearer" = ["members:manage"])))]
#[post("/api/v1/members/{id}/deactivate")]
async fn deactivate_member(
    ctx: Ctx<MembersManage>,
    id: Id<MemberId>,
    body: Valid<DeactivateMember>,
) -> ApiResult<Once<MemberDeactivated>> {
    let heir_id = body.0.hand_over_to;
    let answer = ctx
        .post(async |tx| {
            organization::hold(tx).await?;
            let before = member::get(tx, id.0).await?;
            let heir = match heir_id {
                None => None,
                Some(heir) => Some(member::get(tx, heir).await.map_err(|error| match error {
                    StoreError::NotFound => {
                        ApiError::field("handOverTo", "refers to a record that does not exist")
                    }
                    other => other.into(),
                })?),
            };
            let heir = heir.map(|heir| heir.standing());
            check_deactivation(
                before.standing(),
                ctx.me().member_id,
                heir,
                member::other_admins(tx, id.0).await?,
            )?;
            let companies = company::hand_over(tx, id.0, heir_id, tx.now()).await?;
            let contacts = contact::hand_over(tx, id.0, heir_id, tx.now()).await?;
            let leads = lead::hand_over(tx, id.0, heir_id, tx.now()).await?;
            let activities = activity::hand_over(tx, id.0, heir_id, tx.now()).await?;
            let deals = deal::hand_over(tx, id.0, heir_id, tx.now()).await?;
            let row = Model {
                active: false,
                ..before.clone()
            };
            let member = Member::from(save(tx, before, row, EventKind::MemberDeactivated).await?);
            Ok(Reply::ok(MemberDeactivated {
                member,
                companies,
                contacts,
                leads,
                activities,
                deals,
            }))
        })
        .await?;
    ctx.state().principals.invalidate_all();
    Ok(answer)
}

/// Reactivate a member
#[utoipa::path(tag = "members", operation_id = "reactivateMember", params(("id" = MemberId, Path, description = "Id of the member.")),
    responses((status = 200, description = "The member as it is now.", body = Member)), security(("bearer" = ["members:manage"])))]
#[post("/api/v1/members/{id}/reactivate")]
async fn reactivate_member(ctx: Ctx<MembersManage>, id: Id<MemberId>) -> ApiResult<Once<Member>> {
    ctx.post(async |tx| {
        let before = member::get(tx, id.0).await?;
        check_reactivation(before.standing())?;
        let row = Model {
            active: true,
            ..before.clone()
        };
        Ok(reply(
            save(tx, before, row, EventKind::MemberReactivated).await?,
        ))
    })
    .await
}
