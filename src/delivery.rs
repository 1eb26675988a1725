//! One message on its way to somebody, whatever it goes by: who is asked to send it, in which order, and what may
//! be asked again.

pub(crate) mod gateway;
pub(crate) mod post;

use std::time::Duration;

use serde_json::json;

use crate::delivery::post::Deadline;
use crate::kv::outbox::{OutboxStore, Outgoing};
use crate::log;
use crate::rules::id::{MessageId, RequestId};
use crate::rules::ids::Ids;
use crate::rules::send::Refusal;
use crate::rules::time::Time;
use crate::settings::Reader;

/// Somebody who sends, and its settings.
pub(crate) trait Provider: Sized {
    type Message<'a>;

    const LINES: Lines;

    fn name(&self) -> &'static str;

    /// Whether it sends a message once, however often it is asked to: it knows it by a key.
    fn knows_repeats(&self) -> bool {
        false
    }

    async fn attempt(
        &self,
        message: &Self::Message<'_>,
        context: &Context<'_>,
        deadline: &Deadline,
    ) -> Outcome;
}

/// What its lines in the log are called.
pub(crate) struct Lines {
    pub(crate) refused: &'static str,
    pub(crate) failed: &'static str,
}

/// The provider in use and the one that steps in.
#[derive(Debug)]
pub(crate) struct Pair<P> {
    primary: P,
    fallback: Option<P>,
}

/// What sends a message: a request.
pub(crate) struct Context<'a> {
    pub(crate) now: Time,
    pub(crate) ids: &'a Ids,
    /// For the log.
    pub(crate) request_id: &'a RequestId,
    /// Where a message goes that nobody sends.
    pub(crate) outbox: &'a OutboxStore,
}

/// What became of one attempt.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Accepted,
    /// This recipient will not get it, whoever sends. Only for what is known to speak of the recipient:
    /// everything else is the provider's failure.
    Refused(Refusal),
    /// Certainly not accepted, and worth one more try.
    Busy(String),
    /// Certainly not accepted, and another try would end the same.
    Failed(String),
    /// It may or may not have been accepted: never tried again with a provider that does not know repeats.
    Unknown(String),
}

/// A message that was not sent, or perhaps not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotSent {
    Refused(Refusal),
    /// No provider can have taken it.
    Certainly,
    /// One may have.
    Perhaps,
    /// The first may have, and the fallback certainly did not.
    PerhapsTheFirst,
}

