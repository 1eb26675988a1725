//! One shape for every answer, one line of the error table for every fault, and bad input that
//! is the caller's fault and never the service's. The harness checks the envelope itself on
//! every answer of every test.

use serde_json::{json, Value};

use crate::support::http::{Method, Reply};
use crate::support::people::{application, wrong};
use crate::support::service::exchange;
use crate::support::table::{self, Token};
use crate::support::{random, Api};

/// Method, path, and a body that passes every check of shape. The strings after it are its
/// required members, then its optional ones.
struct Endpoint {
    method: Method,
    path: &'static str,
    body: Value,
    required: &'static [&'static str],
    optional: &'static [&'static str],
}

fn endpoints() -> Vec<Endpoint> {
    let entry = |method, path, body, required, optional| Endpoint {
        method,
        path,
        body,
        required,
        optional,
    };
    vec![
        entry(
            Method::POST,
            "/v1/user/sign-up",
            application(),
            &["phoneNumber", "email", "password"],
            &["roles"],
        ),
        entry(
            Method::POST,
            "/v1/user/login",
            json!({"username": "nobody@example.com", "password": "some-password"}),
            &["username", "password"],
            &[],
        ),
        entry(
            Method::POST,
            "/v1/user/otp",
            json!({
                "sessionId": "none",
                "username": "nobody@example.com",
                "challengeType": "SMS_MFA",
                "code": "1234",
            }),
            &["sessionId", "username", "challengeType", "code"],
            &[],
        ),
        entry(
            Method::POST,
            "/v1/user/refresh",
            json!({"username": "nobody@example.com", "refreshToken": "none"}),
            &["username", "refreshToken"],
            &[],
        ),
        entry(
            Method::POST,
            "/v1/user/forget-password",
            json!({"email": "nobody@example.com"}),
            &["email"],
            &[],
        ),
        entry(
            Method::PUT,
            "/v1/user/change-password",
            json!({
                "sessionId": "none",
                "username": "nobody@example.com",
                "challengeType": "RESET_PASSWORD",
                "password": "yxcvb-asdfgh",
                "passwordConfirm": "yxcvb-asdfgh",
            }),
            &[
                "sessionId",
                "username",
                "challengeType",
                "password",
                "passwordConfirm",
            ],
            &[],
        ),
        entry(
            Method::POST,
            "/v1/account",
            json!({"userId": "usr_none"}),
            &["userId"],
            &["accountId", "email"],
        ),
        entry(
            Method::POST,
            "/v1/account/portfolio",
            json!({"accountId": "acc_none"}),
            &["accountId"],
            &["name", "portfolioId", "portfolioAccountType"],
        ),
        entry(
            Method::POST,
            "/v1/client",
            json!({"partnerName": "A partner", "name": "A client"}),
            &["name"],
            &["partnerName", "partnerId", "roles", "defaultRoles"],
        ),
    ]
}

/// What each endpoint is called with: its own kind of client's token.
struct Tokens {
    demo: String,
    /// Of a client that changes its partner's settings.
    settings: String,
    /// Of one that erases its partner's users.
    recovery: String,
    root: String,
}

impl Tokens {
    async fn get(api: &Api) -> Tokens {
        Tokens {
            demo: api.token.clone(),
            settings: api
                .token_of(&api.new_client_with("settings.write").await)
                .await,
            recovery: api.client_token("demoRecovery").await,
            root: api.client_token("root").await,
        }
    }

    /// Of a client with this scope.
    fn with(&self, scope: &str) -> &str {
        match scope {
            "admin" => &self.root,
            "settings.write" => &self.settings,
            "recovery.write" => &self.recovery,
            _ => &self.demo,
        }
    }

    fn of(&self, endpoint: &Endpoint) -> &str {
        match endpoint.path {
            "/v1/client" => &self.root,
            _ => &self.demo,
        }
    }
}

