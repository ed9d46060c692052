//! Merging: the records side by side, whose value each field gets, and how much moves.

use std::collections::BTreeMap;

use leptos::{ev, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate, use_params_map},
};
use shared_types::crm::{
    MergeChoice, MergeField, MergeFieldPreview, MergeFrom, MergeKind, MergePreview, MergeRecord,
    MergeRecords,
};
use uuid::Uuid;

use super::merge_api::{self, field_name, finder, kind_of, list_name, moved_text, value_text};
use crate::{
    core::{
        components::{
            badge::dash,
            combobox::{Choice, PickField},
            form::{Form, FormError, Submit},
            icons::{Icon, icon},
            states::{Skeleton, failure},
        },
        format, page,
        query::{self, Load},
        toast,
        url::{UrlState, url_state},
    },
    tr,
};

crate::lazy_page!(MergePage => view! { <MergeRecord/> });

/// The page of the record that the address names, and of those it is merged with.
#[component]
fn MergeRecord() -> impl IntoView {
    let params = use_params_map();
    let path = use_location().pathname;
    let url = url_state();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let kind = Memo::new(move |_| {
        let list = path.with(|path| format!("/{}", path.split('/').nth(1).unwrap_or_default()));
        kind_of(&list).unwrap_or(MergeKind::Company)
    });
    page::title(move || title(kind.get()).to_owned());
    let with = Memo::new(move |_| url.get("with").filter(|with| !with.is_empty()));
    let preview = query::record::<MergePreview>(move || {
        let (list, id) = (merge_api::resource(kind.get()), id.get());
        with.get()
            .map(|with| format!("{list}/{id}/merge-preview?with={with}"))
    });
    let back = move || format!("{}/{}", merge_api::resource(kind.get()), id.get());
    view! {
        <div class="page page-merge">
            <nav class="crumbs" aria-label=tr!(record.crumbs)>
                <a class="link" href=move || merge_api::resource(kind.get())>{move || list_name(kind.get())}</a>
                <a class="link" href=back>{tr!(merge.back)}</a>
            </nav>
            <header class="page-head"><h1 class="page-title">{move || title(kind.get())}</h1></header>
            <p class="page-text">{tr!(merge.text)}</p>
            {move || {
                if with.with(Option::is_none) {
                    return view! { <PickOther kind=kind.get() id=id.get() url=url/> }.into_any();
                }
                match preview.load.get() {
                    Load::Loading => view! { <Skeleton lines=10/> }.into_any(),
                    Load::Failed(error) => failure(&error, move || preview.retry()),
                    Load::Ready(preview) => view! { <Compare kind=kind.get_untracked() preview=preview/> }.into_any(),
                }
            }}
        </div>
    }
}

/// What the page is called.
fn title(kind: MergeKind) -> &'static str {
    match kind {
        MergeKind::Company => tr!(merge.companies),
        MergeKind::Contact => tr!(merge.contacts),
        MergeKind::Lead => tr!(merge.leads),
    }
}

/// Which record it is to be merged with.
#[component]
fn PickOther(kind: MergeKind, id: String, url: UrlState) -> impl IntoView {
    let other = RwSignal::new(None::<Choice>);
    Effect::new(move |_| {
        if let Some(other) = other.get().filter(|other| other.id != id) {
            url.set(&[("with", Some(other.id))]);
        }
    });
    view! {
        <section class="card"><PickField label=tr!(merge.other) value=other find=finder(kind) hint=tr!(merge.other_hint)/></section>
    }
}

