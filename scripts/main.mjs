// How a script begins and ends: its command line, --help, and a sentence where it was refused, a stack where it is at
// fault itself.
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";

/** An end that is no fault of the script's: its text is all that is said. */
export class Stop extends Error {
  code = 1;
}

/** A command line that will not do. */
export class Misuse extends Stop {
  code = 2;
}

/** What was asked for, and nothing else to do. */
class Told extends Stop {
  code = 0;
}

/**
 * The command line: its `options`, as parseArgs has them, and `words`, of which there are at most so many. --help
 * prints the head of `file`, the comment that it begins with.
 */
export function given({ options = {}, words = 0, file = basename(process.argv[1]) } = {}) {
  const args = process.argv.slice(2);
  if (args.some((one) => one === "--help" || one === "-h")) throw new Told(head(file));
  const parsed = parsedOf(args, options);
  const [extra] = parsed.positionals.slice(words);
  if (extra !== undefined) throw new Misuse(`'${extra}' is one word too many (--help says what there is)`);
  return { values: parsed.values, words: parsed.positionals };
}

function parsedOf(args, options) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    const [sentence] = error.message.split(/[.\n]/);
    throw new Misuse(`${sentence} (--help says what there is)`);
  }
}

function head(file) {
  const lines = readFileSync(join(import.meta.dirname, file), "utf8").replace(/^#!.*\n/, "").split("\n");
  const end = lines.findIndex((line) => !/^(#|\/\/)/.test(line));
  return lines.slice(0, end).map((line) => `${line.replace(/^(#|\/\/) ?/, "")}\n`).join("");
}

/** Runs a script: its own ends are a sentence, not a stack. */
export async function main(work) {
  const name = basename(process.argv[1], ".mjs");
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    if (error instanceof Told) process.stdout.write(error.message);
    else process.stderr.write(`${name}: ${error.message}\n`);
    process.exitCode = error.code;
  }
}
