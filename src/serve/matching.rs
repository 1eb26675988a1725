//! Which row of the table a request is for.

use crate::routes::row::{Handler, Route};
use crate::routes::ROUTES;
use crate::rules::id::{is_id, ClientId, PartnerId, SessionId, UserId};

pub(super) enum Found {
    Route(&'static Route, Vec<String>),
    /// The path is there; these are the methods it takes.
    OtherMethods(String),
    Nothing,
}

/// By the method first: of the rows that take it, the one whose path says most. Beside it the route as it
/// stands in the table: a path in the log holds no caller's text.
pub(super) fn look_up(method: &str, path: &str) -> (Found, &'static str) {
    // What most calls are for is a path of the table, and nothing else's.
    let is_it = |row: &&Route| row.method == method && row.path == path && !path.contains('{');
    if let Some(row) = ROUTES.iter().find(is_it) {
        return (Found::Route(row, Vec::new()), row.path);
    }
    let rows = rows(path);
    let takes = |row: &&&Route| {
        // HEAD is GET without the body (RFC 9110 §9.3.2), where GET does nothing but read.
        let head =
            method == "HEAD" && row.method == "GET" && matches!(row.handler, Handler::Public(_));
        row.method == method || head
    };
    if let Some(row) = first(rows.iter().filter(takes)) {
        let params = params(row.path, path).unwrap_or_default();
        return (Found::Route(row, params), row.path);
    }
    let route = first(rows.iter()).map_or("unknown", |row| row.path);
    let is_possible = |row: &&&Route| can_be(row.path, &params(row.path, path).unwrap_or_default());
    let possible: Vec<&&Route> = rows.iter().filter(is_possible).collect();
    let is_allowed = |method: &&str| possible.iter().any(|row| row.method == *method);
    let allow: Vec<&str> = METHODS.into_iter().filter(is_allowed).collect();
    match allow.is_empty() {
        true => (Found::Nothing, route),
        false => (Found::OtherMethods(allow.join(", ")), route),
    }
}

/// Of the table, as `Allow` lists them.
const METHODS: [&str; 4] = ["DELETE", "GET", "POST", "PUT"];

/// The one whose path says most: earlier segments say more.
fn first<'a>(rows: impl Iterator<Item = &'a &'static Route>) -> Option<&'a &'static Route> {
    let says = |row: &Route| row.path.split('/').map(is_param);
    rows.min_by(|one, other| says(one).cmp(says(other)))
}

/// The rows that a path is of.
fn rows(path: &str) -> Vec<&'static Route> {
    // A word of the table is no id that is made here, and a mistake in the method is told as one.
    let literal = ROUTES.iter().any(|row| row.path == path);
    let is_chosen = |row: &Route| row.path.contains(CHOSEN_IN_PATHS);
    let fits =
        |row: &&Route| matches(row.path, path) && (!literal || row.path == path || is_chosen(row));
    ROUTES.iter().filter(fits).collect()
}

/// The only id in a path that a partner may choose: it may be any word of the table.
const CHOSEN_IN_PATHS: &str = "{accountId}";

fn is_param(segment: &str) -> bool {
    segment.starts_with('{')
}

/// The segments that stand where the pattern has a name. None where the path is not of the pattern.
fn params(pattern: &str, path: &str) -> Option<Vec<String>> {
    let named = pattern.split('/').zip(path.split('/'));
    let named = named.filter(|(expected, _)| is_param(expected));
    matches(pattern, path).then(|| named.map(|(_, given)| given.into()).collect())
}

fn matches(pattern: &str, path: &str) -> bool {
    let mut given = path.split('/');
    let fits = |expected: &str, segment: &str| match is_param(expected) {
        true => !segment.is_empty(),
        false => segment == expected,
    };
    let all = pattern
        .split('/')
        .all(|expected| given.next().is_some_and(|segment| fits(expected, segment)));
    all && given.next().is_none()
}

