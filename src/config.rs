//! Every setting and secret, read once, typed, and refused as a whole when one of them will
//! not do: a service that would run with half its defences does not run.

use base64ct::{Base64, Encoding};

use crate::custody::Custody;
use crate::limits::CodeCaps;
use crate::secret::{Peppers, Secret};
use crate::sms::text::Template;
use crate::sms::Providers;
use crate::token::KeyRing;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    Local,
    Production,
}

#[derive(Debug)]
pub struct Config {
    pub environment: Environment,
    pub keys: KeyRing,
    pub peppers: Peppers,
    pub custody: CustodyKeys,
    pub kyc_webhook_secrets: Vec<Secret>,
    pub subaccount_email_domain: String,
    pub sms: Providers,
    pub sms_text: Template,
    pub sms_allowed_prefixes: Vec<String>,
    pub sms_daily_budget: u32,
    pub login_code: CodeRules,
    pub reset_code: CodeRules,
    /// Milliseconds.
    pub challenge_life: i64,
    pub challenge_tries: u32,
    /// Seconds.
    pub access_token_life: i64,
    pub client_token_life: i64,
    /// Milliseconds.
    pub unverified_hold: i64,
    pub cors_origins: Vec<String>,
}

/// What a code of one purpose looks like and how often it may be wrong.
#[derive(Clone, Copy, Debug)]
pub struct CodeRules {
    pub digits: u32,
    pub caps: CodeCaps,
}

/// The extended public keys: the first gives new addresses, all resolve old ones.
#[derive(Debug)]
pub struct CustodyKeys(Vec<Custody>);

impl CustodyKeys {
    pub fn current(&self) -> &Custody {
        &self.0[0]
    }

    pub fn by_id(&self, key_id: &str) -> Option<&Custody> {
        self.0.iter().find(|key| key.key_id() == key_id)
    }
}

/// The raw settings, whatever they come from.
pub trait Settings {
    /// `None` when it is not set; an empty one is the same.
    fn get(&self, name: &str) -> Option<String>;
}

/// A setting that will not do: its name and why, never its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingError {
    pub name: String,
    pub why: String,
}

impl Config {
    /// All that is wrong, not only the first.
    pub fn read(settings: &impl Settings) -> Result<Config, Vec<SettingError>> {
        let mut reader = Reader {
            settings,
            errors: Vec::new(),
            production: true,
        };
        let config = reader.config();
        match config {
            Some(config) if reader.errors.is_empty() => Ok(config),
            _ => Err(reader.errors),
        }
    }

    pub fn is_local(&self) -> bool {
        self.environment == Environment::Local
    }
}

/// Takes settings one by one and remembers each refusal.
pub(crate) struct Reader<'a, S> {
    settings: &'a S,
    errors: Vec<SettingError>,
    production: bool,
}

