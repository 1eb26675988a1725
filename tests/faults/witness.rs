//! Remembers every secret a test holds, to look for them where they must not be.

use std::cell::RefCell;

use crate::support::http::Reply;
use crate::support::people::{Session, User};
use crate::support::{random, Api, Challenge};

thread_local! {
    // A test is a thread: each looks for its own, everywhere.
    static SECRETS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

thread_local! {
    // In D1 they have to be, in KV and in the log they may not.
    static PEOPLE: RefCell<Vec<User>> = const { RefCell::new(Vec::new()) };
}

pub fn people() -> Vec<User> {
    PEOPLE.with_borrow(Clone::clone)
}

pub fn keep(secret: &str) {
    SECRETS.with_borrow_mut(|secrets| secrets.push(secret.to_owned()));
}

pub fn kept() -> Vec<String> {
    SECRETS.with_borrow(Clone::clone)
}

/// What people do, with their secrets remembered.
impl Api {
    pub async fn person(&self) -> User {
        let user = self.sign_up().await;
        keep(&user.password);
        PEOPLE.with_borrow_mut(|people| people.push(user.clone()));
        user
    }

    pub async fn person_with_session(&self) -> (User, Session) {
        let user = self.person().await;
        let session = session_of(&self.answer_rightly(&self.log_in(&user).await).await);
        (user, session)
    }

    /// The password gate of a reset, with one that nobody has had.
    pub async fn change_to_another(&self, challenge: &Challenge) -> Reply {
        let password = random::password();
        keep(&password);
        self.change_password(challenge, &password).await
    }

    /// A reset begun, and its code.
    pub async fn reset(&self, user: &User) -> (Challenge, String) {
        let challenge = self.start_reset(user).await;
        let code = self.code(&challenge).await;
        keep(&code);
        keep(&challenge.session);
        (challenge, code)
    }
}

#[track_caller]
pub fn session_of(reply: &Reply) -> Session {
    let session = Session::of(reply.ok());
    keep(&session.access);
    keep(&session.refresh);
    session
}
