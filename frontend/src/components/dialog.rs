//! A modal dialog: the browser's own, which traps the focus, gives it back, and closes on Escape.

use crate::words::say;
use gloo::events::EventListener;
use web_sys::HtmlDialogElement;
use yew::prelude::*;

/// Properties of [`Dialog`].
#[derive(Properties, PartialEq)]
pub struct DialogProps {
    /// Its heading and accessible name.
    pub title: &'static str,
    /// Told when it was closed.
    pub on_close: Callback<()>,
    /// The name of the button that closes it.
    #[prop_or_else(say::close)]
    pub close_label: &'static str,
    /// What is in it.
    pub children: Html,
}

/// The dialog; open as long as it is drawn.
#[component]
pub fn Dialog(props: &DialogProps) -> Html {
    let node = use_node_ref();
    {
        let node = node.clone();
        let on_close = props.on_close.clone();
        use_effect_with((), move |()| {
            let dialog = node.cast::<HtmlDialogElement>();
            // `close` does not bubble, so the page's delegated listeners never see it.
            let listener = dialog.as_ref().map(|dialog| {
                if !dialog.open() {
                    drop(dialog.show_modal());
                }
                EventListener::new(dialog, "close", move |_| on_close.emit(()))
            });
            move || {
                drop(listener);
                if let Some(dialog) = dialog.filter(HtmlDialogElement::open) {
                    dialog.close();
                }
            }
        });
    }
    let onclick = {
        let node = node.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(dialog) = node.cast::<HtmlDialogElement>() {
                dialog.close();
            }
        })
    };
    let id = format!("dialog-{}", props.title.to_ascii_lowercase().replace(' ', "-"));
    html! {
        <dialog ref={node} class="dialog" aria-labelledby={id.clone()}>
            <div class="dialog-head">
                <h2 {id}>{ props.title }</h2>
                <button type="button" class="button quiet" {onclick}>{ props.close_label }</button>
            </div>
            { props.children.clone() }
        </dialog>
    }
}
