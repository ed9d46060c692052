//! The way around: a column on a wide window, a drawer on a narrow one.

use leptos::{ev, prelude::*};
use leptos_router::hooks::use_location;
use shared_types::Permission;

use crate::{
    core::{
        auth,
        components::icons::{Icon, icon},
    },
    tr,
};

/// The page of those who run the installation, which no permission of an organization opens.
const INSTALLATION: &str = "/settings/installation";
/// The reference of the API, which is a page of the server and none of the client.
const REFERENCE: &str = "/api/docs";

/// An entry of the navigation.
pub struct Item {
    pub href: &'static str,
    pub symbol: Icon,
    pub label: &'static str,
    needs: Option<Permission>,
}

/// Every page that the one who is signed in may open.
pub fn pages() -> impl Iterator<Item = Item> {
    let all = work().into_iter().chain(coaching()).chain(settings());
    all.filter(is_offered)
}

fn is_offered(item: &Item) -> bool {
    item.needs.is_none_or(auth::may) && (item.href != INSTALLATION || auth::superuser())
}

const fn item(
    href: &'static str,
    symbol: Icon,
    label: &'static str,
    needs: Option<Permission>,
) -> Item {
    Item {
        href,
        symbol,
        label,
        needs,
    }
}

fn work() -> Vec<Item> {
    vec![
        item("/", Icon::Chart, tr!(nav.home), None),
        item(
            "/my-day",
            Icon::Sun,
            tr!(my_day.title),
            Some(Permission::ActivitiesRead),
        ),
        item(
            "/activities",
            Icon::Check,
            tr!(activity.list),
            Some(Permission::ActivitiesRead),
        ),
        item(
            "/leads",
            Icon::Lead,
            tr!(lead.list),
            Some(Permission::LeadsRead),
        ),
        item(
            "/deals",
            Icon::Deal,
            tr!(deals.list),
            Some(Permission::DealsRead),
        ),
        item(
            "/companies",
            Icon::Building,
            tr!(nav.companies),
            Some(Permission::CompaniesRead),
        ),
        item(
            "/contacts",
            Icon::Contact,
            tr!(contact.list),
            Some(Permission::ContactsRead),
        ),
        item(
            "/products",
            Icon::Product,
            tr!(product.list),
            Some(Permission::ProductsRead),
        ),
        item(
            "/duplicates",
            Icon::Columns,
            tr!(duplicate.list),
            Some(Permission::CompaniesDelete),
        ),
        item(
            "/imports",
            Icon::Import,
            tr!(nav.import),
            Some(Permission::ImportsManage),
        ),
        item(
            "/exports",
            Icon::Download,
            tr!(export.list),
            Some(Permission::ExportsCreate),
        ),
    ]
}

fn coaching() -> Vec<Item> {
    vec![
        item(
            "/my-coaching",
            Icon::Trophy,
            tr!(my_coaching.title),
            Some(Permission::ActionItemsRead),
        ),
        item(
            "/my-team",
            Icon::Team,
            tr!(my_team.title),
            Some(Permission::ActionPlansWrite),
        ),
        item(
            "/coaching",
            Icon::Note,
            tr!(coaching.list),
            Some(Permission::CoachingSessionsRead),
        ),
        item(
            "/action-items",
            Icon::Check,
            tr!(action_item.list),
            Some(Permission::ActionItemsRead),
        ),
        item(
            "/action-plans",
            Icon::Flag,
            tr!(action_plan.list),
            Some(Permission::ActionPlansRead),
        ),
        item(
            "/quick-notes",
            Icon::Note,
            tr!(quick_note.list),
            Some(Permission::QuickNotesRead),
        ),
        item(
            "/metrics",
            Icon::Trophy,
            tr!(metric.scorecards),
            Some(Permission::MetricsRead),
        ),
        item(
            "/coaching-proposals",
            Icon::Flag,
            tr!(proposal.list),
            Some(Permission::CoachingProposalsWrite),
        ),
    ]
}

