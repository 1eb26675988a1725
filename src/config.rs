//! Every setting and secret, read once, typed, and refused as a whole when one of them will
//! not do: a service that would run with half its defences does not run.

use std::time::Duration;

use base64ct::{Base64, Encoding};

use crate::rules::custody::Custody;
use crate::rules::limits::{Budget, CodeCaps, CodeRules, LONGEST_CLIENT_TOKEN};
use crate::rules::secret::{Peppers, Secret};
use crate::rules::token::KeyRing;
use crate::settings::{Reader, SettingError, Settings};
use crate::sms::text::Template;
use crate::sms::Providers;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Environment {
    Local,
    Production,
}

#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) environment: Environment,
    pub(crate) keys: KeyRing,
    pub(crate) peppers: Peppers,
    pub(crate) password_peppers: Peppers,
    pub(crate) custody: Custodies,
    pub(crate) kyc_webhook_secrets: Vec<Secret>,
    pub(crate) subaccount_email_domain: String,
    pub(crate) sms: Providers,
    pub(crate) sms_text: Template,
    pub(crate) sms_allowed_prefixes: Vec<String>,
    pub(crate) sms_budget: Budget,
    pub(crate) login_code: CodeRules,
    pub(crate) reset_code: CodeRules,
    pub(crate) challenge_life: Duration,
    pub(crate) challenge_tries: u32,
    pub(crate) access_token_life: Duration,
    pub(crate) client_token_life: Duration,
    pub(crate) unverified_hold: Duration,
    /// Wrong passwords over all users of a client in an hour.
    pub(crate) password_failures_alarm: u32,
    pub(crate) cors_origins: Vec<String>,
}

/// The extended public keys, of addresses and of encryption keys. They are two, because whoever gets
/// hold of one and of a single private key below it has every private key below it.
#[derive(Debug)]
pub(crate) struct Custodies {
    addresses: CustodyKeys,
    encryption: CustodyKeys,
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

    pub(crate) fn address_key(&self, key_id: &str) -> Option<&Custody> {
        self.addresses.by_id(key_id)
    }

