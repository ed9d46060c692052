//! My day: what is due, deals that rot, leads nobody has looked at.

use chrono::{Days, NaiveTime};
use leptos::prelude::*;
use serde::de::DeserializeOwned;
use shared_types::{
    Permission,
    crm::{Activity, Deal, Lead},
};

use super::{
    activities::row,
    activity_api::ACTIVITIES,
    activity_form::{ActivityDialog, ActivityEditor},
    lead_api::{LEADS, lead_path, score_badge},
};
use crate::{
    core::{
        auth,
        components::{
            icons::{Icon, icon},
            states::{Empty, Skeleton, failure},
        },
        format, local_time, page,
        query::{self, Load},
        url::encode,
    },
    tr,
};

crate::lazy_page!(MyDayPage => view! { <MyDay/> });

#[component]
fn MyDay() -> impl IntoView {
    page::title(|| tr!(my_day.title).to_owned());
    let dialog = ActivityEditor::provide(RwSignal::new(false));
    let me = auth::me()
        .map(|me| me.member_id.to_string())
        .unwrap_or_default();
    // The day ends where the browser is.
    let end = local_time::moment((format::today() + Days::new(1)).and_time(NaiveTime::MIN));
    let due = format!(
        "{ACTIVITIES}?ownerId={me}&done=false&dueBefore={}&sort=dueAt&limit=50",
        encode(&end.to_rfc3339())
    );
    let rotting = format!("/deals?ownerId={me}&rotting=true&sort=stageEnteredAt&limit=20");
    let leads = format!("{LEADS}?ownerId={me}&status=new&sort=-score&limit=20");
    let deal = |deal: Deal| {
        view! {
            <li class="related-row">
                <a class="link grow truncate" href=format!("/deals/{}", deal.id)>{deal.title}</a>
                <span class="text-muted truncate">{deal.company_name}</span>
                <span class="num">{deal.amount.map(format::money_compact)}</span>
            </li>
        }
        .into_any()
    };
    let lead = |lead: Lead| {
        view! {
            <li class="related-row">
                <a class="link grow truncate" href=lead_path(lead.id)>{lead.name}</a>
                <span class="text-muted truncate">{lead.company_name}</span>
                {score_badge(lead.score)}
            </li>
        }
        .into_any()
    };
    view! {
        <div class="page">
            <header class="page-head">
                <h1 class="page-title">{tr!(my_day.title)}</h1>
                <div class="page-actions">
                    {auth::may(Permission::ActivitiesWrite).then(|| view! {
                        <button type="button" class="btn btn-primary" on:click=move |_| dialog.open.set(true)>{icon(Icon::Add)}{tr!(activity.add)}</button>
                    })}
                </div>
            </header>
            <div class="record">
                {auth::may(Permission::ActivitiesRead).then(|| view! {
                    <Part title=tr!(my_day.due) empty=tr!(my_day.nothing_due) path=due row=|it: Activity| row(it, true).into_any()/>
                })}
                <div class="record-side">
                    {auth::may(Permission::DealsRead).then(|| view! {
                        <Part title=tr!(my_day.rotting) empty=tr!(my_day.nothing_rots) path=rotting row=deal/>
                    })}
                    {auth::may(Permission::LeadsRead).then(|| view! {
                        <Part title=tr!(my_day.leads) empty=tr!(my_day.no_leads) path=leads row=lead/>
                    })}
                </div>
            </div>
        </div>
        <ActivityDialog dialog=dialog/>
    }
}

/// A card with a short list.
#[component]
pub fn Part<T>(
    title: &'static str,
    empty: &'static str,
    path: String,
    row: fn(T) -> AnyView,
) -> impl IntoView
where
    T: DeserializeOwned + Clone + PartialEq + Send + Sync + 'static,
{
    let all = query::page::<T>(move || Some(path.clone()));
    view! {
        <section class="card">
            <h2 class="card-title">{title}</h2>
            {move || match all.last.get() {
                Load::Loading => view! { <Skeleton lines=4/> }.into_any(),
                Load::Failed(error) => failure(&error, move || all.retry()),
                Load::Ready(page) if page.data.is_empty() => view! { <Empty symbol=Icon::Check title=empty/> }.into_any(),
                Load::Ready(page) => view! { <ul class="related">{page.data.into_iter().map(row).collect_view()}</ul> }.into_any(),
            }}
        </section>
    }
}
