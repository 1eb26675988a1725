// What Swagger UI is called by, for those who hear it.

/** It puts a link into the button that opens a call, which leads where the button does: neither is one then. */
export const plainLinks = ({ React }) => ({
  components: { DeepLink: ({ text }) => React.createElement("span", null, text) },
});

/**
 * It leaves a button of its dialog without a name, and gives others one that is not what they say. A long example
 * scrolls, which takes the keyboard too.
 */
export function mendNames(place) {
  const mend = () => {
    place.querySelectorAll(".close-modal:not([aria-label])").forEach((button) => button.setAttribute("aria-label", "Close"));
    place.querySelectorAll(".auth-btn-wrapper [aria-label]").forEach((button) => button.removeAttribute("aria-label"));
    place.querySelectorAll(".example:not([tabindex])").forEach((example) => example.setAttribute("tabindex", "0"));
  };
  new MutationObserver(mend).observe(place, { childList: true, subtree: true });
}
