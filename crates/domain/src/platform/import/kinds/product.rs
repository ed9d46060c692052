//! Products in files.

use shared_types::crm::{CreateProduct, UpdateProduct};
use shared_types::platform::ImportField as F;
use shared_types::{Money, Permission};

use super::{Kind, Naming, patch};
use crate::platform::import::cells;
use crate::platform::import::rows::Row;

pub(super) const KIND: Kind = Kind {
    permission: Permission::ProductsManage,
    fields: &[
        F::Name,
        F::Sku,
        F::Category,
        F::Price,
        F::Currency,
        F::Description,
        F::Active,
    ],
    keys: &[F::Sku, F::Name],
    needs: (
        &[F::Name],
        "must say which column is the name of the product",
    ),
    subjects: &["product", "item", "article"],
    synonyms: &[
        (
            "product productname item itemname article artikel produkt produit proizvod naziv nom",
            &[F::Name],
        ),
        (
            "productcode code itemcode articlenumber partnumber productid artikelnummer reference sifra id",
            &[F::Sku],
        ),
        (
            "series family line productline productfamily group type kategorie categorie kategorija serija",
            &[F::Category],
        ),
        (
            "salesprice unitprice listprice retailprice preis prix cena",
            &[F::Price],
        ),
        (
            "currencycode waehrung wahrung devise valuta",
            &[F::Currency],
        ),
        ("notes details beschreibung opis", &[F::Description]),
        (
            "isactive status enabled available aktiv actif aktivan",
            &[F::Active],
        ),
    ],
};

/// A product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductDraft {
    /// The product without the id of its category.
    pub product: CreateProduct,
    /// Name of the category.
    pub category: Option<String>,
    /// Whether it is sold now.
    pub active: Option<bool>,
}

impl ProductDraft {
    /// What the row changes on a product; the category is to be added as id.
    #[must_use]
    pub fn update(&self) -> UpdateProduct {
        let said = &self.product;
        UpdateProduct {
            name: Some(said.name.clone()),
            sku: patch(said.sku.as_ref()),
            price: patch(said.price.as_ref()),
            description: patch(said.description.as_ref()),
            active: self.active,
            ..UpdateProduct::default()
        }
    }

    /// The names of other records in it.
    #[must_use]
    pub fn names(&self) -> Vec<Naming<'_>> {
        Naming::plain([(F::Category, &self.category)]).collect()
    }
}

pub(in crate::platform::import) fn read<S: AsRef<str>>(row: &mut Row<'_, S>) -> ProductDraft {
    let currency = row.currency();
    let product = CreateProduct {
        name: row.text(F::Name).unwrap_or_default(),
        sku: row.text(F::Sku),
        category_id: None,
        price: row
            .amount(F::Price, currency)
            .map(|amount| Money::new(amount, currency)),
        description: row.get(F::Description, |cell, _| cells::many_lines(cell)),
    };
    if product.name.is_empty() {
        row.fault(F::Name, "the product has no name");
    }
    row.check(
        &product,
        if product.name.is_empty() {
            &[F::Name]
        } else {
            &[]
        },
    );
    ProductDraft {
        category: row.text(F::Category),
        active: row.get(F::Active, |cell, _| cells::boolean(cell)),
        product,
    }
}
