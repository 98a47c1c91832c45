// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Deploy} from "../script/Deploy.s.sol";
import {HubDeployment} from "../script/HubDeployment.sol";
import {IChannelHub} from "../src/IChannelHub.sol";
import {IMeteredSessions} from "../src/IMeteredSessions.sol";
import {ThunderDollar} from "../src/ThunderDollar.sol";
import {Test} from "./utils/Base.sol";

contract DeployTest is Test, HubDeployment {
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
        assertEq(IMeteredSessions(vm.parseJsonAddress(book, ".sessions")).clock(), 41);
        assertEq(vm.parseJsonString(book, ".tokens[0].symbol"), "THD");
        assertEq(vm.parseJsonString(book, ".tokens[0].name"), "Thunder Dollar");
        assertEq(vm.parseJsonUint(book, ".tokens[0].decimals"), 18);
        assertEq(vm.parseJsonString(book, ".tokens[0].permitVersion"), "1");
        ThunderDollar thd = ThunderDollar(vm.parseJsonAddress(book, ".tokens[0].address"));
        assertEq(thd.balanceOf(address(0xA11CE)), 10_000e18);
        assertEq(thd.balanceOf(address(0xB0B)), 10_000e18);
        assertTrue(thd.HAS_FAUCET());

        // the hub is there now, so its logs may begin earlier
        new Deploy().run();
        assertEq(vm.parseJsonUint(vm.readFile(BOOK), ".deploymentBlock"), 0);
    }

    function test_the_hub_has_the_addresses_that_are_published() public view {
        string memory published = vm.readFile("deployment.json");
        assertEq(hubAddress(false), vm.parseJsonAddress(published, ".hubCountingBlocks"), "counting blocks");
        assertEq(hubAddress(true), vm.parseJsonAddress(published, ".hubCountingSeconds"), "counting seconds");
        bytes32 codeHash = keccak256(vm.getCode("ChannelHub.sol:ChannelHub"));
        assertEq(codeHash, vm.parseJsonBytes32(published, ".creationCodeHash"), "creation code");
    }

    function test_the_sessions_have_the_addresses_that_are_published() public {
        string memory published = vm.readFile("deployment.json");
        address blocks = vm.parseJsonAddress(published, ".sessionsCountingBlocks");
        assertEq(sessionsAddress(false), blocks, "counting blocks");
        address counting = vm.parseJsonAddress(published, ".sessionsCountingSeconds");
        assertEq(sessionsAddress(true), counting, "counting seconds");
        bytes32 codeHash = keccak256(vm.getCode("MeteredSessions.sol:MeteredSessions"));
        assertEq(codeHash, vm.parseJsonBytes32(published, ".sessionsCreationCodeHash"), "creation code");
        assertEq(deploySessions(true), counting);
        assertEq(IMeteredSessions(counting).CLOCK_MODE(), "mode=timestamp");
        assertEq(deploySessions(true), counting, "it is left alone");
    }

    function testFuzz_the_hub_gets_one_address_on_every_chain(
        uint64 chain,
        address deployer,
        bool countsSeconds
    ) public {
        vm.chainId(bound(chain, 1, type(uint64).max - 1));
        vm.assume(deployer != address(vm));
        vm.prank(deployer);
        IChannelHub hub = IChannelHub(deployHub(countsSeconds));
        assertEq(address(hub), hubAddress(countsSeconds));
        assertEq(hub.clock(), countsSeconds ? block.timestamp : block.number);
        (,,, uint256 chainId, address verifying,,) = hub.eip712Domain();
        assertEq(chainId, block.chainid);
        assertEq(verifying, address(hub));
    }

    function test_a_hub_that_is_there_is_left_alone() public {
        address hub = deployHub(false);
        vm.etch(CREATE2_FACTORY, "");
        assertEq(deployHub(false), hub);
    }

    function test_without_the_factory_the_deployment_says_so() public {
        vm.etch(CREATE2_FACTORY, "");
        vm.expectRevert(
            "This chain has no CREATE2 factory at 0x4e59b44847b379578588920cA78FbF26c0B4956C: deploy it first"
        );
        this.deploy();
    }

    function deploy() external {
        deployHub(false);
    }
}
