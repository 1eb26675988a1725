// What the pages make of openapi.json. It says at each answer which errors it can be, as in
// `2001 TOKEN_MISSING, 2002 TOKEN_INVALID`.

const NAMED = /\b(\d{4}) ([A-Z][A-Z_]+)\b/g;

/** The same document for the reference: Swagger UI takes Markdown, and shows all that it is given. */
export function readable(document) {
  // Every call is asked of the host of the page, so there is no server to choose.
  delete document.servers;
  for (const { responses } of operations(document)) {
    for (const [status, response] of Object.entries(responses)) {
      response.description = response.description?.replace(NAMED, "[$1 $2](/docs/errors#$1)");
      if (status >= 400) {
        // All failures look alike: the page of errors shows how, once.
        delete response.content;
        delete response.headers;
      }
      for (const { schema } of Object.values(response.content ?? {})) {
        if (!schema.$ref) schema.title ??= "Answer";
      }
    }
  }
  return document;
}

/** Every call of the document, with its method and path. */
export function operations({ paths }) {
  return Object.entries(paths).flatMap(([path, calls]) =>
    Object.entries(calls)
      .filter(([, call]) => call.responses)
      .map(([method, call]) => ({ ...call, method: method.toUpperCase(), path })),
  );
}

/** The codes of the errors that a call can be answered with. */
export function codesOf({ responses }) {
  const descriptions = Object.values(responses).map(({ description }) => description ?? "");
  return descriptions.flatMap((text) => [...text.matchAll(NAMED)].map(([, code]) => code));
}
