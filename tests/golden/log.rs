//! The lines of the log, with the order of their members.

use regex::Regex;
use serde_json::json;

use crate::call::{call, get, post, Call};
use crate::people::{account, forget, login, sign_up};
use crate::reply::Reply;
use crate::scene::{Scene, DAY};

impl Scene {
    /// The lines that hold this text, one of each event.
    pub async fn shows_log(&mut self, text: &str, events: &[&str]) {
        let service = &self.gatehouse.service;
        let mut shown = Vec::new();
        for event in events {
            let marks = [format!("{{\"event\":\"{event}\""), text.to_owned()];
            shown.push(service.wait_until_logged_with(&marks).await);
        }
        self.text(format!("{}\n", shown.join("\n")));
    }

    /// The object of this event, as wrangler prints one.
    pub async fn shows_object(&mut self, event: &str) {
        let service = &self.gatehouse.service;
        let begins = format!("event: '{event}'");
        service.wait_until_logged(&begins, 1).await;
        // Whatever stands after it is printed once all of it is.
        service.wait_until_logged("event: 'request'", 1).await;
        let log = service.log();
        let lines = log.lines().skip_while(|line| !line.contains(&begins));
        let members = lines.take_while(|line| line.trim() != "}");
        let members: Vec<String> = members.map(|line| uncoloured(line.trim())).collect();
        self.text(format!("{}\n", members.join("\n")));
    }

    async fn logs(&mut self, title: &str, call: Call, events: &[&str]) -> Reply {
        let reply = self.send(&call).await;
        let id = reply.headers["x-request-id"]
            .to_str()
            .expect("an id")
            .to_owned();
        self.heading(title);
        self.shows_log(&id, events).await;
        reply
    }
}

fn uncoloured(line: &str) -> String {
    let colour = Regex::new("\u{1b}\\[[0-9;]*m").expect("a shape");
    colour.replace_all(line, "").into_owned()
}

#[tokio::test]
async fn the_lines_of_requests_stay() {
    let mut scene = Scene::begin("log_requests", 150).await;
    let ada = scene.person(1);
    scene.logs("a call", sign_up(&ada), &["request"]).await;
    let nowhere = get("/v1/nothing/of/ours");
    scene
        .logs("a path that is not there", nowhere, &["request"])
        .await;
    let path = "/v1/user/some-text-of-a-caller";
    scene
        .logs("a variable path", get(path).client(), &["request"])
        .await;
    scene
        .logs("another method", call("HEAD", "/v1/user/me"), &["request"])
        .await;
    let asks = post("/oauth2/token").form("grant_type=a&client_id=b&client_secret=c");
    scene
        .logs("a client refused", asks, &["client.refused", "request"])
        .await;
    let id = scene.client.id.clone();
    let asks = post("/oauth2/token").form(&format!("grant_type=a&client_id={id}&client_secret=c"));
    scene
        .logs("one that there is", asks, &["client.refused", "request"])
        .await;
    let wrong = post("/v1/user/login").client();
    let wrong = wrong.json(json!({"username": ada.email, "password": "wrong-password"}));
    scene
        .logs("a wrong password", wrong, &["login.password", "request"])
        .await;
    scene
        .logs("a right one", login(&ada), &["login.password", "request"])
        .await;
    let unsigned = post("/v1/kyc/webhook").json(json!({}));
    scene
        .logs("no signature", unsigned, &["kyc.refused", "request"])
        .await;

    let fails = |message: &str| {
        let fault = json!({"op": "d1", "nth": 1, "times": 9, "when": "before", "do": "error", "message": message});
        account(json!({"userId": "usr_none"})).meeting(fault)
    };
    let overloaded = fails("D1_ERROR: D1 DB is overloaded.");
    scene
        .logs("9002", overloaded, &["failure", "request"])
        .await;
    let refused = fails("D1_ERROR: UNIQUE constraint failed: x.y: SQLITE_CONSTRAINT");
    scene.logs("9001", refused, &["failure", "request"]).await;
    scene.heading("the first request of an isolate");
    scene.shows_log("", &["settings.in_force"]).await;
    scene.ends();
}

#[tokio::test]
async fn the_lines_of_messages_stay() {
    let mut scene = Scene::begin("log_messages", 151).await;
    let ada = scene.signed_up(1).await;
    let bob = scene.signed_up(2).await;
    let cyd = scene.signed_up(3).await;
    let answers = |person, status: u16, body: &str| {
        let fault = json!({"op": "fetch", "nth": 1, "times": 9, "when": "before", "do": "answer", "status": status, "body": body});
        login(person).meeting(fault)
    };
    let sent = login(&ada);
    scene.logs("sent", sent, &["sms.send", "request"]).await;
    let refused = answers(&bob, 400, r#"{"code":21610}"#);
    let lines = ["sms.refused", "sms.send", "request"];
    scene.logs("refused", refused, &lines).await;
    let failed = answers(&cyd, 511, "");
    let lines = ["sms.failed", "sms.send", "request"];
    scene.logs("failed", failed, &lines).await;
    scene.ends();
}

/// Long before all other scenes, so that nothing of theirs is old.
#[tokio::test]
async fn the_lines_of_the_purge_stay() {
    let mut scene = Scene::begin("log_purge", 152).await;
    scene.wait(-3000 * DAY);
    let token = scene.token_of(&scene.client.clone()).await;
    scene.token = token;
    scene.quietly(forget("nobody@example.com")).await;
    scene.wait(3 * DAY);
    let cron = post("/").header("x-test-event", "scheduled");
    scene.quietly(cron.clone()).await;
    scene.heading("purge");
    scene.shows_log("", &["purge"]).await;
    let fault = json!({"op": "d1", "nth": 1, "times": 9, "when": "before", "do": "error", "message": "D1_ERROR: D1 DB is overloaded."});
    scene.quietly(cron.meeting(fault)).await;
    scene.heading("purge.failed");
    scene.shows_log("", &["purge.failed"]).await;
    scene.ends();
}
