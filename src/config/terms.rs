//! What a partner may have of its own, where the service has a value for all who set none.

use std::rc::Rc;
use std::time::Duration;

use base64ct::{Base64, Encoding};

use super::own::Overlay;
use super::Config;
use crate::mail;
use crate::rules::custody::{Custody, Giving};
use crate::rules::email::Email;
use crate::rules::limits::{Budget, CodeCaps, CodeRules};
use crate::rules::own::{EMAIL_SENDER, SENDER};
use crate::rules::secret::Secret;
use crate::rules::shown::is_shown;
use crate::settings::Reader;
use crate::sms::sender::{self, is_sender};
use crate::sms::test_numbers::TestNumbers;
use crate::sms::text::Template;

/// Digits. A partner changes text and lengths whenever it likes, and a code on its way keeps its length: its text
/// has to fit with whatever code there may be.
const LONGEST_CODE: u32 = 10;

#[derive(Debug)]
pub(crate) struct Terms {
    pub(crate) sms_text: Template,
    /// What messages come from, where that is not the provider's own setting.
    pub(crate) sms_sender: Option<String>,
    /// What mail comes from, where that is not the service's own setting.
    pub(crate) email_sender: Option<String>,
    /// Calling codes that SMS may go to; none means all.
    pub(crate) sms_allowed_prefixes: Vec<String>,
    pub(crate) sms_budget: Budget,
    pub(crate) login_code: CodeRules,
    pub(crate) reset_code: CodeRules,
    pub(crate) challenge_life: Duration,
    pub(crate) challenge_tries: u32,
    pub(crate) cors_origins: Vec<String>,
    pub(crate) kyc_webhook_secrets: Vec<Secret>,
    /// They are the partner's own.
    pub(crate) has_own_kyc_secrets: bool,
    pub(crate) custody: Custodies,
    /// Of what the partner has set; 0 where that is nothing.
    pub(crate) version: i64,
}

/// The extended public keys, of addresses and of encryption keys. They are two, because whoever gets
/// hold of one and of a single private key below it has every private key below it.
#[derive(Debug)]
pub(crate) struct Custodies {
    addresses: Rc<CustodyKeys>,
    encryption: Rc<CustodyKeys>,
    /// Of a partner, the service's: what was given under them before it had its own.
    of_service: Option<[Rc<CustodyKeys>; 2]>,
}

/// The first gives what is new, all resolve what was given before.
#[derive(Debug)]
struct CustodyKeys(Vec<Custody>);

impl Custodies {
    /// The one that new addresses are of.
    pub(crate) fn of_addresses(&self) -> &Custody {
        &self.addresses.0[0]
    }

    /// The one that new encryption keys are of.
    pub(crate) fn of_encryption(&self) -> &Custody {
        &self.encryption.0[0]
    }

    pub(crate) fn giving_addresses(&self) -> Giving<'_> {
        giving(self.of_addresses(), self.own()[0])
    }

    pub(crate) fn giving_encryption(&self) -> Giving<'_> {
        giving(self.of_encryption(), self.own()[1])
    }

    pub(crate) fn address_key(&self, key_id: &str) -> Option<&Custody> {
        let own = self.addresses.by_id(key_id);
        own.or_else(|| self.of_service.as_ref()?[0].by_id(key_id))
    }

    /// Encryption keys were once of the extended key of the addresses, and stay so.
    pub(crate) fn encryption_key(&self, key_id: &str) -> Option<&Custody> {
        let of_both = self.encryption.by_id(key_id);
        let of_both = of_both.or_else(|| self.of_service.as_ref()?[1].by_id(key_id));
        of_both.or_else(|| self.address_key(key_id))
    }

    /// Those that are a partner's own: of addresses, then of encryption keys.
    pub(crate) fn own(&self) -> [&[Custody]; 2] {
        let Some([addresses, encryption]) = &self.of_service else {
            return [&[], &[]];
        };
        let own = |keys: &'_ Rc<CustodyKeys>, theirs| !Rc::ptr_eq(keys, theirs);
        [
            if own(&self.addresses, addresses) {
                &self.addresses.0
            } else {
                &[]
            },
            if own(&self.encryption, encryption) {
                &self.encryption.0
            } else {
                &[]
            },
        ]
    }
}

