//! `touchline backup` and `touchline restore`: everything in a file, and back.

mod archive;

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use persistence::backup::{BackupError, BackupResult};

use crate::core::state::AppState;
pub use archive::{Header, Summary};
use archive::{Line, Reader, Writer};

/// How much is given to the database at a time: rows, and bytes of them.
const BATCH_ROWS: usize = 500;
const BATCH_BYTES: usize = 1024 * 1024;

const POSTGRESQL: &str = "postgresql";
const SQLITE: &str = "sqlite";

fn kind(state: &AppState) -> &'static str {
    if state.store.system().is_postgres() {
        POSTGRESQL
    } else {
        SQLITE
    }
}

/// Writes everything, as of one moment, into a new file; others go on working meanwhile.
///
/// # Errors
/// When there is such a file, it cannot be written, or the database does not answer.
pub async fn backup(state: &AppState, file: &Path) -> BackupResult<Summary> {
    if file.exists() {
        return Err(BackupError::Refused(format!(
            "{} exists already: choose another name",
            file.display()
        )));
    }
    // Under its name stands a whole backup or none.
    let mut part = file.as_os_str().to_owned();
    part.push(".part");
    let part = Path::new(&part);
    let made = write(state, part).await;
    match &made {
        Ok(_) => {
            fs::rename(part, file)?;
            if let Some(folder) = file.parent().filter(|folder| *folder != Path::new("")) {
                File::open(folder)?.sync_all()?;
            }
        }
        Err(_) => {
            let _ = fs::remove_file(part);
        }
    }
    made
}

async fn write(state: &AppState, part: &Path) -> BackupResult<Summary> {
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        // It holds what everybody has written.
        .mode(0o600)
        .open(part)?;
    let mut writer = Writer::new(file, kind(state), state.clock.now());
    state.store.dump(&mut |piece| writer.piece(&piece)).await?;
    Ok(writer.finish()?)
}

/// Reads a whole backup and answers what is in it.
///
/// # Errors
/// When it is damaged, cut off, or no backup.
pub fn verify(file: &Path) -> BackupResult<(Header, Summary)> {
    let mut reader = Reader::open(file)?;
    while reader.next()?.is_some() {}
    reader.finish()
}

/// Takes over a backup into an empty database, all or nothing.
///
/// # Errors
/// When the file is no whole backup of a schema known here, or the database is in use and `force` does not say to
/// empty it. Nothing has been written then.
pub async fn restore(state: &AppState, file: &Path, force: bool) -> BackupResult<Summary> {
    let (header, summary) = verify(file)?;
    if header.database == POSTGRESQL && kind(state) == SQLITE {
        return Err(BackupError::Refused(
            "a backup of PostgreSQL is restored into PostgreSQL; one of SQLite into both"
                .to_owned(),
        ));
    }
    let mut loader = state.store.load(&header.schema, force).await?;
    let mut reader = Reader::open(file)?;
    let mut batch = Batch::default();
    while let Some(line) = reader.next()? {
        match line {
            Line::Table { table, columns } => {
                if let Some(rows) = batch.take() {
                    loader.rows(&rows).await?;
                }
                loader.table(&table, &columns).await?;
            }
            Line::Row(row) => {
                batch.add(&row);
                if batch.is_full()
                    && let Some(rows) = batch.take()
                {
                    loader.rows(&rows).await?;
                }
            }
        }
    }
    if let Some(rows) = batch.take() {
        loader.rows(&rows).await?;
    }
    let (_, again) = reader.finish()?;
    if again != summary {
        return Err(BackupError::Refused(
            "the file changed while it was read".to_owned(),
        ));
    }
    loader.finish().await?;
    // A backup of a version before this one is brought up to date.
    state.store.migrate().await?;
    Ok(summary)
}

/// Rows on their way to the database.
#[derive(Default)]
struct Batch {
    text: String,
    rows: usize,
}

impl Batch {
    fn add(&mut self, row: &str) {
        self.text.push(if self.rows == 0 { '[' } else { ',' });
        self.text.push_str(row);
        self.rows += 1;
    }

    fn is_full(&self) -> bool {
        self.rows >= BATCH_ROWS || self.text.len() >= BATCH_BYTES
    }

    fn take(&mut self) -> Option<String> {
        if self.rows == 0 {
            return None;
        }
        self.rows = 0;
        let mut text = std::mem::take(&mut self.text);
        text.push(']');
        Some(text)
    }
}

fn damaged(why: &str) -> BackupError {
    BackupError::Refused(format!("this is no whole backup of Touchline: {why}"))
}

/// The rows of each table.
pub type Counts = BTreeMap<String, u64>;

fn unreadable(error: &io::Error) -> BackupError {
    damaged(&error.to_string())
}
