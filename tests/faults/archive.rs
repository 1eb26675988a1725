//! The audit log leaves the database after 90 days and is read back from the archive: whatever is cut, however many
//! runs there are at once, and however far the database is set back, each entry is in one of the two, and shown once.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::{json, Value};

use crate::database::Database;
use crate::fault::{now, Fault, When, CONFIG, DAY, HOUR, OVERLOADED, R2_DOWN};
use crate::figures;
use crate::support::http::Reply;
use crate::support::{at_once, Api, Gatehouse};

/// An entry's id, of this moment and this number.
fn id_of(at: i64, nth: usize) -> String {
    let (high, low) = (at >> 16, at & 0xffff);
    format!("aud_{high:08x}-{low:04x}-7000-8000-{nth:012x}")
}

/// The one of an id.
fn moment(id: &str) -> i64 {
    let digits: String = id[4..].chars().filter(|c| *c != '-').take(12).collect();
    i64::from_str_radix(&digits, 16).expect("a UUIDv7")
}

/// A day of UTC so many days ago: its first moment.
fn day_ago(days: i64) -> i64 {
    now() / DAY * DAY - days * DAY
}

fn date(at: i64) -> String {
    let date = chrono::DateTime::from_timestamp_millis(at).expect("a moment");
    date.format("%Y-%m-%d").to_string()
}

/// `demo`'s partner, with entries of long ago.
struct Log {
    gatehouse: std::sync::Arc<Gatehouse>,
    api: Api,
    partner: String,
    /// Every id that there has to be.
    ids: BTreeSet<String>,
}

impl Log {
    async fn new(name: &str) -> Log {
        let gatehouse = Gatehouse::start_under(CONFIG, name, &[]);
        let api = Api::on(gatehouse.clone()).await;
        let client = gatehouse.service.client("demo").id;
        let sql = "SELECT partner_id FROM clients WHERE id = ?1";
        let partner = Database::of(&gatehouse.service).rows(sql, [client])[0][0]
            .1
            .clone();
        let mut log = Log {
            gatehouse,
            api,
            partner,
            ids: BTreeSet::new(),
        };
        // What the local service has made already.
        log.ids = log.in_database();
        log
    }

    fn database(&self) -> Database {
        Database::of(&self.gatehouse.service)
    }

    /// So many entries about this user, a second apart from this moment on.
    fn add(&mut self, at: i64, count: usize, user: &str) {
        let ids = (0..count).map(|nth| id_of(at + nth as i64 * 1_000 % DAY, nth));
        let ids: Vec<String> = ids.collect();
        self.put(&ids, user);
        self.ids.extend(ids);
    }

    /// As rows of the database, each of the moment that its id says.
    fn put(&self, ids: &[String], user: &str) {
        let rows: Vec<Value> = ids.iter().map(|id| json!([id, moment(id)])).collect();
        let sql = format!(
            "INSERT INTO audit (id, at, partner_id, user_id, event, outcome, request_id, reason)
             SELECT value ->> 0, value ->> 1, '{}', '{user}', 'login.code', 'right', 'req_1', 'says \"ü\"'
             FROM json_each('{}')",
            self.partner,
            json!(rows)
        );
        self.database().add(&sql, ids.len());
    }

    /// What the database has of the log now, for [`Log::set_back`].
    fn remember(&self) {
        let tables = ["audit", "archived", "archiving"];
        let copies = tables.map(|table| {
            format!("DROP TABLE IF EXISTS past.{table}; CREATE TABLE past.{table} AS SELECT * FROM {table};")
        });
        self.with_past(&copies.concat());
    }

    /// As D1's Time Travel leaves it: the archive is as it was.
    fn set_back(&self) {
        let tables = ["audit", "archived", "archiving"];
        let copies = tables.map(|table| {
            format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM past.{table};")
        });
        self.with_past(&copies.concat());
    }

