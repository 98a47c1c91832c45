//! File descriptors: each connection is one, and a process may have fewer than the relay has places.

use crate::{Limits, limits::OTHER_FILES};

/// Raises what the process may open as far as the system allows, and lowers the limits to what that leaves.
pub fn make_room(limits: &mut Limits) {
    let wanted = limits.sockets.saturating_add(OTHER_FILES);
    let Some(allowed) = raise(wanted) else { return };
    if allowed >= wanted {
        return;
    }
    limits.sockets = allowed.saturating_sub(OTHER_FILES).max(1);
    // The same share for those who only ask for a file.
    limits.connections = limits.connections.min((limits.sockets * 10 / 11).max(1));
    tracing::warn!(
        allowed,
        wanted,
        connections = limits.connections,
        "the system allows too few open files; raise it (LimitNOFILE, ulimit -n) for more connections"
    );
}

/// What the process may open from here, if there is a bound.
#[cfg(unix)]
fn raise(wanted: usize) -> Option<usize> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let wanted = u64::try_from(wanted).unwrap_or(u64::MAX);
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let current = current?;
    let best = maximum.map_or(wanted, |maximum| maximum.min(wanted)).max(current);
    let raised = Rlimit {
        current: Some(best),
        maximum,
    };
    let allowed = if setrlimit(Resource::Nofile, raised).is_ok() {
        best
    } else {
        current
    };
    usize::try_from(allowed).ok()
}

#[cfg(not(unix))]
fn raise(_wanted: usize) -> Option<usize> {
    None
}
