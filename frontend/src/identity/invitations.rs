//! Invitations: who was asked to come, and whether they did.

use leptos::{ev, prelude::*};
use shared_types::{
    Role,
    identity::{CreateInvitation, Invitation, InvitationMade, InvitationState},
};

use super::{members::roles, role_name, teams::teams};
use crate::{
    core::{
        components::{
            badge::{Colour, badge},
            dialog::{Confirm, Dialog},
            field::{SelectField, TextField},
            form::{Form, FormError, Submit, filled},
            icons::{Icon, icon},
            secret::Secret,
            states::{Empty, Skeleton, failure},
        },
        format, http, page,
        query::{self, Load},
        toast,
    },
    tr,
};

/// The path of invitations in the API.
pub const INVITATIONS: &str = "/invitations";

crate::lazy_page!(InvitationsPage for MembersManage => view! { <Invitations/> });

#[component]
fn Invitations() -> impl IntoView {
    page::title(|| tr!(invitation.list).to_owned());
    let all = query::page::<Invitation>(|| Some(format!("{INVITATIONS}?limit=200")));
    let inviting = RwSignal::new(false);
    let link = RwSignal::new(None::<String>);
    let shown = RwSignal::new(false);
    Effect::new(move |_| shown.set(link.with(Option::is_some)));
    view! {
        <div class="page page-narrow">
            <header class="page-head">
                <h1 class="page-title">{tr!(invitation.list)}</h1>
                <div class="page-actions">
                    <button type="button" class="btn btn-primary" on:click=move |_| inviting.set(true)>{icon(Icon::Add)}{tr!(invitation.invite)}</button>
                </div>
            </header>
            <p class="page-text">{tr!(invitation.text)}</p>
            <section class="card card-flush" aria-label=tr!(invitation.list)>
                {move || match all.load.get() {
                    Load::Loading => view! { <Skeleton lines=4/> }.into_any(),
                    Load::Failed(error) => failure(&error, move || all.retry()),
                    Load::Ready(page) if page.data.is_empty() => view! { <Empty symbol=Icon::Member title=tr!(invitation.none) text=tr!(invitation.none_text)/> }.into_any(),
                    Load::Ready(page) => view! {
                        <ul class="rows">{page.data.into_iter().map(|it| view! { <li><One it=it link=link/></li> }).collect_view()}</ul>
                    }.into_any(),
                }}
            </section>
        </div>
        <Dialog open=inviting title=tr!(invitation.invite).to_owned()><Invite open=inviting link=link/></Dialog>
        <Dialog open=shown title=tr!(invitation.link).to_owned()>
            <div class="dialog-body stack">
                <p>{tr!(invitation.link_text)}</p>
                {move || link.get().map(|link| view! { <Secret label=tr!(invitation.link) value=link/> })}
            </div>
            <footer class="dialog-foot">
                <button type="button" class="btn btn-primary" on:click=move |_| link.set(None)>{tr!(api_keys.done)}</button>
            </footer>
        </Dialog>
    }
}

const fn colour(state: InvitationState) -> Colour {
    match state {
        InvitationState::Pending => Colour::Accent,
        InvitationState::Accepted => Colour::Good,
        InvitationState::Expired => Colour::Warn,
        InvitationState::Revoked => Colour::Plain,
    }
}

fn words(state: InvitationState) -> &'static str {
    match state {
        InvitationState::Pending => tr!(invitation.pending),
        InvitationState::Accepted => tr!(invitation.accepted),
        InvitationState::Expired => tr!(invitation.expired),
        InvitationState::Revoked => tr!(invitation.revoked),
    }
}

