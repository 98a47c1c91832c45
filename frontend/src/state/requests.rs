//! Payment requests on the screen: the form that makes one, which of them are listed, and what pays one.

use super::{config::Token, draft::amount_up_to};
use crate::words::{Said, duration, money, say};
use thunder_channel::{Amount, MemoText, RequestNumber};
use thunder_client::{ChannelView, Command, RequestState, RequestView};

/// How long a request can be paid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Term {
    /// An hour.
    Hour,
    /// A day.
    #[default]
    Day,
    /// A week.
    Week,
    /// Thirty days.
    Month,
}

impl Term {
    /// In the order of the list.
    pub const ALL: [Self; 4] = [Self::Hour, Self::Day, Self::Week, Self::Month];

    /// On the list.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Hour => say::hour(),
            Self::Day => say::day(),
            Self::Week => say::week(),
            Self::Month => say::month(),
        }
    }

    const fn seconds(self) -> u64 {
        const HOUR: u64 = 60 * 60;
        match self {
            Self::Hour => HOUR,
            Self::Day => 24 * HOUR,
            Self::Week => 7 * 24 * HOUR,
            Self::Month => 30 * 24 * HOUR,
        }
    }
}

/// What is wrong with an amount and a memo, in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// About the amount.
    pub amount: Option<String>,
    /// About the memo.
    pub memo: Option<String>,
}

/// A payment to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// How much.
    pub amount: Amount,
    /// What for, if anything was typed.
    pub memo: Option<MemoText>,
}

/// A request to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// How much.
    pub amount: Amount,
    /// What for; can be empty.
    pub memo: MemoText,
    /// How long it can be paid.
    pub term: Term,
}

impl Wish {
    /// Until when it can be paid, in seconds since 1970.
    #[must_use]
    pub const fn expiry(&self, now_ms: u64) -> u64 {
        (now_ms / 1_000).saturating_add(self.term.seconds())
    }
}

/// Reads what was typed to pay with. `owned` is the most that can be paid.
///
/// # Errors
/// [`Faults`] with words for every wrong field.
pub fn payment(typed: &str, memo: &str, token: &Token, owned: Amount) -> Result<Payment, Faults> {
    let above = |limit| say::pay_at_most(&money(limit, token));
    let (amount, memo) = both(amount_up_to(typed, token, Some(owned), above), memo)?;
    let memo = Some(memo).filter(|memo| !memo.is_empty());
    Ok(Payment { amount, memo })
}

/// Reads what was typed to be paid.
///
/// # Errors
/// [`Faults`] with words for every wrong field.
pub fn wish(typed: &str, memo: &str, term: Term, token: &Token) -> Result<Wish, Faults> {
    let (amount, memo) = both(amount_up_to(typed, token, None, |_| String::new()), memo)?;
    Ok(Wish { amount, memo, term })
}

fn both(amount: Result<Amount, String>, memo: &str) -> Result<(Amount, MemoText), Faults> {
    match (amount, MemoText::parse(memo.trim())) {
        (Ok(amount), Ok(memo)) => Ok((amount, memo)),
        (amount, memo) => Err(Faults {
            amount: amount.err(),
            memo: memo.err().map(|error| error.said()),
        }),
    }
}

/// Requests of the holder's that are over and still listed.
const OVER: usize = 3;

/// The holder's own requests that are listed, newest first: all that can still be paid, and the last few that are over.
pub fn listed(requests: &[RequestView]) -> impl Iterator<Item = &RequestView> {
    let mut over = 0;
    requests.iter().rev().filter(move |request| {
        over += usize::from(request.state != RequestState::Open);
        request.state == RequestState::Open || over <= OVER
    })
}

/// What the holder is asked to pay and has not answered, oldest first.
pub fn unanswered(view: &ChannelView) -> impl Iterator<Item = &RequestView> {
    let open = |request: &&RequestView| request.state == RequestState::Open;
    view.requests_to_me.iter().filter(open)
}

/// The same, with the one that a link led to before the others.
pub fn linked_first(
    requests: &[RequestView],
    linked: Option<RequestNumber>,
) -> impl Iterator<Item = &RequestView> {
    let is = move |request: &&RequestView| Some(request.number) == linked;
    let others = requests.iter().filter(move |request| !is(request));
    requests.iter().filter(is).chain(others)
}

