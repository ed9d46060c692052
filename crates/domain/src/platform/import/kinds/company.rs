//! Companies in files.

use shared_types::crm::{CreateCompany, UpdateCompany};
use shared_types::platform::ImportField as F;
use shared_types::{Money, Permission};

use super::{Kind, Link, Naming, patch};
use crate::crm::company::{domain_from_website, website_from_text};
use crate::platform::import::cells;
use crate::platform::import::rows::Row;

pub(super) const KIND: Kind = Kind {
    permission: Permission::CompaniesWrite,
    fields: &[
        F::Name,
        F::Domain,
        F::Website,
        F::Industry,
        F::Phone,
        F::Employees,
        F::AnnualRevenue,
        F::FoundedYear,
        F::Location,
        F::Country,
        F::Description,
        F::Parent,
        F::Owner,
        F::Currency,
        F::ExternalId,
        F::ParentKey,
        F::OwnerEmail,
        F::Tags,
    ],
    keys: &[F::ExternalId, F::Domain, F::Name],
    needs: (
        &[F::Name],
        "must say which column is the name of the company",
    ),
    subjects: &["company", "account", "customer", "client", "organization"],
    synonyms: &[
        (
            "tag labels keywords schlagworter schlagworte etiketten etiquettes etiquette motscles oznake oznaka",
            &[F::Tags],
        ),
        (
            "account accountname company companyname organization organisation customer client customername business firma firmenname unternehmen entreprise societe nom kompanija preduzece naziv",
            &[F::Name],
        ),
        ("companydomain webdomain domainname", &[F::Domain]),
        (
            "url web site homepage webaddress webseite siteweb sajt",
            &[F::Website],
        ),
        (
            "sector branch vertical branche secteur sektor industrija delatnost",
            &[F::Industry],
        ),
        ("phonenumber telephone tel telefon", &[F::Phone]),
        (
            "numberofemployees employeecount noofemployees headcount staff size mitarbeiter employes effectif zaposleni brojzaposlenih",
            &[F::Employees],
        ),
        (
            "revenue yearlyrevenue turnover sales umsatz chiffredaffaires prihod",
            &[F::AnnualRevenue],
        ),
        (
            "yearestablished established founded yearfounded foundingyear foundationyear gruendungsjahr grundungsjahr anneedecreation godinaosnivanja",
            &[F::FoundedYear],
        ),
        (
            "officelocation headquarters hq address city standort ort siege ville lokacija grad sediste",
            &[F::Location],
        ),
        ("countrycode land pays drzava zemlja", &[F::Country]),
        (
            "notes note about comment beschreibung opis",
            &[F::Description],
        ),
        (
            "subsidiaryof parentcompany parentaccount belongsto muttergesellschaft maisonmere",
            &[F::Parent],
        ),
        (
            "accountowner companyowner accountmanager salesagent salesrep agent responsible betreuer responsable vlasnik",
            &[F::Owner],
        ),
        (
            "id accountid companyid customerid customernumber externalkey kundennummer",
            &[F::ExternalId],
        ),
        (
            "currencycode waehrung wahrung devise valuta",
            &[F::Currency],
        ),
    ],
};

/// A company.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompanyDraft {
    /// The company without the ids of others.
    pub company: CreateCompany,
    /// Name of the company it belongs to.
    pub parent: Link,
    /// Name of the member who looks after it.
    pub owner: Link,
    /// Names of its tags.
    pub tags: Vec<String>,
}

impl CompanyDraft {
    /// What the row changes on a company; names are to be added as ids.
    #[must_use]
    pub fn update(&self) -> UpdateCompany {
        let said = &self.company;
        UpdateCompany {
            name: Some(said.name.clone()),
            domain: patch(said.domain.as_ref()),
            website: patch(said.website.as_ref()),
            industry: patch(said.industry.as_ref()),
            phone: patch(said.phone.as_ref()),
            employees: patch(said.employees.as_ref()),
            annual_revenue: patch(said.annual_revenue.as_ref()),
            founded_year: patch(said.founded_year.as_ref()),
            location: patch(said.location.as_ref()),
            country: patch(said.country.as_ref()),
            description: patch(said.description.as_ref()),
            external_id: patch(said.external_id.as_ref()),
            ..UpdateCompany::default()
        }
    }

    /// The names of other records in it.
    #[must_use]
    pub fn names(&self) -> Vec<Naming<'_>> {
        Naming::links([(F::Parent, &self.parent), (F::Owner, &self.owner)])
            .chain(Naming::several(F::Tags, &self.tags))
            .collect()
    }
}

pub(in crate::platform::import) fn read<S: AsRef<str>>(row: &mut Row<'_, S>) -> CompanyDraft {
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
        tags: row.tags(),
        parent: row.link(F::Parent),
        owner: row.link(F::Owner),
        company,
    }
}
