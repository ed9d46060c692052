//! What people call the columns of their files: words in English, German, French and Serbian,
//! squeezed to letters and digits. The names of the fields themselves need not be here.

use shared_types::platform::ImportField as F;
use shared_types::platform::ImportKind;

/// Words for columns, separated by spaces, with what they mean.
pub type Synonyms = &'static [(&'static str, &'static [F])];

/// The words for the columns of a kind of import.
#[must_use]
pub const fn synonyms(kind: ImportKind) -> Synonyms {
    match kind {
        ImportKind::Members => MEMBERS,
        ImportKind::Companies => COMPANIES,
        ImportKind::Products => PRODUCTS,
        ImportKind::Deals => DEALS,
    }
}

const MEMBERS: Synonyms = &[
    (
        "salesagent salesrep salesperson agent member employee fullname person user username displayname mitarbeiter employe nom ime imeiprezime naziv",
        &[F::Name],
    ),
    (
        "firstname givenname forename vorname prenom",
        &[F::FirstName],
    ),
    (
        "lastname surname familyname nachname nomdefamille prezime",
        &[F::LastName],
    ),
    (
        "emailaddress mail emailadresse courriel eposta",
        &[F::Email],
    ),
    ("jobrole rolle position uloga", &[F::Role]),
    (
        "employeenumber employeeno personnelnumber staffid personalnummer matricule id",
        &[F::EmployeeId],
    ),
    ("regionaloffice", &[F::Team, F::Department]),
    (
        "dept office abteilung departement service odeljenje sektor",
        &[F::Department],
    ),
    (
        "managername reportsto managedby supervisor boss vorgesetzter superieur menadzer rukovodilac",
        &[F::Manager],
    ),
    (
        "teamlead lead leader teamleiter chefdequipe vodjatima",
        &[F::TeamLeader],
    ),
    ("teamname group region territory equipe tim", &[F::Team]),
];

const COMPANIES: Synonyms = &[
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
];

const PRODUCTS: Synonyms = &[
    (
        "product productname item itemname article artikel produkt produit proizvod naziv nom",
        &[F::Name],
    ),
    (
        "productcode code itemcode articlenumber partnumber productid artikelnummer reference sifra id",
        &[F::Sku],
    ),
    (
        "series family line productline productfamily group type kategorie categorie kategorija serija",
        &[F::Category],
    ),
    (
        "salesprice unitprice listprice retailprice preis prix cena",
        &[F::Price],
    ),
    (
        "currencycode waehrung wahrung devise valuta",
        &[F::Currency],
    ),
    ("notes details beschreibung opis", &[F::Description]),
    (
        "isactive status enabled available aktiv actif aktivan",
        &[F::Active],
    ),
];

const DEALS: Synonyms = &[
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
];
