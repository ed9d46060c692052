use proptest::prelude::*;

use super::*;

const NAMES: [&str; 4] = [
    "ada.lovelace@engines.example",
    "Ada",
    "Lovelace",
    "Analytical Engines Ltd.",
];

fn check(password: &str) -> Result<(), PasswordFault> {
    check_password(password, false, &NAMES)
}

#[test]
fn length_is_counted_in_characters() {
    assert_eq!(
        check("kurzgeraten"),
        Err(PasswordFault::TooShort { min: 12 })
    );
    assert!(check_password("gr7kvt2p", true, &[]).is_ok());
    assert!(check_password("gr7kvt2", true, &[]).is_err());
    assert_eq!(
        check("žćđšžćđšžć"),
        Err(PasswordFault::TooShort { min: 12 })
    );
    assert!(check("хлеб сыр вино").is_ok());
    let long: String = ('\u{4E00}'..).take(128).collect();
    assert!(check(&long).is_ok());
    assert_eq!(check(&(long + "x")), Err(PasswordFault::TooLong));
    assert_eq!(check(&"k7".repeat(600)), Err(PasswordFault::TooLong));
    assert_eq!(guess_bits(&"k7".repeat(600), &[]), 0);
}

#[test]
fn common_ones_are_refused_however_they_are_stretched() {
    for password in [
        "password1234",
        "Password123!",
        "P@ssw0rd2024",
        "passwordpassword",
        "iloveyou1234",
        "Summer2024!!!",
        "qwerty123456",
        "administrator",
        "Administrator1!",
        "letmein12345",
        "monkeydragon1",
        "drowssap1234",
        "michael19851985",
        "correcthorsebatterystaple",
        "correct horse battery staple",
        "welcome_2023",
        "liverpoolfc1",
        "trustno1trustno1",
        "ChangeMe!2025",
        "superman-batman",
    ] {
        assert_eq!(check(password), Err(PasswordFault::Common), "{password}");
    }
}

#[test]
fn patterns_are_refused() {
    for password in [
        "aaaaaaaaaaaa",
        "121212121212",
        "cdecdecdecde",
        "123456789012",
        "987654321098",
        "abcdefghijkl",
        "qwertyuiopas",
        "1qaz2wsx3edc",
        "1q2w3e4r5t6y",
        "zaq12wsxzaq12wsx",
        "!@#$%^&*()_+",
        "            ",
        "x!x!x!x!x!x!",
        "йцукенгшщзхъ",
    ] {
        assert_eq!(check(password), Err(PasswordFault::Pattern), "{password}");
    }
}

#[test]
fn names_are_refused() {
    for password in [
        "adalovelace1",
        "AnalyticalEngines",
        "analytical-engines-2024",
        "ada.lovelace@engines.example",
        "4d4l0v3l4c3!",
        "touchlinecrm",
        "Touchline2026!",
    ] {
        assert_eq!(check(password), Err(PasswordFault::Personal), "{password}");
    }
}

#[test]
fn uncommon_ones_are_fine_without_rules_of_composition() {
    for password in [
        "plenty of quiet otters",
        "vgqkxzmwtplr",
        "zebra-trombone-gravel",
        "839204715528",
        "lovelace likes toast and jam",
        "Wolkenkuckucksheimat",
        "T7#qLp!2vXz9",
        "😀🥨🚲🌧🎺🧦🪁🐌🫖🍉🎲🧭",
    ] {
        assert_eq!(
            check(password),
            Ok(()),
            "{password}: {}",
            guess_bits(password, &NAMES)
        );
    }
}

#[test]
fn the_list_is_folded_and_large() {
    let words = common();
    assert!(words.len() >= 2_000, "{}", words.len());
    for word in words {
        assert_eq!(&fold(word), word);
        let length = word.chars().count();
        assert!((3..=LONGEST).contains(&length), "{word}");
    }
}

proptest! {
    #[test]
    fn any_password_is_answered(password in any::<String>(), name in any::<String>()) {
        let _ = check_password(&password, true, &[&name]);
    }

    #[test]
    fn a_name_never_makes_a_password_better(password in "[a-z0-9 ]{12,40}", name in "[a-z]{3,8}") {
        prop_assert!(guess_bits(&password, &[&name]) <= guess_bits(&password, &[]));
    }
}
