//! The jobs that go through a file: the dry run, and the import itself.

use std::collections::{HashMap, HashSet};

use actix_web::web::Data;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    core::{text::fold, time},
    identity::role::may,
    platform::import::{
        fields::permission,
        state::{ImportStep, take},
    },
};
use persistence::{
    Actor, StoreError, StoreResult, Tx,
    crm::{lead_settings, pipeline},
    identity::{member, organization},
    platform::{
        event::NewEvent,
        import::{self, Model, stored},
        import_piece::{self, FILE},
        job,
    },
};
use serde::{Deserialize, Serialize};
use shared_types::{
    ImportId, OrganizationId, Permission,
    platform::{EventKind, FieldChange, ImportField, ImportKind, ImportState, SubjectKind},
};
use uuid::Uuid;

use super::{batch::Run, file::File, names::NameBook, table::TableRow, tagging::Tagging};
use crate::core::{clock::new_id, state::AppState};

/// Rows of a transaction that writes.
const WRITTEN: usize = 250;
/// Rows of a step of a dry run.
const CHECKED: usize = 1_000;
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

pub(super) struct Worker<'a> {
    pub(super) state: &'a Data<AppState>,
    job: &'a job::Model,
    token: Uuid,
    lease: TimeDelta,
    organization: OrganizationId,
    renewed: std::time::Instant,
}

impl Worker<'_> {
    pub(super) fn now(&self) -> DateTime<Utc> {
        self.state.clock.now()
    }

    pub(super) fn begin(&self, row: &Model) -> Tx {
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
        let mut file = File::open(self.state.seal.clone(), &row);
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
            seal: self.state.seal.clone(),
            mapping: row.mapping()?,
            rule: row.match_rule,
            importer: importer.id,
            today: time::today(self.now(), zone),
            organization,
            zone,
            default_role: row.default_role,
            unowned: row.unowned,
            leads: lead_settings::get(&read).await?,
            turn: None,
            pipeline,
            stages,
            names,
            managers: HashSet::new(),
            team_leaders: HashSet::new(),
            began: row.started_at.unwrap_or(row.created_at),
            planned: HashSet::new(),
            prices: HashMap::new(),
            tagging: Tagging::default(),
        })
    }

    /// Gathers who is above somebody in a file of members: that decides about roles.
    async fn superiors(&self, row: &Model, run: &mut Run) -> Result<(), Stop> {
        let columns = [ImportField::Manager, ImportField::TeamLeader]
            .map(|field| run.column(field).map(usize::from));
        let read = self.state.store.read(self.organization);
        let mut file = File::open(self.state.seal.clone(), row);
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
