import createClient, { type ClientPathsWithMethod, type Client, type MaybeOptionalInit } from "openapi-fetch";
import { KEYED } from "./calls.js";
import type { paths } from "./document.js";
import { type Answer, GatehouseError } from "./error.js";
import { persistent, type Settings } from "./persistent.js";

const TOKEN_INVALID = 2002;

/** A bearer token; with the one that was refused, another. */
export type Bearer = (refused?: string) => Promise<string>;

/** The calls by method. Each resolves to the answer's `data`, and rejects with a `GatehouseError`. */
export interface Calls<Of extends Record<Method, keyof paths>> {
  get: Call<Of["get"], "get">;
  post: Call<Of["post"], "post">;
  put: Call<Of["put"], "put">;
  delete: Call<Of["delete"], "delete">;
}

type Method = "get" | "post" | "put" | "delete";

type Call<Path extends keyof paths, M extends Method> = <
  P extends ClientPathsWithMethod<Client<Pick<paths, Path>>, M>,
  I extends MaybeOptionalInit<paths[P], M>,
>(path: P, ...init: undefined extends I ? [I?] : [I]) => Promise<Data<paths[P][M]>>;

type Data<Operation> = Operation extends {
  responses: { 200: { content: { "application/json": { data: infer D } } } };
} ? D : never;

/** The calls under whatever token `bearer` gives. One that the service does not take is exchanged once. */
export function calls<Of extends Record<Method, keyof paths>>(settings: Settings, bearer: Bearer): Calls<Of> {
  const api = createClient<Record<string, Record<Method, object>>>({
    baseUrl: safe(settings.baseUrl),
    fetch: persistent(settings),
    // Whoever could redirect a call would be handed what is in it.
    redirect: "manual",
  });
  const call = async (method: Method, path: string, init: { headers?: object } = {}) => {
    const key = KEYED.has(`${method.toUpperCase()} ${path}`) ? randomKey() : undefined;
    for (let token = await bearer(), isFirst = true; ; token = await bearer(token), isFirst = false) {
      const headers = { "Idempotency-Key": key, ...init.headers, Authorization: `Bearer ${token}` };
      const options: Record<string, unknown> = { ...init, headers };
      const { data, error, response } = await api.request(method, path, options);
      const answer = (data ?? error) as (Answer & { success?: boolean }) | undefined;
      if (response.ok && answer?.success) return answer.data;
      const failure = GatehouseError.of(response, answer);
      if (failure.code !== TOKEN_INVALID || !isFirst) throw failure;
    }
  };
  const by = (method: Method) => (path: string, init?: object) => call(method, path, init);
  return { get: by("get"), post: by("post"), put: by("put"), delete: by("delete") } as unknown as Calls<Of>;
}

/** 128 random bits. `crypto.randomUUID` is missing in pages that a local network serves by http. */
export function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The milliseconds at which to renew what was asked for at `asked`: a minute early, or at half of a short life. */
export function renewal(asked: number, lifeSeconds: number): number {
  const life = lifeSeconds * 1000;
  return asked + life - Math.min(60_000, life / 2);
}

/** Tokens and passwords go over https alone, but for a service on this machine. */
export function safe(baseUrl: string): string {
  const { protocol, hostname } = new URL(baseUrl);
  const isHere = /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname);
  if (protocol !== "https:" && !(protocol === "http:" && isHere)) {
    throw new TypeError(`baseUrl must be https: ${baseUrl}`);
  }
  return baseUrl.replace(/\/+$/, "");
}
