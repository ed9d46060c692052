//! A test for each rule: what breaks clients is found, what does not is let through.

use serde_json::{Value, json};

use super::{compare, epoch};

/// A document with one operation, which writes and answers a record.
fn document() -> Value {
    json!({
        "info": {"version": "1.2.0"},
        "paths": {"/things/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
            "patch": {
                "operationId": "updateThing",
                "security": [{"bearer": ["things:write"]}, {"cookie": ["things:write"]}],
                "parameters": [{"name": "sort", "in": "query", "schema": {"type": "string", "enum": ["name", "size"]}}],
                "requestBody": {"required": false, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Write"}}}},
                "responses": {
                    "200": {
                        "headers": {"ETag": {"schema": {"type": "string"}}},
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}},
                    },
                    "404": {"content": {"application/json": {"schema": {"type": "object"}}}},
                },
            },
        }},
        "components": {"schemas": {
            "Write": {
                "type": "object",
                "additionalProperties": false,
                "required": ["name"],
                "properties": {
                    "name": {"type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[a-z]+$"},
                    "size": {"type": "integer", "format": "int64", "minimum": 0, "maximum": 10, "default": 1},
                    "kind": {"$ref": "#/components/schemas/Kind"},
                    "labels": {"type": "object", "additionalProperties": {"type": "string"}},
                },
            },
            "Thing": {
                "type": "object",
                "required": ["id", "name"],
                "properties": {
                    "id": {"type": "string", "format": "uuid"},
                    "name": {"type": "string", "maxLength": 100},
                    "kind": {"$ref": "#/components/schemas/Kind"},
                    "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}},
                    "count": {"type": "number"},
                },
            },
            "Kind": {"type": "string", "enum": ["big", "small"]},
        }},
    })
}

const OPERATION: &str = "/paths/~1things~1{id}/patch";
const WRITE: &str = "/components/schemas/Write";
const THING: &str = "/components/schemas/Thing";

/// What is found when the value at a place is changed.
fn changed(place: &str, change: impl FnOnce(&mut Value)) -> Vec<String> {
    let (old, mut new) = (document(), document());
    if let Some(value) = new.pointer_mut(place) {
        change(value);
    }
    assert_ne!(old, new, "nothing was changed at {place}");
    compare(&old, &new)
}

/// What is found when something stands at a place.
fn set(place: &str, name: &str, value: Value) -> Vec<String> {
    changed(place, |at| at[name] = value)
}

/// What is found when something at a place is taken away.
fn without(place: &str, name: &str) -> Vec<String> {
    changed(place, |at| {
        at.as_object_mut().map(|members| members.remove(name));
    })
}

fn field(schema: &str, name: &str) -> String {
    format!("{schema}/properties/{name}")
}

#[test]
fn the_same_document_breaks_nobody() {
    assert!(compare(&document(), &document()).is_empty());
}

