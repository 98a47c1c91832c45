//! A node or wallet that answers from a script and remembers what it was asked.

use async_trait::async_trait;
use serde_json::Value;
use std::cell::RefCell;
use thunder_channel::{Address, ChannelKey, Policy};
use thunder_ethereum::{Provider, RpcError};

type Answer = Box<dyn Fn(&Value) -> Result<Value, RpcError>>;

/// Answers each method by a function of its parameters; other methods are unsupported.
#[derive(Default)]
pub struct Script {
    answers: Vec<(&'static str, Answer)>,
    /// Methods in the order they were asked.
    pub asked: RefCell<Vec<(String, Value)>>,
}

impl Script {
    /// Answers `method` with `answer` each time.
    pub fn on(
        self,
        method: &'static str,
        answer: impl Fn(&Value) -> Result<Value, RpcError> + 'static,
    ) -> Self {
        let mut script = self;
        script.answers.push((method, Box::new(answer)));
        script
    }

    /// Answers `method` with a value each time.
    pub fn value(self, method: &'static str, value: Value) -> Self {
        self.on(method, move |_| Ok(value.clone()))
    }

    /// The methods asked so far.
    pub fn methods(&self) -> Vec<String> {
        self.asked
            .borrow()
            .iter()
            .map(|(method, _)| method.clone())
            .collect()
    }
}

#[async_trait(?Send)]
impl Provider for Script {
    async fn request(&self, method: &str, params: Value) -> Result<Value, RpcError> {
        self.asked.borrow_mut().push((method.to_owned(), params.clone()));
        match self.answers.iter().find(|(name, _)| *name == method) {
            Some((_, answer)) => answer(&params),
            None => Err(RpcError::new(Some(-32601), "method not found", None)),
        }
    }
}

/// A channel key with every field different.
pub fn key() -> ChannelKey {
    ChannelKey {
        alice: Address::repeat_byte(1),
        alice_signer: Address::repeat_byte(2),
        bob: Address::repeat_byte(3),
        bob_signer: Address::repeat_byte(4),
        token: Address::repeat_byte(5),
        finalization_period: 100,
        policy: Policy::Forfeit,
        salt: u64::MAX,
    }
}

/// ABI words of numbers, one after the other.
pub fn words(numbers: &[u128]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for number in numbers {
        bytes.extend([0; 16]);
        bytes.extend(number.to_be_bytes());
    }
    bytes
}
