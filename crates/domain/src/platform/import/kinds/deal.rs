//! Deals in files.

use chrono::NaiveDate;
use shared_types::crm::{CreateDeal, DealStatus, Stage, UpdateDeal};
use shared_types::platform::ImportField as F;
use shared_types::{Permission, StageId};

use super::{Kind, Link, Naming, patch};
use crate::platform::import::cells;
use crate::platform::import::lines::{self, LineDraft};
use crate::platform::import::rows::Row;

pub(super) const KIND: Kind = Kind {
    permission: Permission::DealsWrite,
    fields: &[
        F::Title,
        F::Company,
        F::Product,
        F::Stage,
        F::Status,
        F::Amount,
        F::Currency,
        F::Probability,
        F::ExpectedClose,
        F::OpenedOn,
        F::ClosedOn,
        F::LostReason,
        F::CloseNote,
        F::Owner,
        F::ExternalId,
        F::CompanyKey,
        F::Contact,
        F::ContactKey,
        F::OwnerEmail,
        F::Lines,
        F::Tags,
        F::Pipeline,
    ],
    keys: &[F::ExternalId],
    needs: (
        &[F::Title, F::Company, F::Product, F::ExternalId],
        "must say which column is the title, the company, the product or the id of the deal",
    ),
    subjects: &["deal", "opportunity", "sale", "sales"],
    synonyms: &[
        (
            "tag labels keywords schlagworter schlagworte etiketten etiquettes etiquette motscles oznake oznaka",
            &[F::Tags],
        ),
        (
            "name dealname opportunityname opportunity deal subject topic titel titre naziv",
            &[F::Title],
        ),
        (
            "account accountname companyname customer customername client organization organisation firma unternehmen entreprise societe kompanija",
            &[F::Company],
        ),
        (
            "productname item article produkt produit proizvod",
            &[F::Product],
        ),
        (
            "lineitems positionen artikelliste lignes stavke",
            &[F::Lines],
        ),
        (
            "pipelinename dealpipeline salespipeline funnel salesprocess vertriebsprozess entonnoir prodajnilevak",
            &[F::Pipeline],
        ),
        (
            "dealstage salesstage stagename phase pipelinestage step etape faza",
            &[F::Stage],
        ),
        (
            "dealstatus state outcome result statut stanje",
            &[F::Status],
        ),
        (
            "closevalue value dealvalue dealamount price revenue total worth betrag wert montant valeur iznos vrednost",
            &[F::Amount],
        ),
        (
            "currencycode waehrung wahrung devise valuta",
            &[F::Currency],
        ),
        (
            "chance winprobability likelihood wahrscheinlichkeit probabilite verovatnoca",
            &[F::Probability],
        ),
        (
            "expectedclosedate expectedclosing forecastdate closingexpected expectedon erwarteterabschluss",
            &[F::ExpectedClose],
        ),
        (
            "engagedate opendate opened startdate started createdate createdon createddate begun datumotvaranja",
            &[F::OpenedOn],
        ),
        (
            "closedate closingdate closeddate closed dateclosed wondate enddate abschlussdatum datedecloture datumzatvaranja",
            &[F::ClosedOn],
        ),
        (
            "lossreason reasonlost lostbecause whylost verlustgrund razloggubitka",
            &[F::LostReason],
        ),
        (
            "closingnote comment comments notes note kommentar napomena",
            &[F::CloseNote],
        ),
        (
            "salesagent salesrep salesperson agent dealowner opportunityowner assignedto responsible seller verkaeufer vendeur vlasnik prodavac",
            &[F::Owner],
        ),
        (
            "opportunityid dealid id reference number externalkey",
            &[F::ExternalId],
        ),
    ],
};

/// A deal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DealDraft {
    /// The deal without the ids of others and without lines. Its title is the one said, or made of
    /// the names as written: make it anew with [`deal_title`] once they are found.
    pub deal: CreateDeal,
    /// Whether the row says a title.
    pub titled: bool,
    /// The company.
    pub company: Link,
    /// The contact.
    pub contact: Link,
    /// Name of the product.
    pub product: Option<String>,
    /// What is sold, where the row says more of it than the name.
    pub lines: Vec<LineDraft>,
    /// Name of the pipeline, where the row says one.
    pub pipeline: Option<String>,
    /// Name of the stage; `None` when it says none, or only a status.
    pub stage: Option<String>,
    /// Where it stands as a whole.
    pub status: DealStatus,
    /// When it was won or lost; always there then, never while open.
    pub closed_on: Option<NaiveDate>,
    /// Words of the lost reason; only with a lost deal.
    pub lost_reason: Option<String>,
    /// What else there is to say about its end; only with a won or lost deal.
    pub close_note: Option<String>,
    /// Name of the member who works it.
    pub owner: Link,
    /// Names of its tags.
    pub tags: Vec<String>,
}

impl DealDraft {
    /// What the row changes on a deal but for stage, status, lines and amount; names are to be
    /// added as ids.
    #[must_use]
    pub fn update(&self) -> UpdateDeal {
        let said = &self.deal;
        UpdateDeal {
            title: self.titled.then(|| said.title.clone()),
            probability: patch(said.probability.as_ref()),
            expected_close: patch(said.expected_close.as_ref()),
            opened_on: patch(said.opened_on.as_ref()),
            external_id: patch(said.external_id.as_ref()),
            ..UpdateDeal::default()
        }
    }

