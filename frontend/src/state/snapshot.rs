//! What the client said last: everything the pages draw, taken in one go so that no two parts of a page disagree.

use super::{
    act::{Act, Subject},
    fees::Fees,
    sent::Sent,
};
use std::rc::Rc;
use thunder_channel::{Address, Amount, ChannelId, Joining};
use thunder_client::{ChannelView, Head, SpendingView};
use yew::Reducible;

/// The client's state at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Newest first.
    pub views: Vec<ChannelView>,
    /// The newest block that was read and the hub's clock at it.
    pub head: Option<(Head, u64)>,
    /// Whether the chain was read recently.
    pub chain_fresh: bool,
    /// Whether the relay accepted the sign-in.
    pub relay_online: bool,
    /// What the payment key may pay by itself, for each token with a limit or a payment.
    pub spending: Vec<SpendingView>,
    /// What the account owns outside channels, by token, in the order of the configuration. `None` before it was read.
    pub wallet: Vec<(Address, Option<Amount>)>,
    /// What the hub still owes the account, by token, where a push failed.
    pub owed: Vec<(Address, Amount)>,
    /// What the network takes for a transaction, if that was read.
    pub fees: Option<Fees>,
    /// Transactions on their way, newest first.
    pub sent: Vec<Sent>,
}

impl Snapshot {
    /// One channel.
    #[must_use]
    pub fn view(&self, id: ChannelId) -> Option<&ChannelView> {
        self.views.iter().find(|view| view.id == id)
    }

    /// The channel that a link or code means.
    #[must_use]
    pub fn find(&self, joining: &Joining) -> Option<&ChannelView> {
        self.views.iter().find(|view| joining.matches(view.id))
    }

    /// What the wallet has of a token, if that was read.
    #[must_use]
    pub fn balance(&self, token: Address) -> Option<Amount> {
        self.wallet
            .iter()
            .find(|(of, _)| *of == token)
            .and_then(|(_, amount)| *amount)
    }

    /// What transactions that are on their way do to a channel, or to what is owed: a second one of the same kind would be paid for in vain.
    #[must_use]
    pub fn under_way(&self, to: Subject) -> Vec<Act> {
        let here = self.sent.iter().filter(|sent| sent.to == to);
        here.map(|sent| sent.act).collect()
    }

    /// The hub's clock, as read last.
    #[must_use]
    pub fn clock(&self) -> Option<u64> {
        self.head.map(|(_, clock)| clock)
    }
}

/// What changes it.
#[derive(Clone, Debug)]
pub enum Reading {
    /// The client's state changed.
    Client(Box<Snapshot>),
    /// The wallet's balances and what the hub owes were read.
    Money {
        /// By token.
        wallet: Vec<(Address, Option<Amount>)>,
        /// By token, only what is not zero.
        owed: Vec<(Address, Amount)>,
        /// What the network takes for a transaction, if the node says.
        fees: Option<Fees>,
    },
    /// A transaction was sent, or one is over.
    Sent(Vec<Sent>),
    /// Another account: nothing is known.
    Reset,
}

/// [`Snapshot`] behind a pointer, so that handing it down costs nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Latest(pub Rc<Snapshot>);

impl Reducible for Latest {
    type Action = Reading;

    fn reduce(self: Rc<Self>, action: Reading) -> Rc<Self> {
        let next = match action {
            Reading::Client(read) => Snapshot {
                wallet: self.0.wallet.clone(),
                owed: self.0.owed.clone(),
                fees: self.0.fees.clone(),
                sent: self.0.sent.clone(),
                ..*read
            },
            Reading::Money { wallet, owed, fees } => Snapshot {
                wallet,
                owed,
                fees,
                ..(*self.0).clone()
            },
            Reading::Sent(sent) => Snapshot {
                sent,
                ..(*self.0).clone()
            },
            Reading::Reset => Snapshot::default(),
        };
        if next == *self.0 {
            return self;
        }
        Rc::new(Self(Rc::new(next)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{
        config::Token,
        standing::tests::{units, view},
    };
    use thunder_channel::Bytes32;

    #[test]
    fn readings_of_client_and_money_do_not_erase_each_other() {
        let money = Reading::Money {
            wallet: vec![(Address::zero(), Some(units(3)))],
            owed: Vec::new(),
            fees: Some(Fees {
                gas_price: 7,
                coin: Token::ether(),
            }),
        };
        let client = Reading::Client(Box::new(Snapshot {
            views: vec![view()],
            relay_online: true,
            ..Snapshot::default()
        }));
        let latest = Rc::new(Latest::default()).reduce(money).reduce(client.clone());
        assert_eq!(latest.0.balance(Address::zero()), Some(units(3)));
        assert_eq!(latest.0.balance(Address::repeat_byte(1)), None);
        assert_eq!(latest.0.fees.as_ref().map(|fees| fees.gas_price), Some(7));
        assert!(latest.0.view(view().id).is_some());
        let code = Joining::parse(&view().id.short_code()).unwrap();
        assert_eq!(latest.0.find(&code), latest.0.view(view().id));
        let claim = Sent {
            act: Act::Claim,
            to: Subject::Channel(view().id),
            hash: Bytes32::zero(),
            at: 0,
        };
        let latest = latest.reduce(Reading::Sent(vec![claim]));
        assert_eq!(latest.0.under_way(Subject::Channel(view().id)), [Act::Claim]);
        // Nothing new keeps the pointer, so nothing is drawn again.
        let same = latest.clone().reduce(client);
        assert!(Rc::ptr_eq(&same, &latest));
        assert_eq!(*same.reduce(Reading::Reset), Latest::default());
    }
}
