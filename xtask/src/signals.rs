//! Ctrl-C and SIGTERM, and the processes that have to end with this one.
//!
//! Every child leads a process group of its own, so a Ctrl-C at the terminal reaches xtask alone, which then ends the
//! children: all at once while it builds or tests, one after the other in the demo.

use std::process::{Child, Command};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// How long a build or a test run gets to tidy up before it is killed.
const GRACE: Duration = Duration::from_secs(5);
/// How often an ending process is looked at.
const POLL: Duration = Duration::from_millis(20);

static GROUPS: Mutex<Vec<u32>> = Mutex::new(Vec::new());
static STOPPING: AtomicBool = AtomicBool::new(false);
static LISTENER: Mutex<Option<Sender<()>>> = Mutex::new(None);

/// Installs the handler. Until [`listen`] is called, a signal ends all children and then this process.
///
/// # Errors
/// If the system refuses the handler.
pub fn install() -> Result<()> {
    ctrlc::set_handler(|| {
        STOPPING.store(true, Ordering::SeqCst);
        if let Some(listener) = lock(&LISTENER).as_ref() {
            // Once the receiver is gone, the demo is already ending.
            let _ = listener.send(());
            return;
        }
        end_all();
        std::process::exit(130);
    })
    .context("cannot listen for Ctrl-C")
}

/// From now on a signal is a message, for a caller that ends its own children in order.
#[must_use]
pub fn listen() -> Receiver<()> {
    let (sender, receiver) = channel();
    *lock(&LISTENER) = Some(sender);
    receiver
}

/// Whether a signal has come to a caller that listens. Without one this does not return after a signal: the handler is
/// about to end the process, and no further step may begin or be reported.
#[must_use]
pub fn stopping() -> bool {
    let stopping = STOPPING.load(Ordering::SeqCst);
    while stopping && lock(&LISTENER).is_none() {
        std::thread::park();
    }
    stopping
}

/// Starts `command` in a group of its own and remembers it.
///
/// # Errors
/// If the program cannot be started.
pub fn spawn(command: &mut Command) -> std::io::Result<Child> {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    if stopping() {
        return Err(std::io::ErrorKind::Interrupted.into());
    }
    // Held over the start, so that a signal in between does not miss the new child.
    let mut groups = lock(&GROUPS);
    let child = command.spawn()?;
    groups.push(child.id());
    Ok(child)
}

/// Forgets a child that was waited for.
pub fn forget(child: &Child) {
    lock(&GROUPS).retain(|group| *group != child.id());
}

/// Asks a child to end, waits, kills it when the deadline has passed. Returns whether it ended by itself.
pub fn end(child: &mut Child, deadline: Duration) -> bool {
    ask(child.id());
    let until = Instant::now() + deadline;
    let by_itself = loop {
        match child.try_wait() {
            Ok(Some(_)) => break true,
            Ok(None) if Instant::now() < until => std::thread::sleep(POLL),
            _ => break false,
        }
    };
    kill(child.id());
    if !by_itself {
        let _ = child.kill();
        let _ = child.wait();
    }
    forget(child);
    by_itself
}

fn end_all() {
    let groups = lock(&GROUPS).clone();
    groups.iter().for_each(|group| ask(*group));
    let until = Instant::now() + GRACE;
    while Instant::now() < until && groups.iter().any(|group| alive(*group)) {
        std::thread::sleep(POLL);
        groups.iter().for_each(|group| reap(*group));
    }
    groups.iter().for_each(|group| kill(*group));
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(unix)]
mod system {
    use nix::sys::signal::{Signal, killpg};
    use nix::sys::wait::{WaitPidFlag, waitpid};
    use nix::unistd::Pid;

    fn send(group: u32, signal: Option<Signal>) -> bool {
        i32::try_from(group).is_ok_and(|group| killpg(Pid::from_raw(group), signal).is_ok())
    }

    pub fn ask(group: u32) {
        send(group, Some(Signal::SIGTERM));
    }

    pub fn kill(group: u32) {
        send(group, Some(Signal::SIGKILL));
    }

    pub fn alive(group: u32) -> bool {
        send(group, None)
    }

    /// Lets the system forget a child that has ended; until then it counts as alive.
    pub fn reap(child: u32) {
        if let Ok(child) = i32::try_from(child) {
            let _ = waitpid(Pid::from_raw(child), Some(WaitPidFlag::WNOHANG));
        }
    }
}

#[cfg(not(unix))]
mod system {
    // Without signals a child can only be killed, which `end` does through its handle.
    pub fn ask(_group: u32) {}
    pub fn kill(_group: u32) {}
    pub fn alive(_group: u32) -> bool {
        false
    }
    pub fn reap(_child: u32) {}
}

/// Whether a process group still has a member.
pub use system::alive;
use system::{ask, kill, reap};

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    #[test]
    fn a_child_and_its_own_children_end() {
        // The shell's child ignores nothing and outlives a shell that is killed alone.
        let mut child = spawn(Command::new("sh").args(["-c", "sleep 60 & wait"])).unwrap();
        let group = child.id();
        assert!(alive(group));
        assert!(end(&mut child, Duration::from_secs(10)));
        // The orphan is reaped by init at its leisure; it is enough that no new signal is needed.
        assert!(lock(&GROUPS).iter().all(|other| *other != group));
    }

    #[test]
    fn a_deaf_child_is_killed_at_the_deadline() {
        let mut child = spawn(
            Command::new("sh")
                .args(["-c", "trap '' TERM; echo ready; while :; do sleep 1; done"])
                .stdout(std::process::Stdio::piped()),
        )
        .unwrap();
        let mut ready = [0; 5];
        std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut ready).unwrap();
        assert!(!end(&mut child, Duration::from_millis(100)));
    }
}
