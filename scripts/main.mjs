// How a script ends: by a sentence where it was refused, by a stack where it is at fault itself.
import { basename } from "node:path";

/** An end that is no fault of the script's: its text is all that is said. */
export class Stop extends Error {}

/** Runs a script: its own ends are a sentence, not a stack. */
export async function main(work) {
  const name = basename(process.argv[1], ".mjs");
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    process.stderr.write(`${name}: ${error.message}\n`);
    process.exitCode = 1;
  }
}
