//! Merging and its undoing, the same for every kind of record.

use domain::crm::merge::{Fields, apart, check_records, check_undo, is_private, merged, undone};
use persistence::{
    Db, Owners, StoreError, Tx,
    crm::{
        merge::{self, Loser, Seen},
        merge_move,
    },
};
use serde_json::{Value, json};
use shared_types::{
    ErrorCode, MergeId, OrganizationId, Reach,
    crm::{Merge, MergeField, MergeKind, MergeRecords, MergeUndone},
    platform::EventKind,
};
use uuid::Uuid;

use super::{
    contact_private,
    merge_kind::{Mergeable, fields_of},
};
use crate::core::{
    context::{Ctx, Once},
    error::{ApiError, ApiResult},
    permit::{Permit, SignedIn},
    record::{Before, check_trash, save},
    reply::Reply,
    seal::{Place, Sealer},
};

/// All fields of a record, with those that are kept encrypted.
pub(super) fn whole<R: Mergeable>(seal: &Sealer, record: &Before<R>) -> ApiResult<Fields> {
    let mut fields = fields_of(&record.view);
    fields.extend(record.found.private(seal)?);
    Ok(fields)
}

/// Where what merges keep of encrypted fields is kept.
fn place(organization: OrganizationId, merge: MergeId) -> Place {
    Place {
        owner: organization.0,
        table: "merges",
        column: "sealed_fields",
        row: merge.0,
    }
}

/// A record that takes part: 404 unless it may be read, 403 unless it may be changed and deleted, 412
/// unless it is the version that was looked at, 409 in the trash.
pub(super) async fn taking_part<R: Mergeable>(
    deletes: &Ctx<R::Delete>,
    writes: &Ctx<R::Write>,
    db: &impl Db,
    id: Uuid,
) -> ApiResult<Before<R>> {
    let owners = deletes.me().owners(R::READ)?;
    let found = R::find(db, R::id_of(id), &owners).await?;
    writes.require_reach(found.owner())?;
    deletes.require_reach(found.owner())?;
    let view = found.clone().view(db, deletes.now()).await?;
    check_trash(&found, false)?;
    deletes.if_match(found.version(), || view.clone())?;
    Ok(Before { found, view })
}

/// Merges records into the first one.
///
/// # Errors
/// 404, 403, 412, 409 and 422, as the document says.
pub async fn run<R: Mergeable>(
    ctx: &Ctx<R::Delete>,
    id: Uuid,
    body: MergeRecords,
) -> ApiResult<Once<Merge>> {
    let writes = ctx.permitted::<R::Write>()?;
    ctx.post(async |tx| {
        let as_read = match body.version {
            Some(version) => ctx.at(Some(version)),
            None => ctx.clone(),
        };
        let winner: Before<R> = taking_part(&as_read, &writes, tx, id).await?;
        let ids: Vec<Uuid> = body.with.iter().map(|one| one.id).collect();
        check_records(id, &ids)?;
        let mut losers: Vec<Before<R>> = Vec::with_capacity(ids.len());
        for one in &body.with {
            losers.push(taking_part(&ctx.at(one.version), &writes, tx, one.id).await?);
        }
        if losers.iter().any(|loser| loser.found.is_closed()) {
            return Err(ApiError::new(
                ErrorCode::Conflict,
                "A lead that is converted stays: merge the others into it.",
            ));
        }
        let seal = &ctx.state().seal;
        let mut records: Vec<(Uuid, Fields)> = Vec::with_capacity(losers.len() + 1);
        let private = body.choices.iter().map(|choice| choice.field);
        let private: Vec<MergeField> = private.filter(|field| is_private(*field)).collect();
        for one in std::iter::once(&winner).chain(&losers) {
            let names = private.iter().map(|field| field.as_str());
            contact_private::refuse(ctx, one.found.owner(), names)?;
            records.push((one.found.uuid(), whole(seal, one)?));
        }
        let mut patch = merged(R::MERGE, &records, &body.choices)?;
        R::settle(tx, &records, &body.choices, &mut patch).await?;
        if winner.found.is_closed() {
            patch.clear();
        }
        let merge = Merged {
            id: tx.new_id(),
            winner: id,
            patch,
        };
        let losers = merge.send_away(ctx, &writes, tx, losers).await?;
        Ok(Reply::ok(merge.keep(ctx, tx, winner, losers, &ids).await?))
    })
    .await
}

