//! `/v1/user/recovery-codes`: what opens a login on the day on which the phone is gone.

use crate::app::App;
use crate::db::recovery::{self, NewCodes};
use crate::db::Batch;
use crate::error::Error;
use crate::flows::caller::{Unproven, UserCaller};
use crate::flows::passwords::pepper_names;
use crate::flows::proving::fresh;
use crate::rules::limits::RECOVERY_CODES;
use crate::rules::notice::Notice;
use crate::rules::password::key_name;
use crate::rules::recovery_code::RecoveryCode;
use crate::wire::recovery::{MakeCodes, RecoveryCodes, RecoveryCodesLeft};

/// `POST`: new ones in the place of the older, shown this once.
pub(crate) async fn make(
    app: &App,
    user: Unproven<UserCaller>,
    request: MakeCodes,
) -> Result<RecoveryCodes, Error> {
    let person = fresh(app, user).await?;
    person.is_settled(app)?;
    let mut batch = Batch::new();
    let check = person.check_password(app, &request.password, &mut batch);
    check.await?;
    let user = &person.user;
    let codes: Vec<RecoveryCode> = (0..RECOVERY_CODES)
        .map(|_| RecoveryCode::draw(&app.ids.bytes()))
        .collect();
    let hash = |code: &RecoveryCode| code.hash(&user.user_id, &app.config.password_peppers);
    let hashes: Vec<String> = codes.iter().map(hash).collect();
    let new = NewCodes {
        by: user.by(app),
        epoch: person.credentials.credential_epoch,
        hashes: &serde_json::to_string(&hashes).map_err(Error::internal)?,
        key_id: &key_name(app.config.password_peppers.current()),
    };
    let origin = app.origin(&user.partner_id, Some(&user.client_id));
    let made = recovery::make(&mut batch, &new, &origin);
    let made = app.db.commit(batch).await?.one(made)?.codes;
    // The session has ended meanwhile, or the password is another.
    if made != RECOVERY_CODES {
        return Err(Error::TokenInvalid);
    }
    person.tell(app, Notice::RecoveryCodesMade);
    Ok(RecoveryCodes {
        codes: codes.iter().map(RecoveryCode::expose).collect(),
        left: made,
    })
}

/// `GET`: how many there are.
pub(crate) async fn left(
    app: &App,
    user: Unproven<UserCaller>,
    (): (),
) -> Result<RecoveryCodesLeft, Error> {
    let key_ids = pepper_names(app)?;
    let ask = user.ask(app, |batch, user| {
        batch.read(recovery::left(&user.user_id, &key_ids))
    });
    let (_, results, left) = ask.await?;
    Ok(RecoveryCodesLeft {
        left: results.one(left)?.codes,
    })
}
