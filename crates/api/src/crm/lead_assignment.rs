//! Who gets a lead for which nobody is named.

use domain::{core::time::today, crm::lead::next_in_turn, identity::member::may_own};
use persistence::{
    StoreResult, Tx,
    crm::lead_settings,
    identity::{absence, member, organization},
};
use shared_types::{
    MemberId,
    crm::{LeadAssignment, LeadSettings},
};

use crate::core::{context::Principal, error::ApiResult};

/// The member who gets a new lead, and its name.
///
/// # Errors
/// When the database does not answer.
pub async fn assignee(
    tx: &Tx,
    settings: &LeadSettings,
    me: &Principal,
) -> ApiResult<(Option<MemberId>, Option<String>)> {
    match settings.assignment {
        LeadAssignment::Creator => Ok((Some(me.member_id), Some(me.name.clone()))),
        LeadAssignment::Nobody => Ok((None, None)),
        LeadAssignment::RoundRobin => in_turn(tx, &settings.member_ids).await,
    }
}

async fn in_turn(tx: &Tx, members: &[MemberId]) -> ApiResult<(Option<MemberId>, Option<String>)> {
    let mut turn = Turn::load(tx, members).await?;
    let next = turn.serve();
    turn.keep(tx).await?;
    let name = turn.there.into_iter().find(|row| Some(row.id) == next);
    Ok((next, name.map(|row| row.name)))
}

/// Whose turn it is, for as many leads as there are in a transaction.
pub struct Turn {
    members: Vec<MemberId>,
    /// Those who can take leads today.
    there: Vec<member::Model>,
    last: Option<MemberId>,
    moved: bool,
}

impl Turn {
    /// Reads whose turn it is. Whoever is next is held from here on, until the transaction ends.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn load(tx: &Tx, members: &[MemberId]) -> StoreResult<Self> {
        let mut there = member::available(tx, members).await?;
        let zone = organization::get(tx).await?.time_zone;
        let day = today(tx.now(), zone.parse().unwrap_or(chrono_tz::UTC));
        let away = absence::away(tx, day).await?;
        there.retain(|row| !away.contains(&row.id) && may_own(row.role, row.active));
        Ok(Self {
            members: members.to_vec(),
            there,
            last: lead_settings::last_in_turn(tx).await?,
            moved: false,
        })
    }

    /// Who gets the next lead; nobody where nobody is there.
    pub fn serve(&mut self) -> Option<MemberId> {
        let there = |id| self.there.iter().any(|row| row.id == id);
        let next = next_in_turn(&self.members, self.last, there)?;
        self.last = Some(next);
        self.moved = true;
        Some(next)
    }

    /// Remembers who got the last one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn keep(&self, tx: &Tx) -> StoreResult<()> {
        match self.last {
            Some(last) if self.moved => lead_settings::served(tx, last).await,
            _ => Ok(()),
        }
    }
}
