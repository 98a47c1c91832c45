// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IChannelHub} from "../../src/IChannelHub.sol";
import {HubInvariants} from "./Invariants.sol";

/// @dev The invariants are worth as much as the actions that they are held against. Here the same actions are drawn
/// at random by the test itself, and everything that is supposed to happen must have happened.
abstract contract Reach is HubInvariants {
    uint256 private constant _ACTIONS = 6000;
    uint256 private constant _CHECKED = 24; // after every so many, to stay within the gas of a test
    uint256 private _drawn;

    function test_the_handler_reaches_everything() public {
        bytes4[] memory actions = _handler.actions();
        for (uint256 n = 0; n < _ACTIONS; ++n) {
            _act(actions[_draw() % actions.length]);
            if (n % _CHECKED == 0) this.invariant_I01_to_I10(); // a call of its own has memory of its own
        }
        afterInvariant();
        _assertHappened();
        _assertRefused();
    }

    function _act(bytes4 a) private {
        if (a == _handler.open.selector) {
            _handler.open(_draw(), _draw(), uint8(_draw()));
        } else if (a == _handler.deposit.selector) {
            _handler.deposit(_draw(), _draw(), _flip(), uint8(_draw()), uint8(_draw()));
        } else if (a == _handler.pay.selector) {
            _handler.pay(_draw(), _draw(), _flip());
        } else if (a == _handler.withdraw.selector) {
            _handler.withdraw(_draw(), _draw(), _flip(), uint8(_draw()));
        } else if (a == _handler.close.selector) {
            _handler.close(_draw(), _flip(), _draw(), _draw(), uint8(_draw()));
        } else if (a == _handler.claim.selector) {
            _handler.claim(_draw(), _flip(), _draw(), uint8(_draw()));
        } else if (a == _handler.settle.selector) {
            _handler.settle(_draw(), _flip());
        } else if (a == _handler.settleWithLittleGas.selector) {
            _handler.settleWithLittleGas(_draw(), _draw());
        } else if (a == _handler.accept.selector) {
            _handler.accept(_draw());
        } else if (a == _handler.settleTogether.selector) {
            _handler.settleTogether(_draw(), _draw(), _draw(), uint8(_draw()));
        } else if (a == _handler.collect.selector) {
            _handler.collect(_draw(), uint8(_draw()));
        } else if (a == _handler.pass.selector) {
            _handler.pass(uint8(_draw()), uint8(_draw()));
        } else if (a == _handler.changeMood.selector) {
            _handler.changeMood(_flip(), uint8(_draw()));
        } else if (a == _handler.changeTricks.selector) {
            _handler.changeTricks(uint8(_draw()), uint8(_draw()), uint8(_draw()));
        } else if (a == _handler.confiscate.selector) {
            _handler.confiscate(_draw());
        } else if (a == _handler.giveBack.selector) {
            _handler.giveBack();
        } else if (a == _handler.stray.selector) {
            _handler.stray(uint8(_draw()), _draw());
        } else {
            _actForbidden(a);
        }
    }

    function _actForbidden(bytes4 a) private {
        if (a == _handler.forbiddenOpen.selector) {
            _handler.forbiddenOpen(_draw(), uint8(_draw()));
        } else if (a == _handler.forbiddenDeposit.selector) {
            _handler.forbiddenDeposit(_draw(), uint8(_draw()));
        } else if (a == _handler.forbiddenWithdrawal.selector) {
            _handler.forbiddenWithdrawal(_draw(), _flip(), _draw(), uint8(_draw()));
        } else if (a == _handler.forbiddenClose.selector) {
            _handler.forbiddenClose(_draw(), _flip(), uint8(_draw()));
        } else if (a == _handler.forbiddenClaim.selector) {
            _handler.forbiddenClaim(_draw(), _flip(), _draw(), uint8(_draw()));
        } else if (a == _handler.forbiddenEnding.selector) {
            _handler.forbiddenEnding(_draw(), uint96(_draw()), uint96(_draw()), uint8(_draw()));
        } else if (a == _handler.forbiddenLife.selector) {
            _handler.forbiddenLife(_draw(), _flip(), uint8(_draw()));
        } else if (a == _handler.forbiddenOthers.selector) {
            _handler.forbiddenOthers(uint8(_draw()));
        } else {
            revert("an action that this test does not know");
        }
    }

    function _draw() private returns (uint256) {
        return uint256(keccak256(abi.encode("thunder", ++_drawn)));
    }

    function _flip() private returns (bool) {
        return _draw() % 2 == 0;
    }

    function _assertHappened() private view {
        string[28] memory outcomes = _handler.outcomes();
        for (uint256 n = 0; n < outcomes.length; ++n) {
            assertGt(_handler.count(outcomes[n]), 0, outcomes[n]);
        }
    }

    /// @dev What is missing here needs a hub that is entered again (Reentrancy.t.sol), 2^24 lives (Open.t.sol), a
    /// clock near its end (Clock.t.sol) or a bad key (Open.t.sol).
    function _assertRefused() private view {
        bytes4[19] memory faults = [
            IChannelHub.NotAlice.selector,
            IChannelHub.WrongPhase.selector,
            IChannelHub.WrongEpoch.selector,
            IChannelHub.AmountMismatch.selector,
            IChannelHub.ZeroAmount.selector,
            IChannelHub.DepositTooLarge.selector,
            IChannelHub.TotalNotHigher.selector,
            IChannelHub.AbovePot.selector,
            IChannelHub.Expired.selector,
            IChannelHub.BadSignature.selector,
            IChannelHub.DelegationRefused.selector,
            IChannelHub.NotASide.selector,
            IChannelHub.NotForCloser.selector,
            IChannelHub.PeriodOver.selector,
            IChannelHub.PeriodRunning.selector,
            IChannelHub.CloserCannotAccept.selector,
            IChannelHub.TotalsChanged.selector,
            IChannelHub.NotEnoughGas.selector,
            IChannelHub.OnlyHub.selector
        ];
        for (uint256 n = 0; n < faults.length; ++n) {
            assertGt(_handler.refusals(faults[n]), 0, vm.toString(faults[n]));
        }
        assertGt(_handler.refusals(IChannelHub.TokenTransferFailed.selector), 0, "TokenTransferFailed");
        assertGt(_handler.refusals(IChannelHub.EtherTransferFailed.selector), 0, "EtherTransferFailed");
        assertGt(_handler.refusals(IChannelHub.NothingOwed.selector), 0, "NothingOwed");
        assertGt(_handler.refusals(bytes4(0)), 0, "plain ether");
    }
}
