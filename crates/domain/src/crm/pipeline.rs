//! Pipelines: what makes a good set of stages, what a change of it means, and what a new
//! organization starts with.

use std::collections::{HashMap, HashSet};

use shared_types::StageId;
use shared_types::crm::{CreatePipeline, Stage, StageInput};

use crate::core::error::{DomainError, DomainResult};
use crate::core::text::fold;

/// The change of a pipeline's stages, ready to be stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StagePlan {
    /// Every stage in its new order: the index is its position.
    pub stages: Vec<PlannedStage>,
    /// The stages that go: ask [`check_removal`] with the deals in them.
    pub removed: Vec<StageId>,
}

/// A stage in its new place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedStage {
    /// The stage that is kept; `None` for a new one.
    pub id: Option<StageId>,
    /// Its name, trimmed.
    pub name: String,
    /// Chance that a deal here is won, in percent.
    pub probability: u8,
    /// Days after which a deal that has not moved rots.
    pub rotting_days: Option<u16>,
    /// Whether it is new or differs from before, in place or content.
    pub changed: bool,
}

/// Plans the stages of a pipeline from what it has (in order; empty for a new pipeline) to what is
/// asked for. Any order is legal, as long as each kept stage is named once and belongs to this
/// pipeline.
///
/// # Errors
/// `Invalid` on `stages` when there are none or more than 20; on `stages.N.id` when it is foreign
/// or named twice; on `stages.N.name` when blank or, folded, that of an earlier stage; on
/// `stages.N.probability` beyond 100.
pub fn plan_stages(existing: &[Stage], asked: &[StageInput]) -> DomainResult<StagePlan> {
    if asked.is_empty() || asked.len() > 20 {
        return Err(DomainError::invalid("stages", "must hold 1 to 20 stages"));
    }
    let before: HashMap<StageId, (usize, &Stage)> = existing
        .iter()
        .enumerate()
        .map(|(index, stage)| (stage.id, (index, stage)))
        .collect();
    let (mut names, mut ids) = (HashSet::new(), HashSet::new());
    let mut stages = Vec::with_capacity(asked.len());
    for (index, stage) in asked.iter().enumerate() {
        let refuse = |field: &str, message: &str| {
            DomainError::invalid(format!("stages.{index}.{field}"), message)
        };
        let known = match stage.id {
            None => None,
            Some(id) => match before.get(&id) {
                None => return Err(refuse("id", "is not a stage of this pipeline")),
                Some(_) if !ids.insert(id) => return Err(refuse("id", "is named twice")),
                known => known,
            },
        };
        let key = fold(&stage.name);
        if key.is_empty() {
            return Err(refuse("name", "must not be blank"));
        }
        if !names.insert(key) {
            return Err(refuse("name", "is the name of another stage already"));
        }
        if stage.probability > 100 {
            return Err(refuse("probability", "must be at most 100"));
        }
        let name = stage.name.trim().to_owned();
        stages.push(PlannedStage {
            id: stage.id,
            changed: !known.is_some_and(|(place, known)| {
                *place == index
                    && known.name == name
                    && known.probability == stage.probability
                    && known.rotting_days == stage.rotting_days
            }),
            name,
            probability: stage.probability,
            rotting_days: stage.rotting_days,
        });
    }
    Ok(StagePlan {
        stages,
        removed: existing
            .iter()
            .map(|stage| stage.id)
            .filter(|id| !ids.contains(id))
            .collect(),
    })
}

/// Whether stages may go: only empty ones. `deals` counts the deals that stand in a stage, won
/// and lost ones and those in the trash too.
///
/// # Errors
/// `Conflict` naming the first stage that holds deals.
pub fn check_removal(
    existing: &[Stage],
    removed: &[StageId],
    deals: impl Fn(StageId) -> u64,
) -> DomainResult<()> {
    for stage in existing.iter().filter(|stage| removed.contains(&stage.id)) {
        let count = deals(stage.id);
        if count > 0 {
            return Err(DomainError::conflict(format!(
                "the stage {} holds {count} deals; move them first",
                stage.name
            )));
        }
    }
    Ok(())
}

/// Whether a pipeline may be the default one no more: never by itself, there is always one.
///
/// # Errors
/// `Invalid` on `isDefault`.
pub fn check_default(is_default: bool, asked: Option<bool>) -> DomainResult<()> {
    if is_default && asked == Some(false) {
        return Err(DomainError::invalid(
            "isDefault",
            "cannot be taken away; make another pipeline the default one instead",
        ));
    }
    Ok(())
}

