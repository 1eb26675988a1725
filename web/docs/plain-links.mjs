// Swagger UI puts a link into the button that opens a call, which leads where the button does: for whoever does
// not see it, neither is one then.

export const plainLinks = ({ React }) => ({
  components: { DeepLink: ({ text }) => React.createElement("span", null, text) },
});
