//! Identifiers: one type per aggregate around a UUIDv7 (RFC 9562), so that an id of one kind is
//! never taken for another.

use uuid::Uuid;

/// Defines one id type per line: `CompanyId => "A company."`.
macro_rules! ids {
    ($($name:ident => $doc:literal),+ $(,)?) => {$(
        #[doc = $doc]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "db", derive(sea_orm::DeriveValueType))]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[cfg_attr(feature = "openapi", schema(value_type = String, format = Uuid, example = "01936e2a-7b1c-7cc3-98c4-dc0c0c07398f"))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl From<Uuid> for $name {
            fn from(value: Uuid) -> Self {
                Self(value)
            }
        }

        impl From<$name> for Uuid {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }

        #[cfg(feature = "db")]
        impl sea_orm::TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
                Err(sea_orm::DbErr::ConvertFromU64(stringify!($name)))
            }
        }
    )+};
}

ids! {
    OrganizationId => "Identifies an organization (a tenant).",
    UserId => "Identifies a user: one person with one sign-in, in any number of organizations.",
    MemberId => "Identifies a member: a user in an organization, or an imported person without a user yet.",
    SessionId => "Identifies a signed-in device.",
    ApiKeyId => "Identifies an API key.",
    AbsenceId => "Identifies an absence.",
    InvitationId => "Identifies an invitation.",
    TeamId => "Identifies a team.",
    TagId => "Identifies a tag.",
    CompanyId => "Identifies a company.",
    ContactId => "Identifies a contact.",
    ActivityId => "Identifies an activity.",
    LeadId => "Identifies a lead.",
    NoteId => "Identifies a note.",
    PipelineId => "Identifies a pipeline.",
    StageId => "Identifies a stage of a pipeline.",
    DealId => "Identifies a deal.",
    DealLineId => "Identifies a product line of a deal.",
    ProductId => "Identifies a product.",
    ProductCategoryId => "Identifies a product category.",
    LostReasonId => "Identifies a reason for which deals are lost.",
    EventId => "Identifies an event of the log.",
    JobId => "Identifies a background job.",
    ImportId => "Identifies an import.",
    ImportArchiveId => "Identifies an archive that comes in.",
    NotificationId => "Identifies a notification.",
    ExportId => "Identifies an export.",
    SavedViewId => "Identifies a saved view of a list.",
    MergeId => "Identifies a merge.",
    CoachingSessionId => "Identifies a coaching session.",
    CoachingSeriesId => "Identifies a series of coaching sessions.",
    CoachingAgendaPointId => "Identifies a point of the agenda of a coaching session.",
    CoachingCommentId => "Identifies a comment on a coaching session.",
    CoachingDisputeId => "Identifies the dispute of a score.",
    CoachingTemplateId => "Identifies a template of coaching sessions.",
    RubricId => "Identifies a version of a rubric.",
    RubricQuestionId => "Identifies a question of a rubric.",
    CoachingAccessId => "Identifies the access of an administrator to coaching that is not theirs.",
    DuplicateGroupId => "Identifies a group of records that may be the same.",
}
