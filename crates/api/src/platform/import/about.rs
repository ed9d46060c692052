//! What activities and notes in files are about.

use domain::platform::import::kinds::About;
use persistence::{
    Tx,
    crm::about::{AboutIds, AboutNames},
};
use shared_types::{CompanyId, ContactId, DealId, LeadId, platform::ImportField};

use super::{
    batch::{Fault, Run},
    companies::make_company,
    contacts::make_contact,
};

/// A request about the records that a row names, each as `$said` says it, with all else as it is.
macro_rules! about_found {
    ($request:ident { ..$rest:expr }, $found:expr, $said:path) => {
        $request {
            company_id: $said($found.company),
            contact_id: $said($found.contact),
            lead_id: $said($found.lead),
            deal_id: $said($found.deal),
            ..$rest
        }
    };
}
pub(super) use about_found;

/// Finds what a row is about; companies and contacts are made where that was decided.
pub(super) fn find(run: &mut Run, tx: &Tx, about: &About) -> Result<AboutIds, Fault> {
    use ImportField as F;
    let unknown = |field| {
        move |run: &mut Run, _: &Tx, name: &str| {
            Err(run.fault(field, format!("`{name}` was not found")))
        }
    };
    let company = run.linked(tx, F::Company, &about.company, make_company)?;
    let contact = run.linked(tx, F::Contact, &about.contact, make_contact)?;
    let lead = run.linked(tx, F::Lead, &about.lead, unknown(F::Lead))?;
    let deal = run.linked(tx, F::Deal, &about.deal, unknown(F::Deal))?;
    Ok(AboutIds {
        company: company.map(CompanyId),
        contact: contact.map(ContactId),
        lead: lead.map(LeadId),
        deal: deal.map(DealId),
    })
}

/// What that is called.
pub(super) fn names(run: &Run, about: &About) -> AboutNames {
    use ImportField as F;
    AboutNames {
        company_name: run.names.called(F::Company, &about.company),
        contact_name: run.names.called(F::Contact, &about.contact),
        lead_name: run.names.called(F::Lead, &about.lead),
        deal_title: run.names.called(F::Deal, &about.deal),
        ..AboutNames::default()
    }
}
