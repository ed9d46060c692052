//! The command palette: goes anywhere, finds anything, by Ctrl K or ⌘ K.

use leptos::{ev, html, prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use shared_types::{
    Permission,
    platform::{SearchHit, SubjectKind},
};

use crate::{
    core::{
        auth,
        components::icons::{Icon, icon},
        http,
        page::pause,
        url::encode,
    },
    shell::sidebar,
    tr,
};

thread_local! {
    static OPEN: ArcRwSignal<bool> = ArcRwSignal::new(false);
}

pub fn open() {
    OPEN.with(|open| open.set(true));
}

/// How the palette is opened on this system.
#[must_use]
pub fn shortcut() -> &'static str {
    let agent = window().navigator().user_agent().unwrap_or_default();
    if agent.contains("Mac") {
        "⌘ K"
    } else {
        "Ctrl K"
    }
}

/// A line of the palette.
#[derive(Clone, PartialEq)]
struct Line {
    symbol: Icon,
    title: String,
    detail: String,
    href: String,
}

fn pages() -> Vec<Line> {
    let line = |symbol, title: &str, href: &str| Line {
        symbol,
        title: title.to_owned(),
        detail: tr!(palette.page).to_owned(),
        href: href.to_owned(),
    };
    let mut lines: Vec<Line> = sidebar::pages()
        .map(|page| line(page.symbol, page.label, page.href))
        .collect();
    if auth::may(Permission::LeadsRead) {
        lines.push(line(Icon::Board, tr!(lead.board_label), "/leads/board"));
    }
    if auth::may(Permission::DealsRead) {
        lines.push(line(Icon::Board, tr!(deals.board_label), "/deals/board"));
    }
    if auth::may(Permission::CompaniesWrite) {
        lines.push(line(Icon::Add, tr!(company.add), "/companies?new=true"));
    }
    if auth::may(Permission::LeadsWrite) {
        lines.push(line(Icon::Add, tr!(lead.add), "/leads?new=true"));
    }
    if auth::may(Permission::ContactsWrite) {
        lines.push(line(Icon::Add, tr!(contact.add), "/contacts?new=true"));
    }
    lines
}

/// Where a hit is shown; nothing for what has no page of its own.
fn hit_line(hit: SearchHit) -> Option<Line> {
    let (shown, id) = match (hit.about_kind, hit.about_id) {
        (Some(kind), Some(id)) => (kind, id),
        _ => (hit.kind, hit.id),
    };
    let (symbol, kind, path) = match shown {
        SubjectKind::Company => (Icon::Building, tr!(subject.company), "/companies"),
        SubjectKind::Contact => (Icon::Contact, tr!(settings.subject.contact), "/contacts"),
        SubjectKind::Lead => (Icon::Lead, tr!(settings.subject.lead), "/leads"),
        SubjectKind::Deal => (Icon::Deal, tr!(settings.subject.deal), "/deals"),
        SubjectKind::Product => (Icon::Product, tr!(settings.subject.product), "/products"),
        SubjectKind::Member => (
            Icon::Member,
            tr!(settings.subject.member),
            "/settings/members",
        ),
        _ => return None,
    };
    let symbol = if hit.kind == SubjectKind::Note {
        Icon::Note
    } else {
        symbol
    };
    Some(Line {
        symbol,
        title: hit.title,
        detail: hit.detail.unwrap_or_else(|| kind.to_owned()),
        href: format!("{path}/{id}"),
    })
}

async fn find(text: &str) -> Vec<Line> {
    let path = format!("/search?limit=12&q={}", encode(text));
    let answer = http::get_text(&path)
        .await
        .and_then(|text| http::parse::<Vec<SearchHit>>(&text));
    answer
        .unwrap_or_default()
        .into_iter()
        .filter_map(hit_line)
        .collect()
}

