//! What the steps found, added up.

use std::{ops::AddAssign, process::ExitCode, time::Duration};

use crate::browser::Outcome;

/// How many tests passed and failed; a step that is no test runner counts as one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: u64,
    pub failed: u64,
}

impl Tally {
    pub const PASSED: Self = Self {
        passed: 1,
        failed: 0,
    };
    pub const FAILED: Self = Self {
        passed: 0,
        failed: 1,
    };
}

impl From<Outcome> for Tally {
    fn from(outcome: Outcome) -> Self {
        Self {
            passed: outcome.passed,
            failed: outcome.failed,
        }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// The result of each step.
#[derive(Default)]
pub struct Report {
    steps: Vec<(String, Tally, Duration)>,
}

impl Report {
    pub fn add(&mut self, step: String, tally: Tally, took: Duration) {
        self.steps.push((step, tally, took));
    }

    fn total(&self) -> Tally {
        let mut total = Tally::default();
        for (_, tally, _) in &self.steps {
            total += *tally;
        }
        total
    }

    /// Prints a line for each step and the sum as the last line.
    pub fn close(&self) -> ExitCode {
        eprintln!();
        for (step, tally, took) in &self.steps {
            let mark = if tally.failed == 0 {
                "ok    "
            } else {
                "FAILED"
            };
            let seconds = took.as_secs_f32();
            eprintln!(
                "{mark} {step:<14} {seconds:>7.1} s  {:>5} passed, {} failed",
                tally.passed, tally.failed
            );
        }
        let total = self.total();
        println!("{} passed, {} failed", total.passed, total.failed);
        if total.failed == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Duration, Report, Tally};

    #[test]
    fn adds_up_over_all_steps() {
        let mut report = Report::default();
        report.add("fmt".to_owned(), Tally::PASSED, Duration::ZERO);
        report.add(
            "test".to_owned(),
            Tally {
                passed: 7,
                failed: 2,
            },
            Duration::ZERO,
        );
        assert_eq!(
            report.total(),
            Tally {
                passed: 8,
                failed: 2
            }
        );
    }
}