#[tokio::test]
async fn a_path_that_is_not_there_is_1005_on_every_method() {
    let api = Api::new().await;
    for path in [
        "/v1",
        "/v1/",
        "/v1/nothing",
        "/v1/user/sign-up/",
        "/v1//user/sign-up",
        "/v1/user/sign-up/more",
        "/v1/User/Sign-Up",
        "/v1/account/portfolio/x/y/z",
        "/v1/%00",
        "/v1/..%2fhealthz",
    ] {
        for method in [Method::GET, Method::POST, Method::DELETE] {
            let call = api.call(method, path).bearer(&api.token);
            call.send().await.fails(1005);
        }
    }
}

#[tokio::test]
async fn a_slip_in_a_path_is_1005_and_not_a_user_who_takes_another_method() {
    let api = Api::new().await;
    for (method, path) in [
        (Method::POST, "/v1/user/logn"),
        (Method::POST, "/v1/user/signup"),
        (Method::PUT, "/v1/user/changepassword"),
        (Method::POST, "/v1/user/sessions/all"),
        (Method::POST, "/v1/client/secret"),
    ] {
        let reply = api.call(method, path).bearer(&api.token).send().await;
        reply.fails(1005);
    }
    let path = "/v1/user/usr_none";
    let reply = api.post(path, &api.token, json!({})).await;
    assert_eq!(reply.fails(1006).header("allow"), "DELETE, GET", "{reply}");
}

#[tokio::test]
async fn outside_v1_too_a_path_that_is_not_there_answers_json() {
    let api = Api::new().await;
    for path in ["/", "/nothing", "/oauth2", "/.env", "/.dev.vars"] {
        let reply = api.call(Method::GET, path).send().await;
        reply.expect_status(404);
        assert!(reply.body.is_object(), "{reply}");
    }
}

/// A path of the document with ids that might be, and a day.
fn shaped(path: &str) -> String {
    let ids = [
        ("{day}", "2026-01-31"),
        ("{userId}", "usr_1"),
        ("{sessionId}", "ses_1"),
        ("{clientId}", "cli_1"),
        ("{accountId}", "acc_1"),
        ("{partnerId}", "prt_1"),
    ];
    let put = |path: String, (name, id): (&str, &str)| path.replace(name, id);
    ids.into_iter().fold(path.to_owned(), put)
}

#[tokio::test]
async fn a_method_that_is_not_there_is_1006_and_told_the_ones_that_are() {
    let api = Api::new().await;
    for (path, mut methods) in table::paths() {
        let asked = shaped(&path);
        // It is the path of an account of that name too.
        if path == "/v1/account/portfolio" {
            methods.push("GET".into());
        }
        let mut allowed = methods.clone();
        allowed.sort();
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
            // Of what is everybody's, a page of any origin may ask what it may do.
            let is_preflight = method == "OPTIONS" && path.starts_with("/.well-known/");
            if is_preflight || methods.iter().any(|known| known == method) {
                continue;
            }
            let named = method.parse().expect("a method");
            let reply = api.call(named, &asked).bearer(&api.token).send().await;
            match path.starts_with("/oauth2/") {
                true => drop(reply.expect_status(405)),
                false => drop(reply.fails(1006)),
            }
            let mut allow: Vec<&str> = reply.header("allow").split(", ").collect();
            allow.sort_unstable();
            assert_eq!(allow, allowed, "{reply}");
        }
    }
}

