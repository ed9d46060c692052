//! Some rows at a time: found, made, changed, left out or refused.

use std::{
    collections::{HashMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher},
};

use chrono::NaiveDate;
use chrono_tz::Tz;
use domain::{
    core::error::DomainError,
    platform::import::{fields::match_fields, rows::RowFault, values::Resolution},
};
use persistence::{
    StoreError, StoreResult, Tx, crm::stage, identity::organization, platform::event::NewEvent,
};
use shared_types::{
    MemberId, Money, PipelineId, ProductId, Role,
    platform::{ColumnMapping, ImportField, ImportKind, MatchRule},
};
use uuid::Uuid;

use super::names::{NameBook, kind_of};

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Created,
    Updated,
    Skipped,
    Refused(Vec<RowFault>),
}

/// Why a row, or the batch it is in, cannot be written.
#[derive(Debug)]
pub(super) enum Fault {
    /// Something about the row.
    Row(RowFault),
    /// Something about the database.
    Store(StoreError),
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<DomainError> for Fault {
    fn from(error: DomainError) -> Self {
        Self::row(error.to_string())
    }
}

impl Fault {
    /// A fault of the row as a whole.
    pub(super) fn row(message: impl Into<String>) -> Self {
        Self::Row(RowFault {
            column: None,
            message: message.into(),
        })
    }
}

/// What every row of an import needs.
pub(super) struct Run {
    /// Whether nothing is written.
    pub(super) dry: bool,
    pub(super) mapping: Vec<ColumnMapping>,
    pub(super) rule: MatchRule,
    pub(super) importer: MemberId,
    pub(super) organization: organization::Model,
    pub(super) zone: Tz,
    pub(super) today: NaiveDate,
    pub(super) default_role: Option<Role>,
    pub(super) pipeline: Option<PipelineId>,
    pub(super) stages: Vec<stage::Model>,
    pub(super) names: NameBook,
    /// Folded names of managers and team leaders that the file mentions.
    pub(super) managers: HashSet<String>,
    pub(super) team_leaders: HashSet<String>,
    /// When the import began: what it made before may be completed by later rows.
    pub(super) began: chrono::DateTime<chrono::Utc>,
    /// Hashes of the keys of records that a dry run would have made.
    pub(super) planned: HashSet<u64>,
    /// List prices that were looked up.
    pub(super) prices: HashMap<ProductId, Option<Money>>,
}

impl Run {
    /// Queues an event, unless nothing is written.
    pub(super) fn record(&self, tx: &Tx, event: NewEvent) {
        if !self.dry {
            tx.record(event);
        }
    }

    /// The column of a field.
    pub(super) fn column(&self, field: ImportField) -> Option<u16> {
        let entry = self.mapping.iter().find(|entry| entry.field == field)?;
        Some(entry.column)
    }

    pub(super) fn maps(&self, field: ImportField) -> bool {
        self.column(field).is_some()
    }

    /// A fault in the column of a field.
    pub(super) fn fault(&self, field: ImportField, message: impl Into<String>) -> Fault {
        Fault::Row(RowFault {
            column: self.column(field),
            message: message.into(),
        })
    }

    /// The record that a name means; `make` makes one where that was decided.
    pub(super) fn named(
        &mut self,
        tx: &Tx,
        field: ImportField,
        name: Option<&str>,
        make: impl FnOnce(&mut Self, &Tx, &str) -> Result<Uuid, Fault>,
    ) -> Result<Option<Uuid>, Fault> {
        let Some(name) = name else { return Ok(None) };
        match self.names.resolve(field, name) {
            Resolution::Record(id) => Ok(Some(id)),
            Resolution::Empty => Ok(None),
            Resolution::Refuse(reason) => Err(self.fault(field, reason)),
            Resolution::Create => {
                let id = make(self, tx, name)?;
                if let Some(kind) = kind_of(field) {
                    self.names.mention(kind, id, name);
                }
                Ok(Some(id))
            }
        }
    }
}

/// What a kind of import knows about its records.
pub(super) trait Records {
    /// What a row says.
    type Draft;
    /// A record that exists.
    type Record: Clone;

    /// Fields no two records may share.
    const UNIQUE: &'static [ImportField];

    /// What kind of records.
    const KIND: ImportKind;

    /// The id of a record.
    fn id(record: &Self::Record) -> Uuid;

    /// What a row has in a field by which records are found.
    fn key(draft: &Self::Draft, field: ImportField) -> Option<String>;

    /// What a record has there.
    fn key_of(record: &Self::Record, field: ImportField) -> Option<String>;

    /// Records that have one of the keys.
    async fn find(tx: &Tx, field: ImportField, keys: Vec<String>)
    -> StoreResult<Vec<Self::Record>>;

    /// Why a record that a row matches is not changed, if it is not.
    fn refusal(record: &Self::Record) -> Option<&'static str>;

    /// Whether a record was only made for its name by an earlier row of this import.
    fn is_placeholder(run: &Run, record: &Self::Record) -> bool;

    /// Makes a record.
    async fn create(run: &mut Run, tx: &Tx, draft: &Self::Draft) -> Result<Self::Record, Fault>;

    /// Changes a record; `None` where there is nothing to change.
    async fn update(
        run: &mut Run,
        tx: &Tx,
        record: &Self::Record,
        draft: &Self::Draft,
    ) -> Result<Option<Self::Record>, Fault>;
}

/// Records by what they are found by.
struct Index<R> {
    records: Vec<R>,
    places: HashMap<(ImportField, String), Vec<usize>>,
}

impl<R> Index<R> {
    fn add(&mut self, place: usize, field: ImportField, key: String) {
        let places = self.places.entry((field, key)).or_default();
        if !places.contains(&place) {
            places.push(place);
        }
    }

