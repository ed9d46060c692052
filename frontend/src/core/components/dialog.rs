//! Dialogs: the browser's own, which keep the focus inside and give it back.

use super::icons::{Icon, icon};
use crate::{core::page::unique, tr};
use leptos::{html, prelude::*};

/// A dialog with a title; its content is built when it opens and gone when it closes.
#[component]
pub fn Dialog(
    open: RwSignal<bool>,
    #[prop(into)] title: Signal<String>,
    #[prop(optional)] wide: bool,
    children: ChildrenFn,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    let id = unique("dialog");
    Effect::new(move |_| {
        let wanted = open.get();
        let Some(dialog) = node.get() else { return };
        request_animation_frame(move || {
            if wanted && !dialog.open() {
                // Fails only for a dialog that is no part of the page any more.
                let _ = dialog.show_modal();
            } else if !wanted && dialog.open() {
                dialog.close();
            }
        });
    });
    let children = StoredValue::new(children);
    let label = id.clone();
    view! {
        <dialog node_ref=node class="dialog" class:dialog-wide=wide aria-labelledby=label on:close=move |_| open.set(false)>
            <Show when=move || open.get()>
                <header class="dialog-head">
                    <h2 id=id.clone() class="dialog-title">{title}</h2>
                    <button type="button" class="btn-icon" aria-label=tr!(common.close) on:click=move |_| open.set(false)>
                        {icon(Icon::Close)}
                    </button>
                </header>
                {children.with_value(|children| children())}
            </Show>
        </dialog>
    }
}

/// Whether a dialog is open that is about something: while there is something.
pub fn open_for<T: Send + Sync + 'static>(about: RwSignal<Option<T>>) -> RwSignal<bool> {
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(about.with(Option::is_some)));
    Effect::new(move |before: Option<bool>| {
        let now = open.get();
        if before == Some(true) && !now {
            about.set(None);
        }
        now
    });
    open
}

/// Asks before something that is not easily undone.
#[component]
pub fn Confirm(
    open: RwSignal<bool>,
    #[prop(into)] title: Signal<String>,
    #[prop(into)] text: Signal<String>,
    /// What the button says.
    #[prop(into)]
    verb: String,
    on_confirm: Callback<()>,
) -> impl IntoView {
    let verb = StoredValue::new(verb);
    view! {
        <Dialog open=open title=title>
            <div class="dialog-body"><p>{text}</p></div>
            <footer class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| open.set(false)>{tr!(common.cancel)}</button>
                <button
                    type="button"
                    class="btn btn-danger"
                    on:click=move |_| {
                        open.set(false);
                        on_confirm.run(());
                    }
                >
                    {verb.get_value()}
                </button>
            </footer>
        </Dialog>
    }
}
