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

/** Rows of cells; the first column is text, the others are to the right. */
export function table(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  const rule = head.map((_, n) => (n === 0 ? "---" : "---:"));
  return [line(head), line(rule), ...rows.map(line)].join("\n");
}
