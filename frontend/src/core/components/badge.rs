//! Small words with a colour, avatars.

use leptos::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    Plain,
    Accent,
    Good,
    Warn,
    Bad,
}

pub fn badge(colour: Colour, text: impl Into<String>) -> impl IntoView {
    let class = match colour {
        Colour::Plain => "badge",
        Colour::Accent => "badge badge-accent",
        Colour::Good => "badge badge-good",
        Colour::Warn => "badge badge-warn",
        Colour::Bad => "badge badge-bad",
    };
    view! { <span class=class>{text.into()}</span> }
}

/// The initials of a name on one of a few colours; drawn by the style sheet, for the name itself stands beside it.
pub fn avatar(name: &str) -> impl IntoView + use<> {
    let initials: String = name
        .split_whitespace()
        .filter_map(|word| word.chars().next())
        .take(2)
        .flat_map(char::to_uppercase)
        .collect();
    let hue = name.bytes().fold(0_u32, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(u32::from(byte))
    }) % 6;
    view! { <span class=format!("avatar avatar-{hue}") data-initials=initials aria-hidden="true"></span> }
}

/// A person with avatar and name, or a dash.
pub fn person(name: Option<&str>) -> AnyView {
    match name {
        Some(name) => view! {
            <span class="person">{avatar(name)}<span class="truncate">{name.to_owned()}</span></span>
        }
        .into_any(),
        None => dash().into_any(),
    }
}

/// A person by the avatar alone, where there is no room for the name.
pub fn small_person(name: &str) -> impl IntoView + use<> {
    view! { <span title=name.to_owned()>{avatar(name)}<span class="sr-only">{name.to_owned()}</span></span> }
}

/// Nothing there.
pub fn dash() -> impl IntoView {
    view! { <span class="text-faint" aria-hidden="true">"–"</span> }
}
