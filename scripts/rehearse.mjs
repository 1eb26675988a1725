// Rehearses what docs/operating.md says of moving a partner and of restoring a database, on a local state of its own, by the
// real service, the real cron and the scripts of the runbook; a line a step. It ends with a sentence where something is not
// as promised: make rehearse
import { setTimeout as sleep } from "node:timers/promises";
import { counted } from "./custody-lines.mjs";
import { ask } from "./local.mjs";
import { given, main } from "./main.mjs";
import { Person, promised, Rehearsal, step } from "./rehearsal.mjs";

const HOME = "HOME_EU";
const OUTAGES = "scripts/with-env.sh node scripts/run-tests.mjs --test faults outage homes kv ledger archive";

await main(async () => {
  given();
  const begun = performance.now();
  const rehearsal = new Rehearsal();
  try {
    await step("start the service, of two homes", async () => {
      await rehearsal.open();
      return rehearsal.url;
    });
    const world = await people(rehearsal);
    await moves(rehearsal, world);
    await setsBackAHome(rehearsal, world);
    await setsBackTheDirectory(rehearsal, world);
    title("A store is away");
    say(`  is rehearsed by tests, each store and every call (tests/faults/outage.rs):\n  ${OUTAGES}`);
  } finally {
    await rehearsal.end();
  }
  say(`\nAll was as promised, in ${Math.round((performance.now() - begun) / 1000)} s.`);
});

function say(words) {
  process.stdout.write(`${words}\n`);
}

function title(words) {
  say(`\n${words}`);
}

/** A partner in the directory's database that is going to move, one that lives in the other home, and people of both. */
async function people(rehearsal) {
  const world = { root: () => rehearsal.token(rehearsal.clients.root) };
  world.bank = await step("make a partner in DB", async () => {
    const scope = "client_auth users.read users.write";
    const asked = { partnerName: "Bank", name: "app", home: "DB", scope, roles: ["customer"], defaultRoles: ["customer"] };
    const data = await rehearsal.call(await world.root(), "POST", "/v1/client", asked);
    return { data, told: data.partnerId };
  });
  await step(`people: two of it, one in ${HOME}, one of another in DB`, async () => {
    const { demo, other } = rehearsal.clients;
    for (const [name, client] of Object.entries({ ada: world.bank, ben: world.bank, eve: other, dan: demo })) {
      world[name] = await Person.of(rehearsal, client);
      await world[name].opens();
    }
    return "each verified, logged in, with a portfolio";
  });
  return world;
}

// --- a partner moves ----------------------------------------------------------------------------

async function moves(rehearsal, world) {
  title(`A partner moves to ${HOME} and back, while somebody asks all the time`);
  const before = await world.ada.addresses();
  const asking = asks(world.ada);
  for (const home of [HOME, "DB"]) await move(rehearsal, world, home);
  const { calls, slowest } = await asking.end();
  await step("who asked meanwhile", async () => `${calls} calls, each answered; the slowest took ${slowest} ms`);
  await step("all that is theirs has moved along", async () => {
    promised(same(before, await world.ada.addresses()), "the portfolios are not those of before the move");
    for (const person of [world.ada, world.ben]) await isIn(person);
    return "sessions of before, portfolios, addresses";
  });
}

async function move(rehearsal, { bank, root }, home) {
  const path = `/v1/partner/${bank.partnerId}/move`;
  const look = async () => rehearsal.call(await root(), "GET", path);
  await step(`ask for it: POST ${path.replace(bank.partnerId, "...")}`, async () => {
    const { move: asked } = await rehearsal.call(await root(), "POST", path, { home });
    return `from ${asked.from} to ${asked.to}`;
  });
  for (let run = 1; ; run += 1) {
    promised(run <= 10, `after ten runs of the cron the partner is not in ${home}: ${JSON.stringify(rehearsal.logged("move.stopped"))}`);
    const now = await step(`the cron, run ${run}`, async () => {
      await rehearsal.cron();
      const data = await look();
      const { state, copy } = data.move ?? {};
      return { data, told: data.move ? `${state}${copy ? `, ${copy.step}` : ""}` : `it lives in ${data.home}` };
    });
    if (now.move) continue;
    promised(now.home === home, `the partner is in ${now.home}`);
    break;
  }
  await step("how long it was frozen (move.done)", async () => `${await frozen(rehearsal, bank, home)} ms`);
}

/** The log comes a moment later. */
async function frozen(rehearsal, { partnerId }, home) {
  for (let tries = 0; tries < 50; tries += 1) {
    const done = rehearsal.logged("move.done").findLast((line) => line.partner_id === partnerId && line.to === home);
    if (done) return done.frozen_ms;
    await sleep(100);
  }
  return promised(false, "the log has no move.done");
}

