//! What the network takes.

use super::{Read, ReadProps, draw, text};
use crate::{
    components::{
        closing_panel::{ClosingPanel, Watchtower},
        deposit_form::DepositForm,
        fee::Fee,
    },
    hooks::ErrandState,
    state::{
        act::Act,
        config::{ClockMode, Token},
        exhibits,
        fees::Fees,
        price::Price,
        snapshot::{Latest, Snapshot},
        standing::tests::units,
    },
};
use std::rc::Rc;
use thunder_channel::{Address, Amount, PerSide, Side};
use yew::Callback;

#[test]
fn the_networks_fee_is_said_before_the_wallet_opens() {
    let fee = |token, amount, ether: &str, gas_price: Option<u128>, price: Option<Price>| {
        let coin = Token {
            price,
            ..Token::ether()
        };
        let latest = Latest(Rc::new(Snapshot {
            wallet: vec![(coin.address, Some(Amount::parse(ether, 18).unwrap()))],
            fees: gas_price.map(|gas_price| Fees { gas_price, coin }),
            ..Snapshot::default()
        }));
        let children = yew::html! { <Fee act={Act::Open} {token} {amount} /> };
        text(&draw::<Read>(ReadProps { latest, children }))
    };
    let said =
        |ether: &str, gas_price, price| fee(Address::repeat_byte(1), units(100), ether, gas_price, price);
    let gwei = Some(1_000_000_000);
    assert_eq!(said("1", gwei, None), "Network fee: about 0.00011 ETH.");
    assert_eq!(
        said("1", gwei, Price::parse("EUR", "3000")),
        "Network fee: about 0.00011 ETH (≈ EUR 0.330000000000000000)."
    );
    assert_eq!(
        said("0", gwei, None),
        "This account has 0 ETH; the network's fee is about 0.00011 ETH."
    );
    assert_eq!(said("0.00011", gwei, None), "Network fee: about 0.00011 ETH.");
    assert_eq!(said("1", None, None), "", "nothing is made up");
    // Who puts in all its ether has none left for the fee.
    let ether = |amount| fee(Address::zero(), units(amount), "2.5", gwei, None);
    assert_eq!(ether(2), "Network fee: about 0.000053 ETH.");
    assert!(ether(3).starts_with("This account has 2.5 ETH, and with the network's fee about 3.0"));
}

#[test]
fn what_costs_something_says_so() {
    let read = |children| {
        let latest = exhibits::latest(Token::ether());
        text(&draw::<Read>(ReadProps { latest, children }))
    };
    let closing = |holder, now| {
        read(yew::html! {
            <ClosingPanel {holder} closer={Side::Bob} closes_at={110} {now} clock={ClockMode::Blocks}
                payout={PerSide { alice: units(80), bob: units(20) }} token={Token::ether()} understated={false} development={false}
                watchtower={Watchtower::None} errand={ErrandState::default()} on_settle={Callback::noop()} on_accept={Callback::noop()}
                on_ask={Callback::noop()} />
        })
    };
    let accepting = closing(Side::Alice, 10);
    assert!(accepting.contains("about 0.0001 ETH."), "{accepting}");
    let settling = closing(Side::Alice, 110);
    assert!(settling.contains("about 0.000098 ETH."), "{settling}");
    assert!(
        !closing(Side::Bob, 10).contains("Network fee"),
        "there is nothing to send"
    );
    let depositing = read(yew::html! {
        <DepositForm token={Token::ether()} balance={units(2)} errand={ErrandState::default()} on_deposit={Callback::noop()} />
    });
    assert!(depositing.contains("about 0.000065 ETH."), "{depositing}");
    assert!(depositing.contains("asks once"), "{depositing}");
    let thd = Token {
        address: Address::repeat_byte(1),
        ..Token::ether()
    };
    let depositing = read(yew::html! {
        <DepositForm token={thd} balance={units(2)} errand={ErrandState::default()} on_deposit={Callback::noop()} />
    });
    assert!(depositing.contains("asks twice: for a signature"), "{depositing}");
}