/// Whether these segments can be what the pattern names. `POST /v1/user/logn` is a slip and no
/// user: to say that it takes GET would send whoever made it the wrong way.
fn can_be(pattern: &str, params: &[String]) -> bool {
    let names = pattern.split('/').filter(|part| part.starts_with('{'));
    names.zip(params).all(|(name, given)| match name {
        "{userId}" => UserId::is_of_ours(given),
        "{clientId}" => ClientId::is_of_ours(given),
        "{partnerId}" => PartnerId::is_of_ours(given),
        "{sessionId}" => SessionId::is_of_ours(given),
        _ => is_id(given),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(method: &str, path: &str) -> Found {
        look_up(method, path).0
    }

    #[test]
    fn a_path_is_matched_whole() {
        assert_eq!(
            params("/v1/user/{userId}", "/v1/user/usr_1"),
            Some(vec!["usr_1".to_string()])
        );
        for path in [
            "/v1/user/",
            "/v1/user",
            "/v1/user/a/b",
            "/v1//a",
            "/V1/user/a",
            "/v1/user/a/",
        ] {
            assert_eq!(params("/v1/user/{userId}", path), None, "{path}");
        }
    }

    #[test]
    fn an_unknown_method_is_told_what_the_path_takes() {
        let Found::OtherMethods(allow) = find("DELETE", "/v1/user/forget-password") else {
            panic!()
        };
        assert_eq!(allow, "GET, POST");
        assert!(matches!(
            find("HEAD", "/v1/user/forget-password"),
            Found::OtherMethods(_)
        ));
        assert!(matches!(find("HEAD", "/healthz"), Found::Route(..)));
        assert!(matches!(find("GET", "/nowhere"), Found::Nothing));
    }

    #[test]
    fn every_method_of_the_table_can_be_allowed() {
        assert!(METHODS.is_sorted());
        for row in ROUTES {
            assert!(METHODS.contains(&row.method), "{}", row.method);
        }
    }

    #[test]
    fn a_slip_in_a_path_is_no_id() {
        let other = |method, path| matches!(find(method, path), Found::OtherMethods(_));
        for path in [
            "/v1/user/usr_1",
            "/v1/user/sessions/ses_1",
            "/v1/client/cli_1",
        ] {
            assert!(other("PATCH", path), "{path}");
        }
        // The partner chooses an account's id.
        assert!(other("POST", "/v1/account/portfolo"));
        for (method, path) in [
            ("POST", "/v1/user/logn"),
            ("PUT", "/v1/user/change-pasword"),
            ("POST", "/v1/user/usr_"),
            ("POST", "/v1/user/sessions/all"),
            ("GET", "/v1/user/users/unlock"),
            ("POST", "/v1/client/secret"),
            ("POST", "/v1/account/a.b"),
        ] {
            assert!(matches!(find(method, path), Found::Nothing), "{path}");
        }
        // Where the method fits, an id is looked up as it is, and is not there.
        assert!(matches!(find("GET", "/v1/user/logn"), Found::Route(..)));
    }

    fn found(method: &str, path: &str) -> String {
        match find(method, path) {
            Found::Route(row, params) => format!("{} {} {params:?}", row.method, row.path),
            Found::OtherMethods(allow) => allow,
            Found::Nothing => String::new(),
        }
    }

    #[test]
    fn a_word_of_the_table_may_be_a_chosen_id_and_the_method_decides() {
        for (method, path, expected) in [
            (
                "GET",
                "/v1/account/portfolio",
                r#"GET /v1/account/{accountId} ["portfolio"]"#,
            ),
            (
                "POST",
                "/v1/account/portfolio",
                "POST /v1/account/portfolio []",
            ),
            ("DELETE", "/v1/account/portfolio", "GET, POST"),
            (
                "GET",
                "/v1/account/portfolio/portfolios",
                r#"GET /v1/account/{accountId}/portfolios ["portfolio"]"#,
            ),
            ("GET", "/v1/user/me", "GET /v1/user/me []"),
            ("GET", "/v1/user/sessions", "GET /v1/user/sessions []"),
            ("GET", "/v1/user/login", "POST"),
            ("POST", "/v1/user/me", "GET"),
            (
                "POST",
                "/v1/user/sessions/unlock",
                r#"POST /v1/user/{userId}/unlock ["sessions"]"#,
            ),
            (
                "DELETE",
                "/v1/user/sessions/unlock",
                r#"DELETE /v1/user/sessions/{sessionId} ["unlock"]"#,
            ),
            ("GET", "/v1/user/sessions/unlock", ""),
        ] {
            assert_eq!(found(method, path), expected, "{method} {path}");
        }
    }

    /// Every path of the table, taken as an id that a partner chose.
    #[test]
    fn whatever_an_account_is_called_it_can_be_read() {
        let words = ROUTES.iter().flat_map(|row| row.path.split('/'));
        for word in words.filter(|word| !word.is_empty() && !is_param(word)) {
            for rest in ["", "/portfolios"] {
                let path = format!("/v1/account/{word}{rest}");
                let Found::Route(row, params) = find("GET", &path) else {
                    panic!("{path}")
                };
                let expected = format!("/v1/account/{{accountId}}{rest}");
                assert_eq!((row.path, params), (expected.as_str(), vec![word.into()]));
            }
        }
    }

    #[test]
    fn the_log_names_the_row_that_answered() {
        for (method, path, expected) in [
            ("GET", "/v1/account/portfolio", "/v1/account/{accountId}"),
            ("POST", "/v1/account/portfolio", "/v1/account/portfolio"),
            ("PATCH", "/v1/account/portfolio", "/v1/account/portfolio"),
            (
                "POST",
                "/v1/user/sessions/unlock",
                "/v1/user/{userId}/unlock",
            ),
            ("GET", "/v1/user/usr_1", "/v1/user/{userId}"),
            ("GET", "/v1/users", "unknown"),
        ] {
            assert_eq!(look_up(method, path).1, expected, "{method} {path}");
        }
    }
}
