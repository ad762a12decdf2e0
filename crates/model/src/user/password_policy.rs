//! Which new passwords are accepted: their length, the kinds of characters in them, and none that is a name everybody knows.

use super::rules::PASSWORD_BYTES_MAX;
use crate::codes::passwords as codes;
use crate::error::Code;
use crate::settings::Signup;
use crate::{Error, Result};

/// Shorter names are in too many words.
const NAME_CHARS_MIN: usize = 3;

/// A kind of characters that a password must have if the setting says so.
struct Class {
    is_required: fn(&Signup) -> bool,
    contains: fn(char) -> bool,
    name: &'static str,
}

/// In the order of Mattermost's error ids.
const CLASSES: [Class; 4] = [
    Class { is_required: |signup| signup.password_lowercase, contains: char::is_lowercase, name: "a lower-case letter" },
    Class { is_required: |signup| signup.password_uppercase, contains: char::is_uppercase, name: "an upper-case letter" },
    Class { is_required: |signup| signup.password_number, contains: char::is_numeric, name: "a digit" },
    Class { is_required: |signup| signup.password_symbol, contains: |c| !c.is_alphanumeric(), name: "a symbol" },
];

/// By which classes are missing: the first class is the lowest bit. The first entry is for none.
const MISSING: [Option<Code>; 16] = [
    None,
    Some(codes::LOWERCASE),
    Some(codes::UPPERCASE),
    Some(codes::LOWERCASE_UPPERCASE),
    Some(codes::NUMBER),
    Some(codes::LOWERCASE_NUMBER),
    Some(codes::UPPERCASE_NUMBER),
    Some(codes::LOWERCASE_UPPERCASE_NUMBER),
    Some(codes::SYMBOL),
    Some(codes::LOWERCASE_SYMBOL),
    Some(codes::UPPERCASE_SYMBOL),
    Some(codes::LOWERCASE_UPPERCASE_SYMBOL),
    Some(codes::NUMBER_SYMBOL),
    Some(codes::LOWERCASE_NUMBER_SYMBOL),
    Some(codes::UPPERCASE_NUMBER_SYMBOL),
    Some(codes::LOWERCASE_UPPERCASE_NUMBER_SYMBOL),
];

/// Checks the length and the classes of a normalised password. The error says the whole rule, and its id which classes are missing.
pub fn check_password(password: &str, signup: &Signup) -> Result<()> {
    if password.len() > PASSWORD_BYTES_MAX {
        return Err(codes::TOO_LONG.into());
    }
    if password.is_empty() || password.chars().count() < signup.password_min_chars {
        return Err(with_rule(codes::TOO_SHORT, signup));
    }
    let bits = CLASSES.iter().enumerate().map(|(bit, class)| {
        let is_missing = (class.is_required)(signup) && !password.chars().any(class.contains);
        usize::from(is_missing) << bit
    });
    match MISSING.get(bits.sum::<usize>()).copied().flatten() {
        Some(code) => Err(with_rule(code, signup)),
        None => Ok(()),
    }
}

fn with_rule(code: Code, signup: &Signup) -> Error {
    let required: Vec<&str> = CLASSES.iter().filter(|class| (class.is_required)(signup)).map(|class| class.name).collect();
    let classes = match required.split_last() {
        None => String::new(),
        Some((last, [])) => format!(", among them {last}"),
        Some((last, others)) => format!(", among them {} and {last}", others.join(", ")),
    };
    code.with("min", signup.password_min_chars).with("classes", classes)
}

/// Whether the password is one of these names, or two of them, with nothing but digits and symbols around: `Ada.Lovelace1815!`.
/// Upper and lower case are the same.
pub fn is_made_of_names(password: &str, names: &[&str]) -> bool {
    let letters = letters_of(password);
    let names: Vec<String> = names.iter().map(|name| letters_of(name)).filter(|name| name.chars().count() >= NAME_CHARS_MIN).collect();
    let is_name = |text: &str| names.iter().any(|name| name == text);
    is_name(&letters) || names.iter().any(|name| letters.strip_prefix(name.as_str()).is_some_and(is_name))
}

