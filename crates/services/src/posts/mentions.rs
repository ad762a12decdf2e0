//! Whom a text mentions: `@username`, `@group`, the whole channel, and people's keywords. Pure; never fails.

use std::collections::{BTreeSet, HashMap, HashSet};

use guildhall_markup::keywords::{self, Paragraphs};
use guildhall_markup::{Mention, Message};
use guildhall_model::channel::{Channel, ChannelKind};
use guildhall_model::id::UserId;
use guildhall_model::user::{Props, User};
use guildhall_storage::groups::MentionableGroup;
use guildhall_storage::posts::audience::{Addressee, set_keywords};
use guildhall_storage::{Granted, MAX_IN_LIST, Statement, Write};

/// What a text may mention, before any user is looked up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MentionCandidates {
    names: Vec<Mention>,
    paragraphs: Paragraphs,
}

/// Whom a text mentions among the users that were looked up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mentioned<'a> {
    /// By name or keyword.
    pub users: Vec<&'a Addressee>,
    /// Each once.
    pub groups: Vec<&'a MentionableGroup>,
    /// `@all` or `@channel`
    pub channel_wide: bool,
    /// `@here`
    pub here: bool,
}

/// Reads the texts of a post (its message and attachments). Code, quotes and addresses mention nobody.
pub fn parse_mentions<'a>(texts: impl IntoIterator<Item = &'a str>) -> MentionCandidates {
    let mut candidates = MentionCandidates::default();
    for text in texts {
        let message = Message::parse(text);
        candidates.names.extend(message.mentions());
        candidates.paragraphs.add(&message);
    }
    candidates
}

impl MentionCandidates {
    /// Usernames that the text may mention, in lower case and sorted.
    pub fn usernames(&self) -> Vec<String> {
        let names: BTreeSet<&String> = self.names.iter().flat_map(Mention::forms).collect();
        names.into_iter().take(USERNAMES_MAX).cloned().collect()
    }

    /// What the keywords that the text may contain are looked up by, sorted.
    pub fn keywords(&self) -> Vec<String> {
        let mut anchors = self.paragraphs.anchors();
        if !anchors.is_empty() {
            anchors.insert(0, ANCHOR_OF_ALL.to_owned());
        }
        anchors
    }

    /// Names that may be those of groups, sorted: the forms that are longer than the one that is a user's, and all where none is.
    pub fn group_names(&self, users: &[Addressee]) -> Vec<String> {
        let usernames: HashSet<&str> = users.iter().map(|user| user.username.as_str()).collect();
        let is_other = |form: &&String| !is_everyone(form) && !usernames.contains(form.as_str());
        let names: BTreeSet<&String> = self.names.iter().flat_map(|name| name.forms().iter().take_while(is_other)).collect();
        names.into_iter().take(GROUP_NAMES_MAX).cloned().collect()
    }

    /// Those of the users that are mentioned, and whether the channel is.
    pub fn resolve<'a>(&self, users: &'a [Addressee]) -> Mentioned<'a> {
        self.resolve_with_groups(users, &[])
    }

    /// The same with groups. A name that a user and a group have is the user's.
    pub fn resolve_with_groups<'a>(&self, users: &'a [Addressee], groups: &'a [MentionableGroup]) -> Mentioned<'a> {
        let by_name: HashMap<&str, usize> = users.iter().enumerate().map(|(index, user)| (user.username.as_str(), index)).collect();
        let group_by_name: HashMap<&str, &MentionableGroup> = groups.iter().map(|group| (group.name.as_str(), group)).collect();
        let is_known =
            |form: &&String| is_everyone(form) || by_name.contains_key(form.as_str()) || group_by_name.contains_key(form.as_str());
        let mut is_mentioned = self.users_with_keywords(users);
        let mut mentioned = Mentioned::default();
        for form in self.names.iter().filter_map(|name| name.forms().iter().find(is_known)) {
            match form.as_str() {
                ALL | CHANNEL => mentioned.channel_wide = true,
                HERE => mentioned.here = true,
                name => match (by_name.get(name).and_then(|index| is_mentioned.get_mut(*index)), group_by_name.get(name)) {
                    (Some(is_mentioned), _) => *is_mentioned = true,
                    (None, Some(group)) if !mentioned.groups.contains(group) => mentioned.groups.push(*group),
                    _ => {}
                },
            }
        }
        mentioned.users = users.iter().zip(is_mentioned).filter(|(_, is_mentioned)| *is_mentioned).map(|(user, _)| user).collect();
        mentioned
    }

    /// For each of the users, whether one of their keywords counts. Each keyword is looked for once, however many have it.
    fn users_with_keywords(&self, users: &[Addressee]) -> Vec<bool> {
        let mut folded = Owners::default();
        let mut cased = Owners::default();
        for (index, user) in users.iter().enumerate() {
            mention_keys(&user.notify_props).filter_map(keywords::keyword).for_each(|key| folded.add(key, index));
            // Case matters in the first name, as in a sentence.
            first_name(&user.notify_props, &user.first_name)
                .and_then(keywords::cased_keyword)
                .into_iter()
                .for_each(|key| cased.add(key, index));
        }
        let mut is_owner = vec![false; users.len()];
        folded.mark(&mut is_owner, |keys| self.paragraphs.contains(keys));
        cased.mark(&mut is_owner, |keys| self.paragraphs.contains_cased(keys));
        is_owner
    }
}

