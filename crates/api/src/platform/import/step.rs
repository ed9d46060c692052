//! A step of the work on an import: some rows in one transaction.

use domain::platform::{
    csv::write_row,
    import::{
        cells::Notation,
        fields::related,
        kinds::{Draft, Naming},
        rows::{Reading, RowFault, faults_in_a_line, read_row},
    },
};
use persistence::{
    StoreError, StoreResult, Tx,
    platform::import::{self, Model, stored},
};
use shared_types::platform::{ImportField, ImportKind, ImportReason};

use super::{
    activities::Activities,
    batch::{Outcome, Run, apply},
    companies::Companies,
    contacts::Contacts,
    deals::Deals,
    leads::Leads,
    members::Members,
    metric_values::MetricValues,
    notes::Notes,
    products::Products,
    table::TableRow,
    work::Worker,
};
use crate::{
    core::seal::as_stored,
    crm::lead_assignment::Turn,
    platform::{piece::Part, runner::Stop},
};

/// Refused rows that are shown with the import itself.
const FIRST_REASONS: usize = 20;

/// A row that was read, or what is wrong with it.
type ReadRow = (TableRow, Result<Draft, Vec<RowFault>>);

impl Worker<'_> {
    /// Goes through some rows and writes what came of them; where the database refuses them
    /// together, one by one.
    pub(super) async fn batch(
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
            zone: run.zone,
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
                run.planned.clear();
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
        let mut work = self.runner.begin(before.created_by_id);
        if run.dry {
            work = work.read_only();
        }
        let drafts: Vec<&Draft> = batch
            .iter()
            .filter_map(|(_, draft)| draft.as_ref().ok())
            .collect();
        let mut outcomes = match &refused {
            None => outcomes(run, &work, before.kind, &drafts).await?,
            Some(reason) => drafts
                .iter()
                .map(|_| {
                    Outcome::Refused(vec![RowFault {
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
        row.updated_at = self.runner.now();
        row.version += 1;
        let tx = if run.dry {
            drop(work);
            self.runner.begin(before.created_by_id)
        } else {
            work
        };
        if !rejects.is_empty() {
            let (seal, bytes) = (&self.runner.state.seal, rejects.as_bytes());
            Part::rejects(row.id)
                .append(seal, &tx, before.processed, bytes)
                .map_err(as_stored)?;
        }
        import::save(&tx, before, row.clone()).await?;
        tx.commit().await?;
        Ok(row)
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

async fn outcomes(
    run: &mut Run,
    tx: &Tx,
    kind: ImportKind,
    drafts: &[&Draft],
) -> StoreResult<Vec<Outcome>> {
    let names: Vec<Naming<'_>> = drafts.iter().flat_map(|draft| draft.names()).collect();
    let keys = names.iter().filter_map(|naming| {
        let (field, key) = naming.key?;
        Some((related(field)?, key.to_owned()))
    });
    run.names.look_up_keys(tx, keys).await?;
    // A name says nothing more where a key has said who is meant.
    let open: Vec<(ImportField, String)> = names
        .iter()
        .filter(|naming| {
            let known = naming
                .key
                .is_some_and(|(field, key)| run.names.is_known(field, key));
            !known
        })
        .filter_map(|naming| Some((naming.field, naming.name?.to_owned())))
        .collect();
    run.names.look_up(tx, open).await?;
    if run.takes_turns() {
        run.turn = Some(Turn::load(tx, &run.leads.member_ids).await?);
    }
    let outcomes = match kind {
        ImportKind::Members => apply::<Members>(run, tx, drafts).await,
        ImportKind::Companies => apply::<Companies>(run, tx, drafts).await,
        ImportKind::Contacts => apply::<Contacts>(run, tx, drafts).await,
        ImportKind::Leads => apply::<Leads>(run, tx, drafts).await,
        ImportKind::Products => apply::<Products>(run, tx, drafts).await,
        ImportKind::Deals => apply::<Deals>(run, tx, drafts).await,
        ImportKind::Activities => apply::<Activities>(run, tx, drafts).await,
        ImportKind::Notes => apply::<Notes>(run, tx, drafts).await,
        ImportKind::MetricValues => apply::<MetricValues>(run, tx, drafts).await,
    }?;
    if let Some(turn) = run.turn.take() {
        turn.keep(tx).await?;
    }
    Ok(outcomes)
}

fn write_reject(table: &mut String, import: &Model, row: &TableRow, reason: &str) {
    write_row(
        table,
        import.delimiter.character(),
        row.cells.iter().map(String::as_str).chain([reason]),
    );
}