#[test]
fn operations_stay_and_keep_their_names() {
    assert_eq!(
        without("/paths", "/things/{id}"),
        ["PATCH /things/{id}: is gone"]
    );
    assert_eq!(
        set(OPERATION, "operationId", json!("changeThing")),
        [r#"PATCH /things/{id}: operationId was "updateThing" and is "changeThing""#]
    );
    assert!(
        set(
            "/paths",
            "/others",
            json!({"get": {"operationId": "listOthers"}})
        )
        .is_empty()
    );
}

#[test]
fn a_credential_that_was_enough_is_enough() {
    let cookie = json!([{"cookie": ["things:write"]}]);
    assert_eq!(
        set(OPERATION, "security", cookie),
        ["PATCH /things/{id}: bearer (things:write) is not enough now"]
    );
    let more = json!([{"bearer": ["things:write", "all"]}, {"cookie": ["things:write"]}]);
    assert_eq!(set(OPERATION, "security", more).len(), 1);
    assert!(set(OPERATION, "security", json!([])).is_empty());
    let mut public = document();
    public["paths"]["/things/{id}"]["patch"]["security"] = json!([]);
    assert_eq!(
        compare(&public, &document()),
        ["PATCH /things/{id}: no credential is not enough now"]
    );
}

#[test]
fn parameters_stay_and_none_is_demanded_that_was_not() {
    let parameters = format!("{OPERATION}/parameters");
    assert_eq!(
        changed(&parameters, |list| *list = json!([])),
        ["PATCH /things/{id}, query parameter sort: is gone"]
    );
    assert_eq!(
        set(&format!("{parameters}/0"), "required", json!(true)),
        ["PATCH /things/{id}, query parameter sort: is required now"]
    );
    assert_eq!(
        set(&format!("{parameters}/0"), "explode", json!(false)).len(),
        1
    );
    let add = |required: bool| {
        changed(&parameters, |list| {
            let more = json!({"name": "If-Match", "in": "header", "required": required, "schema": {"type": "string"}});
            if let Some(list) = list.as_array_mut() {
                list.push(more);
            }
        })
    };
    assert_eq!(
        add(true),
        ["PATCH /things/{id}, header parameter if-match: is new and required"]
    );
    assert!(add(false).is_empty());
    let values = format!("{parameters}/0/schema");
    assert_eq!(
        set(&values, "enum", json!(["name"])),
        [r#"PATCH /things/{id}, query parameter sort: value "size" is not taken any more"#]
    );
    assert!(set(&values, "enum", json!(["name", "size", "age"])).is_empty());
    assert!(without(&values, "enum").is_empty());
}

#[test]
fn a_body_is_taken_as_before() {
    let body = format!("{OPERATION}/requestBody");
    assert_eq!(
        set(&body, "required", json!(true)),
        ["PATCH /things/{id}, body: is required now"]
    );
    assert_eq!(
        without(OPERATION, "requestBody"),
        ["PATCH /things/{id}, body: is gone"]
    );
    assert_eq!(
        without(&format!("{body}/content"), "application/json"),
        ["PATCH /things/{id}, body: application/json is gone"]
    );
}

#[test]
fn a_request_needs_no_more_fields_and_may_have_all_it_had() {
    assert_eq!(
        without(&format!("{WRITE}/properties"), "size"),
        ["Write in requests, field size: is gone"]
    );
    assert_eq!(
        set(WRITE, "required", json!(["name", "size"])),
        ["Write in requests, field size: is required now"]
    );
    let more = changed(WRITE, |write| {
        write["properties"]["age"] = json!({"type": "integer"});
        write["required"] = json!(["name", "age"]);
    });
    assert_eq!(more, ["Write in requests, field age: is new and required"]);
    assert!(
        set(
            &format!("{WRITE}/properties"),
            "age",
            json!({"type": "integer"})
        )
        .is_empty()
    );
    assert!(set(WRITE, "required", json!([])).is_empty());
    assert_eq!(
        set(
            &field(WRITE, "labels"),
            "additionalProperties",
            json!(false)
        ),
        ["Write in requests, field labels: other fields are not taken any more"]
    );
}

#[test]
fn a_request_is_not_bound_more_tightly() {
    let found = |name: &str, keyword: &str, value: Value| set(&field(WRITE, name), keyword, value);
    assert_eq!(
        found("name", "maxLength", json!(50)),
        ["Write in requests, field name: maxLength was 100 and is 50"]
    );
    assert!(found("name", "maxLength", json!(200)).is_empty());
    assert!(without(&field(WRITE, "name"), "maxLength").is_empty());
    assert_eq!(found("name", "minLength", json!(2)).len(), 1);
    assert!(found("name", "minLength", json!(0)).is_empty());
    assert_eq!(found("size", "minimum", json!(1)).len(), 1);
    assert_eq!(found("size", "maximum", json!(9)).len(), 1);
    assert_eq!(found("size", "multipleOf", json!(2)).len(), 1);
    assert_eq!(found("name", "pattern", json!("^[a-f]+$")).len(), 1);
    assert!(without(&field(WRITE, "name"), "pattern").is_empty());
    assert_eq!(
        found("size", "default", json!(2)),
        ["Write in requests, field size: default was 1 and is 2"]
    );
}

#[test]
fn types_become_wider_in_requests_and_narrower_in_answers() {
    assert_eq!(
        set(&field(WRITE, "size"), "type", json!("string")),
        ["Write in requests, field size: type was integer and is string"]
    );
    assert!(set(&field(WRITE, "size"), "type", json!(["number", "null"])).is_empty());
    assert_eq!(
        set(&field(WRITE, "size"), "format", json!("int32")).len(),
        1
    );
    assert!(without(&field(WRITE, "size"), "format").is_empty());
    assert!(set(&field(THING, "count"), "type", json!("integer")).is_empty());
    assert_eq!(
        set(&field(THING, "count"), "type", json!(["number", "null"])),
        ["Thing in answers, field count: type was number and is null or number"]
    );
    assert_eq!(
        without(&field(THING, "id"), "format"),
        [r#"Thing in answers, field id: format was "uuid" and is none"#]
    );
}

#[test]
fn an_answer_keeps_its_fields_and_bounds() {
    assert_eq!(
        without(&format!("{THING}/properties"), "count"),
        ["Thing in answers, field count: is gone"]
    );
    assert_eq!(
        set(THING, "required", json!(["id"])),
        ["Thing in answers, field name: may be absent now"]
    );
    assert!(set(THING, "required", json!(["id", "name", "kind"])).is_empty());
    assert!(
        set(
            &format!("{THING}/properties"),
            "age",
            json!({"type": "integer"})
        )
        .is_empty()
    );
    assert_eq!(set(&field(THING, "name"), "maxLength", json!(200)).len(), 1);
    assert!(set(&field(THING, "name"), "maxLength", json!(50)).is_empty());
    assert_eq!(
        set(&field(THING, "parts"), "items", json!({"type": "string"})),
        ["Thing in answers, field parts, items: type was object and is string"]
    );
}

#[test]
fn enums_lose_no_value_in_requests_and_get_none_in_answers() {
    let kinds = |values: Value| set("/components/schemas/Kind", "enum", values);
    assert_eq!(
        kinds(json!(["big"])),
        [r#"Kind in requests: value "small" is not taken any more"#]
    );
    assert_eq!(
        kinds(json!(["big", "small", "tiny"])),
        [r#"Kind in answers: value "tiny" is new"#]
    );
    assert_eq!(
        without("/components/schemas/Kind", "enum"),
        ["Kind in answers: may have any value now"]
    );
}

#[test]
fn an_answer_has_the_same_statuses_headers_and_media_types() {
    let responses = format!("{OPERATION}/responses");
    let answer = document().pointer(&format!("{responses}/200")).cloned();
    let other = changed(&responses, |responses| {
        *responses = json!({"202": answer, "404": responses["404"]});
    });
    assert_eq!(
        other,
        [
            "PATCH /things/{id}, answer 200: is gone",
            "PATCH /things/{id}, answer 202: is new",
        ]
    );
    assert!(without(&responses, "404").is_empty());
    assert!(set(&responses, "409", json!({})).is_empty());
    assert_eq!(
        without(&format!("{responses}/200/headers"), "ETag").len(),
        1
    );
    assert_eq!(
        without(&format!("{responses}/200/content"), "application/json").len(),
        1
    );
}

#[test]
fn unions_lose_no_variant_in_requests_and_get_none_in_answers() {
    let union = |names: &[&str]| -> Value {
        names
            .iter()
            .map(|name| json!({"$ref": format!("#/components/schemas/{name}")}))
            .collect()
    };
    let with = |place: &str, names: &[&str]| {
        let mut document = document();
        if let Some(schema) = document.pointer_mut(place) {
            *schema = json!({"oneOf": union(names)});
        }
        document
    };
    let write = field(WRITE, "labels");
    let (two, one) = (with(&write, &["Kind", "Thing"]), with(&write, &["Kind"]));
    assert_eq!(
        compare(&two, &one),
        ["Write in requests, field labels: oneOf Thing is not taken any more"]
    );
    assert!(compare(&one, &two).is_empty());
    let read = field(THING, "count");
    let (two, one) = (with(&read, &["Kind", "Write"]), with(&read, &["Kind"]));
    assert_eq!(
        compare(&one, &two),
        ["Thing in answers, field count: oneOf Write is new"]
    );
    assert!(compare(&two, &one).is_empty());
}

#[test]
fn parts_of_a_schema_count_as_the_schema() {
    let parted = changed(THING, |thing| {
        let whole = thing.take();
        *thing = json!({"allOf": [whole, {"required": ["kind"]}]});
    });
    assert!(parted.is_empty(), "{parted:?}");
}

#[test]
fn the_version_says_whether_clients_may_break() {
    let of = |version: &str| epoch(&json!({"info": {"version": version}}));
    assert!(of("0.1.9") < of("0.2.0"));
    assert!(of("1.9.0") < of("2.0.0"));
    assert_eq!(of("1.2.0"), of("1.3.1"));
}
