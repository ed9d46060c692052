//! What the cells of a row make together, one function per kind of import.

use chrono::NaiveDate;
use shared_types::crm::{CreateCompany, CreateDeal, CreateProduct, DealStatus};
use shared_types::identity::CreateMember;
use shared_types::platform::ImportField;
use shared_types::{Money, Role};

use super::cells;
use super::drafts::{CompanyDraft, DealDraft, MemberDraft, ProductDraft, deal_title};
use super::rows::Row;
use crate::core::text::fold;
use crate::crm::company::{domain_from_website, website_from_text};

pub(super) fn member<S: AsRef<str>>(row: &mut Row<'_, S>) -> MemberDraft {
    use ImportField as F;
    let whole = row.text(F::Name);
    let parts = [row.text(F::FirstName), row.text(F::LastName)];
    let name = whole.unwrap_or_else(|| {
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        parts.join(" ")
    });
    let role = row.get(F::Role, |cell, _| cells::role(cell));
    let member = CreateMember {
        name,
        email: row.text(F::Email).map(|email| email.to_lowercase()),
        role: role.unwrap_or(Role::Agent),
        employee_id: row.text(F::EmployeeId),
        department: row.text(F::Department),
        manager_id: None,
        team_leader_id: None,
        team_id: None,
    };
    if member.name.is_empty() {
        let named = [F::Name, F::LastName, F::FirstName]
            .into_iter()
            .find(|field| row.entry(*field).is_some());
        row.fault(named.unwrap_or(F::Name), "the member has no name");
    }
    row.check(
        &member,
        if member.name.is_empty() {
            &[F::Name]
        } else {
            &[]
        },
    );
    let draft = MemberDraft {
        role,
        manager: row.text(F::Manager),
        team_leader: row.text(F::TeamLeader),
        team: row.text(F::Team),
        member,
    };
    for (field, superior) in [
        (F::Manager, &draft.manager),
        (F::TeamLeader, &draft.team_leader),
    ] {
        let own = fold(&draft.member.name);
        if superior.as_deref().is_some_and(|name| fold(name) == own) {
            row.fault(field, "the member cannot be above himself");
        }
    }
    draft
}

pub(super) fn company<S: AsRef<str>>(row: &mut Row<'_, S>) -> CompanyDraft {
    use ImportField as F;
    let currency = row.currency();
    let website = row.get(F::Website, |cell, _| {
        cells::one_line(cell)?.map_or(Ok(None), |text| {
            website_from_text(&text)
                .map(Some)
                .ok_or_else(|| format!("`{text}` is not a web address"))
        })
    });
    let domain = row.get(F::Domain, |cell, _| {
        cells::one_line(cell)?.map_or(Ok(None), |text| {
            domain_from_website(&text)
                .map(Some)
                .ok_or_else(|| format!("`{text}` is not a domain like example.com"))
        })
    });
    let company = CreateCompany {
        name: row.text(F::Name).unwrap_or_default(),
        domain: domain.or_else(|| website.as_deref().and_then(domain_from_website)),
        website,
        industry: row.text(F::Industry),
        phone: row.text(F::Phone),
        employees: row.get(F::Employees, cells::integer),
        annual_revenue: row
            .amount(F::AnnualRevenue, currency)
            .map(|amount| Money::new(amount, currency)),
        founded_year: row.get(F::FoundedYear, |cell, notation| {
            cells::integer(cell, notation)?.map_or(Ok(None), |year| {
                i32::try_from(year)
                    .map(Some)
                    .map_err(|_| "must be from 1000 to 9999".to_owned())
            })
        }),
        location: row.text(F::Location),
        country: row.get(F::Country, |cell, _| cells::country(cell)),
        description: row.get(F::Description, |cell, _| cells::many_lines(cell)),
        external_id: row.text(F::ExternalId),
        ..CreateCompany::default()
    };
    if company.name.is_empty() {
        row.fault(F::Name, "the company has no name");
    }
    row.check(
        &company,
        if company.name.is_empty() {
            &[F::Name]
        } else {
            &[]
        },
    );
    CompanyDraft {
        parent: row.text(F::Parent),
        owner: row.text(F::Owner),
        company,
    }
}

pub(super) fn product<S: AsRef<str>>(row: &mut Row<'_, S>) -> ProductDraft {
    use ImportField as F;
    let currency = row.currency();
    let product = CreateProduct {
        name: row.text(F::Name).unwrap_or_default(),
        sku: row.text(F::Sku),
        category_id: None,
        price: row
            .amount(F::Price, currency)
            .map(|amount| Money::new(amount, currency)),
        description: row.get(F::Description, |cell, _| cells::many_lines(cell)),
    };
    if product.name.is_empty() {
        row.fault(F::Name, "the product has no name");
    }
    row.check(
        &product,
        if product.name.is_empty() {
            &[F::Name]
        } else {
            &[]
        },
    );
    ProductDraft {
        category: row.text(F::Category),
        active: row.get(F::Active, |cell, _| cells::boolean(cell)),
        product,
    }
}

pub(super) fn deal<S: AsRef<str>>(row: &mut Row<'_, S>) -> DealDraft {
    use ImportField as F;
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
    let (company, product) = (row.text(F::Company), row.text(F::Product));
    let (title, external_id) = (row.text(F::Title), row.text(F::ExternalId));
    let titled = title.is_some();
    let title = title.unwrap_or_else(|| {
        deal_title(
            company.as_deref(),
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
        deal,
        titled,
        company,
        product,
        stage,
        status,
        closed_on,
        lost_reason: reason.filter(|_| status == DealStatus::Lost),
        close_note: note.filter(|_| status != DealStatus::Open),
        owner: row.text(F::Owner),
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
    use ImportField as F;
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
