//! Finds the mentions in a text: `@username`, channel-wide mentions and users' keywords. Pure; never fails.

use std::collections::BTreeSet;

use guildhall_model::channel::{Channel, ChannelKind};
use guildhall_model::id::UserId;
use guildhall_storage::posts::audience::{Addressee, set_keywords};
use guildhall_storage::{Granted, Write};

use super::prose::prose;

/// What a text may mention, before any user is looked up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MentionCandidates {
    words: Vec<Word>,
    /// `@all` or `@channel`
    pub channel_wide: bool,
    /// `@here`
    pub here: bool,
}

/// One word and the forms it can be matched in (with and without trailing punctuation): the first form that matches a
/// user counts, else each of the parts.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    forms: Vec<String>,
    parts: Vec<String>,
}

/// Parses the texts of a post (its message and attachments). Code, quotes and URLs are skipped.
pub fn parse_mentions<'a>(texts: impl IntoIterator<Item = &'a str>) -> MentionCandidates {
    let mut candidates = MentionCandidates::default();
    for text in texts {
        for line in prose(text) {
            line.split(|c: char| !is_word_char(c)).filter(|word| !word.is_empty()).for_each(|word| candidates.add_word(word));
        }
    }
    candidates
}

fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, ':' | '.' | '-' | '_' | '@')
}

impl MentionCandidates {
    fn add_word(&mut self, word: &str) {
        if word.len() > 1 && word.starts_with(':') && word.ends_with(':') {
            return; // an emoji
        }
        let word = word.trim_start_matches([':', '.', '-', '_']);
        let mut forms = vec![word.to_owned()];
        let mut rest = word;
        while let Some(shorter) = rest.strip_suffix([':', '.', '-', '_']) {
            forms.push(shorter.to_owned());
            rest = shorter;
        }
        if forms.iter().any(|form| self.check_channel_wide(form)) {
            return;
        }
        let parts: Vec<String> = rest.split(['.', '-', ':']).filter(|part| !part.is_empty() && *part != rest).map(str::to_owned).collect();
        if parts.iter().any(|part| self.check_channel_wide(part)) || rest.is_empty() {
            return;
        }
        self.words.push(Word { forms, parts });
    }

    fn check_channel_wide(&mut self, word: &str) -> bool {
        let is = |name: &str| word.eq_ignore_ascii_case(name);
        self.channel_wide |= is("@all") || is("@channel");
        self.here |= is("@here");
        is("@all") || is("@channel") || is("@here")
    }

    /// Usernames that the text may mention, in lower case.
    pub fn usernames(&self) -> Vec<String> {
        self.collect_forms(|word| word.strip_prefix('@').map(|name| name.trim_start_matches('@').to_lowercase()))
    }

    /// Words that may be a user's keyword, in lower case.
    pub fn keywords(&self) -> Vec<String> {
        self.collect_forms(|word| Some(word.to_lowercase()))
    }

    fn collect_forms(&self, extract: impl Fn(&str) -> Option<String>) -> Vec<String> {
        let words = self.words.iter().flat_map(|word| word.forms.iter().chain(&word.parts));
        let forms: BTreeSet<String> = words.filter_map(|word| extract(word)).filter(|word| !word.is_empty() && word.len() <= 64).collect();
        forms.into_iter().collect()
    }

    /// Those of the users that are mentioned by name or keyword.
    pub fn mentioned_among<'a>(&self, users: &'a [Addressee]) -> Vec<&'a Addressee> {
        let matchers: Vec<UserMatcher> = users.iter().map(UserMatcher::new).collect();
        let mut mentioned = vec![false; users.len()];
        for word in &self.words {
            let mark = |form: &String, mentioned: &mut Vec<bool>| {
                let mut is_match = false;
                for (index, matcher) in matchers.iter().enumerate() {
                    if matcher.matches(form) {
                        mentioned[index] = true;
                        is_match = true;
                    }
                }
                is_match
            };
            if !word.forms.iter().any(|form| mark(form, &mut mentioned)) {
                for part in &word.parts {
                    mark(part, &mut mentioned);
                }
            }
        }
        users.iter().zip(mentioned).filter(|(_, is_mentioned)| *is_mentioned).map(|(user, _)| user).collect()
    }
}

