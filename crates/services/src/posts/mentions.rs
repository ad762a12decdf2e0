//! Whom a text mentions: `@name`, everybody at once, and the words that people want to hear of. Pure; never fails.

use std::collections::BTreeSet;

use guildhall_model::channel::{Channel, ChannelKind};
use guildhall_model::id::UserId;
use guildhall_storage::posts::audience::{Addressee, set_keywords};
use guildhall_storage::{Granted, Write};

use super::prose::prose;

/// What a text may mention, before anybody is looked up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spoken {
    words: Vec<Word>,
    /// `@all`, `@channel`
    pub everybody: bool,
    /// `@here`
    pub here: bool,
}

/// One word and what it can be read as: the first reading that is somebody counts, else each of the parts.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    readings: Vec<String>,
    parts: Vec<String>,
}

/// Sees what the texts (a message, its attachments) speak of. Code, quotes and addresses are left out.
pub fn spoken_in<'a>(texts: impl IntoIterator<Item = &'a str>) -> Spoken {
    let mut spoken = Spoken::default();
    for text in texts {
        for line in prose(text) {
            line.split(|c: char| !is_word_char(c)).filter(|word| !word.is_empty()).for_each(|word| spoken.hear(word));
        }
    }
    spoken
}

fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, ':' | '.' | '-' | '_' | '@')
}

impl Spoken {
    fn hear(&mut self, word: &str) {
        if word.len() > 1 && word.starts_with(':') && word.ends_with(':') {
            return; // an emoji
        }
        let word = word.trim_start_matches([':', '.', '-', '_']);
        let mut readings = vec![word.to_owned()];
        let mut rest = word;
        while let Some(shorter) = rest.strip_suffix([':', '.', '-', '_']) {
            readings.push(shorter.to_owned());
            rest = shorter;
        }
        if readings.iter().any(|reading| self.calls_everybody(reading)) {
            return;
        }
        let parts: Vec<String> = rest.split(['.', '-', ':']).filter(|part| !part.is_empty() && *part != rest).map(str::to_owned).collect();
        if parts.iter().any(|part| self.calls_everybody(part)) || rest.is_empty() {
            return;
        }
        self.words.push(Word { readings, parts });
    }

    fn calls_everybody(&mut self, word: &str) -> bool {
        let is = |name: &str| word.eq_ignore_ascii_case(name);
        self.everybody |= is("@all") || is("@channel");
        self.here |= is("@here");
        is("@all") || is("@channel") || is("@here")
    }

    /// Usernames that the text may name, in lower case.
    pub fn usernames(&self) -> Vec<String> {
        self.every_reading(|word| word.strip_prefix('@').map(|name| name.trim_start_matches('@').to_lowercase()))
    }

    /// Words that somebody may want to hear of, in lower case.
    pub fn keywords(&self) -> Vec<String> {
        self.every_reading(|word| Some(word.to_lowercase()))
    }

    fn every_reading(&self, read: impl Fn(&str) -> Option<String>) -> Vec<String> {
        let words = self.words.iter().flat_map(|word| word.readings.iter().chain(&word.parts));
        let found: BTreeSet<String> = words.filter_map(|word| read(word)).filter(|word| !word.is_empty() && word.len() <= 64).collect();
        found.into_iter().collect()
    }

    /// Who of these is mentioned by name or keyword.
    pub fn names<'a>(&self, people: &'a [Addressee]) -> Vec<&'a Addressee> {
        let calls: Vec<Calls> = people.iter().map(Calls::of).collect();
        let mut named = vec![false; people.len()];
        for word in &self.words {
            let mark = |reading: &String, named: &mut Vec<bool>| {
                let mut found = false;
                for (index, calls) in calls.iter().enumerate() {
                    if calls.has(reading) {
                        named[index] = true;
                        found = true;
                    }
                }
                found
            };
            if !word.readings.iter().any(|reading| mark(reading, &mut named)) {
                for part in &word.parts {
                    mark(part, &mut named);
                }
            }
        }
        people.iter().zip(named).filter(|(_, named)| *named).map(|(person, _)| person).collect()
    }
}

