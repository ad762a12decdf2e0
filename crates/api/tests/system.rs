//! The server itself: the client configuration, settings, statistics, and absent features.

use guildhall_testkit::TestServer;
use serde_json::{Value, json};

#[tokio::test]
async fn ping_needs_no_session() {
    let server = TestServer::start().await;
    let anonymous = server.anonymous();
    let ping = anonymous.get("/system/ping").await.ok();
    assert_eq!((ping["status"].as_str(), ping["IosMinVersion"].as_str()), (Some("OK"), Some("")));
    assert!(ping.get("database_status").is_none());
    let ping = anonymous.get("/system/ping?get_server_status=true&device_id=apple:x").await.ok();
    assert_eq!((ping["database_status"].as_str(), ping["filestore_status"].as_str()), (Some("OK"), Some("OK")));
    assert_eq!(ping["CanReceiveNotifications"], "false");
}

#[tokio::test]
async fn the_client_configuration_matches_the_settings() {
    let server = TestServer::start().await;
    let anonymous = server.anonymous();
    let fresh = anonymous.get("/config/client?format=old").await.ok();
    assert_eq!(
        (fresh["NoAccounts"].as_str(), fresh["EnableOpenServer"].as_str(), fresh["Version"].as_str()),
        (Some("true"), Some("true"), Some("11.9.0"))
    );
    assert_eq!(fresh["DiagnosticId"].as_str().unwrap().len(), 26);
    assert!(fresh.get("MaxFileSize").is_none());
    // The format need not be named, and there is no other one.
    assert_eq!(anonymous.get("/config/client").await.ok(), anonymous.get("/config/client?format=old").await.ok());
    anonymous.get("/config/client?format=new").await.assert_error(400, "api.context.invalid_body_param.app_error");
    assert_eq!(anonymous.get("/license/client").await.ok(), anonymous.get("/license/client?format=old").await.ok());
    assert_eq!(
        anonymous.get("/license/client?format=old").await.ok(),
        json!({
            "IsLicensed": "true", "Announcement": "true", "CustomPermissionsSchemes": "true", "CustomTermsOfService": "true",
            "GuestAccounts": "true", "MFA": "true",
        })
    );

    let ann = server.create_user("ann").await;
    let config = ann.get("/config/client?format=old").await.ok();
    assert_eq!((config["NoAccounts"].as_str(), config["CollapsedThreads"].as_str()), (Some("false"), Some("default_on")));
    assert_eq!(config["MaxFileSize"], (100_i64 * 1024 * 1024 * 1024).to_string());
    assert_eq!(config["DiagnosticId"], fresh["DiagnosticId"]);
    assert!(config.as_object().unwrap().values().all(Value::is_string));
}

#[tokio::test]
async fn administrators_change_settings_at_runtime() {
    let server = TestServer::start().await;
    let (root, bob) = (server.create_user("root").await, server.create_user("bob").await);
    for path in ["/config", "/config/environment", "/analytics/old?name=standard", "/system/onboarding/complete", "/plugins/statuses"] {
        bob.get(path).await.assert_error(403, "api.context.permissions.app_error");
    }
    bob.put("/config/patch", json!({"TeamSettings": {"SiteName": "Mine"}})).await.assert_error(403, "api.context.permissions.app_error");

    let mut events = bob.subscribe().await;
    let mut config = root.get("/config").await.ok();
    config["TeamSettings"]["SiteName"] = json!("Club");
    config["FileSettings"]["MaxFileSize"] = json!(1234);
    let answer = root.put("/config", config.clone()).await.ok();
    assert_eq!(answer, config);
    let published = events.wait_for("config_changed").await;
    assert_eq!(published["data"]["config"]["SiteName"], "Club");
    let client = bob.get("/config/client?format=old").await.ok();
    assert_eq!((client["SiteName"].as_str(), client["MaxFileSize"].as_str()), (Some("Club"), Some("1234")));

    root.put("/config/patch", json!({"TeamSettings": {"EnableOpenServer": false}})).await.ok();
    assert_eq!(server.anonymous().get("/config/client?format=old").await.ok()["EnableOpenServer"], "false");
    assert_eq!(root.get("/config").await.ok()["TeamSettings"]["SiteName"], "Club");
    root.post("/config/reload", json!({})).await.ok();
    assert_eq!(root.get("/config").await.ok()["TeamSettings"]["SiteName"], "Club");

    for (sent, id) in [
        (json!({"SqlSettings": {"DataSource": "elsewhere"}}), "api.config.update_config.not_supported.app_error"),
        (json!({"PluginSettings": {"Plugins": {"x": "x".repeat(50_000)}}}), "api.config.update_config.too_large.app_error"),
        (json!({"TeamSettings": {"MaxUsersPerTeam": "many"}}), "api.context.invalid_body_param.app_error"),
        (json!({"TeamSettings": {"MaxUsersPerTeam": 0}}), "model.config.is_valid.value.app_error"),
        (json!({"ServiceSettings": {"SiteURL": "javascript:x"}}), "model.config.is_valid.value.app_error"),
        (json!({"ServiceSettings": {"AllowedUntrustedInternalConnections": "10.0.0.0/99"}}), "model.config.is_valid.value.app_error"),
        (json!({"ServiceSettings": {"MaximumLoginAttempts": -1}}), "api.context.invalid_body_param.app_error"),
        (json!("x"), "api.context.invalid_body_param.app_error"),
    ] {
        root.put("/config/patch", sent).await.assert_error(400, id);
    }
    assert_eq!(root.get("/config").await.ok()["TeamSettings"]["MaxUsersPerTeam"], 50_000);
    assert_eq!(root.get("/config").await.ok()["SqlSettings"]["DataSource"], "*".repeat(32));
    assert_eq!(root.get("/config/environment").await.ok(), json!({}));
}

