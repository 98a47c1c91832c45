//! The languages that the app speaks, and which of them a window does.

use super::Locale;

/// A language of the app.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English, which the sources, the documents and the tests are written in.
    #[default]
    English,
    /// German.
    German,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// The window's.
    #[must_use]
    pub fn current() -> Self {
        Locale::current().language
    }

    /// BCP 47, as in `<html lang>` and in the browser's memory.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// Its own name for itself.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
        }
    }

    /// How it runs, as in `<html dir>`.
    #[must_use]
    pub const fn direction(self) -> &'static str {
        match self {
            Self::English | Self::German => "ltr",
        }
    }

    /// The next one.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::English => Self::German,
            Self::German => Self::English,
        }
    }

    /// Reads a tag: `de`, `de-CH`. Nothing for a language that the app does not speak.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|language| language.tag().eq_ignore_ascii_case(primary))
    }
}

/// The language of a window, and the tag by which numbers and dates are written in it: what was chosen here before, else the first of
/// the browser's languages that the app speaks, else English. The region is the browser's, where it names one of that language.
#[must_use]
pub fn choose(chosen: Option<Language>, wanted: &[String]) -> (Language, String) {
    let spoken = |tag: &String| Language::parse(tag);
    let language = chosen
        .or_else(|| wanted.iter().find_map(spoken))
        .unwrap_or_default();
    let tag = wanted.iter().find(|tag| spoken(tag) == Some(language));
    (
        language,
        tag.map_or_else(|| language.tag().to_owned(), Clone::clone),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(chosen: Option<Language>, wanted: &[&str]) -> (Language, String) {
        let wanted: Vec<String> = wanted.iter().map(|tag| (*tag).to_owned()).collect();
        choose(chosen, &wanted)
    }

    #[test]
    fn the_first_language_that_is_spoken_is_taken() {
        let german = |tag: &str| (Language::German, tag.to_owned());
        let english = |tag: &str| (Language::English, tag.to_owned());
        assert_eq!(chosen(None, &["de-CH", "en-US"]), german("de-CH"));
        assert_eq!(chosen(None, &["fr-FR", "de", "en"]), german("de"));
        assert_eq!(chosen(None, &["en-GB", "de"]), english("en-GB"));
        assert_eq!(chosen(None, &["fr-FR"]), english("en"));
        assert_eq!(chosen(None, &[]), english("en"));
    }

    #[test]
    fn what_was_chosen_goes_before_the_browser() {
        let german = Some(Language::German);
        assert_eq!(chosen(german, &["en-US"]), (Language::German, "de".to_owned()));
        assert_eq!(
            chosen(german, &["en-US", "de-AT"]),
            (Language::German, "de-AT".to_owned())
        );
    }

    #[test]
    fn tags_are_read_back() {
        for language in Language::ALL {
            assert_eq!(Language::parse(language.tag()), Some(language));
            assert_eq!(language.next().next(), language);
        }
        assert_eq!(Language::parse("DE_at"), Some(Language::German));
        assert_eq!(Language::parse("den"), None);
    }
}
