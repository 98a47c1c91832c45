//! The presenter's page: Alice's and Bob's windows side by side, a strip of controls, and the tour. It knows the two windows by
//! what they report only; each is a client of its own.

use crate::{
    adapters::{
        dev_chain::DevChain,
        frames::{self, Troupe},
        shelf::Shelf,
    },
    app::{language::use_language, theme::use_theme},
    components::{
        bolt::Bolt, control_strip::ControlStrip, handout_dialog::HandoutDialog,
        language_button::LanguageButton, theme_button::ThemeButton, tour_card::TourCard,
    },
    hooks::use_errand,
    state::{
        config::AppConfig,
        demo::{Act, Arrow, Job, News, Part, Press, Said, Show, handout, handout::Reach, jobs, show::Kept},
    },
    words::say,
};
use gloo::{events::EventListener, utils::window};
use std::rc::Rc;
use thunder_channel::Side;
use yew::prelude::*;

/// Where a reload finds the round. The page plays no role, so no window's memory has this name.
const KEPT: &str = "thunder/demo";

/// Properties of [`DemoPage`].
#[derive(Properties, PartialEq)]
pub struct DemoPageProps {
    /// The world; a development chain.
    pub config: Rc<AppConfig>,
}

/// The page.
#[component]
pub fn DemoPage(props: &DemoPageProps) -> Html {
    let show = use_reducer_eq(Show::default);
    let errand = use_errand();
    let inviting = use_state(|| false);
    let (theme, on_theme) = use_theme();
    let (language, on_language) = use_language();
    let troupe = use_memo((), |()| Troupe::default());
    let chain = use_memo(props.config.clone(), |config| DevChain::new(config));
    let genesis = props.config.genesis;

    let begin = {
        let (errand, chain, show) = (errand.clone(), chain.clone(), show.dispatcher());
        Callback::from(move |from: u32| {
            let (chain, show) = (chain.clone(), show.clone());
            errand.run(async move {
                let round = (*chain)
                    .as_ref()
                    .map_err(Clone::clone)?
                    .unused_round(from)
                    .await?;
                show.dispatch(News::Begin(Kept::fresh(genesis, round)));
                Ok(())
            });
        })
    };
    {
        let (begin, show) = (begin.clone(), show.dispatcher());
        use_effect_with((), move |()| {
            gloo::utils::document().set_title(say::thunder_live());
            let kept = Shelf::Window.get::<String>(KEPT);
            match kept.and_then(|kept| Kept::parse(&kept, genesis)) {
                Some(kept) => show.dispatch(News::Begin(kept)),
                None => begin.emit(0),
            }
        });
    }
    use_effect_with(Kept::of(&show, genesis), |kept| {
        if let Some(kept) = kept {
            // A full or forbidden storage costs the tour's place after a reload.
            let text = serde_json::to_string(kept).unwrap_or_default();
            Shelf::Window.keep(KEPT, &text);
        }
    });

    let on_act = {
        let (errand, chain, troupe, show) = (errand.clone(), chain.clone(), troupe.clone(), show.clone());
        Callback::from(move |act: Act| {
            let (chain, troupe) = (chain.clone(), troupe.clone());
            let jobs = jobs(act, &show.scene);
            errand.run(async move {
                let chain = (*chain).as_ref().map_err(Clone::clone)?;
                for job in jobs? {
                    match job {
                        Job::Tell(side, cue) => troupe.tell(side, cue).await?,
                        Job::Fund(account) => chain.fund(account).await?,
                        Job::Mine(blocks) => chain.mine(blocks).await?,
                    }
                }
                Ok(())
            });
        })
    };
    let on_press = {
        let (show, on_act, errand) = (show.clone(), on_act.clone(), errand.clone());
        Callback::from(move |arrow: Arrow| match show.tour.press(arrow) {
            Press::Do(act) => on_act.emit(act),
            turn => {
                errand.forget();
                show.dispatch(News::Turn(turn));
            }
        })
    };
    let on_reset = {
        let next = show.round.map_or(0, |round| round.saturating_add(1));
        begin.reform(move |()| next)
    };
    {
        // Renewed with every drawing, so that an arrow is always for the step that is shown.
        let (troupe, show, on_press) = (troupe.clone(), show.dispatcher(), on_press.clone());
        use_effect(move || {
            let keys = {
                let on_press = on_press.clone();
                EventListener::new(&window(), "keydown", move |event| {
                    if let Some(arrow) = frames::arrow(event) {
                        on_press.emit(arrow);
                    }
                })
            };
            let messages = EventListener::new(&window(), "message", move |event| match troupe.hear(event) {
                Some((side, Said::Report(report))) => show.dispatch(News::Heard(side, report)),
                Some((_, Said::Key(arrow))) => on_press.emit(arrow),
                Some((_, Said::Done { .. })) | None => (),
            });
            move || drop([keys, messages])
        });
    }

    let show_invitation = |shown: bool| {
        let inviting = inviting.clone();
        Callback::from(move |()| inviting.set(shown))
    };
    html! {
        <div class="demo">
            <header class="demo-head">
                <Bolt size={34} />
                <h1>{ say::thunder_live() }</h1>
                <span class="network network-test">{ props.config.network_name() }</span>
                if let Some(block) = show.scene.block() {
                    <span class="network" data-testid="block">{ say::block_is(&block.to_string()) }</span>
                }
                <ThemeButton key={language.tag()} {theme} {on_theme} />
                <LanguageButton {language} {on_language} />
            </header>
            <main id="main" class="demo-main">
                <TourCard key={language.tag()} tour={show.tour} errand={errand.state()} {on_press} on_again={on_reset.clone()} />
                <ControlStrip key={language.tag()} bob_sleeps={show.scene.bob_sleeps()} busy={errand.state().busy} {on_act} {on_reset} on_invite={show_invitation(true)} />
                <div class="demo-windows">
                    if let Some(round) = show.round {
                        { for Side::BOTH.into_iter().map(|side| stage(&show, &troupe, side, round)) }
                    }
                </div>
            </main>
            if let Some(round) = show.round.filter(|_| *inviting) {
                { invitation(&show, round, show_invitation(false)) }
            }
        </div>
    }
}

