//! Scores: what answers to a rubric come to, exactly, without floating point.

use shared_types::coaching::{QuestionKind, RubricAnswer, RubricQuestion, WriteRubricQuestion};

use crate::core::error::{DomainError, DomainResult};

/// The highest score, in hundredths of a point.
pub const FULL: i32 = 10_000;

/// A number that every share of a question divides: scales have up to nine steps, choices are in percent.
const PARTS: i64 = 12_600;

/// The highest answer of a scale unless said otherwise.
pub const DEFAULT_SCALE: i32 = 5;

/// What answers come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scored {
    /// The score, in hundredths of a point, over what is answered; none where nothing is.
    pub score: Option<i32>,
    /// Questions with a weight that are answered.
    pub answered: usize,
    /// Questions with a weight.
    pub of: usize,
}

impl Scored {
    /// Whether every question that counts is answered.
    #[must_use]
    pub const fn is_complete(self) -> bool {
        self.answered == self.of
    }
}

/// What an answer is worth, in [`PARTS`] of the weight of its question; none where it is not one.
fn worth(question: &RubricQuestion, value: i32) -> Option<i64> {
    let value = i64::from(value);
    match question.kind {
        QuestionKind::Scale => {
            let steps = i64::from(question.scale_max.unwrap_or(DEFAULT_SCALE)) - 1;
            let fits = steps >= 1 && (1..=steps + 1).contains(&value);
            fits.then(|| PARTS * (value - 1) / steps)
        }
        QuestionKind::YesNo => (0..=1).contains(&value).then(|| PARTS * value),
        QuestionKind::Choice => {
            let choice = question.choices.get(usize::try_from(value).ok()?)?;
            Some(PARTS * i64::from(choice.points) / 100)
        }
        QuestionKind::Text => None,
    }
}

/// The score of some answers: the weighted mean of what each is worth, rounded half away from zero. Questions that are not
/// answered yet count neither way.
#[must_use]
pub fn score(questions: &[RubricQuestion], answers: &[RubricAnswer]) -> Scored {
    let counted = |question: &&RubricQuestion| question.kind != QuestionKind::Text;
    let (mut sum, mut weights, mut answered) = (0_i64, 0_i64, 0);
    for question in questions.iter().filter(counted) {
        let value = answers
            .iter()
            .find(|answer| answer.question_id == question.id)
            .and_then(|answer| answer.value);
        if let Some(worth) = value.and_then(|value| worth(question, value)) {
            let weight = i64::from(question.weight);
            sum += worth * weight;
            weights += weight;
            answered += 1;
        }
    }
    let whole = weights * PARTS;
    let score = (whole > 0).then(|| {
        let rounded = (sum * i64::from(FULL) * 2 + whole) / (whole * 2);
        i32::try_from(rounded).unwrap_or(FULL)
    });
    Scored {
        score,
        answered,
        of: questions.iter().filter(counted).count(),
    }
}

/// Checks answers against the questions of a rubric.
///
/// # Errors
/// `Invalid` on `answers.N…` for a question that is not in it or is answered twice, and for a value it does not have.
pub fn check_answers(questions: &[RubricQuestion], answers: &[RubricAnswer]) -> DomainResult<()> {
    for (place, answer) in answers.iter().enumerate() {
        let path = |field: &str| format!("answers.{place}.{field}");
        let Some(question) = questions.iter().find(|it| it.id == answer.question_id) else {
            return Err(DomainError::invalid(
                path("questionId"),
                "is not a question of the rubric",
            ));
        };
        if answers[..place]
            .iter()
            .any(|it| it.question_id == answer.question_id)
        {
            return Err(DomainError::invalid(
                path("questionId"),
                "is answered twice",
            ));
        }
        let Some(value) = answer.value else { continue };
        if worth(question, value).is_none() {
            let right = match question.kind {
                QuestionKind::Scale => format!(
                    "must be from 1 to {}",
                    question.scale_max.unwrap_or(DEFAULT_SCALE)
                ),
                QuestionKind::YesNo => "must be 1 for yes or 0 for no".to_owned(),
                QuestionKind::Choice => format!(
                    "must be the place of a choice, from 0 to {}",
                    question.choices.len().saturating_sub(1)
                ),
                QuestionKind::Text => {
                    "must be left out: the question is answered by words".to_owned()
                }
            };
            return Err(DomainError::invalid(path("value"), right));
        }
    }
    Ok(())
}

/// Checks the questions of a rubric as they are written.
///
/// # Errors
/// `Invalid` on `questions.N…` where scale or choices do not fit the kind.
pub fn check_questions(questions: &[WriteRubricQuestion]) -> DomainResult<()> {
    for (place, question) in questions.iter().enumerate() {
        let path = |field: &str| format!("questions.{place}.{field}");
        let kind = question.kind;
        if question.id.is_some() && questions[..place].iter().any(|it| it.id == question.id) {
            return Err(DomainError::invalid(path("id"), "stands there twice"));
        }
        if kind == QuestionKind::Text && question.weight.is_some() {
            return Err(DomainError::invalid(
                path("weight"),
                "must be left out: words have no weight",
            ));
        }
        if kind != QuestionKind::Scale && question.scale_max.is_some() {
            return Err(DomainError::invalid(
                path("scaleMax"),
                "is for scales alone",
            ));
        }
        if kind == QuestionKind::Choice {
            if question.choices.len() < 2 {
                return Err(DomainError::invalid(
                    path("choices"),
                    "must be two at least",
                ));
            }
        } else if !question.choices.is_empty() {
            return Err(DomainError::invalid(
                path("choices"),
                "are for questions with a choice alone",
            ));
        }
    }
    Ok(())
}

