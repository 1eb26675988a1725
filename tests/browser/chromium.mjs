import { existsSync } from "node:fs";

const KNOWN = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const { GATEHOUSE_CHROMIUM: named } = process.env;

/** A Chromium of this machine, if there is one; where one is named, no other. */
export const CHROMIUM = (named ? [named] : KNOWN).find((path) => existsSync(path));
