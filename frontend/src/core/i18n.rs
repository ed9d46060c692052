//! The texts of the client. They stand in `locales/*.json`; a key that is missing in any language does not compile.
//!
//! What is loaded with the client holds names for them only. The texts of one language are a file of their own, which
//! `static/language.js` asks for before anything else; another language is loaded when it is chosen.
//!
//! A page takes its texts when it is built: [`tr!`] gives plain text, not a signal. Choosing another
//! language builds the page anew.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    fmt::Display,
};

use js_sys::{Array, Intl, Object};
use leptos::prelude::*;
use shared_types::Language;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::core::{format, storage};

/// Names and places of the texts, made by `build.rs`.
#[expect(
    non_camel_case_types,
    non_upper_case_globals,
    reason = "texts are named as in the files they stand in"
)]
#[expect(
    dead_code,
    reason = "what is said where the client cannot start is written into its page when it is built"
)]
pub mod words {
    include!(concat!(env!("OUT_DIR"), "/words.rs"));
}

/// Under which the browser remembers the choice; `static/language.js` reads it.
const KEY: &str = "language";

type Texts = &'static [Box<str>];

thread_local! {
    static TEXTS: Cell<Texts> = const { Cell::new(&[]) };
    /// What was loaded stays: there are no more than three.
    static LOADED: RefCell<HashMap<Language, Texts>> = RefCell::new(HashMap::new());
    static LANGUAGE: ArcRwSignal<Language> = ArcRwSignal::new(Language::En);
}

/// A text without placeholders, by its place.
#[derive(Clone, Copy)]
pub struct Text(usize);

impl Text {
    #[must_use]
    pub fn text(self) -> &'static str {
        at(self.0)
    }
}

fn at(place: usize) -> &'static str {
    TEXTS.get().get(place).map_or("", |text| text)
}

/// What a counted text counts.
pub trait Count: Display {
    /// The number, by which a language chooses the form.
    fn number(&self) -> f64;
}

impl<T: Copy + Display + TryInto<i64>> Count for T {
    fn number(&self) -> f64 {
        format::approximate((*self).try_into().unwrap_or(i64::MAX))
    }
}

/// A text with its placeholders filled in.
#[must_use]
pub fn fill(place: usize, values: &[(&str, &dyn Display)]) -> String {
    let mut rest = at(place);
    let mut text = String::with_capacity(rest.len() + 16);
    while let Some((before, inside)) = rest.split_once("{{") {
        let (name, after) = inside.split_once("}}").unwrap_or((inside, ""));
        text.push_str(before);
        if let Some((_, value)) = values.iter().find(|(known, _)| *known == name.trim()) {
            text.push_str(&value.to_string());
        }
        rest = after;
    }
    text.push_str(rest);
    text
}

/// What the server or a rule says is wrong, which it says in English, in the language of the page. Words that are not
/// known stay as they are.
#[must_use]
pub fn fault(english: &str) -> String {
    words::FAULTS
        .iter()
        .find_map(|(pattern, place)| Some((captured(pattern, english)?, *place)))
        .map_or_else(
            || english.to_owned(),
            |(values, place)| {
                // A sentence may hold another one.
                let values: Vec<(&str, String)> = values
                    .into_iter()
                    .map(|(name, value)| match name {
                        "message" => (name, fault(value)),
                        _ => (name, value.to_owned()),
                    })
                    .collect();
                let values: Vec<(&str, &dyn Display)> = values
                    .iter()
                    .map(|(name, value)| (*name, value as &dyn Display))
                    .collect();
                fill(place, &values)
            },
        )
}

/// What stands in the places of a pattern, where a text fits it.
fn captured<'a>(pattern: &'a str, text: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
    let mut values = Vec::new();
    let (start, mut pattern) = pattern.split_once("{{").unwrap_or((pattern, ""));
    let mut text = text.strip_prefix(start)?;
    while let Some((name, rest)) = pattern.split_once("}}") {
        let (fixed, next) = rest.split_once("{{").unwrap_or((rest, ""));
        let end = if fixed.is_empty() {
            text.len()
        } else {
            text.find(fixed)?
        };
        values.push((name.trim(), &text[..end]));
        text = &text[end + fixed.len()..];
        pattern = next;
    }
    text.is_empty().then_some(values)
}

