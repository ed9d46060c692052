use shared_types::crm::{ActivityKind, Consent, DealStatus, LeadSource, LeadStatus, PointLabel};
use shared_types::platform::DateFormat;
use shared_types::{Money, NumberFormat, Role};

use super::super::columns::{headers, suggest, suggested_mapping};
use super::super::fields::check_mapping;
use super::super::kinds::deal::DealDraft;
use super::*;

const NOTATION: Notation = Notation {
    date_format: DateFormat::MonthDayYear,
    number_format: NumberFormat::Point,
    currency: Currency::Usd,
};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Reads the rows of a file without quotes by the mapping that its header suggests.
fn read(kind: ImportKind, file: &str) -> Vec<Result<Draft, Vec<RowFault>>> {
    let mut lines = file.trim().lines();
    let headers = headers(lines.next().unwrap().split(','));
    let mapping = suggested_mapping(&headers, &suggest(kind, &headers, |_| Vec::new()));
    check_mapping(kind, headers.len(), &mapping).unwrap();
    let reading = Reading {
        kind,
        columns: headers.len(),
        mapping: &mapping,
        notation: NOTATION,
        today: day("2026-01-15"),
        zone: chrono_tz::Europe::Berlin,
    };
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            read_row(&reading, &cells)
        })
        .collect()
}

fn deals(file: &str) -> Vec<Result<DealDraft, String>> {
    let header = file.trim().lines().next().unwrap();
    let headers = headers(header.split(','));
    read(ImportKind::Deals, file)
        .into_iter()
        .map(|row| match row {
            Ok(Draft::Deal(draft)) => Ok(*draft),
            Ok(other) => panic!("{other:?}"),
            Err(faults) => Err(faults_in_a_line(&faults, &headers)),
        })
        .collect()
}

#[test]
fn deals_of_a_sales_team() {
    let rows = deals(
        "\
opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value
A1B2C3D4,Nora Quill,HX Basic,Windmere,Won,10/20/2016,3/1/2017,1054
A1B2C3D5,Nora Quill,HXPro,Windmere,Lost,10/25/2016,3/11/2017,0
A1B2C3D6,Otis Plum,HX Basic,,Engaging,11/1/2016,,
A1B2C3D7,Otis Plum,HX Basic,,Prospecting,,,",
    );
    let rows: Vec<DealDraft> = rows.into_iter().map(Result::unwrap).collect();
    let [won, lost, engaging, prospecting] = rows.as_slice() else {
        panic!("{rows:?}");
    };
    assert_eq!(won.deal.title, "Windmere – HX Basic");
    assert_eq!(won.deal.external_id.as_deref(), Some("A1B2C3D4"));
    assert_eq!(
        (won.deal.amount, won.deal.currency),
        (Some(105_400), Some(Currency::Usd))
    );
    assert_eq!((won.status, &won.stage), (DealStatus::Won, &None));
    assert_eq!(won.deal.opened_on, Some(day("2016-10-20")));
    assert_eq!(won.closed_on, Some(day("2017-03-01")));
    assert_eq!((lost.status, lost.deal.amount), (DealStatus::Lost, Some(0)));
    assert_eq!(lost.product.as_deref(), Some("HXPro"));
    assert_eq!(engaging.status, DealStatus::Open);
    assert_eq!(engaging.stage.as_deref(), Some("Engaging"));
    assert_eq!((engaging.closed_on, engaging.deal.amount), (None, None));
    assert_eq!(
        (&engaging.company.name, engaging.deal.title.as_str()),
        (&None, "HX Basic")
    );
    assert_eq!(prospecting.deal.opened_on, None);
    let names = Draft::Deal(Box::new(engaging.clone()));
    assert_eq!(
        names
            .names()
            .iter()
            .filter_map(|naming| Some((naming.field, naming.name?)))
            .collect::<Vec<_>>(),
        [
            (ImportField::Product, "HX Basic"),
            (ImportField::Stage, "Engaging"),
            (ImportField::Owner, "Otis Plum")
        ]
    );
}

