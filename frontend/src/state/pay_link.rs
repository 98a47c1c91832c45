//! Links that ask to be paid: how they are written, and what the channel's page makes of one. Nothing is paid because of a link:
//! whoever opens it sees what it asks for, and presses the button or does not.
//!
//! A link is `#/channel/<id>/pay?to=bob&request=7` for a request that was signed and sent, or
//! `#/channel/<id>/pay?to=bob&amount=12.5&memo=Coffee` for an amount that is filled in. `to` is the side that wants to be paid. Anybody can
//! write either, so the first shows only what the channel has of that request, and the second only what could have been typed.

use super::{config::Token, route::Route, standing::Standing};
use crate::words::{Said, as_typed, money, plain_amount, say, sentence};
use thunder_channel::{Amount, ChannelId, MemoText, RequestNumber, Side};
use thunder_client::{ChannelView, RequestState};

/// Who asks, and where: what its links begin with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayLinks {
    /// Where the app is.
    pub origin: String,
    /// The channel to pay in.
    pub channel: ChannelId,
    /// The side that wants to be paid.
    pub payee: Side,
}

impl PayLinks {
    /// To a request that the other side was sent.
    #[must_use]
    pub fn request(&self, number: RequestNumber) -> String {
        self.link(&format!("request={number}"))
    }

    /// To the form that pays, with this in it.
    #[must_use]
    pub fn amount(&self, amount: Amount, memo: &MemoText, token: &Token) -> String {
        let amount = amount.display(token.decimals);
        if memo.is_empty() {
            return self.link(&format!("amount={amount}"));
        }
        self.link(&format!("amount={amount}&memo={}", encode(memo.as_str())))
    }

    fn link(&self, asked: &str) -> String {
        let route = Route::Pay(self.channel, format!("?to={}&{asked}", name(self.payee)));
        format!("{}/{}", self.origin, route.href())
    }
}

/// The ends of a link that is read; a memo of the longest kind takes less.
const MAX_LENGTH: usize = 4_096;

/// What a link asks for, as it says.
#[derive(Clone, Debug, PartialEq, Eq)]
struct PayLink {
    payee: Side,
    asked: Asked,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Asked {
    Request(RequestNumber),
    Amount { amount: String, memo: String },
}

impl PayLink {
    /// Reads what follows `/pay`. Names that it does not know may mean something to a later version, and change nothing here.
    fn parse(text: &str) -> Option<Self> {
        let fields = text.strip_prefix('?').filter(|_| text.len() <= MAX_LENGTH)?;
        let (mut payee, mut request, mut amount, mut memo) = (None, None, None, None);
        for field in fields.split('&') {
            let (name, value) = field.split_once('=').unwrap_or((field, ""));
            let place = match name {
                "to" => &mut payee,
                "request" => &mut request,
                "amount" => &mut amount,
                "memo" => &mut memo,
                _ => continue,
            };
            // Said twice, it could mean one thing to who looks at it and another to the app.
            if place.replace(decode(value)?).is_some() {
                return None;
            }
        }
        let payee = Side::BOTH
            .into_iter()
            .find(|side| payee.as_deref() == Some(name(*side)))?;
        let asked = match (request, amount) {
            (Some(number), None) if memo.is_none() && number.bytes().all(|digit| digit.is_ascii_digit()) => {
                Asked::Request(number.parse().ok()?)
            }
            (None, Some(amount)) => Asked::Amount {
                amount,
                memo: memo.unwrap_or_default(),
            },
            _ => return None,
        };
        Some(Self { payee, asked })
    }
}

/// What the form that pays begins with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// The amount, as it is typed here.
    pub amount: String,
    /// What for.
    pub memo: String,
}

/// What the channel's page makes of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Led {
    /// To a request that waits for the holder's answer.
    Asked(RequestNumber),
    /// To the form that pays, with this in it; and what is said of it.
    Filled(Given, String),
    /// To nothing that could be paid here; why not.
    Nothing(String),
}

impl Led {
    /// By what follows `/pay` in a link to this channel.
    #[must_use]
    pub fn by(text: &str, view: &ChannelView, token: &Token) -> Self {
        let nothing = |words: &str| Self::Nothing(words.to_owned());
        let Some(link) = PayLink::parse(text) else {
            return nothing(say::pay_link_broken());
        };
        if link.payee == view.holder {
            return nothing(say::pay_link_own());
        }
        match Standing::of(view) {
            _ if view.fault.is_some() => return nothing(say::pay_link_closed()),
            Standing::Open => (),
            Standing::Offered => return nothing(say::pay_link_join()),
            Standing::Opening => return nothing(say::pay_link_opening()),
            _ => return nothing(say::pay_link_closed()),
        }
        match link.asked {
            Asked::Request(number) => asked(number, view, token),
            Asked::Amount { amount, memo } => filled(&amount, &memo, view, token),
        }
    }
}

fn asked(number: RequestNumber, view: &ChannelView, token: &Token) -> Led {
    let Some(request) = view
        .requests_to_me
        .iter()
        .find(|request| request.number == number)
    else {
        return Led::Nothing(say::pay_link_unknown().to_owned());
    };
    let amount = money(request.amount, token);
    Led::Nothing(match request.state {
        RequestState::Open => return Led::Asked(number),
        RequestState::Answered { .. } => say::pay_link_paid(&amount),
        RequestState::Cancelled => say::pay_link_taken_back(&amount),
        RequestState::Expired => say::pay_link_expired(&amount),
        RequestState::Declined => say::pay_link_declined(&amount),
    })
}

fn filled(amount: &str, memo: &str, view: &ChannelView, token: &Token) -> Led {
    // A link is read the same way wherever it is opened, whatever the language there writes before decimals.
    let Some(amount) = plain_amount(amount, token)
        .ok()
        .filter(|amount| !amount.is_zero())
    else {
        return Led::Nothing(say::pay_link_no_amount().to_owned());
    };
    let (memo, left_out) = match MemoText::parse(memo.trim()) {
        Err(error) => (MemoText::default(), Some(sentence(&error.said()))),
        Ok(memo) if !memo.is_empty() && !view.can_note => {
            (MemoText::default(), Some(say::pay_link_no_memo().to_owned()))
        }
        Ok(memo) => (memo, None),
    };
    let said = say::pay_link_filled(&money(amount, token));
    let said = match left_out {
        Some(why) => format!("{said} {} {why}", say::pay_link_memo_left_out()),
        None => said,
    };
    let given = Given {
        amount: as_typed(amount, token),
        memo: memo.as_str().to_owned(),
    };
    Led::Filled(given, said)
}

/// An account on its chain, as wallets read it from a QR code (EIP-681): without the chain they would take their own, and what is sent
/// there does not arrive.
#[must_use]
pub fn address_uri(address: thunder_channel::Address, chain_id: u64) -> String {
    format!("ethereum:{}@{chain_id}", thunder_channel::checksummed(address))
}

const fn name(side: Side) -> &'static str {
    match side {
        Side::Alice => "alice",
        Side::Bob => "bob",
    }
}

/// With everything in hexadecimal that an address could read as something else.
fn encode(text: &str) -> String {
    use std::fmt::Write;
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            // Writing into a string does not fail.
            let _: std::fmt::Result = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// The text again; nothing where it is no text. A plus is a space, as in what forms send.
fn decode(encoded: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut left = encoded.bytes();
    while let Some(byte) = left.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || char::from(left.next()?).to_digit(16);
                u8::try_from(digit()? * 16 + digit()?).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests;
