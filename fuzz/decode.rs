//! What is asked of every decoder of foreign text. Shared by the fuzz target and the test in `channel/tests/decoders.rs`.

use std::{fmt::Debug, str::FromStr};
use thunder_channel::{
    Amount, ChannelId, Digest, Invite, Joining, MemoText, Signature, checksummed, parse_address,
    wire::{ClientFrame, RelayFrame},
};

/// Decodes a text as everything it could be, checks that what was accepted is spelled in a form that reads back to the
/// same, and says how many decoders accepted it.
pub fn everything(text: &str) -> usize {
    let accepted = [
        same(ClientFrame::parse(text), ClientFrame::to_text, ClientFrame::parse),
        same(RelayFrame::parse(text), RelayFrame::to_text, RelayFrame::parse),
        same(Invite::parse(text), Invite::fragment, Invite::parse),
        same(
            parse_address(text),
            |address| checksummed(*address),
            parse_address,
        ),
        same(
            Signature::from_str(text),
            Signature::to_string,
            Signature::from_str,
        ),
        same(Amount::from_str(text), Amount::to_string, Amount::from_str),
        same(
            Amount::parse(text, 18),
            |amount| amount.display(18),
            |text| Amount::parse(text, 18),
        ),
        same(MemoText::parse(text), MemoText::to_string, MemoText::parse),
        Amount::parse(text, 0).is_ok(),
        Amount::parse(text, u8::MAX).is_ok(),
        joining(text),
    ];
    if let Ok(signature) = text.parse::<Signature>() {
        // Whether somebody's key fits or none does, asking is safe.
        let _ = signature.recover(&Digest([7; 32]));
    }
    accepted.into_iter().filter(|accepted| *accepted).count()
}

fn same<T: PartialEq + Debug, E, F: Debug>(
    read: Result<T, E>,
    spell: impl Fn(&T) -> String,
    again: impl Fn(&str) -> Result<T, F>,
) -> bool {
    let Ok(value) = read else { return false };
    let text = spell(&value);
    let back = again(&text);
    assert!(
        back.as_ref().is_ok_and(|back| *back == value),
        "{value:?} is spelled {text}, which reads as {back:?}"
    );
    true
}

fn joining(text: &str) -> bool {
    let Ok(joining) = Joining::parse(text) else {
        return false;
    };
    let (id, spelled) = match joining {
        Joining::Channel(id) => (id, id.fragment()),
        Joining::Code(bits) => {
            let mut id = [0; 32];
            id[..bits.len()].copy_from_slice(&bits);
            let id = ChannelId(id.into());
            (id, id.short_code())
        }
    };
    assert!(joining.matches(id));
    assert_eq!(Joining::parse(&spelled), Ok(joining));
    true
}
