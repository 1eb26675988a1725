//! An address as what it is limited by.

use std::net::IpAddr;

/// Of IPv6 the first 64 bits: whoever has one address has all of its network. An IPv4 address is the
/// same in either notation. What is no address is itself.
pub(crate) fn network(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V4(four)) => four.to_string(),
        Ok(IpAddr::V6(six)) => match six.to_ipv4_mapped() {
            Some(four) => four.to_string(),
            None => {
                let [a, b, c, d, ..] = six.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
        },
        Err(_) => address.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_of_one_network_are_one() {
        for (address, expected) in [
            ("203.0.113.7", "203.0.113.7"),
            ("::ffff:203.0.113.7", "203.0.113.7"),
            ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
            (
                "2001:0DB8:0001:0002:ffff:ffff:ffff:ffff",
                "2001:db8:1:2::/64",
            ),
            ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
            ("::1", "0:0:0:0::/64"),
            ("none", "none"),
        ] {
            assert_eq!(network(address), expected, "{address}");
        }
    }

    proptest! {
        #[test]
        fn the_last_64_bits_change_nothing_and_any_of_the_first_do(bits: u128, low: u64, at in 64u32..128) {
            let text = |bits: u128| std::net::Ipv6Addr::from_bits(bits | 1 << 125).to_string();
            let bits = bits & !(1 << 125);
            prop_assert_eq!(network(&text(bits)), network(&text(bits >> 64 << 64 | u128::from(low))));
            prop_assume!(at != 125);
            prop_assert_ne!(network(&text(bits)), network(&text(bits ^ 1 << at)));
        }
    }
}