fn giving<'a>(key: &'a Custody, own: &[Custody]) -> Giving<'a> {
    Giving {
        key_id: key.key_id(),
        is_partners: !own.is_empty(),
    }
}

impl CustodyKeys {
    fn by_id(&self, key_id: &str) -> Option<&Custody> {
        self.0.iter().find(|key| key.key_id() == key_id)
    }

    fn share_one(&self, other: &CustodyKeys) -> bool {
        let is_here = |key: &Custody| self.0.iter().any(|own| own.is_same_key(key));
        other.0.iter().any(is_here)
    }
}

impl Terms {
    /// The service's own. Every setting is read, whatever is wrong with those before it.
    pub(super) fn of_service(
        reader: &mut Reader<'_>,
        test_numbers: Option<&TestNumbers>,
    ) -> Option<Terms> {
        let custody = custody(reader);
        let kyc_webhook_secrets = kyc_secrets(reader);
        let mut terms = Terms::read(reader, custody, kyc_webhook_secrets, None)?;
        if let Some(numbers) = test_numbers {
            allow_test_numbers(&mut terms.sms_allowed_prefixes, numbers);
        }
        Some(terms)
    }

    /// A partner's: its own values and, for the others, the service's. What the operator gave it is within the
    /// service's calling codes, and what it set itself within `given`, where that is not the operator's own.
    pub(super) fn of_partner(
        reader: &mut Reader<'_>,
        overlay: &Overlay<'_>,
        given: Option<&Terms>,
        config: &Config,
    ) -> Option<Terms> {
        let custody = custody_of_partner(reader, overlay, &config.terms.custody);
        let has_own_kyc_secrets = overlay.has("KYC_WEBHOOK_SECRET");
        let kyc_webhook_secrets = match has_own_kyc_secrets {
            true => own_kyc_secrets(reader, &config.terms.kyc_webhook_secrets),
            false => Some(config.terms.kyc_webhook_secrets.clone()),
        };
        let sms_sender = sender_of_partner(reader);
        let email_sender = mail::sender::read(reader, EMAIL_SENDER);
        let terms = Terms::read(reader, custody, kyc_webhook_secrets, Some(LONGEST_CODE))?;
        let theirs = &given.unwrap_or(&config.terms).sms_allowed_prefixes;
        let mut sms_allowed_prefixes = within(reader, &terms.sms_allowed_prefixes, theirs)?;
        allow_test_numbers(&mut sms_allowed_prefixes, config.sms.test_numbers());
        let most = given.map_or(u32::MAX, |given| given.sms_budget.daily);
        Some(Terms {
            sms_sender: sms_sender?,
            email_sender: email_sender?,
            sms_allowed_prefixes,
            sms_budget: Budget {
                daily: terms.sms_budget.daily.min(most),
            },
            has_own_kyc_secrets,
            ..terms
        })
    }

    /// The text has to fit with a code of `most_digits`; where that is not given, with the longest in force.
    fn read(
        reader: &mut Reader<'_>,
        custody: Option<Custodies>,
        kyc_webhook_secrets: Option<Vec<Secret>>,
        most_digits: Option<u32>,
    ) -> Option<Terms> {
        let (login_code, reset_code) = codes(reader);
        let challenge_life = reader.seconds("OTP_TTL_SECONDS", 300, 60, 600);
        let longest = [login_code, reset_code].into_iter().flatten();
        let longest = most_digits.or_else(|| longest.map(|code| code.digits).max());
        let sms_text = sms_text(reader, challenge_life, longest);
        let sms_allowed_prefixes = calling_codes(reader);
        let sms_daily_budget = reader.number("SMS_DAILY_BUDGET", Some(10_000), 1, 100_000_000);
        let challenge_tries = reader.number("OTP_MAX_TRIES", Some(3), 1, 5);
        let cors_origins = cors_origins(reader);
        Some(Terms {
            sms_text: sms_text?,
            sms_sender: None,
            email_sender: None,
            sms_allowed_prefixes: sms_allowed_prefixes?,
            sms_budget: Budget {
                daily: sms_daily_budget?,
            },
            login_code: login_code?,
            reset_code: reset_code?,
            challenge_life: challenge_life?,
            challenge_tries: challenge_tries?,
            cors_origins: cors_origins?,
            kyc_webhook_secrets: kyc_webhook_secrets?,
            has_own_kyc_secrets: false,
            custody: custody?,
            version: 0,
        })
    }

