//! A code: once, for its own challenge, by its own user, at its own partner, and in few tries.

use serde_json::json;

use crate::support::people::{wrong, Session};
use crate::support::{at_once, random, Api, Challenge};

#[tokio::test]
async fn a_code_is_accepted_once_under_20_parallel_answers() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    let challenge = api.log_in(&user).await;
    let code = api.code(&challenge).await;

    let answers = (0..20).map(|_| {
        let (api, challenge, code) = (api.clone(), challenge.clone(), code.clone());
        async move { api.answer(&challenge, &code).await }
    });
    let answers = at_once(answers).await;

    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|reply| reply.status == 200);
    assert_eq!(won.len(), 1, "{} sessions of one code", won.len());
    for reply in lost {
        reply.fails(4002);
    }
    let session = Session::of(won[0].ok());
    api.me(&session.access).await.ok();
}

#[tokio::test]
async fn of_200_parallel_wrong_answers_at_most_3_are_compared() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    let challenge = api.log_in(&user).await;
    let code = api.code(&challenge).await;

    let guesses = (0..200).map(|n| {
        let (api, challenge, code) = (api.clone(), challenge.clone(), code.clone());
        async move {
            let offset: u32 = code.parse::<u32>().expect("a code is digits") + 1 + n;
            api.answer(&challenge, &format!("{:04}", offset % 10_000))
                .await
        }
    });
    let replies = at_once(guesses).await;

    // 4001 is said twice, and the third wrong code ends the challenge: the rest were not looked at.
    let wrong = replies.iter().filter(|reply| reply.code() == 4001).count();
    assert!(wrong <= 2, "{wrong} guesses were told that they were wrong");
    for reply in &replies {
        reply.fails_with_one_of(&[4001, 4002]);
    }
    api.answer(&challenge, &code).await.fails(4002);
}

#[tokio::test]
async fn a_right_code_among_100_parallel_wrong_ones_is_one_of_at_most_3_compared() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    let challenge = api.log_in(&user).await;
    let code = api.code(&challenge).await;

    let answers = (0..100).map(|n| {
        let (api, challenge) = (api.clone(), challenge.clone());
        let guess = match n {
            50 => code.clone(),
            _ => wrong(&code),
        };
        async move { api.answer(&challenge, &guess).await }
    });
    let replies = at_once(answers).await;

    let sessions = replies.iter().filter(|reply| reply.status == 200).count();
    let wrong = replies.iter().filter(|reply| reply.code() == 4001).count();
    assert!(sessions <= 1, "{sessions} sessions");
    assert!(sessions + wrong <= 3, "{sessions} + {wrong} compared");
    for reply in &replies {
        reply.fails_with_one_of(&[0, 4001, 4002]);
    }
    api.answer(&challenge, &code).await.fails(4002);
}

#[tokio::test]
async fn two_wrong_codes_are_forgiven_and_the_third_ends_the_challenge() {
    let api = Api::new().await;
    let user = api.sign_up().await;

    let challenge = api.log_in(&user).await;
    let code = api.code(&challenge).await;
    api.answer(&challenge, &wrong(&code)).await.fails(4001);
    api.answer(&challenge, &wrong(&code)).await.fails(4001);
    api.answer(&challenge, &code).await.ok();

    let challenge = api.log_in(&user).await;
    let code = api.code(&challenge).await;
    api.answer(&challenge, &wrong(&code)).await.fails(4001);
    api.answer(&challenge, &wrong(&code)).await.fails(4001);
    api.answer(&challenge, &wrong(&code)).await.fails(4002);
    api.answer(&challenge, &code).await.fails(4002);
}

#[tokio::test]
async fn a_used_code_is_gone() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    let challenge = api.log_in(&user).await;
    let code = api.code(&challenge).await;
    api.answer(&challenge, &code).await.ok();
    api.answer(&challenge, &code).await.fails(4002);
    api.answer(&challenge, &wrong(&code)).await.fails(4002);
}

#[tokio::test]
async fn ten_wrong_codes_in_a_row_lock_the_login_over_all_challenges() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    for _ in 0..3 {
        let challenge = api.log_in(&user).await;
        let code = api.code(&challenge).await;
        for expected in [4001, 4001, 4002] {
            api.answer(&challenge, &wrong(&code)).await.fails(expected);
        }
    }
    let challenge = api.log_in(&user).await;
    let code = api.code(&challenge).await;
    api.answer(&challenge, &wrong(&code)).await.fails(4003);
    api.answer(&challenge, &code).await.fails(4003);
    api.answer(&challenge, "123456").await.fails(4003);
    api.login(&user.email, &user.password).await.fails(4003);

    // The lock says nothing to whoever lacks the password.
    api.login(&user.email, "not-the-password").await.fails(3004);
}

