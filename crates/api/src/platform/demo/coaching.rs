//! The coaching of the demo organization: a quarter of it for the first office, with a series, a dispute and an acknowledgement that
//! is late.

use chrono::{DateTime, TimeDelta, Timelike, Utc};
use domain::{coaching::score::score, core::text::fold};
use persistence::{
    StoreResult, Tx,
    coaching::{
        rubric,
        session::{self, Model},
        session_part::{agenda, comment, dispute, participant},
        template,
    },
    identity::member,
    stored,
};
use shared_types::{
    CoachingSeriesId, MemberId, OrganizationId, Role, RubricId,
    coaching::{
        CoachingKind, CoachingSide, CoachingStatus, DisputeStatus, QuestionKind, RubricAnswer,
        RubricChoice, RubricQuestion, RubricStatus,
    },
};

use super::{chance::Chance, people::Team};

/// Sessions of each agent in the past, two weeks apart.
const PAST: i64 = 6;
/// Sessions of the series that are still to come.
const AHEAD: i64 = 6;

const AGENDA: [&str; 3] = ["What moved", "What is stuck", "One call together"];
const NOTES: [&str; 4] = [
    "Opened with the customer's own words; the next step was left open twice. Agreed to end each call with a date.",
    "Discovery is deeper. Price came up before value: tries the order need, cost of doing nothing, price.",
    "Pipeline is cleaner, four old deals closed as lost. Two of them had no champion: looks for one first.",
    "Handled the procurement objection well. Wants to practise silence after the offer.",
];
const PREPARATION: &str = "Listened to two calls of last week; compare with the scorecard.";

/// Everything that is written.
#[derive(Default)]
struct Made {
    sessions: Vec<Model>,
    participants: Vec<participant::Model>,
    agenda: Vec<agenda::Model>,
    comments: Vec<comment::Model>,
    disputes: Vec<dispute::Model>,
}

/// What sessions are made of.
struct Scene<'a> {
    organization: OrganizationId,
    now: DateTime<Utc>,
    rubric: &'a rubric::Model,
}

/// Writes the coaching of the first office.
///
/// # Errors
/// When the database refuses a row.
pub(super) async fn write(
    tx: &Tx,
    chance: &mut Chance,
    organization: OrganizationId,
    team: &Team,
    now: DateTime<Utc>,
) -> StoreResult<()> {
    let rubric = make_rubric(chance, organization, now);
    let scene = Scene {
        organization,
        now,
        rubric: &rubric,
    };
    let mut made = Made::default();
    let leader = team.members.iter().find(|row| row.role == Role::TeamLeader);
    let agents: Vec<&member::Model> = leader.map_or_else(Vec::new, |leader| {
        let led = team.members.iter();
        led.filter(|row| row.team_leader_id == Some(leader.id))
            .collect()
    });
    if let Some(leader) = leader {
        for (place, agent) in (0..).zip(&agents) {
            of_agent(&mut made, chance, &scene, (leader.id, agent.id), place);
        }
        if let Some(manager) = leader.manager_id {
            let at = hour(now + TimeDelta::days(3), 13);
            let row = planned(chance, &scene, (manager, leader.id), at, None);
            add(&mut made, chance, row);
        }
    }
    let templates = make_templates(chance, organization, rubric.id, now);
    tx.write_all::<rubric::Entity>(vec![rubric]).await?;
    tx.write_all::<template::Entity>(templates).await?;
    tx.write_all::<session::Entity>(made.sessions).await?;
    tx.write_all::<participant::Entity>(made.participants)
        .await?;
    tx.write_all::<agenda::Entity>(made.agenda).await?;
    tx.write_all::<comment::Entity>(made.comments).await?;
    tx.write_all::<dispute::Entity>(made.disputes).await
}

fn hour(at: DateTime<Utc>, hour: u32) -> DateTime<Utc> {
    let at = at.with_hour(hour).and_then(|at| at.with_minute(0));
    let at = at.and_then(|at| at.with_second(0)).unwrap_or_default();
    at.with_nanosecond(0).unwrap_or(at)
}

