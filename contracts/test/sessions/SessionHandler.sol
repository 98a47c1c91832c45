// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {
    Acceptance,
    Compact,
    Pair,
    SessionKey,
    SessionPhase,
    SessionSettlement,
    SessionState
} from "../../src/IMeteredSessions.sol";
import {SessionBase} from "./SessionBase.sol";

/// @dev Takes ether or not, as it was last told.
contract Fickle {
    bool private _refuses;

    function refuse(bool refuses) external {
        _refuses = refuses;
    }

    receive() external payable {
        require(!_refuses, "no");
    }
}

/// @dev Bends random numbers into calls of which it knows the outcome, and writes the books without asking the contract.
/// A revert is a finding. Eight sessions between two clients and two providers, half of them in ether; one client is a
/// contract that changes its mind about ether.
contract SessionHandler is SessionBase {
    struct Book {
        SessionPhase phase;
        uint32 epoch;
        uint96 deposit;
        uint64 acceptBy;
        uint64 clientCount;
        uint64 providerCount;
        uint64 closesAt;
    }

    uint256 public constant KEYS = 8;
    address[2] public clients;
    address[2] public providers;
    SessionKey[KEYS] private _keys;
    Book[KEYS] private _books;
    mapping(address provider => uint32 limit) public limits;

    // What everybody must have, held or in hand, and what is nobody's.
    mapping(address token => mapping(address account => uint256)) public due;
    mapping(address token => mapping(address account => uint256)) public held;
    mapping(address token => uint256) public burnt;
    mapping(bytes32 outcome => uint256) public reached;
    uint256 private _now = 1000;
    bool private _sulks;

    constructor() {
        setUp();
        clients = [address(new Fickle()), client];
        (address second, uint256 secondKey) = makeAddrAndKey("second provider");
        providers = [provider, second];
        for (uint256 i = 0; i < KEYS; ++i) {
            SessionKey memory key = _key();
            key.client = clients[i % 2];
            key.provider = providers[(i / 2) % 2];
            key.token = i < KEYS / 2 ? ETHER : address(thd);
            key.salt = uint64(i);
            key.finalizationPeriod = uint32(1 + 3 * i);
            _keys[i] = key;
        }
        for (uint256 i = 0; i < 2; ++i) {
            limits[providers[i]] = 5;
            vm.deal(clients[i], type(uint128).max);
            due[ETHER][clients[i]] = type(uint128).max;
            assertTrue(thd.transfer(clients[i], type(uint128).max));
            due[address(thd)][clients[i]] = type(uint128).max;
            vm.prank(clients[i]);
            thd.approve(address(sessions), type(uint256).max);
        }
        _consents[providers[0]] = providerKey;
        _consents[second] = secondKey;
    }

    mapping(address provider => uint256 privateKey) private _consents;

    // ------------------------------------------------------------------------------------------------ actions

    function propose(uint256 seed, uint96 amount, uint64 patience) external {
        (uint256 i, SessionKey memory key, Book storage book) = _pick(seed);
        if (book.phase != SessionPhase.Empty && book.phase != SessionPhase.Ended) return;
        amount = uint96(bound(amount, PRICE, 100 * PRICE));
        uint64 acceptBy = uint64(_now + patience % 12);
        uint32 epoch = book.phase == SessionPhase.Empty ? 0 : book.epoch + 1;
        vm.prank(key.client);
        sessions.propose{value: key.token == ETHER ? amount : 0}(key, amount, acceptBy);
        due[key.token][key.client] -= amount;
        _books[i] = Book(SessionPhase.Proposed, epoch, amount, acceptBy, 0, 0, 0);
        _reach("propose");
    }

    function open(uint256 seed, uint96 amount) external {
        (uint256 i, SessionKey memory key, Book storage book) = _pick(seed);
        if (book.phase != SessionPhase.Empty && book.phase != SessionPhase.Ended) return;
        if (_active(key.provider) >= limits[key.provider]) return _reach("open beyond the limit");
        amount = uint96(bound(amount, PRICE, 100 * PRICE));
        uint32 epoch = book.phase == SessionPhase.Empty ? 0 : book.epoch + 1;
        bytes32 digest = sessions.acceptanceHash(key, epoch, amount, uint64(_now));
        Acceptance memory acceptance = Acceptance(uint64(_now), _sign(_consents[key.provider], digest));
        vm.prank(key.client);
        sessions.open{value: key.token == ETHER ? amount : 0}(key, amount, acceptance);
        due[key.token][key.client] -= amount;
        _books[i] = Book(SessionPhase.Active, epoch, amount, 0, 0, 0, 0);
        _reach("open");
    }

    function accept(uint256 seed) external {
        (, SessionKey memory key, Book storage book) = _pickIn(seed, SessionPhase.Proposed);
        if (book.phase != SessionPhase.Proposed || _now > book.acceptBy) return;
        if (_active(key.provider) >= limits[key.provider]) return _reach("accept beyond the limit");
        vm.prank(key.provider);
        sessions.accept(key, book.epoch);
        (book.phase, book.acceptBy) = (SessionPhase.Active, 0);
        _reach("accept");
    }

    function giveBack(uint256 seed) external {
        (, SessionKey memory key, Book storage book) = _pickIn(seed, SessionPhase.Proposed);
        if (book.phase != SessionPhase.Proposed) return;
        if (_now > book.acceptBy) {
            sessions.withdrawProposal(key, book.epoch);
            _reach("withdraw");
        } else {
            vm.prank(key.provider);
            sessions.decline(key, book.epoch);
            _reach("decline");
        }
        _finish(key, book, book.deposit, 0);
    }

    function topUp(uint256 seed, uint96 amount) external {
        (, SessionKey memory key, Book storage book) = _pickIn(seed, SessionPhase.Active);
        if (book.phase != SessionPhase.Active || book.deposit == 100 * PRICE) return;
        amount = uint96(bound(amount, 1, 100 * PRICE - book.deposit));
        vm.prank(key.client);
        sessions.topUp{value: key.token == ETHER ? amount : 0}(key, book.epoch, amount);
        due[key.token][key.client] -= amount;
        book.deposit += amount;
        _reach("top up");
    }

    function close(uint256 seed, uint64 a, uint64 b, bool byClient) external {
        (, SessionKey memory key, Book storage book) = _pickIn(seed, SessionPhase.Active);
        if (book.phase != SessionPhase.Active) return;
        (a, b) = seed % 4 == 0 ? (0, 0) : _counts(a, b);
        Pair memory pair = _pairIn(key, book.epoch, a, b);
        if (a == 0 && b == 0) (pair.byClient.r, pair.byProvider.vs) = (bytes32(seed), bytes32(seed)); // not looked at
        vm.prank(byClient ? key.client : key.provider);
        sessions.close(key, book.epoch, pair);
        book.phase = SessionPhase.Closing;
        (book.clientCount, book.providerCount) = (a, b);
        book.closesAt = uint64(_now + key.finalizationPeriod);
        _reach("close");
    }

    function show(uint256 seed, uint64 a, uint64 b) external {
        (, SessionKey memory key, Book storage book) = _pickIn(seed, SessionPhase.Closing);
        if (book.phase != SessionPhase.Closing || _now >= book.closesAt) return;
        (a, b) = _counts(a, b);
        if (a <= book.clientCount && b <= book.providerCount) return _reach("nothing higher");
        sessions.show(key, book.epoch, _pairIn(key, book.epoch, a, b));
        if (a > book.clientCount) book.clientCount = a;
        if (b > book.providerCount) book.providerCount = b;
        _reach("show");
    }

    function settle(uint256 seed) external {
        (, SessionKey memory key, Book storage book) = _pickIn(seed, SessionPhase.Closing);
        if (book.phase != SessionPhase.Closing || _now < book.closesAt) return;
        sessions.settle(key, book.epoch);
        // the rule in its own words
        uint64 lower = book.clientCount < book.providerCount ? book.clientCount : book.providerCount;
        uint256 charged = uint256(PRICE) * book.providerCount / 1e6;
        uint256 paid = uint256(PRICE) * lower / 1e6;
        if (charged > book.deposit) charged = book.deposit;
        if (paid > book.deposit) paid = book.deposit;
        if (charged > paid) _reach("burnt");
        burnt[key.token] += charged - paid;
        _finish(key, book, book.deposit - charged, paid);
        _reach("settle");
    }

    function settleTogether(uint256 seed, uint96 charged, uint96 paid) external {
        (, SessionKey memory key, Book storage book) = _pick(seed);
        if (book.phase != SessionPhase.Active && book.phase != SessionPhase.Closing) return;
        charged = uint96(bound(charged, 0, book.deposit));
        paid = uint96(bound(paid, 0, charged));
        SessionSettlement memory settlement = SessionSettlement(charged, paid, uint64(_now));
        Compact[2] memory signatures = _both(key, book.epoch, settlement);
        sessions.settleTogether(key, book.epoch, settlement, signatures);
        burnt[key.token] += charged - paid;
        _finish(key, book, book.deposit - charged, paid);
        _reach("settle together");
    }

    function setLimit(uint256 seed, uint32 limit) external {
        address who = providers[seed % 2];
        limit = uint32(bound(limit, 0, 6));
        vm.prank(who);
        sessions.setLimit(limit);
        limits[who] = limit;
    }

    function changeMind(bool sulks) external {
        Fickle(payable(clients[0])).refuse(_sulks = sulks);
    }

    function collect() external {
        uint256 amount = held[ETHER][clients[0]];
        if (amount == 0 || _sulks) return;
        assertEq(sessions.collect(ETHER, clients[0]), amount);
        held[ETHER][clients[0]] = 0;
        due[ETHER][clients[0]] += amount;
        _reach("collect");
    }

    function wait(uint8 moments) external {
        vm.roll(_now += moments % 16);
    }

    // -------------------------------------------------------------------------------------------------- books

    /// @dev From every state, by either side alone and the clock.
    function endEverything() external {
        Fickle(payable(clients[0])).refuse(_sulks = false);
        for (uint256 i = 0; i < KEYS; ++i) {
            SessionKey memory key = _keys[i];
            Book storage book = _books[i];
            if (book.phase == SessionPhase.Proposed) {
                vm.roll(_now = _now > book.acceptBy ? _now : book.acceptBy + 1);
                this.giveBack(i);
            }
            if (book.phase == SessionPhase.Active) {
                this.close(i, 0, 0, i % 3 == 0);
            }
            if (book.phase == SessionPhase.Closing) {
                vm.roll(_now = _now > book.closesAt ? _now : book.closesAt);
                this.settle(i);
            }
            assertTrue(
                book.phase == SessionPhase.Ended || book.phase == SessionPhase.Empty, "M11: somebody is stuck"
            );
            assertEq(sessions.session(key).deposit, 0, "M11: something is left");
        }
        this.collect();
    }

    function live(address token_) external view returns (uint256 deposits) {
        for (uint256 i = 0; i < KEYS; ++i) {
            if (_keys[i].token == token_) deposits += _books[i].deposit;
        }
    }

    function activeOf(address who) external view returns (uint32) {
        return _active(who);
    }

    function token() external view returns (address) {
        return address(thd);
    }

    function inHand(address token_, address who) external view returns (uint256) {
        return token_ == ETHER ? who.balance : thd.balanceOf(who);
    }

    function contractOwes(address token_, address who) external view returns (uint256) {
        return sessions.owed(token_, who);
    }

    function contractHolds(address token_) external view returns (uint256) {
        return token_ == ETHER ? address(sessions).balance : thd.balanceOf(address(sessions));
    }

    function capacityOf(address who) external view returns (uint32 active, uint32 limit) {
        return sessions.capacity(who);
    }

    /// @dev What the contract says of a session, and what the books say.
    function both(uint256 i) external view returns (SessionState memory state, Book memory book) {
        return (sessions.session(_keys[i]), _books[i]);
    }

    // ----------------------------------------------------------------------------------------------- helpers

    // A push of ether is held while the first client sulks. It moves what is due either way, or into what is held.
    function _finish(SessionKey memory key, Book storage book, uint256 refund, uint256 paid) private {
        bool isHeld = _sulks && key.token == ETHER && key.client == clients[0] && refund != 0;
        if (isHeld) {
            held[ETHER][key.client] += refund;
            _reach("held");
        } else {
            due[key.token][key.client] += refund;
        }
        due[key.token][key.provider] += paid;
        uint32 epoch = book.epoch;
        delete _books[_index(key)];
        book.phase = SessionPhase.Ended;
        book.epoch = epoch;
    }

    function _index(SessionKey memory key) private pure returns (uint256) {
        return key.salt;
    }

    function _active(address who) private view returns (uint32 active) {
        for (uint256 i = 0; i < KEYS; ++i) {
            SessionPhase phase = _books[i].phase;
            bool counts = phase == SessionPhase.Active || phase == SessionPhase.Closing;
            if (counts && _keys[i].provider == who) ++active;
        }
    }

    // Around the deposits, mostly; at times as high as counts go.
    function _counts(uint64 a, uint64 b) private pure returns (uint64, uint64) {
        if (a % 16 != 0) a = a % (120 * MEGABYTE);
        if (b % 16 != 0) b = b % (120 * MEGABYTE);
        return (a, b);
    }

    function _pick(uint256 seed) private view returns (uint256 i, SessionKey memory key, Book storage book) {
        i = seed % KEYS;
        (key, book) = (_keys[i], _books[i]);
    }

    /// @dev The first session from there on that is in this phase, if any is.
    function _pickIn(uint256 seed, SessionPhase phase)
        private
        view
        returns (uint256 i, SessionKey memory key, Book storage book)
    {
        i = seed % KEYS;
        for (uint256 step = 1; step < KEYS && _books[i].phase != phase; ++step) {
            i = (seed % KEYS + step) % KEYS;
        }
        (key, book) = (_keys[i], _books[i]);
    }

    function _reach(bytes32 outcome) private {
        ++reached[outcome];
    }
}
