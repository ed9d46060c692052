//! Rows that are products.

use domain::{
    core::text::fold,
    platform::import::kinds::{Draft, product::ProductDraft},
};
use persistence::{
    StoreResult, Tx,
    crm::{
        product::{self, Found, Model},
        product_category,
    },
    find_by,
};
use shared_types::{
    Patch, ProductCategoryId,
    crm::{CreateProduct, UpdateProduct},
    platform::{ImportField, ImportKind, SubjectKind},
};
use uuid::Uuid;
use validator::Validate;

use super::{
    batch::{Fault, Records, Run, told_apart},
    run::make_named,
};
use crate::crm::product::{new_row, patched};

/// Products.
pub(super) struct Products;

fn insert(run: &Run, tx: &Tx, row: Model) -> Model {
    let made = (SubjectKind::Product, row.id, row.name.as_str());
    run.made(tx, made, || tx.insert::<product::Entity>(row.clone()));
    row
}

/// Makes a product of which only the name is known.
pub(super) fn make_product(run: &mut Run, tx: &Tx, name: &str) -> Result<Uuid, Fault> {
    let body = CreateProduct {
        name: name.to_owned(),
        ..CreateProduct::default()
    };
    body.validate()
        .map_err(|_| Fault::row(format!("`{name}` is no name of a product")))?;
    Ok(insert(run, tx, new_row(tx, body)).id.0)
}

fn category(run: &mut Run, tx: &Tx, draft: &ProductDraft) -> Result<Option<Uuid>, Fault> {
    let field = ImportField::Category;
    let make = make_named::<product_category::Model>(field);
    run.named(tx, field, draft.category.as_deref(), make)
}

fn found(row: Model) -> Found {
    Found {
        row,
        category_name: None,
    }
}

impl Records for Products {
    told_apart! {
        Products, unique [Sku, Name], IN_TRASH;
        Product(ProductDraft) as draft;
        Model as record, record;
        Sku = draft.product.sku.clone(), record.sku.clone();
        Name = Some(fold(&draft.product.name)), Some(record.name_key.clone());
    }

    async fn find(tx: &Tx, field: ImportField, keys: Vec<String>) -> StoreResult<Vec<Model>> {
        let column = match field {
            ImportField::Sku => product::Column::Sku,
            _ => product::Column::NameKey,
        };
        find_by::<product::Entity>(tx, product::Column::OrganizationId, column, keys, None).await
    }

    async fn create(run: &mut Run, tx: &Tx, draft: &ProductDraft) -> Result<Model, Fault> {
        let category = category(run, tx, draft)?;
        let mut row = new_row(
            tx,
            CreateProduct {
                category_id: category.map(ProductCategoryId),
                ..draft.product.clone()
            },
        );
        row.active = draft.active.unwrap_or(true);
        Ok(insert(run, tx, row))
    }

    async fn update(
        run: &mut Run,
        tx: &Tx,
        record: &Model,
        draft: &ProductDraft,
    ) -> Result<Option<Model>, Fault> {
        let category = category(run, tx, draft)?;
        let patch = UpdateProduct {
            category_id: category
                .map(ProductCategoryId)
                .map_or(Patch::Keep, Patch::Set),
            ..draft.update()
        };
        let row = patched(record.clone(), patch);
        run.changed(tx, found(record.clone()), found(row)).await
    }
}