/** Somebody who asks one thing after the other, until the end. */
function asks(person) {
  const seen = { calls: 0, slowest: 0, isOver: false };
  const all = (async () => {
    while (!seen.isOver) {
      const { status, ms } = await person.me();
      promised(status === 200, `a call was answered ${status} while the partner moved`);
      seen.calls += 1;
      seen.slowest = Math.max(seen.slowest, ms);
    }
  })();
  // What fails is told at the end.
  all.catch(() => undefined);
  return {
    async end() {
      seen.isOver = true;
      await all;
      return seen;
    },
  };
}

// --- a home is set back -------------------------------------------------------------------------

async function setsBackAHome(rehearsal, world) {
  const { bank, ada, ben, eve } = world;
  title(`${HOME} is set back to before a partner came to it`);
  const time = await past(rehearsal, HOME);
  const hers = await step("since then: who lives there goes on", async () => {
    await eve.opens();
    world.fay = await Person.of(rehearsal, rehearsal.clients.other);
    return { data: await eve.addresses(), told: "a portfolio, somebody signs up" };
  });
  const kept = await ada.addresses();
  await move(rehearsal, world, HOME);
  const lost = await step("and the partner that came opens a portfolio", async () => {
    const id = await ada.opens();
    return { data: { id, address: (await ada.addresses())[id] }, told: id };
  });
  const reconciled = await restores(rehearsal, HOME, time, []);
  await step("where reconciling says that the partner is", async () => says(reconciled, bank, "DB"));
  await step("its people there: after-restore.mjs --part people", async () => {
    await rehearsal.script("after-restore.mjs", [...before(rehearsal, HOME), "--to", time, "--part", "people"], "people.sql");
    rehearsal.execute("DB", rehearsal.file("people.sql"));
    return "nobody who was erased comes back with the past";
  });
  rehearsal.sql("DB", `UPDATE partners SET changed = changed + 1 WHERE home = '${HOME}'`);
  await tells(rehearsal, [HOME, "DB"]);
  await opens(rehearsal);
  await step(`who lives in ${HOME} has lost nothing but the session`, async () => {
    await isOut(eve);
    await eve.logIn();
    await world.fay.logIn();
    promised(same(hers, await eve.addresses()), "the portfolios are not those of before");
    return "two portfolios, and who signed up since is there";
  });
  await step("who had come lives in DB, as of the move", async () => {
    for (const person of [ada, ben]) {
      await isOut(person);
      await person.logIn();
    }
    promised(same(kept, await ada.addresses()), "the portfolios are not those of before the move");
    return "they log in, and have what they had";
  });
  await step("the ledger knows what lost its row", async () => {
    const lines = await list(rehearsal, world, "/v1/custody/lost");
    promised(lines.some(({ portfolioId, address }) => portfolioId === lost.id && address === lost.address), "the list lacks the portfolio");
    await ada.opens(lost.id);
    promised((await ada.addresses())[lost.id] === lost.address, "the portfolio came back with another address");
    return `${lost.id} has its address again`;
  });
  await givenOnce(rehearsal, world);
}

// --- the directory is set back ------------------------------------------------------------------

async function setsBackTheDirectory(rehearsal, world) {
  const { bank, ada, ben, dan, eve } = world;
  title("DB, the directory, is set back to before a partner left it");
  const time = await past(rehearsal, "DB");
  await move(rehearsal, world, HOME);
  const [hers, his] = await step("since then: portfolios, and a client is deleted", async () => {
    await ada.opens();
    await dan.opens();
    await rehearsal.call(await world.root(), "DELETE", `/v1/client/${rehearsal.clients.demoRecovery.clientId}`);
    return { data: [await ada.addresses(), await dan.addresses()], told: "one in each database" };
  });
  const reconciled = await restores(rehearsal, "DB", time, ["--all"]);
  await step("where reconciling says that the partner is", async () => says(reconciled, bank, HOME));
  await tells(rehearsal, ["DB"]);
  await opens(rehearsal);
  await step("who left it has lost nothing but the session", async () => {
    const { home } = await rehearsal.call(await world.root(), "GET", `/v1/partner/${bank.partnerId}/move`);
    promised(home === HOME, `the directory says ${home}`);
    for (const person of [ada, ben, eve]) {
      await isOut(person);
      await person.logIn();
    }
    promised(same(hers, await ada.addresses()), "the portfolios are not those of before");
    return `${Object.keys(hers).length} portfolios, in ${home}`;
  });
  await step("who lives in it has what came since", async () => {
    await isOut(dan);
    await dan.logIn();
    promised(same(his, await dan.addresses()), "the portfolios are not those of before");
    return `${Object.keys(his).length} portfolios`;
  });
  await step("the client that was deleted is none", async () => {
    const { clientId, clientSecret } = rehearsal.clients.demoRecovery;
    const { status } = await ask(rehearsal.url, "POST", "/oauth2/token", { basic: `${clientId}:${clientSecret}`, form: { grant_type: "client_credentials" } });
    promised(status === 401, `it has a token, ${status}`);
    return "401";
  });
  await givenOnce(rehearsal, world);
}

