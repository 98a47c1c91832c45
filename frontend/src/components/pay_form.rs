//! One field and one button; a memo for who wants to say what it is for.

use super::field::Field;
use crate::{
    hooks::{ErrandState, typing},
    state::{
        config::Token,
        draft::wallet_shows,
        pay_link::Given,
        requests::{Faults, Payment, payment},
        standing::delivery_words,
    },
    words::{as_typed, say, typed_amount, worth},
};
use std::collections::VecDeque;
use thunder_channel::Amount;
use thunder_client::{Delivery, Signing};
use yew::prelude::*;

/// Properties of [`PayForm`].
#[derive(Properties, PartialEq)]
pub struct PayFormProps {
    /// Of what.
    pub token: Token,
    /// The most that can be paid now.
    pub spendable: Amount,
    /// What the holder owns in the channel. More than this is wrong whatever happens; whether it can be paid right now, and if
    /// not, why, the client says.
    pub owned: Amount,
    /// What the holder has paid so far.
    pub paid: Amount,
    /// Whether the counterparty is there; what is paid reaches it anyway.
    pub online: bool,
    /// Who signs.
    pub signing: Signing,
    /// How far the last payment has come.
    pub delivery: Delivery,
    /// Whether the other side says that it was shown it.
    pub seen: bool,
    /// Whether a memo can go along.
    pub can_note: bool,
    /// What a link has filled in.
    #[prop_or_default]
    pub given: Given,
    /// The payment under way.
    pub errand: ErrandState,
    /// Told what to pay.
    pub on_pay: Callback<Payment>,
}

/// Payments pressed while one is under way that are remembered: more than fingers can.
const MOST_WAITING: usize = 16;

/// Amounts offered as buttons, in whole tokens.
const PRESETS: [&str; 3] = ["1", "5", "20"];

/// What was typed and pressed while payments were under way.
#[derive(Debug, Default)]
struct Hand {
    /// Counts what is typed.
    edits: u64,
    /// What had been typed when the payment under way was pressed.
    submitted: Option<u64>,
    /// Payments that were pressed since then.
    waiting: VecDeque<Payment>,
}

impl Hand {
    fn submit(&mut self) {
        self.submitted = Some(self.edits);
    }

    /// False if too many wait already: then the form keeps it.
    fn wait(&mut self, payment: Payment) -> bool {
        let room = self.waiting.len() < MOST_WAITING;
        if room {
            self.waiting.push_back(payment);
        }
        room
    }

    /// A payment has ended: whether the form still shows it, and what comes next. After a refusal nothing does: the person looks
    /// first.
    fn ended(&mut self, well: bool) -> (bool, Option<Payment>) {
        let submitted = self.submitted.take();
        if !well {
            self.waiting.clear();
        }
        (well && submitted == Some(self.edits), self.waiting.pop_front())
    }
}

