//! What coaches saw in the demo, and what their agents do about it.

use chrono::{DateTime, TimeDelta, Utc};
use persistence::{
    coaching::{action_item, action_plan, quick_note},
    crm::deal,
    identity::member,
};
use shared_types::{
    MemberId, OrganizationId, Role,
    coaching::{
        ActionItemStatus, ActionPlanStatus, ActionPriority, QuickNoteCategory, QuickNoteVisibility,
    },
    crm::DealStatus,
    platform::{EventKind, SubjectKind},
};

use super::{History, chance::Chance};

/// What coaches say: category, whether the agent reads it, and the words.
const NOTES: [(QuickNoteCategory, bool, &str); 9] = [
    (
        QuickNoteCategory::Praise,
        true,
        "Let the customer finish, summed up, and only then named the price.",
    ),
    (
        QuickNoteCategory::Improvement,
        true,
        "The budget came up in the third call. Ask for it in the first.",
    ),
    (
        QuickNoteCategory::Observation,
        true,
        "Prepares calls with the customer's annual report open. Others could, too.",
    ),
    (
        QuickNoteCategory::Risk,
        false,
        "Three deals hang on one champion each. Talk about second contacts.",
    ),
    (
        QuickNoteCategory::Observation,
        false,
        "Was quiet in the team meeting. Ask how the week went.",
    ),
    (
        QuickNoteCategory::Question,
        true,
        "Why was the discount offered before anybody asked for one?",
    ),
    (
        QuickNoteCategory::FollowUp,
        true,
        "Wants to run the next demo alone. Agree on a date.",
    ),
    (
        QuickNoteCategory::Praise,
        true,
        "Won back a customer who had gone silent for a month.",
    ),
    (
        QuickNoteCategory::Improvement,
        false,
        "Notes after calls are thin: no next step, no date.",
    ),
];

