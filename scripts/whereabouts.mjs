// Where each partner is after a database was set back in time, by what all databases say of it, and the SQL that makes it
// so in each: what scripts/reconcile.mjs decides (docs/decisions/moving.md, "Set back in time"). The service is closed.

/** The directory, which is the first home. */
export const DIRECTORY = "DB";

/** What every database is asked: how each partner stands there; and of the directory, what moves. */
export const ASKED = [
  `SELECT p.id, p.name, p.created_at, p.home, p.epoch, p.state, p.changed, a.epoch AS came, a.step, d.epoch AS departs,
  EXISTS (SELECT 1 FROM users WHERE partner_id = p.id) AS has_rows
FROM partners p LEFT JOIN arrivals a ON a.partner_id = p.id LEFT JOIN departures d ON d.partner_id = p.id ORDER BY p.id`,
  "SELECT partner_id, epoch, source, target, state, behind, decided_at FROM moves ORDER BY partner_id, epoch",
];

// Of `arrivals.step`: the others are of a copy.
const DELETED = ["emptying", "empty"];
const KEPT = 24 * 60 * 60 * 1000;

const text = (value) => `'${String(value).replaceAll("'", "''")}'`;
const most = (list, by) => list.reduce((best, one) => (best === undefined || by(one) > by(best) ? one : best), undefined);
const isAnothers = (home) => (place) => place.home !== home;

/**
 * `found` has, by the name of its binding, what each database answered to ASKED. `at` says of partners where they are,
 * whatever the rules do; `all` takes those too of which all databases agree. What comes of each: `home`, `why` and `sql`, by
 * database; or `lost`, a sentence.
 */
export function whereabouts(found, { now = Date.now(), at = {}, all = false } = {}) {
  const partners = gathered(found);
  const unknown = Object.keys(at).find((id) => !partners.some((partner) => partner.id === id));
  if (unknown) return { count: partners.length, unknown };
  const open = partners.filter((partner) => all || at[partner.id] || !agree(partner));
  return { count: partners.length, settled: open.map((partner) => settled(partner, decided(partner, at[partner.id]), now)) };
}

