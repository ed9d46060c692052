//! Leads: what they score and why, who gets them, and when one may be converted.

use shared_types::{
    MemberId,
    crm::{LeadSource, LeadStatus, ScoreField, ScoreReason, ScoreRule},
};

use crate::core::{
    error::{DomainError, DomainResult},
    text::fold,
};

/// Domains at which anybody may have an address: it says nothing about a company.
const FREE_MAIL: &[&str] = &[
    "aol.com",
    "gmail.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hotmail.com",
    "icloud.com",
    "live.com",
    "mail.ru",
    "me.com",
    "msn.com",
    "outlook.com",
    "proton.me",
    "protonmail.com",
    "web.de",
    "yahoo.com",
    "yandex.ru",
];

/// What rules look at.
#[derive(Clone, Copy, Debug, Default)]
pub struct LeadFacts<'a> {
    pub email: Option<&'a str>,
    pub phone: Option<&'a str>,
    pub company_name: Option<&'a str>,
    pub website: Option<&'a str>,
    pub job_title: Option<&'a str>,
    pub industry: Option<&'a str>,
    pub country: Option<&'a str>,
    pub source: Option<LeadSource>,
    /// Minor units.
    pub amount: Option<i64>,
}

/// Whether an address is at a company rather than at a free provider.
#[must_use]
pub fn is_business_email(address: &str) -> bool {
    address
        .rsplit_once('@')
        .is_some_and(|(_, domain)| !is_free_mail(domain))
}

/// Whether anybody may have an address at a domain.
#[must_use]
pub fn is_free_mail(domain: &str) -> bool {
    FREE_MAIL.contains(&fold(domain).as_str())
}

/// The rules of an organization that has not made its own.
#[must_use]
pub fn default_rules() -> Vec<ScoreRule> {
    let rule = |field, value: Option<&str>, points| ScoreRule {
        field,
        value: value.map(str::to_owned),
        points,
    };
    vec![
        rule(ScoreField::BusinessEmail, None, 20),
        rule(ScoreField::Phone, None, 10),
        rule(ScoreField::CompanyName, None, 10),
        rule(ScoreField::Website, None, 5),
        rule(
            ScoreField::JobTitle,
            Some("chief,director,head,owner,president,vp,ceo,cto,cfo"),
            20,
        ),
        rule(ScoreField::Source, Some("referral,partner"), 20),
        rule(ScoreField::Source, Some("website,event"), 10),
        rule(ScoreField::Amount, Some("1000000"), 15),
    ]
}

/// What a rule finds in a lead: `None` where it does not hold, the word it found where it looked
/// for some.
fn holds(rule: &ScoreRule, facts: &LeadFacts<'_>) -> Option<Option<String>> {
    let source = facts.source.map(|source| source.to_string());
    let text = match rule.field {
        ScoreField::Email => facts.email,
        ScoreField::BusinessEmail => facts.email.filter(|address| is_business_email(address)),
        ScoreField::Phone => facts.phone,
        ScoreField::CompanyName => facts.company_name,
        ScoreField::Website => facts.website,
        ScoreField::JobTitle => facts.job_title,
        ScoreField::Industry => facts.industry,
        ScoreField::Country => facts.country,
        ScoreField::Source => source.as_deref(),
        ScoreField::Amount => {
            let amount = facts.amount?;
            let least = rule
                .value
                .as_deref()
                .and_then(|value| value.trim().parse().ok());
            return (amount >= least.unwrap_or(1)).then_some(None);
        }
    }?;
    let Some(wanted) = &rule.value else {
        return (!text.trim().is_empty()).then_some(None);
    };
    // Whole words: a "vp" is no part of another word.
    let there = fold(text);
    let there = format!(
        " {} ",
        there
            .split(|letter: char| !letter.is_alphanumeric())
            .collect::<Vec<_>>()
            .join(" ")
    );
    wanted
        .split(',')
        .map(str::trim)
        .find(|word| !word.is_empty() && there.contains(&format!(" {} ", fold(word))))
        .map(|word| Some(word.to_owned()))
}

/// The score of a lead, 0–100, and why.
#[must_use]
pub fn score(rules: &[ScoreRule], facts: &LeadFacts<'_>) -> (i32, Vec<ScoreReason>) {
    let reasons: Vec<ScoreReason> = rules
        .iter()
        .filter_map(|rule| {
            holds(rule, facts).map(|found| ScoreReason {
                field: rule.field,
                found,
                points: rule.points,
            })
        })
        .collect();
    let sum: i32 = reasons.iter().map(|reason| reason.points).sum();
    (sum.clamp(0, 100), reasons)
}

/// What brings a lead from one state to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusStep {
    /// Nothing: it is there.
    Stay,
    /// Writing the state.
    Change,
    /// Converting the lead.
    Convert,
}

/// What it takes to bring a lead to a state.
///
/// # Errors
/// 409 when it is converted: then it stays so.
pub fn status_step(now: LeadStatus, wanted: LeadStatus) -> DomainResult<StatusStep> {
    if wanted == now {
        return Ok(StatusStep::Stay);
    }
    check_open(now)?;
    Ok(match wanted {
        LeadStatus::Converted => StatusStep::Convert,
        _ => StatusStep::Change,
    })
}

