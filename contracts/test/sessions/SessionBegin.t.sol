// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Permit} from "../../src/IChannelHub.sol";
import {
    Acceptance,
    IMeteredSessions,
    SessionKey,
    SessionPhase,
    SessionState,
    TermsFault
} from "../../src/IMeteredSessions.sol";
import {SessionBase} from "./SessionBase.sol";

abstract contract SessionBeginTests is SessionBase {
    function test_a_proposal_waits_with_its_deposit() public {
        SessionKey memory key = _key();
        bytes32 id = sessions.sessionId(key);
        assertEq(id, keccak256(abi.encode(key, uint32(0))));
        uint256 value = _fund(key.token, client, DEPOSIT);
        vm.expectEmit(address(sessions));
        emit IMeteredSessions.Proposed(id, client, provider, key, 0, DEPOSIT, ACCEPT_BY);
        vm.prank(client);
        assertEq(sessions.propose{value: value}(key, DEPOSIT, ACCEPT_BY), id);

        SessionState memory state = sessions.session(key);
        assertEq(uint8(state.phase), uint8(SessionPhase.Proposed));
        assertEq(state.deposit, DEPOSIT);
        assertEq(state.acceptBy, ACCEPT_BY);
        _assertPaid(0, 0, DEPOSIT);
        _assertActive(0);
    }

    function test_the_provider_accepts_until_the_last_moment() public {
        SessionKey memory key = _key();
        bytes32 id = _propose(key, DEPOSIT);
        vm.expectRevert(IMeteredSessions.NotProvider.selector);
        vm.prank(client);
        sessions.accept(key, 0);
        vm.roll(ACCEPT_BY + 1);
        vm.expectRevert(abi.encodeWithSelector(IMeteredSessions.Expired.selector, ACCEPT_BY));
        vm.prank(provider);
        sessions.accept(key, 0);
        vm.roll(ACCEPT_BY);
        vm.expectEmit(address(sessions));
        emit IMeteredSessions.Accepted(id);
        vm.prank(provider);
        sessions.accept(key, 0);
        _assertPhase(key, SessionPhase.Active);
        assertEq(sessions.session(key).acceptBy, 0);
        assertEq(sessions.session(key).deposit, DEPOSIT);
        _assertActive(1);
    }

    function test_the_provider_declines() public {
        SessionKey memory key = _key();
        bytes32 id = _propose(key, DEPOSIT);
        vm.expectRevert(IMeteredSessions.NotProvider.selector);
        sessions.decline(key, 0);
        vm.expectEmit(address(sessions));
        emit IMeteredSessions.Declined(id, DEPOSIT);
        vm.prank(provider);
        sessions.decline(key, 0);
        _assertPaid(DEPOSIT, 0, 0);
        _assertPhase(key, SessionPhase.Ended);
        _expectWrongPhase(SessionPhase.Ended);
        vm.prank(provider);
        sessions.accept(key, 0);
    }

    function test_a_proposal_is_taken_back_once_it_timed_out() public {
        SessionKey memory key = _key();
        bytes32 id = _propose(key, DEPOSIT);
        for (uint256 left = 2; left > 0; --left) {
            vm.roll(ACCEPT_BY - left + 1);
            vm.expectRevert(abi.encodeWithSelector(IMeteredSessions.ProposalStands.selector, ACCEPT_BY));
            vm.prank(client);
            sessions.withdrawProposal(key, 0);
        }
        vm.roll(ACCEPT_BY + 1);
        vm.expectEmit(address(sessions));
        emit IMeteredSessions.ProposalWithdrawn(id, DEPOSIT);
        vm.prank(stranger);
        sessions.withdrawProposal(key, 0);
        _assertPaid(DEPOSIT, 0, 0);
        _assertPhase(key, SessionPhase.Ended);
    }

    function test_an_accepted_session_cannot_be_taken_back_or_declined() public {
        SessionKey memory key = _key();
        _begin(key, DEPOSIT);
        vm.roll(ACCEPT_BY + 1);
        _expectWrongPhase(SessionPhase.Active);
        sessions.withdrawProposal(key, 0);
        _expectWrongPhase(SessionPhase.Active);
        vm.prank(provider);
        sessions.decline(key, 0);
    }

    function test_opening_takes_one_transaction_with_the_providers_consent() public {
        SessionKey memory key = _key();
        bytes32 id = sessions.sessionId(key);
        uint256 value = _fund(key.token, client, DEPOSIT);
        Acceptance memory acceptance = _acceptance(key, 0, DEPOSIT, ACCEPT_BY);
        vm.expectEmit(address(sessions));
        emit IMeteredSessions.Proposed(id, client, provider, key, 0, DEPOSIT, ACCEPT_BY);
        vm.expectEmit(address(sessions));
        emit IMeteredSessions.Accepted(id);
        vm.prank(client);
        assertEq(sessions.open{value: value}(key, DEPOSIT, acceptance), id);
        _assertPhase(key, SessionPhase.Active);
        _assertActive(1);
        _assertPaid(0, 0, DEPOSIT);
    }

    function test_a_consent_is_for_its_deposit_time_and_life() public {
        SessionKey memory key = _key();
        Acceptance memory acceptance = _acceptance(key, 0, DEPOSIT, ACCEPT_BY);
        _refusesToOpen(key, DEPOSIT - 1, acceptance, IMeteredSessions.BadSignature.selector);
        acceptance.expiry += 1;
        _refusesToOpen(key, DEPOSIT, acceptance, IMeteredSessions.BadSignature.selector);
        _refusesToOpen(
            key, DEPOSIT, _acceptance(key, 1, DEPOSIT, ACCEPT_BY), IMeteredSessions.BadSignature.selector
        );
        acceptance = _acceptance(key, 0, DEPOSIT, ACCEPT_BY);
        vm.roll(ACCEPT_BY + 1);
        _refusesToOpen(key, DEPOSIT, acceptance, IMeteredSessions.Expired.selector);
    }

    /// @dev The client chooses the provider's signer, so that one cannot accept for the provider.
    function test_only_the_providers_account_consents() public {
        SessionKey memory key = _key();
        bytes32 digest = sessions.acceptanceHash(key, 0, DEPOSIT, ACCEPT_BY);
        Acceptance memory acceptance = Acceptance(ACCEPT_BY, _sign(providerSignerKey, digest));
        _refusesToOpen(key, DEPOSIT, acceptance, IMeteredSessions.BadSignature.selector);
    }

    function test_the_deposit_pays_for_a_unit_and_not_more_than_the_quantity() public {
        SessionKey memory key = _key();
        _refusesToPropose(
            key, PRICE - 1, abi.encodeWithSelector(IMeteredSessions.DepositTooSmall.selector, PRICE)
        );
        // The refusal names the largest numbers in full.
        (key.price, key.quantity) = (type(uint96).max, key.unit);
        _refusesToPropose(
            key, 1, abi.encodeWithSelector(IMeteredSessions.DepositTooSmall.selector, type(uint96).max)
        );
        key = _key();
        uint96 most = 100 * PRICE;
        _refusesToPropose(
            key, most + 1, abi.encodeWithSelector(IMeteredSessions.DepositAbovePrice.selector, most)
        );
        _propose(key, PRICE);
        key.salt = 8;
        _propose(key, most);
        assertEq(_balance(address(sessions)), PRICE + most);
    }

    function test_only_the_client_proposes_in_time_and_with_the_amount() public {
        SessionKey memory key = _key();
        vm.expectRevert(IMeteredSessions.NotClient.selector);
        vm.prank(provider);
        sessions.propose(key, DEPOSIT, ACCEPT_BY);
        vm.expectRevert(abi.encodeWithSelector(IMeteredSessions.Expired.selector, 999));
        vm.prank(client);
        sessions.propose(key, DEPOSIT, 999);
        vm.expectRevert(IMeteredSessions.PeriodTooLong.selector);
        vm.prank(client);
        sessions.propose(key, DEPOSIT, uint64(type(uint40).max) + 1);
        vm.deal(client, 1);
        vm.expectRevert(IMeteredSessions.AmountMismatch.selector);
        vm.prank(client);
        sessions.propose{value: 1}(key, DEPOSIT, ACCEPT_BY);
        _propose(key, DEPOSIT);
        uint256 value = _fund(key.token, client, DEPOSIT);
        _expectWrongPhase(SessionPhase.Proposed);
        vm.prank(client);
        sessions.propose{value: value}(key, DEPOSIT, ACCEPT_BY);
    }

    function test_terms_under_which_no_session_can_run_are_refused() public {
        SessionKey memory key = _key();
        key.provider = address(0);
        _refusesTerms(key, TermsFault.ZeroAddress);
        key = _key();
        key.clientSigner = address(0);
        _refusesTerms(key, TermsFault.ZeroAddress);
        key = _key();
        key.providerSigner = address(0);
        _refusesTerms(key, TermsFault.ZeroAddress);
        key = _key();
        key.provider = client;
        _refusesTerms(key, TermsFault.SameSides);
        key = _key();
        key.providerSigner = clientSigner;
        _refusesTerms(key, TermsFault.SameSigners);
        key = _key();
        key.provider = address(sessions);
        _refusesTerms(key, TermsFault.ContractAsParty);
        key = _key();
        key.clientSigner = address(sessions);
        _refusesTerms(key, TermsFault.ContractAsParty);
        key = _key();
        key.providerSigner = address(sessions);
        _refusesTerms(key, TermsFault.ContractAsParty);
        key = _key();
        key.token = address(sessions);
        _refusesTerms(key, TermsFault.ContractAsToken);
        key = _key();
        key.finalizationPeriod = 0;
        _refusesTerms(key, TermsFault.ZeroPeriod);
    }

    function test_numbers_that_make_no_sense_are_refused() public {
        SessionKey memory key = _key();
        key.price = 0;
        _refusesTerms(key, TermsFault.ZeroPrice);
        key = _key();
        key.unit = 0;
        _refusesTerms(key, TermsFault.ZeroUnit);
        key = _key();
        key.quantity = key.unit - 1;
        _refusesTerms(key, TermsFault.QuantityBelowUnit);
        key = _key();
        key.tolerance = 1_000_000;
        _refusesTerms(key, TermsFault.ToleranceTooHigh);
        key = _key();
        (key.price, key.unit) = (1, MEGABYTE - 1);
        _refusesTerms(key, TermsFault.FreeUnit);
        key = _key();
        key.price = type(uint96).max; // times a hundred
        _refusesTerms(key, TermsFault.PriceTooHigh);
        key.quantity = MEGABYTE + 1;
        _refusesTerms(key, TermsFault.PriceTooHigh);
        key.quantity = MEGABYTE; // costs exactly what 96 bits can say
        _begin(key, type(uint96).max);
        _close(key, provider, MEGABYTE, MEGABYTE);
        _settleAfterPeriod(key);
        _assertPaid(0, type(uint96).max, 0);
    }

    function test_a_period_that_could_not_be_counted_is_refused() public {
        SessionKey memory key = _key();
        vm.roll(type(uint40).max - PERIOD + 1);
        uint256 value = _fund(key.token, client, DEPOSIT);
        vm.expectRevert(IMeteredSessions.PeriodTooLong.selector);
        vm.prank(client);
        sessions.propose{value: value}(key, DEPOSIT, type(uint40).max);
        vm.roll(type(uint40).max - PERIOD);
        vm.prank(client);
        sessions.propose{value: value}(key, DEPOSIT, type(uint40).max);
        _assertPhase(key, SessionPhase.Proposed);
    }

    // ---------------------------------------------------------------------------------------------- topping up

    function test_the_client_tops_up() public {
        SessionKey memory key = _key();
        bytes32 id = _begin(key, DEPOSIT);
        uint256 value = _fund(key.token, client, 5);
        vm.expectEmit(address(sessions));
        emit IMeteredSessions.ToppedUp(id, 5, DEPOSIT + 5);
        vm.prank(client);
        sessions.topUp{value: value}(key, 0, 5);
        assertEq(sessions.session(key).deposit, DEPOSIT + 5);
        _close(key, client, 99 * MEGABYTE, 99 * MEGABYTE);
        _settleAfterPeriod(key);
        _assertPaid(0, DEPOSIT + 5, 0);
    }

    function test_a_top_up_has_bounds() public {
        SessionKey memory key = _key();
        _propose(key, DEPOSIT);
        _expectWrongPhase(SessionPhase.Proposed);
        vm.prank(client);
        sessions.topUp(key, 0, 5);
        _accept(key);
        vm.expectRevert(IMeteredSessions.NotClient.selector);
        vm.prank(stranger);
        sessions.topUp(key, 0, 5);
        vm.expectRevert(IMeteredSessions.ZeroAmount.selector);
        vm.prank(client);
        sessions.topUp(key, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(IMeteredSessions.DepositAbovePrice.selector, 100 * PRICE));
        vm.prank(client);
        sessions.topUp(key, 0, 100 * PRICE - DEPOSIT + 1);
        vm.expectRevert(abi.encodeWithSelector(IMeteredSessions.DepositAbovePrice.selector, 100 * PRICE));
        vm.prank(client);
        sessions.topUp(key, 0, type(uint96).max);
        vm.deal(client, 1);
        vm.expectRevert(IMeteredSessions.AmountMismatch.selector);
        vm.prank(client);
        sessions.topUp{value: 1}(key, 0, 2);
        _expectWrongEpoch(0);
        vm.prank(client);
        sessions.topUp(key, 1, 5);
    }

    // -------------------------------------------------------------------------------------------------- limit

    function test_a_provider_has_five_active_sessions_at_most() public {
        SessionKey memory key = _key();
        for (uint64 salt = 1; salt <= 5; ++salt) {
            key.salt = salt;
            _begin(key, DEPOSIT);
        }
        (uint32 active, uint32 limit) = sessions.capacity(provider);
        assertEq(active, 5);
        assertEq(limit, 5);
        key.salt = 6;
        _propose(key, DEPOSIT); // may wait
        vm.expectRevert(abi.encodeWithSelector(IMeteredSessions.LimitReached.selector, 5));
        vm.prank(provider);
        sessions.accept(key, 0);
        SessionKey memory other = _key();
        other.salt = 7;
        _refusesToOpen(
            other,
            DEPOSIT,
            _acceptance(other, 0, DEPOSIT, ACCEPT_BY),
            abi.encodeWithSelector(IMeteredSessions.LimitReached.selector, 5)
        );

        other.salt = 3;
        _settleTogether(other, 0, 0);
        _accept(key);
        _assertActive(5);
    }

    function test_a_provider_sets_its_limit() public {
        SessionKey memory key = _key();
        vm.expectEmit(address(sessions));
        emit IMeteredSessions.LimitSet(provider, 1);
        vm.prank(provider);
        sessions.setLimit(1);
        _begin(key, DEPOSIT);
        vm.prank(provider);
        sessions.setLimit(0); // what is active stays so
        _assertActive(1);
        _close(key, client, 0, 0);
        _assertActive(1);
        _settleAfterPeriod(key);
        _assertActive(0);
        _propose(key, DEPOSIT);
        vm.expectRevert(abi.encodeWithSelector(IMeteredSessions.LimitReached.selector, 0));
        vm.prank(provider);
        sessions.accept(key, 1);
        (, uint32 limit) = sessions.capacity(stranger);
        assertEq(limit, 5, "others keep theirs");
    }

    // ------------------------------------------------------------------------------------------------- lives

    function test_every_call_names_its_life() public {
        SessionKey memory key = _key();
        bytes32 first = _begin(key, DEPOSIT);
        _settleTogether(key, 0, 0);
        bytes32 second = _propose(key, DEPOSIT);
        assertTrue(first != second);
        assertEq(second, keccak256(abi.encode(key, uint32(1))));
        assertEq(sessions.sessionId(key), second);
        _expectWrongEpoch(1);
        vm.prank(provider);
        sessions.accept(key, 0);
        _expectWrongEpoch(1);
        vm.prank(provider);
        sessions.decline(key, 0);
        _expectWrongEpoch(1);
        sessions.withdrawProposal(key, 0);
        _accept(key);
        _expectWrongEpoch(1);
        vm.prank(client);
        sessions.close(key, 0, _nothing());
        _expectWrongEpoch(1);
        sessions.settle(key, 0);
        _expectWrongEpoch(1);
        sessions.show(key, 0, _nothing());
    }

    function test_epochs_end() public {
        SessionKey memory key = _key();
        bytes32 slot = keccak256(abi.encode(keccak256(abi.encode(key)), uint256(3)));
        uint256 word = uint256(uint8(SessionPhase.Ended)) | (uint256(type(uint24).max) << 8);
        vm.store(address(sessions), slot, bytes32(word));
        assertEq(sessions.session(key).epoch, type(uint24).max);
        _refusesToPropose(key, DEPOSIT, abi.encodeWithSelector(IMeteredSessions.NoMoreEpochs.selector));
    }

    // ----------------------------------------------------------------------------------------------- helpers

    function _refusesTerms(SessionKey memory key, TermsFault fault) private {
        _refusesToPropose(key, DEPOSIT, abi.encodeWithSelector(IMeteredSessions.BadTerms.selector, fault));
    }

    function _refusesToPropose(SessionKey memory key, uint96 amount, bytes memory reason) private {
        vm.deal(client, amount);
        uint256 value = key.token == ETHER ? amount : 0;
        vm.expectRevert(reason);
        vm.prank(client);
        sessions.propose{value: value}(key, amount, ACCEPT_BY);
        vm.deal(client, 0);
    }

    function _refusesToOpen(
        SessionKey memory key,
        uint96 amount,
        Acceptance memory acceptance,
        bytes memory reason
    ) private {
        vm.deal(client, amount);
        uint256 value = key.token == ETHER ? amount : 0;
        vm.expectRevert(reason);
        vm.prank(client);
        sessions.open{value: value}(key, amount, acceptance);
    }

    function _refusesToOpen(
        SessionKey memory key,
        uint96 amount,
        Acceptance memory acceptance,
        bytes4 selector
    ) private {
        bytes memory reason = selector == IMeteredSessions.Expired.selector
            ? abi.encodeWithSelector(selector, acceptance.expiry)
            : abi.encodeWithSelector(selector);
        _refusesToOpen(key, amount, acceptance, reason);
    }
}

