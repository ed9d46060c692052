//! Rows that are deals.

use chrono::{DateTime, Utc};
use domain::{
    core::{text::fold, time::start_of_day},
    crm::{
        deal::{DealState, Transition},
        deal_worth::{PricedLine, Worth},
    },
    platform::import::kinds::{
        Draft,
        deal::{DealDraft, deal_title, stage_unsaid},
    },
};
use persistence::{
    StoreResult, Tx,
    crm::{
        deal::{self, Found, Model},
        deal_line, deal_stage_stay, lost_reason, pipeline,
    },
    platform::event::NewEvent,
};
use shared_types::{
    CompanyId, ContactId, DealId, LostReasonId, PipelineId, ProductId, StageId,
    crm::{CreateDeal, DealLineInput, DealStatus, LoseDeal, Stage, WinDeal},
    platform::{EventKind, ImportField, ImportKind, SubjectKind},
};
use uuid::Uuid;
use validator::Validate;

use super::{
    batch::{Fault, Records, Run, told_apart},
    companies::{make_company, owner, owner_said},
    contacts::make_contact,
    deal_lines::{sold, worth},
    products::make_product,
    run::make_named,
};

/// Deals.
pub(super) struct Deals;

/// What the names of a row mean.
pub(super) struct Related {
    company: Option<CompanyId>,
    contact: Option<ContactId>,
    pub(super) product: Option<ProductId>,
    /// What is sold, where the row says more of it than the name.
    pub(super) sold: Vec<DealLineInput>,
    /// The pipeline that the row says, or else the one chosen for the file.
    pipeline: Option<PipelineId>,
    stage: Option<StageId>,
    lost_reason: Option<LostReasonId>,
}

fn related(run: &mut Run, tx: &Tx, draft: &DealDraft) -> Result<Related, Fault> {
    use ImportField as F;
    let company = run.linked(tx, F::Company, &draft.company, make_company)?;
    let contact = run.linked(tx, F::Contact, &draft.contact, make_contact)?;
    let product = run.named(tx, F::Product, draft.product.as_deref(), make_product)?;
    let mut sold = Vec::with_capacity(draft.lines.len());
    for line in &draft.lines {
        let product = run.named(tx, F::Product, Some(&line.product), make_product)?;
        let Some(product) = product else { continue };
        let input = DealLineInput {
            product_id: ProductId(product),
            quantity: Some(line.quantity),
            unit_price: Some(line.unit_price),
            discount: Some(line.discount),
        };
        input
            .validate()
            .map_err(|_| run.fault(F::Lines, "has a quantity or a price that no product has"))?;
        sold.push(input);
    }
    let (pipeline, stage) = place(run, tx, draft)?;
    let reason = draft.lost_reason.as_deref();
    let lost_reason = run.named(
        tx,
        F::LostReason,
        reason,
        make_named::<lost_reason::Model>(F::LostReason),
    )?;
    Ok(Related {
        company: company.map(CompanyId),
        contact: contact.map(ContactId),
        product: product.map(ProductId),
        sold,
        pipeline,
        stage,
        lost_reason: lost_reason.map(LostReasonId),
    })
}

/// The pipeline and the stage in which the deal of a row stands.
fn place(
    run: &mut Run,
    tx: &Tx,
    draft: &DealDraft,
) -> Result<(Option<PipelineId>, Option<StageId>), Fault> {
    use ImportField as F;
    let Some(name) = draft.pipeline.as_deref() else {
        let stage = run.named(tx, F::Stage, draft.stage.as_deref(), |run, _, name| {
            Err(run.fault(F::Stage, format!("`{name}` is no stage of the pipeline")))
        })?;
        return Ok((run.pipeline, stage.map(StageId)));
    };
    let key = fold(name);
    let found = run.pipelines.iter().find(|known| known.row.name_key == key);
    let Some(found) = found else {
        return Err(run.fault(F::Pipeline, format!("`{name}` was not found")));
    };
    let stage = draft.stage.as_deref().map(|stage| {
        let key = fold(stage);
        let known = found.stages.iter().find(|known| known.name_key == key);
        let known = known.map(|known| known.id);
        known.ok_or_else(|| run.fault(F::Stage, format!("`{stage}` is no stage of the pipeline")))
    });
    Ok((Some(found.row.id), stage.transpose()?))
}

