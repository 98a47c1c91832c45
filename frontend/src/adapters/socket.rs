//! The way to the relay: a WebSocket that is opened again whenever it is lost.

use crate::state::comeback::{Comeback, End};
use futures::{
    StreamExt,
    channel::{mpsc, oneshot},
};
use gloo::timers::future::TimeoutFuture;
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use thunder_channel::wire::{ClientFrame, MAX_RELAY_FRAME};
use thunder_client::ports::RelayLink;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{CloseEvent, MessageEvent, WebSocket};

/// Frames that may wait to be read. A relay that sends faster than this page reads is cut off: the snapshot after the next
/// connection has everything.
const MAX_WAITING: usize = 1024;
/// How long a connection may take to open.
const OPENING_MS: u32 = 10_000;

/// The link that the client speaks through. What is said while it is down is lost, and said again by the client.
#[derive(Clone, Debug, Default)]
pub struct RelaySocket {
    open: Rc<RefCell<Option<WebSocket>>>,
    asleep: Rc<Cell<bool>>,
    /// Ends the wait of whoever sleeps.
    waking: Rc<RefCell<Option<oneshot::Sender<()>>>>,
}

impl RelayLink for RelaySocket {
    fn send(&self, frame: &ClientFrame) {
        if let Some(socket) = self
            .open
            .borrow()
            .as_ref()
            .filter(|socket| socket.ready_state() == WebSocket::OPEN)
        {
            drop(socket.send_with_str(&frame.to_text()));
        }
    }
}

/// What happens on a connection.
pub enum Heard {
    /// A text frame.
    Text(String),
    /// The connection is gone.
    Down,
}

impl RelaySocket {
    /// Cuts the connection, and makes none until [`wake`](Self::wake).
    pub fn sleep(&self) {
        self.asleep.set(true);
        if let Some(socket) = self.open.borrow().as_ref() {
            drop(socket.close());
        }
    }

    /// Connects again.
    pub fn wake(&self) {
        self.asleep.set(false);
        drop(self.waking.take());
    }

    /// Whether the connection is cut on purpose.
    #[must_use]
    pub fn is_asleep(&self) -> bool {
        self.asleep.get()
    }

    async fn woken(&self) {
        while self.asleep.get() {
            let (waking, woken) = oneshot::channel::<()>();
            self.waking.replace(Some(waking));
            // Dropped when it is time.
            let _: Result<(), oneshot::Canceled> = woken.await;
        }
    }

    /// Stays connected to `url` for as long as the future is polled; `listen` gets everything in order.
    pub async fn run(self, url: String, listen: impl AsyncFn(Heard)) {
        let mut comeback = Comeback::default();
        loop {
            self.woken().await;
            let mut end = End::default();
            if let Some(mut frames) = self.connect(&url) {
                while let Some(text) = frames.waiting.next().await {
                    comeback.worked();
                    listen(Heard::Text(text)).await;
                }
                end = frames.end.take();
            }
            self.open.replace(None);
            listen(Heard::Down).await;
            if self.asleep.get() {
                comeback = Comeback::default();
                continue;
            }
            TimeoutFuture::new(comeback.pause(&end, js_sys::Math::random())).await;
        }
    }

    /// Opens a connection; its frames end when it is closed.
    fn connect(&self, url: &str) -> Option<Frames> {
        let socket = WebSocket::new(url).ok()?;
        let (said, frames) = mpsc::channel::<String>(MAX_WAITING);
        let said = Rc::new(RefCell::new(Some(said)));
        let on_message = {
            let (said, socket) = (said.clone(), socket.clone());
            Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
                // Version 1 is text; anything else, and anything too long, is not worth a connection.
                let text = event
                    .data()
                    .as_string()
                    .filter(|text| text.len() <= MAX_RELAY_FRAME);
                let kept = text.is_some_and(|text| {
                    said.borrow_mut()
                        .as_mut()
                        .is_some_and(|said| said.try_send(text).is_ok())
                });
                if !kept {
                    said.borrow_mut().take();
                    drop(socket.close());
                }
            })
        };
        let end = Rc::new(RefCell::new(End::default()));
        let on_close = {
            let (said, end) = (said.clone(), end.clone());
            Closure::<dyn Fn(CloseEvent)>::new(move |event: CloseEvent| {
                end.replace(End {
                    code: event.code(),
                    reason: event.reason(),
                });
                said.borrow_mut().take();
            })
        };
        socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        let impatience = {
            let socket = socket.clone();
            gloo::timers::callback::Timeout::new(OPENING_MS, move || {
                if socket.ready_state() == WebSocket::CONNECTING {
                    drop(socket.close());
                    said.borrow_mut().take();
                }
            })
        };
        self.open.replace(Some(socket.clone()));
        Some(Frames {
            waiting: frames,
            end,
            _connection: Connection {
                socket,
                _on_message: on_message,
                _on_close: on_close,
                _impatience: impatience,
            },
        })
    }
}

/// Frames, and the connection they come from.
struct Frames {
    waiting: mpsc::Receiver<String>,
    /// How the connection ended, once it has.
    end: Rc<RefCell<End>>,
    _connection: Connection,
}

/// Closed when dropped, before its listeners are freed.
struct Connection {
    socket: WebSocket,
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_close: Closure<dyn Fn(CloseEvent)>,
    _impatience: gloo::timers::callback::Timeout,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        drop(self.socket.close());
    }
}
