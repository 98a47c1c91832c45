//! Payments and requests in words.

use thunder_api::{Delivery, Invoice, InvoiceState, Payment};

use super::channel::handle;
use super::money::Tokens;
use super::{Style, plain, short_address, table, time};
use thunder_channel::Address;

/// A payment that was made, and what to do next.
#[must_use]
pub fn paid(payment: &Payment, token: Address, tokens: &Tokens, caller: &str, style: Style) -> String {
    let amount = tokens.money(payment.amount, token);
    let to = short_address(payment.to);
    let done = if payment.repeated {
        "had been paid with this key:"
    } else {
        "paid"
    };
    let (state, next) = match payment.delivery {
        Delivery::Delivered => (
            style.good("the other node has it"),
            format!("{caller} channel {}", handle(payment.channel)),
        ),
        Delivery::Relayed => (
            style.good("the relay keeps it for them"),
            "nothing: they get it when they come back".to_owned(),
        ),
        Delivery::Stored => (
            style.alarming("stored here; it is sent when the other node or the relay can be reached"),
            format!("nothing, or help it: {caller} connect <ip:port>"),
        ),
    };
    format!("{done} {amount} to {to} · {state}\nnext: {next}")
}

/// A request that now stands.
#[must_use]
pub fn requested(invoice: &Invoice, token: Address, tokens: &Tokens, caller: &str) -> String {
    format!(
        "asked for {} in {}, number {}, until {}\nnext: it is paid or it expires; to take it back: {caller} cancel {} {}",
        tokens.money(invoice.amount, token),
        handle(invoice.channel),
        invoice.number,
        time::at(invoice.expiry.saturating_mul(1000)),
        handle(invoice.channel),
        invoice.number
    )
}

/// A row for each request. Of a channel whose token is not known, the amount is in smallest units.
#[must_use]
pub fn invoices(
    invoices: &[Invoice],
    token_of: impl Fn(&Invoice) -> Option<Address>,
    tokens: &Tokens,
    caller: &str,
) -> String {
    if invoices.is_empty() {
        return "nobody asks to be paid".to_owned();
    }
    let head = ["channel", "number", "who", "amount", "state", "until", "what for"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.extend(invoices.iter().map(|invoice| {
        let amount = token_of(invoice).map_or_else(
            || format!("{} units", invoice.amount),
            |token| tokens.money(invoice.amount, token),
        );
        vec![
            handle(invoice.channel),
            invoice.number.to_string(),
            if invoice.by_me {
                "this node"
            } else {
                "the other side"
            }
            .to_owned(),
            amount,
            state(invoice.state).to_owned(),
            time::at(invoice.expiry.saturating_mul(1000)),
            plain(&invoice.memo),
        ]
    }));
    let to_pay = invoices
        .iter()
        .any(|invoice| !invoice.by_me && invoice.state == InvoiceState::Open);
    if to_pay {
        let next = format!("next: {caller} pay <amount> --channel <channel> --request <number>");
        format!("{}\n{next}", table(&rows))
    } else {
        table(&rows)
    }
}

fn state(state: InvoiceState) -> &'static str {
    match state {
        InvoiceState::Open => "open",
        InvoiceState::Expired => "expired",
        InvoiceState::Cancelled => "taken back",
        InvoiceState::Declined => "declined",
        InvoiceState::Paid => "paid",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::fixtures::{ALICE, channel, thd, tokens};
    use thunder_api::Phase;

    #[test]
    fn a_payment_says_how_far_it_has_come() {
        let one = channel("aaaa1111", Phase::Open);
        let mut payment = Payment {
            channel: one.id,
            to: ALICE.parse().unwrap(),
            amount: thd(5),
            total: thd(15),
            delivery: Delivery::Delivered,
            repeated: false,
        };
        let say = |payment: &Payment| paid(payment, one.token, &tokens(), "thunder-cli", Style::PLAIN);
        assert_eq!(
            say(&payment),
            "paid 5 THD to 0x7099…79C8 · the other node has it\nnext: thunder-cli channel 0xaaaa1111"
        );
        payment.delivery = Delivery::Relayed;
        assert!(say(&payment).starts_with("paid 5 THD to 0x7099…79C8 · the relay keeps it for them\n"));
        payment.delivery = Delivery::Stored;
        assert!(
            say(&payment)
                .starts_with("paid 5 THD to 0x7099…79C8 · stored here; it is sent when the other node")
        );
        payment.repeated = true;
        assert!(say(&payment).starts_with("had been paid with this key: 5 THD to 0x7099…79C8"));
    }

    fn invoice(by_me: bool, state: InvoiceState) -> Invoice {
        Invoice {
            channel: channel("aaaa1111", Phase::Open).id,
            number: 3,
            by_me,
            amount: thd(20),
            memo: "March\u{7}".to_owned(),
            expiry: 951_782_400,
            state,
        }
    }

    #[test]
    fn a_request_says_how_to_take_it_back() {
        let token = channel("aaaa1111", Phase::Open).token;
        assert_eq!(
            requested(
                &invoice(true, InvoiceState::Open),
                token,
                &tokens(),
                "thunder-cli"
            ),
            "asked for 20 THD in 0xaaaa1111, number 3, until 2000-02-29 00:00:00 UTC\n\
             next: it is paid or it expires; to take it back: thunder-cli cancel 0xaaaa1111 3"
        );
    }

    #[test]
    fn what_can_be_paid_says_how() {
        let token = channel("aaaa1111", Phase::Open).token;
        let say = |all: &[Invoice]| invoices(all, |_| Some(token), &tokens(), "thunder-cli");
        let text = say(&[invoice(false, InvoiceState::Open)]);
        assert!(
            text.contains("0xaaaa1111  3       the other side  20 THD  open"),
            "{text}"
        );
        assert!(
            text.contains("March\u{fffd}") && text.ends_with("--request <number>"),
            "{text}"
        );
        assert!(
            !say(&[
                invoice(true, InvoiceState::Open),
                invoice(false, InvoiceState::Paid)
            ])
            .contains("next")
        );
        assert_eq!(say(&[]), "nobody asks to be paid");
        let unknown = invoices(
            &[invoice(true, InvoiceState::Open)],
            |_| None,
            &tokens(),
            "thunder-cli",
        );
        assert!(unknown.contains("20000000000000000000 units"), "{unknown}");
    }
}
