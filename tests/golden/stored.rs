//! What the service leaves in storage: the rows of D1 and the records of KV, as they are.

use serde_json::json;
use sha2::{Digest, Sha256};

use crate::call::{delete, post};
use crate::people::{
    account, change_password, forget, login, login_as, otp, portfolio, refresh, resend, sign_up,
    text, wrong_otp, Person,
};
use crate::reply::Reply;
use crate::scene::{Scene, DAY, HOUR, MINUTE};
use crate::support::database::Database;
use crate::support::jwt::Jwt;
use crate::support::kyc;

impl Scene {
    fn database(&self) -> Database {
        Database::of(&self.gatehouse.service)
    }

    /// The rows of the scene's partner, a column a line.
    fn shows_rows(&mut self, table: &str, order: &str) {
        let sql = format!("SELECT * FROM {table} WHERE partner_id = ?1 ORDER BY {order}");
        let rows = self.database().rows(&sql, [&self.partner]);
        self.shows_columns(table, rows);
    }

    /// The rows of the scene's time.
    fn shows_rows_since(&mut self, table: &str, time: &str) {
        let sql =
            format!("SELECT * FROM {table} WHERE {time} >= ?1 AND {time} < ?2 ORDER BY {time}");
        let rows = self
            .database()
            .rows(&sql, [self.begun, self.begun + 2 * DAY]);
        self.shows_columns(table, rows);
    }

    fn shows_columns(&mut self, title: &str, rows: Vec<Vec<(String, String)>>) {
        self.heading(title);
        for row in rows {
            let lines = row.iter().map(|(name, value)| match name.as_str() {
                // Counted over all partners.
                "seq" | "trading_seq" | "key_index" | "address_index" if value != "NULL" => {
                    format!("{name}=<number>\n")
                }
                _ => format!("{name}={value}\n"),
            });
            self.text(lines.collect::<String>());
        }
    }

    /// What KV has under this key, and for how long.
    fn shows_challenge(&mut self, id: &str) {
        let stored = Sha256::digest(id.as_bytes());
        self.shows_record(&format!("challenge:{stored:x}"));
    }

    fn shows_record(&mut self, key: &str) {
        let service = &self.gatehouse.service;
        let sql = "SELECT blob_id, expiration FROM _mf_entries WHERE key = ?1";
        let entries = Database::of_kv(service).rows(sql, [key]);
        let Some(entry) = entries.first() else {
            return self.text(format!("{key}\n(nothing)\n"));
        };
        let value = Database::kv_values(service).join(&entry[0].1);
        let value = std::fs::read_to_string(value).expect("a text in KV");
        let value = value.trim_end();
        let end: u64 = entry[1].1.parse().expect("a time");
        let left = (end / 1000).saturating_sub(kyc::now());
        // It was written a moment ago, by the machine's clock.
        let life = [60, 301, 900, 3600, 86_400, 2_592_000]
            .into_iter()
            .find(|life| (0..30).contains(&(life - left as i64)));
        let life = life.unwrap_or(left as i64);
        self.text(format!("{key}\n{value}\nfor {life} s\n"));
    }
}

fn reset_id(reply: &Reply) -> String {
    reply.text("/data/sdkResponseMetadata/requestId")
}

/// The id of the session in a token object.
fn session_id(session: &serde_json::Value) -> String {
    text(&Jwt::read(&text(session, "accessToken")).claims, "sid")
}

