// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Permit} from "../../src/IChannelHub.sol";
import {Acceptance, Compact, Pair, SessionKey, SessionSettlement} from "../../src/IMeteredSessions.sol";
import {SessionBase} from "./SessionBase.sol";

/// @dev What a transaction with each call costs: every call here is one of its own, with its 21,000, its calldata and its
/// refunds. Both sides have ether and tokens before, allowances are given, and the provider has had a session before. The
/// results go to `snapshots/`.
abstract contract SessionGasTests is SessionBase {
    function setUp() public override {
        super.setUp();
        address[3] memory people = [client, provider, address(sessions)];
        for (uint256 i = 0; i < 3; ++i) {
            vm.deal(people[i], 10 ether);
            assertTrue(thd.transfer(people[i], 10e18));
            vm.prank(people[i]);
            thd.approve(address(sessions), type(uint256).max);
        }
        vm.prank(provider);
        sessions.setLimit(5);
    }

    function _group() internal pure virtual returns (string memory);

    function _record(string memory step) internal {
        vm.snapshotGasLastCall(_group(), step);
    }

    function _proposed(SessionKey memory key) private {
        vm.prank(client);
        sessions.propose{value: _token() == ETHER ? DEPOSIT : 0}(key, DEPOSIT, ACCEPT_BY);
    }

    function _active() private returns (SessionKey memory key) {
        key = _key();
        _proposed(key);
        vm.prank(provider);
        sessions.accept(key, 0);
    }

    function test_gas_of_an_agreed_life() public {
        SessionKey memory key = _key();
        _proposed(key);
        _record("1 propose");
        vm.prank(provider);
        sessions.accept(key, 0);
        _record("2 accept");
        vm.prank(client);
        sessions.topUp{value: _token() == ETHER ? PRICE : 0}(key, 0, PRICE);
        _record("3 topUp");
        SessionSettlement memory settlement = SessionSettlement(DEPOSIT, DEPOSIT, FOREVER);
        Compact[2] memory signatures = _both(key, 0, settlement);
        vm.prank(provider);
        sessions.settleTogether(key, 0, settlement, signatures);
        _record("4 settleTogether");
        _proposed(key);
        _record("5 propose again");
    }

    function test_gas_of_a_disputed_life() public {
        SessionKey memory key = _active();
        Pair memory pair = _pair(key, 3 * MEGABYTE, 3 * MEGABYTE);
        vm.prank(provider);
        sessions.close(key, 0, pair);
        _record("6 close");
        pair = _pair(key, 4 * MEGABYTE, 4 * MEGABYTE);
        vm.prank(provider);
        sessions.show(key, 0, pair);
        _record("7 show");
        vm.roll(vm.getBlockNumber() + PERIOD);
        vm.prank(provider);
        sessions.settle(key, 0);
        _record("8 settle");
    }

    function test_gas_of_a_close_with_nothing() public {
        SessionKey memory key = _active();
        vm.prank(client);
        sessions.close(key, 0, _nothing());
        _record("9 close with nothing");
    }

    function test_gas_of_proposals_that_come_to_nothing() public {
        SessionKey memory key = _key();
        _proposed(key);
        vm.prank(provider);
        sessions.decline(key, 0);
        _record("10 decline");
        _proposed(key);
        vm.roll(ACCEPT_BY + 1);
        vm.prank(client);
        sessions.withdrawProposal(key, 1);
        _record("11 withdrawProposal");
    }

    function test_gas_of_opening_with_consent() public {
        SessionKey memory key = _key();
        Acceptance memory acceptance = _acceptance(key, 0, DEPOSIT, ACCEPT_BY);
        vm.prank(client);
        sessions.open{value: _token() == ETHER ? DEPOSIT : 0}(key, DEPOSIT, acceptance);
        _record("12 open");
    }
}

/// forge-config: default.isolate = true
contract SessionGasEtherTest is SessionGasTests {
    function _token() internal pure override returns (address) {
        return ETHER;
    }

    function _group() internal pure override returns (string memory) {
        return "sessions-ether";
    }
}

/// forge-config: default.isolate = true
contract SessionGasErc20Test is SessionGasTests {
    function _group() internal pure override returns (string memory) {
        return "sessions-erc20";
    }

    function test_gas_of_proposing_with_a_permit() public {
        vm.prank(client);
        thd.approve(address(sessions), 0);
        Permit memory permit = _permit(clientKey, DEPOSIT);
        vm.prank(client);
        sessions.proposeWithPermit(_key(), DEPOSIT, ACCEPT_BY, permit);
        _record("13 proposeWithPermit");
    }
}
