//! Every setting and secret, read once, typed, and refused as a whole when one of them will
//! not do: a service that would run with half its defences does not run.

pub(crate) mod own;
mod partner;
pub(crate) mod terms;

use std::rc::Rc;
use std::time::Duration;

use self::own::Given;
use self::terms::Terms;
use crate::mail;
use crate::rules::email::Email;
use crate::rules::home::Homes;
use crate::rules::limits::{SendCaps, LONGEST_CLIENT_TOKEN};
use crate::rules::portfolio::{Network, Networks};
use crate::rules::sampling::Sampling;
use crate::rules::secret::{Peppers, Secret};
use crate::rules::token::KeyRing;
use crate::rules::word::Word;
use crate::settings::{is_public_host, Reader, SettingError, Settings};
use crate::sms::test_numbers::{self, TestNumbers};
use crate::sms::Providers;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Environment {
    Local,
    /// Production's rules, and beside them test numbers and their outbox.
    Staging,
    Production,
}

#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) environment: Environment,
    pub(crate) homes: Homes,
    pub(crate) keys: KeyRing,
    pub(crate) peppers: Peppers,
    pub(crate) password_peppers: Peppers,
    /// What answers about people who are not there are made with. Exchanged, they change: so it is
    /// none of the peppers, which are.
    pub(crate) decoy_key: Secret,
    /// What a partner that has set nothing has.
    pub(crate) terms: Rc<Terms>,
    /// The texts that it was read from, for partners that set a part.
    pub(crate) given: Given,
    /// What partners' secrets are sealed with: the first seals, all open.
    pub(crate) settings_keys: Peppers,
    pub(crate) subaccount_email_domain: String,
    pub(crate) evm_networks: Networks,
    pub(crate) sms: Providers,
    /// None where there is no mail.
    pub(crate) mail: Option<mail::Providers>,
    pub(crate) sms_caps: SendCaps,
    pub(crate) access_token_life: Duration,
    pub(crate) client_token_life: Duration,
    pub(crate) unverified_hold: Duration,
    /// Wrong passwords over all users of a client in an hour.
    pub(crate) password_failures_alarm: u32,
    pub(crate) log_requests: Sampling,
}

impl Config {
    /// All that is wrong, not only the first.
    pub(crate) fn read(settings: &dyn Settings) -> Result<Config, Vec<SettingError>> {
        let mut reader = Reader::new(settings);
        let config = config(&mut reader);
        reader.finish(config)
    }

    pub(crate) fn is_local(&self) -> bool {
        self.environment == Environment::Local
    }

    pub(crate) fn is_production(&self) -> bool {
        self.environment == Environment::Production
    }
}

/// Every setting is read, whatever is wrong with those before it: the operator mends all at once.
fn config(reader: &mut Reader<'_>) -> Option<Config> {
    let environment = environment(reader);
    let homes = homes(reader);
    let issuer = issuer(reader);
    let keys = signing_keys(reader, issuer.as_deref().unwrap_or_default());
    let (otp_peppers, password_peppers) = (
        peppers(reader, "OTP_PEPPER"),
        peppers(reader, "PASSWORD_PEPPER"),
    );
    if let (Some(of_codes), Some(of_passwords)) = (&otp_peppers, &password_peppers) {
        refuse_shared_pepper(reader, of_codes, of_passwords);
    }
    let decoy_key = decoy_key(reader);
    let settings_keys = peppers(reader, "SETTINGS_KEYS");
    let test_numbers = test_numbers(reader, environment);
    let terms = Terms::of_service(reader, test_numbers.as_ref());
    let given = Given::read(reader);
    let subaccount_email_domain = subaccount_domain(reader);
    let evm_networks = evm_networks(reader);
    let sms = Providers::read(reader, test_numbers);
    let mail = mail::Providers::read(reader);
    let sms_caps = sms_caps(reader);
    let access_token_life = reader.seconds("ACCESS_TOKEN_SECONDS", 900, 60, 3600);
    let longest = u32::try_from(LONGEST_CLIENT_TOKEN.as_secs()).unwrap_or(u32::MAX);
    let client_token_life = reader.seconds("CLIENT_TOKEN_SECONDS", 3600, 60, longest);
    let unverified_hold = reader.seconds("UNVERIFIED_HOLD_SECONDS", 86_400, 60, 2_592_000);
    let password_failures_alarm =
        reader.number("PASSWORD_FAILURES_ALARM", Some(1_000), 2, 1_000_000);
    let log_requests = log_requests(reader);
    reader.refuse_slips(&[&crate::sms::SETTINGS[..], &mail::SETTINGS].concat());
    Some(Config {
        environment: environment?,
        homes: homes?,
        keys: keys?,
        peppers: otp_peppers?,
        password_peppers: password_peppers?,
        decoy_key: decoy_key?,
        subaccount_email_domain: subaccount_email_domain?,
        evm_networks: evm_networks?,
        terms: Rc::new(terms?),
        given,
        settings_keys: settings_keys?,
        sms: sms?,
        mail: mail?,
        sms_caps: sms_caps?,
        access_token_life: access_token_life?,
        client_token_life: client_token_life?,
        unverified_hold: unverified_hold?,
        password_failures_alarm: password_failures_alarm?,
        log_requests: log_requests?,
    })
}

/// The rules of production hold unless it says local: in staging too.
fn environment(reader: &mut Reader<'_>) -> Option<Environment> {
    match reader.given("ENVIRONMENT").as_deref().map(str::trim) {
        None | Some("production") => Some(Environment::Production),
        Some("staging") => Some(Environment::Staging),
        Some("local") => {
            reader.leave_production();
            Some(Environment::Local)
        }
        Some(_) => reader.refuse("ENVIRONMENT", "must be production, staging or local"),
    }
}