impl<S: Settings> Reader<'_, S> {
    fn config(&mut self) -> Option<Config> {
        let environment = self.environment()?;
        self.production = environment == Environment::Production;
        let issuer = self.issuer();
        let keys = self.signing_keys(&issuer.unwrap_or_default());
        let peppers = self.peppers();
        let custody = self.custody();
        let kyc_webhook_secrets = self.kyc_secrets();
        let subaccount_email_domain = self.subaccount_domain();
        let sms = Providers::read(self);
        let lock_after = self.number("OTP_LOCK_AFTER", None, 1, 100);
        let login_digits = self.number("OTP_LENGTH", Some(4), 4, 10)?;
        let reset_digits = self.number("RESET_OTP_LENGTH", Some(6), 4, 10)?;
        let rules = |digits: i64| CodeRules {
            digits: digits as u32,
            caps: CodeCaps::for_digits(digits as u32, lock_after.map(|n| n as u32)),
        };
        let challenge_life = self.number("OTP_TTL_SECONDS", Some(300), 60, 600)?;
        let sms_text = self.sms_text(challenge_life, login_digits.max(reset_digits));
        Some(Config {
            environment,
            keys: keys?,
            peppers: peppers?,
            custody: custody?,
            kyc_webhook_secrets: kyc_webhook_secrets?,
            subaccount_email_domain: subaccount_email_domain?,
            sms: sms?,
            sms_text: sms_text?,
            sms_allowed_prefixes: self.list("SMS_ALLOWED_PREFIXES"),
            sms_daily_budget: self.number("SMS_DAILY_BUDGET", Some(10_000), 0, 100_000_000)? as u32,
            login_code: rules(login_digits),
            reset_code: rules(reset_digits),
            challenge_life: challenge_life * 1000,
            challenge_tries: self.number("OTP_MAX_TRIES", Some(3), 1, 5)? as u32,
            access_token_life: self.number("ACCESS_TOKEN_SECONDS", Some(900), 60, 3600)?,
            client_token_life: self.number("CLIENT_TOKEN_SECONDS", Some(3600), 60, 86_400)?,
            unverified_hold: self.number("UNVERIFIED_HOLD_SECONDS", Some(86_400), 60, 2_592_000)?
                * 1000,
            cors_origins: self.cors_origins()?,
        })
    }

    fn environment(&mut self) -> Option<Environment> {
        match self.settings.get("ENVIRONMENT").as_deref() {
            None | Some("production") => Some(Environment::Production),
            Some("local") => Some(Environment::Local),
            Some(_) => self.refuse("ENVIRONMENT", "must be production or local"),
        }
    }

    fn issuer(&mut self) -> Option<String> {
        let issuer = self.required("ISSUER")?;
        if !self.is_safe_url(&issuer) || issuer.ends_with('/') || issuer.contains(['?', '#']) {
            return self.refuse(
                "ISSUER",
                "must be an https URL without query, fragment and final slash",
            );
        }
        Some(issuer)
    }

    fn signing_keys(&mut self, issuer: &str) -> Option<KeyRing> {
        let jwks = Secret::new(self.required("TOKEN_SIGNING_KEYS")?);
        match KeyRing::parse(issuer, &jwks) {
            Ok(keys) if self.production && keys.key_ids().any(is_development) => self.refuse(
                "TOKEN_SIGNING_KEYS",
                "holds a development key (its kid begins with dev)",
            ),
            Ok(keys) => Some(keys),
            Err(why) => self.refuse("TOKEN_SIGNING_KEYS", why),
        }
    }

    fn peppers(&mut self) -> Option<Peppers> {
        self.required("OTP_PEPPER")?;
        let texts = self.list("OTP_PEPPER");
        if self.production && texts.iter().any(|text| is_development(text)) {
            return self.refuse("OTP_PEPPER", "is a development one (it begins with dev)");
        }
        if texts.iter().any(|text| text.len() < 32) {
            return self.refuse(
                "OTP_PEPPER",
                "must have at least 32 characters, made at random",
            );
        }
        Peppers::new(texts.into_iter().map(Secret::new).collect())
    }

    fn custody(&mut self) -> Option<CustodyKeys> {
        self.required("CUSTODY_XPUB")?;
        let keys: Result<Vec<Custody>, _> = self
            .list("CUSTODY_XPUB")
            .iter()
            .map(|xpub| Custody::parse(xpub))
            .collect();
        match keys {
            Ok(keys) if self.production && keys.iter().any(Custody::is_published_test_key) => self
                .refuse(
                    "CUSTODY_XPUB",
                    "is a published test key: anybody holds its private half",
                ),
            Ok(keys) => Some(CustodyKeys(keys)),
            Err(why) => self.refuse("CUSTODY_XPUB", why.to_string()),
        }
    }

    /// `whsec_` + base64 of 24 to 64 bytes (Standard Webhooks, "Signature scheme").
    fn kyc_secrets(&mut self) -> Option<Vec<Secret>> {
        self.required("KYC_WEBHOOK_SECRET")?;
        let mut secrets = Vec::new();
        for text in self.list("KYC_WEBHOOK_SECRET") {
            match text.strip_prefix("whsec_").map(Base64::decode_vec) {
                Some(Ok(bytes)) if (24..=64).contains(&bytes.len()) => {
                    secrets.push(Secret::new(bytes))
                }
                _ => {
                    return self.refuse(
                        "KYC_WEBHOOK_SECRET",
                        "must be whsec_ and base64 of 24 to 64 random bytes",
                    )
                }
            }
        }
        Some(secrets)
    }

    fn subaccount_domain(&mut self) -> Option<String> {
        let domain = self.required("SUBACCOUNT_EMAIL_DOMAIN")?;
        if crate::email::Email::parse(&format!("sub@{domain}")).is_err() {
            return self.refuse("SUBACCOUNT_EMAIL_DOMAIN", "must be a domain name");
        }
        let reserved = [".test", ".example", ".invalid", ".localhost"];
        if self.production && reserved.iter().any(|ending| domain.ends_with(ending)) {
            return self.refuse(
                "SUBACCOUNT_EMAIL_DOMAIN",
                "is a name reserved for tests (RFC 6761)",
            );
        }
        Some(domain)
    }

    fn sms_text(&mut self, life_seconds: i64, digits: i64) -> Option<Template> {
        let template = Template {
            text: self
                .optional("SMS_TEXT")
                .unwrap_or_else(|| crate::sms::text::DEFAULT.into()),
            app: self
                .optional("SMS_APP_NAME")
                .unwrap_or_else(|| "Gatehouse".into()),
            minutes: (life_seconds / 60).max(1),
            bound_domain: self.optional("SMS_BOUND_DOMAIN"),
            android_hash: self.optional("SMS_ANDROID_HASH"),
        };
        match template.check(digits as usize) {
            Ok(()) => Some(template),
            Err(why) => self.refuse("SMS_TEXT", why),
        }
    }

    fn cors_origins(&mut self) -> Option<Vec<String>> {
        let origins = self.list("CORS_ORIGINS");
        if origins.iter().all(|origin| {
            self.is_safe_url(origin) && origin.matches('/').count() == 2 && !origin.contains('*')
        }) {
            return Some(origins);
        }
        self.refuse(
            "CORS_ORIGINS",
            "must be exact origins such as https://app.example.com, separated by commas",
        )
    }

    pub(crate) fn required(&mut self, name: &str) -> Option<String> {
        let value = self.optional(name);
        if value.is_none() {
            return self.refuse(name, "is not set");
        }
        value
    }

    pub(crate) fn optional(&self, name: &str) -> Option<String> {
        self.settings.get(name).filter(|value| !value.is_empty())
    }

    /// Comma-separated values, spaces around them dropped.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        let text = self.optional(name).unwrap_or_default();
        text.split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty())
            .map(String::from)
            .collect()
    }

    fn number(&mut self, name: &str, default: Option<i64>, min: i64, max: i64) -> Option<i64> {
        let Some(text) = self.optional(name) else {
            return default;
        };
        match text.parse() {
            Ok(number) if (min..=max).contains(&number) => Some(number),
            _ => self.refuse(name, format!("must be a whole number from {min} to {max}")),
        }
    }

    pub(crate) fn in_production(&self) -> bool {
        self.production
    }

    /// https; in local also http to this machine.
    pub(crate) fn is_safe_url(&self, text: &str) -> bool {
        let Ok(url) = worker::Url::parse(text) else {
            return false;
        };
        let plain = url.username().is_empty() && url.password().is_none();
        let loopback = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        plain
            && match url.scheme() {
                "https" => !(self.production && loopback),
                "http" => !self.production && loopback,
                _ => false,
            }
    }

    pub(crate) fn refuse<T>(&mut self, name: &str, why: impl Into<String>) -> Option<T> {
        self.errors.push(SettingError {
            name: name.into(),
            why: why.into(),
        });
        None
    }
}

