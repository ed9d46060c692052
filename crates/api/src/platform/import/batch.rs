//! Some rows at a time: found, made, changed, left out or refused.

use std::{
    collections::{HashMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher},
};

use domain::platform::import::{fields::match_fields, kinds::Draft};
use persistence::{StoreResult, Tx};
use shared_types::{
    Patch,
    platform::{ImportField, ImportKind, MatchRule, SubjectKind},
};
use uuid::Uuid;

pub(super) use super::run::{Fault, Outcome, Run};

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

    /// What they are among records that have tags, if they have some.
    const TAGGED: Option<SubjectKind> = None;

    /// Names of tags that a row puts on its record.
    fn tags(_: &Self::Draft) -> &[String] {
        &[]
    }

    /// The draft of a row, if it is of this kind.
    fn draft(draft: &Draft) -> Option<&Self::Draft>;

    /// The id of a record.
    fn id(record: &Self::Record) -> Uuid;

    /// What a row has in a field by which records are found.
    fn key(draft: &Self::Draft, field: ImportField) -> Option<String>;

    /// What a record has there.
    fn key_of(record: &Self::Record, field: ImportField) -> Option<String>;

    /// All that a row has there.
    fn keys(draft: &Self::Draft, field: ImportField) -> Vec<String> {
        Self::key(draft, field).into_iter().collect()
    }

    /// All that a record has there.
    fn keys_of(record: &Self::Record, field: ImportField) -> Vec<String> {
        Self::key_of(record, field).into_iter().collect()
    }

    /// Records that have one of the keys; of ids elsewhere also those that have it as their id here.
    async fn find(tx: &Tx, field: ImportField, keys: Vec<String>)
    -> StoreResult<Vec<Self::Record>>;

    /// Why a record that a row matches is not changed, if it is not.
    fn refusal(_: &Self::Record) -> Option<&'static str> {
        None
    }

    /// Whether a record was only made for its name by an earlier row of this import.
    fn is_placeholder(_: &Run, _: &Self::Record) -> bool {
        false
    }

    /// The record that a row is about, where more than one field says which.
    async fn existing(_: &mut Run, _: &Tx, _: &Self::Draft) -> Result<Option<Self::Record>, Fault> {
        Ok(None)
    }

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

/// What rows and records of a kind are told apart by: each field with what a draft and what a record
/// has there; and, for records that have a trash, why one cannot be changed there.
macro_rules! told_apart {
    (
        $kind:ident, unique [$($unique:ident),*] $(, $trash:ident)? $(, tags $tags:ident)?;
        $variant:ident($draft_type:ty) as $draft:ident;
        $record_type:ty as $record:ident, $row:expr;
        $($field:ident = $of_draft:expr, $of_record:expr;)*
    ) => {
        type Draft = $draft_type;
        type Record = $record_type;

        const UNIQUE: &'static [ImportField] = &[$(ImportField::$unique),*];
        const KIND: ImportKind = ImportKind::$kind;

        $(
            const TAGGED: Option<SubjectKind> = Some(SubjectKind::$variant);

            fn tags(draft: &$draft_type) -> &[String] {
                &draft.$tags
            }
        )?

        fn draft(draft: &Draft) -> Option<&$draft_type> {
            match draft {
                Draft::$variant(draft) => Some(draft),
                _ => None,
            }
        }

        fn id($record: &$record_type) -> Uuid {
            $row.id.0
        }

        fn key($draft: &$draft_type, field: ImportField) -> Option<String> {
            match (field, $draft) {
                $((ImportField::$field, _) => $of_draft,)*
                _ => None,
            }
        }

        fn key_of($record: &$record_type, field: ImportField) -> Option<String> {
            match (field, $record) {
                $((ImportField::$field, _) => $of_record,)*
                _ => None,
            }
        }

        $(fn refusal($record: &$record_type) -> Option<&'static str> {
            $row.deleted_at.is_some().then_some(::domain::core::error::$trash)
        })?
    };
}
pub(super) use told_apart;

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