#[component]
fn One(it: Invitation, link: RwSignal<Option<String>>) -> impl IntoView {
    let cache = query::cache();
    let asked = RwSignal::new(false);
    let form = Form::new();
    let path = StoredValue::new(format!("{INVITATIONS}/{}", it.id));
    let name = it
        .email
        .clone()
        .unwrap_or_else(|| tr!(invitation.link).to_owned());
    let open = matches!(
        it.state,
        InvitationState::Pending | InvitationState::Expired
    );
    let again = move |_| {
        let path = format!("{}/resend", path.get_value());
        form.send(
            async move { http::act::<InvitationMade>(&path).await },
            move |made| {
                cache.stale(INVITATIONS);
                match made.link {
                    Some(made) => link.set(Some(made)),
                    None => toast::good(tr!(invitation.sent)),
                }
            },
        );
    };
    let revoke = Callback::new(move |()| {
        let path = path.get_value();
        form.send(async move { http::delete(&path).await }, move |()| {
            cache.stale(INVITATIONS);
            toast::good(tr!(invitation.revoked_done));
        });
    });
    let ends = (it.state == InvitationState::Pending)
        .then(|| tr!(invitation.ends, day = format::date_of(it.expires_at)));
    let title = tr!(invitation.revoke_it, name = name.as_str());
    let (send_label, revoke_label) = (tr!(invitation.send_it, name = name.as_str()), title.clone());
    view! {
        <div class="row">
            <div class="grow">
                <p class="row-title">{name}" "{badge(colour(it.state), words(it.state))}</p>
                <p class="text-muted">
                    {role_name(it.role)}
                    {it.invited_by_name.map(|by| format!(" · {}", tr!(invitation.by, name = by.as_str())))}
                    {format!(" · {}", format::ago(it.sent_at))}
                    {ends.map(|ends| format!(" · {ends}"))}
                </p>
            </div>
            {open.then(|| view! {
                <button type="button" class="btn btn-sm" aria-label=send_label on:click=again>{tr!(invitation.send)}</button>
                <button type="button" class="btn btn-sm" aria-label=revoke_label on:click=move |_| asked.set(true)>{tr!(api_keys.revoke)}</button>
            })}
        </div>
        <FormError form=form/>
        <Confirm open=asked title=title text=tr!(invitation.revoke_text) verb=tr!(api_keys.revoke) on_confirm=revoke/>
    }
}

#[component]
fn Invite(open: RwSignal<bool>, link: RwSignal<Option<String>>) -> impl IntoView {
    let cache = query::cache();
    let (email, team) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let role = RwSignal::new(Role::Agent.to_string());
    let all = teams();
    let options = Signal::derive(move || {
        let page = all.load.get().ready();
        let teams = page.map(|page| page.data).unwrap_or_default();
        let mut options = vec![(String::new(), tr!(settings.no_team).to_owned())];
        options.extend(
            teams
                .into_iter()
                .map(|team| (team.id.to_string(), team.name)),
        );
        options
    });
    let form = Form::new();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let invitation = CreateInvitation {
            email: filled(&email.get_untracked()),
            role: role.get_untracked().parse().unwrap_or(Role::Agent),
            team_id: team.get_untracked().parse().ok(),
        };
        form.submit(
            invitation,
            |invitation| async move { http::post::<InvitationMade>(INVITATIONS, &invitation).await },
            move |made| {
                cache.stale(INVITATIONS);
                let _ = open.try_set(false);
                match made.link {
                    Some(made) => link.set(Some(made)),
                    None => toast::good(tr!(invitation.sent)),
                }
            },
        );
    };
    view! {
        <form class="dialog-form" on:submit=submit novalidate>
            <div class="dialog-body stack">
                <FormError form=form/>
                <TextField label=tr!(settings.email) value=email error=form.field("email") kind="email" mode="email" hint=tr!(invitation.email_hint) optional=true autofocus=true/>
                <SelectField label=tr!(settings.role) value=role options=roles() error=form.field("role")/>
                <SelectField label=tr!(settings.team) value=team options=options error=form.field("teamId") optional=true/>
            </div>
            <footer class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| open.set(false)>{tr!(common.cancel)}</button>
                <Submit form=form label=tr!(invitation.invite)/>
            </footer>
        </form>
    }
}
