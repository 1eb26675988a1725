// Passes on what the service and wrangler print, less what wrangler tells those who develop Workers: its list
// of settings at the start, and a second line for each request beside the service's own. Where it ends
// before it was ready, all that it said is passed on.
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
  process.stdout.write(`${blank ? "\n" : ""}${line}\n`);
  blank = false;
}
if (kept) process.stdout.write(kept.map((line) => `${line}\n`).join(""));
