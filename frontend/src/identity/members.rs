//! The list of members, and adding one.

use leptos::{ev, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use shared_types::{
    Permission, Role,
    identity::{CreateMember, Member},
};

use super::{
    api::{self, MEMBERS},
    role_name,
};
use crate::{
    core::{
        auth,
        components::{
            badge::{Colour, badge, dash},
            combobox::{Choice, picked},
            dialog::Dialog,
            field::{SelectField, TextField, choices},
            filter::{PickFilter, SelectFilter},
            form::{Form, FormError, Submit, filled},
            icons::{Icon, icon},
            list::{ListPage, ListSpec},
            table::{Column, Rows},
        },
        format, query, toast,
        url::UrlState,
    },
    tr,
};

crate::lazy_page!(MembersPage for MembersRead => view! { <Members/> });

/// All roles with what they are called.
pub fn roles() -> Vec<(String, String)> {
    choices(Role::ALL, role_name)
}

fn text(value: Option<&String>) -> AnyView {
    value.map_or_else(|| dash().into_any(), |value| value.clone().into_any())
}

fn spec() -> ListSpec<Member> {
    ListSpec {
        title: tr!(settings.members).to_owned(),
        resource: MEMBERS,
        filters: &["role", "managerId", "teamId", "department", "active"],
        columns: vec![
            Column::new(tr!(settings.name), |member: &Member| {
                member.name.clone().into_any()
            })
            .sort("name"),
            Column::new(tr!(settings.email), |member: &Member| {
                text(member.email.as_ref())
            })
            .key("email")
            .class("wide-only"),
            Column::new(tr!(settings.role), |member: &Member| {
                role_name(member.role).into_any()
            })
            .sort("role"),
            Column::new(tr!(settings.department), |member: &Member| {
                text(member.department.as_ref())
            })
            .sort("department")
            .class("wide-only"),
            Column::new(tr!(settings.state), |member: &Member| state(member))
                .key("active")
                .class("wide-only"),
            Column::new(tr!(settings.changed), |member: &Member| {
                format::ago(member.updated_at).into_any()
            })
            .sort("updatedAt")
            .class("wide-only text-muted"),
            Column::new(tr!(settings.employee_id), |member: &Member| {
                text(member.employee_id.as_ref())
            })
            .key("employeeId")
            .extra(),
        ],
        rows: Rows {
            id: |member| member.id.to_string(),
            name: |member| member.name.clone(),
            href: |member| Some(format!("/settings/members/{}", member.id)),
        },
        default_sort: "name",
        empty: (
            Icon::Member,
            tr!(settings.no_members).to_owned(),
            String::new(),
        ),
        search_label: tr!(settings.search_members).to_owned(),
        trash: false,
        exports: true,
        duplicates: None,
    }
}

/// Whether the member works here, and has a user to sign in with.
pub fn state(member: &Member) -> AnyView {
    if !member.active {
        badge(Colour::Warn, tr!(settings.inactive)).into_any()
    } else if member.user_id.is_none() {
        badge(Colour::Plain, tr!(settings.no_user)).into_any()
    } else {
        badge(Colour::Good, tr!(settings.active)).into_any()
    }
}

#[component]
fn Members() -> impl IntoView {
    let adding = RwSignal::new(false);
    let may_add = auth::may(Permission::MembersManage);
    let actions = move || {
        may_add.then(|| view! {
            <button type="button" class="btn btn-primary" on:click=move |_| adding.set(true)>{icon(Icon::Add)}{tr!(settings.add_member)}</button>
        })
    };
    let filters = Callback::new(|url: UrlState| {
        let of_role = roles();
        let working = vec![
            ("true".to_owned(), tr!(settings.active).to_owned()),
            ("false".to_owned(), tr!(settings.inactive).to_owned()),
        ];
        view! {
            <SelectFilter url=url name="role" label=tr!(settings.role) options=of_role/>
            <SelectFilter url=url name="active" label=tr!(settings.state) options=working/>
            <PickFilter url=url name="managerId" label=tr!(settings.manager) find=api::find_members resource=MEMBERS/>
        }
        .into_any()
    });
    view! {
        <ListPage spec=spec() actions=actions filters=filters/>
        <Dialog open=adding title=tr!(settings.add_member).to_owned()><AddMember open=adding/></Dialog>
    }
}

#[component]
fn AddMember(open: RwSignal<bool>) -> impl IntoView {
    let cache = query::cache();
    let text = || RwSignal::new(String::new());
    let (name, email, employee_id, department) = (text(), text(), text(), text());
    let role = RwSignal::new(Role::Agent.to_string());
    let (manager, leader) = (RwSignal::new(None::<Choice>), RwSignal::new(None::<Choice>));
    let form = Form::new();
    let navigate = StoredValue::new(use_navigate());
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let member = CreateMember {
            name: name.get_untracked().trim().to_owned(),
            email: filled(&email.get_untracked()),
            role: role.get_untracked().parse().unwrap_or(Role::Agent),
            employee_id: filled(&employee_id.get_untracked()),
            department: filled(&department.get_untracked()),
            manager_id: picked(manager),
            team_leader_id: picked(leader),
            team_id: None,
        };
        form.submit(
            member,
            |member| async move { api::create_member(&member).await },
            move |member| {
                cache.stale(MEMBERS);
                let _ = open.try_set(false);
                toast::good(tr!(settings.added, name = member.name.as_str()));
                navigate.with_value(|go| {
                    go(
                        &format!("/settings/members/{}", member.id),
                        NavigateOptions::default(),
                    );
                });
            },
        );
    };
    view! {
        <form class="dialog-form" on:submit=submit novalidate>
            <div class="dialog-body stack">
                <FormError form=form/>
                <TextField label=tr!(settings.name) value=name error=form.field("name") autofocus=true/>
                <TextField label=tr!(settings.email) value=email error=form.field("email") kind="email" mode="email" optional=true/>
                <SelectField label=tr!(settings.role) value=role options=roles() error=form.field("role")/>
                <super::member::Place employee_id=employee_id department=department manager=manager leader=leader form=form/>
            </div>
            <footer class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| open.set(false)>{tr!(common.cancel)}</button>
                <Submit form=form label=tr!(settings.add_member)/>
            </footer>
        </form>
    }
}
