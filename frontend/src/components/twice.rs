//! What cannot be taken back asks once more. The second button stands beside the first, which folds it up again.

use yew::prelude::*;

/// Properties of [`Twice`].
#[derive(Properties, PartialEq)]
pub struct TwiceProps {
    /// What the first button says.
    pub label: &'static str,
    /// What the second one says, which does it.
    pub sure: &'static str,
    /// More classes of both.
    #[prop_or_default]
    pub class: Classes,
    /// While something is under way.
    #[prop_or_default]
    pub disabled: bool,
    /// Told that it is meant.
    pub on_sure: Callback<()>,
}

/// Both buttons.
#[component]
pub fn Twice(props: &TwiceProps) -> Html {
    let asked = use_state(|| false);
    let ask = {
        let asked = asked.clone();
        Callback::from(move |event: MouseEvent| {
            if !is_double(&event) {
                asked.set(!*asked);
            }
        })
    };
    let onclick = {
        let (asked, on_sure) = (asked.clone(), props.on_sure.clone());
        Callback::from(move |event: MouseEvent| {
            if !is_double(&event) {
                asked.set(false);
                on_sure.emit(());
            }
        })
    };
    html! {
        <>
            <button type="button" class={classes!("button", props.class.clone())} disabled={props.disabled}
                aria-expanded={asked.to_string()} onclick={ask}>{ props.label }</button>
            if *asked {
                <button type="button" class={classes!("button", "danger", props.class.clone())} disabled={props.disabled} {onclick}>
                    { props.sure }
                </button>
            }
        </>
    }
}

/// Whether this is the second press of a double click: the second button may by then be where the first one was.
fn is_double(event: &MouseEvent) -> bool {
    event.detail() > 1
}
