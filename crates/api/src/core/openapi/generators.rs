//! What generators of clients need, that handlers need not think of.

use serde_json::{Map, Value};

/// An absent value is left out, never `null`: takes `null` out of every schema.
pub fn without_null(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if let Some(Value::Array(types)) = members.get_mut("type") {
                types.retain(|kind| kind != "null");
                if let [only] = types.as_slice() {
                    let only = only.clone();
                    members.insert("type".to_owned(), only);
                }
            }
            if let Some(Value::Array(variants)) = members.get_mut("oneOf") {
                variants.retain(|variant| variant["type"] != "null");
                if variants.len() == 1
                    && let Some(Value::Object(only)) = variants.pop()
                {
                    members.remove("oneOf");
                    members.extend(only);
                }
            }
            members.values_mut().for_each(without_null);
        }
        Value::Array(items) => items.iter_mut().for_each(without_null),
        _ => {}
    }
}

/// The parts of a form are text to all generators, and the one for Rust writes code that does not compile where such a text is
/// an enum with a name: its values stand in the form itself.
pub fn plain_forms(document: &mut Value) {
    const FORM: &str = "/requestBody/content/multipart~1form-data/schema/$ref";
    let operations = document["paths"]
        .as_object()
        .into_iter()
        .flatten()
        .flat_map(|(_, item)| item.as_object().into_iter().flat_map(Map::values));
    let forms: Vec<String> = operations
        .filter_map(|operation| operation.pointer(FORM)?.as_str().map(pointer))
        .collect();
    for form in forms {
        let Some(mut parts) = document.pointer(&format!("{form}/properties")).cloned() else {
            continue;
        };
        for part in parts.as_object_mut().into_iter().flat_map(Map::values_mut) {
            let named = part["$ref"].as_str().map(pointer);
            let named = named.and_then(|named| document.pointer(&named));
            if let (Some(Value::Object(named)), Value::Object(part)) = (named, part) {
                part.remove("$ref");
                for (keyword, value) in named {
                    part.entry(keyword).or_insert_with(|| value.clone());
                }
            }
        }
        if let Some(properties) = document.pointer_mut(&format!("{form}/properties")) {
            *properties = parts;
        }
    }
}

/// Where a reference points to.
fn pointer(reference: &str) -> String {
    reference.trim_start_matches('#').to_owned()
}