/// How a request stands.
#[must_use]
pub fn request_words(request: &RequestView, now_ms: u64) -> String {
    match request.state {
        RequestState::Open => {
            let left = request.expiry.saturating_sub(now_ms / 1_000);
            say::can_be_paid(&duration(left))
        }
        RequestState::Expired => say::not_paid_in_time().to_owned(),
        RequestState::Cancelled => say::taken_back().to_owned(),
        RequestState::Declined => say::declined().to_owned(),
        RequestState::Answered { .. } => say::request_paid().to_owned(),
    }
}

/// Pays a request of the counterparty's: as much as was asked for, and for the same thing in words where words go along.
#[must_use]
pub fn answer(view: &ChannelView, request: &RequestView) -> Command {
    let memo = Some(&request.memo).filter(|memo| view.can_note && !memo.is_empty());
    Command::Pay {
        channel: view.id,
        amount: request.amount,
        memo: memo.cloned(),
        request: Some(request.number),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::state::standing::tests::{units, view};

    pub fn request(number: u64, state: RequestState) -> RequestView {
        RequestView {
            number: RequestNumber::new(number).unwrap(),
            amount: units(3),
            expiry: 10_000,
            memo: MemoText::parse("Lunch").unwrap(),
            state,
        }
    }

    #[test]
    fn what_is_typed_is_read_or_refused_field_by_field() {
        let token = Token::ether();
        let paid = payment("2.5", " Lunch ", &token, units(4)).unwrap();
        assert_eq!(paid.amount, Amount::parse("2.5", 18).unwrap());
        assert_eq!(paid.memo.unwrap().as_str(), "Lunch");
        assert_eq!(payment("1", "  ", &token, units(4)).unwrap().memo, None);
        let faults = payment("5", &"x".repeat(141), &token, units(4)).unwrap_err();
        assert!(faults.amount.unwrap().contains("at most 4 ETH"));
        assert!(faults.memo.unwrap().contains("140"));

        // More can be asked for than is in the channel: the other side may put it in.
        let wished = wish("50", "", Term::Hour, &token).unwrap();
        assert_eq!((wished.amount, wished.expiry(2_500)), (units(50), 3_602));
        let faults = wish("", "a\nb", Term::Day, &token).unwrap_err();
        assert!(faults.amount.is_some() && faults.memo.is_some());
    }

    #[test]
    fn open_requests_stay_listed_and_old_ones_go() {
        let answered = |number| request(number, RequestState::Answered { total: units(3) });
        let requests = [
            request(1, RequestState::Open),
            request(2, RequestState::Expired),
            answered(3),
            request(4, RequestState::Cancelled),
            answered(5),
            request(6, RequestState::Open),
        ];
        let numbers: Vec<_> = listed(&requests).map(|request| request.number.get()).collect();
        assert_eq!(numbers, [6, 5, 4, 3, 1]);
        let asked = ChannelView {
            requests_to_me: requests.to_vec(),
            ..view()
        };
        let numbers: Vec<_> = unanswered(&asked).map(|request| request.number.get()).collect();
        assert_eq!(numbers, [1, 6]);
        for (linked, order) in [
            (None, [1, 2, 3]),
            (RequestNumber::new(2), [2, 1, 3]),
            (RequestNumber::new(9), [1, 2, 3]),
        ] {
            let numbers: Vec<_> = linked_first(&requests[..3], linked)
                .map(|request| request.number.get())
                .collect();
            assert_eq!(numbers, order);
        }
    }

    #[test]
    fn how_a_request_stands_is_said() {
        let words = |state| request_words(&request(1, state), 9_940_500);
        assert_eq!(words(RequestState::Open), "Expires in about 1 minute");
        assert_eq!(words(RequestState::Expired), "Not paid in time");
        assert_eq!(words(RequestState::Answered { total: units(3) }), "Paid");
    }

    #[test]
    fn words_go_along_only_where_no_window_opens_for_them() {
        let asked = request(7, RequestState::Open);
        let memo = |can_note| {
            let view = ChannelView { can_note, ..view() };
            match answer(&view, &asked) {
                Command::Pay {
                    amount,
                    memo,
                    request,
                    ..
                } => {
                    assert_eq!((amount, request), (units(3), Some(asked.number)));
                    memo
                }
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(memo(true), Some(asked.memo.clone()));
        assert_eq!(memo(false), None);
    }
}