fn is_development(text: &str) -> bool {
    text.starts_with("dev")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    struct Map(HashMap<&'static str, String>);

    impl Settings for Map {
        fn get(&self, name: &str) -> Option<String> {
            self.0.get(name).cloned()
        }
    }

    /// An account-level key of a seed that no list of test vectors has.
    fn unpublished_xpub() -> String {
        let path = "m/44'/60'/0'".parse().unwrap();
        let account = bip32::XPrv::derive_from_path([7; 64], &path).unwrap();
        account.public_key().to_string(bip32::Prefix::XPUB)
    }

    const TEST_XPUB: &str = "xpub6DCoCpSuQZB2jawqnGMEPS63ePKWkwWPH4TU45Q7LPXWuNd8TMtVxRrgjtEshuqpK3mdhaWHPFsBngh5GFZaM6si3yZdUsT8ddYM3PwnATt";

    fn production() -> Map {
        let xpub = unpublished_xpub();
        let set = [
            ("ISSUER", "https://id.example.com"),
            (
                "TOKEN_SIGNING_KEYS",
                r#"[{"kty":"OKP","crv":"Ed25519","kid":"k1","d":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE"}]"#,
            ),
            ("OTP_PEPPER", "0123456789abcdef0123456789abcdef"),
            ("CUSTODY_XPUB", &xpub),
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
            (300_000, 3)
        );
        assert_eq!(
            (config.access_token_life, config.client_token_life),
            (900, 3600)
        );
    }

    #[test]
    fn production_refuses_every_setting_that_is_missing() {
        for name in [
            "ISSUER",
            "TOKEN_SIGNING_KEYS",
            "OTP_PEPPER",
            "CUSTODY_XPUB",
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
            ("CUSTODY_XPUB", TEST_XPUB),
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

    #[test]
    fn debug_shows_no_secret() {
        let shown = format!("{:?}", Config::read(&production()).unwrap());
        for secret in ["0123456789abcdef", "AQEB", "MDEy", "xpub"] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
    }
}
