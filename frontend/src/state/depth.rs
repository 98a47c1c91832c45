//! How deep in the chain a deposit is that does not count yet.

use thunder_channel::Side;
use thunder_client::{ChannelView, EntryKind};

/// Blocks that have followed the newest deposit of a side, and how many have to. `None` where nothing is waited for, or where no block
/// is known.
#[must_use]
pub fn depth(view: &ChannelView, side: Side, head: Option<u64>, confirmations: u64) -> Option<(u64, u64)> {
    let block = view.entries.iter().rev().find_map(|entry| match entry.kind {
        EntryKind::Opened { block, .. } if side == Side::Alice => Some(block),
        EntryKind::Deposited { side: by, block, .. } if by == side => Some(block),
        _ => None,
    })?;
    let followed = head?.saturating_sub(block);
    (followed < confirmations).then_some((followed, confirmations))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::standing::tests::{units, view};
    use thunder_client::Entry;

    #[test]
    fn blocks_are_counted_from_the_newest_deposit_of_that_side() {
        let amount = units(1);
        let deposited = |side, block| EntryKind::Deposited { side, amount, block };
        let kinds = [
            EntryKind::Opened { block: 10, amount },
            deposited(Side::Alice, 20),
            deposited(Side::Bob, 21),
        ];
        let view = ChannelView {
            entries: kinds.map(|kind| Entry::new(0, kind)).into_iter().collect(),
            ..view()
        };
        assert_eq!(depth(&view, Side::Alice, Some(21), 3), Some((1, 3)));
        assert_eq!(depth(&view, Side::Bob, Some(21), 3), Some((0, 3)));
        assert_eq!(depth(&view, Side::Alice, Some(23), 3), None, "it counts");
        assert_eq!(depth(&view, Side::Alice, Some(23), 0), None);
        assert_eq!(depth(&view, Side::Alice, None, 3), None, "nothing was read yet");
        let empty = ChannelView {
            entries: std::iter::empty().collect(),
            ..view
        };
        assert_eq!(depth(&empty, Side::Alice, Some(1), 3), None);
    }
}
