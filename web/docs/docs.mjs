// The reference at /docs: Swagger UI over the service's own document. Configuration has a file of its own,
// since the page's policy takes no script within it.
import "swagger-ui-dist/swagger-ui.css";
import "./docs.css";
import { readable } from "./document.mjs";
import { mendNames, plainLinks } from "./names.mjs";
import { isHere, readOnly } from "./read-only.mjs";

const DOCUMENT = "/openapi.json";

const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();

const place = document.querySelector("#reference");
try {
  const answer = await fetch(DOCUMENT);
  if (!answer.ok) throw new Error(`${DOCUMENT} answered ${answer.status}`);
  mendNames(place);
  show(readable(await answer.json()));
} catch (error) {
  const sentence = document.createElement("p");
  sentence.className = "loading";
  sentence.setAttribute("role", "alert");
  sentence.textContent = `The reference cannot be shown: ${error.message}. Reload the page to try again.`;
  place.replaceChildren(sentence);
}

function show(spec) {
  globalThis.SwaggerUIBundle({
    spec,
    domNode: place,
    deepLinking: true,
    docExpansion: "list",
    defaultModelsExpandDepth: -1,
    defaultModelRendering: "example",
    defaultModelExpandDepth: 3,
    displayRequestDuration: true,
    syntaxHighlight: { theme: "tomorrow-night" },
    // Neither a badge from another host nor settings from the URL.
    validatorUrl: null,
    queryConfigEnabled: false,
    plugins: isHere ? [plainLinks] : [plainLinks, readOnly],
    ...(!isHere && { supportedSubmitMethods: [] }),
    onComplete: () => place.setAttribute("data-ready", ""),
  });
}
