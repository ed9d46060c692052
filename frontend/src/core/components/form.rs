//! Forms: they hold a shared request, ask its own `validate`, and show what is wrong where it is wrong.

use std::future::Future;

use leptos::{prelude::*, task::spawn_local};
use validator::Validate;
use wasm_bindgen::JsCast;

use super::icons::{Icon, icon};
use crate::core::{errors::ApiError, http::Answer};

/// What a form is doing.
#[derive(Clone, Copy)]
pub struct Form {
    pub error: RwSignal<Option<ApiError>>,
    pub busy: RwSignal<bool>,
}

impl Form {
    #[must_use]
    pub fn new() -> Self {
        Self {
            error: RwSignal::new(None),
            busy: RwSignal::new(false),
        }
    }

    /// What is wrong with one field, to be followed.
    #[must_use]
    pub fn field(self, path: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.error
                .with(|error| error.as_ref().and_then(|error| error.field(path)))
        })
    }

    /// Checks the request, sends it, and says what came of it. What was typed stays where it is.
    pub fn submit<B, T, F>(
        self,
        body: B,
        send: impl FnOnce(B) -> F + 'static,
        done: impl FnOnce(T) + 'static,
    ) where
        B: Validate + 'static,
        F: Future<Output = Answer<T>> + 'static,
        T: 'static,
    {
        if let Err(errors) = body.validate() {
            self.fail(ApiError::invalid(shared_types::field_errors(&errors)));
            return;
        }
        self.send(send(body), done);
    }

    /// Sends what needs no checking.
    pub fn send<T: 'static>(
        self,
        answer: impl Future<Output = Answer<T>> + 'static,
        done: impl FnOnce(T) + 'static,
    ) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.error.set(None);
        spawn_local(async move {
            let answer = answer.await;
            // The form may be gone by now.
            let _ = self.busy.try_set(false);
            match answer {
                Ok(value) => done(value),
                Err(error) => self.fail(error),
            }
        });
    }

    /// Shows what is wrong and moves to the first field of it.
    pub fn fail(self, error: ApiError) {
        let _ = self.error.try_set(Some(error));
        request_animation_frame(|| {
            let invalid = document()
                .query_selector("[aria-invalid=true]")
                .ok()
                .flatten();
            if let Some(field) =
                invalid.and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok())
            {
                let _ = field.focus();
            }
        });
    }
}

impl Default for Form {
    fn default() -> Self {
        Self::new()
    }
}

/// What is wrong with the form as a whole.
#[component]
pub fn FormError(form: Form) -> impl IntoView {
    view! {
        <div role="alert">
            {move || form.error.get().map(|error| view! {
                <p class="alert alert-bad">{icon(Icon::Warning)}<span>{error.text()}</span></p>
            })}
        </div>
    }
}

/// The button that sends a form.
#[component]
pub fn Submit(
    form: Form,
    #[prop(into)] label: String,
    #[prop(optional)] full: bool,
) -> impl IntoView {
    view! {
        <button type="submit" class="btn btn-primary" class:w-full=full aria-disabled=move || form.busy.get().to_string()>
            <Show when=move || form.busy.get()><span class="spinner" aria-hidden="true"></span></Show>
            {label}
        </button>
    }
}

/// A text as it is sent: nothing where nothing was typed.
#[must_use]
pub fn filled(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
