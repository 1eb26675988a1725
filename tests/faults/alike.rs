//! What must not be told apart does the same work: the same operations of storage, and the same
//! hash, which is seen in the memory that it works over. No time is measured.

use serde_json::{json, Value};
use sha2::{Digest, Sha256};

use crate::database::{check_invariants, Database};
use crate::fault::{gatehouse, now, CONFIG, DAY, MINUTE, SECOND};
use crate::support::http::{Method, Reply};
use crate::support::twilio::error;
use crate::support::{random, Api, Gatehouse};
use crate::witness::session_of;

/// All that differs is said by a failed assertion.
#[track_caller]
fn alike(replies: &[Reply]) {
    for reply in replies {
        assert_eq!(reply.raw, replies[0].raw);
        assert_eq!(reply.trace(), replies[0].trace(), "{reply}");
        assert_eq!(reply.hashed(), replies[0].hashed(), "{reply}");
    }
}

#[tokio::test]
async fn a_login_that_fails_costs_the_same_hash_whoever_it_names() {
    let own = Gatehouse::start_under(CONFIG, "hashes", &[]);
    let api = Api::on(own).await;
    // In the same database: where another lives, the token says.
    let other = api.as_new_partner().await.weighing_memory();
    let (user, disabled) = (api.sign_up().await, api.sign_up().await);
    let disable = format!("/v1/user/{}/disable", disabled.id);
    api.post(&disable, &api.token, json!({})).await.ok();
    let api = api.weighing_memory();
    // The service remembers for a while that a token was not revoked.
    api.login(&random::email(), "once").await.fails(3004);
    other.login(&random::email(), "once").await.fails(3004);
    // Each password is another: the same one again would leave the same memory.
    let wrong = random::password;
    let failed = [
        api.login(&user.email, &wrong()).await,
        api.login(&user.phone, &wrong()).await,
        api.login(&random::email(), &wrong()).await,
        api.login(&random::phone(), &wrong()).await,
        api.login(&disabled.email, &wrong()).await,
        api.login(&disabled.email, &disabled.password).await,
        other.login(&user.email, &wrong()).await,
        other.login(&user.email, &user.password).await,
    ];
    alike(&failed);
    assert!(failed[0].fails(3004).hashed(), "{}", failed[0]);
    // That it would be seen: what reads alone hashes nothing.
    let read = api.get(&format!("/v1/user/{}", user.id), &api.token).await;
    read.ok();
    assert!(!read.hashed(), "{read}");
}

#[tokio::test]
async fn a_reset_for_nobody_asks_storage_what_one_for_a_user_asks() {
    let own = Gatehouse::start_under(CONFIG, "resets", &[]);
    let api = Api::on(own).await;
    let (user, _) = api.signed_in_user().await;
    let unproven = api.sign_up().await;
    let api = api.at(now() + DAY).await;
    api.forget_password(&random::email()).await.ok();
    let mut traces = Vec::new();
    for email in [&user.email, &unproven.email, &random::email()] {
        let reply = api
            .not_waiting_for_later_work()
            .forget_password(email)
            .await;
        reply.ok();
        let trace = reply.trace().into_iter();
        traces.push(trace.map(str::to_owned).collect::<Vec<_>>());
    }
    assert!(!traces[0].is_empty());
    assert_eq!(traces[1], traces[0]);
    assert_eq!(traces[2], traces[0]);
}

/// What would hold an answer up begins after it: a message to a customer is no part of what a caller can time.
#[tokio::test]
async fn what_a_reset_sends_is_begun_after_the_answer() {
    let api = Api::faulty().await;
    let (user, _) = api.person_with_session().await;
    let start = now() + DAY;
    let resend = async |api: &Api, reset: &Reply| {
        let body = json!({ "sessionId": reset.text("/data/sdkResponseMetadata/requestId") });
        api.post("/v1/user/otp/resend", &api.token, body).await
    };
    // That a send is seen where the answer waits for what goes on after it.
    let waiting = api.at(start).await;
    let reset = waiting.forget_password(&user.email).await;
    assert_eq!(reset.begun("fetch"), 1, "{reset}");
    let resent = resend(&waiting.believing(start + MINUTE), &reset).await;
    resent.ok();
    assert_eq!(resent.begun("fetch"), 1, "{resent}");

    let (user, _) = api.person_with_session().await;
    let sent = api.messages_to(&user.phone);
    let at_once = api.at(start).await.not_waiting_for_later_work();
    let reset = at_once.forget_password(&user.email).await;
    assert_eq!(reset.begun("fetch"), 0, "{reset}");
    let twilio = &gatehouse().twilio;
    twilio.nth_code(&user.phone, sent + 1).await;
    let resent = resend(&at_once.believing(start + MINUTE), &reset).await;
    resent.ok();
    assert_eq!(resent.begun("fetch"), 0, "{resent}");
    twilio.nth_code(&user.phone, sent + 2).await;
}

