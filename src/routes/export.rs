//! All that is held of a person, for them and for their partner.

use crate::app::App;
use crate::db::audit::Page;
use crate::db::export::{self, Held, Sent};
use crate::db::recovery::{self, Codes};
use crate::db::users::{self, Whole};
use crate::db::{Batch, Results, Slot};
use crate::error::Error;
use crate::flows::caller::{ClientCaller, Unproven, UserCaller};
use crate::flows::history;
use crate::flows::objects::{account_objects, object, of_kind};
use crate::flows::passwords::pepper_names;
use crate::rules::challenge::Purpose;
use crate::rules::id::{PartnerId, UserId};
use crate::rules::identity::KycKind;
use crate::rules::limits::EXPORTED_AUDIT;
use crate::rules::time::Time;
use crate::rules::word::Word;
use crate::wire::common::Timestamp;
use crate::wire::export::{ExportOf, ExportOwn, HeldSession, Kyc, PersonExport, Profile, SentCode};

/// `GET /v1/user/export`
pub(crate) async fn own(
    app: &App,
    user: Unproven<UserCaller>,
    request: ExportOwn,
) -> Result<PersonExport, Error> {
    let key_ids = pepper_names(app)?;
    let act = user.act(app, |batch, user, origin| {
        let whose = (&user.user_id, &user.partner_id);
        let asked = Asked::of(batch, whose, &request.cursor, &key_ids);
        let told = export::record(whose.0, whose.1, Some(user.by(app)), origin);
        batch.run(told).done();
        asked
    });
    let (_, results, asked) = act.await?;
    asked.shown(app, &results).await
}

/// `GET /v1/user/{userId}/export`: of who was erased too, what is left.
pub(crate) async fn of_user(
    app: &App,
    client: &ClientCaller,
    request: ExportOf,
) -> Result<PersonExport, Error> {
    let mut batch = Batch::new();
    let whose = (&request.user_id, &client.partner_id);
    let asked = Asked::of(&mut batch, whose, &request.cursor, &pepper_names(app)?);
    let told = export::record(whose.0, whose.1, None, &client.origin(app));
    batch.run(told).done();
    let results = app.db.commit(batch).await?;
    asked.shown(app, &results).await
}

/// Where in a batch the parts of it will be.
struct Asked {
    whole: Slot<Whole>,
    sessions: Slot<Held>,
    sends: Slot<Sent>,
    recovery_codes: Slot<Codes>,
    audit: history::Asked,
}

impl Asked {
    /// Before it is written that it was asked for.
    fn of(
        batch: &mut Batch,
        (user_id, partner_id): (&UserId, &PartnerId),
        cursor: &str,
        key_ids: &str,
    ) -> Asked {
        Asked {
            whole: batch.read(users::whole(user_id, partner_id)),
            sessions: batch.read(export::sessions(user_id, partner_id)),
            sends: batch.read(export::sends(user_id, partner_id)),
            recovery_codes: batch.read(recovery::left(user_id, key_ids)),
            audit: history::ask(
                batch,
                &Page {
                    partner_id,
                    user_id: Some(user_id),
                    after: cursor,
                    since: Time::from_millis(0),
                    most: EXPORTED_AUDIT,
                },
            ),
        }
    }

    async fn shown(self, app: &App, results: &Results) -> Result<PersonExport, Error> {
        let whole = results.row(self.whole)?.ok_or(Error::UserNotFound)?;
        let audit = self.audit.read(app, &app.db, results).await?;
        let sessions = results.rows(self.sessions)?.into_iter().map(session);
        let codes = results.rows(self.sends)?.into_iter().map(code);
        let said = Some(whole.status_at).filter(|at| at.millis() > 0);
        Ok(PersonExport {
            user_id: whole.id,
            export_ts: Timestamp(app.now),
            profile: Profile {
                email: whole.email,
                email_verified_ts: whole.email_verified_at.map(Timestamp),
                phone_number: whole.phone,
                phone_number_verified_ts: whole.phone_verified_at.map(Timestamp),
                name: whole.name,
                surname: whole.surname,
                address: object(whole.address),
                roles: whole.roles,
                locale: whole.locale,
                hold_until: whole
                    .withdrawals_held_until
                    .ahead_of(app.now)
                    .map(Timestamp),
                recovery_codes_left: results.one(self.recovery_codes)?.codes,
                creation_ts: Timestamp(whole.created_at),
                disabled_ts: whole.disabled_at.map(Timestamp),
                erased_ts: whole.erased_at.map(Timestamp),
            },
            kyc: Kyc {
                status: whole.status,
                status_ts: said.map(Timestamp),
                kyc_ids: of_kind(&whole.kyc_ids, KycKind::Kyc),
                document_ids: of_kind(&whole.kyc_ids, KycKind::Document),
            },
            accounts: account_objects(app, whole.accounts)?,
            sessions: sessions.collect(),
            codes: codes.collect(),
            audit_cursor: audit.next.clone(),
            audit: audit.shown(),
        })
    }
}

fn session(row: Held) -> HeldSession {
    HeldSession {
        session_id: row.id,
        client_id: row.client_id,
        creation_ts: Timestamp(row.created_at),
        refresh_ts: Timestamp(row.rotated_at),
        refreshes: row.refreshes,
        expires_at: Timestamp(row.expires_at),
        end_ts: row.revoked_at.map(Timestamp),
        ended_by: row.revoked_why,
    }
}

fn code(row: Sent) -> SentCode {
    let of_purpose = |purpose: Purpose| purpose.challenge_type().as_str().to_owned();
    SentCode {
        ts: Timestamp(row.at),
        challenge_type: Purpose::parse(&row.purpose).map_or(row.purpose, of_purpose),
        outcome: row.outcome.unwrap_or_else(|| "SENT".into()),
    }
}
