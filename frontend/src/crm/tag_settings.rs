//! Settings of tags: their names and hues, how many records have each, making two one.

use leptos::prelude::*;
use shared_types::Permission;

use crate::{
    core::{
        components::{
            named::{NamedList, NamedSpec},
            tags::{TAGS, find_tags},
        },
        page,
    },
    tr,
};

crate::lazy_page!(TagsPage for CompaniesRead => view! { <Tags/> });

#[component]
fn Tags() -> impl IntoView {
    page::title(|| tr!(tag.list).to_owned());
    let spec = NamedSpec {
        title: tr!(tag.all),
        add: tr!(tag.add),
        resource: TAGS,
        manage: Permission::TagsManage,
        empty: tr!(tag.none),
        find: Some(find_tags),
    };
    view! {
        <div class="page page-narrow">
            <header class="page-head">
                <h1 class="page-title">{tr!(tag.list)}</h1>
            </header>
            <p class="text-muted">{tr!(tag.hint)}</p>
            <NamedList spec=spec/>
        </div>
    }
}
