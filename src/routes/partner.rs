//! What a partner has of its own, for itself and for the operator.

use std::rc::Rc;

use crate::app::App;
use crate::config::own::PartnerSettings;
use crate::config::terms::Terms;
use crate::db::partners;
use crate::error::Error;
use crate::flows::caller::ClientCaller;
use crate::flows::settings::{self, Asked};
use crate::flows::terms;
use crate::mail;
use crate::rules::custody::Custody;
use crate::rules::id::PartnerId;
use crate::rules::secret::{sha256_hex, Secret};
use crate::wire;
use crate::wire::common::Timestamp;
use crate::wire::partner::{
    ChangeOfPartner, ChangeOwn, ListSetting, NumberSetting, OfPartner, Partner, SecretSetting,
    Source, TextSetting,
};

/// `GET /v1/partner/settings`
pub(crate) async fn own(app: &App, client: &ClientCaller, (): ()) -> Result<Partner, Error> {
    let looked = settings::look(app, &client.partner_id).await?;
    Ok(shown(app, &client.partner_id, looked))
}

/// `PUT /v1/partner/settings`
pub(crate) async fn change_own(
    app: &App,
    client: &ClientCaller,
    request: ChangeOwn,
) -> Result<Partner, Error> {
    let asked = Asked {
        by: client,
        partner_id: &client.partner_id,
        changes: &request.changes,
        is_operator: false,
    };
    let looked = settings::change(app, &asked).await?;
    Ok(shown(app, &client.partner_id, looked))
}

/// `GET /v1/partner/{partnerId}/settings`
pub(crate) async fn get(app: &App, _: &ClientCaller, request: OfPartner) -> Result<Partner, Error> {
    let looked = settings::look(app, &request.partner_id).await?;
    Ok(shown(app, &request.partner_id, looked))
}

/// `PUT /v1/partner/{partnerId}/settings`
pub(crate) async fn change(
    app: &App,
    admin: &ClientCaller,
    request: ChangeOfPartner,
) -> Result<Partner, Error> {
    let asked = Asked {
        by: admin,
        partner_id: &request.partner_id,
        changes: &request.changes,
        is_operator: true,
    };
    let looked = settings::change(app, &asked).await?;
    Ok(shown(app, &request.partner_id, looked))
}

/// Where what is stored will not do any more, as it is stored, and why: whoever has to mend it sees it.
fn shown(app: &App, partner_id: &PartnerId, looked: partners::Partner) -> Partner {
    let stored = terms::record(&looked);
    let (own, unread) = terms::as_far_as_read(&app.config, partner_id, stored);
    let terms = own.terms(&app.config).map(Rc::new);
    let (terms, unfit) = match terms {
        Ok(terms) => (terms, Vec::new()),
        Err(errors) => (app.config.terms.clone(), errors),
    };
    let errors = unread.into_iter().chain(unfit);
    let refused: Vec<String> = errors
        .map(|error| format!("{} {}", error.name, error.why))
        .collect();
    Partner {
        partner_id: partner_id.clone(),
        name: looked.name.unwrap_or_default(),
        settings: Shown {
            app,
            own: &own,
            terms: &terms,
            is_in_force: refused.is_empty(),
        }
        .settings(),
        refused,
        changed_ts: looked.changed_at.map(Timestamp),
    }
}

/// What is shown of a partner's settings, and whose each is.
struct Shown<'a> {
    app: &'a App,
    own: &'a PartnerSettings,
    terms: &'a Terms,
    /// Else the terms are the service's, and a partner's own texts are shown in their places.
    is_in_force: bool,
}

