// Passes on what the service and wrangler print, less what wrangler tells those who develop Workers: its list
// of settings at the start, and a second line for each request beside the service's own. Settings that the service
// refuses are told one a line. Where wrangler ends before it was ready, all that it said is passed on.
import { createInterface } from "node:readline";

const ofWrangler = [
  /^Using secrets defined in /,
  /^Your Worker has access to the following bindings:/,
  /^Binding +Resource +/,
  /^env\.[A-Z_]+ /,
  /^⎔ /,
  /^\[wrangler:info\] (✨ Parsed|Ready on|[A-Z]+ \/)/,
  /\[WARNING\].* Scheduled Workers are not automatically triggered/,
  /^ +To manually trigger a scheduled event, run:/,
  /^ +curl "http:\/\/[^"]*\/cdn-cgi\//,
  /^ +For more details, see .*cron-triggers/,
];
const plain = (line) => line.replace(/\x1b\[[0-9;]*m/g, "");

/** What is wrong with the settings, for whoever wrote them; nothing where a line says something else. */
function refused(text) {
  if (!text.includes('"settings.refused"')) return undefined;
  try {
    const faults = JSON.parse(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1)).refused;
    const lines = faults.map((fault) => `    ${fault}`);
    return `\n  The settings will not do, and nothing is served:\n\n${lines.join("\n")}\n\n  They are in .dev.vars and in VARS; ` +
      "docs/reference/settings.md says what each takes.\n";
  } catch {
    return undefined;
  }
}

let kept = [];
let blank = false;
for await (const line of createInterface({ input: process.stdin })) {
  const text = plain(line);
  if (text === "") {
    blank = true;
    continue;
  }
  if (kept && text.startsWith("[wrangler:info] Ready on")) kept = null;
  if (ofWrangler.some((pattern) => pattern.test(text))) {
    kept?.push(line);
    blank = false;
    continue;
  }
  process.stdout.write(`${blank ? "\n" : ""}${refused(text) ?? line}\n`);
  blank = false;
}
if (kept) process.stdout.write(kept.map((line) => `${line}\n`).join(""));