/// The form of a counted text that fits a number.
#[must_use]
pub fn fill_counted(place: usize, count: &dyn Count, values: &[(&str, &dyn Display)]) -> String {
    let rules = Intl::PluralRules::new(&Array::of1(&language().into()), &Object::new());
    let form = match String::from(rules.select(count.number())).as_str() {
        "one" => place,
        "few" => place + 1,
        _ => place + 2,
    };
    fill(form, values)
}

/// The language of the page, to be followed.
#[must_use]
pub fn current() -> ArcRwSignal<Language> {
    LANGUAGE.with(Clone::clone)
}

/// The BCP 47 tag of the language, for the formats of the browser.
#[must_use]
pub fn language() -> &'static str {
    current().get_untracked().tag()
}

/// Whether there are texts to show.
#[must_use]
pub fn is_ready() -> bool {
    !TEXTS.get().is_empty()
}

/// Loads the texts of the language that `static/language.js` has found, or English.
///
/// # Errors
/// When they cannot be loaded.
pub async fn start() -> Result<(), JsValue> {
    let root = document().document_element();
    let found = root
        .and_then(|root| root.get_attribute("data-language"))
        .and_then(|word| word.parse().ok())
        .unwrap_or(Language::En);
    enter(found).await
}

/// Has this browser speak a language the next time.
pub fn remember(language: Language) {
    storage::set(KEY, language.as_str());
}

/// Speaks another language from now on, and in this browser the next time.
///
/// # Errors
/// When its texts cannot be loaded; then nothing changes.
pub async fn choose(language: Language) -> Result<(), JsValue> {
    remember(language);
    if current().get_untracked() == language {
        return Ok(());
    }
    enter(language).await
}

async fn enter(language: Language) -> Result<(), JsValue> {
    let known = LOADED.with_borrow(|loaded| loaded.get(&language).copied());
    let texts = match known {
        Some(texts) => texts,
        None => load(language).await?,
    };
    TEXTS.set(texts);
    format::forget();
    if let Some(root) = document().document_element() {
        root.set_attribute("lang", language.tag())?;
    }
    current().set(language);
    Ok(())
}

/// Asks for the file that the page names for a language.
async fn load(language: Language) -> Result<Texts, JsValue> {
    let name = format!("meta[name=words-{language}]");
    let address = document()
        .query_selector(&name)?
        .and_then(|meta| meta.get_attribute("content"))
        .ok_or(JsValue::NULL)?;
    let response: web_sys::Response = JsFuture::from(window().fetch_with_str(&address))
        .await?
        .dyn_into()?;
    let text = JsFuture::from(response.text()?).await?.as_string();
    let texts: Vec<Box<str>> = text
        .and_then(|text| serde_json::from_str(&text).ok())
        .filter(|texts: &Vec<_>| texts.len() == words::LENGTH)
        .ok_or(JsValue::NULL)?;
    let texts: Texts = texts.leak();
    LOADED.with_borrow_mut(|loaded| loaded.insert(language, texts));
    Ok(texts)
}

/// A text in the language of the page: `tr!(company.title)`, `tr!(list.selected, count = 3)`.
#[macro_export]
macro_rules! tr {
    (@value $name:ident) => { &$name };
    (@value $name:ident $value:expr) => { &$value };
    ($($key:ident).+) => { $crate::core::i18n::words::$($key)::+.text() };
    ($group:ident $(.$key:ident)+, $($name:ident $(= $value:expr)?),+ $(,)?) => {{
        use $crate::core::i18n::words::$group$(::$key)+ as words;
        words { $($name: tr!(@value $name $($value)?)),+ }.text()
    }};
}