#[tokio::test]
async fn a_code_opens_only_its_own_challenge() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    let first = api.log_in(&user).await;
    let first_code = api.code(&first).await;
    api.answer(&first, &first_code).await.ok();
    let mut second = api.log_in(&user).await;
    let mut second_code = api.code(&second).await;
    // Equal codes come once in 10,000.
    if second_code == first_code {
        api.answer(&second, &second_code).await.ok();
        second = api.log_in(&user).await;
        second_code = api.code(&second).await;
    }
    api.answer(&second, &first_code).await.fails(4001);
    api.answer(&second, &second_code).await.ok();
}

#[tokio::test]
async fn a_challenge_answers_to_its_own_username_type_and_partner_only() {
    let api = Api::new().await;
    let other = api.acting_as("other").await;
    let user = api.sign_up().await;
    let stranger = api.sign_up().await;
    let challenge = api.log_in(&user).await;
    let code = api.code(&challenge).await;

    let as_stranger = Challenge {
        username: stranger.email.clone(),
        ..challenge.clone()
    };
    let as_reset = Challenge {
        kind: "RESET_PASSWORD",
        ..challenge.clone()
    };
    let unknown = Challenge {
        session: format!("{}x", challenge.session),
        ..challenge.clone()
    };
    api.answer(&as_stranger, &code).await.fails(4002);
    api.answer(&as_reset, &code).await.fails(4002);
    api.answer(&unknown, &code).await.fails(4002);
    other.answer(&challenge, &code).await.fails(4002);
    // None of them cost the user a try, or the challenge.
    api.answer(&challenge, &code).await.ok();
}

#[tokio::test]
async fn a_code_of_another_shape_is_no_try() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    let challenge = api.log_in(&user).await;
    let code = api.code(&challenge).await;
    let lengthened = format!("{code}0");
    for shape in [
        "",
        "12a4",
        "１２３４",
        "12345678901",
        " 1234",
        "-123",
        "12345",
        "123456",
        "1234567890",
        &lengthened,
    ] {
        api.answer(&challenge, shape)
            .await
            .fails(1002)
            .naming("code");
    }
    // Two more are forgiven: nothing was counted.
    api.answer(&challenge, &wrong(&code)).await.fails(4001);
    api.answer(&challenge, &wrong(&code)).await.fails(4001);
    api.answer(&challenge, &code).await.ok();
    // Over is over, whatever the length.
    api.answer(&challenge, &lengthened).await.fails(4002);
}

#[tokio::test]
async fn ten_codes_of_another_length_lock_nobody() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    let challenge = api.log_in(&user).await;
    for n in 0..10 {
        let reply = api.answer(&challenge, &format!("{n:06}")).await;
        assert_eq!(
            reply.fails(1002).message(),
            "code must have 4 digits.",
            "{reply}"
        );
    }
    api.answer_rightly(&challenge).await.ok();
}

#[tokio::test]
async fn a_reset_tells_a_code_of_another_length_from_a_wrong_one_for_a_decoy_too() {
    let api = Api::new().await;
    let (user, _) = api.signed_in_user().await;
    let known = api.start_reset(&user).await;
    let stranger = random::email();
    let reply = api.forget_password(&stranger).await;
    let decoy = Challenge {
        session: reply.text("/data/sdkResponseMetadata/requestId"),
        username: stranger,
        ..known.clone()
    };
    let code = api.code(&known).await;
    for misfit in ["1234", "12345", "1234567"] {
        let replies = [
            api.answer(&known, misfit).await,
            api.answer(&decoy, misfit).await,
        ];
        replies[0].fails(1002).naming("code");
        assert_eq!(replies[0].raw, replies[1].raw);
    }
    for challenge in [&known, &decoy] {
        for expected in [4001, 4001, 4002] {
            api.answer(challenge, &wrong(&code)).await.fails(expected);
        }
        api.answer(challenge, "1234").await.fails(4002);
    }
}

#[tokio::test]
async fn a_code_of_another_length_is_answered_like_any_where_the_challenge_is_not_the_callers() {
    let api = Api::new().await;
    let other = api.acting_as("other").await;
    let user = api.sign_up().await;
    let challenge = api.log_in(&user).await;
    let as_reset = Challenge {
        kind: "RESET_PASSWORD",
        ..challenge.clone()
    };
    api.answer(&as_reset, "123456").await.fails(4002);
    other.answer(&challenge, "123456").await.fails(4002);
    for session in ["none".to_owned(), format!("{}x", challenge.session)] {
        let unknown = Challenge {
            session,
            ..challenge.clone()
        };
        api.answer(&unknown, "123456").await.fails(4002);
    }
}

#[tokio::test]
async fn a_right_code_verifies_the_phone() {
    let api = Api::new().await;
    let (_, session) = api.signed_in_user().await;
    let me = api.me(&session.access).await;
    assert_eq!(me.ok()["info"]["phoneNumberVerified"], true, "{me}");
}

#[tokio::test]
async fn an_unknown_challenge_type_is_a_field_error() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    let challenge = api.log_in(&user).await;
    let body = json!({
        "sessionId": challenge.session,
        "username": user.email,
        "challengeType": "EMAIL_MFA",
        "code": "1234",
    });
    let reply = api.post("/v1/user/otp", &api.token, body).await;
    reply.fails(1002).naming("challengeType");
}
