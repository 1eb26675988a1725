//! What calls, movers and whoever reconciles do: a function each statement, or batch.

use super::{
    At, Book, Bookmark, Database, Directory, Epoch, Guard, Home, Job, Mover, Moving, Note, Place,
    Rows, SetBack, Standing, State, Step, ROWS,
};

impl Job {
    fn now(&self) -> Epoch {
        self.was + 1
    }

    fn at(self, step: Step) -> Job {
        Job { step, ..self }
    }

    pub(super) fn begins_at(&self) -> At {
        match self.step {
            Step::UnderWay => At::TakeTurn,
            Step::Committed => At::Leave,
            Step::Back => At::Return,
        }
    }
}

impl Rows {
    /// One batch of a call, however often it is run.
    fn work(&mut self, caller: usize) {
        let Some(account) = &mut self.account else {
            return;
        };
        if account.done & (1 << caller) == 0 {
            account.done |= 1 << caller;
            if self.token {
                self.token = false;
                account.had_by = Some(caller);
            }
        }
    }

    /// What there is of a row; of one that there is not there is nothing to copy.
    fn add(&mut self, row: &Rows) {
        self.account = row.account.or(self.account);
        self.token |= row.token;
    }

    /// The token is there until somebody has had it.
    pub(super) fn is_whole(&self) -> bool {
        self.account
            .is_some_and(|account| account.had_by.is_none() == self.token)
    }

    fn take(&mut self, nth: usize, from: &Rows) {
        match nth {
            0 => self.account = from.account,
            _ => self.token = from.token,
        }
    }

    fn one(&self, nth: usize) -> Rows {
        let mut one = Rows::default();
        one.take(nth, self);
        one
    }
}

impl Database {
    fn can_be_left(&self, job: &Job) -> bool {
        matches!(self.standing, Standing::Here | Standing::Leaving) && self.epoch == job.was
    }

    fn note(&mut self, before: &Rows) {
        for nth in 0..ROWS {
            if self.is_noted && self.rows.one(nth) != before.one(nth) {
                let note = &mut self.notes[nth];
                *note = Note {
                    seq: note.seq + 1,
                    is_open: true,
                };
            }
        }
    }

    fn forget_notes(&mut self) {
        self.is_noted = false;
        self.notes = [Note::default(); ROWS];
    }
}

impl Moving {
    pub(super) fn has(&self, guard: Guard) -> bool {
        self.without != Some(guard)
    }

    /// The guard of every batch.
    pub(super) fn lets_in(&self, database: &Database, epoch: Epoch) -> bool {
        let is_here = database.standing == Standing::Here || !self.has(Guard::Here);
        is_here && (database.epoch == epoch || !self.has(Guard::OfEpoch))
    }

    pub(super) fn call(&self, state: &mut State, caller: usize) {
        let Place { home, epoch } = state.callers[caller];
        let database = &mut state.homes[home];
        if !self.lets_in(database, epoch) {
            return;
        }
        let before = database.rows;
        database.rows.work(caller);
        database.note(&before);
        let had_before = state.truth.account.and_then(|account| account.had_by);
        state.seen.answered_elsewhere |= before != state.truth;
        state.seen.had_twice |= before.token && !database.rows.token && had_before.is_some();
        state.truth.work(caller);
    }

