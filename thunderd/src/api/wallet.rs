//! The wallet and the backup.

use super::{Api, body::Body, failure::Failure};
use axum::{Json, extract::State};
use thunder_api::{Backup, ImportWallet, Password, Problem, WalletInfo};

/// Takes in a wallet.
#[utoipa::path(post, path = "/v1/wallet", request_body = ImportWallet, responses(
    (status = 201, body = WalletInfo),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn import(
    State(api): State<Api>,
    Body(wallet): Body<ImportWallet>,
) -> Result<(axum::http::StatusCode, Json<WalletInfo>), Failure> {
    let info = api.node.ask(async move |core| {
        core.clone().import(wallet).await?;
        Ok(core.wallet())
    });
    Ok((axum::http::StatusCode::CREATED, Json(info.await?)))
}

/// Opens the wallet.
#[utoipa::path(post, path = "/v1/wallet/unlock", request_body = Password, responses(
    (status = 200, body = WalletInfo),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn unlock(
    State(api): State<Api>,
    Body(password): Body<Password>,
) -> Result<Json<WalletInfo>, Failure> {
    let info = api.node.ask(async move |core| {
        core.clone().unlock(password.password).await?;
        Ok(core.wallet())
    });
    Ok(Json(info.await?))
}

/// Locks the wallet: nothing is signed, watched or answered until it is opened again.
#[utoipa::path(post, path = "/v1/wallet/lock", responses(
    (status = 200, body = WalletInfo),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn lock(State(api): State<Api>) -> Result<Json<WalletInfo>, Failure> {
    let info = api.node.ask(async |core| {
        core.lock();
        Ok(core.wallet())
    });
    Ok(Json(info.await?))
}

/// Everything needed to move or restore the node; its key is in it, encrypted.
#[utoipa::path(get, path = "/v1/backup", responses(
    (status = 200, body = Backup),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn backup(State(api): State<Api>) -> Result<Json<Backup>, Failure> {
    Ok(Json(api.node.ask(async |core| core.backup().await).await?))
}

/// Takes a backup in. What the node knows is raised by it and never lowered.
#[utoipa::path(post, path = "/v1/restore", request_body = Backup, responses(
    (status = 200, body = WalletInfo),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn restore(
    State(api): State<Api>,
    Body(backup): Body<Backup>,
) -> Result<Json<WalletInfo>, Failure> {
    let info = api.node.ask(async move |core| {
        core.clone().restore(backup).await?;
        Ok(core.wallet())
    });
    Ok(Json(info.await?))
}
