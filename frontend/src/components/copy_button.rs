//! A button that copies, and says that it did.

use crate::words::say;
use gloo::timers::callback::Timeout;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::prelude::*;

/// Properties of [`CopyButton`].
#[derive(Properties, PartialEq)]
pub struct CopyButtonProps {
    /// What is copied.
    pub text: String,
    /// The button's name, such as `Copy code`.
    pub label: &'static str,
}

/// How long the button says `Copied`, in milliseconds.
const SHOWN_MS: u32 = 1600;

/// The button.
#[component]
pub fn CopyButton(props: &CopyButtonProps) -> Html {
    let said = use_state(|| None::<&'static str>);
    // The last press's word stays for as long as any: the timer of the one before ends with it.
    let timer = use_mut_ref(|| None::<Timeout>);
    let onclick = {
        let (said, timer, text) = (said.clone(), timer, props.text.clone());
        Callback::from(move |_: MouseEvent| {
            let (said, timer, text) = (said.clone(), timer.clone(), text.clone());
            spawn_local(async move {
                said.set(Some(if copy(&text).await {
                    say::copied()
                } else {
                    say::select_and_copy()
                }));
                let over = Timeout::new(SHOWN_MS, move || said.set(None));
                *timer.borrow_mut() = Some(over);
            });
        })
    };
    html! {
        <>
            <button type="button" class="button quiet copy" aria-label={props.label} {onclick}>
                { said.unwrap_or(say::copy()) }
            </button>
            <span class="visually-hidden" aria-live="polite">{ said.unwrap_or_default() }</span>
        </>
    }
}

/// Whether the browser took it. Over plain http a page is given no clipboard.
async fn copy(text: &str) -> bool {
    let clipboard = gloo::utils::window().navigator().clipboard();
    !clipboard.is_undefined() && JsFuture::from(clipboard.write_text(text)).await.is_ok()
}
