// Numbers and tables, as the page writes them.

/** Three digits, no more. */
export function number(value) {
  if (value === 0) return "0";
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return Number(value.toFixed(digits)).toLocaleString("en");
}

export const times = (value) => `${value.toFixed(2)} x`;
export const ms = (value) => `${number(value)} ms`;
export const dollars = (value) => `$${value < 0.005 ? "0" : value >= 100 ? Math.round(value).toLocaleString("en") : value.toFixed(2)}`;
export const kilobytes = (bytes) => `${Math.round(bytes / 1024).toLocaleString("en")} KB`;

/** Rows of cells; the first column is text, or those that `isText` says, and the others are to the right. */
export function table(head, rows, isText = (column) => column === 0) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  const rule = head.map((_, n) => (isText(n) ? "---" : "---:"));
  return [line(head), line(rule), ...rows.map(line)].join("\n");
}

const WIDTH = 118;
/** Lines that are as they are: tables, headings, code, items of lists and pictures. */
const AS_IT_IS = /^(\||#|```|- |!\[|\d+\. )/;

/** Paragraphs filled to the width of a page; what is not one stays. */
export function filled(text) {
  return text.split(/(```[^]*?```)/).map((part) => (part.startsWith("```") ? part : part.split("\n\n").map(paragraph).join("\n\n"))).join("");
}

function paragraph(text) {
  if (AS_IT_IS.test(text.trimStart())) return text;
  const lines = [""];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const line = lines.at(-1) === "" ? word : `${lines.at(-1)} ${word}`;
    if (line.length > WIDTH) lines.push(word);
    else lines[lines.length - 1] = line;
  }
  const [before] = text.match(/^\n*/);
  const [after] = text.match(/\n*$/);
  return `${before}${lines.join("\n")}${after}`;
}
