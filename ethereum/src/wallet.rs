//! A wallet that is one key held here, around a node: for development, tests and daemons.

use crate::{
    Provider, RpcError, RpcErrorKind,
    fees::{DEFAULT_TIP, Market},
    query::{self, hex20, read_address, read_bytes, read_u64, read_u128},
};
use async_trait::async_trait;
use ethers_core::types::{
    Signature as EthersSignature, U256,
    transaction::{
        eip712::{Eip712, TypedData},
        eip1559::Eip1559TransactionRequest,
        eip2718::TypedTransaction,
    },
};
use futures::lock::Mutex;
use serde_json::{Value, json};
use std::rc::Rc;
use thunder_channel::{Address, Digest, Signature, SigningKey, keccak256};

/// JSON-RPC's "invalid params".
const INVALID_PARAMS: i64 = -32602;
/// How deep the types of typed data may nest. Statements and permits are flat.
const MAX_TYPE_NESTING: usize = 8;

/// A wallet with one account. Accounts, signatures and transactions are answered here; the rest is passed to the node.
/// Clones share the key and the order of transactions.
#[derive(Clone, Debug)]
pub struct LocalWallet<P> {
    key: SigningKey,
    node: P,
    // One transaction at a time, so that two do not take the same nonce.
    sending: Rc<Mutex<()>>,
}

impl<P: Provider> LocalWallet<P> {
    /// A wallet of this key on the node's chain.
    pub fn new(key: SigningKey, node: P) -> Self {
        Self {
            key,
            node,
            sending: Rc::default(),
        }
    }

    /// The account.
    pub const fn address(&self) -> Address {
        self.key.address()
    }

    /// The node.
    pub const fn node(&self) -> &P {
        &self.node
    }

    async fn chain_id(&self) -> Result<u64, RpcError> {
        self.number("eth_chainId", json!([])).await
    }

    async fn number(&self, method: &str, params: Value) -> Result<u64, RpcError> {
        let answer = self.node.request(method, params).await?;
        read_u64(method, &answer).map_err(|error| malformed(&error))
    }

    fn own(&self, account: &Value) -> Result<(), RpcError> {
        match read_address("the account", account) {
            Ok(account) if account == self.address() => Ok(()),
            Ok(_) => Err(RpcError::new(Some(4100), "this wallet has another account", None)),
            Err(error) => Err(invalid(error.to_string())),
        }
    }

    async fn sign_typed_data(&self, params: &Value) -> Result<Value, RpcError> {
        self.own(&params[0])?;
        let data: TypedData = match &params[1] {
            Value::String(text) => serde_json::from_str(text),
            other => serde_json::from_value(other.clone()),
        }
        .map_err(|error| invalid(format!("the typed data cannot be read: {error}")))?;
        check_types(&data)?;
        let chain_id = self.chain_id().await?;
        if data
            .domain
            .chain_id
            .is_some_and(|wanted| wanted != chain_id.into())
        {
            return Err(invalid("the typed data is for another network".to_owned()));
        }
        let digest = data
            .encode_eip712()
            .map_err(|error| invalid(format!("the typed data cannot be hashed: {error}")))?;
        Ok(json!(self.key.sign(&Digest(digest)).to_string()))
    }

    fn personal_sign(&self, params: &Value) -> Result<Value, RpcError> {
        self.own(&params[1])?;
        let text = params[0]
            .as_str()
            .ok_or_else(|| invalid("the message is not a text".to_owned()))?;
        // Hexadecimal is bytes; anything else is the text itself.
        let message = text
            .strip_prefix("0x")
            .and_then(|digits| hex::decode(digits).ok())
            .unwrap_or_else(|| text.as_bytes().to_vec());
        let head = format!("\x19Ethereum Signed Message:\n{}", message.len());
        let digest = Digest(keccak256(&[head.as_bytes(), &message].concat()));
        Ok(json!(self.key.sign(&digest).to_string()))
    }

    async fn send_transaction(&self, params: &Value) -> Result<Value, RpcError> {
        let object = &params[0];
        self.own(&object["from"])?;
        let chain_id = self.chain_id().await?;
        if let Some(wanted) = field(object, "chainId")
            && crate::parse_chain_id(wanted) != Some(chain_id)
        {
            return Err(invalid("the transaction is for another network".to_owned()));
        }
        let _one_at_a_time = self.sending.lock().await;
        let transaction = self.fill(object, chain_id).await?;
        let signature = self.key.sign(&Digest(transaction.sighash().0));
        let raw = transaction.rlp_signed(&ethers_signature(&signature));
        let raw = format!("0x{}", hex::encode(&raw));
        self.node.request("eth_sendRawTransaction", json!([raw])).await
    }

