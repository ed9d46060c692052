//! Mentions in notes: members who are mentioned for the first time are told of it.

use std::collections::HashMap;

use domain::crm::{
    note::{readable, reads_confidential},
    note_text::{Mentioned, mentions},
};
use persistence::{
    Tx, about,
    crm::{note::Found, note_mention},
    identity::member,
    platform::notification::{self, NewNotification},
};
use shared_types::{
    MemberId,
    platform::{NotificationKind, SubjectKind},
};

use crate::core::{
    context::{Ctx, teams},
    error::{ApiError, ApiResult},
    permit::Permit,
};

/// Checks whom the text of a note mentions, and queues a mail to those whom it has not mentioned before: not to
/// those who write it, and only to those who may read it. Answers the note with their names.
///
/// # Errors
/// 422 on `body` where somebody is mentioned who is no member of the organization, and was not in what it said `before`.
pub async fn mention<P: Permit>(
    ctx: &Ctx<P>,
    tx: &Tx,
    mut note: Found,
    text: &str,
    before: &str,
) -> ApiResult<Found> {
    let wanted = mentions(text)?;
    if wanted.is_empty() {
        return Ok(note);
    }
    let ids: Vec<MemberId> = wanted.iter().map(|mentioned| mentioned.member).collect();
    let members: HashMap<MemberId, member::Model> = member::some(tx, &ids)
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    // A note that came from another organization mentions members of that one.
    let former = mentions(before).unwrap_or_default();
    let is_former = |id: &MemberId| former.iter().any(|mentioned| mentioned.member == *id);
    let strange = |id: &&MemberId| !members.contains_key(id) && !is_former(id);
    if let Some(unknown) = ids.iter().find(strange) {
        return Err(ApiError::field(
            "body",
            format!("mentions {unknown}, who is no member of the organization"),
        ));
    }
    note.mentioned = members
        .iter()
        .map(|(id, row)| (*id, row.name.clone()))
        .collect();
    let known = note_mention::of_note(tx, note.row.id).await?;
    let new: Vec<(&Mentioned, &member::Model)> = wanted
        .iter()
        .filter(|mentioned| !known.contains(&mentioned.member))
        .filter_map(|mentioned| Some((mentioned, members.get(&mentioned.member)?)))
        .collect();
    note_mention::insert(tx, note.row.id, new.iter().map(|(_, row)| row.id));
    let teams = teams(tx, new.iter().map(|(_, row)| (row.id, row.role))).await?;
    for (mentioned, row) in new {
        let writes = row.id == note.row.author_id || row.id == ctx.me().member_id;
        let team = teams.get(&row.id).map_or(&[][..], Vec::as_slice);
        let open = note.row.sealed_body.is_none()
            || reads_confidential(note.row.author_id, row.role, row.id, team);
        let record = readable(&note.about(), row.role, row.id, team).filter(|_| open);
        if let (Some(record), true, false) = (record, row.active, writes) {
            tell(tx, &note, record, row.id, &mentioned.around);
        }
    }
    Ok(note)
}

/// Queues that a member is told whom a note mentions.
fn tell(tx: &Tx, note: &Found, record: SubjectKind, member: MemberId, around: &str) {
    let subjects = about!(note.row).subjects(&note.names);
    let subject = subjects
        .into_iter()
        .find(|(kind, id, _)| *kind == record && id.is_some());
    let Some((_, Some(id), name)) = subject else {
        return;
    };
    let path = match record {
        SubjectKind::Deal => "deals",
        SubjectKind::Lead => "leads",
        SubjectKind::Contact => "contacts",
        _ => "companies",
    };
    notification::tell(
        tx,
        NewNotification {
            member,
            kind: NotificationKind::Mention,
            subject: (record, id, name.as_deref().unwrap_or_default()),
            // What is confidential is repeated nowhere.
            detail: note.row.sealed_body.is_none().then(|| around.to_owned()),
            path: format!("/{path}/{id}"),
        },
    );
}
