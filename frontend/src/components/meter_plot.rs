//! Both counts of a session and their difference, drawn as they move, with the same in words. SVG attributes only: the
//! Content-Security-Policy drops style attributes.

use crate::{
    state::{config::Token, sessions::SessionView},
    words::{count, money, say, size},
};
use thunder_client::downloads::Phase;
use yew::prelude::*;

/// Properties of [`MeterPlot`].
#[derive(Properties, PartialEq)]
pub struct MeterPlotProps {
    /// The session.
    pub view: SessionView,
    /// What it is paid in.
    pub token: Token,
}

/// `0.5` of 500.
fn scale(thousandths: u64) -> String {
    format!("scale({}.{:03} 1)", thousandths / 1_000, thousandths % 1_000)
}

/// The drawing and its words.
#[component]
pub fn MeterPlot(props: &MeterPlotProps) -> Html {
    let view = &props.view;
    let drawing = view.drawing();
    let (off, ahead) = view.difference();
    let bytes = |bytes: u64| say::bytes_came(&count(bytes));
    let difference = match (off, ahead) {
        (0, _) => say::no_difference().to_owned(),
        (off, true) => say::ahead_by(&bytes(off)),
        (off, false) => say::behind_by(&bytes(off)),
    };
    let label = say::meter_words(&bytes(view.counted), &bytes(view.theirs));
    // Half of the drawing is a unit; this side ahead goes forwards.
    let (from, width) = if ahead {
        (500, drawing.off)
    } else {
        (500 - drawing.off, drawing.off)
    };
    html! {
        <figure class="meter">
            <svg class="meter-drawing" viewBox="0 0 1000 150" preserveAspectRatio="none" role="img" aria-label={label}>
                <rect class="meter-ground" x="0" y="0" width="1000" height="44" rx="6" />
                <rect class="meter-ours" x="0" y="0" width="1000" height="44" transform={scale(drawing.ours)} />
                <rect class="meter-ground" x="0" y="52" width="1000" height="44" rx="6" />
                <rect class="meter-theirs" x="0" y="52" width="1000" height="44" transform={scale(drawing.theirs)} />
                <rect class="meter-proven" x="0" y="0" width="5" height="96" transform={format!("translate({} 0)", drawing.proven.min(995))} />
                <rect class="meter-ground" x="0" y="116" width="1000" height="18" />
                <rect class={classes!("meter-off", (!ahead && off > 0).then_some("meter-behind"))} x={from.to_string()} y="112" width={width.max(u64::from(off > 0) * 3).to_string()} height="26" />
                <rect class="meter-middle" x="498" y="106" width="4" height="38" />
            </svg>
            <figcaption class="meter-words">
                <dl class="facts">
                    <div><dt class="meter-name meter-name-ours">{ say::counted_here() }</dt><dd data-testid="session-here"><bdi>{ bytes(view.counted) }</bdi></dd></div>
                    <div><dt class="meter-name meter-name-theirs">{ say::counted_there() }</dt><dd data-testid="session-there"><bdi>{ bytes(view.theirs) }</bdi></dd></div>
                    <div>
                        <dt class={classes!("meter-name", "meter-name-off", (!ahead && off > 0).then_some("meter-behind"))}>{ say::the_difference() }</dt>
                        <dd data-testid="session-difference"><bdi>{ difference }</bdi></dd>
                        <dd class="faint"><bdi>{ say::difference_scale(&size(view.terms.unit)) }</bdi></dd>
                    </div>
                    <div><dt class="meter-name meter-name-proven">{ say::proven_count() }</dt><dd data-testid="session-proven"><bdi>{ bytes(view.proven.provider) }</bdi></dd></div>
                </dl>
            </figcaption>
            <div class="meter-money">
                <svg class="bar bar-small" viewBox="0 0 1000 100" preserveAspectRatio="none" aria-hidden="true">
                    <rect class="meter-left" x="0" y="0" width="1000" height="100" />
                    <rect class="meter-charged" x="0" y="0" width="1000" height="100" transform={scale(drawing.charged)} />
                </svg>
                <dl class="facts">
                    <div><dt>{ say::charged_money() }</dt><dd data-testid="session-charged"><bdi>{ money(view.charged_now(), &props.token) }</bdi></dd></div>
                    <div><dt>{ say::left_money() }</dt><dd data-testid="session-left"><bdi>{ money(view.uncharged(), &props.token) }</bdi></dd></div>
                    <div><dt>{ say::deposited_money() }</dt><dd data-testid="session-deposit"><bdi>{ money(view.deposit, &props.token) }</bdi></dd></div>
                    // Once it ends by what is signed or shown, nothing passes on trust any more.
                    if view.phase == Phase::Active {
                        <div><dt>{ say::at_risk_money() }</dt><dd data-testid="session-risk"><bdi>{ money(view.at_risk().1, &props.token) }</bdi></dd></div>
                    }
                </dl>
            </div>
        </figure>
    }
}