/// The sessions of one agent: those of the quarter, and for the first a series that goes on.
fn of_agent(
    made: &mut Made,
    chance: &mut Chance,
    scene: &Scene<'_>,
    pair: (MemberId, MemberId),
    place: i64,
) {
    let (coach, agent) = pair;
    let first = hour(
        scene.now - TimeDelta::days(14 * PAST - 2 - place),
        u32::try_from(8 + place).unwrap_or(8),
    );
    let series = (place == 0).then(|| chance.id::<CoachingSeriesId>(first));
    let mut previous = None;
    for turn in 0..PAST {
        let at = first + TimeDelta::days(14 * turn);
        let mut row = planned(chance, scene, pair, at, series);
        row.previous_score = previous;
        if place == 1 && turn == 2 {
            row.status = CoachingStatus::NoShow;
            add(made, chance, row);
            continue;
        }
        hold(&mut row, scene, turn, place);
        // The last session of the second agent waits for its acknowledgement, too long already.
        let late = place == 1 && turn == PAST - 1;
        if late {
            row.completed_at = Some(scene.now - TimeDelta::days(6));
            row.acknowledgement_due_at = Some(scene.now - TimeDelta::days(3));
        } else {
            row.acknowledged_at = row.completed_at.map(|at| at + TimeDelta::hours(20));
        }
        previous = row.score;
        if place == 0 && turn >= PAST - 2 {
            let open = turn == PAST - 1;
            made.disputes.push(disputed(chance, scene, &row, open));
        }
        if turn == PAST - 2 {
            made.comments.push(comment::Model {
                id: chance.id(at),
                organization_id: scene.organization,
                session_id: row.id,
                body: "I will try that with the next two offers.".to_owned(),
                author_id: agent,
                created_at: at + TimeDelta::hours(22),
            });
        }
        add(made, chance, row);
    }
    let ahead = if series.is_some() { AHEAD } else { 1 };
    for turn in 0..ahead {
        let at = first + TimeDelta::days(14 * (PAST + turn));
        if at <= scene.now {
            continue;
        }
        let mut row = planned(chance, scene, (coach, agent), at, series);
        row.previous_score = previous;
        add(made, chance, row);
    }
}

fn planned(
    chance: &mut Chance,
    scene: &Scene<'_>,
    (coach, agent): (MemberId, MemberId),
    at: DateTime<Utc>,
    series: Option<CoachingSeriesId>,
) -> Model {
    let made = (at - TimeDelta::days(10)).min(scene.now);
    Model {
        id: chance.id(made),
        organization_id: scene.organization,
        title: "Pipeline and calls".to_owned(),
        kind: CoachingKind::OneToOne,
        status: CoachingStatus::Scheduled,
        agent_id: agent,
        coach_id: coach,
        scheduled_start: at,
        scheduled_end: at,
        time_zone: "UTC".to_owned(),
        duration_minutes: 60,
        preparation_notes: Some(PREPARATION.to_owned()),
        session_notes: None,
        previous_score: None,
        score: None,
        rubric_id: Some(scene.rubric.id),
        answers: stored::<RubricAnswer>(&[]),
        series_id: series,
        recurrence_rule: series.map(|_| "FREQ=WEEKLY;INTERVAL=2".to_owned()),
        rescheduled_from_id: None,
        rescheduled_to_id: None,
        started_at: None,
        completed_at: None,
        ended_reason: None,
        acknowledgement_due_at: None,
        acknowledged_at: None,
        calendar_id: chance.id::<uuid::Uuid>(made),
        calendar_sequence: 0,
        search_text: String::new(),
        created_at: made,
        updated_at: made,
        version: 1,
    }
}

/// Holds a session: scores rise over the quarter.
fn hold(row: &mut Model, scene: &Scene<'_>, turn: i64, place: i64) {
    let end = row.scheduled_start + TimeDelta::minutes(58);
    row.status = CoachingStatus::Completed;
    row.started_at = Some(row.scheduled_start);
    row.completed_at = Some(end);
    row.updated_at = end;
    row.acknowledgement_due_at = Some(end + TimeDelta::days(3));
    let notes = usize::try_from(turn + place).unwrap_or(0) % NOTES.len();
    row.session_notes = Some(NOTES[notes].to_owned());
    let questions = scene.rubric.questions();
    let level = 2 + i32::try_from((turn + place % 2) / 2).unwrap_or(0);
    let answers: Vec<RubricAnswer> = questions
        .iter()
        .map(|question| RubricAnswer {
            question_id: question.id,
            value: match question.kind {
                QuestionKind::Scale => Some(level.min(5)),
                QuestionKind::YesNo => Some(i32::from(turn % 3 != 1)),
                QuestionKind::Choice => Some(i32::from(turn > 2) + 1),
                QuestionKind::Text => None,
            },
            comment: (question.kind == QuestionKind::Text)
                .then(|| "Calm, and well prepared.".to_owned()),
        })
        .collect();
    row.score = score(&questions, &answers).score;
    row.answers = stored(&answers);
}

