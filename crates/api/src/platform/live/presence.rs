//! Who has which record open, at this server and at others.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use shared_types::platform::{
    PresentMember, RealtimeData, RealtimeKind, RealtimeMessage, RealtimeSubject, SignalKind,
};
use uuid::Uuid;

use super::{
    bus::Signal,
    hub::{Hub, Inner, Outgoing, Tenant},
};

/// How long it is believed what another server said: longer than three times [`REPEATED`].
const BELIEVED: Duration = Duration::from_secs(35);
/// How often servers repeat who has what open, for those that missed it.
pub(super) const REPEATED: Duration = Duration::from_secs(10);

/// Who has what open, at other servers.
#[derive(Default)]
pub struct Present(HashMap<RealtimeSubject, HashMap<Uuid, Said>>);

struct Said {
    members: Vec<PresentMember>,
    at: Instant,
}

/// What hearing of another server changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// Nothing.
    Same,
    /// Others have the record open there than before.
    Changed,
    /// Somebody has it open there, and that server may not know who has it open here.
    New,
}

impl Present {
    /// Takes over what a server says.
    pub(super) fn hear(
        &mut self,
        server: Uuid,
        subject: RealtimeSubject,
        members: Vec<PresentMember>,
        now: Instant,
    ) -> Heard {
        let servers = self.0.entry(subject).or_default();
        let known = servers.get(&server);
        let heard = match known {
            Some(known) if known.members == members => Heard::Same,
            None if members.is_empty() => Heard::Same,
            Some(_) => Heard::Changed,
            None => Heard::New,
        };
        if members.is_empty() {
            servers.remove(&server);
        } else {
            servers.insert(server, Said { members, at: now });
        }
        if servers.is_empty() {
            self.0.remove(&subject);
        }
        heard
    }

    /// Forgets servers that say nothing any more; of which records.
    pub(super) fn forget_old(&mut self, now: Instant) -> Vec<RealtimeSubject> {
        let mut changed = Vec::new();
        self.0.retain(|subject, servers| {
            let before = servers.len();
            servers.retain(|_, said| now.duration_since(said.at) < BELIEVED);
            if servers.len() < before {
                changed.push(*subject);
            }
            !servers.is_empty()
        });
        changed
    }

    fn of(&self, subject: RealtimeSubject) -> impl Iterator<Item = &PresentMember> {
        let servers = self.0.get(&subject);
        servers
            .into_iter()
            .flat_map(HashMap::values)
            .flat_map(|said| &said.members)
    }
}

/// Who has a record open here.
fn here(inner: &Inner, subject: RealtimeSubject) -> Vec<PresentMember> {
    let open = inner.connections.values();
    let mut members: Vec<PresentMember> = open
        .filter(|connection| connection.open == Some(subject))
        .map(|connection| PresentMember {
            id: connection.principal.member_id,
            name: connection.principal.name.clone(),
        })
        .collect();
    members.sort();
    members.dedup();
    members
}

/// Tells those who have a record open here who else has, of all servers.
pub(super) fn show(inner: &mut Inner, subject: RealtimeSubject, now: DateTime<Utc>) {
    let mut everybody = here(inner, subject);
    everybody.extend(inner.elsewhere.of(subject).cloned());
    everybody.sort();
    everybody.dedup();
    inner.connections.retain(|_, connection| {
        if connection.open != Some(subject) {
            return true;
        }
        let mut members = everybody.clone();
        members.retain(|member| member.id != connection.principal.member_id);
        let message = RealtimeMessage {
            id: None,
            kind: RealtimeKind::Signal(SignalKind::Presence),
            subject: Some(subject),
            actor: None,
            at: now,
            data: RealtimeData {
                members: Some(members),
                ..RealtimeData::default()
            },
        };
        connection.send(&Outgoing::signal(&message))
    });
}

impl Hub {
    /// Says that others have a record open here than before.
    pub fn announce(&self, tenant: &Arc<Tenant>, subject: RealtimeSubject) {
        let members = here(&tenant.lock(), subject);
        self.bus.send(Signal::Present {
            organization: tenant.organization,
            server: self.bus.server,
            subject,
            members,
        });
    }

    /// Says again who has what open here.
    pub(super) fn repeat(&self, tenant: &Arc<Tenant>) {
        let mut open: Vec<RealtimeSubject> = {
            let inner = tenant.lock();
            let connections = inner.connections.values();
            connections
                .filter_map(|connection| connection.open)
                .collect()
        };
        open.sort_by_key(|subject| subject.id);
        open.dedup();
        for subject in open {
            self.announce(tenant, subject);
        }
    }
}

#[cfg(test)]
mod tests {
    use shared_types::{MemberId, platform::SubjectKind};

    use super::*;

    #[test]
    fn what_a_server_said_holds_until_it_says_otherwise_or_nothing() {
        let start = Instant::now();
        let (near, far) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let subject = RealtimeSubject {
            kind: SubjectKind::Deal,
            id: Uuid::from_u128(3),
        };
        let ada = PresentMember {
            id: MemberId(Uuid::from_u128(4)),
            name: "Ada".to_owned(),
        };
        let mut present = Present::default();
        assert_eq!(present.hear(near, subject, vec![], start), Heard::Same);
        assert_eq!(
            present.hear(near, subject, vec![ada.clone()], start),
            Heard::New
        );
        assert_eq!(
            present.hear(near, subject, vec![ada.clone()], start + REPEATED),
            Heard::Same
        );
        present.hear(far, subject, vec![ada.clone()], start + REPEATED);
        assert_eq!(present.of(subject).count(), 2);
        assert_eq!(
            present.hear(far, subject, vec![], start + REPEATED),
            Heard::Changed
        );
        assert!(present.forget_old(start + BELIEVED).is_empty());
        assert_eq!(
            present.forget_old(start + BELIEVED + REPEATED),
            vec![subject]
        );
        assert!(present.0.is_empty());
    }
}
