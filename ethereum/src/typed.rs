//! Asking any wallet for accounts and signatures, and checking what it answers.

use crate::{Permit, PermitRequest, Provider, WalletError, query::read_address};
use serde_json::{Value, json};
use thunder_channel::{Address, Digest, Domain, Signature, TypedMessage, checksummed};

/// How many accounts a wallet may list; what is above is not looked at.
const MAX_ACCOUNTS: usize = 256;

/// The accounts that the wallet has already given this page. Opens no window.
///
/// # Errors
/// [`WalletError`] if the wallet refuses or answers something else.
pub async fn accounts<P: Provider + ?Sized>(wallet: &P) -> Result<Vec<Address>, WalletError> {
    read_accounts(&wallet.request("eth_accounts", json!([])).await?)
}

/// Asks the person for access to accounts. Opens the wallet's window.
///
/// # Errors
/// [`WalletError`] if the person or the wallet refuses, or the wallet answers something else.
pub async fn request_accounts<P: Provider + ?Sized>(wallet: &P) -> Result<Vec<Address>, WalletError> {
    read_accounts(&wallet.request("eth_requestAccounts", json!([])).await?)
}

/// Reads a list of accounts, as wallets answer and announce it.
///
/// # Errors
/// [`WalletError::Malformed`] for anything else.
pub(crate) fn read_accounts(answer: &Value) -> Result<Vec<Address>, WalletError> {
    let list = answer
        .as_array()
        .ok_or_else(|| WalletError::Malformed("the accounts are not a list".to_owned()))?;
    list.iter()
        .take(MAX_ACCOUNTS)
        .map(|account| {
            read_address("an account", account).map_err(|error| WalletError::Malformed(error.to_string()))
        })
        .collect()
}

/// Asks `account` to sign a statement for the hub in `domain`. A signature by any other account is refused.
///
/// # Errors
/// [`WalletError`] if the person or the wallet refuses, or what it answers is not this account's canonical signature.
pub async fn sign_typed<P: Provider + ?Sized>(
    wallet: &P,
    account: Address,
    message: &impl TypedMessage,
    domain: &Domain,
) -> Result<Signature, WalletError> {
    sign(
        wallet,
        account,
        &message.typed_data(domain),
        &message.digest(domain),
    )
    .await
}

/// Asks the owner of a permit to sign it.
///
/// # Errors
/// As [`sign_typed`].
pub async fn sign_permit<P: Provider + ?Sized>(
    wallet: &P,
    request: &PermitRequest,
) -> Result<Permit, WalletError> {
    let signature = sign(wallet, request.owner, &request.typed_data(), &request.digest()).await?;
    request.accept(&signature)
}

async fn sign<P: Provider + ?Sized>(
    wallet: &P,
    account: Address,
    data: &Value,
    digest: &Digest,
) -> Result<Signature, WalletError> {
    // As a JSON string: some wallets take nothing else, and all take that.
    let params = json!([checksummed(account), data.to_string()]);
    let answer = wallet.request("eth_signTypedData_v4", params).await?;
    let signature: Signature = answer
        .as_str()
        .ok_or_else(|| WalletError::Malformed("the signature is not a text".to_owned()))?
        .parse()?;
    let signed_by = signature.recover(digest)?;
    if signed_by == account {
        Ok(signature)
    } else {
        Err(WalletError::OtherAccount {
            asked: account,
            signed_by,
        })
    }
}
