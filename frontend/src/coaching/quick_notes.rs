//! Quick notes: the list.

use leptos::prelude::*;
use shared_types::{
    Permission,
    coaching::{QuickNote, QuickNoteCategory, QuickNoteVisibility},
};

use super::{
    quick_note_dialog,
    words::{QUICK_NOTES, category_badge, category_name, visibility_badge, visibility_name},
};
use crate::{
    core::{
        auth,
        components::{
            badge::person,
            field::choices,
            filter::{PickFilter, SelectFilter},
            icons::{Icon, icon},
            list::{ListPage, ListSpec},
            more_filters::{Fill, MoreFilters, filter},
            table::{Column, Rows},
        },
        format,
        url::UrlState,
    },
    crm::deal_api::{DEALS, deal_path, find_deals},
    identity::api::{MEMBERS, find_members},
    tr,
};

crate::lazy_page!(QuickNotesPage for QuickNotesRead => view! { <QuickNotes/> });

fn spec() -> ListSpec<QuickNote> {
    ListSpec {
        title: tr!(quick_note.list).to_owned(),
        resource: QUICK_NOTES,
        filters: &[
            "agentId",
            "authorId",
            "category",
            "visibility",
            "dealId",
            "observedAfter",
            "observedBefore",
        ],
        columns: vec![
            Column::new(tr!(quick_note.text), text).key("text"),
            Column::new(tr!(quick_note.category), |it: &QuickNote| {
                category_badge(it.category)
            })
            .key("category"),
            Column::new(tr!(quick_note.agent), |it: &QuickNote| {
                person(Some(&it.agent_name))
            })
            .key("agentName")
            .class("wide-only"),
            Column::new(tr!(quick_note.author), |it: &QuickNote| {
                person(Some(&it.author_name))
            })
            .key("authorName")
            .class("wide-only"),
            Column::new(tr!(settings.subject.deal), deal)
                .key("dealTitle")
                .class("wide-only"),
            Column::new(tr!(quick_note.visibility), |it: &QuickNote| {
                visibility_badge(it.visibility)
            })
            .key("visibility")
            .class("wide-only"),
            Column::new(tr!(quick_note.observed), |it: &QuickNote| {
                format::day(it.observed_on).into_any()
            })
            .sort("observedOn"),
        ],
        rows: Rows {
            id: |it| it.id.to_string(),
            name: |it| it.agent_name.clone(),
            href: |_| None,
        },
        default_sort: "-observedOn",
        empty: (
            Icon::Note,
            tr!(quick_note.none).to_owned(),
            tr!(quick_note.none_text).to_owned(),
        ),
        search_label: tr!(quick_note.search).to_owned(),
        trash: auth::may(Permission::QuickNotesWrite),
        exports: false,
        duplicates: None,
    }
}

/// What it says; opens it for its author.
fn text(note: &QuickNote) -> AnyView {
    let said = view! { <span class="quick-note-text">{note.text.clone()}</span> };
    let mine = auth::me().is_some_and(|me| me.member_id == note.author_id);
    if !mine || note.deleted_at.is_some() || !auth::may(Permission::QuickNotesWrite) {
        return said.into_any();
    }
    let held = StoredValue::new(note.clone());
    view! { <button type="button" class="row-link row-edit" on:click=move |_| quick_note_dialog::change(held.get_value())>{said}</button> }.into_any()
}

fn deal(note: &QuickNote) -> AnyView {
    let deal = note.deal_id.zip(note.deal_title.clone());
    deal.map(|(id, title)| view! { <a class="link truncate" href=deal_path(id)>{title}</a> })
        .into_any()
}

#[component]
fn QuickNotes() -> impl IntoView {
    let actions = || {
        auth::may(Permission::QuickNotesWrite).then(|| view! {
            <button type="button" class="btn btn-primary" on:click=move |_| { quick_note_dialog::open(); }>{icon(Icon::Add)}{tr!(quick_note.add)}</button>
        })
    };
    let filters = Callback::new(|url: UrlState| {
        let author = filter(
            "authorId",
            tr!(quick_note.author),
            Fill::Pick(find_members, MEMBERS),
        );
        let deal = filter(
            "dealId",
            tr!(settings.subject.deal),
            Fill::Pick(find_deals, DEALS),
        );
        view! {
            <SelectFilter url=url name="category" label=tr!(quick_note.category) options=choices(QuickNoteCategory::ALL, category_name)/>
            <SelectFilter url=url name="visibility" label=tr!(quick_note.visibility) options=choices(QuickNoteVisibility::ALL, visibility_name)/>
            <PickFilter url=url name="agentId" label=tr!(quick_note.agent) find=find_members resource=MEMBERS/>
            <MoreFilters url=url filters=vec![author, deal]/>
        }
        .into_any()
    });
    view! { <ListPage spec=spec() actions=actions filters=filters/> }
}
