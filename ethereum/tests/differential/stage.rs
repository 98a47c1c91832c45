//! The chain's side: a hub of each clock, a token, and a contract that has the accounts of all sequences play one turn each.
//!
//! Blocks are mined when the test says so and at the times that it says, so the clock of every turn is known before.

use crate::{
    cast::{Cast, Place},
    dice::Dice,
    purse::{ALLOWANCE, FORTUNE},
    sequence::{Fate, Scene},
    support::{Anvil, built_in},
    turn::{Deed, Role, Turn, call_data, encoded, encoded_with_permit, uint},
};
use ethers_core::{
    abi::{ParamType, Token, decode, encode},
    types::H256,
};
use serde_json::{Value, json};
use thunder_channel::{Address, ChannelKey, Domain, LAST_MOMENT, Told, keccak256};
use thunder_ethereum::{
    Call, H256 as Word, HttpProvider, Hub, HubLog, Log, PayoutKind, Revert, Token as Erc20, query,
};

/// The sender of every transaction: a development account. Who calls the hub is a matter of the stage.
const SENDER: &str = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";
/// The first block's number. So late that the longest periods end after what the hub can count, so early that the
/// others do not.
const FIRST_BLOCK: u64 = LAST_MOMENT - (1 << 31);
const FIRST_SECOND: u64 = 1_900_000_000;
/// Contracts, accounts, allowances.
const SETUP_BLOCKS: u64 = 3;
/// Turns in a transaction, channels in a reading, accounts in a transaction.
const CHUNK: usize = 100;
/// What one turn may take, with room for the stage around it.
const TURN_GAS: u64 = 1_700_000;

/// What the clocks show at every turn.
#[derive(Clone)]
pub struct Clocks {
    seconds: Vec<u64>,
}