    /// One statement, or one batch, of a mover. None: it stops, and somebody takes the move up.
    pub(super) fn step(&self, state: &mut State, number: usize, mover: Mover) -> Option<At> {
        let job = mover.job;
        let source = &mut state.homes[job.from];
        match mover.at {
            At::TakeTurn => self.take_turn(&mut state.homes[job.to], number, &job),
            At::Note(copied) if source.can_be_left(&job) => {
                source.is_noted = true;
                Some(read_or(copied, At::ReadNotes))
            }
            At::Read(nth) if source.can_be_left(&job) => Some(At::Write(nth, source.rows.one(nth))),
            At::ReadNotes if source.can_be_left(&job) => Some(read_notes(source)),
            At::DropNotes(read) if source.can_be_left(&job) => {
                for (note, read) in source.notes.iter_mut().zip(read) {
                    let is_read = Some(note.seq) == read || !self.has(Guard::Numbered);
                    note.is_open &= read.is_none() || !is_read;
                }
                Some(At::ReadNotes)
            }
            At::Freeze if source.can_be_left(&job) => {
                source.standing = Standing::Leaving;
                Some(match self.has(Guard::FrozenFirst) {
                    true => At::ReadNotes,
                    false => At::Seal,
                })
            }
            At::Commit => self.commit(state, &job).then_some(At::Leave),
            At::Leave => self.leave(source, &job).then_some(At::Arrive),
            At::Arrive => arrive(&mut state.homes[job.to], &job).then_some(At::End),
            At::Return => self.give_back(source, &job).then_some(At::Clear),
            At::Clear => {
                clear(&mut state.homes[job.to], &job);
                Some(At::End)
            }
            At::End => {
                let directory = &mut state.directory;
                directory.job = directory.job.filter(|other| *other != job);
                None
            }
            _ => self.write(&mut state.homes[job.to], number, mover),
        }
    }

    fn take_turn(&self, target: &mut Database, number: usize, job: &Job) -> Option<At> {
        let is_coming = target.standing == Standing::Coming;
        let is_ours = |book: &Book| is_coming && book.epoch == job.now();
        if let Some(book) = target.book.as_mut().filter(|book| is_ours(book)) {
            book.mover = number;
        } else {
            let is_free = is_coming || target.standing == Standing::Gone;
            if self.has(Guard::TargetIsGone) && !(is_free && target.epoch < job.now()) {
                return None;
            }
            target.standing = Standing::Coming;
            target.epoch = job.now();
            target.book = Some(Book {
                epoch: job.now(),
                mover: number,
                is_wiped: !self.has(Guard::Wiped),
                copied: 0,
                is_whole: false,
            });
        }
        let book = target.book?;
        Some(match book.is_wiped {
            false => At::Wipe,
            true => self.after_wipe(book.copied),
        })
    }

    fn after_wipe(&self, copied: usize) -> At {
        match self.has(Guard::NotedFirst) {
            true => At::Note(copied),
            false => read_or(copied, At::Note(copied)),
        }
    }

    /// At the target, in one transaction with the question whether it is `coming` and whose turn it is.
    fn write(&self, target: &mut Database, number: usize, mover: Mover) -> Option<At> {
        let is_coming = target.standing == Standing::Coming;
        let book = target.book.as_mut().filter(|_| is_coming)?;
        let is_ours = book.mover == number || !self.has(Guard::Turn);
        if book.epoch != mover.job.now() || !is_ours {
            return None;
        }
        match mover.at {
            At::Wipe => {
                target.rows = Rows::default();
                book.is_wiped = true;
                Some(self.after_wipe(book.copied))
            }
            At::Write(nth, row) => {
                target.rows.add(&row);
                book.copied = nth + 1;
                let then = match self.has(Guard::NotedFirst) {
                    true => At::ReadNotes,
                    false => At::Note(book.copied),
                };
                Some(read_or(book.copied, then))
            }
            At::Carry(rows, numbers) => {
                for nth in (0..ROWS).filter(|nth| numbers[*nth].is_some()) {
                    target.rows.take(nth, &rows);
                }
                Some(At::DropNotes(numbers))
            }
            At::Seal => {
                book.is_whole = true;
                Some(At::Commit)
            }
            _ => None,
        }
    }

    /// The one moment.
    fn commit(&self, state: &mut State, job: &Job) -> bool {
        let directory = &mut state.directory;
        let stands = directory.job == Some(*job) && directory.at.epoch == job.was;
        if !stands && self.has(Guard::CommitsOnce) {
            return directory.job == Some(job.at(Step::Committed));
        }
        *directory = Directory {
            at: Place {
                home: job.to,
                epoch: job.now(),
            },
            job: Some(job.at(Step::Committed)),
        };
        true
    }

