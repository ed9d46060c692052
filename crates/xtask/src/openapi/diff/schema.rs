//! What a schema allows.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{Comparison, resolve};

/// Who sends the value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The client: what it was allowed to send must still be taken.
    Request,
    /// The server: what it sends must be something the client knows.
    Response,
}

impl Direction {
    /// The wider of two, which the other has to fit into.
    const fn wider<T>(self, old: T, new: T) -> (T, T) {
        match self {
            Self::Request => (new, old),
            Self::Response => (old, new),
        }
    }

    const fn said(self) -> &'static str {
        match self {
            Self::Request => "in requests",
            Self::Response => "in answers",
        }
    }
}

/// Keywords that are least values.
const LEAST: [&str; 5] = [
    "minimum",
    "exclusiveMinimum",
    "minLength",
    "minItems",
    "minProperties",
];
/// Keywords that are greatest values.
const MOST: [&str; 5] = [
    "maximum",
    "exclusiveMaximum",
    "maxLength",
    "maxItems",
    "maxProperties",
];
/// Keywords that allow less where they stand, whose values cannot be compared.
const RULES: [&str; 3] = ["pattern", "multipleOf", "uniqueItems"];

impl Comparison<'_> {
    /// Compares two schemas. One with a name is compared once for each direction, and told of by that name.
    pub(super) fn schema(&mut self, place: &str, direction: Direction, old: &Value, new: &Value) {
        let (old_name, new_name) = (name(old), name(new));
        let place = if let Some(old_name) = old_name {
            let called = new_name.unwrap_or_default().to_owned();
            let key = (old_name.to_owned(), called, direction == Direction::Request);
            if !self.seen.insert(key) {
                return;
            }
            if new_name == Some(old_name) {
                format!("{old_name} {}", direction.said())
            } else {
                place.to_owned()
            }
        } else {
            place.to_owned()
        };
        let was = flat(self.old, old);
        let is = flat(self.new, new);
        if !self.kinds(&place, direction, &was, &is) {
            // Of another type nothing else can be said.
            return;
        }
        self.values(&place, direction, &was, &is);
        self.bounds(&place, direction, &was, &is);
        self.properties(&place, direction, &was, &is);
        let (items, others) = (was.get("items"), is.get("items"));
        if items.is_some() || others.is_some() {
            let any = Value::Null;
            let (items, others) = (items.unwrap_or(&any), others.unwrap_or(&any));
            self.schema(&format!("{place}, items"), direction, items, others);
        }
        for union in ["oneOf", "anyOf"] {
            self.variants(&place, direction, &was, &is, union);
        }
    }

    /// Type, format and default; answers whether the types fit.
    fn kinds(&mut self, place: &str, direction: Direction, was: &Schema, is: &Schema) -> bool {
        let (wide, narrow) = direction.wider(types(was), types(is));
        let fits =
            |kind: &String| wide.contains(kind) || kind == "integer" && wide.contains("number");
        if !wide.is_empty() && (narrow.is_empty() || !narrow.iter().all(fits)) {
            let (was, is) = (listed(&types(was)), listed(&types(is)));
            self.finds(place, &format!("type was {was} and is {is}"));
            return false;
        }
        let (wide, narrow) = direction.wider(was.get("format"), is.get("format"));
        let contains = match (wide.and_then(Value::as_str), narrow.and_then(Value::as_str)) {
            (None, _) | (Some("int64"), Some("int32")) | (Some("double"), Some("float")) => true,
            (wide, narrow) => wide == narrow,
        };
        if !contains {
            let said = |schema: &Schema| schema.get("format").map_or("none".to_owned(), shown);
            self.finds(
                place,
                &format!("format was {} and is {}", said(was), said(is)),
            );
        }
        if direction == Direction::Request && was.get("default") != is.get("default") {
            let said = |schema: &Schema| schema.get("default").map_or("none".to_owned(), shown);
            self.finds(
                place,
                &format!("default was {} and is {}", said(was), said(is)),
            );
        }
        true
    }

    /// Enums: a request may lose no value, an answer may get none.
    fn values(&mut self, place: &str, direction: Direction, was: &Schema, is: &Schema) {
        let (wide, narrow) = direction.wider(enumerated(was), enumerated(is));
        let Some(wide) = wide else { return };
        match (direction, narrow) {
            (Direction::Request, None) => self.finds(place, "takes only certain values now"),
            (Direction::Response, None) => self.finds(place, "may have any value now"),
            (_, Some(narrow)) => {
                for value in narrow.difference(&wide) {
                    let what = match direction {
                        Direction::Request => "is not taken any more",
                        Direction::Response => "is new",
                    };
                    self.finds(place, &format!("value {value} {what}"));
                }
            }
        }
    }

    fn bounds(&mut self, place: &str, direction: Direction, was: &Schema, is: &Schema) {
        for keyword in LEAST.into_iter().chain(MOST).chain(RULES) {
            let (old, new) = (was.get(keyword), is.get(keyword));
            let (wide, narrow) = direction.wider(old, new);
            let number = |value: Option<&Value>| value.and_then(Value::as_f64);
            let contains = match (number(wide), number(narrow)) {
                (Some(wide), Some(narrow)) if LEAST.contains(&keyword) => wide <= narrow,
                (Some(wide), Some(narrow)) if MOST.contains(&keyword) => wide >= narrow,
                _ => wide.is_none() || wide == narrow,
            };
            if !contains {
                let said = |value: Option<&Value>| value.map_or("none".to_owned(), shown);
                self.finds(
                    place,
                    &format!("{keyword} was {} and is {}", said(old), said(new)),
                );
            }
        }
    }

    fn properties(&mut self, place: &str, direction: Direction, was: &Schema, is: &Schema) {
        let none = Map::new();
        let members = |schema: &Schema| -> Map<String, Value> {
            let members = schema.get("properties").and_then(Value::as_object);
            members.unwrap_or(&none).clone()
        };
        let (before, after) = (members(was), members(is));
        let (needed, needs) = (required(was), required(is));
        for (field, schema) in &before {
            let place = format!("{place}, field {field}");
            match after.get(field) {
                Some(other) => self.schema(&place, direction, schema, other),
                None => self.finds(&place, "is gone"),
            }
        }
        match direction {
            Direction::Request => {
                for field in needs.difference(&needed) {
                    let what = if before.contains_key(field) {
                        "is required now"
                    } else {
                        "is new and required"
                    };
                    self.finds(&format!("{place}, field {field}"), what);
                }
            }
            Direction::Response => {
                for field in needed.difference(&needs) {
                    if after.contains_key(field) {
                        self.finds(&format!("{place}, field {field}"), "may be absent now");
                    }
                }
            }
        }
        self.others(place, direction, was, is);
    }

    /// Fields without a name in the schema.
    fn others(&mut self, place: &str, direction: Direction, was: &Schema, is: &Schema) {
        const OTHERS: &str = "additionalProperties";
        let anything = Value::Bool(true);
        let (old, new) = (
            was.get(OTHERS).unwrap_or(&anything),
            is.get(OTHERS).unwrap_or(&anything),
        );
        match (old, new) {
            (Value::Object(_), Value::Object(_)) => {
                self.schema(&format!("{place}, other fields"), direction, old, new);
            }
            // Clients pass over fields of an answer that they do not know.
            _ if direction == Direction::Response => {
                if old.is_object() && new != old {
                    self.finds(place, "other fields are not as they were");
                }
            }
            (Value::Bool(false), _) | (_, Value::Bool(true)) => {}
            _ => self.finds(place, "other fields are not taken any more"),
        }
    }

    /// Unions: variants are known by their name, or by what they are.
    fn variants(
        &mut self,
        place: &str,
        direction: Direction,
        was: &Schema,
        is: &Schema,
        union: &str,
    ) {
        let list = |schema: &Schema| -> Vec<Value> {
            let list = schema.get(union).and_then(Value::as_array);
            list.cloned().unwrap_or_default()
        };
        let (before, after) = (list(was), list(is));
        let called =
            |variant: &Value| name(variant).map_or_else(|| variant.to_string(), str::to_owned);
        for variant in &before {
            if let Some(other) = after.iter().find(|other| called(other) == called(variant)) {
                self.schema(place, direction, variant, other);
            }
        }
        let (wide, narrow) = direction.wider(&before, &after);
        for variant in narrow {
            if !wide.is_empty() && !wide.iter().any(|other| called(other) == called(variant)) {
                let what = match direction {
                    Direction::Request => "is not taken any more",
                    Direction::Response => "is new",
                };
                self.finds(place, &format!("{union} {} {what}", called(variant)));
            }
        }
    }
}