/** Of each partner, its places and its moves. */
function gathered(found) {
  const partners = new Map();
  const of = (id) => partners.get(id) ?? partners.set(id, { id, places: [], moves: [] }).get(id);
  for (const [home, [places]] of Object.entries(found)) {
    for (const { id, ...place } of places) of(id).places.push(placed(home, place));
  }
  for (const { partner_id: id, ...move } of found[DIRECTORY][1]) partners.get(id)?.moves.push(move);
  const names = Object.keys(found);
  return [...partners.values()].map((partner) => ({ ...partner, names, directory: partner.places.find(({ home }) => home === DIRECTORY) }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Where it comes to the directory's database, the one row is as the directory has it until the move is committed. */
function placed(home, { home: lives, ...place }) {
  const isCopy = place.step !== null && !DELETED.includes(place.step);
  const comesHere = home === DIRECTORY && place.state === "gone" && isCopy && place.came === place.epoch + 1;
  const stands = comesHere ? { state: "coming", stands: place.came } : { stands: place.epoch };
  return { ...place, home, lives, isCopy, said: place.epoch, ...stands };
}

const isServed = ({ state }) => state === "here" || state === "leaving";
const isWholeCopy = ({ state, step, came, stands }) => state === "coming" && step === "whole" && came === stands;

/** Rows that are there, though nobody is served by them. */
const leaves = ({ state, step, has_rows: hasRows }) => state !== "gone" || (step === null ? hasRows === 1 : step !== "empty");

/**
 * One home is here, the directory says so and has forgotten no later epoch, nothing is under way, and what is left elsewhere
 * is going to be deleted.
 */
function agree({ places, directory, moves }) {
  if (!directory || moves.some(({ state }) => state !== "left")) return false;
  const home = places.find((place) => place.home === directory.lives);
  const others = places.filter(isAnothers(directory.lives));
  const isBehind = (place) => moves.some(({ behind }) => behind === place.home);
  const isQuiet = ({ departs, stands, came }) => departs === null && Math.max(stands, came ?? 0) <= directory.said;
  return home?.state === "here" && home.said === directory.said && !isBehind(home) && places.every(isQuiet) &&
    others.every((place) => place.state === "gone" && (isBehind(place) || !leaves(place)));
}

/** The epoch of the stay that ended there: the directory's one row has a greater one by now, and the move says it. */
function left({ directory, moves }, place) {
  const told = moves.findLast(({ source, behind, state }) => source === place.home && behind === source && state !== "moving");
  return told?.epoch ?? (place === directory && !isServed(place) ? place.stands - 1 : place.stands);
}

/** Which place it is, and why; or that there is none. */
function decided(partner, word) {
  const { places, directory, moves } = partner;
  if (word) {
    const place = places.find(({ home }) => home === word);
    return { home: word, place, why: "by your word, with what is there" };
  }
  // Of one epoch, the home that a move was given back to goes before what it had copied, and what the directory says goes first.
  const order = (place) => [place.stands, isServed(place), place.home === directory?.lives].reduce((sum, one) => 2 * sum + Number(one), 0);
  const place = most(places.filter((one) => isServed(one) || isWholeCopy(one)), order);
  if (place) {
    const says = isServed(place) ? `says ${place.state}` : "has a whole copy";
    return { home: place.home, place, why: `${place.home} ${says} in epoch ${place.stands}, and nobody says a greater one` };
  }
  const wasThere = (one) => moves.some(({ source, behind }) => source === one.home && behind === source);
  const kept = places.filter((one) => one.state === "gone" && one.step === null && (one.has_rows === 1 || wasThere(one)));
  const last = most(kept, (one) => left(partner, one));
  if (last) {
    return { home: last.home, place: last, why: `no database has it any more, and ${last.home}, which it left last, still has its rows` };
  }
  const isKnown = places.some((one) => one !== directory || one.step !== null || one.has_rows === 1) || moves.length > 0;
  if (!isKnown && directory.lives !== DIRECTORY) {
    const why = `${directory.lives} is of before the partner was made, and it never was elsewhere: it begins there anew`;
    return { home: directory.lives, why };
  }
  return { lost: lost(partner) };
}

/** Which database has to be set back too. */
function lost({ id, places, directory, moves }) {
  const target = directory?.lives ?? most(places, ({ stands }) => stands).home;
  const elsewhere = places.filter(isAnothers(target));
  const last = moves.at(-1);
  const emptied = most(elsewhere.filter(({ step }) => DELETED.includes(step)), ({ came }) => came)?.home;
  const source = emptied ?? [last?.source].find((home) => home && home !== target);
  const has = places.some((place) => place.home === target && place.isCopy) ? "has a part of a copy" : "has none of them";
  const begins = `${id}: no database has all of its rows any more. ${target}, where the directory says it is, ${has}`;
  if (!source) return `${begins}: set ${target} back to a later moment, and run this again`;
  const at = last?.decided_at;
  const when = at ? `, at ${new Date(at).toISOString()}` : " (partner.move in the operator's audit log says when)";
  return `${begins}; ${source}, which it left last${when}, has deleted what it had. Set ${source} back too, to a moment within the day ` +
    `after it left, or ${target} to a later one, and run this again`;
}

/** With the SQL of each database. */
function settled(partner, { home, place, why, lost: sentence }, now) {
  if (sentence) return { id: partner.id, lost: sentence };
  const { id, places, names, directory, moves } = partner;
  const behind = places.filter((one) => one.home !== home && (leaves(one) || moves.some((move) => move.behind === one.home)))
    .sort((a, b) => left(partner, b) - left(partner, a));
  const known = [...places.flatMap(({ stands, said, came }) => [stands, said, came ?? 0]), ...moves.map(({ epoch }) => epoch + 1)];
  const epoch = Math.max(Math.floor(now / 1000), Math.max(...known) + behind.length + 2);
  const changed = 1 + Math.max(...places.map((one) => one.changed));
  const its = text(id);
  const { name: called, created_at: made } = directory ?? places[0];
  const who = `${its}, ${text(called)}, ${made}, ${text(home)}, ${epoch}`;
  const old = isOlder(partner, home, place);
  const sql = Object.fromEntries(names.map((name) => {
    const here = name === home;
    const there = places.find((one) => one.home === name);
    const lines = [
      ...(old ? closes(name, its, here) : []),
      ...stands(name, { its, who, here, there, changed }),
      ...(name === DIRECTORY ? ofDirectory(its, { home, epoch, behind, now }) : []),
      ...ends(its, here, there),
    ];
    return [name, lines];
  }));
  return { id, home, epoch, why: [why, ...notes(partner, home, place, old)], sql };
}

/** Where more is known of another stay, the rows there are of the past, and so are its codes and sessions. */
function isOlder({ places, directory, moves }, home, place) {
  if (!place) return false;
  const givenUp = moves.some(({ state, source, epoch }) => state === "given_up" && source === home && epoch === place.stands);
  const others = places.filter((one) => one.home !== home && one !== directory && one.state !== "coming");
  const epochs = [givenUp ? 0 : (directory?.said ?? 0), ...others.map(({ stands }) => stands)];
  return place.state === "gone" || Math.max(...epochs) > place.stands;
}

function notes(partner, home, place, old) {
  const { places, directory, moves } = partner;
  const begun = moves.find(({ state, target }) => state === "moving" && target !== home);
  const later = most(places.filter((one) => one.home !== home && place && one.state === "gone" && one.step === null && one.has_rows === 1 &&
    left(partner, one) > place.stands), (one) => left(partner, one));
  return [
    ...(old ? ["what it has there is of the past: its people log in again"] : []),
    ...(later ? [`${later.home} has its rows of a later stay: --at ${partner.id}=${later.home} takes those instead`] : []),
    ...(begun ? [`its move to ${begun.target} is over, and can be asked for again`] : []),
    ...(directory ? [] : ["the directory had forgotten it and its clients: POST /v1/client with its partnerId makes one"]),
  ];
}

/** As scripts/after-restore.mjs closes a database that was set back itself. */
function closes(name, its, here) {
  return [
    ...(here || name === DIRECTORY ? [`UPDATE clients SET sessions_not_before = unixepoch() * 1000 WHERE partner_id = ${its};`] : []),
    ...(here ? [`DELETE FROM challenges WHERE partner_id = ${its};`] : []),
  ];
}

/** How it stands in a database. The directory has its home hear of all anew, and KV of the home. */
function stands(name, { its, who, here, there, changed }) {
  const counts = `MAX(changed + 1, ${changed})`;
  if (name === DIRECTORY) {
    const state = here ? "here" : "gone";
    return [`INSERT INTO partners (id, name, created_at, home, epoch, state, changed) VALUES (${who}, '${state}', ${changed})
  ON CONFLICT (id) DO UPDATE SET home = excluded.home, epoch = excluded.epoch, state = excluded.state, changed = ${counts},
  copied = ${here ? counts : 0};`];
  }
  if (here) {
    return [`INSERT INTO partners (id, name, created_at, home, epoch, state) VALUES (${who}, 'here')
  ON CONFLICT (id) DO UPDATE SET home = excluded.home, epoch = excluded.epoch, state = 'here';`];
  }
  return there && there.state !== "gone" ? [`UPDATE partners SET state = 'gone' WHERE id = ${its};`] : [];
}

/** No move goes on; what is left elsewhere is deleted, a stay's a day later. The last that was left has the greatest epoch. */
function ofDirectory(its, { home, epoch, behind, now }) {
  return [
    `DELETE FROM moves WHERE partner_id = ${its};`,
    ...behind.map((place, nth) => {
      const isStay = place.step === null && !place.isCopy && place.state !== "coming";
      const [source, target] = isStay ? [place.home, home] : [home, place.home];
      const values = [epoch - 1 - nth, text(source), text(target), "'left'", now, now, text(place.home), isStay ? now + KEPT : now];
      return `INSERT INTO moves (partner_id, epoch, source, target, state, begun_at, decided_at, behind, delete_at)
  VALUES (${its}, ${values.join(", ")});`;
    }),
    `UPDATE partner_settings SET is_told = 0 WHERE partner_id = ${its};`,
  ];
}

/** Nobody goes on copying from there or to there, and what was copied there is no stay's. */
function ends(its, here, there) {
  if (!there) return [];
  const emptying = `UPDATE arrivals SET step = 'emptying', tab = 0, after = NULL, turn = turn + 1, taken_at = 0
  WHERE partner_id = ${its};`;
  return [
    ...(there.departs === null ? [] : [`DELETE FROM departures WHERE partner_id = ${its};`]),
    `DELETE FROM moved_rows WHERE seq > 0 AND partner_id = ${its};`,
    ...(here && there.step !== null ? [`DELETE FROM arrivals WHERE partner_id = ${its};`] : []),
    ...(!here && there.isCopy ? [emptying] : []),
  ];
}
