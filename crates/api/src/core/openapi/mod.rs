//! The OpenAPI document: made from the handlers, then given what all operations share.

mod generators;

use std::collections::BTreeMap;

use actix_web::{App, HttpResponse, dev::ResourceDef, get, http::header};
use serde::{Deserialize, de::IgnoredAny};
use serde_json::{Map, Value, json};
use utoipa_actix_web::AppExt;

use shared_types::ErrorCode;

use crate::core::{app::routes, error::ApiError};

/// The document as it is checked in; the tests refuse one that is not what the handlers say. Made anew at each start, it would
/// cost more memory than all else.
const CHECKED_IN: &str = include_str!("../../../../../openapi/openapi.json");

/// What the document says of a context, in the order of its tags.
const TAGS: &[(&str, &str)] = &[
    ("auth", "Signing up, in and out; sessions and passwords."),
    ("organization", "The organization and its settings."),
    ("members", "The people of the organization."),
    ("teams", "Teams of members."),
    ("absences", "When members are away."),
    ("api-keys", "Credentials of programs."),
    ("invitations", "How people come into an organization."),
    ("activities", "Calls, meetings, e-mails and tasks."),
    ("notes", "What there is to say about records."),
    ("companies", "Companies one sells to."),
    ("contacts", "People one talks to."),
    ("leads", "People who may become customers."),
    (
        "pipelines",
        "Pipelines, their stages, and reasons for which deals are lost.",
    ),
    ("deals", "Deals, their stages and the board."),
    ("products", "Products and their categories."),
    (
        "saved views",
        "Lists under a name: filters, order and columns.",
    ),
    ("duplicates", "Records that may be the same."),
    ("merges", "Records that became one, and the way back."),
    (
        "coaching access",
        "How an administrator opens coaching that is not theirs, and what is known of it.",
    ),
    ("search", "One search over everything."),
    ("dashboards", "Figures at a glance."),
    ("imports", "CSV files in."),
    ("notifications", "What members are told of, and how."),
    ("exports", "Records of several kinds out, as one archive."),
    ("audit", "Who did what, when."),
    (
        "installation",
        "The installation as a whole, for those who run it.",
    ),
    ("jobs", "Background jobs."),
];

/// Writes whose answer holds a secret: it is not kept, and so not given again.
const KEPT_BY_NOBODY: &[&str] = &[
    "/api/v1/api-keys",
    "/api/v1/invitations",
    "/api/v1/invitations/{id}/resend",
];

/// Operations that answer callers who are not signed in.
const PUBLIC: &str = "public";

