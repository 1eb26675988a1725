//! The cron's run, on the service as it is deployed. What it deletes is in `tests/faults`.

use crate::support::http::Method;
use crate::support::Api;

const PURGE: &str = r#""event":"purge","#;

#[tokio::test]
async fn the_purge_runs_and_leaves_what_is_live() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    let challenge = api.log_in(&user).await;
    let service = &api.gatehouse.service;
    let before = service.times_logged(PURGE);
    let call = api.call(Method::GET, "/cdn-cgi/local/scheduled");
    call.send().await.expect_status(200);
    service.wait_until_logged(PURGE, before + 1).await;
    assert_eq!(service.times_logged("purge.failed"), 0);
    api.me(&session.access).await.ok();
    api.refresh(&user.email, &session.refresh).await.ok();
    api.answer_rightly(&challenge).await.ok();
}
