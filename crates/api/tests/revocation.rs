//! What is taken from somebody is gone at once: for their next request, on the connection that is open, for one that
//! comes back, and for the address of a file.

use crate::proof::world::{Role, Scene, World};
use guildhall_testkit::{BrokenOff, Ears, PASSWORD, Person};
use serde_json::json;

const SECRET: &str = "quokkasecret";

/// Everything that a member holds on to before something is taken from them.
struct Holding {
    who: Person,
    open: Ears,
    broken_off: BrokenOff,
}

impl Holding {
    async fn of(world: &World, who: Person) -> Self {
        let open = who.listen().await;
        let broken_off = who.listen().await.break_off();
        let holding = Self { who, open, broken_off };
        holding.may_read(world).await;
        holding
    }

    fn paths(&self, world: &World) -> [String; 4] {
        let channel = world.channel(Scene::Private)["id"].as_str().unwrap();
        let post = world.post(Scene::Private)["id"].as_str().unwrap();
        let file = world.file(Scene::Private);
        [format!("/channels/{channel}"), format!("/channels/{channel}/posts"), format!("/posts/{post}"), format!("/files/{file}")]
    }

    /// The session is over: nothing answers, the connection closes, and cannot be taken up again.
    async fn has_ended(mut self, world: &World) {
        for path in self.paths(world) {
            self.who.get(&path).await.refused(401, "api.context.session_expired.app_error");
        }
        self.who
            .post("/posts", json!({"channel_id": world.channel(Scene::Private)["id"], "message": "still here"}))
            .await
            .refused(401, "api.context.session_expired.app_error");
        speak(world).await;
        self.open.closed().await;
        hears_nothing(&mut self.open);
        let token = self.who.token.clone().unwrap();
        assert!(self.broken_off.resume(&token).await.is_none(), "an ended session came back");
    }

    /// The person is still there, and has lost the channel.
    async fn has_lost_the_channel(mut self, world: &World) {
        self.who.get("/users/me").await.ok();
        for path in self.paths(world) {
            self.who.get(&path).await.refused(403, "api.context.permissions.app_error");
        }
        self.who
            .post("/posts", json!({"channel_id": world.channel(Scene::Private)["id"], "message": "still here"}))
            .await
            .refused(403, "api.context.permissions.app_error");
        speak(world).await;
        hears_nothing(&mut self.open);
        let token = self.who.token.clone().unwrap();
        let (mut back, _) = self.broken_off.resume(&token).await.expect("a session that goes on");
        speak(world).await;
        hears_nothing(&mut back);
    }

    async fn may_read(&self, world: &World) {
        for path in self.paths(world) {
            assert_eq!(self.who.get(&path).await.status, 200, "{path}");
        }
    }

    async fn goes_on(mut self, world: &World) {
        self.may_read(world).await;
        speak(world).await;
        self.open.next("posted").await;
    }
}

async fn speak(world: &World) {
    world.person(Role::Owner).say(world.channel(Scene::Private), SECRET).await;
}

fn hears_nothing(ears: &mut Ears) {
    for event in ears.so_far() {
        assert!(!event.to_string().contains(SECRET), "{event}");
    }
}

async fn member(world: &World) -> Holding {
    Holding::of(world, world.person(Role::Member).clone()).await
}

/// The member, logged in once more.
async fn again(world: &World) -> Person {
    let mut person = world.person(Role::Member).clone();
    person.log_in().await;
    person
}

#[tokio::test]
async fn logging_out_ends_this_session_only() {
    let world = World::new().await;
    let other = Holding::of(&world, again(&world).await).await;
    let holding = member(&world).await;
    holding.who.post("/users/logout", json!({})).await.ok();
    holding.has_ended(&world).await;
    other.goes_on(&world).await;
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    let world = World::new().await;
    let holding = member(&world).await;
    let change = json!({"current_password": PASSWORD, "new_password": "An0ther!longer"});
    again(&world).await.put("/users/me/password", change).await.ok();
    holding.has_ended(&world).await;
}

#[tokio::test]
async fn a_password_set_by_an_administrator_ends_all_sessions() {
    let world = World::new().await;
    let holding = member(&world).await;
    let path = format!("/users/{}/password", holding.who.id);
    world.person(Role::Admin).put(&path, json!({"new_password": "An0ther!longer"})).await.ok();
    holding.has_ended(&world).await;
}

