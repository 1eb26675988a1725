//! A mover: it takes partners from one home to another, step by step (docs/decisions/moving.md). Whatever is cut, the
//! next one goes on from where it was.

use futures_util::future::join_all;
use serde_json::json;
use worker::Env;

use crate::app::{self, clock, new_ids};
use crate::db::arrivals::{Comer, Step};
use crate::db::audit::Origin;
use crate::db::carried;
use crate::db::departures::{self, Leaver};
use crate::db::homes::{self, Of};
use crate::db::moves::{self, Decision, Ends, Move};
use crate::db::partners::{self, Partner};
use crate::db::{is_refused, Batch, Db};
use crate::error::Error;
use crate::flows::behind;
use crate::flows::carrying::Carrier;
use crate::flows::emptying::Wiping;
use crate::flows::run::{Chores, Run, Went};
use crate::flows::terms;
use crate::kv::partners::PartnerStore;
use crate::log;
use crate::rules::home::DIRECTORY;
use crate::rules::time::Time;
use crate::rules::word::Word;

/// Moves that one run goes on with.
const AT_ONCE: u32 = 20;

/// Goes on with all moves. One that cannot go on hinders no other.
pub(crate) async fn go_on(
    env: &Env,
    directory: &Db,
    store: &PartnerStore,
    chores: &Chores,
) -> Result<(), Error> {
    // A restore closes the service, and movers stand still with it.
    if !app::is_open(env) {
        return Ok(());
    }
    let run = Run::begin(chores);
    let mut batch = Batch::new();
    let waiting = batch.read(moves::waiting(run.begun(), AT_ONCE));
    let left = batch.read(moves::left_behind(AT_ONCE));
    let found = directory.commit(batch).await?;
    let (moves, left) = (found.rows(waiting)?, found.rows(left)?);
    for moving in left {
        if let Err(error) = behind::erase(&run, directory, &moving).await {
            log::problem(
                "move.not_erased",
                json!({ "partner_id": moving.partner_id, "home": moving.behind(), "cause": error.cause() }),
            );
        }
    }
    let movers = moves.into_iter().map(|moving| Mover {
        run: &run,
        directory,
        store,
        source: directory.other(moving.source()),
        target: directory.other(moving.target()),
        moving,
    });
    for mover in in_turn(movers.collect(), run.begun()).await {
        let went = mover.goes_on().await;
        told(&mover.moving, &went);
    }
    Ok(())
}

/// Partners that are served nowhere first. Of the others each run begins with another, so that none that has more to
/// carry than a run can do keeps all behind it from their turn.
async fn in_turn(mut movers: Vec<Mover<'_>>, now: Time) -> Vec<Mover<'_>> {
    if movers.len() < 2 {
        return movers;
    }
    let minute = usize::try_from(now.unix_seconds() / 60).unwrap_or_default();
    let nth = minute % movers.len();
    movers.rotate_left(nth);
    let are_nowhere = join_all(movers.iter().map(Mover::is_nowhere)).await;
    let mut movers: Vec<_> = are_nowhere.into_iter().zip(movers).collect();
    movers.sort_by_key(|(is_nowhere, _)| !is_nowhere);
    movers.into_iter().map(|(_, mover)| mover).collect()
}

fn told(moving: &Move, went: &Result<Went, Error>) {
    let about = |why: Option<&str>| {
        json!({
            "partner_id": moving.partner_id, "from": moving.source(), "to": moving.target(),
            "state": moving.state.map(Word::as_str), "why": why,
        })
    };
    match went {
        // What it came to is told where it did.
        Ok(Went::Through) => {}
        Ok(Went::Waits(why)) => log::event("move.waits", about(Some(why))),
        Ok(Went::Behind) => log::problem("move.behind", about(None)),
        Ok(Went::Differs) => log::problem(
            "move.stopped",
            about(Some("the copy differs: the move is given up")),
        ),
        // Another mover has come, or the move was decided: who is late does nothing.
        Err(error) if is_refused(error) => log::event("move.waits", about(Some("refused"))),
        Err(error) => log::problem("move.stopped", about(error.cause())),
    }
}

fn is_leaving(standing: departures::Standing) -> bool {
    standing.state == departures::State::Leaving
}

struct Mover<'a> {
    run: &'a Run,
    directory: &'a Db,
    store: &'a PartnerStore,
    source: Db,
    target: Db,
    moving: Move,
}

