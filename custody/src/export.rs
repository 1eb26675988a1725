//! An export, line by line: NDJSON, an index a line, whose pages stand one after the other, and at the end the highest of
//! each branch; of a list of what lost its row, how many lines there were.

use std::collections::{BTreeMap, HashMap};
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

/// Says what is wrong, and what is worth knowing, as it reads.
pub(crate) fn check(
    keys: &Keys,
    export: impl BufRead,
    output: &mut impl Write,
) -> io::Result<Checked> {
    let mut check = Check {
        keys,
        output,
        checked: Checked::default(),
        owners: BTreeMap::new(),
        unknown: BTreeMap::new(),
        given: 0,
        goes_on: false,
        last: None,
    };
    for (nth, line) in export.lines().enumerate() {
        let line = line?;
        if !line.trim().is_empty() {
            check.line(nth + 1, &line)?;
        }
    }
    check.end()
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
    /// How many lines are of an index.
    given: u64,
    /// The line before said that there is another page.
    goes_on: bool,
    last: Option<Last>,
}

impl<W: Write> Check<'_, W> {
    fn line(&mut self, nth: usize, line: &str) -> io::Result<()> {
        if self.last.is_some() {
            return self.fault(&format!(
                "line {nth}: it stands after the last line, that of the highest indices"
            ));
        }
        self.goes_on = false;
        if let Ok(last) = serde_json::from_str(line) {
            self.last = Some(last);
            return Ok(());
        }
        if serde_json::from_str::<Page>(line).is_ok() {
            self.goes_on = true;
            return Ok(());
        }
        self.given += 1;
        match serde_json::from_str::<Given>(line) {
            Ok(given) => self.given(nth, given),
            Err(why) => self.fault(&format!("line {nth}: it is no line of an export: {why}")),
        }
    }

    fn given(&mut self, nth: usize, given: Given) -> io::Result<()> {
        match self.keys.by_id(&given.key) {
            None => self.unknown.entry(given.key.clone()).or_insert((nth, 0)).1 += 1,
            Some(key) => match derived(key, &given) {
                Ok(()) if given.branch == 0 => self.checked.addresses += 1,
                Ok(()) => self.checked.encryption_keys += 1,
                Err(why) => self.fault(&format!("line {nth}: {why}"))?,
            },
        }
        self.owned(nth, given)
    }

    /// The same line again, as two pages that overlap have it, is no second gift.
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
        match self.last.take() {
            Some(Last::Highest(highest)) => self.compare_highest(&highest)?,
            Some(Last::Lost(lost)) if lost != self.given => self.fault(&format!(
                "the last line says that {lost} lost their row, and there are {} lines",
                self.given
            ))?,
            Some(Last::Lost(_)) => {}
            None if self.goes_on => self.fault(
                "the export ends with the nextCursor of a page that is not there: it was cut off",
            )?,
            None => self.fault(
                "the export has no last line, that of the highest indices: it was cut off",
            )?,
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

    /// An export of a part may end before the highest index, and holds none that is above it.
    fn compare_highest(
        &mut self,
        highest_of: &BTreeMap<String, BTreeMap<u32, u32>>,
    ) -> io::Result<()> {
        let mut wrong = Vec::new();
        for ((key, branch), owners) in &self.owners {
            let highest = highest_of.get(key).and_then(|of_key| of_key.get(branch));
            let seen = owners.keys().max();
            match highest {
                None => wrong.push(format!("the last line names no highest index of {branch}/* of {key}")),
                Some(highest) if seen > Some(highest) => wrong.push(format!(
                    "the last line says that {branch}/{highest} of {key} is the highest, and there are higher ones"
                )),
                Some(_) => {}
            }
        }
        wrong.iter().try_for_each(|why| self.fault(why))
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