    /// The names of other records in it.
    #[must_use]
    pub fn names(&self) -> Vec<Naming<'_>> {
        let plain = [
            (F::Product, &self.product),
            (F::LostReason, &self.lost_reason),
        ];
        // The stages of a pipeline that is named are looked for there alone.
        let stage = self.stage.as_deref().filter(|_| self.pipeline.is_none());
        let stage = stage.map(|stage| Naming {
            field: F::Stage,
            name: Some(stage),
            key: None,
        });
        let links = [
            (F::Company, &self.company),
            (F::Contact, &self.contact),
            (F::Owner, &self.owner),
        ];
        let sold = self.lines.iter().map(|line| Naming {
            field: F::Product,
            name: Some(&line.product),
            key: None,
        });
        Naming::plain(plain)
            .chain(Naming::links(links))
            .chain(sold)
            .chain(stage)
            .chain(Naming::several(F::Tags, &self.tags))
            .collect()
    }
}

pub(in crate::platform::import) fn read<S: AsRef<str>>(row: &mut Row<'_, S>) -> DealDraft {
    let currency = row.currency();
    let staged = row.text(F::Stage);
    let said = row.get(F::Status, |cell, _| cells::status(cell));
    // A stage may be called Won or Lost: then it is a status, and no stage.
    let in_stage = staged.as_deref().and_then(cells::deal_status);
    let stage = staged.filter(|_| in_stage.is_none());
    let status = match (said, in_stage) {
        (Some(said), Some(staged)) if said != staged => {
            row.fault(
                F::Status,
                format!("the status is {said}, but the stage says {staged}"),
            );
            said
        }
        (Some(status), _) | (None, Some(status)) => status,
        (None, None) => DealStatus::Open,
    };
    let opened_on = row.date(F::OpenedOn);
    let close = row.date(F::ClosedOn);
    let expected_close = row.date(F::ExpectedClose);
    let (closed_on, expected_close) = if status == DealStatus::Open {
        // The closing day of an open deal is the one expected.
        (None, expected_close.or(close))
    } else {
        (closing_day(row, status, opened_on, close), expected_close)
    };
    let (company, product) = (row.link(F::Company), row.text(F::Product));
    let lines = row.get(F::Lines, |cell, _| lines::read(cell, currency).map(Some));
    let (title, external_id) = (row.text(F::Title), row.text(F::ExternalId));
    let titled = title.is_some();
    let title = title.unwrap_or_else(|| {
        deal_title(
            company.name.as_deref(),
            product.as_deref(),
            external_id.as_deref(),
        )
    });
    let deal = CreateDeal {
        title,
        amount: row.amount(F::Amount, currency),
        currency: Some(currency),
        probability: row.get(F::Probability, cells::percent),
        expected_close,
        opened_on,
        external_id,
        ..CreateDeal::default()
    };
    row.check(&deal, &[]);
    let (reason, note) = (
        row.text(F::LostReason),
        row.get(F::CloseNote, |cell, _| cells::many_lines(cell)),
    );
    if note
        .as_deref()
        .is_some_and(|note| note.chars().count() > 2_000)
    {
        row.fault(F::CloseNote, "must have at most 2000 characters");
    }
    DealDraft {
        tags: row.tags(),
        deal,
        titled,
        company,
        contact: row.link(F::Contact),
        product,
        lines: lines.unwrap_or_default(),
        pipeline: row.text(F::Pipeline),
        stage,
        status,
        closed_on,
        lost_reason: reason.filter(|_| status == DealStatus::Lost),
        close_note: note.filter(|_| status != DealStatus::Open),
        owner: row.link(F::Owner),
    }
}

/// The day a won or lost deal closed: it must be there where the file has such a column, else it is
/// the day of the import.
fn closing_day<S: AsRef<str>>(
    row: &mut Row<'_, S>,
    status: DealStatus,
    opened_on: Option<NaiveDate>,
    close: Option<NaiveDate>,
) -> Option<NaiveDate> {
    let column = row.entry(F::ClosedOn).map(|entry| entry.column);
    let known = column.is_some() && row.faults.iter().any(|fault| fault.column == column);
    let close = close.or_else(|| column.is_none().then_some(row.reading.today));
    match close {
        None if known => None,
        None => {
            row.fault(
                F::ClosedOn,
                format!("a {status} deal needs the day it closed"),
            );
            None
        }
        Some(close) if close > row.reading.today => {
            row.fault(
                F::ClosedOn,
                format!("{close} is in the future; a {status} deal has closed"),
            );
            None
        }
        Some(close) if opened_on.is_some_and(|opened| close < opened) => {
            row.fault(F::ClosedOn, format!("{close} is before the deal was begun"));
            None
        }
        close => close,
    }
}

/// The title of a deal that has none: company and product, or what there is of them, else its id
/// elsewhere. At most 200 characters.
#[must_use]
pub fn deal_title(
    company: Option<&str>,
    product: Option<&str>,
    external_id: Option<&str>,
) -> String {
    let title = match (company, product, external_id) {
        (Some(company), Some(product), _) => format!("{company} – {product}"),
        (Some(one), None, _) | (None, Some(one), _) | (None, None, Some(one)) => one.to_owned(),
        (None, None, None) => "Deal".to_owned(),
    };
    title.chars().take(200).collect()
}

/// The price of one for the line that a product on an imported deal becomes: the value of the deal
/// where the row says one (so that the lines sum to it), else the list price, else nothing.
#[must_use]
pub fn line_price(amount: Option<i64>, list_price: Option<i64>) -> i64 {
    amount.or(list_price).unwrap_or(0)
}

/// The stage of a deal whose row says none: the first; the last for one that was won, which went
/// through all. `None` for a pipeline without stages.
#[must_use]
pub fn stage_unsaid(status: DealStatus, stages: &[Stage]) -> Option<StageId> {
    match status {
        DealStatus::Won => stages.last(),
        DealStatus::Open | DealStatus::Lost => stages.first(),
    }
    .map(|stage| stage.id)
}
