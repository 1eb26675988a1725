//! `POST /v1/user/sign-up`: a user and a first account. No SMS: whose number it is shows at the
//! first login.

use crate::app::App;
use crate::db::users::{self, NewUser, SignUpCheck};
use crate::db::Batch;
use crate::error::Error;
use crate::flows::caller::ClientCaller;
use crate::flows::objects::user_object;
use crate::flows::passwords::new_password;
use crate::rules::id::UserId;
use crate::wire::sign_up::SignUp;
use crate::wire::user::User;

pub(crate) async fn post(app: &App, client: &ClientCaller, request: SignUp) -> Result<User, Error> {
    let (email, phone) = (request.email.as_str(), &request.phone_number);
    let password = new_password(app, ("password", &request.password), email, Some(phone))?;
    let roles = request.roles.as_ref().map(serde_json::to_string);
    let user_id: UserId = app.ids.id();
    let mut new = NewUser {
        id: &user_id,
        account_id: &app.ids.id(),
        partner_id: &client.partner_id,
        client_id: &client.client_id,
        email,
        phone,
        password_hash: "",
        roles: roles.transpose().map_err(Error::internal)?,
        locale: request.locale,
        now: app.now,
        hold_until: app.now + app.config.unverified_hold,
        audit_ids: [app.ids.id(), app.ids.id()],
    };
    // Asked again when it is added: this spares the hash, and decides nothing.
    let (batch, check) = Batch::of(users::sign_up_check(&new));
    if let Some(refusal) = refusal(&app.db.commit(batch).await?.one(check)?) {
        return Err(refusal);
    }
    app.limiters.hashing(&client.client_id).await?;
    let hash = password.hash(app.ids.salt(), &app.config.password_peppers);
    let hash = hash.map_err(Error::internal)?;
    new.password_hash = &hash;
    let origin = client.origin(app);
    let mut batch = Batch::new();
    let check = users::sign_up(&mut batch, &new, &origin);
    let user = batch.read(users::whole(&user_id, &client.partner_id));
    let results = app.db.commit(batch).await?;
    match results.row(user)? {
        // `UserNotFound` where the act is taken up again, and its user was erased meanwhile.
        Some(user) => user_object(app, user),
        None => Err(refusal(&results.one(check)?).unwrap_or_else(|| {
            Error::Internal("nothing stood in the way of a sign-up that failed".into())
        })),
    }
}

fn refusal(check: &SignUpCheck) -> Option<Error> {
    Some(match check {
        SignUpCheck {
            client_live: false, ..
        } => Error::TokenInvalid,
        SignUpCheck {
            roles_allowed: false,
            ..
        } => Error::RoleNotAllowed,
        SignUpCheck { free: false, .. } => Error::UserExists,
        _ => return None,
    })
}
