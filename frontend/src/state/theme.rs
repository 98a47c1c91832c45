//! Light, dark, what the system says, or for a projector.

/// A colour theme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
    /// For a projector in a bright room, and for whoever wants all the contrast there is: black on white, large type, thick lines.
    Projector,
}

impl Theme {
    /// In the order of the button.
    pub const ALL: [Self; 4] = [Self::System, Self::Light, Self::Dark, Self::Projector];

    /// For the stylesheet and the browser's memory.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
            Self::Projector => "projector",
        }
    }

    /// Reads what was remembered; anything else is the system's.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        let known = Self::ALL.into_iter().find(|theme| theme.word() == word);
        known.unwrap_or_default()
    }

    /// The one after it.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::System => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::Projector,
            Self::Projector => Self::System,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_button_goes_round_and_every_theme_is_remembered() {
        let mut theme = Theme::default();
        for expected in Theme::ALL {
            assert_eq!(theme, expected);
            assert_eq!(Theme::parse(theme.word()), theme);
            theme = theme.next();
        }
        assert_eq!(theme, Theme::System);
        assert_eq!(Theme::parse("sepia"), Theme::System);
    }
}
