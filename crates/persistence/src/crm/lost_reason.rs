//! Reasons for which deals are lost.

crate::named!("lost_reasons", LostReasonId => shared_types::crm::LostReason);
