//! The deals of the demo organization: nine months of them, with every stage they went through.

use chrono::{DateTime, TimeDelta, Utc};
use persistence::crm::{company, deal, deal_line, deal_stage_stay, lost_reason, product, stage};
use shared_types::{
    DealId, OrganizationId,
    crm::DealStatus,
    platform::{EventKind, SubjectKind},
};

use super::{CURRENCY, History, chance::Chance};

const DEALS: usize = 400;

/// What deals are made of.
pub(super) struct Scene<'a> {
    pub(super) organization: OrganizationId,
    pub(super) now: DateTime<Utc>,
    pub(super) companies: &'a [company::Model],
    pub(super) products: &'a [product::Model],
    pub(super) stages: &'a [stage::Model],
    pub(super) reasons: &'a [lost_reason::Model],
}

/// Deals with what belongs to them.
#[derive(Default)]
pub(super) struct Made {
    pub(super) deals: Vec<deal::Model>,
    pub(super) lines: Vec<deal_line::Model>,
    pub(super) stays: Vec<deal_stage_stay::Model>,
}

/// Makes the deals, and says into the history what became of each.
pub(super) fn make(chance: &mut Chance, scene: &Scene<'_>, history: &mut History) -> Made {
    let mut made = Made::default();
    for _ in 0..DEALS {
        one(chance, scene, history, &mut made);
    }
    made
}

/// How a deal stands, how many stages it has seen, and when it was opened and last moved or closed.
struct Course {
    status: DealStatus,
    seen: i64,
    opened: DateTime<Utc>,
    last: DateTime<Utc>,
}

fn course(chance: &mut Chance, scene: &Scene<'_>) -> Course {
    let stages = i64::try_from(scene.stages.len()).unwrap_or(1);
    let age = chance.between(1, 270) * 24 * 60 + chance.between(0, 23 * 60);
    let opened = scene.now - TimeDelta::minutes(age);
    let cycle = chance.between(10, 90) * 24 * 60;
    if cycle < age && chance.percent(88) {
        let won = chance.percent(62);
        return Course {
            status: if won {
                DealStatus::Won
            } else {
                DealStatus::Lost
            },
            seen: if won {
                stages
            } else {
                chance.between(1, stages)
            },
            opened,
            last: opened + TimeDelta::minutes(cycle),
        };
    }
    // Most that are open moved of late; those that did not for long are rotting.
    let seen = chance.between(1, stages);
    Course {
        status: DealStatus::Open,
        seen,
        opened,
        last: if seen == 1 {
            opened
        } else {
            opened + TimeDelta::minutes(age * chance.between(40, 98) / 100)
        },
    }
}

fn one(chance: &mut Chance, scene: &Scene<'_>, history: &mut History, made: &mut Made) {
    let company = chance.pick(scene.companies).clone();
    let product = chance.pick(scene.products).clone();
    let Course {
        status,
        seen,
        opened,
        last,
    } = course(chance, scene);
    let id: DealId = chance.id(opened);
    let open = status == DealStatus::Open;
    let price = product.price.unwrap_or(0);
    let quantity = chance.between(1, if price > 1_000_000 { 2 } else { 12 });
    let discount = *chance.pick(&[0, 0, 0, 500, 1_000]);
    let total = price * quantity * i64::from(10_000 - discount) / 10_000;
    let title = format!("{} for {}", product.name, company.name);
    let Some(owner) = company.owner_id else {
        return;
    };
    let subject = || (SubjectKind::Deal, id.0, title.as_str());
    history.add(chance, opened, owner, EventKind::Created, subject(), &[]);
    // The stages seen divide the time from the opening to the last step.
    let steps = if open { (seen - 1).max(1) } else { seen };
    let span = (last - opened).num_minutes();
    let mut entered_last = opened;
    let mut stage_id = scene.stages.first().map(|stage| stage.id);
    let mut before = "";
    for (place, stage) in (0..seen).zip(scene.stages) {
        let entered = opened + TimeDelta::minutes(span * place / steps);
        let left = opened + TimeDelta::minutes(span * (place + 1) / steps);
        let stays = open && place == seen - 1;
        made.stays.push(deal_stage_stay::Model {
            id: chance.id(entered),
            organization_id: scene.organization,
            deal_id: id,
            pipeline_id: stage.pipeline_id,
            stage_id: stage.id,
            entered_at: entered,
            left_at: (!stays).then_some(left),
        });
        if place > 0 {
            let change = [("stageId", before, stage.name.as_str())];
            history.add(
                chance,
                entered,
                owner,
                EventKind::DealMoved,
                subject(),
                &change,
            );
        }
        before = &stage.name;
        entered_last = entered;
        stage_id = Some(stage.id);
    }
    let (Some(stage_id), Some(first)) = (stage_id, scene.stages.first()) else {
        return;
    };
    let lost = status == DealStatus::Lost;
    if !open {
        let kind = if lost {
            EventKind::DealLost
        } else {
            EventKind::DealWon
        };
        let change = [("status", "open", status.as_str())];
        history.add(chance, last, owner, kind, subject(), &change);
    }
    let ahead = chance.between(-6, 75);
    made.lines.push(deal_line::Model {
        id: chance.id(opened),
        organization_id: scene.organization,
        deal_id: id,
        position: 0,
        product_id: product.id,
        quantity: quantity * 1_000,
        unit_price: price,
        discount,
        total,
    });
    made.deals.push(
        deal::Model {
            id,
            organization_id: scene.organization,
            title: title.clone(),
            title_key: String::new(),
            company_id: Some(company.id),
            contact_id: None,
            pipeline_id: first.pipeline_id,
            stage_id,
            status,
            amount: Some(total),
            currency: CURRENCY,
            probability: None,
            expected_close: Some(if open {
                (scene.now + TimeDelta::days(ahead)).date_naive()
            } else {
                last.date_naive()
            }),
            opened_on: Some(opened.date_naive()),
            closed_on: (!open).then(|| last.date_naive()),
            lost_reason_id: lost.then(|| chance.pick(scene.reasons).id),
            close_note: None,
            owner_id: Some(owner),
            stage_entered_at: entered_last,
            external_id: None,
            search_text: String::new(),
            created_at: opened,
            updated_at: last,
            deleted_at: None,
            version: seen + i64::from(!open),
        }
        .derived(),
    );
}
