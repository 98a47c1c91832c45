//! Reading the chain, and telling the participant.

use super::{Claimable, Driver};
use crate::{ChainFault, Event, Refusal};
use thunder_ethereum::ChainError;

impl Driver {
    /// One reading of the chain. To be called on a timer, when the page comes back to the front, and after transactions.
    pub async fn read_chain(&self) {
        let _reading = self.reading.lock().await;
        let watched = self.participant.borrow().watched();
        match self.reader.read(&watched).await {
            Ok((update, cursor)) => {
                if self.told(Event::Chain(Box::new(update))).await {
                    self.reader.advance(&cursor);
                }
            }
            Err(error) => {
                self.told(Event::ChainUnreachable(error.to_string())).await;
            }
        }
        if self.missed.take() && self.relay_online.get() {
            self.told(Event::RelayUp).await;
        }
    }

    /// What `collect` would pay the holder, in every accepted token where it is anything.
    ///
    /// # Errors
    /// [`Refusal::Chain`] if the chain does not answer.
    pub async fn claimable(&self) -> Result<Vec<Claimable>, Refusal> {
        let config = self.participant.borrow().config().clone();
        let mut claimable = Vec::new();
        for token in config.tokens {
            let amount = self
                .reader
                .chain()
                .owed(token, config.account)
                .await
                .map_err(chain_refusal)?;
            if !amount.is_zero() {
                claimable.push(Claimable { token, amount });
            }
        }
        Ok(claimable)
    }
}

pub fn chain_refusal(error: ChainError) -> Refusal {
    Refusal::Chain(ChainFault::Failed(error))
}
