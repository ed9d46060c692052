//! Rust names for the texts: a constant for each plain one, a struct with a field for each placeholder for the others,
//! so that a key that is not there, and an argument too few or too many, do not compile.

use std::{collections::BTreeMap, fmt::Write};

use crate::{FORMS, Keyed, Text, placeholders};

/// The group of what the server says, which is found by its English text and not by a name.
const FAULTS: &str = "fault";

/// A group of keys.
#[derive(Default)]
struct Group<'a> {
    texts: Vec<(&'a str, usize, &'a Text)>,
    groups: BTreeMap<&'a str, Group<'a>>,
}

/// The module of all texts.
pub fn of(texts: &Keyed) -> String {
    let mut root = Group::default();
    let mut place = 0;
    for (key, text) in texts {
        let mut group = &mut root;
        let mut parts = key.split('.').peekable();
        while let Some(part) = parts.next() {
            if parts.peek().is_some() {
                group = group.groups.entry(part).or_default();
            } else {
                group.texts.push((part, place, text));
            }
        }
        place += match text {
            Text::Plain(_) => 1,
            Text::Counted(_) => FORMS.len(),
        };
    }
    let mut code = format!("pub const LENGTH: usize = {place};\n");
    faults(root.groups.remove(FAULTS), &mut code);
    write(&root, &mut code);
    code
}

/// What the server says is wrong, as it says it, with the place of the same in the language of the page.
fn faults(group: Option<Group<'_>>, code: &mut String) {
    code.push_str("pub const FAULTS: &[(&str, usize)] = &[\n");
    let mut all: Vec<(&str, usize)> = group
        .map(|group| group.texts)
        .unwrap_or_default()
        .into_iter()
        .filter_map(|(_, place, text)| match text {
            Text::Plain(text) => Some((text.as_str(), place)),
            Text::Counted(_) => None,
        })
        .collect();
    // Where several fit, the one that says most of itself is meant.
    all.sort_by_key(|(text, _)| std::cmp::Reverse(fixed(text)));
    for (text, place) in all {
        let _ = writeln!(code, "({text:?}, {place}),");
    }
    code.push_str("];\n");
}

/// How many bytes of a text are not placeholders.
fn fixed(text: &str) -> usize {
    let mut parts = text.split("{{");
    let first = parts.next().map_or(0, str::len);
    let behind = |part: &str| part.split_once("}}").map_or(0, |(_, rest)| rest.len());
    first + parts.map(behind).sum::<usize>()
}

fn write(group: &Group<'_>, code: &mut String) {
    for (name, place, text) in &group.texts {
        // Writing into a string does not fail.
        let _ = match text {
            Text::Plain(text) if placeholders(text).is_empty() => {
                writeln!(
                    code,
                    "pub const {name}: crate::core::i18n::Text = crate::core::i18n::Text({place});"
                )
            }
            Text::Plain(text) => structure(
                name,
                &placeholders(text),
                &format!("crate::core::i18n::fill({place}"),
                "",
                code,
            ),
            Text::Counted(forms) => {
                let mut found = forms
                    .get("other")
                    .map(|text| placeholders(text))
                    .unwrap_or_default();
                // What is counted may be shown in another way.
                if !found.contains(&"count") {
                    found.push("count");
                }
                structure(
                    name,
                    &found,
                    &format!("crate::core::i18n::fill_counted({place}, self.count"),
                    "count",
                    code,
                )
            }
        };
    }
    for (name, group) in &group.groups {
        let _ = writeln!(code, "pub mod {name} {{");
        write(group, code);
        code.push_str("}\n");
    }
}

fn structure(
    name: &str,
    places: &[&str],
    call: &str,
    counted: &str,
    code: &mut String,
) -> std::fmt::Result {
    writeln!(code, "pub struct {name}<'a> {{")?;
    for place in places {
        let kind = if *place == counted {
            "crate::core::i18n::Count"
        } else {
            "std::fmt::Display"
        };
        writeln!(code, "pub {place}: &'a dyn {kind},")?;
    }
    writeln!(
        code,
        "}}\nimpl {name}<'_> {{ #[must_use] pub fn text(self) -> String {{ {call}, &["
    )?;
    for place in places {
        writeln!(
            code,
            "(\"{place}\", self.{place} as &dyn std::fmt::Display),"
        )?;
    }
    writeln!(code, "]) }} }}")
}