/// Further names in one text are not looked up; the longest ordinary message has fewer.
const USERNAMES_MAX: usize = 16 * 1024;
/// Further names in one text are no groups: one query looks them up.
const GROUP_NAMES_MAX: usize = MAX_IN_LIST;

/// Looks up the people whose keywords were stored before schema step 12 and have unknown anchors.
const ANCHOR_OF_ALL: &str = "";

const ALL: &str = "all";
const CHANNEL: &str = "channel";
const HERE: &str = "here";

fn is_everyone(name: &str) -> bool {
    matches!(name, ALL | CHANNEL | HERE)
}

/// The distinct keywords of several users.
#[derive(Default)]
struct Owners {
    keywords: Vec<String>,
    owners: Vec<Vec<usize>>,
    positions: HashMap<String, usize>,
}

impl Owners {
    fn add(&mut self, keyword: String, user: usize) {
        let position = *self.positions.entry(keyword).or_insert_with_key(|keyword| {
            self.keywords.push(keyword.clone());
            self.owners.push(Vec::new());
            self.keywords.len() - 1
        });
        if let Some(owners) = self.owners.get_mut(position) {
            owners.push(user);
        }
    }

    /// Sets the owners of the keywords that are found.
    fn mark(&self, is_owner: &mut [bool], find: impl FnOnce(&[String]) -> Vec<bool>) {
        for (owners, _) in self.owners.iter().zip(find(&self.keywords)).filter(|(_, is_found)| *is_found) {
            for owner in owners {
                if let Some(is_owner) = is_owner.get_mut(*owner) {
                    *is_owner = true;
                }
            }
        }
    }
}

/// The keywords in a user's notification settings, as they were typed.
fn mention_keys(notify_props: &Props) -> impl Iterator<Item = &str> {
    notify_props.get("mention_keys").map(String::as_str).unwrap_or_default().split(',')
}

/// The first name of a user who wants to be notified of it.
fn first_name<'a>(notify_props: &Props, first_name: &'a str) -> Option<&'a str> {
    notify_props.get("first_name").is_some_and(|value| value == "true").then_some(first_name)
}

/// What the user's keywords are looked up by, sorted.
pub fn keyword_anchors(notify_props: &Props, name: &str) -> Vec<String> {
    let keys = mention_keys(notify_props).chain(first_name(notify_props, name)).filter_map(keywords::keyword);
    let anchors: BTreeSet<String> = keys.filter_map(|key| keywords::anchor(&key)).collect();
    anchors.into_iter().collect()
}

/// Stores the user's keywords; belongs in the batch that changes the user.
pub(crate) fn keyword_statements(id: Granted<UserId, Write>, user: &User) -> Vec<Statement> {
    set_keywords(id, &keyword_anchors(&user.notify_props, &user.first_name))
}