/// Plans with their goal and items: title, days from now on which it is due, and how it stands.
type PlanOf = (
    &'static str,
    &'static str,
    [(&'static str, i64, ActionItemStatus); 4],
);

const PLANS: [PlanOf; 3] = {
    use ActionItemStatus::{Cancelled, Done, InProgress, Open};
    [
        (
            "Qualify before quoting",
            "No quote leaves without budget, need and a date. Fewer quotes, more of them won.",
            [
                ("Write down the five questions of the first call", -40, Done),
                ("Ask them in every first call for two weeks", -20, Done),
                ("Go through five lost quotes together", -4, InProgress),
                ("Bring the win rate of quotes to a third", 21, Open),
            ],
        ),
        (
            "A second contact in every large deal",
            "No deal over 20,000 that hangs on one person.",
            [
                ("List the deals with a single contact", -30, Done),
                ("Meet a second person in three of them", 5, InProgress),
                ("Ask for the chart of the buying team", 12, Open),
                ("Lunch with every purchasing department", -10, Cancelled),
            ],
        ),
        (
            "Follow up within two days",
            "Customers hear of us before they have to ask.",
            [
                ("Block half an hour for follow-ups each morning", -25, Done),
                ("Clear everything that is overdue", -6, Open),
                ("A next step with a date in each open deal", 3, InProgress),
                ("Review what is still slipping", 18, Open),
            ],
        ),
    ]
};

/// What is made.
#[derive(Default)]
pub(super) struct Made {
    pub(super) notes: Vec<quick_note::Model>,
    pub(super) plans: Vec<action_plan::Model>,
    pub(super) items: Vec<action_item::Model>,
}

/// Where it is made.
pub(super) struct Scene<'a> {
    pub(super) organization: OrganizationId,
    pub(super) now: DateTime<Utc>,
    pub(super) members: &'a [member::Model],
    pub(super) deals: &'a [deal::Model],
}

/// Quick notes, plans and items of everybody who has a leader.
pub(super) fn make(chance: &mut Chance, scene: &Scene<'_>, history: &mut History) -> Made {
    let mut made = Made::default();
    let coached = scene.members.iter().filter_map(|row| {
        let sells = matches!(row.role, Role::Agent | Role::SalesRep);
        let coach = row.team_leader_id.or(row.manager_id);
        Some((row, coach.filter(|_| sells)?))
    });
    for (at, (agent, coach)) in coached.enumerate() {
        for (category, shared, text) in NOTES.iter().skip(at % 3).step_by(2) {
            let day = scene.now - TimeDelta::days(chance.between(1, 80));
            let note = (*category, *shared, *text);
            let row = note_of(chance, scene, (agent.id, coach), day, note);
            let subject = (SubjectKind::QuickNote, row.id.0, agent.name.as_str());
            history.add(chance, day, coach, EventKind::Created, subject, &[]);
            made.notes.push(row);
        }
        plan_of(chance, scene, (agent, coach), at, (&mut made, history));
    }
    made
}

fn note_of(
    chance: &mut Chance,
    scene: &Scene<'_>,
    (agent_id, author_id): (MemberId, MemberId),
    at: DateTime<Utc>,
    (category, shared, text): (QuickNoteCategory, bool, &str),
) -> quick_note::Model {
    let mut deals = scene.deals.iter();
    let deal = deals.find(|deal| deal.owner_id == Some(agent_id) && chance.percent(30));
    let row = quick_note::Model {
        id: chance.id(at),
        organization_id: scene.organization,
        agent_id,
        author_id,
        text: text.to_owned(),
        category,
        visibility: if shared {
            QuickNoteVisibility::Shared
        } else {
            QuickNoteVisibility::Private
        },
        observed_on: at.date_naive(),
        company_id: deal.and_then(|deal| deal.company_id),
        contact_id: None,
        deal_id: deal.map(|deal| deal.id),
        search_text: String::new(),
        created_at: at,
        updated_at: at,
        deleted_at: None,
        version: 1,
    };
    row.derived()
}

fn plan_of(
    chance: &mut Chance,
    scene: &Scene<'_>,
    (agent, coach): (&member::Model, MemberId),
    at: usize,
    (made, history): (&mut Made, &mut History),
) {
    let (title, goal, items) = &PLANS[at % PLANS.len()];
    let began = scene.now - TimeDelta::days(55);
    let plan = action_plan::Model {
        id: chance.id(began),
        organization_id: scene.organization,
        title: (*title).to_owned(),
        goal: Some((*goal).to_owned()),
        agent_id: agent.id,
        created_by_id: coach,
        status: ActionPlanStatus::Active,
        due_on: Some((scene.now + TimeDelta::days(30)).date_naive()),
        due_rank: scene.now.date_naive(),
        closed_at: None,
        search_text: String::new(),
        created_at: began,
        updated_at: began,
        deleted_at: None,
        version: 1,
    }
    .derived();
    let subject = (SubjectKind::ActionPlan, plan.id.0, agent.name.as_str());
    history.add(chance, began, coach, EventKind::Created, subject, &[]);
    let lost =
        |deal: &&deal::Model| deal.owner_id == Some(agent.id) && deal.status == DealStatus::Lost;
    let lost = scene.deals.iter().find(lost);
    for (position, (title, days, status)) in (0_i32..).zip(items) {
        let due = scene.now + TimeDelta::days(*days);
        let done = *status == ActionItemStatus::Done;
        // What is to be learnt from a loss is linked to it.
        let from = lost.filter(|_| position == 2);
        let item = action_item::Model {
            id: chance.id(began),
            organization_id: scene.organization,
            title: (*title).to_owned(),
            description: None,
            owner_id: agent.id,
            created_by_id: coach,
            plan_id: Some(plan.id),
            position,
            due_on: Some(due.date_naive()),
            due_rank: due.date_naive(),
            priority: if position == 2 {
                ActionPriority::High
            } else {
                ActionPriority::Normal
            },
            status: *status,
            completed_at: done.then(|| due - TimeDelta::days(chance.between(0, 3))),
            deal_id: from.map(|deal| deal.id),
            lost_reason_id: from.and_then(|deal| deal.lost_reason_id),
            search_text: String::new(),
            created_at: began,
            updated_at: began,
            deleted_at: None,
            version: 1,
        }
        .derived();
        let subject = (SubjectKind::ActionItem, item.id.0, agent.name.as_str());
        history.add(chance, began, coach, EventKind::Created, subject, &[]);
        made.items.push(item);
    }
    made.plans.push(plan);
}
