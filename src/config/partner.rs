//! What is in force for a partner, whose word it is, and what it may not give itself.

use std::rc::Rc;

use super::own::{Overlay, PartnerSettings};
use super::terms::{holds_code, shared_codes, Terms};
use super::Config;
use crate::mail::{self, sender::domain};
use crate::rules::own::{Own, BUDGET, CALLING_CODES, EMAIL_SENDER_MEMBER, OWN};
use crate::settings::{Reader, SettingError};

impl PartnerSettings {
    /// What is in force for the partner; or all that will not do, by member.
    pub(crate) fn terms(&self, config: &Config) -> Result<Terms, Vec<SettingError>> {
        let given = self.given_terms(config)?;
        self.read(Some(&given), config)
    }

    /// What would be in force if the partner had set nothing.
    fn given_terms(&self, config: &Config) -> Result<Rc<Terms>, Vec<SettingError>> {
        if self.given.is_empty() {
            return Ok(config.terms.clone());
        }
        let operators = PartnerSettings {
            plain: self.given.clone(),
            ..PartnerSettings::default()
        };
        operators.read(None, config).map(Rc::new)
    }

    fn read(&self, given: Option<&Terms>, config: &Config) -> Result<Terms, Vec<SettingError>> {
        let overlay = Overlay {
            own: self,
            given: &config.given,
        };
        let mut reader = Reader::under(&overlay, config.is_local());
        for (member, value) in self.plain.iter().chain(&self.secret) {
            if !value.is_string() || !OWN.iter().any(|own| own.member == member) {
                reader.refuse::<()>(member, "is no setting of a partner's, or no text");
            }
        }
        let terms = Terms::of_partner(&mut reader, &overlay, given, config);
        reader.finish(terms).map_err(in_members)
    }

    /// Whether what is in force is the partner's own: what the operator gave it, or the service has, may be less.
    pub(crate) fn stands(&self, member: &str, terms: &Terms) -> bool {
        let Some(own) = self.text(member) else {
            return false;
        };
        match member {
            BUDGET => own.parse() == Ok(terms.sms_budget.daily),
            CALLING_CODES => {
                let all = &terms.sms_allowed_prefixes;
                let mut own = own.split(',');
                all.is_empty() || own.any(|code| holds_code(all, code))
            }
            _ => true,
        }
    }

    /// Takes the partner's own calling codes away where none is within what the operator now gives it: they
    /// do not hinder the operator. What of the operator's will not do `terms` says.
    pub(crate) fn yield_codes(&mut self, config: &Config) {
        let (Some(own), Ok(given)) = (self.text(CALLING_CODES), self.given_terms(config)) else {
            return;
        };
        let own: Vec<String> = own.split(',').map(String::from).collect();
        if shared_codes(&own, &given.sms_allowed_prefixes).is_empty() {
            self.plain.shift_remove(CALLING_CODES);
        }
    }

    /// What of these the partner may not give itself: the operator pays for the messages, and has shut
    /// countries for a reason.
    pub(crate) fn beyond(&self, changed: &[&str], config: &Config) -> Option<SettingError> {
        let given = match self.given_terms(config) {
            Ok(given) => given,
            Err(errors) => return errors.into_iter().next(),
        };
        let is_new = |member: &str| changed.contains(&member);
        let refused = |name: &str, why: String| {
            let name = name.into();
            Some(SettingError { name, why })
        };
        let budget = self.text(BUDGET);
        let most = given.sms_budget.daily;
        if is_new(BUDGET) && budget.is_some_and(|own| own.parse().is_ok_and(|own: u32| own > most))
        {
            let why = format!("must be a whole number from 1 to {most}; the operator can set more");
            return refused(BUDGET, why);
        }
        if is_new(EMAIL_SENDER_MEMBER) && !self.writes_as_service(config) {
            let why = "must be of the domain of the service's own; the operator can set another";
            return refused(EMAIL_SENDER_MEMBER, why.into());
        }
        let codes = self.text(CALLING_CODES)?;
        let within = |code: &str| given.lets_send_to_all_of(code);
        if is_new(CALLING_CODES) && !codes.split(',').all(|code| code.is_empty() || within(code)) {
            let why = "must be among the calling codes that the service sends to";
            return refused(CALLING_CODES, why.into());
        }
        None
    }
}

