import assert from "node:assert/strict";
import { test } from "node:test";
import { cut, notes } from "../changelog.mjs";

const TEXT = "# Changelog\n\n## Unreleased\n\n### Added\n\n- One.\n\n## 0.2.0\n\n- Two.\n";

test("what is unreleased becomes the version's, and nothing is lost", () => {
  const after = cut(TEXT, "0.3.0");
  assert.equal(after, "# Changelog\n\n## Unreleased\n\n## 0.3.0\n\n### Added\n\n- One.\n\n## 0.2.0\n\n- Two.\n");
  assert.equal(notes(after, "## 0.3.0"), "### Added\n\n- One.");
  assert.equal(notes(after, "## 0.2.0"), "- Two.");
});

test("a release that says nothing, or was cut before, is refused", () => {
  assert.throws(() => cut("# Changelog\n\n## Unreleased\n\n## 0.2.0\n\n- Two.\n", "0.3.0"), /says nothing under/);
  assert.throws(() => cut(TEXT, "0.2.0"), /already/);
  assert.throws(() => notes(TEXT, "## 0.1.0"), /has no/);
});
