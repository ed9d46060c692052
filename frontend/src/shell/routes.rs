//! Which page stands at which address. Each is loaded when it is opened first.

use leptos::prelude::*;
use leptos_router::{
    Lazy,
    components::{FlatRoutes, Route},
    path,
};

use crate::{
    core::{components::icons::Icon, components::states::Empty, page},
    crm::{
        activities::ActivitiesPage, companies::CompaniesPage, company::CompanyPage,
        contact::ContactPage, contacts::ContactsPage, deal::DealPage, deal_board::BoardPage,
        deals::DealsPage, duplicates::DuplicatesPage, lead::LeadPage, lead_board::LeadBoardPage,
        lead_rules::LeadRulesPage, leads::LeadsPage, merge::MergePage, my_day::MyDayPage,
        pipelines::PipelinesPage, product::ProductPage, products::ProductsPage,
        tag_settings::TagsPage,
    },
    identity::{
        accept::AcceptPage, api_keys::ApiKeysPage, devices::DevicesPage, forgot::ForgotPage,
        invitations::InvitationsPage, member::MemberPage, members::MembersPage,
        organization::OrganizationPage, profile::ProfilePage, reset::ResetPage, roles::RolesPage,
        sign_in::SignInPage, sign_up::SignUpPage, teams::TeamsPage, verify::VerifyPage,
    },
    platform::{
        audit::AuditPage, exports::ExportsPage, home::HomePage, import::ImportPage,
        import_archive::ArchivePage, imports::ImportsPage, installation::InstallationPage,
        jobs::JobsPage, notifications::NotificationsPage,
    },
    tr,
};

/// The pages behind the sign-in.
#[component]
pub fn Routes() -> impl IntoView {
    view! {
        <FlatRoutes fallback=NotFound>
            <Route path=path!("/") view={Lazy::<HomePage>::new()}/>
            <Route path=path!("/welcome") view={Lazy::<HomePage>::new()}/>
            <Route path=path!("/companies") view={Lazy::<CompaniesPage>::new()}/>
            <Route path=path!("/deals") view={Lazy::<DealsPage>::new()}/>
            <Route path=path!("/deals/board") view={Lazy::<BoardPage>::new()}/>
            <Route path=path!("/deals/:id") view={Lazy::<DealPage>::new()}/>
            <Route path=path!("/companies/:id") view={Lazy::<CompanyPage>::new()}/>
            <Route path=path!("/companies/:id/merge") view={Lazy::<MergePage>::new()}/>
            <Route path=path!("/contacts/:id/merge") view={Lazy::<MergePage>::new()}/>
            <Route path=path!("/leads/:id/merge") view={Lazy::<MergePage>::new()}/>
            <Route path=path!("/duplicates") view={Lazy::<DuplicatesPage>::new()}/>
            <Route path=path!("/contacts") view={Lazy::<ContactsPage>::new()}/>
            <Route path=path!("/contacts/:id") view={Lazy::<ContactPage>::new()}/>
            <Route path=path!("/leads") view={Lazy::<LeadsPage>::new()}/>
            <Route path=path!("/leads/board") view={Lazy::<LeadBoardPage>::new()}/>
            <Route path=path!("/leads/:id") view={Lazy::<LeadPage>::new()}/>
            <Route path=path!("/settings/leads") view={Lazy::<LeadRulesPage>::new()}/>
            <Route path=path!("/activities") view={Lazy::<ActivitiesPage>::new()}/>
            <Route path=path!("/my-day") view={Lazy::<MyDayPage>::new()}/>
            <Route path=path!("/products") view={Lazy::<ProductsPage>::new()}/>
            <Route path=path!("/products/:id") view={Lazy::<ProductPage>::new()}/>
            <Route path=path!("/exports") view={Lazy::<ExportsPage>::new()}/>
            <Route path=path!("/imports") view={Lazy::<ImportsPage>::new()}/>
            <Route path=path!("/notifications") view={Lazy::<NotificationsPage>::new()}/>
            <Route path=path!("/imports/archive/:id") view={Lazy::<ArchivePage>::new()}/>
            <Route path=path!("/imports/:id") view={Lazy::<ImportPage>::new()}/>
            <Route path=path!("/settings/profile") view={Lazy::<ProfilePage>::new()}/>
            <Route path=path!("/settings/devices") view={Lazy::<DevicesPage>::new()}/>
            <Route path=path!("/settings/api-keys") view={Lazy::<ApiKeysPage>::new()}/>
            <Route path=path!("/settings/organization") view={Lazy::<OrganizationPage>::new()}/>
            <Route path=path!("/settings/invitations") view={Lazy::<InvitationsPage>::new()}/>
            <Route path=path!("/settings/members") view={Lazy::<MembersPage>::new()}/>
            <Route path=path!("/settings/members/:id") view={Lazy::<MemberPage>::new()}/>
            <Route path=path!("/settings/teams") view={Lazy::<TeamsPage>::new()}/>
            <Route path=path!("/settings/pipelines") view={Lazy::<PipelinesPage>::new()}/>
            <Route path=path!("/settings/tags") view={Lazy::<TagsPage>::new()}/>
            <Route path=path!("/settings/roles") view={Lazy::<RolesPage>::new()}/>
            <Route path=path!("/settings/jobs") view={Lazy::<JobsPage>::new()}/>
            <Route path=path!("/settings/installation") view={Lazy::<InstallationPage>::new()}/>
            <Route path=path!("/settings/audit-log") view={Lazy::<AuditPage>::new()}/>
        </FlatRoutes>
    }
}

/// The pages before it.
#[component]
pub fn PublicRoutes() -> impl IntoView {
    view! {
        <FlatRoutes fallback=NotFound>
            <Route path=path!("/sign-in") view={Lazy::<SignInPage>::new()}/>
            <Route path=path!("/sign-up") view={Lazy::<SignUpPage>::new()}/>
            <Route path=path!("/forgot-password") view={Lazy::<ForgotPage>::new()}/>
            <Route path=path!("/reset-password") view={Lazy::<ResetPage>::new()}/>
            <Route path=path!("/accept-invitation") view={Lazy::<AcceptPage>::new()}/>
            <Route path=path!("/verify-email") view={Lazy::<VerifyPage>::new()}/>
        </FlatRoutes>
    }
}

#[component]
fn NotFound() -> impl IntoView {
    page::title(|| tr!(state.not_found).to_owned());
    view! {
        <div class="page">
            <Empty symbol=Icon::Search title=tr!(state.not_found) text=tr!(state.no_page)>
                <a class="btn" href="/">{tr!(state.home)}</a>
            </Empty>
        </div>
    }
}
