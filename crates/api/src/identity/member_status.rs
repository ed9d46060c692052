//! Members who leave and come back.

use std::collections::BTreeMap;

use actix_web::{get, post};
use domain::identity::member::{
    check_deactivation, check_heir, check_inherited_reports, check_reactivation, may_own, successor,
};
use persistence::{
    Db, Tx,
    identity::{
        hand_over,
        member::{self, Model},
        organization,
    },
};
use shared_types::{
    MemberId,
    identity::{
        DeactivateMember, HandOver, HandOverCounts, HandedOver, Member, MemberDeactivated,
        Otherwise, Successors,
    },
    platform::EventKind,
};

use crate::{
    core::{
        app::Services,
        context::{Ctx, Once},
        error::ApiResult,
        extract::{Id, Valid},
        permit::MembersManage,
        reply::Reply,
    },
    identity::member::{reply, save},
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config
        .service(preview_hand_over)
        .service(deactivate_member)
        .service(reactivate_member);
}

/// Preview a hand-over
///
/// How much somebody would have to take over if this member left, and who leads the member.
#[utoipa::path(tag = "members", operation_id = "previewHandOver", params(("id" = MemberId, Path, description = "Id of the member.")),
    responses((status = 200, description = "What there is to hand over.", body = HandOver)), security(("bearer" = ["members:manage"])))]
#[get("/api/v1/members/{id}/hand-over")]
async fn preview_hand_over(
    ctx: Ctx<MembersManage>,
    id: Id<MemberId>,
) -> ApiResult<Reply<HandOver>> {
    let db = ctx.read();
    let row = member::get(&db, id.0).await?;
    let leader = leader(&db, &row).await?;
    Ok(Reply::ok(HandOver {
        counts: hand_over::counts(&db, id.0).await?,
        team_leader_id: leader.as_ref().map(|leader| leader.id),
        team_leader_name: leader.map(|leader| leader.name),
    }))
}

/// The team leader of a member, else the manager, as far as they may own records.
async fn leader(db: &impl Db, of: &Model) -> ApiResult<Option<Model>> {
    let superiors: Vec<MemberId> = [of.team_leader_id, of.manager_id]
        .into_iter()
        .flatten()
        .collect();
    let found = member::some(db, &superiors).await?;
    Ok(superiors
        .iter()
        .find_map(|id| found.iter().find(|row| row.id == *id))
        .filter(|row| may_own(row.role, row.active))
        .cloned())
}

/// Who takes over each kind, checked.
async fn heirs(
    tx: &Tx,
    from: &Model,
    how: &DeactivateMember,
) -> ApiResult<BTreeMap<&'static str, Option<MemberId>>> {
    let DeactivateMember {
        hand_over_to,
        successors,
        otherwise,
    } = how;
    let successors: Successors = successors.unwrap_or_default();
    let mut named: Vec<(String, MemberId)> = HandedOver::ALL
        .iter()
        .filter_map(|&kind| Some((format!("successors.{kind}"), successors.of(kind)?)))
        .collect();
    named.extend(hand_over_to.map(|heir| ("handOverTo".to_owned(), heir)));
    let ids: Vec<MemberId> = named.iter().map(|(_, id)| *id).collect();
    let found = member::some(tx, &ids).await?;
    for (field, heir) in &named {
        let heir = found.iter().find(|row| row.id == *heir);
        check_heir(field, from.id, heir.map(Model::standing))?;
    }
    let otherwise = otherwise.unwrap_or(Otherwise::Organization);
    let leader = match otherwise {
        Otherwise::Organization => None,
        Otherwise::TeamLeader => leader(tx, from).await?.map(|leader| leader.id),
    };
    let heir = |kind| successor(successors.of(kind), *hand_over_to, otherwise, leader);
    Ok(HandedOver::ALL
        .iter()
        .map(|&kind| (kind.as_str(), heir(kind)))
        .collect())
}

/// Gives everything to its heir; how much it was of each kind.
async fn give_all(tx: &Tx, from: &Model, how: &DeactivateMember) -> ApiResult<HandOverCounts> {
    let heirs = heirs(tx, from, how).await?;
    let mut done = HandOverCounts::default();
    for &kind in HandedOver::ALL {
        let heir = heirs.get(kind.as_str()).copied().flatten();
        if kind == HandedOver::Reports {
            done.reports = hand_over::counts(tx, from.id).await?.reports;
            if let Some(heir) = heir {
                let above = [from.manager_id, from.team_leader_id];
                let above = above.into_iter().flatten().find(|above| *above != heir);
                let (links, _) = member::chart(tx).await?;
                let field = if how.successors.is_some_and(|it| it.reports.is_some()) {
                    "successors.reports"
                } else {
                    "handOverTo"
                };
                check_inherited_reports(field, &links, from.id, heir, above)?;
                hand_over::put_above(tx, heir, from.id, above, tx.now()).await?;
            }
            hand_over::hand_over(tx, kind, from.id, heir, tx.now()).await?;
        } else {
            *done.of_mut(kind) = hand_over::hand_over(tx, kind, from.id, heir, tx.now()).await?;
        }
    }
    Ok(done)
}

/// Deactivate a member
///
/// Sign-in stops at once. What the member has goes to the successors that are named, kind by kind or one for everything, else to the
/// team leader or the whole organization.
#[utoipa::path(tag = "members", operation_id = "deactivateMember", params(("id" = MemberId, Path, description = "Id of the member.")), request_body = DeactivateMember,
    responses((status = 200, description = "What was done.", body = MemberDeactivated)), security(("bearer" = ["members:manage"])))]
#[post("/api/v1/members/{id}/deactivate")]
async fn deactivate_member(
    ctx: Ctx<MembersManage>,
    id: Id<MemberId>,
    body: Valid<DeactivateMember>,
) -> ApiResult<Once<MemberDeactivated>> {
    let answer = ctx
        .post(async |tx| {
            organization::hold(tx).await?;
            let before = member::get(tx, id.0).await?;
            check_deactivation(
                before.standing(),
                ctx.me().member_id,
                member::other_admins(tx, id.0).await?,
            )?;
            let HandOverCounts {
                companies,
                contacts,
                leads,
                activities,
                deals,
                saved_views,
                teams,
                reports,
            } = give_all(tx, &before, &body.0).await?;
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
                saved_views,
                teams,
                reports,
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
