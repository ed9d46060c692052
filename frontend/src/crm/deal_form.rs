//! Adding a deal.

use leptos::{ev, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use shared_types::{Currency, ErrorCode, PipelineId, crm::CreateDeal};

use super::{
    api, deal_api,
    deal_lines::{Drafts, LinesEditor},
};
use crate::{
    core::{
        auth,
        components::{
            combobox::{Choice, PickField, picked},
            dialog::Dialog,
            field::{SelectField, TextField, currencies},
            form::{Form, FormError, Submit, filled},
            tags::{TagPicker, ids},
        },
        errors::ApiError,
        query, toast,
    },
    identity::api::{find_members, myself},
    tr,
};

#[component]
pub fn DealDialog(
    open: RwSignal<bool>,
    /// The pipeline one is looking at: its stages come first.
    #[prop(optional, into)]
    pipeline: Signal<Option<PipelineId>>,
) -> impl IntoView {
    view! {
        <Dialog open=open title=tr!(deals.add) wide=true><DealForm open=open shown=pipeline/></Dialog>
    }
}

/// A fault of one field, in words.
pub fn fault(field: &str, words: impl Into<String>) -> ApiError {
    ApiError::invalid([(field.to_owned(), vec![words.into()])].into())
}

#[component]
fn DealForm(open: RwSignal<bool>, shown: Signal<Option<PipelineId>>) -> impl IntoView {
    let cache = query::cache();
    let pipelines = deal_api::pipelines();
    let text = || RwSignal::new(String::new());
    let (title, amount, stage, close) = (text(), text(), text(), text());
    let currency = RwSignal::new(auth::currency().to_string());
    let company = RwSignal::new(None::<Choice>);
    let owner = RwSignal::new(myself());
    let chosen = Signal::derive(move || {
        currency
            .get()
            .parse::<Currency>()
            .unwrap_or_else(|_| auth::currency())
    });
    let drafts = Drafts::new(&[], chosen);
    let stages = Signal::derive(move || {
        let mut all = pipelines
            .load
            .get()
            .ready()
            .map(|page| page.data)
            .unwrap_or_default();
        let here = shown.get();
        all.sort_by_key(|pipeline| (Some(pipeline.id) != here, !pipeline.is_default));
        let several = all.len() > 1;
        let mut options = Vec::new();
        for pipeline in all {
            for known in pipeline.stages {
                let name = if several {
                    format!("{}: {}", pipeline.name, known.name)
                } else {
                    known.name
                };
                options.push((known.id.to_string(), name));
            }
        }
        options
    });
    let tags = RwSignal::new(Vec::new());
    let form = Form::new();
    let navigate = StoredValue::new(use_navigate());
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let lines = match drafts.read() {
            Ok(lines) => lines,
            Err(words) => {
                return form.fail(ApiError {
                    message: words.clone(),
                    code: Some(ErrorCode::Conflict),
                    ..fault("lines", words)
                });
            }
        };
        let worth = match filled(&amount.get_untracked()) {
            Some(typed) if lines.is_empty() => match domain::core::decimal::amount_from_input(
                "amount",
                &typed,
                chosen.get_untracked(),
                None,
            ) {
                Ok(money) => Some(money.amount),
                Err(error) => return form.fail(ApiError::invalid(error.fields())),
            },
            _ => None,
        };
        let deal = CreateDeal {
            title: title.get_untracked().trim().to_owned(),
            company_id: picked(company),
            stage_id: stage.get_untracked().parse().ok().or_else(|| {
                stages
                    .get_untracked()
                    .first()
                    .and_then(|first| first.0.parse().ok())
            }),
            amount: worth,
            currency: Some(chosen.get_untracked()),
            expected_close: close.get_untracked().parse().ok(),
            owner_id: picked(owner),
            lines,
            tag_ids: tags.with_untracked(|tags| ids(tags)),
            ..CreateDeal::default()
        };
        form.submit(
            deal,
            |deal| async move { deal_api::create_deal(&deal).await },
            move |deal| {
                deal_api::deal_changed(cache, deal.id);
                cache.stale(deal_api::BOARD);
                let _ = open.try_set(false);
                toast::good(tr!(deals.added, name = deal.title.as_str()));
                navigate.with_value(|go| {
                    go(&format!("/deals/{}", deal.id), NavigateOptions::default())
                });
            },
        );
    };
    view! {
        <form class="dialog-form" on:submit=submit novalidate>
            <div class="dialog-body stack">
                <FormError form=form/>
                <TextField label=tr!(deals.title) value=title error=form.field("title") autofocus=true/>
                <div class="pair">
                    <PickField label=tr!(deals.company) value=company find=api::find_companies error=form.field("companyId") optional=true/>
                    <SelectField label=tr!(deals.stage) value=stage options=stages error=form.field("stageId")/>
                </div>
                <div class="pair">
                    <TextField label=tr!(deals.expected_close) value=close kind="date" error=form.field("expectedClose") optional=true/>
                    <PickField label=tr!(deals.owner) value=owner find=find_members error=form.field("ownerId") optional=true/>
                </div>
                <TagPicker value=tags error=form.field("tagIds")/>
                <div class="pair">
                    <TextField label=tr!(deals.amount) value=amount mode="decimal" error=form.field("amount") hint=tr!(deals.amount_hint) optional=true/>
                    <SelectField label=tr!(deals.currency) value=currency options=currencies() error=form.field("currency")/>
                </div>
                <h3 class="label">{tr!(deals.lines)}</h3>
                <LinesEditor drafts=drafts/>
            </div>
            <footer class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| open.set(false)>{tr!(common.cancel)}</button>
                <Submit form=form label=tr!(deals.add)/>
            </footer>
        </form>
    }
}
