//! The calls of the service as its document lists them, which is made of the table of routes. What
//! holds for every call is tried on each of these, so that none can be forgotten.

use std::collections::BTreeMap;

use serde_json::{json, Map, Value};

use super::http::{Api, Call, Method};
use super::service::ROOT;

/// Which token a call takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// A client's, with this scope.
    Client(&'static str),
    User,
}

impl Token {
    pub fn scope(self) -> &'static str {
        match self {
            Token::Client(scope) => scope,
            Token::User => "user_auth",
        }
    }
}

const SCOPES: [&str; 6] = [
    "client_auth",
    "users.read",
    "users.write",
    "recovery.write",
    "settings.write",
    "admin",
];

pub struct Listed {
    pub method: Method,
    /// `/v1/user/{userId}`
    pub path: String,
    /// None where nobody has to say who they are, or says it otherwise.
    pub takes: Vec<Token>,
    /// The schema of a JSON body, without references.
    pub body: Option<Value>,
}

impl Listed {
    pub fn is(&self, method: &str, path: &str) -> bool {
        self.method == *method && self.path == path
    }

    /// Its path with these in the place of `{name}`; what is not given is nobody's.
    pub fn path_of(&self, ids: &[(&str, &str)]) -> String {
        let mut path = self.path.clone();
        for (name, id) in ids {
            path = path.replace(&format!("{{{name}}}"), id);
        }
        let segments = path
            .split('/')
            .map(|segment| match segment.starts_with('{') {
                true => "nobodys",
                false => segment,
            });
        segments.collect::<Vec<_>>().join("/")
    }

    pub fn call(&self, api: &Api, path: &str) -> Call {
        let call = api.call(self.method.clone(), path);
        match self.method {
            Method::POST | Method::PUT => call.json(&json!({})),
            _ => call,
        }
    }

    /// A body that its schema allows: what is required, as in the document's examples.
    pub fn example(&self) -> Value {
        let schema = self.body.as_ref().expect("it has a body");
        let members = schema["properties"].as_object().expect("an object");
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        let required = members
            .iter()
            .filter(|(name, _)| required.contains(&json!(name)));
        let example = |(name, schema): (&String, &Value)| {
            let value = schema["examples"][0].clone();
            (name.clone(), value)
        };
        Value::Object(required.map(example).collect())
    }
}

/// Every call, the one that logs out last: it ends the session that others are asked with.
pub fn calls() -> Vec<Listed> {
    let path = format!("{ROOT}/openapi.json");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
    let document: Value = serde_json::from_str(&text).expect("the document is JSON");
    let mut calls = Vec::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            let method = method.to_uppercase();
            let body = operation.pointer("/requestBody/content/application~1json/schema");
            calls.push(Listed {
                method: method.parse().expect("a method"),
                path: path.clone(),
                takes: takes(&operation["security"]),
                body: body.map(|schema| resolved(schema, &document)),
            });
        }
    }
    assert!(calls.len() > 25, "{} calls", calls.len());
    calls.sort_by_key(|call| call.path.ends_with("/logout"));
    calls
}

/// The methods of each path.
pub fn paths() -> BTreeMap<String, Vec<String>> {
    let mut paths: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for call in calls() {
        let methods = paths.entry(call.path).or_default();
        methods.push(call.method.to_string());
    }
    paths
}

fn takes(security: &Value) -> Vec<Token> {
    let mut takes = Vec::new();
    for either in security.as_array().expect("security") {
        if either.get("userAuth").is_some() {
            takes.push(Token::User);
        }
        let scopes = either["clientAuth"].as_array().cloned().unwrap_or_default();
        for scope in scopes {
            let known = SCOPES.into_iter().find(|known| scope == *known);
            takes.push(Token::Client(known.expect("a scope of the document")));
        }
    }
    takes
}

/// The schema with what it refers to in its place, of two that may be the one that is not null.
fn resolved(schema: &Value, document: &Value) -> Value {
    let Some(members) = schema.as_object() else {
        return schema.clone();
    };
    let mut whole = Map::new();
    if let Some(place) = members.get("$ref").and_then(Value::as_str) {
        let place = place.trim_start_matches('#');
        let found = document.pointer(place).expect("what is referred to");
        whole.extend(
            resolved(found, document)
                .as_object()
                .cloned()
                .unwrap_or_default(),
        );
    }
    for of in ["allOf", "oneOf"] {
        for part in members
            .get(of)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            if part["type"] != "null" {
                whole.extend(
                    resolved(part, document)
                        .as_object()
                        .cloned()
                        .unwrap_or_default(),
                );
            }
        }
    }
    for (name, value) in members {
        match name.as_str() {
            "$ref" | "allOf" | "oneOf" => {}
            "properties" => {
                let each = value.as_object().expect("properties");
                let each = each
                    .iter()
                    .map(|(name, schema)| (name.clone(), resolved(schema, document)));
                whole.insert(name.clone(), Value::Object(each.collect()));
            }
            _ => drop(whole.insert(name.clone(), value.clone())),
        }
    }
    Value::Object(whole)
}