    fn at(&self, field: ImportField, key: &str) -> &[usize] {
        self.places
            .get(&(field, key.to_owned()))
            .map_or(&[], Vec::as_slice)
    }
}

fn plan(field: ImportField, key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (field, key).hash(&mut hasher);
    hasher.finish()
}

/// Goes through rows of one kind.
///
/// # Errors
/// When the database does not answer or refuses a row of the batch: then nothing of it holds.
pub(super) async fn apply<K: Records>(
    run: &mut Run,
    tx: &Tx,
    drafts: &[K::Draft],
) -> StoreResult<Vec<Outcome>> {
    let matched_by = match run.rule {
        MatchRule::Create => Vec::new(),
        MatchRule::Update | MatchRule::Skip => match_fields(K::KIND, &run.mapping),
    };
    let mut fields: Vec<ImportField> = matched_by.clone();
    fields.extend(K::UNIQUE.iter().copied().filter(|f| run.maps(*f)));
    // A record that an earlier row was made for is found by its name, whatever the rule.
    if K::KIND == ImportKind::Members && !fields.contains(&ImportField::Name) {
        fields.push(ImportField::Name);
    }
    fields.sort_unstable();
    fields.dedup();
    let mut index = Index {
        records: Vec::new(),
        places: HashMap::new(),
    };
    let mut known: HashMap<Uuid, usize> = HashMap::new();
    for field in &fields {
        let keys: HashSet<String> = drafts.iter().filter_map(|d| K::key(d, *field)).collect();
        if keys.is_empty() {
            continue;
        }
        for record in K::find(tx, *field, keys.into_iter().collect()).await? {
            if let Some(key) = K::key_of(&record, *field) {
                let place = *known
                    .entry(K::id(&record))
                    .or_insert_with(|| index.records.len());
                if place == index.records.len() {
                    index.records.push(record);
                }
                index.add(place, *field, key);
            }
        }
    }
    let mut outcomes = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let outcome = match one::<K>(run, tx, draft, &matched_by, &fields, &mut index).await {
            Ok(outcome) => outcome,
            Err(Fault::Row(fault)) => Outcome::Refused(vec![fault]),
            Err(Fault::Store(error)) => return Err(error),
        };
        outcomes.push(outcome);
    }
    Ok(outcomes)
}

async fn one<K: Records>(
    run: &mut Run,
    tx: &Tx,
    draft: &K::Draft,
    matched_by: &[ImportField],
    fields: &[ImportField],
    index: &mut Index<K::Record>,
) -> Result<Outcome, Fault> {
    // The first of the fields that the row has decides.
    let decisive = matched_by
        .iter()
        .find_map(|field| K::key(draft, *field).map(|key| (*field, key)));
    let mut known = None;
    if let Some((field, key)) = &decisive {
        match index.at(*field, key) {
            [] => {}
            [place] => known = Some(*place),
            _ => return Err(run.fault(*field, format!("several records have `{key}`"))),
        }
        if known.is_none() && run.dry && run.planned.contains(&plan(*field, key)) {
            return Ok(match run.rule {
                MatchRule::Update => Outcome::Updated,
                MatchRule::Skip | MatchRule::Create => Outcome::Skipped,
            });
        }
    }
    let completes = known.is_none().then(|| placeholder::<K>(run, draft, index));
    let completes = completes.flatten();
    let place = known.or(completes);
    if let Some(place) = place
        && let Some(record) = index.records.get(place).cloned()
    {
        if let Some(reason) = K::refusal(&record) {
            return Err(Fault::row(reason));
        }
        if run.rule == MatchRule::Skip && !K::is_placeholder(run, &record) {
            return Ok(Outcome::Skipped);
        }
        let completed = K::is_placeholder(run, &record);
        return Ok(match K::update(run, tx, &record, draft).await? {
            Some(changed) => {
                if let Some(slot) = index.records.get_mut(place) {
                    *slot = changed;
                }
                if completed {
                    Outcome::Created
                } else {
                    Outcome::Updated
                }
            }
            None => Outcome::Skipped,
        });
    }
    for field in K::UNIQUE {
        if let Some(key) = K::key(draft, *field)
            && (!index.at(*field, &key).is_empty()
                || run.dry && run.planned.contains(&plan(*field, &key)))
        {
            return Err(run.fault(*field, format!("a record with `{key}` exists already")));
        }
    }
    let record = K::create(run, tx, draft).await?;
    let place = index.records.len();
    for field in fields {
        if let Some(key) = K::key_of(&record, *field) {
            if run.dry {
                run.planned.insert(plan(*field, &key));
            }
            index.add(place, *field, key);
        }
    }
    index.records.push(record);
    Ok(Outcome::Created)
}

/// The record that was made for the name of this row alone, when another row mentioned it.
fn placeholder<K: Records>(run: &Run, draft: &K::Draft, index: &Index<K::Record>) -> Option<usize> {
    let key = K::key(draft, ImportField::Name)?;
    match index.at(ImportField::Name, &key) {
        [place] => index
            .records
            .get(*place)
            .is_some_and(|record| K::is_placeholder(run, record))
            .then_some(*place),
        _ => None,
    }
}
