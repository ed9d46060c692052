//! Reasons for which deals are lost.

use actix_web::{delete, get, patch, post};
use persistence::crm::lost_reason::Model;
use shared_types::{
    ListNamed, LostReasonId,
    crm::{CreateLostReason, LostReason, UpdateLostReason},
    identity::Done,
    platform::SubjectKind,
};

use crate::core::{
    app::Services,
    context::{Ctx, Once},
    error::ApiResult,
    extract::{Id, Params, Valid},
    named,
    named_routes::named_routes,
    permit::{PipelinesManage, PipelinesRead},
    reply::Reply,
};

named_routes! {
    Model => LostReason, LostReason, "lost reason", LostReasonId "Id of the lost reason.";
    "pipelines", "lost-reasons", "/api/v1/lost-reasons", "/api/v1/lost-reasons/{id}";
    PipelinesRead "pipelines:read", PipelinesManage "pipelines:manage";
    CreateLostReason = "The lost reason.", UpdateLostReason = "The lost reason as it is now.";

    /// List lost reasons
    list = "listLostReasons";
    /// Get a lost reason
    get = "getLostReason";
    /// Add a lost reason
    create = "createLostReason";
    /// Rename a lost reason
    update = "updateLostReason";
    /// Delete a lost reason
    remove = "deleteLostReason";
}
