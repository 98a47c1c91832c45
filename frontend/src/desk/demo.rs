//! Playing a part in a demo: the window sits down by itself, and does what the presenter's page cues.

use super::{Desk, Engine};
use crate::{
    adapters::dev_chain::DevChain,
    app::go,
    state::{
        activity::Tone,
        demo::{Cue, Part, cue::MAX_PAYMENTS},
        draft::OpenPlan,
        route::Route,
        wallet::Wallet,
    },
    words::{Said, say, sentence},
};
use std::rc::Rc;
use thunder_channel::{
    Amount, ChannelId, Invite, PaymentKeyRequest, Policy, Side, SigningKey, payment_key_from,
};
use thunder_client::{ChannelView, Command, PhaseView};
use thunder_ethereum::sign_typed;
use wasm_bindgen_futures::spawn_local;

impl Engine {
    /// Connects the part's own wallet. A guest is given money first, and Alice's invitation.
    pub(super) fn play(self: &Rc<Self>, part: Part) {
        let Some(wallet) = self.part_wallet(part) else {
            return self.give_up();
        };
        if part.side().is_some() {
            return self.choose(wallet);
        }
        let engine = self.clone();
        spawn_local(async move {
            if let Err(words) = engine.welcome(part, &wallet).await {
                engine.teller().emit((Tone::Bad, sentence(&words), None));
            }
            engine.choose(wallet);
        });
    }

    /// The wallet of a part: a key that everybody knows, or for a guest one that only this window does.
    pub(super) fn part_wallet(&self, part: Part) -> Option<Wallet> {
        let (key, note) = match part.side() {
            Some(_) => (part.key(), say::note_public_key()),
            None => (self.guest_key()?, say::note_window_key()),
        };
        let id = format!("development:{}", part.label());
        let name = format!("Demo {}", part.role.name());
        Some(self.key_wallet(key, &id, name, note))
    }

    fn guest_key(&self) -> Option<SigningKey> {
        if let Some(kept) = self.memory.imported() {
            return SigningKey::from_hex(&kept).ok();
        }
        let mut secret = [0; 32];
        getrandom::getrandom(&mut secret).ok()?;
        let key = SigningKey::from_bytes(&secret).ok()?;
        let text: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
        self.memory.keep_imported(&text);
        Some(key)
    }

    /// Money for a guest who has none, and the form that opens a channel with Alice.
    async fn welcome(&self, part: Part, guest: &Wallet) -> Result<(), String> {
        let accounts = thunder_ethereum::accounts(&*guest.provider).await;
        let account = accounts.map_err(|error| error.said())?.first().copied();
        let account = account.ok_or(say::guest_without_account())?;
        let balance = self.chain().balance(account).await;
        if balance.map_err(|error| error.said())?.is_zero() {
            DevChain::new(&self.config)?.fund(account).await?;
            let invite = self.invite_of(Part::of(Side::Alice, part.round)).await?;
            go(&Route::New(Some(invite.fragment())));
        }
        Ok(())
    }

    /// What a part hands out. Its payment key is derived as its own window derives it.
    async fn invite_of(&self, part: Part) -> Result<Invite, String> {
        let wallet = self.part_wallet(part).ok_or(say::part_without_wallet())?;
        let address = part.address();
        let request = PaymentKeyRequest { account: address };
        let signature = sign_typed(&*wallet.provider, address, &request, &self.config.domain).await;
        let signature = signature.map_err(|error| error.said())?;
        Ok(Invite {
            address,
            signer: payment_key_from(&signature).address(),
        })
    }

    /// Carries out a cue.
    ///
    /// # Errors
    /// Words for the presenter.
    pub async fn perform(&self, desk: &Desk, cue: Cue) -> Result<(), String> {
        if self.part.is_none() {
            return Err(say::takes_no_cues().to_owned());
        }
        match cue {
            Cue::Sleep => self.sleep(true),
            Cue::Wake => self.sleep(false),
            Cue::PayUpTo {
                channel,
                total,
                times,
            } => pay_up_to(desk, channel, total, times).await?,
            Cue::Open { with, amount } => open(desk, &with, amount).await?,
            Cue::Join { channel } => {
                if !known(desk, channel).await?.joined {
                    desk.join(channel).await?;
                }
            }
            Cue::Cheat { channel, paid } => {
                known(desk, channel).await?;
                desk.command(Command::CloseUnderstating { channel, paid }).await?;
            }
            Cue::Claim { channel } => {
                known(desk, channel).await?;
                desk.command(Command::Claim { channel }).await?;
            }
            Cue::Settle { channel } => {
                if !matches!(known(desk, channel).await?.phase, PhaseView::Settled { .. }) {
                    desk.command(Command::Settle { channel }).await?;
                }
            }
        }
        Ok(())
    }
}

/// The channel as the chain has it now, on its page: the audience sees what happens.
async fn known(desk: &Desk, channel: ChannelId) -> Result<ChannelView, String> {
    go(&Route::Channel(channel));
    desk.driver.read_chain().await;
    view(desk, channel)
}

fn view(desk: &Desk, channel: ChannelId) -> Result<ChannelView, String> {
    let mut views = desk.driver.views().into_iter();
    views
        .find(|view| view.id == channel)
        .ok_or_else(|| say::window_knows_no_channel().to_owned())
}

async fn open(desk: &Desk, with: &str, amount: Amount) -> Result<(), String> {
    let with = Invite::parse(with).map_err(|error| error.said())?;
    desk.driver.read_chain().await;
    let is_there =
        |view: &ChannelView| view.key.bob == with.address && !matches!(view.phase, PhaseView::Settled { .. });
    let id = match desk.driver.views().into_iter().find(is_there) {
        Some(view) => view.id,
        None => {
            let plan = OpenPlan {
                with,
                token: desk
                    .config
                    .tokens
                    .first()
                    .map_or_else(Default::default, |token| token.address),
                amount,
                period: desk.config.usual_period(),
                policy: Policy::Refute,
                by_wallet: false,
            };
            desk.open(plan).await?
        }
    };
    go(&Route::Channel(id));
    Ok(())
}

/// Pays what is missing, in equal parts; the last has what does not divide.
async fn pay_up_to(desk: &Desk, channel: ChannelId, total: Amount, times: u32) -> Result<(), String> {
    let missing = |view: &ChannelView| total.saturating_sub(view.totals[view.holder]);
    go(&Route::Channel(channel));
    let times = u128::from(times.clamp(1, MAX_PAYMENTS));
    let whole = missing(&view(desk, channel)?);
    let part = Amount::new(whole.units() / times).unwrap_or_default();
    for place in 1..=times {
        let left = missing(&view(desk, channel)?);
        let amount = if place == times { left } else { part.min(left) };
        if amount.is_zero() {
            continue;
        }
        desk.command(Command::Pay {
            channel,
            amount,
            memo: None,
            request: None,
        })
        .await?;
    }
    Ok(())
}
