//! Tables of text (CSV, RFC 4180) on their way out, so that a spreadsheet runs nothing it finds in
//! them, and the same taken back on the way in.

use std::borrow::Cow;

/// Makes a cell harmless: text that a spreadsheet would take for a formula (it begins with `=`,
/// `+`, `-`, `@`, a tab or a return, also after spaces or in full-width form) gets an apostrophe in
/// front. Numbers stay numbers: `-5`, `+1,234.50`.
#[must_use]
pub fn neutralize(cell: &str) -> Cow<'_, str> {
    if is_formula(cell) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// Takes the apostrophe of [`neutralize`] off again, and no other.
#[must_use]
pub fn without_apostrophe(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if is_formula(rest) => rest,
        _ => cell,
    }
}

fn is_formula(cell: &str) -> bool {
    let risky =
        |text: &str| text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    (risky(cell) || risky(cell.trim_start())) && !is_number(cell)
}

/// Sign, digits with signs of grouping, at most one part after: nothing else a formula could hold.
fn is_number(cell: &str) -> bool {
    let digits = cell.strip_prefix(['+', '-']).unwrap_or(cell);
    digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.ends_with(|c: char| c.is_ascii_digit())
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','))
}

/// Appends a row to a table: cells made harmless, quoted where they hold the delimiter, quotes or
/// line breaks (or begin or end with a space), ended by CR LF.
pub fn write_row<'a>(
    table: &mut String,
    delimiter: char,
    cells: impl IntoIterator<Item = &'a str>,
) {
    for (index, cell) in cells.into_iter().enumerate() {
        if index > 0 {
            table.push(delimiter);
        }
        let cell = neutralize(cell);
        let quoted = cell.contains([delimiter, '"', '\n', '\r'])
            || cell.starts_with(' ')
            || cell.ends_with(' ');
        if quoted {
            table.push('"');
            table.push_str(&cell.replace('"', "\"\""));
            table.push('"');
        } else {
            table.push_str(&cell);
        }
    }
    table.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn formulas_become_text_and_numbers_stay() {
        for formula in [
            "=1+1",
            "+cmd|' /C calc'!A0",
            "-1+2",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "  =1",
            "＝1",
            "-",
            "+49 30 901820",
            "--5",
            "-5e3",
        ] {
            assert_eq!(neutralize(formula), format!("'{formula}"), "{formula:?}");
            assert_eq!(without_apostrophe(&neutralize(formula)), formula);
        }
        for text in [
            "-5",
            "+5",
            "-1,234.50",
            "5",
            "a=b",
            "",
            "'s-Hertogenbosch",
            "2016-10-20",
        ] {
            assert_eq!(neutralize(text), text);
            assert_eq!(without_apostrophe(text), text);
        }
    }

    #[test]
    fn rows_are_quoted_where_they_must() {
        let mut table = String::new();
        write_row(
            &mut table,
            ',',
            ["a", "b,c", "d\"e", "f\ng", " h", "=i,j", ""],
        );
        assert_eq!(table, "a,\"b,c\",\"d\"\"e\",\"f\ng\",\" h\",\"'=i,j\",\r\n");
    }

    proptest! {
        #[test]
        fn what_goes_out_comes_back(cell in any::<String>()) {
            // But for text that looks as if it had been made harmless before.
            prop_assume!(!cell.starts_with('\''));
            let out = neutralize(&cell);
            prop_assert_eq!(without_apostrophe(&out), cell.as_str());
            prop_assert!(!is_formula(&out));
        }
    }
}
