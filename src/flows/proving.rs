//! Whoever is logged in shows once more that it is them: a session that was opened a moment ago, and the password.

use crate::app::App;
use crate::db::audit::Whom;
use crate::db::credentials::{self, Credentials};
use crate::db::{throttles, Batch};
use crate::error::{Error, RetryAfter};
use crate::flows::attempts;
use crate::flows::caller::{Unproven, UserCaller};
use crate::flows::notices::{tell, Person};
use crate::rules::event::Event;
use crate::rules::id::Subject;
use crate::rules::notice::Notice;
use crate::rules::password::{Password, Verdict};

/// A user whose session was opened a moment ago.
pub(crate) struct Fresh {
    pub(crate) user: UserCaller,
    pub(crate) credentials: Credentials,
}

/// `ReauthenticationRequired` where the session is older. What the caller then does says so again, in its own
/// statement.
pub(crate) async fn fresh(app: &App, user: Unproven<UserCaller>) -> Result<Fresh, Error> {
    let (user, credentials) = known(app, user).await?;
    match credentials.is_fresh {
        true => Ok(Fresh { user, credentials }),
        false => Err(Error::ReauthenticationRequired),
    }
}

/// Whoever calls in a session of any age, and what they log in with.
pub(crate) async fn known(
    app: &App,
    user: Unproven<UserCaller>,
) -> Result<(UserCaller, Credentials), Error> {
    let ask = user.ask(app, |batch, user| {
        batch.read(credentials::of_session(user.by(app)))
    });
    let (user, results, found) = ask.await?;
    let credentials = results.row(found)?.ok_or(Error::TokenInvalid)?;
    Ok((user, credentials))
}

impl Fresh {
    /// Tells them what they did, who may be somebody else: by the number and the e-mail that they had.
    pub(crate) fn tell(&self, app: &App, notice: Notice) {
        let UserCaller {
            user_id,
            client_id,
            partner_id,
            ..
        } = &self.user;
        let person = Person {
            user_id: user_id.clone(),
            phone: Some(self.credentials.phone.clone()),
            email: Some(self.credentials.email.clone()),
            locale: self.credentials.locale,
        };
        tell(app, partner_id, client_id, notice, person);
    }

    /// `ResetTooRecent` where the password was just made anew by a code to the number: whoever has that alone shall not
    /// have what else opens the account.
    pub(crate) fn is_settled(&self, app: &App) -> Result<(), Error> {
        match self.credentials.settled_at {
            Some(settled_at) if settled_at > app.now => Err(Error::ResetTooRecent(
                RetryAfter::until(settled_at, app.now),
            )),
            _ => Ok(()),
        }
    }

    /// `HoldStands` while the hold does: what nothing undoes waits until the owner has been heard.
    pub(crate) fn is_not_held(&self, app: &App) -> Result<(), Error> {
        let held = self.credentials.withdrawals_held_until.ahead_of(app.now);
        match held {
            Some(end) => Err(Error::HoldStands(RetryAfter::until(end, app.now))),
            None => Ok(()),
        }
    }

    /// The password is theirs; what is added to `batch` is to be done with what the caller does next.
    pub(crate) async fn check_password(
        &self,
        app: &App,
        given: &str,
        batch: &mut Batch,
    ) -> Result<(), Error> {
        self.is_right(app, given).await?;
        self.add_forgiveness(app, batch);
        Ok(())
    }

    /// The password is theirs: counted and throttled as a login's are, since whoever holds the session may be guessing.
    pub(crate) async fn is_right(&self, app: &App, given: &str) -> Result<(), Error> {
        let given = Password::given(given)
            .map_err(|error| Error::invalid("password", format_args!("is not valid: {error}")))?;
        let UserCaller {
            user_id, client_id, ..
        } = &self.user;
        app.limiters.hashing(client_id).await?;
        self.count_attempt(app, &Subject::user(user_id)).await?;
        let stored = &self.credentials.password_hash;
        let is_right = given.verify(stored, &app.config.password_peppers) != Verdict::Wrong;
        let outcome = if is_right { "right" } else { "wrong" };
        attempts::tell(app, "user.password", client_id, Some(user_id), outcome);
        match is_right {
            true => Ok(()),
            false => Err(Error::WrongPassword),
        }
    }

    /// The attempt was right: it counts no more.
    pub(crate) fn add_forgiveness(&self, app: &App, batch: &mut Batch) {
        batch
            .run(throttles::clear(&Subject::user(&self.user.user_id)))
            .then(throttles::take_back_of_client(
                &self.user.client_id,
                app.now,
            ))
            .done();
    }

    async fn count_attempt(&self, app: &App, subject: &Subject) -> Result<(), Error> {
        let user = &self.user;
        let origin = app.origin(&user.partner_id, Some(&user.client_id));
        let told = (
            &origin,
            Whom::User(&user.user_id),
            Event::PasswordAskedAgain,
        );
        let count = throttles::count(subject, &app.work_id, app.now);
        let mut batch = Batch::new();
        let alarm = attempts::count(app, &mut batch, &user.client_id, count, told);
        let throttle = batch.read(throttles::read(subject));
        let results = app.db.commit(batch).await?;
        attempts::sound(app, &user.client_id, &results, alarm)?;
        let throttle = results.one(throttle)?;
        let let_through = attempts::let_through(app, &throttle.attempt_id, throttle.blocked_until);
        let_through.inspect_err(|_| {
            let user_id = Some(&user.user_id);
            attempts::tell(app, "user.password", &user.client_id, user_id, "throttled");
        })
    }
}
