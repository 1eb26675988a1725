//! Custody's check of exports (docs/operating.md, "The export"): each address and each encryption key is derived
//! again from the extended public keys, on custody's own machine, by the file that derived it for the service.
//!
//! Ends with 0 where everything is as it was derived, 1 where something is not, 2 where it could not be checked.

mod export;
mod keys;

#[path = "../../src/rules/custody.rs"]
#[allow(dead_code, reason = "the service needs more of it")]
mod custody;

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::process::ExitCode;
use std::{env, error};

use export::Checked;
use keys::Keys;

const USAGE: &str = "make verify-custody FILE=secrets/export.ndjson, with the extended public keys in \
                     CUSTODY_XPUB and CUSTODY_ENCRYPTION_XPUB (lists, separated by commas), or in a file, one a \
                     line: KEYS=secrets/keys.txt. FILE=- reads standard input: cat one.ndjson two.ndjson | \
                     make verify-custody FILE=-";

fn main() -> ExitCode {
    let file = env::args().nth(1).filter(|file| !file.is_empty());
    let checked = match file {
        Some(help) if help == "--help" || help == "-h" => {
            let _ = writeln!(io::stdout(), "{USAGE}");
            return ExitCode::SUCCESS;
        }
        Some(file) => verify(&file),
        None => Err(USAGE.into()),
    };
    match checked {
        Ok(checked) if checked.faults == 0 => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(1),
        Err(why) => {
            // Where nobody reads it there is nobody to tell.
            let _ = writeln!(io::stderr(), "verify-custody: {why}");
            ExitCode::from(2)
        }
    }
}

fn verify(file: &str) -> Result<Checked, Box<dyn error::Error>> {
    let keys = Keys::read(&|name| env::var(name).ok())?;
    if keys.is_empty() {
        return Err(USAGE.into());
    }
    let exports: Box<dyn Read> = match file {
        "-" => Box::new(io::stdin()),
        file => Box::new(File::open(file).map_err(|why| format!("{file}: {why}"))?),
    };
    let mut output = BufWriter::new(io::stdout().lock());
    for id in keys.published() {
        writeln!(
            output,
            "note: {id} is a key of published seed words: anybody can move what lies below it"
        )?;
    }
    let checked = export::check(&keys, BufReader::new(exports), &mut output)?;
    writeln!(
        output,
        "verified {} addresses and {} encryption keys of {} extended keys; faults: {}",
        checked.addresses, checked.encryption_keys, checked.keys, checked.faults,
    )?;
    output.flush()?;
    Ok(checked)
}
