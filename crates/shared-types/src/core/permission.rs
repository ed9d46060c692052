//! The words of authorisation. Which role may do what is decided in `domain::identity::role`.

use crate::text_enum;

text_enum! {
    /// What a member is in an organization.
    pub enum Role {
        /// Runs the organization: everything.
        Admin = "admin",
        /// Leads team leaders and agents; sees the whole pipeline.
        Manager = "manager",
        /// Leads a team of agents and coaches them.
        TeamLeader = "teamLeader",
        /// Works the own records and is coached.
        Agent = "agent",
        /// An agent who sells: also brings in references.
        SalesRep = "salesRep",
        /// An outside customer with a portal of their own.
        Advocate = "advocate",
    }
}

text_enum! {
    /// What may be done, in the form `resource:action`. Scopes of API keys are the same words.
    pub enum Permission {
        OrganizationRead = "organization:read",
        OrganizationManage = "organization:manage",
        MembersRead = "members:read",
        MembersManage = "members:manage",
        TeamsRead = "teams:read",
        TeamsManage = "teams:manage",
        AbsencesWrite = "absences:write",
        CompaniesRead = "companies:read",
        CompaniesWrite = "companies:write",
        CompaniesDelete = "companies:delete",
        ContactsRead = "contacts:read",
        ContactsWrite = "contacts:write",
        ContactsDelete = "contacts:delete",
        ContactsReadPrivate = "contacts:read-private",
        LeadsRead = "leads:read",
        LeadsWrite = "leads:write",
        LeadsDelete = "leads:delete",
        LeadsManage = "leads:manage",
        ActivitiesRead = "activities:read",
        ActivitiesWrite = "activities:write",
        NotesRead = "notes:read",
        NotesWrite = "notes:write",
        NotesReadConfidential = "notes:read-confidential",
        DealsRead = "deals:read",
        DealsWrite = "deals:write",
        DealsDelete = "deals:delete",
        PipelinesRead = "pipelines:read",
        PipelinesManage = "pipelines:manage",
        ProductsRead = "products:read",
        ProductsManage = "products:manage",
        SearchRead = "search:read",
        ReportsRead = "reports:read",
        ImportsManage = "imports:manage",
        ExportsCreate = "exports:create",
        ViewsManage = "views:manage",
        ViewsShare = "views:share",
        AuditRead = "audit:read",
        JobsManage = "jobs:manage",
        DuplicatesManage = "duplicates:manage",
        TagsManage = "tags:manage",
        CoachingSessionsRead = "coaching-sessions:read",
        CoachingSessionsWrite = "coaching-sessions:write",
        CoachingSessionsRespond = "coaching-sessions:respond",
        CoachingTemplatesRead = "coaching-templates:read",
        CoachingTemplatesManage = "coaching-templates:manage",
        CoachingBreakGlass = "coaching:break-glass",
        QuickNotesRead = "quick-notes:read",
        QuickNotesWrite = "quick-notes:write",
        ActionPlansRead = "action-plans:read",
        ActionPlansWrite = "action-plans:write",
        ActionItemsRead = "action-items:read",
        ActionItemsWrite = "action-items:write",
        MetricsRead = "metrics:read",
        MetricsWrite = "metrics:write",
        MetricsManage = "metrics:manage",
        CoachingProposalsWrite = "coaching-proposals:write",
    }
}

text_enum! {
    /// How far a permission on records reaches. A record without owner belongs to the whole
    /// organization and is within every reach.
    pub enum Reach {
        /// The records I own.
        Own = "own",
        /// Mine, those of everybody whose chain of managers or team leaders reaches me, and of the
        /// teams I own.
        Team = "team",
        /// Every record of the organization.
        Organization = "organization",
    }
}
