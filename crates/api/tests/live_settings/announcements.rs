//! Settings of the announcement banner and the terms of service: what clients learn of them.

use serde_json::json;

use super::Group;

pub(super) const SHOWN: Group = Group {
    preset: &[],
    rows: &[
        row!("announcement.enabled", true, |world| world.client_config_of_root("EnableBanner").await == "true"),
        row!("announcement.text", "At noon", |world| world.client_config_of_root("BannerText").await == "At noon"),
        row!("announcement.background_color", "#aa0000", |world| world.client_config_of_root("BannerColor").await == "#aa0000"),
        row!("announcement.text_color", "#ffffff", |world| world.client_config_of_root("BannerTextColor").await == "#ffffff"),
        row!("announcement.can_be_dismissed", false, |world| world.client_config_of_root("AllowBannerDismissal").await == "false"),
        row!("terms_of_service.enabled", true, |world| world.client_config_of_root("EnableCustomTermsOfService").await == "true"),
        row!("terms_of_service.reacceptance_days", 30, |world| {
            world.client_config_of_root("CustomTermsOfServiceReAcceptancePeriod").await == "30"
        }),
    ],
};

#[tokio::test]
async fn changes_of_announcements_take_effect() {
    super::assert_takes_effect(&SHOWN).await;
}