#[tokio::test]
async fn a_body_that_is_not_one_json_object_is_1001_everywhere() {
    let api = Api::new().await;
    let tokens = Tokens::get(&api).await;
    let nested = |depth: usize| {
        let text = format!("{{\"a\":{}1{}}}", "[".repeat(depth), "]".repeat(depth));
        text.into_bytes()
    };
    let bodies: Vec<Vec<u8>> = vec![
        b"".to_vec(),
        b" ".to_vec(),
        b"{".to_vec(),
        b"{}{}".to_vec(),
        b"{} x".to_vec(),
        b"[]".to_vec(),
        b"[{}]".to_vec(),
        b"null".to_vec(),
        b"true".to_vec(),
        b"1".to_vec(),
        b"\"text\"".to_vec(),
        b"{'username':'a'}".to_vec(),
        b"{username:\"a\"}".to_vec(),
        b"{\"username\":\"a\",}".to_vec(),
        b"{\"username\":NaN}".to_vec(),
        b"{\"username\":Infinity}".to_vec(),
        b"{\"username\":01}".to_vec(),
        b"{\"username\":\"\\ud800\"}".to_vec(),
        b"{\"username\":\"\x01\"}".to_vec(),
        b"{\"username\":\"\xff\xfe\"}".to_vec(),
        b"{\"username\":\"\xc0\xaf\"}".to_vec(),
        b"\xff\xfe{\0}\0".to_vec(),
        b"username=a&password=b".to_vec(),
        nested(1_000),
        nested(7_000),
        b"{\"a\":".repeat(3_000),
    ];
    let (_, session) = api.signed_in_user().await;
    for listed in table::calls() {
        let token = match listed.takes.first() {
            Some(Token::Client(scope)) => tokens.with(scope),
            Some(Token::User) => &session.access,
            None => continue,
        };
        if listed.body.is_none() {
            continue;
        }
        for body in &bodies {
            // These take no body, or one.
            let may_be_empty = ["/logout", "/secret"];
            let may_be_empty = may_be_empty.iter().any(|end| listed.path.ends_with(end));
            if body.is_empty() && may_be_empty {
                continue;
            }
            let call = api.call(listed.method.clone(), &shaped(&listed.path));
            let call = call.bearer(token);
            let reply = call.body("application/json", body.clone()).send().await;
            reply.fails(1001);
        }
    }
}

/// The text of each member, as long as it may be, a character less and one more. The others are as in
/// the document's examples.
#[tokio::test]
async fn a_text_may_be_as_long_as_the_document_says_and_not_a_character_more() {
    let api = Api::new().await;
    let tokens = Tokens::get(&api).await;
    // A number's, a code's and a list of scopes' are rules of their own; the second password is compared.
    let elsewhere = [
        "phoneNumber",
        "newPhoneNumber",
        "code",
        "scope",
        "passwordConfirm",
    ];
    let mut tried = Vec::new();
    for listed in table::calls() {
        let Some(Token::Client(_)) = listed.takes.first() else {
            continue;
        };
        // What fits one message is a rule of its own.
        if listed.path.ends_with("/settings") {
            continue;
        }
        let members = listed.body.as_ref().map(|body| body["properties"].clone());
        for (name, schema) in members.iter().flat_map(|m| m.as_object().expect("members")) {
            let Some(most) = schema["maxLength"].as_u64() else {
                continue;
            };
            // That of a reset is looked at once the reset is known.
            let of_a_reset = listed.path.ends_with("/change-password") && name == "password";
            if elsewhere.contains(&name.as_str()) || of_a_reset {
                continue;
            }
            let most = usize::try_from(most).expect("a length");
            for length in [most - 1, most, most + 1] {
                let mut body = listed.example();
                let text = match name.as_str() {
                    "email" | "newEmail" | "username" => email_of(length),
                    _ => random::letters(length),
                };
                body[name] = json!(text);
                if listed.path == "/v1/client" && name != "partnerId" {
                    body["partnerName"] = body.get("partnerName").cloned().unwrap_or(json!("P"));
                }
                let token = tokens.with(listed.takes[0].scope());
                let call = api.call(listed.method.clone(), &listed.path);
                let reply = call.bearer(token).json(&body).send().await;
                // A partner or a home that is not there is a field's fault too, and no length's.
                let is_none = ["is that of no partner", "is none of the service's homes"];
                let of_length = [1002, 3002].contains(&reply.code())
                    && !is_none.iter().any(|none| reply.message().contains(none));
                let refused = of_length && reply.message().starts_with(name.as_str());
                assert_eq!(refused, length > most, "{name} of {length}: {reply}");
            }
            tried.push(name.clone());
        }
    }
    for name in [
        "refreshToken",
        "sessionId",
        "userId",
        "accountId",
        "portfolioId",
        "partnerId",
        "name",
        "password",
    ] {
        assert!(
            tried.iter().any(|known| known == name),
            "{name} was not tried"
        );
    }
}

fn email_of(length: usize) -> String {
    let domain: Vec<&str> = vec!["ddddddddd"; 30];
    let (local, rest) = ("l".repeat(60), length - 61 - 4);
    let domain: String = domain.join(".").chars().take(rest).collect();
    // A label ends with no dot.
    let domain = match domain.strip_suffix('.') {
        Some(shorter) => format!("{shorter}d"),
        None => domain,
    };
    format!("{local}@{domain}.com")
}