    fn with_past(&self, sql: &str) {
        let past = self.gatehouse.service.state.join("past.sqlite");
        if !past.exists() {
            std::fs::write(&past, "").expect("it can be written");
        }
        let sql = format!(
            "ATTACH '{}' AS past; BEGIN IMMEDIATE; {sql} COMMIT; DETACH past",
            past.display()
        );
        self.database().change_all(&sql);
    }

    fn in_database(&self) -> BTreeSet<String> {
        let sql = format!("SELECT id FROM audit WHERE partner_id = '{}'", self.partner);
        self.database().texts(&sql).into_iter().collect()
    }

    /// Of each object of the partner's, by its name, the ids in their order.
    fn in_archive(&self) -> BTreeMap<String, Vec<String>> {
        let objects = objects(&self.gatehouse, &self.partner);
        let ids = |lines: String| {
            let id = |line: &str| {
                let entry: Value = serde_json::from_str(line).expect("a line of JSON");
                entry["id"].as_str().expect("an id").to_owned()
            };
            lines.lines().map(id).collect()
        };
        let named = objects.into_iter();
        named.map(|(name, lines)| (name, ids(lines))).collect()
    }

    /// Nothing is lost, nothing is in two objects, and the list has each entry once, in order.
    async fn check(&self) {
        let mut archived = BTreeSet::new();
        for (name, ids) in self.in_archive() {
            assert!(ids.is_sorted(), "{name}: {ids:?}");
            for id in ids {
                assert!(archived.insert(id.clone()), "{id} is in two objects");
            }
        }
        let all: BTreeSet<String> = archived.union(&self.in_database()).cloned().collect();
        assert_eq!(all, self.ids, "something is lost, or too much");
        let listed = self.listed("").await;
        assert_eq!(listed, self.ids.iter().cloned().collect::<Vec<_>>());
    }

    async fn listed(&self, filter: &str) -> Vec<String> {
        let (entries, _) = list(&self.api, &self.api.token, 100, filter).await;
        entries.iter().map(id).collect()
    }

    /// Whether the database has the window alone.
    fn is_settled(&self) -> bool {
        let window = id_of(day_ago(90), 0);
        self.in_database()
            .first()
            .is_none_or(|oldest| *oldest >= window)
    }

    /// Until there is nothing to do: a run has its time, and on a busy machine does less in it.
    async fn settle(&self) {
        for _ in 0..20 {
            self.api.cron().await.expect_status(200);
            if self.is_settled() {
                return self.check().await;
            }
        }
        panic!("it does not come to an end");
    }
}

/// A page of the list, and a day, that one object has.
pub async fn read_back(name: &str) -> (Reply, Reply) {
    let mut log = Log::new(name).await;
    log.add(day_ago(91), 2, "usr_1");
    log.settle().await;
    let page = log.api.get("/v1/audit?limit=1", &log.api.token).await;
    let path = format!("/v1/audit/archive/{}", date(day_ago(91)));
    (page, log.api.get(&path, &log.api.token).await)
}

fn id(entry: &Value) -> String {
    entry["id"].as_str().expect("an id").to_owned()
}

/// All that the list has, page by page, and the replies.
async fn list(api: &Api, token: &str, limit: usize, filter: &str) -> (Vec<Value>, Vec<Reply>) {
    let (mut entries, mut replies, mut cursor) = (Vec::new(), Vec::new(), String::new());
    loop {
        let path = format!("/v1/audit?limit={limit}&cursor={cursor}{filter}");
        let reply = api.get(&path, token).await;
        let page = reply.ok()["entries"].as_array().expect("a list").clone();
        assert!(page.len() <= limit, "{reply}");
        entries.extend(page);
        let next = reply.ok()["nextCursor"].as_str().map(str::to_owned);
        replies.push(reply);
        match next {
            Some(next) => {
                assert!(next > cursor, "it does not go on: {next} after {cursor}");
                cursor = next;
            }
            None => return (entries, replies),
        }
    }
}

