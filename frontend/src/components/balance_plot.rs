//! Who owned what over time. For the eyes: what it shows is said in words beside it, and listed in the history.

use crate::{
    hooks::use_names,
    state::{
        config::Token,
        plot::{HEIGHT, Plot, WIDTH, points},
        standing::counterparty,
    },
    words::{money, say},
};
use thunder_client::ChannelView;
use yew::prelude::*;

/// Properties of [`BalancePlot`].
#[derive(Properties, PartialEq)]
pub struct BalancePlotProps {
    /// Whose history.
    pub view: ChannelView,
    /// Of what.
    pub token: Token,
    /// Says a time of day; milliseconds since 1970 in.
    pub time: Callback<u64, String>,
}

/// The plot, where there is a line to draw.
#[component]
pub fn BalancePlot(props: &BalancePlotProps) -> Html {
    let BalancePlotProps { view, token, time } = props;
    let names = use_names();
    let Some(plot) = Plot::of(&points(&view.entries, view.balances), view.holder) else {
        return html! {};
    };
    let (from, to) = (time.emit(plot.span.0), time.emit(plot.span.1));
    let (least, most) = plot.range;
    let label = say::plot(
        &from,
        &to,
        &money(least, token),
        &money(most, token),
        &money(plot.most, token),
    );
    html! {
        <section class="card" aria-labelledby="plot-heading">
            <h2 id="plot-heading">{ say::over_time() }</h2>
            <figure class="plot">
            <svg viewBox={format!("0 0 {WIDTH} {HEIGHT}")} preserveAspectRatio="none" role="img" aria-label={label}>
                <path class="plot-theirs" d={plot.all.clone()} />
                <path class="plot-yours" d={plot.yours.clone()} />
            </svg>
            <figcaption class="plot-legend">
                <span>{ from }</span>
                <span class="plot-names">
                    <span class="plot-name plot-name-yours">{ say::you() }</span>
                    <span class="plot-name plot-name-theirs">{ names.call(counterparty(view)) }</span>
                </span>
                <span>{ to }</span>
            </figcaption>
            </figure>
        </section>
    }
}
