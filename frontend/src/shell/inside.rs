//! What stands around the pages of somebody who is signed in. Whoever is not yet does without it, so it is no part
//! of the first load.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::{
    banners::Banners, header::Header, password_again::PasswordAgain, routes::Routes,
    sidebar::Sidebar,
};
use crate::{
    coaching::quick_note_dialog::QuickNoteDialog,
    core::{live, page, query},
    platform::{palette::Palette, shortcuts::Shortcuts},
    tr,
};

/// All of it, once it is there.
#[lazy]
pub fn inside() -> AnyView {
    view! { <Inside/> }.into_any()
}

/// Fetches it while the server is asked who is signed in.
pub async fn preload() {
    __preload_inside().await;
}

#[component]
fn Inside() -> impl IntoView {
    let (narrow_open, folded) = (RwSignal::new(false), RwSignal::new(false));
    let path = use_location().pathname;
    Effect::new(move |_| {
        path.track();
        narrow_open.set(false);
    });
    live::follow(query::cache());
    view! {
        <a class="skip" href="#main" on:click=move |event| { event.prevent_default(); page::focus_main(); }>{tr!(shell.skip)}</a>
        <div class="shell" class:shell-folded=move || folded.get()>
            <Sidebar open=narrow_open/>
            <div class="shell-main">
                <Header sidebar=narrow_open folded=folded/>
                <Banners/>
                <PasswordAgain/>
                <main id="main" class="main" tabindex="-1">
                    <Routes/>
                </main>
            </div>
        </div>
        <Palette/>
        <Shortcuts/>
        <QuickNoteDialog/>
    }
}
