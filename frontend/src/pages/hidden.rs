//! Which offered channels the person does not want on the list.

use crate::{
    adapters,
    state::hidden::{Hidden, Hiding},
};
use thunder_channel::Address;
use yew::prelude::*;

/// An account's, as they are kept, and how to change them.
#[hook]
pub fn use_hidden(account: Address) -> (Hidden, Callback<Hiding>) {
    let hidden = use_state_eq(|| adapters::hidden::load(account));
    {
        let hidden = hidden.setter();
        use_effect_with(account, move |account| {
            hidden.set(adapters::hidden::load(*account));
            let listener = adapters::hidden::follow(*account, Callback::from(move |kept| hidden.set(kept)));
            move || drop(listener)
        });
    }
    let on_hiding = {
        let hidden = hidden.clone();
        Callback::from(move |hiding| hidden.set(adapters::hidden::change(account, &hidden, hiding)))
    };
    ((*hidden).clone(), on_hiding)
}