// --- the runbook --------------------------------------------------------------------------------

/** The moment to go back to, and the database as it is then. */
async function past(rehearsal, home) {
  return step(`the moment to go back to: a copy of ${home}`, async () => {
    const time = new Date().toISOString();
    await rehearsal.copy(home, `${home}.past`);
    // What comes after it has another millisecond.
    await sleep(5);
    return { data: time, told: time };
  });
}

function before(rehearsal, home) {
  return ["--before", rehearsal.file(`${home}.before`)];
}

/** Steps 1 to 5, and what reconciling says. */
async function restores(rehearsal, home, time, flags) {
  await step("close the service, copy out, restore", async () => {
    await rehearsal.close();
    await rehearsal.copy(home, `${home}.before`);
    rehearsal.putBack(home, `${home}.past`);
    return `${home} is of ${time}`;
  });
  for (const part of ["closing", "rows"]) {
    await step(`close the gap: after-restore.mjs --part ${part}`, async () => {
      const sql = await rehearsal.script("after-restore.mjs", [...before(rehearsal, home), "--to", time, "--part", part], `${part}.sql`);
      rehearsal.execute(home, rehearsal.file(`${part}.sql`));
      return `${sql.split("\n").length} lines`;
    });
  }
  const said = await step(`reconcile.mjs ${flags.join(" ")}`, async () => {
    const data = await rehearsal.reconcile(...flags);
    return { data, told: counted(data.match(/^prt_\S+ is in/gm)?.length ?? 0, "partner", "partners") };
  });
  for (const [, command] of said.matchAll(/^ {2}(scripts\/with-env\.sh .*)$/gm)) {
    await step(`as it says: wrangler ${command.match(/d1 execute \w+/)}`, async () => {
      await rehearsal.shell(command);
      return command.match(/reconcile-\w+\.sql/)[0];
    });
  }
  await step("and once more", async () => {
    const again = await rehearsal.reconcile();
    promised(again.includes("there is nothing to do"), `the databases do not agree yet:\n${again}`);
    return again.trim();
  });
  return said;
}

function says(reconciled, { partnerId }, home) {
  const line = reconciled.split("\n").find((one) => one.startsWith(partnerId));
  promised(line?.startsWith(`${partnerId} is in ${home}: `), `reconcile.mjs says otherwise than ${home}:\n${reconciled}`);
  return line.slice(partnerId.length + 4);
}

/** Step 6, and the homes hear of all anew while the service is closed. */
async function tells(rehearsal, homes) {
  await step("tell KV that the sessions are over", async () => {
    let words = 0;
    for (const home of homes) words += await rehearsal.tellKv(home, "sessions_not_before > (unixepoch() - 3600) * 1000");
    return `${words} words`;
  });
  await step("start it closed, and the cron tells the homes", async () => {
    await rehearsal.open({ closed: true });
    const { status } = await ask(rehearsal.url, "POST", "/oauth2/token", { form: { grant_type: "client_credentials" } });
    promised(status === 503, `a closed service answered ${status}`);
    await rehearsal.cron();
    const [{ left }] = rehearsal.sql("DB", "SELECT COUNT(*) AS left FROM partners WHERE copied < changed AND home <> 'DB'");
    promised(left === 0, `${left} homes have not heard of their partners`);
    await rehearsal.close();
    return "all calls are 503; none is left untold";
  });
}

async function opens(rehearsal) {
  await step("open the service", async () => {
    await rehearsal.open();
    return rehearsal.url;
  });
}

// --- what is promised ---------------------------------------------------------------------------

async function isIn(person) {
  const { status, text } = await person.me();
  promised(status === 200, `a session is answered ${status}: ${text}`);
}

async function isOut(person) {
  const { status, text } = await person.me();
  promised(status === 401, `a session of before the restore is answered ${status}: ${text}`);
}

function same(one, other) {
  const [these, those] = [one, other].map((all) => JSON.stringify(Object.entries(all).sort()));
  return these === those;
}

/** The lines of a list of custody's. */
async function list(rehearsal, world, path) {
  const { text } = await ask(rehearsal.url, "GET", path, { token: await world.root() });
  return text.trim().split("\n").map((line) => JSON.parse(line));
}

async function givenOnce(rehearsal, world) {
  await step("no address index was given twice", async () => {
    const lines = (await list(rehearsal, world, "/v1/custody/export")).filter(({ path }) => path);
    const places = lines.map(({ key, path }) => `${key} ${path}`);
    promised(new Set(places).size === places.length, "custody's export has an index twice");
    return `${places.length} were given`;
  });
}
