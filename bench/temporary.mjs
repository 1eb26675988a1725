// A folder that is gone when this process is.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export function temporary(name) {
  const folder = mkdtempSync(join(tmpdir(), `gatehouse-bench-${name}-`));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}