/// The records side by side.
#[component]
fn Compare(kind: MergeKind, preview: MergePreview) -> impl IntoView {
    let cache = query::cache();
    let form = Form::new();
    let navigate = StoredValue::new(use_navigate());
    let MergePreview {
        records,
        fields,
        moves,
    } = preview;
    let choices: RwSignal<BTreeMap<MergeField, Uuid>> = RwSignal::new(
        fields
            .iter()
            .filter(|field| field.differs && !field.united)
            .map(|field| (field.field, field.chosen))
            .collect(),
    );
    let known = StoredValue::new(records.clone());
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let records = known.get_value();
        let Some((winner, losers)) = records.split_first() else {
            return;
        };
        let (id, name) = (winner.id.to_string(), winner.name.clone());
        let body = MergeRecords {
            with: losers
                .iter()
                .map(|loser| MergeFrom {
                    id: loser.id,
                    version: Some(loser.version),
                })
                .collect(),
            version: Some(winner.version),
            choices: choices
                .get_untracked()
                .into_iter()
                .map(|(field, from)| MergeChoice { field, from })
                .collect(),
        };
        let to = format!("{}/{id}", merge_api::resource(kind));
        form.submit(
            body,
            move |body| async move { merge_api::merge(kind, &id, &body).await },
            move |done| {
                merge_api::stale(cache);
                let undo = Callback::new(move |()| merge_api::undo(cache, done.id));
                toast::good_with_undo(tr!(merge.done, name = name.as_str()), undo);
                navigate.with_value(|go| go(&to, NavigateOptions::default()));
            },
        );
    };
    let winner = records.first().map(|winner| winner.id.to_string());
    let heads = records
        .iter()
        .enumerate()
        .map(|(index, record)| head(kind, &records, index, record))
        .collect_view();
    let names: Vec<String> = records.iter().map(|record| record.name.clone()).collect();
    let rows = fields
        .into_iter()
        .map(|field| row(kind, &names, field, choices))
        .collect_view();
    let moves = if moves.is_empty() {
        tr!(merge.moves_nothing).to_owned()
    } else {
        tr!(merge.moves, what = moved_text(&moves))
    };
    let cancel = winner.map(|id| format!("{}/{id}", merge_api::resource(kind)));
    view! {
        <form class="stack" on:submit=submit novalidate>
            <FormError form=form/>
            <div class="table-frame">
                <table class="table table-words merge-table">
                    <caption class="sr-only">{title(kind)}</caption>
                    <thead><tr><th scope="col"><span class="sr-only">{tr!(merge.field)}</span></th>{heads}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <p class="alert">{icon(Icon::Import)}<span>{moves}</span></p>
            <p class="text-muted">{tr!(merge.trash)}</p>
            <div class="page-actions">
                <a class="btn" href=cancel>{tr!(common.cancel)}</a>
                <Submit form=form label=tr!(merge.verb)/>
            </div>
        </form>
    }
}

fn head(
    kind: MergeKind,
    records: &[MergeRecord],
    index: usize,
    record: &MergeRecord,
) -> impl IntoView + use<> {
    let (list, id) = (merge_api::resource(kind), record.id);
    let others: Vec<String> = records
        .iter()
        .filter(|other| other.id != id)
        .map(|other| other.id.to_string())
        .collect();
    let keep = format!("{list}/{id}/merge?with={}", others.join(","));
    let stays = if index == 0 {
        view! { <span class="badge badge-good">{tr!(merge.stays)}</span> }.into_any()
    } else {
        view! { <a class="btn btn-sm" href=keep>{tr!(merge.keep_this)}</a> }.into_any()
    };
    let owner = record.owner_name.clone();
    view! {
        <th scope="col">
            <div class="merge-head">
                <a class="link truncate" href=format!("{list}/{id}") target="_blank" rel="noopener">{record.name.clone()}</a>
                <span class="text-muted">{owner}</span>
                <span class="text-muted">{tr!(merge.added, day = format::date_of(record.created_at))}</span>
                {stays}
            </div>
        </th>
    }
}

fn row(
    kind: MergeKind,
    names: &[String],
    field: MergeFieldPreview,
    choices: RwSignal<BTreeMap<MergeField, Uuid>>,
) -> impl IntoView + use<> {
    let label = field_name(kind, field.field);
    let MergeFieldPreview {
        field,
        values,
        differs,
        united,
        chosen: _,
    } = field;
    let group = format!("merge-{field}");
    let cells = values
        .into_iter()
        .zip(names)
        .map(|(value, of)| {
            let text = match value.value {
                Some(text) => value_text(field, text).into_any(),
                None => dash().into_any(),
            };
            let id = value.id;
            let inner = if differs && !united {
                let chosen = move || choices.with(|all| all.get(&field) == Some(&id));
                view! {
                    <label class="merge-choice">
                        <input
                            type="radio"
                            name=group.clone()
                            aria-label=tr!(merge.take, field = label.as_str(), name = of.as_str())
                            prop:checked=chosen
                            on:change=move |_| choices.update(|all| { all.insert(field, id); })
                        />
                        <span class="merge-value" class:merge-chosen=chosen>{text}</span>
                    </label>
                }
                .into_any()
            } else {
                view! { <span class="merge-value merge-chosen">{text}</span> }.into_any()
            };
            view! { <td data-of=of.clone()>{inner}</td> }
        })
        .collect_view();
    let note = united.then(|| view! { <span class="label-note">{tr!(merge.all_kept)}</span> });
    view! {
        <tr class:merge-differs=differs && !united>
            <th scope="row">{label.clone()}" "{note}</th>
            {cells}
        </tr>
    }
}
