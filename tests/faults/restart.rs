//! The machine dies, and comes back with the same disk.

use crate::database::check_invariants;
use crate::fault::CONFIG;
use crate::figures;
use crate::support::http::Reply;
use crate::support::people::wrong;
use crate::support::{Api, Gatehouse};
use crate::witness::session_of;

fn portfolios(reply: &Reply) -> String {
    reply.ok()["portfolios"].to_string()
}

/// The same caller, whose connections are gone.
async fn restarted(api: &Api) -> Api {
    api.gatehouse.service.restart();
    figures::add(&figures::FAULTS, 1);
    Api::on(api.gatehouse.clone()).await.with_token(&api.token)
}

#[tokio::test]
async fn everything_answered_200_is_there_after_the_service_was_killed() {
    figures::at_the_end();
    let gatehouse = Gatehouse::start_under(CONFIG, "restart", &[("RESET_OTP_LENGTH", "10")]);
    let api = Api::on(gatehouse.clone()).await;
    let (user, session) = api.person_with_session().await;
    let parent = session.refresh.clone();
    let session = session_of(&api.refresh(&user.email, &parent).await);
    let challenge = api.log_in(&user).await;
    let code = api.code(&challenge).await;
    api.answer(&challenge, &wrong(&code)).await.fails(4001);
    let used = api.log_in(&user).await;
    let used_code = api.code(&used).await;
    session_of(&api.answer(&used, &used_code).await);
    let (reset, reset_code) = api.reset(&user).await;
    api.answer(&reset, &reset_code).await.ok();
    let owner = api.verified_user().await;
    api.portfolio(&owner.account).await.ok();
    let before = portfolios(&api.portfolio(&owner.account).await);

    let api = restarted(&api).await;

    // Tokens, sessions and users.
    api.me(&session.access).await.ok();
    api.refresh(&user.email, &session.refresh).await.ok();
    // Challenges, with the tries they had; what was used stays used.
    api.answer(&used, &used_code).await.fails(4002);
    api.answer(&challenge, &wrong(&code)).await.fails(4001);
    session_of(&api.answer(&challenge, &code).await);
    // Portfolios and their addresses, and indices go on from there.
    let after = portfolios(&api.portfolio(&owner.account).await);
    let kept = before.trim_end_matches(']');
    assert!(after.starts_with(kept), "{before} became {after}");
    // A reset with one gate passed.
    api.change_password(&reset, "a-password-of-after")
        .await
        .ok();
    api.login(&user.email, &user.password).await.fails(3004);
    check_invariants(&gatehouse);

    let api = restarted(&api).await;

    api.login(&user.email, "a-password-of-after").await.ok();
    let reused = api.refresh(&user.email, &session.refresh).await;
    reused.fails(5001);
}
