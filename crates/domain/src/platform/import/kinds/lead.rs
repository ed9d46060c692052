//! Leads in files.

use shared_types::crm::{CreateLead, LeadSource, LeadStatus, UpdateLead};
use shared_types::platform::ImportField as F;
use shared_types::{Money, Patch, Permission};

use super::{Kind, Link, Naming, patch};
use crate::crm::company::website_from_text;
use crate::platform::import::cells;
use crate::platform::import::rows::Row;
use crate::platform::import::words;

pub(super) const KIND: Kind = Kind {
    permission: Permission::LeadsWrite,
    fields: &[
        F::Name,
        F::FirstName,
        F::LastName,
        F::Company,
        F::JobTitle,
        F::Email,
        F::Phone,
        F::Website,
        F::Industry,
        F::Location,
        F::Country,
        F::Amount,
        F::Currency,
        F::Source,
        F::Status,
        F::Score,
        F::Description,
        F::Owner,
        F::ExternalId,
        F::OwnerEmail,
        F::ContactKey,
        F::CompanyKey,
        F::DealKey,
        F::Tags,
    ],
    keys: &[F::ExternalId, F::Email],
    needs: (
        &[F::Name, F::FirstName, F::LastName],
        "must say which column is the name of the lead",
    ),
    subjects: &["lead", "prospect", "person", "contact"],
    synonyms: &[
        (
            "tag labels keywords schlagworter schlagworte etiketten etiquettes etiquette motscles oznake oznaka",
            &[F::Tags],
        ),
        (
            "fullname leadname person personname displayname contactperson interessent kontakt nomcomplet imeiprezime naziv",
            &[F::Name],
        ),
        (
            "firstname givenname forename vorname prenom ime",
            &[F::FirstName],
        ),
        (
            "lastname surname familyname nachname familienname nom nomdefamille prezime",
            &[F::LastName],
        ),
        (
            "account accountname companyname organization organisation organizationname firma firmenname unternehmen entreprise societe kompanija preduzece",
            &[F::Company],
        ),
        (
            "title jobtitle position role jobrole funktion fonction poste radnomesto funkcija pozicija",
            &[F::JobTitle],
        ),
        (
            "emailaddress mail primaryemail emailwork emailadresse adressemail courriel eposta imejl",
            &[F::Email],
        ),
        (
            "phonenumber telephone tel mobile mobilephone phonework telefon telefonnummer mobilni brojtelefona",
            &[F::Phone],
        ),
        (
            "url web site homepage websiteurl webseite siteweb sajt",
            &[F::Website],
        ),
        (
            "sector branch vertical branche secteur sektor industrija delatnost",
            &[F::Industry],
        ),
        (
            "city address addresscity ort stadt ville adresse grad adresa mesto",
            &[F::Location],
        ),
        (
            "countrycode countryregion addresscountry land pays drzava zemlja",
            &[F::Country],
        ),
        (
            "value opportunityamount expectedvalue expectedrevenue dealvalue wert betrag montant valeur iznos vrednost",
            &[F::Amount],
        ),
        (
            "currencycode opportunityamountcurrency waehrung wahrung devise valuta",
            &[F::Currency],
        ),
        (
            "leadsource channel origin originalsource originaltrafficsource sourcechannel quelle herkunft origine izvor poreklo",
            &[F::Source],
        ),
        (
            "leadstatus state stage lifecyclestage label statut stanje",
            &[F::Status],
        ),
        (
            "leadscore rating hubspotscore punkte bewertung note bodovi ocena",
            &[F::Score],
        ),
        (
            "notes about comment comments beschreibung notiz remarque commentaire opis napomena beleska",
            &[F::Description],
        ),
        (
            "leadowner contactowner ownername assigneduser assignedto salesrep salesagent responsible betreuer zustaendig responsable proprietaire vlasnik zaduzeni",
            &[F::Owner],
        ),
        ("leadowneremail ownersemail", &[F::OwnerEmail]),
        ("id leadid recordid externalkey", &[F::ExternalId]),
        ("convertedcontactid createdcontactid", &[F::ContactKey]),
        ("convertedaccountid createdaccountid", &[F::CompanyKey]),
        ("convertedopportunityid createdopportunityid", &[F::DealKey]),
    ],
};

/// A lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeadDraft {
    /// The lead without the ids of others.
    pub lead: CreateLead,
    /// Where it stands, if the row says.
    pub status: Option<LeadStatus>,
    /// The score that was set by hand.
    pub score: Option<i32>,
    /// The member who works it.
    pub owner: Link,
    /// The contact it became, with a converted lead.
    pub contact: Link,
    /// The company it became.
    pub company: Link,
    /// The deal it became.
    pub deal: Link,
    /// Names of its tags.
    pub tags: Vec<String>,
}

impl LeadDraft {
    /// What the row changes on a lead; the owner is to be added as id.
    #[must_use]
    pub fn update(&self) -> UpdateLead {
        let said = &self.lead;
        UpdateLead {
            first_name: patch(said.first_name.as_ref()),
            last_name: Some(said.last_name.clone()),
            company_name: patch(said.company_name.as_ref()),
            job_title: patch(said.job_title.as_ref()),
            email: patch(said.email.as_ref()),
            phone: patch(said.phone.as_ref()),
            website: patch(said.website.as_ref()),
            industry: patch(said.industry.as_ref()),
            location: patch(said.location.as_ref()),
            country: patch(said.country.as_ref()),
            amount: patch(said.amount.as_ref()),
            description: patch(said.description.as_ref()),
            external_id: patch(said.external_id.as_ref()),
            source: said.source,
            status: self.status,
            score: self.score.map_or(Patch::Keep, Patch::Set),
            ..UpdateLead::default()
        }
    }

