//! What a column of the board holds, and what a move means for its figures.

use domain::core::money;
use shared_types::{
    Money, StageId,
    crm::{Deal, DealBoardColumn, DealBoardTotal},
};

/// A column while one works on it.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnState {
    pub stage_id: StageId,
    pub count: u64,
    pub totals: Vec<DealBoardTotal>,
    pub deals: Vec<Deal>,
    pub next_cursor: Option<String>,
}

impl ColumnState {
    fn add(&mut self, amount: Option<Money>, probability: u8, sign: i64) {
        let Some(amount) = amount else { return };
        let weighted = money::weighted(amount.amount, probability) * sign;
        let sum = amount.amount * sign;
        match self
            .totals
            .iter_mut()
            .find(|total| total.sum.currency == amount.currency)
        {
            Some(total) => {
                total.sum.amount += sum;
                total.weighted.amount += weighted;
            }
            None => self.totals.push(DealBoardTotal {
                sum: Money::new(sum, amount.currency),
                weighted: Money::new(weighted, amount.currency),
            }),
        }
        self.totals.retain(|total| total.sum.amount != 0);
    }
}

impl From<DealBoardColumn> for ColumnState {
    fn from(column: DealBoardColumn) -> Self {
        Self {
            stage_id: column.stage_id,
            count: column.count,
            totals: column.totals,
            deals: column.deals,
            next_cursor: column.next_cursor,
        }
    }
}

/// Takes a deal off the board, and puts what it has become in its place or another column.
pub fn shift(columns: &mut [ColumnState], deal: &Deal, to: Option<Deal>) {
    let mut place = 0;
    for column in columns.iter_mut() {
        if let Some(at) = column.deals.iter().position(|known| known.id == deal.id) {
            let old = column.deals.remove(at);
            column.count = column.count.saturating_sub(1);
            column.add(old.amount, old.probability, -1);
            if to.as_ref().is_some_and(|to| to.stage_id == column.stage_id) {
                place = at;
            }
        }
    }
    if let Some(to) = to
        && let Some(column) = columns
            .iter_mut()
            .find(|column| column.stage_id == to.stage_id)
    {
        column.count += 1;
        column.add(to.amount, to.probability, 1);
        column.deals.insert(place.min(column.deals.len()), to);
    }
}
