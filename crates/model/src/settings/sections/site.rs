//! The settings of the section `site`.

use serde::{Deserialize, Serialize};

use crate::settings::declare::section;
use crate::settings::key;
use crate::settings::rule::chars;
use crate::settings::{Audience, Rule};

section! {
    /// Name and address.
    site: Site {
        /// The address that people type, such as `https://chat.example.com`, or `https://example.com/chat` if the server is
        /// below a path; empty until it is known.
        url: String = "" => {
            rule: Rule::WebAddress,
            config: &[key("ServiceSettings", "SiteURL")], client: &["SiteURL"], audience: Audience::Public,
        }
        /// The server's name.
        name: String = "Guildhall" => {
            rule: chars(1, 64),
            config: &[key("TeamSettings", "SiteName")], client: &["SiteName"], audience: Audience::Public,
        }
        /// A few words about the server, shown where people log in.
        description: String = "" => {
            rule: chars(0, 1024),
            config: &[key("TeamSettings", "CustomDescriptionText")],
            client: &["CustomDescriptionText"], audience: Audience::Public,
        }
        /// Whether the page where people log in shows a picture and a text of your own.
        custom_brand: bool = false => {
            config: &[key("TeamSettings", "EnableCustomBrand")], client: &["EnableCustomBrand"], audience: Audience::Public,
        }
        /// The text below that picture, with Markdown.
        brand_text: String = "" => {
            rule: chars(0, 500),
            config: &[key("TeamSettings", "CustomBrandText")], client: &["CustomBrandText"], audience: Audience::Public,
        }
        /// The language of people who have not chosen one, such as `en`.
        default_locale: String = "en" => {
            rule: chars(2, 16),
            config: &[
                key("LocalizationSettings", "DefaultClientLocale"),
                key("LocalizationSettings", "DefaultServerLocale").read_only(),
            ],
            client: &["DefaultClientLocale"], audience: Audience::Public,
        }
    }
}