impl Clocks {
    /// Seconds pass irregularly, so that a period of seconds does not end at a block of its own.
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
            "--prune-history",
        ]);
        options.extend(["--gas-limit", "100000000000000", "--base-fee", "0"]);
        let anvil = Anvil::start(&options);
        let node = HttpProvider::new(&anvil.url).unwrap();
        let riches = format!("{:#x}", H256::repeat_byte(0x0f));
        ask(&node, "anvil_setBalance", json!([SENDER, riches])).await;

        let hub = |counts_seconds| creation("ChannelHub.sol", "ChannelHub", &[Token::Bool(counts_seconds)]);
        let mut contracts = Vec::new();
        for code in [
            hub(false),
            hub(true),
            creation("Stage.sol", "MoodyToken", &[]),
            creation("Stage.sol", "Stage", &[]),
        ] {
            contracts.push(json!({ "data": hex(&code), "gas": "0x2000000" }));
        }
        let mut addresses = Vec::new();
        for receipt in mine(&node, FIRST_SECOND + 1, contracts).await {
            let address = receipt.contract.expect("a contract was created");
            addresses.push(address);
        }
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

    /// People of a sequence. Where they are is known before they are.
    pub fn cast(&self, name: [u8; 32], dice: &mut Dice, clocks: &Clocks) -> Cast {
        let place = self.places[usize::from(dice.percent(25))];
        let account = |role| {
            let parts = [
                &[0xff][..],
                self.address.as_bytes(),
                &salt(name, role),
                &self.account_code,
            ];
            Address::from_slice(&keccak256(&parts.concat())[12..])
        };
        Cast::new(name, dice, place, account, clocks.at(0, &place))
    }

    /// Gives everybody an account, ether, tokens, and an allowance.
    pub async fn gather(&self, casts: &[([u8; 32], &Cast)]) {
        let mut calls = Vec::new();
        for casts in casts.chunks(CHUNK) {
            let salts: Vec<_> = casts
                .iter()
                .flat_map(|(name, _)| Role::ALL.map(|role| Token::FixedBytes(salt(*name, role).to_vec())))
                .collect();
            let accounts = casts.iter().flat_map(|(_, cast)| cast.accounts);
            let accounts = accounts.map(Token::Address).collect();
            let ether = ethers_core::types::U256::from(FORTUNE) * salts.len();
            let gather = call_data("gather(bytes32[])", &[Token::Array(salts)]);
            calls.push(
                json!({ "to": self.address, "data": hex(&gather), "value": ether, "gas": "0x20000000" }),
            );
            let mint = call_data(
                "mint(address[],uint256)",
                &[Token::Array(accounts), uint(FORTUNE)],
            );
            let token = self.places[0].token;
            calls.push(json!({ "to": token, "data": hex(&mint), "gas": "0x20000000" }));
        }
        mine(&self.node, FIRST_SECOND + 2, calls).await;
        let approving = casts.iter().flat_map(|(_, cast)| {
            let able = Role::ALL.into_iter();
            let able = able.filter(|role| *role != Role::Bob || cast.bob_has_code);
            able.map(|by| {
                let deed = Deed::Approve(ALLOWANCE);
                (*cast, Turn { by, deed })
            })
        });
        let approving: Vec<_> = approving.collect();
        let fates = self.mine_turns(FIRST_SECOND + SETUP_BLOCKS, &approving).await;
        assert!(fates.iter().all(|fate| matches!(fate, Fate::Done { .. })));
    }

    /// Plays one turn each, all in one block, in this order.
    pub async fn play(&self, turn: usize, clocks: &Clocks, turns: &[(&Cast, Turn)]) -> Vec<Fate> {
        self.mine_turns(clocks.seconds[turn], turns).await
    }

    async fn mine_turns(&self, second: u64, turns: &[(&Cast, Turn)]) -> Vec<Fate> {
        let chunks = turns.chunks(CHUNK).map(|turns| {
            let tokens = turns
                .iter()
                .map(|(cast, turn)| self.turn_token(cast, turn))
                .collect();
            let data = call_data("play((address,address,uint256,bytes)[])", &[Token::Array(tokens)]);
            let gas = TURN_GAS * (turns.len() as u64 + 2);
            json!({ "to": self.address, "data": hex(&data), "gas": format!("{gas:#x}") })
        });
        let receipts = mine(&self.node, second, chunks.collect()).await;
        let mut fates = Vec::new();
        let mut told = Vec::new();
        for log in receipts.iter().flat_map(|receipt| &receipt.logs) {
            if log.address == self.address {
                fates.push(fate(&log.data, std::mem::take(&mut told)));
            } else {
                told.push(self.told(log));
            }
        }
        assert_eq!(fates.len(), turns.len(), "every turn was played");
        fates
    }

    fn turn_token(&self, cast: &Cast, turn: &Turn) -> Token {
        let place = &cast.place;
        let hub = Hub::new(place.domain.hub);
        let by = cast.account(turn.by);
        let free = |to, data| Call { to, data, value: 0 };
        let call = match &turn.deed {
            Deed::Hub { call, value } => Call {
                value: *value,
                ..encoded(hub, call)
            },
            Deed::WithPermit { call, good } => encoded_with_permit(hub, call, *good),
            Deed::Approve(units) => {
                let arguments = [Token::Address(hub.address), uint(*units)];
                free(place.token, call_data("approve(address,uint256)", &arguments))
            }
            Deed::TakeEther(mood) => free(by, call_data("set(uint8)", &[uint(*mood as u8)])),
            Deed::TokenMoods { paying, paid } => {
                let arguments = [uint(*paying as u8), uint(*paid as u8)];
                free(place.token, call_data("set(uint8,uint8)", &arguments))
            }
        };
        Token::Tuple(vec![
            Token::Address(by),
            Token::Address(call.to),
            uint(call.value),
            Token::Bytes(call.data),
        ])
    }

    fn told(&self, log: &Log) -> Told {
        let hub = Hub::new(log.address);
        match hub.read_log(log).expect("a log of the hub") {
            HubLog::Channel(event) => Told::Channel {
                channel: event.channel,
                event: event.kind,
            },
            HubLog::Payout(event) => {
                let (token, account, units) = (event.token, event.account, event.amount.as_u128());
                match event.kind {
                    PayoutKind::Held => Told::Held {
                        token,
                        account,
                        units,
                    },
                    PayoutKind::Collected => Told::Collected {
                        token,
                        account,
                        units,
                    },
                }
            }
        }
    }

    /// What can be seen of these channels.
    pub async fn look(&self, channels: &[(&Cast, ChannelKey)]) -> Vec<Scene> {
        let mut scenes = vec![None; channels.len()];
        for place in &self.places {
            let here = channels.iter().enumerate();
            let here: Vec<_> = here
                .filter(|(_, (cast, _))| cast.place.domain == place.domain)
                .collect();
            for chunk in here.chunks(CHUNK) {
                let channels: Vec<_> = chunk.iter().map(|(_, channel)| **channel).collect();
                let seen = self.look_at(place.domain.hub, &channels).await;
                for ((index, _), scene) in chunk.iter().zip(seen) {
                    scenes[*index] = Some(scene);
                }
            }
        }
        scenes.into_iter().map(|scene| scene.expect("seen")).collect()
    }

    async fn look_at(&self, hub: Address, channels: &[(&Cast, ChannelKey)]) -> Vec<Scene> {
        let keys = channels.iter().map(|(_, key)| key_token(key)).collect();
        let accounts = channels.iter().map(|(cast, _)| {
            let accounts = cast.accounts.map(Token::Address);
            Token::FixedArray(accounts.to_vec())
        });
        let arguments = [
            Token::Address(hub),
            Token::Array(keys),
            Token::Array(accounts.collect()),
        ];
        let signature =
            "look(address,(address,address,address,address,address,uint32,uint8,uint64)[],address[3][])";
        let data = hex(&call_data(signature, &arguments));
        let call = json!({ "to": self.address, "data": data, "gas": "0x40000000" });
        let answer = ask(&self.node, "eth_call", json!([call, "latest"])).await;
        let bytes = hex::decode(answer.as_str().unwrap().trim_start_matches("0x")).unwrap();
        let words: Vec<[u8; 32]> = bytes.chunks(32).map(|word| word.try_into().unwrap()).collect();
        let scenes: Vec<_> = words[2..].chunks(22).map(scene).collect();
        assert_eq!(scenes.len(), channels.len());
        scenes
    }

    /// What the hub of this place holds, of ether and of tokens.
    pub async fn holdings(&self, place: &Place) -> [u128; 2] {
        let hub = place.domain.hub;
        let ether = self
            .node
            .ask(query::balance(hub, query::At::Latest))
            .await
            .unwrap();
        let token = Erc20::new(place.token);
        let call = query::call(&token.balance_of(hub), None, query::At::Latest);
        let tokens = self.node.ask(call).await.unwrap();
        [ether.as_u128(), token.read_number(&tokens).unwrap().as_u128()]
    }

    pub const fn places(&self) -> &[Place; 2] {
        &self.places
    }
}

fn key_token(key: &ChannelKey) -> Token {
    Token::Tuple(vec![
        Token::Address(key.alice),
        Token::Address(key.alice_signer),
        Token::Address(key.bob),
        Token::Address(key.bob_signer),
        Token::Address(key.token),
        uint(key.finalization_period),
        uint(key.policy.index()),
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
        channel: std::array::from_fn(number),
        balances: [number(10), number(11)],
        id: words[12],
        ether: three(13),
        tokens: three(16),
        owed: three(19),
    }
}

/// Reads the stage's own log of a turn, with what the hub told before it.
fn fate(data: &[u8], told: Vec<Told>) -> Fate {
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
    match Revert::decode(result) {
        Revert::Hub(refusal) => Fate::Refused(refusal),
        other => Fate::Failed(format!("{other:?}")),
    }
}

fn creation(file: &str, name: &str, arguments: &[Token]) -> Vec<u8> {
    let built = built_in(file, name);
    let code = built["bytecode"]["object"].as_str().unwrap();
    let code = hex::decode(code.trim_start_matches("0x")).expect("a contract without libraries");
    [code, encode(arguments)].concat()
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

fn hex(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}