/// The databases beside the directory.
fn homes(reader: &mut Reader<'_>) -> Option<Homes> {
    const NAME: &str = "HOMES";
    match Homes::parse(reader.list(NAME)?) {
        Ok(homes) => Some(homes),
        Err(why) => reader.refuse(NAME, why),
    }
}

/// `iss` is compared to the byte, and the metadata lies at the root of the host (RFC 8414 §3).
fn issuer(reader: &mut Reader<'_>) -> Option<String> {
    let issuer = reader.required("ISSUER")?;
    if !reader.is_origin(&issuer) {
        return reader.refuse(
            "ISSUER",
            "must be https:// and a public host name in lower case, and nothing after it: no path, no final slash, no :443",
        );
    }
    Some(issuer)
}

fn signing_keys(reader: &mut Reader<'_>, issuer: &str) -> Option<KeyRing> {
    let jwks = Secret::new(reader.required("TOKEN_SIGNING_KEYS")?);
    match KeyRing::parse(issuer, &jwks) {
        Ok(keys) if reader.in_production() && keys.key_ids().any(is_development) => reader.refuse(
            "TOKEN_SIGNING_KEYS",
            "holds a development key (its kid begins with dev)",
        ),
        Ok(keys) => Some(keys),
        Err(why) => reader.refuse("TOKEN_SIGNING_KEYS", why),
    }
}

fn peppers(reader: &mut Reader<'_>, name: &str) -> Option<Peppers> {
    let texts = reader.required_list(name)?;
    random_texts(reader, name, &texts)?;
    Peppers::new(texts.into_iter().map(Secret::new).collect())
}

fn decoy_key(reader: &mut Reader<'_>) -> Option<Secret> {
    let text = reader.required("DECOY_KEY")?;
    random_texts(reader, "DECOY_KEY", std::slice::from_ref(&text))?;
    Some(Secret::new(text))
}

fn random_texts(reader: &mut Reader<'_>, name: &str, texts: &[String]) -> Option<()> {
    if reader.in_production() && texts.iter().any(|text| is_development(text)) {
        return reader.refuse(name, "is a development one (it begins with dev)");
    }
    if texts.iter().any(|text| text.len() < 32) {
        return reader.refuse(name, "must have at least 32 characters, made at random");
    }
    Some(())
}

/// They are replaced at different times, and one that leaks must not be the other too.
fn refuse_shared_pepper(reader: &mut Reader<'_>, of_codes: &Peppers, of_passwords: &Peppers) {
    let is_of_codes = |pepper: &Secret| of_codes.all().any(|code| code.expose() == pepper.expose());
    if of_passwords.all().any(is_of_codes) {
        reader.refuse::<()>("PASSWORD_PEPPER", "is one of OTP_PEPPER's");
    }
}

/// In its one spelling. A sub-account's e-mail has 36 characters before the `@`.
fn subaccount_domain(reader: &mut Reader<'_>) -> Option<String> {
    let domain = reader.required("SUBACCOUNT_EMAIL_DOMAIN")?;
    let Ok(email) = Email::parse(&format!("sub_{}@{domain}", "0".repeat(32))) else {
        return reader.refuse(
            "SUBACCOUNT_EMAIL_DOMAIN",
            "must be a domain name of at most 217 characters",
        );
    };
    let (_, domain) = email.as_str().split_once('@')?;
    if reader.in_production() && !is_public_host(domain) {
        return reader.refuse(
            "SUBACCOUNT_EMAIL_DOMAIN",
            "is a name reserved for tests (RFC 6761)",
        );
    }
    Some(domain.into())
}

fn evm_networks(reader: &mut Reader<'_>) -> Option<Networks> {
    const NAME: &str = "EVM_NETWORKS";
    let names = reader.list(NAME)?;
    if names.is_empty() {
        return Some(Networks::default());
    }
    match Networks::parse(&names) {
        Some(networks) => Some(networks),
        None => reader.refuse(
            NAME,
            format!("must be some of {}, each once", Network::any_of()),
        ),
    }
}

/// An environment that is not known yet is as production.
fn test_numbers(reader: &mut Reader<'_>, environment: Option<Environment>) -> Option<TestNumbers> {
    const NAME: &str = "SMS_TEST_PREFIX";
    let mut prefixes = reader.list(NAME)?;
    match environment {
        Some(Environment::Local) if prefixes.is_empty() => {
            prefixes.push(test_numbers::LOCALLY.into());
        }
        Some(Environment::Local | Environment::Staging) => {}
        _ if prefixes.is_empty() => {}
        _ => {
            return reader.refuse(
                NAME,
                "is for ENVIRONMENT=staging and local: in production whoever has such a number would never get a code",
            )
        }
    }
    match TestNumbers::parse(prefixes) {
        Ok(numbers) => Some(numbers),
        Err(why) => reader.refuse(NAME, why),
    }
}

/// The caps are production's wherever somebody is sent to. On a laptop, where the same few numbers are
/// tried all day, each is a hundred times as high.
fn sms_caps(reader: &mut Reader<'_>) -> Option<SendCaps> {
    const NAME: &str = "SMS_CAPS_FACTOR";
    if !reader.in_production() {
        let factor = reader.number(NAME, Some(100), 1, 1_000)?;
        return Some(SendCaps::DEPLOYED.times(factor));
    }
    match reader.optional(NAME).as_deref() {
        None | Some("1") => Some(SendCaps::DEPLOYED),
        Some(_) => reader.refuse(NAME, "is for ENVIRONMENT=local; here it can only be 1"),
    }
}

