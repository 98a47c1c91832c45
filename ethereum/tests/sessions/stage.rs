//! The chain's side: a contract of each clock, a token, and a stage that has the accounts of all sequences play one turn
//! each, as in `tests/differential`.

use crate::{
    dice::Dice,
    purse::{ALLOWANCE, FORTUNE},
    roles::Role,
    sequence::{Deed, Fate, Place, Scene, Sequence, Turn},
    support::{Anvil, built_in},
};
use ethers_core::{
    abi::{ParamType, Token, decode, encode},
    types::{H256, U256},
};
use serde_json::{Value, json};
use thunder_channel::{
    Address, Domain, LAST_MOMENT, keccak256,
    metering::{SessionCall, SessionKey, SessionsCall, SessionsTold},
};
use thunder_ethereum::{Call, H256 as Word, HttpProvider, MeteredSessions, Permit, Token as Erc20, query};

/// The sender of every transaction: a development account. Who calls the contract is a matter of the stage.
const SENDER: &str = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";
/// The first block's number: so late that the longest periods end after what the contract can count, so early that the others
/// do not.
const FIRST_BLOCK: u64 = LAST_MOMENT - (1 << 31);
const FIRST_SECOND: u64 = 1_900_000_000;
/// Contracts, accounts, allowances.
const SETUP_BLOCKS: u64 = 3;
/// Turns in a transaction, sessions in a reading, accounts in a transaction.
const CHUNK: usize = 100;
/// What one turn may take, with room for the stage around it.
const TURN_GAS: u64 = 1_700_000;

/// What the clocks show at every turn. Seconds pass irregularly, so that a period of seconds does not end at a block of its
/// own.
pub struct Clocks {
    seconds: Vec<u64>,
}

impl Clocks {
    pub fn new(seed: u64, turns: usize) -> Self {
        let mut dice = Dice::new(seed, u64::MAX);
        let mut now = FIRST_SECOND + SETUP_BLOCKS;
        let seconds = (0..turns).map(|_| {
            now += 1 + dice.below(3);
            now
        });
        Self {
            seconds: seconds.collect(),
        }
    }

    pub fn at(&self, turn: usize, place: &Place) -> u64 {
        if place.counts_seconds {
            self.seconds[turn]
        } else {
            FIRST_BLOCK + SETUP_BLOCKS + 1 + turn as u64
        }
    }
}

pub struct Stage {
    node: HttpProvider,
    address: Address,
    account_code: [u8; 32],
    places: [Place; 2],
    _anvil: Anvil,
}

impl Stage {
    pub async fn build() -> Self {
        let (number, second) = (FIRST_BLOCK.to_string(), FIRST_SECOND.to_string());
        let mut options = vec!["--number", &number, "--timestamp", &second];
        options.extend([
            "--no-mining",
            "--order",
            "fifo",
            "--hardfork",
            "prague",
            "--no-request-size-limit",
        ]);
        options.extend([
            "--prune-history",
            "--gas-limit",
            "100000000000000",
            "--base-fee",
            "0",
        ]);
        let anvil = Anvil::start(&options);
        let node = HttpProvider::new(&anvil.url).unwrap();
        let riches = format!("{:#x}", H256::repeat_byte(0x0f));
        ask(&node, "anvil_setBalance", json!([SENDER, riches])).await;

        let contract = |counts_seconds| {
            creation(
                "MeteredSessions.sol",
                "MeteredSessions",
                &[Token::Bool(counts_seconds)],
            )
        };
        let codes = [
            contract(false),
            contract(true),
            creation("Stage.sol", "MoodyToken", &[]),
            creation("SessionStage.sol", "SessionStage", &[]),
        ];
        let creations = codes
            .map(|code| json!({ "data": hexed(&code), "gas": "0x2000000" }))
            .to_vec();
        let receipts = mine(&node, FIRST_SECOND + 1, creations).await;
        let addresses: Vec<_> = receipts
            .iter()
            .map(|receipt| receipt.contract.expect("created"))
            .collect();
        let [blocks, seconds, token, address] = addresses[..] else {
            unreachable!("four contracts were created")
        };
        let place = |hub, counts_seconds| Place {
            domain: Domain { chain_id: 31337, hub },
            counts_seconds,
            token,
        };
        Self {
            places: [place(blocks, false), place(seconds, true)],
            account_code: keccak256(&creation("Stage.sol", "Actor", &[])),
            address,
            node,
            _anvil: anvil,
        }
    }

    pub const fn places(&self) -> &[Place; 2] {
        &self.places
    }

