/**
 * For a partner's server. It holds the client's secret, so bundlers that build for a browser or a phone do not find
 * this module.
 */
import { type Calls, calls, renewal, safe } from "./call.js";
import type { ClientPaths } from "./calls.js";
import type { components } from "./document.js";
import { type Answer, GatehouseError } from "./error.js";
import { persistent, type Settings } from "./persistent.js";

export type { components, paths } from "./document.js";
export { type FailureData, GatehouseError } from "./error.js";
export type { Settings } from "./persistent.js";

type Schemas = components["schemas"];

export interface ServerSettings extends Settings {
  clientId: string;
  clientSecret: string;
  /** Scopes of its tokens, separated by spaces; all that the client has, if it is left out. */
  scope?: string;
}

const REFRESH_INVALID = 5001;

/** What every refresh token looks like: 64 bytes in base64url. */
const REFRESH_TOKEN = /^rt_[\w-]{85}[AQgw]$/;

/** One that is there, or on its way to all who asked since. */
interface SharedToken {
  value: Promise<string>;
  text?: string;
  renewAt: number;
}

/** gatehouse as one client of a partner sees it. Make one and share it: its token is got once for all callers. */
export class Gatehouse implements Calls<ClientPaths> {
  readonly get: Calls<ClientPaths>["get"];
  readonly post: Calls<ClientPaths>["post"];
  readonly put: Calls<ClientPaths>["put"];
  readonly delete: Calls<ClientPaths>["delete"];

  // Private to the language: neither a log of this object nor its JSON shows them.
  readonly #credentials: string;
  readonly #scope: string | undefined;
  readonly #baseUrl: string;
  readonly #fetch: ReturnType<typeof persistent>;
  readonly #now: () => number;
  #token: SharedToken | undefined;

  constructor(settings: ServerSettings) {
    if (typeof document !== "undefined" || globalThis.navigator?.product === "ReactNative") {
      throw new Error("a client's secret is a server's: an app has gatehouse-client/app");
    }
    const { clientId, clientSecret, scope, now = Date.now } = settings;
    this.#credentials = `Basic ${btoa(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`)}`;
    this.#scope = scope;
    this.#baseUrl = safe(settings.baseUrl);
    this.#fetch = persistent(settings);
    this.#now = now;
    const { get, post, put, delete: remove } = calls<ClientPaths>(settings, (refused) => this.token(refused));
    this.get = get;
    this.post = post;
    this.put = put;
    this.delete = remove;
  }

  /**
   * The client's token, for calls that are made otherwise. All who ask share one, which is renewed a minute early;
   * name the one that was refused (2002), and another is got.
   */
  token(refused?: string): Promise<string> {
    const known = this.#token;
    // Of many callers that were refused the same, the first drops it; a newer one stays.
    if (known && (refused === undefined || known.text !== refused) && this.#now() < known.renewAt) return known.value;
    const asked = this.#now();
    const value = this.#grant().then((granted) => {
      fresh.text = granted.access_token;
      fresh.renewAt = renewal(asked, granted.expires_in);
      return granted.access_token;
    });
    const fresh: SharedToken = { value, renewAt: Infinity };
    this.#token = fresh;
    // What failed is no token to share.
    fresh.value.catch(() => { if (this.#token === fresh) this.#token = undefined; });
    return fresh.value;
  }

  /**
   * Whether a token is alive, of this partner's clients and users; a client with the scope `introspect` asks of every
   * partner's, and `partner_id` says whose it is. For services that move money (RFC 7662).
   */
  introspect(token: string): Promise<Schemas["Introspection"]> {
    return this.#form("/oauth2/introspect", { token });
  }

  /** Ends a token of this client or its users; with a user's, the session (RFC 7009). */
  async revoke(token: string): Promise<void> {
    await this.#form("/oauth2/revoke", { token });
  }

  /**
   * Answers what an app asks with `refreshAt`: the app has no client token, so its refresh goes through its own
   * server. The app's Idempotency-Key goes along, and gatehouse's answer comes back as it is. What is no refresh
   * token by its form is refused here: anybody can post it, and each asking counts in the partner's day of keys.
   */
  async answerRefresh(request: Request): Promise<Response> {
    try {
      const { username, refreshToken } = await request.json() as Schemas["Refresh"];
      if (typeof refreshToken !== "string" || !REFRESH_TOKEN.test(refreshToken)) {
        return envelope(403, failure(REFRESH_INVALID, "The refresh token is not valid; log in again."));
      }
      const key = request.headers.get("Idempotency-Key");
      const data = await this.post("/v1/user/refresh", {
        body: { username, refreshToken },
        params: key ? { header: { "Idempotency-Key": key } } : {},
      });
      return envelope(200, { success: true, data, errorCode: 0, errorMessage: "" });
    } catch (error) {
      if (!(error instanceof GatehouseError)) return envelope(400, failure(1001, "The body is not JSON."));
      const { status, code, message, data, retryAfter } = error;
      // The app's tokens are not at fault for this server's own trouble with gatehouse: 401 would say so.
      return envelope(status && status !== 401 ? status : 502, failure(code, message, data ?? null), retryAfter);
    }
  }

  #grant(): Promise<Schemas["AccessToken"]> {
    const scope = this.#scope === undefined ? {} : { scope: this.#scope };
    return this.#form("/oauth2/token", { grant_type: "client_credentials", ...scope });
  }

  /** The OAuth endpoints take forms. Asking any of these twice does what asking once does. */
  async #form<T>(path: string, fields: Record<string, string>): Promise<T> {
    const response = await this.#fetch(new Request(this.#baseUrl + path, {
      method: "POST",
      redirect: "manual",
      headers: { Authorization: this.#credentials },
      body: new URLSearchParams(fields),
    }), true);
    const body: unknown = await response.json();
    if (!response.ok) throw GatehouseError.of(response, body as Answer);
    return body as T;
  }
}

function failure(errorCode: number, errorMessage: string, data: unknown = null) {
  return { success: false, data, errorCode, errorMessage };
}

function envelope(status: number, body: object, retryAfter?: number): Response {
  const headers = { "Cache-Control": "no-store", ...(retryAfter && { "Retry-After": `${retryAfter}` }) };
  return Response.json(body, { status, headers });
}
