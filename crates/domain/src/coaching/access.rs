//! Who reads what is said in coaching: whoever takes part, the line above the agent, and for a while an
//! administrator who says why.

use shared_types::MemberId;

/// How somebody comes to read a record of coaching.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// It is about them: they read what is shared.
    Agent,
    /// They coach, or stand in the line above the agent.
    Coach,
    /// An administrator who opened it.
    Opened,
}

impl Side {
    /// Whether what the coach prepared is shown, too.
    #[must_use]
    pub const fn sees_preparation(self) -> bool {
        !matches!(self, Self::Agent)
    }

    /// Whether it may be changed from here, where the permission is there.
    #[must_use]
    pub const fn may_change(self) -> bool {
        matches!(self, Self::Coach)
    }
}

/// From which side `me` reads a record about these agents by these coaches; `None` where they may not.
/// `line` are the members whose line reaches `me`; `opened` says whether the record was opened to them.
#[must_use]
pub fn side(
    me: MemberId,
    line: &[MemberId],
    agents: &[MemberId],
    coaches: &[MemberId],
    opened: bool,
) -> Option<Side> {
    // Whoever is coached stands on the agent's side, even where they lead others or opened it.
    if agents.contains(&me) {
        return Some(Side::Agent);
    }
    if coaches.contains(&me) || agents.iter().any(|agent| line.contains(agent)) {
        return Some(Side::Coach);
    }
    opened.then_some(Side::Opened)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(number: u128) -> MemberId {
        MemberId(uuid::Uuid::from_u128(number))
    }

    #[test]
    fn coaching_is_read_by_those_in_it_and_the_line_above() {
        let (agent, coach, above, other) = (member(1), member(2), member(3), member(4));
        let of = |me, line: &[MemberId], opened| side(me, line, &[agent], &[coach], opened);
        assert_eq!(of(agent, &[], false), Some(Side::Agent));
        // A leader who is coached reads what is shared, whatever they lead or opened.
        assert_eq!(of(agent, &[agent, other], true), Some(Side::Agent));
        assert_eq!(of(coach, &[], false), Some(Side::Coach));
        assert_eq!(of(above, &[above, coach, agent], false), Some(Side::Coach));
        assert_eq!(of(other, &[other], false), None);
        assert_eq!(of(other, &[other], true), Some(Side::Opened));
        assert!(!Side::Opened.may_change() && Side::Opened.sees_preparation());
        assert!(!Side::Agent.sees_preparation() && !Side::Agent.may_change());
        assert!(Side::Coach.may_change());
    }
}
