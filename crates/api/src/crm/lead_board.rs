//! The board of leads.

use actix_web::get;
use persistence::crm::lead_board;
use shared_types::{
    AnyOf, Sort,
    crm::{Lead, LeadBoard, LeadBoardColumn, LeadSort, LeadStatus, ListLeads, ShowLeadBoard},
};

use crate::{
    core::{
        app::Services, context::Ctx, error::ApiResult, extract::Params, permit::LeadsRead,
        reply::Reply,
    },
    crm::deal_board::PER_COLUMN,
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config.service(get_lead_board);
}

/// Board of leads
///
/// Every state, or those of `status`, with its leads: how many there are, and the first 25, the highest score
/// first. The next ones are those of `GET /api/v1/leads` with the same filters, the `status` of the column,
/// `sort=-score` and its `nextCursor`. `PATCH /api/v1/leads/{id}` moves a lead, `POST …/convert` converts it.
#[utoipa::path(tag = "leads", operation_id = "getLeadBoard", params(ShowLeadBoard),
    responses((status = 200, description = "The board.", body = LeadBoard)), security(("bearer" = ["leads:read"])))]
#[get("/api/v1/leads/board")]
async fn get_lead_board(
    ctx: Ctx<LeadsRead>,
    query: Params<ShowLeadBoard>,
) -> ApiResult<Reply<LeadBoard>> {
    let list = ListLeads::from(query.0);
    let asked = list.status.as_ref().map(|asked| asked.0.as_slice());
    let mut statuses = LeadStatus::ALL.to_vec();
    statuses.retain(|status| asked.is_none_or(|asked| asked.contains(status)));
    let (read, owners) = (ctx.read(), ctx.owners()?);
    let found = lead_board::columns(&read, &statuses, &list, &owners, PER_COLUMN);
    let mut found = found.await?;
    let column = |status| {
        let column = found.remove(&status).unwrap_or_default();
        let rest = ListLeads {
            status: Some(AnyOf(vec![status])),
            sort: Some(Sort {
                key: LeadSort::Score,
                descending: true,
            }),
            ..list.clone()
        };
        let first = column.first;
        LeadBoardColumn {
            status,
            count: column.count,
            leads: first.rows.into_iter().map(Lead::from).collect(),
            next_cursor: first.next.map(|next| ctx.cursor("leads", &rest, &next)),
        }
    };
    Ok(Reply::ok(LeadBoard {
        columns: statuses.into_iter().map(column).collect(),
    }))
}
