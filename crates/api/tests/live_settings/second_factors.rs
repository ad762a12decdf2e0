//! Settings of second factors: whether an account that was just made may do something, and one that was there before, and whether a
//! log-in with a passkey can begin.

use guildhall_testkit::PASSWORD;
use serde_json::json;

use super::{Group, World};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// The accounts of the world have until 30 days after the change.
pub(super) const REQUIRED: Group = Group {
    preset: &[],
    rows: &[
        row!("second_factors.required", "everybody", |world| is_newcomer_rejected(world).await),
        row!("second_factors.grace_days", 30, |world| {
            world.server.clock.advance_ms(10 * DAY_MS);
            is_newcomer_rejected(world).await && world.ann.get("/users/me/teams").await.status == 200
        }),
        row!("second_factors.passkeys", false, |world| {
            let begun = world.root.with_token("").post("/users/login/passkey/options", json!({})).await;
            begun.json()["id"] == "api.passkey.disabled.app_error"
        }),
    ],
};

async fn is_newcomer_rejected(world: &World) -> bool {
    let name = world.name();
    world.create_account(json!({"username": name, "email": format!("{name}@example.com"), "password": PASSWORD})).await.ok();
    let token = world.log_in(&name, PASSWORD).await.header("token").to_owned();
    world.root.with_token(&token).get("/users/me/teams").await.status == 403
}

#[tokio::test]
async fn changes_of_second_factors_take_effect() {
    super::assert_takes_effect(&REQUIRED).await;
}