    fn leave(&self, source: &mut Database, job: &Job) -> bool {
        if source.epoch == job.was && source.standing == Standing::Leaving {
            source.standing = Standing::Gone;
            source.forget_notes();
        }
        let is_gone = source.epoch == job.was && source.standing == Standing::Gone;
        is_gone || !self.has(Guard::GoneFirst)
    }

    fn give_back(&self, source: &mut Database, job: &Job) -> bool {
        let epoch = match self.has(Guard::NewEpoch) {
            true => job.now(),
            false => job.was,
        };
        if source.can_be_left(job) {
            source.standing = Standing::Here;
            source.epoch = epoch;
            source.forget_notes();
        }
        source.standing == Standing::Here && source.epoch == epoch
    }

    pub(super) fn give_up(&self, state: &mut State) -> Option<()> {
        let job = state.directory.job?;
        if job.step != Step::UnderWay {
            return None;
        }
        if self.has(Guard::GivenUpInDirectory) {
            state.directory.job = Some(job.at(Step::Back));
            if self.has(Guard::NewEpoch) {
                state.directory.at.epoch = job.now();
            }
        } else if state.homes[job.from].can_be_left(&job) {
            state.homes[job.from].standing = Standing::Here;
        }
        state.given_up += 1;
        Some(())
    }

    /// Where the partner is, by what the homes say.
    fn lives_at(&self, homes: &[Database]) -> Option<Home> {
        let lives = |home: &Home| {
            let Database { standing, book, .. } = homes[*home];
            let is_whole = book.is_some_and(|book| book.is_whole) || !self.has(Guard::WholeCopy);
            match standing {
                Standing::Here | Standing::Leaving => true,
                Standing::Coming => is_whole,
                Standing::Gone => false,
            }
        };
        // Of one epoch, the home that a move was given back to goes before what it had copied.
        let order = |home: &Home| {
            let Database {
                epoch, standing, ..
            } = homes[*home];
            (epoch, standing != Standing::Coming)
        };
        let mut living = (0..homes.len()).filter(lives);
        match self.has(Guard::GreatestEpoch) {
            true => living.max_by_key(order),
            false => living.next(),
        }
    }

    /// What the directory should say.
    pub(super) fn find(&self, homes: &[Database]) -> Option<Directory> {
        let home = self.lives_at(homes)?;
        let Database {
            standing, epoch, ..
        } = homes[home];
        let others = || (0..homes.len()).filter(move |other| *other != home);
        let job = match standing {
            Standing::Leaving => Some(Job {
                from: home,
                to: others().max_by_key(|other| homes[*other].epoch)?,
                was: epoch,
                step: Step::Back,
            }),
            Standing::Coming => Some(Job {
                from: others().find(|other| homes[*other].epoch + 1 == epoch)?,
                to: home,
                was: epoch - 1,
                step: Step::Committed,
            }),
            _ => None,
        };
        let epoch = job.map_or(epoch, |job| job.now());
        let at = Place { home, epoch };
        Some(Directory { at, job })
    }

    /// The service is closed: all of it at once. Where nobody has the partner, whoever it left last may still have the
    /// rows. None: another home has to be set back too.
    pub(super) fn settle(&self, state: &mut State) -> Option<()> {
        let homes = &mut state.homes;
        let left = |home: &Home| {
            let Database { rows, book, .. } = &homes[*home];
            rows.account.is_some() && (book.is_none() || !self.has(Guard::LeftNotCopied))
        };
        let left = || {
            (0..homes.len())
                .filter(left)
                .max_by_key(|home| homes[*home].epoch)
        };
        let home = self.lives_at(homes).or_else(left)?;
        let last = homes.iter().map(|database| database.epoch).max()?;
        let epoch = 1 + match self.has(Guard::FreshEpoch) {
            true => state.greatest,
            false => last.max(state.directory.at.epoch),
        };
        for (other, database) in homes.iter_mut().enumerate() {
            database.forget_notes();
            database.standing = Standing::Gone;
            if let Some(book) = &mut database.book {
                book.is_whole = false;
            }
            if other == home {
                (database.standing, database.epoch) = (Standing::Here, epoch);
                database.book = None;
            }
        }
        let at = Place { home, epoch };
        state.directory = Directory { at, job: None };
        state.seen.lost |= state.truth != homes[home].rows && !state.may_lose;
        state.truth = homes[home].rows;
        state.is_closed = false;
        Some(())
    }

