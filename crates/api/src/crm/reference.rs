//! What records refer to, looked up within tenant and reach before they are written.

use persistence::{
    Db, StoreError,
    crm::{
        about::{AboutIds, AboutNames},
        company, contact, deal, lead,
    },
};
use shared_types::{CompanyId, ContactId};

use crate::core::{
    context::Ctx,
    error::{ApiError, ApiResult},
    permit::Permit,
    record::Record,
};

/// A record that the caller may read and that is not in the trash, where one is named.
///
/// # Errors
/// 422 on the field otherwise.
pub async fn referred<R: Record, P: Permit>(
    ctx: &Ctx<P>,
    db: &impl Db,
    field: &str,
    id: Option<R::Id>,
) -> ApiResult<Option<R>> {
    let Some(id) = id else { return Ok(None) };
    let owners = ctx.me().owners(R::READ)?;
    let found = R::find(db, id, &owners)
        .await
        .map_err(|error| match error {
            StoreError::NotFound => {
                ApiError::field(field, "refers to a record that does not exist")
            }
            other => other.into(),
        })?;
    if found.deleted_at().is_some() {
        return Err(ApiError::field(field, "is in the trash"));
    }
    Ok(Some(found))
}

/// A company that the caller may read and that is not in the trash, where one is named.
///
/// # Errors
/// 422 on `companyId` otherwise.
pub async fn company<P: Permit>(
    ctx: &Ctx<P>,
    db: &impl Db,
    id: Option<CompanyId>,
) -> ApiResult<Option<company::Found>> {
    referred(ctx, db, "companyId", id).await
}

/// A contact that the caller may read and that is not in the trash, where one is named.
///
/// # Errors
/// 422 on `contactId` otherwise.
pub async fn contact<P: Permit>(
    ctx: &Ctx<P>,
    db: &impl Db,
    id: Option<ContactId>,
) -> ApiResult<Option<contact::Found>> {
    referred(ctx, db, "contactId", id).await
}

/// The names of what something is to be about, each record found as [`referred`] finds it.
///
/// # Errors
/// 422 on `companyId`, `contactId`, `leadId` or `dealId`.
pub async fn about<P: Permit>(ctx: &Ctx<P>, db: &impl Db, ids: AboutIds) -> ApiResult<AboutNames> {
    let company = company(ctx, db, ids.company).await?.map(|found| found.row);
    let contact = contact(ctx, db, ids.contact).await?.map(|found| found.row);
    let lead = referred::<lead::Found, _>(ctx, db, "leadId", ids.lead).await?;
    let deal = referred::<deal::Found, _>(ctx, db, "dealId", ids.deal).await?;
    let (lead, deal) = (lead.map(|found| found.row), deal.map(|found| found.row));
    Ok(AboutNames {
        company_owner_id: company.as_ref().and_then(|row| row.owner_id),
        company_name: company.map(|row| row.name),
        contact_owner_id: contact.as_ref().and_then(|row| row.owner_id),
        contact_name: contact.map(|row| row.name),
        lead_owner_id: lead.as_ref().and_then(|row| row.owner_id),
        lead_name: lead.map(|row| row.name),
        deal_owner_id: deal.as_ref().and_then(|row| row.owner_id),
        deal_title: deal.map(|row| row.title),
    })
}
