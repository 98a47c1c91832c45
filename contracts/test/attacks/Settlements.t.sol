// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Auth, ChannelKey, IChannelHub, Phase, Settlement, Side} from "../../src/IChannelHub.sol";
import {AttackBase} from "./AttackBase.sol";

/// @dev Ending a channel by an agreement that there is not, or no longer. Alice has 100 and bob 20 in the channel.
abstract contract SettlementsTests is AttackBase {
    ChannelKey private _mine;

    function setUp() public override {
        super.setUp();
        _mine = _key();
        _openBoth(_mine, 100, 20);
    }

    function test_settlement_signed_twice_by_one_side() public {
        Settlement memory settlement = Settlement(0, 20, FOREVER);
        bytes32 digest = hub.settlementHash(_mine, 0, settlement);
        Auth memory alices = _auth(aliceSignerKey, digest);
        Auth memory bobs = _auth(bobSignerKey, digest);
        _assertUnsigned(settlement, [alices, alices]);
        _assertUnsigned(settlement, [bobs, bobs]);
        _assertUnsigned(settlement, [bobs, alices]);
        _assertUnsigned(settlement, [alices, _noAuth()]);
        _assertUnsigned(settlement, [_noAuth(), bobs]);
        hub.settleTogether(_mine, 0, settlement, [alices, bobs]);
        _assertPaid(120, 0);
    }

    function test_settlement_changed_after_signing() public {
        Auth[2] memory auths = _signed(_mine, 0, Settlement(20, 10, 5000));
        _assertUnsigned(Settlement(21, 10, 5000), auths);
        _assertUnsigned(Settlement(20, 11, 5000), auths);
        _assertUnsigned(Settlement(20, 10, 5001), auths);
        _assertUnsigned(Settlement(10, 20, 5000), auths);
        hub.settleTogether(_mine, 0, Settlement(20, 10, 5000), auths);
        _assertPaid(90, 30);
    }

    function test_settlement_expired() public {
        uint64 expiry = uint64(vm.getBlockNumber()) + 5;
        Settlement memory settlement = Settlement(20, 10, expiry);
        Auth[2] memory auths = _signed(_mine, 0, settlement);
        vm.roll(expiry + 1);
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.Expired.selector, expiry));
        hub.settleTogether(_mine, 0, settlement, auths);
        vm.roll(expiry);
        hub.settleTogether(_mine, 0, settlement, auths);
        _assertPaid(90, 30);
    }

    /// @dev Alice keeps a settlement from before she paid more. It counts until it expires, so who signs one signs a
    /// short expiry and waits for it before paying or taking payment; from then on it is void.
    function test_settlement_gone_stale() public {
        uint64 expiry = uint64(vm.getBlockNumber()) + 5;
        Settlement memory early = Settlement(10, 0, expiry);
        Auth[2] memory auths = _signed(_mine, 0, early);
        vm.roll(expiry + 1);
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.Expired.selector, expiry));
        vm.prank(alice);
        hub.settleTogether(_mine, 0, early, auths);
        // Her later payment stands.
        _close(_mine, Side.Bob, 0, 90);
        _settleAfterPeriod(_mine);
        _assertPaid(10, 110);
    }

    function test_settlement_of_another_epoch() public {
        Settlement memory settlement = Settlement(100, 0, FOREVER);
        Auth[2] memory former = _signed(_mine, 0, settlement);
        Auth[2] memory coming = _signed(_mine, 2, settlement);
        _settleTogether(_mine, 0, 0);
        _open(_mine, 100);
        _expectWrongEpoch(1);
        hub.settleTogether(_mine, 0, settlement, former);
        _expectWrongEpoch(1);
        hub.settleTogether(_mine, 2, settlement, coming);
        vm.expectRevert(IChannelHub.BadSignature.selector);
        hub.settleTogether(_mine, 1, settlement, former);
        vm.expectRevert(IChannelHub.BadSignature.selector);
        hub.settleTogether(_mine, 1, settlement, coming);
    }

    /// @dev Whoever closed has the period in which the other may answer; an old agreement does not cut it short.
    function test_settlement_shown_while_closing() public {
        Settlement memory settlement = Settlement(0, 20, FOREVER);
        Auth[2] memory auths = _signed(_mine, 0, settlement);
        _close(_mine, Side.Bob, 0, 60);
        _expectWrongPhase(Phase.Closing);
        hub.settleTogether(_mine, 0, settlement, auths);
        vm.roll(hub.channel(_mine).closesAt);
        _expectWrongPhase(Phase.Closing);
        hub.settleTogether(_mine, 0, settlement, auths);
        hub.settle(_mine, 0);
        _assertPaid(40, 80);
    }

    function test_settlement_shown_twice() public {
        ChannelKey memory theirs = _key();
        theirs.salt += 1;
        _open(theirs, 1000);
        Settlement memory settlement = Settlement(20, 10, FOREVER);
        Auth[2] memory auths = _signed(_mine, 0, settlement);
        hub.settleTogether(_mine, 0, settlement, auths);
        _expectWrongPhase(Phase.Settled);
        hub.settleTogether(_mine, 0, settlement, auths);
        assertEq(_balance(address(hub)), 1000);
    }

    // ------------------------------------------------------------------------------------------------ accept

    function test_accept_by_anyone_but_the_other_side() public {
        _close(_mine, Side.Alice, 40, 0);
        vm.expectRevert(IChannelHub.CloserCannotAccept.selector);
        vm.prank(alice);
        hub.accept(_mine, 0, 40, 0);
        address[3] memory others = [stranger, bobSigner, aliceSigner];
        for (uint256 i = 0; i < 3; ++i) {
            vm.expectRevert(IChannelHub.NotASide.selector);
            vm.prank(others[i]);
            hub.accept(_mine, 0, 40, 0);
        }
    }

    /// @dev Bob saw alice close with 40 and accepts that. A reorganisation puts another close of hers in its place,
    /// takes it away, or puts one of his own there: his call never agrees to what he did not see.
    function test_accept_after_a_reorganisation() public {
        uint256 fork = vm.snapshotState();
        uint96[3] memory paid = [uint96(39), 0, 41];
        for (uint256 i = 0; i < 3; ++i) {
            _close(_mine, Side.Alice, paid[i], 0);
            _assertChanged(40, 0, paid[i], 0);
            vm.revertToState(fork);
        }
        // the claim she showed in it is another one, in either direction of the other total
        _close(_mine, Side.Alice, 40, 20);
        _assertChanged(40, 0, 40, 20);
        _assertChanged(40, 21, 40, 20);
        vm.revertToState(fork);

        _expectWrongPhase(Phase.Open);
        vm.prank(bob);
        hub.accept(_mine, 0, 40, 0);

        _close(_mine, Side.Bob, 0, 40);
        vm.expectRevert(IChannelHub.CloserCannotAccept.selector);
        vm.prank(bob);
        hub.accept(_mine, 0, 40, 0);
        vm.revertToState(fork);

        // the channel ended and lives again, closed with the very same totals
        _settleTogether(_mine, 0, 0);
        _openBoth(_mine, 100, 20);
        _close(_mine, Side.Alice, 40, 0);
        _expectWrongEpoch(1);
        vm.prank(bob);
        hub.accept(_mine, 0, 40, 0);
    }

    /// @dev Alice shows a further claim of bob's right before his acceptance lands.
    function test_accept_raced_by_a_claim() public {
        _close(_mine, Side.Alice, 40, 10);
        _show(_mine, Side.Bob, 20);
        _assertChanged(40, 10, 40, 20);
    }

    function test_accept_before_any_close_or_after_the_period() public {
        _expectWrongPhase(Phase.Open);
        vm.prank(bob);
        hub.accept(_mine, 0, 0, 0);
        _close(_mine, Side.Alice, 40, 0);
        uint64 closesAt = hub.channel(_mine).closesAt;
        vm.roll(closesAt);
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.PeriodOver.selector, closesAt));
        vm.prank(bob);
        hub.accept(_mine, 0, 40, 0);
        vm.roll(closesAt - 1);
        vm.prank(bob);
        hub.accept(_mine, 0, 40, 0);
        _expectWrongPhase(Phase.Settled);
        vm.prank(bob);
        hub.accept(_mine, 0, 40, 0);
        _assertPaid(60, 60);
    }

    function _assertChanged(uint96 seenA, uint96 seenB, uint96 alices, uint96 bobs) private {
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.TotalsChanged.selector, alices, bobs));
        vm.prank(bob);
        hub.accept(_mine, 0, seenA, seenB);
    }

    function _assertUnsigned(Settlement memory settlement, Auth[2] memory auths) private {
        vm.expectRevert(IChannelHub.BadSignature.selector);
        hub.settleTogether(_mine, 0, settlement, auths);
    }

    function _signed(ChannelKey memory key, uint32 epoch, Settlement memory settlement)
        private
        view
        returns (Auth[2] memory)
    {
        return _both(hub.settlementHash(key, epoch, settlement));
    }
}

contract SettlementsEtherTest is SettlementsTests {
    function _token() internal pure override returns (address) {
        return ETHER;
    }
}

contract SettlementsThdTest is SettlementsTests {}