    pub fn place(&self, counts_seconds: bool) -> Place {
        self.places[usize::from(counts_seconds)]
    }

    /// Where an account will be, before it is there.
    pub fn account(&self, name: [u8; 32], role: Role) -> Address {
        let parts = [
            &[0xff][..],
            self.address.as_bytes(),
            &salt(name, role),
            &self.account_code,
        ];
        Address::from_slice(&keccak256(&parts.concat())[12..])
    }

    /// Gives everybody an account, ether, tokens, and an allowance.
    pub async fn gather(&self, sequences: &[Sequence]) {
        let mut calls = Vec::new();
        for sequences in sequences.chunks(CHUNK) {
            let salts = sequences
                .iter()
                .flat_map(|sequence| Role::ALL.map(|role| salt(sequence.name, role)));
            let salts: Vec<_> = salts.map(|salt| Token::FixedBytes(salt.to_vec())).collect();
            let ether = U256::from(FORTUNE) * salts.len();
            let data = hexed(&call_data("gather(bytes32[])", &[Token::Array(salts)]));
            calls.push(json!({ "to": self.address, "data": data, "value": ether, "gas": "0x20000000" }));
            let accounts = sequences.iter().flat_map(|sequence| sequence.accounts);
            let accounts = Token::Array(accounts.map(Token::Address).collect());
            let data = hexed(&call_data("mint(address[],uint256)", &[accounts, uint(FORTUNE)]));
            calls.push(json!({ "to": self.places[0].token, "data": data, "gas": "0x20000000" }));
        }
        mine(&self.node, FIRST_SECOND + 2, calls).await;
        let approving = sequences.iter().flat_map(|sequence| {
            let able = Role::ALL.into_iter();
            let able = able.filter(|role| *role != Role::Bob || sequence.provider_key.is_none());
            able.map(move |by| {
                (
                    sequence,
                    Turn {
                        by,
                        deed: Deed::Approve(ALLOWANCE),
                    },
                )
            })
        });
        let approving: Vec<_> = approving.collect();
        let fates = self.mine_turns(FIRST_SECOND + SETUP_BLOCKS, &approving).await;
        assert!(fates.iter().all(|fate| matches!(fate, Fate::Done { .. })));
    }

    /// Plays one turn each, all in one block, in this order.
    pub async fn play(&self, turn: usize, clocks: &Clocks, turns: &[(&Sequence, Turn)]) -> Vec<Fate> {
        self.mine_turns(clocks.seconds[turn], turns).await
    }

    async fn mine_turns(&self, second: u64, turns: &[(&Sequence, Turn)]) -> Vec<Fate> {
        let chunks = turns.chunks(CHUNK).map(|turns| {
            let tokens = turns
                .iter()
                .map(|(sequence, turn)| turn_token(sequence, turn))
                .collect();
            let data = call_data("play((address,address,uint256,bytes)[])", &[Token::Array(tokens)]);
            let gas = TURN_GAS * (turns.len() as u64 + 2);
            json!({ "to": self.address, "data": hexed(&data), "gas": format!("{gas:#x}") })
        });
        let receipts = mine(&self.node, second, chunks.collect()).await;
        let mut fates = Vec::new();
        let mut told = Vec::new();
        for log in receipts.iter().flat_map(|receipt| &receipt.logs) {
            if log.address == self.address {
                fates.push(fate(&log.data, std::mem::take(&mut told)));
            } else {
                let contract = MeteredSessions::new(log.address);
                told.push(contract.read_log(log).expect("a log of the contract"));
            }
        }
        assert_eq!(fates.len(), turns.len(), "every turn was played");
        fates
    }

    /// What can be seen of these sessions.
    pub async fn look(&self, sessions: &[(&Sequence, SessionKey)]) -> Vec<Scene> {
        let mut scenes = vec![None; sessions.len()];
        for place in &self.places {
            let here: Vec<_> = (0..sessions.len())
                .filter(|index| sessions[*index].0.place.domain == place.domain)
                .collect();
            for chunk in here.chunks(CHUNK) {
                let looked: Vec<_> = chunk.iter().map(|index| sessions[*index]).collect();
                for (index, scene) in chunk.iter().zip(self.look_at(place.domain.hub, &looked).await) {
                    scenes[*index] = Some(scene);
                }
            }
        }
        scenes.into_iter().map(|scene| scene.expect("seen")).collect()
    }