#[tokio::test]
async fn a_member_that_is_there_twice_is_refused_at_any_depth() {
    let api = Api::new().await;
    let bodies = [
        r#"{"username":"a@example.com","password":"first-one","password":"second-one"}"#,
        r#"{"username":"a@example.com","pass\u0077ord":"first-one","password":"second-one"}"#,
        r#"{"username":"a@example.com","password":"first-one","extra":{"a":1,"a":2}}"#,
    ];
    for body in bodies {
        let call = api.call(Method::POST, "/v1/user/login").bearer(&api.token);
        let call = call.body("application/json", body.into());
        call.send().await.fails_with_one_of(&[1001, 1002]);
    }
}

#[tokio::test]
async fn a_missing_member_is_1002_and_named() {
    let api = Api::new().await;
    let tokens = Tokens::get(&api).await;
    for endpoint in endpoints() {
        for name in endpoint.required {
            for absent in [false, true] {
                let mut body = endpoint.body.clone();
                match absent {
                    true => drop(body.as_object_mut().map(|o| o.remove(*name))),
                    false => body[*name] = Value::Null,
                }
                let call = api.call(endpoint.method.clone(), endpoint.path);
                let call = call.bearer(tokens.of(&endpoint)).json(&body);
                call.send().await.fails(1002).naming(name);
            }
        }
    }
}

/// What a program needs of a failure stands in `data`; that it agrees with the sentence and the
/// headers is checked on every reply of every test by `support/http.rs`.
#[tokio::test]
async fn what_a_program_needs_of_a_failure_is_in_its_data() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    let field = |reply: &Reply| reply.text("/data/field");

    let reply = api.post("/v1/user/login", &api.token, json!({})).await;
    assert_eq!(field(reply.fails(1002)), "username");
    let mut body = application();
    body["roles"] = json!(["nobodys"]);
    let reply = api.post("/v1/user/sign-up", &api.token, body).await;
    assert_eq!(field(reply.fails(3003)), "roles");

    let challenge = api.log_in(&user).await;
    let code = wrong(&api.code(&challenge).await);
    for left in [2, 1] {
        let reply = api.answer(&challenge, &code).await;
        let left = json!({ "triesLeft": left });
        assert_eq!(reply.fails(4001).body["data"], left, "{reply}");
    }
    let body = json!({"sessionId": challenge.session});
    let reply = api.post("/v1/user/otp/resend", &api.token, body).await;
    let wait = reply.fails(4004).body["data"]["retryAfter"].as_u64();
    assert!(wait.is_some_and(|wait| (1..=60).contains(&wait)), "{reply}");
    let reply = api.me(&api.token).await;
    let scope = json!({"scope": "user_auth"});
    assert_eq!(reply.fails(2003).body["data"], scope, "{reply}");
}

#[tokio::test]
async fn a_password_of_any_length_is_told_the_rule_of_passwords() {
    let api = Api::new().await;
    for (password, code, rule) in [
        ("", 3002, "at least 8"),
        ("1234567", 3002, "at least 8"),
        (&"x".repeat(129), 1002, "at most 128"),
        (&"x".repeat(15_000), 1002, "at most 128"),
    ] {
        let mut body = application();
        body["password"] = json!(password);
        let reply = api.post("/v1/user/sign-up", &api.token, body).await;
        reply.fails(code).naming(rule);
        assert_eq!(reply.text("/data/field"), "password");
    }
    for password in ["", &"x".repeat(129)] {
        let reply = api.login("nobody@example.com", password).await;
        assert_eq!(reply.fails(1002).text("/data/field"), "password");
    }
}

