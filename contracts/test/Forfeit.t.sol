// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Auth, ChannelKey, Claim, IChannelHub, Phase, Settlement, Side} from "../src/IChannelHub.sol";
import {Base} from "./utils/Base.sol";

abstract contract ForfeitTests is Base {
    function testFuzz_a_closer_that_understated_loses_everything_at_once(
        uint96 declared,
        uint96 signed,
        bool byBob
    ) public {
        declared = uint96(bound(declared, 0, type(uint96).max - 1));
        signed = uint96(bound(signed, declared + 1, type(uint96).max));
        Side closer = byBob ? Side.Bob : Side.Alice;
        ChannelKey memory key = _forfeitKey();
        bytes32 id = _open(key, 300);
        _deposit(key, Side.Bob, 100);
        _close(key, closer, declared, 7);

        (Claim memory claim, Auth memory auth) = _claim(key, closer, signed);
        vm.expectEmit(address(hub));
        emit IChannelHub.Forfeited(id, closer, signed);
        vm.expectEmit(address(hub));
        emit IChannelHub.Settled(id, byBob ? 400 : 0, byBob ? 0 : 400);
        vm.prank(stranger);
        hub.claim(key, 0, claim, auth);

        _assertPaid(byBob ? 400 : 0, byBob ? 0 : 400);
        _assertPhase(key, Phase.Settled);
        assertEq(hub.channel(key).aliceTotal + hub.channel(key).bobTotal + hub.channel(key).closesAt, 0);
    }

    function test_forfeit_pays_what_withdrawals_left() public {
        ChannelKey memory key = _forfeitKey();
        _openBoth(key, 300, 100);
        _withdraw(key, Side.Alice, 50);
        _close(key, Side.Alice, 10, 0);
        _show(key, Side.Alice, 11);
        _assertPaid(50, 350);
        assertEq(hub.channel(key).aliceWithdrawn, 0);
    }

    function test_an_honest_closer_loses_nothing() public {
        ChannelKey memory key = _forfeitKey();
        _openBoth(key, 300, 100);
        _close(key, Side.Alice, 50, 0);
        (Claim memory claim, Auth memory auth) = _claim(key, Side.Alice, 50);
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.TotalNotHigher.selector, 50));
        hub.claim(key, 0, claim, auth);
        _settleAfterPeriod(key);
        _assertPaid(250, 150);
    }

    function test_a_higher_claim_of_the_other_side_only_corrects() public {
        ChannelKey memory key = _forfeitKey();
        bytes32 id = _open(key, 300);
        _deposit(key, Side.Bob, 100);
        _close(key, Side.Alice, 50, 10);
        (Claim memory claim, Auth memory auth) = _claim(key, Side.Bob, 60);
        vm.expectEmit(address(hub));
        emit IChannelHub.Claimed(id, Side.Bob, 60);
        hub.claim(key, 0, claim, auth);
        _assertPhase(key, Phase.Closing);
        _settleAfterPeriod(key);
        _assertPaid(310, 90);
    }

    function test_nothing_is_forfeited_after_the_period() public {
        ChannelKey memory key = _forfeitKey();
        _open(key, 300);
        _close(key, Side.Alice, 50, 0);
        (Claim memory claim, Auth memory auth) = _claim(key, Side.Alice, 60);
        uint64 closesAt = hub.channel(key).closesAt;
        vm.roll(closesAt);
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.PeriodOver.selector, closesAt));
        hub.claim(key, 0, claim, auth);
    }

    function test_delegations_are_refused_everywhere() public {
        ChannelKey memory key = _forfeitKey();
        _open(key, 300);
        Auth[2] memory auths = _both(hub.withdrawalHash(key, 0, Side.Bob, 1, FOREVER));
        auths[1] = _delegated(key, bobSignerKey, hub.withdrawalHash(key, 0, Side.Bob, 1, FOREVER));
        vm.expectRevert(IChannelHub.DelegationRefused.selector);
        hub.withdraw(key, 0, Side.Bob, 1, FOREVER, auths);

        Settlement memory settlement = Settlement(1, 0, FOREVER);
        auths = _both(hub.settlementHash(key, 0, settlement));
        auths[0] = _delegated(key, aliceSignerKey, hub.settlementHash(key, 0, settlement));
        vm.expectRevert(IChannelHub.DelegationRefused.selector);
        hub.settleTogether(key, 0, settlement, auths);

        Claim memory claim = Claim(bob, 60, 1);
        Auth memory auth = _delegated(key, aliceSignerKey, hub.claimHash(key, 0, claim));
        vm.expectRevert(IChannelHub.DelegationRefused.selector);
        vm.prank(bob);
        hub.close(key, 0, 0, claim, auth, FOREVER);

        _close(key, Side.Alice, 50, 0);
        vm.expectRevert(IChannelHub.DelegationRefused.selector);
        hub.claim(key, 0, claim, auth);
    }
}

contract ForfeitEtherTest is ForfeitTests {
    function _token() internal pure override returns (address) {
        return ETHER;
    }
}

contract ForfeitThdTest is ForfeitTests {}