#[test]
fn everything_that_is_wrong_with_a_deal_is_said() {
    let rows = deals(
        "\
id,stage,status,opened,closed,amount,probability
1,Won,,,,,
2,Won,,1/2/2017,1/1/2017,5,
3,Lost,,,1/16/2026,5,
4,Won,lost,,1/1/2017,5,
5,,open,31/1/2017,1/9/2027,x,200
6,,won,,soon,5,",
    );
    let said: Vec<String> = rows
        .into_iter()
        .map(|row| row.map_or_else(|fault| fault, |draft| format!("{draft:?}")))
        .collect();
    assert_eq!(said[0], "closed: a won deal needs the day it closed");
    assert_eq!(said[1], "closed: 2017-01-01 is before the deal was begun");
    assert_eq!(
        said[2],
        "closed: 2026-01-16 is in the future; a lost deal has closed"
    );
    assert_eq!(
        said[3],
        "status: the status is lost, but the stage says won"
    );
    assert_eq!(
        said[4],
        "opened: `31/1/2017` is not a day like 10/20/2016 (month/day/year) from 1900 to 2199; \
         amount: `x` is not an amount; \
         probability: `200` is not a whole percentage from 0 to 100"
    );
    assert_eq!(
        said[5],
        "closed: `soon` is not a day like 10/20/2016 (month/day/year) from 1900 to 2199"
    );
}

#[test]
fn an_open_deal_expects_to_close_and_a_closed_one_without_a_day_closes_today() {
    let rows = deals("title,close date\nA,3/1/2027");
    let open = rows[0].clone().unwrap();
    assert_eq!(
        (open.closed_on, open.deal.expected_close),
        (None, Some(day("2027-03-01")))
    );
    assert!(open.titled);
    let rows = deals("title,status\nA,won");
    assert_eq!(rows[0].clone().unwrap().closed_on, Some(day("2026-01-15")));
}

#[test]
fn members_with_managers_and_offices() {
    let rows = read(
        ImportKind::Members,
        "sales_agent,manager,regional_office\nNora Quill,Ida Frost,Central\n,Ida Frost,Central\nIda Frost,ida  frost,x",
    );
    let Ok(Draft::Member(nora)) = &rows[0] else {
        panic!("{rows:?}");
    };
    assert_eq!(nora.member.name, "Nora Quill");
    assert_eq!((nora.role, nora.member.role), (None, Role::Agent));
    assert_eq!(nora.manager.as_deref(), Some("Ida Frost"));
    assert_eq!(nora.team.as_deref(), Some("Central"));
    assert_eq!(nora.member.department.as_deref(), Some("Central"));
    assert_eq!(
        rows[1].as_ref().unwrap_err()[0].message,
        "the member has no name"
    );
    assert_eq!(rows[2].as_ref().unwrap_err()[0].column, Some(1));

    let rows = read(
        ImportKind::Members,
        "first name,last name,email,role\nNora,Quill,NORA@Example.com,Team Lead\nNora,,nope,king",
    );
    let Ok(Draft::Member(nora)) = &rows[0] else {
        panic!("{rows:?}");
    };
    assert_eq!(nora.member.name, "Nora Quill");
    assert_eq!(nora.member.email.as_deref(), Some("nora@example.com"));
    assert_eq!(nora.role, Some(Role::TeamLeader));
    let faults = rows[1].as_ref().unwrap_err();
    assert_eq!(faults.len(), 2, "{faults:?}");
}

#[test]
fn companies_and_products() {
    let rows = read(
        ImportKind::Companies,
        "account,sector,year_established,revenue,employees,office_location,subsidiary_of,website\n\
         Windmere,technolgy,1996,1100.04,2822,United States,,www.windmere.example\n\
         Halden & Co,retail,99,-1,many,Norway,Windmere,n/a",
    );
    let Ok(Draft::Company(windmere)) = &rows[0] else {
        panic!("{rows:?}");
    };
    let company = &windmere.company;
    assert_eq!(
        company.annual_revenue,
        Some(Money::new(110_004, Currency::Usd))
    );
    assert_eq!(
        (company.founded_year, company.employees),
        (Some(1996), Some(2822))
    );
    assert_eq!(
        company.website.as_deref(),
        Some("https://www.windmere.example")
    );
    assert_eq!(company.domain.as_deref(), Some("windmere.example"));
    assert!(windmere.parent.is_empty());
    let update = windmere.update();
    assert!(update.phone.is_keep() && update.industry.value().is_some());
    let faults: Vec<_> = rows[1]
        .as_ref()
        .unwrap_err()
        .iter()
        .map(|fault| (fault.column, fault.message.as_str()))
        .collect();
    assert_eq!(
        faults,
        [
            (Some(7), "`n/a` is not a web address"),
            (Some(4), "`many` is not a number"),
            (Some(3), "`-1` is negative"),
            (Some(2), "must be from 1000 to 9999"),
        ]
    );

    let rows = read(
        ImportKind::Products,
        "product,series,sales_price\nHX Basic,HX,550\nHX Pro,HX,",
    );
    let Ok(Draft::Product(basic)) = &rows[0] else {
        panic!("{rows:?}");
    };
    assert_eq!(basic.product.price, Some(Money::new(55_000, Currency::Usd)));
    assert_eq!(basic.category.as_deref(), Some("HX"));
    assert!(rows[1].is_ok());
}

