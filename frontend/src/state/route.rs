//! Which page the part of the address behind `#` names.

use thunder_channel::{ChannelId, Invite, Joining};

/// A page of the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// The list of channels.
    Channels,
    /// The form that opens a channel; the text is what an incoming link says about the counterparty.
    New(Option<String>),
    /// Fetching what is behind a paywall.
    Fetch,
    /// Downloads that are paid by the byte.
    Sessions,
    /// One channel.
    Channel(ChannelId),
    /// One channel, by a link that asks to be paid in it; the text is what it asks for, which [`super::pay_link`] reads.
    Pay(ChannelId, String),
    /// A channel link or code: the channel's page if it is known, else the list with the text filled in.
    Join(String),
    /// Every state of every page, on a development chain: the list of them, or one.
    Gallery(Option<String>),
    /// Nothing the app knows.
    Unknown,
}

impl Route {
    /// Reads `location.hash`, with or without `#`.
    #[must_use]
    pub fn parse(hash: &str) -> Self {
        let hash = hash.strip_prefix('#').unwrap_or(hash);
        match hash {
            "" | "/" => return Self::Channels,
            "/new" => return Self::New(None),
            "/fetch" => return Self::Fetch,
            "/sessions" => return Self::Sessions,
            "/gallery" => return Self::Gallery(None),
            _ => (),
        }
        if let Some(rest) = hash.strip_prefix("/channel/") {
            let (id, asked) = match rest.split_once("/pay") {
                Some((id, asked)) => (id, Some(asked)),
                None => (rest, None),
            };
            return match (Joining::parse(id), asked) {
                (Ok(Joining::Channel(id)), None) => Self::Channel(id),
                (Ok(Joining::Channel(id)), Some(asked)) => Self::Pay(id, asked.to_owned()),
                _ => Self::Unknown,
            };
        }
        if let Some(exhibit) = hash.strip_prefix("/gallery/") {
            return Self::Gallery(Some(exhibit.to_owned()));
        }
        if hash.starts_with("with=") {
            return Self::New(Some(hash.to_owned()));
        }
        if let Some(text) = hash.strip_prefix("join=") {
            return match Joining::parse(text) {
                Ok(Joining::Channel(id)) => Self::Channel(id),
                _ => Self::Join(text.to_owned()),
            };
        }
        Self::Unknown
    }

    /// Reads a whole link that asks to be paid, for whoever pastes it where a channel's is asked for.
    #[must_use]
    pub fn pasted(text: &str) -> Option<Self> {
        let (_, hash) = text.trim().split_once('#')?;
        Some(Self::parse(hash)).filter(|route| matches!(route, Self::Pay(..)))
    }

    /// Which channel it is about.
    #[must_use]
    pub const fn channel(&self) -> Option<ChannelId> {
        match self {
            Self::Channel(id) | Self::Pay(id, _) => Some(*id),
            _ => None,
        }
    }

    /// The link to it, with `#`.
    #[must_use]
    pub fn href(&self) -> String {
        match self {
            Self::Channels | Self::Unknown => "#/".to_owned(),
            Self::New(None) => "#/new".to_owned(),
            Self::New(Some(text)) => format!("#{text}"),
            Self::Fetch => "#/fetch".to_owned(),
            Self::Sessions => "#/sessions".to_owned(),
            Self::Channel(id) => format!("#/channel/{id}"),
            Self::Pay(id, asked) => format!("#/channel/{id}/pay{asked}"),
            Self::Join(text) => format!("#join={text}"),
            Self::Gallery(None) => "#/gallery".to_owned(),
            Self::Gallery(Some(exhibit)) => format!("#/gallery/{exhibit}"),
        }
    }
}

/// What the part of the address before `#` names. There are paths only for what is typed by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The app.
    App,
    /// `/demo`: the presenter's page.
    Stage,
    /// `/demo/3`: a guest of its third round.
    Guest(u32),
    /// Below `/demo`, and nothing.
    Nowhere,
}

