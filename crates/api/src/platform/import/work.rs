//! The jobs that go through a file: the dry run, and the import itself.

use std::collections::{HashMap, HashSet};

use domain::{
    core::{text::fold, time},
    identity::role::may,
    platform::import::{
        fields::permission,
        state::{ImportStep, take},
    },
};
use persistence::{
    StoreError, StoreResult, Tx,
    crm::{lead_settings, pipeline},
    identity::{member, organization},
    platform::{
        event::NewEvent,
        import::{self, Model, stored},
        notification::{NewNotification, tell},
    },
};
use shared_types::{
    Permission,
    platform::{
        EventKind, FieldChange, ImportField, ImportKind, ImportState, NotificationKind, SubjectKind,
    },
};
use uuid::Uuid;

use super::{batch::Run, file::File, names::NameBook, table::TableRow, tagging::Tagging};
use crate::platform::{
    piece::Part,
    runner::{Runner, Stop, Work},
};

/// Rows of a transaction that writes.
const WRITTEN: usize = 250;
/// Rows of a step of a dry run.
const CHECKED: usize = 1_000;

/// Goes through the file of an import, from where an earlier run came to.
pub struct Worker<'a> {
    pub(super) runner: Runner<'a>,
}

impl<'a> Work<'a> for Worker<'a> {
    fn by(runner: Runner<'a>) -> Self {
        Self { runner }
    }

    async fn fail(&self, id: Uuid, reason: &str) -> StoreResult<()> {
        let before = match import::get(&self.runner.read(), id.into()).await {
            Ok(row) => row,
            Err(StoreError::NotFound) => return Ok(()),
            Err(error) => return Err(error),
        };
        let Ok(state) = take(before.state, ImportStep::Fail) else {
            return Ok(());
        };
        let tx = self.runner.begin(before.created_by_id);
        let row = Model {
            state,
            failure: Some(reason.to_owned()),
            finished_at: Some(self.runner.now()),
            updated_at: self.runner.now(),
            version: before.version + 1,
            ..before.clone()
        };
        import::save(&tx, &before, row.clone()).await?;
        tx.record(finished(&row));
        tell_importer(&tx, &row);
        tx.commit().await
    }

    async fn run(&mut self, id: Uuid) -> Result<(), Stop> {
        let read = self.runner.read();
        let row = import::get(&read, id.into()).await?;
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
        let mut file = File::open(self.runner.state.seal.clone(), &row);
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
                self.runner.go_on().await?;
            }
            rows = waiting.collect();
            if !more {
                break;
            }
        }
        self.finish(run, row).await
    }
}

impl Worker<'_> {
    /// What every row needs, as it is now.
    async fn prepare(&self, row: &Model) -> Result<Run, Stop> {
        let read = self.runner.read();
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
        let pipelines = match row.kind {
            ImportKind::Deals => pipeline::all(&read).await?,
            _ => Vec::new(),
        };
        let pipeline = pipelines
            .iter()
            .find(|found| row.pipeline_id.is_none_or(|wanted| wanted == found.row.id));
        let dry = row.state == ImportState::Checking;
        let matches = row.value_matches()?;
        let mut names = if dry {
            NameBook::gathering(matches)
        } else {
            NameBook::decided(matches)
        };
        names.learn_stages(pipeline.map_or(&[], |found| &found.stages));
        let pipeline = pipeline.map(|found| found.row.id);
        Ok(Run {
            dry,
            seal: self.runner.state.seal.clone(),
            mapping: row.mapping()?,
            rule: row.match_rule,
            importer: importer.id,
            today: time::today(self.runner.now(), zone),
            organization,
            zone,
            default_role: row.default_role,
            unowned: row.unowned,
            leads: lead_settings::get(&read).await?,
            turn: None,
            pipeline,
            pipelines,
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
        let read = self.runner.read();
        let mut file = File::open(self.runner.state.seal.clone(), row);
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
        let tx = self.runner.begin(before.created_by_id);
        let mut row = Model {
            state,
            rows: Some(before.processed),
            updated_at: self.runner.now(),
            version: before.version + 1,
            ..before.clone()
        };
        if run.dry {
            row.value_matches = stored(&run.names.into_matches())?;
        } else {
            row.finished_at = Some(self.runner.now());
            Part::file(row.id).delete(&tx).await?;
            tx.record(finished(&row));
            tell_importer(&tx, &row);
        }
        import::save(&tx, &before, row).await?;
        tx.commit().await?;
        if before.kind == ImportKind::Members {
            self.runner.state.principals.invalidate_all();
        }
        Ok(())
    }
}

/// Queues that whoever brought the file is told of its end; of a table of an archive nobody is.
fn tell_importer(tx: &Tx, row: &Model) {
    if let (Some(member), None) = (row.created_by_id, row.archive_id) {
        tell(
            tx,
            NewNotification {
                member,
                kind: NotificationKind::ImportFinished,
                subject: (SubjectKind::Import, row.id.0, &row.filename),
                detail: None,
                path: format!("/imports/{}", row.id),
            },
        );
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