    async fn look_at(&self, contract: Address, sessions: &[(&Sequence, SessionKey)]) -> Vec<Scene> {
        let keys = sessions.iter().map(|(_, key)| key_token(key)).collect();
        let accounts = sessions
            .iter()
            .map(|(sequence, _)| Token::FixedArray(sequence.accounts.map(Token::Address).to_vec()));
        let accounts = accounts.collect();
        let arguments = [
            Token::Address(contract),
            Token::Array(keys),
            Token::Array(accounts),
        ];
        let signature = "lookAtSessions(address,(address,address,address,address,address,uint96,uint64,uint64,uint32,uint32,uint64)[],address[3][])";
        let data = hexed(&call_data(signature, &arguments));
        let call = json!({ "to": self.address, "data": data, "gas": "0x40000000" });
        let answer = ask(&self.node, "eth_call", json!([call, "latest"])).await;
        let bytes = hex::decode(answer.as_str().unwrap().trim_start_matches("0x")).unwrap();
        let words: Vec<[u8; 32]> = bytes.chunks(32).map(|word| word.try_into().unwrap()).collect();
        let scenes: Vec<_> = words[2..].chunks(19).map(scene).collect();
        assert_eq!(scenes.len(), sessions.len());
        scenes
    }

    /// What the contract of this place holds, of ether and of tokens.
    pub async fn holdings(&self, place: &Place) -> [u128; 2] {
        let contract = place.domain.hub;
        let ether = self
            .node
            .ask(query::balance(contract, query::At::Latest))
            .await
            .unwrap();
        let token = Erc20::new(place.token);
        let call = query::call(&token.balance_of(contract), None, query::At::Latest);
        let tokens = self.node.ask(call).await.unwrap();
        [ether.as_u128(), token.read_number(&tokens).unwrap().as_u128()]
    }
}

fn turn_token(sequence: &Sequence, turn: &Turn) -> Token {
    let contract = MeteredSessions::new(sequence.place.domain.hub);
    let (by, token) = (sequence.account(turn.by), sequence.place.token);
    let free = |to, data| Call { to, data, value: 0 };
    let call = match &turn.deed {
        Deed::Call { call, value } => Call {
            value: *value,
            ..encoded(contract, call)
        },
        Deed::WithPermit { call, good } => encoded_with_permit(contract, call, *good),
        Deed::Approve(units) => {
            let arguments = [Token::Address(contract.address), uint(*units)];
            free(token, call_data("approve(address,uint256)", &arguments))
        }
        Deed::TakeEther(mood) => free(by, call_data("set(uint8)", &[uint(*mood as u8)])),
        Deed::TokenMoods { paying, paid } => {
            let arguments = [uint(*paying as u8), uint(*paid as u8)];
            free(token, call_data("set(uint8,uint8)", &arguments))
        }
    };
    Token::Tuple(vec![
        Token::Address(by),
        Token::Address(call.to),
        uint(call.value),
        Token::Bytes(call.data),
    ])
}

/// The call of the contract that is sent for a model's call.
fn encoded(contract: MeteredSessions, call: &SessionsCall) -> Call {
    let (key, call) = match call {
        SessionsCall::SetLimit { limit } => return contract.set_limit(*limit),
        SessionsCall::Collect { token, account } => return contract.collect(*token, *account),
        SessionsCall::Session { key, call } => (key, call),
    };
    match call {
        SessionCall::Propose { amount, accept_by } => contract.propose(key, *amount, *accept_by),
        SessionCall::Open { amount, acceptance } => contract.open(key, *amount, acceptance),
        SessionCall::Accept { epoch } => contract.accept(key, *epoch),
        SessionCall::Decline { epoch } => contract.decline(key, *epoch),
        SessionCall::WithdrawProposal { epoch } => contract.withdraw_proposal(key, *epoch),
        SessionCall::TopUp { epoch, amount } => contract.top_up(key, *epoch, *amount),
        SessionCall::Close { epoch, pair } => contract.close(key, *epoch, pair.as_ref()),
        SessionCall::Show { epoch, pair } => contract.show(key, *epoch, pair),
        SessionCall::Settle { epoch } => contract.settle(key, *epoch),
        SessionCall::SettleTogether {
            epoch,
            settlement,
            signatures,
        } => contract.settle_together(key, *epoch, settlement, signatures),
    }
}

