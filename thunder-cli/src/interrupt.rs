//! Ctrl-C, for commands that have something to end before they do.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::exit::Failure;

/// How long an interrupt waits until it is looked at while something else is waited for.
const LOOK: Duration = Duration::from_millis(50);

/// Each Ctrl-C, and what a system asks with when it ends or its terminal is closed.
#[derive(Debug)]
pub struct Interrupts(Receiver<()>);

impl Interrupts {
    /// From now on an interrupt ends nothing by itself.
    ///
    /// # Errors
    /// The system does not allow it.
    pub fn listen() -> Result<Self, Failure> {
        let (sender, came) = mpsc::channel();
        ctrlc::set_handler(move || {
            // Who does not listen any more is at its end.
            let _ = sender.send(());
        })
        .map_err(|error| Failure::Here(format!("cannot listen for Ctrl-C: {error}")))?;
        Ok(Self(came))
    }

    /// Waits so long at most; says whether one came.
    #[must_use]
    pub fn within(&self, time: Duration) -> bool {
        self.0.recv_timeout(time).is_ok()
    }

    /// Has something done that takes long, and meanwhile asks `on_interrupt` at each Ctrl-C, which may give up waiting.
    ///
    /// # Errors
    /// As `on_interrupt` says.
    pub fn during<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
        mut on_interrupt: impl FnMut() -> Result<(), Failure>,
    ) -> Result<T, Failure> {
        let (sender, done) = mpsc::channel();
        thread::spawn(move || {
            let _ = sender.send(work());
        });
        loop {
            match done.recv_timeout(LOOK) {
                Ok(result) => return Ok(result),
                Err(RecvTimeoutError::Timeout) => (),
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(Failure::Here("the call to the daemon fell over".to_owned()));
                }
            }
            if self.0.try_recv().is_ok() {
                on_interrupt()?;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left() -> Result<(), Failure> {
        Err(Failure::Left("left".to_owned()))
    }

    #[test]
    fn what_is_done_in_time_is_given() {
        let (_sender, came) = mpsc::channel();
        let interrupts = Interrupts(came);
        assert_eq!(interrupts.during(|| 5, left).unwrap(), 5);
        assert!(!interrupts.within(Duration::ZERO));
        let fell = interrupts.during(|| std::panic::resume_unwind(Box::new(())), left);
        assert!(matches!(fell, Err(Failure::Here(_))));
    }

    #[test]
    fn waiting_can_be_given_up() {
        let (sender, came) = mpsc::channel();
        sender.send(()).unwrap();
        let (hold, held) = mpsc::channel::<()>();
        let given_up = Interrupts(came).during(move || held.recv().is_ok(), left);
        assert!(matches!(given_up, Err(Failure::Left(_))));
        drop(hold);
    }
}
