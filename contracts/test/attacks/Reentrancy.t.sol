// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {
    Auth,
    ChannelKey,
    Claim,
    IChannelHub,
    Permit,
    Phase,
    Policy,
    Settlement,
    Side
} from "../../src/IChannelHub.sol";
import {Hook, HookedToken} from "../mocks/HookedToken.sol";
import {Intruder} from "../mocks/Receivers.sol";
import {Move, Payments} from "./Payments.sol";
import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {IERC6372} from "@openzeppelin/contracts/interfaces/IERC6372.sol";

/// @dev A call from within a call of the hub, and what it must answer.
struct Attempt {
    bytes data;
    bytes4 refusal; // zero: it answers as it does from outside
}

/// @dev C26: places × functions. From every place where control leaves the hub, in every call where it does, every function
/// is called and every view is read. The lock answers, or, for what depends on nothing that changes, the same answer as
/// from outside; and the call that was interrupted does what it does without the intruder.
abstract contract ReentrancyTests is Payments {
    Intruder internal _intruder;
    Attempt[] private _attempts;
    uint256 private _runs;

    function setUp() public virtual override {
        super.setUp();
        _intruder = new Intruder(address(hub));
        _listAttempts();
    }

    /// @dev Whether control reaches the intruder in this move, and how often.
    function _visits(Move move) internal view virtual returns (uint64);

    /// @dev The intruder is at its place from here on.
    function _takePlace() internal virtual {}

    function _assertEveryAttemptIsRefused(Move move) internal {
        for (uint256 i = 0; i < _attempts.length; ++i) {
            ++_runs;
            _intruder.rest();
            ChannelKey memory key = _prepare(move, uint64(1000 + _runs));
            // the number tells this attempt from the others of the same function; the hub does not read that far
            bytes memory data = bytes.concat(_attempts[i].data, bytes32(_runs));
            (bool ok, bytes memory result) = (false, abi.encodePacked(_attempts[i].refusal));
            if (_attempts[i].refusal == 0) (ok, result) = address(hub).staticcall(data);

            uint256[4] memory before = _money();
            _takePlace();
            _intruder.set(data, ok, result);
            vm.expectCall(address(hub), data, _visits(move));
            (bool made, bytes memory why) = _make(move, key, 5_000_000);
            assertTrue(made, string.concat(vm.toString(i), ": ", vm.toString(why)));
            assertEq(_intruder.surprise(), "", vm.toString(i));
            _intruder.rest();
            _assertOutcome(move, key, before);
        }
    }

    function _assertOutcome(Move move, ChannelKey memory key, uint256[4] memory before) private view {
        uint256[4] memory now_ = _money();
        (uint96 toAlice, uint96 toBob) = _payouts(move);
        if (uint256(move) < FIRST_PAYING_OUT) {
            bool opens = move == Move.Open || move == Move.OpenWithPermit;
            assertEq(hub.channel(key).aliceDeposit, 100);
            assertEq(hub.channel(key).bobDeposit, opens ? 0 : 50);
            assertEq(now_[2], before[2] + (opens ? 100 : 50));
        } else {
            assertEq(now_[0], before[0] + toAlice, "alice");
            assertEq(now_[1], before[1] + toBob, "bob");
            assertEq(now_[2], before[2] - toAlice - toBob, "the hub");
            bool withdraws = move == Move.WithdrawByAlice || move == Move.WithdrawByBob;
            _assertPhase(key, withdraws ? Phase.Open : Phase.Settled);
        }
        assertEq(now_[3], 0, "nothing is held");
    }

    function _money() private view returns (uint256[4] memory) {
        uint256 held = hub.owed(_token(), alice) + hub.owed(_token(), bob);
        return [_balance(alice), _balance(bob), _balance(address(hub)), held];
    }

    // -------------------------------------------------------------------------------------------- the functions

    function test_C26_every_function_of_the_hub_is_tried() public view {
        // An interface's id is the xor of its functions' selectors.
        bytes4 ids = type(IChannelHub).interfaceId ^ type(IERC5267).interfaceId ^ type(IERC6372).interfaceId;
        ids ^= bytes4(keccak256("pushToken(address,address,uint256)"));
        bytes4 tried;
        for (uint256 i = 0; i < _attempts.length; ++i) {
            tried ^= bytes4(_attempts[i].data);
        }
        assertEq(tried, ids);
    }

    function _listAttempts() private {
        ChannelKey memory key = _keyIn(ETHER, Policy.Refute);
        Auth memory auth = _auth(aliceSignerKey, "");
        Auth[2] memory auths = [auth, auth];
        Permit memory permit;
        Claim memory claim = Claim(bob, 1, 1);
        Settlement memory settlement = Settlement(0, 0, FOREVER);
        bytes4 lock = IChannelHub.Reentered.selector;
        _attempt(lock, abi.encodeCall(IChannelHub.open, (key, 0)));
        _attempt(lock, abi.encodeCall(IChannelHub.openWithPermit, (key, 0, permit)));
        _attempt(lock, abi.encodeCall(IChannelHub.deposit, (key, 0, Side.Bob, 1)));
        _attempt(lock, abi.encodeCall(IChannelHub.depositWithPermit, (key, 0, Side.Bob, 1, permit)));
        _attempt(lock, abi.encodeCall(IChannelHub.withdraw, (key, 0, Side.Bob, 1, FOREVER, auths)));
        _attempt(lock, abi.encodeCall(IChannelHub.close, (key, 0, 0, claim, auth, FOREVER)));
        _attempt(lock, abi.encodeCall(IChannelHub.claim, (key, 0, claim, auth)));
        _attempt(lock, abi.encodeCall(IChannelHub.settle, (key, 0)));
        _attempt(lock, abi.encodeCall(IChannelHub.accept, (key, 0, 0, 0)));
        _attempt(lock, abi.encodeCall(IChannelHub.settleTogether, (key, 0, settlement, auths)));
        _attempt(lock, abi.encodeCall(IChannelHub.collect, (ETHER, bob)));
        _attempt(lock, abi.encodeCall(IChannelHub.owed, (ETHER, bob)));
        _attempt(lock, abi.encodeCall(IChannelHub.channelId, (key)));
        _attempt(lock, abi.encodeCall(IChannelHub.channel, (key)));
        _attempt(lock, abi.encodeCall(IChannelHub.balances, (key)));
        // no storage is read by these, so there is nothing half done to see
        _attempt(0, abi.encodeCall(IChannelHub.claimHash, (key, 0, claim)));
        _attempt(0, abi.encodeCall(IChannelHub.withdrawalHash, (key, 0, Side.Bob, 1, FOREVER)));
        _attempt(0, abi.encodeCall(IChannelHub.settlementHash, (key, 0, settlement)));
        _attempt(0, abi.encodeCall(IChannelHub.delegationHash, (key, 0, deputy)));
        _attempt(0, abi.encodeCall(IERC6372.clock, ()));
        _attempt(0, abi.encodeCall(IERC6372.CLOCK_MODE, ()));
        _attempt(0, abi.encodeCall(IERC5267.eip712Domain, ()));
        _attempt(
            IChannelHub.OnlyHub.selector,
            abi.encodeWithSignature("pushToken(address,address,uint256)", ETHER, bob, 1)
        );
    }

    function _attempt(bytes4 refusal, bytes memory data) private {
        _attempts.push(Attempt(data, refusal));
    }
}

