//! Light, dark or what the system says: kept in a cookie, so the server renders it without a flash.

mod server_functions;
mod switch;

pub(crate) use switch::ThemeSwitch;

/// What a person chose.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Theme {
    /// Follow the operating system.
    #[default]
    System,
    /// Dark ink on light paper.
    Light,
    /// Light ink on dark paper.
    Dark,
}

impl Theme {
    /// In the order the switch shows them.
    pub(crate) const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The word in the cookie and in the `data-theme` attribute.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme a word names; anything unknown follows the system.
    pub(crate) fn from_word(word: &str) -> Self {
        Self::ALL.into_iter().find(|theme| theme.as_str() == word).unwrap_or_default()
    }
}

/// The name of the cookie.
#[cfg(feature = "ssr")]
pub(crate) const COOKIE: &str = "theme";

/// The theme of the page being rendered: from the request's cookie on the server, from the document
/// in the browser, so both render the same switch.
pub(crate) fn current() -> Theme {
    #[cfg(feature = "ssr")]
    let found = crate::reply::cookie(COOKIE);
    #[cfg(not(feature = "ssr"))]
    let found = crate::browser::root_attribute("data-theme");
    found.map(|word| Theme::from_word(&word)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_theme_has_its_word() {
        for theme in Theme::ALL {
            assert_eq!(Theme::from_word(theme.as_str()), theme);
        }
        assert_eq!(Theme::from_word("purple"), Theme::System);
    }
}
