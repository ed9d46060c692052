//! The records that names in a file mean.

use std::collections::{BTreeSet, HashMap, HashSet, hash_map::Entry};

use domain::{
    core::text::fold,
    platform::import::{
        fields::{default_action, related},
        names::{NameMatch, Names},
        values::{Resolution, keep_choices, resolve, unmatched},
    },
};
use persistence::{
    Db, StoreResult,
    crm::stage,
    platform::name::{self, Named},
};
use shared_types::platform::{ImportField, SubjectKind, ValueAction, ValueMatch};
use uuid::Uuid;

/// Records whose names are compared letter by letter; with more only the very name is found.
const COMPARED: u64 = 50_000;
/// Names that are shown to be decided on.
const SHOWN: usize = 1_000;
/// Names that are kept in memory.
const KEPT: usize = 200_000;

/// What the names of a file mean, as far as it was looked at.
pub(super) struct NameBook {
    /// By kind of record and folded name.
    known: HashMap<(SubjectKind, String), Vec<Named>>,
    /// All names of a kind, for finding near ones; `None` where there are too many.
    near: HashMap<SubjectKind, Option<Names<(Uuid, String)>>>,
    /// Names that are not there as they are written, in the order they came.
    matches: Vec<ValueMatch>,
    place: HashMap<(ImportField, String), usize>,
    /// What was said in an earlier check.
    said: Vec<ValueMatch>,
    /// Whether names are gathered for people to decide on.
    gathers: bool,
    /// Records that were made because a row mentioned them.
    mentioned: HashSet<Uuid>,
}

impl NameBook {
    /// A book in which names are gathered, with what was said of them in an earlier check.
    pub(super) fn gathering(said: Vec<ValueMatch>) -> Self {
        Self {
            said,
            gathers: true,
            ..Self::decided(Vec::new())
        }
    }

    /// A book of names that were decided on.
    pub(super) fn decided(matches: Vec<ValueMatch>) -> Self {
        let place = matches
            .iter()
            .enumerate()
            .map(|(index, known)| ((known.field, known.value.clone()), index))
            .collect();
        Self {
            known: HashMap::new(),
            near: HashMap::new(),
            matches,
            place,
            said: Vec::new(),
            gathers: false,
            mentioned: HashSet::new(),
        }
    }

    /// The names to decide on: those that are near others first, then the most frequent.
    pub(super) fn into_matches(mut self) -> Vec<ValueMatch> {
        self.matches.sort_by(|a, b| {
            (a.candidates.is_empty(), b.rows).cmp(&(b.candidates.is_empty(), a.rows))
        });
        self.matches
    }

    /// Forgets what was looked up, as after a batch that was not written.
    pub(super) fn forget(&mut self) {
        self.known
            .retain(|(kind, _), _| *kind == SubjectKind::Pipeline);
        self.mentioned.clear();
    }

    /// Notes the stages of the pipeline, which belong to no table of names.
    pub(super) fn learn_stages(&mut self, stages: &[stage::Model]) {
        for stage in stages {
            self.learn(SubjectKind::Pipeline, stage.id.0, &stage.name);
        }
        let names = stages
            .iter()
            .map(|stage| ((stage.id.0, stage.name.clone()), stage.name.clone()))
            .collect();
        self.near.insert(SubjectKind::Pipeline, Some(names));
    }

    /// Notes a record that was made.
    pub(super) fn learn(&mut self, kind: SubjectKind, id: Uuid, name: &str) {
        self.known.insert(
            (kind, fold(name)),
            vec![Named {
                id,
                name: name.to_owned(),
                key: fold(name),
                may_own: true,
            }],
        );
    }

    /// Notes a record that was made because a row mentions it.
    pub(super) fn mention(&mut self, kind: SubjectKind, id: Uuid, name: &str) {
        self.learn(kind, id, name);
        self.mentioned.insert(id);
    }

    /// The record of this name that was made because a row mentioned it.
    pub(super) fn mentioned(&self, kind: SubjectKind, name: &str) -> Option<Uuid> {
        match self.known.get(&(kind, fold(name))).map(Vec::as_slice) {
            Some([known]) => Some(known.id).filter(|id| self.mentioned.contains(id)),
            _ => None,
        }
    }

