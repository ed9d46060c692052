//! The lists of the records behind computed values, by the same conditions as the values, so that the two never disagree.

use chrono_tz::Tz;
use shared_types::coaching::{MetricComputation, MetricList};
use shared_types::crm::{ActivityKind, DealStatus, ListActivities, ListDeals, ListLeads};
use shared_types::{AnyOf, MemberId};

use crate::core::time::DayRange;

fn list(path: &str, query: Result<String, serde_urlencoded::ser::Error>) -> MetricList {
    MetricList {
        path: path.to_owned(),
        // Every filter is a word, a time or a list of ids: nothing that could not be written.
        query: query.unwrap_or_default(),
    }
}

/// The lists of what is behind a computed value of some members in a period: at most 100 members, whom a list can name.
#[must_use]
pub fn lists(
    computation: MetricComputation,
    members: &[MemberId],
    period: DayRange,
    zone: Tz,
) -> Vec<MetricList> {
    use MetricComputation as C;
    if members.is_empty() || members.len() > 100 {
        return Vec::new();
    }
    let owner_id = Some(AnyOf(members.to_vec()));
    let (after, before) = period.instants(zone);
    let activities = |kind| {
        let query = ListActivities {
            kind: Some(AnyOf(vec![kind])),
            done: Some(true),
            owner_id: owner_id.clone(),
            done_after: Some(after),
            done_before: Some(before),
            ..ListActivities::default()
        };
        vec![list(
            "/api/v1/activities",
            serde_urlencoded::to_string(query),
        )]
    };
    let deals = |status: &[DealStatus]| {
        let query = ListDeals {
            status: Some(AnyOf(status.to_vec())),
            owner_id: owner_id.clone(),
            closed_after: Some(period.start),
            closed_before: Some(period.end),
            ..ListDeals::default()
        };
        vec![list("/api/v1/deals", serde_urlencoded::to_string(query))]
    };
    match computation {
        C::Calls => activities(ActivityKind::Call),
        C::Meetings => activities(ActivityKind::Meeting),
        C::NewLeads | C::LeadConversion => {
            let query = ListLeads {
                owner_id: owner_id.clone(),
                created_after: Some(after),
                created_before: Some(before),
                ..ListLeads::default()
            };
            vec![list("/api/v1/leads", serde_urlencoded::to_string(query))]
        }
        C::DealsWon | C::ValueWon => deals(&[DealStatus::Won]),
        C::DealsLost => deals(&[DealStatus::Lost]),
        C::WinRate | C::AverageDealAge => deals(&[DealStatus::Won, DealStatus::Lost]),
    }
}
