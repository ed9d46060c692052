//! Contacts.

use actix_web::{delete, get, patch, post};
use chrono::{DateTime, Utc};
use persistence::{
    Db, PageRequest, Tx,
    crm::{
        contact::{self, Found, Model},
        tag_link,
    },
    platform::event::NewEvent,
    stored,
};
use shared_types::{
    ContactId, MemberId,
    crm::{Consent, Contact, CreateContact, ListContacts, UpdateContact},
    platform::{Event, EventKind, ListEvents, SubjectKind},
};

use crate::{
    core::{
        app::Services,
        context::{Ctx, Once},
        error::ApiResult,
        extract::{Id, Params, Valid},
        permit::{ContactsDelete, ContactsRead, ContactsWrite, Permit},
        record::{self, changeable, first_owner, next_owner, record, save},
        record_routes::record_routes,
        reply::Reply,
        seal::Sealer,
    },
    crm::{
        contact_private::{self, Private},
        reference, tag,
    },
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config
        .service(list_contacts)
        .service(create_contact)
        .service(get_contact)
        .service(update_contact)
        .service(delete_contact)
        .service(restore_contact)
        .service(contact_timeline);
}

record! {
    Found, ContactId => Contact, Contact, ContactsRead;
    find(db, id, owners) = contact::get(db, id, owners);
    store(tx, before, after) = contact::save(tx, before, after);
    view(found, _db, _now) = Ok(found.into());
    name(found) = found.row.name.as_str(); owner(row) = row.owner_id;
    merged_into = merged_into;
    sealed = sealed;
    tags = tags;
}

/// List contacts
#[utoipa::path(tag = "contacts", operation_id = "listContacts", params(ListContacts),
    responses((status = 200, description = "A page of contacts.", body = [Contact])), security(("bearer" = ["contacts:read"])))]
#[get("/api/v1/contacts")]
async fn list_contacts(
    ctx: Ctx<ContactsRead>,
    query: Params<ListContacts>,
) -> ApiResult<Reply<Vec<Contact>>> {
    let request = PageRequest::new(&query.0, ctx.position("contacts", &query.0)?);
    let page = contact::list(&ctx.read(), &query.0, &ctx.owners()?, &request).await?;
    Ok(ctx.page("contacts", &query.0, page.map(Contact::from)))
}

/// Get a contact
///
/// With the private phone, birthday and address for those who have `contacts:read-private` for it; others find no such fields.
#[utoipa::path(tag = "contacts", operation_id = "getContact", params(("id" = ContactId, Path, description = "Id of the contact.")),
    responses((status = 200, description = "The contact.", body = Contact)), security(("bearer" = ["contacts:read"])))]
#[get("/api/v1/contacts/{id}")]
async fn get_contact(ctx: Ctx<ContactsRead>, id: Id<ContactId>) -> ApiResult<Reply<Contact>> {
    let found: Found = record::seen(&ctx, id.0).await?;
    let row = found.row.clone();
    let reply = record::reply(&ctx.read(), found, ctx.now()).await?;
    contact_private::shown(&ctx, &row, reply)
}

/// Add a contact
///
/// The private phone, birthday and address need `contacts:read-private`; the answer does not repeat them.
#[utoipa::path(tag = "contacts", operation_id = "createContact", request_body = CreateContact,
    responses((status = 201, description = "The contact.", body = Contact)), security(("bearer" = ["contacts:write"])))]
#[post("/api/v1/contacts")]
async fn create_contact(
    ctx: Ctx<ContactsWrite>,
    body: Valid<CreateContact>,
) -> ApiResult<Once<Contact>> {
    ctx.post(async |tx| add(&ctx, tx, body.0.clone()).await)
        .await
}

/// Adds a contact.
pub(super) async fn add<P: Permit>(
    ctx: &Ctx<P>,
    tx: &Tx,
    body: CreateContact,
) -> ApiResult<Reply<Contact>> {
    let (owner, owner_name) = first_owner(ctx, tx, body.owner_id).await?;
    let private = Private::of_new(
        body.private_phone.clone(),
        body.birthday.clone(),
        body.private_address.clone(),
    );
    contact_private::check(ctx, owner, &private)?;
    let company = reference::company(ctx, tx, body.company_id).await?;
    let tags = tag::chosen(tx, &body.tag_ids).await?;
    let found = Found {
        row: new_row(&ctx.state().seal, tx, body, owner)?,
        owner_name,
        tags,
        company_name: company.map(|found| found.row.name),
    };
    contact::insert(tx, found.row.clone());
    tag_link::insert(tx, SubjectKind::Contact, found.row.id, &found.tags);
    tx.record(NewEvent::new(
        EventKind::Created,
        SubjectKind::Contact,
        found.row.id,
        &found.row.name,
    ));
    let location = format!("/api/v1/contacts/{}", found.row.id);
    Ok(Reply::created(found.into(), 1, location))
}

