//! Contacts in files.

use shared_types::crm::{
    Consent, CreateContact, EmailAddress, PhoneNumber, PointLabel, PostalAddress, UpdateContact,
};
use shared_types::platform::ImportField as F;
use shared_types::{Permission, field_errors};
use validator::Validate;

use super::{Kind, Link, Naming, patch};
use crate::crm::contact::{check_birthday, email_key, phone_key};
use crate::platform::import::cells;
use crate::platform::import::dates::parse_date;
use crate::platform::import::rows::Row;
use crate::platform::import::words;

pub(super) const KIND: Kind = Kind {
    permission: Permission::ContactsWrite,
    fields: &[
        F::Name,
        F::FirstName,
        F::LastName,
        F::JobTitle,
        F::Company,
        F::Email,
        F::Email2,
        F::Email3,
        F::Phone,
        F::Phone2,
        F::MobilePhone,
        F::Location,
        F::Country,
        F::Consent,
        F::Description,
        F::Owner,
        F::ExternalId,
        F::CompanyKey,
        F::OwnerEmail,
        F::PrivatePhone,
        F::Birthday,
        F::PrivateStreet,
        F::PrivatePostalCode,
        F::PrivateCity,
        F::PrivateRegion,
        F::PrivateCountry,
        F::Tags,
    ],
    keys: &[F::ExternalId, F::Email],
    needs: (
        &[F::Name, F::FirstName, F::LastName],
        "must say which column is the name of the contact",
    ),
    subjects: &["contact", "person", "people"],
    synonyms: &[
        (
            "tag labels keywords schlagworter schlagworte etiketten etiquettes etiquette motscles oznake oznaka",
            &[F::Tags],
        ),
        (
            "fullname contactname person displayname kontakt ansprechpartner contact nomcomplet imeiprezime naziv",
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
            "title jobtitle position role function jobrole funktion berufsbezeichnung fonction poste intituleduposte radnomesto funkcija pozicija",
            &[F::JobTitle],
        ),
        (
            "account accountname company companyname organization organisation organizationname associatedcompany primarycompany firma firmenname unternehmen entreprise societe compte kompanija preduzece",
            &[F::Company],
        ),
        (
            "emailaddress mail emails emailwork workemail primaryemail emailadresse adressemail adressedemessagerie courriel eposta imejl",
            &[F::Email],
        ),
        (
            "email2 secondaryemail otheremail additionalemail additionalemailaddresses emailhome email2address zweiteemail emailsecondaire drugiimejl",
            &[F::Email2],
        ),
        ("email3 emailother email3address", &[F::Email3]),
        (
            "phonenumber telephone tel phones phonework workphone businessphone officephone telefon telefonnummer telephoneprofessionnel brojtelefona",
            &[F::Phone],
        ),
        (
            "phone2 homephone phonehome otherphone secondaryphone telefon2 telephonedomicile kucnitelefon",
            &[F::Phone2],
        ),
        (
            "mobile mobilephone mobilephonenumber cell cellphone phonemobile handy mobiltelefon portable telephoneportable mobilni mobilnitelefon",
            &[F::MobilePhone],
        ),
        (
            "city address mailingcity primaryaddresscity postaladdress ort stadt wohnort ville adresse grad adresa mesto",
            &[F::Location],
        ),
        (
            "countrycode countryregion mailingcountry mailingcountrycode land pays drzava zemlja",
            &[F::Country],
        ),
        (
            "marketingconsent optin emailoptin gdpr gdprconsent legalbasis marketingstatus einwilligung consentement saglasnost",
            &[F::Consent],
        ),
        (
            "notes note about comment comments beschreibung notiz remarque commentaire opis napomena beleska",
            &[F::Description],
        ),
        (
            "contactowner ownername assigneduser assignedto accountmanager salesrep responsible betreuer zustaendig responsable proprietaire proprietaireducontact vlasnik zaduzeni",
            &[F::Owner],
        ),
        ("contactowneremail ownersemail", &[F::OwnerEmail]),
        (
            "id contactid recordid personid externalkey kontaktid kundennummer",
            &[F::ExternalId],
        ),
        (
            "accountid associatedcompanyid associatedcompanyids primaryassociatedcompanyid organizationid",
            &[F::CompanyKey],
        ),
        (
            "privatphone privatetelephone telefonprivat telephoneprive privatnitelefon",
            &[F::PrivatePhone],
        ),
        (
            "birthdate dateofbirth dob bday geburtstag geburtsdatum anniversaire datedenaissance rodjendan datumrodjenja",
            &[F::Birthday],
        ),
        (
            "homestreet homeaddress privateaddress privatadresse strasseprivat rueprivee adresseprivee privatnaulica kucnaadresa",
            &[F::PrivateStreet],
        ),
        (
            "homepostalcode homezip plzprivat codepostalprive privatnipostanskibroj",
            &[F::PrivatePostalCode],
        ),
        (
            "homecity ortprivat villeprivee privatnograd privatnigrad",
            &[F::PrivateCity],
        ),
        (
            "homestate homeregion bundeslandprivat regionprivee privatniregion",
            &[F::PrivateRegion],
        ),
        (
            "homecountry homecountryregion landprivat paysprive privatnadrzava",
            &[F::PrivateCountry],
        ),
    ],
};

