//! How one is told of what: in the product, by mail, and when not.

use leptos::{ev, prelude::*};
use shared_types::platform::{
    MailChannel, NotificationChannel, NotificationKind, NotificationPreferences,
    SetNotificationPreferences,
};

use super::notification_api::{PREFERENCES, kind_name};
use crate::{
    core::{
        components::{
            field::TextField,
            form::{Form, FormError, Submit},
            states::{Skeleton, failure},
        },
        http,
        query::{self, Load},
        toast,
    },
    tr,
};

/// Whether mail comes, in a word.
fn mail_name(mail: MailChannel) -> &'static str {
    match mail {
        MailChannel::Now => tr!(notification.mail.now),
        MailChannel::Daily => tr!(notification.mail.daily),
        MailChannel::Off => tr!(notification.mail.off),
    }
}

/// The card of the profile that says how one is told.
#[component]
pub fn NotificationCard() -> impl IntoView {
    let said = query::record::<NotificationPreferences>(|| Some(PREFERENCES.to_owned()));
    view! {
        <section class="card" id="notifications" aria-labelledby="notifications-title">
            <h2 id="notifications-title" class="card-title">{tr!(notification.how)}</h2>
            <p class="text-muted">{tr!(notification.how_text)}</p>
            {move || match said.load.get() {
                Load::Loading => view! { <Skeleton lines=6/> }.into_any(),
                Load::Failed(error) => failure(&error, move || said.retry()),
                Load::Ready(said) => view! { <Preferences said=said/> }.into_any(),
            }}
        </section>
    }
}

/// How one is told of a kind, while it is being chosen.
#[derive(Clone, Copy)]
struct Choice {
    kind: NotificationKind,
    product: RwSignal<bool>,
    mail: RwSignal<String>,
}

impl Choice {
    fn said(self) -> NotificationChannel {
        let mail = self.mail.get_untracked().parse();
        NotificationChannel {
            kind: self.kind,
            product: self.product.get_untracked(),
            mail: mail.unwrap_or(MailChannel::Off),
        }
    }
}

#[component]
fn Preferences(said: NotificationPreferences) -> impl IntoView {
    let cache = query::cache();
    let form = Form::new();
    let text = |text: Option<String>| RwSignal::new(text.unwrap_or_default());
    let (from, until) = (text(said.quiet_from), text(said.quiet_until));
    let zone = text(said.time_zone);
    let choices: Vec<Choice> = said
        .channels
        .iter()
        .map(|channel| Choice {
            kind: channel.kind,
            product: RwSignal::new(channel.product),
            mail: RwSignal::new(channel.mail.to_string()),
        })
        .collect();
    let rows = choices.iter().map(|choice| row(*choice)).collect_view();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let text = |text: RwSignal<String>| {
            let text = text.get_untracked().trim().to_owned();
            Some(text).filter(|text| !text.is_empty())
        };
        let body = SetNotificationPreferences {
            channels: choices.iter().map(|choice| choice.said()).collect(),
            time_zone: text(zone),
            quiet_from: text(from),
            quiet_until: text(until),
        };
        form.submit(
            body,
            |body| async move { http::put::<NotificationPreferences>(PREFERENCES, &body).await },
            move |_| {
                cache.stale(PREFERENCES);
                toast::good(tr!(notification.saved));
            },
        );
    };
    view! {
        <form class="stack" on:submit=submit novalidate>
            <FormError form=form/>
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">{tr!(notification.what)}</th>
                        <th scope="col">{tr!(notification.in_product)}</th>
                        <th scope="col">{tr!(notification.by_mail)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            <div class="fields-row">
                <TextField label=tr!(notification.quiet_from) value=from kind="time" error=form.field("quietFrom") optional=true/>
                <TextField label=tr!(notification.quiet_until) value=until kind="time" error=form.field("quietUntil") optional=true/>
            </div>
            <TextField label=tr!(settings.time_zone) value=zone hint=tr!(notification.zone_hint) error=form.field("timeZone") optional=true/>
            <div><Submit form=form label=tr!(notification.save)/></div>
        </form>
    }
}

fn row(choice: Choice) -> impl IntoView {
    let name = kind_name(choice.kind);
    let options = MailChannel::ALL
        .iter()
        .map(|&mail| {
            let value = mail.to_string();
            let this = value.clone();
            view! { <option value=value selected=move || choice.mail.get() == this>{mail_name(mail)}</option> }
        })
        .collect_view();
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td>
                <input type="checkbox" aria-label=format!("{}: {name}", tr!(notification.in_product)) prop:checked=choice.product
                    on:change=move |event| choice.product.set(event_target_checked(&event))/>
            </td>
            <td>
                <select class="input" aria-label=format!("{}: {name}", tr!(notification.by_mail))
                    on:change=move |event| choice.mail.set(event_target_value(&event))>{options}</select>
            </td>
        </tr>
    }
}
