// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Auth, ChannelKey, Claim, IChannelHub, Permit, Policy, Settlement, Side} from "../src/IChannelHub.sol";
import {HostileToken} from "./mocks/HostileToken.sol";
import {Intruder} from "./mocks/Receivers.sol";
import {Base} from "./utils/Base.sol";

/// @dev C26, C41: from every place where control leaves the hub, every function is called again, and the views of
/// what may be half done are read. Each time the lock answers.
contract ReentrancyTest is Base {
    HostileToken private _hostile;
    Intruder private _intruder;
    bytes[] private _attempts;

    function setUp() public override {
        super.setUp();
        _hostile = new HostileToken(address(hub));
        _intruder = new Intruder(address(hub));
        _listAttempts();
    }

    function test_from_a_tokens_transfers_and_permit() public {
        for (uint256 i = 0; i < _attempts.length; ++i) {
            _hostile.setOnMove(address(0));
            ChannelKey memory key = _keyIn(address(_hostile), Policy.Refute);
            key.salt = uint64(1000 + i);
            _hostile.transfer(alice, 100);
            vm.startPrank(alice);
            _hostile.approve(address(hub), 100);
            _hostile.setOnMove(address(_intruder));

            _intruder.set(_attempts[i]);
            Permit memory permit;
            hub.openWithPermit(key, 100, permit);
            _assertRefused(2, i); // in the permit, in transferFrom
            vm.stopPrank();

            Auth[2] memory auths = _both(hub.withdrawalHash(key, 0, Side.Bob, 30, FOREVER));
            _intruder.set(_attempts[i]);
            hub.withdraw(key, 0, Side.Bob, 30, FOREVER, auths);
            _assertRefused(1, i);

            Settlement memory settlement = Settlement(60, 0, FOREVER);
            auths = _both(hub.settlementHash(key, 0, settlement));
            _intruder.set(_attempts[i]);
            hub.settleTogether(key, 0, settlement, auths);
            _assertRefused(2, i); // both payouts
            assertEq(hub.owed(key.token, alice) + hub.owed(key.token, bob), 0, "pushes went through");
        }
    }

    function test_from_a_recipient_of_ether() public {
        bob = address(_intruder);
        for (uint256 i = 0; i < _attempts.length; ++i) {
            ChannelKey memory key = _keyIn(ETHER, i % 2 == 0 ? Policy.Refute : Policy.Forfeit);
            key.salt = uint64(1000 + i);
            _open(key, 100);

            Auth[2] memory auths = _both(hub.withdrawalHash(key, 0, Side.Bob, 30, FOREVER));
            _intruder.set(_attempts[i]);
            hub.withdraw(key, 0, Side.Bob, 30, FOREVER, auths);
            _assertRefused(1, i);

            _close(key, Side.Alice, 30, 0);
            (Claim memory claim, Auth memory auth) = _claim(key, Side.Alice, 60);
            _intruder.set(_attempts[i]);
            hub.claim(key, 0, claim, auth); // pays at once under forfeit
            if (key.policy == Policy.Refute) {
                vm.roll(vm.getBlockNumber() + PERIOD);
                hub.settle(key, 0);
            }
            _assertRefused(1, i);
            assertEq(hub.owed(ETHER, bob), 0, "the push went through");
        }
    }

    function test_from_a_recipient_that_collects() public {
        bob = address(_intruder);
        for (uint256 i = 0; i < _attempts.length; ++i) {
            ChannelKey memory key = _keyIn(ETHER, Policy.Refute);
            key.salt = uint64(1000 + i);
            _open(key, 100);
            bytes memory code = bob.code;
            vm.etch(bob, hex"fe"); // refuses everything
            _settleTogether(key, 100, 0);
            vm.etch(bob, code);
            _intruder.set(_attempts[i]);
            assertEq(hub.collect(ETHER, bob), 100);
            _assertRefused(1, i);
        }
    }

    function _assertRefused(uint256 times, uint256 attempt) private view {
        assertEq(_intruder.attempts(), 1 + times, "control reached the intruder");
        assertFalse(_intruder.succeeded(), vm.toString(attempt));
        assertEq(_intruder.failure(), IChannelHub.Reentered.selector, vm.toString(attempt));
    }

    function _listAttempts() private {
        ChannelKey memory key = _keyIn(ETHER, Policy.Refute);
        Auth memory auth = _auth(aliceSignerKey, "");
        Auth[2] memory auths = [auth, auth];
        Permit memory permit;
        Claim memory claim = Claim(bob, 1, 1);
        _attempts.push(abi.encodeCall(IChannelHub.open, (key, 0)));
        _attempts.push(abi.encodeCall(IChannelHub.openWithPermit, (key, 0, permit)));
        _attempts.push(abi.encodeCall(IChannelHub.deposit, (key, 0, Side.Bob, 1)));
        _attempts.push(abi.encodeCall(IChannelHub.depositWithPermit, (key, 0, Side.Bob, 1, permit)));
        _attempts.push(abi.encodeCall(IChannelHub.withdraw, (key, 0, Side.Bob, 1, FOREVER, auths)));
        _attempts.push(abi.encodeCall(IChannelHub.close, (key, 0, 0, claim, auth, FOREVER)));
        _attempts.push(abi.encodeCall(IChannelHub.claim, (key, 0, claim, auth)));
        _attempts.push(abi.encodeCall(IChannelHub.settle, (key, 0)));
        _attempts.push(abi.encodeCall(IChannelHub.accept, (key, 0, 0, 0)));
        _attempts.push(abi.encodeCall(IChannelHub.settleTogether, (key, 0, Settlement(0, 0, FOREVER), auths)));
        _attempts.push(abi.encodeCall(IChannelHub.collect, (ETHER, bob)));
        _attempts.push(abi.encodeCall(IChannelHub.owed, (ETHER, bob)));
        _attempts.push(abi.encodeCall(IChannelHub.channelId, (key)));
        _attempts.push(abi.encodeCall(IChannelHub.channel, (key)));
        _attempts.push(abi.encodeCall(IChannelHub.balances, (key)));
    }
}
