//! Which requests have a line in the log.

use crate::rules::id::RequestId;

/// All that failed, and one in so many of the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sampling {
    one_in: u32,
}

/// From here on a status says that something failed, be it the caller's doing (RFC 9110 §15).
const FAILED: u16 = 400;
/// The last group of a UUIDv7, all of it random.
const RANDOM_DIGITS: usize = 12;

impl Sampling {
    pub(crate) const ALL: Sampling = Sampling { one_in: 1 };

    pub(crate) const fn one_in(one_in: u32) -> Sampling {
        Sampling { one_in }
    }

    /// How many requests the line of this one stands for; none where it has no line. The id alone decides,
    /// so whoever holds one knows whether to look for it.
    pub(crate) fn weight(self, request_id: &RequestId, status: u16) -> Option<u32> {
        if status >= FAILED || self == Sampling::ALL {
            return Some(1);
        }
        let id = request_id.as_str();
        let digits = id.get(id.len().saturating_sub(RANDOM_DIGITS)..);
        let random = digits.and_then(|digits| u64::from_str_radix(digits, 16).ok())?;
        random
            .is_multiple_of(u64::from(self.one_in))
            .then_some(self.one_in)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::ids::Ids;
    use crate::rules::time::Time;

    fn id(n: u32) -> RequestId {
        let mut seed = [0; 32];
        seed[..4].copy_from_slice(&n.to_be_bytes());
        Ids::new(seed, Time::from_millis(1_752_157_186_359)).id()
    }

    #[test]
    fn every_failure_has_a_line_that_stands_for_itself() {
        for n in 0..1_000 {
            for status in [400, 401, 429, 500, 503] {
                assert_eq!(Sampling::one_in(1_000_000).weight(&id(n), status), Some(1));
            }
        }
    }

    #[test]
    fn the_lines_of_the_others_stand_for_them_all() {
        for one_in in [1, 2, 10, 100] {
            let sampling = Sampling::one_in(one_in);
            let lines: Vec<u32> = (0..20_000)
                .filter_map(|n| sampling.weight(&id(n), 200))
                .collect();
            assert!(lines.iter().all(|weight| *weight == one_in));
            let told: u32 = lines.iter().sum();
            // Five standard deviations of a hundred in twenty thousand are a third.
            assert!((13_000..=27_000).contains(&told), "1 in {one_in}: {told}");
        }
    }

    #[test]
    fn the_same_request_is_told_or_not_however_often_one_asks() {
        let sampling = Sampling::one_in(3);
        for n in 0..100 {
            assert_eq!(sampling.weight(&id(n), 200), sampling.weight(&id(n), 204));
        }
    }
}
