// The page /docs/errors: docs/errors.md with one part for each error, which a link can name, and with the
// calls that can be answered with it.
import { marked } from "marked";
import { codesOf, operations } from "./document.mjs";

export function errorsPage(markdown, document) {
  const tokens = marked.lexer(markdown);
  const calls = callsByCode(document);
  const parts = tokens.map((token) => {
    if (token.type === "heading" && token.depth === 1) return "";
    // It says how the file is made, which is nothing to a reader of the page.
    if (token.type === "paragraph" && token.text.startsWith("Made from")) return "";
    if (token.type === "table") return table(token, calls);
    const html = marked.parser(Object.assign([token], { links: tokens.links }));
    // It may be wider than a phone, and is then scrolled by keyboard too.
    return html.replaceAll("<pre>", '<pre tabindex="0">');
  });
  return page(parts.filter(Boolean).join("\n"));
}

/** Which calls can end with which error. */
function callsByCode(document) {
  const calls = new Map();
  for (const call of operations(document)) {
    for (const code of codesOf(call)) calls.set(code, [...(calls.get(code) ?? []), call]);
  }
  return calls;
}

/** A row is too wide for a phone: each is a part of its own. A table without codes stays one. */
function table({ header, rows }, calls) {
  const name = ({ tokens }) => marked.Parser.parseInline(tokens);
  const heads = header.map(({ text }) => text);
  if (heads[0] !== "code") throw new Error(`docs/errors.md has a table that begins with '${heads[0]}'`);
  return rows.map((row) => {
    const cell = Object.fromEntries(heads.map((head, n) => [head, name(row[n])]));
    const code = /(\d{4})$/.exec(cell.code)[1];
    return part(code, cell, calls.get(code) ?? []);
  }).join("\n");
}

function part(code, cell, calls) {
  const said = cell["`data`"] ? `<dt>In <code>data</code></dt><dd>${cell["`data`"]}</dd>` : "";
  const links = calls.map(({ tags, operationId, method, path }) =>
    `<li><a href="/docs#/${tags[0]}/${operationId}"><b>${method}</b> ${path}</a></li>`);
  const answered = links.length
    ? `<details><summary>${links.length === 1 ? "One call answers" : `${links.length} calls answer`} with it</summary><ul>${links.join("")}</ul></details>`
    : "";
  return `<section class="error" id="${code}">
<h2><a href="#${code}">${code}</a> ${cell.name} <small>${cell.status}</small></h2>
<dl><dt>When</dt><dd>${cell.when}</dd><dt>What to do</dt><dd>${cell["what to do"]}</dd>${said}</dl>${answered}
</section>`;
}

function page(body) {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>Gatehouse: errors</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/docs/errors.css">
  </head>
  <body>
    <header class="page-head">
      <strong>gatehouse</strong>
      <nav aria-label="Pages">
        <a href="/docs">Reference</a>
        <a href="/docs/errors" aria-current="page">Errors</a>
        <a href="/openapi.json">openapi.json</a>
      </nav>
    </header>
    <main>
<h1>Errors</h1>
${body}
    </main>
  </body>
</html>
`;
}
