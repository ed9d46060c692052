//! One file: a tree of texts, its keys in order.

use std::{fs, path::Path};

use serde_json::Value;

use crate::{FORMS, Fault, Keyed, Text};

/// Reads a file; what is wrong in it beyond its being JSON is added to the faults.
pub fn file(path: &Path, faults: &mut Vec<String>) -> Result<Keyed, Fault> {
    let name = path.display().to_string();
    let text = fs::read_to_string(path).map_err(|fault| Fault::Read(name.clone(), fault))?;
    let tree: Value =
        serde_json::from_str(&text).map_err(|fault| Fault::Json(name.clone(), fault))?;
    // Written again, it is the same: keys in order, none twice, two spaces a level.
    let canonical =
        serde_json::to_string_pretty(&tree).map_err(|fault| Fault::Json(name.clone(), fault))?;
    if canonical.trim_end() != text.trim_end() {
        let line = canonical
            .lines()
            .zip(text.lines())
            .position(|(right, found)| right != found);
        faults.push(format!(
            "{name}:{}: not in order, or twice",
            line.unwrap_or_default() + 1
        ));
    }
    let mut texts = Keyed::new();
    walk(&tree, "", &name, &mut texts, faults);
    Ok(texts)
}

fn walk(tree: &Value, key: &str, file: &str, texts: &mut Keyed, faults: &mut Vec<String>) {
    let Value::Object(fields) = tree else {
        faults.push(format!(
            "{file}: {key} is neither a text nor a group of texts"
        ));
        return;
    };
    for (name, value) in fields {
        let path = if key.is_empty() {
            name.clone()
        } else {
            format!("{key}.{name}")
        };
        let Value::String(text) = value else {
            walk(value, &path, file, texts, faults);
            continue;
        };
        match counted(fields, name) {
            Some((stem, form)) => {
                let stem = path[..path.len() - name.len() + stem.len()].to_owned();
                let forms = texts
                    .entry(stem)
                    .or_insert_with(|| Text::Counted(Default::default()));
                if let Text::Counted(forms) = forms {
                    forms.insert(form, text.clone());
                }
            }
            None => {
                texts.insert(path, Text::Plain(text.clone()));
            }
        }
    }
}

/// Stem and form of a key that is one form of a counted text: those that have an `other` beside them.
fn counted<'a>(
    fields: &serde_json::Map<String, Value>,
    name: &'a str,
) -> Option<(&'a str, &'static str)> {
    let (stem, form) = name.rsplit_once('_')?;
    let form = FORMS.into_iter().find(|known| *known == form)?;
    let is_counted = ["one", "other"]
        .iter()
        .all(|form| fields.contains_key(&format!("{stem}_{form}")));
    is_counted.then_some((stem, form))
}
