//! What is private about a contact: encrypted where it is kept, and opened for those who may read it.

use chrono::TimeDelta;
use domain::crm::contact::check_birthday;
use persistence::{
    Db, Owners,
    crm::contact::{self, Model},
};
use shared_types::{
    ErrorCode, FieldErrors, MemberId, Patch, Permission,
    crm::{Contact, PostalAddress},
};

use crate::core::{
    context::Ctx,
    error::{ApiError, ApiResult},
    permit::Permit,
    reply::{Cache, Reply},
    seal::{Place, Sealer},
};

fn place(row: &Model, column: &'static str) -> Place {
    Place {
        owner: row.organization_id.0,
        table: "contacts",
        column,
        row: row.id.0,
    }
}

/// What is private about a contact, as it is written.
#[derive(Clone, Debug, Default)]
pub struct Private {
    /// The number at home.
    pub phone: Patch<String>,
    /// The birthday.
    pub birthday: Patch<String>,
    /// The address at home; one of which nothing is known is none.
    pub address: Patch<PostalAddress>,
}

impl Private {
    /// What is private about a new contact.
    pub fn of_new(
        phone: Option<String>,
        birthday: Option<String>,
        address: Option<PostalAddress>,
    ) -> Self {
        Self {
            phone: phone.map_or(Patch::Keep, Patch::Set),
            birthday: birthday.map_or(Patch::Keep, Patch::Set),
            address: address.map_or(Patch::Keep, Patch::Set),
        }
    }

    /// Writes it into its row.
    ///
    /// # Errors
    /// 500 when what is there does not open.
    pub fn write(self, seal: &Sealer, row: &mut Model) -> ApiResult<()> {
        let address = match self.address {
            Patch::Set(address) => address.known().into(),
            other => other,
        };
        let places = [
            place(row, "private_phone"),
            place(row, "birthday"),
            place(row, "private_address"),
        ];
        seal.patch(places[0], &mut row.private_phone, self.phone)?;
        seal.patch(places[1], &mut row.birthday, self.birthday)?;
        seal.patch(places[2], &mut row.private_address, address)
    }
}

/// Opens what is private about a contact.
///
/// # Errors
/// 500 when it does not open, naming the place in the log.
pub fn open(seal: &Sealer, row: &Model, contact: &mut Contact) -> ApiResult<()> {
    contact.private_phone =
        seal.open_value(place(row, "private_phone"), row.private_phone.as_ref())?;
    contact.birthday = seal.open_value(place(row, "birthday"), row.birthday.as_ref())?;
    contact.private_address =
        seal.open_value(place(row, "private_address"), row.private_address.as_ref())?;
    Ok(())
}

/// The answer with a contact and, where the caller may read it, what is private about it.
///
/// # Errors
/// Those of [`open`].
pub fn shown<P: Permit>(
    ctx: &Ctx<P>,
    row: &Model,
    mut reply: Reply<Contact>,
) -> ApiResult<Reply<Contact>> {
    if !ctx
        .me()
        .reaches(Permission::ContactsReadPrivate, row.owner_id)
    {
        return Ok(reply);
    }
    open(&ctx.state().seal, row, &mut reply.data)?;
    let is_there = row.sealed().iter().any(|(_, sealed)| sealed.is_some());
    Ok(if is_there {
        reply.cached(Cache::Never)
    } else {
        reply
    })
}

/// The same of a contact that was just written.
///
/// # Errors
/// Those of [`open`]; of the store.
pub async fn shown_again<P: Permit>(
    ctx: &Ctx<P>,
    db: &impl Db,
    reply: Reply<Contact>,
) -> ApiResult<Reply<Contact>> {
    let found = contact::get(db, reply.data.id, &Owners::Anybody).await?;
    shown(ctx, &found.row, reply)
}

/// Checks that the caller may write what it says is private about a contact of this owner, and that it may be so.
///
/// # Errors
/// 403 that names the fields; 422 on `birthday` when it is to come.
pub fn check<P: Permit>(ctx: &Ctx<P>, owner: Option<MemberId>, said: &Private) -> ApiResult<()> {
    let named = [
        ("privatePhone", !said.phone.is_keep()),
        ("birthday", !said.birthday.is_keep()),
        ("privateAddress", !said.address.is_keep()),
    ];
    let named = named.into_iter().filter(|(_, said)| *said);
    refuse(ctx, owner, named.map(|(name, _)| name))?;
    // Somewhere on earth it is tomorrow already.
    let today = (ctx.now() + TimeDelta::hours(14)).date_naive();
    if let Some(birthday) = said.birthday.value() {
        check_birthday(birthday, today)?;
    }
    Ok(())
}

/// Refuses fields that are private about a contact of this owner, unless the caller may read them.
///
/// # Errors
/// 403 that names them.
pub fn refuse<P: Permit>(
    ctx: &Ctx<P>,
    owner: Option<MemberId>,
    named: impl Iterator<Item = impl Into<String>>,
) -> ApiResult<()> {
    let fault = || vec!["needs contacts:read-private".to_owned()];
    let fields: FieldErrors = named.map(|name| (name.into(), fault())).collect();
    if fields.is_empty() || ctx.me().reaches(Permission::ContactsReadPrivate, owner) {
        return Ok(());
    }
    let names: Vec<&str> = fields.keys().map(String::as_str).collect();
    let message = format!("You may not read or write {}.", names.join(", "));
    Err(ApiError {
        fields,
        ..ApiError::new(ErrorCode::Forbidden, message)
    })
}
