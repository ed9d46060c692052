//! The job that writes an archive.

use std::sync::Arc;

use domain::platform::archive::{FORMAT, KEPT, VERSION, is_under_way};
use persistence::{
    Position, StoreError, StoreResult,
    crm::pipeline,
    identity::{api_key, member, organization},
    platform::{
        event::NewEvent,
        export::{self, Model, Seen},
        import::stored,
    },
};
use shared_types::{
    Permission,
    crm::{Activity, Company, Contact, CreatePipeline, Deal, Lead, Note, Product, StageInput},
    identity::{ApiKey, Member},
    platform::{
        EventKind, ExportState, ExportedFile, FieldChange, ImportKind, Manifest, SubjectKind,
    },
};
use uuid::Uuid;

use super::{
    archive::Archive,
    kinds::MetricRow,
    rows::{Exported, Rows, rows},
    table::{head, table},
    taker::Taker,
};
use crate::{
    core::{
        context::{Principal, Via},
        error::ApiResult,
    },
    platform::{
        piece::{PIECE, Part},
        runner::{Runner, Stop, Work},
    },
};

/// Writes the archive of an export.
pub struct Worker<'a> {
    runner: Runner<'a>,
}

impl<'a> Work<'a> for Worker<'a> {
    fn by(runner: Runner<'a>) -> Self {
        Self { runner }
    }

    async fn run(&mut self, id: Uuid) -> Result<(), Stop> {
        let before = self.get(id).await?;
        if !is_under_way(before.state) {
            return Err(Stop::Over);
        }
        let taker = self.taker(&before).await?;
        let mut written = self.begin(before, &taker).await?;
        let mut archive = Archive::new(taker.now);
        for kind in written.row.kinds() {
            let mut file = archive.open(kind).map_err(Stop::Failed)?;
            let write = archive.write(&mut file, &head(kind), 0);
            write.map_err(Stop::Failed)?;
            let mut position = None;
            loop {
                let page = page(kind, &taker, position).await?;
                let write = archive.write(&mut file, &table(&page.cells), page.cells.len());
                write.map_err(Stop::Failed)?;
                if archive.ready() >= PIECE {
                    self.keep(&mut written, &archive.take()).await?;
                }
                self.runner.go_on().await?;
                position = page.next;
                if position.is_none() {
                    break;
                }
            }
            written.files.push(file.close());
            self.keep(&mut written, &archive.take()).await?;
        }
        self.finish(written, archive, &taker).await
    }

    async fn fail(&self, id: Uuid, reason: &str) -> StoreResult<()> {
        let before = match self.get(id).await {
            Ok(row) if is_under_way(row.state) => row,
            Ok(_) | Err(StoreError::NotFound) => return Ok(()),
            Err(error) => return Err(error),
        };
        let tx = self.runner.begin(Some(before.created_by_id));
        let row = Model {
            failure: Some(reason.to_owned()),
            ..before.clone().ended(ExportState::Failed, tx.now(), KEPT)
        };
        Part::file(id).delete(&tx).await?;
        tx.record(finished(&row));
        export::save(&tx, &before, row).await?;
        tx.commit().await
    }
}

/// How far an archive is written.
struct Written {
    row: Model,
    files: Vec<ExportedFile>,
    pieces: i64,
}

