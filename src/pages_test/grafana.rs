//! The dashboard's queries ask for what there is: columns that the data points have, routes, codes.

use std::collections::BTreeSet;

use super::read;

#[test]
fn the_queries_ask_for_columns_that_the_points_have() {
    let sql = read("docs/grafana/queries.sql");
    let (requests, messages) = points(&read("docs/operating.md"));
    let mut asked = 0;
    for query in sql.split_inclusive(';') {
        let has = match query.contains("FROM gatehouse_requests") {
            true => &requests,
            false if query.contains("FROM gatehouse_messages") => &messages,
            false => continue,
        };
        for column in columns(query) {
            assert!(has.contains(column), "{column} in{query}");
            asked += 1;
        }
    }
    assert!(asked > 50, "{asked}");
}

/// The page says as many blobs and doubles as the code writes; a test from outside holds their order.
#[test]
fn the_page_has_the_columns_of_the_code() {
    let (requests, messages) = points(&read("docs/operating.md"));
    let code = read("src/metrics.rs");
    let of = |page: &BTreeSet<String>, kind: &str| {
        page.iter().filter(|name| name.starts_with(kind)).count()
    };
    let written = |function: &str, kind: &str| {
        let (_, body) = code.split_once(&format!("fn {function}(")).unwrap();
        let body = body.split("\n    }\n").next().unwrap();
        let Some((_, list)) = body.split_once(&format!("let {kind}s = [")) else {
            return 0;
        };
        let list = list.split(']').next().unwrap().split(',');
        list.filter(|item| !item.trim().is_empty()).count()
    };
    for kind in ["blob", "double"] {
        assert_eq!(of(&requests, kind), written("write", kind), "{kind}");
        assert_eq!(
            of(&messages, kind),
            written("write_message", kind),
            "{kind}"
        );
    }
}

#[test]
fn the_queries_name_routes_and_codes_that_there_are() {
    let sql = read("docs/grafana/queries.sql");
    let (routes, errors) = (read("src/routes.rs"), read("docs/errors.md"));
    let words: Vec<&str> = sql.split('\'').skip(1).step_by(2).collect();
    let named: Vec<&&str> = words.iter().filter(|word| word.starts_with('/')).collect();
    assert!(!named.is_empty());
    for route in named {
        assert!(routes.contains(&format!("\"{route}\"")), "{route}");
    }
    for code in sql.split("double3 = ").skip(1) {
        let code = &code[..4];
        assert!(errors.contains(&format!("id=\"{code}\"")), "{code}");
    }
}

/// Of the tables in "Data points": of a request's, and of a message's.
fn points(page: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let (_, rest) = page.split_once("\n## Data points\n").unwrap();
    let section = rest.split("\n## ").next().unwrap();
    let (requests, messages) = section.split_once("`gatehouse_messages`").unwrap();
    let of = |text: &str| {
        let rows = text.lines().filter_map(|line| line.strip_prefix("| `"));
        let names = rows.filter_map(|row| row.split('`').next());
        names.map(String::from).collect::<BTreeSet<_>>()
    };
    (of(requests), of(messages))
}

fn columns(query: &str) -> impl Iterator<Item = &str> {
    let words = query.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|word| {
        let number = ["blob", "double", "index"]
            .iter()
            .find_map(|kind| word.strip_prefix(kind));
        number.is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
    })
}