/// When the deal of a row came into its stage: when it was begun, as far as the file knows.
fn entered(run: &Run, draft: &DealDraft, now: DateTime<Utc>) -> DateTime<Utc> {
    draft
        .deal
        .opened_on
        .or(draft.closed_on)
        .map_or(now, |day| start_of_day(day, run.zone).min(now))
}

fn found(run: &Run, row: Model) -> Found {
    let mut stages = run.pipelines.iter().flat_map(|known| &known.stages);
    let stage = stages.find(|stage| stage.id == row.stage_id);
    Found {
        row,
        owner_name: None,
        tags: run.tagging.after.clone(),
        company_name: None,
        contact_name: None,
        stage_probability: stage.map_or(0, |stage| stage.probability),
        stage_rotting_days: stage.and_then(|stage| stage.rotting_days),
    }
}

impl Records for Deals {
    told_apart! {
        Deals, unique [ExternalId], IN_TRASH, tags tags;
        Deal(DealDraft) as draft;
        Found as found, found.row;
        ExternalId = draft.deal.external_id.clone(), found.row.external_id.clone();
    }

    async fn find(tx: &Tx, _: ImportField, keys: Vec<String>) -> StoreResult<Vec<Found>> {
        deal::by_external_ids(tx, keys).await
    }

    async fn create(run: &mut Run, tx: &Tx, draft: &DealDraft) -> Result<Found, Fault> {
        let owner = owner(run, tx, &draft.owner)?;
        let Related {
            company,
            contact,
            product,
            sold: said,
            pipeline,
            stage,
            lost_reason,
        } = related(run, tx, draft)?;
        let Some(pipeline) = pipeline else {
            return Err(Fault::row("there is no pipeline yet"));
        };
        let own = run.pipelines.iter().find(|known| known.row.id == pipeline);
        let stages: Vec<Stage> = own.map(pipeline::Found::plain_stages).unwrap_or_default();
        let stage = stage
            .or_else(|| stage_unsaid(draft.status, &stages))
            .ok_or_else(|| Fault::row("the pipeline has no stages"))?;
        let CreateDeal {
            title,
            amount,
            currency,
            probability,
            expected_close,
            opened_on,
            external_id,
            ..
        } = draft.deal.clone();
        let currency = currency.unwrap_or(run.organization.currency);
        let lines = sold(run, tx, &said, product, amount, currency).await?;
        let worth = Worth::new(amount, currency, &lines)?;
        let entered = entered(run, draft, tx.now());
        let row = Model {
            id: tx.new_id(),
            organization_id: run.organization.id,
            title: titled(run, draft, title),
            title_key: String::new(),
            company_id: company,
            contact_id: contact,
            pipeline_id: pipeline,
            stage_id: stage,
            status: draft.status,
            amount: worth.amount,
            currency: worth.currency,
            probability: probability
                .filter(|_| draft.status == DealStatus::Open)
                .map(i32::from),
            expected_close,
            opened_on,
            closed_on: draft.closed_on,
            lost_reason_id: lost_reason,
            close_note: draft.close_note.clone(),
            owner_id: owner,
            stage_entered_at: entered,
            external_id,
            search_text: String::new(),
            created_at: tx.now(),
            updated_at: tx.now(),
            deleted_at: None,
            version: 1,
        }
        .derived();
        if !run.dry {
            write(run, tx, &row, &lines);
        }
        Ok(found(run, row))
    }