#[tokio::test]
async fn the_rows_of_people_stay() {
    let mut scene = Scene::begin("stored_people", 140).await;
    let (ada, _) = scene.signed_in(1).await;
    let details = json!({
        "status": "VERIFIED",
        "name": "Ada",
        "surname": "Lovelace",
        "documentIds": ["passport-9", "bill-1"],
        "address": {"street": "Zum Öl 1", "city": "Bern", "lines": [{"z": null, "a": 1.50}]},
    });
    let event = scene.kyc("1", &ada, details);
    scene.quietly(event).await;
    let body = json!({"accountId": ada.account, "portfolioId": "shown"});
    scene.quietly(portfolio(body)).await;
    let body = json!({"userId": ada.id, "accountId": "second", "email": "2@example.com"});
    scene.quietly(account(body)).await;
    let bob = scene.signed_up(2).await;
    scene
        .quietly(post(&format!("/v1/user/{}/disable", bob.id)).client())
        .await;

    let rows = scene
        .database()
        .rows("SELECT * FROM partners WHERE id = ?1", [&scene.partner]);
    scene.shows_columns("partners", rows);
    scene.shows_rows("clients", "created_at");
    let sql = "SELECT s.* FROM client_secrets s JOIN clients c ON c.id = s.client_id
               WHERE c.partner_id = ?1 ORDER BY s.created_at";
    let rows = scene.database().rows(sql, [&scene.partner]);
    scene.shows_columns("client_secrets", rows);
    scene.shows_rows("users", "created_at");
    let sql = "SELECT * FROM user_kyc WHERE user_id = ?1 ORDER BY kind, id";
    let rows = scene.database().rows(sql, [&ada.id]);
    scene.shows_columns("user_kyc", rows);
    scene.shows_rows("accounts", "created_at");
    scene.shows_rows("account_keys", "seq");
    scene.shows_rows("portfolios", "seq");
    scene.shows_rows_since("webhook_events", "at");
    scene.ends();
}

#[tokio::test]
async fn the_rows_and_records_of_challenges_stay() {
    let mut scene = Scene::begin("stored_challenges", 141).await;
    let ada = scene.signed_up(1).await;
    let (login_id, code) = scene.logged_in(&ada).await;
    scene.shows_challenge(&login_id);
    scene
        .send(&wrong_otp(&ada, &login_id, "SMS_MFA", &code))
        .await;
    scene.quietly(otp(&ada, &login_id, "SMS_MFA", &code)).await;
    scene.logged_in(&ada).await;
    let (begun, code) = scene.forgotten(&ada).await;
    let reset = reset_id(&begun);
    scene.shows_challenge(&reset);
    let alias = reset_id(&scene.quietly(forget(&ada.email)).await);
    scene.shows_challenge(&alias);
    scene
        .quietly(change_password(&ada, &alias, "a better one, at last"))
        .await;
    scene
        .quietly(otp(&ada, &reset, "RESET_PASSWORD", &code))
        .await;
    let decoy = reset_id(&scene.quietly(forget("nobody@example.com")).await);
    scene.heading("of nobody");
    scene.shows_challenge(&decoy);
    let mut nobody = scene.person(2);
    nobody.email = "nobody@example.com".into();
    scene
        .send(&otp(&nobody, &decoy, "RESET_PASSWORD", "000000"))
        .await;
    scene
        .quietly(change_password(&ada, &reset, "a better one, at last"))
        .await;

    scene.shows_rows("challenges", "created_at");
    let sql = "SELECT a.* FROM answers a JOIN challenges c ON c.id = a.root_id
               WHERE c.partner_id = ?1 ORDER BY a.at";
    let rows = scene.database().rows(sql, [&scene.partner]);
    scene.shows_columns("answers", rows);
    scene.shows_rows("sends", "at");
    let rows = scene.database().rows(
        "SELECT * FROM partner_sends WHERE partner_id = ?1 ORDER BY share",
        [&scene.partner],
    );
    scene.shows_columns("partner_sends", rows);
    scene.ends();
}