/// Whether channel-wide mentions notify the user in this channel.
pub fn accepts_channel_mentions(user: &Addressee) -> bool {
    let is = |props: Option<&Props>, name: &str, value: &str| props.and_then(|props| props.get(name)).is_some_and(|set| set == value);
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
    use guildhall_model::id::GroupId;
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

    fn users() -> [Addressee; 6] {
        [
            user(1, "bob", "deploy, Build,,code  review,c++", "Robert"),
            user(2, "bob.smith", "", ""),
            user(3, "bob-2_x", "日本,@team", ""),
            user(4, "dot", "", ""),
            user(5, "dot.", "", ""),
            user(6, "all-hands", "", ""),
        ]
    }

    fn mentioned(text: &str) -> Vec<String> {
        let users = users();
        parse_mentions([text]).resolve(&users).users.into_iter().map(|user| user.username.clone()).collect()
    }

    #[test]
    fn the_longest_username_is_mentioned() {
        for (text, expected) in [
            ("@bob", vec!["bob"]),
            ("@BoB: hi", vec!["bob"]),
            ("@bob.smith.", vec!["bob.smith"]),
            ("@bob.jones", vec!["bob"]),
            ("@bob-2_x!", vec!["bob-2_x"]),
            ("**@bob** (@bob.smith)", vec!["bob", "bob.smith"]),
            ("@dot", vec!["dot"]),
            ("@dot.", vec!["dot."]),
            ("@dot, @dot..", vec!["dot", "dot."]),
            ("@bobby me@bob @ bob `@bob`", vec![]),
        ] {
            assert_eq!(mentioned(text), expected, "{text}");
        }
        let only_dot = [user(4, "dot", "", "")];
        assert_eq!(parse_mentions(["@dot."]).resolve(&only_dot).users.len(), 1);
    }

    #[test]
    fn groups_are_mentioned_by_the_longest_name_that_anybody_has() {
        let group = |n: u8, name: &str| MentionableGroup { id: GroupId::from_bytes([n; 16]), name: name.to_owned() };
        let groups = [group(1, "dev"), group(2, "bob.team"), group(3, "bob")];
        let users = users();
        for (text, expected_users, expected_groups) in [
            ("@dev @DEV.", vec![], vec!["dev"]),
            ("@bob.team", vec![], vec!["bob.team"]),
            ("@bob.teams", vec!["bob"], vec![]),
            // A name that both have is the user's.
            ("@bob", vec!["bob"], vec![]),
            ("@dev-x @all", vec![], vec!["dev"]),
            ("`@dev` me@dev @devs", vec![], vec![]),
        ] {
            let candidates = parse_mentions([text]);
            let mentioned = candidates.resolve_with_groups(&users, &groups);
            let names: Vec<&str> = mentioned.users.iter().map(|user| user.username.as_str()).collect();
            assert_eq!(names, expected_users, "{text}");
            let names: Vec<&str> = mentioned.groups.iter().map(|group| group.name.as_str()).collect();
            assert_eq!(names, expected_groups, "{text}");
            let looked_up = candidates.group_names(&users);
            assert!(expected_groups.iter().all(|name| looked_up.iter().any(|looked_up| looked_up == name)), "{text}: {looked_up:?}");
        }
        assert_eq!(parse_mentions(["@bob @all @bob.smith: @x.y"]).group_names(&users), ["x", "x.", "x.y"]);
    }

    #[test]
    fn keywords_mention_their_users() {
        for (text, expected) in [
            ("please deploy it", vec!["bob"]),
            ("the build.", vec!["bob"]),
            ("Code\nReview", vec!["bob"]),
            ("C++", vec!["bob"]),
            ("deployed rebuild", vec![]),
            ("Robert said", vec!["bob"]),
            ("robert said", vec![]),
            ("日本は遠い", vec!["bob-2_x"]),
            ("hi @team", vec!["bob-2_x"]),
            ("build 日本", vec!["bob", "bob-2_x"]),
        ] {
            assert_eq!(mentioned(text), expected, "{text}");
        }
        let bob = &users()[0];
        assert_eq!(keyword_anchors(&bob.notify_props, &bob.first_name), ["build", "c", "code", "deploy", "robert"]);
    }

    #[test]
    fn channel_wide_mentions_are_recognized() {
        for (text, channel_wide, here) in [
            ("@all", true, false),
            ("@Channel.", true, false),
            ("hi @here!", false, true),
            ("@allison @channels @here.now", false, true),
            ("@all-hands", false, false),
            ("@all-others", true, false),
            ("`@all` and\n> @all", false, false),
        ] {
            let users = users();
            let mentioned = parse_mentions([text]).resolve(&users);
            assert_eq!((mentioned.channel_wide, mentioned.here), (channel_wide, here), "{text}");
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
            for user in candidates.resolve(&users()).users {
                let anchors = keyword_anchors(&user.notify_props, &user.first_name);
                prop_assert!(usernames.contains(&user.username) || anchors.iter().any(|anchor| keywords.contains(anchor)));
            }
        }
    }

    const PIECES: &[&str] = &[
        "@", "`", "```", "\n", ":", ".", "-", "_", "bob", "@all", " ", "> ", "é", "日", "本", "code", "review", "c++", "\u{301}", "\0",
        "    ", "~~~", "👍", "\r", "Robert", "İ", "[", "](", ")", "<", "http://", "www.", "\\", "\"",
    ];
}