    /// The names of other records in it.
    #[must_use]
    pub fn names(&self) -> Vec<Naming<'_>> {
        Naming::links([
            (F::Owner, &self.owner),
            (F::Contact, &self.contact),
            (F::Company, &self.company),
            (F::Deal, &self.deal),
        ])
        .chain(Naming::several(F::Tags, &self.tags))
        .collect()
    }
}

pub(in crate::platform::import) fn read<S: AsRef<str>>(row: &mut Row<'_, S>) -> LeadDraft {
    let currency = row.currency();
    let (first_name, last_name) = row.person();
    let website = row.get(F::Website, |cell, _| {
        cells::one_line(cell)?.map_or(Ok(None), |text| {
            website_from_text(&text)
                .map(Some)
                .ok_or_else(|| format!("`{text}` is not a web address"))
        })
    });
    let lead = CreateLead {
        first_name,
        last_name,
        company_name: row.text(F::Company),
        job_title: row.text(F::JobTitle),
        email: row.text(F::Email).map(|email| email.to_lowercase()),
        phone: row.text(F::Phone),
        website,
        industry: row.text(F::Industry),
        location: row.text(F::Location),
        country: row.get(F::Country, |cell, _| cells::country(cell)),
        amount: row
            .amount(F::Amount, currency)
            .map(|amount| Money::new(amount, currency)),
        description: row.get(F::Description, |cell, _| cells::many_lines(cell)),
        external_id: row.text(F::ExternalId),
        source: row.get(F::Source, |cell, _| words::lead_source(cell)),
        ..CreateLead::default()
    };
    if lead.last_name.is_empty() {
        row.fault(row.name_field(), "the lead has no name");
    }
    let required: &[F] = if lead.last_name.is_empty() {
        &[F::LastName]
    } else {
        &[]
    };
    row.check(&lead, required);
    let score = row.get(F::Score, |cell, notation| {
        match cells::integer(cell, notation)? {
            None => Ok(None),
            Some(score @ 0..=100) => Ok(i32::try_from(score).ok()),
            Some(_) => Err("must be from 0 to 100".to_owned()),
        }
    });
    let status = row.get(F::Status, |cell, _| words::lead_status(cell));
    // What a lead became belongs to one that is converted, and is found by its key alone.
    let became = |row: &mut Row<'_, S>, field| Link {
        name: None,
        key: row
            .link(field)
            .key
            .filter(|_| status == Some(LeadStatus::Converted)),
    };
    let contact = became(row, F::Contact);
    if status == Some(LeadStatus::Converted) && contact.is_empty() {
        row.fault(
            F::Status,
            "a converted lead needs the contact it became; import it with another status",
        );
    }
    LeadDraft {
        tags: row.tags(),
        status,
        score,
        owner: row.link(F::Owner),
        company: became(row, F::Company),
        deal: became(row, F::Deal),
        contact,
        lead,
    }
}

/// Where a lead stands, as other systems say it.
#[must_use]
pub fn status_word(squeezed: &str) -> Option<LeadStatus> {
    match squeezed {
        "new" | "open" | "opennotcontacted" | "neu" | "offen" | "nouveau" | "ouvert" | "nov"
        | "novi" | "lead" | "subscriber" => Some(LeadStatus::New),
        "working" | "workingcontacted" | "contacted" | "attemptedtocontact" | "inprogress"
        | "inprocess" | "assigned" | "connected" | "nurturing" | "inarbeit" | "kontaktiert"
        | "encours" | "contacte" | "uradu" | "kontaktiran" | "dodeljen" => {
            Some(LeadStatus::Working)
        }
        "qualified"
        | "marketingqualifiedlead"
        | "salesqualifiedlead"
        | "opendeal"
        | "qualifiziert"
        | "qualifie"
        | "kvalifikovan" => Some(LeadStatus::Qualified),
        "unqualified" | "disqualified" | "dead" | "recycled" | "closednotconverted"
        | "badtiming" | "unqualifiziert" | "nonqualifie" | "nekvalifikovan" => {
            Some(LeadStatus::Unqualified)
        }
        "converted" | "closedconverted" | "konvertiert" | "converti" | "konvertovan" => {
            Some(LeadStatus::Converted)
        }
        _ => None,
    }
}

/// Where a lead came from, as other systems say it; what none of them says is another source.
#[must_use]
pub fn source_word(squeezed: &str) -> LeadSource {
    match squeezed {
        "website" | "web" | "webform" | "organicsearch" | "directtraffic" | "webseite"
        | "siteweb" | "sajt" => LeadSource::Website,
        "referral" | "referrals" | "employeereferral" | "externalreferral" | "wordofmouth"
        | "empfehlung" | "recommandation" | "preporuka" => LeadSource::Referral,
        "event" | "tradeshow" | "conference" | "webinar" | "messe" | "veranstaltung"
        | "evenement" | "salon" | "dogadjaj" | "sajam" => LeadSource::Event,
        "coldcall" | "call" | "phone" | "phoneinquiry" | "kaltakquise" | "appelafroid"
        | "hladanpoziv" => LeadSource::ColdCall,
        "advertisement" | "advertising" | "ad" | "ads" | "paidsearch" | "paidsocial"
        | "campaign" | "werbung" | "publicite" | "reklama" | "oglas" => LeadSource::Advertisement,
        "partner" | "partenaire" | "partnerreferral" => LeadSource::Partner,
        "import" | "purchasedlist" | "list" | "offlinesources" | "uvoz" => LeadSource::Import,
        _ => LeadSource::Other,
    }
}