/// A merge under way.
struct Merged {
    id: MergeId,
    winner: Uuid,
    patch: Fields,
}

impl Merged {
    /// Moves the losers to the trash, in the order of their ids, so that two merges of the same records wait for each other.
    async fn send_away<R: Mergeable>(
        &self,
        ctx: &Ctx<R::Delete>,
        writes: &Ctx<R::Write>,
        tx: &Tx,
        mut losers: Vec<Before<R>>,
    ) -> ApiResult<Vec<Loser>> {
        losers.sort_by_key(|loser| loser.found.uuid());
        let taken = self
            .patch
            .get(MergeField::ExternalId.as_str())
            .and_then(Value::as_str);
        let mut gone = Vec::with_capacity(losers.len());
        for before in losers {
            let mut after = before.found.clone();
            after.set_deleted_at(Some(tx.now()));
            after.set_merged_into(Some(self.winner));
            let id = after.uuid();
            let given_up = after
                .external_id()
                .take_if(|external_id| Some(external_id.as_str()) == taken);
            gone.push(Loser {
                id,
                name: after.name().into_owned(),
                external_id: given_up,
            });
            match save(tx, before, after, EventKind::Merged, false).await {
                Err(error) if error.code == ErrorCode::VersionMismatch => {
                    // Somebody was faster: perhaps by merging it as well.
                    taking_part::<R>(&ctx.at(None), writes, tx, id).await?;
                    return Err(error);
                }
                other => drop(other?),
            }
        }
        Ok(gone)
    }

    /// Writes the winner, moves what referred to the losers, and writes down both.
    async fn keep<R: Mergeable>(
        self,
        ctx: &Ctx<R::Delete>,
        tx: &Tx,
        winner: Before<R>,
        losers: Vec<Loser>,
        ids: &[Uuid],
    ) -> ApiResult<Merge> {
        let seal = &ctx.state().seal;
        let was = whole(seal, &winner)?;
        let patch = self.patch.clone();
        let after = winner.found.clone().with(seal, tx, patch).await?;
        let private = after.private(seal)?;
        let saved = save(tx, winner, after, EventKind::Merged, true).await?;
        let mut is = fields_of(&saved.data);
        is.extend(private);
        let of_patch = |record: &Fields| -> Fields {
            let value = |name: &String| record.get(name).cloned().unwrap_or(Value::Null);
            let names = self.patch.keys();
            names.map(|name| (name.clone(), value(name))).collect()
        };
        let moved = merge_move::move_all(tx, self.id, R::MERGE, self.winner, ids).await?;
        let name = is.get("name").and_then(Value::as_str).unwrap_or_default();
        let (private_before, before) = apart(of_patch(&was));
        let (private_after, after) = apart(of_patch(&is));
        let sealed_fields = if private_before.is_empty() && private_after.is_empty() {
            None
        } else {
            let place = place(tx.organization(), self.id);
            Some(seal.seal_value(place, &(private_before, private_after))?)
        };
        let row = merge::Model {
            id: self.id,
            organization_id: tx.organization(),
            kind: R::MERGE,
            winner_id: self.winner,
            winner_name: name.to_owned(),
            losers: json!(losers),
            before: Value::Object(before),
            after: Value::Object(after),
            sealed_fields,
            moved: json!(moved),
            merged_by_id: Some(ctx.me().member_id),
            merged_at: tx.now(),
            undone_at: None,
        };
        tx.insert::<merge::Entity>(row.clone());
        let merged_by_name = Some(ctx.me().name.clone());
        Ok(merge::Found {
            row,
            merged_by_name,
        }
        .into())
    }
}

/// Whose merges the caller sees: of a kind that it may delete wherever it is, all; else its own.
pub fn seen<P: Permit>(ctx: &Ctx<P>) -> Vec<(MergeKind, Option<shared_types::MemberId>)> {
    use shared_types::Permission::{CompaniesDelete, ContactsDelete, LeadsDelete};
    [
        (MergeKind::Company, CompaniesDelete),
        (MergeKind::Contact, ContactsDelete),
        (MergeKind::Lead, LeadsDelete),
    ]
    .into_iter()
    .filter_map(|(kind, permission)| {
        let all = ctx.me().reach(permission)? == Reach::Organization;
        Some((kind, (!all).then_some(ctx.me().member_id)))
    })
    .collect()
}

