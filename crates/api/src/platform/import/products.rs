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
    platform::event::NewEvent,
};
use shared_types::{
    Patch, ProductCategoryId,
    crm::{CreateProduct, Product, UpdateProduct},
    platform::{EventKind, ImportField, ImportKind, SubjectKind},
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
    run.record(
        tx,
        NewEvent::new(EventKind::Created, SubjectKind::Product, row.id, &row.name),
    );
    if !run.dry {
        tx.insert::<product::Entity>(row.clone());
    }
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

impl Records for Products {
    told_apart! {
        Products, unique [Sku, Name], trash "product";
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
        if row == *record {
            return Ok(None);
        }
        let row = Model {
            updated_at: tx.now(),
            version: record.version + 1,
            ..row
        };
        if !run.dry {
            product::save(tx, record, row.clone()).await?;
            let view = |row: &Model| {
                Product::from(Found {
                    row: row.clone(),
                    category_name: None,
                })
            };
            let event = NewEvent::new(EventKind::Updated, SubjectKind::Product, row.id, &row.name);
            tx.record(event.between(&view(record), &view(&row)));
        }
        Ok(Some(row))
    }
}
