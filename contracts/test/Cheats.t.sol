// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Auth, ChannelKey, Claim, IChannelHub, Phase, Side} from "../src/IChannelHub.sol";
import {Base} from "./utils/Base.sol";

/// @dev The stories the hub exists for; `attacks/` tries everything else. Alice deposits 400, pays 200, is paid 100 back,
/// pays 300 more: in total she has paid 500 and bob 100, so 400 are bob's and nothing is hers.
abstract contract CheatsTests is Base {
    Claim private _first; // alice has paid 200
    Auth private _firstAuth;
    Claim private _back; // bob has paid 100
    Auth private _backAuth;
    Claim private _last; // alice has paid 500
    Auth private _lastAuth;

    function test_honest_end() public {
        ChannelKey memory key = _story(_key());
        vm.prank(bob);
        hub.close(key, 0, 100, _last, _lastAuth, FOREVER);
        _settleAfterPeriod(key);
        _assertPaid(0, 400);
    }

    function test_alice_closes_with_an_old_total_and_bob_claims() public {
        ChannelKey memory key = _story(_key());
        vm.prank(alice);
        hub.close(key, 0, 200, _back, _backAuth, FOREVER);
        (uint96 a, uint96 b) = hub.balances(key);
        assertEq(a, 300);
        assertEq(b, 100);

        vm.roll(vm.getBlockNumber() + PERIOD - 1);
        hub.claim(key, 0, _last, _lastAuth);
        _settleAfterPeriod(key);
        _assertPaid(0, 400);
    }

    function test_alice_says_that_she_paid_nothing() public {
        ChannelKey memory key = _story(_key());
        vm.prank(alice);
        hub.close(key, 0, 0, _back, _backAuth, FOREVER);
        hub.claim(key, 0, _first, _firstAuth);
        hub.claim(key, 0, _last, _lastAuth);
        _settleAfterPeriod(key);
        _assertPaid(0, 400);
    }

    function test_the_same_lie_under_forfeit_gives_bob_everything_at_once() public {
        ChannelKey memory key = _story(_forfeitKey());
        vm.prank(alice);
        hub.close(key, 0, 200, _back, _backAuth, FOREVER);
        vm.prank(stranger);
        hub.claim(key, 0, _last, _lastAuth);
        _assertPaid(0, 400);
        _assertPhase(key, Phase.Settled);
    }

    function test_under_forfeit_nobody_loses_by_an_old_claim_of_the_other() public {
        ChannelKey memory key = _story(_forfeitKey());
        // Bob shows less than he has: only he is hurt, and his own claim corrects it.
        vm.prank(bob);
        hub.close(key, 0, 100, _first, _firstAuth, FOREVER);
        hub.claim(key, 0, _last, _lastAuth);
        _settleAfterPeriod(key);
        _assertPaid(0, 400);
    }

    function test_bob_forgets_what_he_paid_back() public {
        ChannelKey memory key = _story(_key());
        _deposit(key, Side.Bob, 50);
        vm.prank(bob);
        hub.close(key, 0, 0, _last, _lastAuth, FOREVER);
        hub.claim(key, 0, _back, _backAuth);
        _settleAfterPeriod(key);
        _assertPaid(0, 450);
    }

    function _story(ChannelKey memory key) private returns (ChannelKey memory) {
        _open(key, 400);
        (_first, _firstAuth) = _claim(key, Side.Alice, 200);
        (_back, _backAuth) = _claim(key, Side.Bob, 100);
        (_last, _lastAuth) = _claim(key, Side.Alice, 500);
        return key;
    }
}

contract CheatsEtherTest is CheatsTests {
    function _token() internal pure override returns (address) {
        return ETHER;
    }
}

contract CheatsThdTest is CheatsTests {}
