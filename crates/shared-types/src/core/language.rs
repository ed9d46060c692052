//! The languages that people read.

use crate::text_enum;

text_enum! {
    /// A language of the client and of the mails to a person.
    pub enum Language {
        /// English.
        En = "en",
        /// French.
        Fr = "fr",
        /// Serbian, in Latin script.
        Sr = "sr",
    }
}

impl Language {
    /// The BCP 47 tag, with the script where the language has more than one.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Fr => "fr",
            Self::Sr => "sr-Latn",
        }
    }

    /// What the language calls itself.
    #[must_use]
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Fr => "Français",
            Self::Sr => "Srpski",
        }
    }
}
