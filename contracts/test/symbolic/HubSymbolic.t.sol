// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {
    Auth,
    ChannelKey,
    ChannelState,
    Claim,
    IChannelHub,
    Phase,
    Policy,
    Side
} from "../../src/IChannelHub.sol";
import {TestBase} from "forge-std/Base.sol";

/// @dev The higher-claim rule on the bytecode that is deployed: for every key, claim, signature and moment, and from every
/// state that its storage can be in, also those that no sequence of calls leads to. Recovering a signer is an unknown
/// function of what is signed, so nothing here leans on what a signature is. That a refused call changes nothing is the
/// machine's doing: it reverts. Claims that forfeit pay out, whose recipients cannot be unknown as well; those are for
/// the other tests.
contract HubSymbolic is TestBase {
    IChannelHub private hub;

    function setUp() external {
        bytes memory code =
            bytes.concat(vm.getCode("cache/symbolic/out/ChannelHub.sol/ChannelHub.json"), abi.encode(false));
        address deployed;
        assembly ("memory-safe") {
            deployed := create(0, add(code, 0x20), mload(code))
        }
        hub = IChannelHub(deployed);
        vm.setArbitraryStorage(deployed);
    }

    /// @dev Where a higher claim does not forfeit, it raises the total of its payer and changes nothing else.
    function check_an_accepted_claim_raises_one_total_alone(
        ChannelKey memory key,
        uint32 epoch,
        Claim memory claim,
        Auth memory auth,
        uint48 moment
    ) external {
        vm.roll(moment);
        key.policy = Policy.Refute;
        ChannelState memory before = hub.channel(key);
        hub.claim(key, epoch, claim, auth);
        ChannelState memory afterwards = hub.channel(key);
        if (_payer(key, claim) == Side.Alice) {
            assert(afterwards.aliceTotal == claim.total && claim.total > before.aliceTotal);
            assert(afterwards.bobTotal == before.bobTotal);
        } else {
            assert(afterwards.bobTotal == claim.total && claim.total > before.bobTotal);
            assert(afterwards.aliceTotal == before.aliceTotal);
        }
        assert(claim.to == key.alice || claim.to == key.bob);
        assert(afterwards.closesAt == before.closesAt && afterwards.epoch == before.epoch);
        assert(afterwards.phase == before.phase && afterwards.closer == before.closer);
        _assertSameMoney(before, afterwards);
    }

    function check_a_claim_touches_no_other_channel(
        ChannelKey memory key,
        ChannelKey memory other,
        uint32 epoch,
        Claim memory claim,
        Auth memory auth,
        uint48 moment
    ) external {
        key.policy = Policy.Refute;
        vm.assume(keccak256(abi.encode(key)) != keccak256(abi.encode(other)));
        vm.roll(moment);
        bytes memory before = abi.encode(hub.channel(other));
        hub.claim(key, epoch, claim, auth);
        assert(keccak256(abi.encode(hub.channel(other))) == keccak256(before));
    }

    /// @dev Without a delegation, the signature is one of the payer's signer over exactly this claim.
    function check_a_claim_counts_only_with_its_payers_signature(
        ChannelKey memory key,
        uint32 epoch,
        Claim memory claim,
        bytes32 r,
        bytes32 vs,
        uint48 moment
    ) external {
        key.policy = Policy.Refute;
        vm.roll(moment);
        bytes32 digest = hub.claimHash(key, epoch, claim);
        hub.claim(key, epoch, claim, Auth(r, vs, 0, 0));
        bytes32 s = vs & bytes32(uint256(type(int256).max));
        address recovered = ecrecover(digest, uint8(27 + (uint256(vs) >> 255)), r, s);
        assert(recovered == (_payer(key, claim) == Side.Alice ? key.aliceSigner : key.bobSigner));
    }

    function check_no_claim_from_the_end_of_the_period_on(
        ChannelKey memory key,
        uint32 epoch,
        Claim memory claim,
        Auth memory auth,
        uint48 moment
    ) external {
        vm.roll(moment);
        vm.assume(moment >= hub.channel(key).closesAt);
        try hub.claim(key, epoch, claim, auth) {
            assert(false);
        } catch {}
    }

    function check_no_settlement_before_the_end_of_the_period(
        ChannelKey memory key,
        uint32 epoch,
        uint48 moment
    ) external {
        vm.roll(moment);
        vm.assume(moment < hub.channel(key).closesAt);
        try hub.settle(key, epoch) {
            assert(false);
        } catch {}
    }

    function check_no_acceptance_from_the_end_of_the_period_on(
        ChannelKey memory key,
        uint32 epoch,
        uint96 aliceTotal,
        uint96 bobTotal,
        uint48 moment,
        address caller
    ) external {
        vm.roll(moment);
        vm.assume(moment >= hub.channel(key).closesAt);
        vm.prank(caller);
        try hub.accept(key, epoch, aliceTotal, bobTotal) {
            assert(false);
        } catch {}
    }

    /// @dev A close sets the end of the period and the totals, and no money moves.
    function check_a_close_starts_the_whole_period(
        ChannelKey memory key,
        uint32 epoch,
        uint96 paid,
        Claim memory received,
        Auth memory auth,
        uint64 deadline,
        uint48 moment,
        address caller
    ) external {
        vm.roll(moment);
        ChannelState memory before = hub.channel(key);
        vm.assume(before.closer == Side.Alice); // as in every life that was opened: it names no closer yet
        vm.prank(caller);
        hub.close(key, epoch, paid, received, auth, deadline);
        ChannelState memory afterwards = hub.channel(key);
        assert(before.phase == Phase.Open && afterwards.phase == Phase.Closing && moment <= deadline);
        assert(afterwards.closesAt == uint256(moment) + key.finalizationPeriod);
        assert(afterwards.epoch == epoch && before.epoch == epoch);
        if (caller == key.alice) {
            assert(afterwards.closer == Side.Alice);
            assert(afterwards.aliceTotal == paid && afterwards.bobTotal == received.total);
        } else {
            assert(caller == key.bob && afterwards.closer == Side.Bob);
            assert(afterwards.bobTotal == paid && afterwards.aliceTotal == received.total);
        }
        _assertSameMoney(before, afterwards);
    }

    function _payer(ChannelKey memory key, Claim memory claim) private pure returns (Side) {
        return claim.to == key.alice ? Side.Bob : Side.Alice;
    }

    function _assertSameMoney(ChannelState memory before, ChannelState memory afterwards) private pure {
        assert(afterwards.aliceDeposit == before.aliceDeposit);
        assert(afterwards.bobDeposit == before.bobDeposit);
        assert(afterwards.aliceWithdrawn == before.aliceWithdrawn);
        assert(afterwards.bobWithdrawn == before.bobWithdrawn);
    }
}