/// A contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactDraft {
    /// The contact without the ids of others.
    pub contact: CreateContact,
    /// The company the person works for.
    pub company: Link,
    /// The member who looks after the contact.
    pub owner: Link,
    /// Names of its tags.
    pub tags: Vec<String>,
}

impl ContactDraft {
    /// What the row changes on a contact that has these addresses and numbers: what is new comes
    /// behind them. Names are to be added as ids.
    #[must_use]
    pub fn update(&self, emails: &[EmailAddress], phones: &[PhoneNumber]) -> UpdateContact {
        let said = &self.contact;
        UpdateContact {
            first_name: patch(said.first_name.as_ref()),
            last_name: Some(said.last_name.clone()),
            job_title: patch(said.job_title.as_ref()),
            emails: more(emails, &said.emails, |it| email_key(&it.address)),
            phones: more(phones, &said.phones, |it| phone_key(&it.number)),
            location: patch(said.location.as_ref()),
            country: patch(said.country.as_ref()),
            consent: said.consent,
            description: patch(said.description.as_ref()),
            external_id: patch(said.external_id.as_ref()),
            private_phone: patch(said.private_phone.as_ref()),
            birthday: patch(said.birthday.as_ref()),
            private_address: patch(said.private_address.as_ref()),
            ..UpdateContact::default()
        }
    }

    /// The names of other records in it.
    #[must_use]
    pub fn names(&self) -> Vec<Naming<'_>> {
        Naming::links([(F::Company, &self.company), (F::Owner, &self.owner)])
            .chain(Naming::several(F::Tags, &self.tags))
            .collect()
    }
}

/// The most addresses, or numbers, of a person.
const MOST: usize = 20;

fn more<T: Clone>(has: &[T], said: &[T], key: impl Fn(&T) -> String) -> Option<Vec<T>> {
    let mut all = has.to_vec();
    for one in said {
        if !all.iter().any(|known| key(known) == key(one)) && all.len() < MOST {
            all.push(one.clone());
        }
    }
    (all.len() > has.len()).then_some(all)
}

/// Notes what is wrong with an address or a number at its own column.
fn sound<S: AsRef<str>>(row: &mut Row<'_, S>, field: F, point: &impl Validate, said: &str) {
    if let Err(errors) = point.validate() {
        for message in field_errors(&errors).into_values().flatten() {
            row.fault(field, format!("`{said}` {message}"));
        }
    }
}