/// What a person is called by.
struct Calls {
    username: String,
    keywords: Vec<String>,
    /// Told apart by case, as a name in a sentence is.
    first_name: Option<String>,
}

impl Calls {
    fn of(person: &Addressee) -> Self {
        let first_name = (person.notify_props.get("first_name").is_some_and(|on| on == "true") && !person.first_name.is_empty())
            .then(|| person.first_name.clone());
        let keys = person.notify_props.get("mention_keys").map(String::as_str).unwrap_or_default();
        Self { username: person.username.to_lowercase(), keywords: mention_keys(keys).collect(), first_name }
    }

    fn has(&self, word: &str) -> bool {
        let lower = word.to_lowercase();
        lower.strip_prefix('@').is_some_and(|name| name.trim_start_matches('@') == self.username)
            || self.keywords.contains(&lower)
            || self.first_name.as_deref() == Some(word)
    }
}

fn mention_keys(setting: &str) -> impl Iterator<Item = String> + '_ {
    setting.split(',').map(|key| key.trim().to_lowercase()).filter(|key| !key.is_empty() && key.len() <= 64)
}

/// The words of a person's notify settings and first name that are looked up when they are said.
pub fn keywords_of(notify_props: &guildhall_model::user::Props, first_name: &str) -> Vec<String> {
    let mut words: BTreeSet<String> = mention_keys(notify_props.get("mention_keys").map(String::as_str).unwrap_or_default()).collect();
    if notify_props.get("first_name").is_some_and(|on| on == "true") && !first_name.is_empty() && first_name.len() <= 64 {
        words.insert(first_name.to_lowercase());
    }
    words.into_iter().collect()
}

/// Writes them down for the person as they are now; to be in the batch that changes them.
pub(crate) fn keep_keywords(id: Granted<UserId, Write>, user: &guildhall_model::user::User) -> Vec<guildhall_storage::Statement> {
    set_keywords(id, &keywords_of(&user.notify_props, &user.first_name))
}

/// Whether the person lets everybody in this channel be called at once.
pub fn hears_everybody(person: &Addressee) -> bool {
    let is = |props: Option<&guildhall_model::user::Props>, name: &str, value: &str| {
        props.and_then(|props| props.get(name)).is_some_and(|set| set == value)
    };
    !is(Some(&person.notify_props), "channel", "false") && !is(person.channel_notify_props.as_ref(), "ignore_channel_mentions", "on")
}

/// The other side of a direct channel; `None` for a channel with oneself.
pub fn other_side(channel: &Channel, me: UserId) -> Option<UserId> {
    if channel.kind == ChannelKind::Direct { other_side_of(&channel.name, me) } else { None }
}

