//! Duplicates of the whole organization: found by a job, shown, and dismissed.

use actix_web::{get, post, web::Data};
use chrono::TimeDelta;
use domain::crm::duplicate_group::groups;
use persistence::{
    Actor, Db, PageRequest, StoreResult, Tx,
    crm::{
        duplicate_dismissal,
        duplicate_group::{self, search},
        duplicate_key,
    },
    platform::{
        event::NewEvent,
        job::{self, NewJob},
    },
};
use serde_json::json;
use shared_types::{
    DuplicateGroupId, OrganizationId, Permission, Reach,
    crm::{DuplicateGroup, DuplicateRecord, DuplicateSearch, ListDuplicates, MergeKind},
    platform::EventKind,
};

use crate::core::{
    app::Services,
    clock::new_id,
    context::{Ctx, Once},
    error::ApiResult,
    extract::{Id, Params},
    permit::DuplicatesManage,
    reply::Reply,
    state::AppState,
};

/// The job that searches an organization.
pub const FIND_JOB: &str = "duplicates.find";
/// How long after a search the next one goes by itself.
const AGAIN: TimeDelta = TimeDelta::days(1);
/// After which time a search that has not ended may be asked for again.
const PATIENCE: TimeDelta = TimeDelta::minutes(10);

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config
        .service(list_duplicates)
        .service(duplicate_search)
        .service(start_duplicate_search)
        .service(dismiss_duplicates);
}

/// The kinds of which the caller may see every record.
fn kinds(ctx: &Ctx<DuplicatesManage>) -> Vec<MergeKind> {
    [
        (MergeKind::Company, Permission::CompaniesRead),
        (MergeKind::Contact, Permission::ContactsRead),
        (MergeKind::Lead, Permission::LeadsRead),
    ]
    .into_iter()
    .filter(|(_, read)| ctx.me().reach(*read) == Some(Reach::Organization))
    .map(|(kind, _)| kind)
    .collect()
}

/// List duplicates
///
/// Groups of records that may be the same, over the whole organization, as the last search found them; the surest first. Records that
/// went to the trash or were merged since are left out.
#[utoipa::path(tag = "duplicates", operation_id = "listDuplicates", params(ListDuplicates),
    responses((status = 200, description = "A page of groups.", body = [DuplicateGroup])), security(("bearer" = ["duplicates:manage"])))]
#[get("/api/v1/duplicates")]
async fn list_duplicates(
    ctx: Ctx<DuplicatesManage>,
    query: Params<ListDuplicates>,
) -> ApiResult<Reply<Vec<DuplicateGroup>>> {
    let request = PageRequest::new(&query.0, ctx.position("duplicates", &query.0)?);
    let page = duplicate_group::list(&ctx.read(), &query.0, &kinds(&ctx), &request).await?;
    Ok(ctx.page("duplicates", &query.0, page))
}

/// Dismiss a group of duplicates
///
/// They are not the same: no pair of them is shown any more.
#[utoipa::path(tag = "duplicates", operation_id = "dismissDuplicates", params(("id" = DuplicateGroupId, Path, description = "Id of the group.")),
    responses((status = 200, description = "The records that are not the same.", body = [DuplicateRecord])), security(("bearer" = ["duplicates:manage"])))]
#[post("/api/v1/duplicates/{id}/dismiss")]
async fn dismiss_duplicates(
    ctx: Ctx<DuplicatesManage>,
    id: Id<DuplicateGroupId>,
) -> ApiResult<Once<Vec<DuplicateRecord>>> {
    let kinds = kinds(&ctx);
    ctx.post(async |tx| {
        let me = ctx.me().member_id;
        let (kind, records) = duplicate_group::dismiss(tx, id.0, &kinds, me).await?;
        for record in &records {
            let kind = kind.subject();
            let dismissed = EventKind::DuplicatesDismissed;
            tx.record(NewEvent::new(dismissed, kind, record.id, &record.name));
        }
        Ok(Reply::ok(records))
    })
    .await
}

