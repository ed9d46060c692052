//! What is known of the request under way, for logs and errors.

use std::cell::RefCell;

use shared_types::{OrganizationId, UserId};

/// Facts about a request.
#[derive(Clone, Debug, Default)]
pub struct RequestFacts {
    /// `X-Request-Id` of the answer.
    pub id: String,
    /// The address it came from.
    pub ip: String,
    /// Who made it, once known.
    pub user: Option<UserId>,
    /// In which organization, once known.
    pub organization: Option<OrganizationId>,
}

tokio::task_local! {
    /// The facts of the request that this task answers.
    pub static FACTS: RefCell<RequestFacts>;
}

/// The facts of the request under way; empty outside of one.
#[must_use]
pub fn facts() -> RequestFacts {
    FACTS
        .try_with(|facts| facts.borrow().clone())
        .unwrap_or_default()
}

/// Remembers who made the request.
pub fn identify(user: UserId, organization: OrganizationId) {
    // Outside of a request (jobs, tests of parts) there is nothing to remember it for.
    let _ = FACTS.try_with(|facts| {
        let mut facts = facts.borrow_mut();
        facts.user = Some(user);
        facts.organization = Some(organization);
    });
}