/// Nor does what is kept of it, or a resend of it.
#[tokio::test]
async fn what_is_kept_of_a_reset_for_nobody_is_like_any_other() {
    let own = Gatehouse::start_under(CONFIG, "kept-resets", &[]);
    let api = Api::on(own.clone()).await;
    let (user, _) = api.person_with_session().await;
    let start = now() + DAY;
    let api = api.at(start).await;
    let mut traces = Vec::new();
    let mut kept = Vec::new();
    for email in [&user.email, &random::email()] {
        let reset = api.forget_password(email).await;
        let id = reset.text("/data/sdkResponseMetadata/requestId");
        kept.push(record(&own, &id));
        let body = json!({ "sessionId": id });
        let later = api.believing(start + MINUTE).not_waiting_for_later_work();
        let resent = later.post("/v1/user/otp/resend", &api.token, body).await;
        let destination = reset.text("/data/codeDeliveryDetails/destination");
        assert_eq!(resent.text("/data/destination"), destination, "{resent}");
        // Whether KV is asked about the client's token depends on what the service remembers.
        let of_call = |op: &&str| *op != "kv.vouch";
        let of_storage = resent.trace().into_iter().filter(of_call);
        traces.push(of_storage.map(str::to_owned).collect::<Vec<_>>());
    }
    assert_eq!(traces[0], ["kv.get", "d1", "d1"]);
    assert_eq!(traces[1], traces[0]);
    let members = |text: &String| -> Vec<String> {
        let record: Value = serde_json::from_str(text).expect("JSON");
        let members = record.as_object().expect("an object");
        members.keys().cloned().collect()
    };
    let of_user = members(&kept[0]);
    assert_eq!(members(&kept[1]), of_user);
    assert_eq!(kept[1].len(), kept[0].len());
    for none in ["email", "phone", "destination", "user_id"] {
        assert!(!of_user.contains(&none.to_owned()), "{of_user:?}");
    }
    check_invariants(&own);
}

/// What KV has of this challenge.
fn record(gatehouse: &Gatehouse, id: &str) -> String {
    let stored = Sha256::digest(id.as_bytes());
    let kv = Database::of_kv(&gatehouse.service);
    let sql = "SELECT blob_id FROM _mf_entries WHERE key = ?1";
    let entry = kv.rows(sql, [format!("challenge:{stored:x}")]);
    let value = Database::kv_values(&gatehouse.service).join(&entry[0][0].1);
    std::fs::read_to_string(value).expect("a text in KV")
}

/// Whatever holds a customer's SMS back, the waits of the resend are a stranger's.
#[tokio::test]
async fn a_reset_that_sends_nothing_answers_as_a_strangers_does() {
    let api = Api::faulty().await;
    let resend = async |time: i64, session: &str| {
        let body = json!({ "sessionId": session });
        let then = api.believing(time);
        then.post("/v1/user/otp/resend", &api.token, body).await
    };
    // A provider that fails, a number that was refused, and one that has had its messages.
    let failing = [Some(error(401, 20003)), Some(error(400, 21610)), None];
    for answer in failing {
        let (user, _) = api.person_with_session().await;
        let full = answer.is_none();
        if let Some(answer) = answer {
            let twilio = &gatehouse().twilio;
            twilio.answer_next(&user.phone, vec![answer; 9]);
        }
        for _ in 0..4 * usize::from(full) {
            session_of(&api.answer_rightly(&api.log_in(&user).await).await);
        }
        let sent = api.messages_to(&user.phone);
        let start = now();
        let at = api.believing(start);
        let ids = [
            at.forget_password(&user.email).await,
            at.forget_password(&random::email()).await,
        ]
        .map(|reply| reply.text("/data/sdkResponseMetadata/requestId"));
        let second = SECOND;
        for (after, code, wait) in [
            (30 * second, 4004, "30"),
            (60 * second, 0, ""),
            (61 * second, 4004, "119"),
            (180 * second, 0, ""),
            (200 * second, 4004, "100"),
        ] {
            for id in &ids {
                let reply = resend(start + after, id).await;
                reply.fails_with_one_of(&[code]);
                assert_eq!(reply.header("retry-after"), wait, "{after}: {reply}");
            }
        }
        assert_eq!(api.messages_to(&user.phone), sent);
        gatehouse().twilio.forget_plans(&user.phone);
    }
}

#[tokio::test]
async fn an_unknown_client_costs_what_a_wrong_secret_costs() {
    let api = Api::faulty().await;
    let client = api.new_client().await;
    let ask = async |id: &str| {
        let call = api.call(Method::POST, "/oauth2/token");
        let call = call.basic(id, &random::letters(43));
        let reply = call.form("grant_type=client_credentials").send().await;
        reply.oauth_error(401, "invalid_client").clone()
    };
    let wrong = ask(&client.id).await;
    let unknown = ask("cli_01a2187a-0000-7000-8000-000000000000").await;
    assert!(wrong.begun("d1") > 0, "{wrong}");
    assert_eq!(wrong.trace(), unknown.trace());
    assert_eq!(wrong.raw, unknown.raw);
}