/// What the local bucket has of a partner: the name of each object, and its lines.
fn objects(gatehouse: &Gatehouse, partner: &str) -> BTreeMap<String, String> {
    let state = &gatehouse.service.state;
    let read = |blob: &str| {
        let path = state.join("v3/r2/gatehouse-archive/blobs").join(blob);
        let blob = std::fs::File::open(path).expect("a blob");
        let plain = Command::new("gzip").arg("-dc").stdin(blob).output();
        let plain = plain.expect("gzip runs");
        assert!(plain.status.success(), "{plain:?}");
        String::from_utf8(plain.stdout).expect("UTF-8")
    };
    let sql = "SELECT key, blob_id FROM _mf_objects WHERE key LIKE 'audit/%' ORDER BY key";
    let mut found = BTreeMap::new();
    for bucket in Database::of_r2(&gatehouse.service) {
        for row in bucket.rows(sql, []) {
            let (name, blob) = (&row[0].1, &row[1].1);
            if name.starts_with(&format!("audit/{partner}/")) {
                found.insert(name.clone(), read(blob));
            }
        }
    }
    found
}

/// One journey: entries that calls have made leave the database, and every way to read them gives them as before.
#[tokio::test]
async fn what_leaves_the_database_after_ninety_days_is_read_back_as_it_was() {
    let log = Log::new("archive").await;
    let api = log.api.clone();
    let (user, _) = api.person_with_session().await;
    let other = api.person().await;
    api.login(&other.email, "not-the-password")
        .await
        .fails(3004);
    let day = date(now());
    let partner = log.partner.clone();
    let all = |api: Api| async move { list(&api, &api.token, 100, "").await.0 };
    let before = all(api.clone()).await;
    assert!(before.len() > 5, "{before:?}");
    let path = format!("/v1/audit/archive/{day}");
    api.get(&path, &api.token)
        .await
        .fails(8001)
        .naming("90 days");

    // To the last moment of the ninetieth day.
    let last = day_ago(0) + 91 * DAY;
    let window = api.believing(last - 1);
    window.cron().await.expect_status(200);
    assert!(objects(&log.gatehouse, &partner).is_empty());
    let later = api.at(last).await;
    later
        .get(&path, &later.token)
        .await
        .fails(8001)
        .naming("90 days");
    later.cron().await.expect_status(200);
    let name = format!("audit/{partner}/{day}.ndjson.gz");
    let objects = objects(&log.gatehouse, &partner);
    assert_eq!(objects.keys().collect::<Vec<_>>(), [&name]);
    // But for the ends of sessions, of which the run has told.
    assert!(log
        .in_database()
        .first()
        .is_none_or(|id| moment(id) >= last - 1));

    let until_then = async |query: &str, limit| {
        let (mut entries, _) = list(&later, &later.token, limit, query).await;
        entries.retain(|entry| moment(&id(entry)) < last - 1);
        entries
    };
    assert_eq!(until_then("", 100).await, before);
    for limit in [1, 3, before.len() - 1, before.len()] {
        assert_eq!(until_then("", limit).await, before, "{limit}");
    }
    let reply = later.get(&path, &later.token).await;
    assert_eq!(reply.lines(), before, "{reply}");
    assert_eq!(reply.raw, objects[&name]);
    assert_eq!(reply.header("cache-control"), "no-store");
    for one in [&user, &other] {
        let theirs: Vec<Value> = before
            .iter()
            .filter(|e| e["userId"] == one.id.as_str())
            .cloned()
            .collect();
        assert!(!theirs.is_empty());
        let filter = format!("&userId={}", one.id);
        assert_eq!(until_then(&filter, 2).await, theirs);
        let export = later
            .get(&format!("/v1/user/{}/export", one.id), &later.token)
            .await;
        let told = export.ok()["audit"].as_array().expect("a list").clone();
        assert_eq!(told[..theirs.len()], theirs, "{export}");
    }
    for entry in &before {
        let ts = entry["ts"].as_str().expect("a time");
        let since: Vec<Value> = before
            .iter()
            .filter(|e| e["ts"].as_str() >= Some(ts))
            .cloned()
            .collect();
        let entries = until_then(&format!("&since={ts}"), 100).await;
        assert_eq!(entries, since);
    }

    // Nobody else's, and no other day.
    let other = later.acting_as("other").await;
    let seen = all(other.clone()).await;
    assert!(seen.iter().all(|entry| !before.contains(entry)), "{seen:?}");
    other
        .get(&path, &other.token)
        .await
        .fails(8001)
        .naming("nothing happened");
    for (day, code, why) in [
        ("2026-02-29", 1002, "day of UTC"),
        ("2026-2-2", 1002, "day of UTC"),
        ("today", 1002, "day of UTC"),
        (date(last + DAY).as_str(), 1002, "in the future"),
        (date(last).as_str(), 8001, "90 days"),
        ("2020-01-01", 8001, "two years"),
    ] {
        let path = format!("/v1/audit/archive/{day}");
        later.get(&path, &later.token).await.fails(code).naming(why);
    }
    // What happens now is in the database, behind one cursor with what lies in the archive.
    later
        .login(&user.email, "not-the-password")
        .await
        .fails(3004);
    let across = all(later.clone()).await;
    assert_eq!(across[..before.len()], before);
    assert!(across.len() > before.len(), "{across:?}");
    let reply = later.get("/v1/audit?limit=100", &later.token).await;
    assert_eq!(
        (reply.begun("d1"), reply.begun("archive.get")),
        (1, 1),
        "{reply}"
    );
    let cursor = id(&before[before.len() - 1]);
    let reply = later
        .get(&format!("/v1/audit?cursor={cursor}"), &later.token)
        .await;
    assert_eq!(
        (reply.begun("d1"), reply.begun("archive.get")),
        (1, 0),
        "{reply}"
    );
}