#[tokio::test]
async fn the_rows_and_records_of_sessions_stay() {
    let mut scene = Scene::begin("stored_sessions", 142).await;
    let (ada, live) = scene.signed_in(1).await;
    let key = format!("session:{}", session_id(&live));
    scene.shows_record(&key);
    scene.wait(MINUTE);
    let client = scene.client.clone();
    let first = text(&live, "refreshToken");
    scene.quietly(refresh(&ada, &first)).await;
    scene.heading("refreshed");
    scene.shows_record(&key);

    let out = scene.session(&ada).await;
    let out = post("/v1/user/logout").token("user", &text(&out, "accessToken"));
    scene.quietly(out).await;
    let revoked = scene.session(&ada).await;
    let revoke = post("/oauth2/revoke").basic("client", &client);
    let token = format!("token={}", text(&revoked, "refreshToken"));
    scene.quietly(revoke.clone().form(&token)).await;
    scene.heading("revoked");
    scene.shows_record(&format!("session:{}", session_id(&revoked)));
    let reused = scene.session(&ada).await;
    let mut token = text(&reused, "refreshToken");
    for _ in 0..2 {
        let next = scene.quietly(refresh(&ada, &token)).await;
        token = next.text("/data/refreshToken");
    }
    scene
        .send(&refresh(&ada, &text(&reused, "refreshToken")))
        .await;
    let (bob, _) = scene.signed_in(2).await;
    scene
        .quietly(post(&format!("/v1/user/{}/disable", bob.id)).client())
        .await;
    let (cleo, _) = scene.signed_in(3).await;
    changes_password(&mut scene, &cleo).await;

    let own = scene.token_of(&client).await;
    scene.quietly(revoke.form(&format!("token={own}"))).await;
    scene.heading("a client's token, revoked");
    let jti = text(&Jwt::read(&own).claims, "jti");
    scene.shows_record(&format!("revoked:{jti}"));
    let gone = scene.new_client(json!({"partnerName": "Gone"})).await;
    let root = scene.root().await;
    let gone_path = format!("/v1/client/{}", gone.id);
    scene.quietly(delete(&gone_path).token("root", &root)).await;
    scene.heading("a client, deleted");
    scene.shows_record(&format!("revoked:{}", gone.id));
    scene.shows_rows("sessions", "created_at");
    scene.ends();
}

async fn changes_password(scene: &mut Scene, person: &Person) {
    let (begun, code) = scene.forgotten(person).await;
    let id = reset_id(&begun);
    scene
        .quietly(otp(person, &id, "RESET_PASSWORD", &code))
        .await;
    scene
        .quietly(change_password(person, &id, "a better one, at last"))
        .await;
}

#[tokio::test]
async fn the_rows_of_throttles_and_keys_stay() {
    let mut scene = Scene::begin("stored_throttles", 143).await;
    let ada = scene.signed_up(1).await;
    scene.send(&login_as(&ada.email, "wrong")).await;
    for _ in 0..6 {
        scene.send(&login_as("nobody@example.com", "wrong")).await;
    }
    let mut stranger = scene.client.clone();
    stranger.secret = "wrong".into();
    let asks = post("/oauth2/token").basic("stranger", &stranger);
    scene
        .send(&asks.form("grant_type=client_credentials"))
        .await;
    scene.shows_rows_since("throttles", "updated_at");

    let keyed = |call: crate::call::Call, key: &str| call.header("Idempotency-Key", key);
    scene
        .quietly(keyed(sign_up(&scene.person(2)), "done"))
        .await;
    scene.send(&login_as("nobody@example.com", "wrong")).await;
    let waits = keyed(login_as("nobody@example.com", "wrong"), "released");
    assert_eq!(scene.send(&waits).await.status, 429);
    let cut = json!({"op": "d1", "nth": 1, "times": 1, "when": "after", "do": "cut"});
    let call = keyed(account(json!({"userId": ada.id})), "cut").meeting(cut);
    assert_eq!(scene.send(&call).await.status, 599);
    let sql = "SELECT id, body_mac, nonce, made_at, attempt_id, leased_until, status,
                      CASE WHEN answer IS NOT NULL THEN 'sealed' END AS answer
               FROM idempotent_requests WHERE made_at >= ?1 AND made_at < ?2 ORDER BY made_at";
    let time = [scene.begun, scene.begun + 2 * DAY];
    let rows = scene.database().rows(sql, time);
    scene.shows_columns("idempotent_requests", rows);
    scene.ends();
}