/// The words that mention a user.
struct UserMatcher {
    username: String,
    keywords: Vec<String>,
    /// Case-sensitive, as a name in a sentence is.
    first_name: Option<String>,
}

impl UserMatcher {
    fn new(user: &Addressee) -> Self {
        let first_name = (user.notify_props.get("first_name").is_some_and(|value| value == "true") && !user.first_name.is_empty())
            .then(|| user.first_name.clone());
        let keys = user.notify_props.get("mention_keys").map(String::as_str).unwrap_or_default();
        Self { username: user.username.to_lowercase(), keywords: mention_keys(keys).collect(), first_name }
    }

    fn matches(&self, word: &str) -> bool {
        let lower = word.to_lowercase();
        lower.strip_prefix('@').is_some_and(|name| name.trim_start_matches('@') == self.username)
            || self.keywords.contains(&lower)
            || self.first_name.as_deref() == Some(word)
    }
}

fn mention_keys(setting: &str) -> impl Iterator<Item = String> + '_ {
    setting.split(',').map(|key| key.trim().to_lowercase()).filter(|key| !key.is_empty() && key.len() <= 64)
}

/// The keywords of a user's notification settings, in lower case and sorted.
pub fn keywords_of(notify_props: &guildhall_model::user::Props, first_name: &str) -> Vec<String> {
    let mut words: BTreeSet<String> = mention_keys(notify_props.get("mention_keys").map(String::as_str).unwrap_or_default()).collect();
    if notify_props.get("first_name").is_some_and(|value| value == "true") && !first_name.is_empty() && first_name.len() <= 64 {
        words.insert(first_name.to_lowercase());
    }
    words.into_iter().collect()
}

/// Stores the user's keywords; belongs in the batch that changes the user.
pub(crate) fn keyword_statements(id: Granted<UserId, Write>, user: &guildhall_model::user::User) -> Vec<guildhall_storage::Statement> {
    set_keywords(id, &keywords_of(&user.notify_props, &user.first_name))
}

/// Whether channel-wide mentions notify the user in this channel.
pub fn accepts_channel_mentions(user: &Addressee) -> bool {
    let is = |props: Option<&guildhall_model::user::Props>, name: &str, value: &str| {
        props.and_then(|props| props.get(name)).is_some_and(|set| set == value)
    };
    !is(Some(&user.notify_props), "channel", "false") && !is(user.channel_notify_props.as_ref(), "ignore_channel_mentions", "on")
}

/// The other member of a direct channel; `None` for a channel with oneself.
pub fn direct_peer(channel: &Channel, user: UserId) -> Option<UserId> {
    if channel.kind == ChannelKind::Direct { peer_in_name(&channel.name, user) } else { None }
}