/// What became of a message.
pub(crate) struct Sent {
    pub(crate) result: Result<(), NotSent>,
    /// Each provider that was asked, in order, and what it said in the end.
    pub(crate) asked: Vec<(&'static str, Result<(), NotSent>)>,
}

/// All attempts together; the caller is answered within six seconds.
const PATIENCE: Duration = Duration::from_secs(5);
/// What the first provider may use of it when a second one waits.
const PATIENCE_BEFORE_FALLBACK: Duration = Duration::from_secs(3);

impl<P: Provider> Pair<P> {
    /// By the settings of these names, whose values `read` knows. None where the first is not set, and that is
    /// refused by whoever needs it.
    pub(crate) fn read(
        reader: &mut Reader<'_>,
        names: [&str; 2],
        read: impl Fn(&mut Reader<'_>, &str, &str) -> Option<P>,
    ) -> Option<Pair<P>> {
        let [first, second] = names.map(|name| reader.optional(name));
        let primary = first.as_ref().and_then(|name| read(reader, names[0], name));
        let fallback = match &second {
            Some(_) if first == second => {
                return reader.refuse(names[1], "is the provider in use already")
            }
            Some(name) => Some(read(reader, names[1], name)?),
            None => None,
        };
        Some(Pair {
            primary: primary?,
            fallback,
        })
    }

    pub(crate) fn primary(&self) -> &P {
        &self.primary
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &P> {
        std::iter::once(&self.primary).chain(&self.fallback)
    }

    /// Sends once; once more where the provider certainly did not accept, or knows a repeat; then by the fallback.
    /// Where the first may have taken it, the fallback's is a second message: `may_send_twice` asks
    /// for it first.
    pub(crate) async fn send(
        &self,
        message: &P::Message<'_>,
        context: &Context<'_>,
        may_send_twice: impl AsyncFnOnce() -> bool,
    ) -> Sent {
        let (primary, patience) = (&self.primary, self.patience());
        let first = with_one_retry(primary, message, context, patience).await;
        let mut sent = Sent::by(primary.name(), first);
        let Some(fallback) = &self.fallback else {
            return sent;
        };
        match first {
            Ok(()) | Err(NotSent::Refused(_)) => return sent,
            Err(NotSent::Perhaps) if !may_send_twice().await => return sent,
            Err(_) => {}
        }
        let patience = PATIENCE - PATIENCE_BEFORE_FALLBACK;
        let second = with_one_retry(fallback, message, context, patience).await;
        sent.asked.push((fallback.name(), second));
        sent.result = match (first, second) {
            // The first may have reached a recipient that the second calls unreachable.
            (Err(NotSent::Perhaps), Err(NotSent::Perhaps)) => Err(NotSent::Perhaps),
            (Err(NotSent::Perhaps), Err(_)) => Err(NotSent::PerhapsTheFirst),
            _ => second,
        };
        sent
    }

    /// With the first provider.
    fn patience(&self) -> Duration {
        match self.fallback {
            Some(_) => PATIENCE_BEFORE_FALLBACK,
            None => PATIENCE,
        }
    }
}

async fn with_one_retry<P: Provider>(
    provider: &P,
    message: &P::Message<'_>,
    context: &Context<'_>,
    patience: Duration,
) -> Result<(), NotSent> {
    let deadline = Deadline::after(patience);
    let attempt = async || {
        let outcome = provider.attempt(message, context, &deadline).await;
        outcome.told(&P::LINES, provider.name(), context.request_id)
    };
    let first = attempt().await;
    match first {
        Outcome::Busy(_) => attempt().await.result(),
        Outcome::Unknown(_) if provider.knows_repeats() => first.or(&attempt().await).result(),
        _ => first.result(),
    }
}

impl Sent {
    pub(crate) fn by(provider: &'static str, result: Result<(), NotSent>) -> Sent {
        Sent {
            result,
            asked: vec![(provider, result)],
        }
    }
}

impl Context<'_> {
    /// Where it cannot be put, certainly nobody has it.
    pub(crate) async fn put_into_outbox(&self, to: &str, text: &str) -> Outcome {
        let id: MessageId = self.ids.id();
        let outgoing = Outgoing {
            to: to.into(),
            text: text.into(),
            at: self.now,
        };
        match self.outbox.put(&id, &outgoing).await {
            Ok(()) => Outcome::Accepted,
            Err(error) => Outcome::Failed(error.cause().unwrap_or_default().into()),
        }
    }
}

impl Outcome {
    /// In the log, unless all went well.
    pub(crate) fn told(self, lines: &Lines, provider: &str, request_id: &RequestId) -> Outcome {
        match &self {
            Outcome::Accepted => {}
            Outcome::Refused(refusal) => log::event(
                lines.refused,
                json!({ "request_id": request_id, "provider": provider, "why": refusal.reason() }),
            ),
            Outcome::Busy(why) | Outcome::Failed(why) | Outcome::Unknown(why) => log::problem(
                lines.failed,
                json!({ "request_id": request_id, "provider": provider, "why": why }),
            ),
        }
        self
    }

    pub(crate) fn result(&self) -> Result<(), NotSent> {
        match self {
            Outcome::Accepted => Ok(()),
            Outcome::Refused(refusal) => Err(NotSent::Refused(*refusal)),
            Outcome::Busy(_) | Outcome::Failed(_) => Err(NotSent::Certainly),
            Outcome::Unknown(_) => Err(NotSent::Perhaps),
        }
    }

    /// Of one that may have been accepted, after the same was asked again: that it was not taken now does not
    /// say that it was not taken then.
    fn or<'a>(&'a self, again: &'a Outcome) -> &'a Outcome {
        match again {
            Outcome::Accepted | Outcome::Refused(_) => again,
            _ => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_have_been_accepted_is_not_undone_by_a_repeat_that_was_not() {
        let first = Outcome::Unknown("500".into());
        let why = || "why".to_owned();
        for again in [
            Outcome::Busy(why()),
            Outcome::Failed(why()),
            Outcome::Unknown(why()),
        ] {
            assert_eq!(first.or(&again).result(), Err(NotSent::Perhaps));
        }
        assert_eq!(first.or(&Outcome::Accepted).result(), Ok(()));
        let refused = Outcome::Refused(Refusal::Invalid);
        let expected = Err(NotSent::Refused(Refusal::Invalid));
        assert_eq!(first.or(&refused).result(), expected);
    }
}
