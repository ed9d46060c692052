//! Categories of products.

crate::named!("product_categories", ProductCategoryId => shared_types::crm::ProductCategory);
