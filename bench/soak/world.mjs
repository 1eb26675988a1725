// Who is there, as the load knows them: partners, people, sessions, and every secret that was seen. What is kept
// here is what the answers are held against.
import { randomBytes } from "node:crypto";
import { Unexpected } from "./caller.mjs";

/** A session that nobody refreshed for so long is refreshed next; its access token lives 15 minutes. */
export const STALE = 9 * 60_000;
const DEAD_KEPT = 300;

export class World {
  #made = 0;
  people = [];
  dead = [];
  secrets = new Set();
  addresses = new Set();
  indices = new Set();
  /** Users by id, of every partner. */
  partnerOf = new Map();
  count = { signUps: 0, sessionsOpened: 0, sessionsEnded: 0, portfolios: 0, resets: 0, kyc: 0 };

  constructor({ caller, phones, random, partners, kycSecret }) {
    Object.assign(this, { caller, phones, random, kycSecret, run: randomBytes(3).readUIntBE(0, 3) % 1_000_000 });
    this.partners = partners.map((partner) => ({ ...partner, basic: basic(partner) }));
    for (const { clientSecret } of partners) this.secret(clientSecret);
  }

  /** Somebody idle of whom this is true, who is then busy until `work` is over; nothing where nobody was found. */
  async with(isRight, work) {
    for (let tries = 0; tries < 60 && this.people.length > 0; tries += 1) {
      const person = this.random.of(this.people);
      if (!person.isBusy && isRight(person)) return this.alone(person, work);
    }
    return undefined;
  }

  async alone(person, work) {
    person.isBusy = true;
    try {
      return await work(person);
    } finally {
      person.isBusy = false;
    }
  }

  /** Nobody has these yet; each number is in a block of its own, for the caps count blocks of a thousand. */
  applicant() {
    const n = (this.#made += 1);
    // Never a 0 after the calling code, which is no number's.
    const block = `${1 + (this.run % 9)}${String(n).padStart(7, "0")}`;
    return {
      partner: this.random.chance(0.6) ? this.partners[0] : this.random.of(this.partners),
      email: `soak-${this.run}-${n}@example.com`,
      phone: `+882${block}${String(n % 1000).padStart(3, "0")}`,
      password: this.secret(this.random.letters(24)),
      status: "UNINITIATED", sessions: [], portfolios: new Map(),
      wrongCodes: 0, sends: [], resets: 0, lastReset: 0, isProven: false, isBusy: false,
    };
  }

  secret(text) {
    this.secrets.add(text);
    return text;
  }

  open(person, { accessToken, refreshToken, userId }) {
    if (userId !== person.id) throw new Unexpected(`tokens of ${userId} for ${person.id}`);
    const session = { person, id: claims(accessToken).sid };
    person.sessions.push(session);
    this.count.sessionsOpened += 1;
    this.renew(session, accessToken, refreshToken);
    return session;
  }

  renew(session, access, refresh) {
    if (this.secrets.has(refresh)) throw new Unexpected("a refresh token that was given before");
    this.secret(access);
    this.secret(refresh);
    Object.assign(session, { access, parent: session.refresh, refresh, at: Date.now() });
  }

  end(sessions) {
    for (const session of sessions) {
      const { person } = session;
      person.sessions = person.sessions.filter((other) => other !== session);
      this.count.sessionsEnded += 1;
      this.dead.push(session);
    }
    this.dead.splice(0, this.dead.length - DEAD_KEPT);
  }
}

export function claims(token) {
  return JSON.parse(Buffer.from(token.split(".")[1], "base64url"));
}

function basic({ clientId, clientSecret }) {
  return Buffer.from(`${clientId}:${clientSecret}`).toString("base64");
}

export function must(holds, what) {
  if (!holds) throw new Unexpected(what);
}