/// The row of a new contact.
///
/// # Errors
/// 500 when what is private cannot be encrypted.
pub(crate) fn new_row(
    seal: &Sealer,
    tx: &Tx,
    body: CreateContact,
    owner: Option<MemberId>,
) -> ApiResult<Model> {
    let CreateContact {
        first_name,
        last_name,
        job_title,
        company_id,
        emails,
        phones,
        location,
        country,
        consent,
        description,
        owner_id: _,
        external_id,
        private_phone,
        birthday,
        private_address,
        tag_ids: _,
    } = body;
    let mut row = Model {
        id: tx.new_id(),
        organization_id: tx.organization(),
        name: String::new(),
        name_key: String::new(),
        first_name: first_name.map(|name| name.trim().to_owned()),
        last_name: last_name.trim().to_owned(),
        job_title,
        company_id,
        emails: stored(&emails),
        phones: stored(&phones),
        location,
        country,
        consent: consent.unwrap_or(Consent::Unknown),
        consent_at: consent.map(|_| tx.now()),
        description,
        owner_id: owner,
        external_id,
        private_phone: None,
        birthday: None,
        private_address: None,
        search_text: String::new(),
        created_at: tx.now(),
        updated_at: tx.now(),
        deleted_at: None,
        merged_into: None,
        version: 1,
    };
    Private::of_new(private_phone, birthday, private_address).write(seal, &mut row)?;
    Ok(row.derived())
}

/// Change a contact
#[utoipa::path(tag = "contacts", operation_id = "updateContact", params(("id" = ContactId, Path, description = "Id of the contact.")), request_body = UpdateContact,
    responses((status = 200, description = "The contact as it is now.", body = Contact)), security(("bearer" = ["contacts:write"])))]
#[patch("/api/v1/contacts/{id}")]
async fn update_contact(
    ctx: Ctx<ContactsWrite>,
    id: Id<ContactId>,
    body: Valid<UpdateContact>,
) -> ApiResult<Reply<Contact>> {
    let body = body.0.normalized();
    ctx.write(async |tx| {
        let reply = change(&ctx, tx, id.0, body.clone()).await?;
        contact_private::shown_again(&ctx, tx, reply).await
    })
    .await
}

/// Changes a contact.
pub(super) async fn change<P: Permit>(
    ctx: &Ctx<P>,
    tx: &Tx,
    id: ContactId,
    mut body: UpdateContact,
) -> ApiResult<Reply<Contact>> {
    next_owner(ctx, tx, &body.owner_id).await?;
    let before = changeable::<Found, _>(ctx, tx, id, false).await?;
    let private = Private {
        phone: body.private_phone.clone(),
        birthday: body.birthday.clone(),
        address: body.private_address.clone(),
    };
    contact_private::check(ctx, before.found.row.owner_id, &private)?;
    reference::company(ctx, tx, body.company_id.value().copied()).await?;
    let again = !body.owner_id.is_keep() || !body.company_id.is_keep();
    let after = Found {
        tags: tag::next(tx, &before.found.tags, body.take_tags()).await?,
        row: patched(&ctx.state().seal, before.found.row.clone(), body, tx.now())?,
        ..before.found.clone()
    };
    save(tx, before, after, EventKind::Updated, again).await
}

/// The row with a patch carried out.
///
/// # Errors
/// 500 when what is private does not open.
pub(crate) fn patched(
    seal: &Sealer,
    mut row: Model,
    patch: UpdateContact,
    now: DateTime<Utc>,
) -> ApiResult<Model> {
    let UpdateContact {
        first_name,
        last_name,
        job_title,
        company_id,
        emails,
        phones,
        location,
        country,
        consent,
        description,
        owner_id,
        external_id,
        private_phone: phone,
        birthday,
        private_address: address,
        tag_ids: _,
        add_tag_ids: _,
        remove_tag_ids: _,
        clear: _,
    } = patch;
    first_name.apply(&mut row.first_name);
    if let Some(name) = last_name {
        row.last_name = name.trim().to_owned();
    }
    job_title.apply(&mut row.job_title);
    company_id.apply(&mut row.company_id);
    if let Some(emails) = emails {
        row.emails = stored(&emails);
    }
    if let Some(phones) = phones {
        row.phones = stored(&phones);
    }
    location.apply(&mut row.location);
    country.apply(&mut row.country);
    if let Some(consent) = consent
        && consent != row.consent
    {
        row.consent = consent;
        row.consent_at = Some(now);
    }
    description.apply(&mut row.description);
    owner_id.apply(&mut row.owner_id);
    external_id.apply(&mut row.external_id);
    let private = Private {
        phone,
        birthday,
        address,
    };
    private.write(seal, &mut row)?;
    Ok(row.derived())
}

record_routes! {
    Found, ContactId => Contact, "contacts", "Id of the contact.", ContactsDelete "contacts:delete";
    /// Move a contact to the trash
    ///
    /// It can be restored for 30 days.
    delete_contact: "deleteContact", "/api/v1/contacts/{id}", "The contact, in the trash.";
    /// Restore a contact
    ///
    /// Takes it out of the trash.
    restore_contact: "restoreContact", "/api/v1/contacts/{id}/restore", "The contact as it is now.";
    /// Timeline of a contact
    ///
    /// What happened to it, the latest first.
    contact_timeline: "listContactEvents", "/api/v1/contacts/{id}/timeline", ContactsRead "contacts:read";
}