/// As mmctl and programs of Mattermost do, which read all of it, change a value, and write all of it.
#[tokio::test]
async fn a_whole_configuration_of_mattermost_is_taken() {
    let server = TestServer::start().await;
    let (root, manager) = (server.create_user("root").await, server.create_user("manager").await);
    let sent = json!({
        "TeamSettings": {"SiteName": "Club", "ExperimentalPrimaryTeam": "crew", "MaxUsersPerTeam": 0},
        "LdapSettings": {"Enable": true, "BindPassword": "open sesame"},
        "SqlSettings": {"DataSource": "postgres://elsewhere", "MaxIdleConns": 20},
        "ServiceSettings": {"ListenAddress": ":80", "MaximumLoginAttempts": -1},
        "PluginSettings": {"PluginStates": {"playbooks": {"Enable": true}}, "Plugins": null},
        "EmailSettings": null,
        "FeatureFlags": {"BoardsProduct": true},
    });
    let answer = root.put("/config", sent).await;
    let warning = answer.header("warning").to_owned();
    assert!(warning.starts_with("299 guildhall ") && warning.contains(" and 9 more cannot be set"), "{warning}");
    let config = answer.ok();
    assert_eq!((&config["TeamSettings"]["SiteName"], &config["LdapSettings"]["Enable"]), (&json!("Club"), &json!(true)));
    // What another server allows and this one does not stays as it is.
    assert_eq!(
        (&config["TeamSettings"]["MaxUsersPerTeam"], &config["ServiceSettings"]["MaximumLoginAttempts"]),
        (&json!(50_000), &json!(10))
    );
    root.put("/config", json!({"TeamSettings": {"MaxUsersPerTeam": 0}}))
        .await
        .assert_error(400, "api.context.invalid_body_param.app_error");
    assert_eq!(config["LdapSettings"]["BindPassword"], "*".repeat(32));
    assert_eq!(config["SqlSettings"]["DataSource"], "*".repeat(32));
    assert_eq!(root.get("/config").await.ok(), config);
    // Sent back as it was read, it changes nothing and warns of nothing.
    let again = root.put("/config", config.clone()).await;
    assert_eq!((again.status, again.header("warning")), (200, ""));
    assert_eq!(again.ok(), config);
    assert_eq!(server.columns_containing_text("open sesame").await, ["settings.value"]);
    // Who manages a part sees and changes nothing of it.
    root.put(&format!("/users/{}/roles", manager.id), json!({"roles": "system_user system_manager"})).await.ok();
    assert_eq!(manager.get("/config").await.ok()["LdapSettings"]["Enable"], false);
    let of_ldap = json!({"LdapSettings": {"Enable": true}, "TeamSettings": {"MaxUsersPerTeam": 7}});
    manager.put("/config/patch", of_ldap).await.assert_error(403, "api.context.permissions.app_error");
    assert_eq!(root.get("/config").await.ok()["TeamSettings"]["MaxUsersPerTeam"], 50_000, "nothing is half done");
    // It is in the audit trail, by name.
    let audits = root.get("/audits").await.ok();
    let record = audits.as_array().unwrap().iter().find(|record| record["action"] == "system.keep_config").unwrap();
    let details = record["extra_info"].as_str().unwrap();
    assert!(details.contains("LdapSettings.BindPassword") && !details.contains("sesame"), "{details}");
}

