//! One labelled list to choose from.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// Properties of [`Choice`].
#[derive(Properties, PartialEq)]
pub struct ChoiceProps {
    /// Unique on the page.
    pub id: &'static str,
    /// The label, which is also the accessible name.
    pub label: &'static str,
    /// What can be chosen, in words.
    pub options: Vec<String>,
    /// The place of what is chosen.
    pub chosen: usize,
    /// Told the place of what was chosen.
    pub on_choose: Callback<usize>,
    /// Beside the list.
    #[prop_or_default]
    pub children: Html,
}

/// The list.
#[component]
pub fn Choice(props: &ChoiceProps) -> Html {
    let onchange = {
        let on_choose = props.on_choose.clone();
        Callback::from(move |event: Event| {
            let place = event
                .target_dyn_into::<HtmlSelectElement>()
                .and_then(|select| usize::try_from(select.selected_index()).ok());
            if let Some(place) = place {
                on_choose.emit(place);
            }
        })
    };
    html! {
        <div class="field">
            <label for={props.id}>{ props.label }</label>
            <div class="control">
                <select id={props.id} {onchange}>
                    { for props.options.iter().enumerate().map(|(place, words)| html! {
                        <option selected={place == props.chosen}>{ words }</option>
                    }) }
                </select>
                { props.children.clone() }
            </div>
        </div>
    }
}