    async fn update(
        run: &mut Run,
        tx: &Tx,
        record: &Found,
        draft: &DealDraft,
    ) -> Result<Option<Found>, Fault> {
        let owner = owner_said(run, tx, &draft.owner)?;
        let related = related(run, tx, draft)?;
        if run.dry {
            return Ok(Some(record.clone()));
        }
        let before = deal::into_views(tx, vec![record.clone()], tx.now()).await?;
        let Some(before) = before.into_iter().next() else {
            return Ok(None);
        };
        let mut row = record.row.clone();
        let patch = draft.update();
        if let Some(title) = patch.title {
            row.title = title;
        }
        patch.expected_close.apply(&mut row.expected_close);
        patch.opened_on.apply(&mut row.opened_on);
        row.company_id = related.company.or(row.company_id);
        row.contact_id = related.contact.or(row.contact_id);
        row.owner_id = owner.or(row.owner_id);
        let mut chance = row.probability.and_then(|chance| u8::try_from(chance).ok());
        patch.probability.apply(&mut chance);
        row.probability = chance.map(i32::from);
        let lines = worth(run, tx, &mut row, &before.lines, &related, draft).await?;
        let steps = steps(&mut row, !before.lines.is_empty(), &related, draft, run, tx)?;
        let row = row.derived();
        let new_line = lines.is_some();
        if row == record.row && !new_line && steps.is_empty() && !run.tagging.adds() {
            return Ok(None);
        }
        for step in &steps {
            if step.left.is_some() {
                deal_stage_stay::leave(tx, row.id).await?;
            }
            if let Some(stage) = step.entered {
                let at = step.state.stage_entered_at;
                deal_stage_stay::enter(tx, row.id, row.pipeline_id, stage, at);
            }
        }
        if let Some(lines) = lines {
            deal_line::delete(tx, row.id).await?;
            deal_line::insert(tx, row.id, &lines);
        }
        let row = Model {
            updated_at: tx.now(),
            version: record.row.version + 1,
            ..row
        };
        deal::save(tx, &record.row, row.clone()).await?;
        let after = found(run, row);
        let kind = steps
            .iter()
            .rev()
            .find_map(|step| step.kind)
            .unwrap_or(EventKind::Updated);
        let view = deal::into_views(tx, vec![after.clone()], tx.now()).await?;
        if let Some(view) = view.first() {
            let subject = SubjectKind::Deal;
            let event = NewEvent::new(kind, subject, after.row.id, &after.row.title);
            tx.record(event.between(&before, view));
        }
        Ok(Some(after))
    }
}

/// The title a row says, or one of the names of the records that were found.
fn titled(run: &Run, draft: &DealDraft, said: String) -> String {
    if draft.titled {
        return said;
    }
    let product = draft.product.as_deref().map(|written| {
        run.names
            .name(ImportField::Product, written)
            .unwrap_or(written)
    });
    deal_title(
        run.names
            .called(ImportField::Company, &draft.company)
            .as_deref(),
        product,
        draft.deal.external_id.as_deref(),
    )
}

fn write(run: &Run, tx: &Tx, row: &Model, lines: &[PricedLine]) {
    tx.insert::<deal::Entity>(row.clone());
    deal_line::insert(tx, row.id, lines);
    tx.insert::<deal_stage_stay::Entity>(deal_stage_stay::Model {
        id: tx.new_id(),
        organization_id: run.organization.id,
        deal_id: row.id,
        pipeline_id: row.pipeline_id,
        stage_id: row.stage_id,
        entered_at: row.stage_entered_at,
        left_at: row
            .closed_on
            .map(|day| start_of_day(day, run.zone).max(row.stage_entered_at)),
    });
    tx.record(NewEvent::new(
        EventKind::Created,
        SubjectKind::Deal,
        DealId(row.id.0),
        &row.title,
    ));
}

/// Takes the steps that lead to where the row says the deal stands.
fn steps(
    row: &mut Model,
    has_lines: bool,
    related: &Related,
    draft: &DealDraft,
    run: &Run,
    tx: &Tx,
) -> Result<Vec<Transition>, Fault> {
    let mut steps: Vec<Transition> = Vec::new();
    let mut state = row.state(has_lines);
    let mut take = |step: Transition| -> DealState {
        let state = step.state.clone();
        if step.kind.is_some() {
            steps.push(step);
        }
        state
    };
    let said = draft.stage.is_some() || draft.status != DealStatus::Open;
    let other_end = state.status != DealStatus::Open && state.status != draft.status;
    if said && other_end {
        state = take(state.reopen(tx.now())?);
    }
    if let Some(stage) = related.stage
        && state.status == DealStatus::Open
        && Some(row.pipeline_id) == related.pipeline
    {
        state = take(state.move_to(stage, tx.now())?);
    }
    if said && state.status == DealStatus::Open {
        state = match draft.status {
            DealStatus::Open => state,
            DealStatus::Won => take(state.win(
                WinDeal {
                    closed_on: draft.closed_on,
                    note: draft.close_note.clone(),
                    ..WinDeal::default()
                },
                run.today,
            )?),
            DealStatus::Lost => take(state.lose(
                LoseDeal {
                    closed_on: draft.closed_on,
                    lost_reason_id: related.lost_reason,
                    note: draft.close_note.clone(),
                },
                run.today,
            )?),
        };
    } else if said && draft.status != DealStatus::Open {
        state.closed_on = draft.closed_on.or(state.closed_on);
        state.lost_reason_id = related.lost_reason.or(state.lost_reason_id);
        state.close_note = draft.close_note.clone().or(state.close_note);
    }
    *row = row.clone().with_state(state);
    Ok(steps)
}
