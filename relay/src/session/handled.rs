//! Claims that were heard are checked and written, channel by channel, and answered.

use super::{Context, Session, ingest::Batch, wire::Ending};
use crate::{
    fanout::{Channel, ConnectionId},
    register::Refusal,
};
use futures::{FutureExt, StreamExt};
use std::{sync::Arc, time::Instant};
use thunder_channel::{Amount, ChannelId, PerSide, Side, wire::RelayFrame};

/// What became of a channel's claims.
pub struct Handled {
    pub channel: ChannelId,
    answers: PerSide<Option<Answer>>,
}

struct Answer {
    outcome: Result<Vec<RelayFrame>, Refusal>,
    heard: Instant,
}

impl Session {
    /// Begins to check what waits, channel by channel. Those of one channel whose claims are being written wait on.
    pub(super) fn handle_claims(&mut self) {
        while let Some((id, batch)) = self.ingest.take() {
            let Some(seat) = self.channels.get(&id) else {
                self.ingest.done(id);
                continue;
            };
            let (channel, context) = (Arc::clone(&seat.attendance.channel), Arc::clone(&self.context));
            self.handling
                .push(handle(context, channel, batch, self.id).boxed());
        }
    }

    /// Answers these, and whatever else is ready: one write then carries all the answers.
    pub(super) async fn answer_all(&mut self, handled: Handled) -> Result<(), Ending> {
        self.answer(handled).await?;
        while let Some(Some(handled)) = self.handling.next().now_or_never() {
            self.answer(handled).await?;
        }
        Ok(())
    }

    pub(super) async fn answer(&mut self, handled: Handled) -> Result<(), Ending> {
        self.ingest.done(handled.channel);
        let PerSide { alice, bob } = handled.answers;
        for answer in [alice, bob].into_iter().flatten() {
            match answer.outcome {
                Ok(frames) => {
                    let acknowledged = matches!(frames.first(), Some(RelayFrame::Ack { .. }));
                    self.say_all(frames).await?;
                    if acknowledged {
                        self.context.counters.ack_latency.observe(answer.heard.elapsed());
                    }
                }
                Err(refusal) => self.refuse(refusal).await?,
            }
        }
        Ok(())
    }
}

/// Checks a channel's claims and has them written. Both directions together: each may be what justifies the other.
async fn handle(context: Arc<Context>, channel: Arc<Channel>, batch: Batch, from: ConnectionId) -> Handled {
    let register = &context.register;
    let verified = batch.map(|waiting| waiting.map(|waiting| register.verify(&channel, &waiting.claim)));
    let mut queued = PerSide::from_fn(|_| None);
    for side in Side::BOTH {
        let (Some(waiting), Some(outcome)) = (&batch[side], &verified[side]) else {
            continue;
        };
        let other = side.other();
        let beside = match (&batch[other], &verified[other]) {
            (Some(waiting), Some(Ok(_))) => waiting.claim.claim.total,
            _ => Amount::default(),
        };
        queued[side] = Some(match outcome {
            Ok(payer) => {
                register
                    .hand_in(&channel, *payer, waiting.claim, beside, from)
                    .await
            }
            Err(refusal) => Err(refusal.clone()),
        });
    }
    let mut answers = PerSide::from_fn(|_| None);
    for side in Side::BOTH {
        if let (Some(waiting), Some(queued)) = (batch[side], queued[side].take()) {
            let outcome = match queued {
                Ok(pending) => Ok(pending.settled().await),
                Err(refusal) => Err(refusal),
            };
            answers[side] = Some(Answer {
                outcome,
                heard: waiting.heard,
            });
        }
    }
    Handled {
        channel: channel.id,
        answers,
    }
}
