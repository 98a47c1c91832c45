//! A socket that is read no faster than its share: bytes are counted before anybody knows what they are, so fragments, pings
//! and parts of frames are paid for too.

use crate::{
    Limits,
    counters::{Count, Counters},
    limits::BYTES_PER_TURN,
    pace::Pace,
    quota::Quota,
};
use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Instant,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Sleep, sleep_until},
};

/// A stream with a pace for what is read.
pub struct Metered<S> {
    inner: S,
    pace: Pace,
    /// What all sockets of its address share.
    address: Option<Arc<Quota>>,
    /// Read since the others had their turn.
    read: usize,
    /// Until when nothing is read.
    rest: Option<Pin<Box<Sleep>>>,
    counters: Arc<Counters>,
}

impl<S> Metered<S> {
    /// Reads `inner` as fast as the limits say.
    pub fn new(inner: S, address: Option<Arc<Quota>>, limits: &Limits, counters: Arc<Counters>) -> Self {
        Self {
            inner,
            address,
            read: 0,
            pace: Pace::new(limits.bytes_per_second, limits.bytes_burst, Instant::now()),
            rest: None,
            counters,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Metered<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if let Some(rest) = &mut self.rest {
            ready!(rest.as_mut().poll(context));
            self.rest = None;
        }
        if self.read >= BYTES_PER_TURN {
            self.read = 0;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let before = buffer.filled().len();
        let Poll::Ready(outcome) = Pin::new(&mut self.inner).poll_read(context, buffer) else {
            self.read = 0;
            return Poll::Pending;
        };
        outcome?;
        let read = buffer.filled().len() - before;
        self.read += read;
        let read = u32::try_from(read).unwrap_or(u32::MAX);
        let now = Instant::now();
        self.pace.count(read, now);
        let own = self.pace.wait(now);
        let shared = self.address.as_ref().and_then(|address| {
            address.count(read, now);
            address.wait(now)
        });
        if let Some(until) = own.max(shared) {
            self.counters.add(Count::ThrottledBytes);
            self.rest = Some(Box::pin(sleep_until(until.into())));
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Metered<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }
}