    /// What the record is called that a name, as written, means.
    pub(super) fn name(&self, field: ImportField, written: &str) -> Option<&str> {
        let kind = related(field)?;
        if let Some([known]) = self.known.get(&(kind, fold(written))).map(Vec::as_slice) {
            return Some(&known.name);
        }
        let place = self.place.get(&(field, written.to_owned()))?;
        let value = self.matches.get(*place)?;
        let id = value.record_id?;
        let meant = value.candidates.iter().find(|known| known.id == id)?;
        Some(&meant.name)
    }

    /// Looks names up, all that are new at once.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(super) async fn look_up(
        &mut self,
        db: &impl Db,
        names: impl IntoIterator<Item = (ImportField, String)>,
    ) -> StoreResult<()> {
        if self.known.len() > KEPT {
            self.known
                .retain(|(kind, _), _| *kind == SubjectKind::Pipeline);
        }
        let names: BTreeSet<(ImportField, String)> = names.into_iter().collect();
        let mut wanted: HashMap<SubjectKind, BTreeSet<String>> = HashMap::new();
        for (field, name) in &names {
            let Some(kind) = related(*field) else {
                continue;
            };
            let key = fold(name);
            if kind != SubjectKind::Pipeline && !self.known.contains_key(&(kind, key.clone())) {
                wanted.entry(kind).or_default().insert(key);
            }
        }
        for (kind, keys) in wanted {
            let keys: Vec<String> = keys.into_iter().collect();
            for key in &keys {
                self.known.insert((kind, key.clone()), Vec::new());
            }
            for named in name::find(db, kind, keys).await? {
                let place = (kind, named.key.clone());
                self.known.entry(place).or_default().push(named);
            }
        }
        if !self.gathers {
            return Ok(());
        }
        for (field, name) in names {
            self.gather(db, field, name).await?;
        }
        Ok(())
    }

    async fn gather(&mut self, db: &impl Db, field: ImportField, name: String) -> StoreResult<()> {
        let Some(kind) = related(field) else {
            return Ok(());
        };
        let place = (field, name);
        if self.place.contains_key(&place) || self.matches.len() >= SHOWN {
            return Ok(());
        }
        let found = match self.known.get(&(kind, fold(&place.1))).map(Vec::as_slice) {
            Some([_]) => return Ok(()),
            Some([]) | None => {
                if let Entry::Vacant(empty) = self.near.entry(kind) {
                    let all = name::all(db, kind, COMPARED).await?.map(|all| {
                        all.into_iter()
                            .map(|(id, name)| ((id, name.clone()), name))
                            .collect()
                    });
                    empty.insert(all);
                }
                match self.near.get(&kind) {
                    Some(Some(all)) => all.find(&place.1),
                    _ => NameMatch::None,
                }
            }
            Some(several) => several
                .iter()
                .map(|known| ((known.id, known.name.clone()), known.name.clone()))
                .collect::<Names<_>>()
                .find(&place.1),
        };
        if let Some(mut value) = unmatched(field, &place.1, 0, found) {
            keep_choices(std::slice::from_mut(&mut value), &self.said);
            self.place.insert(place, self.matches.len());
            self.matches.push(value);
        }
        Ok(())
    }

    /// What a name that was looked up comes to.
    pub(super) fn resolve(&mut self, field: ImportField, name: &str) -> Resolution {
        let place = self.place.get(&(field, name.to_owned())).copied();
        let value = place.and_then(|place| self.matches.get_mut(place));
        if let Some(value) = value
            && self.gathers
        {
            value.rows += 1;
        }
        let Some(kind) = related(field) else {
            return Resolution::Empty;
        };
        match self.known.get(&(kind, fold(name))).map(Vec::as_slice) {
            Some([known]) if field == ImportField::Owner && !known.may_own => {
                return Resolution::Refuse(format!(
                    "`{}` cannot own records: not active, or an advocate",
                    known.name
                ));
            }
            Some([known]) => return Resolution::Record(known.id),
            _ => {}
        }
        if let Some(value) = place.and_then(|place| self.matches.get(place)) {
            return resolve(value);
        }
        match default_action(field) {
            ValueAction::Create => Resolution::Create,
            _ => Resolution::Refuse(format!("`{name}` was not found")),
        }
    }
}

/// The kind of records that a field names, for noting one that was made.
pub(super) fn kind_of(field: ImportField) -> Option<SubjectKind> {
    related(field)
}