fn settings() -> Vec<Item> {
    vec![
        item("/settings/profile", Icon::Settings, tr!(nav.profile), None),
        item("/settings/devices", Icon::Device, tr!(nav.devices), None),
        item("/settings/api-keys", Icon::Key, tr!(api_keys.list), None),
        item(
            "/settings/organization",
            Icon::Building,
            tr!(settings.organization),
            Some(Permission::OrganizationRead),
        ),
        item(
            "/settings/members",
            Icon::Member,
            tr!(settings.members),
            Some(Permission::MembersRead),
        ),
        item(
            "/settings/invitations",
            Icon::Add,
            tr!(invitation.list),
            Some(Permission::MembersManage),
        ),
        item(
            "/settings/teams",
            Icon::Team,
            tr!(settings.teams),
            Some(Permission::TeamsRead),
        ),
        item(
            "/settings/pipelines",
            Icon::Board,
            tr!(pipeline.list),
            Some(Permission::PipelinesRead),
        ),
        item(
            "/settings/tags",
            Icon::Tag,
            tr!(tag.list),
            Some(Permission::CompaniesRead),
        ),
        item(
            "/settings/coaching-templates",
            Icon::Note,
            tr!(coaching.templates),
            Some(Permission::CoachingTemplatesRead),
        ),
        item(
            "/settings/rubrics",
            Icon::Check,
            tr!(coaching.rubrics),
            Some(Permission::CoachingTemplatesRead),
        ),
        item(
            "/settings/leads",
            Icon::Lead,
            tr!(lead.rules),
            Some(Permission::LeadsManage),
        ),
        item(
            "/settings/metrics",
            Icon::Chart,
            tr!(metric.list),
            Some(Permission::MetricsManage),
        ),
        item(
            "/settings/coaching-rules",
            Icon::Flag,
            tr!(metric.rules),
            Some(Permission::MetricsManage),
        ),
        item(
            "/settings/roles",
            Icon::Lock,
            tr!(settings.roles),
            Some(Permission::MembersRead),
        ),
        item(
            "/settings/jobs",
            Icon::Clock,
            tr!(jobs.list),
            Some(Permission::JobsManage),
        ),
        item(INSTALLATION, Icon::Device, tr!(installation.title), None),
        item(
            "/settings/audit-log",
            Icon::Log,
            tr!(settings.audit),
            Some(Permission::AuditRead),
        ),
    ]
}

#[component]
pub fn Sidebar(open: RwSignal<bool>) -> impl IntoView {
    let escape = window_event_listener(ev::keydown, move |event| {
        if event.key() == "Escape" && open.get_untracked() {
            open.set(false);
            crate::core::page::focus_soon("sidebar-toggle");
        }
    });
    on_cleanup(move || escape.remove());
    let organization = auth::organization().map(|organization| organization.name);
    view! {
        <div class="scrim" class:scrim-on=move || open.get() aria-hidden="true" on:click=move |_| open.set(false)></div>
        <nav id="sidebar" class="sidebar" class:sidebar-open=move || open.get() aria-label=tr!(nav.label)>
            <a class="brand" href="/">
                <span class="brand-mark" aria-hidden="true"></span>
                <span class="truncate">{organization}</span>
            </a>
            {group(None, work())}
            {group(Some(tr!(nav.coaching)), coaching())}
            {group(Some(tr!(nav.settings)), settings())}
            <ul class="nav-list">
                <li>
                    <a class="nav-item" href=REFERENCE rel="external">
                        {icon(Icon::List)}<span class="truncate">{tr!(nav.reference)}</span>
                    </a>
                </li>
            </ul>
        </nav>
    }
}

fn group(title: Option<&'static str>, items: Vec<Item>) -> AnyView {
    let path = use_location().pathname;
    let items: Vec<_> = items
        .into_iter()
        .filter(is_offered)
        .map(|item| {
            let href = item.href;
            let here = move || {
                path.with(|path| {
                    path == href
                        || (href != "/"
                            && path
                                .strip_prefix(href)
                                .is_some_and(|rest| rest.starts_with('/')))
                })
            };
            view! {
                <li>
                    <a class="nav-item" href=href aria-current=move || here().then_some("page")>
                        {icon(item.symbol)}<span class="truncate">{item.label}</span>
                    </a>
                </li>
            }
        })
        .collect();
    // A group of pages of which none is offered has no title either.
    if items.is_empty() {
        return ().into_any();
    }
    view! {
        {title.map(|title| view! { <h2 class="nav-title">{title}</h2> })}
        <ul class="nav-list">{items}</ul>
    }
    .into_any()
}
