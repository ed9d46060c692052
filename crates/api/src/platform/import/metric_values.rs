//! Rows that are values of metrics. Metric, member and period together tell one from another.

use std::hash::{DefaultHasher, Hash, Hasher};

use domain::{
    coaching::metric::{check_period_start, target_of},
    platform::import::kinds::{
        Draft,
        metric_value::{MetricValueDraft, in_unit},
    },
};
use persistence::{
    StoreError, StoreResult, Tx,
    coaching::{
        metric,
        metric_value::{self, Found, Model},
    },
    identity::member,
};
use shared_types::{
    MemberId, MetricId, Role,
    coaching::{CreateMetricValue, MetricSource},
    platform::{ImportField, ImportKind},
};
use uuid::Uuid;

use super::batch::{Fault, Records, Run, told_apart};
use crate::{
    coaching::metric_value::{entered, new_row, write_new},
    core::context::teams,
};

/// Values of metrics.
pub(super) struct MetricValues;

/// What a row says, once its names are found.
struct Said {
    metric: metric::Model,
    member: member::Model,
    body: CreateMetricValue,
}

fn no_metric(run: &Run, name: &str) -> Fault {
    run.fault(ImportField::Metric, format!("`{name}` is no metric"))
}

fn no_member(run: &Run, name: &str) -> Fault {
    run.fault(ImportField::Member, format!("`{name}` is no member"))
}

/// The members whose values the importer may write.
async fn reaches(run: &Run, tx: &Tx, of: MemberId) -> Result<bool, Fault> {
    let importer = member::get(tx, run.importer).await.map_err(Fault::Store)?;
    if matches!(importer.role, Role::Admin | Role::Manager) {
        return Ok(true);
    }
    let mut teams = teams(tx, [(importer.id, importer.role)])
        .await
        .map_err(Fault::Store)?;
    let team = teams.remove(&importer.id).unwrap_or_default();
    Ok(team.contains(&of))
}

async fn said(run: &mut Run, tx: &Tx, draft: &MetricValueDraft) -> Result<Said, Fault> {
    let field = ImportField::Metric;
    let metric = run.named(tx, field, draft.metric.as_deref(), |run, _, name| {
        Err(no_metric(run, name))
    })?;
    let metric = metric.ok_or_else(|| run.fault(field, "the row names no metric"))?;
    let metric = entered(tx, MetricId(metric)).await.map_err(|error| {
        let fault = Fault::from(error);
        match fault {
            Fault::Row(_) => run.fault(field, "is computed, so nobody enters its values"),
            store => store,
        }
    })?;
    let field = ImportField::Member;
    let member = run.linked(tx, field, &draft.member, |run, _, name| {
        Err(no_member(run, name))
    })?;
    let member = member.ok_or_else(|| run.fault(field, "the row names no member"))?;
    let member = match member::get(tx, MemberId(member)).await {
        Ok(member) if reaches(run, tx, member.id).await? => member,
        Ok(_) | Err(StoreError::NotFound) => {
            return Err(run.fault(field, "must be a member within your reach"));
        }
        Err(error) => return Err(Fault::Store(error)),
    };
    let start = ImportField::PeriodStart;
    let period_start = draft.period_start;
    let period_start = period_start.ok_or_else(|| run.fault(start, "the row names no period"))?;
    let fiscal = u8::try_from(run.organization.fiscal_year_start_month).unwrap_or(1);
    check_period_start(metric.period, period_start, run.today, fiscal).map_err(|error| {
        let message = error.fields().into_values().flatten().next();
        run.fault(start, message.unwrap_or_default())
    })?;
    let value = |field, thousandths| {
        in_unit(thousandths, metric.unit, metric.currency)
            .ok_or_else(|| run.fault(field, "has more decimals than its currency"))
    };
    let target = draft
        .target
        .map(|target| value(ImportField::Target, target))
        .transpose()?;
    Ok(Said {
        body: CreateMetricValue {
            metric_id: metric.id,
            member_id: member.id,
            period_start,
            value: value(ImportField::Value, draft.value)?,
            target,
            note: draft.note.clone(),
        },
        metric,
        member,
    })
}

fn found(said: &Said, row: Model) -> Found {
    Found {
        row,
        metric_name: Some(said.metric.name.clone()),
        member_name: Some(said.member.name.clone()),
    }
}

/// What a row is about, among those that were gone through.
fn place(body: &CreateMetricValue) -> u64 {
    let mut hasher = DefaultHasher::new();
    (body.metric_id, body.member_id, body.period_start).hash(&mut hasher);
    hasher.finish()
}

impl Records for MetricValues {
    told_apart! {
        MetricValues, unique [], IN_TRASH;
        MetricValue(MetricValueDraft) as draft;
        Model as record, record;
    }

    async fn find(_: &Tx, _: ImportField, _: Vec<String>) -> StoreResult<Vec<Model>> {
        Ok(Vec::new())
    }

    async fn existing(
        run: &mut Run,
        tx: &Tx,
        draft: &MetricValueDraft,
    ) -> Result<Option<Model>, Fault> {
        let body = said(run, tx, draft).await?.body;
        if run.planned.contains(&place(&body)) {
            let message = "another row has the value of this member and period already";
            return Err(Fault::row(message));
        }
        let members = [body.member_id];
        let known = metric_value::of(tx, body.metric_id, &members, &[body.period_start]).await;
        let known = known.map_err(Fault::Store)?.into_iter().next();
        if known.is_some() {
            run.planned.insert(place(&body));
        }
        Ok(known.map(|found| found.row))
    }

    async fn create(run: &mut Run, tx: &Tx, draft: &MetricValueDraft) -> Result<Model, Fault> {
        let said = said(run, tx, draft).await?;
        run.planned.insert(place(&said.body));
        let targets = said.metric.targets();
        let usual = target_of(
            said.metric.target,
            &targets,
            said.member.id,
            said.member.team_id,
        );
        let row = new_row(tx, &said.body, usual, MetricSource::Csv);
        if !run.dry {
            write_new(tx, &found(&said, row.clone()));
        }
        Ok(row)
    }

    async fn update(
        run: &mut Run,
        tx: &Tx,
        record: &Model,
        draft: &MetricValueDraft,
    ) -> Result<Option<Model>, Fault> {
        let said = said(run, tx, draft).await?;
        let mut row = record.clone();
        row.value = said.body.value;
        row.target = said.body.target.or(row.target);
        row.note = said.body.note.clone().or(row.note);
        if row != *record {
            row.source = MetricSource::Csv;
        }
        run.changed(tx, found(&said, record.clone()), found(&said, row))
            .await
    }
}
