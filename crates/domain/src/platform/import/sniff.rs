//! What a file is, told from its first bytes: encoding, delimiter, or no table at all.

use shared_types::platform::{Delimiter, ImportEncoding};

/// How many bytes of a file are enough to tell.
pub const SAMPLE_BYTES: usize = 64 * 1024;

/// Why a file is no table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileFault {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// It is an archive or a workbook, whatever its name says.
    #[error("the file is a spreadsheet or an archive, not CSV; save it as CSV first")]
    Archive,
    /// It is something else that is not text.
    #[error("the file is not text")]
    Binary,
}

/// An encoding, and how many bytes at the beginning only mark it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoded {
    /// The encoding.
    pub encoding: ImportEncoding,
    /// Bytes of the byte order mark, to be left out.
    pub mark: usize,
}

/// Tells the encoding of a file from its beginning (at most [`SAMPLE_BYTES`] are looked at): a byte
/// order mark; valid UTF-8; the zeros of UTF-16; else Western European, which may be corrected by
/// hand.
///
/// # Errors
/// When the file is empty or no text.
pub fn encoding(bytes: &[u8]) -> Result<Encoded, FileFault> {
    let sample = bytes.get(..SAMPLE_BYTES).unwrap_or(bytes);
    if sample.is_empty() {
        return Err(FileFault::Empty);
    }
    let archives: [&[u8]; 7] = [
        b"PK\x03\x04",
        b"PK\x05\x06",
        b"\xD0\xCF\x11\xE0",
        b"\x1F\x8B",
        b"7z\xBC\xAF",
        b"Rar!",
        b"BZh",
    ];
    if archives.iter().any(|magic| sample.starts_with(magic)) {
        return Err(FileFault::Archive);
    }
    for (mark, encoding) in [
        (&b"\xEF\xBB\xBF"[..], ImportEncoding::Utf8),
        (b"\xFF\xFE", ImportEncoding::Utf16Le),
        (b"\xFE\xFF", ImportEncoding::Utf16Be),
    ] {
        if let Some(rest) = sample.strip_prefix(mark) {
            return if rest.is_empty() {
                Err(FileFault::Empty)
            } else {
                Ok(Encoded {
                    encoding,
                    mark: mark.len(),
                })
            };
        }
    }
    let plain = |encoding| Ok(Encoded { encoding, mark: 0 });
    let zeros = |odd: usize| {
        sample
            .iter()
            .enumerate()
            .filter(|(index, byte)| index % 2 == odd && **byte == 0)
            .count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    if even + odd > 0 {
        let half = sample.len() / 2;
        return match (even, odd) {
            // Text of any western script has a zero in most pairs of bytes, always on one side.
            (0, odd) if odd * 10 >= half * 6 => plain(ImportEncoding::Utf16Le),
            (even, 0) if even * 10 >= half * 6 => plain(ImportEncoding::Utf16Be),
            _ => Err(FileFault::Binary),
        };
    }
    let controls = sample
        .iter()
        .filter(|byte| matches!(byte, 0x01..=0x08 | 0x0E..=0x1A | 0x1C..=0x1F))
        .count();
    if controls * 100 > sample.len() {
        return Err(FileFault::Binary);
    }
    match std::str::from_utf8(sample) {
        Ok(_) => plain(ImportEncoding::Utf8),
        // A character that the end of the sample cuts is no error.
        Err(error) if error.error_len().is_none() && sample.len() < bytes.len() => {
            plain(ImportEncoding::Utf8)
        }
        Err(_) => plain(ImportEncoding::Windows1252),
    }
}

/// Tells the delimiter from the beginning of a table: the one that gives the first rows the same
/// number of cells, more than one; quotes are minded. A comma where nothing tells.
#[must_use]
pub fn delimiter(text: &str) -> Delimiter {
    if let Some(named) = text
        .lines()
        .next()
        .and_then(|line| line.strip_prefix("sep="))
        .and_then(|rest| {
            Delimiter::ALL
                .iter()
                .find(|known| rest.starts_with(known.character()))
        })
    {
        return *named;
    }
    let mut best = (0, 0, Delimiter::Comma);
    for &candidate in Delimiter::ALL {
        let counts = cells_per_row(text, candidate.character());
        let Some(&first) = counts.first() else {
            continue;
        };
        if first < 2 {
            continue;
        }
        let same = counts.iter().filter(|count| **count == first).count();
        let agreement = same * 100 / counts.len();
        if (agreement, first) > (best.0, best.1) {
            best = (agreement, first, candidate);
        }
    }
    best.2
}

/// How many cells the first rows have; the last one is left out where it may be cut off.
fn cells_per_row(text: &str, delimiter: char) -> Vec<usize> {
    let (mut counts, mut cells, mut quoted, mut blank) = (Vec::new(), 1, false, true);
    for letter in text.chars() {
        match letter {
            '"' => {
                quoted = !quoted;
                blank = false;
            }
            '\n' | '\r' if !quoted => {
                if !blank {
                    counts.push(cells);
                    if counts.len() == 50 {
                        return counts;
                    }
                }
                (cells, blank) = (1, true);
            }
            letter if letter == delimiter && !quoted => {
                cells += 1;
                blank = false;
            }
            _ => blank = false,
        }
    }
    if counts.is_empty() && !blank {
        counts.push(cells);
    }
    counts
}

/// Whether the first line only names the delimiter for a spreadsheet (`sep=;`) and is no header.
#[must_use]
pub fn is_separator_line(line: &str) -> bool {
    line.strip_prefix("sep=")
        .is_some_and(|rest| rest.trim_end().chars().count() <= 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(bytes: &[u8]) -> Result<(ImportEncoding, usize), FileFault> {
        encoding(bytes).map(|encoded| (encoded.encoding, encoded.mark))
    }

    #[test]
    fn encodings() {
        let utf16 = |text: &str, swap: bool| -> Vec<u8> {
            text.encode_utf16()
                .flat_map(|unit| {
                    if swap {
                        unit.to_be_bytes()
                    } else {
                        unit.to_le_bytes()
                    }
                })
                .collect()
        };
        assert_eq!(told(b"a,b\n1,2\n"), Ok((ImportEncoding::Utf8, 0)));
        assert_eq!(
            told("\u{FEFF}a,b".as_bytes()),
            Ok((ImportEncoding::Utf8, 3))
        );
        assert_eq!(told("Žižek,ć".as_bytes()), Ok((ImportEncoding::Utf8, 0)));
        assert_eq!(told(b"M\xFCnchen;x"), Ok((ImportEncoding::Windows1252, 0)));
        assert_eq!(
            told(&utf16("name,é\nb,c", false)),
            Ok((ImportEncoding::Utf16Le, 0))
        );
        assert_eq!(
            told(&utf16("name,é\nb,c", true)),
            Ok((ImportEncoding::Utf16Be, 0))
        );
        assert_eq!(
            told(&utf16("\u{FEFF}name", false)),
            Ok((ImportEncoding::Utf16Le, 2))
        );
        let mut long = "x".repeat(SAMPLE_BYTES - 1);
        long.push('é');
        assert_eq!(told(long.as_bytes()), Ok((ImportEncoding::Utf8, 0)));
        assert_eq!(told(b"caf\xC3"), Ok((ImportEncoding::Windows1252, 0)));
    }

    #[test]
    fn what_is_no_table() {
        assert_eq!(told(b""), Err(FileFault::Empty));
        assert_eq!(told(b"\xEF\xBB\xBF"), Err(FileFault::Empty));
        assert_eq!(told(b"PK\x03\x04\x14\x00"), Err(FileFault::Archive));
        assert_eq!(told(b"\x1F\x8B\x08"), Err(FileFault::Archive));
        assert_eq!(told(b"a,b\x00c,\x00\x00d"), Err(FileFault::Binary));
        assert_eq!(told(b"\x01\x02\x03\x04abc"), Err(FileFault::Binary));
    }

    #[test]
    fn delimiters() {
        for (text, told) in [
            ("a,b,c\n1,2,3\n", Delimiter::Comma),
            ("a;b;c\n1,5;2,5;3,5\n", Delimiter::Semicolon),
            ("a\tb\n1,2,3\t4\n", Delimiter::Tab),
            ("a|b\n1|2", Delimiter::Pipe),
            ("name\nAda\n", Delimiter::Comma),
            ("", Delimiter::Comma),
            ("a,b\n\"x;y;z\n;;\",1\n2,3\n", Delimiter::Comma),
            ("a, or b;c\n1;2\n3;4\n", Delimiter::Semicolon),
            ("sep=;\na,b,c\n", Delimiter::Semicolon),
            ("a,b\r\n1,2\r\n", Delimiter::Comma),
        ] {
            assert_eq!(delimiter(text), told, "{text:?}");
        }
        assert!(is_separator_line("sep=;") && !is_separator_line("separator"));
    }

    proptest! {
        #[test]
        fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = encoding(&bytes);
            let _ = delimiter(&String::from_utf8_lossy(&bytes));
        }
    }
}
