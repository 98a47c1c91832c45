//! What comes over the relay's connection: signing in, and everything after it.

use super::Driver;
use crate::Event;
use thunder_channel::{
    SignIn, TypedMessage,
    metering::Notice,
    wire::{ClientFrame, RelayFrame, VERSION},
};

/// The longest a challenge may be good, in seconds: nobody needs an answer that can be used for longer.
const MAX_CHALLENGE_S: u64 = 600;

impl Driver {
    /// A text frame of the relay's. None of it is believed without its own proof. Gives what is about no channel, for whoever has
    /// metered sessions too.
    pub async fn relay_text(&self, text: &str) -> Option<Box<Notice>> {
        match RelayFrame::parse(text) {
            Ok(RelayFrame::Distrust(notice)) => return Some(notice),
            Ok(frame) => self.relay_frame(frame).await,
            Err(error) => self.disbelieve(&error.to_string()).await,
        }
        None
    }

    async fn relay_frame(&self, frame: RelayFrame) {
        match frame {
            RelayFrame::Challenge {
                version,
                origin,
                challenge,
                expires_at,
            } => {
                let sign_in = SignIn {
                    origin,
                    challenge,
                    expires_at,
                };
                match self.answer_challenge(version, &sign_in) {
                    // The questions go along with the answer, which spares a round trip; the relay hears them in order.
                    Ok(()) => drop(self.told(Event::RelayUp).await),
                    Err(words) => self.disbelieve(words).await,
                }
            }
            RelayFrame::SignedIn { address } => {
                if address == self.participant.borrow().payment_key().address() {
                    self.relay_online.set(true);
                } else {
                    self.disbelieve("the relay signed somebody else in on this connection")
                        .await;
                }
            }
            frame => {
                if !self.told(Event::Relay(Box::new(frame))).await {
                    self.missed.set(true);
                }
            }
        }
    }

    /// The connection to the relay is gone.
    pub async fn relay_down(&self) {
        self.relay_online.set(false);
        self.told(Event::RelayDown).await;
    }

    /// Proves to the relay that was dialled, and to no other, who speaks.
    fn answer_challenge(&self, version: u32, sign_in: &SignIn) -> Result<(), &'static str> {
        let participant = self.participant.borrow();
        let config = participant.config();
        let now = self.ports.clock.now_ms() / 1_000;
        if version != VERSION {
            return Err("the relay speaks another version; reload the page");
        }
        if sign_in.origin != config.relay_origin {
            return Err("the relay calls itself by another address than the one that was dialled");
        }
        if sign_in.expires_at <= now || sign_in.expires_at > now.saturating_add(MAX_CHALLENGE_S) {
            return Err("the relay's sign-in question is out of date; check this device's clock");
        }
        let signature = participant.payment_key().sign(&sign_in.digest(&config.domain));
        self.missed.set(false);
        self.ports.relay.send(&ClientFrame::SignIn { signature });
        Ok(())
    }

    async fn disbelieve(&self, words: &str) {
        self.told(Event::RelayGarbled(words.to_owned())).await;
    }
}