#[tokio::test]
async fn statistics_are_counted() {
    let server = TestServer::start().await;
    let (root, bob) = (server.create_user("root").await, server.create_user("bob").await);
    let team = root.create_team("builders").await;
    root.add_to_team(&team, &bob).await;
    let channel = bob.create_channel(&team, "plans", "P").await;
    bob.create_post(&channel, "one").await;
    bob.create_post(&channel, "two").await;
    let rows = root.get("/analytics/old?name=standard&team_id=").await.ok();
    let value = |rows: &Value, name: &str| rows.as_array().unwrap().iter().find(|row| row["name"] == name).map(|row| row["value"].clone());
    assert_eq!(value(&rows, "post_count"), Some(json!(2)));
    assert_eq!(value(&rows, "unique_user_count"), Some(json!(2)));
    assert_eq!(value(&rows, "channel_private_count"), Some(json!(1)));
    assert_eq!(value(&rows, "team_count"), Some(json!(1)));
    for (name, least) in [("post_counts_day", 2), ("user_counts_with_posts_day", 1)] {
        let rows = root.get(&format!("/analytics/old?name={name}")).await.ok();
        assert!(rows[0]["value"].as_i64().unwrap() >= least, "{name}: {rows}");
        assert_eq!(rows[0]["name"].as_str().unwrap().len(), "2027-01-15".len());
    }
    assert_eq!(root.get("/analytics/old?name=bot_post_counts_day").await.ok(), json!([]));
    assert!(root.get("/analytics/old?name=extra_counts").await.ok().as_array().unwrap().len() >= 5);
    root.get("/analytics/old?name=nothing").await.assert_error(400, "api.context.invalid_url_param.app_error");
    assert_eq!(bob.get("/usage/posts").await.ok(), json!({"count": 2}));
    assert_eq!(bob.get("/usage/storage").await.ok(), json!({"bytes": 0}));
    assert_eq!(bob.get("/usage/teams").await.ok(), json!({"active": 1, "cloud_archived": 0}));
}

#[tokio::test]
async fn small_operations_are_served() {
    let server = TestServer::start().await;
    let (root, bob) = (server.create_user("root").await, server.create_user("bob").await);
    let zones = bob.get("/system/timezones").await.ok();
    assert!(zones.as_array().unwrap().iter().any(|zone| zone == "Europe/Berlin"));
    assert_eq!(root.get("/system/onboarding/complete").await.ok()["value"], "false");
    root.post("/system/onboarding/complete", json!({"organization": "x", "install_plugins": ["a"]}))
        .await
        .assert_error(501, "app.plugin.disabled.app_error");
    root.post("/system/onboarding/complete", json!({"organization": "x", "install_plugins": []})).await.ok();
    assert_eq!(root.get("/system/onboarding/complete").await.ok()["value"], "true");
    assert_eq!(bob.post("/logs", json!({"level": "ERROR", "message": "oh\nno"})).await.ok()["level"], "ERROR");
    bob.post("/logs", json!({"level": "ERROR", "message": "x".repeat(5000)}))
        .await
        .assert_error(400, "api.system.post_log.too_large.app_error");
    let needed = bob.post("/permissions/ancillary", json!(["sysconsole_read_reporting_server_logs"])).await.ok();
    assert_eq!(needed, json!(["sysconsole_read_reporting_server_logs", "get_logs"]));
}

#[tokio::test]
async fn administrators_read_the_steps_of_the_schema() {
    let server = TestServer::start().await;
    let (root, bob) = (server.create_user("root").await, server.create_user("bob").await);
    let steps = root.get("/system/schema/version").await.ok();
    assert_eq!(steps[0], json!({"version": 1, "name": "settings_and_roles"}));
    assert_eq!(steps.as_array().unwrap().len() as i64, server.count("SELECT COUNT(*) FROM schema_migrations").await);
    bob.get("/system/schema/version").await.assert_error(403, "api.context.permissions.app_error");
}

#[tokio::test]
async fn absent_features_are_reported_as_absent() {
    let server = TestServer::start().await;
    let (root, bob) = (server.create_user("root").await, server.create_user("bob").await);
    assert_eq!(bob.get("/plugins/webapp").await.ok(), json!([]));
    assert_eq!(bob.get(&format!("/system/notices/{}?client=web", bob.id)).await.ok(), json!([]));
    assert_eq!(bob.put("/system/notices/view", json!(["x"])).await.ok(), json!({"status": "OK"}));
    assert_eq!(bob.get("/redirect_location?url=http://example.com").await.ok(), json!({"location": ""}));
    let manifest = server.anonymous().get("/users/sessions/attributes/manifest").await;
    manifest.assert_error(501, "api.user.session_attributes.disabled.app_error");
    assert_eq!(bob.get("/agents").await.ok(), json!({"agents": []}));
    assert_eq!(bob.get("/agents/status").await.ok()["available"], false);
    assert_eq!(bob.get("/llmservices").await.ok(), json!({"services": []}));
    root.get("/trial-license/prev").await.assert_error(403, "api.license.upgrade_needed.app_error");
    root.get("/upgrade_to_enterprise/allowed").await.assert_error(403, "api.upgrade_to_enterprise.already-enterprise.app_error");
    bob.post("/notifications/ack", json!({"id": "x"})).await.assert_error(501, "api.push_notifications.disabled.app_error");
    bob.post("/notifications/test", json!({})).await.assert_error(501, "api.push_notifications.disabled.app_error");
}
