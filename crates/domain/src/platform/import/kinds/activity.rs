//! Activities in files.

use chrono::{DateTime, Utc};
use shared_types::Permission;
use shared_types::crm::{ActivityKind, CreateActivity, UpdateActivity};
use shared_types::platform::ImportField as F;

use super::{About, Kind, Link, Naming, patch};
use crate::platform::import::cells;
use crate::platform::import::rows::Row;
use crate::platform::import::words;

pub(super) const KIND: Kind = Kind {
    permission: Permission::ActivitiesWrite,
    fields: &[
        F::Kind,
        F::Subject,
        F::Description,
        F::DueAt,
        F::DurationMinutes,
        F::Done,
        F::DoneAt,
        F::Company,
        F::Contact,
        F::Lead,
        F::Deal,
        F::Owner,
        F::CompanyKey,
        F::ContactKey,
        F::LeadKey,
        F::DealKey,
        F::OwnerEmail,
        F::ExternalId,
    ],
    keys: &[F::ExternalId],
    needs: (
        &[F::Subject],
        "must say which column is the subject of the activity",
    ),
    subjects: &["activity", "task", "event", "call", "meeting"],
    synonyms: &[
        (
            "type activitytype tasktype tasksubtype engagementtype art typ typ tip vrsta",
            &[F::Kind],
        ),
        (
            "subject name title topic summary betreff titel thema objet sujet titre predmet naslov naziv",
            &[F::Subject],
        ),
        (
            "notes note body comment comments details fullcomments beschreibung notiz remarque commentaire opis napomena beleska",
            &[F::Description],
        ),
        (
            "due duedate date start startdate starttime datestart starttimeutc begin deadline faellig faelligam datum beginn echeance datedecheance debut rok pocetak",
            &[F::DueAt],
        ),
        (
            "duration durationinminutes minutes callduration dauer duree trajanje",
            &[F::DurationMinutes],
        ),
        (
            "isdone iscompleted isclosed completed status state erledigt abgeschlossen termine fait gotovo zavrseno",
            &[F::Done],
        ),
        (
            "donedate completeddate completedat completedon dateend markedasdonetime erledigtam datederealisation datumzavrsetka",
            &[F::DoneAt],
        ),
        (
            "account accountname companyname organization organisation associatedcompany firma unternehmen entreprise societe kompanija",
            &[F::Company],
        ),
        (
            "contactname person contactperson associatedcontact name1 kontakt ansprechpartner personne",
            &[F::Contact],
        ),
        ("leadname prospect interessent", &[F::Lead]),
        (
            "dealname dealtitle opportunity opportunityname associateddeal verkaufschance opportunite posao prilika",
            &[F::Deal],
        ),
        (
            "activityowner assignedto assigneduser assignee user responsible zustaendig bearbeiter responsable proprietaire vlasnik zaduzeni",
            &[F::Owner],
        ),
        ("assigneeemail ownersemail", &[F::OwnerEmail]),
        (
            "accountid associatedcompanyid organizationid",
            &[F::CompanyKey],
        ),
        (
            "whoid personid associatedcontactid contactemail",
            &[F::ContactKey],
        ),
        ("leadid leademail", &[F::LeadKey]),
        ("whatid opportunityid associateddealid", &[F::DealKey]),
        (
            "id activityid taskid eventid engagementid recordid externalkey",
            &[F::ExternalId],
        ),
    ],
};

/// An activity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActivityDraft {
    /// The activity without the ids of others; a task that is not done unless the row says so.
    pub activity: CreateActivity,
    /// What kind it is, where the row says it.
    pub kind: Option<ActivityKind>,
    /// Whether it is done, where the row says it.
    pub done: Option<bool>,
    /// When it was done, if it is and the row says when.
    pub done_at: Option<DateTime<Utc>>,
    /// What it is about.
    pub about: About,
    /// The member who does it.
    pub owner: Link,
}

impl ActivityDraft {
    /// What the row changes on an activity; names are to be added as ids.
    #[must_use]
    pub fn update(&self) -> UpdateActivity {
        let said = &self.activity;
        UpdateActivity {
            subject: Some(said.subject.clone()),
            description: patch(said.description.as_ref()),
            due_at: patch(said.due_at.as_ref()),
            duration_minutes: patch(said.duration_minutes.as_ref()),
            kind: self.kind,
            done: self.done,
            ..UpdateActivity::default()
        }
    }

    /// The names of other records in it.
    #[must_use]
    pub fn names(&self) -> Vec<Naming<'_>> {
        self.about.names(F::Owner, &self.owner)
    }
}

pub(in crate::platform::import) fn read<S: AsRef<str>>(row: &mut Row<'_, S>) -> ActivityDraft {
    let done_at = row.moment(F::DoneAt);
    let done = row.get(F::Done, |cell, _| words::done(cell));
    let done = done.or(done_at.map(|_| true));
    let kind = row.get(F::Kind, |cell, _| words::activity_kind(cell));
    let activity = CreateActivity {
        remind_minutes: None,
        subject: row.text(F::Subject).unwrap_or_default(),
        description: row.get(F::Description, |cell, _| cells::many_lines(cell)),
        due_at: row.moment(F::DueAt),
        duration_minutes: row.get(F::DurationMinutes, |cell, notation| {
            cells::integer(cell, notation)?.map_or(Ok(None), |minutes| {
                i32::try_from(minutes)
                    .map(Some)
                    .map_err(|_| "must be from 1 to 10080".to_owned())
            })
        }),
        owner_id: None,
        company_id: None,
        contact_id: None,
        lead_id: None,
        deal_id: None,
        kind: kind.unwrap_or(ActivityKind::Task),
        done: Some(done.unwrap_or(false)),
        external_id: row.text(F::ExternalId),
    };
    if activity.subject.is_empty() {
        row.fault(F::Subject, "the activity has no subject");
    }
    let required: &[F] = if activity.subject.is_empty() {
        &[F::Subject]
    } else {
        &[]
    };
    row.check(&activity, required);
    ActivityDraft {
        kind,
        done,
        done_at: done_at.filter(|_| done == Some(true)),
        about: About::read(row),
        owner: row.link(F::Owner),
        activity,
    }
}

/// What kind of activity it is, as other systems say it.
#[must_use]
pub fn kind_word(squeezed: &str) -> Option<ActivityKind> {
    match squeezed {
        "call" | "phonecall" | "calls" | "anruf" | "telefonat" | "appel" | "appeltelephonique"
        | "poziv" => Some(ActivityKind::Call),
        "meeting" | "event" | "appointment" | "lunch" | "termin" | "besprechung" | "reunion"
        | "rendezvous" | "sastanak" => Some(ActivityKind::Meeting),
        "email" | "mail" | "emails" | "courriel" | "imejl" => Some(ActivityKind::Email),
        "task" | "todo" | "tasks" | "deadline" | "followup" | "other" | "aufgabe" | "tache"
        | "zadatak" => Some(ActivityKind::Task),
        _ => None,
    }
}