/// Checks that a rubric can be published: something in it counts.
///
/// # Errors
/// `Invalid` on `questions`.
pub fn check_publishable(questions: &[RubricQuestion]) -> DomainResult<()> {
    if questions.iter().any(|it| it.kind != QuestionKind::Text) {
        return Ok(());
    }
    Err(DomainError::invalid(
        "questions",
        "must hold one at least that has a weight",
    ))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use shared_types::{RubricQuestionId, coaching::RubricChoice};

    use super::*;

    fn question(number: u128, kind: QuestionKind, weight: i32) -> RubricQuestion {
        RubricQuestion {
            id: RubricQuestionId(uuid::Uuid::from_u128(number)),
            text: "What?".to_owned(),
            kind,
            weight,
            scale_max: None,
            choices: Vec::new(),
        }
    }

    fn answer(number: u128, value: i32) -> RubricAnswer {
        RubricAnswer {
            question_id: RubricQuestionId(uuid::Uuid::from_u128(number)),
            value: Some(value),
            comment: None,
        }
    }

    #[test]
    fn answers_count_by_their_weight() {
        let mut choice = question(3, QuestionKind::Choice, 1);
        choice.choices = [0, 50, 100]
            .map(|points| RubricChoice {
                text: points.to_string(),
                points,
            })
            .to_vec();
        let questions = [
            question(1, QuestionKind::Scale, 2),
            question(2, QuestionKind::YesNo, 1),
            choice,
            question(4, QuestionKind::Text, 0),
        ];
        let nothing = score(&questions, &[]);
        assert_eq!((nothing.score, nothing.answered, nothing.of), (None, 0, 3));
        // 4 of 1–5 is three quarters, twice; yes; and half: 3 of 4.
        let all = [answer(1, 4), answer(2, 1), answer(3, 1)];
        let scored = score(&questions, &all);
        assert_eq!(scored.score, Some(7_500));
        assert!(scored.is_complete());
        assert_eq!(score(&questions, &all[..1]).score, Some(7_500));
        let thirds = [
            question(1, QuestionKind::YesNo, 1),
            question(2, QuestionKind::YesNo, 2),
        ];
        let of = |one, other| score(&thirds, &[answer(1, one), answer(2, other)]).score;
        assert_eq!((of(1, 0), of(0, 1)), (Some(3_333), Some(6_667)));
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let questions = [
            question(1, QuestionKind::Scale, 1),
            question(2, QuestionKind::Text, 0),
        ];
        let field = |answers: &[RubricAnswer]| {
            let error = check_answers(&questions, answers).unwrap_err();
            error.fields().into_keys().next().unwrap()
        };
        assert!(check_answers(&questions, &[answer(1, 5)]).is_ok());
        assert_eq!(field(&[answer(1, 6)]), "answers.0.value");
        assert_eq!(field(&[answer(1, 0)]), "answers.0.value");
        assert_eq!(field(&[answer(2, 1)]), "answers.0.value");
        assert_eq!(field(&[answer(9, 1)]), "answers.0.questionId");
        assert_eq!(field(&[answer(1, 1), answer(1, 2)]), "answers.1.questionId");
        assert!(
            check_publishable(&questions).is_ok() && check_publishable(&questions[1..]).is_err()
        );
    }

    proptest! {
        #[test]
        fn a_score_lies_between_the_worst_and_the_best(
            parts in prop::collection::vec((1_i32..=100, 2_i32..=10, 0_i32..10), 1..50)
        ) {
            let mut questions = Vec::new();
            let mut answers = Vec::new();
            for (number, (weight, scale, step)) in (0..).zip(&parts) {
                let mut one = question(number, QuestionKind::Scale, *weight);
                one.scale_max = Some(*scale);
                questions.push(one);
                answers.push(answer(number, step % scale + 1));
            }
            prop_assert!(check_answers(&questions, &answers).is_ok());
            let scored = score(&questions, &answers);
            prop_assert!(scored.is_complete());
            let value = scored.score.unwrap();
            prop_assert!((0..=FULL).contains(&value));
            // A better answer never lowers it.
            for place in 0..answers.len() {
                let mut better = answers.clone();
                better[place].value = questions[place].scale_max;
                prop_assert!(score(&questions, &better).score.unwrap() >= value);
            }
            // All of the best is all, all of the worst nothing.
            for (pick, wanted) in [(true, FULL), (false, 0)] {
                for (answer, question) in answers.iter_mut().zip(&questions) {
                    answer.value = if pick { question.scale_max } else { Some(1) };
                }
                prop_assert_eq!(score(&questions, &answers).score, Some(wanted));
            }
        }
    }
}
