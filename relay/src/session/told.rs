//! What a client is told: news of its channels, refusals, and that it is too fast.

use super::{Seat, Session, wire::Ending};
use crate::{counters::Count, register::Refusal};
use futures::{FutureExt, StreamExt};
use std::time::Instant;
use thunder_channel::{
    ChannelId,
    metering::Notice,
    wire::{ErrorCode, RelayFrame},
};

impl Session {
    /// Tells what is new in this channel, and in the others that are ready: one write then carries all of it.
    pub(super) async fn tell_all_news(&mut self, id: ChannelId) -> Result<(), Ending> {
        self.tell_news(id).await?;
        // Each at most once: a busy channel must not keep the rest of the session waiting.
        for _ in 1..self.changed.len() {
            let Some(Some(id)) = self.changed.next().now_or_never() else {
                break;
            };
            self.tell_news(id).await?;
        }
        Ok(())
    }

    async fn tell_news(&mut self, id: ChannelId) -> Result<(), Ending> {
        let Some(Seat { attendance, .. }) = self.channels.get_mut(&id) else {
            return Ok(());
        };
        let news = attendance.news();
        self.changed.push(attendance.watch().map(move |()| id).boxed());
        self.say_all(news).await
    }

    pub(super) async fn tell_of(&mut self, notice: &Notice) -> Result<(), Ending> {
        let frame = RelayFrame::Distrust(Box::new(notice.clone()));
        self.wire.say(&frame).await
    }

    pub(super) async fn say_all(&mut self, frames: Vec<RelayFrame>) -> Result<(), Ending> {
        for frame in &frames {
            self.wire.say(frame).await?;
        }
        Ok(())
    }

    pub(super) async fn refuse(&mut self, refusal: Refusal) -> Result<(), Ending> {
        let asked_the_chain = matches!(
            refusal.code,
            ErrorCode::AboveChannel | ErrorCode::UnknownChannel | ErrorCode::Unavailable
        );
        if asked_the_chain {
            self.paces
                .count(self.context.limits.chain_read_cost, Instant::now());
        }
        self.context.counters.add(Count::Refused);
        self.context.counters.refuse(refusal.code);
        tracing::debug!(connection = self.id, channel = %refusal.channel, code = ?refusal.code, "refused");
        self.wire
            .say(&RelayFrame::Error {
                code: refusal.code,
                words: refusal.words,
                channel: Some(refusal.channel),
            })
            .await
    }

    pub(super) async fn complain(&mut self, code: ErrorCode, words: String) -> Result<(), Ending> {
        self.context.counters.refuse(code);
        self.wire
            .say(&RelayFrame::Error {
                code,
                words,
                channel: None,
            })
            .await
    }

    /// For frames that no client of this version sends.
    pub(super) async fn strike(&mut self, code: ErrorCode, words: String) -> Result<(), Ending> {
        self.paces.count(1, Instant::now());
        self.strikes += 1;
        self.complain(code, words).await?;
        if self.strikes >= self.context.limits.strikes {
            self.context.counters.add(Count::StruckOut);
            return Err(Ending::Policy);
        }
        Ok(())
    }

    /// Nothing is dropped: the connection is read more slowly, and told why.
    pub(super) async fn notice_pace(&mut self) -> Result<(), Ending> {
        let now = Instant::now();
        let Some((_, fast)) = self.paces.wait(now) else {
            return Ok(());
        };
        let limits = &self.context.limits;
        if self.noticed.is_some_and(|noticed| now < noticed + limits.notice) {
            return Ok(());
        }
        self.noticed = Some(now);
        self.context.counters.add(fast.count());
        let words = fast.words(limits);
        self.complain(ErrorCode::Limit, words).await
    }
}
