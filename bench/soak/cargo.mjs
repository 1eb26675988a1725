// Runs cargo, and gives what it printed.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { join } from "node:path";

export async function cargo(args, settings, line = () => {}) {
  const child = spawn("cargo", args, {
    cwd: join(import.meta.dirname, "../.."),
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...settings },
  });
  const printed = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on("line", (text) => {
      printed.push(text);
      line(text);
    });
  }
  const stop = () => child.kill("SIGINT");
  process.once("SIGINT", stop).once("SIGTERM", stop);
  const [code, signal] = await once(child, "close");
  process.off("SIGINT", stop).off("SIGTERM", stop);
  const text = printed.join("\n");
  if (code !== 0) throw new Error(`cargo ${args.join(" ")} ended with ${signal ?? code}:\n${text.slice(-6000)}`);
  return { text };
}
