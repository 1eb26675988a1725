// In a deployment the reference is for reading: to try a call takes a client's token, and that its secret.

export const isHere = ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);

/** In place of the button that asks for a secret, why there is none. */
export const readOnly = ({ React }) => ({
  components: {
    authorizeOperationBtn: () => null,
    AuthorizeBtnContainer: () => React.createElement("p", { className: "read-only" },
      "Calls are tried, and clients authorized, on a service of your own machine (make dev) alone: a client's secret is " +
      "a server's, and is typed into no page of a deployment."),
  },
});
