// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Permit} from "../../src/IChannelHub.sol";
import {
    Acceptance,
    Compact,
    IMeteredSessions,
    Pair,
    SessionKey,
    SessionPhase,
    SessionSettlement
} from "../../src/IMeteredSessions.sol";
import {Hook, HookedToken} from "../mocks/HookedToken.sol";
import {HostileToken, Trick} from "../mocks/HostileToken.sol";
import {Intruder, Mood, NeedsMostOfThePush, Receiver, YesWallet} from "../mocks/Receivers.sol";
import {SessionBase} from "./SessionBase.sol";

/// @dev What was tried against the contract of sessions; ATTACKS.md is the hub's, whose parts this one shares.
contract SessionAttacksTest is SessionBase {
    // ---------------------------------------------------------------------------------------------- re-entrancy

    /// @dev Every function, from every place where a token has control.
    function test_a_token_enters_nothing() public {
        HookedToken token = new HookedToken(address(sessions));
        SessionKey memory key = _keyIn(address(token));
        Intruder intruder = new Intruder(address(sessions));
        bytes[] memory attempts = _attempts(key);
        Hook[4] memory hooks = [Hook.Permit, Hook.TransferFrom, Hook.Transfer, Hook.BalanceOf];
        for (uint256 i = 0; i < hooks.length; ++i) {
            token.setHook(hooks[i], address(intruder));
            for (uint256 j = 0; j < attempts.length; ++j) {
                _prepare(intruder, attempts[j]);
                uint256 before = vm.snapshotState();
                assertTrue(token.transfer(client, DEPOSIT));
                vm.prank(client);
                token.approve(address(sessions), DEPOSIT);
                Permit memory none;
                vm.prank(client);
                sessions.proposeWithPermit(key, DEPOSIT, ACCEPT_BY, none);
                vm.prank(provider);
                sessions.accept(key, 0);
                _settleTogether(key, 3, 2);
                assertEq(intruder.surprise(), "", vm.toString(j));
                assertEq(token.balanceOf(client), DEPOSIT - 3);
                assertEq(token.balanceOf(provider), 2);
                vm.revertToState(before);
            }
            token.setHook(hooks[i], address(0));
        }
    }

    /// @dev Every function, from where a recipient of ether has control: a refund, an end, a collection.
    function test_a_recipient_enters_nothing() public {
        Intruder intruder = new Intruder(address(sessions));
        SessionKey memory key = _keyIn(ETHER);
        key.client = address(intruder);
        bytes[] memory attempts = _attempts(key);
        for (uint256 j = 0; j < attempts.length; ++j) {
            _prepare(intruder, attempts[j]);
            uint256 before = vm.snapshotState();
            _propose(key, DEPOSIT);
            vm.prank(provider);
            sessions.decline(key, 0);
            assertEq(address(intruder).balance, DEPOSIT);
            _propose(key, DEPOSIT);
            _accept(key);
            _settleTogether(key, 0, 0);
            assertEq(intruder.surprise(), "", vm.toString(j));
            assertEq(address(sessions).balance, 0);
            vm.revertToState(before);
        }
    }

    function _prepare(Intruder intruder, bytes memory attempt) private {
        intruder.set(attempt, false, abi.encodeWithSelector(IMeteredSessions.Reentered.selector));
    }

    function _attempts(SessionKey memory key) private pure returns (bytes[] memory attempts) {
        Permit memory permit;
        Acceptance memory acceptance;
        Pair memory pair;
        SessionSettlement memory settlement;
        Compact[2] memory signatures;
        attempts = new bytes[](19);
        attempts[0] = abi.encodeCall(IMeteredSessions.propose, (key, 1, 1));
        attempts[1] = abi.encodeCall(IMeteredSessions.proposeWithPermit, (key, 1, 1, permit));
        attempts[2] = abi.encodeCall(IMeteredSessions.open, (key, 1, acceptance));
        attempts[3] = abi.encodeCall(IMeteredSessions.openWithPermit, (key, 1, acceptance, permit));
        attempts[4] = abi.encodeCall(IMeteredSessions.accept, (key, 0));
        attempts[5] = abi.encodeCall(IMeteredSessions.decline, (key, 0));
        attempts[6] = abi.encodeCall(IMeteredSessions.withdrawProposal, (key, 0));
        attempts[7] = abi.encodeCall(IMeteredSessions.topUp, (key, 0, 1));
        attempts[8] = abi.encodeCall(IMeteredSessions.topUpWithPermit, (key, 0, 1, permit));
        attempts[9] = abi.encodeCall(IMeteredSessions.setLimit, (1));
        attempts[10] = abi.encodeCall(IMeteredSessions.close, (key, 0, pair));
        attempts[11] = abi.encodeCall(IMeteredSessions.show, (key, 0, pair));
        attempts[12] = abi.encodeCall(IMeteredSessions.settle, (key, 0));
        attempts[13] = abi.encodeCall(IMeteredSessions.settleTogether, (key, 0, settlement, signatures));
        attempts[14] = abi.encodeCall(IMeteredSessions.collect, (key.token, key.client));
        attempts[15] = abi.encodeCall(IMeteredSessions.owed, (key.token, key.client));
        attempts[16] = abi.encodeCall(IMeteredSessions.sessionId, (key));
        attempts[17] = abi.encodeCall(IMeteredSessions.session, (key));
        attempts[18] = abi.encodeCall(IMeteredSessions.capacity, (key.provider));
    }

    function test_the_contracts_own_push_is_its_own() public {
        (bool ok, bytes memory why) = address(sessions)
            .call(abi.encodeWithSignature("pushToken(address,address,uint256)", address(thd), stranger, 1));
        assertFalse(ok);
        assertEq(why, abi.encodeWithSelector(IMeteredSessions.OnlySelf.selector));
    }

    // --------------------------------------------------------------------------------------------------- tokens

    function test_a_deposit_that_is_not_exact_is_refused() public {
        HostileToken token = new HostileToken(address(sessions));
        SessionKey memory key = _keyIn(address(token));
        for (uint8 i = 0; i <= uint8(Trick.Bomb); ++i) {
            Trick trick = Trick(i);
            if (trick == Trick.BurnGas) continue; // burns the caller's own gas
            key.salt = i;
            uint256 value = _fund(address(token), client, DEPOSIT + 1);
            assertEq(value, 0);
            token.setTricks(trick, Trick.None);
            // a fee on top is the payer's own affair: what arrives is the amount
            bool good = trick == Trick.None || trick == Trick.ReturnNothing || trick == Trick.MoveMore
                || trick == Trick.Bomb; // true, and much behind it
            if (!good) vm.expectRevert(IMeteredSessions.TokenTransferFailed.selector);
            vm.prank(client);
            sessions.propose(key, DEPOSIT, ACCEPT_BY);
            assertEq(
                uint8(sessions.session(key).phase), uint8(good ? SessionPhase.Proposed : SessionPhase.Empty)
            );
            token.setTricks(Trick.None, Trick.None);
        }
    }

    function test_what_a_token_cannot_move_is_held_and_delays_nobody() public {
        for (uint8 i = uint8(Trick.Revert); i <= uint8(Trick.BurnGas); ++i) {
            HostileToken token = new HostileToken(address(sessions));
            SessionKey memory key = _keyIn(address(token));
            _begin(key, DEPOSIT);
            token.setTricks(Trick.None, Trick(i));
            token.setVictim(client);
            _settleTogether(key, 10, 10);
            assertEq(token.balanceOf(provider), 10, "the provider is paid");
            assertEq(sessions.owed(address(token), client), DEPOSIT - 10, "the client's refund waits");
            token.setTricks(Trick.None, Trick.None);
            assertEq(sessions.collect(address(token), client), DEPOSIT - 10);
            assertEq(token.balanceOf(client), DEPOSIT - 10);
            vm.expectRevert(IMeteredSessions.NothingOwed.selector);
            sessions.collect(address(token), client);
        }
    }

    function test_a_bad_token_harms_its_own_sessions_only() public {
        HostileToken token = new HostileToken(address(sessions));
        SessionKey memory bad = _keyIn(address(token));
        SessionKey memory good = _keyIn(address(thd));
        SessionKey memory ether_ = _keyIn(ETHER);
        _begin(bad, DEPOSIT);
        _begin(good, DEPOSIT);
        _begin(ether_, DEPOSIT);
        token.setTricks(Trick.None, Trick.MoveMore);
        _settleTogether(bad, DEPOSIT, DEPOSIT);
        _settleTogether(good, DEPOSIT, DEPOSIT);
        _settleTogether(ether_, DEPOSIT, DEPOSIT);
        assertEq(thd.balanceOf(provider), DEPOSIT);
        assertEq(provider.balance, DEPOSIT);
        assertEq(sessions.owed(address(token), provider), DEPOSIT);
    }

    function test_what_is_sent_past_its_functions_is_nobodys() public {
        SessionKey memory key = _keyIn(ETHER);
        _begin(key, DEPOSIT);
        vm.deal(address(sessions), address(sessions).balance + 77); // as a block's reward would
        assertTrue(thd.transfer(address(sessions), 77));
        _settleTogether(key, 5, 5);
        assertEq(client.balance, DEPOSIT - 5);
        assertEq(address(sessions).balance, 77);
        (bool ok,) = address(sessions).call{value: 1}("");
        assertFalse(ok, "it takes no ether otherwise");
    }

    /// @dev What is burnt pays nobody, ever: not the next session either.
    function test_what_is_burnt_stays() public {
        SessionKey memory key = _keyIn(ETHER);
        _begin(key, DEPOSIT);
        _settleTogether(key, DEPOSIT, 0);
        assertEq(address(sessions).balance, DEPOSIT);
        _begin(key, DEPOSIT);
        _close(key, client, 100 * MEGABYTE, 100 * MEGABYTE);
        _settleAfterPeriod(key);
        assertEq(provider.balance, DEPOSIT);
        assertEq(client.balance, 0);
        assertEq(address(sessions).balance, DEPOSIT);
    }

    // ----------------------------------------------------------------------------------------------- recipients

    function test_a_recipient_that_misbehaves_delays_nobody() public {
        for (uint8 i = uint8(Mood.Revert); i <= uint8(Mood.Hungry); ++i) {
            Receiver receiver = new Receiver();
            SessionKey memory key = _keyIn(ETHER);
            key.client = address(receiver);
            _begin(key, DEPOSIT);
            receiver.set(Mood(i));
            uint256 had = provider.balance;
            _settleTogether(key, 10, 10);
            assertEq(provider.balance, had + 10);
            bool taken = Mood(i) == Mood.Bomb; // returns much, and that is not looked at
            assertEq(sessions.owed(ETHER, address(receiver)), taken ? 0 : DEPOSIT - 10);
            receiver.set(Mood.Accept);
            if (!taken) sessions.collect(ETHER, address(receiver));
            assertEq(address(receiver).balance, DEPOSIT - 10);
        }
    }

    /// @dev Somebody settles with just so little gas that a push fails, to have the payout held.
    function test_nobody_is_starved_of_a_payout() public {
        NeedsMostOfThePush hungry = new NeedsMostOfThePush();
        SessionKey memory key = _keyIn(ETHER);
        key.client = address(hungry);
        _begin(key, DEPOSIT);
        _close(key, provider, MEGABYTE, MEGABYTE);
        vm.roll(sessions.session(key).closesAt);
        uint256 paid;
        for (uint256 gasSent = 30_000; gasSent < 500_000; gasSent += 499) {
            uint256 before = vm.snapshotState();
            try sessions.settle{gas: gasSent}(key, 0) {
                assertEq(sessions.owed(ETHER, address(hungry)), 0, "held for want of gas");
                assertEq(address(hungry).balance, DEPOSIT - PRICE);
                ++paid;
            } catch {}
            vm.revertToState(before);
        }
        assertGt(paid, 10);
        vm.expectRevert(IMeteredSessions.NotEnoughGas.selector);
        sessions.settle{gas: 120_000}(key, 0);
    }

    // --------------------------------------------------------------------------------------------------- replay

    function test_a_consent_or_an_agreement_counts_in_its_life_only() public {
        SessionKey memory key = _keyIn(ETHER);
        Acceptance memory acceptance = _acceptance(key, 0, DEPOSIT, FOREVER);
        vm.deal(client, 2 * uint256(DEPOSIT));
        vm.prank(client);
        sessions.open{value: DEPOSIT}(key, DEPOSIT, acceptance);
        SessionSettlement memory settlement = SessionSettlement(0, 0, FOREVER);
        Compact[2] memory signatures = _both(key, 0, settlement);
        sessions.settleTogether(key, 0, settlement, signatures);

        vm.expectRevert(IMeteredSessions.BadSignature.selector);
        vm.prank(client);
        sessions.open{value: DEPOSIT}(key, DEPOSIT, acceptance);
        _begin(key, DEPOSIT);
        vm.expectRevert(IMeteredSessions.BadSignature.selector);
        sessions.settleTogether(key, 1, settlement, signatures);
    }

    /// @dev Statements of different kinds with the same numbers are different statements.
    function test_no_statement_passes_for_another() public view {
        SessionKey memory key = _key();
        bytes32 count = sessions.countHash(key, 0, 5, bytes32(uint256(7)));
        bytes32 acceptance = sessions.acceptanceHash(key, 0, 5, 7);
        bytes32 settlement = sessions.settlementHash(key, 0, SessionSettlement(5, 7, 0));
        assertTrue(count != acceptance && acceptance != settlement && settlement != count);
    }

    /// @dev Domains are rebuilt after a fork with another chain id.
    function test_a_fork_takes_nothing_of_before() public {
        SessionKey memory key = _keyIn(ETHER);
        _begin(key, DEPOSIT);
        Pair memory before = _pair(key, 5, 5);
        vm.chainId(99);
        vm.expectRevert(IMeteredSessions.BadSignature.selector);
        vm.prank(client);
        sessions.close(key, 0, before);
        _close(key, client, 5, 5);
    }

    // ------------------------------------------------------------------------------------------------- who signs

    /// @dev Signers are plain keys: no contract is asked (ERC-1271).
    function test_a_wallet_contract_finds_nothing_good() public {
        SessionKey memory key = _keyIn(ETHER);
        key.clientSigner = address(new YesWallet());
        _begin(key, DEPOSIT);
        Pair memory pair = _pair(key, 5, 5);
        vm.expectRevert(IMeteredSessions.BadSignature.selector);
        vm.prank(provider);
        sessions.close(key, 0, pair);
    }

    function test_an_allowance_is_used_by_its_owner_only() public {
        SessionKey memory key = _key();
        assertTrue(thd.transfer(client, DEPOSIT));
        vm.prank(client);
        thd.approve(address(sessions), type(uint256).max);
        vm.expectRevert(IMeteredSessions.NotClient.selector);
        vm.prank(stranger);
        sessions.propose(key, DEPOSIT, ACCEPT_BY);
        Permit memory permit = _permit(clientKey, DEPOSIT);
        key.client = stranger;
        vm.expectRevert(IMeteredSessions.TokenTransferFailed.selector);
        vm.prank(stranger);
        sessions.proposeWithPermit(key, DEPOSIT, ACCEPT_BY, permit);
        assertEq(thd.balanceOf(client), DEPOSIT);
    }

    /// @dev The key is hashed as it came, so a field with bits above its type must never be taken as it stands.
    function test_a_field_that_does_not_fit_its_type_is_refused() public {
        SessionKey memory key = _keyIn(ETHER);
        vm.deal(client, 12 * uint256(DEPOSIT));
        for (uint256 field = 0; field < 11; ++field) {
            bytes memory data = abi.encodeCall(IMeteredSessions.propose, (key, DEPOSIT, ACCEPT_BY));
            data[4 + 32 * field] = 0x80;
            vm.prank(client);
            (bool ok,) = address(sessions).call{value: DEPOSIT}(data);
            assertFalse(ok, vm.toString(field));
        }
        _propose(key, DEPOSIT);
    }

    /// @dev A client cannot fill a provider's limit without the provider, whatever key it names for it.
    function test_a_providers_limit_is_its_own() public {
        SessionKey memory key = _keyIn(ETHER);
        key.providerSigner = vm.addr(77);
        for (uint64 salt = 0; salt < 8; ++salt) {
            key.salt = salt;
            _propose(key, PRICE);
            key.salt = 100 + salt;
            bytes32 digest = sessions.acceptanceHash(key, 0, PRICE, ACCEPT_BY);
            Acceptance memory forged = Acceptance(ACCEPT_BY, _sign(77, digest));
            vm.deal(client, PRICE);
            vm.expectRevert(IMeteredSessions.BadSignature.selector);
            vm.prank(client);
            sessions.open{value: PRICE}(key, PRICE, forged);
        }
        _assertActive(0);
    }

    // ---------------------------------------------------------------------------------------------------- clocks

    function test_each_clock_counts_its_own() public {
        sessions = _deploySessions(true);
        SessionKey memory key = _keyIn(ETHER);
        vm.deal(client, DEPOSIT);
        uint64 acceptBy = uint64(block.timestamp + 50);
        vm.prank(client);
        sessions.propose{value: DEPOSIT}(key, DEPOSIT, acceptBy);
        vm.roll(vm.getBlockNumber() + 10_000); // blocks mean nothing
        _accept(key);
        _close(key, client, 5, 5);
        uint64 closesAt = sessions.session(key).closesAt;
        assertEq(closesAt, block.timestamp + PERIOD);
        vm.roll(vm.getBlockNumber() + 10_000);
        vm.expectRevert(abi.encodeWithSelector(IMeteredSessions.PeriodRunning.selector, closesAt));
        sessions.settle(key, 0);
        vm.warp(closesAt);
        sessions.settle(key, 0);
        assertEq(sessions.CLOCK_MODE(), "mode=timestamp");
    }

    /// @dev A pair and a settlement never count in the same moment, and nobody moves the end by showing pairs.
    function testFuzz_no_number_of_pairs_moves_the_end(uint8 pairs) public {
        SessionKey memory key = _keyIn(ETHER);
        _begin(key, DEPOSIT);
        _close(key, client, 0, 0);
        uint64 closesAt = sessions.session(key).closesAt;
        pairs = uint8(bound(pairs, 1, 30));
        for (uint64 i = 1; i <= pairs; ++i) {
            vm.roll(vm.getBlockNumber() + 3);
            _show(key, i, i);
            assertEq(sessions.session(key).closesAt, closesAt);
        }
        Pair memory late = _pair(key, 1000, 1000);
        vm.roll(closesAt - 1);
        vm.expectRevert(abi.encodeWithSelector(IMeteredSessions.PeriodRunning.selector, closesAt));
        sessions.settle(key, 0);
        vm.roll(closesAt);
        vm.expectRevert(abi.encodeWithSelector(IMeteredSessions.PeriodOver.selector, closesAt));
        sessions.show(key, 0, late);
        sessions.settle(key, 0);
    }

    function _keyIn(address token) private view returns (SessionKey memory key) {
        key = _key();
        key.token = token;
    }
}
