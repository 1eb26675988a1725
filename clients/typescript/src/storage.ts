/** A session as it is kept. */
export interface SavedSession {
  username: string;
  accessToken: string;
  refreshToken: string;
  /** When to renew the access token, in milliseconds by this device's clock. */
  renewAt: number;
  /** The Idempotency-Key of the next refresh: kept with the token, so that whoever asks again asks with the same. */
  nextKey: string;
}

/** Where an app keeps its session: one per user that is logged in. Its methods may be synchronous. */
export interface SessionStorage {
  read(): SavedSession | null | Promise<SavedSession | null>;
  write(session: SavedSession): void | Promise<void>;
  clear(): void | Promise<void>;
}

/** As long as the program runs. */
export function memoryStorage(): SessionStorage {
  let kept: SavedSession | null = null;
  return {
    read: () => kept,
    write: (session) => { kept = session; },
    clear: () => { kept = null; },
  };
}

/** `localStorage` or `sessionStorage`. Any script of the page reads it: see the README. */
export function webStorage(area: Storage, name = "gatehouse"): SessionStorage {
  return {
    read: () => JSON.parse(area.getItem(name) ?? "null") as SavedSession | null,
    write: (session) => area.setItem(name, JSON.stringify(session)),
    clear: () => area.removeItem(name),
  };
}
