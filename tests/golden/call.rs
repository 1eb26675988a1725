//! A call as it is made, and as it is shown.

use serde_json::{json, Value};

use crate::support::service::Credentials;

#[derive(Clone, Debug)]
pub struct Call {
    pub method: String,
    pub path: String,
    pub caller: Caller,
    pub headers: Vec<(String, String)>,
    pub body: Option<Vec<u8>>,
    /// A text of the body, and what is shown for it.
    hidden: Option<(String, String)>,
    /// What is shown for the call.
    instead: Option<String>,
}

/// Who calls. Tokens and secrets are shown by the name they have here.
#[derive(Clone, Debug)]
pub enum Caller {
    Nobody,
    /// The scene's own client.
    Client,
    Token(&'static str, String),
    Basic(&'static str, Credentials),
    /// This Authorization header.
    Raw(String),
}

pub fn call(method: &str, path: &str) -> Call {
    Call {
        method: method.to_owned(),
        path: path.to_owned(),
        caller: Caller::Nobody,
        headers: Vec::new(),
        body: None,
        hidden: None,
        instead: None,
    }
}

pub fn get(path: &str) -> Call {
    call("GET", path)
}

pub fn post(path: &str) -> Call {
    call("POST", path)
}

pub fn put(path: &str) -> Call {
    call("PUT", path)
}

pub fn delete(path: &str) -> Call {
    call("DELETE", path)
}

impl Call {
    pub fn client(self) -> Call {
        self.by(Caller::Client)
    }

    pub fn token(self, name: &'static str, token: &str) -> Call {
        self.by(Caller::Token(name, token.to_owned()))
    }

    pub fn basic(self, name: &'static str, client: &Credentials) -> Call {
        self.by(Caller::Basic(name, client.clone()))
    }

    pub fn authorization(self, header: &str) -> Call {
        self.by(Caller::Raw(header.to_owned()))
    }

    pub fn by(self, caller: Caller) -> Call {
        Call { caller, ..self }
    }

    pub fn header(mut self, name: &str, value: &str) -> Call {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn json(self, body: Value) -> Call {
        self.typed("application/json", body.to_string())
    }

    pub fn form(self, body: &str) -> Call {
        self.typed("application/x-www-form-urlencoded", body)
    }

    pub fn typed(self, media_type: &str, body: impl Into<Vec<u8>>) -> Call {
        self.header("Content-Type", media_type).untyped(body)
    }

    pub fn untyped(mut self, body: impl Into<Vec<u8>>) -> Call {
        self.body = Some(body.into());
        self
    }

    pub fn hiding_code(mut self, code: &str, shown: &str) -> Call {
        let member = |value: &str| format!("\"code\":\"{value}\"");
        self.hidden = Some((member(code), member(shown)));
        self
    }

    /// Shows this for the call, where the heading tells the rest.
    pub fn shown_as(self, instead: String) -> Call {
        let instead = Some(instead);
        Call { instead, ..self }
    }

    /// The request met by this on its way: see `tests/harness/entry.mjs`.
    pub fn meeting(self, fault: Value) -> Call {
        self.header("x-test-faults", &json!([fault]).to_string())
    }

    /// A line for what it is, then its headers and its body. The Content-Type is shown where it is
    /// not the one that the path takes.
    pub fn shown(&self) -> String {
        if let Some(instead) = &self.instead {
            return format!("> {}\n", shortened(instead));
        }
        let mut shown = format!("> {} {}", self.method, shortened(&self.path));
        match &self.caller {
            Caller::Nobody => {}
            Caller::Client => shown += " (client)",
            Caller::Token(name, _) => shown += &format!(" ({name})"),
            Caller::Basic(name, _) => shown += &format!(" (Basic: {name})"),
            Caller::Raw(header) => shown += &format!("\n> Authorization: {}", shortened(header)),
        }
        let usual = match self.path.starts_with("/oauth2/") {
            true => "application/x-www-form-urlencoded",
            false => "application/json",
        };
        for (name, value) in &self.headers {
            let tells = (name.as_str(), value.as_str()) != ("Content-Type", usual);
            if tells {
                shown += &format!("\n> {name}: {}", shortened(value));
            }
        }
        if let Some(body) = &self.body {
            let mut body = String::from_utf8_lossy(body).into_owned();
            if let Some((text, instead)) = &self.hidden {
                body = body.replace(text, instead);
            }
            shown += &format!("\n> {}", shortened(&body));
        }
        shown + "\n"
    }
}

/// A long run of one character as its length, and what cannot be seen as its number.
fn shortened(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let mut shown = String::new();
    for run in characters.chunk_by(|a, b| a == b) {
        match (run.len(), run[0]) {
            (length @ 12.., one) => shown += &format!("{one}{{{length}}}"),
            (length, one) if one.is_control() => {
                shown += &format!("\\u{{{:x}}}", one as u32).repeat(length);
            }
            (length, one) => shown.extend(std::iter::repeat_n(one, length)),
        }
    }
    shown
}
