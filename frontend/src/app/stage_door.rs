//! A window's side of a demo: reports how it stands here, takes cues, and hands on the arrows that were pressed here.

use super::EngineHandle;
use crate::{
    adapters::frames::{self, Presenter},
    desk::Desk,
    state::{
        demo::{Call, Part, Player, Report, Said},
        session::{Session, Stage},
        snapshot::Latest,
    },
    words::say,
};
use gloo::{events::EventListener, timers::future::TimeoutFuture};
use thunder_channel::{Address, Side};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct StageDoorProps {
    pub engine: EngineHandle,
    pub session: Session<Desk>,
    pub asleep: bool,
    /// The side that plays here, and the round.
    pub side: Side,
    pub round: u32,
}

/// Draws nothing, and does nothing in a window that nobody frames.
#[component]
pub fn StageDoor(props: &StageDoorProps) -> Html {
    let presenter = use_memo((), |()| Presenter::find());
    let other = use_memo((props.side, props.round), |(side, round)| {
        Part::of(side.other(), *round).address()
    });
    let latest = use_context::<Latest>().unwrap_or_default();
    {
        let presenter = presenter.clone();
        use_effect_with(report(props, &latest, *other), move |report| {
            if let Some(presenter) = &*presenter {
                presenter.say(&Said::Report(report.clone()));
            }
        });
    }
    let desk = match &props.session.stage {
        Stage::Running(desk) => Some(desk.clone()),
        _ => None,
    };
    use_effect_with((props.engine.clone(), desk), move |(engine, desk)| {
        let listeners = (*presenter)
            .clone()
            .map(|presenter| listen(presenter, engine.clone(), desk.clone()));
        move || drop(listeners)
    });
    html! {}
}

fn report(props: &StageDoorProps, latest: &Latest, other: Address) -> Report {
    Report::of(&props.session.stage, |desk| {
        let token = desk.config.tokens.first().map(|token| token.address);
        Player::new(
            desk.seat.account,
            desk.invite().fragment(),
            props.asleep,
            &latest.0,
            other,
            token.unwrap_or_default(),
        )
    })
}

fn listen(presenter: Presenter, engine: EngineHandle, desk: Option<Desk>) -> [EventListener; 2] {
    let keys = {
        let presenter = presenter.clone();
        EventListener::new(&gloo::utils::window(), "keydown", move |event| {
            if let Some(arrow) = frames::arrow(event) {
                presenter.say(&Said::Key(arrow));
            }
        })
    };
    let cues = presenter.listen({
        let presenter = presenter.clone();
        Callback::from(move |Call { id, cue }| {
            let (presenter, engine, desk) = (presenter.clone(), engine.clone(), desk.clone());
            spawn_local(async move {
                let done = match &desk {
                    Some(desk) => engine.0.perform(desk, cue).await,
                    None => Err(say::nobody_plays().to_owned()),
                };
                // What changed is drawn, and so reported, before the answer.
                TimeoutFuture::new(0).await;
                presenter.say(&Said::Done {
                    id,
                    problem: done.err(),
                });
            });
        })
    });
    [keys, cues]
}
