/** To the heading of a step, without touching the URL's fragment, which holds the credentials. */
export function goTo(id) {
  document.getElementById(`${id}-title`)?.focus();
}

/** To what there is to do in a step first, or to its heading where there is nothing. */
export function begin(id) {
  const card = document.querySelector(`[data-step="${id}"]`);
  const first = card.querySelector(":is(input:not([readonly]), select, button):not([disabled])");
  if (!first) return goTo(id);
  first.focus();
  return card.scrollIntoView({ block: "nearest" });
}