#[tokio::test]
async fn every_row_of_the_audit_log_stays() {
    let mut scene = Scene::begin("stored_audit", 144).await;
    let (ada, session) = scene.signed_in(1).await;
    scene.send(&login_as("nobody@example.com", "wrong")).await;
    let (id, code) = scene.logged_in(&ada).await;
    scene.send(&wrong_otp(&ada, &id, "SMS_MFA", &code)).await;
    scene.wait(MINUTE);
    scene.quietly(resend(&id)).await;
    let first = text(&session, "refreshToken");
    let second = scene.quietly(refresh(&ada, &first)).await;
    scene
        .quietly(refresh(&ada, &second.text("/data/refreshToken")))
        .await;
    scene.send(&refresh(&ada, &first)).await;
    ends_sessions(&mut scene, &ada).await;
    resets(&mut scene, &ada).await;
    for what in ["unlock", "disable", "enable"] {
        scene
            .quietly(post(&format!("/v1/user/{}/{what}", ada.id)).client())
            .await;
    }
    for status in [
        "UNINITIATED",
        "VERIFICATION_IN_PROGRESS",
        "VERIFICATION_FAILED",
        "VERIFICATION_FATAL_FAILED",
        "VERIFIED",
    ] {
        let event = scene.kyc(status, &ada, json!({"status": status}));
        scene.quietly(event).await;
    }
    scene.quietly(account(json!({"userId": ada.id}))).await;
    scene
        .quietly(portfolio(json!({"accountId": ada.account})))
        .await;
    let root = scene.root().await;
    let client = format!("/v1/client/{}", scene.client.id);
    let secret = post(&format!("{client}/secret")).token("root", &root);
    scene.quietly(secret).await;
    scene.quietly(delete(&client).token("root", &root)).await;

    let sql = "SELECT * FROM audit WHERE partner_id = ?1
               OR (event LIKE 'client.%' AND at >= ?2 AND at < ?3) ORDER BY id";
    let (from, to) = (scene.begun.to_string(), (scene.begun + 2 * DAY).to_string());
    let rows = scene.database().rows(sql, [&scene.partner, &from, &to]);
    for row in rows {
        let columns: Vec<String> = row
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        scene.text(columns.join(" "));
    }
    scene.ends();
}

async fn ends_sessions(scene: &mut Scene, ada: &Person) {
    let client = scene.client.clone();
    let session = scene.session(ada).await;
    let logout = post("/v1/user/logout").token("user", &text(&session, "accessToken"));
    scene.quietly(logout).await;
    let session = scene.session(ada).await;
    let revoke = post("/oauth2/revoke").basic("client", &client);
    let token = format!("token={}", text(&session, "refreshToken"));
    scene.quietly(revoke.form(&token)).await;
}

async fn resets(scene: &mut Scene, ada: &Person) {
    // The number has had its SMS of the hour.
    let id = reset_id(&scene.quietly(forget(&ada.email)).await);
    scene
        .send(&wrong_otp(ada, &id, "RESET_PASSWORD", "123456"))
        .await;
    scene.wait(HOUR);
    let token = scene.token_of(&scene.client.clone()).await;
    scene.token = token;
    let (begun, code) = scene.forgotten(ada).await;
    let id = reset_id(&begun);
    scene.wait(MINUTE);
    scene.quietly(resend(&id)).await;
    scene.quietly(otp(ada, &id, "RESET_PASSWORD", &code)).await;
    scene
        .quietly(change_password(ada, &id, "a better one, at last"))
        .await;
    scene.quietly(forget("nobody@example.com")).await;
    let mut changed = ada.clone();
    changed.password = "a better one, at last";
    scene.wait(HOUR);
    let token = scene.token_of(&scene.client.clone()).await;
    scene.token = token;
    scene.quietly(login(&changed)).await;
}