fn view(row: Option<search::Model>) -> DuplicateSearch {
    row.map_or_else(DuplicateSearch::default, |row| DuplicateSearch {
        running: row.finished_at.is_none(),
        requested_at: Some(row.requested_at),
        finished_at: row.finished_at,
    })
}

/// Get the search for duplicates
///
/// Whether it is under way, and when it ended last.
#[utoipa::path(tag = "duplicates", operation_id = "getDuplicateSearch",
    responses((status = 200, description = "Where it stands.", body = DuplicateSearch)), security(("bearer" = ["duplicates:manage"])))]
#[get("/api/v1/duplicates/search")]
async fn duplicate_search(ctx: Ctx<DuplicatesManage>) -> ApiResult<Reply<DuplicateSearch>> {
    Ok(Reply::ok(view(
        duplicate_group::last_search(&ctx.read()).await?,
    )))
}

/// Search for duplicates
///
/// A job looks through all companies, contacts and leads; from then on it does so once a day by itself. Asked for again while it is
/// under way it goes on.
#[utoipa::path(tag = "duplicates", operation_id = "startDuplicateSearch",
    responses((status = 200, description = "Where it stands.", body = DuplicateSearch)), security(("bearer" = ["duplicates:manage"])))]
#[post("/api/v1/duplicates/search")]
async fn start_duplicate_search(ctx: Ctx<DuplicatesManage>) -> ApiResult<Once<DuplicateSearch>> {
    ctx.post(async |tx| {
        let last = duplicate_group::last_search(tx).await?;
        let waits = last.as_ref().is_some_and(|last| {
            last.finished_at.is_none() && last.requested_at + PATIENCE > tx.now()
        });
        if waits {
            return Ok(Reply::ok(view(last)));
        }
        let row = search::Model {
            organization_id: tx.organization(),
            requested_at: tx.now(),
            finished_at: None,
        };
        duplicate_group::save_search(tx, row.clone()).await?;
        enqueue(tx, tx.now());
        Ok(Reply::ok(view(Some(row))))
    })
    .await
}

fn enqueue(tx: &Tx, at: chrono::DateTime<chrono::Utc>) {
    let job = NewJob {
        kind: FIND_JOB,
        payload: json!({}),
        max_attempts: 5,
    };
    job::enqueue_at(tx, job, at);
}

/// Searches an organization, and sees to it that it is searched again a day later.
///
/// # Errors
/// Why it is to be tried again.
pub async fn find_all(state: &Data<AppState>, organization: OrganizationId) -> Result<(), String> {
    search_through(state, organization)
        .await
        .map_err(|error| error.to_string())
}

async fn search_through(state: &Data<AppState>, organization: OrganizationId) -> StoreResult<()> {
    let begin = || {
        let actor = Actor {
            member: None,
            request_id: None,
            ip_address: None,
            now: state.clock.now(),
            new_id,
        };
        state.store.begin(organization, None, actor)
    };
    let requested_at = begin().now();
    for &kind in MergeKind::ALL {
        // Read without the one writer of SQLite.
        let read = begin().read_only();
        let keyed = duplicate_key::shared(&read, kind).await?;
        let dismissed = duplicate_dismissal::dismissed(&read).await?;
        drop(read);
        let found = groups(keyed, &dismissed);
        let tx = begin();
        duplicate_group::replace(&tx, kind, found).await?;
        tx.commit().await?;
    }
    let tx = begin();
    let row = search::Model {
        organization_id: organization,
        requested_at,
        finished_at: Some(tx.now()),
    };
    duplicate_group::save_search(&tx, row).await?;
    if !job::is_queued(&tx, FIND_JOB).await? {
        let tomorrow = tx.now() + AGAIN;
        enqueue(&tx, tomorrow);
    }
    tx.commit().await
}
