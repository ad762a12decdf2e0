//! A mail about messages as plain text.

use guildhall_model::settings::{Settings, Site};

use super::catalogue::Catalogue;
use super::content::{Content, Group, Message};
use crate::mail::Rendered;

impl Content {
    pub fn render(&self, settings: &Settings) -> Rendered {
        Rendered { subject: self.subject.clone(), text: self.text(&settings.site), html: self.html(&settings.site) }
    }

    fn text(&self, site: &Site) -> String {
        let catalogue = self.catalogue;
        let mut blocks: Vec<String> = self.groups.iter().flat_map(Group::blocks).collect();
        if self.older_count > 0 {
            blocks.push(Catalogue::counted(catalogue.older, self.older_count));
        }
        if !self.unread_channels.is_empty() {
            let line = |channel: &super::content::UnreadChannel| {
                format!("{}: {}\n{}", channel.name, Catalogue::counted(catalogue.messages, channel.count as usize), channel.url)
            };
            blocks.push(format!("== {} ==", catalogue.unread_channels));
            blocks.extend(self.unread_channels.iter().map(line));
        }
        let why = Catalogue::filled(catalogue.why, &[("site", &site.name)]);
        blocks.push(format!(
            "-- \n{}\n{}\n{why}\n{}: {}\n{}: {}",
            site.name, site.url, catalogue.settings, self.settings_url, catalogue.unsubscribe, self.unsubscribe_url
        ));
        blocks.join("\n\n") + "\n"
    }
}

impl Group {
    fn blocks(&self) -> Vec<String> {
        let mut blocks = Vec::new();
        if !self.title.is_empty() {
            let thread = if self.thread.is_empty() { String::new() } else { format!("\n{}", one_line(&self.thread)) };
            blocks.push(format!("== {} =={thread}", self.title));
        }
        blocks.extend(self.messages.iter().map(Message::block));
        blocks
    }
}

impl Message {
    /// The text is indented, so that it cannot be taken for anything else of the mail.
    fn block(&self) -> String {
        let text: String = self.text.lines().map(|line| format!("    {line}\n")).collect();
        format!("{}, {}:\n{text}{}", self.sender, self.time, self.url)
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
