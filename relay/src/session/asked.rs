//! What a client asks for: to sign in, to follow a channel, to hand in a claim or a message.

use super::{Seat, Session, Speaker, sign_in::SignInRefused, wire::Ending};
use crate::{
    board::NotPinned,
    counters::Count,
    register::{Proof, Refusal},
};
use futures::FutureExt;
use std::{collections::hash_map::Entry, sync::Arc, time::Instant};
use thunder_channel::{
    Address, ChannelId, ChannelKey, Epoch, Signature, SignedClaim,
    metering::Notice,
    wire::{ClientFrame, ErrorCode, Known, Message, RelayFrame},
};

/// What a notice counts as beside its own frame, in frames.
const NOTICE_COST: u32 = 3;

impl Session {
    pub(super) async fn obey(&mut self, frame: ClientFrame) -> Result<(), Ending> {
        match (frame, &self.speaker) {
            (ClientFrame::Unknown, _) => {
                self.context.counters.add(Count::UnknownKind);
                Ok(())
            }
            (ClientFrame::SignIn { signature }, _) => self.sign_in(&signature).await,
            (
                ClientFrame::Subscribe {
                    key,
                    epoch,
                    delegation,
                    reading,
                    known,
                },
                Speaker::SignedIn(who),
            ) => {
                let who = *who;
                let proof = Proof {
                    delegation: delegation.as_ref(),
                    reading: reading.as_ref(),
                };
                self.subscribe(who, &key, epoch, proof, known.as_ref()).await
            }
            (ClientFrame::Claim(claim), Speaker::SignedIn(_)) => self.claim(claim).await,
            (ClientFrame::Message { channel, message }, Speaker::SignedIn(_)) => {
                self.message(channel, message).await
            }
            (ClientFrame::Listen, Speaker::SignedIn(_)) => self.listen().await,
            (ClientFrame::Distrust(notice), Speaker::SignedIn(_)) => self.pin(*notice).await,
            (_, Speaker::Challenged(_) | Speaker::Refused) => {
                self.strike(
                    ErrorCode::NotSignedIn,
                    "sign in first: answer the challenge".to_owned(),
                )
                .await
            }
        }
    }

    async fn sign_in(&mut self, signature: &Signature) -> Result<(), Ending> {
        let context = Arc::clone(&self.context);
        let answered = match std::mem::replace(&mut self.speaker, Speaker::Refused) {
            Speaker::Challenged(challenge) => {
                challenge.answered(signature, &context.domain, context.clock.as_ref())
            }
            Speaker::SignedIn(_) | Speaker::Refused => Err(SignInRefused::Used),
        };
        match answered {
            Ok(address) => {
                tracing::debug!(connection = self.id, address = %thunder_channel::checksummed(address), "signed in");
                self.speaker = Speaker::SignedIn(address);
                self.paces.sign_in(context.keys.of(address, Instant::now()));
                self.wire.say(&RelayFrame::SignedIn { address }).await
            }
            Err(refused) => {
                context.counters.add(Count::SignInRefused);
                self.complain(ErrorCode::SignInRefused, refused.to_string())
                    .await?;
                Err(Ending::Policy)
            }
        }
    }

