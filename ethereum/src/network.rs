//! Which chain a wallet is on, and getting it onto the right one.

use crate::{ChainError, Provider, RpcError, RpcErrorKind, WalletError};
use serde_json::{Value, json};

/// The currency that pays for gas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Currency {
    /// Long name.
    pub name: String,
    /// Short name.
    pub symbol: String,
    /// Digits behind the point.
    pub decimals: u8,
}

impl Default for Currency {
    fn default() -> Self {
        Self {
            name: "Ether".to_owned(),
            symbol: "ETH".to_owned(),
            decimals: 18,
        }
    }
}

/// What a wallet needs to know of a chain (EIP-3085).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainParams {
    /// EIP-155 chain id.
    pub chain_id: u64,
    /// What the wallet calls it.
    pub name: String,
    /// A node, as the browser reaches it.
    pub rpc_url: String,
    /// What pays for gas.
    pub currency: Currency,
    /// A block explorer. Two wallets refuse a chain without one, so where there is none the app's own address stands in.
    pub explorer: String,
}

/// Reads a chain id as wallets spell it: hexadecimal or decimal text, or a number.
#[must_use]
pub fn parse_chain_id(value: &Value) -> Option<u64> {
    if let Some(number) = value.as_u64() {
        return Some(number);
    }
    // JavaScript numbers arrive as floating point in some bindings.
    if let Some(number) = value.as_f64() {
        let digits = format!("{number:.0}");
        return (number >= 0.0 && number.fract() == 0.0)
            .then(|| digits.parse().ok())
            .flatten();
    }
    let text = value.as_str()?.trim();
    let all = |test: fn(&u8) -> bool, digits: &str| digits.as_bytes().iter().all(test);
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) if all(u8::is_ascii_hexdigit, digits) => u64::from_str_radix(digits, 16).ok(),
        None if all(u8::is_ascii_digit, text) => text.parse().ok(),
        _ => None,
    }
}

/// The chain that a node or wallet is on.
///
/// # Errors
/// [`ChainError`] if it does not say.
pub async fn current_chain_id<P: Provider + ?Sized>(provider: &P) -> Result<u64, ChainError> {
    let answer = provider.request("eth_chainId", json!([])).await?;
    parse_chain_id(&answer).ok_or_else(|| ChainError::malformed("the chain id is not a number"))
}

/// What to ask a wallet for first that is on another chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChainRequest {
    /// To switch, as it may know the chain.
    Switch,
    /// To add the chain. For the second attempt: one wallet says "rejected" for a chain that it does not know, as if the person
    /// had said no.
    Add,
}

/// Gets a wallet onto a chain: does nothing if it is there, else switches it, and adds the chain if the wallet does not
/// know it. What counts is what the wallet reports afterwards: some report success and stay where they are.
///
/// # Errors
/// [`WalletError::Rpc`] if the person said no, [`WalletError::WrongChain`] if the wallet stayed elsewhere.
pub async fn ensure_chain<P: Provider + ?Sized>(
    wallet: &P,
    chain: &ChainParams,
    first: ChainRequest,
) -> Result<(), WalletError> {
    if on_chain(wallet, chain).await? {
        return Ok(());
    }
    if first == ChainRequest::Switch {
        match switch(wallet, chain).await {
            Ok(()) if on_chain(wallet, chain).await? => return Ok(()),
            // It "switched" and is elsewhere: it does not know the chain.
            Ok(()) => (),
            Err(error) if is_final(&error) => return Err(error.into()),
            Err(_) => (),
        }
    }
    let hex = format!("{:#x}", chain.chain_id);
    let added = wallet
        .request(
            "wallet_addEthereumChain",
            json!([{
                "chainId": hex,
                "chainName": chain.name,
                "rpcUrls": [chain.rpc_url],
                "nativeCurrency": {
                    "name": chain.currency.name,
                    "symbol": chain.currency.symbol,
                    "decimals": chain.currency.decimals,
                },
                "blockExplorerUrls": [chain.explorer],
            }]),
        )
        .await;
    if let Err(error) = added
        && !on_chain(wallet, chain).await?
    {
        return Err(error.into());
    }
    if on_chain(wallet, chain).await? {
        return Ok(());
    }
    // Two of the wallets add a chain without going there.
    switch(wallet, chain).await?;
    match current(wallet).await? {
        found if found == chain.chain_id => Ok(()),
        found => Err(WalletError::WrongChain {
            expected: chain.chain_id,
            found,
        }),
    }
}

async fn switch<P: Provider + ?Sized>(wallet: &P, chain: &ChainParams) -> Result<(), RpcError> {
    let params = json!([{ "chainId": format!("{:#x}", chain.chain_id) }]);
    wallet
        .request("wallet_switchEthereumChain", params)
        .await
        .map(drop)
}

async fn on_chain<P: Provider + ?Sized>(wallet: &P, chain: &ChainParams) -> Result<bool, WalletError> {
    Ok(current(wallet).await? == chain.chain_id)
}

async fn current<P: Provider + ?Sized>(wallet: &P) -> Result<u64, WalletError> {
    current_chain_id(wallet).await.map_err(|error| match error {
        ChainError::Rpc(error) => WalletError::Rpc(error),
        other => WalletError::Malformed(other.to_string()),
    })
}

/// After these, adding the chain would only open a window that nobody wants.
const fn is_final(error: &RpcError) -> bool {
    matches!(
        error.kind,
        RpcErrorKind::Rejected
            | RpcErrorKind::Unauthorized
            | RpcErrorKind::RequestPending
            | RpcErrorKind::Timeout
            | RpcErrorKind::Unreachable
    )
}
