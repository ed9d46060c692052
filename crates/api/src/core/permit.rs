//! Permissions as types: what a handler requires stands in its signature.

use shared_types::Permission;

/// What a handler requires of its caller.
pub trait Permit: 'static {
    /// The permission; `None` lets every signed-in member in.
    const PERMISSION: Option<Permission>;
}

/// Any signed-in member.
pub struct SignedIn;

impl Permit for SignedIn {
    const PERMISSION: Option<Permission> = None;
}

macro_rules! permits {
    ($($name:ident),+ $(,)?) => {$(
        #[doc = concat!("Requires [`Permission::", stringify!($name), "`].")]
        pub struct $name;

        impl Permit for $name {
            const PERMISSION: Option<Permission> = Some(Permission::$name);
        }
    )+};
}

permits!(
    OrganizationRead,
    OrganizationManage,
    MembersRead,
    MembersManage,
    TeamsRead,
    TeamsManage,
    AbsencesWrite,
    CompaniesRead,
    CompaniesWrite,
    CompaniesDelete,
    ContactsRead,
    ContactsWrite,
    ContactsDelete,
    ContactsReadPrivate,
    LeadsRead,
    LeadsWrite,
    LeadsDelete,
    LeadsManage,
    ActivitiesRead,
    ActivitiesWrite,
    NotesRead,
    NotesWrite,
    NotesReadConfidential,
    DealsRead,
    DealsWrite,
    DealsDelete,
    PipelinesRead,
    PipelinesManage,
    ProductsRead,
    ProductsManage,
    SearchRead,
    ReportsRead,
    ImportsManage,
    ExportsCreate,
    ViewsManage,
    AuditRead,
    JobsManage,
    DuplicatesManage,
    TagsManage,
    CoachingSessionsRead,
    CoachingSessionsWrite,
    CoachingSessionsRespond,
    CoachingTemplatesRead,
    CoachingTemplatesManage,
    CoachingBreakGlass,
    QuickNotesRead,
    QuickNotesWrite,
    ActionPlansRead,
    ActionPlansWrite,
    ActionItemsRead,
    ActionItemsWrite,
    MetricsRead,
    MetricsWrite,
    MetricsManage,
    CoachingProposalsWrite,
);
