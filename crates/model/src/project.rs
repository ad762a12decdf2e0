//! Projects: channels that are made together from a template of their team, and archived together.

use serde::{Deserialize, Serialize};

use crate::channel::{
    CATEGORY_NAME_CHARS_MAX, DISPLAY_NAME_CHARS_MAX, HEADER_CHARS_MAX, NAME_CHARS_MAX as CHANNEL_NAME_CHARS_MAX, PURPOSE_CHARS_MAX,
};
use crate::codes::{channels as channel_codes, projects as codes};
use crate::id::{ChannelTemplateId, GroupId, ProjectId, TeamId, UserId};
use crate::{Millis, Result};

/// What stands for the name of the project in the texts of a template.
pub const PLACEHOLDER: &str = "{project}";
/// Characters of the names of templates and projects.
pub const NAME_CHARS_MAX: usize = 64;
pub const DESCRIPTION_CHARS_MAX: usize = 1_024;
pub const TEMPLATES_PER_TEAM_MAX: i64 = 100;
pub const CHANNELS_MAX: usize = 10;
/// People with whom a project begins, those of groups included.
pub const MEMBERS_MAX: usize = 100;
pub const GROUPS_MAX: usize = 10;
/// Of the first message of a channel.
pub const MESSAGE_CHARS_MAX: usize = 4_000;
pub const PENDING_ID_CHARS_MAX: usize = 64;
pub const GUEST_LINK_PEOPLE_MAX: i64 = 1_000;
pub const GUEST_LINK_DAYS_MAX: i64 = 366;

/// From what the channels of a project are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelTemplate {
    pub id: ChannelTemplateId,
    pub team_id: TeamId,
    pub creator_id: UserId,
    pub create_at: Millis,
    pub update_at: Millis,
    pub name: String,
    pub description: String,
    pub content: TemplateContent,
}

/// In its texts, `{project}` is replaced by the name of the project.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TemplateContent {
    pub channels: Vec<TemplateChannel>,
    pub member_ids: Vec<UserId>,
    /// Groups whose members are added, as they are when a project is made.
    pub group_ids: Vec<GroupId>,
    /// Of the sidebar, into which the members get the channels; empty for none.
    pub category: String,
    pub guest_link: Option<TemplateGuestLink>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TemplateChannel {
    pub display_name: String,
    pub purpose: String,
    pub header: String,
    pub is_private: bool,
    /// Guests of the project are invited to it.
    pub for_guests: bool,
    /// The first message, which is pinned; empty for none.
    pub message: String,
}

/// A guest link that is made with each project.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TemplateGuestLink {
    /// The position of its channel in the template.
    pub channel: usize,
    pub max_people: i64,
    pub days: i64,
    pub takes_code: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    pub id: ProjectId,
    pub team_id: TeamId,
    /// Which may be gone.
    pub template_id: ChannelTemplateId,
    pub creator_id: UserId,
    pub create_at: Millis,
    /// When it was archived, with its channels; zero while it is active.
    pub archived_at: Millis,
    pub name: String,
}

impl Project {
    pub const fn is_archived(&self) -> bool {
        !self.archived_at.is_zero()
    }
}

impl ChannelTemplate {
    /// Validates what people set. Whether the people and groups exist is not known here.
    pub fn check(&self) -> Result<()> {
        if !(1..=NAME_CHARS_MAX).contains(&self.name.chars().count()) {
            return Err(codes::TEMPLATE_NAME_INVALID.with("max", NAME_CHARS_MAX));
        }
        if self.description.chars().count() > DESCRIPTION_CHARS_MAX {
            return Err(codes::DESCRIPTION_TOO_LONG.with("max", DESCRIPTION_CHARS_MAX));
        }
        self.content.check()
    }
}

impl TemplateContent {
    fn check(&self) -> Result<()> {
        if !(1..=CHANNELS_MAX).contains(&self.channels.len()) {
            return Err(codes::CHANNELS_NUMBER.with("max", CHANNELS_MAX));
        }
        self.channels.iter().try_for_each(TemplateChannel::check)?;
        let mut names: Vec<String> = self.channels.iter().map(|channel| channel.display_name.to_lowercase()).collect();
        names.sort_unstable();
        names.dedup();
        if names.len() < self.channels.len() {
            return Err(codes::CHANNELS_ALIKE.into());
        }
        if self.member_ids.len() > MEMBERS_MAX {
            return Err(codes::MEMBERS_TOO_MANY.with("max", MEMBERS_MAX));
        }
        if self.group_ids.len() > GROUPS_MAX {
            return Err(codes::GROUPS_TOO_MANY.with("max", GROUPS_MAX));
        }
        if self.category.chars().count() > CATEGORY_NAME_CHARS_MAX {
            return Err(codes::CATEGORY_TOO_LONG.with("max", CATEGORY_NAME_CHARS_MAX));
        }
        if self.guest_link.is_some_and(|link| !self.allows(link)) {
            return Err(codes::GUEST_LINK_INVALID.with("people", GUEST_LINK_PEOPLE_MAX).with("days", GUEST_LINK_DAYS_MAX));
        }
        Ok(())
    }

    fn allows(&self, link: TemplateGuestLink) -> bool {
        self.channels.get(link.channel).is_some_and(|channel| channel.for_guests)
            && (1..=GUEST_LINK_PEOPLE_MAX).contains(&link.max_people)
            && (1..=GUEST_LINK_DAYS_MAX).contains(&link.days)
    }
}

