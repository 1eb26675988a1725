//! Second spellings of a number: inside its country it is dialled with a trunk prefix, mostly a
//! zero, and `+4407911...` reaches whom `+447911...` reaches.

/// Made from the numbering plans that libphonenumber keeps, by the test below. A line is a calling
/// code, a first digit, and the numbers that really begin with it: `80/10` are those of ten digits
/// that begin with 80.
const PREFIXES: &str = include_str!("../../../data/trunk-prefixes.txt");

/// Whether digits, which begin with a calling code, go on as no number of that country does, but as
/// one that is dialled inside it.
pub(super) fn has_trunk_prefix(digits: &str) -> bool {
    PREFIXES
        .lines()
        .any(|line| is_written_so(line, digits) == Some(true))
}

/// `None` where the line speaks of other numbers.
fn is_written_so(line: &str, digits: &str) -> Option<bool> {
    let mut words = line.split(' ');
    let number = digits.strip_prefix(words.next()?)?;
    if !number.starts_with(words.next()?) {
        return None;
    }
    let is_real = |word: &str| {
        let (begin, length) = word.split_once('/')?;
        Some(number.starts_with(begin) && length.parse() == Ok(number.len()))
    };
    Some(!words.any(|word| is_real(word) == Some(true)))
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashMap};
    use std::path::Path;

    use phonenumber::metadata::{Descriptor, Descriptors, Metadata, DATABASE};
    use phonenumber::Mode::E164;
    use proptest::prelude::*;
    use regex_automata::hybrid::dfa::DFA;
    use regex_automata::{Anchored, Input};

    use super::*;

    fn codes() -> impl Iterator<Item = (u16, Vec<&'static Metadata>)> {
        (1..1000).filter_map(|code| Some((code, DATABASE.by_code(&code)?)))
    }

    fn kinds(country: &Descriptors) -> Vec<&Descriptor> {
        let kinds = [
            country.fixed_line(),
            country.mobile(),
            country.toll_free(),
            country.premium_rate(),
            country.shared_cost(),
            country.personal_number(),
            country.voip(),
            country.pager(),
            country.uan(),
            country.voicemail(),
        ];
        kinds.into_iter().flatten().collect()
    }

    fn canonical(text: &str) -> Option<(String, bool)> {
        let number = phonenumber::parse(None, text).ok()?;
        Some((number.format().mode(E164).to_string(), number.is_valid()))
    }

    /// The numbers of a calling code, of whatever kind and country.
    struct Plan {
        kinds: Vec<(DFA, Vec<u16>)>,
        /// What was asked of it.
        known: HashMap<(String, u16), bool>,
    }

    impl Plan {
        fn of(countries: &[&Metadata]) -> Plan {
            let kinds = countries
                .iter()
                .flat_map(|country| kinds(country.descriptors()))
                .map(|kind| {
                    // Every digit of Unicode would make it a thousand times as large.
                    let pattern = kind.national_number().as_str().replace(r"\d", "[0-9]");
                    let dfa = DFA::new(&format!("(?x-u:{pattern})")).unwrap();
                    (dfa, kind.possible_length().to_vec())
                });
            Plan {
                kinds: kinds.collect(),
                known: HashMap::new(),
            }
        }

        /// Whether there is a number of this length that begins so.
        fn has(&mut self, begin: &str, length: u16) -> bool {
            let asked = (begin.to_owned(), length);
            if let Some(known) = self.known.get(&asked) {
                return *known;
            }
            let mut kinds = self.kinds.iter();
            let has = kinds.any(|(dfa, lengths)| {
                lengths.contains(&length) && matches(dfa, begin, usize::from(length))
            });
            self.known.insert(asked, has);
            has
        }

        /// `begin/length` of all numbers that begin so, in as few digits as tell them from what is read as another:
        /// Belarus has +375 810 and seven digits, and +375 8 152 450000 is +375 152 450000.
        fn real(&mut self, begin: &str, length: u16, found: &mut BTreeSet<(String, u16)>) {
            if !self.has(begin, length) {
                return;
            }
            let longer: Vec<String> = (0..10).map(|digit| format!("{begin}{digit}")).collect();
            let is_another = |plan: &mut Plan, longer: &str| {
                let dropped =
                    (1..=MOST_DROPPED).filter(|dropped| usize::from(*dropped) < longer.len());
                let mut rest =
                    dropped.map(|dropped| (&longer[usize::from(dropped)..], length - dropped));
                !plan.has(longer, length) && rest.any(|(begin, length)| plan.has(begin, length))
            };
            let tells = begin.len() < usize::from(length).min(MOST_TELLING)
                && longer.iter().any(|longer| is_another(self, longer));
            match tells {
                true => longer
                    .iter()
                    .for_each(|longer| self.real(longer, length, found)),
                false => {
                    found.insert((begin.into(), length));
                }
            }
        }
    }

    /// Who reads a number may drop a second zero too.
    const MOST_DROPPED: u16 = 2;
    const MOST_TELLING: usize = 5;

    /// Whether the pattern has a number of this length that begins so.
    fn matches(dfa: &DFA, begin: &str, length: usize) -> bool {
        let mut cache = dfa.create_cache();
        let input = Input::new("").anchored(Anchored::Yes);
        let start = dfa.start_state_forward(&mut cache, &input).unwrap();
        let mut reached = BTreeSet::from([start]);
        for at in 0..length {
            let digits = begin
                .as_bytes()
                .get(at)
                .map_or(b'0'..=b'9', |digit| *digit..=*digit);
            let mut step = |state, digit| dfa.next_state(&mut cache, state, digit).unwrap();
            let pairs = reached
                .iter()
                .flat_map(|state| digits.clone().map(move |digit| (*state, digit)));
            reached = pairs
                .map(|(state, digit)| step(state, digit))
                .filter(|state| !state.is_dead())
                .collect();
        }
        reached
            .iter()
            .any(|state| dfa.next_eoi_state(&mut cache, *state).unwrap().is_match())
    }

    /// Whether a digit before a number of this code is one that is left out by who reads it.
    fn is_dropped(code: u16, countries: &[&Metadata], digit: u8) -> bool {
        let kinds = countries
            .iter()
            .flat_map(|country| kinds(country.descriptors()));
        let mut examples = kinds.filter_map(Descriptor::example);
        let rule = |country: &&Metadata| country.national_prefix_for_parsing().is_some();
        let is_dropped = |number: &str| {
            let dropped = canonical(&format!("+{code}{digit}{number}"));
            dropped.is_some_and(|(read, _)| read == format!("+{code}{number}"))
        };
        // Where there is a rule it may speak of some beginnings alone, and the example have another.
        let begun = |number: &str| {
            let begins = (10..100).map(move |begin| format!("{begin}{}", &number[2..]));
            begins.into_iter().any(|number| is_dropped(&number))
        };
        match countries.iter().any(rule) {
            true => examples.any(|number| is_dropped(number) || begun(number)),
            false => examples.any(is_dropped),
        }
    }

    fn line(code: u16, countries: &[&Metadata], digit: u8) -> Option<String> {
        let main = countries
            .iter()
            .find(|country| country.is_main_country_for_code() || countries.len() == 1);
        // Where who reads a number writes other digits for some of it, each number must be real.
        let rewritten = main.is_some_and(|country| {
            let rule = country.national_prefix_transform_rule();
            rule.is_some_and(|rule| !rule.starts_with('$'))
        });
        let trunk = countries
            .iter()
            .filter_map(|country| country.national_prefix());
        let named = trunk
            .into_iter()
            .any(|prefix| prefix.as_bytes()[0] == b'0' + digit);
        let mut plan = Plan::of(countries);
        let mut real = BTreeSet::new();
        for (second, length) in
            (0..10).flat_map(|second| (2..=17).map(move |length| (second, length)))
        {
            plan.real(&format!("{digit}{second}"), length, &mut real);
        }
        let unused_zero = digit == 0 && real.is_empty();
        if !(rewritten || named || unused_zero || is_dropped(code, countries, digit)) {
            return None;
        }
        let real = real
            .into_iter()
            .map(|(begin, length)| format!(" {begin}/{length}"));
        Some(format!("{code} {digit}{}\n", real.collect::<String>()))
    }

    #[test]
    fn the_table_is_what_the_numbering_plans_say() {
        let made: String = codes()
            .flat_map(|(code, countries)| {
                (0..10).filter_map(move |digit| line(code, &countries, digit))
            })
            .collect();
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/trunk-prefixes.txt");
        if std::env::var_os("GATEHOUSE_REWRITE").is_some() {
            std::fs::write(path, &made).unwrap();
            return;
        }
        assert!(made == PREFIXES, "GATEHOUSE_REWRITE=1 cargo test trunk");
    }

    #[test]
    fn the_zero_of_home_is_found_and_the_zeros_of_real_numbers_are_not() {
        for written_so in [
            "4407911123456",
            "490301234567",
            "330612345678",
            "610412345678",
            "8109012345678",
            "3606201234567",
            "789123456789",
            "112125550123",
            "3400612345678",
            "241060030000",
            "5980020000000",
            "3758152450000",
        ] {
            assert!(has_trunk_prefix(written_so), "{written_so}");
        }
        for real in [
            "447911123456",
            "390612345678",
            "2250123456789",
            "242061234567",
            "24106031234",
            "2290195123456",
            "78121234567",
            "79123456789",
            "15555550100",
            "37052123456",
            "598000412345",
            "3758101234567",
        ] {
            assert!(!has_trunk_prefix(real), "{real}");
        }
    }

    fn calling_code() -> impl Strategy<Value = u16> {
        proptest::sample::select(codes().map(|(code, _)| code).collect::<Vec<_>>())
    }

    /// A number of a kind that there is, with its last digits drawn anew.
    fn number() -> impl Strategy<Value = (u16, String)> {
        let examples: Vec<(u16, String)> = codes()
            .flat_map(|(code, countries)| {
                let kinds = countries
                    .into_iter()
                    .flat_map(|country| kinds(country.descriptors()));
                kinds
                    .filter_map(Descriptor::example)
                    .map(move |number| (code, number.to_owned()))
            })
            .collect();
        (proptest::sample::select(examples), "[0-9]{4}").prop_map(|((code, number), end)| {
            let kept = number.len().saturating_sub(4);
            (
                code,
                format!("{}{}", &number[..kept], &end[..number.len() - kept]),
            )
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

        /// What is taken is what everybody else makes of it.
        #[test]
        fn no_number_that_is_taken_is_another_one_to_those_who_know_the_plans(
            (code, number) in number(),
            inserted in "[0-9]?|15",
            at in 0usize..3,
        ) {
            let at = at.min(number.len());
            let text = format!("+{code}{}{inserted}{}", &number[..at], &number[at..]);
            if super::super::Phone::parse_new(&text).is_ok() {
                if let Some((read, true)) = canonical(&text) {
                    prop_assert_eq!(read, text);
                }
            }
        }

        #[test]
        fn no_number_that_there_is_is_refused((code, number) in number()) {
            let text = format!("+{code}{number}");
            if canonical(&text).is_some_and(|(read, valid)| valid && read == text) && number.len() <= 12 {
                prop_assert!(!has_trunk_prefix(&text[1..]), "{}", text);
            }
        }

        #[test]
        fn the_same_holds_of_any_digits(code in calling_code(), rest in "[0-9]{4,12}") {
            let text = format!("+{code}{rest}");
            if super::super::Phone::parse_new(&text).is_ok() {
                if let Some((read, true)) = canonical(&text) {
                    prop_assert_eq!(read, text);
                }
            }
        }
    }
}
