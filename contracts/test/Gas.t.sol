// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Auth, ChannelKey, Claim, Permit, Policy, Settlement, Side} from "../src/IChannelHub.sol";
import {Base} from "./utils/Base.sol";

/// @dev What a transaction with each call costs: every call here is one of its own, with its 21,000, its calldata and its
/// refunds, sent by a side. Both sides have ether and tokens before, and allowances are given. The results go to `snapshots/`.
abstract contract GasTests is Base {
    function setUp() public override {
        super.setUp();
        address[3] memory people = [alice, bob, address(hub)];
        for (uint256 i = 0; i < 3; ++i) {
            vm.deal(people[i], 10 ether);
            assertTrue(thd.transfer(people[i], 10e18));
            vm.prank(people[i]);
            thd.approve(address(hub), type(uint256).max);
        }
    }

    function _group() internal pure virtual returns (string memory);

    function _record(string memory step) internal {
        vm.snapshotGasLastCall(_group(), step);
    }

    function _value(uint256 amount) internal view returns (uint256) {
        return _token() == ETHER ? amount : 0;
    }

    function test_gas_of_an_undisputed_life() public {
        ChannelKey memory key = _key();
        vm.prank(alice);
        hub.open{value: _value(1e18)}(key, 1e18);
        _record("1 open");
        vm.prank(bob);
        hub.deposit{value: _value(1e18)}(key, 0, Side.Bob, 1e18);
        _record("2 deposit");
        _settle(key);
        vm.prank(alice);
        hub.open{value: _value(1e18)}(key, 1e18);
        _record("8 open again");
    }

    function _settle(ChannelKey memory key) private {
        Settlement memory settlement = Settlement(3e17, 1e17, FOREVER);
        Auth[2] memory auths = _both(hub.settlementHash(key, 0, settlement));
        vm.prank(alice);
        hub.settleTogether(key, 0, settlement, auths);
        _record("3 settleTogether");
    }

    function test_gas_of_a_disputed_life() public {
        ChannelKey memory key = _key();
        vm.prank(alice);
        hub.open{value: _value(1e18)}(key, 1e18);
        (Claim memory received, Auth memory auth) = _claim(key, Side.Bob, 1e17);
        vm.prank(alice);
        hub.close(key, 0, 2e17, received, auth, FOREVER);
        _record("4 close");
        (Claim memory higher, Auth memory higherAuth) = _claim(key, Side.Alice, 5e17);
        vm.prank(bob);
        hub.claim(key, 0, higher, higherAuth);
        _record("5 claim");
        vm.roll(vm.getBlockNumber() + PERIOD);
        vm.prank(alice);
        hub.settle(key, 0);
        _record("6 settle");
    }

    function test_gas_of_accept() public {
        ChannelKey memory key = _key();
        vm.prank(alice);
        hub.open{value: _value(1e18)}(key, 1e18);
        (Claim memory received, Auth memory auth) = _claim(key, Side.Bob, 1e17);
        vm.prank(alice);
        hub.close(key, 0, 2e17, received, auth, FOREVER);
        vm.prank(bob);
        hub.accept(key, 0, 2e17, 1e17);
        _record("7 accept");
    }

    function test_gas_of_a_withdrawal() public {
        ChannelKey memory key = _key();
        vm.prank(alice);
        hub.open{value: _value(1e18)}(key, 1e18);
        Auth[2] memory auths = _both(hub.withdrawalHash(key, 0, Side.Bob, 1e17, FOREVER));
        vm.prank(bob);
        hub.withdraw(key, 0, Side.Bob, 1e17, FOREVER, auths);
        _record("9 withdraw");
    }

    /// @dev Bob could not be paid when the channel was settled, and can be now.
    function test_gas_of_collecting() public {
        ChannelKey memory key = _key();
        vm.prank(alice);
        hub.open{value: _value(1e18)}(key, 1e18);
        Settlement memory settlement = Settlement(3e17, 1e17, FOREVER);
        Auth[2] memory auths = _both(hub.settlementHash(key, 0, settlement));
        vm.etch(bob, hex"5f5ffd");
        vm.mockCallRevert(_token(), abi.encodeCall(thd.transfer, (bob, 2e17)), "");
        vm.prank(alice);
        hub.settleTogether(key, 0, settlement, auths);
        vm.clearMockedCalls();
        vm.etch(bob, "");
        assertGt(hub.owed(_token(), bob), 0);
        vm.prank(bob);
        hub.collect(_token(), bob);
        _record("14 collect");
    }

    function test_gas_of_a_delegated_claim_and_a_forfeit() public {
        ChannelKey memory key = _key();
        vm.prank(alice);
        hub.open{value: _value(1e18)}(key, 1e18);
        Claim memory higher = Claim(bob, 5e17, 1);
        Auth memory auth = _delegated(key, aliceSignerKey, hub.claimHash(key, 0, higher));
        vm.prank(alice);
        hub.close(key, 0, 2e17, _noClaim(), _noAuth(), FOREVER);
        _record("10 close without a received claim");
        vm.prank(bob);
        hub.claim(key, 0, higher, auth);
        _record("11 claim with delegation");

        key.policy = Policy.Forfeit;
        vm.prank(alice);
        hub.open{value: _value(1e18)}(key, 1e18);
        (higher, auth) = _claim(key, Side.Alice, 5e17);
        vm.prank(alice);
        hub.close(key, 0, 2e17, _noClaim(), _noAuth(), FOREVER);
        vm.prank(bob);
        hub.claim(key, 0, higher, auth);
        _record("12 claim that forfeits");
    }
}

/// forge-config: default.isolate = true
contract GasEtherTest is GasTests {
    function _token() internal pure override returns (address) {
        return ETHER;
    }

    function _group() internal pure override returns (string memory) {
        return "ether";
    }
}

/// forge-config: default.isolate = true
contract GasErc20Test is GasTests {
    function _group() internal pure override returns (string memory) {
        return "erc20";
    }

    function test_gas_of_opening_with_a_permit() public {
        vm.prank(alice);
        thd.approve(address(hub), 0);
        Permit memory permit = _permit(thd, alicePrivateKey, 1e18);
        vm.prank(alice);
        hub.openWithPermit(_key(), 1e18, permit);
        _record("13 openWithPermit");
    }
}
