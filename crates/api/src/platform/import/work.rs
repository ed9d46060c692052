//! The jobs that go through a file: the dry run, and the import itself.

use std::collections::{HashMap, HashSet};

use actix_web::web::Data;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    core::{text::fold, time},
    identity::role::may,
    platform::{
        csv::write_row,
        import::{
            cells::Notation,
            drafts::Draft,
            fields::permission,
            rows::{Reading, faults_in_a_line, read_row},
            state::{ImportStep, take},
        },
    },
};
use persistence::{
    Actor, StoreError, StoreResult, Tx,
    crm::pipeline,
    identity::{member, organization},
    platform::{
        event::NewEvent,
        import::{self, Model, stored},
        import_piece::{self, FILE, REJECTS},
        job,
    },
};
use serde::{Deserialize, Serialize};
use shared_types::{
    ImportId, OrganizationId, Permission,
    platform::{
        EventKind, FieldChange, ImportField, ImportKind, ImportReason, ImportState, SubjectKind,
    },
};
use uuid::Uuid;

use super::{
    batch::{Outcome, Run, apply},
    companies::Companies,
    deals::Deals,
    file::File,
    members::Members,
    names::NameBook,
    products::Products,
    table::TableRow,
};
use crate::core::{clock::new_id, state::AppState};

/// Rows of a transaction that writes.
const WRITTEN: usize = 250;
/// Rows of a step of a dry run.
const CHECKED: usize = 1_000;
/// Refused rows that are shown with the import itself.
const FIRST_REASONS: usize = 20;
/// How long a runner keeps an import before it says again that it is at work.
const RENEWED_AFTER: std::time::Duration = std::time::Duration::from_secs(20);

/// What the queue keeps of an import.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Payload {
    pub(super) import_id: ImportId,
}

/// Why work on an import ends before its end.
pub(super) enum Stop {
    /// It was cancelled, or another runner has it.
    Over,
    /// The file, or what it needs, is at fault: it fails for good.
    Failed(String),
    /// The store is: it is tried again.
    Store(StoreError),
    /// The server is asked to end: another run carries on.
    Draining,
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Stale | StoreError::NotFound => Self::Over,
            other => Self::Store(other),
        }
    }
}

/// Goes through the file of an import, from where an earlier run came to.
///
/// # Errors
/// Why it is to be tried again.
pub async fn work(
    state: &Data<AppState>,
    job: &job::Model,
    token: Uuid,
    lease: TimeDelta,
) -> Result<(), String> {
    let payload: Payload =
        serde_json::from_value(job.payload.clone()).map_err(|error| error.to_string())?;
    let organization = job.organization_id.ok_or("the job names no organization")?;
    let mut worker = Worker {
        state,
        job,
        token,
        lease,
        organization,
        renewed: std::time::Instant::now(),
    };
    let stop = match worker.run(payload.import_id).await {
        Ok(()) => return Ok(()),
        Err(stop) => stop,
    };
    let reason = match stop {
        Stop::Over => return Ok(()),
        Stop::Draining => return Err("the server was asked to stop".to_owned()),
        Stop::Failed(reason) => reason,
        Stop::Store(error) if job.attempts >= job.max_attempts => {
            tracing::error!(import_id = %payload.import_id, %error, "an import failed for good");
            "the server could not write to its database".to_owned()
        }
        Stop::Store(error) => return Err(error.to_string()),
    };
    worker
        .fail(payload.import_id, &reason)
        .await
        .map_err(|error| error.to_string())
}

struct Worker<'a> {
    state: &'a Data<AppState>,
    job: &'a job::Model,
    token: Uuid,
    lease: TimeDelta,
    organization: OrganizationId,
    renewed: std::time::Instant,
}

/// A row that was read, or what is wrong with it.
type ReadRow = (
    TableRow,
    Result<Draft, Vec<domain::platform::import::rows::RowFault>>,
);