impl Shown<'_> {
    fn settings(&self) -> wire::partner::PartnerSettings {
        let terms = self.terms;
        let text = &terms.sms_text;
        let sender = terms.sms_sender.as_deref();
        let sender = sender.or_else(|| self.app.config.sms.sender());
        let of_service = self.app.config.mail.as_ref();
        let of_service = of_service.and_then(mail::Providers::sender);
        let mail_sender = terms.email_sender.as_deref().or(of_service);
        let [addresses, encryption] = terms.custody.own();
        let seconds = u32::try_from(terms.challenge_life.as_secs()).ok();
        wire::partner::PartnerSettings {
            sms_app_name: self.text("smsAppName", Some(&text.app)),
            sms_text: self.text("smsText", Some(text.text())),
            sms_sender: self.text("smsSender", sender),
            email_sender: self.text("emailSender", mail_sender),
            sms_bound_domain: self.text("smsBoundDomain", text.bound_domain.as_deref()),
            sms_android_hash: self.text("smsAndroidHash", text.android_hash.as_deref()),
            sms_allowed_prefixes: self.list("smsAllowedPrefixes", &terms.sms_allowed_prefixes),
            sms_daily_budget: self.number("smsDailyBudget", Some(terms.sms_budget.daily)),
            otp_length: self.number("otpLength", Some(terms.login_code.digits)),
            reset_otp_length: self.number("resetOtpLength", Some(terms.reset_code.digits)),
            otp_ttl_seconds: self.number("otpTtlSeconds", seconds),
            otp_max_tries: self.number("otpMaxTries", Some(terms.challenge_tries)),
            otp_lock_after: self.number("otpLockAfter", self.lock_after()),
            cors_origins: self.list("corsOrigins", &terms.cors_origins),
            kyc_webhook_secrets: self.kyc_secrets(),
            custody_xpub: self.keys("custodyXpub", addresses),
            custody_encryption_xpub: self.keys("custodyEncryptionXpub", encryption),
        }
    }

    fn lock_after(&self) -> Option<u32> {
        let own = self.own.text("otpLockAfter");
        let text = own.or_else(|| self.app.config.given.get("OTP_LOCK_AFTER"));
        text.and_then(|text| text.parse().ok())
    }

    fn source(&self, member: &str) -> Source {
        match self.own.stands(member, self.terms) {
            true => Source::Partner,
            false if self.own.given.contains_key(member) => Source::Operator,
            false => Source::Environment,
        }
    }

    /// What will not do, or stands beside what will not.
    fn stored(&self, member: &str) -> Option<&str> {
        let own = self.own.text(member);
        own.filter(|_| !self.is_in_force)
    }

    fn text(&self, member: &str, value: Option<&str>) -> TextSetting {
        TextSetting {
            value: self.stored(member).or(value).map(String::from),
            source: self.source(member),
        }
    }

    fn number(&self, member: &str, value: Option<u32>) -> NumberSetting {
        let stored = self.stored(member);
        NumberSetting {
            value: stored.map_or(value, |text| text.parse().ok()),
            source: self.source(member),
        }
    }

    fn list(&self, member: &str, value: &[String]) -> ListSetting {
        let stored = self.stored(member).map(items);
        ListSetting {
            value: stored.unwrap_or_else(|| value.to_vec()),
            source: self.source(member),
        }
    }

    /// A secret has 24 random bytes or more: nobody finds it by its hash.
    fn kyc_secrets(&self) -> SecretSetting {
        let own = self.terms.own_kyc_secrets();
        let fingerprint = |secret: &Secret| sha256_hex(secret.expose())[..16].to_owned();
        let fingerprints = own.iter().map(fingerprint).collect();
        self.secret("kycWebhookSecrets", fingerprints)
    }

    fn keys(&self, member: &str, own: &[Custody]) -> SecretSetting {
        let ids = own.iter().map(|key| key.key_id().to_owned());
        self.secret(member, ids.collect())
    }

    fn secret(&self, member: &str, fingerprints: Vec<String>) -> SecretSetting {
        let stored = self.stored(member).map(|text| items(text).len());
        SecretSetting {
            count: stored.unwrap_or(fingerprints.len()),
            fingerprints,
            source: self.source(member),
        }
    }
}

/// Of a list as it is stored.
fn items(text: &str) -> Vec<String> {
    let items = text.split(',').filter(|item| !item.is_empty());
    items.map(String::from).collect()
}
