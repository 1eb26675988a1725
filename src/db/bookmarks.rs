//! How far a caller has seen its home, so that what it reads may be near: a replica of D1 that has come as far answers
//! as the database itself would (D1, "Read replication").

use std::cell::RefCell;

use crate::rules::home::Home;

/// Of one call that asked for them.
pub(crate) struct Bookmarks {
    given: String,
    /// The last that its batches have come to.
    reached: RefCell<Option<String>>,
}

/// The database itself answers: what a bookmark that is none, or another home's, comes to.
const PRIMARY: &str = "first-primary";
const LONGEST: usize = 128;

impl Bookmarks {
    /// `given`: what an earlier answer said, or any other text.
    pub(crate) fn new(given: String) -> Bookmarks {
        Bookmarks {
            given,
            reached: RefCell::default(),
        }
    }

    pub(crate) fn reached(&self) -> Option<String> {
        self.reached.borrow().clone()
    }

    /// What a batch at this home begins from. One that decides or writes asks the database itself.
    pub(super) fn from(&self, home: &Home, is_near: bool) -> &str {
        let of_home = self.given.strip_prefix(&of(home));
        of_home
            .filter(|text| is_near && is_bookmark(text))
            .unwrap_or(PRIMARY)
    }

    pub(super) fn reach(&self, home: &Home, bookmark: Option<String>) {
        if let Some(bookmark) = bookmark {
            self.reached
                .replace(Some(format!("{}{bookmark}", of(home))));
        }
    }
}

fn of(home: &Home) -> String {
    format!("{}.{}.", home.name, home.epoch)
}

/// D1 takes words too, one of which is any replica, however far behind.
fn is_bookmark(text: &str) -> bool {
    let is_part = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f' | b'-');
    (8..=LONGEST).contains(&text.len()) && text.bytes().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOOKMARK: &str = "00000085-0000024c-00004c6d-8e61117bf38d7adb71b934ebbf891683";

    fn home(name: &str, epoch: i64) -> Home {
        Home {
            name: name.into(),
            epoch,
        }
    }

    #[test]
    fn what_is_read_near_begins_where_the_caller_has_been_in_this_home() {
        let known = Bookmarks::new(format!("HOME_EU.2.{BOOKMARK}"));
        assert_eq!(known.from(&home("HOME_EU", 2), true), BOOKMARK);
        assert_eq!(known.from(&home("HOME_EU", 2), false), PRIMARY);
        for elsewhere in [home("HOME_EU", 3), home("HOME_EU", 22), home("DB", 2)] {
            assert_eq!(known.from(&elsewhere, true), PRIMARY);
        }
    }

    #[test]
    fn no_word_of_d1s_own_is_taken_from_a_caller() {
        for word in [
            "first-unconstrained",
            "first-primary",
            "",
            "00",
            "ABCDEF00",
            &"0".repeat(129),
        ] {
            let given = Bookmarks::new(format!("DB.1.{word}"));
            assert_eq!(given.from(&home("DB", 1), true), PRIMARY, "{word}");
        }
        assert_eq!(
            Bookmarks::new("first".into()).from(&home("DB", 1), true),
            PRIMARY
        );
    }

    #[test]
    fn an_answer_says_how_far_it_came_and_where() {
        let asked = Bookmarks::new(String::new());
        asked.reach(&home("DB", 1), None);
        assert_eq!(asked.reached(), None);
        asked.reach(&home("HOME_EU", 7), Some(BOOKMARK.into()));
        asked.reach(&home("HOME_EU", 7), None);
        assert_eq!(asked.reached(), Some(format!("HOME_EU.7.{BOOKMARK}")));
    }
}
