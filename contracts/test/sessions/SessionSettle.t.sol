// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {
    Compact,
    IMeteredSessions,
    SessionKey,
    SessionPhase,
    SessionSettlement
} from "../../src/IMeteredSessions.sol";
import {SessionBase} from "./SessionBase.sol";

abstract contract SessionSettleTests is SessionBase {
    function test_the_last_pair_settles() public {
        SessionKey memory key = _key();
        bytes32 id = _begin(key, DEPOSIT);
        _close(key, client, 4 * MEGABYTE, 4 * MEGABYTE);
        vm.roll(vm.getBlockNumber() + PERIOD);
        vm.expectEmit(address(sessions));
        emit IMeteredSessions.Settled(id, 18_000_000, 12_000_000, 0, false);
        vm.prank(stranger);
        sessions.settle(key, 0);
        _assertPaid(18_000_000, 12_000_000, 0);
        _assertPhase(key, SessionPhase.Ended);
        _assertActive(0);
    }

    function test_a_client_that_lies_low_pays_the_same_and_the_rest_is_burnt() public {
        SessionKey memory key = _key();
        bytes32 id = _begin(key, DEPOSIT);
        _close(key, provider, MEGABYTE, 4 * MEGABYTE);
        vm.roll(vm.getBlockNumber() + PERIOD);
        vm.expectEmit(address(sessions));
        emit IMeteredSessions.Settled(id, 18_000_000, 3_000_000, 9_000_000, true);
        sessions.settle(key, 0);
        _assertPaid(18_000_000, 3_000_000, 9_000_000);
    }

    function test_the_provider_is_paid_by_what_was_acknowledged_only() public {
        SessionKey memory key = _key();
        bytes32 id = _begin(key, DEPOSIT);
        _close(key, provider, 4 * MEGABYTE, MEGABYTE);
        vm.roll(vm.getBlockNumber() + PERIOD);
        vm.expectEmit(address(sessions));
        emit IMeteredSessions.Settled(id, 27_000_000, 3_000_000, 0, false);
        sessions.settle(key, 0);
        _assertPaid(27_000_000, 3_000_000, 0);
    }

    function test_the_tolerance_is_told_and_moves_no_money() public {
        SessionKey memory key = _key(); // one in a hundred
        bytes32 id = _begin(key, DEPOSIT);
        _close(key, client, 990_000, MEGABYTE);
        vm.roll(vm.getBlockNumber() + PERIOD);
        vm.expectEmit(address(sessions));
        emit IMeteredSessions.Settled(id, 27_000_000, 2_970_000, 30_000, false);
        sessions.settle(key, 0);

        id = _begin(key, DEPOSIT);
        _close(key, client, 989_999, MEGABYTE);
        vm.roll(vm.getBlockNumber() + PERIOD);
        vm.expectEmit(address(sessions));
        emit IMeteredSessions.Settled(id, 27_000_000, 2_969_997, 30_003, true);
        sessions.settle(key, 1);
    }

    function test_nobody_is_charged_above_the_deposit() public {
        SessionKey memory key = _key();
        _begin(key, DEPOSIT);
        _close(key, provider, type(uint64).max, type(uint64).max);
        _settleAfterPeriod(key);
        _assertPaid(0, DEPOSIT, 0);
    }

    function test_a_session_closed_with_nothing_gives_everything_back() public {
        SessionKey memory key = _key();
        _begin(key, DEPOSIT);
        vm.prank(client);
        sessions.close(key, 0, _nothing());
        _settleAfterPeriod(key);
        _assertPaid(DEPOSIT, 0, 0);
    }

    function test_settling_waits_for_the_period() public {
        SessionKey memory key = _key();
        _begin(key, DEPOSIT);
        _expectWrongPhase(SessionPhase.Active);
        sessions.settle(key, 0);
        _close(key, client, MEGABYTE, MEGABYTE);
        uint64 closesAt = sessions.session(key).closesAt;
        assertEq(closesAt, vm.getBlockNumber() + PERIOD);
        vm.roll(closesAt - 1);
        vm.expectRevert(abi.encodeWithSelector(IMeteredSessions.PeriodRunning.selector, closesAt));
        sessions.settle(key, 0);
        vm.roll(closesAt);
        sessions.settle(key, 0);
        _expectWrongPhase(SessionPhase.Ended);
        sessions.settle(key, 0);
        _assertPaid(DEPOSIT - PRICE, PRICE, 0);
    }

    // ---------------------------------------------------------------------------------------- by agreement

    function test_both_agree_in_one_transaction() public {
        SessionKey memory key = _key();
        bytes32 id = _begin(key, DEPOSIT);
        vm.expectEmit(address(sessions));
        emit IMeteredSessions.Settled(id, 20_000_000, 9_000_000, 1_000_000, false);
        _settleTogether(key, 10_000_000, 9_000_000);
        _assertPaid(20_000_000, 9_000_000, 1_000_000);
        _assertActive(0);
    }

    function test_both_agree_while_a_period_runs() public {
        SessionKey memory key = _key();
        _begin(key, DEPOSIT);
        _close(key, client, MEGABYTE, MEGABYTE);
        _settleTogether(key, 2 * PRICE, 2 * PRICE);
        _assertPaid(DEPOSIT - 2 * PRICE, 2 * PRICE, 0);
        assertEq(sessions.session(key).clientCount, 0);
        _begin(key, DEPOSIT); // the next life starts without the dispute
        assertEq(sessions.session(key).closesAt, 0);
    }

    function test_an_agreement_needs_both_and_fits_the_deposit() public {
        SessionKey memory key = _key();
        _begin(key, DEPOSIT);
        _refusesAmounts(key, DEPOSIT + 1, 0);
        _refusesAmounts(key, 5, 6);

        SessionSettlement memory settlement = SessionSettlement(5, 5, FOREVER);
        Compact[2] memory signatures = _both(key, 0, settlement);
        Compact[2] memory wrong = [signatures[0], signatures[0]];
        vm.expectRevert(IMeteredSessions.BadSignature.selector);
        sessions.settleTogether(key, 0, settlement, wrong);
        wrong = [signatures[1], signatures[1]];
        vm.expectRevert(IMeteredSessions.BadSignature.selector);
        sessions.settleTogether(key, 0, settlement, wrong);
        settlement.paid = 4;
        vm.expectRevert(IMeteredSessions.BadSignature.selector);
        sessions.settleTogether(key, 0, settlement, signatures);
        settlement.paid = 5;
        sessions.settleTogether(key, 0, settlement, signatures);
        _expectWrongPhase(SessionPhase.Ended);
        sessions.settleTogether(key, 0, settlement, signatures);
    }

    function test_an_agreement_expires() public {
        SessionKey memory key = _key();
        _begin(key, DEPOSIT);
        SessionSettlement memory settlement = SessionSettlement(5, 5, 1200);
        Compact[2] memory signatures = _both(key, 0, settlement);
        vm.roll(1201);
        vm.expectRevert(abi.encodeWithSelector(IMeteredSessions.Expired.selector, 1200));
        sessions.settleTogether(key, 0, settlement, signatures);
        vm.roll(1200);
        sessions.settleTogether(key, 0, settlement, signatures);
    }

    function test_a_proposal_cannot_be_settled_together() public {
        SessionKey memory key = _key();
        _propose(key, DEPOSIT);
        SessionSettlement memory settlement = SessionSettlement(5, 5, FOREVER);
        Compact[2] memory signatures = _both(key, 0, settlement);
        _expectWrongPhase(SessionPhase.Proposed);
        sessions.settleTogether(key, 0, settlement, signatures);
    }

    function _refusesAmounts(SessionKey memory key, uint96 charged, uint96 paid) private {
        SessionSettlement memory settlement = SessionSettlement(charged, paid, FOREVER);
        Compact[2] memory signatures = _both(key, 0, settlement);
        vm.expectRevert(abi.encodeWithSelector(IMeteredSessions.BadAmounts.selector, DEPOSIT));
        sessions.settleTogether(key, 0, settlement, signatures);
    }

    // ------------------------------------------------------------------------------------------------- rule

    /// @dev Against the rule in plain words, with room for every product.
    function testFuzz_the_rule(
        uint96 price,
        uint64 unit,
        uint96 deposit,
        uint64 clientCount,
        uint64 providerCount
    ) public {
        SessionKey memory key = _key();
        key.unit = unit = uint64(bound(unit, 1, type(uint64).max));
        key.quantity = type(uint64).max;
        // A unit costs something, all of the quantity fits 96 bits.
        uint256 least = (uint256(1e6) + unit - 1) / unit;
        key.price = uint96(bound(price, least, uint256(type(uint96).max) * 1e6 / type(uint64).max));
        uint256 most = uint256(key.price) * type(uint64).max / 1e6;
        deposit = uint96(bound(deposit, uint256(key.price) * unit / 1e6, most));

        _begin(key, deposit);
        _close(key, provider, clientCount, providerCount);
        _settleAfterPeriod(key);

        uint256 lower = clientCount < providerCount ? clientCount : providerCount;
        uint256 charged = uint256(key.price) * providerCount / 1e6;
        uint256 paid = uint256(key.price) * lower / 1e6;
        if (charged > deposit) charged = deposit;
        if (paid > deposit) paid = deposit;
        _assertPaid(deposit - charged, paid, charged - paid);
    }
}

contract SessionSettleEtherTest is SessionSettleTests {
    function _token() internal pure override returns (address) {
        return ETHER;
    }
}

contract SessionSettleErc20Test is SessionSettleTests {}
