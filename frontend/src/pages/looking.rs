//! A transaction that is looked at, from a channel's history or from the list of what was told.

use crate::{
    components::transaction_dialog::TransactionDialog,
    desk::Desk,
    state::{snapshot::Latest, transaction::Answer},
};
use std::{cell::Cell, rc::Rc};
use thunder_channel::{Address, Bytes32};
use yew::prelude::*;

/// Properties of [`Looking`].
#[derive(Properties, PartialEq)]
pub struct LookingProps {
    /// Where the node is.
    pub desk: Desk,
    /// Which transaction.
    pub hash: Bytes32,
    /// Told when it was closed.
    pub on_close: Callback<()>,
}

/// The dialog, with what the node says: asked again with each block.
#[component]
pub fn Looking(props: &LookingProps) -> Html {
    let answer = use_state_eq(Answer::default);
    let latest = use_context::<Latest>().unwrap_or_default();
    let head = latest.0.head.map(|(head, _)| head.number);
    {
        let (desk, answer) = (props.desk.clone(), answer.clone());
        use_effect_with((props.hash, head), move |(hash, _)| {
            let hash = *hash;
            let is_newest = Rc::new(Cell::new(true));
            {
                let is_newest = is_newest.clone();
                wasm_bindgen_futures::spawn_local(async move {
                    let found = desk.look_up(hash).await;
                    if is_newest.get() {
                        answer.set(found);
                    }
                });
            }
            move || is_newest.set(false)
        });
    }
    html! {
        <TransactionDialog hash={props.hash} answer={(*answer).clone()} coin={props.desk.config.token(Address::zero())}
            on_close={props.on_close.clone()} />
    }
}
