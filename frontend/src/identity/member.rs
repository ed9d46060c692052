//! One member: what they are, whom they report to, and the end of their work here.

use leptos::{ev, prelude::*};
use leptos_router::hooks::use_params_map;
use shared_types::{
    MemberId, Permission, TeamId,
    identity::{Member, UpdateMember},
};

use super::{
    absences::Absences,
    api::{self, find_members, member_path},
    hand_over::HandOverForm,
    members::{roles, state},
    role_name,
};
use crate::{
    core::{
        auth,
        components::{
            combobox::{Choice, PickField, picked},
            dialog::Dialog,
            field::{SelectField, TextField},
            form::{Form, FormError, Submit, filled},
            states::{Skeleton, failure},
            timeline::Timeline,
        },
        page,
        query::{self, Load},
        toast,
    },
    tr,
};

crate::lazy_page!(MemberPage for MembersRead => view! { <Record/> });

#[component]
fn Record() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let member = query::record::<Member>(move || Some(member_path(id.get())));
    page::title(move || {
        member
            .load
            .get()
            .ready()
            .map_or_else(|| tr!(settings.members).to_owned(), |it| it.name)
    });
    view! {
        <div class="page page-narrow">
            {move || match member.load.get() {
                Load::Loading => view! { <Skeleton lines=8/> }.into_any(),
                Load::Failed(error) => failure(&error, move || member.retry()),
                Load::Ready(it) => shown(it),
            }}
        </div>
    }
}

fn shown(it: Member) -> AnyView {
    let manages = auth::may(Permission::MembersManage);
    let timeline = format!("{}/timeline", member_path(it.id));
    let details = if manages && it.active {
        view! { <Edit it=it.clone()/> }.into_any()
    } else {
        facts(&it)
    };
    view! {
        <nav class="crumbs" aria-label=tr!(record.crumbs)><a href="/settings/members">{tr!(settings.members)}</a></nav>
        <header class="page-head">
            <h1 class="page-title">{it.name.clone()}" "{state(&it)}</h1>
            {manages.then(|| view! { <div class="page-actions"><Work it=it.clone()/></div> })}
        </header>
        <section class="card" aria-label=tr!(record.details)>{details}</section>
        <Absences member=it.id/>
        {manages.then(|| view! {
            <section class="card" aria-labelledby="member-history">
                <h2 id="member-history" class="card-title">{tr!(record.history)}</h2>
                <Timeline path=timeline label=field_name/>
            </section>
        })}
    }
    .into_any()
}

fn facts(it: &Member) -> AnyView {
    let line = |name: &'static str, value: Option<String>| {
        value.map(|value| view! { <dt>{name}</dt><dd>{value}</dd> })
    };
    view! {
        <dl class="facts">
            {line(tr!(settings.email), it.email.clone())}
            {line(tr!(settings.role), Some(role_name(it.role).to_owned()))}
            {line(tr!(settings.employee_id), it.employee_id.clone())}
            {line(tr!(settings.department), it.department.clone())}
        </dl>
    }
    .into_any()
}

/// What a field of a member is called.
pub fn field_name(field: &str) -> String {
    match field {
        "name" => tr!(settings.name),
        "email" => tr!(settings.email),
        "role" => tr!(settings.role),
        "employeeId" => tr!(settings.employee_id),
        "department" => tr!(settings.department),
        "managerId" => tr!(settings.manager),
        "teamLeaderId" => tr!(settings.leader),
        "teamId" => tr!(settings.team),
        "active" => tr!(settings.active),
        other => return other.to_owned(),
    }
    .to_owned()
}

/// Where a member stands: fields that adding and changing have in common.
#[component]
pub fn Place(
    employee_id: RwSignal<String>,
    department: RwSignal<String>,
    manager: RwSignal<Option<Choice>>,
    leader: RwSignal<Option<Choice>>,
    form: Form,
) -> impl IntoView {
    view! {
        <div class="pair">
            <TextField label=tr!(settings.employee_id) value=employee_id error=form.field("employeeId") optional=true/>
            <TextField label=tr!(settings.department) value=department error=form.field("department") optional=true/>
        </div>
        <div class="pair">
            <PickField label=tr!(settings.manager) value=manager find=find_members error=form.field("managerId") optional=true/>
            <PickField label=tr!(settings.leader) value=leader find=find_members error=form.field("teamLeaderId") optional=true/>
        </div>
    }
}

