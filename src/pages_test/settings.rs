//! The ranges and defaults of `docs/reference/settings.md` are those that the code has.

use super::read;
use crate::config::tests::{production, with};
use crate::config::Config;

#[test]
fn the_page_of_settings_has_the_ranges_and_defaults_of_the_code() {
    let page = read("docs/reference/settings.md");
    let rows: Vec<Row> = page.lines().filter_map(Row::read).collect();
    assert!(rows.len() >= 10, "{} rows have a range", rows.len());
    let unset = seen(None).expect("production's settings");
    for Row {
        name,
        range,
        default,
    } in rows
    {
        let (least, most) = range;
        for inside in [least, most] {
            let read = seen(Some((name, inside)));
            assert!(read.is_some(), "{name} = {inside} is refused");
            let is_default = read.as_ref() == Some(&unset);
            assert_eq!(is_default, inside == default, "{name} = {inside}");
        }
        for outside in [least - 1, most + 1] {
            assert!(
                seen(Some((name, outside))).is_none(),
                "{name} = {outside} is taken"
            );
        }
        assert_eq!(
            seen(Some((name, default))).as_ref(),
            Some(&unset),
            "the default of {name}"
        );
    }
}

/// What production reads with this setting, as text; nothing where it is refused.
fn seen(setting: Option<(&'static str, u64)>) -> Option<String> {
    let settings = match setting {
        Some((name, value)) => with(production(), &[(name, &value.to_string())]),
        None => production(),
    };
    Config::read(&settings)
        .ok()
        .map(|config| format!("{config:?}"))
}

/// A setting with its least and most, and what it is where it is not set, all of production.
struct Row {
    name: &'static str,
    range: (u64, u64),
    default: u64,
}

impl Row {
    /// Of a row whose range is two numbers.
    fn read(line: &str) -> Option<Row> {
        let cells: Vec<&str> = line.strip_prefix("| ")?.split(" | ").collect();
        let [name, _, range, default] = cells[..] else {
            return None;
        };
        let range = range.trim_start_matches("`all`, ").split(';').next()?;
        let (least, most) = range.split_once(" to ")?;
        let default = default.split([' ', ';']).next()?;
        Some(Row {
            name: name.trim_matches(['`', '*']).to_owned().leak(),
            range: (least.parse().ok()?, most.parse().ok()?),
            default: default.parse().ok()?,
        })
    }
}
