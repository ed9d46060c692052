//! Products on deals.

use std::collections::HashMap;

use domain::crm::deal_worth::PricedLine;
use sea_orm::{
    FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationTrait,
    entity::prelude::*,
};
use shared_types::{Currency, DealId, DealLineId, Money, OrganizationId, ProductId, crm::DealLine};

use crate::{Db, StoreResult, Tx, any_of, crm::product, delete_owned, relations};

/// A row of a line.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deal_lines")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DealLineId,
    pub organization_id: OrganizationId,
    pub deal_id: DealId,
    pub position: i32,
    pub product_id: ProductId,
    /// Thousandths.
    pub quantity: i64,
    /// Minor units of the deal's currency.
    pub unit_price: i64,
    /// Basis points.
    pub discount: i32,
    /// Minor units of the deal's currency.
    pub total: i64,
}

relations! { Product = ProductId -> product }

#[derive(FromQueryResult)]
struct Found {
    #[sea_orm(nested)]
    row: Model,
    product_name: String,
}

/// The lines of deals, by deal, each in order: one query for all.
///
/// # Errors
/// When the database does not answer.
pub async fn of_deals(
    db: &impl Db,
    deals: &[(DealId, Currency)],
) -> StoreResult<HashMap<DealId, Vec<DealLine>>> {
    if deals.is_empty() {
        return Ok(HashMap::new());
    }
    let currencies: HashMap<DealId, Currency> = deals.iter().copied().collect();
    let rows = Entity::find()
        .column_as(product::Column::Name, "product_name")
        .join(JoinType::InnerJoin, Relation::Product.def())
        .filter(db.owns(Column::OrganizationId))
        .filter(any_of(Column::DealId, deals.iter().map(|(id, _)| id.0)))
        .order_by_asc(Column::DealId)
        .order_by_asc(Column::Position)
        .into_model::<Found>()
        .all(db)
        .await?;
    let mut lines: HashMap<DealId, Vec<DealLine>> = HashMap::new();
    for Found { row, product_name } in rows {
        let Some(currency) = currencies.get(&row.deal_id).copied() else {
            continue;
        };
        let Model {
            id: _,
            organization_id: _,
            deal_id,
            position: _,
            product_id,
            quantity,
            unit_price,
            discount,
            total,
        } = row;
        lines.entry(deal_id).or_default().push(DealLine {
            product_id,
            product_name,
            quantity,
            unit_price: Money::new(unit_price, currency),
            discount: u16::try_from(discount).unwrap_or(0),
            total: Money::new(total, currency),
        });
    }
    Ok(lines)
}

/// Queues the lines of a deal.
pub fn insert(tx: &Tx, deal: DealId, lines: &[PricedLine]) {
    let rows = (0..)
        .zip(lines)
        .map(|(position, line)| Model {
            id: tx.new_id(),
            organization_id: tx.organization(),
            deal_id: deal,
            position,
            product_id: line.product_id,
            quantity: line.quantity,
            unit_price: line.unit_price,
            discount: i32::from(line.discount),
            total: line.total,
        })
        .collect();
    tx.insert_all::<Entity>(rows);
}

/// Takes all lines of a deal away.
///
/// # Errors
/// When the database does not answer.
pub async fn delete(db: &impl Db, deal: DealId) -> StoreResult<()> {
    delete_owned::<Entity>(db, Column::OrganizationId, Column::DealId.eq(deal.0)).await
}
