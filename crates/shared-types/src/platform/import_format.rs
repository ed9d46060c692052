//! How the text of an imported file is written.

use crate::text_enum;

text_enum! {
    /// How the characters of a file are written.
    pub enum ImportEncoding {
        Utf8 = "utf8",
        Utf16Le = "utf16Le",
        Utf16Be = "utf16Be",
        /// Western European.
        Windows1252 = "windows1252",
        /// Central European.
        Windows1250 = "windows1250",
        /// Cyrillic.
        Windows1251 = "windows1251",
    }
}

text_enum! {
    /// What separates the cells of a row.
    pub enum Delimiter {
        Comma = "comma",
        Semicolon = "semicolon",
        Tab = "tab",
        Pipe = "pipe",
    }
}

impl Delimiter {
    /// The character.
    #[must_use]
    pub const fn character(self) -> char {
        match self {
            Self::Comma => ',',
            Self::Semicolon => ';',
            Self::Tab => '\t',
            Self::Pipe => '|',
        }
    }
}

text_enum! {
    /// How days are written. Years first and names of months are understood in every format.
    pub enum DateFormat {
        /// `2016-10-20`
        Iso = "iso",
        /// `10/20/2016`
        MonthDayYear = "monthDayYear",
        /// `20/10/2016`, `20.10.2016`
        DayMonthYear = "dayMonthYear",
    }
}
