//! The records that names in a file mean.

use std::collections::{BTreeSet, HashMap, HashSet, hash_map::Entry};

use domain::{
    core::text::fold,
    platform::import::{
        fields::{default_action, key_field, related},
        kinds::Link,
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
    /// By kind of record and folded key.
    keyed: HashMap<(SubjectKind, String), Vec<Named>>,
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
            keyed: HashMap::new(),
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
        self.keyed.clear();
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

    /// What the record is called that a row names.
    pub(super) fn called(&self, field: ImportField, link: &Link) -> Option<String> {
        let by_key = key_field(field)
            .zip(link.key.as_deref())
            .and_then(|(field, key)| self.keyed(field, key));
        if let Some([known]) = by_key {
            return Some(known.name.clone());
        }
        let written = link.name.as_deref()?;
        Some(self.name(field, written).unwrap_or(written).to_owned())
    }

    fn keyed(&self, field: ImportField, key: &str) -> Option<&[Named]> {
        let found = self.keyed.get(&(related(field)?, fold(key)));
        found.map(Vec::as_slice)
    }

    /// Whether one record is known by a key.
    pub(super) fn is_known(&self, field: ImportField, key: &str) -> bool {
        matches!(self.keyed(field, key), Some([_]))
    }

    /// What a key that was looked up comes to.
    pub(super) fn known_by(&self, field: ImportField, key: &str) -> Resolution {
        match self.keyed(field, key) {
            Some([known]) if field == ImportField::OwnerEmail && !known.may_own => {
                Resolution::Refuse(cannot_own(&known.name))
            }
            Some([known]) => Resolution::Record(known.id),
            Some([]) | None => Resolution::Refuse(format!("`{key}` was not found")),
            Some(_) => Resolution::Refuse(format!("several records are known as `{key}`")),
        }
    }

    /// Looks keys up, all that are new at once.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(super) async fn look_up_keys(
        &mut self,
        db: &impl Db,
        keys: impl IntoIterator<Item = (SubjectKind, String)>,
    ) -> StoreResult<()> {
        if self.keyed.len() > KEPT {
            self.keyed.clear();
        }
        // What was not there before may have been made by a row since.
        self.keyed.retain(|_, found| !found.is_empty());
        let mut wanted: HashMap<SubjectKind, BTreeSet<String>> = HashMap::new();
        for (kind, key) in keys {
            if !self.keyed.contains_key(&(kind, fold(&key))) {
                wanted.entry(kind).or_default().insert(key);
            }
        }
        for (kind, keys) in wanted {
            for key in &keys {
                self.keyed.insert((kind, fold(key)), Vec::new());
            }
            let found = name::find_known_as(db, kind, keys.into_iter().collect()).await?;
            for named in found {
                // A record has more keys than those that were asked for.
                if let Some(all) = self.keyed.get_mut(&(kind, fold(&named.key)))
                    && !all.iter().any(|known| known.id == named.id)
                {
                    all.push(named);
                }
            }
        }
        Ok(())
    }

    /// Looks names up, all that are new at once; what is no name may be what a record is known by.
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
        let open: BTreeSet<(SubjectKind, String)> = names
            .iter()
            .filter_map(|(field, name)| Some((related(*field)?, name.clone())))
            .filter(|(kind, name)| {
                let found = self.known.get(&(*kind, fold(name)));
                found.is_some_and(Vec::is_empty)
            })
            .collect();
        self.look_up_keys(db, open.iter().cloned()).await?;
        for (kind, name) in open {
            let place = (kind, fold(&name));
            if let Some(known) = self.keyed.get(&place).filter(|known| known.len() == 1) {
                self.known.insert(place, known.clone());
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
                return Resolution::Refuse(cannot_own(&known.name));
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

fn cannot_own(name: &str) -> String {
    format!("`{name}` cannot own records: not active, or an advocate")
}

/// The kind of records that a field names, for noting one that was made.
pub(super) fn kind_of(field: ImportField) -> Option<SubjectKind> {
    related(field)
}