/// The document, complete.
#[must_use]
pub fn document() -> Value {
    let (_, openapi) = App::new()
        .into_utoipa_app()
        .configure(|config| routes(config))
        .split_for_parts();
    let mut document = serde_json::to_value(openapi).unwrap_or_default();
    document["openapi"] = json!("3.1.0");
    document["info"] = json!({
        "title": "Touchline API",
        "version": env!("CARGO_PKG_VERSION"),
        "summary": "One workspace for teams that sell.",
        "description": "Every answer is `{success, data, error, pagination}`. Sign in with `POST /api/v1/auth/login`; send the access token as `Authorization: Bearer`. Lists are pages: pass `nextCursor` as `cursor`. In a `PATCH` an absent field stays, and `null` or its name in `clear` empties it.",
        "contact": {"name": "Touchline", "url": "https://github.com/touchline/touchline"},
        "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
    });
    document["servers"] = json!([{"url": "/", "description": "This installation."}]);
    document["tags"] = TAGS
        .iter()
        .map(|(name, description)| json!({"name": name, "description": description}))
        .collect();
    let mut added: Map<String, Value> = Map::new();
    if let Some(paths) = document["paths"].as_object_mut() {
        for (path, item) in paths.iter_mut() {
            let Some(item) = item.as_object_mut() else {
                continue;
            };
            for (method, operation) in item.iter_mut() {
                complete(path, method, operation, &mut added);
            }
        }
    }
    link(&mut document);
    components(&mut document, added);
    generators::without_null(&mut document);
    generators::plain_forms(&mut document);
    document
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// Says of everything that makes a record which operations take its id.
fn link(document: &mut Value) {
    let Some(paths) = document["paths"].as_object_mut() else {
        return;
    };
    let takers: Vec<(String, String)> = paths
        .iter()
        .filter(|(path, _)| path.contains("/{id}"))
        .flat_map(|(path, item)| {
            let operations = item.as_object().into_iter().flat_map(Map::values);
            operations.filter_map(|operation| {
                Some((path.clone(), operation["operationId"].as_str()?.to_owned()))
            })
        })
        .collect();
    for (path, item) in paths.iter_mut() {
        let Some(created) = item.pointer_mut("/post/responses/201") else {
            continue;
        };
        let beneath = format!("{path}/{{id}}");
        let links: Map<String, Value> = takers
            .iter()
            .filter(|(taker, _)| taker.starts_with(&beneath))
            .map(|(_, operation)| {
                let link = json!({
                    "operationId": operation,
                    "parameters": {"id": "$response.body#/data/id"},
                });
                (operation.clone(), link)
            })
            .collect();
        if !links.is_empty() {
            created["links"] = Value::Object(links);
        }
    }
}

/// Gives an operation what all operations share: envelope, errors, headers, security.
fn complete(path: &str, method: &str, operation: &mut Value, added: &mut Map<String, Value>) {
    let scopes: Vec<Value> = operation["security"]
        .as_array()
        .and_then(|list| list.first())
        .and_then(|one| one["bearer"].as_array())
        .cloned()
        .unwrap_or_default();
    let public = scopes.iter().any(|scope| scope == PUBLIC);
    operation["security"] = if public {
        json!([])
    } else {
        json!([{"bearer": scopes}, {"cookie": scopes}])
    };
    let with_body = operation.get("requestBody").is_some();
    let with_id = path.contains('{');
    let list = wrap(operation, added);
    let once = method == "post"
        && !path.starts_with("/api/v1/auth/")
        && !path.starts_with("/api/v1/public/")
        && !KEPT_BY_NOBODY.contains(&path);
    let Some(operation) = operation.as_object_mut() else {
        return;
    };
    let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
    if let Some(parameters) = parameters.as_array_mut() {
        if matches!(method, "patch" | "delete") && with_id {
            parameters.push(json!({"name": "If-Match", "in": "header", "required": false,
                "description": "`ETag` of the record as it was read; a stale one is refused with 412.",
                "schema": {"type": "string"}, "example": "\"3\""}));
        }
        if once {
            parameters.push(json!({"name": "Idempotency-Key", "in": "header", "required": false,
                "description": "Kept for 24 hours: a repetition with the same key gives the first answer again.",
                "schema": {"type": "string", "minLength": 1, "maxLength": 255}}));
        }
        if parameters.is_empty() {
            operation.remove("parameters");
        }
    }
    let mut errors: Vec<u16> = vec![400, 429, 500, 503];
    if !public {
        errors.extend([401, 403]);
    }
    if with_id {
        errors.push(404);
    }
    if with_body {
        errors.extend([413, 415, 422]);
    } else if list || operation.get("parameters").is_some() {
        errors.push(422);
    }
    if matches!(method, "post" | "patch" | "delete" | "put") {
        errors.push(409);
    }
    if matches!(method, "patch" | "delete") && with_id {
        errors.push(412);
    }
    if public && with_body {
        errors.extend([401, 403]);
    }
    if let Some(responses) = operation
        .get_mut("responses")
        .and_then(Value::as_object_mut)
    {
        // Errors that a handler names itself look like all others.
        let named = responses.keys().filter(|status| status.starts_with('4'));
        errors.extend(named.filter_map(|status| status.parse::<u16>().ok()));
        for status in errors {
            let shared = json!({"$ref": format!("#/components/responses/Error{status}")});
            responses.insert(status.to_string(), shared);
        }
    }
}

/// Puts the body of a success into its envelope; answers whether it is a list.
fn wrap(operation: &mut Value, added: &mut Map<String, Value>) -> bool {
    let mut list = false;
    let Some(responses) = operation
        .get_mut("responses")
        .and_then(Value::as_object_mut)
    else {
        return false;
    };
    for (_, response) in responses
        .iter_mut()
        .filter(|(status, _)| status.starts_with('2'))
    {
        let request_id =
            json!({"description": "Id of the request in the log.", "schema": {"type": "string"}});
        response["headers"] = json!({"X-Request-Id": request_id});
        let Some(schema) = response["content"]
            .get_mut("application/json")
            .and_then(|content| content.get_mut("schema"))
        else {
            continue;
        };
        let name_of = |value: &Value| {
            value["$ref"]
                .as_str()
                .and_then(|path| path.rsplit('/').next())
                .map(str::to_owned)
        };
        let data = schema.clone();
        let (name, is_list) = match (name_of(&data), name_of(&data["items"])) {
            (Some(name), _) => (format!("{name}Response"), false),
            (None, Some(name)) => (format!("{name}ListResponse"), true),
            (None, None) => continue,
        };
        list |= is_list;
        let mut envelope = json!({
            "type": "object",
            "description": "An answer that succeeded.",
            "required": ["success", "data"],
            "properties": {
                "success": {"type": "boolean", "description": "Always `true`."},
                "data": data,
            }
        });
        if is_list {
            envelope["properties"]["pagination"] = reference("Pagination");
        }
        *schema = reference(&name);
        added.insert(name, envelope);
    }
    list
}

fn components(document: &mut Value, added: Map<String, Value>) {
    use utoipa::PartialSchema;
    let components = &mut document["components"];
    if let Some(schemas) = components["schemas"].as_object_mut() {
        schemas.extend(added);
        // A word of a query alone: no record brings it into the document.
        let period = <shared_types::platform::ReportPeriod as utoipa::PartialSchema>::schema();
        schemas.insert(
            "ReportPeriod".to_owned(),
            serde_json::to_value(period).unwrap_or_default(),
        );
        for (name, schema) in [
            ("Pagination", shared_types::Pagination::schema()),
            ("ErrorEnvelope", shared_types::ErrorResponse::schema()),
            ("ErrorBody", shared_types::ErrorBody::schema()),
            ("ErrorCode", shared_types::ErrorCode::schema()),
        ] {
            schemas.insert(
                name.to_owned(),
                serde_json::to_value(schema).unwrap_or_default(),
            );
        }
    }
    let says = |status: u16| match status {
        400 => "The request could not be parsed.",
        401 => "No credential, or one that does not hold.",
        403 => "Known, but not allowed.",
        404 => "There is no such record, or it is not the caller's to see.",
        409 => "The record is in a state that does not allow this, or the value exists already.",
        412 => "The record has changed since it was read; `data` holds it as it is now.",
        413 => "The body is too large.",
        415 => "The body is not JSON.",
        422 => "Fields are invalid; `error.fields` says which and why.",
        429 => "Too many requests; `Retry-After` says when to come back.",
        503 => "Something the server depends on is down; `Retry-After` says when to come back.",
        _ => "A fault of the server, logged under `error.requestId`.",
    };
    let responses: Map<String, Value> = [400, 401, 403, 404, 409, 412, 413, 415, 422, 429, 500, 503]
        .into_iter()
        .map(|status| {
            let mut response = json!({
                "description": says(status),
                "headers": {"X-Request-Id": {"description": "Id of the request in the log.", "schema": {"type": "string"}}},
                "content": {"application/json": {"schema": reference("ErrorEnvelope")}},
            });
            if matches!(status, 429 | 503) {
                response["headers"]["Retry-After"] = json!({"description": "Seconds.", "schema": {"type": "integer", "minimum": 0}});
            }
            (format!("Error{status}"), response)
        })
        .collect();
    components["responses"] = Value::Object(responses);
    components["securitySchemes"] = json!({
        "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "Access token of `POST /api/v1/auth/login` with `\"tokenDelivery\": \"body\"`, or an API key (`tl_live_…`) that has the scope named; operations that name none are not for keys."},
        "cookie": {"type": "apiKey", "in": "cookie", "name": "__Host-touchline_access", "description": "Set by `POST /api/v1/auth/login`; writes need an `Origin` of this site."},
    });
}

/// Paths of the API and their methods.
pub struct Routes(Vec<(ResourceDef, String)>);

impl Routes {
    /// Those of the document that is checked in.
    ///
    /// # Errors
    /// When it is no document.
    pub fn read() -> serde_json::Result<Self> {
        #[derive(Deserialize)]
        struct Document {
            paths: BTreeMap<String, BTreeMap<String, IgnoredAny>>,
        }
        let Document { paths } = serde_json::from_str(CHECKED_IN)?;
        Ok(Self(
            paths
                .into_iter()
                .map(|(path, item)| {
                    let methods: Vec<String> =
                        item.keys().map(|method| method.to_uppercase()).collect();
                    (ResourceDef::new(path), methods.join(", "))
                })
                .collect(),
        ))
    }

    /// Says that a path is unknown, or which methods it knows.
    #[must_use]
    pub fn refusal(&self, path: &str) -> ApiError {
        match self.methods(path) {
            Some(methods) => ApiError {
                allow: Some(methods.clone()),
                ..ApiError::new(
                    ErrorCode::MethodNotAllowed,
                    format!("This path knows {methods}."),
                )
            },
            None => ApiError::new(
                ErrorCode::NotFound,
                "There is no such path; /api/openapi.json names all.",
            ),
        }
    }

    /// Whether a path is one with parameters.
    #[must_use]
    pub fn takes_id(&self, path: &str) -> bool {
        self.0
            .iter()
            .find(|(pattern, _)| pattern.is_match(path))
            .is_some_and(|(pattern, _)| pattern.pattern().is_some_and(|text| text.contains('{')))
    }

    /// The methods that a path knows, if it is one. Paths without parameters stand before those that would
    /// take them for an id.
    #[must_use]
    pub fn methods(&self, path: &str) -> Option<String> {
        self.0
            .iter()
            .find(|(pattern, _)| pattern.is_match(path))
            .map(|(_, methods)| methods.clone())
    }
}

/// The document as it is checked in: stable to the byte.
#[must_use]
pub fn text() -> String {
    let mut text = serde_json::to_string_pretty(&document()).unwrap_or_default();
    text.push('\n');
    text
}

/// The document.
#[get("/api/openapi.json")]
pub async fn openapi_json() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .body(CHECKED_IN)
}
