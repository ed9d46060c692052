//! Which columns a list shows, and in which order: with the pointer, or with the keyboard alone.

use super::{
    dialog::Dialog,
    icons::{Icon, icon},
};
use crate::{core::page::focus_soon, tr};
use leptos::{ev, prelude::*};

/// A column that can be chosen: its word in the address, its title, and whether the plain list has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub word: String,
    pub title: String,
    pub plain: bool,
}

/// The columns of the plain list, by their places among all.
#[must_use]
pub fn plain(all: &[Choice]) -> Vec<usize> {
    (0..all.len())
        .filter(|index| all.get(*index).is_some_and(|choice| choice.plain))
        .collect()
}

/// The columns that words separated by commas name; those of the plain list where they name none.
/// The first of all, which names the record, always comes first.
#[must_use]
pub fn chosen(words: Option<&str>, all: &[Choice]) -> Vec<usize> {
    let mut shown = vec![0];
    for word in words.unwrap_or_default().split(',') {
        if let Some(index) = all.iter().position(|choice| choice.word == word)
            && !shown.contains(&index)
        {
            shown.push(index);
        }
    }
    let named = words.is_some_and(|words| {
        words
            .split(',')
            .any(|word| all.iter().any(|choice| choice.word == word))
    });
    if named { shown } else { plain(all) }
}

/// The words of columns, as they stand in the address and in a view; none for those of the plain list.
#[must_use]
pub fn words(shown: &[usize], all: &[Choice]) -> Vec<String> {
    if shown == plain(all) {
        return Vec::new();
    }
    shown
        .iter()
        .filter_map(|index| all.get(*index).map(|choice| choice.word.clone()))
        .collect()
}

/// A button that opens the choice of columns. What is chosen is said at once.
#[component]
pub fn ColumnsButton(
    all: StoredValue<Vec<Choice>>,
    shown: Memo<Vec<usize>>,
    on_change: Callback<Vec<usize>>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    view! {
        <button type="button" class="btn btn-quiet" aria-haspopup="dialog" on:click=move |_| open.set(true)>
            {icon(Icon::Columns)}
            {tr!(columns.label)}
        </button>
        <Dialog open=open title=tr!(columns.title)>
            <div class="dialog-body">
                <p class="text-muted">{tr!(columns.hint)}</p>
                <Choices all=all shown=shown on_change=on_change/>
            </div>
            <footer class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| on_change.run(all.with_value(|all| plain(all)))>{tr!(columns.reset)}</button>
                <button type="button" class="btn btn-primary" on:click=move |_| open.set(false)>{tr!(columns.done)}</button>
            </footer>
        </Dialog>
    }
}

#[component]
fn Choices(
    all: StoredValue<Vec<Choice>>,
    shown: Memo<Vec<usize>>,
    on_change: Callback<Vec<usize>>,
) -> impl IntoView {
    let dragged = StoredValue::new(None::<usize>);
    // Those that are shown in their order, then the others.
    let order = Memo::new(move |_| {
        let mut order = shown.get();
        let rest = (0..all.with_value(Vec::len)).filter(|index| !order.contains(index));
        let rest: Vec<usize> = rest.collect();
        order.extend(rest);
        order
    });
    let tick = move |index: usize, on: bool| {
        let mut next = shown.get_untracked();
        next.retain(|one| *one != index);
        if on {
            next.push(index);
        }
        on_change.run(next);
        focus_soon(format!("column-{index}"));
    };
    // The first column stays where it is.
    let put = move |index: usize, to: usize| {
        let mut next = shown.get_untracked();
        let Some(from) = next.iter().position(|one| *one == index) else {
            return;
        };
        let to = to.clamp(1, next.len() - 1);
        if from > 0 && from != to {
            let moved = next.remove(from);
            next.insert(to, moved);
            on_change.run(next);
        }
    };
    let place = move |index: usize| shown.with(|shown| shown.iter().position(|one| *one == index));
    let shift = move |index: usize, by: isize, then: String| {
        if let Some(to) = untrack(|| place(index)).and_then(|at| at.checked_add_signed(by)) {
            put(index, to);
            focus_soon(then);
        }
    };
    let row = move |index: usize| {
        let choice = all.with_value(|all| all.get(index).cloned())?;
        let (up, down, own) = (
            format!("column-up-{index}"),
            format!("column-down-{index}"),
            format!("column-{index}"),
        );
        let keys = {
            let own = own.clone();
            move |event: ev::KeyboardEvent| {
                let by = match event.key().as_str() {
                    "ArrowUp" => -1,
                    "ArrowDown" => 1,
                    _ => return,
                };
                if event.alt_key() {
                    event.prevent_default();
                    shift(index, by, own.clone());
                }
            }
        };
        let (to_up, to_down) = (up.clone(), down.clone());
        let shown_here = move || place(index).is_some();
        let at_end = move || place(index) == Some(shown.with(Vec::len) - 1);
        Some(view! {
            <li
                class="column-row"
                draggable=(index > 0).to_string()
                on:dragstart=move |_| dragged.set_value(Some(index))
                on:dragover=move |event: ev::DragEvent| event.prevent_default()
                on:drop=move |event: ev::DragEvent| {
                    event.prevent_default();
                    if let (Some(moved), Some(to)) = (dragged.get_value(), untrack(|| place(index))) {
                        put(moved, to);
                    }
                }
            >
                <span class="column-grip" class:invisible=index == 0>{icon(Icon::Grip)}</span>
                <label class="check grow">
                    <input
                        id=own
                        type="checkbox"
                        prop:checked=shown_here
                        disabled=index == 0
                        on:change=move |event| tick(index, event_target_checked(&event))
                        on:keydown=keys
                    />
                    <span>{choice.title.clone()}</span>
                </label>
                {(index > 0).then(|| view! {
                    <button id=up type="button" class="btn-icon" aria-label=tr!(columns.up, name = choice.title.as_str()) aria-disabled=move || (place(index).is_none_or(|at| at <= 1)).to_string() on:click=move |_| shift(index, -1, to_up.clone())>{icon(Icon::Up)}</button>
                    <button id=down type="button" class="btn-icon" aria-label=tr!(columns.down, name = choice.title.as_str()) aria-disabled=move || (!shown_here() || at_end()).to_string() on:click=move |_| shift(index, 1, to_down.clone())>{icon(Icon::Down)}</button>
                })}
            </li>
        })
    };
    view! {
        <ul class="columns">
            <For each=move || order.get() key=|index| *index let:index>{row(index)}</For>
        </ul>
    }
}
