// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ThunderDollar} from "../src/ThunderDollar.sol";
import {Test} from "./utils/Base.sol";

contract ThunderDollarTest is Test {
    ThunderDollar private _demo = new ThunderDollar(address(this), 500e18, true);
    ThunderDollar private _real = new ThunderDollar(address(this), 500e18, false);

    function test_what_it_is() public view {
        assertEq(_demo.name(), "Thunder Dollar");
        assertEq(_demo.symbol(), "THD");
        assertEq(_demo.decimals(), 18);
        assertEq(_demo.totalSupply(), 500e18);
        assertEq(_demo.balanceOf(address(this)), 500e18);
        (, string memory name, string memory version,,,,) = _demo.eip712Domain();
        assertEq(name, "Thunder Dollar");
        assertEq(version, "1");
    }

    function testFuzz_faucet_gives_up_to_its_limit(address to, uint256 amount) public {
        vm.assume(to != address(0) && to != address(this));
        amount = bound(amount, 0, 10_000e18);
        _demo.faucet(to, amount);
        assertEq(_demo.balanceOf(to), amount);
    }

    function testFuzz_faucet_gives_no_more(uint256 amount) public {
        amount = bound(amount, 10_000e18 + 1, type(uint256).max);
        vm.expectRevert(abi.encodeWithSelector(ThunderDollar.AboveFaucetLimit.selector, 10_000e18));
        _demo.faucet(address(1), amount);
    }

    function test_without_a_faucet_nobody_makes_more() public {
        assertTrue(_demo.HAS_FAUCET());
        assertFalse(_real.HAS_FAUCET());
        vm.expectRevert(ThunderDollar.NoFaucet.selector);
        _real.faucet(address(1), 1);
    }
}
