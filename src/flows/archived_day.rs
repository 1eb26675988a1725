//! The entries of a day, as its objects in the archive have them, sent while they are read.

use std::collections::VecDeque;

use serde_json::json;

use crate::app::App;
use crate::archive::Archive;
use crate::db::archive::Note;
use crate::error::Error;
use crate::flows::archiving::known;
use crate::flows::history::{kept, lines, settle, Found};
use crate::http::streaming::Pieces;
use crate::log;
use crate::rules::id::AuditId;
use crate::wire::audit::Shown;

/// The lines of some objects in the order of their ids, each once, with no more in memory than overlaps.
pub(crate) struct Lines {
    app: App,
    /// Not opened, the one that begins first at the front; and where it is.
    rest: VecDeque<(Note, Archive)>,
    open: Opened,
}

impl Lines {
    pub(crate) fn of(app: &App, mut objects: Vec<(Note, Archive)>) -> Lines {
        objects.sort_unstable_by(|(one, _), (other, _)| {
            one.first_id.as_str().cmp(other.first_id.as_str())
        });
        Lines {
            app: app.clone(),
            rest: objects.into(),
            open: Opened::default(),
        }
    }

    async fn read_on(&mut self) -> Result<Option<String>, Error> {
        while let Some((note, archive)) = self.rest.pop_front() {
            let text = lines(&archive, &note, self.app.now).await?;
            self.open.add(&text)?;
            let end = self.rest.front().map(|(note, _)| &note.first_id);
            let text = self.open.before(end);
            if !text.is_empty() {
                return Ok(Some(text));
            }
        }
        Ok(None)
    }
}

impl Pieces for Lines {
    async fn next(&mut self) -> Result<Option<String>, Error> {
        let read = self.read_on().await;
        if let Err(error) = &read {
            let told = json!({ "request_id": self.app.request_id, "cause": error.cause() });
            log::problem("archive.unread", told);
        }
        read
    }
}

/// Lines, in the order of their ids.
#[derive(Default)]
struct Opened(Vec<Found>);

impl Opened {
    fn add(&mut self, text: &str) -> Result<(), Error> {
        for line in text.lines() {
            self.0.push((known(line)?.id.into(), kept(line)?));
        }
        settle(&mut self.0);
        Ok(())
    }

    /// Whatever comes before the next object begins, or all.
    fn before(&mut self, end: Option<&AuditId>) -> String {
        let is_before = |(id, _): &Found| end.is_none_or(|end| id.as_str() < end.as_str());
        let count = self.0.partition_point(is_before);
        let mut text = String::new();
        for (_, line) in self.0.drain(..count) {
            if let Shown::Kept(line) = line {
                text.push_str(line.get());
                text.push('\n');
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flows::history::tests::{id, text};

    #[test]
    fn lines_of_objects_that_overlap_come_in_order_and_each_once() {
        let mut open = Opened::default();
        open.add(&text(&[(1, "a"), (4, "a"), (8, "a")])).unwrap();
        assert_eq!(open.before(Some(&AuditId::given(id(4)))), text(&[(1, "a")]));
        open.add(&text(&[(4, "a"), (5, "a"), (9, "a")])).unwrap();
        let end = AuditId::given(id(9));
        assert_eq!(
            open.before(Some(&end)),
            text(&[(4, "a"), (5, "a"), (8, "a")])
        );
        assert_eq!(open.before(None), text(&[(9, "a")]));
        assert_eq!(open.before(None), "");
    }
}
