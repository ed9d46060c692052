//! The job that imports an archive: one table after the other, each as an import of its own.

use domain::identity::role::may;
use domain::platform::import::fields::permission;
use persistence::{
    StoreError, StoreResult,
    identity::{member, organization},
    platform::{
        event::NewEvent,
        import,
        import_archive::{self, Model, Table},
        notification::{NewNotification, tell},
    },
};
use shared_types::{
    ImportArchiveId, NumberFormat,
    platform::{ArchiveState, DateFormat, EventKind, ImportState, NotificationKind, SubjectKind},
};
use uuid::Uuid;

use super::{
    archive::{finished, stop},
    new_row,
    recognize::recognize,
    unpack::WRITTEN,
    upload::Uploaded,
    work::Worker,
};
use crate::{
    core::seal::as_stored,
    platform::{
        piece::Part,
        runner::{Runner, Stop, Work},
    },
};

/// Imports the tables of an archive, from where an earlier run came to.
pub struct ArchiveWorker<'a> {
    table: Worker<'a>,
}

impl<'a> Work<'a> for ArchiveWorker<'a> {
    fn by(runner: Runner<'a>) -> Self {
        Self {
            table: Worker::by(runner),
        }
    }

    async fn run(&mut self, id: Uuid) -> Result<(), Stop> {
        let mut row = self.get(id.into()).await?;
        for table in row.tables()? {
            if row.state != ArchiveState::Running {
                return Err(Stop::Over);
            }
            let import = import::get(&self.table.runner.read(), table.import_id).await;
            let state = match import {
                Ok(import) => import.state,
                Err(StoreError::NotFound) => self.begin(&row, &table).await?,
                Err(error) => return Err(error.into()),
            };
            if state == ImportState::Running {
                self.import(&table).await?;
            }
            row = self.get(row.id).await?;
        }
        self.end(&row, ArchiveState::Done, None).await?;
        Ok(())
    }

    async fn fail(&self, id: Uuid, reason: &str) -> StoreResult<()> {
        match self.get(id.into()).await {
            Ok(row) if row.state == ArchiveState::Running => {
                self.end(&row, ArchiveState::Failed, Some(reason)).await
            }
            Ok(_) | Err(StoreError::NotFound) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

impl ArchiveWorker<'_> {
    async fn get(&self, id: ImportArchiveId) -> StoreResult<Model> {
        import_archive::get(&self.table.runner.read(), id).await
    }

    /// Makes the import that a table becomes.
    async fn begin(&self, archive: &Model, table: &Table) -> Result<ImportState, Stop> {
        let runner = &self.table.runner;
        let read = runner.read();
        let importer = member::get(&read, archive.created_by_id).await?;
        if !importer.active || !may(importer.role, permission(table.kind)) {
            return Err(Stop::Failed(format!(
                "{} may not import any more",
                importer.name
            )));
        }
        let first = Part::file(table.import_id).after(&runner.state.seal, &read, -1);
        let Some((_, first)) = first.await? else {
            return Err(Stop::Failed(
                "the file is not kept any more; bring it again".to_owned(),
            ));
        };
        let currency = organization::get(&read).await?.currency;
        let recognized = recognize(&first, table.kind, WRITTEN, currency, &[]);
        let recognized = recognized.map_err(Stop::Failed)?;
        let tx = runner.begin(Some(archive.created_by_id));
        let uploaded = Uploaded {
            id: table.import_id,
            kind: table.kind,
            filename: table.name.clone(),
            size: usize::try_from(table.bytes).unwrap_or(usize::MAX),
            first,
        };
        let row = new_row(&tx, &uploaded, recognized, currency)?;
        let row = import::Model {
            state: ImportState::Running,
            // Exports write days and numbers in one way.
            date_format: DateFormat::Iso,
            date_format_is_sure: true,
            number_format: NumberFormat::Point,
            rows: i64::try_from(table.rows).ok(),
            archive_id: Some(archive.id),
            started_at: Some(tx.now()),
            ..row
        };
        let state = row.state;
        tx.record(NewEvent::new(
            EventKind::ImportStarted,
            SubjectKind::Import,
            row.id,
            &row.filename,
        ));
        tx.insert::<import::Entity>(row);
        tx.commit().await?;
        Ok(state)
    }

    /// Imports a table. One that somebody cancels is left as far as it came, and the next ones go on.
    async fn import(&mut self, table: &Table) -> Result<(), Stop> {
        let id = table.import_id;
        match self.table.run(id.into()).await {
            Ok(()) => Ok(()),
            Err(Stop::Over) => {
                let now = import::get(&self.table.runner.read(), id).await?;
                if now.state == ImportState::Running {
                    return Err(Stop::Over);
                }
                Ok(())
            }
            Err(Stop::Failed(reason)) => {
                self.table.fail(id.into(), &reason).await?;
                Err(Stop::Failed(format!("{}: {reason}", table.name)))
            }
            Err(other) => Err(other),
        }
    }

    async fn end(
        &self,
        before: &Model,
        state: ArchiveState,
        failure: Option<&str>,
    ) -> StoreResult<()> {
        let tx = self.table.runner.begin(Some(before.created_by_id));
        let row = Model {
            failure: failure.map(str::to_owned),
            ..before.clone().ended(state, tx.now())
        };
        stop(&tx, &row, ImportState::Cancelled)
            .await
            .map_err(as_stored)?;
        import_archive::save(&tx, before, row.clone()).await?;
        tx.record(finished(&row));
        tell(
            &tx,
            NewNotification {
                member: row.created_by_id,
                kind: NotificationKind::ImportFinished,
                subject: (SubjectKind::ImportArchive, row.id.0, &row.filename),
                detail: None,
                path: format!("/imports/archive/{}", row.id),
            },
        );
        tx.commit().await
    }
}