#[component]
pub fn Palette() -> impl IntoView {
    let open = OPEN.with(Clone::clone);
    let node = NodeRef::<html::Dialog>::new();
    let keys = window_event_listener(ev::keydown, |event| {
        if (event.ctrl_key() || event.meta_key())
            && !event.shift_key()
            && event.key().eq_ignore_ascii_case("k")
        {
            event.prevent_default();
            OPEN.with(|open| open.update(|open| *open = !*open));
        }
    });
    on_cleanup(move || keys.remove());
    {
        let open = open.clone();
        Effect::new(move |_| {
            let wanted = open.get();
            let Some(dialog) = node.get() else { return };
            request_animation_frame(move || {
                if wanted && !dialog.open() {
                    let _ = dialog.show_modal();
                } else if !wanted && dialog.open() {
                    dialog.close();
                }
            });
        });
    }
    let (shown, closed) = (open.clone(), open.clone());
    view! {
        <dialog
            node_ref=node
            class="dialog palette"
            aria-label=tr!(palette.label)
            on:close=move |_| closed.set(false)
            on:click=move |event| {
                // A click on the backdrop; nothing that was typed is worth keeping here.
                let on_backdrop = node.get_untracked().is_some_and(|dialog| event_target::<web_sys::EventTarget>(&event) == *dialog.as_ref());
                if on_backdrop {
                    OPEN.with(|open| open.set(false));
                }
            }
        >
            <Show when=move || shown.get()><Search/></Show>
        </dialog>
    }
}

#[component]
fn Search() -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let hits = RwSignal::new(Vec::<Line>::new());
    let active = RwSignal::new(0_usize);
    let turn = StoredValue::new(0_u32);
    let navigate = StoredValue::new(use_navigate());
    let lines = Memo::new(move |_| {
        let words = typed.get().to_lowercase();
        let mut lines: Vec<Line> = pages()
            .into_iter()
            .filter(|line| line.title.to_lowercase().contains(words.trim()))
            .collect();
        lines.extend(hits.get());
        lines
    });
    let go = move |line: Option<Line>| {
        if let Some(line) = line {
            OPEN.with(|open| open.set(false));
            navigate.with_value(|go| go(&line.href, NavigateOptions::default()));
        }
    };
    let search = move |text: String| {
        typed.set(text.clone());
        active.set(0);
        let mine = turn.get_value().wrapping_add(1);
        turn.set_value(mine);
        if text.trim().is_empty() || !auth::may(Permission::SearchRead) {
            hits.set(Vec::new());
            return;
        }
        spawn_local(async move {
            pause(150).await;
            if turn.try_get_value() != Some(mine) {
                return;
            }
            let found = find(text.trim()).await;
            if turn.try_get_value() == Some(mine) {
                hits.set(found);
            }
        });
    };
    let keys = move |event: ev::KeyboardEvent| {
        let count = lines.with_untracked(Vec::len);
        match event.key().as_str() {
            "ArrowDown" if count > 0 => active.update(|at| *at = (*at + 1) % count),
            "ArrowUp" if count > 0 => active.update(|at| *at = (*at + count - 1) % count),
            "Enter" => go(lines.with_untracked(|lines| lines.get(active.get_untracked()).cloned())),
            _ => return,
        }
        event.prevent_default();
    };
    view! {
        <div class="palette-field">
            {icon(Icon::Search)}
            <input
                class="palette-input"
                type="text"
                role="combobox"
                autocomplete="off"
                autofocus=true
                aria-label=tr!(palette.label)
                aria-expanded="true"
                aria-controls="palette-lines"
                aria-activedescendant=move || (!lines.with(Vec::is_empty)).then(|| format!("palette-{}", active.get()))
                placeholder=tr!(palette.placeholder)
                prop:value=move || typed.get()
                on:input=move |event| search(event_target_value(&event))
                on:keydown=keys
            />
        </div>
        <div id="palette-lines" class="palette-lines" role="listbox" aria-label=tr!(palette.results)>
            {move || lines.get().into_iter().enumerate().map(|(index, line)| {
                let to = line.clone();
                view! {
                    <div
                        id=format!("palette-{index}")
                        role="option"
                        class="menu-item"
                        class:menu-active=move || active.get() == index
                        aria-selected=move || (active.get() == index).to_string()
                        on:click=move |_| go(Some(to.clone()))
                    >
                        {icon(line.symbol)}
                        <span class="grow truncate">{line.title}</span>
                        <span class="text-muted truncate">{line.detail}</span>
                    </div>
                }
            }).collect_view()}
            <Show when=move || lines.with(Vec::is_empty)><p class="menu-note">{tr!(combobox.nothing)}</p></Show>
        </div>
    }
}
