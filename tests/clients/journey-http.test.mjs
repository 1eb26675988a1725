// docs/journey.http as an editor would send it, from top to bottom.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { code, demo, somebody, BASE_URL } from "./people.mjs";
import { ROOT } from "../service.mjs";

test("docs/journey.http goes through, request by request", async () => {
  const person = somebody();
  // What the reader fills in: the address, the credentials, and the code that the phone shows.
  const filledIn = {
    base: () => BASE_URL, clientId: () => demo.clientId, clientSecret: () => demo.clientSecret,
    email: () => person.email, phone: () => person.phoneNumber,
    code: () => code(person.phoneNumber), resetCode: () => resetCode(person.phoneNumber),
  };
  const answers = {};
  const variables = {};
  const sent = [];
  for (const block of readFileSync(`${ROOT}/docs/journey.http`, "utf8").split(/^### .*\n/m)) {
    const request = await read(block, variables, answers, filledIn);
    if (!request) continue;
    const response = await fetch(request.url, request);
    const text = await response.text();
    assert.equal(response.status, 200, `${request.method} ${request.url}: ${text}`);
    answers[request.name] = JSON.parse(text);
    sent.push(`${request.method} ${new URL(request.url).pathname}`);
  }
  assert.equal(sent.length, 14);
  assert.equal(sent.at(-1), "POST /v1/user/otp");
});

/** One block: lines with @ are variables, `# @name` names the answer, then a request line, headers, a body. */
async function read(block, variables, answers, filledIn) {
  const fill = async (text) => {
    const parts = await Promise.all(text.split(/\{\{(.*?)\}\}/).map((part, n) => n % 2 ? value(part) : part));
    return parts.join("");
  };
  const value = async (name) => {
    if (name === "$guid") return randomUUID();
    const [, answer, path] = name.match(/^(\w+)\.response\.body\.\$\.(.*)$/) ?? [];
    const found = answer ? at(answers[answer], path) : variables[name];
    assert.equal(typeof found, "string", `{{${name}}} is nothing`);
    return found;
  };
  let name;
  const rest = [];
  for (const line of block.split("\n")) {
    const [, variable, text] = line.match(/^@(\w+) = (.*)$/) ?? [];
    if (variable) variables[variable] = variable in filledIn ? await filledIn[variable]() : await fill(text);
    else if (line.startsWith("#")) name = line.match(/^# @name (\w+)$/)?.[1] ?? name;
    else if (rest.length || line) rest.push(line);
  }
  if (!rest.length) return undefined;
  const [head, ...body] = rest.join("\n").split("\n\n");
  const [[method, url], ...headers] = (await fill(head)).trim().split("\n").map((line, n) => n ? split(line, ": ") : split(line, " "));
  return { name, method, url, headers, body: (await fill(body.join("\n\n"))).trim() || undefined };
}

/** A JSONPath of the few kinds that the file has. */
function at(value, path) {
  return path.match(/[\w-]+/g).reduce((inner, step) => inner?.[step], value);
}

function split(line, by) {
  const end = line.indexOf(by);
  return [line.slice(0, end), line.slice(end + by.length)];
}

/** It leaves after the answer. */
async function resetCode(phoneNumber) {
  for (let newest = await code(phoneNumber); ; newest = await code(phoneNumber)) {
    if (newest.length === 6) return newest;
    await sleep(50);
  }
}
