//! Brings a file: a table of one kind, or the archive of an export.

use leptos::{ev, html, prelude::*};
use leptos_router::hooks::use_navigate;
use shared_types::platform::{Import, ImportArchive};

use super::imports::{IMPORTS, kind_name, kinds};
use crate::{
    core::{
        components::{
            field::SelectField,
            form::{Form, FormError},
            icons::{Icon, icon},
        },
        errors::ApiError,
        http,
        page::unique,
        query,
    },
    tr,
};

/// What is chosen to bring everything at once.
const EVERYTHING: &str = "archive";

/// Whether a file is an archive by its name: then it is one, whatever was chosen.
fn is_archive(name: &str) -> bool {
    name.to_lowercase().ends_with(".zip")
}

/// What is sent of a file; `kind` is left out of an archive, which says itself what it holds.
fn body(file: &web_sys::File, kind: Option<&str>) -> Result<web_sys::FormData, ApiError> {
    let refused = |_| ApiError::unreadable("the browser refuses the file".to_owned());
    let data = web_sys::FormData::new().map_err(refused)?;
    if let Some(kind) = kind {
        data.append_with_str("kind", kind).map_err(refused)?;
    }
    data.append_with_blob_and_filename("file", file, &file.name())
        .map_err(refused)?;
    Ok(data)
}

/// Chooses a kind and a file, by the button or by dropping it.
#[component]
pub fn Bring() -> impl IntoView {
    let cache = query::cache();
    let navigate = use_navigate();
    let kinds = kinds();
    let first = kinds.first().map(ToString::to_string).unwrap_or_default();
    let kind = RwSignal::new(first);
    let mut options: Vec<(String, String)> = kinds
        .iter()
        .map(|&kind| (kind.to_string(), kind_name(kind).to_owned()))
        .collect();
    options.push((EVERYTHING.to_owned(), tr!(import.everything).to_owned()));
    let whole = Memo::new(move |_| kind.get() == EVERYTHING);
    let form = Form::new();
    let node = NodeRef::<html::Input>::new();
    let over = RwSignal::new(false);
    let id = unique("file");
    let send = Callback::new(move |file: web_sys::File| {
        let word = kind.get_untracked();
        let archive = word == EVERYTHING || is_archive(&file.name());
        let data = match body(&file, (!archive).then_some(word.as_str())) {
            Ok(data) => data,
            Err(error) => return form.fail(error),
        };
        let navigate = navigate.clone();
        if archive {
            let path = format!("{IMPORTS}/archive");
            form.send(
                async move { http::upload::<ImportArchive>(&path, data).await },
                move |archive| {
                    cache.stale(IMPORTS);
                    let page = format!("/imports/archive/{}", archive.id);
                    navigate(&page, Default::default());
                },
            );
            return;
        }
        form.send(
            async move { http::upload::<Import>(IMPORTS, data).await },
            move |import| {
                cache.stale(IMPORTS);
                navigate(&format!("/imports/{}", import.id), Default::default());
            },
        );
    });
    let picked = move |_| {
        let files = node.get().and_then(|input| input.files());
        if let Some(file) = files.and_then(|files| files.get(0)) {
            send.run(file);
        }
        if let Some(input) = node.get() {
            input.set_value("");
        }
    };
    let dropped = move |event: ev::DragEvent| {
        event.prevent_default();
        over.set(false);
        let files = event.data_transfer().and_then(|data| data.files());
        if let Some(file) = files.and_then(|files| files.get(0)) {
            send.run(file);
        }
    };
    let fault = Signal::derive(move || {
        form.field("file")
            .get()
            .or_else(|| form.field("kind").get())
    });
    let choose = move || match (form.busy.get(), whole.get()) {
        (true, _) => tr!(import.uploading),
        (false, true) => tr!(import.choose_archive),
        (false, false) => tr!(import.choose),
    };
    let text = move || {
        if whole.get() {
            tr!(import.archive_text)
        } else {
            tr!(import.choose_text)
        }
    };
    let accepts = move || {
        if whole.get() {
            ".zip,application/zip"
        } else {
            ".csv,.tsv,.txt,.zip,text/csv,text/tab-separated-values"
        }
    };
    view! {
        <section
            class="card drop"
            class:drop-over=move || over.get()
            aria-label=tr!(import.bring)
            on:dragover=move |event: ev::DragEvent| { event.prevent_default(); over.set(true); }
            on:dragleave=move |_| over.set(false)
            on:drop=dropped
        >
            <FormError form=form/>
            <div class="drop-kind"><SelectField label=tr!(import.kind) value=kind options=options/></div>
            <div class="drop-file">
                <label class="btn btn-primary" for=id.clone()>
                    <Show when=move || form.busy.get() fallback=|| icon(Icon::Import)><span class="spinner" aria-hidden="true"></span></Show>
                    {choose}
                </label>
                <input node_ref=node id=id class="sr-only" type="file" accept=accepts on:change=picked
                    aria-invalid=move || fault.get().is_some().to_string()/>
                <p class="text-muted">{text}</p>
                {move || fault.get().map(|fault| view! { <p class="fault" role="alert">{fault}</p> })}
            </div>
        </section>
    }
}