fn other_side_of(name: &str, me: UserId) -> Option<UserId> {
    let (a, b) = name.split_once("__")?;
    let (a, b): (UserId, UserId) = (a.parse().ok()?, b.parse().ok()?);
    match (a == me, b == me) {
        (true, false) => Some(b),
        (false, true) => Some(a),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    fn person(n: u8, username: &str, keys: &str, first_name: &str) -> Addressee {
        let props = [("mention_keys", keys), ("first_name", "true")];
        Addressee {
            user_id: UserId::from_bytes([n; 16]),
            username: username.to_owned(),
            first_name: first_name.to_owned(),
            notify_props: props.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
            channel_notify_props: None,
        }
    }

    fn people() -> [Addressee; 4] {
        [
            person(1, "bob", "deploy, Build,", "Robert"),
            person(2, "bob.smith", "", ""),
            person(3, "bob-2_x", "日本", ""),
            person(4, "here", "", ""),
        ]
    }

    fn named(text: &str) -> Vec<String> {
        let people = people();
        spoken_in([text]).names(&people).into_iter().map(|person| person.username.clone()).collect()
    }

    #[test]
    fn people_are_named_by_their_username() {
        for (text, names) in [
            ("@bob", vec!["bob"]),
            ("@bob.", vec!["bob"]),
            ("@bob...", vec!["bob"]),
            ("@bob: hi", vec!["bob"]),
            ("@bob-", vec!["bob"]),
            ("@bob.smith", vec!["bob.smith"]),
            ("@bob.smith.", vec!["bob.smith"]),
            ("@bob.jones", vec!["bob"]),
            ("@bob-2_x!", vec!["bob-2_x"]),
            ("@@bob", vec!["bob"]),
            ("**@bob** (@bob.smith)", vec!["bob", "bob.smith"]),
            (".@bob", vec!["bob"]),
            ("@bobby me@bob @ bob", vec![]),
            (":bob:", vec![]),
            ("@BoB", vec!["bob"]),
        ] {
            assert_eq!(named(text), names, "{text}");
        }
    }

    #[test]
    fn people_hear_of_their_words() {
        for (text, names) in [
            ("please deploy it", vec!["bob"]),
            ("DEPLOY!", vec!["bob"]),
            ("build.", vec!["bob"]),
            ("deployed rebuild", vec![]),
            ("Robert said", vec!["bob"]),
            ("robert said", vec![]),
            ("日本 is far", vec!["bob-2_x"]),
        ] {
            assert_eq!(named(text), names, "{text}");
        }
        let bob = &people()[0];
        assert_eq!(keywords_of(&bob.notify_props, &bob.first_name), ["build", "deploy", "robert"]);
    }

    #[test]
    fn everybody_is_called_at_once() {
        for (text, everybody, here) in [
            ("@all", true, false),
            ("@Channel.", true, false),
            ("hi @here!", false, true),
            ("@allison @channels @here.now", false, true),
            ("`@all` and > @all", false, false),
        ] {
            let spoken = spoken_in([text.replace("> ", "\n> ").as_str()]);
            assert_eq!((spoken.everybody, spoken.here), (everybody, here), "{text}");
        }
    }

    #[test]
    fn code_and_quotes_call_nobody() {
        for text in
            ["`@bob`", "``@bob ` x``", "```\n@bob\n```", "```rust\n@bob\n", "~~~\n@bob\n~~~", "    @bob", "\t@bob", "> @bob", "  > @bob"]
        {
            assert!(named(text).is_empty(), "{text}");
        }
        for text in ["` @bob", "`a` @bob `b`", "```\nx\n```\n@bob", "> quote\n@bob", "`a``@bob"] {
            assert_eq!(named(text), ["bob"], "{text}");
        }
    }

    #[test]
    fn addresses_call_nobody_and_their_links_do() {
        for text in ["http://a/@bob", "[a](http://x/@bob)", "see https://a.org/@all,@here", "[log](/deploy)"] {
            let spoken = spoken_in([text]);
            assert!(named(text).is_empty() && !spoken.everybody && !spoken.here, "{text}");
        }
        for text in ["[@bob](http://x)", "http://a/ @bob", "[a](b) @bob"] {
            assert_eq!(named(text), ["bob"], "{text}");
        }
    }

    #[test]
    fn the_other_side_of_a_direct_channel() {
        let (a, b) = (UserId::from_bytes([1; 16]), UserId::from_bytes([2; 16]));
        assert_eq!(other_side_of(&format!("{a}__{b}"), a), Some(b));
        assert_eq!(other_side_of(&format!("{a}__{b}"), b), Some(a));
        assert_eq!(other_side_of(&format!("{a}__{a}"), a), None);
        assert_eq!(other_side_of("nonsense", a), None);
    }

    proptest! {
        /// Whoever is named would have been looked up.
        #[test]
        fn nothing_that_people_write_is_too_much(pieces in vec(select(PIECES), 0..24), more in ".{0,20}") {
            let text = pieces.concat() + &more;
            let spoken = spoken_in([text.as_str()]);
            let (usernames, keywords) = (spoken.usernames(), spoken.keywords());
            for person in spoken.names(&people()) {
                let words = keywords_of(&person.notify_props, &person.first_name);
                prop_assert!(usernames.contains(&person.username) || words.iter().any(|word| keywords.contains(word)));
            }
        }
    }

    const PIECES: &[&str] = &[
        "@", "`", "```", "\n", ":", ".", "-", "_", "bob", "@all", " ", "> ", "é", "日", "\u{301}", "\0", "    ", "~~~", "👍", "\r",
        "Robert", "İ", "[", "](", ")", "<", "http://", "www.", "\\", "\"",
    ];
}