    /// Encryption keys were once of the extended key of the addresses, and stay so.
    pub(crate) fn encryption_key(&self, key_id: &str) -> Option<&Custody> {
        let of_both = self.encryption.by_id(key_id);
        of_both.or_else(|| self.addresses.by_id(key_id))
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
}

fn config(reader: &mut Reader<'_>) -> Option<Config> {
    let environment = environment(reader)?;
    if environment != Environment::Production {
        reader.leave_production();
    }
    let issuer = issuer(reader);
    let keys = signing_keys(reader, &issuer.unwrap_or_default());
    let (peppers, password_peppers) = (
        peppers(reader, "OTP_PEPPER"),
        peppers(reader, "PASSWORD_PEPPER"),
    );
    refuse_shared_pepper(reader);
    let custody = custody(reader);
    let kyc_webhook_secrets = kyc_secrets(reader);
    let subaccount_email_domain = subaccount_domain(reader);
    let sms = Providers::read(reader);
    let lock_after = reader.number("OTP_LOCK_AFTER", None, 1, 100);
    let login_digits = reader.number("OTP_LENGTH", Some(4), 4, 10)?;
    let reset_digits = reader.number("RESET_OTP_LENGTH", Some(6), 4, 10)?;
    let rules = |digits| CodeRules {
        digits,
        caps: CodeCaps::for_digits(digits, lock_after),
    };
    let challenge_life = reader.seconds("OTP_TTL_SECONDS", 300, 60, 600)?;
    let sms_text = sms_text(reader, challenge_life, login_digits.max(reset_digits));
    let longest_client_token = u32::try_from(LONGEST_CLIENT_TOKEN.as_secs()).unwrap_or(u32::MAX);
    Some(Config {
        environment,
        keys: keys?,
        peppers: peppers?,
        password_peppers: password_peppers?,
        custody: custody?,
        kyc_webhook_secrets: kyc_webhook_secrets?,
        subaccount_email_domain: subaccount_email_domain?,
        sms: sms?,
        sms_text: sms_text?,
        sms_allowed_prefixes: reader.list("SMS_ALLOWED_PREFIXES"),
        sms_budget: Budget {
            daily: reader.number("SMS_DAILY_BUDGET", Some(10_000), 0, 100_000_000)?,
        },
        login_code: rules(login_digits),
        reset_code: rules(reset_digits),
        challenge_life,
        challenge_tries: reader.number("OTP_MAX_TRIES", Some(3), 1, 5)?,
        access_token_life: reader.seconds("ACCESS_TOKEN_SECONDS", 900, 60, 3600)?,
        client_token_life: reader.seconds(
            "CLIENT_TOKEN_SECONDS",
            3600,
            60,
            longest_client_token,
        )?,
        unverified_hold: reader.seconds("UNVERIFIED_HOLD_SECONDS", 86_400, 60, 2_592_000)?,
        password_failures_alarm: reader.number(
            "PASSWORD_FAILURES_ALARM",
            Some(1_000),
            2,
            1_000_000,
        )?,
        cors_origins: cors_origins(reader)?,
    })
}

fn environment(reader: &mut Reader<'_>) -> Option<Environment> {
    match reader.given("ENVIRONMENT").as_deref() {
        None | Some("production") => Some(Environment::Production),
        Some("local") => Some(Environment::Local),
        Some(_) => reader.refuse("ENVIRONMENT", "must be production or local"),
    }
}

fn issuer(reader: &mut Reader<'_>) -> Option<String> {
    let issuer = reader.required("ISSUER")?;
    if !reader.is_safe_url(&issuer) || issuer.ends_with('/') || issuer.contains(['?', '#']) {
        return reader.refuse(
            "ISSUER",
            "must be an https URL without query, fragment and final slash",
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
    reader.required(name)?;
    let texts = reader.list(name);
    if reader.in_production() && texts.iter().any(|text| is_development(text)) {
        return reader.refuse(name, "is a development one (it begins with dev)");
    }
    if texts.iter().any(|text| text.len() < 32) {
        return reader.refuse(name, "must have at least 32 characters, made at random");
    }
    Peppers::new(texts.into_iter().map(Secret::new).collect())
}

/// They are replaced at different times, and one that leaks must not be the other too.
fn refuse_shared_pepper(reader: &mut Reader<'_>) {
    let of_codes = reader.list("OTP_PEPPER");
    let of_passwords = reader.list("PASSWORD_PEPPER");
    if of_passwords.iter().any(|text| of_codes.contains(text)) {
        reader.refuse::<()>("PASSWORD_PEPPER", "is one of OTP_PEPPER's");
    }
}

fn custody(reader: &mut Reader<'_>) -> Option<Custodies> {
    let addresses = custody_keys(reader, "CUSTODY_XPUB");
    let encryption = custody_keys(reader, "CUSTODY_ENCRYPTION_XPUB");
    let (addresses, encryption) = (addresses?, encryption?);
    if addresses.share_one(&encryption) {
        return reader.refuse(
            "CUSTODY_ENCRYPTION_XPUB",
            "holds a key of CUSTODY_XPUB: give another account's, so that a leaked key of one is none of the other",
        );
    }
    Some(Custodies {
        addresses,
        encryption,
    })
}

fn custody_keys(reader: &mut Reader<'_>, name: &str) -> Option<CustodyKeys> {
    reader.required(name)?;
    let list = reader.list(name);
    let keys: Result<Vec<Custody>, _> = list.iter().map(|xpub| Custody::parse(xpub)).collect();
    match keys {
        Ok(keys) if keys.is_empty() => reader.refuse(name, "is not set"),
        Ok(keys) if reader.in_production() && keys.iter().any(Custody::is_published_test_key) => {
            reader.refuse(
                name,
                "is a published test key: anybody holds its private half",
            )
        }
        Ok(keys) => Some(CustodyKeys(keys)),
        Err(why) => reader.refuse(name, why.to_string()),
    }
}

/// `whsec_` + base64 of 24 to 64 bytes (Standard Webhooks, "Signature scheme").
fn kyc_secrets(reader: &mut Reader<'_>) -> Option<Vec<Secret>> {
    reader.required("KYC_WEBHOOK_SECRET")?;
    let mut secrets = Vec::new();
    for text in reader.list("KYC_WEBHOOK_SECRET") {
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
    Some(secrets)
}

fn subaccount_domain(reader: &mut Reader<'_>) -> Option<String> {
    let domain = reader.required("SUBACCOUNT_EMAIL_DOMAIN")?;
    if crate::rules::email::Email::parse(&format!("sub@{domain}")).is_err() {
        return reader.refuse("SUBACCOUNT_EMAIL_DOMAIN", "must be a domain name");
    }
    let reserved = [".test", ".example", ".invalid", ".localhost"];
    if reader.in_production() && reserved.iter().any(|ending| domain.ends_with(ending)) {
        return reader.refuse(
            "SUBACCOUNT_EMAIL_DOMAIN",
            "is a name reserved for tests (RFC 6761)",
        );
    }
    Some(domain)
}

fn sms_text(reader: &mut Reader<'_>, life: Duration, digits: u32) -> Option<Template> {
    let template = Template {
        text: reader
            .optional("SMS_TEXT")
            .unwrap_or_else(|| crate::sms::text::DEFAULT.into()),
        app: reader
            .optional("SMS_APP_NAME")
            .unwrap_or_else(|| "Gatehouse".into()),
        bound_domain: reader.optional("SMS_BOUND_DOMAIN"),
        android_hash: reader.optional("SMS_ANDROID_HASH"),
    };
    match template.check(digits, life) {
        Ok(()) => Some(template),
        Err(why) => reader.refuse("SMS_TEXT", why),
    }
}

fn cors_origins(reader: &mut Reader<'_>) -> Option<Vec<String>> {
    let origins = reader.list("CORS_ORIGINS");
    if origins.iter().all(|origin| {
        reader.is_safe_url(origin) && origin.matches('/').count() == 2 && !origin.contains('*')
    }) {
        return Some(origins);
    }
    reader.refuse(
        "CORS_ORIGINS",
        "must be exact origins such as https://app.example.com, separated by commas",
    )
}

fn is_development(text: &str) -> bool {
    text.starts_with("dev")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::time::seconds;
    use std::collections::HashMap;

    struct Map(HashMap<&'static str, String>);

    impl Settings for Map {
        fn get(&self, name: &str) -> Option<String> {
            self.0.get(name).cloned()
        }
    }

    /// An account-level key of a seed that no list of test vectors has.
    fn unpublished_xpub(account: u32) -> String {
        let path = format!("m/44'/60'/{account}'").parse().unwrap();
        let account = bip32::XPrv::derive_from_path([7; 64], &path).unwrap();
        account.public_key().to_string(bip32::Prefix::XPUB)
    }

    const TEST_XPUB: &str = "xpub6DCoCpSuQZB2jawqnGMEPS63ePKWkwWPH4TU45Q7LPXWuNd8TMtVxRrgjtEshuqpK3mdhaWHPFsBngh5GFZaM6si3yZdUsT8ddYM3PwnATt";

    fn production() -> Map {
        let (xpub, encryption) = (unpublished_xpub(0), unpublished_xpub(1));
        let set = [
            ("ISSUER", "https://id.example.com"),
            (
                "TOKEN_SIGNING_KEYS",
                r#"[{"kty":"OKP","crv":"Ed25519","kid":"k1","d":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE"}]"#,
            ),
            ("OTP_PEPPER", "0123456789abcdef0123456789abcdef"),
            ("PASSWORD_PEPPER", "fedcba9876543210fedcba9876543210"),
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
        assert_eq!((config.login_code.digits, config.reset_code.digits), (4, 6));
        assert_eq!(
            (config.challenge_life, config.challenge_tries),
            (seconds(300), 3)
        );
        assert_eq!(
            (config.access_token_life, config.client_token_life),
            (seconds(900), seconds(3600))
        );
    }

    #[test]
    fn production_refuses_every_setting_that_is_missing() {
        for name in [
            "ISSUER",
            "TOKEN_SIGNING_KEYS",
            "OTP_PEPPER",
            "PASSWORD_PEPPER",
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

    #[test]
    fn production_refuses_short_and_development_settings() {
        for (name, value) in [
            ("ENVIRONMENT", "staging"),
            ("ISSUER", "http://id.example.com"),
            ("ISSUER", "https://localhost:8787"),
            ("ISSUER", "https://id.example.com/"),
            (
                "TOKEN_SIGNING_KEYS",
                r#"[{"kty":"OKP","crv":"Ed25519","kid":"dev-1","d":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE"}]"#,
            ),
            ("OTP_PEPPER", "short"),
            ("OTP_PEPPER", "0123456789abcdef0123456789abcdef,short"),
            ("OTP_PEPPER", "dev_0123456789abcdef0123456789abcdef"),
            (
                "PASSWORD_PEPPER",
                "fedcba9876543210,fedcba9876543210fedcba9876543210",
            ),
            ("PASSWORD_PEPPER", "dev-fedcba9876543210fedcba9876543210"),
            ("PASSWORD_PEPPER", "0123456789abcdef0123456789abcdef"),
            ("CUSTODY_XPUB", TEST_XPUB),
            ("CUSTODY_XPUB", ","),
            ("CUSTODY_ENCRYPTION_XPUB", TEST_XPUB),
            ("CUSTODY_ENCRYPTION_XPUB", "xpub"),
            ("KYC_WEBHOOK_SECRET", "whsec_c2hvcnQ="),
            ("SUBACCOUNT_EMAIL_DOMAIN", "sub.localhost.test"),
            ("SMS_PROVIDER", "console"),
            ("SMS_FALLBACK_PROVIDER", "pigeon"),
            ("SMS_WEBHOOK_URL", "http://127.0.0.1:9/send"),
            ("OTP_LENGTH", "3"),
            ("OTP_MAX_TRIES", "6"),
            ("OTP_TTL_SECONDS", "59"),
            ("SMS_TEXT", "Your code is {code}. 再見"),
            ("SMS_TEXT", "There is no code in this"),
            ("CORS_ORIGINS", "*"),
            ("CORS_ORIGINS", "https://app.example.com/"),
        ] {
            assert!(refused(name, value), "{name} = {value}");
        }
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

    #[test]
    fn a_row_is_resolved_by_the_extended_key_that_it_names_and_by_no_other() {
        let id = |account| {
            let custody = Custody::parse(&unpublished_xpub(account)).unwrap();
            custody.key_id().to_owned()
        };
        let custody = exchanged(&[2, 0], &[3, 1]).unwrap().custody;
        assert_eq!(custody.of_addresses().key_id(), id(2));
        assert_eq!(custody.of_encryption().key_id(), id(3));
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
        for secret in ["0123456789abcdef", "fedcba98", "AQEB", "MDEy", "xpub"] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
    }
}
