//! What records refer to, looked up within tenant and reach before they are written.

use persistence::{
    Db, StoreError,
    crm::{company, contact, deal, lead},
};
use shared_types::{CompanyId, ContactId, DealId, LeadId, Permission};

use crate::core::{
    context::Ctx,
    error::{ApiError, ApiResult},
    permit::Permit,
};

fn refused(field: &str, error: StoreError) -> ApiError {
    match error {
        StoreError::NotFound => ApiError::field(field, "refers to a record that does not exist"),
        other => other.into(),
    }
}

fn in_trash(field: &str) -> ApiError {
    ApiError::field(field, "is in the trash")
}

/// A company that the caller may read and that is not in the trash.
///
/// # Errors
/// 422 on `companyId` otherwise.
pub async fn company<P: Permit>(
    ctx: &Ctx<P>,
    db: &impl Db,
    id: CompanyId,
) -> ApiResult<company::Found> {
    let owners = ctx.me().owners(Permission::CompaniesRead)?;
    let found = company::get(db, id, &owners)
        .await
        .map_err(|error| refused("companyId", error))?;
    if found.row.deleted_at.is_some() {
        return Err(in_trash("companyId"));
    }
    Ok(found)
}

/// The name of a company, where one is named.
///
/// # Errors
/// Those of [`company`].
pub async fn company_name<P: Permit>(
    ctx: &Ctx<P>,
    db: &impl Db,
    id: Option<CompanyId>,
) -> ApiResult<Option<String>> {
    let Some(id) = id else { return Ok(None) };
    Ok(Some(company(ctx, db, id).await?.row.name))
}

/// A contact that the caller may read and that is not in the trash.
///
/// # Errors
/// 422 on `contactId` otherwise.
pub async fn contact<P: Permit>(
    ctx: &Ctx<P>,
    db: &impl Db,
    id: ContactId,
) -> ApiResult<contact::Found> {
    let owners = ctx.me().owners(Permission::ContactsRead)?;
    let found = contact::get(db, id, &owners)
        .await
        .map_err(|error| refused("contactId", error))?;
    if found.row.deleted_at.is_some() {
        return Err(in_trash("contactId"));
    }
    Ok(found)
}

/// The name of a contact, where one is named.
///
/// # Errors
/// Those of [`contact`].
pub async fn contact_name<P: Permit>(
    ctx: &Ctx<P>,
    db: &impl Db,
    id: Option<ContactId>,
) -> ApiResult<Option<String>> {
    let Some(id) = id else { return Ok(None) };
    Ok(Some(contact(ctx, db, id).await?.row.name))
}

/// The name of a lead, where one is named.
///
/// # Errors
/// 422 on `leadId` when the caller may read no such lead, or it is in the trash.
pub async fn lead_name<P: Permit>(
    ctx: &Ctx<P>,
    db: &impl Db,
    id: Option<LeadId>,
) -> ApiResult<Option<String>> {
    let Some(id) = id else { return Ok(None) };
    let owners = ctx.me().owners(Permission::LeadsRead)?;
    let found = lead::get(db, id, &owners)
        .await
        .map_err(|error| refused("leadId", error))?;
    if found.row.deleted_at.is_some() {
        return Err(in_trash("leadId"));
    }
    Ok(Some(found.row.name))
}

/// The title of a deal, where one is named.
///
/// # Errors
/// 422 on `dealId` when the caller may read no such deal, or it is in the trash.
pub async fn deal_title<P: Permit>(
    ctx: &Ctx<P>,
    db: &impl Db,
    id: Option<DealId>,
) -> ApiResult<Option<String>> {
    let Some(id) = id else { return Ok(None) };
    let owners = ctx.me().owners(Permission::DealsRead)?;
    let found = deal::get(db, id, &owners)
        .await
        .map_err(|error| refused("dealId", error))?;
    if found.row.deleted_at.is_some() {
        return Err(in_trash("dealId"));
    }
    Ok(Some(found.row.title))
}