    /// The transaction with everything that the page left to the wallet.
    async fn fill(&self, object: &Value, chain_id: u64) -> Result<TypedTransaction, RpcError> {
        let mut transaction = Eip1559TransactionRequest::new()
            .from(self.address())
            .chain_id(chain_id);
        if let Some(to) = field(object, "to") {
            transaction = transaction.to(read_address("to", to).map_err(|error| malformed(&error))?);
        }
        if let Some(data) = field(object, "data").or_else(|| field(object, "input")) {
            transaction = transaction.data(read_bytes("data", data).map_err(|error| malformed(&error))?);
        }
        transaction = transaction.value(given(object, "value")?.unwrap_or_default());
        let nonce = match given(object, "nonce")? {
            Some(nonce) => nonce,
            None => {
                let query = query::transaction_count(self.address());
                U256::from(self.number(query.method, query.params).await?)
            }
        };
        let gas = match given(object, "gas")? {
            Some(gas) => gas,
            None => U256::from(self.number("eth_estimateGas", json!([object])).await?),
        };
        let tip = match given(object, "maxPriorityFeePerGas")? {
            Some(tip) => tip,
            None => U256::from(self.tip().await?),
        };
        let most = match given(object, "maxFeePerGas")? {
            Some(most) => most,
            None => {
                let base = self.latest_base_fee().await?;
                // A tip that is no number of wei was given by the caller, and is its own to pay.
                let tip = u128::try_from(tip).unwrap_or(u128::MAX);
                U256::from(Market { base, tip }.offer(0).most)
            }
        };
        Ok(TypedTransaction::Eip1559(
            transaction
                .nonce(nonce)
                .gas(gas)
                .max_priority_fee_per_gas(tip.min(most))
                .max_fee_per_gas(most),
        ))
    }

    async fn tip(&self) -> Result<u128, RpcError> {
        match self.node.request("eth_maxPriorityFeePerGas", json!([])).await {
            Ok(tip) => read_u128("the suggested tip", &tip).map_err(|error| malformed(&error)),
            Err(error) if error.kind == RpcErrorKind::UnsupportedMethod => Ok(DEFAULT_TIP),
            Err(error) => Err(error),
        }
    }

    async fn latest_base_fee(&self) -> Result<u128, RpcError> {
        let query = query::latest_block();
        let answer = self.node.request(query.method, query.params.clone()).await?;
        let block = query.read(&answer).map_err(|error| malformed(&error))?;
        Ok(block.base_fee.unwrap_or_default())
    }

    async fn change_chain(&self, params: &Value) -> Result<Value, RpcError> {
        let wanted = crate::parse_chain_id(&params[0]["chainId"])
            .ok_or_else(|| invalid("the chain id is not a number".to_owned()))?;
        if wanted == self.chain_id().await? {
            Ok(Value::Null)
        } else {
            Err(RpcError::new(
                Some(4902),
                "this wallet knows one network only",
                None,
            ))
        }
    }
}

#[async_trait(?Send)]
impl<P: Provider> Provider for LocalWallet<P> {
    async fn request(&self, method: &str, params: Value) -> Result<Value, RpcError> {
        match method {
            "eth_accounts" | "eth_requestAccounts" => Ok(json!([hex20(self.address())])),
            "eth_signTypedData_v4" => self.sign_typed_data(&params).await,
            "personal_sign" => self.personal_sign(&params),
            "eth_sendTransaction" => self.send_transaction(&params).await,
            "wallet_switchEthereumChain" | "wallet_addEthereumChain" => self.change_chain(&params).await,
            "wallet_revokePermissions" => Ok(Value::Null),
            _ => self.node.request(method, params).await,
        }
    }
}

/// What `TypedData` would panic on or hash wrongly: `bytesN` values of another length, and types that nest without end.
fn check_types(data: &TypedData) -> Result<(), RpcError> {
    let message = Value::Object(data.message.clone().into_iter().collect());
    check_type(data, &data.primary_type, &message, MAX_TYPE_NESTING)
}

fn check_type(data: &TypedData, kind: &str, value: &Value, depth: usize) -> Result<(), RpcError> {
    let refuse = || invalid(format!("the typed data holds a {kind} that cannot be signed"));
    let depth = depth.checked_sub(1).ok_or_else(refuse)?;
    if let Some((inner, _)) = kind.rsplit_once('[') {
        let items = value.as_array().ok_or_else(refuse)?;
        return items
            .iter()
            .try_for_each(|item| check_type(data, inner, item, depth));
    }
    if let Some(fields) = data.types.get(kind) {
        return fields
            .iter()
            .try_for_each(|field| check_type(data, &field.r#type, &value[&field.name], depth));
    }
    match kind.strip_prefix("bytes") {
        None | Some("") => Ok(()),
        // Shorter ones are aligned the wrong way by the library, so only full words are signed.
        Some("32") if read_bytes(kind, value).is_ok_and(|bytes| bytes.len() == 32) => Ok(()),
        Some(_) => Err(refuse()),
    }
}

pub(crate) fn ethers_signature(signature: &Signature) -> EthersSignature {
    let (r, s) = signature.r_and_s();
    EthersSignature {
        r: U256::from_big_endian(r),
        s: U256::from_big_endian(s),
        v: u64::from(signature.y_is_odd()),
    }
}

fn field<'a>(object: &'a Value, name: &str) -> Option<&'a Value> {
    object.get(name).filter(|value| !value.is_null())
}

fn given(object: &Value, name: &str) -> Result<Option<U256>, RpcError> {
    field(object, name)
        .map(|number| query::read_u256(name, number).map_err(|error| invalid(error.to_string())))
        .transpose()
}

fn invalid(message: String) -> RpcError {
    RpcError::new(Some(INVALID_PARAMS), message, None)
}

fn malformed(error: &crate::ChainError) -> RpcError {
    RpcError::local(RpcErrorKind::Malformed, error.to_string())
}
