//! A button that copies, and says that it did.

use crate::words::say;
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
    let onclick = {
        let (said, text) = (said.clone(), props.text.clone());
        Callback::from(move |_: MouseEvent| {
            let (said, text) = (said.clone(), text.clone());
            spawn_local(async move {
                said.set(Some(if copy(&text).await {
                    say::copied()
                } else {
                    say::select_and_copy()
                }));
                gloo::timers::future::TimeoutFuture::new(SHOWN_MS).await;
                said.set(None);
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