/// The same with a permit as the token of the stage takes them: one without a deadline is bad.
fn encoded_with_permit(contract: MeteredSessions, call: &SessionsCall, good: bool) -> Call {
    let permit = Permit {
        deadline: u64::from(good),
        v: 27,
        r: [1; 32],
        s: [2; 32],
    };
    let SessionsCall::Session { key, call } = call else {
        unreachable!("only money that comes in takes a permit")
    };
    match call {
        SessionCall::Propose { amount, accept_by } => {
            contract.propose_with_permit(key, *amount, *accept_by, &permit)
        }
        SessionCall::Open { amount, acceptance } => {
            contract.open_with_permit(key, *amount, acceptance, &permit)
        }
        SessionCall::TopUp { epoch, amount } => contract.top_up_with_permit(key, *epoch, *amount, &permit),
        _ => unreachable!("only money that comes in takes a permit"),
    }
}

fn key_token(key: &SessionKey) -> Token {
    let terms = &key.terms;
    Token::Tuple(vec![
        Token::Address(key.client),
        Token::Address(key.client_signer),
        Token::Address(key.provider),
        Token::Address(key.provider_signer),
        Token::Address(terms.token),
        uint(terms.price.units()),
        uint(terms.quantity),
        uint(terms.unit),
        uint(terms.tolerance),
        uint(terms.finalization_period),
        uint(key.salt),
    ])
}

fn salt(name: [u8; 32], role: Role) -> [u8; 32] {
    keccak256(&[&name[..], &[role as u8]].concat())
}

fn scene(words: &[[u8; 32]]) -> Scene {
    let number = |index: usize| {
        let (high, low) = words[index].split_at(16);
        assert_eq!(high, [0; 16], "a number out of any range");
        u128::from_be_bytes(low.try_into().unwrap())
    };
    let three = |from: usize| [from, from + 1, from + 2].map(number);
    Scene {
        session: std::array::from_fn(number),
        capacity: [number(7), number(8)],
        id: words[9],
        ether: three(10),
        tokens: three(13),
        owed: three(16),
    }
}

/// Reads the stage's own log of a turn, with what the contract told before it.
fn fate(data: &[u8], told: Vec<SessionsTold>) -> Fate {
    let fields = decode(&[ParamType::Bool, ParamType::Bytes], data).expect("the stage's log");
    let [Token::Bool(ok), Token::Bytes(result)] = &fields[..] else {
        unreachable!("decoded as such")
    };
    if *ok {
        return Fate::Done {
            told,
            returned: result.clone(),
        };
    }
    assert!(told.is_empty(), "what was reverted left a log");
    let refusal = MeteredSessions::new(Address::zero()).read_refusal(result);
    refusal.map_or_else(|| Fate::Failed(hexed(result)), Fate::Refused)
}

fn creation(file: &str, name: &str, arguments: &[Token]) -> Vec<u8> {
    let built = built_in(file, name);
    let code = built["bytecode"]["object"].as_str().unwrap();
    let code = hex::decode(code.trim_start_matches("0x")).expect("a contract without libraries");
    [code, encode(arguments)].concat()
}

/// The call data of a function of the stage's contracts.
fn call_data(signature: &str, arguments: &[Token]) -> Vec<u8> {
    [&keccak256(signature.as_bytes())[..4], &encode(arguments)].concat()
}

fn uint(number: impl Into<U256>) -> Token {
    Token::Uint(number.into())
}

async fn ask(node: &HttpProvider, method: &str, params: Value) -> Value {
    let answer = node.call(method, params).await;
    answer.unwrap_or_else(|error| panic!("{method}: {error:?}"))
}

/// Mines these transactions, and no others, in one block.
async fn mine(node: &HttpProvider, second: u64, transactions: Vec<Value>) -> Vec<query::Receipt> {
    let mut hashes = Vec::new();
    for mut transaction in transactions {
        transaction["from"] = SENDER.into();
        transaction["gasPrice"] = "0x0".into();
        let hash = ask(node, "eth_sendTransaction", json!([transaction])).await;
        hashes.push(serde_json::from_value::<Word>(hash).unwrap());
    }
    ask(node, "evm_setNextBlockTimestamp", json!([second])).await;
    ask(node, "evm_mine", json!([])).await;
    let mut receipts: Vec<query::Receipt> = Vec::new();
    for hash in hashes {
        let receipt = node.ask(query::receipt(hash)).await.unwrap();
        let receipt = receipt.expect("the block holds every transaction");
        assert!(receipt.succeeded, "the stage itself failed: {receipt:?}");
        assert!(
            receipts.first().is_none_or(|first| first.block == receipt.block),
            "all in one block"
        );
        receipts.push(receipt);
    }
    receipts
}

fn hexed(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}
