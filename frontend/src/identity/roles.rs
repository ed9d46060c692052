//! What each role may do, as a table out of the very matrix that decides it.

use domain::identity::role;
use leptos::prelude::*;
use shared_types::{Permission, Reach, Role};

use super::role_name;
use crate::{
    core::{components::badge::dash, page},
    tr,
};

crate::lazy_page!(RolesPage for MembersRead => view! { <Roles/> });

#[component]
fn Roles() -> impl IntoView {
    page::title(|| tr!(settings.roles).to_owned());
    let heads = Role::ALL
        .iter()
        .map(|&role| view! { <th scope="col">{role_name(role)}</th> })
        .collect_view();
    let rows = Permission::ALL
        .iter()
        .map(|&it| row_view(it))
        .collect_view();
    view! {
        <div class="page">
            <header class="page-head"><h1 class="page-title">{tr!(settings.roles)}</h1></header>
            <p class="page-text">{tr!(settings.roles_text)}</p>
            <div class="table-frame table-scroll" role="region" aria-label=tr!(settings.roles) tabindex="0">
                <table class="table table-words">
                    <caption class="sr-only">{tr!(settings.roles)}</caption>
                    <thead><tr><th scope="col">{tr!(settings.permission)}</th>{heads}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </div>
    }
}

fn row_view(permission: Permission) -> impl IntoView {
    let cells = Role::ALL
        .iter()
        .map(|&of| view! { <td>{role::reach(of, permission).map_or_else(none, reach_view)}</td> })
        .collect_view();
    view! { <tr><th scope="row">{permission_name(permission)}</th>{cells}</tr> }
}

fn none() -> AnyView {
    view! { {dash()}<span class="sr-only">{tr!(settings.not_allowed)}</span> }.into_any()
}

fn reach_view(reach: Reach) -> AnyView {
    match reach {
        Reach::Own => tr!(settings.reach_own),
        Reach::Team => tr!(settings.reach_team),
        Reach::Organization => tr!(settings.reach_organization),
    }
    .into_any()
}

/// What a permission is called.
#[must_use]
pub fn permission_name(permission: Permission) -> &'static str {
    use Permission as P;
    match permission {
        P::OrganizationRead => tr!(settings.may.organization_read),
        P::OrganizationManage => tr!(settings.may.organization_manage),
        P::MembersRead => tr!(settings.may.members_read),
        P::MembersManage => tr!(settings.may.members_manage),
        P::TeamsRead => tr!(settings.may.teams_read),
        P::TeamsManage => tr!(settings.may.teams_manage),
        P::AbsencesWrite => tr!(settings.may.absences_write),
        P::CompaniesRead => tr!(settings.may.companies_read),
        P::CompaniesWrite => tr!(settings.may.companies_write),
        P::CompaniesDelete => tr!(settings.may.companies_delete),
        P::ContactsRead => tr!(settings.may.contacts_read),
        P::ContactsWrite => tr!(settings.may.contacts_write),
        P::ContactsDelete => tr!(settings.may.contacts_delete),
        P::ContactsReadPrivate => tr!(settings.may.contacts_read_private),
        P::ActivitiesRead => tr!(settings.may.activities_read),
        P::ActivitiesWrite => tr!(settings.may.activities_write),
        P::NotesRead => tr!(settings.may.notes_read),
        P::NotesWrite => tr!(settings.may.notes_write),
        P::NotesReadConfidential => tr!(settings.may.notes_read_confidential),
        P::LeadsRead => tr!(settings.may.leads_read),
        P::LeadsWrite => tr!(settings.may.leads_write),
        P::LeadsDelete => tr!(settings.may.leads_delete),
        P::LeadsManage => tr!(settings.may.leads_manage),
        P::DealsRead => tr!(settings.may.deals_read),
        P::DealsWrite => tr!(settings.may.deals_write),
        P::DealsDelete => tr!(settings.may.deals_delete),
        P::PipelinesRead => tr!(settings.may.pipelines_read),
        P::PipelinesManage => tr!(settings.may.pipelines_manage),
        P::ProductsRead => tr!(settings.may.products_read),
        P::ProductsManage => tr!(settings.may.products_manage),
        P::SearchRead => tr!(settings.may.search_read),
        P::ReportsRead => tr!(settings.may.reports_read),
        P::ImportsManage => tr!(settings.may.imports_manage),
        P::ExportsCreate => tr!(settings.may.exports_create),
        P::ViewsManage => tr!(settings.may.views_manage),
        P::ViewsShare => tr!(settings.may.views_share),
        P::AuditRead => tr!(settings.may.audit_read),
        P::JobsManage => tr!(settings.may.jobs_manage),
        P::DuplicatesManage => tr!(settings.may.duplicates_manage),
        P::TagsManage => tr!(settings.may.tags_manage),
        P::MetricsRead => tr!(settings.may.metrics_read),
        P::MetricsWrite => tr!(settings.may.metrics_write),
        P::MetricsManage => tr!(settings.may.metrics_manage),
        P::CoachingProposalsWrite => tr!(settings.may.coaching_proposals_write),
        P::CoachingSessionsRead => tr!(settings.may.coaching_sessions_read),
        P::CoachingSessionsWrite => tr!(settings.may.coaching_sessions_write),
        P::CoachingSessionsRespond => tr!(settings.may.coaching_sessions_respond),
        P::CoachingTemplatesRead => tr!(settings.may.coaching_templates_read),
        P::CoachingTemplatesManage => tr!(settings.may.coaching_templates_manage),
        P::CoachingBreakGlass => tr!(settings.may.coaching_break_glass),
        P::QuickNotesRead => tr!(settings.may.quick_notes_read),
        P::QuickNotesWrite => tr!(settings.may.quick_notes_write),
        P::ActionPlansRead => tr!(settings.may.action_plans_read),
        P::ActionPlansWrite => tr!(settings.may.action_plans_write),
        P::ActionItemsRead => tr!(settings.may.action_items_read),
        P::ActionItemsWrite => tr!(settings.may.action_items_write),
    }
}
