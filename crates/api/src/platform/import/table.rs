//! Rows of a table of text that comes in pieces.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use domain::platform::import::{rows::is_blank, sniff::is_separator_line};
use encoding_rs::{
    Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252,
};
use shared_types::platform::{Delimiter, ImportEncoding};

/// The largest row, in bytes of UTF-8: beyond it a quotation mark is not closed.
const ROW_LIMIT: usize = 1024 * 1024;
/// The most columns.
pub(super) const COLUMN_LIMIT: usize = 500;

/// A row as it stands in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TableRow {
    /// The line on which it begins, from 1.
    pub(super) line: u64,
    /// Its cells.
    pub(super) cells: Vec<String>,
}

/// Why the rest of a file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum TableFault {
    /// A row without end.
    #[error(
        "the row that begins on line {0} is longer than 1 MiB; is a quotation mark not closed?"
    )]
    RowTooLong(u64),
    /// A row with too many cells.
    #[error("the row that begins on line {0} has more than {COLUMN_LIMIT} cells")]
    TooManyCells(u64),
}

fn encoding(of: ImportEncoding) -> &'static Encoding {
    match of {
        ImportEncoding::Utf8 => UTF_8,
        ImportEncoding::Utf16Le => UTF_16LE,
        ImportEncoding::Utf16Be => UTF_16BE,
        ImportEncoding::Windows1252 => WINDOWS_1252,
        ImportEncoding::Windows1250 => WINDOWS_1250,
        ImportEncoding::Windows1251 => WINDOWS_1251,
    }
}

/// Bytes as text; what cannot be read becomes U+FFFD.
pub(super) fn decode(bytes: &[u8], of: ImportEncoding) -> String {
    let mut decoder = encoding(of).new_decoder_with_bom_removal();
    let mut text = String::new();
    decode_into(&mut decoder, bytes, false, &mut text);
    text
}

fn decode_into(decoder: &mut Decoder, bytes: &[u8], last: bool, text: &mut String) {
    let most = decoder
        .max_utf8_buffer_length(bytes.len())
        .unwrap_or(bytes.len() * 3);
    text.reserve(most);
    let _ = decoder.decode_to_string(bytes, text, last);
}

/// Reads a table piece by piece, in memory bounded by a piece and a row.
pub(super) struct TableReader {
    decoder: Decoder,
    delimiter: char,
    reader: Reader,
    text: String,
    output: Vec<u8>,
    ends: Vec<usize>,
    written: usize,
    ended: usize,
    first: bool,
}

impl TableReader {
    pub(super) fn new(of: ImportEncoding, delimiter: Delimiter) -> Self {
        let delimiter = delimiter.character();
        Self {
            decoder: encoding(of).new_decoder_with_bom_removal(),
            delimiter,
            // The delimiters are all ASCII.
            reader: ReaderBuilder::new()
                .delimiter(u8::try_from(delimiter).unwrap_or(b','))
                .build(),
            text: String::new(),
            output: vec![0; 16 * 1024],
            ends: vec![0; COLUMN_LIMIT + 1],
            written: 0,
            ended: 0,
            first: true,
        }
    }

