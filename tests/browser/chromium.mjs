import { existsSync } from "node:fs";

const KNOWN = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** A Chromium of this machine, if there is one. */
export const CHROMIUM = [process.env.GATEHOUSE_CHROMIUM, ...KNOWN].find((path) => path && existsSync(path));
