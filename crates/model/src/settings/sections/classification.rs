//! The settings of the section `classification`.

use serde::{Deserialize, Serialize};

use crate::settings::declare::section;
use crate::settings::key;
use crate::settings::rule::chars;
use crate::settings::{Audience, Rule};

pub const PLACEMENTS: &[&str] = &["top", "top_and_bottom"];

section! {
    /// The classification banner, a line on every page that says how confidential the server is, also where people log in. Nobody can
    /// close it.
    classification: Classification {
        /// Whether the banner is shown. Without a level it never is.
        enabled: bool = false => {
            config: &[key("ClassificationSettings", "EnableBanner")],
            client: &["FeatureFlagClassificationMarkings", "ClassificationMarkingsGlobalBannerEnabled"], audience: Audience::Public,
        }
        /// The level, such as `CONFIDENTIAL`.
        level: String = "" => {
            rule: chars(0, 64),
            config: &[key("ClassificationSettings", "Level")],
            client: &["ClassificationMarkingsGlobalBannerLevelName"], audience: Audience::Public,
        }
        /// What follows the level: how to treat what is written here.
        text: String = "" => {
            rule: chars(0, 256),
            config: &[key("ClassificationSettings", "Text")],
            client: &["ClassificationMarkingsGlobalBannerText"], audience: Audience::Public,
        }
        /// The colour of the banner, such as `#c8102e`.
        background_color: String = "#c8102e" => {
            rule: Rule::Color,
            config: &[key("ClassificationSettings", "BackgroundColor")],
            client: &["ClassificationMarkingsGlobalBannerColor"], audience: Audience::Public,
        }
        /// The colour of its text, such as `#ffffff`. Mattermost's apps choose one that can be read.
        text_color: String = "#ffffff" => {
            rule: Rule::Color,
            config: &[key("ClassificationSettings", "TextColor")],
            client: &["ClassificationMarkingsGlobalBannerTextColor"], audience: Audience::Public,
        }
        /// Where it is: `top`, or `top_and_bottom`.
        placement: String = "top" => {
            rule: Rule::OneOf(PLACEMENTS),
            config: &[key("ClassificationSettings", "Placement")],
            client: &["ClassificationMarkingsGlobalBannerPlacement"], audience: Audience::Public,
        }
    }
}

impl Classification {
    /// What the banner says; `None` where there is none.
    pub fn banner(&self) -> Option<String> {
        let (level, text) = (self.level.trim(), self.text.trim());
        let separator = if text.is_empty() { "" } else { " // " };
        (self.enabled && !level.is_empty()).then(|| format!("{level}{separator}{text}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_banner_takes_a_level() {
        let mut settings = Classification { level: " SECRET ".to_owned(), ..Classification::default() };
        assert_eq!(settings.banner(), None);
        settings.enabled = true;
        assert_eq!(settings.banner().unwrap(), "SECRET");
        settings.text = "Project staff only\n".to_owned();
        assert_eq!(settings.banner().unwrap(), "SECRET // Project staff only");
        settings.level = " ".to_owned();
        assert_eq!(settings.banner(), None);
    }
}
