//! The settings of the organization.

use leptos::{ev, prelude::*};
use shared_types::{
    Currency, Permission,
    identity::{Feature, Organization, UpdateOrganization},
};

use crate::{
    core::{
        auth,
        components::{
            field::{SelectField, TextField, Tick, currencies},
            form::{Form, FormError, Submit},
            states::{Skeleton, failure},
        },
        format, http, page,
        query::{self, Load},
        toast,
    },
    tr,
};

const ORGANIZATION: &str = "/organization";
/// The parts of the product that can be left out so far.
const OFFERED: [Feature; 1] = [Feature::Mobile];

crate::lazy_page!(OrganizationPage for OrganizationRead => view! { <Settings/> });

#[component]
fn Settings() -> impl IntoView {
    page::title(|| tr!(settings.organization).to_owned());
    let organization = query::record::<Organization>(|| Some(ORGANIZATION.to_owned()));
    view! {
        <div class="page page-narrow">
            <header class="page-head"><h1 class="page-title">{tr!(settings.organization)}</h1></header>
            <section class="card">
                {move || match organization.load.get() {
                    Load::Loading => view! { <Skeleton lines=5/> }.into_any(),
                    Load::Failed(error) => failure(&error, move || organization.retry()),
                    Load::Ready(it) if auth::may(Permission::OrganizationManage) => view! { <Edit it=it/> }.into_any(),
                    Load::Ready(it) => facts(it),
                }}
            </section>
        </div>
    }
}

fn facts(it: Organization) -> AnyView {
    view! {
        <dl class="facts">
            <dt>{tr!(settings.name)}</dt><dd>{it.name}</dd>
            <dt>{tr!(settings.time_zone)}</dt><dd>{it.time_zone}</dd>
            <dt>{tr!(settings.currency)}</dt><dd>{format::currency_name(it.currency)}</dd>
            <dt>{tr!(settings.fiscal_year)}</dt><dd>{format::month_name(it.fiscal_year_start_month.into())}</dd>
        </dl>
    }
    .into_any()
}

#[component]
fn Edit(it: Organization) -> impl IntoView {
    let cache = query::cache();
    let version = it.version;
    let name = RwSignal::new(it.name);
    let time_zone = RwSignal::new(it.time_zone);
    let currency = RwSignal::new(it.currency.to_string());
    let month = RwSignal::new(it.fiscal_year_start_month.to_string());
    let days = RwSignal::new(it.coaching_acknowledgement_days.to_string());
    let domains = RwSignal::new(it.invitation_domains.join(", "));
    let off = StoredValue::new(it.disabled_features);
    let is_off = move |feature: &Feature| off.with_value(|off| off.contains(feature));
    let offered = OFFERED.into_iter();
    let features = RwSignal::new(offered.filter(|it| !is_off(it)).collect::<Vec<_>>());
    let months: Vec<(String, String)> = (1..=12)
        .map(|month| (month.to_string(), format::month_name(month)))
        .collect();
    let form = Form::new();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let change = UpdateOrganization {
            name: Some(name.get_untracked().trim().to_owned()),
            time_zone: Some(time_zone.get_untracked().trim().to_owned()),
            currency: currency.get_untracked().parse::<Currency>().ok(),
            fiscal_year_start_month: month.get_untracked().parse().ok(),
            coaching_acknowledgement_days: days.get_untracked().trim().parse().ok(),
            invitation_domains: Some(
                domains
                    .get_untracked()
                    .split([',', ' '])
                    .map(str::trim)
                    .filter(|domain| !domain.is_empty())
                    .map(str::to_owned)
                    .collect(),
            ),
            disabled_features: Some(
                Feature::ALL
                    .iter()
                    .copied()
                    .filter(|feature| {
                        if OFFERED.contains(feature) {
                            !features.with_untracked(|on| on.contains(feature))
                        } else {
                            is_off(feature)
                        }
                    })
                    .collect(),
            ),
        };
        form.submit(
            change,
            move |change| async move {
                http::patch::<Organization>(ORGANIZATION, &change, Some(version)).await
            },
            move |_| {
                cache.stale(ORGANIZATION);
                toast::good(tr!(settings.saved));
                // The name stands in the sidebar, the currency in every total.
                leptos::task::spawn_local(auth::load());
            },
        );
    };
    view! {
        <form class="stack" on:submit=submit novalidate>
            <FormError form=form/>
            <TextField label=tr!(settings.name) value=name error=form.field("name")/>
            <TextField label=tr!(settings.time_zone) value=time_zone error=form.field("timeZone") hint=tr!(settings.time_zone_hint)/>
            <div class="pair">
                <SelectField label=tr!(settings.currency) value=currency options=currencies() error=form.field("currency")/>
                <SelectField label=tr!(settings.fiscal_year) value=month options=months error=form.field("fiscalYearStartMonth")/>
            </div>
            <TextField label=tr!(settings.acknowledgement_days) value=days kind="number" error=form.field("coachingAcknowledgementDays")/>
            <TextField label=tr!(settings.domains) value=domains error=form.field("invitationDomains") hint=tr!(settings.domains_hint) optional=true/>
            <fieldset class="field">
                <legend class="label">{tr!(settings.features)}</legend>
                {OFFERED.into_iter().map(|feature| view! { <Tick it=feature chosen=features>{feature_words(feature)}</Tick> }).collect_view()}
                <p class="hint">{tr!(settings.features_hint)}</p>
            </fieldset>
            <div><Submit form=form label=tr!(settings.save)/></div>
        </form>
    }
}

fn feature_words(feature: Feature) -> &'static str {
    match feature {
        Feature::RealTime => tr!(settings.feature_real_time),
        Feature::AdvancedAnalytics => tr!(settings.feature_analytics),
        Feature::Mobile => tr!(settings.feature_mobile),
    }
}