#[tokio::test]
async fn deactivation_ends_everything() {
    let world = World::new().await;
    let holding = member(&world).await;
    let token = access_token(&world).await;
    let scripted = Holding::of(&world, holding.who.with_token(&token.0)).await;
    world.person(Role::Admin).delete(&format!("/users/{}", holding.who.id)).await.ok();
    holding.has_ended(&world).await;
    scripted.has_ended(&world).await;
}

#[tokio::test]
async fn deactivation_by_the_switch_ends_everything() {
    let world = World::new().await;
    let holding = member(&world).await;
    world.person(Role::Admin).put(&format!("/users/{}/active", holding.who.id), json!({"active": false})).await.ok();
    holding.has_ended(&world).await;
}

#[tokio::test]
async fn a_revoked_session_has_ended() {
    let world = World::new().await;
    let holding = member(&world).await;
    let sessions = holding.who.get("/users/me/sessions").await.ok();
    let other = again(&world).await;
    for session in sessions.as_array().unwrap() {
        other.post("/users/me/sessions/revoke", json!({"session_id": session["id"]})).await.ok();
    }
    other.get("/users/me").await.ok();
    holding.has_ended(&world).await;
}

#[tokio::test]
async fn revoking_all_sessions_of_a_person_ends_them() {
    let world = World::new().await;
    let holding = member(&world).await;
    world.person(Role::Admin).post(&format!("/users/{}/sessions/revoke/all", holding.who.id), json!({})).await.ok();
    holding.has_ended(&world).await;
}

#[tokio::test]
async fn revoking_everybodys_sessions_ends_them() {
    let world = World::new().await;
    let holding = member(&world).await;
    world.person(Role::Admin).post("/users/sessions/revoke/all", json!({})).await.ok();
    for path in holding.paths(&world) {
        holding.who.get(&path).await.refused(401, "api.context.session_expired.app_error");
    }
    let Holding { who, mut open, broken_off } = holding;
    open.closed().await;
    assert!(broken_off.resume(&who.token.unwrap()).await.is_none());
}

