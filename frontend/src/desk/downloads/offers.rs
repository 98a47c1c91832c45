//! What a provider offers, and the session that begins under it.

use super::{Downloads, MAX_SESSIONS, Run};
use crate::{
    adapters::{
        clock::now_ms,
        provider_socket::{Frame, ProviderSocket},
    },
    words::{Said, say},
};
use futures::future::{Either, select};
use gloo::timers::future::TimeoutFuture;
use std::rc::Rc;
use thunder_channel::{
    Amount,
    metering::download::{Offer, Said as Told, VERSION},
};
use thunder_client::downloads::{Download, judge, propose};

/// How long a provider may take to answer a proposal, in milliseconds.
const ANSWER_MS: u32 = 20_000;

impl Downloads {
    /// Asks a provider what it has, and what that costs. Signs nothing.
    ///
    /// # Errors
    /// Words for the person.
    pub async fn look(&self, origin: &str) -> Result<Offer, String> {
        let silent = || say::provider_silent().to_owned();
        let mut socket = ProviderSocket::open(origin).ok_or_else(silent)?;
        loop {
            let Some(Frame::Text(text)) = socket.next().await else {
                return Err(silent());
            };
            match Told::parse(&text).map_err(|_| say::provider_foreign().to_owned())? {
                Told::Challenge { version, .. } if version != VERSION => {
                    return Err(say::provider_foreign().to_owned());
                }
                Told::Offer(offer) => {
                    judge(&offer, &self.accepts).map_err(|fault| fault.said())?;
                    return Ok(*offer);
                }
                Told::Refused { words } => return Err(say::provider_refuses(&words)),
                _ => (),
            }
        }
    }

    /// Agrees on a session, and deposits.
    ///
    /// # Errors
    /// Words for the person. Where the provider has agreed already, the session is there and waits for its deposit.
    pub async fn begin(
        self: &Rc<Self>,
        origin: &str,
        offer: &Offer,
        most: Option<Amount>,
        deposit: Amount,
    ) -> Result<(), String> {
        if self.is_listed(offer.provider) {
            return Err(say::provider_is_listed().to_owned());
        }
        let mut salt = [0; 8];
        getrandom::getrandom(&mut salt).map_err(|_| say::no_random().to_owned())?;
        let salt = u64::from_be_bytes(salt);
        let key = propose(offer, &self.accepts, most, deposit, salt).map_err(|fault| fault.said())?;
        self.make_room().await?;
        let download = Download::propose(
            key,
            deposit,
            origin.to_owned(),
            now_ms(),
            self.accepts.clone(),
            self.signer.clone(),
        );
        let run = Run::new(download, None);
        // Until the wallet has answered: nobody else deposits what is about to be deposited here.
        run.busy.set(true);
        self.runs.borrow_mut().insert(0, run.clone());
        self.connect(&run);
        let agreed = self.agreed(&run).await;
        run.busy.set(false);
        if agreed.is_err() {
            if run.stored.borrow().is_none() {
                let id = run.id();
                self.runs.borrow_mut().retain(|other| other.id() != id);
            }
            self.draw();
        }
        agreed?;
        self.deposit(run.id()).await
    }

    /// Waits until the provider has agreed, and that is stored.
    async fn agreed(&self, run: &Run) -> Result<(), String> {
        let agreed = async {
            while run.stored.borrow().is_none() {
                if let Some(words) = run.trouble.borrow().clone() {
                    return Err(words);
                }
                if run.silent.get() {
                    return Err(say::provider_silent().to_owned());
                }
                run.moved().await;
            }
            Ok(())
        };
        let too_late = TimeoutFuture::new(ANSWER_MS);
        match select(Box::pin(agreed), too_late).await {
            Either::Left((agreed, _)) => agreed,
            Either::Right(_) => Err(say::provider_silent().to_owned()),
        }
    }

    async fn make_room(&self) -> Result<(), String> {
        if self.all().len() < MAX_SESSIONS {
            return Ok(());
        }
        let over = self
            .all()
            .into_iter()
            .rev()
            .find(|run| run.download.borrow().record().is_over());
        let over = over.ok_or_else(|| say::too_many_sessions().to_owned())?;
        self.forget(over.id()).await
    }
}