#[test]
fn ragged_and_blank_rows() {
    let rows = read(
        ImportKind::Products,
        "product,series,sales_price\na,b\nc,d,1,2",
    );
    for row in rows {
        let faults = row.unwrap_err();
        assert!(faults[0].message.starts_with("the row has"), "{faults:?}");
        assert_eq!(faults[0].column, None);
    }
    assert!(is_blank(&[" ", ""]) && is_blank::<&str>(&[]) && !is_blank(&["", "x"]));
}

proptest::proptest! {
    #[test]
    fn any_cells_are_answered(cells in proptest::collection::vec(proptest::prelude::any::<String>(), 30)) {
        for &kind in ImportKind::ALL {
            let fields = super::super::fields::fields(kind);
            let mapping: Vec<ColumnMapping> = fields
                .iter()
                .zip(0_u16..)
                .map(|(&field, column)| ColumnMapping { column, field, multiplier: None })
                .collect();
            let reading = Reading {
                kind,
                columns: fields.len(),
                mapping: &mapping,
                notation: NOTATION,
                today: day("2026-01-15"),
                zone: chrono_tz::Europe::Berlin,
            };
            let _ = read_row(&reading, &cells[..fields.len()]);
        }
    }
}

#[test]
fn people_of_other_systems_are_understood() {
    let rows = read(
        ImportKind::Contacts,
        "\
First Name,Last Name,Email,Mobile Phone,Account Name,Email Opt In
Grace,Hopper,g@x.example; h@x.example (private),+1 555 0100,Acme,true
Alan,,@,,,
,,,,,maybe",
    );
    let Ok(Draft::Contact(grace)) = &rows[0] else {
        panic!("{rows:?}");
    };
    assert_eq!(grace.contact.emails.len(), 2);
    assert_eq!(grace.contact.emails[1].label, PointLabel::Private);
    assert_eq!(grace.contact.phones[0].label, PointLabel::Mobile);
    assert_eq!(grace.contact.consent, Some(Consent::Granted));
    assert_eq!(grace.company.name.as_deref(), Some("Acme"));
    assert_eq!(rows[1].as_ref().unwrap_err().len(), 1);
    assert_eq!(rows[2].as_ref().unwrap_err().len(), 2, "{rows:?}");

    let rows = read(
        ImportKind::Leads,
        "\
Vorname,Nachname,Quelle,Statut,Bewertung
Katherine,Johnson,Empfehlung,En cours,40
Mary,Jackson,Flaschenpost,Konvertiert,101",
    );
    let Ok(Draft::Lead(katherine)) = &rows[0] else {
        panic!("{rows:?}");
    };
    assert_eq!(katherine.lead.source, Some(LeadSource::Referral));
    assert_eq!(katherine.status, Some(LeadStatus::Working));
    assert_eq!(katherine.score, Some(40));
    assert_eq!(rows[1].as_ref().unwrap_err().len(), 2, "{rows:?}");

    let rows = read(
        ImportKind::Activities,
        "\
Tip,Naslov,Rok,Gotovo,Kontakt
poziv,Ponuda,1/15/2026 14:30,ne,Grace Hopper",
    );
    let Ok(Draft::Activity(call)) = &rows[0] else {
        panic!("{rows:?}");
    };
    assert_eq!(call.activity.kind, ActivityKind::Call);
    let due = call.activity.due_at.map(|at| at.to_rfc3339());
    assert_eq!(due.as_deref(), Some("2026-01-15T13:30:00+00:00"));
    assert_eq!(call.activity.done, Some(false));
    assert_eq!(call.about.contact.name.as_deref(), Some("Grace Hopper"));
}