    pub(super) fn set_back(&self, state: &mut State, to: Bookmark) {
        state.is_set_back = true;
        if self.sets_back == Some(SetBack::Directory) {
            state.directory = to.directory;
            return;
        }
        let database = &mut state.homes[to.home];
        state.may_lose = database.standing != Standing::Gone;
        *database = to.database;
        if to.home == 0 {
            state.directory = to.directory;
        }
        state.is_closed = self.has(Guard::Closed);
    }

    /// Whether a mover that nobody disturbs ends what is under way, and whoever asks then is let in.
    pub(super) fn ends(&self, state: &State) -> bool {
        let mut state = state.clone();
        if state.is_closed {
            // Otherwise another home has to be set back too.
            let is_settled = self.settle(&mut state).is_some();
            return !is_settled || self.serves(&state);
        }
        if state.is_set_back && self.sets_back == Some(SetBack::Directory) {
            let Some(found) = self.find(&state.homes) else {
                return false;
            };
            state.directory = found;
        }
        let mut at = None;
        for _ in 0..4 * ROWS + 16 {
            let Some(job) = state.directory.job else {
                break;
            };
            if !self.has(Guard::TakenUp) && at.is_none() {
                break;
            }
            let mover = Mover {
                job,
                at: at.unwrap_or(job.begins_at()),
            };
            at = self.step(&mut state, 0, mover);
        }
        self.serves(&state)
    }

    pub(super) fn serves(&self, state: &State) -> bool {
        let Directory { at, job } = state.directory;
        job.is_none() && self.lets_in(&state.homes[at.home], at.epoch)
    }
}

fn read_or(copied: usize, then: At) -> At {
    match copied < ROWS {
        true => At::Read(copied),
        false => then,
    }
}

/// The notes and their rows as they are now, in one batch.
fn read_notes(source: &Database) -> At {
    let numbers = source.notes.map(|note| note.is_open.then_some(note.seq));
    let mut rows = Rows::default();
    for nth in (0..ROWS).filter(|nth| numbers[*nth].is_some()) {
        rows.take(nth, &source.rows);
    }
    match (numbers.iter().any(Option::is_some), source.standing) {
        (true, _) => At::Carry(rows, numbers),
        (false, Standing::Leaving) => At::Seal,
        (false, _) => At::Freeze,
    }
}

fn arrive(target: &mut Database, job: &Job) -> bool {
    let is_whole = target
        .book
        .is_some_and(|book| book.epoch == job.now() && book.is_whole);
    if target.standing == Standing::Coming && is_whole {
        target.standing = Standing::Here;
        target.book = None;
    }
    target.standing == Standing::Here && target.epoch == job.now()
}

/// Whoever comes late with this move finds it over, and whoever reconciles that this is what is left of a copy.
fn clear(target: &mut Database, job: &Job) {
    let is_free = matches!(target.standing, Standing::Coming | Standing::Gone);
    if is_free && target.epoch <= job.now() {
        target.standing = Standing::Gone;
        target.epoch = job.now();
        let is_left = target.rows != Rows::default();
        target.book = is_left.then_some(Book {
            epoch: job.now(),
            mover: 0,
            is_wiped: false,
            copied: 0,
            is_whole: false,
        });
    }
}