/// In production a line for each would be most of the bill of a call that only reads.
fn log_requests(reader: &mut Reader<'_>) -> Option<Sampling> {
    const NAME: &str = "LOG_REQUESTS";
    let text = reader.optional(NAME);
    let one_in = match text.as_deref() {
        None if reader.in_production() => 100,
        None | Some("all") => return Some(Sampling::ALL),
        Some(text) if text.bytes().all(|b| b.is_ascii_digit()) => text.parse().unwrap_or(0),
        Some(_) => 0,
    };
    match (1..=1_000_000).contains(&one_in) {
        true => Some(Sampling::one_in(one_in)),
        false => reader.refuse(
            NAME,
            "must be all, or a whole number n from 1 to 1000000: one in n of the requests that did not fail",
        ),
    }
}

fn is_development(text: &str) -> bool {
    text.starts_with("dev")
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::rules::custody::Custody;
    use crate::rules::time::seconds;
    use std::collections::HashMap;

    pub(crate) struct Map(HashMap<&'static str, String>);

    impl Settings for Map {
        fn get(&self, name: &str) -> Option<String> {
            self.0.get(name).cloned()
        }

        fn names(&self) -> Vec<String> {
            self.0.keys().map(ToString::to_string).collect()
        }
    }

    /// An account-level key of a seed that no list of test vectors has.
    pub(crate) fn unpublished_xpub(account: u32) -> String {
        let path = format!("m/44'/60'/{account}'").parse().unwrap();
        let account = bip32::XPrv::derive_from_path([7; 64], &path).unwrap();
        account.public_key().to_string(bip32::Prefix::XPUB)
    }

    const TEST_XPUB: &str = "xpub6DCoCpSuQZB2jawqnGMEPS63ePKWkwWPH4TU45Q7LPXWuNd8TMtVxRrgjtEshuqpK3mdhaWHPFsBngh5GFZaM6si3yZdUsT8ddYM3PwnATt";

    pub(crate) fn production() -> Map {
        let (xpub, encryption) = (unpublished_xpub(0), unpublished_xpub(1));
        let set = [
            ("ISSUER", "https://id.example.com"),
            (
                "TOKEN_SIGNING_KEYS",
                r#"[{"kty":"OKP","crv":"Ed25519","kid":"k1","d":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE"}]"#,
            ),
            ("OTP_PEPPER", "0123456789abcdef0123456789abcdef"),
            ("PASSWORD_PEPPER", "fedcba9876543210fedcba9876543210"),
            ("DECOY_KEY", "00112233445566778899aabbccddeeff"),
            ("SETTINGS_KEYS", "ffeeddccbbaa99887766554433221100"),
            ("CUSTODY_XPUB", &xpub),
            ("CUSTODY_ENCRYPTION_XPUB", &encryption),
            (
                "KYC_WEBHOOK_SECRET",
                "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
            ),
            ("SUBACCOUNT_EMAIL_DOMAIN", "sub.example.com"),
            ("SMS_PROVIDER", "webhook"),
            ("SMS_WEBHOOK_URL", "https://sms.example.com/send"),
            (
                "SMS_WEBHOOK_SECRET",
                "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
            ),
        ];
        Map(set
            .into_iter()
            .map(|(name, value)| (name, value.to_string()))
            .collect())
    }

    fn refused(name: &'static str, value: &str) -> bool {
        let mut settings = production();
        settings.0.insert(name, value.into());
        match Config::read(&settings) {
            Ok(_) => false,
            Err(errors) => {
                assert!(
                    errors
                        .iter()
                        .all(|error| value.len() < 12 || !error.why.contains(value)),
                    "{errors:?}"
                );
                errors.iter().any(|error| error.name == name)
            }
        }
    }

    #[test]
    fn the_default_environment_is_production_and_its_numbers_are_the_contracts() {
        let config = Config::read(&production()).unwrap();
        assert_eq!(config.environment, Environment::Production);
        let terms = &config.terms;
        assert_eq!((terms.login_code.digits, terms.reset_code.digits), (4, 6));
        assert_eq!(
            (terms.challenge_life, terms.challenge_tries),
            (seconds(300), 3)
        );
        assert_eq!(
            (config.access_token_life, config.client_token_life),
            (seconds(900), seconds(3600))
        );
    }

    #[test]
    fn production_logs_one_in_a_hundred_unless_it_is_told_otherwise() {
        let read = |settings: &Map| Config::read(settings).unwrap().log_requests;
        let set = |value| with(production(), &[("LOG_REQUESTS", value)]);
        assert_eq!(read(&production()), Sampling::one_in(100));
        assert_eq!(read(&set("all")), Sampling::ALL);
        assert_eq!(read(&set("1")), Sampling::ALL);
        assert_eq!(read(&set(" 1000000 ")), Sampling::one_in(1_000_000));
        assert_eq!(
            read(&with(production(), &[("ENVIRONMENT", "local")])),
            Sampling::ALL
        );
    }

    #[test]
    fn production_refuses_every_setting_that_is_missing() {
        for name in [
            "ISSUER",
            "TOKEN_SIGNING_KEYS",
            "OTP_PEPPER",
            "PASSWORD_PEPPER",
            "DECOY_KEY",
            "SETTINGS_KEYS",
            "CUSTODY_XPUB",
            "CUSTODY_ENCRYPTION_XPUB",
            "KYC_WEBHOOK_SECRET",
            "SUBACCOUNT_EMAIL_DOMAIN",
            "SMS_PROVIDER",
            "SMS_WEBHOOK_URL",
            "SMS_WEBHOOK_SECRET",
        ] {
            assert!(refused(name, ""), "{name}");
        }
    }

    /// With these beside it, for a provider's own settings.
    pub(crate) fn with(mut settings: Map, more: &[(&'static str, &str)]) -> Map {
        let more = more.iter().map(|(name, value)| (*name, value.to_string()));
        settings.0.extend(more);
        settings
    }

    fn names_of(settings: &Map) -> Vec<String> {
        let errors = Config::read(settings).err().unwrap_or_default();
        errors.into_iter().map(|error| error.name).collect()
    }

    const SID: &str = "AC0123456789abcdef0123456789abcdef";

    fn by_twilio() -> Map {
        let more = [
            ("SMS_PROVIDER", "twilio"),
            ("TWILIO_ACCOUNT_SID", SID),
            ("TWILIO_AUTH_TOKEN", "token"),
            ("TWILIO_FROM", "+15005550006"),
        ];
        with(production(), &more)
    }

    fn by_vonage() -> Map {
        let more = [
            ("SMS_PROVIDER", "vonage"),
            ("VONAGE_API_KEY", "abcd1234"),
            ("VONAGE_API_SECRET", "secret"),
            ("VONAGE_FROM", "Gatehouse"),
        ];
        with(production(), &more)
    }

    fn local() -> Map {
        with(production(), &[("ENVIRONMENT", "local")])
    }

    /// Each setting with what can never work; its name is the one that is told.
    #[test]
    fn every_setting_that_can_never_work_is_refused() {
        let long = format!("{}.com", "a.".repeat(110));
        let wordy = "x".repeat(160);
        let pair = |kid| {
            format!(
                r#"{{"kty":"OKP","crv":"Ed25519","kid":"{kid}","d":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE"}}"#
            )
        };
        let development = format!("[{}]", pair("dev-1"));
        let twice = format!("[{},{}]", pair("k1"), pair("k1"));
        let short_hmac = r#"[{"kty":"oct","kid":"k1","k":"c2hvcnQ"}]"#;
        #[rustfmt::skip]
        let table: &[(&'static str, &[&str])] = &[
            ("ENVIRONMENT", &["stage", "Staging", "Production", "LOCAL", "", "prod"]),
            ("ISSUER", &["", " ", "id.example.com", "http://id.example.com", "https://localhost:8787",
                "https://id.example.com/", "https://id.example.com/v1", "https://ID.example.com", "HTTPS://id.example.com",
                "https://id.example.com:443", "https://id.example.com?a=b", "https://id.example.com#a",
                "https://user@id.example.com", "https://user:word@id.example.com", "https://intranet", "https://10.0.0.1",
                "https://127.0.0.2", "https://[::1]", "https://0.0.0.0", "https://id.example.test", "https://id.exa mple.com"]),
            ("TOKEN_SIGNING_KEYS", &["", "[]", "{}", "x", &development, &twice, short_hmac]),
            ("OTP_PEPPER", &["", ",", "short", "0123456789abcdef0123456789abcdef,short", "dev_0123456789abcdef0123456789abcdef"]),
            ("PASSWORD_PEPPER", &["", ",", "short", "fedcba9876543210,fedcba9876543210fedcba9876543210",
                "dev-fedcba9876543210fedcba9876543210", "0123456789abcdef0123456789abcdef"]),
            ("DECOY_KEY", &["", "short", "dev-00112233445566778899aabbccddeeff"]),
            ("SETTINGS_KEYS", &["", ",", "short", "ffeeddccbbaa99887766554433221100,short", "dev-ffeeddccbbaa99887766554433221100"]),
            ("CUSTODY_XPUB", &["", ",", " , ", "xpub", TEST_XPUB]),
            ("CUSTODY_ENCRYPTION_XPUB", &["", ",", " , ", "xpub", TEST_XPUB]),
            ("KYC_WEBHOOK_SECRET", &["", ",", "whsec_c2hvcnQ=", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=", "whsec_!"]),
            ("SUBACCOUNT_EMAIL_DOMAIN", &["", "sub.localhost.test", "localhost", "sub@example.com", "sub.example.com.", "sub_1.example.com", "sub.example", &long]),
            ("EVM_NETWORKS", &[",", "bitcoin", "ethereum,solana", "ethereum base", "base,BASE", "1"]),
            ("SMS_PROVIDER", &["", "console", "Twilio", "pigeon"]),
            ("SMS_FALLBACK_PROVIDER", &["console", "pigeon", "webhook"]),
            ("SMS_WEBHOOK_URL", &["", "sms.example.com", "http://sms.example.com/send", "http://127.0.0.1:9/send",
                "https://user:word@sms.example.com/send", "https://sms.example.com/send#a", "https://sms/send",
                "https://192.168.0.1/send", "https://sms.example.com/a b", "ftp://sms.example.com"]),
            ("SMS_WEBHOOK_SECRET", &["", "whsec_c2hvcnQ=", "0123456789abcdef0123456789abcdef"]),
            ("EMAIL_PROVIDER", &["console", "Resend", "pigeon"]),
            ("EMAIL_FALLBACK_PROVIDER", &["console", "pigeon", "webhook", "resend"]),
            ("EMAIL_FROM", &["Bank", "a@localhost", "a@b@example.com", "a@example.com,b@example.com", "Bank, Bank <a@example.com>",
                "\"Bank\" <a@example.com>", "Bank <a@example.com", "Bank <a@bank.test>", "<a@example.com>"]),
            ("SMS_TEXT", &["Your code is {code}. 再見", "There is no code in this", "{code} {code}", "{code} in {minute} minutes", "a\t{code}", &format!("{{code}}{wordy}")]),
            ("SMS_APP_NAME", &["{code}", "{app}", "Gate{", "名", "a\u{202e}b", "a\u{7}"]),
            ("SMS_BOUND_DOMAIN", &["https://example.com", "example.com/a", "Example.com", "localhost", "example.com:443"]),
            ("SMS_ANDROID_HASH", &["short", "FA+9qCX9VSuX", "FA 9qCX9VSu", "FÄ+9qCX9VS"]),
            ("SMS_ALLOWED_PREFIXES", &["FR", "+44,FR", "0044", "+0", "+", ",", "++44", "+44 20", "*", "1234567890123456"]),
            ("SMS_TEST_PREFIX", &["+1555010", ",", "+1", "555"]),
            ("SMS_CAPS_FACTOR", &["0", "2", "01", "100", "many"]),
            ("SMS_DAILY_BUDGET", &["0", "-1", "+5", "many", "1e3", "100000001"]),
            ("OTP_LENGTH", &["3", "11", "+5", "4.0", "four"]),
            ("RESET_OTP_LENGTH", &["4", "5", "11"]),
            ("OTP_LOCK_AFTER", &["0", "31", "-1"]),
            ("OTP_TTL_SECONDS", &["59", "601", "5m"]),
            ("OTP_MAX_TRIES", &["0", "6"]),
            ("ACCESS_TOKEN_SECONDS", &["59", "3601"]),
            ("CLIENT_TOKEN_SECONDS", &["59", "86401"]),
            ("UNVERIFIED_HOLD_SECONDS", &["59", "2592001"]),
            ("PASSWORD_FAILURES_ALARM", &["1", "1000001", "many"]),
            ("HOMES", &["DB", "HOME_", "home_eu", "HOME_EU,HOME_EU", "HOME_EU HOME_US", ",", "KV"]),
            ("LOG_REQUESTS", &["0", "1000001", "none", "ALL", "-1", "+1", "1.5", "1/100", "99999999999"]),
            ("CORS_ORIGINS", &["*", "null", ",", "b.example.com", "http://app.example.com", "https://app.example.com/",
                "https://App.example.com", "https://app.example.com:443", "https://*.example.com", "https://app.example.com/a",
                "https://app.example.com,https://b.example.com/", "https://localhost:3000", "https://app.example.com https://b.example.com"]),
        ];
        for (name, values) in table {
            for value in *values {
                // Of a text that does not fit, the whole is named.
                let named = if (*name, *value) == ("SMS_APP_NAME", "名") {
                    "SMS_TEXT"
                } else {
                    name
                };
                let settings = with(production(), &[(*name, *value)]);
                assert_eq!(names_of(&settings), [named], "{name} = {value}");
                assert!(refused(name, value) || named != *name, "{name} = {value}");
            }
        }
        let known: Vec<&str> = table.iter().map(|(name, _)| *name).collect();
        for name in documented() {
            let families = [
                "TWILIO_",
                "VONAGE_",
                "RESEND_",
                "POSTMARK_",
                "EMAIL_WEBHOOK_",
            ];
            let of_a_provider = families.iter().any(|family| name.starts_with(family));
            assert!(
                of_a_provider || known.contains(&name.as_str()),
                "{name} is not tried"
            );
        }
    }

    #[test]
    fn a_providers_settings_that_can_never_work_are_refused() {
        let base = "https://sms.example.com/send?key=a";
        for (name, value) in [
            ("TWILIO_ACCOUNT_SID", ""),
            ("TWILIO_ACCOUNT_SID", "AC123"),
            ("TWILIO_ACCOUNT_SID", "SK0123456789abcdef0123456789abcdef"),
            ("TWILIO_AUTH_TOKEN", ""),
            ("TWILIO_AUTH_TOKEN", " "),
            ("TWILIO_FROM", ""),
            ("TWILIO_FROM", "15005550006"),
            ("TWILIO_FROM", "+1 500 555 0006"),
            ("TWILIO_FROM", "A name that is too long"),
            ("TWILIO_API_BASE", "http://api.twilio.com"),
            ("TWILIO_API_BASE", base),
            ("TWILIO_API_BASE", "https://user:word@api.twilio.com"),
        ] {
            let settings = with(by_twilio(), &[(name, value)]);
            assert_eq!(names_of(&settings), [name], "{name} = {value}");
        }
        let service = |sid| with(by_twilio(), &[("TWILIO_MESSAGING_SERVICE_SID", sid)]);
        let sid = "MG0123456789abcdef0123456789abcdef";
        assert_eq!(names_of(&service(sid)), ["TWILIO_FROM"], "not both");
        let alone = with(service(sid), &[("TWILIO_FROM", "")]);
        assert_eq!(names_of(&alone), [""; 0]);
        let wrong = with(service(SID), &[("TWILIO_FROM", "")]);
        assert_eq!(names_of(&wrong), ["TWILIO_MESSAGING_SERVICE_SID"]);
        for (name, value) in [
            ("VONAGE_API_KEY", ""),
            ("VONAGE_API_SECRET", ""),
            ("VONAGE_FROM", ""),
            ("VONAGE_FROM", "A name that is too long"),
            ("VONAGE_API_BASE", "https://10.1.2.3"),
            ("VONAGE_API_BASE", base),
        ] {
            let settings = with(by_vonage(), &[(name, value)]);
            assert_eq!(names_of(&settings), [name], "{name} = {value}");
        }
    }

    fn by_mail(provider: &'static str) -> Map {
        let more = [
            ("EMAIL_PROVIDER", provider),
            ("EMAIL_FROM", "Bank <no-reply@example.com>"),
            ("RESEND_API_KEY", "re_key"),
            ("POSTMARK_SERVER_TOKEN", "token"),
            ("EMAIL_WEBHOOK_URL", "https://mail.example.com/send"),
            (
                "EMAIL_WEBHOOK_SECRET",
                "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
            ),
        ];
        with(production(), &more)
    }

    #[test]
    fn a_mail_providers_settings_that_can_never_work_are_refused() {
        for (provider, name, value) in [
            ("resend", "RESEND_API_KEY", ""),
            ("resend", "RESEND_API_BASE", "http://api.resend.com"),
            ("resend", "RESEND_API_BASE", "https://10.1.2.3"),
            ("resend", "EMAIL_FROM", ""),
            ("postmark", "POSTMARK_SERVER_TOKEN", " "),
            (
                "postmark",
                "POSTMARK_API_BASE",
                "https://api.postmarkapp.com?a=b",
            ),
            ("postmark", "EMAIL_FROM", ""),
            ("webhook", "EMAIL_WEBHOOK_URL", ""),
            (
                "webhook",
                "EMAIL_WEBHOOK_URL",
                "http://mail.example.com/send",
            ),
            ("webhook", "EMAIL_WEBHOOK_SECRET", "whsec_c2hvcnQ="),
            ("webhook", "EMAIL_FALLBACK_PROVIDER", "webhook"),
        ] {
            let settings = by_mail(provider);
            assert_eq!(names_of(&settings), [""; 0], "{provider}");
            let settings = with(settings, &[(name, value)]);
            assert_eq!(names_of(&settings), [name], "{provider}: {name} = {value}");
        }
        let without_sender = with(by_mail("webhook"), &[("EMAIL_FROM", "")]);
        assert_eq!(names_of(&without_sender), [""; 0]);
        // Nor does one of the two go without.
        let fallback = [("EMAIL_FALLBACK_PROVIDER", "postmark")];
        assert_eq!(names_of(&with(without_sender, &fallback)), ["EMAIL_FROM"]);
        assert!(Config::read(&production()).unwrap().mail.is_none());
        assert!(Config::read(&by_mail("postmark")).unwrap().mail.is_some());
        let slip = with(by_mail("resend"), &[("EMAIL_SENDER", "a@example.com")]);
        assert_eq!(names_of(&slip), ["EMAIL_SENDER"]);
    }

    #[test]
    fn what_can_work_is_taken() {
        let text = "{app}: {code}\n({minutes} min)";
        for (name, value) in [
            ("ENVIRONMENT", " production "),
            ("ISSUER", " https://id.example.com\n"),
            ("ISSUER", "https://id.example.com:8443"),
            ("OTP_PEPPER", " 0123456789abcdef0123456789abcdef , ,"),
            ("SUBACCOUNT_EMAIL_DOMAIN", "Sub.Example.com"),
            ("EVM_NETWORKS", "ETHEREUM, polygon,Base"),
            ("EVM_NETWORKS", ""),
            (
                "SMS_WEBHOOK_URL",
                "https://sms.example.com:8443/send?tenant=a",
            ),
            ("SMS_TEXT", text),
            ("SMS_APP_NAME", "Crédit €"),
            ("SMS_BOUND_DOMAIN", "app.example.com"),
            ("SMS_ANDROID_HASH", "FA+9qCX9VSu"),
            ("SMS_ALLOWED_PREFIXES", "+44, 1,4915"),
            ("SMS_DAILY_BUDGET", "1"),
            ("SMS_TEST_PREFIX", ""),
            ("SMS_CAPS_FACTOR", "1"),
            ("ENVIRONMENT", "staging"),
            ("RESET_OTP_LENGTH", "6"),
            ("OTP_LOCK_AFTER", "30"),
            (
                "CORS_ORIGINS",
                "https://app.example.com, https://b.example.com:8443",
            ),
            ("CORS_ORIGINS", ""),
        ] {
            let settings = with(production(), &[(name, value)]);
            assert_eq!(names_of(&settings), [""; 0], "{name} = {value}");
        }
        for (name, value) in [
            ("ISSUER", "http://localhost:8787"),
            ("RESET_OTP_LENGTH", "4"),
            (
                "CORS_ORIGINS",
                "http://localhost:3000,http://127.0.0.1:3000",
            ),
            ("SMS_WEBHOOK_URL", "http://127.0.0.1:9/send"),
            ("SMS_PROVIDER", "console"),
            ("EMAIL_PROVIDER", "console"),
            ("EMAIL_FROM", "Bank <no-reply@bank.test>"),
            ("SMS_TEST_PREFIX", "+1555010, +44770090012"),
            ("SMS_CAPS_FACTOR", "1000"),
        ] {
            let settings = with(local(), &[(name, value)]);
            assert_eq!(names_of(&settings), [""; 0], "{name} = {value}");
        }
        let config = Config::read(&with(
            production(),
            &[("SUBACCOUNT_EMAIL_DOMAIN", "Sub.Example.com")],
        ));
        assert_eq!(config.unwrap().subaccount_email_domain, "sub.example.com");
        for from in ["+447700900123", "447700900123", "Gatehouse", "12345"] {
            assert_eq!(
                names_of(&with(by_vonage(), &[("VONAGE_FROM", from)])),
                [""; 0]
            );
        }
    }

    /// What production refuses of a setting, staging refuses too, but for its test numbers.
    #[test]
    fn staging_has_productions_rules_and_test_numbers_beside_them() {
        let staging = |more: &[(&'static str, &str)]| {
            let settings = with(production(), &[("ENVIRONMENT", "staging")]);
            with(settings, more)
        };
        for (name, value) in [
            ("ISSUER", "http://localhost:8787"),
            ("OTP_PEPPER", "dev-0123456789abcdef0123456789abcdef"),
            ("CUSTODY_XPUB", TEST_XPUB),
            ("SUBACCOUNT_EMAIL_DOMAIN", "sub.localhost.test"),
            ("SMS_PROVIDER", "console"),
            ("EMAIL_PROVIDER", "console"),
            ("EMAIL_FROM", "Bank <no-reply@bank.test>"),
            ("SMS_WEBHOOK_URL", "http://127.0.0.1:9/send"),
            ("RESET_OTP_LENGTH", "4"),
            ("CORS_ORIGINS", "http://localhost:3000"),
            ("SMS_CAPS_FACTOR", "2"),
            ("SMS_TEST_PREFIX", "+155501"),
        ] {
            assert_eq!(names_of(&staging(&[(name, value)])), [name], "{value}");
        }
        let read = |settings: &Map| Config::read(settings).unwrap();
        let none = read(&staging(&[]));
        let number = |text| crate::rules::phone::Phone::parse(text).unwrap();
        assert_eq!(none.environment, Environment::Staging);
        assert_eq!(none.log_requests, Sampling::one_in(100));
        assert!(!none.is_local() && !none.is_production());
        assert!(!none.sms.is_test(&number("+15550100004")));
        let more = [
            ("SMS_TEST_PREFIX", "+1555010"),
            ("SMS_ALLOWED_PREFIXES", "+49"),
        ];
        let some = read(&staging(&more));
        assert!(some.sms.is_test(&number("+15550100004")));
        let is_allowed = |text| number(text).has_calling_code(&some.terms.sms_allowed_prefixes);
        assert!(is_allowed("+15550100004") && is_allowed("+491701234567"));
        assert!(!is_allowed("+15550110004"));
    }

    #[test]
    fn the_caps_are_higher_and_there_are_test_numbers_on_a_laptop_alone() {
        let read = |settings: &Map| Config::read(settings).unwrap();
        let test = crate::rules::phone::Phone::parse("+15550100004").unwrap();
        for settings in [
            production(),
            with(production(), &[("ENVIRONMENT", "staging")]),
        ] {
            let config = read(&settings);
            assert_eq!(config.sms_caps, SendCaps::DEPLOYED);
            assert!(!config.sms.is_test(&test));
        }
        let config = read(&local());
        assert_eq!(config.sms_caps, SendCaps::DEPLOYED.times(100));
        assert!(config.sms.is_test(&test));
        let as_deployed = read(&with(local(), &[("SMS_CAPS_FACTOR", "1")]));
        assert_eq!(as_deployed.sms_caps, SendCaps::DEPLOYED);
    }

    /// Nobody mends one, deploys, and is told the next.
    #[test]
    fn every_fault_is_told_at_once() {
        let all = [
            ("ENVIRONMENT", "x"),
            ("ISSUER", "x"),
            ("TOKEN_SIGNING_KEYS", "x"),
            ("OTP_PEPPER", "x"),
            ("CUSTODY_XPUB", "x"),
            ("KYC_WEBHOOK_SECRET", "x"),
            ("SUBACCOUNT_EMAIL_DOMAIN", "x"),
            ("SMS_PROVIDER", "twilio"),
            ("TWILIO_API_BASE", "x"),
            ("TWILIO_ACCOUNT_SID", "x"),
            ("TWILIO_AUTH_TOKEN", ""),
            ("TWILIO_FROM", "+"),
            ("SMS_FALLBACK_PROVIDER", "vonage"),
            ("VONAGE_API_BASE", "x"),
            ("VONAGE_API_KEY", ""),
            ("VONAGE_API_SECRET", ""),
            ("VONAGE_FROM", "+"),
            ("EMAIL_PROVIDER", "resend"),
            ("EMAIL_FROM", "x"),
            ("RESEND_API_BASE", "x"),
            ("RESEND_API_KEY", ""),
            ("EMAIL_FALLBACK_PROVIDER", "postmark"),
            ("POSTMARK_API_BASE", "x"),
            ("POSTMARK_SERVER_TOKEN", ""),
            ("SMS_BOUND_DOMAIN", "x"),
            ("SMS_ANDROID_HASH", "x"),
            ("SMS_ALLOWED_PREFIXES", "x"),
            ("SMS_TEST_PREFIX", "x"),
            ("SMS_CAPS_FACTOR", "x"),
            ("SMS_DAILY_BUDGET", "x"),
            ("OTP_LENGTH", "x"),
            ("RESET_OTP_LENGTH", "x"),
            ("OTP_LOCK_AFTER", "x"),
            ("OTP_TTL_SECONDS", "x"),
            ("OTP_MAX_TRIES", "x"),
            ("ACCESS_TOKEN_SECONDS", "x"),
            ("CLIENT_TOKEN_SECONDS", "x"),
            ("UNVERIFIED_HOLD_SECONDS", "x"),
            ("PASSWORD_FAILURES_ALARM", "x"),
            ("CORS_ORIGINS", "x"),
            ("OTP_LENGHT", "6"),
        ];
        let told = names_of(&with(production(), &all));
        let is_well = |name: &&str| name.ends_with("_PROVIDER");
        let faults = all.map(|(name, _)| name).into_iter();
        let faults: Vec<&str> = faults.filter(|name| !is_well(name)).collect();
        for name in &faults {
            let named = told.iter().any(|told| told == name);
            assert!(named, "{name} is not told: {told:?}");
        }
        assert_eq!(told.len(), faults.len(), "{told:?}");
        let nothing = names_of(&Map(HashMap::new()));
        assert_eq!(nothing.len(), 11, "{nothing:?}");
    }

    #[test]
    fn a_misspelt_setting_is_refused_and_another_workers_is_not() {
        for name in [
            "OTP_LENGHT",
            "otp_length",
            "ISUER",
            "CORS_ORIGIN",
            "ENVIROMENT",
            "OTP_TTL",
            "TWILIO_TOKEN",
            "SMS_SENDER",
            "HOME",
        ] {
            let settings = with(production(), &[(name, "6")]);
            assert_eq!(names_of(&settings), [name]);
        }
        for name in ["SENTRY_DSN", "USER", "TWILIO_FROM", "PATH"] {
            let settings = with(production(), &[(name, "6")]);
            assert_eq!(names_of(&settings), [""; 0], "{name}");
        }
    }

    /// The names in the tables of the page of settings.
    fn documented() -> Vec<String> {
        let page = include_str!("../docs/reference/settings.md");
        let page = page.split("\n## Bindings\n").next().unwrap_or_default();
        let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
        let names = rows.filter_map(|row| row.split('`').next());
        names.map(String::from).collect()
    }

    /// A setting that is read is on the page, once, and none else is.
    #[test]
    fn the_page_of_settings_names_every_setting() {
        let nothing = Map(HashMap::new());
        let mut reader = Reader::new(&nothing);
        let _ = config(&mut reader);
        let mut read: Vec<String> = reader.asked().map(String::from).collect();
        read.extend(crate::sms::SETTINGS.map(String::from));
        read.extend(mail::SETTINGS.map(String::from));
        read.sort();
        let mut documented = documented();
        documented.sort();
        assert_eq!(read, documented);
    }

    fn exchanged(addresses: &[u32], encryption: &[u32]) -> Result<Config, Vec<SettingError>> {
        let list = |accounts: &[u32]| {
            let keys = accounts.iter().map(|account| unpublished_xpub(*account));
            keys.collect::<Vec<_>>().join(",")
        };
        let mut settings = production();
        settings.0.insert("CUSTODY_XPUB", list(addresses));
        settings
            .0
            .insert("CUSTODY_ENCRYPTION_XPUB", list(encryption));
        Config::read(&settings)
    }

    #[test]
    fn no_extended_key_is_of_addresses_and_of_encryption_keys() {
        for (addresses, encryption) in [(&[0][..], &[0][..]), (&[0, 1], &[2, 1]), (&[1, 0], &[0])] {
            let errors = exchanged(addresses, encryption).unwrap_err();
            assert_eq!(errors.len(), 1, "{errors:?}");
            assert_eq!(errors[0].name, "CUSTODY_ENCRYPTION_XPUB");
        }
        // Written over, it is the same key all the same.
        let mut key: bip32::ExtendedKey = unpublished_xpub(0).parse().unwrap();
        key.attrs.parent_fingerprint = [0; 4];
        assert!(refused("CUSTODY_ENCRYPTION_XPUB", &key.to_string()));
    }

    /// Under two names its addresses would be given twice.
    #[test]
    fn no_extended_key_stands_twice_in_its_list_however_it_is_written() {
        let xpub = unpublished_xpub(3);
        let mut key: bip32::ExtendedKey = xpub.parse().unwrap();
        key.attrs.parent_fingerprint = [0; 4];
        for list in [format!("{xpub},{xpub}"), format!("{key},{xpub}")] {
            assert!(refused("CUSTODY_XPUB", &list), "{list}");
        }
        assert!(!refused(
            "CUSTODY_XPUB",
            &format!("{},{xpub}", unpublished_xpub(0))
        ));
    }

    #[test]
    fn a_row_is_resolved_by_the_extended_key_that_it_names_and_by_no_other() {
        let id = |account| {
            let custody = Custody::parse(&unpublished_xpub(account)).unwrap();
            custody.key_id().to_owned()
        };
        let config = exchanged(&[2, 0], &[3, 1]).unwrap();
        let custody = &config.terms.custody;
        assert_eq!(custody.giving_addresses().key_id, id(2));
        assert_eq!(custody.giving_encryption().key_id, id(3));
        let found = |key: Option<&Custody>| key.map(|key| key.key_id().to_owned());
        for (account, of_address, of_encryption) in [
            (0, true, true),
            (1, false, true),
            (2, true, true),
            (3, false, true),
            (4, false, false),
        ] {
            let expected = |is_there| Some(id(account)).filter(|_| is_there);
            assert_eq!(
                found(custody.address_key(&id(account))),
                expected(of_address)
            );
            let key = found(custody.encryption_key(&id(account)));
            assert_eq!(key, expected(of_encryption));
        }
    }

    #[test]
    fn debug_shows_no_secret() {
        let shown = format!("{:?}", Config::read(&production()).unwrap());
        for secret in [
            "0123456789abcdef",
            "fedcba98",
            "ffeeddcc",
            "AQEB",
            "MDEy",
            "xpub",
        ] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
    }
}