fn peer_in_name(name: &str, user: UserId) -> Option<UserId> {
    let (a, b) = name.split_once("__")?;
    let (a, b): (UserId, UserId) = (a.parse().ok()?, b.parse().ok()?);
    match (a == user, b == user) {
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

    fn user(n: u8, username: &str, keys: &str, first_name: &str) -> Addressee {
        let props = [("mention_keys", keys), ("first_name", "true")];
        Addressee {
            user_id: UserId::from_bytes([n; 16]),
            username: username.to_owned(),
            first_name: first_name.to_owned(),
            notify_props: props.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
            channel_notify_props: None,
        }
    }

    fn users() -> [Addressee; 4] {
        [user(1, "bob", "deploy, Build,", "Robert"), user(2, "bob.smith", "", ""), user(3, "bob-2_x", "日本", ""), user(4, "here", "", "")]
    }

    fn mentioned(text: &str) -> Vec<String> {
        let users = users();
        parse_mentions([text]).mentioned_among(&users).into_iter().map(|user| user.username.clone()).collect()
    }

    #[test]
    fn usernames_mention_their_users() {
        for (text, expected) in [
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
            assert_eq!(mentioned(text), expected, "{text}");
        }
    }

    #[test]
    fn keywords_mention_their_users() {
        for (text, expected) in [
            ("please deploy it", vec!["bob"]),
            ("DEPLOY!", vec!["bob"]),
            ("build.", vec!["bob"]),
            ("deployed rebuild", vec![]),
            ("Robert said", vec!["bob"]),
            ("robert said", vec![]),
            ("日本 is far", vec!["bob-2_x"]),
        ] {
            assert_eq!(mentioned(text), expected, "{text}");
        }
        let bob = &users()[0];
        assert_eq!(keywords_of(&bob.notify_props, &bob.first_name), ["build", "deploy", "robert"]);
    }

    #[test]
    fn channel_wide_mentions_are_recognized() {
        for (text, channel_wide, here) in [
            ("@all", true, false),
            ("@Channel.", true, false),
            ("hi @here!", false, true),
            ("@allison @channels @here.now", false, true),
            ("`@all` and > @all", false, false),
        ] {
            let candidates = parse_mentions([text.replace("> ", "\n> ").as_str()]);
            assert_eq!((candidates.channel_wide, candidates.here), (channel_wide, here), "{text}");
        }
    }

    #[test]
    fn code_and_quotes_mention_nobody() {
        for text in
            ["`@bob`", "``@bob ` x``", "```\n@bob\n```", "```rust\n@bob\n", "~~~\n@bob\n~~~", "    @bob", "\t@bob", "> @bob", "  > @bob"]
        {
            assert!(mentioned(text).is_empty(), "{text}");
        }
        for text in ["` @bob", "`a` @bob `b`", "```\nx\n```\n@bob", "> quote\n@bob", "`a``@bob"] {
            assert_eq!(mentioned(text), ["bob"], "{text}");
        }
    }

    #[test]
    fn urls_mention_nobody_but_link_texts_do() {
        for text in ["http://a/@bob", "[a](http://x/@bob)", "see https://a.org/@all,@here", "[log](/deploy)"] {
            let candidates = parse_mentions([text]);
            assert!(mentioned(text).is_empty() && !candidates.channel_wide && !candidates.here, "{text}");
        }
        for text in ["[@bob](http://x)", "http://a/ @bob", "[a](b) @bob"] {
            assert_eq!(mentioned(text), ["bob"], "{text}");
        }
    }

    #[test]
    fn the_peer_of_a_direct_channel_is_its_other_member() {
        let (a, b) = (UserId::from_bytes([1; 16]), UserId::from_bytes([2; 16]));
        assert_eq!(peer_in_name(&format!("{a}__{b}"), a), Some(b));
        assert_eq!(peer_in_name(&format!("{a}__{b}"), b), Some(a));
        assert_eq!(peer_in_name(&format!("{a}__{a}"), a), None);
        assert_eq!(peer_in_name("nonsense", a), None);
    }

    proptest! {
        /// Every mentioned user would have been among the users looked up.
        #[test]
        fn any_text_is_parsed(pieces in vec(select(PIECES), 0..24), more in ".{0,20}") {
            let text = pieces.concat() + &more;
            let candidates = parse_mentions([text.as_str()]);
            let (usernames, keywords) = (candidates.usernames(), candidates.keywords());
            for user in candidates.mentioned_among(&users()) {
                let words = keywords_of(&user.notify_props, &user.first_name);
                prop_assert!(usernames.contains(&user.username) || words.iter().any(|word| keywords.contains(word)));
            }
        }
    }

    const PIECES: &[&str] = &[
        "@", "`", "```", "\n", ":", ".", "-", "_", "bob", "@all", " ", "> ", "é", "日", "\u{301}", "\0", "    ", "~~~", "👍", "\r",
        "Robert", "İ", "[", "](", ")", "<", "http://", "www.", "\\", "\"",
    ];
}