/// Each operation of a run fails or is cut, before it and after it. Of the database those of the archive come last, but
/// for the question whether anybody moves.
#[tokio::test]
async fn a_run_that_is_cut_anywhere_loses_nothing_and_doubles_nothing() {
    figures::at_the_end();
    let mut log = Log::new("archive-cut").await;
    let before = log.api.cron().await.begun("d1");
    let steps = [
        ("archive.put", 1..=2),
        ("archive.list", 1..=1),
        ("archive.get", 1..=1),
        ("d1", before - 1..=before + 5),
    ];
    let (mut nth, mut met) = (0, 0);
    for (op, steps) in steps {
        for step in steps {
            for when in [When::Before, When::After] {
                for fault in [Fault::cut(op, when), Fault::error(op, when, broken(op))] {
                    nth += 1;
                    log.add(day_ago(91 + nth % 7) + nth * HOUR / 8, 3, "usr_1");
                    let faulty = log.api.meeting(&[fault.nth(step)]);
                    met += usize::from(faulty.cron().await.header("x-test-fired") != "0");
                    log.check().await;
                }
            }
        }
    }
    assert!(met > 36, "{met} of {nth}");
    figures::add(&figures::FAULTS, met);
    log.settle().await;
}

fn broken(op: &str) -> &'static str {
    match op {
        "d1" => OVERLOADED,
        _ => R2_DOWN,
    }
}

/// How a run among several at once may end.
fn mishap(nth: usize) -> Option<Fault> {
    use When::{After, Before};
    Some(match nth % 7 {
        0 => Fault::cut("archive.put", After),
        1 => Fault::cut("archive.put", Before).nth(2),
        2 => Fault::cut("d1", After).nth(20),
        3 => Fault::error("archive.list", Before, R2_DOWN),
        4 => Fault::delay("archive.put", 300),
        5 => Fault::delay("archive.list", 200),
        _ => return None,
    })
}

