//! Teams: who owns them, who is in them.

use leptos::{ev, prelude::*};
use shared_types::{
    Permission,
    identity::{CreateTeam, Team, UpdateTeam},
};

use super::{api::find_members, member::choice};
use crate::{
    core::{
        auth,
        components::{
            combobox::{Choice, PickField, picked},
            dialog::{Confirm, Dialog},
            field::TextField,
            form::{Form, FormError, Submit},
            icons::{Icon, icon},
            states::{Empty, Skeleton, failure},
        },
        http, page,
        query::{self, Load, Query},
        toast,
    },
    tr,
};

/// The path of teams in the API.
pub const TEAMS: &str = "/teams";

crate::lazy_page!(TeamsPage for TeamsRead => view! { <Teams/> });

/// All teams, to be followed.
pub fn teams() -> Query<http::Page<Team>> {
    query::page(|| Some(format!("{TEAMS}?limit=200&sort=name")))
}

#[component]
fn Teams() -> impl IntoView {
    page::title(|| tr!(settings.teams).to_owned());
    let all = teams();
    let manages = auth::may(Permission::TeamsManage);
    let adding = RwSignal::new(false);
    view! {
        <div class="page page-narrow">
            <header class="page-head">
                <h1 class="page-title">{tr!(settings.teams)}</h1>
                <div class="page-actions">
                    {manages.then(|| view! {
                        <button type="button" class="btn btn-primary" on:click=move |_| adding.set(true)>{icon(Icon::Add)}{tr!(settings.add_team)}</button>
                    })}
                </div>
            </header>
            <p class="page-text">{tr!(settings.teams_text)}</p>
            <section class="card card-flush" aria-label=tr!(settings.teams)>
                {move || match all.load.get() {
                    Load::Loading => view! { <Skeleton lines=4/> }.into_any(),
                    Load::Failed(error) => failure(&error, move || all.retry()),
                    Load::Ready(page) if page.data.is_empty() => view! { <Empty symbol=Icon::Team title=tr!(settings.no_teams) text=tr!(settings.no_teams_text)/> }.into_any(),
                    Load::Ready(page) => view! {
                        <ul class="rows">{page.data.into_iter().map(|team| view! { <li><One team=team manages=manages/></li> }).collect_view()}</ul>
                    }.into_any(),
                }}
            </section>
        </div>
        <Dialog open=adding title=tr!(settings.add_team).to_owned()><TeamForm open=adding team=None/></Dialog>
    }
}

#[component]
fn One(team: Team, manages: bool) -> impl IntoView {
    let cache = query::cache();
    let (editing, asked) = (RwSignal::new(false), RwSignal::new(false));
    let form = Form::new();
    let path = StoredValue::new(format!("{TEAMS}/{}", team.id));
    let owner = choice(team.owner_id);
    let members = format!("/settings/members?teamId={}", team.id);
    let title = tr!(settings.delete_it, name = team.name.as_str());
    let (edit, delete) = (
        tr!(settings.rename_it, name = team.name.as_str()),
        title.clone(),
    );
    let remove = Callback::new(move |()| {
        let path = path.get_value();
        form.send(async move { http::delete(&path).await }, move |()| {
            cache.stale(TEAMS);
            toast::good(tr!(settings.deleted));
        });
    });
    let held = StoredValue::new(team.clone());
    view! {
        <div class="row">
            <span class="grow row-title">{team.name.clone()}</span>
            <span class="text-muted truncate team-owner">{move || owner.get().map(|owner| tr!(settings.owned_by, name = owner.label.as_str()))}</span>
            <a href=members>{tr!(settings.team_members, count = team.member_count)}</a>
            {manages.then(|| view! {
                <button type="button" class="btn-icon" aria-label=edit on:click=move |_| editing.set(true)>{icon(Icon::Pencil)}</button>
                <button type="button" class="btn-icon" aria-label=delete on:click=move |_| asked.set(true)>{icon(Icon::Trash)}</button>
            })}
        </div>
        <FormError form=form/>
        <Dialog open=editing title=team.name><TeamForm open=editing team=Some(held.get_value())/></Dialog>
        <Confirm open=asked title=title text=tr!(settings.delete_team_text) verb=tr!(settings.delete) on_confirm=remove/>
    }
}

#[component]
fn TeamForm(open: RwSignal<bool>, team: Option<Team>) -> impl IntoView {
    let cache = query::cache();
    let name = RwSignal::new(
        team.as_ref()
            .map(|team| team.name.clone())
            .unwrap_or_default(),
    );
    let owner: RwSignal<Option<Choice>> = choice(team.as_ref().and_then(|team| team.owner_id));
    let held = team.map(|team| (team.id, team.version));
    let form = Form::new();
    let done = move |_: Team| {
        cache.stale(TEAMS);
        let _ = open.try_set(false);
        toast::good(tr!(settings.saved));
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let name = name.get_untracked().trim().to_owned();
        match held {
            Some((id, version)) => form.submit(
                UpdateTeam {
                    name: Some(name),
                    owner_id: picked(owner).into(),
                    ..UpdateTeam::default()
                },
                move |change| async move {
                    http::patch::<Team>(&format!("{TEAMS}/{id}"), &change, Some(version)).await
                },
                done,
            ),
            None => form.submit(
                CreateTeam {
                    name,
                    owner_id: picked(owner),
                },
                |team| async move { http::post::<Team>(TEAMS, &team).await },
                done,
            ),
        }
    };
    view! {
        <form class="dialog-form" on:submit=submit novalidate>
            <div class="dialog-body stack">
                <FormError form=form/>
                <TextField label=tr!(settings.name) value=name error=form.field("name") autofocus=true/>
                <PickField label=tr!(settings.team_owner) value=owner find=find_members error=form.field("ownerId") hint=tr!(settings.team_owner_hint) optional=true/>
            </div>
            <footer class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| open.set(false)>{tr!(common.cancel)}</button>
                <Submit form=form label=tr!(settings.save)/>
            </footer>
        </form>
    }
}
