// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {
    Compact,
    IMeteredSessions,
    Pair,
    SessionKey,
    SessionPhase,
    SessionState
} from "../../src/IMeteredSessions.sol";
import {TestBase} from "forge-std/Base.sol";

/// @dev Evidence on the bytecode that is deployed: for every key, pair, signature and moment, and from every state that its
/// storage can be in. Recovering a signer is an unknown function of what is signed. As for the hub, calls that pay out are
/// for the other tests: their recipients would have to be unknown code.
contract SessionsSymbolic is TestBase {
    IMeteredSessions private sessions;

    function setUp() external {
        string memory artifact = "cache/symbolic/out/MeteredSessions.sol/MeteredSessions.json";
        bytes memory code = bytes.concat(vm.getCode(artifact), abi.encode(false));
        address deployed;
        assembly ("memory-safe") {
            deployed := create(0, add(code, 0x20), mload(code))
        }
        sessions = IMeteredSessions(deployed);
        vm.setArbitraryStorage(deployed);
    }

    /// @dev Each count becomes the higher of what it was and what is shown, one of them rises, and nothing else changes.
    function check_an_accepted_pair_raises_counts_and_nothing_else(
        SessionKey memory key,
        uint32 epoch,
        Pair memory pair,
        uint48 moment
    ) external {
        vm.roll(moment);
        SessionState memory before = sessions.session(key);
        sessions.show(key, epoch, pair);
        SessionState memory afterwards = sessions.session(key);
        assert(afterwards.clientCount >= before.clientCount && afterwards.clientCount >= pair.clientCount);
        assert(afterwards.clientCount == before.clientCount || afterwards.clientCount == pair.clientCount);
        assert(afterwards.providerCount >= before.providerCount);
        assert(afterwards.providerCount >= pair.providerCount);
        assert(
            afterwards.providerCount == before.providerCount || afterwards.providerCount == pair.providerCount
        );
        assert(afterwards.clientCount > before.clientCount || afterwards.providerCount > before.providerCount);
        assert(afterwards.closesAt == before.closesAt && afterwards.epoch == before.epoch);
        assert(afterwards.phase == before.phase && afterwards.deposit == before.deposit);
    }

    /// @dev The provider's signer signed its count, and the client's signer a count that acknowledges just that statement.
    function check_a_pair_counts_only_with_both_signatures_and_the_acknowledgement(
        SessionKey memory key,
        uint32 epoch,
        Pair memory pair,
        uint48 moment
    ) external {
        vm.roll(moment);
        bytes32 providers = sessions.countHash(key, epoch, pair.providerCount, pair.providerAcknowledged);
        bytes32 clients = sessions.countHash(key, epoch, pair.clientCount, providers);
        sessions.show(key, epoch, pair);
        assert(_signerOf(providers, pair.byProvider) == key.providerSigner);
        assert(_signerOf(clients, pair.byClient) == key.clientSigner);
    }

    function check_no_pair_from_the_end_of_the_period_on(
        SessionKey memory key,
        uint32 epoch,
        Pair memory pair,
        uint48 moment
    ) external {
        vm.roll(moment);
        vm.assume(moment >= sessions.session(key).closesAt);
        try sessions.show(key, epoch, pair) {
            assert(false);
        } catch {}
    }

    function check_no_settlement_before_the_end_of_the_period(
        SessionKey memory key,
        uint32 epoch,
        uint48 moment
    ) external {
        vm.roll(moment);
        vm.assume(moment < sessions.session(key).closesAt);
        try sessions.settle(key, epoch) {
            assert(false);
        } catch {}
    }

    /// @dev Only by a side, only of an active session, and the period is the key's.
    function check_a_close_sets_the_end_and_leaves_the_deposit(
        SessionKey memory key,
        uint32 epoch,
        Pair memory pair,
        address caller,
        uint48 moment
    ) external {
        vm.roll(moment);
        SessionState memory before = sessions.session(key);
        vm.prank(caller);
        sessions.close(key, epoch, pair);
        SessionState memory afterwards = sessions.session(key);
        assert(caller == key.client || caller == key.provider);
        assert(before.phase == SessionPhase.Active && afterwards.phase == SessionPhase.Closing);
        assert(before.epoch == epoch && afterwards.epoch == epoch);
        assert(afterwards.closesAt == uint256(moment) + key.finalizationPeriod);
        assert(afterwards.deposit == before.deposit);
        assert(afterwards.clientCount == pair.clientCount && afterwards.providerCount == pair.providerCount);
    }

    /// @dev Only its own account, in time, and below its limit.
    function check_only_the_provider_accepts_in_time_and_below_its_limit(
        SessionKey memory key,
        uint32 epoch,
        address caller,
        uint48 moment
    ) external {
        vm.roll(moment);
        SessionState memory before = sessions.session(key);
        (uint32 active, uint32 limit) = sessions.capacity(key.provider);
        vm.prank(caller);
        sessions.accept(key, epoch);
        assert(caller == key.provider && moment <= before.acceptBy && active < limit);
        (uint32 nowActive,) = sessions.capacity(key.provider);
        assert(nowActive == active + 1);
        SessionState memory afterwards = sessions.session(key);
        assert(before.phase == SessionPhase.Proposed && afterwards.phase == SessionPhase.Active);
        assert(afterwards.deposit == before.deposit && afterwards.epoch == before.epoch);
    }

    function _signerOf(bytes32 digest, Compact memory signature) private pure returns (address) {
        bytes32 s = signature.vs & bytes32(uint256(type(int256).max));
        return ecrecover(digest, uint8(27 + (uint256(signature.vs) >> 255)), signature.r, s);
    }
}