#[tokio::test]
async fn a_member_of_the_wrong_type_is_1002_and_named() {
    let api = Api::new().await;
    let tokens = Tokens::get(&api).await;
    for endpoint in endpoints() {
        for name in endpoint.required.iter().chain(endpoint.optional) {
            let mut wrong_types = vec![
                json!(0),
                json!(-1.5),
                json!(1e300),
                json!(true),
                json!({}),
                json!({"$ne": ""}),
                json!([1]),
                json!([["x"]]),
            ];
            match *name {
                "roles" | "defaultRoles" => wrong_types.push(json!("customer")),
                _ => wrong_types.push(json!(["text"])),
            }
            for value in wrong_types {
                let mut body = endpoint.body.clone();
                body[*name] = value;
                let call = api.call(endpoint.method.clone(), endpoint.path);
                let call = call.bearer(tokens.of(&endpoint)).json(&body);
                call.send().await.fails(1002).naming(name);
            }
        }
    }
}

#[tokio::test]
async fn no_text_in_any_member_is_more_than_the_callers_fault() {
    let api = Api::new().await;
    let tokens = Tokens::get(&api).await;
    let long = "x".repeat(15_000);
    let texts = [
        "",
        " ",
        "\u{0}",
        "' OR 1=1 --",
        "\"; DROP TABLE users; --",
        "%00%0a",
        "../../etc/passwd",
        "{{7*7}} ${7*7}",
        "\u{202e}\u{200b}\u{feff}",
        "👩‍👩‍👧‍👦",
        "ÿþ\u{10ffff}",
        "\r\nSet-Cookie: a=b\r\n\r\n",
        long.as_str(),
    ];
    for endpoint in endpoints() {
        for name in endpoint.required.iter().chain(endpoint.optional) {
            for text in texts {
                let mut body = endpoint.body.clone();
                body[*name] = match *name {
                    "roles" | "defaultRoles" => json!([text]),
                    _ => json!(text),
                };
                let call = api.call(endpoint.method.clone(), endpoint.path);
                let reply = call.bearer(tokens.of(&endpoint)).json(&body).send().await;
                let sms_failed = reply.status == 502;
                assert!(
                    reply.status < 500 && !sms_failed,
                    "{name} = {text:?}: {reply}"
                );
            }
        }
    }
}

#[tokio::test]
async fn line_breaks_in_a_member_forge_no_line_of_the_log() {
    let api = Api::new().await;
    let marker = format!("forged-{}", crate::support::random::letters(12));
    let text = format!("a\r\n\n{marker}\u{1b}[2J\u{2028}{marker}");
    let body = json!({"username": text, "password": "some-password"});
    api.post("/v1/user/login", &api.token, body)
        .await
        .fails_with_one_of(&[1002, 3004]);
    let call = api.call(Method::POST, "/v1/user/login");
    let call = call.bearer(&api.token).header("User-Agent", &marker);
    let call = call.header("X-Request-Id", &marker).json(&json!({}));
    call.send().await.fails(1002);
    let log = api.gatehouse.service.log();
    let forged = log.lines().any(|line| line.starts_with(&marker));
    assert!(!forged, "the log has a line of the caller's");
}

#[tokio::test]
async fn a_body_of_another_type_is_1003() {
    let api = Api::new().await;
    let body = json!({"username": "nobody@example.com", "password": "some-password"});
    for media_type in [
        "text/plain",
        "text/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
        "application/jsonp",
        "application/json-patch+json",
        "application",
        "json",
        "*/*",
        "application/json;charset=utf-16",
        "application/json; charset=\"iso-8859-1\"",
        "application/json; charset=utf-8; charset=utf-7",
    ] {
        let call = api.call(Method::POST, "/v1/user/login").bearer(&api.token);
        let call = call.body(media_type, body.to_string().into_bytes());
        call.send().await.fails(1003);
    }
    let call = api.call(Method::POST, "/v1/user/login").bearer(&api.token);
    let call = call.untyped(body.to_string().into_bytes());
    call.send().await.fails(1003);
}