/// A birthday, its year perhaps unknown. Nothing of it is said where it is none: what is wrong with a row is kept.
fn birthday<S: AsRef<str>>(row: &mut Row<'_, S>) -> Option<String> {
    let today = row.reading.today;
    row.get(F::Birthday, |cell, notation| {
        let Some(text) = cells::one_line(cell)? else {
            return Ok(None);
        };
        let day = match shared_types::birthday(&text) {
            Ok(()) => Some(text),
            Err(_) => parse_date(&text, notation.date_format).map(|day| day.to_string()),
        };
        day.filter(|day| check_birthday(day, today).is_ok())
            .map(Some)
            .ok_or_else(|| "is no birthday".to_owned())
    })
}

pub(in crate::platform::import) fn read<S: AsRef<str>>(row: &mut Row<'_, S>) -> ContactDraft {
    let (first_name, last_name) = row.person();
    let mut emails = Vec::new();
    for field in [F::Email, F::Email2, F::Email3] {
        let found = row.get(field, |cell, _| words::points(cell, PointLabel::Work));
        for (address, label) in found.unwrap_or_default() {
            let address = address.to_lowercase();
            let email = EmailAddress { address, label };
            sound(row, field, &email, &email.address);
            emails.push(email);
        }
    }
    let mut phones = Vec::new();
    for (field, label) in [
        (F::Phone, PointLabel::Work),
        (F::Phone2, PointLabel::Other),
        (F::MobilePhone, PointLabel::Mobile),
    ] {
        let found = row.get(field, |cell, _| words::points(cell, label));
        for (number, label) in found.unwrap_or_default() {
            let phone = PhoneNumber { number, label };
            sound(row, field, &phone, &phone.number);
            phones.push(phone);
        }
    }
    let contact = CreateContact {
        first_name,
        last_name,
        job_title: row.text(F::JobTitle),
        emails: more(&[], &emails, |it| email_key(&it.address)).unwrap_or_default(),
        phones: more(&[], &phones, |it| phone_key(&it.number)).unwrap_or_default(),
        location: row.text(F::Location),
        country: row.get(F::Country, |cell, _| cells::country(cell)),
        consent: row.get(F::Consent, |cell, _| words::consent(cell)),
        description: row.get(F::Description, |cell, _| cells::many_lines(cell)),
        external_id: row.text(F::ExternalId),
        private_phone: row.text(F::PrivatePhone),
        birthday: birthday(row),
        private_address: PostalAddress {
            street: row.get(F::PrivateStreet, |cell, _| cells::many_lines(cell)),
            postal_code: row.text(F::PrivatePostalCode),
            city: row.text(F::PrivateCity),
            region: row.text(F::PrivateRegion),
            country: row.get(F::PrivateCountry, |cell, _| cells::country(cell)),
        }
        .known(),
        ..CreateContact::default()
    };
    if contact.last_name.is_empty() {
        row.fault(row.name_field(), "the contact has no name");
    }
    let required: &[F] = if contact.last_name.is_empty() {
        &[F::LastName]
    } else {
        &[]
    };
    // Addresses and numbers were looked at one by one, each in its column.
    let plain = CreateContact {
        emails: Vec::new(),
        phones: Vec::new(),
        ..contact.clone()
    };
    row.check(&plain, required);
    ContactDraft {
        tags: row.tags(),
        company: row.link(F::Company),
        owner: row.link(F::Owner),
        contact,
    }
}

/// Whether somebody agreed, as other systems say it.
#[must_use]
pub fn consent_word(squeezed: &str) -> Option<Consent> {
    match squeezed {
        "granted" | "given" | "optin" | "optedin" | "subscribed" | "yes" | "true" | "1" | "ja"
        | "oui" | "da" | "erteilt" | "accorde" | "data" => Some(Consent::Granted),
        "withdrawn" | "refused" | "optout" | "optedout" | "unsubscribed" | "no" | "false" | "0"
        | "nein" | "non" | "ne" | "widerrufen" | "retire" | "povucena" => Some(Consent::Withdrawn),
        "unknown" | "none" | "unbekannt" | "inconnu" | "nepoznato" => Some(Consent::Unknown),
        _ => None,
    }
}