fn letters_of(text: &str) -> String {
    text.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(password: &str, signup: &Signup) -> Option<&'static str> {
        check_password(password, signup).err().map(|error| error.code.id)
    }

    fn all() -> Signup {
        Signup { password_lowercase: true, password_uppercase: true, password_number: true, password_symbol: true, ..Signup::default() }
    }

    #[test]
    fn passwords_have_a_minimum_and_a_maximum_length() {
        let signup = Signup::default();
        for good in ["12345678", "éééééééé", &"x".repeat(1024)] {
            assert_eq!(id(good, &signup), None);
        }
        let none = Signup { password_min_chars: 0, ..Signup::default() };
        assert_eq!(id("1234567", &signup), Some(codes::TOO_SHORT.id));
        assert_eq!(id("", &none), Some(codes::TOO_SHORT.id));
        assert_eq!(id(&"x".repeat(1025), &signup), Some(codes::TOO_LONG.id));
    }

    #[test]
    fn the_id_names_the_missing_classes_in_mattermosts_order() {
        for (password, missing) in [
            ("abcdABCD12!?", None),
            ("größeÄ٣ …", None),
            ("ABCD1234!?", Some("lowercase")),
            ("abcd1234!?", Some("uppercase")),
            ("abcdABCD!?", Some("number")),
            ("abcdABCD12", Some("symbol")),
            ("12345678!?", Some("lowercase_uppercase")),
            ("!!!!!!!!!!", Some("lowercase_uppercase_number")),
            ("漢字漢字漢字漢字", Some("lowercase_uppercase_number_symbol")),
            ("abcdefghij", Some("uppercase_number_symbol")),
            ("ABCDEFGHIJ", Some("lowercase_number_symbol")),
            ("abcdABCDEF", Some("number_symbol")),
            ("1234567890", Some("lowercase_uppercase_symbol")),
            ("abcd123456", Some("uppercase_symbol")),
            ("ABCD123456", Some("lowercase_symbol")),
            ("abcdefgh!?", Some("uppercase_number")),
            ("ABCDEFGH!?", Some("lowercase_number")),
            ("aB1!", Some("too short")),
        ] {
            let expected = missing.map(|classes| match classes {
                "too short" => codes::TOO_SHORT.id.to_owned(),
                classes => format!("model.user.is_valid.pwd_{classes}.app_error"),
            });
            assert_eq!(id(password, &all()).map(str::to_owned), expected, "{password}");
        }
        assert_eq!(id("abcdefgh", &Signup { password_lowercase: true, ..Signup::default() }), None);
    }

    #[test]
    fn the_message_says_the_whole_rule() {
        let message = |password: &str, signup: &Signup| check_password(password, signup).unwrap_err().message();
        assert_eq!(message("short", &Signup::default()), "A password here has at least 8 characters.");
        let number = Signup { password_number: true, password_min_chars: 10, ..Signup::default() };
        assert_eq!(message("no digit here", &number), "A password here has at least 10 characters, among them a digit.");
        let rule = "A password here has at least 8 characters, among them a lower-case letter, an upper-case letter, a digit and a symbol.";
        assert_eq!((message("x", &all()), message("abcdABCD12", &all())), (rule.to_owned(), rule.to_owned()));
    }

    #[test]
    fn names_are_no_passwords() {
        let names = ["ada.lovelace", "ada", "ada@example.com", "Ada", "Lovelace", "", "Al", "The Analytical Engine", "Юлия"];
        for bad in [
            "Ada.Lovelace1815!",
            "adalovelace",
            "LOVELACE!!!1",
            "lovelaceada1",
            "ada@example.com",
            "AdaAda12",
            "theAnalyticalEngine",
            "юлия2024",
        ] {
            assert!(is_made_of_names(bad, &names), "{bad}");
        }
        for good in ["Ada invented loops", "lovelacex", "12345678", "!!!!!!!!", "AlAlAlAl", "adaadaada", "correct horse"] {
            assert!(!is_made_of_names(good, &names), "{good}");
        }
        assert!(!is_made_of_names("12345678", &["1234", "5678"]));
    }
}