/// The form.
#[component]
pub fn PayForm(props: &PayFormProps) -> Html {
    let (given, for_what) = (props.given.amount.clone(), props.given.memo.clone());
    let text = use_state(move || given);
    let memo = use_state(move || for_what);
    let faults = use_state(Faults::default);
    let hand = use_mut_ref(Hand::default);
    let keep = |kept: &UseStateHandle<String>| {
        let (keep, hand) = (typing(kept, &faults), hand.clone());
        Callback::from(move |typed: String| {
            hand.borrow_mut().edits += 1;
            keep.emit(typed);
        })
    };
    let fill = keep(&text);
    let empty = {
        let (text, memo) = (text.clone(), memo.clone());
        move || {
            text.set(String::new());
            memo.set(String::new());
        }
    };
    {
        let (hand, empty, on_pay) = (hand.clone(), empty.clone(), props.on_pay.clone());
        use_effect_with(props.errand.clone(), move |errand| {
            if errand.busy {
                return;
            }
            let (paid, next) = hand.borrow_mut().ended(errand.problem.is_none());
            if paid {
                empty();
            }
            if let Some(payment) = next {
                on_pay.emit(payment);
            }
        });
    }
    let onsubmit = {
        let (text, memo, faults, hand) = (text.clone(), memo.clone(), faults.clone(), hand.clone());
        let (token, owned, on_pay) = (props.token.clone(), props.owned, props.on_pay.clone());
        let busy = props.errand.busy;
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            match payment(&text, &memo, &token, owned) {
                Ok(payment) => {
                    faults.set(Faults::default());
                    if busy {
                        // Whoever presses again before the last payment is stored means another one.
                        if hand.borrow_mut().wait(payment) {
                            empty();
                        }
                    } else {
                        hand.borrow_mut().submit();
                        on_pay.emit(payment);
                    }
                }
                Err(found) => faults.set(found),
            }
        })
    };
    let preset = |label: &'static str, typed: String, possible: bool| {
        let onclick = fill.reform(move |_: MouseEvent| typed.clone());
        html! { <button type="button" class="button quiet preset" disabled={!possible} {onclick}>{ label }</button> }
    };
    let hint = match props.signing {
        Signing::PaymentKey => say::signed_here().to_owned(),
        Signing::WalletOrDelegate | Signing::WalletOnly => {
            let asks = say::wallet_will_ask();
            wallet_shows(&text, &props.token, props.paid)
                .map_or_else(|| asks.to_owned(), |shows| format!("{asks} {shows}"))
        }
    };
    let hint = match typed_worth(&text, &props.token) {
        Some(worth) => format!("{worth}. {hint}"),
        None => hint,
    };
    let further = if props.owned.is_zero() {
        Some(say::nothing_to_pay_with())
    } else {
        (!props.online).then(say::they_are_away)
    };
    let hint = match further {
        Some(further) => format!("{hint} {further}"),
        None => hint,
    };
    let error = faults.amount.clone().or_else(|| props.errand.problem.clone());
    html! {
        <form class="card pay" aria-label={say::pay()} {onsubmit} novalidate={true}>
            <Field id="pay-amount" label={say::amount()} class="large" keyboard="decimal" placeholder="0"
                value={(*text).clone()} on_input={fill.clone()} unit={props.token.symbol.clone()} {error} {hint}>
                <button type="submit" class={classes!("button", "pay-button", (!props.spendable.is_zero()).then_some("primary"))} aria-disabled={props.errand.busy.then_some("true")}>
                    { say::pay() }
                </button>
            </Field>
            <div class="presets">
                { for PRESETS.into_iter().map(|whole| {
                    let possible = Amount::parse(whole, props.token.decimals).is_ok_and(|amount| amount <= props.spendable);
                    preset(whole, whole.to_owned(), possible)
                }) }
                { preset(say::all(), as_typed(props.spendable, &props.token), !props.spendable.is_zero()) }
                <span class={classes!("delivery", delivery_class(props.delivery))} role="status" aria-label={say::delivery()}
                    data-testid="delivery">{ delivery_words(props.delivery, props.seen) }</span>
            </div>
            if props.can_note {
                <details class="disclosure" open={!props.given.memo.is_empty()}>
                    <summary>{ say::add_memo() }</summary>
                    <Field id="pay-memo" label={say::memo()} value={(*memo).clone()} on_input={keep(&memo)} error={faults.memo.clone()}
                        hint={say::memo_hint().to_owned()} />
                </details>
            }
        </form>
    }
}

/// What is typed is worth, while it is an amount.
fn typed_worth(text: &str, token: &Token) -> Option<String> {
    let amount = typed_amount(text, token).ok()?;
    worth(amount, token).filter(|_| !amount.is_zero())
}

const fn delivery_class(delivery: Delivery) -> &'static str {
    match delivery {
        Delivery::Nothing => "delivery-none",
        Delivery::Signing => "delivery-signing",
        Delivery::Stored => "delivery-stored",
        Delivery::Relayed => "delivery-relayed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payment(units: u128) -> Payment {
        Payment {
            amount: Amount::new(units).unwrap(),
            memo: None,
        }
    }

    #[test]
    fn what_was_typed_meanwhile_stays_and_what_was_pressed_is_paid_once() {
        let mut hand = Hand::default();
        assert_eq!(hand.ended(true), (false, None), "nothing was pressed");
        hand.edits = 1;
        hand.submit();
        assert_eq!(hand.ended(true), (true, None));
        hand.submit();
        hand.edits = 2;
        assert_eq!(hand.ended(true), (false, None), "typed on");
        hand.submit();
        assert!(hand.wait(payment(2)) && hand.wait(payment(3)));
        assert_eq!(hand.ended(true).1, Some(payment(2)));
        assert_eq!(hand.ended(true), (false, Some(payment(3))));
        assert_eq!(hand.ended(true), (false, None));
    }

    #[test]
    fn a_refusal_ends_the_row() {
        let mut hand = Hand::default();
        hand.submit();
        for _ in 0..MOST_WAITING {
            assert!(hand.wait(payment(2)));
        }
        assert!(!hand.wait(payment(2)), "kept in the form");
        assert_eq!(hand.ended(false), (false, None));
        assert_eq!(hand.ended(true), (false, None));
    }
}
