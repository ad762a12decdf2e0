//! Setting, listing and removing the limits of people, roles, channels and teams.

use guildhall_testkit::TestServer;
use serde_json::{Value, json};

use super::{World, id, send, upload};

const INVALID: &str = "api.context.invalid_body_param.app_error";

#[tokio::test]
async fn limits_are_set_replaced_listed_and_removed() {
    let world = World::new().await;
    upload(&world.ann, &world.dev, 30).await.ok();
    let path = format!("/limits/channels/{}", id(&world.dev));
    let none = world.root.get(&path).await.ok();
    let nothing = json!({"file_bytes": null, "storage_bytes": null, "storage_files": null, "posts_per_minute": null});
    assert_eq!((&none["limits"], &none["bytes"], &none["in_effect"]["storage_bytes"]), (&nothing, &json!(30), &json!(0)));

    world.root.put(&path, json!({"file_bytes": 7, "storage_bytes": 5_497_558_138_880_i64})).await.ok();
    let set = world.root.put(&path, json!({"storage_bytes": 1_000, "posts_per_minute": 600})).await.ok();
    let limits = json!({"file_bytes": null, "storage_bytes": 1_000, "storage_files": null, "posts_per_minute": 600});
    let in_effect = json!({"file_bytes": 107_374_182_400_i64, "storage_bytes": 1_000, "storage_files": 0, "posts_per_minute": 600});
    let expected = json!({
        "scope": "channels", "scope_id": world.dev["id"], "name": "dev", "display_name": "dev", "is_archived": false,
        "bytes": 30, "files": 1, "limits": limits, "in_effect": in_effect
    });
    assert_eq!((&set, &world.root.get(&path).await.ok()), (&expected, &expected));

    world.limit("users", &world.bob.id.to_string(), json!({"file_bytes": 0})).await;
    world.limit("roles", &world.role("system_admin").await, json!({"storage_files": 5})).await;
    world.limit("teams", id(&world.team), json!({"posts_per_minute": 9})).await;
    for (scope, name) in [("users", "bob"), ("roles", "system_admin"), ("channels", "dev"), ("teams", "crew")] {
        let rows = world.root.get(&format!("/limits?of={scope}")).await.ok();
        let names: Vec<&Value> = rows.as_array().unwrap().iter().map(|row| &row["name"]).collect();
        assert_eq!((names, &rows[0]["scope"]), (vec![&json!(name)], &json!(scope)));
    }
    world.root.delete(&path).await.ok();
    world.root.delete(&path).await.assert_error(404, "api.limits.not_set.app_error");
    assert_eq!(world.root.get("/limits?of=channels").await.ok(), json!([]));
    assert_eq!(world.server.count("SELECT COUNT(*) FROM own_limits").await, 3);
}

#[tokio::test]
async fn limits_hold_after_a_restart() {
    let server = TestServer::start_on_disk(|_| {}).await;
    let world = World::on(server).await;
    world.limit("channels", id(&world.dev), json!({"file_bytes": 7})).await;
    world.limit("roles", &world.role("system_admin").await, json!({"file_bytes": 5})).await;
    let server = world.server.restart().await;
    let (ann, root) = (server.reconnect(&world.ann), server.reconnect(&world.root));
    assert_eq!((upload(&ann, &world.dev, 8).await.status, upload(&ann, &world.dev, 7).await.status), (413, 201));
    assert_eq!((upload(&root, &world.dev, 6).await.status, upload(&root, &world.dev, 5).await.status), (413, 201));
}