    /// None where the service's speak for the partner's users.
    pub(crate) fn own_kyc_secrets(&self) -> &[Secret] {
        match self.has_own_kyc_secrets {
            true => &self.kyc_webhook_secrets,
            false => &[],
        }
    }

    /// Whether SMS may go to every number that begins so.
    pub(crate) fn lets_send_to_all_of(&self, code: &str) -> bool {
        let digits = digits(code);
        let allowed = &self.sms_allowed_prefixes;
        allowed.is_empty()
            || allowed
                .iter()
                .any(|one| digits.starts_with(self::digits(one)))
    }
}

/// Of a calling code, with or without its `+`.
fn digits(code: &str) -> &str {
    let code = code.trim();
    code.strip_prefix('+').unwrap_or(code)
}

/// What both send to: a country that the service has shut is shut for every partner.
fn within(reader: &mut Reader<'_>, own: &[String], theirs: &[String]) -> Option<Vec<String>> {
    let shared = shared_codes(own, theirs);
    match shared.is_empty() && !(own.is_empty() && theirs.is_empty()) {
        true => reader.refuse(
            "SMS_ALLOWED_PREFIXES",
            "holds no calling code that the service sends to",
        ),
        false => Some(shared),
    }
}

/// Each once, so that a list that is shown and sent back stays what it is.
pub(super) fn shared_codes(own: &[String], theirs: &[String]) -> Vec<String> {
    let within = |code: &&String, others: &[String]| {
        let begins = |one: &String| digits(code).starts_with(digits(one));
        others.is_empty() || others.iter().any(begins)
    };
    let narrow = own.iter().filter(|code| within(code, theirs));
    let all = narrow.chain(theirs.iter().filter(|code| within(code, own)));
    let mut shared = Vec::new();
    for code in all {
        if !holds_code(&shared, code) {
            shared.push(code.clone());
        }
    }
    shared
}

pub(super) fn holds_code(codes: &[String], code: &str) -> bool {
    codes.iter().any(|one| digits(one) == digits(code))
}

fn sender_of_partner(reader: &mut Reader<'_>) -> Option<Option<String>> {
    let sender = reader.optional(SENDER);
    match sender.iter().all(|sender| is_sender(sender)) {
        true => Some(sender),
        false => reader.refuse(SENDER, sender::RULE),
    }
}

fn custody(reader: &mut Reader<'_>) -> Option<Custodies> {
    let addresses = custody_keys(reader, "CUSTODY_XPUB");
    let encryption = custody_keys(reader, "CUSTODY_ENCRYPTION_XPUB");
    let (addresses, encryption) = (addresses?, encryption?);
    refuse_shared_key(reader, &addresses, &encryption)?;
    Some(Custodies {
        addresses: Rc::new(addresses),
        encryption: Rc::new(encryption),
        of_service: None,
    })
}

/// Where a partner has none of its own, the service's.
fn custody_of_partner(
    reader: &mut Reader<'_>,
    overlay: &Overlay<'_>,
    service: &Custodies,
) -> Option<Custodies> {
    let mut keys = |name, of_service: &Rc<CustodyKeys>| {
        if !overlay.has(name) {
            return Some(of_service.clone());
        }
        let own = custody_keys(reader, name)?;
        if own.share_one(&service.addresses) || own.share_one(&service.encryption) {
            return reader.refuse(name, "holds a key of the service's own");
        }
        Some(Rc::new(own))
    };
    let addresses = keys("CUSTODY_XPUB", &service.addresses);
    let encryption = keys("CUSTODY_ENCRYPTION_XPUB", &service.encryption);
    let (addresses, encryption) = (addresses?, encryption?);
    refuse_shared_key(reader, &addresses, &encryption)?;
    Some(Custodies {
        addresses,
        encryption,
        of_service: Some([service.addresses.clone(), service.encryption.clone()]),
    })
}

