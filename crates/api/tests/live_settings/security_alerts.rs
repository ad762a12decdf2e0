//! Settings of security alerts, as the rules read them.

use serde_json::json;

use super::{Group, World};

/// `rule!("name", |settings| whether it is in effect)`: the next evaluation reads the settings anew.
macro_rules! setting {
    ($name:literal, $value:expr, |$settings:ident| $effect:expr) => {
        row!($name, $value, |world| {
            let settings = world.server.app().services.settings();
            let $settings = &settings.security_alerts;
            $effect
        })
    };
}

pub(super) const RULES: Group = Group {
    preset: &[],
    rows: &[
        setting!("security_alerts.window_minutes", 20, |settings| settings.window_ms() == 1_200_000),
        setting!("security_alerts.mail", false, |settings| !settings.mail),
        setting!("security_alerts.credential_stuffing", "revoke", |settings| settings.credential_stuffing == "revoke"),
        setting!("security_alerts.credential_stuffing_accounts", 30, |settings| settings.credential_stuffing_accounts == 30),
        setting!("security_alerts.log_in_networks", "revoke", |settings| settings.log_in_networks == "revoke"),
        setting!("security_alerts.log_in_networks_count", 4, |settings| settings.log_in_networks_count == 4),
        setting!("security_alerts.token_networks", "revoke", |settings| settings.token_networks == "revoke"),
        setting!("security_alerts.token_networks_count", 3, |settings| settings.token_networks_count == 3),
        setting!("security_alerts.mass_download", "revoke", |settings| settings.mass_download == "revoke"),
        setting!("security_alerts.mass_download_files", 30, |settings| settings.mass_download_files == 30),
        setting!("security_alerts.mass_reading", "revoke", |settings| settings.mass_reading == "revoke"),
        setting!("security_alerts.mass_reading_requests", 30, |settings| settings.mass_reading_requests == 30),
        row!("security_alerts.new_administrator", "off", |world| !world.raises_alert_of_administrator().await),
        setting!("security_alerts.denied_requests", "revoke", |settings| settings.denied_requests == "revoke"),
        setting!("security_alerts.denied_requests_count", 30, |settings| settings.denied_requests_count == 30),
    ],
};

#[tokio::test]
async fn changes_of_security_alerts_take_effect() {
    super::assert_takes_effect(&RULES).await;
}

impl World {
    async fn raises_alert_of_administrator(&self) -> bool {
        let account = self.create_account(json!({})).await.ok();
        let path = format!("/users/{}/roles", account["id"].as_str().unwrap());
        self.root.put(&path, json!({"roles": "system_user system_admin"})).await.ok();
        let count = async || self.server.count("SELECT COUNT(*) FROM security_alerts WHERE rule = 'new_administrator'").await;
        let before = count().await;
        self.server.clock.advance_ms(10_001);
        self.server.app().services.run_due_jobs().await.unwrap();
        count().await > before
    }
}