/// @dev From within the push of ether to one of the sides.
abstract contract ReentrancyOfASideTests is ReentrancyTests {
    function _token() internal pure override returns (address) {
        return ETHER;
    }

    function test_C26_from_every_push_of_ether() public {
        uint256 moves;
        for (uint256 m = FIRST_PAYING_OUT; m < MOVES; ++m) {
            if (_visits(Move(m)) == 0) continue;
            _assertEveryAttemptIsRefused(Move(m));
            ++moves;
        }
        // three settlements, a forfeit, a withdrawal, a collection
        assertEq(moves, 6);
    }
}

contract ReentrancyOfAliceTest is ReentrancyOfASideTests {
    function setUp() public override {
        super.setUp();
        alice = address(_intruder);
    }

    function _visits(Move move) internal pure override returns (uint64) {
        (uint96 toAlice,) = _payouts(move);
        return toAlice == 0 ? 0 : 1;
    }
}

contract ReentrancyOfBobTest is ReentrancyOfASideTests {
    function setUp() public override {
        super.setUp();
        bob = address(_intruder);
    }

    function _visits(Move move) internal pure override returns (uint64) {
        (, uint96 toBob) = _payouts(move);
        return toBob == 0 ? 0 : 1;
    }
}

/// @dev From within each function of a token that the hub calls.
contract ReentrancyOfATokenTest is ReentrancyTests {
    HookedToken private _hooked;
    Hook private _hook;

    function setUp() public override {
        super.setUp();
        _hooked = new HookedToken(address(hub));
    }

    function _token() internal view override returns (address) {
        return address(_hooked);
    }

    function test_C26_from_permit() public {
        _assertEveryMove(Hook.Permit, 2);
    }

    function test_C26_from_transfer_from() public {
        _assertEveryMove(Hook.TransferFrom, 4);
    }

    function test_C26_from_transfer() public {
        _assertEveryMove(Hook.Transfer, 9);
    }

    function test_C26_from_balance_of() public {
        _assertEveryMove(Hook.BalanceOf, 13);
    }

    function _assertEveryMove(Hook hook, uint256 expectedMoves) private {
        _hook = hook;
        uint256 moves;
        for (uint256 m = 0; m < MOVES; ++m) {
            if (_visits(Move(m)) == 0) continue;
            _assertEveryAttemptIsRefused(Move(m));
            ++moves;
        }
        assertEq(moves, expectedMoves);
    }

    function _takePlace() internal override {
        _hooked.setHook(_hook, address(_intruder));
    }

    function _visits(Move move) internal view override returns (uint64) {
        bool paysIn = uint256(move) < FIRST_PAYING_OUT;
        (uint96 toAlice, uint96 toBob) = _payouts(move);
        uint64 pushes = (toAlice == 0 ? 0 : 1) + (toBob == 0 ? 0 : 1);
        if (_hook == Hook.Permit) {
            return move == Move.OpenWithPermit || move == Move.DepositWithPermit ? 1 : 0;
        }
        if (_hook == Hook.TransferFrom) return paysIn ? 1 : 0;
        if (_hook == Hook.Transfer) return pushes;
        // each transfer is measured by the balance before and after it
        return paysIn ? 2 : 2 * pushes;
    }
}
