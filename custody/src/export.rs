//! Exports, line by line: NDJSON, an index a line, whose pages stand one after the other, and at the end the highest of
//! each branch; of a list of what lost its row, how many lines there were. Another export may follow that line: what
//! was given twice is found across all of them.

use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::io::{self, BufRead, Write};

use serde::Deserialize;

use crate::custody::Custody;
use crate::keys::Keys;

/// An index that was given, to a portfolio (branch 0) or an account (branch 1).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Given {
    /// The id of the extended key.
    key: String,
    branch: u32,
    index: u32,
    /// `0/7`, or the same from the root on.
    path: String,
    address: Option<String>,
    encryption_key: Option<String>,
    partner_id: String,
    account_id: String,
    portfolio_id: Option<String>,
}

/// The last line of a page that others follow.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    #[allow(dead_code, reason = "by its name the line is known")]
    next_cursor: String,
}

/// The last line. An export that lacks it was cut off.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum Last {
    /// Of each key's id, of each branch, the highest index that was given.
    Highest(BTreeMap<String, BTreeMap<u32, u32>>),
    /// How many lines were listed.
    Lost(u64),
}

/// What was checked, and how often something was wrong.
#[derive(Default)]
pub(crate) struct Checked {
    pub(crate) addresses: u64,
    pub(crate) encryption_keys: u64,
    pub(crate) keys: usize,
    pub(crate) faults: u64,
}

/// So many lines that are none end the check: this is another file.
const STRANGE: u64 = 10;

/// Says what is wrong, and what is worth knowing, as it reads.
pub(crate) fn check(
    keys: &Keys,
    exports: impl BufRead,
    output: &mut impl Write,
) -> Result<Checked, Box<dyn Error>> {
    let mut check = Check {
        keys,
        output,
        checked: Checked::default(),
        owners: BTreeMap::new(),
        unknown: BTreeMap::new(),
        strange: 0,
        exports: 0,
        export: Export::default(),
    };
    for (nth, line) in exports.lines().enumerate() {
        let line = line?;
        if !line.trim().is_empty() {
            check.line(nth + 1, &line)?;
        }
        if check.strange == STRANGE {
            check.output.flush()?;
            return Err(
                format!("{STRANGE} lines are no lines of an export: this is no export").into(),
            );
        }
    }
    Ok(check.end()?)
}

/// Key and branch.
type Branch = (String, u32);

/// Where an index was met, and whose it is: ids are unique within a partner alone.
struct Owner {
    line: usize,
    partner: String,
    account: String,
    portfolio: Option<String>,
}

struct Check<'a, W> {
    keys: &'a Keys,
    output: &'a mut W,
    checked: Checked,
    owners: BTreeMap<Branch, HashMap<u32, Owner>>,
    /// The keys that custody was not given: on which line first, and on how many.
    unknown: BTreeMap<String, (usize, u64)>,
    /// How many lines are none of an export.
    strange: u64,
    /// How many ended.
    exports: u64,
    export: Export,
}

/// The one that is read.
#[derive(Default)]
struct Export {
    /// How many lines are of an index.
    given: u64,
    /// The highest of each.
    seen: BTreeMap<Branch, u32>,
    /// The line before said that there is another page.
    goes_on: bool,
}