#[tokio::test]
async fn a_body_in_another_encoding_is_1003_and_says_so() {
    let api = Api::new().await;
    let tokens = Tokens::get(&api).await;
    // What gzip makes of `{}`, and of it what no reader of JSON could say more than "broken".
    let packed = b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xab\xae\x05\0\x43\xbf\xa6\xa3\x02\0\0\0";
    for endpoint in endpoints() {
        for encoding in ["gzip", "br", "GZIP", "gzip, identity"] {
            let call = api.call(endpoint.method.clone(), endpoint.path);
            let call = call.bearer(tokens.of(&endpoint));
            let call = call.header("Content-Encoding", encoding);
            let reply = call.body("application/json", packed.to_vec()).send().await;
            reply.fails(1003).naming("Content-Encoding");
            assert_eq!(reply.header("accept-encoding"), "identity", "{reply}");
        }
    }
    let call = api.call(Method::POST, "/oauth2/token");
    let call = call.header("Content-Encoding", "gzip").form("");
    call.send().await.oauth_error(415, "invalid_request");
    let call = api.call(Method::POST, "/v1/user/login").bearer(&api.token);
    let call = call.header("Content-Encoding", "identity");
    call.json(&json!({})).send().await.fails(1002);
}

#[tokio::test]
async fn a_byte_order_mark_is_1001_and_named() {
    let api = Api::new().await;
    let body = "\u{feff}{\"username\":\"ada@example.com\",\"password\":\"a-password\"}";
    let call = api.call(Method::POST, "/v1/user/login").bearer(&api.token);
    let reply = call.body("application/json", body.into()).send().await;
    reply.fails(1001).naming("byte order mark");
}

#[tokio::test]
async fn json_is_json_in_any_spelling_of_its_type() {
    let api = Api::new().await;
    let body = json!({"username": "nobody@example.com", "password": "some-password"});
    for media_type in [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        "application/json;charset=\"UTF-8\"",
    ] {
        let user = crate::support::random::email();
        let mut body = body.clone();
        body["username"] = json!(user);
        let call = api.call(Method::POST, "/v1/user/login").bearer(&api.token);
        let call = call.body(media_type, body.to_string().into_bytes());
        call.send().await.fails(3004);
    }
}

/// A login of somebody unknown, of exactly this many bytes.
fn body_of_length(length: usize) -> Vec<u8> {
    let username = crate::support::random::email();
    let body = json!({"username": username, "password": "some-password", "pad": ""});
    let mut text = body.to_string();
    let pad = "x".repeat(length - text.len());
    text = text.replace("\"pad\":\"\"", &format!("\"pad\":\"{pad}\""));
    assert_eq!(text.len(), length);
    text.into_bytes()
}

#[tokio::test]
async fn a_body_may_have_16_kib_and_not_a_byte_more() {
    let api = Api::new().await;
    for (length, code) in [
        (16 * 1024 - 1, 3004),
        (16 * 1024, 3004),
        (16 * 1024 + 1, 1004),
        (1024 * 1024, 1004),
        (8 * 1024 * 1024, 1004),
    ] {
        let call = api.call(Method::POST, "/v1/user/login").bearer(&api.token);
        let call = call.body("application/json", body_of_length(length));
        call.send().await.fails(code);
    }
}

#[tokio::test]
async fn a_body_of_undeclared_length_has_the_same_limit() {
    let api = Api::new().await;
    for (length, status) in [(16 * 1024, "403"), (16 * 1024 + 1, "413")] {
        let body = body_of_length(length);
        let mut request = format!(
            "POST /v1/user/login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
             CF-Connecting-IP: {}\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
            api.address, api.token
        )
        .into_bytes();
        for chunk in body.chunks(1000) {
            request.extend(format!("{:x}\r\n", chunk.len()).bytes());
            request.extend(chunk);
            request.extend(b"\r\n");
        }
        request.extend(b"0\r\n\r\n");
        let port = api.gatehouse.service.port;
        let answer = tokio::task::spawn_blocking(move || exchange(port, &request));
        let answer = answer.await.unwrap().expect("an answer");
        let line = answer.lines().next().unwrap_or_default();
        assert!(line.contains(status), "{length} bytes: {line}");
    }
}

#[tokio::test]
async fn a_token_counts_in_the_header_alone() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    let session = api.session(&user).await;

    let path = format!("/v1/user/me?access_token={}", session.access);
    api.call(Method::GET, &path).send().await.fails(2001);

    let mut body = application();
    body["access_token"] = json!(api.token);
    let call = api.call(Method::POST, "/v1/user/sign-up").json(&body);
    call.send().await.fails(2001);
}

