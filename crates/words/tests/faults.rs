//! What the server says is wrong with a field, or stands in the way, has its words in every language.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{fs, path::Path};

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use words::{LANGUAGES, Texts};

/// Where rules and handlers say what people read.
const SOURCES: [&str; 4] = ["shared-types", "domain", "persistence", "api"];

/// Where whatever is an error is one that people read.
const RULES: [&str; 3] = [
    "crates/shared-types/src",
    "crates/domain/src",
    "crates/api/src/platform/import",
];

/// Whether a call of this name, or of this method, says it; among the rules also whatever makes an error.
fn says(path: &[String], is_method: bool, is_rule: bool) -> bool {
    let names: Vec<&str> = path.iter().map(String::as_str).collect();
    match names.as_slice() {
        [.., "DomainError", "invalid" | "conflict"]
        | [.., "ApiError", "field"]
        | [.., "Fault", "row"]
        | [.., "RowFault", "whole"]
        | [.., "refuse"] => true,
        ["fault" | "with_message"] => is_method,
        ["ok_or" | "ok_or_else" | "map_err"] => is_method && is_rule,
        ["Err" | "error" | "needs"] | [.., "Refuse" | "Failed"] | [.., "de", "Error", "custom"] => {
            is_rule
        }
        _ => false,
    }
}

/// What stands between the quotation marks of a literal, as it is at run time.
fn text(literal: &str) -> Option<String> {
    let inside = literal.strip_prefix('"')?.strip_suffix('"')?;
    let mut lines = inside.split("\\\n");
    let mut whole = lines.next()?.to_owned();
    lines.for_each(|line| whole.push_str(line.trim_start()));
    Some(whole.replace("\\\"", "\"").replace("\\\\", "\\"))
}

/// Every sentence within a call, but for those of the log.
fn sentences(call: TokenStream, found: &mut Vec<String>) {
    let mut is_log = false;
    for token in call {
        match token {
            TokenTree::Ident(name) => is_log |= name == "tracing",
            TokenTree::Group(_) if is_log => is_log = false,
            TokenTree::Group(group) => sentences(group.stream(), found),
            TokenTree::Literal(literal) => {
                let is_sentence =
                    |text: &String| text.contains(' ') && text.contains(char::is_alphabetic);
                found.extend(text(&literal.to_string()).filter(is_sentence));
            }
            _ => {}
        }
    }
}

/// Whether the words of a call begin with a code that they are shown for.
fn is_shown(call: &TokenStream) -> bool {
    let first = call.to_string().replace(' ', "");
    first.starts_with("ErrorCode::Conflict,")
}

/// Whether these words begin what a variable says, or among the rules a constant.
fn names_words(path: &[String], is_rule: bool) -> bool {
    let names: Vec<&str> = path.iter().map(String::as_str).collect();
    match names.as_slice() {
        ["let", "message" | "reason"] => true,
        [.., "const", _] => is_rule,
        _ => false,
    }
}

/// The sentences of the calls in a source, but for those of its tests, and of the variables that are
/// made for them.
fn look(source: TokenStream, is_rule: bool, found: &mut Vec<String>) {
    let mut path: Vec<String> = Vec::new();
    let (mut test, mut is_method, mut is_words) = (false, false, false);
    for token in source {
        match token {
            TokenTree::Group(group) if is_words => sentences(group.stream(), found),
            TokenTree::Literal(_) if is_words => sentences(token.into(), found),
            TokenTree::Ident(name) => path.push(name.to_string()),
            TokenTree::Punct(mark) if mark.as_char() == ':' => {}
            TokenTree::Group(group) => {
                let inside = group.stream();
                let is_call = group.delimiter() == Delimiter::Parenthesis;
                if group.delimiter() == Delimiter::Bracket
                    && inside.to_string().replace(' ', "") == "cfg(test)"
                {
                    test = true;
                } else if test && group.delimiter() == Delimiter::Brace {
                    test = false;
                } else if is_call && (says(&path, is_method, is_rule) || is_shown(&inside)) {
                    sentences(inside, found);
                } else {
                    look(inside, is_rule, found);
                }
                path.clear();
            }
            TokenTree::Punct(mark) => {
                is_words = mark.as_char() != ';' && (is_words || names_words(&path, is_rule));
                path.clear();
                is_method = mark.as_char() == '.';
                test &= mark.as_char() != ';';
            }
            TokenTree::Literal(_) => path.clear(),
        }
    }
}

fn read(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            read(&path, found);
        } else if name.ends_with(".rs") && !name.ends_with("tests.rs") {
            let source = fs::read_to_string(&path).unwrap();
            let is_rule = RULES
                .iter()
                .any(|rules| path.to_string_lossy().contains(rules));
            look(source.parse().unwrap(), is_rule, found);
        }
    }
}

/// Whether a text has these parts in this order, and something between each two.
fn fits(parts: &[String], text: &str) -> bool {
    let Some((first, others)) = parts.split_first() else {
        return false;
    };
    let Some(mut rest) = text.strip_prefix(first.as_str()) else {
        return false;
    };
    for (index, part) in others.iter().enumerate() {
        if index + 1 == others.len() {
            return rest.ends_with(part.as_str());
        }
        let Some((_, behind)) = rest.split_once(part.as_str()) else {
            return false;
        };
        rest = behind;
    }
    rest.is_empty()
}

/// The fixed parts of a text, between what differs from time to time.
fn parts(text: &str, begin: &str, end: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once(begin) {
        parts.push(before.to_owned());
        rest = behind.split_once(end).map_or("", |(_, rest)| rest);
    }
    parts.push(rest.to_owned());
    parts
}

/// What is said of the value of a cell, which stands before it: the client translates that alone.
fn behind_value(sentence: &str) -> &str {
    let value = sentence
        .strip_prefix('`')
        .and_then(|rest| rest.split_once("` "));
    value.map_or(sentence, |(_, behind)| behind)
}

#[test]
fn whatever_the_server_says_is_wrong_is_translated() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let texts = Texts::read(&root.join("frontend/locales")).unwrap();
    let known: Vec<Vec<String>> = texts
        .keys("fault.")
        // It holds another sentence, and would fit whatever stands behind a value.
        .filter(|key| *key != "fault.said")
        .map(|key| {
            for language in LANGUAGES {
                assert!(texts.plain(language.name, key).is_some(), "{key}");
            }
            parts(texts.plain("en", key).unwrap(), "{{", "}}")
        })
        .collect();
    let mut found = Vec::new();
    for source in SOURCES {
        read(&root.join("crates").join(source).join("src"), &mut found);
    }
    assert!(found.len() > 150, "few sentences: {}", found.len());
    found.sort();
    found.dedup();
    found.retain(|sentence| {
        let is_known = |sentence: &str| {
            let own = parts(sentence, "{", "}");
            // What is put into a sentence may be part of what is known, and the other way round.
            known.iter().any(|known| {
                fits(known, &own.join("1")) || (known.len() == 1 && fits(&own, &known.concat()))
            })
        };
        !is_known(sentence) && !is_known(behind_value(sentence))
    });
    assert!(
        found.is_empty(),
        "no words in frontend/locales/*.json, in the group `fault`, for:\n{}",
        found.join("\n")
    );
}