/// Whether a lead may be moved to a state by writing it.
///
/// # Errors
/// 409 when it is converted; 422 on `status` when it is to become so.
pub fn check_status(now: LeadStatus, wanted: LeadStatus) -> DomainResult<()> {
    match status_step(now, wanted)? {
        StatusStep::Stay | StatusStep::Change => Ok(()),
        StatusStep::Convert => Err(DomainError::invalid(
            "status",
            "becomes converted by converting the lead",
        )),
    }
}

/// Whether a lead may be changed or converted.
///
/// # Errors
/// 409 when it has been converted.
pub fn check_open(now: LeadStatus) -> DomainResult<()> {
    if now == LeadStatus::Converted {
        return Err(DomainError::conflict(
            "The lead has been converted; change what it became.",
        ));
    }
    Ok(())
}

/// Whose turn it is: the next after the one who was served last, without those who are not
/// available. `None` when nobody is.
#[must_use]
pub fn next_in_turn(
    members: &[MemberId],
    last: Option<MemberId>,
    is_available: impl Fn(MemberId) -> bool,
) -> Option<MemberId> {
    let after = last
        .and_then(|last| members.iter().position(|member| *member == last))
        .map_or(0, |place| place + 1);
    let (before, behind) = members.split_at(after.min(members.len()));
    behind
        .iter()
        .chain(before)
        .copied()
        .find(|member| is_available(*member))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn rule(field: ScoreField, value: Option<&str>, points: i32) -> ScoreRule {
        ScoreRule {
            field,
            value: value.map(str::to_owned),
            points,
        }
    }

    #[test]
    fn a_score_says_why() {
        let facts = LeadFacts {
            email: Some("katherine@acme.example"),
            job_title: Some("VP of Sales"),
            source: Some(LeadSource::ColdCall),
            ..LeadFacts::default()
        };
        let rules = [
            rule(ScoreField::BusinessEmail, None, 20),
            rule(ScoreField::JobTitle, Some("head, vp"), 30),
            rule(ScoreField::Source, Some("coldCall"), -10),
            rule(ScoreField::Phone, None, 50),
            rule(ScoreField::Amount, Some("100"), 50),
        ];
        let (score, reasons) = score(&rules, &facts);
        assert_eq!(score, 40);
        let found: Vec<_> = reasons.iter().map(|it| it.found.as_deref()).collect();
        assert_eq!(found, [None, Some("vp"), Some("coldCall")]);
    }

    #[test]
    fn free_mail_and_parts_of_words_count_for_nothing() {
        let facts = LeadFacts {
            email: Some("katherine@GMAIL.com"),
            job_title: Some("Forehead model"),
            ..LeadFacts::default()
        };
        let rules = [
            rule(ScoreField::BusinessEmail, None, 20),
            rule(ScoreField::JobTitle, Some("head"), 30),
            rule(ScoreField::Email, None, 5),
        ];
        assert_eq!(score(&rules, &facts).0, 5);
    }

    #[test]
    fn what_is_converted_stays_so() {
        use LeadStatus as S;
        assert!(check_status(S::New, S::Qualified).is_ok());
        assert!(check_status(S::Unqualified, S::New).is_ok());
        assert!(check_status(S::New, S::Converted).is_err());
        assert!(check_status(S::Converted, S::New).is_err());
        assert!(check_open(S::Converted).is_err());
        assert_eq!(status_step(S::New, S::Unqualified), Ok(StatusStep::Change));
        assert_eq!(
            status_step(S::Unqualified, S::Converted),
            Ok(StatusStep::Convert)
        );
        for &state in S::ALL {
            assert_eq!(status_step(state, state), Ok(StatusStep::Stay));
            assert_eq!(
                status_step(S::Converted, state).is_ok(),
                state == S::Converted
            );
        }
    }

    proptest! {
        #[test]
        fn a_score_is_from_0_to_100(points in prop::collection::vec(-100..=100_i32, 0..20)) {
            let rules: Vec<_> = points.iter().map(|points| rule(ScoreField::Phone, None, *points)).collect();
            let facts = LeadFacts { phone: Some("110"), ..LeadFacts::default() };
            let (score, reasons) = score(&rules, &facts);
            prop_assert!((0..=100).contains(&score));
            prop_assert_eq!(reasons.len(), rules.len());
        }

        #[test]
        fn everybody_who_is_there_gets_as_many(count in 1..9_u128, absent in 0..9_u128, rounds in 1..5_usize) {
            let members: Vec<_> = (0..count).map(|id| MemberId(Uuid::from_u128(id))).collect();
            let away = MemberId(Uuid::from_u128(absent));
            let there = members.iter().filter(|member| **member != away).count();
            let mut last = None;
            let mut served = std::collections::HashMap::new();
            for _ in 0..rounds * there {
                last = next_in_turn(&members, last, |member| member != away);
                *served.entry(last.unwrap()).or_insert(0) += 1;
            }
            prop_assert!(!served.contains_key(&away));
            prop_assert!(served.values().all(|times| *times == rounds));
            prop_assert_eq!(next_in_turn(&members, last, |_| false), None);
        }
    }
}
