//! Who may read and change a note.

use shared_types::{MemberId, Permission, Role, crm::CreateNote, platform::SubjectKind};

use crate::{
    core::error::{DomainError, DomainResult},
    identity::role::{reach, within},
};

/// A record that a note is about, by who looks after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owned(pub Option<MemberId>);

/// What a note is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// The company.
    pub company: Option<Owned>,
    /// The contact.
    pub contact: Option<Owned>,
    /// The lead.
    pub lead: Option<Owned>,
    /// The deal.
    pub deal: Option<Owned>,
}

impl About {
    /// Whether a note is for those alone who may read its lead or its deal: these are guarded more
    /// closely than the company and the contact beside them.
    #[must_use]
    pub const fn is_guarded(&self) -> bool {
        self.lead.is_some() || self.deal.is_some()
    }
}

/// Checks that a new note is about something.
///
/// # Errors
/// Invalid on `companyId` where it is about nothing.
pub fn check_about(note: &CreateNote) -> DomainResult<()> {
    let about = [
        note.company_id.is_some(),
        note.contact_id.is_some(),
        note.lead_id.is_some(),
        note.deal_id.is_some(),
    ];
    if about.contains(&true) {
        return Ok(());
    }
    Err(DomainError::invalid(
        "companyId",
        "is required, or one of contactId, leadId and dealId",
    ))
}

/// The record among those that a note is about which a member may read, and the note with it; without
/// one, not the note either. `team` is what [`crate::identity::member::reaches`] answers.
#[must_use]
pub fn readable(
    about: &About,
    role: Role,
    member: MemberId,
    team: &[MemberId],
) -> Option<SubjectKind> {
    let candidates = if about.is_guarded() {
        [
            (SubjectKind::Deal, Permission::DealsRead, about.deal),
            (SubjectKind::Lead, Permission::LeadsRead, about.lead),
        ]
    } else {
        [
            (
                SubjectKind::Company,
                Permission::CompaniesRead,
                about.company,
            ),
            (
                SubjectKind::Contact,
                Permission::ContactsRead,
                about.contact,
            ),
        ]
    };
    candidates
        .into_iter()
        .find(|(_, permission, record)| {
            record.is_some_and(|Owned(owner)| {
                reach(role, *permission).is_some_and(|reach| within(reach, owner, member, team))
            })
        })
        .map(|(kind, ..)| kind)
}

/// Whether a member may read what a confidential note of this author says, where it may read the note.
#[must_use]
pub fn reads_confidential(
    author: MemberId,
    role: Role,
    member: MemberId,
    team: &[MemberId],
) -> bool {
    reach(role, Permission::NotesReadConfidential)
        .is_some_and(|reach| within(reach, Some(author), member, team))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(number: u128) -> MemberId {
        MemberId(uuid::Uuid::from_u128(number))
    }

    #[test]
    fn whoever_reads_the_record_reads_the_note() {
        let (me, other) = (member(1), member(2));
        let owned = |owner| Some(Owned(Some(owner)));
        let of_company = About {
            company: owned(other),
            ..About::default()
        };
        let read = |about: &About, role, team: &[MemberId]| readable(about, role, me, team);
        assert_eq!(
            read(&of_company, Role::Agent, &[]),
            Some(SubjectKind::Company)
        );
        assert_eq!(read(&of_company, Role::Advocate, &[]), None);
        let of_deal = About {
            deal: owned(other),
            ..of_company
        };
        assert_eq!(read(&of_deal, Role::Agent, &[]), None);
        assert_eq!(
            read(&of_deal, Role::TeamLeader, &[other]),
            Some(SubjectKind::Deal)
        );
        assert_eq!(read(&of_deal, Role::Manager, &[]), Some(SubjectKind::Deal));
        let of_both = About {
            lead: owned(me),
            ..of_deal
        };
        assert_eq!(read(&of_both, Role::Agent, &[]), Some(SubjectKind::Lead));
        assert_eq!(read(&About::default(), Role::Admin, &[]), None);
    }

    #[test]
    fn what_is_confidential_is_for_its_author_and_those_above() {
        let (me, mate) = (member(1), member(2));
        assert!(reads_confidential(me, Role::Agent, me, &[]));
        assert!(!reads_confidential(mate, Role::SalesRep, me, &[mate]));
        assert!(reads_confidential(mate, Role::TeamLeader, me, &[mate]));
        assert!(!reads_confidential(mate, Role::TeamLeader, me, &[]));
        assert!(reads_confidential(mate, Role::Manager, me, &[]));
    }

    #[test]
    fn a_note_is_about_something() {
        let nothing = CreateNote::default();
        assert!(check_about(&nothing).is_err());
        let lead_id = Some(shared_types::LeadId(uuid::Uuid::nil()));
        assert!(check_about(&CreateNote { lead_id, ..nothing }).is_ok());
    }
}
