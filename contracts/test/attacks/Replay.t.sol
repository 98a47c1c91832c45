// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Auth, ChannelKey, Claim, IChannelHub, Policy, Settlement, Side} from "../../src/IChannelHub.sol";
import {AttackBase, Kind} from "./AttackBase.sol";

/// @dev What was signed for one place is shown in another.
contract ReplayTest is AttackBase {
    uint256 private constant OTHERS = 9;

    function test_C01_statement_of_another_channel() public {
        for (uint256 k = 0; k < KINDS; ++k) {
            ChannelKey memory key = _ready(Kind(k));
            for (uint256 i = 0; i < OTHERS; ++i) {
                _assertVoid(Kind(k), key, 0, _digest(Kind(k), hub, _otherKey(key, i), 0));
            }
            _assertCountsWhenSigned(Kind(k), key, 0);
        }
    }

    function test_C02_statement_of_a_former_or_a_coming_life() public {
        for (uint256 k = 0; k < KINDS; ++k) {
            ChannelKey memory key = _key();
            key.salt = 100 + uint64(k);
            _open(key, 100);
            _settleTogether(key, 0, 0);
            _openFor(Kind(k), key);
            for (uint32 epoch = 0; epoch < 4; ++epoch) {
                if (epoch != 1) _assertVoid(Kind(k), key, 1, _digest(Kind(k), hub, key, epoch));
            }
            _assertCountsWhenSigned(Kind(k), key, 1);
        }
    }

    /// @dev The other side kept everything it was ever sent, and whoever waits in the pool named the former life.
    function test_C02_pending_call_for_a_former_epoch() public {
        ChannelKey memory key = _key();
        _open(key, 100);
        _settleTogether(key, 0, 0);
        _open(key, 100);
        _assertEveryCallNeedsEpoch(key, 1, 0);
        _close(key, Side.Alice, 0, 0);
        _assertEveryCallNeedsEpoch(key, 1, 0);
        assertEq(hub.channel(key).aliceTotal, 0);
    }

    /// @dev Epochs are stored in 24 bits and named in 32: the upper bits must not be lost on the way.
    function test_C02_epoch_that_looks_alike_in_24_bits() public {
        ChannelKey memory key = _key();
        _open(key, 100);
        for (uint256 bit = 24; bit < 32; ++bit) {
            _assertEveryCallNeedsEpoch(key, 0, uint32(1 << bit));
        }
        _close(key, Side.Alice, 0, 0);
        _assertEveryCallNeedsEpoch(key, 0, 1 << 24);
        vm.roll(hub.channel(key).closesAt);
        _assertEveryCallNeedsEpoch(key, 0, 1 << 24);
    }

    function test_C03_statement_for_another_hub_or_chain() public {
        IChannelHub[2] memory others = [_deployHub(false), _deployHub(true)];
        uint256 here = block.chainid;
        for (uint256 k = 0; k < KINDS; ++k) {
            ChannelKey memory key = _ready(Kind(k));
            _assertVoid(Kind(k), key, 0, _digest(Kind(k), others[0], key, 0));
            _assertVoid(Kind(k), key, 0, _digest(Kind(k), others[1], key, 0));
            vm.chainId(1);
            bytes32 elsewhere = _digest(Kind(k), hub, key, 0);
            vm.chainId(here);
            _assertVoid(Kind(k), key, 0, elsewhere);
            _assertCountsWhenSigned(Kind(k), key, 0);
        }
    }

    /// @dev The chain splits after the deployment and one half takes a new id: what was signed before counts on the
    /// other half alone, so nobody is paid on both.
    function test_C03_statement_from_before_a_fork() public {
        uint256 here = block.chainid;
        for (uint256 k = 0; k < KINDS; ++k) {
            vm.chainId(here);
            ChannelKey memory key = _ready(Kind(k));
            bytes32 before = _digest(Kind(k), hub, key, 0);
            vm.chainId(here + 1);
            _assertVoid(Kind(k), key, 0, before);
            (,,, uint256 chainId,,,) = hub.eip712Domain();
            assertEq(chainId, here + 1);
            _assertCountsWhenSigned(Kind(k), key, 0);
        }
    }

    /// @dev A channel's id is the hash of its key and epoch, the same in every hub. The digest is not.
    function test_C04_second_deployment_with_the_same_key() public {
        IChannelHub second = _deployHub(false);
        for (uint256 k = 0; k < KINDS; ++k) {
            ChannelKey memory key = _key();
            assertEq(second.channelId(key), hub.channelId(key));
            assertNotEq(_digest(Kind(k), second, key, 0), _digest(Kind(k), hub, key, 0));
        }
    }

    /// @dev One claim, shown again in each way that is left, pays once.
    function test_C05_one_claim_redeemed_twice() public {
        ChannelKey memory key = _key();
        _open(key, 100);
        (Claim memory claim, Auth memory auth) = _claim(key, Side.Alice, 50);
        vm.prank(bob);
        hub.close(key, 0, 0, claim, auth, FOREVER);
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.TotalNotHigher.selector, 50));
        hub.claim(key, 0, claim, auth);
        _settleAfterPeriod(key);
        _assertPaid(50, 50);

        _open(key, 100);
        vm.expectRevert(IChannelHub.BadSignature.selector);
        vm.prank(bob);
        hub.close(key, 1, 0, claim, auth, FOREVER);
        _close(key, Side.Alice, 0, 0);
        vm.expectRevert(IChannelHub.BadSignature.selector);
        hub.claim(key, 1, claim, auth);
        _settleAfterPeriod(key);
        _assertPaid(150, 50);
    }

    function test_C06_statement_of_one_kind_as_another() public {
        for (uint256 k = 0; k < KINDS; ++k) {
            ChannelKey memory key = _ready(Kind(k));
            for (uint256 other = 0; other < KINDS; ++other) {
                bytes32 own = _digest(Kind(k), hub, key, 0);
                bytes32 taken = _digest(Kind(other), hub, key, 0);
                // both ways of showing a claim take the same statement
                if (own != taken) _assertVoid(Kind(k), key, 0, taken);
            }
            _assertCountsWhenSigned(Kind(k), key, 0);
        }
    }

    function _assertVoid(Kind kind, ChannelKey memory key, uint32 epoch, bytes32 signed) private {
        _assertRefused(kind, key, epoch, _auths(kind, key, epoch, signed), IChannelHub.BadSignature.selector);
    }

    /// @dev Whatever the phase: the epoch is looked at first.
    function _assertEveryCallNeedsEpoch(ChannelKey memory key, uint32 current, uint32 named) private {
        Auth[2] memory auths = _both(hub.withdrawalHash(key, named, Side.Bob, 30, FOREVER));
        _expectWrongEpoch(current);
        hub.withdraw(key, named, Side.Bob, 30, FOREVER, auths);
        auths = _both(hub.settlementHash(key, named, Settlement(50, 0, FOREVER)));
        _expectWrongEpoch(current);
        hub.settleTogether(key, named, Settlement(50, 0, FOREVER), auths);
        auths = _both(hub.claimHash(key, named, Claim(bob, 50, 1)));
        _expectWrongEpoch(current);
        vm.prank(bob);
        hub.close(key, named, 0, Claim(bob, 50, 1), auths[0], FOREVER);
        _expectWrongEpoch(current);
        hub.claim(key, named, Claim(bob, 50, 1), auths[0]);
        _expectWrongEpoch(current);
        hub.settle(key, named);
        _expectWrongEpoch(current);
        vm.prank(bob);
        hub.accept(key, named, 0, 0);
        _expectWrongEpoch(current);
        hub.deposit(key, named, Side.Bob, 1);
    }

    /// @dev The same key but for one field.
    function _otherKey(ChannelKey memory key, uint256 i) private view returns (ChannelKey memory other) {
        other = abi.decode(abi.encode(key), (ChannelKey));
        if (i == 0) other.salt += 1;
        else if (i == 1) other.policy = Policy.Forfeit;
        else if (i == 2) other.finalizationPeriod += 1;
        else if (i == 3) other.token = other.token == ETHER ? address(thd) : ETHER;
        else if (i == 4) other.bobSigner = stranger;
        else if (i == 5) other.bob = stranger;
        else if (i == 6) other.aliceSigner = stranger;
        else if (i == 7) other.alice = stranger;
        else (other.alice, other.bob) = (other.bob, other.alice);
    }
}
