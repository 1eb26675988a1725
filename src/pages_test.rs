//! The pages for readers: each is found from the index, what they say of the code is so, and what they point to
//! elsewhere is a URL. That a path or an anchor in them is there is `make check`'s to say.

mod grafana;
mod limits;
mod served;
mod settings;

use std::fs;
use std::path::{Path, PathBuf};

use url::Url;

/// The one index names every page of docs/ itself: no page is found only by way of another.
#[test]
fn the_index_names_every_page() {
    let index = read("docs/README.md");
    let targets = targets(&index);
    let mut pages = Vec::new();
    collect(&root().join("docs"), &mut pages);
    assert!(pages.len() >= 10, "{pages:?}");
    for page in pages {
        let page = page.strip_prefix(root().join("docs")).unwrap();
        let page = page.to_str().unwrap();
        let named = page == "README.md" || targets.contains(&page);
        assert!(named, "docs/README.md does not name {page}");
    }
}

/// The bill of a login is that of the measured page: each part of it, and the sum.
#[test]
fn the_bill_is_what_was_counted() {
    let (measured, page) = (read("docs/performance.md"), read("docs/operating.md"));
    let (_, prices) = measured
        .split_once("\n## Dollars a million calls\n")
        .unwrap();
    let (_, bill) = page.split_once("\n## The bill\n").unwrap();
    for call in ["login", "code", "refresh", "me"] {
        let row = |page: &str| {
            let mut rows = page.lines();
            let row = rows.find(|line| line.starts_with(&format!("| {call} |")));
            row.unwrap_or_else(|| panic!("no row of {call}")).to_owned()
        };
        let (measured, told) = (row(prices), row(bill));
        let cells = |row: &str| {
            row.split('|')
                .map(|cell| cell.trim().to_owned())
                .collect::<Vec<_>>()
        };
        // The last cell there is with all of the audit log in D1.
        assert_eq!(cells(&told)[..11], cells(&measured)[..11], "{call}");
    }
}

/// Elsewhere is not asked: the tests need no network.
#[test]
fn every_url_elsewhere_is_one() {
    let mut seen = 0;
    for (page, text) in pages() {
        for target in targets(&text).into_iter().filter(|t| t.contains("://")) {
            let url = Url::parse(target).ok();
            let host = url.as_ref().and_then(Url::host_str).unwrap_or_default();
            let is_one = target.starts_with("https://") && host.contains('.');
            assert!(is_one, "{}: {target}", page.display());
            seen += 1;
        }
    }
    assert!(seen > 0, "the pages have links elsewhere");
}

/// Pictures may stand in HTML, which the check of links does not read.
#[test]
fn every_file_that_html_in_a_page_names_is_there() {
    for (page, text) in pages() {
        for name in ["src=\"", "srcset=\"", "href=\""] {
            for given in text.split(name).skip(1) {
                let target = given.split(['"', ' ', '#']).next().unwrap_or_default();
                let here = page.parent().unwrap().join(target);
                let found = target.contains("://") || here.exists();
                assert!(found, "{}: {target}", page.display());
            }
        }
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Every Markdown file of the repository, with its text.
fn pages() -> Vec<(PathBuf, String)> {
    let mut pages = Vec::new();
    collect(root(), &mut pages);
    let text = |page: PathBuf| {
        let text = fs::read_to_string(&page).unwrap();
        (page, text)
    };
    pages.into_iter().map(text).collect()
}

fn collect(folder: &Path, pages: &mut Vec<PathBuf>) {
    for path in fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
        let name = path.file_name().unwrap().to_str().unwrap();
        let is_made = ["node_modules", "target", "build", "dist"].contains(&name);
        if is_made || name.starts_with('.') {
            continue;
        }
        if path.is_dir() {
            collect(&path, pages);
        } else if path.extension().is_some_and(|ending| ending == "md") {
            pages.push(path);
        }
    }
}

/// What the links and pictures of a page point to: `[text](target)` and `<https://...>`.
fn targets(text: &str) -> Vec<&str> {
    let inline = text.split("](").skip(1);
    let inline = inline.filter_map(|rest| rest.split([')', ' ', '\n']).next());
    let bare = text.match_indices("<http");
    let bare = bare.filter_map(|(at, _)| text[at + 1..].split('>').next());
    inline.chain(bare).collect()
}