impl Worker<'_> {
    async fn get(&self, id: Uuid) -> StoreResult<Model> {
        let everybody = Seen {
            member: None,
            key: None,
            now: self.runner.now(),
        };
        export::get(&self.runner.read(), id.into(), &everybody).await
    }

    /// Who asked for it, as they are now.
    async fn taker(&self, row: &Model) -> Result<Taker, Stop> {
        let read = self.runner.read();
        let member = member::get(&read, row.created_by_id).await?;
        let name = member.name.clone();
        let via = match row.key_id {
            None => Via::Job,
            Some(id) => {
                let key = ApiKey::from(api_key::get(&read, id, None).await?);
                let ended = key.expires_at.is_some_and(|end| end <= self.runner.now());
                if ended || key.revoked_at.is_some() {
                    return Err(Stop::Failed("the API key is not valid any more".to_owned()));
                }
                Via::Key {
                    id,
                    scopes: key.scopes,
                    expires_at: key.expires_at,
                }
            }
        };
        let me = Principal::of_job(&read, member, via).await?;
        let taker = me.map(|me| Taker {
            state: self.runner.state.clone(),
            me: Arc::new(me),
            now: self.runner.now(),
        });
        taker
            .filter(|taker| {
                row.kinds()
                    .into_iter()
                    .all(|kind| taker.owners(kind).is_ok())
            })
            .ok_or_else(|| Stop::Failed(format!("{name} may not export this any more")))
    }

    /// Begins, or begins anew what an earlier run did not end.
    async fn begin(&self, before: Model, taker: &Taker) -> Result<Written, Stop> {
        let tx = self.runner.begin(Some(before.created_by_id));
        Part::file(before.id).delete(&tx).await?;
        let reach = taker.me.reach(Permission::ExportsCreate);
        let row = Model {
            state: ExportState::Running,
            reach: reach.unwrap_or(before.reach),
            files: stored::<ExportedFile>(&[])?,
            size: 0,
            updated_at: tx.now(),
            version: before.version + 1,
            ..before.clone()
        };
        export::save(&tx, &before, row.clone()).await?;
        tx.commit().await?;
        Ok(Written {
            row,
            files: Vec::new(),
            pieces: 0,
        })
    }

    /// Keeps what was written, unless the export was cancelled meanwhile.
    async fn keep(&self, written: &mut Written, bytes: &[u8]) -> Result<(), Stop> {
        let row = written.row.clone();
        self.save(written, row, bytes).await
    }

    async fn save(&self, written: &mut Written, row: Model, bytes: &[u8]) -> Result<(), Stop> {
        let before = &written.row;
        let tx = self.runner.begin(Some(row.created_by_id));
        let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        let row = Model {
            files: stored(&written.files)?,
            size: row.size.saturating_add(size),
            updated_at: tx.now(),
            version: before.version + 1,
            ..row
        };
        export::save(&tx, before, row.clone()).await?;
        if !bytes.is_empty() {
            Part::file(row.id).append(&self.runner.state.seal, &tx, written.pieces, bytes)?;
            written.pieces += 1;
        }
        if !is_under_way(row.state) {
            tx.record(finished(&row));
        }
        tx.commit().await?;
        written.row = row;
        Ok(())
    }

    async fn finish(
        &self,
        mut written: Written,
        archive: Archive,
        taker: &Taker,
    ) -> Result<(), Stop> {
        let read = self.runner.read();
        let organization = organization::get(&read).await?;
        let mut pipelines = Vec::new();
        if written.row.kinds().contains(&ImportKind::Deals) {
            pipelines = pipeline::all(&read).await?;
        }
        let manifest = Manifest {
            format: FORMAT.to_owned(),
            version: VERSION,
            product_version: env!("CARGO_PKG_VERSION").to_owned(),
            organization: organization.name,
            created_at: taker.now,
            files: written.files.clone(),
            pipelines: pipelines.into_iter().map(as_new).collect(),
        };
        let bytes = archive.finish(&manifest).map_err(Stop::Failed)?;
        let row = written.row.clone();
        let row = row.ended(ExportState::Done, self.runner.now(), KEPT);
        self.save(&mut written, row, &bytes).await
    }
}

/// A pipeline as another organization makes it.
fn as_new(found: pipeline::Found) -> CreatePipeline {
    let stages = found.plain_stages().into_iter().map(|stage| StageInput {
        id: None,
        name: stage.name,
        probability: stage.probability,
        rotting_days: stage.rotting_days,
    });
    CreatePipeline {
        stages: stages.collect(),
        name: found.row.name,
        is_default: found.row.is_default,
    }
}

/// A page of the records of a kind.
async fn page(kind: ImportKind, taker: &Taker, position: Option<Position>) -> ApiResult<Rows> {
    async fn all<E: Exported>(taker: &Taker, position: Option<Position>) -> ApiResult<Rows> {
        rows::<E>(taker, &E::List::default(), position).await
    }
    match kind {
        ImportKind::Members => all::<Member>(taker, position).await,
        ImportKind::Companies => all::<Company>(taker, position).await,
        ImportKind::Contacts => all::<Contact>(taker, position).await,
        ImportKind::Products => all::<Product>(taker, position).await,
        ImportKind::Deals => all::<Deal>(taker, position).await,
        ImportKind::Leads => all::<Lead>(taker, position).await,
        ImportKind::Activities => all::<Activity>(taker, position).await,
        ImportKind::Notes => all::<Note>(taker, position).await,
        ImportKind::MetricValues => all::<MetricRow>(taker, position).await,
    }
}

/// The event of an export that came to its end.
pub(super) fn finished(row: &Model) -> NewEvent {
    let mut event = NewEvent::new(
        EventKind::ExportFinished,
        SubjectKind::Export,
        row.id,
        &row.kinds,
    );
    event.changes = vec![FieldChange {
        field: "state".to_owned(),
        before: None,
        after: Some(row.state.to_string()),
    }];
    event
}
