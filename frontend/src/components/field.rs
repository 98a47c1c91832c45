//! One labelled field with its hint and its error.

use crate::words::sentence;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// Properties of [`Field`].
#[derive(Properties, PartialEq)]
pub struct FieldProps {
    /// Unique on the page.
    pub id: &'static str,
    /// The label, which is also the accessible name.
    pub label: &'static str,
    /// What was typed.
    pub value: String,
    /// Told what is typed.
    #[prop_or_default]
    pub on_input: Callback<String>,
    /// Said below it.
    #[prop_or_default]
    pub hint: Option<String>,
    /// What is wrong with it.
    #[prop_or_default]
    pub error: Option<String>,
    /// Said behind it, such as the token's symbol.
    #[prop_or_default]
    pub unit: Option<String>,
    /// Shown while it is empty.
    #[prop_or_default]
    pub placeholder: AttrValue,
    /// Which keyboard a phone shows: `decimal`, `numeric`, `text`.
    #[prop_or("text")]
    pub keyboard: &'static str,
    /// For links to copy.
    #[prop_or_default]
    pub readonly: bool,
    /// For secrets.
    #[prop_or_default]
    pub secret: bool,
    /// More classes, such as `large`.
    #[prop_or_default]
    pub class: Classes,
    /// Beside the input.
    #[prop_or_default]
    pub children: Html,
}

/// The field.
#[component]
pub fn Field(props: &FieldProps) -> Html {
    let oninput = {
        let on_input = props.on_input.clone();
        Callback::from(move |event: InputEvent| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                on_input.emit(input.value());
            }
        })
    };
    let onfocus = {
        let readonly = props.readonly;
        Callback::from(move |event: FocusEvent| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>().filter(|_| readonly) {
                input.select();
            }
        })
    };
    let hint_id = format!("{}-hint", props.id);
    let error_id = format!("{}-error", props.id);
    let described = match (&props.hint, &props.error) {
        (_, Some(_)) => Some(error_id.clone()),
        (Some(_), None) => Some(hint_id.clone()),
        (None, None) => None,
    };
    html! {
        <div class={classes!("field", props.class.clone(), props.error.is_some().then_some("wrong"))}>
            <label for={props.id}>{ props.label }</label>
            <div class="control">
                // A secret stays a textbox for assistive technology; the stylesheet hides its characters.
                <input id={props.id} type="text" class={classes!(props.secret.then_some("secret"))} value={props.value.clone()}
                    inputmode={props.keyboard} placeholder={props.placeholder.clone()} readonly={props.readonly}
                    autocomplete="off" autocapitalize="off" spellcheck="false"
                    aria-invalid={props.error.is_some().then_some("true")} aria-describedby={described}
                    {oninput} {onfocus} />
                if let Some(unit) = &props.unit {
                    <span class="suffix" aria-hidden="true">{ unit }</span>
                }
                { props.children.clone() }
            </div>
            if let Some(error) = &props.error {
                <p id={error_id} class="error">{ sentence(error) }</p>
            } else if let Some(hint) = &props.hint {
                <p id={hint_id} class="hint">{ hint }</p>
            }
        </div>
    }
}
