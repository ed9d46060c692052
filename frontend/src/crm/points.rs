//! Addresses and numbers of a person: a short list, edited in a dialog.

use futures_util::future::LocalBoxFuture;
use leptos::{ev, prelude::*};
use shared_types::crm::PointLabel;

use crate::{
    core::{
        components::{
            badge::dash,
            dialog::Dialog,
            field::{SelectField, TextField, choices},
            form::{Form, FormError, Submit},
            icons::{Icon, icon},
        },
        http::Answer,
    },
    tr,
};

/// An address or a number, and where it reaches the person.
pub type Point = (String, PointLabel);

/// Saves the whole list.
pub type SavePoints = Callback<(Vec<Point>,), LocalBoxFuture<'static, Answer<()>>>;

/// What makes addresses different from numbers.
#[derive(Clone, Copy)]
pub struct PointsSpec {
    pub title: &'static str,
    pub add: &'static str,
    /// What one is called.
    pub one: &'static str,
    /// The type of its input.
    pub kind: &'static str,
    /// What stands before one in a link.
    pub scheme: &'static str,
    /// The path of one in what the server finds wrong, with `#` for its place.
    pub fault: &'static str,
}

/// What a label is called.
#[must_use]
pub fn label_name(label: PointLabel) -> &'static str {
    match label {
        PointLabel::Work => tr!(contact.label.work),
        PointLabel::Private => tr!(contact.label.private),
        PointLabel::Mobile => tr!(contact.label.mobile),
        PointLabel::Other => tr!(contact.label.other),
    }
}

/// A field of a record with all of them.
#[component]
pub fn Points(
    spec: PointsSpec,
    #[prop(into)] points: Signal<Vec<Point>>,
    #[prop(into)] editable: Signal<bool>,
    save: SavePoints,
) -> impl IntoView {
    let editing = RwSignal::new(false);
    let shown = move || {
        let points = points.get();
        if points.is_empty() {
            return dash().into_any();
        }
        points
            .into_iter()
            .map(|(value, label)| {
                let href = format!("{}{}", spec.scheme, value.replace(' ', ""));
                view! { <span class="point"><a class="link" href=href>{value}</a>" "<span class="text-muted">{label_name(label)}</span></span> }
            })
            .collect_view()
            .into_any()
    };
    view! {
        <div class="record-field">
            <dt class="record-label">{spec.title}</dt>
            <dd class="record-slot">
                <span class="record-value">
                    <span class="points">{shown}</span>
                    <Show when=move || editable.get()>
                        <button type="button" class="record-edit" aria-label=tr!(contact.edit_points, what = spec.title) on:click=move |_| editing.set(true)>
                            {icon(Icon::Pencil)}
                        </button>
                    </Show>
                </span>
            </dd>
        </div>
        <Dialog open=editing title=spec.title><Editor spec=spec points=points open=editing save=save/></Dialog>
    }
}

#[derive(Clone, Copy, PartialEq)]
struct Draft {
    key: usize,
    value: RwSignal<String>,
    label: RwSignal<String>,
}

impl Draft {
    fn new(key: usize, (value, label): Point) -> Self {
        Self {
            key,
            value: RwSignal::new(value),
            label: RwSignal::new(label.to_string()),
        }
    }
}

#[component]
fn Editor(
    spec: PointsSpec,
    points: Signal<Vec<Point>>,
    open: RwSignal<bool>,
    save: SavePoints,
) -> impl IntoView {
    let form = Form::new();
    let mut first = points.get_untracked();
    if first.is_empty() {
        first.push((String::new(), PointLabel::Work));
    }
    let next = StoredValue::new(first.len());
    let drafts = RwSignal::new(
        first
            .into_iter()
            .enumerate()
            .map(|(key, point)| Draft::new(key, point))
            .collect::<Vec<_>>(),
    );
    let options: Vec<(String, String)> = choices(PointLabel::ALL, label_name);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        drafts
            .update(|drafts| drafts.retain(|draft| !draft.value.get_untracked().trim().is_empty()));
        let all = drafts
            .get_untracked()
            .into_iter()
            .map(|draft| {
                let label = draft.label.get_untracked().parse();
                let value = draft.value.get_untracked().trim().to_owned();
                (value, label.unwrap_or(PointLabel::Other))
            })
            .collect();
        form.send(save.run((all,)), move |()| {
            let _ = open.try_set(false);
        });
    };
    let row = move |draft: Draft| {
        let fault = Signal::derive(move || {
            let place =
                drafts.with(|drafts| drafts.iter().position(|other| other.key == draft.key))?;
            let path = spec.fault.replace('#', &place.to_string());
            form.error
                .with(|error| error.as_ref().and_then(|error| error.field(&path)))
        });
        view! {
            <div class="point-row">
                <TextField label=spec.one value=draft.value error=fault kind=spec.kind/>
                <SelectField label=tr!(contact.kind) value=draft.label options=options.clone()/>
                <button
                    type="button"
                    class="btn-icon"
                    aria-label=move || tr!(contact.remove_point, what = draft.value.get())
                    on:click=move |_| drafts.update(|drafts| drafts.retain(|other| other.key != draft.key))
                >
                    {icon(Icon::Trash)}
                </button>
            </div>
        }
    };
    view! {
        <form class="dialog-form" on:submit=submit novalidate>
            <div class="dialog-body stack">
                <FormError form=form/>
                <For each=move || drafts.get() key=|draft| draft.key children=row/>
                <button
                    type="button"
                    class="btn btn-sm"
                    on:click=move |_| {
                        let key = next.get_value();
                        next.set_value(key + 1);
                        drafts.update(|drafts| drafts.push(Draft::new(key, (String::new(), PointLabel::Work))));
                    }
                >
                    {icon(Icon::Add)}{spec.add}
                </button>
            </div>
            <footer class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| open.set(false)>{tr!(common.cancel)}</button>
                <Submit form=form label=tr!(settings.save)/>
            </footer>
        </form>
    }
}