/// Three at once, again and again, while entries come late and the database is set back in time.
#[tokio::test]
async fn runs_at_once_late_rows_and_a_database_that_was_set_back_double_nothing() {
    figures::at_the_end();
    let mut log = Log::new("archive-at-once").await;
    let mut met = 0;
    for round in 0..24 {
        // Of days that are archived already, between what their objects hold, and of others. Nobody is as late as the
        // database can be set back: what leaves meanwhile was there before.
        if round % 6 < 3 {
            for day in [91, 92, 93 + round % 5] {
                log.add(day_ago(day) + (24 - round) * 17 * 60_000 + 1, 5, "usr_1");
            }
        }
        if round % 6 == 2 {
            log.remember();
        }
        let runs = (0..3).map(|nth| {
            let fault = mishap(round as usize + nth);
            let api = fault.map_or_else(|| log.api.clone(), |fault| log.api.meeting(&[fault]));
            async move { api.cron().await }
        });
        let fired = |reply: &Reply| reply.header("x-test-fired") != "0";
        met += at_once(runs)
            .await
            .iter()
            .filter(|reply| fired(reply))
            .count();
        log.check().await;
        if round % 6 == 5 {
            log.set_back();
            log.check().await;
        }
    }
    assert!(met > 24, "{met}");
    figures::add(&figures::FAULTS, met);
    log.settle().await;
    let objects = log.in_archive();
    let several = objects
        .keys()
        .filter(|name| name.contains(".0002."))
        .count();
    assert!(several > 2, "{objects:?}");
    // A day of several objects, whose ids lie between one another, is one answer in order.
    for day in [91, 92, 93] {
        let day = day_ago(day);
        let path = format!("/v1/audit/archive/{}", date(day));
        let lines = log.api.get(&path, &log.api.token).await.lines();
        let lines: Vec<String> = lines.iter().map(id).collect();
        let expected = log.ids.range(id_of(day, 0)..id_of(day + DAY, 0));
        assert_eq!(lines, expected.cloned().collect::<Vec<_>>());
    }
}

/// More entries of a day than an object holds; and two users whose entries lie far from one another.
#[tokio::test]
async fn a_large_day_is_several_objects_and_each_page_reads_few_of_them() {
    let mut log = Log::new("archive-large").await;
    let day = day_ago(91);
    for (nth, user) in [("usr_1"), ("usr_2"), ("usr_1")].into_iter().enumerate() {
        let ids: Vec<String> = (0..8_000)
            .map(|n| id_of(day + nth as i64 * HOUR, n))
            .collect();
        log.put(&ids, user);
        log.ids.extend(ids);
    }
    for ago in (100..400).step_by(3) {
        log.add(day_ago(ago), 2, "usr_3");
    }
    for _ in 0..40 {
        log.api.cron().await.expect_status(200);
        if log.is_settled() {
            break;
        }
    }
    let objects = log.in_archive();
    let of_day: Vec<usize> = objects
        .iter()
        .filter(|(name, _)| name.contains(&date(day)))
        .map(|(_, ids)| ids.len())
        .collect();
    let mut sorted = of_day.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, [4_000, 10_000, 10_000]);
    assert_eq!(
        objects.values().flatten().collect::<BTreeSet<_>>().len(),
        24_200
    );

    let path = format!("/v1/audit/archive/{}", date(day));
    let lines = log.api.get(&path, &log.api.token).await.lines();
    let lines: Vec<String> = lines.iter().map(id).collect();
    let expected = log.ids.range(id_of(day, 0)..id_of(day + DAY, 0));
    assert_eq!(lines, expected.cloned().collect::<Vec<_>>());

    // Days without entries cost nothing, and days with few are read together.
    let (entries, replies) = list(&log.api, &log.api.token, 100, "&userId=usr_3").await;
    assert_eq!(entries.len(), 200);
    for reply in &replies {
        assert_eq!(reply.begun("d1"), 1, "{reply}");
        assert!(reply.begun("archive.get") <= 20, "{reply}");
        assert_eq!(reply.begun("archive.list"), 0, "{reply}");
    }
    let (entries, _) = list(&log.api, &log.api.token, 100, "&userId=usr_2").await;
    assert_eq!(entries.len(), 8_000);
    // A page of two entries reads the day that has them.
    let first = log.api.get("/v1/audit?limit=2", &log.api.token).await;
    assert!(first.begun("archive.get") <= 3, "{first}");
    let cursor = id_of(day + HOUR, 1_000);
    let within = log
        .api
        .get(
            &format!("/v1/audit?limit=100&cursor={cursor}"),
            &log.api.token,
        )
        .await;
    assert!(within.begun("archive.get") <= 2, "{within}");
    assert_eq!(
        within.ok()["entries"][0]["id"],
        id_of(day + HOUR, 1_001),
        "{within}"
    );
}