/// What a record is found by in a field.
fn known_as<K: Records>(record: &K::Record, field: ImportField) -> Vec<String> {
    let mut keys = K::keys_of(record, field);
    if field == ImportField::ExternalId {
        keys.push(K::id(record).to_string());
    }
    keys
}

/// An id elsewhere as a change; the id here says nothing new.
pub(super) fn elsewhere(said: Option<&String>, id: Uuid) -> Patch<String> {
    match said {
        Some(said) if said.parse() != Ok(id) => Patch::Set(said.clone()),
        _ => Patch::Keep,
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
    drafts: &[&Draft],
) -> StoreResult<Vec<Outcome>> {
    let drafts: Vec<&K::Draft> = drafts.iter().filter_map(|draft| K::draft(draft)).collect();
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
        let keys: HashSet<String> = drafts.iter().flat_map(|d| K::keys(d, *field)).collect();
        if keys.is_empty() {
            continue;
        }
        for record in K::find(tx, *field, keys.into_iter().collect()).await? {
            let keys = known_as::<K>(&record, *field);
            let place = *known
                .entry(K::id(&record))
                .or_insert_with(|| index.records.len());
            if place == index.records.len() {
                index.records.push(record);
            }
            for key in keys {
                index.add(place, *field, key);
            }
        }
    }
    if K::TAGGED.is_some() && run.maps(ImportField::Tags) {
        let records = index.records.iter().map(K::id).collect();
        run.tagging.learn(tx, records).await?;
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
    let mut known = None;
    let mut surer: Vec<ImportField> = Vec::new();
    for field in matched_by {
        let keys = K::keys(draft, *field);
        if keys.is_empty() {
            continue;
        }
        let found = keys.iter().flat_map(|key| index.at(*field, key)).copied();
        // One that has a surer key, which is not that of the row, is another.
        let mut places: Vec<usize> = found
            .filter(|place| {
                let record = index.records.get(*place);
                record.is_some_and(|record| {
                    surer
                        .iter()
                        .all(|field| K::keys_of(record, *field).is_empty())
                })
            })
            .collect();
        places.sort_unstable();
        places.dedup();
        match places.as_slice() {
            [place] => known = Some(*place),
            [] if surer.is_empty()
                && run.dry
                && keys
                    .iter()
                    .any(|key| run.planned.contains(&plan(*field, key))) =>
            {
                return Ok(match run.rule {
                    MatchRule::Update => Outcome::Updated,
                    MatchRule::Skip | MatchRule::Create => Outcome::Skipped,
                });
            }
            [_, _, ..] if surer.is_empty() => {
                let keys = keys.join(", ");
                return Err(run.fault(*field, format!("several records have `{keys}`")));
            }
            _ => {}
        }
        if known.is_some() {
            break;
        }
        surer.push(*field);
    }
    let completes = known.is_none().then(|| placeholder::<K>(run, draft, index));
    let completes = completes.flatten();
    let mut place = known.or(completes);
    if place.is_none()
        && let Some(record) = K::existing(run, tx, draft).await?
    {
        if run.rule == MatchRule::Create {
            return Err(Fault::row("there is such a record already"));
        }
        place = Some(index.records.len());
        index.records.push(record);
    }
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
        run.tag(tx, Some(K::id(&record)), K::tags(draft))?;
        let changed = K::update(run, tx, &record, draft).await?;
        if let (Some(kind), Some(_)) = (K::TAGGED, &changed) {
            run.put_tags(tx, kind, K::id(&record)).await?;
        }
        return Ok(match changed {
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
    run.tag(tx, None, K::tags(draft))?;
    let record = K::create(run, tx, draft).await?;
    if let Some(kind) = K::TAGGED {
        run.put_tags(tx, kind, K::id(&record)).await?;
    }
    let place = index.records.len();
    for field in fields {
        for key in K::keys_of(&record, *field) {
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
