//! Tags.

use domain::crm::tag::color_of;
use shared_types::crm::TagColor;

crate::named!("tags", TagId => shared_types::crm::Tag, color: TagColor = color_of; usage = None);