fn refuse_shared_key(
    reader: &mut Reader<'_>,
    addresses: &CustodyKeys,
    encryption: &CustodyKeys,
) -> Option<()> {
    if !addresses.share_one(encryption) {
        return Some(());
    }
    reader.refuse(
        "CUSTODY_ENCRYPTION_XPUB",
        "holds a key of CUSTODY_XPUB: give another account's, so that a leaked key of one is none of the other",
    )
}

fn custody_keys(reader: &mut Reader<'_>, name: &str) -> Option<CustodyKeys> {
    let list = reader.required_list(name)?;
    let keys: Result<Vec<Custody>, _> = list.iter().map(|xpub| Custody::parse(xpub)).collect();
    match keys {
        Ok(keys) if keys.is_empty() => reader.refuse(name, "is not set"),
        Ok(keys) if reader.in_production() && keys.iter().any(Custody::is_published_test_key) => {
            reader.refuse(
                name,
                "is a published test key: anybody holds its private half",
            )
        }
        Ok(keys) if holds_one_twice(&keys) => reader.refuse(
            name,
            "holds a key twice: however it is written, the same key gives the same addresses again",
        ),
        Ok(keys) => Some(CustodyKeys(keys)),
        Err(why) => reader.refuse(name, why.to_string()),
    }
}

fn holds_one_twice(keys: &[Custody]) -> bool {
    let is_again =
        |(nth, key): (usize, &Custody)| keys[..nth].iter().any(|one| one.is_same_key(key));
    keys.iter().enumerate().any(is_again)
}

/// `whsec_` + base64 of 24 to 64 bytes (Standard Webhooks, "Signature scheme").
fn kyc_secrets(reader: &mut Reader<'_>) -> Option<Vec<Secret>> {
    let mut secrets = Vec::new();
    for text in reader.required_list("KYC_WEBHOOK_SECRET")? {
        match text.strip_prefix("whsec_").map(Base64::decode_vec) {
            Some(Ok(bytes)) if (24..=64).contains(&bytes.len()) => secrets.push(Secret::new(bytes)),
            _ => {
                return reader.refuse(
                    "KYC_WEBHOOK_SECRET",
                    "must be whsec_ and base64 of 24 to 64 random bytes",
                )
            }
        }
    }
    let is_again = |(nth, one): (usize, &Secret)| {
        secrets[..nth]
            .iter()
            .any(|other| one.expose() == other.expose())
    };
    match secrets.iter().enumerate().any(is_again) {
        true => reader.refuse("KYC_WEBHOOK_SECRET", "holds a secret twice"),
        false => Some(secrets),
    }
}

/// A partner's: whoever knows the service's speaks for the users of others.
fn own_kyc_secrets(reader: &mut Reader<'_>, service: &[Secret]) -> Option<Vec<Secret>> {
    let own = kyc_secrets(reader)?;
    let services: Vec<[u8; 32]> = service.iter().map(mark_of_kyc_secret).collect();
    match own
        .iter()
        .any(|one| services.contains(&mark_of_kyc_secret(one)))
    {
        true => reader.refuse("KYC_WEBHOOK_SECRET", "is one of the service's own"),
        false => Some(own),
    }
}

/// The same of all that sign alike: HMAC takes a key and the same with zero bytes behind it for one. Only the secret
/// makes it, and it shows nothing of 24 random bytes.
pub(crate) fn mark_of_kyc_secret(secret: &Secret) -> [u8; 32] {
    secret.mac("kyc secret of a partner v1", &[])
}