fn disputed(chance: &mut Chance, scene: &Scene<'_>, row: &Model, open: bool) -> dispute::Model {
    let at = row.completed_at.unwrap_or(scene.now) + TimeDelta::hours(21);
    let questions = scene.rubric.questions();
    let question = questions.iter().find(|it| it.kind == QuestionKind::YesNo);
    dispute::Model {
        id: chance.id(at),
        organization_id: scene.organization,
        session_id: row.id,
        question_id: question.map(|it| it.id),
        reason: "The next step was agreed by mail the same evening.".to_owned(),
        status: if open {
            DisputeStatus::Open
        } else {
            DisputeStatus::Upheld
        },
        score_before: row.score.unwrap_or(0),
        score_after: if open { None } else { row.score },
        decided_by_id: None,
        decision: (!open).then(|| "It is about what was said in the call.".to_owned()),
        decided_at: (!open).then(|| at + TimeDelta::days(1)),
        created_at: at,
        version: 1,
    }
}

/// Adds a session with those who take part and its agenda.
fn add(made: &mut Made, chance: &mut Chance, row: Model) {
    let agenda: Vec<String> = AGENDA.map(str::to_owned).to_vec();
    let row = row.derived(&agenda);
    for (side, member) in [
        (CoachingSide::Agent, row.agent_id),
        (CoachingSide::Coach, row.coach_id),
    ] {
        made.participants.push(participant::Model {
            organization_id: row.organization_id,
            session_id: row.id,
            member_id: member,
            side,
            acknowledged_at: row.acknowledged_at.filter(|_| side == CoachingSide::Agent),
        });
    }
    let done = row.status == CoachingStatus::Completed;
    for (position, text) in (0..).zip(agenda) {
        made.agenda.push(agenda::Model {
            id: chance.id(row.created_at),
            organization_id: row.organization_id,
            session_id: row.id,
            position,
            text,
            done,
            author_id: row.coach_id,
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: 1,
        });
    }
    made.sessions.push(row);
}

fn make_rubric(
    chance: &mut Chance,
    organization: OrganizationId,
    now: DateTime<Utc>,
) -> rubric::Model {
    let at = now - TimeDelta::days(120);
    let id: RubricId = chance.id(at);
    let mut question = |text: &str, kind, weight| RubricQuestion {
        id: chance.id(at),
        text: text.to_owned(),
        kind,
        weight,
        scale_max: (kind == QuestionKind::Scale).then_some(5),
        choices: Vec::new(),
    };
    let mut questions = vec![
        question(
            "How well were the customer's needs understood?",
            QuestionKind::Scale,
            3,
        ),
        question(
            "How clear was the value of the offer?",
            QuestionKind::Scale,
            2,
        ),
        question("Was a next step agreed?", QuestionKind::YesNo, 2),
        question("How far was the preparation?", QuestionKind::Choice, 1),
        question("What stood out?", QuestionKind::Text, 0),
    ];
    questions[3].choices = [
        ("None", 0),
        ("The account was known", 60),
        ("Goals were written down", 100),
    ]
    .map(|(text, points)| RubricChoice {
        text: text.to_owned(),
        points,
    })
    .to_vec();
    rubric::Model {
        id,
        organization_id: organization,
        family_id: id,
        number: 1,
        name: "Discovery call".to_owned(),
        name_key: String::new(),
        description: Some("For calls with customers one does not know yet.".to_owned()),
        status: RubricStatus::Published,
        questions: stored(&questions),
        published_at: Some(at),
        created_at: at,
        updated_at: at,
        version: 2,
    }
    .derived()
}

fn make_templates(
    chance: &mut Chance,
    organization: OrganizationId,
    rubric: RubricId,
    now: DateTime<Utc>,
) -> Vec<template::Model> {
    let at = now - TimeDelta::days(120);
    let mut template = |name: &str, kind, minutes, agenda: &[&str], rubric| template::Model {
        id: chance.id(at),
        organization_id: organization,
        name: name.to_owned(),
        name_key: fold(name),
        kind,
        duration_minutes: minutes,
        agenda: stored(agenda),
        preparation_notes: Some(PREPARATION.to_owned()),
        rubric_id: rubric,
        created_at: at,
        updated_at: at,
        version: 1,
    };
    vec![
        template(
            "One-to-one",
            CoachingKind::OneToOne,
            60,
            &AGENDA,
            Some(rubric),
        ),
        template(
            "Pipeline review",
            CoachingKind::PipelineReview,
            45,
            &["Deals that close this month", "Deals that rot", "New leads"],
            None,
        ),
    ]
}