/// What is two years old is deleted, with its note; and what is noted and gone before is no empty page.
#[tokio::test]
async fn an_object_that_is_two_years_old_is_deleted_and_one_that_is_gone_before_is_missed() {
    let mut log = Log::new("archive-over").await;
    log.add(day_ago(91), 2, "usr_1");
    log.add(day_ago(92), 2, "usr_1");
    log.settle().await;
    let (first, second) = (date(day_ago(92)), date(day_ago(91)));
    let has = |day: &str| log.in_archive().keys().any(|name| name.contains(day));
    assert!(has(&first) && has(&second));

    // To the last moment of its last day.
    let over = day_ago(92) + 731 * DAY;
    log.api.believing(over - 1).cron().await.expect_status(200);
    assert!(has(&first));
    // The object goes before the note of it, which nobody misses then.
    let late = log.api.at(over).await;
    let cut = late.meeting(&[Fault::cut("archive.delete", When::After)]);
    cut.cron().await.met();
    assert!(!has(&first) && has(&second));
    let path = format!("/v1/audit/archive/{first}");
    late.get(&path, &late.token)
        .await
        .fails(8001)
        .naming("two years");
    let (entries, _) = list(&late, &late.token, 100, "").await;
    assert!(entries
        .iter()
        .any(|entry| id(entry) == id_of(day_ago(91), 0)));
    assert!(!entries
        .iter()
        .any(|entry| id(entry) == id_of(day_ago(92), 0)));
    late.cron().await.expect_status(200);
    let notes = "SELECT object FROM archived ORDER BY 1";
    let notes = log.database().texts(notes);
    assert!(notes.iter().all(|name| !name.contains(&first)), "{notes:?}");

    // Somebody deletes one by hand.
    let gone = Fault::error("archive.get", When::Before, R2_DOWN);
    let unread = log.api.meeting(&[gone]);
    unread.get("/v1/audit", &log.api.token).await.fails(9002);
    log.database().change(
        "UPDATE archived SET object = object || '.gone' WHERE object LIKE ?1",
        [format!("%{second}%")],
    );
    log.api.get("/v1/audit", &log.api.token).await.fails(9002);
    let path = format!("/v1/audit/archive/{second}");
    log.api.get(&path, &log.api.token).await.fails(9002);
}

