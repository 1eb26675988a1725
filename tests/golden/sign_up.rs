//! `POST /v1/user/sign-up`

use serde_json::{json, Value};

use crate::call::{post, Call};
use crate::people::{sign_up, Person};
use crate::scene::{Scene, DAY};

fn with(person: &Person, more: Value) -> Call {
    let mut body = json!({
        "phoneNumber": person.phone,
        "email": person.email,
        "password": person.password,
    });
    let members = more.as_object().expect("an object").clone();
    body.as_object_mut().expect("an object").extend(members);
    post("/v1/user/sign-up").client().json(body)
}

#[tokio::test]
async fn sign_up_stays() {
    let mut scene = Scene::begin("sign_up", 10).await;
    let ada = scene.person(1);
    scene.shows("the first", sign_up(&ada)).await;
    let bob = scene.person(2);
    let roles = json!({"roles": ["trader", "customer"], "email": "  Bob.Smith+1@EXAMPLE.com"});
    scene.lists(with(&bob, roles)).await;
    let roles = json!({"roles": ["trader", "customer"], "email": "Bob.Smith+1@EXAMPLE.com"});
    scene
        .shows(
            "its roles chosen, its e-mail in another spelling",
            with(&bob, roles),
        )
        .await;
    let cleo = scene.person(3);
    let call = with(&cleo, json!({"roles": [], "userId": "usr_chosen"}));
    scene
        .shows("no roles, and a member that nobody knows", call)
        .await;

    scene.heading("3001");
    scene.shows("the same again", sign_up(&ada)).await;
    scene
        .lists(with(&ada, json!({"email": "new@example.com"})))
        .await;
    scene
        .lists(with(&ada, json!({"phoneNumber": "+15550100099"})))
        .await;
    scene
        .shows("3003", with(&scene.person(4), json!({"roles": ["admin"]})))
        .await;
    let taken = with(&ada, json!({"roles": ["admin"]}));
    scene.lists(taken).await;
    let call = with(&scene.person(4), json!({"phoneNumber": "+4915112345678"}));
    scene
        .shows("4006, a country that is not allowed", call)
        .await;

    scene.heading("an unverified one gives way after a day");
    scene.wait(DAY);
    let token = scene.token_of(&scene.client.clone()).await;
    scene.token = token;
    scene.lists(sign_up(&ada)).await;
    scene.ends();
}

#[tokio::test]
async fn passwords_are_refused_as_today() {
    let mut scene = Scene::begin("sign_up_weak", 11).await;
    let ada = scene.person(1);
    for password in [
        "short",
        "1234567",
        "password",
        "Password1",
        "qwertyuiop",
        "ada@example.com",
        "Ada@Example.com!",
        "gatehouse",
        "Gatehouse-2024",
        "correct",
    ] {
        scene.lists(with(&ada, json!({"password": password}))).await;
    }
    scene
        .lists(with(&ada, json!({"password": ada.phone})))
        .await;
    scene
        .lists(with(
            &ada,
            json!({"password": format!("{}!", &ada.phone[2..])}),
        ))
        .await;
    scene.ends();
}