impl<W: Write> Check<'_, W> {
    fn line(&mut self, nth: usize, line: &str) -> io::Result<()> {
        if let Ok(last) = serde_json::from_str(line) {
            self.exports += 1;
            let export = std::mem::take(&mut self.export);
            return self.compare(nth, &export, &last);
        }
        self.export.goes_on = serde_json::from_str::<Page>(line).is_ok();
        if self.export.goes_on {
            return Ok(());
        }
        self.export.given += 1;
        match serde_json::from_str::<Given>(line) {
            Ok(given) => self.given(nth, given),
            Err(why) => {
                self.strange += 1;
                self.fault(&format!("line {nth}: it is no line of an export: {why}"))
            }
        }
    }

    fn given(&mut self, nth: usize, given: Given) -> io::Result<()> {
        match self.keys.by_id(&given.key) {
            None => self.unknown.entry(given.key.clone()).or_insert((nth, 0)).1 += 1,
            Some(key) => match derived(key, &given) {
                Ok(()) if self.is_known(&given) => {}
                Ok(()) if given.branch == 0 => self.checked.addresses += 1,
                Ok(()) => self.checked.encryption_keys += 1,
                Err(why) => self.fault(&format!("line {nth}: {why}"))?,
            },
        }
        let branch = (given.key.clone(), given.branch);
        let seen = self.export.seen.entry(branch).or_default();
        *seen = given.index.max(*seen);
        self.owned(nth, given)
    }

    /// Whether a line before was of this index: two pages, and two exports, may overlap.
    fn is_known(&self, given: &Given) -> bool {
        let owners = self.owners.get(&(given.key.clone(), given.branch));
        owners.is_some_and(|owners| owners.contains_key(&given.index))
    }

    /// The same line again is no second gift.
    fn owned(&mut self, nth: usize, given: Given) -> io::Result<()> {
        let branch = self
            .owners
            .entry((given.key.clone(), given.branch))
            .or_default();
        let owner = Owner {
            line: nth,
            partner: given.partner_id,
            account: given.account_id,
            portfolio: given.portfolio_id,
        };
        let Some(first) = branch.get(&given.index) else {
            branch.insert(given.index, owner);
            return Ok(());
        };
        if first.id() == owner.id() {
            return Ok(());
        }
        let why = format!(
            "line {nth}: {}/{} of {} is given twice: to {} (line {}) and to {}",
            given.branch,
            given.index,
            given.key,
            first.name(),
            first.line,
            owner.name(),
        );
        self.fault(&why)
    }

    fn end(mut self) -> io::Result<Checked> {
        for (key, (line, lines)) in std::mem::take(&mut self.unknown) {
            let why = format!("{key} (line {line} first) is none of the extended keys given here; lines not checked: {lines}");
            self.fault(&why)?;
        }
        match self.export {
            Export { goes_on: true, .. } => self.fault(
                "the export ends with the nextCursor of a page that is not there: it was cut off",
            )?,
            Export { given, .. } if given > 0 || self.exports == 0 => self.fault(
                "the export has no last line, that of the highest indices: it was cut off",
            )?,
            Export { .. } => {}
        }
        let owners = std::mem::take(&mut self.owners);
        for ((key, branch), owners) in &owners {
            let mut indices: Vec<u32> = owners.keys().copied().collect();
            indices.sort_unstable();
            if let Some(gaps) = gaps(&indices) {
                writeln!(
                    self.output,
                    "note: {branch}/* of {key} is not there at {gaps}; gaps are no fault"
                )?;
            }
        }
        let keys = owners
            .keys()
            .map(|(key, _)| key)
            .filter(|key| self.keys.by_id(key).is_some());
        self.checked.keys = keys.collect::<std::collections::BTreeSet<_>>().len();
        Ok(self.checked)
    }

    /// Against its last line: an export of a part may end before the highest index, and holds none that is above it.
    fn compare(&mut self, nth: usize, export: &Export, last: &Last) -> io::Result<()> {
        let highest_of = match last {
            Last::Highest(highest_of) => highest_of,
            Last::Lost(lost) if *lost == export.given => return Ok(()),
            Last::Lost(lost) => {
                let given = export.given;
                return self.fault(&format!(
                    "line {nth}, the last, says that {lost} lost their row, and there are {given} lines"
                ));
            }
        };
        for ((key, branch), seen) in &export.seen {
            match highest_of.get(key).and_then(|of_key| of_key.get(branch)) {
                None => self.fault(&format!(
                    "line {nth}, the last, names no highest index of {branch}/* of {key}"
                ))?,
                Some(highest) if seen > highest => self.fault(&format!(
                    "line {nth}, the last, says that {branch}/{highest} of {key} is the highest, and there are higher ones"
                ))?,
                Some(_) => {}
            }
        }
        Ok(())
    }

    fn fault(&mut self, why: &str) -> io::Result<()> {
        self.checked.faults += 1;
        writeln!(self.output, "{why}")
    }
}

impl Owner {
    fn id(&self) -> (&str, &str, Option<&str>) {
        (&self.partner, &self.account, self.portfolio.as_deref())
    }

    fn name(&self) -> String {
        let (kind, id) = match &self.portfolio {
            Some(portfolio) => ("portfolio", portfolio),
            None => ("account", &self.account),
        };
        format!("{kind} {id} of {}", self.partner)
    }
}

/// Whether the key gives, at this place, what the line says.
fn derived(key: &Custody, given: &Given) -> Result<(), String> {
    let Given { branch, index, .. } = *given;
    let place = format!("{branch}/{index}");
    if given.path != place && !given.path.ends_with(&format!("/{place}")) {
        return Err(format!("its path {} is not that of {place}", given.path));
    }
    let (what, said, is) = match branch {
        0 => ("address", &given.address, key.portfolio_address(index)),
        1 => (
            "encryptionKey",
            &given.encryption_key,
            key.account_encryption_key(index),
        ),
        _ => return Err(format!("there is no branch {branch}")),
    };
    let is = is.map_err(|why| format!("{place}: {why}"))?;
    match said {
        Some(said) if *said == is => Ok(()),
        Some(said) => Err(format!("{place} of {} is {is}, and not {said}", given.key)),
        None => Err(format!("it has no {what}")),
    }
}

/// How many gaps of a branch are named.
const NAMED_GAPS: usize = 10;

/// What is missing between the first and the last of sorted numbers: `3, 7 to 9`.
fn gaps(sorted: &[u32]) -> Option<String> {
    let missing = sorted.windows(2).filter(|pair| pair[1] - pair[0] > 1);
    let named = missing.map(|pair| match (pair[0] + 1, pair[1] - 1) {
        (only, last) if only == last => only.to_string(),
        (first, last) => format!("{first} to {last}"),
    });
    let mut named: Vec<String> = named.collect();
    if named.len() > NAMED_GAPS {
        let more = named.split_off(NAMED_GAPS).len();
        named.push(format!("and {more} more"));
    }
    Some(named.join(", ")).filter(|text| !text.is_empty())
}