/// A URL ends up in logs and histories. Whoever slips learns it, whatever else is right.
#[tokio::test]
async fn credentials_in_a_url_are_1002_at_every_call() {
    let api = Api::new().await;
    let tokens = Tokens::get(&api).await;
    let user = api.session(&api.sign_up().await).await;
    for listed in table::calls() {
        let token = match listed.takes.first() {
            Some(Token::User) => &user.access,
            Some(Token::Client(scope)) => tokens.with(scope),
            None => continue,
        };
        for (query, named) in [
            ("username=ada", "username"),
            ("password=hunter22", "password"),
            ("PASSWORD=hunter22", "password"),
            ("pass%77ord=hunter22", "password"),
            ("code=hunter22", "code"),
            ("refreshToken=hunter22", "refreshToken"),
            ("refresh_token=hunter22", "refreshToken"),
            ("x=1&access_token=hunter22", "accessToken"),
            ("client-secret=hunter22", "clientSecret"),
        ] {
            let path = format!("{}?{query}", listed.path_of(&[]));
            let reply = listed.call(&api, &path).bearer(token).send().await;
            reply.fails(1002).naming(named).naming("never in the URL");
            assert!(!reply.raw.contains("hunter22"), "{reply}");
        }
    }
}

#[tokio::test]
async fn an_answer_has_a_request_id_of_its_own() {
    let api = Api::new().await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        let reply = api.get("/v1/nothing", &api.token).await;
        ids.push(reply.header("x-request-id").to_owned());
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 5, "{ids:?}");
}

#[tokio::test]
async fn unknown_members_are_ignored() {
    let api = Api::new().await;
    let mut body = application();
    body["userAccountStatus"] = json!("VERIFIED");
    body["userId"] = json!("usr_chosen");
    body["partnerId"] = json!("prt_other");
    body["deep"] = json!([[[{"a": [1, 2, {"b": null}]}]]]);
    let reply = api.post("/v1/user/sign-up", &api.token, body).await;
    assert_eq!(reply.ok()["userAccountStatus"], "UNINITIATED", "{reply}");
    assert_ne!(reply.ok()["userId"], "usr_chosen", "{reply}");
}

#[tokio::test]
async fn health_is_told_to_anybody_and_which_version_runs_to_the_operator_alone() {
    let api = Api::new().await;
    let (_, session) = api.signed_in_user().await;
    let plain = json!({"status": "ok"});
    let reply = api.call(Method::GET, "/healthz").send().await;
    assert_eq!(reply.expect_status(200).body, plain);
    for token in ["none", &api.token, &session.access, ""] {
        let reply = api.get("/healthz", token).await;
        assert_eq!(reply.expect_status(200).body, plain, "{reply}");
    }
    let root = api.client_token("root").await;
    let reply = api.get("/healthz", &root).await;
    let version = &reply.expect_status(200).body["version"];
    assert!(
        version["id"].as_str().is_some_and(|id| !id.is_empty()),
        "{reply}"
    );
    assert!(
        version["tag"].is_string() && version["time"].is_string(),
        "{reply}"
    );
    let client = api.gatehouse.service.client("root");
    let call = api.call(Method::POST, "/oauth2/revoke");
    let call = call.basic(&client.id, &client.secret);
    call.form(&format!("token={root}")).send().await;
    let reply = api.get("/healthz", &root).await;
    assert_eq!(reply.expect_status(200).body, plain, "it was revoked");
}

#[tokio::test]
async fn no_origin_is_allowed_unless_the_settings_say_so() {
    let api = Api::new().await;
    let origin = "https://app.example.com";
    let call = api.call(Method::OPTIONS, "/v1/user/login");
    let call = call.header("Origin", origin);
    let preflight = call.header("Access-Control-Request-Method", "POST");
    let call = api
        .call(Method::GET, "/v1/nothing")
        .header("Origin", origin);
    for reply in [preflight.send().await, call.send().await] {
        let names = reply.headers.keys().map(|name| name.as_str());
        let allowing: Vec<&str> = names.filter(|n| n.starts_with("access-control")).collect();
        assert_eq!(allowing, [""; 0], "{reply}");
    }
}
