// What openapi.json says of an answer, held against one.
import { readFileSync } from "node:fs";
import { join } from "node:path";

const document = JSON.parse(readFileSync(join(import.meta.dirname, "../../openapi.json"), "utf8"));
const patterns = new Map();

/** What is wrong with this body as an answer of `route` ("GET /v1/user/me"), or nothing. */
export function wrongIn(route, status, body) {
  const [method, path] = route.split(" ");
  const answers = document.paths[path][method.toLowerCase()].responses;
  const schema = answers[status]?.content?.["application/json"]?.schema;
  return schema ? wrong(schema, body, "answer") : `${status} is no answer of ${route}`;
}

function wrong(schema, value, place) {
  if (schema === true) return undefined;
  if (schema.$ref) return wrong(at(schema.$ref), value, place);
  return wrongType(schema, value, place) ?? wrongValue(schema, value, place) ?? wrongParts(schema, value, place)
    ?? wrongMembers(schema, value, place);
}

const at = (reference) => reference.slice(2).split("/").reduce((found, name) => found[name.replaceAll("~1", "/")], document);

const TYPES = {
  object: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  array: Array.isArray,
  string: (value) => typeof value === "string",
  integer: Number.isInteger,
  number: (value) => typeof value === "number",
  boolean: (value) => typeof value === "boolean",
  null: (value) => value === null,
};

function wrongType({ type }, value, place) {
  const types = [type ?? []].flat();
  if (types.length === 0 || types.some((name) => TYPES[name](value))) return undefined;
  return `${place} is no ${types.join(" or ")}`;
}

function wrongValue(schema, value, place) {
  if ("const" in schema && value !== schema.const) return `${place} is not ${JSON.stringify(schema.const)}`;
  if (schema.enum && !schema.enum.includes(value)) return `${place} is none of ${JSON.stringify(schema.enum)}`;
  if (typeof value === "number" && (value < schema.minimum || value > schema.maximum)) return `${place} is out of range`;
  if (typeof value !== "string") return undefined;
  if (value.length < schema.minLength || value.length > schema.maxLength) return `${place} is too long or too short`;
  if (schema.pattern && !pattern(schema.pattern).test(value)) return `${place} is not as ${schema.pattern}`;
  if (schema.format === "date-time" && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value)) return `${place} is no time`;
  return undefined;
}

function pattern(text) {
  if (!patterns.has(text)) patterns.set(text, new RegExp(text, "u"));
  return patterns.get(text);
}

function wrongParts({ allOf = [], oneOf }, value, place) {
  for (const part of allOf) {
    const found = wrong(part, value, place);
    if (found) return found;
  }
  const found = oneOf?.map((part) => wrong(part, value, place));
  if (!found || found.includes(undefined)) return undefined;
  return `${place} is none of: ${found.join("; ")}`;
}

function wrongMembers({ required = [], properties = {}, items }, value, place) {
  if (Array.isArray(value)) return items && first(value.entries(), ([n, item]) => wrong(items, item, `${place}[${n}]`));
  if (!TYPES.object(value)) return undefined;
  const absent = required.find((name) => !(name in value));
  if (absent) return `${place} has no ${absent}`;
  return first(Object.entries(value), ([name, member]) => {
    return properties[name] && wrong(properties[name], member, `${place}.${name}`);
  });
}

function first(entries, look) {
  for (const entry of entries) {
    const found = look(entry);
    if (found) return found;
  }
  return undefined;
}
