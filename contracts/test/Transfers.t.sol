// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ChannelKey, IChannelHub, Side} from "../src/IChannelHub.sol";
import {Base} from "./utils/Base.sol";

/// @dev Notes how much gas it is given with its money, as an account and as a token.
contract GasMeter {
    uint256 public given;
    mapping(address => uint256) public balanceOf;

    constructor() {
        balanceOf[msg.sender] = 1_000_000;
    }

    receive() external payable {
        given = gasleft();
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        given = gasleft();
        return _move(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        return _move(from, to, amount);
    }

    function approve(address, uint256) external pure returns (bool) {
        return true;
    }

    function _move(address from, address to, uint256 amount) private returns (bool) {
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
        return true;
    }
}

/// @dev Moves exactly, and says so in 31 bytes of zero.
contract ShortToken {
    mapping(address => uint256) public balanceOf;

    constructor() {
        balanceOf[msg.sender] = 1_000_000;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        balanceOf[msg.sender] -= amount;
        balanceOf[to] += amount;
        return true;
    }

    function approve(address, uint256) external pure returns (bool) {
        return true;
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
        assembly ("memory-safe") {
            mstore(0, 0)
            return(0, 31)
        }
    }
}

/// @dev What a transfer is given and what it must answer, to the unit. The caps are written out here on purpose.
contract TransfersTest is Base {
    uint256 private constant TOKEN_GAS = 300_000;
    uint256 private constant ETHER_GAS = 100_000;

    GasMeter private _meter;
    address private _money;

    function setUp() public override {
        super.setUp();
        _meter = new GasMeter();
    }

    function _token() internal view override returns (address) {
        return _money;
    }

    function test_a_push_of_ether_is_given_its_cap_and_no_more() public {
        _money = ETHER;
        bob = address(_meter);
        ChannelKey memory key = _key();
        _open(key, 100);
        _withdraw(key, Side.Bob, 10); // from here on no account is new to the transaction

        vm.deal(address(this), 1);
        (bool ok,) = address(_meter).call{gas: ETHER_GAS, value: 1}("");
        assertTrue(ok);
        uint256 expected = _meter.given();
        _withdraw(key, Side.Bob, 20);
        assertEq(_meter.given(), expected);
    }

    function test_a_push_of_tokens_is_given_its_cap_and_no_more() public {
        _money = address(_meter);
        ChannelKey memory key = _key();
        _open(key, 100);
        _withdraw(key, Side.Bob, 10);

        bytes memory push =
            abi.encodeWithSignature("pushToken(address,address,uint256)", address(_meter), bob, 1);
        vm.prank(address(hub));
        (bool ok,) = address(hub).call{gas: TOKEN_GAS}(push);
        assertTrue(ok);
        uint256 expected = _meter.given();
        _withdraw(key, Side.Bob, 20);
        assertEq(_meter.given(), expected);
    }

    function test_a_push_of_tokens_asks_for_little_more_gas_than_its_cap() public {
        _money = address(_meter);
        ChannelKey memory key = _key();
        _open(key, 100);
        _close(key, Side.Alice, 30, 0);
        vm.roll(hub.channel(key).closesAt);
        hub.settle{gas: 2 * TOKEN_GAS}(key, 0);
        assertEq(_meter.balanceOf(bob), 30);
    }

    /// @dev The hub copies what a token returns over the last word that it hashed. Where that ends in 1, 31 bytes of zero
    /// in front of it look like true.
    function test_a_token_that_returns_less_than_a_word_is_refused() public {
        _money = address(new ShortToken());
        ChannelKey memory key = _key();
        while (uint8(uint256(keccak256(abi.encode(key)))) != 1) ++key.salt;
        _fund(_money, alice, 100);
        vm.expectRevert(IChannelHub.TokenTransferFailed.selector);
        vm.prank(alice);
        hub.open(key, 100);
    }
}
