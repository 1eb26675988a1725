/** For an app: a user's own tokens, and no client's. */
import { type Calls, calls, randomKey, renewal } from "./call.js";
import type { UserPaths } from "./calls.js";
import type { components } from "./document.js";
import { type Answer, GatehouseError } from "./error.js";
import { persistent, type Settings } from "./persistent.js";
import type { SavedSession, SessionStorage } from "./storage.js";

export type { components, paths } from "./document.js";
export { type FailureData, GatehouseError } from "./error.js";
export type { Settings } from "./persistent.js";
export { memoryStorage, type SavedSession, type SessionStorage, webStorage } from "./storage.js";

type Schemas = components["schemas"];

/** What a session takes of the tokens that a right code and a refresh give. */
export type UserTokens = Pick<Schemas["Tokens"], "username" | "accessToken" | "refreshToken" | "expiresIn">;

/** Exchanges a refresh token with this Idempotency-Key: by the app's own server, which has the client's token. */
export type Refresh = (
  body: Schemas["Refresh"],
  idempotencyKey: string,
) => Promise<UserTokens>;

/** Does the work while nobody else who asks for the same name does theirs. */
export type Lock = <T>(name: string, work: () => Promise<T>) => Promise<T>;

export interface SessionSettings extends Settings {
  storage: SessionStorage;
  refresh: Refresh;
  /** Other than `navigator.locks`, which keeps the tabs of a browser apart. */
  lock?: Lock;
}

/** What a refresh is refused with; then the person has to log in again, and never otherwise. */
const REFRESH_INVALID = 5001;

/** One user who is logged in: calls under the user's token, which is renewed when it is due. */
export class UserSession implements Calls<UserPaths> {
  readonly get: Calls<UserPaths>["get"];
  readonly post: Calls<UserPaths>["post"];
  readonly put: Calls<UserPaths>["put"];
  readonly delete: Calls<UserPaths>["delete"];

  readonly #storage: SessionStorage;
  readonly #refresh: Refresh;
  readonly #lock: Lock;
  readonly #now: () => number;
  #renewal: Promise<string> | undefined;

  constructor(settings: SessionSettings) {
    this.#storage = settings.storage;
    this.#refresh = settings.refresh;
    this.#lock = settings.lock ?? tabs;
    this.#now = settings.now ?? Date.now;
    const { get, post, put, delete: remove } = calls<UserPaths>(settings, (refused) => this.accessToken(refused));
    this.get = get;
    this.post = post;
    this.put = put;
    this.delete = remove;
  }

  /** Begins with the tokens of a right code. */
  async start(tokens: UserTokens): Promise<void> {
    // A refresh on its way is of the session before.
    await this.#renewal?.catch(() => {});
    await this.#storage.write(this.#saved(tokens, this.#now()));
  }

  /**
   * Says what the user is called once the e-mail or the number that they logged in with is another: the session goes on,
   * and is refreshed by the new one alone.
   */
  async rename(username: string): Promise<void> {
    await this.#renewal?.catch(() => {});
    const { nextKey } = await this.#read();
    await this.#lock(`gatehouse:${nextKey}`, async () => {
      // A key is of one request, and whoever is refused under the old name meanwhile finds that it was not the last.
      await this.#storage.write({ ...await this.#read(), username, nextKey: randomKey() });
    });
  }

  /** Whether somebody is logged in here, as far as this device knows. */
  async isActive(): Promise<boolean> {
    return (await this.#storage.read()) !== null;
  }

  /**
   * The access token, for the services behind as well; name the one that they refused, and another is got. Rejects
   * with code 5001 when the person has to log in (again).
   */
  async accessToken(refused?: string): Promise<string> {
    const saved = await this.#read();
    if (saved.accessToken !== refused && this.#now() < saved.renewAt) return saved.accessToken;
    // However many ask: a refresh token is good for one exchange.
    this.#renewal ??= this.#renew(saved).finally(() => { this.#renewal = undefined; });
    return this.#renewal;
  }

  /** Logs out, here or everywhere. Where that fails, the session stays: the person believes to be out. */
  async end(everywhere = false): Promise<void> {
    try {
      await this.post("/v1/user/logout", { body: { everywhere } });
    } catch (error) {
      if (!isOver(error)) throw error; // Over already is as good.
    }
    await this.#storage.clear();
  }

  #renew(stale: SavedSession): Promise<string> {
    return this.#lock(`gatehouse:${stale.nextKey}`, async () => {
      const isStale = async () => (await this.#storage.read())?.nextKey === stale.nextKey;
      // Another tab was faster, or another session was begun.
      if (!await isStale()) return (await this.#read()).accessToken;
      const { username, refreshToken, nextKey } = stale;
      const asked = this.#now();
      let tokens;
      try {
        tokens = await this.#refresh({ username, refreshToken }, nextKey);
      } catch (error) {
        // Whatever else fails may pass, and the token is still good.
        if (isOver(error) && await isStale()) await this.#storage.clear();
        throw error;
      }
      if (!await isStale()) return (await this.#read()).accessToken;
      // Before anybody has it: what is handed out and then lost with the tab could not be renewed.
      await this.#storage.write(this.#saved(tokens, asked));
      return tokens.accessToken;
    });
  }

  async #read(): Promise<SavedSession> {
    const saved = await this.#storage.read();
    if (!saved) throw new GatehouseError("nobody is logged in here", { code: REFRESH_INVALID });
    return saved;
  }

  #saved({ username, accessToken, refreshToken, expiresIn }: UserTokens, asked: number): SavedSession {
    return { username, accessToken, refreshToken, renewAt: renewal(asked, expiresIn), nextKey: randomKey() };
  }
}

type RefreshSettings = Omit<Settings, "baseUrl"> & Pick<RequestInit, "credentials">;

/** Refreshes at a path of the app's own server, which answers by `Gatehouse.answerRefresh`. */
export function refreshAt(url: string, settings: RefreshSettings = {}): Refresh {
  const ask = persistent({ baseUrl: url, ...settings });
  return async (body, idempotencyKey) => {
    const response = await ask(new Request(url, {
      method: "POST",
      redirect: "manual",
      credentials: settings.credentials ?? "same-origin",
      headers: { "Content-Type": "application/json", "Idempotency-Key": idempotencyKey },
      body: JSON.stringify(body),
    }));
    const answer = await response.json() as Answer & { success?: boolean };
    if (!response.ok || !answer.success) throw GatehouseError.of(response, answer);
    return answer.data as UserTokens;
  };
}

/** By its code alone: the error may be another bundle's. */
function isOver(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === REFRESH_INVALID;
}

/** All tabs of an origin, where the browser has Web Locks; elsewhere this page alone. */
const tabs: Lock = (name, work) =>
  globalThis.navigator?.locks ? globalThis.navigator.locks.request(name, work) as ReturnType<typeof work> : work();
