//! A mail about messages as HTML. Everything is escaped, and nothing is loaded from anywhere.

use guildhall_model::settings::Site;

use super::catalogue::Catalogue;
use super::content::{Content, Group, Message, UnreadChannel};
use crate::mail::{Page, button, escape};

impl Content {
    pub(super) fn html(&self, site: &Site) -> String {
        let catalogue = self.catalogue;
        let groups: String = self.groups.iter().map(|group| group.html(catalogue)).collect();
        let older = match self.older_count {
            0 => String::new(),
            count => format!("<p style=\"margin:24px 0 0\">{}</p>\n", escape(&Catalogue::counted(catalogue.older, count))),
        };
        let open = Catalogue::filled(catalogue.open_site, &[("site", &site.name)]);
        let content = format!("{groups}{older}{}{}", self.channels_html(), button(&escape(&site.url), &escape(&open)));
        let link =
            |url: &str, label: &str| format!("<a class=\"muted\" href=\"{}\" style=\"color:#5a6461\">{}</a>", escape(url), escape(label));
        let footer = format!(
            "{}<br>\n{} · {}",
            escape(&Catalogue::filled(catalogue.why, &[("site", &site.name)])),
            link(&self.settings_url, catalogue.settings),
            link(&self.unsubscribe_url, catalogue.unsubscribe)
        );
        Page { language: catalogue.language, title: &escape(&self.subject), content: &content, footer: &footer }.html(site)
    }

    fn channels_html(&self) -> String {
        if self.unread_channels.is_empty() {
            return String::new();
        }
        let row = |channel: &UnreadChannel| {
            format!(
                "<p style=\"margin:6px 0 0\"><a class=\"link\" href=\"{}\" style=\"color:#17695c\">{}</a> \
                 <span class=\"muted\" style=\"color:#5a6461\">{}</span></p>\n",
                escape(&channel.url),
                escape(&channel.name),
                escape(&Catalogue::counted(self.catalogue.messages, channel.count as usize))
            )
        };
        let rows: String = self.unread_channels.iter().map(row).collect();
        format!("{}{rows}", heading(self.catalogue.unread_channels))
    }
}

impl Group {
    fn html(&self, catalogue: &Catalogue) -> String {
        let mut html = if self.title.is_empty() { String::new() } else { heading(&self.title) };
        if !self.thread.is_empty() {
            html.push_str(&format!(
                "<p class=\"muted\" style=\"margin:4px 0 0;font-size:14px;color:#5a6461\">{}</p>\n",
                escape(&self.thread)
            ));
        }
        html.extend(self.messages.iter().map(|message| message.html(catalogue)));
        html
    }
}

impl Message {
    fn html(&self, catalogue: &Catalogue) -> String {
        let text = match escape(&self.text).replace('\n', "<br>\n") {
            text if text.is_empty() => text,
            text => format!("<div class=\"quote\" style=\"margin:4px 0 0;overflow-wrap:anywhere\">{text}</div>\n"),
        };
        format!(
            "<div class=\"line\" style=\"margin:12px 0 0;padding:0 0 0 12px;border-left:3px solid #d5dcd9\">\n\
             <b>{}</b> <span class=\"muted\" style=\"font-size:13px;color:#5a6461\">{}</span>\n{text}\
             <a class=\"link\" href=\"{}\" style=\"font-size:14px;color:#17695c\">{}</a>\n</div>\n",
            escape(&self.sender),
            escape(&self.time),
            escape(&self.url),
            catalogue.open_message
        )
    }
}

fn heading(text: &str) -> String {
    format!("<h2 style=\"margin:24px 0 0;font-size:16px;line-height:1.4;font-weight:650\">{}</h2>\n", escape(text))
}

#[cfg(test)]
mod tests {
    use guildhall_model::settings::Settings;

    use super::*;

    fn content(text: &str) -> Content {
        let url = "https://example.com/chat/studio/pl/abc".to_owned();
        let message = Message { sender: text.to_owned(), time: "Mon, Nov 30, 1:05 PM".to_owned(), text: text.to_owned(), url: url.clone() };
        Content {
            catalogue: Catalogue::of_locale("en"),
            subject: text.to_owned(),
            groups: vec![Group { title: text.to_owned(), thread: text.to_owned(), messages: vec![message] }],
            older_count: 3,
            unread_channels: vec![UnreadChannel { name: text.to_owned(), count: 1, url }],
            settings_url: "https://example.com/chat/notification_settings".to_owned(),
            unsubscribe_url: "https://example.com/chat/unsubscribe?token=abc".to_owned(),
        }
    }

    fn settings() -> Settings {
        let mut settings = Settings::default();
        settings.site.url = "https://example.com/chat".to_owned();
        settings
    }

    #[test]
    fn everything_in_html_is_escaped_and_nothing_is_loaded() {
        let html = content("<script>alert(\"1\")</script>\n<img src=x>").render(&settings()).html;
        assert!(!html.contains("<script") && !html.contains("<img") && !html.contains("src=\"") && !html.contains("url("), "{html}");
        assert_eq!(html.matches("&lt;script&gt;alert(&quot;1&quot;)").count(), 7, "{html}");
        assert!(html.contains("&lt;/script&gt;<br>\n&lt;img src=x&gt;"));
    }

    #[test]
    fn a_text_cannot_be_taken_for_the_rest_of_the_mail() {
        let text = content("a\n-- \nTurn off these mails: https://evil.example").render(&settings()).text;
        assert!(
            text.contains("    a\n    -- \n    Turn off these mails: https://evil.example\nhttps://example.com/chat/studio/pl/abc"),
            "{text}"
        );
        assert!(text.ends_with("Turn off these mails: https://example.com/chat/unsubscribe?token=abc\n"), "{text}");
    }
}
