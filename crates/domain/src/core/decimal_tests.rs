use proptest::prelude::*;

use super::*;

const POINT: Option<NumberFormat> = Some(NumberFormat::Point);
const COMMA: Option<NumberFormat> = Some(NumberFormat::Comma);

fn eur(text: &str) -> Result<i64, NumberFault> {
    parse_amount(text, Currency::Eur, None, 1)
}

#[test]
fn amounts_as_people_write_them() {
    for (text, cents) in [
        ("550", 55_000),
        ("1100.04", 110_004),
        ("1,234.50", 123_450),
        ("1.234,50", 123_450),
        ("1 234,50", 123_450),
        ("1\u{202F}234,50 €", 123_450),
        ("1'234.50", 123_450),
        ("12,34,567.00", 123_456_700),
        ("1,234,567", 123_456_700),
        ("1,234", 123_400),
        ("1.234", 123_400),
        ("0.5", 50),
        (",5", 50),
        ("5.", 500),
        ("4269.9", 426_990),
        ("1.5000", 150),
        ("-7", -700),
        ("(7.00)", -700),
        ("7-", -700),
        ("−7", -700),
        ("+7", 700),
        ("€ 7", 700),
        ("-€7", -700),
        ("eur 7", 700),
        ("0", 0),
    ] {
        assert_eq!(eur(text), Ok(cents), "{text}");
    }
}

#[test]
fn what_is_no_amount_says_why() {
    use NumberFault::{Grouping, NotANumber, OtherCurrency, TooLarge, TooPrecise};
    for (text, fault) in [
        ("", NotANumber),
        ("-", NotANumber),
        (".", NotANumber),
        ("1100.04 millions", NotANumber),
        ("7€7", NotANumber),
        ("1e5", NotANumber),
        ("0x10", NotANumber),
        ("NaN", NotANumber),
        ("١٢", NotANumber),
        ("--7", NotANumber),
        ("1.2.3,4,5", Grouping),
        ("12,34.5", Grouping),
        ("1,23,4", Grouping),
        ("0.005", TooPrecise),
        ("$7", OtherCurrency),
        ("7 USD", OtherCurrency),
        ("90071992547409.92", TooLarge),
        (&"9".repeat(99), TooLarge),
    ] {
        assert_eq!(eur(text), Err(fault), "{text}");
    }
}

#[test]
fn the_format_decides_where_it_is_known() {
    let with = |text, format| parse_amount(text, Currency::Eur, format, 1);
    assert_eq!(with("1.234", COMMA), Ok(123_400));
    assert_eq!(with("1,234", POINT), Ok(123_400));
    assert_eq!(with("1,5", COMMA), Ok(150));
    assert_eq!(with("1,5", POINT), Err(NumberFault::Grouping));
    assert_eq!(with("1.234", POINT), Err(NumberFault::TooPrecise));
}

#[test]
fn exponents_and_multipliers() {
    let parse = |text, currency| parse_amount(text, currency, None, 1);
    assert_eq!(parse("1,234", Currency::Jpy), Ok(1_234));
    assert_eq!(parse("12.5", Currency::Jpy), Err(NumberFault::TooPrecise));
    assert_eq!(parse("1.5", Currency::Kwd), Ok(1_500));
    assert_eq!(parse("1.234", Currency::Kwd), Err(NumberFault::Ambiguous));
    let millions = |text| parse_amount(text, Currency::Usd, POINT, 1_000_000);
    assert_eq!(millions("1100.04"), Ok(110_004_000_000));
    assert_eq!(millions("4.54"), Ok(454_000_000));
    assert_eq!(millions("0.123456789"), Err(NumberFault::TooPrecise));
}

#[test]
fn a_field_names_what_is_wrong() {
    let error = amount_from_input("amount", "1.005", Currency::Eur, POINT).unwrap_err();
    assert_eq!(error.to_string(), "amount: has more than 2 decimals");
    let error = amount_from_input("amount", "$5", Currency::Eur, None).unwrap_err();
    assert_eq!(error.to_string(), "amount: must be in EUR");
}

#[test]
fn only_clear_samples_tell_the_format() {
    for (text, format) in [
        ("12", None),
        ("1,234", None),
        ("1.5", POINT),
        ("1,5", COMMA),
        ("1.234,00", COMMA),
        ("1,234,567", POINT),
        ("1.234.567", COMMA),
        ("0.125", POINT),
        ("abc", None),
        ("a.b", None),
    ] {
        assert_eq!(number_format(text), format, "{text}");
    }
}

#[test]
fn money_for_people() {
    let point = |amount, currency| show(Money::new(amount, currency), NumberFormat::Point);
    assert_eq!(point(123_450, Currency::Eur), "€1,234.50");
    assert_eq!(point(-5, Currency::Usd), "-$0.05");
    assert_eq!(point(500, Currency::Chf), "CHF\u{A0}5.00");
    assert_eq!(point(1_234_567, Currency::Jpy), "¥1,234,567");
    assert_eq!(point(1_234_567, Currency::Kwd), "KWD\u{A0}1,234.567");
    assert_eq!(
        show(Money::new(-123_450, Currency::Eur), NumberFormat::Comma),
        "-1.234,50\u{A0}€"
    );
    assert_eq!(
        plain(Money::new(i64::MIN, Currency::Jpy)),
        i64::MIN.to_string()
    );
}

proptest! {
    #[test]
    fn what_is_shown_is_read_back(
        amount in -MAX_SAFE_INTEGER..=MAX_SAFE_INTEGER,
        currency in prop::sample::select(Currency::ALL),
    ) {
        let money = Money::new(amount, currency);
        for format in [NumberFormat::Point, NumberFormat::Comma] {
            prop_assert_eq!(parse_amount(&show(money, format), currency, Some(format), 1), Ok(amount));
        }
        prop_assert_eq!(parse_amount(&plain(money), currency, POINT, 1), Ok(amount));
    }

    #[test]
    fn any_text_is_answered(text in any::<String>()) {
        let _ = eur(&text);
        let _ = number_format(&text);
    }

    #[test]
    fn any_digits_and_signs_are_answered(text in "[-+(), .'0-9€]{0,20}") {
        let _ = eur(&text);
        let _ = Decimal::parse(&text, COMMA);
    }
}