/// The member of an id as a choice; the name comes when the server has told it.
pub(super) fn choice(id: Option<MemberId>) -> RwSignal<Option<Choice>> {
    let named = |id: MemberId, label: String| Choice {
        id: id.to_string(),
        label,
        detail: None,
    };
    let chosen = RwSignal::new(id.map(|id| named(id, tr!(state.loading).to_owned())));
    if let Some(id) = id {
        let cache = query::cache();
        leptos::task::spawn_local(async move {
            let label = cache
                .name_of(&member_path(id))
                .await
                .unwrap_or_else(|| tr!(filter.unknown).to_owned());
            let _ = chosen.try_update(|now| {
                // Somebody else may have been chosen meanwhile.
                if now.as_ref().is_some_and(|now| now.id == id.to_string()) {
                    *now = Some(named(id, label));
                }
            });
        });
    }
    chosen
}

#[component]
fn Edit(it: Member) -> impl IntoView {
    let cache = query::cache();
    let (id, version) = (it.id, it.version);
    let name = RwSignal::new(it.name);
    let email = RwSignal::new(it.email.unwrap_or_default());
    let role = RwSignal::new(it.role.to_string());
    let employee_id = RwSignal::new(it.employee_id.unwrap_or_default());
    let department = RwSignal::new(it.department.unwrap_or_default());
    let (manager, leader) = (choice(it.manager_id), choice(it.team_leader_id));
    let team = RwSignal::new(it.team_id.map(|id| id.to_string()).unwrap_or_default());
    let teams = super::teams::teams();
    let choices = Signal::derive(move || {
        let mut choices = vec![(String::new(), tr!(settings.no_team).to_owned())];
        if let Load::Ready(page) = teams.load.get() {
            choices.extend(
                page.data
                    .into_iter()
                    .map(|team| (team.id.to_string(), team.name)),
            );
        }
        choices
    });
    let form = Form::new();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let change = UpdateMember {
            name: Some(name.get_untracked().trim().to_owned()),
            role: role.get_untracked().parse().ok(),
            email: filled(&email.get_untracked()).into(),
            employee_id: filled(&employee_id.get_untracked()).into(),
            department: filled(&department.get_untracked()).into(),
            manager_id: picked(manager).into(),
            team_leader_id: picked(leader).into(),
            team_id: team.get_untracked().parse::<TeamId>().ok().into(),
            ..UpdateMember::default()
        };
        form.submit(
            change,
            move |change| async move { api::update_member(id, version, &change).await },
            move |_| {
                cache.stale(api::MEMBERS);
                toast::good(tr!(settings.saved));
            },
        );
    };
    view! {
        <form class="stack" on:submit=submit novalidate>
            <FormError form=form/>
            <TextField label=tr!(settings.name) value=name error=form.field("name")/>
            <div class="pair">
                <TextField label=tr!(settings.email) value=email error=form.field("email") kind="email" mode="email" optional=true/>
                <SelectField label=tr!(settings.role) value=role options=roles() error=form.field("role")/>
            </div>
            <Place employee_id=employee_id department=department manager=manager leader=leader form=form/>
            <SelectField label=tr!(settings.team) value=team options=choices error=form.field("teamId") optional=true/>
            <div><Submit form=form label=tr!(settings.save)/></div>
        </form>
    }
}

/// Ends the work of a member here, or takes it up again.
#[component]
fn Work(it: Member) -> impl IntoView {
    let cache = query::cache();
    let id = it.id;
    let asked = RwSignal::new(false);
    if !it.active {
        let form = Form::new();
        let back = move |_| {
            form.send(api::reactivate(id), move |_| {
                cache.stale(api::MEMBERS);
                toast::good(tr!(settings.reactivated));
            });
        };
        return view! {
            <FormError form=form/>
            <button type="button" class="btn" on:click=back>{tr!(settings.reactivate)}</button>
        }
        .into_any();
    }
    let title = tr!(settings.deactivate_title, name = it.name.as_str());
    view! {
        <button type="button" class="btn btn-danger" on:click=move |_| asked.set(true)>{tr!(settings.deactivate)}</button>
        <Dialog open=asked title=title><HandOverForm id=id open=asked/></Dialog>
    }
    .into_any()
}