    /// Takes the next piece, answers the rows that end in it. `last` ends the last row.
    ///
    /// # Errors
    /// When the rest cannot be read; the rows before are in `rows`.
    pub(super) fn feed(
        &mut self,
        piece: &[u8],
        last: bool,
        rows: &mut Vec<TableRow>,
    ) -> Result<(), TableFault> {
        self.text.clear();
        decode_into(&mut self.decoder, piece, last, &mut self.text);
        let text = std::mem::take(&mut self.text);
        let input = text.as_bytes();
        let mut at = 0;
        // An empty input means the end to the reader.
        while at < input.len() || last {
            let (result, read, written, ended) = self.reader.read_record(
                &input[at..],
                &mut self.output[self.written..],
                &mut self.ends[self.ended..],
            );
            at += read;
            self.written += written;
            self.ended += ended;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => {
                    if self.output.len() >= ROW_LIMIT {
                        return Err(TableFault::RowTooLong(self.line(input, at)));
                    }
                    self.output.resize(self.output.len() * 2, 0);
                }
                ReadRecordResult::OutputEndsFull => {
                    return Err(TableFault::TooManyCells(self.line(input, at)));
                }
                ReadRecordResult::Record => {
                    let line = self.line(input, at);
                    rows.extend(self.take(line));
                }
                ReadRecordResult::End => break,
            }
        }
        self.text = text;
        Ok(())
    }

    /// The line on which the row in hand began: the one that was read last, less those within.
    fn line(&self, input: &[u8], at: usize) -> u64 {
        let within = self.output[..self.written]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count() as u64;
        let behind = at > 0 && input.get(at - 1) == Some(&b'\n');
        self.reader
            .line()
            .saturating_sub(within + u64::from(behind))
            .max(1)
    }

    fn take(&mut self, line: u64) -> Option<TableRow> {
        let text = String::from_utf8_lossy(&self.output[..self.written]);
        let mut begin = 0;
        let cells: Vec<String> = self.ends[..self.ended]
            .iter()
            .map(|&end| {
                let cell = text.get(begin..end).unwrap_or_default().to_owned();
                begin = end;
                cell
            })
            .collect();
        (self.written, self.ended) = (0, 0);
        let first = std::mem::replace(&mut self.first, false);
        if is_blank(&cells) || first && is_separator_line(&cells.join(&self.delimiter.to_string()))
        {
            // The header is the first row that says something.
            self.first = first;
            return None;
        }
        Some(TableRow { line, cells })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8], of: ImportEncoding, size: usize) -> Vec<(u64, Vec<String>)> {
        let mut reader = TableReader::new(of, Delimiter::Comma);
        let mut rows = Vec::new();
        for piece in text.chunks(size) {
            reader.feed(piece, false, &mut rows).unwrap();
        }
        reader.feed(&[], true, &mut rows).unwrap();
        rows.into_iter().map(|row| (row.line, row.cells)).collect()
    }

    fn cells(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|cell| (*cell).to_owned()).collect()
    }

    #[test]
    fn rows_come_whole_however_the_file_is_cut() {
        let text = "a,b\r\n1,\"x\r\ny\"\r\n\r\n2,\"say \"\"hi\"\"\"\n é,last";
        let expected = vec![
            (1, cells(&["a", "b"])),
            (2, cells(&["1", "x\r\ny"])),
            (5, cells(&["2", "say \"hi\""])),
            (6, cells(&[" é", "last"])),
        ];
        for size in 1..text.len() {
            assert_eq!(
                read(text.as_bytes(), ImportEncoding::Utf8, size),
                expected,
                "pieces of {size}"
            );
        }
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for size in [1, 2, 3, 7, 1000] {
            assert_eq!(read(&wide, ImportEncoding::Utf16Le, size), expected);
        }
    }

    #[test]
    fn marks_and_the_line_that_names_the_delimiter_are_left_out() {
        let text = b"\xEF\xBB\xBFsep=,\na,b\n1,2";
        let rows = read(text, ImportEncoding::Utf8, 4);
        assert_eq!(rows, [(2, cells(&["a", "b"])), (3, cells(&["1", "2"]))]);
        let western = read(b"M\xFCnchen,x\n", ImportEncoding::Windows1252, 3);
        assert_eq!(western, [(1, cells(&["München", "x"]))]);
        let broken = read(b"M\xFCnchen,x\n", ImportEncoding::Utf8, 3);
        assert_eq!(broken, [(1, cells(&["M\u{FFFD}nchen", "x"]))]);
    }

    #[test]
    fn a_quotation_mark_that_is_not_closed_ends_in_a_fault() {
        let mut text = b"a,b\n1,2\n3,\"open".to_vec();
        text.extend(std::iter::repeat_n(b'x', 2 * ROW_LIMIT));
        let mut reader = TableReader::new(ImportEncoding::Utf8, Delimiter::Comma);
        let mut rows = Vec::new();
        let fault = text
            .chunks(64 * 1024)
            .find_map(|piece| reader.feed(piece, false, &mut rows).err());
        assert_eq!(fault, Some(TableFault::RowTooLong(3)));
        assert_eq!(rows.len(), 2);
        let mut reader = TableReader::new(ImportEncoding::Utf8, Delimiter::Comma);
        let fault = reader.feed(&[b','; 600], false, &mut rows);
        assert_eq!(fault, Err(TableFault::TooManyCells(1)));
    }
}
