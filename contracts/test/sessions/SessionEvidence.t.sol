// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IMeteredSessions, Pair, SessionKey, SessionPhase, SessionState} from "../../src/IMeteredSessions.sol";
import {SessionBase} from "./SessionBase.sol";

/// @dev Closing and showing: what counts as evidence, and that it only raises.
contract SessionEvidenceTest is SessionBase {
    uint256 private constant HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;
    uint256 private constant ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    function test_either_side_closes_with_the_last_pair() public {
        SessionKey memory key = _key();
        for (uint32 epoch = 0; epoch < 2; ++epoch) {
            bytes32 id = _begin(key, DEPOSIT);
            Pair memory pair = _pair(key, 5, 4);
            uint64 closesAt = uint64(vm.getBlockNumber()) + PERIOD;
            vm.expectEmit(address(sessions));
            emit IMeteredSessions.Closing(id, epoch == 0, 5, 4, closesAt);
            vm.prank(epoch == 0 ? client : provider);
            sessions.close(key, epoch, pair);
            SessionState memory state = sessions.session(key);
            assertEq(uint8(state.phase), uint8(SessionPhase.Closing));
            assertEq(state.clientCount, 5);
            assertEq(state.providerCount, 4);
            assertEq(state.closesAt, closesAt);
            assertEq(state.deposit, DEPOSIT);
            _settleAfterPeriod(key);
        }
    }

    function test_nobody_else_closes_and_nothing_else() public {
        SessionKey memory key = _key();
        _propose(key, DEPOSIT);
        _expectWrongPhase(SessionPhase.Proposed);
        vm.prank(client);
        sessions.close(key, 0, _nothing());
        _accept(key);
        vm.expectRevert(IMeteredSessions.NotASide.selector);
        vm.prank(stranger);
        sessions.close(key, 0, _nothing());
        vm.prank(provider);
        sessions.close(key, 0, _nothing()); // a provider is not stuck with a client that says nothing
        _expectWrongPhase(SessionPhase.Closing);
        vm.prank(client);
        sessions.close(key, 0, _nothing());
    }

    function test_a_later_pair_raises_each_count_by_itself() public {
        SessionKey memory key = _key();
        bytes32 id = _begin(key, DEPOSIT);
        _close(key, client, 50, 40);
        Pair memory pair = _pair(key, 45, 60);
        vm.expectEmit(address(sessions));
        emit IMeteredSessions.Shown(id, 50, 60);
        vm.prank(stranger);
        sessions.show(key, 0, pair);
        pair = _pair(key, 70, 1);
        vm.expectEmit(address(sessions));
        emit IMeteredSessions.Shown(id, 70, 60);
        sessions.show(key, 0, pair);
        pair = _pair(key, 70, 60);
        vm.expectRevert(abi.encodeWithSelector(IMeteredSessions.NothingHigher.selector, 70, 60));
        sessions.show(key, 0, pair);
        pair = _pair(key, 69, 59);
        vm.expectRevert(abi.encodeWithSelector(IMeteredSessions.NothingHigher.selector, 70, 60));
        sessions.show(key, 0, pair);
    }

    function test_pairs_count_until_the_last_moment_and_never_move_the_end() public {
        SessionKey memory key = _key();
        _begin(key, DEPOSIT);
        _expectWrongPhase(SessionPhase.Active);
        sessions.show(key, 0, _nothing());
        _close(key, client, 50, 40);
        uint64 closesAt = sessions.session(key).closesAt;
        vm.roll(closesAt - 1);
        _show(key, 51, 40);
        assertEq(sessions.session(key).closesAt, closesAt);
        Pair memory pair = _pair(key, 52, 40);
        vm.roll(closesAt);
        vm.expectRevert(abi.encodeWithSelector(IMeteredSessions.PeriodOver.selector, closesAt));
        sessions.show(key, 0, pair);
    }

    /// @dev In whatever order, and whoever closes: the same end.
    function testFuzz_the_order_of_pairs_does_not_matter(uint64[2][3] memory counts, uint256 order) public {
        SessionKey memory key = _key();
        _begin(key, DEPOSIT);
        uint64 highestClient;
        uint64 highestProvider;
        uint256 first = order % 3;
        _close(key, client, counts[first][0], counts[first][1]);
        for (uint256 i = 0; i < 3; ++i) {
            uint64[2] memory pair = counts[(order / 3 + i) % 3];
            if (pair[0] > highestClient) highestClient = pair[0];
            if (pair[1] > highestProvider) highestProvider = pair[1];
            SessionState memory before = sessions.session(key);
            if (pair[0] > before.clientCount || pair[1] > before.providerCount) _show(key, pair[0], pair[1]);
            SessionState memory state = sessions.session(key);
            assertTrue(state.clientCount >= before.clientCount && state.providerCount >= before.providerCount);
        }
        assertEq(sessions.session(key).clientCount, highestClient);
        assertEq(sessions.session(key).providerCount, highestProvider);
    }

    // -------------------------------------------------------------------------------------- what is no evidence

    /// @dev The provider alone raises nothing: the client has to have acknowledged just this statement.
    function test_a_count_that_was_not_acknowledged_is_no_evidence() public {
        SessionKey memory key = _key();
        _begin(key, DEPOSIT);
        Pair memory pair = _pair(key, 50, 40);
        pair.providerCount = 4000;
        pair.byProvider = _sign(providerSignerKey, sessions.countHash(key, 0, 4000, 0));
        _refuses(key, pair);
        // nor under another acknowledgement of the provider's own
        pair = _pair(key, 50, 40);
        pair.providerAcknowledged = "another";
        pair.byProvider = _sign(providerSignerKey, sessions.countHash(key, 0, 40, "another"));
        _refuses(key, pair);
        // nor a client's count that acknowledges nothing
        pair = _pair(key, 50, 40);
        pair.byClient = _sign(clientSignerKey, sessions.countHash(key, 0, 50, 0));
        _refuses(key, pair);
    }

    function test_both_have_to_have_signed_each_their_own() public {
        SessionKey memory key = _key();
        _begin(key, DEPOSIT);
        bytes32 providers = sessions.countHash(key, 0, 40, 0);
        bytes32 clients = sessions.countHash(key, 0, 50, providers);
        uint256[4] memory wrong = [clientSignerKey, clientKey, providerKey, uint256(7)];
        for (uint256 i = 0; i < 4; ++i) {
            Pair memory pair = _pair(key, 50, 40);
            pair.byProvider = _sign(wrong[i], providers);
            _refuses(key, pair);
            pair = _pair(key, 50, 40);
            pair.byClient = _sign(i == 0 ? providerSignerKey : wrong[i], clients);
            _refuses(key, pair);
        }
    }

    /// @dev Only a pair that says nothing at all needs no signatures: by either count alone somebody would lose.
    function test_a_count_of_zero_spares_nobody_a_signature() public {
        SessionKey memory key = _key();
        _begin(key, DEPOSIT);
        Pair memory pair;
        pair.providerCount = 40;
        _refuses(key, pair);
        (pair.clientCount, pair.providerCount) = (50, 0);
        _refuses(key, pair);
    }

    function test_a_twin_of_a_signature_is_none() public {
        SessionKey memory key = _key();
        _begin(key, DEPOSIT);
        Pair memory pair = _pair(key, 50, 40);
        uint256 s = (uint256(pair.byClient.vs) << 1) >> 1;
        assertLe(s, HALF_ORDER);
        uint256 parity = uint256(pair.byClient.vs) >> 255;
        // s' = n − s has no room beside the parity unless it is below 2^255; either way it is not taken
        pair.byClient.vs = bytes32(((ORDER - s) & (type(uint256).max >> 1)) | ((1 - parity) << 255));
        _refuses(key, pair);
        pair = _pair(key, 50, 40);
        pair.byProvider.r = 0;
        _refuses(key, pair);
    }

    /// @dev Another session, another life, another contract, another chain.
    function test_statements_count_in_their_own_session_only() public {
        SessionKey memory key = _key();
        SessionKey memory other = _key();
        other.salt = 8;
        _begin(key, DEPOSIT);
        _begin(other, DEPOSIT);
        _refuses(key, _pair(other, 50, 40));
        _refuses(key, _pairIn(key, 1, 50, 40));

        Pair memory here = _pair(key, 50, 40);
        vm.chainId(1);
        Pair memory onMainnet = _pair(key, 50, 40);
        _refuses(key, here);
        vm.chainId(31337);
        _refuses(key, onMainnet);
        IMeteredSessions elsewhere = _deploySessions(false);
        (sessions, elsewhere) = (elsewhere, sessions);
        Pair memory there = _pairIn(key, 0, 50, 40);
        (sessions, elsewhere) = (elsewhere, sessions);
        _refuses(key, there);

        vm.prank(client);
        sessions.close(key, 0, here);
        _settleAfterPeriod(key);
        _begin(key, DEPOSIT);
        vm.expectRevert(IMeteredSessions.BadSignature.selector);
        vm.prank(client);
        sessions.close(key, 1, here); // of the former life
    }

    /// @dev Well signed, for a life that is over, and shown as such while the next one closes.
    function test_evidence_of_a_former_life_is_not_shown_in_the_next() public {
        SessionKey memory key = _key();
        _begin(key, DEPOSIT);
        Pair memory former = _pair(key, 5000, 5000);
        _settleTogether(key, 0, 0);
        _begin(key, DEPOSIT);
        _close(key, client, 50, 40);
        _expectWrongEpoch(1);
        sessions.show(key, 0, former);
        _expectWrongEpoch(1);
        sessions.show(key, 2, former);
        assertEq(sessions.session(key).providerCount, 40);
    }

    function _refuses(SessionKey memory key, Pair memory pair) private {
        uint256 before = vm.snapshotState();
        vm.expectRevert(IMeteredSessions.BadSignature.selector);
        vm.prank(client);
        sessions.close(key, 0, pair);
        vm.prank(client);
        sessions.close(key, 0, _nothing());
        vm.expectRevert(IMeteredSessions.BadSignature.selector);
        sessions.show(key, 0, pair);
        vm.revertToState(before);
    }
}