/// A home's log goes to a bucket of its own jurisdiction. What was done to its partner's clients is the directory's.
#[tokio::test]
async fn a_home_has_an_archive_of_its_own_and_one_log_with_the_directory() {
    let gatehouse = Gatehouse::start_under(CONFIG, "archive-homes", &[]);
    let api = Api::on(gatehouse.clone()).await;
    let other = api.acting_as("other").await;
    let [directory, home] = Database::all(&gatehouse.service);
    let client = gatehouse.service.client("other").id;
    let sql = "SELECT partner_id FROM clients WHERE id = ?1";
    let partner = home.rows(sql, [client])[0][0].1.clone();
    let at = day_ago(100);
    let ids: Vec<String> = (0..40).map(|nth| id_of(at + nth as i64, nth)).collect();
    for (nth, id) in ids.iter().enumerate() {
        let (database, target) = match nth % 3 {
            0 => (&directory, Some(&partner)),
            _ => (&home, None),
        };
        let row =
            "INSERT INTO audit (id, at, partner_id, event, outcome, request_id, target_partner_id)
                   VALUES (?1, ?2, ?3, 'e', 'o', 'r', ?4)";
        database.change(row, rusqlite::params![id, moment(id), partner, target]);
    }
    // It lived in the directory a day ago: nobody puts what it has left there into an archive, nor waits for it.
    let row = "INSERT INTO audit (id, at, partner_id, event, outcome, request_id) VALUES (?1, ?2, ?3, 'e', 'o', 'r')";
    directory.change(row, rusqlite::params![ids[1], moment(&ids[1]), partner]);
    let left = || {
        let sql = "SELECT COUNT(*) FROM audit WHERE partner_id = ?1 AND event = 'e'";
        [&directory, &home].map(|database| database.number(sql, [&partner]))
    };
    for _ in 0..20 {
        if left() == [1, 0] {
            break;
        }
        api.cron().await.expect_status(200);
    }
    assert_eq!(left(), [1, 0]);
    let sql = "SELECT COUNT(*) FROM _mf_objects WHERE key LIKE 'audit/%'";
    let buckets = Database::of_r2(&gatehouse.service);
    let mut counts: Vec<i64> = buckets
        .iter()
        .map(|bucket| bucket.number(sql, []))
        .collect();
    counts.retain(|count| *count > 0);
    assert_eq!(counts, [1, 1], "each in its own bucket");
    for limit in [1, 7, 100] {
        let (entries, _) = list(&other, &other.token, limit, "").await;
        let listed: Vec<String> = entries.iter().map(id).collect();
        assert_eq!(listed, ids, "{limit}");
    }
    let path = format!("/v1/audit/archive/{}", date(at));
    let lines = other.get(&path, &other.token).await.lines();
    assert_eq!(lines.iter().map(id).collect::<Vec<_>>(), ids);
}

