//! The settings of how often messages are sent.

use guildhall_testkit::{TestResponse, TestUser};
use serde_json::{Value, json};

use super::{Group, World, assert_takes_effect, has_id};

const ENABLED: &[(&str, i64)] =
    &[("limits.enabled", 1), ("limits.requests_burst", 1_000_000_000), ("limits.requests_per_second", 1_000_000_000)];

/// Messages are counted for the person first, then for the channel and the team: each check passes the limits of those before it.
pub(super) const RATES: Group = Group {
    preset: ENABLED,
    rows: &[
        row!("limits.user_posts_per_minute", 1, |world| {
            let (newcomer, channel) = world.newcomer_in_direct_channel().await;
            any_rejected(&send_times(&newcomer, &channel, 2).await, "user")
        }),
        row!("limits.guest_posts_per_minute", 2, |world| any_rejected(&send_times(&world.guest, &world.guest_channel, 3).await, "user")),
        row!("limits.program_posts_per_minute", 1, |world| {
            let mut answers = Vec::new();
            for _ in 0..2 {
                answers.push(world.server.anonymous().post(&format!("//hooks/{}", world.hook), json!({"text": "built"})).await);
            }
            any_rejected(&answers, "user")
        }),
        row!("limits.channel_posts_per_minute", 2, |world| {
            let channel = world.ann.create_channel(&world.team, &world.name(), "O").await;
            let mut answers = Vec::new();
            for _ in 0..3 {
                answers.push(world.newcomer_sends(&channel).await);
            }
            any_rejected(&answers, "channel")
        }),
        row!("limits.team_posts_per_minute", 6, |world| {
            let mut answers = Vec::new();
            for _ in 0..7 {
                let channel = world.ann.create_channel(&world.team, &world.name(), "O").await;
                answers.push(world.newcomer_sends(&channel).await);
            }
            any_rejected(&answers, "team")
        }),
    ],
};

pub(super) const SERVER: Group = Group {
    preset: ENABLED,
    rows: &[row!("limits.server_posts_per_minute", 1, |world| {
        let (newcomer, channel) = world.newcomer_in_direct_channel().await;
        any_rejected(&send_times(&newcomer, &channel, 2).await, "server")
    })],
};

async fn send(who: &TestUser, channel: &Value) -> TestResponse {
    who.post("/posts", json!({"channel_id": channel["id"], "message": "hello"})).await
}

async fn send_times(who: &TestUser, channel: &Value, times: usize) -> Vec<TestResponse> {
    let mut answers = Vec::new();
    for _ in 0..times {
        answers.push(send(who, channel).await);
    }
    answers
}

/// Whether the limit of such a holder is the reason.
fn any_rejected(answers: &[TestResponse], holder: &str) -> bool {
    answers.iter().any(|answer| has_id(answer, &format!("api.post.create_post.{holder}_rate.app_error")))
}

impl World {
    async fn newcomer_in_direct_channel(&self) -> (TestUser, Value) {
        let newcomer = self.server.create_user(&self.name()).await;
        let channel = newcomer.post("/channels/direct", json!([newcomer.id, self.bob.id])).await.ok();
        (newcomer, channel)
    }

    async fn newcomer_sends(&self, channel: &Value) -> TestResponse {
        let newcomer = self.server.create_user(&self.name()).await;
        self.ann.add_to_team(&self.team, &newcomer).await;
        self.ann.add_to_channel(channel, &newcomer).await;
        send(&newcomer, channel).await
    }
}

#[tokio::test]
async fn changes_of_the_rates_of_messages_take_effect() {
    assert_takes_effect(&RATES).await;
}

#[tokio::test]
async fn a_change_of_the_servers_rate_of_messages_takes_effect() {
    assert_takes_effect(&SERVER).await;
}

impl World {
    /// How many of these requests are served.
    pub(super) async fn admitted(&self, user: &TestUser, requests: usize) -> usize {
        let mut admitted = 0;
        for _ in 0..requests {
            admitted += usize::from(user.get("/users/me").await.status == 200);
        }
        admitted
    }
}