/// The keywords of a schema.
type Schema = Map<String, Value>;

/// The name of a schema that is referred to.
fn name(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.rsplit('/').next()
}

/// A schema with what it refers to and all of `allOf` in it.
fn flat(document: &Value, schema: &Value) -> Schema {
    let mut flat = match resolve(document, schema) {
        Value::Object(members) => members.clone(),
        _ => Schema::new(),
    };
    let Some(Value::Array(parts)) = flat.remove("allOf") else {
        return flat;
    };
    for part in &parts {
        for (keyword, value) in self::flat(document, part) {
            match (flat.get_mut(&keyword), value) {
                (Some(Value::Object(have)), Value::Object(more)) => have.extend(more),
                (Some(Value::Array(have)), Value::Array(more)) if keyword == "required" => {
                    have.extend(more);
                }
                (_, value) => {
                    flat.insert(keyword, value);
                }
            }
        }
    }
    flat
}

/// The types a value may have; none said is any.
fn types(schema: &Schema) -> BTreeSet<String> {
    match schema.get("type") {
        Some(Value::String(one)) => BTreeSet::from([one.clone()]),
        Some(Value::Array(some)) => {
            let some = some.iter().filter_map(Value::as_str);
            some.map(str::to_owned).collect()
        }
        _ => BTreeSet::new(),
    }
}

fn listed(types: &BTreeSet<String>) -> String {
    if types.is_empty() {
        return "any".to_owned();
    }
    let types: Vec<_> = types.iter().map(String::as_str).collect();
    types.join(" or ")
}

/// The only values, if there are only some.
fn enumerated(schema: &Schema) -> Option<BTreeSet<String>> {
    match (schema.get("const"), schema.get("enum")) {
        (Some(only), _) => Some(BTreeSet::from([only.to_string()])),
        (None, Some(Value::Array(some))) => Some(some.iter().map(Value::to_string).collect()),
        _ => None,
    }
}

fn required(schema: &Schema) -> BTreeSet<String> {
    let fields = schema.get("required").and_then(Value::as_array);
    let fields = fields.into_iter().flatten().filter_map(Value::as_str);
    fields.map(str::to_owned).collect()
}

fn shown(value: &Value) -> String {
    value.to_string()
}