contract SessionBeginEtherTest is SessionBeginTests {
    function _token() internal pure override returns (address) {
        return ETHER;
    }
}

contract SessionBeginErc20Test is SessionBeginTests {
    function test_a_permit_replaces_the_allowance() public {
        SessionKey memory key = _key();
        assertTrue(thd.transfer(client, 3 * uint256(DEPOSIT)));
        Permit memory permit = _permit(clientKey, DEPOSIT);
        vm.prank(client);
        sessions.proposeWithPermit(key, DEPOSIT, ACCEPT_BY, permit);
        _accept(key);
        permit = _permit(clientKey, 5);
        vm.prank(client);
        sessions.topUpWithPermit(key, 0, 5, permit);
        assertEq(sessions.session(key).deposit, DEPOSIT + 5);

        key.salt = 8;
        permit = _permit(clientKey, DEPOSIT);
        Acceptance memory acceptance = _acceptance(key, 0, DEPOSIT, ACCEPT_BY);
        vm.prank(client);
        sessions.openWithPermit(key, DEPOSIT, acceptance, permit);
        _assertPhase(key, SessionPhase.Active);
        _assertActive(2);
    }

    /// @dev Whoever sees a permit under way may use it first; the allowance is there all the same.
    function test_a_permit_that_was_used_already_does_no_harm() public {
        SessionKey memory key = _key();
        assertTrue(thd.transfer(client, DEPOSIT));
        Permit memory permit = _permit(clientKey, DEPOSIT);
        vm.prank(stranger);
        thd.permit(client, address(sessions), DEPOSIT, permit.deadline, permit.v, permit.r, permit.s);
        vm.prank(client);
        sessions.proposeWithPermit(key, DEPOSIT, ACCEPT_BY, permit);
        _assertPhase(key, SessionPhase.Proposed);
    }
}