#[tokio::test]
async fn bad_input_sets_nothing() {
    let world = World::new().await;
    let direct = world.ann.post("/channels/direct", json!([world.ann.id, world.bob.id])).await.ok();
    let old = world.ann.create_channel(&world.team, "old", "O").await;
    world.ann.delete(&format!("/channels/{}", id(&old))).await.ok();
    let gone = world.server.create_user("gone").await;
    world.root.delete(&format!("/users/{}", gone.id)).await.ok();
    let valid = json!({"file_bytes": 1});
    let (dev, unknown, gone) = (id(&world.dev), "y".repeat(26), gone.id.to_string());
    let [member, guest] = [world.role("system_user").await, world.role("system_guest").await];
    let [of_team, of_channel] = [world.role("team_admin").await, world.role("channel_guest").await];
    for (scope, scope_id, limits, status, error) in [
        ("servers", dev, valid.clone(), 400, "api.context.invalid_url_param.app_error"),
        ("channels", "dev", valid.clone(), 400, "api.context.invalid_url_param.app_error"),
        ("channels", &unknown[..], valid.clone(), 404, "api.limits.target.not_found.app_error"),
        ("users", dev, valid.clone(), 404, "api.limits.target.not_found.app_error"),
        ("channels", id(&direct), valid.clone(), 404, "api.limits.target.not_found.app_error"),
        ("channels", id(&old), valid.clone(), 400, "api.limits.set.archived.app_error"),
        ("users", &gone[..], valid.clone(), 400, "api.limits.set.archived.app_error"),
        ("roles", &member[..], valid.clone(), 400, "api.limits.set.role_by_settings.app_error"),
        ("roles", &guest[..], valid.clone(), 400, "api.limits.set.role_by_settings.app_error"),
        ("roles", &of_team[..], valid.clone(), 400, "api.limits.set.role_of_place.app_error"),
        ("roles", &of_channel[..], valid, 400, "api.limits.set.role_of_place.app_error"),
        ("channels", dev, json!({}), 400, INVALID),
        ("channels", dev, json!({"file_bytes": null}), 400, INVALID),
        ("channels", dev, json!({"file_bytes": -1}), 400, INVALID),
        ("channels", dev, json!({"storage_bytes": i64::MAX}), 400, INVALID),
        ("channels", dev, json!({"storage_bytes": 1e300}), 400, INVALID),
        ("channels", dev, json!({"storage_files": 1.5}), 400, INVALID),
        ("channels", dev, json!({"storage_files": "many"}), 400, INVALID),
        ("channels", dev, json!({"posts_per_minute": 1_000_001}), 400, INVALID),
        ("channels", dev, json!([]), 400, INVALID),
    ] {
        let answer = world.root.put(&format!("/limits/{scope}/{scope_id}"), limits.clone()).await;
        assert_eq!(answer.error(), (status, error.to_owned()), "{scope}/{scope_id} {limits}");
    }
    assert_eq!(world.server.count("SELECT COUNT(*) FROM own_limits").await, 0);
}

#[tokio::test]
async fn who_manages_a_team_sees_its_limits_and_others_see_their_own() {
    let world = World::new().await;
    world.limit("teams", id(&world.team), json!({"storage_bytes": 1_000})).await;
    let of_team = format!("/limits/teams/{}", id(&world.team));
    assert_eq!(world.ann.get(&of_team).await.ok()["limits"]["storage_bytes"], 1_000);
    let denied = "api.context.permissions.app_error";
    world.bob.get(&of_team).await.assert_error(403, denied);
    world.ann.put(&of_team, json!({"storage_bytes": 0})).await.assert_error(403, denied);
    world.ann.delete(&of_team).await.assert_error(403, denied);
    world.ann.get("/limits").await.assert_error(403, denied);
    world.ann.get(&format!("/limits/channels/{}", id(&world.dev))).await.assert_error(403, denied);
    world.ann.get(&format!("/limits/users/{}", world.ann.id)).await.assert_error(403, denied);
    assert_eq!(world.bob.get("/users/me/limits").await.ok()["posts_per_minute"], 300);
    let private = world.ann.create_channel(&world.team, "hidden", "P").await;
    world.bob.get(&format!("/users/me/limits?channel_id={}", id(&private))).await.assert_error(403, denied);
}

#[tokio::test]
async fn limits_of_what_is_archived_hold_again_when_it_is_restored() {
    let world = World::new().await;
    world.limit("channels", id(&world.ops), json!({"posts_per_minute": 1})).await;
    world.ann.delete(&format!("/channels/{}", id(&world.ops))).await.ok();
    let row = &world.root.get("/limits?of=channels").await.ok()[0];
    assert_eq!((&row["name"], &row["is_archived"]), (&json!("ops"), &json!(true)));
    world.ann.post(&format!("/channels/{}/restore", id(&world.ops)), json!({})).await.ok();
    send(&world.ann, &world.ops).await.ok();
    assert_eq!(send(&world.ann, &world.ops).await.status, 429);
    world.ann.delete(&format!("/channels/{}", id(&world.ops))).await.ok();
    world.root.delete(&format!("/limits/channels/{}", id(&world.ops))).await.ok();
}

#[tokio::test]
async fn changes_are_in_the_audit_trail() {
    let world = World::new().await;
    world.limit("channels", id(&world.dev), json!({"storage_bytes": 1_000})).await;
    world.limit("channels", id(&world.dev), json!({"storage_bytes": 2_000})).await;
    world.root.delete(&format!("/limits/channels/{}", id(&world.dev))).await.ok();
    let audits = world.root.get("/audits?per_page=200").await.ok();
    let of = |action: &str| -> Vec<String> {
        let rows = audits.as_array().unwrap().iter().filter(|row| row["action"] == action);
        rows.map(|row| row["extra_info"].as_str().unwrap().to_owned()).collect()
    };
    let set = of("limits.set");
    assert!(set.iter().any(|info| info.contains("kind=channel name=dev old_storage_bytes=1000 storage_bytes=2000")), "{set:?}");
    let removed = of("limits.remove");
    assert!(removed.iter().any(|info| info.contains("old_storage_bytes=2000 storage_bytes=default")), "{removed:?}");
}