impl Place {
    /// Reads `location.pathname`.
    #[must_use]
    pub fn parse(path: &str) -> Self {
        match path.trim_end_matches('/').strip_prefix("/demo") {
            Some("") => Self::Stage,
            Some(rest) => match rest.strip_prefix('/').map(str::parse) {
                Some(Ok(round)) => Self::Guest(round),
                Some(Err(_)) => Self::Nowhere,
                None => Self::App,
            },
            None => Self::App,
        }
    }
}

/// The link that others open a channel with: `origin` and the invite behind `#`.
#[must_use]
pub fn invite_link(origin: &str, invite: &Invite) -> String {
    format!("{origin}/#{}", invite.fragment())
}

/// The link that the counterparty joins a channel by.
#[must_use]
pub fn channel_link(origin: &str, id: ChannelId) -> String {
    format!("{origin}/#{}", id.fragment())
}

#[cfg(test)]
mod tests {
    use super::*;
    use thunder_channel::{Address, Bytes32};

    #[test]
    fn every_page_reads_its_own_link() {
        let id = ChannelId(Bytes32::repeat_byte(0xab));
        for route in [
            Route::Channels,
            Route::New(None),
            Route::Fetch,
            Route::Sessions,
            Route::New(Some("with=0x12".to_owned())),
            Route::Channel(id),
            Route::Pay(id, "?to=bob&amount=12.5&memo=%2Fpay%20%23".to_owned()),
            Route::Pay(id, String::new()),
            Route::Join("7K3D-9QXM".to_owned()),
            Route::Gallery(None),
            Route::Gallery(Some("settled".to_owned())),
        ] {
            assert_eq!(Route::parse(&route.href()), route);
        }
        assert_eq!(Route::parse(""), Route::Channels);
        assert_eq!(Route::parse("#/channel/7K3D-9QXM"), Route::Unknown);
        assert_eq!(Route::parse("#/channel/7K3D-9QXM/pay?to=bob"), Route::Unknown);
        assert_eq!(Route::parse("#/settings"), Route::Unknown);
        let asks = Route::Pay(id, "?to=bob&request=7".to_owned());
        let link = format!(" http://localhost:8080/?role=bob{} ", asks.href());
        assert_eq!(Route::pasted(&link), Some(asks));
        for text in ["", "7K3D-9QXM", &channel_link("http://localhost:8080", id)] {
            assert_eq!(Route::pasted(text), None, "{text}");
        }
    }

    #[test]
    fn only_the_demo_has_paths() {
        for (path, place) in [
            ("/", Place::App),
            ("", Place::App),
            ("/channels", Place::App),
            ("/demonstration", Place::App),
            ("/demo", Place::Stage),
            ("/demo/", Place::Stage),
            ("/demo/0", Place::Guest(0)),
            ("/demo/17/", Place::Guest(17)),
            ("/demo/-1", Place::Nowhere),
            ("/demo/x", Place::Nowhere),
            ("/demo/1/2", Place::Nowhere),
            ("/demo/99999999999", Place::Nowhere),
        ] {
            assert_eq!(Place::parse(path), place, "{path}");
        }
    }

    #[test]
    fn links_lead_back() {
        let id = ChannelId(Bytes32::repeat_byte(0xab));
        let link = channel_link("http://localhost:8080", id);
        let (_, hash) = link.split_once('#').unwrap();
        assert_eq!(Route::parse(hash), Route::Channel(id));

        let invite = Invite {
            address: Address::repeat_byte(1),
            signer: Address::repeat_byte(2),
        };
        let link = invite_link("http://localhost:8080", &invite);
        let (_, hash) = link.split_once('#').unwrap();
        let Route::New(Some(text)) = Route::parse(hash) else {
            panic!("{hash}");
        };
        assert_eq!(Invite::parse(&text), Ok(invite));
    }
}
