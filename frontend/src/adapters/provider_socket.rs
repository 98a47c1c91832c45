//! The way to a provider of metered downloads: one WebSocket, whose frames are read in order.

use futures::{StreamExt, channel::mpsc};
use gloo::timers::callback::Timeout;
use js_sys::{ArrayBuffer, Uint8Array};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use thunder_channel::metering::download::{Asked, DOWNLOADS_PATH, MAX_PIECE, MAX_SAID};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{BinaryType, MessageEvent, WebSocket};

/// Frames that may wait to be read. A provider sends one unit before it is answered, and the largest that is taken is some 1,100 of the
/// largest frames.
const MAX_WAITING: usize = 4_096;
/// How long a connection may take until its first frame, in milliseconds.
const OPENING_MS: u32 = 10_000;

/// What comes.
pub enum Frame {
    /// What the provider says.
    Text(String),
    /// Bytes of a file.
    Bytes(Uint8Array),
}

/// A connection; closed when dropped, before its listeners are freed.
pub struct ProviderSocket {
    socket: WebSocket,
    frames: mpsc::Receiver<Frame>,
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_close: Closure<dyn Fn()>,
    _impatience: Timeout,
}

impl ProviderSocket {
    /// Connects to the provider at an origin such as `wss://node.example:2080`. Whether it worked, the frames tell.
    #[must_use]
    pub fn open(origin: &str) -> Option<Self> {
        let socket = WebSocket::new(&format!("{origin}{DOWNLOADS_PATH}")).ok()?;
        socket.set_binary_type(BinaryType::Arraybuffer);
        let (said, frames) = mpsc::channel(MAX_WAITING);
        let said = Rc::new(RefCell::new(Some(said)));
        let heard = Rc::new(Cell::new(false));
        let on_message = {
            let (said, heard, socket) = (said.clone(), heard.clone(), socket.clone());
            Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
                heard.set(true);
                let kept = read(&event).is_some_and(|frame| {
                    let mut said = said.borrow_mut();
                    said.as_mut().is_some_and(|said| said.try_send(frame).is_ok())
                });
                if !kept {
                    said.borrow_mut().take();
                    drop(socket.close());
                }
            })
        };
        let on_close = {
            let said = said.clone();
            Closure::<dyn Fn()>::new(move || drop(said.borrow_mut().take()))
        };
        socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        let impatience = {
            let socket = socket.clone();
            Timeout::new(OPENING_MS, move || {
                if !heard.get() {
                    drop(socket.close());
                    said.borrow_mut().take();
                }
            })
        };
        Some(Self {
            socket,
            frames,
            _on_message: on_message,
            _on_close: on_close,
            _impatience: impatience,
        })
    }

    /// The next frame; `None` once the connection is gone.
    pub async fn next(&mut self) -> Option<Frame> {
        self.frames.next().await
    }

    /// Says this, if connected; else it is lost.
    pub fn say(&self, asked: &Asked) {
        if self.socket.ready_state() == WebSocket::OPEN
            && let Ok(text) = serde_json::to_string(asked)
        {
            drop(self.socket.send_with_str(&text));
        }
    }
}

impl Drop for ProviderSocket {
    fn drop(&mut self) {
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        drop(self.socket.close());
    }
}

/// A frame, if it is one that a provider may send.
fn read(event: &MessageEvent) -> Option<Frame> {
    let data = event.data();
    if let Some(text) = data.as_string() {
        return (text.len() <= MAX_SAID).then_some(Frame::Text(text));
    }
    let bytes = Uint8Array::new(data.dyn_ref::<ArrayBuffer>()?);
    let length = usize::try_from(bytes.length()).ok()?;
    (length <= MAX_PIECE).then_some(Frame::Bytes(bytes))
}