impl Worker<'_> {
    fn now(&self) -> DateTime<Utc> {
        self.state.clock.now()
    }

    fn begin(&self, row: &Model) -> Tx {
        let actor = Actor {
            member: row.created_by_id,
            request_id: None,
            ip_address: None,
            now: self.now(),
            new_id,
        };
        self.state.store.begin(self.organization, None, actor)
    }

    async fn fail(&self, id: ImportId, reason: &str) -> StoreResult<()> {
        let before = match import::get(&self.state.store.read(self.organization), id).await {
            Ok(row) => row,
            Err(StoreError::NotFound) => return Ok(()),
            Err(error) => return Err(error),
        };
        let Ok(state) = take(before.state, ImportStep::Fail) else {
            return Ok(());
        };
        let tx = self.begin(&before);
        let row = Model {
            state,
            failure: Some(reason.to_owned()),
            finished_at: Some(self.now()),
            updated_at: self.now(),
            version: before.version + 1,
            ..before.clone()
        };
        import::save(&tx, &before, row.clone()).await?;
        tx.record(finished(&row));
        tx.commit().await
    }

    /// Says that this runner is still at work.
    async fn renew(&mut self) -> Result<(), Stop> {
        if self.renewed.elapsed() < RENEWED_AFTER {
            return Ok(());
        }
        self.renewed = std::time::Instant::now();
        let until = self.now() + self.lease;
        let system = self.state.store.system();
        if system.renew_job(self.job.id, self.token, until).await? {
            Ok(())
        } else {
            Err(Stop::Over)
        }
    }

    async fn run(&mut self, id: ImportId) -> Result<(), Stop> {
        let read = self.state.store.read(self.organization);
        let row = import::get(&read, id).await?;
        if !matches!(row.state, ImportState::Checking | ImportState::Running) {
            return Err(Stop::Over);
        }
        let mut run = self.prepare(&row).await?;
        let headers: Vec<String> = row
            .columns()?
            .into_iter()
            .map(|column| column.name)
            .collect();
        if row.kind == ImportKind::Members {
            self.superiors(&row, &mut run).await?;
        }
        let size = if run.dry { CHECKED } else { WRITTEN };
        let mut file = File::open(&row);
        let mut row = row;
        let mut skip = usize::try_from(row.processed).unwrap_or(usize::MAX);
        let mut rows: Vec<TableRow> = Vec::new();
        loop {
            let more = file.next(&read, &mut rows).await?;
            let skipped = skip.min(rows.len());
            rows.drain(..skipped);
            skip -= skipped;
            let mut waiting = std::mem::take(&mut rows).into_iter().peekable();
            while waiting.peek().is_some() {
                if waiting.len() < size && more {
                    break;
                }
                let batch: Vec<TableRow> = waiting.by_ref().take(size).collect();
                row = self.batch(&mut run, row, &headers, batch).await?;
                if self
                    .state
                    .draining
                    .load(std::sync::atomic::Ordering::Relaxed)
                {
                    return Err(Stop::Draining);
                }
                self.renew().await?;
            }
            rows = waiting.collect();
            if !more {
                break;
            }
        }
        self.finish(run, row).await
    }

    /// What every row needs, as it is now.
    async fn prepare(&self, row: &Model) -> Result<Run, Stop> {
        let read = self.state.store.read(self.organization);
        let importer = match row.created_by_id {
            Some(id) => member::get(&read, id).await?,
            None => return Err(Stop::Failed("nobody answers for the import".to_owned())),
        };
        let allowed = [Permission::ImportsManage, permission(row.kind)]
            .into_iter()
            .all(|permission| may(importer.role, permission));
        if !importer.active || !allowed {
            return Err(Stop::Failed(format!(
                "{} may not import any more",
                importer.name
            )));
        }
        let organization = organization::get(&read).await?;
        let zone = organization.time_zone.parse().unwrap_or(chrono_tz::UTC);
        let pipeline = match row.kind {
            ImportKind::Deals => pipeline::all(&read)
                .await?
                .into_iter()
                .find(|found| row.pipeline_id.is_none_or(|wanted| wanted == found.row.id)),
            _ => None,
        };
        let dry = row.state == ImportState::Checking;
        let matches = row.value_matches()?;
        let mut names = if dry {
            NameBook::gathering(matches)
        } else {
            NameBook::decided(matches)
        };
        let (pipeline, stages) = match pipeline {
            Some(found) => (Some(found.row.id), found.stages),
            None => (None, Vec::new()),
        };
        names.learn_stages(&stages);
        Ok(Run {
            dry,
            mapping: row.mapping()?,
            rule: row.match_rule,
            importer: importer.id,
            today: time::today(self.now(), zone),
            organization,
            zone,
            default_role: row.default_role,
            pipeline,
            stages,
            names,
            managers: HashSet::new(),
            team_leaders: HashSet::new(),
            began: row.started_at.unwrap_or(row.created_at),
            planned: HashSet::new(),
            prices: HashMap::new(),
        })
    }

    /// Gathers who is above somebody in a file of members: that decides about roles.
    async fn superiors(&self, row: &Model, run: &mut Run) -> Result<(), Stop> {
        let columns = [ImportField::Manager, ImportField::TeamLeader]
            .map(|field| run.column(field).map(usize::from));
        let read = self.state.store.read(self.organization);
        let mut file = File::open(row);
        let mut rows = Vec::new();
        loop {
            let more = file.next(&read, &mut rows).await?;
            for row in rows.drain(..) {
                let name = |column: Option<usize>| {
                    column
                        .and_then(|column| row.cells.get(column))
                        .map(|cell| fold(cell))
                };
                run.managers.extend(name(columns[0]));
                run.team_leaders.extend(name(columns[1]));
            }
            if !more {
                return Ok(());
            }
        }
    }

    /// Goes through some rows and writes what came of them; where the database refuses them
    /// together, one by one.
    async fn batch(
        &self,
        run: &mut Run,
        row: Model,
        headers: &[String],
        batch: Vec<TableRow>,
    ) -> Result<Model, Stop> {
        let reading = Reading {
            kind: row.kind,
            columns: headers.len(),
            mapping: &run.mapping.clone(),
            notation: Notation {
                date_format: row.date_format,
                number_format: row.number_format,
                currency: row.currency,
            },
            today: run.today,
        };
        let batch: Vec<ReadRow> = batch
            .into_iter()
            .map(|row| {
                let draft = read_row(&reading, &row.cells);
                (row, draft)
            })
            .collect();
        match self.write(run, &row, headers, &batch, None).await {
            Ok(row) => Ok(row),
            Err(error) if is_of_a_row(&error) => {
                run.names.forget();
                self.one_by_one(run, row, headers, batch).await
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn one_by_one(
        &self,
        run: &mut Run,
        mut row: Model,
        headers: &[String],
        batch: Vec<ReadRow>,
    ) -> Result<Model, Stop> {
        for read in batch {
            let single = [read];
            row = match self.write(run, &row, headers, &single, None).await {
                Ok(row) => row,
                Err(error) if is_of_a_row(&error) => {
                    run.names.forget();
                    let refused = refusal(&error);
                    self.write(run, &row, headers, &single, Some(refused))
                        .await?
                }
                Err(error) => return Err(error.into()),
            };
        }
        Ok(row)
    }

    /// Goes through rows in one transaction: their records, events, what was refused and how far
    /// the import has come hold together or not at all.
    async fn write(
        &self,
        run: &mut Run,
        before: &Model,
        headers: &[String],
        batch: &[ReadRow],
        refused: Option<String>,
    ) -> StoreResult<Model> {
        let mut work = self.begin(before);
        if run.dry {
            work = work.read_only();
        }
        let drafts: Vec<&Draft> = batch
            .iter()
            .filter_map(|(_, draft)| draft.as_ref().ok())
            .collect();
        let mut outcomes = match &refused {
            None => outcomes(run, &work, &drafts).await?,
            Some(reason) => drafts
                .iter()
                .map(|_| {
                    Outcome::Refused(vec![domain::platform::import::rows::RowFault {
                        column: None,
                        message: reason.clone(),
                    }])
                })
                .collect(),
        }
        .into_iter();
        let mut row = before.clone();
        let mut reasons = row.first_reasons()?;
        let mut rejects = String::new();
        for (table_row, draft) in batch {
            let outcome = match draft {
                Ok(_) => outcomes.next().unwrap_or(Outcome::Skipped),
                Err(faults) => Outcome::Refused(faults.clone()),
            };
            row.processed += 1;
            match outcome {
                Outcome::Created => row.created += 1,
                Outcome::Updated => row.updated += 1,
                Outcome::Skipped => row.skipped += 1,
                Outcome::Refused(faults) => {
                    row.refused += 1;
                    let room = FIRST_REASONS.saturating_sub(reasons.len());
                    reasons.extend(
                        faults
                            .iter()
                            .take(room)
                            .map(|fault| fault.reason(table_row.line, headers)),
                    );
                    let reason = faults_in_a_line(&faults, headers);
                    write_reject(&mut rejects, &row, table_row, &reason);
                }
            }
        }
        row.first_reasons = stored::<ImportReason>(&reasons)?;
        row.updated_at = self.now();
        row.version += 1;
        let tx = if run.dry {
            drop(work);
            self.begin(before)
        } else {
            work
        };
        if !rejects.is_empty() {
            let bytes = rejects.into_bytes();
            import_piece::append(&tx, row.id, REJECTS, before.processed, bytes);
        }
        import::save(&tx, before, row.clone()).await?;
        tx.commit().await?;
        Ok(row)
    }

    async fn finish(&self, run: Run, before: Model) -> Result<(), Stop> {
        let step = if run.dry {
            ImportStep::Checked
        } else {
            ImportStep::Finish
        };
        let Ok(state) = take(before.state, step) else {
            return Err(Stop::Over);
        };
        let tx = self.begin(&before);
        let mut row = Model {
            state,
            rows: Some(before.processed),
            updated_at: self.now(),
            version: before.version + 1,
            ..before.clone()
        };
        if run.dry {
            row.value_matches = stored(&run.names.into_matches())?;
        } else {
            row.finished_at = Some(self.now());
            import_piece::delete(&tx, row.id, FILE).await?;
            tx.record(finished(&row));
        }
        import::save(&tx, &before, row).await?;
        tx.commit().await?;
        if before.kind == ImportKind::Members {
            self.state.principals.invalidate_all();
        }
        Ok(())
    }
}

/// Whether the database refuses something about a row, not the whole.
fn is_of_a_row(error: &StoreError) -> bool {
    matches!(
        error,
        StoreError::Duplicate { .. } | StoreError::Reference { .. }
    )
}

fn refusal(error: &StoreError) -> String {
    match error {
        StoreError::Duplicate { column, .. } => format!("{column} exists already"),
        other => other.to_string(),
    }
}

async fn outcomes(run: &mut Run, tx: &Tx, drafts: &[&Draft]) -> StoreResult<Vec<Outcome>> {
    let names: Vec<(ImportField, String)> = drafts
        .iter()
        .flat_map(|draft| draft.names())
        .map(|(field, name)| (field, name.to_owned()))
        .collect();
    run.names.look_up(tx, names).await?;
    let mut members = Vec::new();
    let mut companies = Vec::new();
    let mut products = Vec::new();
    let mut deals = Vec::new();
    for draft in drafts {
        match draft {
            Draft::Member(draft) => members.push((**draft).clone()),
            Draft::Company(draft) => companies.push((**draft).clone()),
            Draft::Product(draft) => products.push((**draft).clone()),
            Draft::Deal(draft) => deals.push((**draft).clone()),
        }
    }
    // A file holds records of one kind.
    if !members.is_empty() {
        apply::<Members>(run, tx, &members).await
    } else if !companies.is_empty() {
        apply::<Companies>(run, tx, &companies).await
    } else if !products.is_empty() {
        apply::<Products>(run, tx, &products).await
    } else {
        apply::<Deals>(run, tx, &deals).await
    }
}

fn write_reject(table: &mut String, import: &Model, row: &TableRow, reason: &str) {
    write_row(
        table,
        import.delimiter.character(),
        row.cells.iter().map(String::as_str).chain([reason]),
    );
}

/// The event of an import that came to its end.
pub(super) fn finished(row: &Model) -> NewEvent {
    let mut event = NewEvent::new(
        EventKind::ImportFinished,
        SubjectKind::Import,
        row.id,
        &row.filename,
    );
    let change = |field: &str, after: String| FieldChange {
        field: field.to_owned(),
        before: None,
        after: Some(after),
    };
    event.changes = vec![
        change("state", row.state.to_string()),
        change("created", row.created.to_string()),
        change("updated", row.updated.to_string()),
        change("skipped", row.skipped.to_string()),
        change("refused", row.refused.to_string()),
    ];
    event
}