impl TemplateChannel {
    fn check(&self) -> Result<()> {
        let chars = |text: &str| text.chars().count();
        if !self.display_name.contains(PLACEHOLDER) || chars(&self.display_name) > DISPLAY_NAME_CHARS_MAX {
            return Err(codes::CHANNEL_WITHOUT_PROJECT.with("max", DISPLAY_NAME_CHARS_MAX));
        }
        if chars(&self.purpose) > PURPOSE_CHARS_MAX {
            return Err(channel_codes::PURPOSE_TOO_LONG.with("max", PURPOSE_CHARS_MAX));
        }
        if chars(&self.header) > HEADER_CHARS_MAX {
            return Err(channel_codes::HEADER_TOO_LONG.with("max", HEADER_CHARS_MAX));
        }
        if chars(&self.message) > MESSAGE_CHARS_MAX {
            return Err(codes::MESSAGE_TOO_LONG.with("max", MESSAGE_CHARS_MAX));
        }
        Ok(())
    }
}

/// The text for a project.
pub fn fill_in(text: &str, project: &str) -> String {
    text.replace(PLACEHOLDER, project)
}

/// The name of a channel in addresses, made of its display name: what may be in one, the rest as hyphens. `None` where nothing of
/// it remains, as in scripts without Latin letters.
pub fn channel_name(display_name: &str) -> Option<String> {
    let mut name = String::new();
    for c in display_name.to_lowercase().chars() {
        match c {
            'a'..='z' | '0'..='9' => name.push(c),
            '\u{e4}' => name.push_str("ae"),
            '\u{f6}' => name.push_str("oe"),
            '\u{fc}' => name.push_str("ue"),
            '\u{df}' => name.push_str("ss"),
            _ if name.ends_with('-') => {}
            _ => name.push('-'),
        }
    }
    name.truncate(CHANNEL_NAME_CHARS_MAX);
    let name = name.trim_matches('-');
    (name.len() >= 2).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(change: impl FnOnce(&mut TemplateContent)) -> ChannelTemplate {
        let channel = |display_name: &str, for_guests: bool| TemplateChannel {
            display_name: display_name.to_owned(),
            for_guests,
            ..TemplateChannel::default()
        };
        let mut content = TemplateContent {
            channels: vec![channel("{project}", false), channel("{project} client", true)],
            ..TemplateContent::default()
        };
        change(&mut content);
        ChannelTemplate {
            id: ChannelTemplateId::from_bytes([1; 16]),
            team_id: TeamId::from_bytes([2; 16]),
            creator_id: UserId::from_bytes([3; 16]),
            create_at: Millis::ZERO,
            update_at: Millis::ZERO,
            name: "Client project".to_owned(),
            description: String::new(),
            content,
        }
    }

    #[test]
    fn a_template_has_bounds() {
        assert!(template(|_| ()).check().is_ok());
        let link = |channel, max_people, days| Some(TemplateGuestLink { channel, max_people, days, takes_code: false });
        assert!(template(|content| content.guest_link = link(1, 5, 7)).check().is_ok());
        let rejected = |change: fn(&mut TemplateContent), code| assert!(template(change).check().unwrap_err().is(code));
        rejected(|content| content.channels.clear(), codes::CHANNELS_NUMBER);
        rejected(|content| content.channels = vec![content.channels[0].clone(); 11], codes::CHANNELS_NUMBER);
        rejected(|content| content.channels[0].display_name = "fixed".to_owned(), codes::CHANNEL_WITHOUT_PROJECT);
        rejected(|content| content.channels[0].display_name = format!("{{project}}{}", "x".repeat(60)), codes::CHANNEL_WITHOUT_PROJECT);
        rejected(|content| content.channels[0].display_name = "{project} CLIENT".to_owned(), codes::CHANNELS_ALIKE);
        rejected(|content| content.channels[0].message = "x".repeat(4_001), codes::MESSAGE_TOO_LONG);
        rejected(|content| content.channels[0].purpose = "x".repeat(251), channel_codes::PURPOSE_TOO_LONG);
        rejected(|content| content.channels[0].header = "x".repeat(1_025), channel_codes::HEADER_TOO_LONG);
        rejected(|content| content.member_ids = vec![UserId::from_bytes([1; 16]); 101], codes::MEMBERS_TOO_MANY);
        rejected(|content| content.group_ids = vec![GroupId::from_bytes([1; 16]); 11], codes::GROUPS_TOO_MANY);
        rejected(|content| content.category = "x".repeat(65), codes::CATEGORY_TOO_LONG);
        for (channel, people, days) in [(0, 5, 7), (2, 5, 7), (1, 0, 7), (1, 1_001, 7), (1, 5, 0), (1, 5, 367)] {
            let bad = template(|content| content.guest_link = link(channel, people, days));
            assert!(bad.check().unwrap_err().is(codes::GUEST_LINK_INVALID), "{channel} {people} {days}");
        }
        assert!(ChannelTemplate { name: String::new(), ..template(|_| ()) }.check().unwrap_err().is(codes::TEMPLATE_NAME_INVALID));
    }

    #[test]
    fn the_name_of_a_channel_is_made_of_what_addresses_may_have() {
        let cases = [
            ("Acme", Some("acme")),
            ("Acme & Sons, website", Some("acme-sons-website")),
            ("M\u{fc}ller Stra\u{df}e", Some("mueller-strasse")),
            ("  -- 7", None),
            ("\u{674e}\u{660e}", None),
            ("x", None),
        ];
        for (display_name, name) in cases {
            assert_eq!(channel_name(display_name).as_deref(), name, "{display_name}");
        }
        let long = channel_name(&"word ".repeat(20)).unwrap();
        assert!(long.len() <= CHANNEL_NAME_CHARS_MAX && crate::channel::is_valid_name(&long));
    }
}
