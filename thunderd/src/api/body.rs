//! What callers send, read strictly.

use super::failure::Failure;
use axum::{
    Json,
    extract::{FromRequest, Request, State, rejection::JsonRejection},
    middleware::Next,
    response::Response,
};
use futures::StreamExt;
use serde::de::DeserializeOwned;
use thunder_api::{Code, Problem};
use thunder_channel::ChannelId;

/// Bytes beyond the limit that are still read, and thrown away.
const LINGER: usize = 8 << 20;

/// Reads the whole body before anything is answered, and refuses one that is longer than the limit. A connection that is closed on
/// unread bytes is reset, and the answer may be lost with it.
pub async fn whole(State(limit): State<usize>, request: Request, next: Next) -> Result<Response, Failure> {
    let (parts, body) = request.into_parts();
    let mut chunks = body.into_data_stream();
    let mut bytes = Vec::new();
    let mut read = 0;
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| Problem::new(Code::Malformed, "the body broke off"))?;
        read += chunk.len();
        if read <= limit {
            bytes.extend_from_slice(&chunk);
        } else if read > limit + LINGER {
            break;
        }
    }
    if read > limit {
        let words = format!("a body has at most {limit} bytes here");
        return Err(Failure(Problem::new(Code::TooLarge, words)));
    }
    Ok(next.run(Request::from_parts(parts, bytes.into())).await)
}

/// A JSON body.
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let read = Json::from_request(request, state).await;
        read.map(|Json(body)| Self(body)).map_err(|rejection| {
            let code = match &rejection {
                JsonRejection::MissingJsonContentType(_) => Code::UnsupportedMedia,
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
