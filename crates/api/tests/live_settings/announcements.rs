//! Settings of the banners, the page where people log in and the terms of service: what clients learn of them.

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
        row!("site.custom_brand", true, |world| world.client_config_of_root("EnableCustomBrand").await == "true"),
        row!("site.brand_text", "The studio", |world| world.client_config_of_root("CustomBrandText").await == "The studio"),
        row!("classification.enabled", true, |world| world.client_config_of_root("FeatureFlagClassificationMarkings").await == "true"),
        row!("classification.level", "SECRET", |world| {
            world.client_config_of_root("ClassificationMarkingsGlobalBannerLevelName").await == "SECRET"
        }),
        row!("classification.text", "Staff only", |world| {
            world.client_config_of_root("ClassificationMarkingsGlobalBannerText").await == "Staff only"
        }),
        row!("classification.background_color", "#00aa00", |world| {
            world.client_config_of_root("ClassificationMarkingsGlobalBannerColor").await == "#00aa00"
        }),
        row!("classification.text_color", "#000000", |world| {
            world.client_config_of_root("ClassificationMarkingsGlobalBannerTextColor").await == "#000000"
        }),
        row!("classification.placement", "top_and_bottom", |world| {
            world.client_config_of_root("ClassificationMarkingsGlobalBannerPlacement").await == "top_and_bottom"
        }),
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