/// The notes move with the partner, the objects stay. Here both homes have one of the same name.
#[tokio::test]
async fn what_was_archived_before_a_move_is_read_and_ended_in_the_bucket_where_it_is() {
    let gatehouse = Gatehouse::start_under(CONFIG, "archive-moved", &[]);
    let api = Api::on(gatehouse.clone()).await;
    let other = api.acting_as("other").await;
    let [directory, home] = Database::all(&gatehouse.service);
    let client = gatehouse.service.client("other").id;
    let sql = "SELECT partner_id FROM clients WHERE id = ?1";
    let partner = home.rows(sql, [client])[0][0].1.clone();
    let at = day_ago(100);
    let ids: Vec<String> = (0..9).map(|nth| id_of(at + nth as i64, nth)).collect();
    let add = |database: &Database, id: &String, target: Option<&String>| {
        let row = "INSERT INTO audit (id, at, partner_id, user_id, event, outcome, request_id, target_partner_id)
                   VALUES (?1, ?2, ?3, 'usr_1', 'e', 'o', 'r', ?4)";
        database.change(row, rusqlite::params![id, moment(id), partner, target]);
    };
    for (nth, id) in ids[..6].iter().enumerate() {
        match nth % 2 {
            0 => add(&directory, id, Some(&partner)),
            _ => add(&home, id, None),
        }
    }
    let settle = async || {
        let left = "SELECT COUNT(*) FROM audit WHERE event = 'e'";
        for _ in 0..20 {
            if [&directory, &home].map(|database| database.number(left, [])) == [0, 0] {
                return;
            }
            api.cron().await.expect_status(200);
        }
        panic!("it does not come to an end");
    };
    settle().await;
    let state = |database: &Database, set: &str| {
        database.change(
            &format!("UPDATE partners SET {set} WHERE id = ?1"),
            [&partner],
        );
    };
    state(&home, "state = 'gone'");
    let notes = "SELECT first_id, last_id, entries, object FROM archived WHERE partner_id = ?1";
    let notes = home.rows(notes, [&partner]);
    for note in &notes {
        let come = "INSERT INTO archived (partner_id, first_id, last_id, entries, object, home)
                    VALUES (?1, ?2, ?3, ?4, ?5, 'HOME_EU')";
        let column = |nth: usize| &note[nth].1;
        let entries: i64 = column(2).parse().expect("a number");
        directory.change(
            come,
            rusqlite::params![partner, column(0), column(1), entries, column(3)],
        );
    }
    home.change("DELETE FROM archived WHERE partner_id = ?1", [&partner]);
    state(&directory, "state = 'here', home = 'DB', epoch = 2");
    // Of the same day, after the move.
    for id in &ids[6..] {
        add(&directory, id, None);
    }
    settle().await;

    let objects = "SELECT object || ' ' || COALESCE(home, '') FROM archived WHERE partner_id = ?1 ORDER BY first_id";
    let objects: Vec<String> = directory
        .rows(objects, [&partner])
        .iter()
        .map(|row| row[0].1.clone())
        .collect();
    let first = format!("audit/{partner}/{}.ndjson.gz", date(at));
    let second = format!("audit/{partner}/{}.0002.ndjson.gz", date(at));
    let expected = [
        format!("{first} "),
        format!("{first} HOME_EU"),
        format!("{second} "),
    ];
    assert_eq!(objects, expected);

    let other = other.with_token(&api.acting_as("other").await.token);
    for limit in [1, 4, 100] {
        let (entries, _) = list(&other, &other.token, limit, "").await;
        let listed: Vec<String> = entries.iter().map(id).collect();
        assert_eq!(listed, ids, "{limit}");
    }
    let (entries, _) = list(&other, &other.token, 100, "&userId=usr_1").await;
    assert_eq!(entries.iter().map(id).collect::<Vec<_>>(), ids);
    let path = format!("/v1/audit/archive/{}", date(at));
    let lines = other.get(&path, &other.token).await.lines();
    assert_eq!(lines.iter().map(id).collect::<Vec<_>>(), ids);
    // One of the three is in the bucket of the other home, and where that fails nothing is left out silently.
    let gone = Fault::error("archive.home.get", When::Before, R2_DOWN);
    let unread = other.meeting(&[gone]);
    let unread = unread.get("/v1/audit", &other.token).await;
    unread.met().fails(9002);

    let named = |home: &str| {
        let sql = "UPDATE archived SET home = ?1 WHERE home IS NOT NULL";
        directory.change(sql, [home]);
    };
    named("HOME_OF_OLD");
    for (nth, path) in ["/v1/audit", &path].into_iter().enumerate() {
        other.get(path, &other.token).await.fails(9002);
        let cause = "in the archive of HOME_OF_OLD";
        gatehouse.service.wait_until_logged(cause, nth + 1).await;
    }
    named("HOME_EU");

    // Over: each goes in its own bucket.
    let kept = || {
        let sql = "SELECT COUNT(*) FROM _mf_objects WHERE key LIKE 'audit/%'";
        let buckets = Database::of_r2(&gatehouse.service);
        let counts = buckets.iter().map(|bucket| bucket.number(sql, []));
        counts.sum::<i64>()
    };
    assert_eq!(kept(), 3);
    let over = api.believing(at + 731 * DAY);
    over.cron().await.expect_status(200);
    assert_eq!(kept(), 0);
    let left = "SELECT COUNT(*) FROM archived WHERE partner_id = ?1";
    assert_eq!(directory.number(left, [&partner]), 0);
}
