// `make verify-custody`, over an export made of what other libraries derive: tests/vectors/two-partners.txt.
import { test } from "node:test";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const folder = mkdtempSync(join(tmpdir(), "custody-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const keyId = (xpub) => createHash("sha256").update(`gatehouse custody key id\0${xpub}`).digest("hex").slice(0, 16);

const partners = readFileSync(join(root, "tests/vectors/two-partners.txt"), "utf8").split("partner ").slice(1)
  .map((text, nth) => {
    const [keys, ...lines] = text.trim().split("\n").map((line) => line.split(" "));
    return { id: `prt_${nth}`, keys, given: lines.map(([index, address, key]) => ({ index: Number(index), address, key })) };
  });
const keys = partners.flatMap((partner) => partner.keys);

/** So many lines of each partner's two keys, as objects. */
function lines(each = 5) {
  return partners.flatMap(({ id, keys, given }) => given.slice(0, each).flatMap(({ index, address, key }) => {
    const whose = { partnerId: id, accountId: `acc_${index}` };
    return [
      { key: keyId(keys[0]), branch: 0, index, path: `0/${index}`, address: `0x${address}`, ...whose, portfolioId: `pfl_${index}` },
      { key: keyId(keys[1]), branch: 1, index, path: `m/44'/60'/1'/1/${index}`, encryptionKey: key, ...whose },
    ];
  }));
}

function last(lines) {
  const highest = {};
  for (const { key, branch, index } of lines) {
    const of = (highest[key] ??= {});
    of[branch] = Math.max(of[branch] ?? 0, index);
  }
  return { highest };
}

function written(lines) {
  const file = join(folder, "export.ndjson");
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  return file;
}

const given = { CUSTODY_XPUB: "", CUSTODY_ENCRYPTION_XPUB: "", KEYS: "" };
const byKeys = { ...given, CUSTODY_XPUB: `${keys[0]}, ${keys[2]}`, CUSTODY_ENCRYPTION_XPUB: `${keys[1]},${keys[3]}` };

function make(file, env) {
  // What a make around this one would say to it, which also has it name the folders.
  const { MAKEFLAGS, MFLAGS, MAKELEVEL, ...own } = process.env;
  return spawnSync("make", ["-s", "verify-custody", `FILE=${file}`], { cwd: root, encoding: "utf8", env: { ...own, ...env } });
}

let built;

/** The command itself, as `make` builds it. */
function command() {
  if (!built) {
    const { status, stderr } = spawnSync("cargo", ["build", "--quiet", "--locked", "--release", "--package", "verify-custody"],
      { cwd: root, encoding: "utf8" });
    assert.equal(status, 0, stderr);
    built = join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "release/verify-custody");
  }
  return built;
}

function verify(lines, env = byKeys) {
  return spawnSync(command(), [written(lines)], { encoding: "utf8", env: { ...process.env, ...env } });
}

/** An export with one line changed, and the only fault that this is. */
function fault(line, change, expected) {
  const all = lines();
  Object.assign(all[line], change);
  const { status, stdout, stderr } = verify([...all, last(lines())]);
  assert.equal(status, 1, stderr);
  assert.match(stdout, expected);
  assert.match(stdout, /; faults: 1$/m);
}

test("what two other libraries derive is what is derived here, and `make verify-custody` says how many", () => {
  const all = lines(1_000);
  const { status, stdout, stderr } = make(written([...all, last(all)]), byKeys);
  assert.equal(status, 0, stderr + stdout);
  assert.match(stdout, /^verified 2000 addresses and 2000 encryption keys of 4 extended keys; faults: 0$/m);
});

test("the keys of an export come from a file too, and no output has one", () => {
  const file = join(folder, "keys.txt");
  writeFileSync(file, `# both partners\n\n${keys.join("\n")}\n`);
  const { status, stdout } = verify([...lines(), last(lines())], { ...given, KEYS: file });
  assert.equal(status, 0);
  assert.match(stdout, /^verified 10 addresses and 10 encryption keys/m);
  assert.doesNotMatch(stdout, /xpub/);
});

test("what is not what the extended key gives is named by its line", () => {
  const [first, second, other] = lines();
  const sign = { "02": "03", "03": "02" }[second.encryptionKey.slice(0, 2)];
  fault(0, { address: other.address }, /^line 1: 0\/0 of [0-9a-f]{16} is 0x\w{40}, and not 0x\w{40}$/m);
  fault(0, { address: first.address.toLowerCase() }, /^line 1: .* and not 0x[0-9a-f]{40}$/m);
  fault(0, { address: undefined }, /^line 1: it has no address$/m);
  fault(1, { encryptionKey: sign + second.encryptionKey.slice(2) }, /^line 2: 1\/0 of/m);
  fault(3, { path: "1/1" }, /^line 4: its path 1\/1 is not that of 1\/2147483647$/m);
  fault(0, { partnerId: undefined }, /^line 1: it is no line of an export: missing field `partnerId`/m);
});

test("another partner's extended key gives another address", () => {
  const key = keyId(keys[2]);
  fault(4, { key }, new RegExp(`^line 5: 0/\\d+ of ${key} is 0x`, "m"));
});

test("an index given to two is a fault, of whichever partner they are; the same line again is none", () => {
  const again = lines()[0];
  assert.equal(verify([...lines(), again, last(lines())]).status, 0);
  for (const change of [{ portfolioId: "pfl_another" }, { partnerId: "prt_9" }]) {
    const { status, stdout } = verify([...lines(), { ...again, ...change }, last(lines())]);
    assert.equal(status, 1);
    assert.match(stdout, /^line 21: 0\/0 of [0-9a-f]{16} is given twice: to portfolio pfl_0 of prt_0 \(line 1\) and to portfolio/m);
  }
});

test("an extended key that was not given here is told once, with the lines that are not checked", () => {
  const { status, stdout } = verify([...lines(), last(lines())], { ...byKeys, CUSTODY_ENCRYPTION_XPUB: keys[1] });
  assert.equal(status, 1);
  assert.match(stdout, new RegExp(`^${keyId(keys[3])} \\(line 12 first\\) is none of the extended keys given here; lines not checked: 5$`, "m"));
  assert.match(stdout, /^verified 10 addresses and 5 encryption keys of 3 extended keys; faults: 1$/m);
});

test("an export that was cut off, or goes on after its end, or holds more than the highest, is told", () => {
  const all = lines();
  const cases = [
    [all, /has no last line/],
    [[...all, last(all), ...all.slice(0, 1)], /has no last line/],
    [[...all, last(all), { nextCursor: "x" }], /ends with the nextCursor/],
    // Each is held against its own end.
    [[...all, last(all), ...all.slice(0, 1), { highest: {} }], /line 23, the last, names no highest index of 0\/\* of/],
    [[...all, { highest: {} }], /names no highest index of 0\/\* of/],
    [[...all.slice(2, 4), last(all.slice(0, 2))], /says that 0\/0 of [0-9a-f]{16} is the highest, and there are higher ones/],
    [[], /has no last line/],
    [[...all, { nextCursor: "x" }], /ends with the nextCursor of a page that is not there/],
    [[...all.slice(0, 5), { nextCursor: "x" }, ...all.slice(5)], /has no last line/],
    [[...all.slice(0, 5), { lost: 6 }], /says that 6 lost their row, and there are 5 lines/],
  ];
  for (const [lines, expected] of cases) {
    const { status, stdout } = verify(lines);
    assert.equal(status, 1);
    assert.match(stdout, expected);
  }
});

test("pages one after the other are one export, and a list of what lost its row says how many there are", () => {
  const all = lines();
  const [first, second] = [all.slice(0, 7), all.slice(6)];
  for (const paged of [
    [...first, { nextCursor: "0.37c5b0f887086227.1.1" }, ...second, last(all)],
    [...all, { nextCursor: "x" }, last(all)],
    [...all.slice(0, 3), { nextCursor: "x" }, all[3], { lost: 4 }],
    [{ lost: 0 }],
    [{ highest: {} }],
  ]) {
    const { status, stdout } = verify(paged);
    assert.equal(status, 0, stdout);
    assert.match(stdout, /; faults: 0$/m);
  }
});

test("exports one after the other are checked together, and an index that several have is counted once", () => {
  const all = lines();
  const { status, stdout } = verify([...all.slice(0, 15), last(all), ...all.slice(10), last(all), { lost: 0 }]);
  assert.equal(status, 0, stdout);
  assert.match(stdout, /^verified 10 addresses and 10 encryption keys of 4 extended keys; faults: 0$/m);
  const twice = verify([...all, last(all), { ...all[0], portfolioId: "pfl_another" }, last(all)]);
  assert.equal(twice.status, 1);
  assert.match(twice.stdout, /^line 22: 0\/0 of [0-9a-f]{16} is given twice: to portfolio pfl_0 of prt_0 \(line 1\)/m);
  assert.match(twice.stdout, /; faults: 1$/m);
});

test("exports come from standard input too", () => {
  const input = readFileSync(written([...lines(), last(lines())]), "utf8");
  const { status, stdout } = spawnSync(command(), ["-"], { encoding: "utf8", env: { ...process.env, ...byKeys }, input: input + input });
  assert.equal(status, 0, stdout);
  assert.match(stdout, /^verified 10 addresses and 10 encryption keys/m);
});

test("a file that is no export is said to be none after ten lines, and what is asked for is said", () => {
  const { status, stdout, stderr } = spawnSync(command(), [join(root, "README.md")], { encoding: "utf8", env: { ...process.env, ...byKeys } });
  assert.equal(status, 2);
  assert.equal(stdout.match(/it is no line of an export/g).length, 10);
  assert.match(stderr, /^verify-custody: 10 lines are no lines of an export: this is no export$/m);
  const help = spawnSync(command(), ["--help"], { encoding: "utf8" });
  assert.equal(help.status, 0);
  assert.match(help.stdout, /^make verify-custody FILE=/);
});

test("a gap in an export is a note and no fault", () => {
  const two = lines(2).slice(0, 4);
  const { status, stdout } = verify([...two, last(two)]);
  assert.equal(status, 0);
  assert.match(stdout, /^note: 0\/\* of [0-9a-f]{16} is not there at 1 to 2147483646; gaps are no fault$/m);
});

test("an extended key of published words is noted", () => {
  const { xpub, portfolios } = JSON.parse(readFileSync(join(root, "tests/vectors/custody.json"), "utf8"));
  const all = portfolios.map(({ index, path, publicAddress }) =>
    ({ key: keyId(xpub), branch: 0, index, path, address: publicAddress, partnerId: "p", accountId: "a", portfolioId: `${index}` }));
  const { status, stdout } = verify([...all, last(all)], { ...given, CUSTODY_XPUB: xpub });
  assert.equal(status, 0);
  assert.match(stdout, /^note: ad56406dfbde9ab7 is a key of published seed words/m);
});

test("without an export, or without extended keys, or with one that is none, nothing is checked and no key is shown", () => {
  const file = written([]);
  const damaged = keys[0].replace(/..$/, "11");
  for (const [of, env, expected] of [
    ["", byKeys, /^verify-custody: make verify-custody FILE=/],
    [file, given, /^verify-custody: make verify-custody FILE=/],
    [join(folder, "nowhere"), byKeys, /nowhere: No such file/],
    [file, { ...given, CUSTODY_XPUB: `${keys[0]},${damaged}` }, /CUSTODY_XPUB, key 2 is no extended key/],
    [file, { ...given, KEYS: join(folder, "nowhere") }, /nowhere: No such file/],
  ]) {
    const { status, stdout, stderr } = make(of, env);
    assert.notEqual(status, 0);
    assert.equal(stdout, "");
    assert.match(stderr, expected);
    assert.doesNotMatch(stderr, /xpub/);
  }
});