impl Mover<'_> {
    async fn goes_on(&self) -> Result<Went, Error> {
        match self.moving.state {
            Some(moves::State::Moving) => {
                let went = self.moves().await;
                if let Err(error) = self.lets_go(&went).await {
                    // Beside why it could not go on, which is told too.
                    told(&self.moving, &Err(error));
                }
                went
            }
            Some(moves::State::Committed) => self.arrives(None).await,
            Some(moves::State::GivenUp) => self.stays().await,
            Some(moves::State::Left) => self.empties().await,
            None => Ok(Went::Through),
        }
    }

    /// A source that does not answer is asked again by its own move.
    async fn is_nowhere(&self) -> bool {
        match self.moving.state {
            Some(moves::State::Committed) => true,
            Some(moves::State::Moving) => self.is_frozen().await.unwrap_or_default(),
            _ => false,
        }
    }

    fn leaver(&self) -> Leaver<'_> {
        Leaver {
            partner_id: &self.moving.partner_id,
            epoch: self.moving.was(),
        }
    }

    /// To a database, in the epoch after.
    fn comer<'a>(&'a self, home: &'a str) -> Comer<'a> {
        Comer {
            partner_id: &self.moving.partner_id,
            name: &self.moving.name,
            created_at: self.moving.created_at,
            home,
            epoch: self.moving.was() + 1,
            now: clock(),
        }
    }

    /// Until it is committed, and through.
    async fn moves(&self) -> Result<Went, Error> {
        let comer = self.comer(self.moving.target());
        let mut batch = Batch::new();
        let taking = comer.come(&mut batch, self.target.is_directory());
        let results = self.run.commit(&self.target, batch).await?;
        let Some((turn, arrival)) = comer.taken(&results, &taking)? else {
            return Ok(Went::Waits(
                "another mover is at it, or the partner is there",
            ));
        };
        let mut carrier = Carrier {
            run: self.run,
            leaver: self.leaver(),
            source: &self.source,
            target: &self.target,
            turn: &turn,
            arrival,
            is_frozen: false,
        };
        let went = self.carries(&mut carrier).await;
        if !matches!(went, Ok(Went::Through)) {
            let mut batch = Batch::new();
            batch.run(turn.place(&carrier.arrival, clock())).done();
            batch.run(turn.give_back()).done();
            // Else the next mover takes it for dead, half a minute later.
            let _ = self.run.commit(&self.target, batch).await;
        }
        went
    }

    async fn carries(&self, carrier: &mut Carrier<'_>) -> Result<Went, Error> {
        match carrier.carry().await? {
            Went::Through => {}
            stopped => return Ok(stopped),
        }
        if !carrier.is_frozen && !self.run.may_freeze() {
            return Ok(Went::Waits(
                "too little is left of this run to freeze the partner in it",
            ));
        }
        self.freezes(carrier).await
    }

    /// From here on to the end in one run: the partner waits.
    async fn freezes(&self, carrier: &mut Carrier<'_>) -> Result<Went, Error> {
        let frozen_at = clock();
        let mut batch = Batch::new();
        let standing = self.leaver().freeze(&mut batch);
        let standing = self.run.commit(&self.source, batch).await?.row(standing)?;
        if !standing.is_some_and(is_leaving) {
            return Ok(Went::Waits("indices of before are not in the ledger yet"));
        }
        carrier.carry_last().await?;
        match self.decide(Decision::Commit).await? {
            Some(moves::State::Committed) => self.arrives(Some(frozen_at)).await,
            _ => Ok(Went::Waits("it was given up")),
        }
    }

    /// One that cannot go on keeps nobody waiting: where the partner is frozen, or the copy is not what was copied, it
    /// is given up.
    async fn lets_go(&self, went: &Result<Went, Error>) -> Result<(), Error> {
        let gives_up = match went {
            Ok(Went::Through | Went::Waits(_) | Went::Behind) => false,
            Ok(Went::Differs) => true,
            Err(error) if is_refused(error) => false,
            Err(_) => self.is_frozen().await?,
        };
        if !gives_up {
            return Ok(());
        }
        // Unless it was committed all the same.
        match self.decide(Decision::GiveUp).await? {
            Some(moves::State::GivenUp) => self.stays().await.map(drop),
            _ => Ok(()),
        }
    }

    async fn is_frozen(&self) -> Result<bool, Error> {
        let (batch, standing) = Batch::of(self.leaver().stands());
        let standing = self.run.commit(&self.source, batch).await?.row(standing)?;
        Ok(standing.is_some_and(is_leaving))
    }

    /// What is decided then.
    async fn decide(&self, how: Decision) -> Result<Option<moves::State>, Error> {
        let now = clock();
        let ids = new_ids(now)?;
        let ends = Ends {
            how,
            now,
            origin: &Origin {
                id: ids.id(),
                at: now,
                request_id: &ids.id(),
                partner_id: &self.moving.partner_id,
                client_id: None,
                reason: None,
            },
            copy: &ids.id(),
        };
        let mut batch = Batch::new();
        let decided = moves::decide(&mut batch, &self.moving, &ends);
        let decided = self.run.commit(self.directory, batch).await?.row(decided)?;
        Ok(decided.and_then(|moving| moving.state))
    }

    /// It was committed: gone where it was, here where it goes, and everybody is told.
    async fn arrives(&self, frozen_at: Option<Time>) -> Result<Went, Error> {
        let mut batch = Batch::new();
        let standing = self.leaver().go(&mut batch);
        let standing = self.run.commit(&self.source, batch).await?.row(standing)?;
        // Two would be here: of a source that was set back in time somebody has to say which it is.
        if standing.is_none_or(|one| one.state != departures::State::Gone) {
            return Err(Error::internal(
                "the source is not gone: was a database set back?",
            ));
        }
        let mut batch = Batch::new();
        let copy = match self.target.is_directory() {
            true => None,
            false => self.copy().await?,
        };
        if let Some(copy) = &copy {
            homes::put(&mut batch, copy);
        }
        let here = self.comer(self.moving.target()).arrive(&mut batch);
        if self
            .run
            .commit(&self.target, batch)
            .await?
            .row(here)?
            .is_none()
        {
            return Err(Error::internal(
                "the copy is not whole: was a database set back?",
            ));
        }
        let frozen = frozen_at.map(|at| clock().since(at).as_millis());
        // Where another run had frozen it, nobody knows.
        let frozen_ms = frozen.map(|millis| u64::try_from(millis).unwrap_or(u64::MAX));
        log::event(
            "move.done",
            json!({ "partner_id": self.moving.partner_id, "from": self.moving.source(),
                    "to": self.moving.target(), "frozen_ms": frozen_ms }),
        );
        if let Some(copy) = &copy {
            self.run
                .commit(self.directory, Batch::of(homes::copied(copy)).0)
                .await?;
        }
        self.tells(Decision::Commit).await
    }

    /// What is the directory's own, as it is now.
    async fn copy(&self) -> Result<Option<Partner>, Error> {
        let (batch, read) = Batch::of(homes::read(Of::Partner(&self.moving.partner_id)));
        let copy = self.run.commit(self.directory, batch).await?.row(read)?;
        copy.map(Some)
            .ok_or_else(|| Error::internal("the directory has it still: was it set back?"))
    }

    /// It was given up: the source serves it again, and nobody else will.
    async fn stays(&self) -> Result<Went, Error> {
        let mut batch = Batch::new();
        let standing = self.leaver().stay(&mut batch);
        let standing = self.run.commit(&self.source, batch).await?.row(standing)?;
        let is_here = |one: departures::Standing| {
            one.state == departures::State::Here && one.epoch == self.moving.was() + 1
        };
        if !standing.is_some_and(is_here) {
            return Err(Error::internal(
                "the source is not here: was a database set back?",
            ));
        }
        if !self.target.is_directory() {
            let turn_away = self.comer(self.moving.target()).turn_away();
            self.run
                .commit(&self.target, Batch::of(turn_away).0)
                .await?;
        }
        log::event(
            "move.given_up",
            json!({ "partner_id": self.moving.partner_id, "from": self.moving.source(), "to": self.moving.target() }),
        );
        self.tells(Decision::GiveUp).await
    }

    /// KV hears of the home and the epoch, and the move is over but for what is left behind.
    async fn tells(&self, how: Decision) -> Result<Went, Error> {
        let partner_id = &self.moving.partner_id;
        let (batch, found) = Batch::of(partners::find(partner_id));
        if let Some(found) = self.run.commit(self.directory, batch).await?.row(found)? {
            terms::tell(
                self.directory,
                self.store,
                partner_id,
                terms::record(&found),
            )
            .await?;
        }
        let left = moves::left(&self.moving, how, clock());
        self.run.commit(self.directory, Batch::of(left).0).await?;
        Ok(Went::Through)
    }

    /// What is left where the partner is no more: children first.
    async fn empties(&self) -> Result<Went, Error> {
        let home = self.directory.other(self.moving.behind());
        let comer = self.comer(self.moving.behind());
        let mut batch = Batch::new();
        let taking = comer.empty(&mut batch);
        let results = self.run.commit(&home, batch).await?;
        let Some((turn, mut arrival)) = comer.taken(&results, &taking)? else {
            return Ok(Went::Waits(
                "another mover is at it, or the partner is there",
            ));
        };
        if arrival.step == Step::Emptying {
            let wiping = Wiping {
                run: self.run,
                partner_id: &self.moving.partner_id,
                home: &home,
                turn: &turn,
            };
            let is_done = wiping.wipe(&mut arrival).await?;
            let mut batch = Batch::new();
            turn.guard(&mut batch);
            if is_done {
                arrival.begin(Step::Empty);
                if self.moving.behind() != DIRECTORY {
                    carried::drop_copy(&mut batch, &self.moving.partner_id);
                }
            }
            batch.run(turn.place(&arrival, clock())).done();
            batch.run(turn.give_back()).done();
            self.run.commit(&home, batch).await?;
            if !is_done {
                return Ok(Went::Waits("there is more to delete"));
            }
        }
        let forget = moves::forget(&self.moving);
        self.run.commit(self.directory, Batch::of(forget).0).await?;
        log::event(
            "move.emptied",
            json!({ "partner_id": self.moving.partner_id, "home": self.moving.behind() }),
        );
        Ok(Went::Through)
    }
}
