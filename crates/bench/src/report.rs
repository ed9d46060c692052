//! What was measured, against what was wanted.

use serde::Serialize;

/// A figure with its target.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Figure {
    /// What was measured.
    pub name: String,
    /// The figure.
    pub value: f64,
    /// Its unit.
    pub unit: &'static str,
    /// The target, if there is one.
    pub target: Option<f64>,
    /// Whether more is better.
    pub more_is_better: bool,
    /// What else there is to say.
    pub detail: String,
}

impl Figure {
    /// Whether the target is met.
    pub fn is_met(&self) -> bool {
        self.target.is_none_or(|target| {
            if self.more_is_better {
                self.value >= target
            } else {
                self.value <= target
            }
        })
    }
}

/// All figures.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// In the order they were measured.
    pub figures: Vec<Figure>,
}

impl Report {
    fn add(&mut self, figure: Figure) {
        let sign = if figure.is_met() { "ok  " } else { "MISS" };
        let target = figure.target.map_or(String::new(), |target| {
            let word = if figure.more_is_better { "≥" } else { "≤" };
            format!(" ({word} {target})")
        });
        println!(
            "{sign} {:<52} {:>9.2} {}{target}  {}",
            figure.name, figure.value, figure.unit, figure.detail
        );
        self.figures.push(figure);
    }

    /// A figure that must reach its target.
    pub fn at_least(
        &mut self,
        name: &str,
        value: f64,
        unit: &'static str,
        target: f64,
        detail: String,
    ) {
        self.add(Figure {
            name: name.to_owned(),
            value,
            unit,
            target: Some(target),
            more_is_better: true,
            detail,
        });
    }

    /// A figure that must not exceed its target.
    pub fn at_most(
        &mut self,
        name: &str,
        value: f64,
        unit: &'static str,
        target: f64,
        detail: String,
    ) {
        self.add(Figure {
            name: name.to_owned(),
            value,
            unit,
            target: Some(target),
            more_is_better: false,
            detail,
        });
    }

    /// Whether every target is met.
    pub fn is_met(&self) -> bool {
        self.figures.iter().all(Figure::is_met)
    }
}
