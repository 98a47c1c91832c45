//! What callers send, read strictly.

use super::failure::Failure;
use axum::{
    Json,
    extract::{FromRequest, Request, rejection::JsonRejection},
};
use serde::de::DeserializeOwned;
use thunder_api::{Code, Problem};
use thunder_channel::ChannelId;

/// A JSON body.
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let read = Json::from_request(request, state).await;
        read.map(|Json(body)| Self(body)).map_err(|rejection| {
            let code = match &rejection {
                JsonRejection::MissingJsonContentType(_) => Code::UnsupportedMedia,
                JsonRejection::BytesRejection(error) if error.status() == 413 => Code::TooLarge,
                _ => Code::Malformed,
            };
            Failure(Problem::new(code, rejection.body_text()))
        })
    }
}

/// A channel's id from a path.
///
/// # Errors
/// [`Code::Malformed`]
pub fn channel_id(text: &str) -> Result<ChannelId, Problem> {
    let mut id = [0; 32];
    let read = text
        .strip_prefix("0x")
        .and_then(|digits| hex::decode_to_slice(digits, &mut id).ok());
    let malformed = || Problem::new(Code::Malformed, "a channel's id is 0x and 64 hexadecimal digits");
    read.map(|()| ChannelId(id.into())).ok_or_else(malformed)
}
