//! Notes in files.

use chrono::{DateTime, Utc};
use shared_types::Permission;
use shared_types::crm::CreateNote;
use shared_types::platform::ImportField as F;

use super::{About, Kind, Link, Naming};
use crate::platform::import::cells;
use crate::platform::import::rows::Row;

pub(super) const KIND: Kind = Kind {
    permission: Permission::NotesWrite,
    fields: &[
        F::Body,
        F::Company,
        F::Contact,
        F::Lead,
        F::Deal,
        F::Author,
        F::AuthorEmail,
        F::CreatedAt,
        F::Pinned,
        F::Confidential,
        F::CompanyKey,
        F::ContactKey,
        F::LeadKey,
        F::DealKey,
        F::ExternalId,
    ],
    keys: &[F::ExternalId],
    needs: (&[F::Body], "must say which column is what the note says"),
    subjects: &["note", "comment"],
    synonyms: &[
        (
            "note notes text content notebody notecontent comment comments description details notiz text inhalt kommentar remarque contenu commentaire beleska sadrzaj komentar",
            &[F::Body],
        ),
        (
            "account accountname companyname organization organisation associatedcompany parentname firma unternehmen entreprise societe kompanija",
            &[F::Company],
        ),
        (
            "contactname person associatedcontact kontakt ansprechpartner personne",
            &[F::Contact],
        ),
        ("leadname prospect interessent", &[F::Lead]),
        (
            "dealname dealtitle opportunity opportunityname associateddeal verkaufschance opportunite prilika",
            &[F::Deal],
        ),
        (
            "authorname createdby createdbyname writtenby owner noteowner user verfasser autor auteur",
            &[F::Author],
        ),
        ("owneremail createdbyemail useremail", &[F::AuthorEmail]),
        (
            "created createddate createdon createdtime date datum erstelltam datedecreation datumkreiranja",
            &[F::CreatedAt],
        ),
        ("ispinned sticky angeheftet epingle prikaceno", &[F::Pinned]),
        (
            "isprivate private isconfidential vertraulich confidentiel poverljivo",
            &[F::Confidential],
        ),
        (
            "accountid associatedcompanyid organizationid",
            &[F::CompanyKey],
        ),
        (
            "personid associatedcontactid contactemail",
            &[F::ContactKey],
        ),
        ("leadid leademail", &[F::LeadKey]),
        ("opportunityid associateddealid", &[F::DealKey]),
        ("id noteid recordid externalkey", &[F::ExternalId]),
    ],
};

/// A note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteDraft {
    /// The note without the ids of others.
    pub note: CreateNote,
    /// When it was written, where the row says it.
    pub created_at: Option<DateTime<Utc>>,
    /// What it is about.
    pub about: About,
    /// The member who wrote it.
    pub author: Link,
}

impl NoteDraft {
    /// The names of other records in it.
    #[must_use]
    pub fn names(&self) -> Vec<Naming<'_>> {
        self.about.names(F::Author, &self.author)
    }
}

pub(in crate::platform::import) fn read<S: AsRef<str>>(row: &mut Row<'_, S>) -> NoteDraft {
    let note = CreateNote {
        body: row
            .get(F::Body, |cell, _| cells::many_lines(cell))
            .unwrap_or_default(),
        pinned: row.get(F::Pinned, |cell, _| cells::boolean(cell)),
        confidential: row.get(F::Confidential, |cell, _| cells::boolean(cell)),
        external_id: row.text(F::ExternalId),
        ..CreateNote::default()
    };
    let required: &[F] = if note.body.is_empty() {
        row.fault(F::Body, "the note says nothing");
        &[F::Body]
    } else {
        &[]
    };
    row.check(&note, required);
    NoteDraft {
        created_at: row.moment(F::CreatedAt),
        about: About::read(row),
        author: row.link(F::Author),
        note,
    }
}