/// How long the codes of a login and of a reset are, and what locks them. The code of a reset is
/// the only factor there.
fn codes(reader: &mut Reader<'_>) -> (Option<CodeRules>, Option<CodeRules>) {
    let shortest = if reader.in_production() { 6 } else { 4 };
    let login = reader.number("OTP_LENGTH", Some(4), 4, LONGEST_CODE);
    let reset = reader.number("RESET_OTP_LENGTH", Some(6), shortest, LONGEST_CODE);
    let longest = login.max(reset).unwrap_or(LONGEST_CODE);
    // Beyond the cap of 30 days it would never be reached.
    let most = CodeCaps::for_digits(longest, None).in_30_days;
    let lock_after = reader.number("OTP_LOCK_AFTER", None, 1, most);
    let rules = |digits| CodeRules {
        digits,
        caps: CodeCaps::for_digits(digits, lock_after),
    };
    (login.map(rules), reset.map(rules))
}

fn sms_text(
    reader: &mut Reader<'_>,
    life: Option<Duration>,
    digits: Option<u32>,
) -> Option<Template> {
    let android_hash = android_hash(reader);
    let bound_domain = bound_domain(reader);
    let (text, app) = (reader.optional("SMS_TEXT"), reader.optional("SMS_APP_NAME"));
    // Whether or not this text holds it: another may.
    if app
        .as_deref()
        .is_some_and(|app| !is_shown(app) || app.contains(['{', '}']))
    {
        let why = "must be text that can be shown on a line, without braces";
        return reader.refuse("SMS_APP_NAME", why);
    }
    let template = Template {
        text,
        app: app.unwrap_or_else(|| "Gatehouse".into()),
        bound_domain: bound_domain?,
        android_hash: android_hash?,
    };
    match template.check(digits?, life?) {
        Ok(()) => Some(template),
        Err(why) => reader.refuse("SMS_TEXT", why),
    }
}

fn android_hash(reader: &mut Reader<'_>) -> Option<Option<String>> {
    let hash = reader.optional("SMS_ANDROID_HASH");
    let fits = |text: &String| text.len() == 11 && text.bytes().all(is_base64);
    match hash.iter().all(fits) {
        true => Some(hash),
        false => reader.refuse("SMS_ANDROID_HASH", "must be eleven characters of base64"),
    }
}

fn bound_domain(reader: &mut Reader<'_>) -> Option<Option<String>> {
    let domain = reader.optional("SMS_BOUND_DOMAIN");
    let fits = |text: &String| {
        let lower = text.to_ascii_lowercase() == *text;
        lower && Email::parse(&format!("a@{text}")).is_ok()
    };
    match domain.iter().all(fits) {
        true => Some(domain),
        false => reader.refuse(
            "SMS_BOUND_DOMAIN",
            "must be a bare domain name in lower case",
        ),
    }
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/".contains(&byte)
}

/// Each with or without its `+`, as far into the number as is wanted: `+44`, `4477`.
fn calling_codes(reader: &mut Reader<'_>) -> Option<Vec<String>> {
    let codes = reader.list("SMS_ALLOWED_PREFIXES")?;
    let is_code = |code: &String| {
        let digits = code.strip_prefix('+').unwrap_or(code);
        (1..=15).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit())
            && !digits.starts_with('0')
    };
    if codes.iter().all(is_code) {
        return Some(codes);
    }
    reader.refuse(
        "SMS_ALLOWED_PREFIXES",
        "must be calling codes, each such as +44; none begins with 0",
    )
}

/// What is never sent needs no country. No list allows all.
fn allow_test_numbers(allowed: &mut Vec<String>, numbers: &TestNumbers) {
    if !allowed.is_empty() {
        let prefixes = numbers.prefixes().iter();
        let new = prefixes.filter(|code| !holds_code(allowed, code));
        let new: Vec<String> = new.cloned().collect();
        allowed.extend(new);
    }
}

fn cors_origins(reader: &mut Reader<'_>) -> Option<Vec<String>> {
    let origins = reader.list("CORS_ORIGINS")?;
    if origins.iter().all(|origin| reader.is_origin(origin)) {
        return Some(origins);
    }
    reader.refuse(
        "CORS_ORIGINS",
        "must be origins as a browser sends them, such as https://app.example.com: lower case, no path, no final slash, no :443",
    )
}
