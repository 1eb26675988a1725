//! A partner's move to another home, for the operator. The cron goes on with it, a run a minute.

use crate::app::App;
use crate::db::arrivals::{self, Arrival, Step};
use crate::db::moved::TABLES;
use crate::db::moves::{self, Decision, Ends, Move, State};
use crate::db::Batch;
use crate::error::Error;
use crate::flows::caller::ClientCaller;
use crate::rules::id::PartnerId;
use crate::wire;
use crate::wire::common::Timestamp;
use crate::wire::moves::{CopyProgress, CopyStep, MovePartner, MoveState, PartnerMove};
use crate::wire::partner::OfPartner;

/// `POST /v1/partner/{partnerId}/move`
pub(crate) async fn post(
    app: &App,
    admin: &ClientCaller,
    request: MovePartner,
) -> Result<PartnerMove, Error> {
    let MovePartner { partner_id, home } = request;
    if !app.config.homes.has(&home) {
        return Err(Error::invalid("home", "is none of the service's homes"));
    }
    let mut batch = Batch::new();
    let copy = app.ids.id();
    let of_partner = (&partner_id, &copy);
    let begun = moves::begin(&mut batch, of_partner, &home, app.now, &admin.origin(app));
    let begun = app.directory.commit(batch).await?.row(begun)?;
    let begun = begun.ok_or(Error::PartnerNotFound)?;
    match begun.state {
        Some(State::Moving | State::Committed) if begun.target() == home => {}
        // To another home, or not over yet.
        Some(_) => return Err(Error::PartnerMoving),
        None if begun.home == home => {}
        None if begun.is_operators => {
            let rule =
                "must be DB for the operator's own partner, which lives where the directory is";
            return Err(Error::invalid("home", rule));
        }
        None => return Err(Error::internal("a move that did not begin")),
    }
    shown(app, begun).await
}

/// `GET /v1/partner/{partnerId}/move`
pub(crate) async fn get(
    app: &App,
    _: &ClientCaller,
    request: OfPartner,
) -> Result<PartnerMove, Error> {
    let found = look(app, &request.partner_id).await?;
    shown(app, found).await
}

/// `DELETE /v1/partner/{partnerId}/move`
pub(crate) async fn give_up(
    app: &App,
    admin: &ClientCaller,
    request: OfPartner,
) -> Result<PartnerMove, Error> {
    let found = look(app, &request.partner_id).await?;
    if found.state != Some(State::Moving) {
        return given_up(app, found).await;
    }
    let mut batch = Batch::new();
    let ends = Ends {
        how: Decision::GiveUp,
        now: app.now,
        origin: &admin.origin(app),
        copy: &app.ids.id(),
    };
    let decided = moves::decide(&mut batch, &found, &ends);
    let decided = app.directory.commit(batch).await?.row(decided)?;
    given_up(app, decided.ok_or(Error::PartnerNotFound)?).await
}

/// One that is not under way is over already.
async fn given_up(app: &App, found: Move) -> Result<PartnerMove, Error> {
    match found.state {
        Some(State::Committed) => Err(Error::PartnerMoving),
        _ => shown(app, found).await,
    }
}

async fn look(app: &App, partner_id: &PartnerId) -> Result<Move, Error> {
    let (batch, found) = Batch::of(moves::look(partner_id));
    let found = app.directory.commit(batch).await?.row(found)?;
    found.ok_or(Error::PartnerNotFound)
}

async fn shown(app: &App, found: Move) -> Result<PartnerMove, Error> {
    let state = found.state.and_then(state);
    let copy = match state {
        // Whoever looks why nothing goes on shall see that much.
        Some(MoveState::Moving) => progress(app, &found).await.unwrap_or_default(),
        _ => None,
    };
    let under_way = state.zip(found.begun_at).map(|(state, begun_at)| {
        let (from, to) = (found.source().into(), found.target().into());
        let begun_ts = Timestamp(begun_at);
        wire::moves::Move {
            from,
            to,
            state,
            begun_ts,
            copy,
        }
    });
    Ok(PartnerMove {
        partner_id: found.partner_id,
        home: found.home,
        r#move: under_way,
    })
}

async fn progress(app: &App, found: &Move) -> Result<Option<CopyProgress>, Error> {
    let (batch, arrival) = Batch::of(arrivals::find(&found.partner_id, found.was() + 1));
    let target = app.directory.other(found.target());
    let arrival = target.commit(batch).await?.row(arrival)?;
    Ok(arrival.and_then(|arrival| of_arrival(&arrival)))
}

fn of_arrival(arrival: &Arrival) -> Option<CopyProgress> {
    let step = match arrival.step {
        Step::Wiping => CopyStep::Wiping,
        Step::Copying => CopyStep::Copying,
        Step::Comparing => CopyStep::Comparing,
        Step::Noting => CopyStep::Noting,
        Step::Whole => CopyStep::Whole,
        Step::Emptying | Step::Empty => return None,
    };
    let all = u32::try_from(TABLES.len()).unwrap_or(u32::MAX);
    let (tables, of) = match arrival.step {
        Step::Comparing => (arrival.tab, 2 * all),
        // All are there; what is left are changes.
        Step::Noting | Step::Whole => (all, all),
        _ => (arrival.tab, all),
    };
    Some(CopyProgress { step, tables, of })
}

fn state(state: State) -> Option<MoveState> {
    match state {
        State::Moving => Some(MoveState::Moving),
        State::Committed => Some(MoveState::Committed),
        State::GivenUp => Some(MoveState::GivenUp),
        State::Left => None,
    }
}