impl PartnerSettings {
    /// Of another domain the operator has to make sure, at the provider too.
    fn writes_as_service(&self, config: &Config) -> bool {
        let Some(own) = self.text(EMAIL_SENDER_MEMBER) else {
            return true;
        };
        let service = config.mail.as_ref().and_then(mail::Providers::sender);
        let own = domain(own).to_ascii_lowercase();
        service.is_some_and(|service| domain(service) == own)
    }
}

/// In the words of the wire: whoever set it knows no environment.
fn in_members(errors: Vec<SettingError>) -> Vec<SettingError> {
    // A longer name first: another may stand in it.
    let mut names: Vec<&Own> = OWN.iter().collect();
    names.sort_by_key(|own| std::cmp::Reverse(own.setting.len()));
    let said = |text: String| {
        let say = |text: String, own: &&Own| text.replace(own.setting, own.member);
        names.iter().fold(text, say)
    };
    let errors = errors.into_iter();
    let translated = errors.map(|error| SettingError {
        name: said(error.name),
        why: said(error.why),
    });
    translated.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::tests::{production, unpublished_xpub, with};
    use crate::rules::phone::Phone;
    use crate::rules::time::seconds;

    fn config(more: &[(&'static str, &str)]) -> Config {
        Config::read(&with(production(), more)).unwrap()
    }

    fn settings(set: &[(&str, &str)]) -> PartnerSettings {
        let mut settings = PartnerSettings::default();
        for (member, text) in set {
            let own = OWN.iter().find(|own| own.member == *member).unwrap();
            settings.set(own, Some((*text).into()), false);
        }
        settings
    }

    fn refusals(config: &Config, set: &[(&str, &str)]) -> Vec<(String, String)> {
        let errors = settings(set).terms(config).err().unwrap_or_default();
        let pairs = errors.into_iter().map(|error| (error.name, error.why));
        pairs.collect()
    }

    #[test]
    fn what_is_not_set_is_the_services() {
        let config = config(&[("OTP_LENGTH", "8"), ("SMS_APP_NAME", "House")]);
        let terms = settings(&[("resetOtpLength", "7"), ("otpTtlSeconds", "120")]);
        let terms = terms.terms(&config).unwrap();
        assert_eq!((terms.login_code.digits, terms.reset_code.digits), (8, 7));
        assert_eq!(
            (terms.sms_text.app.as_str(), terms.sms_sender),
            ("House", None)
        );
        assert_eq!(terms.challenge_life, seconds(120));
        assert!(!terms.has_own_kyc_secrets);
        let none = format!("{:?}", settings(&[]).terms(&config).unwrap());
        let service = format!("{:?}", config.terms);
        let unlinked = |text: &str| text.split("of_service").next().map(String::from);
        assert_eq!(unlinked(&none), unlinked(&service));
    }

    /// The rule that holds for the service holds for a partner, in the same words.
    #[test]
    fn a_value_is_refused_with_the_sentence_of_the_services() {
        let config = config(&[]);
        for (member, text) in [
            ("smsText", "There is no code in this"),
            ("smsText", "Your code is {code}. 再見"),
            ("smsBoundDomain", "https://example.com"),
            ("smsAndroidHash", "short"),
            ("smsAllowedPrefixes", "0044"),
            ("smsDailyBudget", "0"),
            ("otpLength", "3"),
            ("resetOtpLength", "5"),
            ("otpTtlSeconds", "601"),
            ("otpMaxTries", "6"),
            ("otpLockAfter", "31"),
            ("corsOrigins", "http://app.example.com"),
            (
                "kycWebhookSecrets",
                "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWc=,whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWc=",
            ),
            ("kycWebhookSecrets", "whsec_c2hvcnQ="),
            ("custodyXpub", "xpub"),
            ("custodyEncryptionXpub", "xprv"),
        ] {
            let own = OWN.iter().find(|own| own.member == member).unwrap();
            let wrong = with(production(), &[(own.setting, text)]);
            let said = Config::read(&wrong).unwrap_err().remove(0);
            let expected = (member.to_owned(), said.why.replace(own.setting, member));
            assert_eq!(refusals(&config, &[(member, text)]), [expected]);
        }
        let told = refusals(&config, &[("smsAppName", "{app}")]);
        assert_eq!(told[0].0, "smsAppName");
        assert_eq!(
            told[0].1,
            "must be text that can be shown on a line, without braces"
        );
        let told = refusals(&config, &[("emailSender", "Acme")]);
        assert_eq!(told[0].0, "emailSender");
        let told = refusals(&config, &[("smsSender", "A name that is too long")]);
        assert_eq!(told[0].0, "smsSender");
    }

    #[test]
    fn what_no_release_knows_will_not_do() {
        let mut unknown = settings(&[]);
        unknown.plain.insert("smsColour".into(), "red".into());
        let errors = unknown.terms(&config(&[])).unwrap_err();
        assert_eq!(errors[0].name, "smsColour");
    }

    /// A partner that takes back its own text and lengths has the service's text, and longer codes on their way.
    #[test]
    fn a_text_fits_with_the_longest_code_whoever_wrote_it() {
        let text = format!("{{code}}{}", "x".repeat(151));
        let config = config(&[("SMS_TEXT", &text), ("RESET_OTP_LENGTH", "9")]);
        let told = refusals(&config, &[]);
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(told[0].0, "smsText");
        assert_eq!(refusals(&config, &[("smsText", "{code}")]), []);
    }

    #[test]
    fn what_the_service_has_shut_is_shut_for_every_partner() {
        let lets = |service: &'static str, own: &str, number: &str| {
            let config = config(&[("SMS_ALLOWED_PREFIXES", service)]);
            let terms = settings(&[("smsAllowedPrefixes", own)]).terms(&config);
            let number = Phone::parse(number).unwrap();
            terms.is_ok_and(|terms| number.has_calling_code(&terms.sms_allowed_prefixes))
        };
        let (uk, german) = ("+447700900123", "+491701234567");
        assert!(lets("", "+44", uk) && !lets("", "+44", german));
        assert!(lets("+44,49", "+44", uk) && !lets("+44,49", "+44", german));
        assert!(lets("+44", "", uk) && !lets("+44", "", german));
        assert!(lets("+44", "4477,49", uk) && !lets("+44", "4477,49", german));
        assert!(lets("+4477", "+44", uk) && !lets("+4478", "+44", uk));
        let config = config(&[("SMS_ALLOWED_PREFIXES", "+44")]);
        let told = refusals(&config, &[("smsAllowedPrefixes", "+49")]);
        assert_eq!(told[0].0, "smsAllowedPrefixes");
        let beyond = |set: &[(&str, &str)]| settings(set).beyond(&[set[0].0], &config);
        assert!(beyond(&[("smsAllowedPrefixes", "+4477,+49")]).is_some());
        assert!(beyond(&[("smsAllowedPrefixes", "+4477")]).is_none());
        assert!(beyond(&[("smsDailyBudget", "10001")]).is_some());
        assert!(beyond(&[("smsDailyBudget", "10000")]).is_none());
        let kept = settings(&[("smsDailyBudget", "10001")]);
        assert!(kept.beyond(&["otpLength"], &config).is_none());
    }

    /// With what the operator gave it.
    fn given(set: &[(&str, &str)], given: &[(&str, &str)]) -> PartnerSettings {
        PartnerSettings {
            given: settings(given).plain,
            ..settings(set)
        }
    }

    #[test]
    fn a_partner_has_what_the_operator_gave_it_and_can_only_narrow_that() {
        let config = config(&[("SMS_ALLOWED_PREFIXES", "+44,+49")]);
        let budget = |own: &[(&str, &str)], by: &[(&str, &str)]| {
            let settings = given(own, by);
            let terms = settings.terms(&config).unwrap();
            (terms.sms_budget.daily, settings.stands(BUDGET, &terms))
        };
        let own = |text| [(BUDGET, text)];
        assert_eq!(budget(&[], &[]), (10_000, false));
        assert_eq!(budget(&[], &own("50000")), (50_000, false));
        assert_eq!(budget(&own("20000"), &own("50000")), (20_000, true));
        assert_eq!(budget(&own("5"), &own("1")), (1, false));
        assert_eq!(budget(&own("1"), &own("1")), (1, true));
        // One that stood before the service's was lowered.
        assert_eq!(budget(&own("20000"), &[]), (10_000, false));
        let beyond = |text, by| given(&own(text), &own(by)).beyond(&[BUDGET], &config);
        assert!(beyond("2", "1").is_some() && beyond("50001", "50000").is_some());
        assert!(beyond("1", "1").is_none() && beyond("50000", "50000").is_none());

        let codes = |own: &[(&str, &str)], by: &str| {
            let settings = given(own, &[(CALLING_CODES, by)]);
            let terms = settings.terms(&config).unwrap();
            let stands = settings.stands(CALLING_CODES, &terms);
            (terms.sms_allowed_prefixes.join(","), stands)
        };
        let own = |text| [(CALLING_CODES, text)];
        assert_eq!(codes(&[], "+44"), ("+44".into(), false));
        assert_eq!(codes(&[], "+44,+1"), ("+44".into(), false));
        assert_eq!(codes(&own(""), "+44"), ("+44".into(), false));
        assert_eq!(codes(&own("+4477"), "+44"), ("+4477".into(), true));
        assert_eq!(codes(&own("+44"), "+4477"), ("+4477".into(), false));
        assert_eq!(codes(&own("44,+49"), "+44"), ("44".into(), true));
        let wrong = given(&[], &own("+1")).terms(&config).err().unwrap();
        assert_eq!(wrong[0].name, CALLING_CODES);
        let beyond = |text, by| given(&own(text), &own(by)).beyond(&[CALLING_CODES], &config);
        assert!(beyond("+49", "+44").is_some() && beyond("+44", "+4477").is_some());
        assert!(beyond("+4477", "+44").is_none() && beyond("+44", "+44").is_none());
    }

    #[test]
    fn what_a_partner_had_does_not_hinder_the_operators_calling_codes() {
        let config = config(&[]);
        for (own, by, kept) in [
            ("+49", "+44", false),
            ("+49,+4477", "+44", true),
            ("", "+44", true),
            ("+44", "+4477", true),
        ] {
            let mut settings = given(&[(CALLING_CODES, own)], &[(CALLING_CODES, by)]);
            settings.yield_codes(&config);
            assert_eq!(settings.has(CALLING_CODES), kept, "{own} {by}");
            assert!(settings.terms(&config).is_ok(), "{own} {by}");
        }
    }

    /// What comes from a domain that the operator has not made sure of is nobody's to send.
    #[test]
    fn a_partner_writes_from_the_services_domain_and_the_operator_says_from_which_else() {
        let mail = [
            ("EMAIL_PROVIDER", "postmark"),
            ("POSTMARK_SERVER_TOKEN", "token"),
            ("EMAIL_FROM", "Service <no-reply@example.com>"),
        ];
        let (with_mail, without) = (config(&mail), config(&[]));
        let sender = |config: &Config, text: &str| {
            let own = settings(&[("emailSender", text)]);
            let is_beyond = own.beyond(&["emailSender"], config).is_some();
            (own.terms(config).unwrap().email_sender, is_beyond)
        };
        let acme = "Acme <acme@example.com>";
        assert_eq!(sender(&with_mail, acme), (Some(acme.into()), false));
        for other in ["Acme <a@acme.com>", "a@sub.example.com", "a@ample.com"] {
            let (in_force, is_beyond) = sender(&with_mail, other);
            assert!(in_force.is_some() && is_beyond, "{other}");
        }
        assert!(sender(&without, acme).1);
        let kept = settings(&[("emailSender", "a@acme.com")]);
        assert!(kept.beyond(&["otpLength"], &with_mail).is_none());
        let left = settings(&[]);
        assert!(left.beyond(&["emailSender"], &with_mail).is_none());
    }

    #[test]
    fn a_partners_secrets_and_keys_are_none_of_the_services() {
        let config = config(&[]);
        let secret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
        let own = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWc=";
        let (services, others) = (unpublished_xpub(0), unpublished_xpub(2));
        for (member, text) in [
            ("kycWebhookSecrets", secret),
            ("custodyXpub", services.as_str()),
            ("custodyEncryptionXpub", services.as_str()),
        ] {
            let told = refusals(&config, &[(member, text)]);
            assert_eq!(told.len(), 1, "{told:?}");
            assert_eq!(told[0].0, member);
            assert!(told[0].1.contains("service's own"), "{told:?}");
        }
        let set = [("kycWebhookSecrets", own), ("custodyXpub", &others)];
        let terms = settings(&set).terms(&config).unwrap();
        assert!(terms.has_own_kyc_secrets && terms.kyc_webhook_secrets.len() == 1);
        // What was given before goes on to be resolved.
        let services = config.terms.custody.giving_addresses();
        let own = terms.custody.giving_addresses();
        assert!(own.key_id != services.key_id);
        assert_eq!((own.is_partners, services.is_partners), (true, false));
        assert!(!terms.custody.giving_encryption().is_partners);
        assert!(terms.custody.address_key(services.key_id).is_some());
        let shown = format!("{terms:?}");
        assert!(
            !shown.contains("xpub") && !shown.contains("MDEy"),
            "{shown}"
        );
    }
}
