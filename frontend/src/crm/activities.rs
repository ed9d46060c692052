//! Activities: the list, the card on the page of a record, and the day of a member.

use leptos::prelude::*;
use shared_types::{
    Permission,
    crm::{Activity, DealStatus, LeadStatus},
};

use super::{
    about::{About, names},
    activity_api::{ACTIVITIES, due_badge, kind_icon, kind_name, kinds, set_done},
    activity_form::{ActivityDialog, ActivityEditor},
    api, deals,
    lead_api::status_name,
    notes::NotesOf,
};
use crate::{
    core::{
        auth,
        components::{
            adding::{add_button, adding},
            bulk::{BulkField, BulkSpec, Input, bulk},
            field::choices,
            filter::{PickFilter, SelectFilter},
            icons::{Icon, icon},
            list::{Bulk, ListPage, ListSpec},
            more_filters::{Fill, MoreFilter, MoreFilters, filter, through},
            states::{Skeleton, failure},
            table::{Column, Rows},
        },
        query::{self, Load},
        url::UrlState,
    },
    identity::api::find_members,
    tr,
};

crate::lazy_page!(ActivitiesPage for ActivitiesRead => view! { <Activities/> });

fn spec() -> ListSpec<Activity> {
    ListSpec {
        title: tr!(activity.list).to_owned(),
        resource: ACTIVITIES,
        filters: &[
            "kind",
            "ownerDepartment",
            "companyId",
            "contactId",
            "companyIndustry",
            "contactCompanyIndustry",
            "leadStatus",
            "dealStatus",
            "dealPipelineId",
            "dealStageId",
            "dealCompanyIndustry",
            "done",
            "ownerId",
            "dueAfter",
            "dueBefore",
            "doneAfter",
            "doneBefore",
        ],
        columns: vec![
            Column::new(tr!(activity.subject), |it: &Activity| {
                view! { <span class="person">{tick(it.clone())}{icon(kind_icon(it.kind))}{subject(it)}</span> }.into_any()
            }),
            Column::new(tr!(activity.kind), |it: &Activity| {
                kind_name(it.kind).into_any()
            })
            .key("kind")
            .class("wide-only"),
            Column::new(tr!(activity.due), due_badge).sort("dueAt"),
            Column::new(tr!(activity.about), |it: &Activity| {
                About::from(it).links(names(it))
            })
            .key("about")
            .class("wide-only"),
            Column::owner(tr!(activity.owner), |it: &Activity| {
                it.owner_name.as_deref()
            }),
        ],
        rows: Rows {
            id: |it| it.id.to_string(),
            name: |it| it.subject.clone(),
            href: |_| None,
        },
        default_sort: "dueAt",
        empty: (
            Icon::Check,
            tr!(activity.none).to_owned(),
            tr!(activity.none_text).to_owned(),
        ),
        search_label: tr!(activity.search).to_owned(),
        trash: true,
        exports: true,
        duplicates: None,
    }
}

/// What can be done with the chosen activities.
fn many() -> Bulk {
    let states = vec![
        ("true".to_owned(), tr!(activity.done).to_owned()),
        ("false".to_owned(), tr!(activity.open).to_owned()),
    ];
    let fields = vec![
        BulkField::owner(tr!(activity.owner), Permission::ActivitiesWrite),
        BulkField::new("dueAt", tr!(activity.due), Input::Time).optional(),
        BulkField::new("done", tr!(settings.state), Input::Choice(states)),
        BulkField::new("kind", tr!(activity.kind), Input::Choice(kinds())),
    ];
    bulk(
        BulkSpec {
            resource: ACTIVITIES,
            fields,
            may_delete: auth::may(Permission::ActivitiesWrite),
            has_pages: false,
        },
        Permission::ActivitiesWrite,
    )
}

#[component]
fn Activities() -> impl IntoView {
    let adding = adding();
    let actions = move || add_button(adding, Permission::ActivitiesWrite, tr!(activity.add));
    let filters = Callback::new(|url: UrlState| {
        let states = vec![
            ("false".to_owned(), tr!(activity.open).to_owned()),
            ("true".to_owned(), tr!(activity.done).to_owned()),
        ];
        view! {
            <SelectFilter url=url name="done" label=tr!(settings.state) options=states/>
            <SelectFilter url=url name="kind" label=tr!(activity.kind) options=kinds()/>
            <PickFilter url=url name="ownerId" label=tr!(activity.owner) find=find_members resource="/members"/>
            <MoreFilters url=url filters=more()/>
        }
        .into_any()
    });
    let dialog = ActivityEditor::provide(adding);
    view! {
        <ListPage spec=spec() actions=actions filters=filters bulk=many()/>
        <ActivityDialog dialog=dialog/>
    }
}

