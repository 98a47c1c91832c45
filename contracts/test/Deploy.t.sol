// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Deploy} from "../script/Deploy.s.sol";
import {IChannelHub} from "../src/IChannelHub.sol";
import {ThunderDollar} from "../src/ThunderDollar.sol";
import {Test} from "./utils/Base.sol";

contract DeployTest is Test {
    string private constant BOOK = "cache/test-address-book.json";

    function test_writes_the_address_book_and_funds_both() public {
        vm.setEnv("ADDRESS_BOOK", BOOK);
        vm.setEnv("ALICE", vm.toString(address(0xA11CE)));
        vm.setEnv("BOB", vm.toString(address(0xB0B)));
        vm.roll(41);
        new Deploy().run();

        string memory book = vm.readFile(BOOK);
        assertEq(vm.parseJsonUint(book, ".chainId"), 31337);
        assertEq(vm.parseJsonUint(book, ".deploymentBlock"), 42);
        assertEq(vm.parseJsonString(book, ".clockMode"), "mode=blocknumber&from=default");
        assertEq(IChannelHub(vm.parseJsonAddress(book, ".hub")).clock(), 41);
        assertEq(vm.parseJsonString(book, ".tokens[0].symbol"), "THD");
        assertEq(vm.parseJsonString(book, ".tokens[0].name"), "Thunder Dollar");
        assertEq(vm.parseJsonUint(book, ".tokens[0].decimals"), 18);
        assertEq(vm.parseJsonString(book, ".tokens[0].permitVersion"), "1");
        ThunderDollar thd = ThunderDollar(vm.parseJsonAddress(book, ".tokens[0].address"));
        assertEq(thd.balanceOf(address(0xA11CE)), 10_000e18);
        assertEq(thd.balanceOf(address(0xB0B)), 10_000e18);
        assertTrue(thd.HAS_FAUCET());
    }
}