/// A token of the member's, and its id.
async fn access_token(world: &World) -> (String, String) {
    let member = world.person(Role::Member);
    let admin = world.person(Role::Admin);
    let roles = json!({"roles": "system_user system_user_access_token"});
    admin.put(&format!("/users/{}/roles", member.id), roles).await.ok();
    let made = member.post(&format!("/users/{}/tokens", member.id), json!({"description": "script"})).await.ok();
    (made["token"].as_str().unwrap().to_owned(), made["id"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn revoked_and_disabled_access_tokens_open_nothing() {
    for way in ["revoke", "disable"] {
        let world = World::new().await;
        let (token, id) = access_token(&world).await;
        let holding = Holding::of(&world, world.person(Role::Member).with_token(&token)).await;
        world.person(Role::Member).post(&format!("/users/tokens/{way}"), json!({"token_id": id})).await.ok();
        holding.has_ended(&world).await;
    }
}

#[tokio::test]
async fn who_is_removed_from_a_channel_reads_and_hears_no_more_of_it() {
    let world = World::new().await;
    let holding = member(&world).await;
    let channel = world.channel(Scene::Private)["id"].as_str().unwrap();
    world.person(Role::Owner).delete(&format!("/channels/{channel}/members/{}", holding.who.id)).await.ok();
    holding.has_lost_the_channel(&world).await;
}

#[tokio::test]
async fn who_leaves_a_channel_reads_and_hears_no_more_of_it() {
    let world = World::new().await;
    let holding = member(&world).await;
    let channel = world.channel(Scene::Private)["id"].as_str().unwrap();
    holding.who.delete(&format!("/channels/{channel}/members/{}", holding.who.id)).await.ok();
    holding.has_lost_the_channel(&world).await;
}

#[tokio::test]
async fn who_is_removed_from_a_team_has_lost_its_channels() {
    let world = World::new().await;
    let holding = member(&world).await;
    let team = world.team["id"].as_str().unwrap();
    world.person(Role::Owner).delete(&format!("/teams/{team}/members/{}", holding.who.id)).await.ok();
    holding.who.get(&format!("/teams/{team}")).await.refused(403, "api.context.permissions.app_error");
    holding.has_lost_the_channel(&world).await;
}

#[tokio::test]
async fn a_role_that_was_taken_away_allows_nothing_more() {
    let world = World::new().await;
    let (admin, member) = (world.person(Role::Admin), world.person(Role::Member));
    let path = format!("/users/{}/roles", member.id);
    let privileged = format!("/channels/{}", world.channel(Scene::Public)["id"].as_str().unwrap());
    admin.put(&path, json!({"roles": "system_user system_admin"})).await.ok();
    member.get("/channels").await.ok();
    member.put(&format!("{privileged}/privacy"), json!({"privacy": "P"})).await.ok();
    admin.put(&path, json!({"roles": "system_user"})).await.ok();
    member.get("/channels").await.refused(403, "api.context.permissions.app_error");
    member.get(&privileged).await.refused(403, "api.context.permissions.app_error");
}

#[tokio::test]
async fn a_team_administrator_who_is_one_no_more_cannot_administrate() {
    let world = World::new().await;
    let (owner, member) = (world.person(Role::Owner), world.person(Role::Member));
    let team = world.team["id"].as_str().unwrap();
    let path = format!("/teams/{team}/members/{}/schemeRoles", member.id);
    owner.put(&path, json!({"scheme_user": true, "scheme_admin": true})).await.ok();
    member.put(&format!("/teams/{team}/patch"), json!({"description": "mine"})).await.ok();
    owner.put(&path, json!({"scheme_user": true, "scheme_admin": false})).await.ok();
    member.put(&format!("/teams/{team}/patch"), json!({"description": "mine"})).await.refused(403, "api.context.permissions.app_error");
}

/// Sends a request and hangs up when it has been worked on so many times.
async fn hang_up_after(polls: usize, call: impl Future) {
    let mut call = std::pin::pin!(call);
    for _ in 0..polls {
        if futures::poll!(call.as_mut()).is_ready() {
            return;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_member_is_removed_also_when_the_client_hangs_up() {
    for polls in 1..=6 {
        let world = World::new().await;
        let mut holding = member(&world).await;
        let channel = world.channel(Scene::Private)["id"].as_str().unwrap().to_owned();
        let path = format!("/channels/{channel}/members/{}", holding.who.id);
        hang_up_after(polls, world.person(Role::Owner).delete(&path)).await;
        holding.open.next("user_removed").await;
        holding.has_lost_the_channel(&world).await;
    }
}

#[tokio::test]
async fn sessions_end_also_when_the_client_hangs_up() {
    for polls in 1..=4 {
        let world = World::new().await;
        let admin = world.person(Role::Admin);

        let holding = member(&world).await;
        hang_up_after(polls, holding.who.post("/users/logout", json!({}))).await;
        ends(holding, &world).await;

        let holding = Holding::of(&world, again(&world).await).await;
        let path = format!("/users/{}/password", holding.who.id);
        hang_up_after(polls, admin.put(&path, json!({"new_password": PASSWORD}))).await;
        ends(holding, &world).await;

        let holding = Holding::of(&world, again(&world).await).await;
        let path = format!("/users/{}/active", holding.who.id);
        hang_up_after(polls, admin.put(&path, json!({"active": false}))).await;
        ends(holding, &world).await;
    }
}

/// The connection closes, and after that nothing answers.
async fn ends(mut holding: Holding, world: &World) {
    holding.open.closed().await;
    holding.has_ended(world).await;
}

#[tokio::test]
async fn an_open_connection_acts_with_the_roles_of_now() {
    let world = World::new().await;
    let (admin, member) = (world.person(Role::Admin), world.person(Role::Member));
    let app = world.server.app();
    let actor = async || app.services.sessions().actor_of(member.token.as_deref().unwrap()).await;
    assert!(!actor().await.unwrap().roles.contains("system_admin"));
    admin.put(&format!("/users/{}/roles", member.id), json!({"roles": "system_user system_admin"})).await.ok();
    assert!(actor().await.unwrap().roles.contains("system_admin"));
}