/// The box that does it.
fn tick(activity: Activity) -> impl IntoView {
    let cache = query::cache();
    let may = auth::may_on(Permission::ActivitiesWrite, activity.owner_id)
        && activity.deleted_at.is_none();
    let label = tr!(activity.tick, name = activity.subject.as_str());
    let done = activity.done_at.is_some();
    may.then(|| {
        view! {
            <label class="tick-box">
                <span class="sr-only">{label}</span>
                <input type="checkbox" prop:checked=done on:change=move |event| set_done(cache, activity.clone(), event_target_checked(&event))/>
            </label>
        }
    })
}

/// What it is called; opens it, where it can be changed.
fn subject(activity: &Activity) -> AnyView {
    let name = view! { <span class="truncate">{activity.subject.clone()}</span> };
    let Some(dialog) = ActivityEditor::that_changes(activity) else {
        return name.into_any();
    };
    let held = StoredValue::new(activity.clone());
    view! { <button type="button" class="row-link row-edit" on:click=move |_| dialog.change(held.get_value())>{name}</button> }.into_any()
}

/// One of them in a card.
pub fn row(activity: Activity, with_about: bool) -> impl IntoView {
    let name = subject(&activity);
    let symbol = icon(kind_icon(activity.kind));
    let due = due_badge(&activity);
    let links = with_about.then(|| About::from(&activity).links(names(&activity)));
    let done = activity.done_at.is_some();
    view! {
        <li class="related-row activity-row">
            {tick(activity)}
            {symbol}
            <div class="grow">
                <div class="activity-name" class:activity-done=done>{name}</div>
                {links.map(|links| view! { <div class="activity-about">{links}</div> })}
            </div>
            <span class="activity-due">{due}</span>
        </li>
    }
}

/// What people write about a record, plan and do.
pub fn work_of<T: Clone + PartialEq + Send + Sync + 'static>(
    record: Memo<T>,
    about: fn(&T) -> About,
) -> AnyView {
    let about = Signal::derive(move || record.with(about));
    view! { <NotesOf about=about/><ActivitiesOf about=about/> }.into_any()
}

/// What is planned and done about a record.
#[component]
fn ActivitiesOf(about: Signal<About>) -> impl IntoView {
    let dialog = ActivityEditor::provide(RwSignal::new(false));
    let all = query::page::<Activity>(move || {
        auth::may(Permission::ActivitiesRead)
            .then(|| format!("{ACTIVITIES}?{}&limit=20", about.get().filter()))
    });
    let may_add = auth::may(Permission::ActivitiesWrite);
    auth::may(Permission::ActivitiesRead).then(|| view! {
        <section class="card" aria-labelledby="activities">
            <header class="card-head">
                <h2 id="activities" class="card-title">{tr!(activity.list)}</h2>
                {may_add.then(|| view! {
                    <button type="button" class="btn btn-sm" on:click=move |_| dialog.open.set(true)>{icon(Icon::Add)}{tr!(activity.add)}</button>
                })}
            </header>
            {move || match all.last.get() {
                Load::Loading => view! { <Skeleton lines=2/> }.into_any(),
                Load::Failed(error) => failure(&error, move || all.retry()),
                Load::Ready(page) if page.data.is_empty() => view! { <p class="text-muted">{tr!(activity.none_here)}</p> }.into_any(),
                Load::Ready(page) => view! { <ul class="related">{page.data.into_iter().map(|it| row(it, false)).collect_view()}</ul> }.into_any(),
            }}
        </section>
        <ActivityDialog dialog=dialog about=about/>
    })
}

fn more() -> Vec<MoreFilter> {
    let (company, contact) = (tr!(deals.company), tr!(deals.contact));
    let (deal, industry) = (tr!(settings.subject.deal), tr!(company.industry));
    let of_deal = choices(DealStatus::ALL, deals::status_name);
    let of_lead = choices(LeadStatus::ALL, status_name);
    vec![
        filter(
            "companyId",
            company,
            Fill::Pick(api::find_companies, api::COMPANIES),
        ),
        filter(
            "contactId",
            contact,
            Fill::Pick(api::find_contacts, api::CONTACTS),
        ),
        through(
            "ownerDepartment",
            &[tr!(activity.owner), tr!(settings.department)],
            Fill::Text,
        ),
        through("companyIndustry", &[company, industry], Fill::Text),
        through(
            "contactCompanyIndustry",
            &[contact, company, industry],
            Fill::Text,
        ),
        through(
            "leadStatus",
            &[tr!(settings.subject.lead), tr!(lead.status)],
            Fill::Choice(of_lead),
        ),
        through(
            "dealStatus",
            &[deal, tr!(deals.status)],
            Fill::Choice(of_deal),
        ),
        through(
            "dealCompanyIndustry",
            &[deal, company, industry],
            Fill::Text,
        ),
    ]
}
