//! The settings of the section `announcement`.

use serde::{Deserialize, Serialize};

use crate::settings::Rule;
use crate::settings::declare::section;
use crate::settings::key;
use crate::settings::rule::chars;

section! {
    /// The announcement banner, a line above everything for everybody who is logged in: maintenance, or how confidential the
    /// server is.
    announcement: Announcement {
        /// Whether the banner is shown. Without a text it never is.
        enabled: bool = false => { config: &[key("AnnouncementSettings", "EnableBanner")], client: &["EnableBanner"] }
        /// Its text: one line, with Markdown.
        text: String = "" => {
            rule: chars(0, 1024),
            config: &[key("AnnouncementSettings", "BannerText")], client: &["BannerText"],
        }
        /// The colour of the banner, such as `#f2a93b`.
        background_color: String = "#f2a93b" => {
            rule: Rule::Color,
            config: &[key("AnnouncementSettings", "BannerColor")], client: &["BannerColor"],
        }
        /// The colour of its text, such as `#333333`.
        text_color: String = "#333333" => {
            rule: Rule::Color,
            config: &[key("AnnouncementSettings", "BannerTextColor")], client: &["BannerTextColor"],
        }
        /// Whether people may close the banner. It is shown to them again when its text changes.
        can_be_dismissed: bool = true => {
            config: &[key("AnnouncementSettings", "AllowBannerDismissal")], client: &["AllowBannerDismissal"],
        }
    }
}