    async fn subscribe(
        &mut self,
        who: Address,
        key: &ChannelKey,
        epoch: Epoch,
        proof: Proof<'_>,
        known: Option<&Known>,
    ) -> Result<(), Ending> {
        let id = key.id(epoch);
        let full = self.channels.len() >= self.context.limits.subscriptions;
        if full && !self.channels.contains_key(&id) {
            self.context.counters.add(Count::TooManySubscriptions);
            let limit = self.context.limits.subscriptions;
            return self
                .refuse(Refusal {
                    code: ErrorCode::Limit,
                    words: format!("a connection can follow {limit} channels; open another one for more"),
                    channel: id,
                })
                .await;
        }
        let now = Instant::now();
        self.paces.count(self.context.limits.chain_read_cost, now);
        let context = Arc::clone(&self.context);
        let most = context.limits.channels_per_key;
        let Some(followed) = context.keys.of(who, now).follow(id, most) else {
            context.counters.add(Count::TooManyChannels);
            return self
                .refuse(Refusal {
                    code: ErrorCode::Limit,
                    words: format!("a key can follow {most} channels at once, over all of its connections"),
                    channel: id,
                })
                .await;
        };
        match context.register.join(who, self.id, key, epoch, proof).await {
            Ok(joined) => {
                let seat = match self.channels.entry(id) {
                    // Asked again: the same seat, a new snapshot.
                    Entry::Occupied(present) => present.into_mut(),
                    Entry::Vacant(place) => {
                        let seat = place.insert(Seat {
                            attendance: joined,
                            _followed: followed,
                        });
                        self.changed
                            .push(seat.attendance.watch().map(move |()| id).boxed());
                        seat
                    }
                };
                let whole = seat.attendance.snapshot(context.clock.now_ms());
                let snapshot = match known {
                    Some(known) => whole.since(known),
                    None => whole,
                };
                self.wire.say(&RelayFrame::Snapshot(Box::new(snapshot))).await
            }
            Err(refusal) => self.refuse(refusal).await,
        }
    }

    /// Lets a claim wait for its turn.
    async fn claim(&mut self, claim: SignedClaim) -> Result<(), Ending> {
        let id = claim.claim.channel;
        let Some(seat) = self.channels.get(&id) else {
            return self.refuse(not_subscribed(id)).await;
        };
        // The payer is who is not paid, whoever signed: that is checked when its turn comes.
        let Some(payee) = seat.attendance.channel.key.side_of(claim.claim.to) else {
            return self
                .refuse(Refusal {
                    code: ErrorCode::WrongChannel,
                    words: "this claim pays neither side of the channel".to_owned(),
                    channel: id,
                })
                .await;
        };
        if self.ingest.put(payee.other(), claim, self.heard) {
            self.context.counters.add(Count::Collapsed);
        }
        Ok(())
    }

    /// Tells what is proved against others; what comes later is told in [`Session::run`].
    async fn listen(&mut self) -> Result<(), Ending> {
        let (known, news) = self.context.board.listen();
        self.notices = Some(news);
        for notice in known {
            self.tell_of(&notice).await?;
        }
        Ok(())
    }

    async fn pin(&mut self, notice: Notice) -> Result<(), Ending> {
        // Four signatures, where a claim has one or two.
        self.paces.count(NOTICE_COST, Instant::now());
        match self.context.board.pin(notice) {
            Ok(()) => Ok(()),
            Err(refused) => {
                self.context.counters.add(Count::NoticeRefused);
                let code = match refused {
                    NotPinned::NoContract => ErrorCode::Unavailable,
                    NotPinned::NotSigned | NotPinned::Opinion => ErrorCode::BadSignature,
                };
                self.complain(code, refused.to_string()).await
            }
        }
    }

    async fn message(&mut self, id: ChannelId, message: Message) -> Result<(), Ending> {
        let Some(seat) = self.channels.get(&id) else {
            return self.refuse(not_subscribed(id)).await;
        };
        let (channel, side) = (Arc::clone(&seat.attendance.channel), seat.attendance.side);
        let context = Arc::clone(&self.context);
        let most = context.limits.message_bytes;
        // As it is stored: fields that this version does not know are gone by now.
        if serde_json::to_string(&message).is_ok_and(|text| text.len() > most) {
            context.counters.add(Count::MessageTooLong);
            return self
                .refuse(Refusal {
                    code: ErrorCode::Limit,
                    words: format!("a message can have {most} bytes"),
                    channel: id,
                })
                .await;
        }
        match context.register.say(&channel, side, message, self.id).await {
            Ok(()) => Ok(()),
            Err(refusal) => self.refuse(refusal).await,
        }
    }
}

fn not_subscribed(channel: ChannelId) -> Refusal {
    Refusal {
        code: ErrorCode::NotSubscribed,
        words: "subscribe to the channel first".to_owned(),
        channel,
    }
}