/// One of the windows. A new round has new frames, and so new people.
fn stage(show: &Show, troupe: &Troupe, side: Side, round: u32) -> Html {
    let part = Part::of(side, round);
    let name = part.role.name();
    let report = &show.scene.windows[side];
    let (class, state) = match &report.player {
        Some(player) if player.asleep => ("stage-asleep", say::stage_asleep()),
        Some(player) if player.online => ("stage-online", say::stage_connected()),
        Some(_) => ("stage-offline", say::stage_connecting()),
        None => ("stage-offline", say::stage_starting()),
    };
    html! {
        <section key={part.label()} class={classes!("stage", class)} aria-label={say::whose_window(name)}>
            <div class="stage-head">
                <h2>{ name }</h2>
                <span class="stage-state" data-testid={format!("{}-state", part.role.word())}>{ state }</span>
            </div>
            <iframe ref={troupe.frames[side].clone()} class="stage-frame" src={part.href()} title={name} />
        </section>
    }
}

fn invitation(show: &Show, round: u32, on_close: Callback<()>) -> Html {
    let location = window().location();
    let origin = location.origin().unwrap_or_default();
    let reach = Reach::of(
        &location.hostname().unwrap_or_default(),
        &location.protocol().unwrap_or_default(),
    );
    let alice = show.scene.windows.alice.player.as_ref();
    let invite = alice.map(|alice| format!("{origin}/#{}", alice.invite));
    html! { <HandoutDialog link={handout::link(&origin, round)} {invite} {reach} {on_close} /> }
}
