//! The connections: one for each session that wants one, opened again for as long as it does.

use super::{Downloads, Run};
use crate::{
    adapters::provider_socket::{Frame, ProviderSocket},
    state::comeback::{Comeback, End},
    words::{Said, count, say, sentence},
};
use futures::{
    StreamExt,
    channel::mpsc,
    future::{Either, select},
};
use gloo::timers::future::TimeoutFuture;
use std::rc::Rc;
use thunder_channel::metering::Grounds;
use thunder_client::downloads::{DownloadFault, Link, Phase};

/// Why a conversation ended.
enum Over {
    /// The connection is gone, or is not wanted any more.
    Gone,
    /// The provider is not talked to by itself any more.
    Fault(DownloadFault),
    /// Nothing can be stored; it is said already.
    Unkept,
}

impl Downloads {
    /// Connects a session to its provider, unless it is.
    pub(super) fn connect(self: &Rc<Self>, run: &Rc<Run>) {
        if run.talking.replace(true) {
            return;
        }
        let (downloads, run) = (self.clone(), run.clone());
        self.spawn(async move {
            downloads.talk(&run).await;
            run.talking.set(false);
            run.nudge.take();
            downloads.draw();
        });
    }

    async fn talk(self: &Rc<Self>, run: &Rc<Run>) {
        let origin = run.download.borrow().record().origin.clone();
        let mut comeback = Comeback::default();
        while run.trouble.borrow().is_none() && self.is_wanted(run) {
            let (nudge, mut nudged) = mpsc::channel(1);
            run.nudge.replace(Some(nudge));
            let over = match ProviderSocket::open(&origin) {
                Some(mut socket) => self.converse(run, &mut socket, &mut nudged, &mut comeback).await,
                None => Over::Gone,
            };
            run.download.borrow_mut().down();
            drop(self.keep(run).await);
            if let Over::Fault(fault) = over {
                self.stop_for(run, &fault).await;
            }
            if run.trouble.borrow().is_some() || !self.is_wanted(run) {
                break;
            }
            run.silent.set(true);
            self.draw();
            if run.download.borrow().record().phase == Phase::Proposed {
                break;
            }
            TimeoutFuture::new(comeback.pause(&End::default(), js_sys::Math::random())).await;
        }
    }

    async fn converse(
        self: &Rc<Self>,
        run: &Rc<Run>,
        socket: &mut ProviderSocket,
        nudged: &mut mpsc::Receiver<()>,
        comeback: &mut Comeback,
    ) -> Over {
        run.download.borrow_mut().opened();
        loop {
            if self.keep(run).await.is_err() {
                return Over::Unkept;
            }
            loop {
                let asked = run.download.borrow_mut().poll_send();
                let Some(asked) = asked else { break };
                socket.say(&asked);
            }
            self.draw();
            if !self.is_wanted(run) {
                return Over::Gone;
            }
            let frame = match select(Box::pin(socket.next()), nudged.next()).await {
                Either::Left((Some(frame), _)) => frame,
                Either::Left((None, _)) => return Over::Gone,
                Either::Right(_) => {
                    self.ask_for_wanted(run);
                    continue;
                }
            };
            comeback.worked();
            run.silent.set(false);
            let heard = match frame {
                Frame::Text(text) => run.download.borrow_mut().hear(&text),
                Frame::Bytes(bytes) => {
                    let came = run.download.borrow_mut().bytes(bytes.length().into());
                    if came.is_ok() {
                        run.waiting.borrow_mut().push(bytes);
                    }
                    came
                }
            };
            if let Err(fault) = heard {
                return Over::Fault(fault);
            }
            self.ask_for_wanted(run);
        }
    }

    /// A file that a person wanted before there was a connection.
    fn ask_for_wanted(&self, run: &Run) {
        let running = run.download.borrow().link() == Link::Running;
        if running && let Some(name) = run.wanted.take() {
            run.download.borrow_mut().get(&name);
        }
    }

    async fn stop_for(&self, run: &Rc<Run>, fault: &DownloadFault) {
        run.wanted.take();
        run.trouble.replace(Some(trouble(fault)));
        if matches!(fault, DownloadFault::Guilty) {
            let grounds = {
                let download = run.download.borrow();
                let key = download.record().key;
                download.meter().accusation().map(|accusation| Grounds {
                    key,
                    epoch: download.record().epoch,
                    accusation: *accusation,
                })
            };
            let provider = run.download.borrow().record().key.provider;
            // What a key signed that is not the provider's account proves it here, where the provider agreed to that key, and to nobody else.
            let grounds = grounds.filter(|grounds| self.proves(grounds, provider));
            // If it cannot be stored, the accusation is with the session, and that says so.
            drop(self.distrust(provider, None, grounds).await);
        }
    }
}

/// Why a session stopped. The counts are written as the meter below writes them.
fn trouble(fault: &DownloadFault) -> String {
    let bytes = |bytes: u64| say::bytes_came(&count(bytes));
    match fault {
        DownloadFault::Overcounted { theirs, ours } => say::overcounted_words(&bytes(*theirs), &bytes(*ours)),
        other => sentence(&other.said()),
    }
}