/// Takes a merge back.
///
/// # Errors
/// 404, 403 and 409, as the document says.
pub async fn undo<R: Mergeable>(
    ctx: &Ctx<SignedIn>,
    id: MergeId,
    seen: &Seen,
) -> ApiResult<Once<MergeUndone>> {
    let deletes = ctx.permitted::<R::Delete>()?;
    let writes = ctx.permitted::<R::Write>()?;
    ctx.post(async |tx| {
        let mut found = merge::get(tx, id, seen).await?;
        check_undo(found.row.merged_at, found.row.undone_at, tx.now())?;
        let reached = |owner| {
            writes
                .require_reach(owner)
                .and(deletes.require_reach(owner))
        };
        let readable = ctx.me().owners(R::READ)?;
        let winner = R::find(tx, R::id_of(found.row.winner_id), &readable)
            .await
            .map_err(|error| match error {
                StoreError::NotFound => ApiError::new(
                    ErrorCode::Conflict,
                    "The record that stayed is not there any more.",
                ),
                other => other.into(),
            })?;
        reached(winner.owner())?;
        check_trash(&winner, false)?;
        merge::mark_undone(tx, id)
            .await
            .map_err(|error| match error {
                StoreError::Stale => {
                    ApiError::new(ErrorCode::Conflict, "The merge is undone already.")
                }
                other => other.into(),
            })?;
        let kept = give_back(&ctx.state().seal, tx, winner, &found.row).await?;
        let returned = kept.iter().all(|field| *field != MergeField::ExternalId);
        let mut back = Vec::new();
        for loser in found.row.losers() {
            let before = match R::find(tx, R::id_of(loser.id), &Owners::Anybody).await {
                Ok(before) if before.merged_into() == Some(found.row.winner_id) => before,
                Ok(_) | Err(StoreError::NotFound) => continue,
                Err(error) => return Err(error.into()),
            };
            reached(before.owner())?;
            let mut after = before.clone();
            after.set_deleted_at(None);
            after.set_merged_into(None);
            if returned && loser.external_id.is_some() {
                *after.external_id() = loser.external_id;
            }
            let view = before.clone().view(tx, tx.now()).await?;
            let before = Before {
                found: before,
                view,
            };
            save(tx, before, after, EventKind::Unmerged, false).await?;
            back.push(loser.id);
        }
        let stayed = merge_move::move_back(tx, &found.row).await?;
        for id in back {
            R::settle_back(tx, id).await?;
        }
        found.row.undone_at = Some(tx.now());
        Ok(Reply::ok(MergeUndone {
            merge: found.into(),
            kept,
            stayed,
        }))
    })
    .await
}

/// Gives the winner back what it had, where nobody has changed it since; answers what stays.
async fn give_back<R: Mergeable>(
    seal: &Sealer,
    tx: &Tx,
    winner: R,
    merge: &merge::Model,
) -> ApiResult<Vec<MergeField>> {
    let view = winner.clone().view(tx, tx.now()).await?;
    let before = Before {
        found: winner.clone(),
        view,
    };
    let object = |value: &Value| value.as_object().cloned().unwrap_or_default();
    let (mut was, mut became) = (object(&merge.before), object(&merge.after));
    let place = place(merge.organization_id, merge.id);
    let private: Option<(Fields, Fields)> = seal.open_value(place, merge.sealed_fields.as_ref())?;
    if let Some((private_before, private_after)) = private {
        was.extend(private_before);
        became.extend(private_after);
    }
    let (mut back, mut kept) = undone(&was, &became, &whole(seal, &before)?);
    if winner.is_closed() {
        kept.extend(
            back.keys()
                .filter_map(|name| name.parse::<MergeField>().ok()),
        );
        back.clear();
    }
    for field in R::stuck(tx, winner.uuid(), &back).await? {
        back.remove(field.as_str());
        kept.push(field);
    }
    let after = winner.with(seal, tx, back).await?;
    save(tx, before, after, EventKind::Unmerged, true).await?;
    Ok(kept)
}
