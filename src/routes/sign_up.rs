//! `POST /v1/user/sign-up`: a user and a first account. No SMS: whose number it is shows at the
//! first login.

use crate::app::App;
use crate::db::audit::{self, Entry, Whom};
use crate::db::users::{self, NewUser, SignUpCheck};
use crate::error::Error;
use crate::flows::caller::ClientCaller;
use crate::flows::objects::{read_user, user_object};
use crate::flows::passwords::new_password;
use crate::http::members::Fields;
use crate::http::{Input, Reply};
use crate::rules::phone::Phone;
use crate::wire::fields::email;

/// `{phoneNumber, email, password, roles?}` → the user object.
pub async fn post(app: &App, client: &ClientCaller, input: &Input) -> Result<Reply, Error> {
    let fields = input.fields()?;
    let phone = phone(app, &fields)?;
    let email = email(&fields, "email")?;
    let roles = fields.optional_ids("roles", 16)?;
    let password = new_password(app, &fields, email.as_str(), Some(phone.as_str()))?;
    let password_hash = password
        .hash(app.ids.salt())
        .map_err(|error| Error::Internal(error.to_string()))?;
    let user_id = app.ids.id("usr");
    let new = NewUser {
        id: &user_id,
        account_id: &app.ids.id("acc"),
        partner_id: &client.partner_id,
        client_id: &client.client_id,
        email: email.as_str(),
        phone: phone.as_str(),
        password_hash: &password_hash,
        roles: roles.map(|roles| serde_json::json!(roles).to_string()),
        now: app.now,
        hold_until: app.now + app.config.unverified_hold,
    };
    let entry = Entry {
        whom: Whom::User(&user_id),
        event: "user.sign_up",
        outcome: "created",
    };
    let mut batch = Vec::from(users::sign_up(&new));
    batch.push(audit::record_if_changed(
        &app.origin(&client.partner_id, Some(&client.client_id)),
        &entry,
    ));
    batch.extend(read_user(&user_id, &client.partner_id));
    let results = app.db.batch(batch).await?;
    if let Some(user) = user_object(app, &results, 5)? {
        return Ok(Reply::data(user));
    }
    let check: SignUpCheck = results.one(3)?;
    Err(match check {
        SignUpCheck {
            client_live: false, ..
        } => Error::TokenInvalid,
        SignUpCheck {
            roles_allowed: false,
            ..
        } => Error::RoleNotAllowed,
        _ => Error::UserExists,
    })
}

/// `phoneNumber`, in a country that SMS may go to.
fn phone(app: &App, fields: &Fields) -> Result<Phone, Error> {
    let text = fields.text("phoneNumber", 1, 16)?;
    let phone = Phone::parse(text)
        .map_err(|error| Error::invalid("phoneNumber", format_args!("is not valid: {error}")))?;
    if !phone.has_calling_code(&app.config.sms_allowed_prefixes) {
        return Err(Error::SmsRefused("its country is not allowed"));
    }
    Ok(phone)
}