/// Whether a pipeline may be deleted: not the default one, and not with deals in it.
///
/// # Errors
/// `Conflict` saying what stands in the way.
pub fn check_deletion(is_default: bool, deals: u64) -> DomainResult<()> {
    if is_default {
        return Err(DomainError::conflict(
            "this is the default pipeline; make another one the default first",
        ));
    }
    if deals > 0 {
        return Err(DomainError::conflict(format!(
            "the pipeline holds {deals} deals; move them first"
        )));
    }
    Ok(())
}

/// The pipeline a new organization starts with.
#[must_use]
pub fn default_pipeline() -> CreatePipeline {
    let stage = |name: &str, probability, rotting_days| StageInput {
        id: None,
        name: name.to_owned(),
        probability,
        rotting_days: Some(rotting_days),
    };
    CreatePipeline {
        name: "Sales".to_owned(),
        stages: vec![
            stage("Prospecting", 10, 30),
            stage("Qualified", 30, 30),
            stage("Engaging", 50, 60),
            stage("Proposal", 70, 30),
            stage("Negotiation", 90, 14),
        ],
        is_default: true,
    }
}

/// The reasons for which deals are lost that a new organization starts with.
pub const DEFAULT_LOST_REASONS: [&str; 7] = [
    "Price",
    "Competitor",
    "No budget",
    "No decision",
    "Bad timing",
    "Missing feature",
    "No answer",
];

#[cfg(test)]
mod tests {
    use shared_types::crm::CreatePipeline;
    use uuid::Uuid;
    use validator::Validate;

    use super::*;

    fn id(number: u128) -> StageId {
        StageId(Uuid::from_u128(number))
    }

    fn stage(number: u128, name: &str) -> Stage {
        Stage {
            id: id(number),
            name: name.into(),
            probability: 10,
            rotting_days: None,
        }
    }

    fn asked(number: Option<u128>, name: &str) -> StageInput {
        StageInput {
            id: number.map(id),
            name: name.into(),
            probability: 10,
            rotting_days: None,
        }
    }

    fn field(result: DomainResult<StagePlan>) -> String {
        result.unwrap_err().fields().into_keys().next().unwrap()
    }

    #[test]
    fn the_first_pipeline_is_valid() {
        let pipeline: CreatePipeline = default_pipeline();
        pipeline.validate().unwrap();
        let plan = plan_stages(&[], &pipeline.stages).unwrap();
        assert_eq!(plan.stages.len(), 5);
        assert!(plan.stages.iter().all(|stage| stage.changed) && plan.removed.is_empty());
        let keys: HashSet<_> = DEFAULT_LOST_REASONS.iter().map(|name| fold(name)).collect();
        assert_eq!(keys.len(), DEFAULT_LOST_REASONS.len());
    }

    #[test]
    fn stages_are_kept_added_moved_and_removed() {
        let existing = [stage(1, "A"), stage(2, "B"), stage(3, "C")];
        let plan = plan_stages(
            &existing,
            &[asked(Some(1), " A "), asked(None, "N"), asked(Some(2), "B")],
        )
        .unwrap();
        let changed: Vec<_> = plan.stages.iter().map(|s| (s.id, s.changed)).collect();
        assert_eq!(
            changed,
            [(Some(id(1)), false), (None, true), (Some(id(2)), true)]
        );
        assert_eq!(plan.removed, [id(3)]);
        assert!(check_removal(&existing, &plan.removed, |_| 0).is_ok());
        let error = check_removal(&existing, &plan.removed, |_| 4).unwrap_err();
        assert!(error.to_string().contains("the stage C holds 4 deals"));
    }

    #[test]
    fn names_and_ids_are_unique_and_our_own() {
        let existing = [stage(1, "A")];
        let plan = |asked: &[StageInput]| field(plan_stages(&existing, asked));
        assert_eq!(plan(&[]), "stages");
        assert_eq!(plan(&vec![asked(None, "x"); 21]), "stages");
        assert_eq!(plan(&[asked(Some(9), "x")]), "stages.0.id");
        assert_eq!(
            plan(&[asked(Some(1), "x"), asked(Some(1), "y")]),
            "stages.1.id"
        );
        assert_eq!(
            plan(&[asked(None, "Été"), asked(None, " ETE ")]),
            "stages.1.name"
        );
        assert_eq!(plan(&[asked(None, "\u{200B}")]), "stages.0.name");
    }

    #[test]
    fn there_is_always_a_default() {
        assert!(check_default(true, Some(false)).is_err());
        assert!(check_default(true, None).is_ok());
        assert!(check_default(false, Some(true)).is_ok());
        assert!(check_deletion(true, 0).is_err());
        assert!(check_deletion(false, 1).is_err());
        assert!(check_deletion(false, 0).is_ok());
    }
}
