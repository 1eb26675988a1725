//! `POST /v1/account`: a further account of a user.

use crate::app::App;
use crate::caller::ClientCaller;
use crate::db::accounts::{self, Account};
use crate::db::audit::{self, Entry};
use crate::db::portfolios::{self, Portfolio};
use crate::db::users::{self, User};
use crate::error::Error;
use crate::http::{Input, Reply};
use crate::routes::objects::account_object;
use crate::routes::sign_up::email;

/// `{userId, accountId?, email?}` → the account object. The same call again by the same user
/// returns the same account.
pub async fn post(app: &App, client: &ClientCaller, input: &Input) -> Result<Reply, Error> {
    let fields = input.fields()?;
    let user_id = fields.id("userId")?;
    let account_id = match fields.optional_id("accountId")? {
        Some(chosen) => chosen.to_string(),
        None => app.ids.id("acc"),
    };
    let email = match fields.optional_text("email", 1, 254)? {
        Some(_) => Some(email(&fields, "email")?),
        None => None,
    };
    let email = email.as_ref().map(|email| email.as_str());
    let partner = client.partner_id.as_str();
    let entry = Entry {
        user_id: Some(user_id),
        event: "account.open",
        outcome: "opened",
    };
    let results = app
        .db
        .batch(vec![
            accounts::open(user_id, partner, &account_id, email, app.now),
            audit::record_if_changed(&app.origin(partner, Some(&client.client_id)), &entry),
            accounts::activate(user_id, app.config.custody.current().key_id(), app.now),
            users::find(user_id, partner),
            accounts::find(partner, &account_id),
            portfolios::of_account(partner, &account_id),
        ])
        .await?;
    results.row::<User>(3)?.ok_or(Error::UserNotFound)?;
    let account: Account = results.one(4)?;
    if account.user_id != user_id {
        return Err(Error::AccountExists);
    }
    let portfolios: Vec<Portfolio> = results.rows(5)?;
    Ok(Reply::data(account_object(
        app,
        &account,
        portfolios.iter(),
    )?))
}
