//! Channel templates, the projects that are made of them, their archiving, and bad input.

use guildhall_testkit::{Dialect, TestResponse, TestServer, TestUser};
use serde_json::{Value, json};

const PERMISSIONS: &str = "api.context.permissions.app_error";

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

fn names(values: &Value, field: &str) -> Vec<String> {
    values.as_array().unwrap().iter().map(|value| value[field].as_str().unwrap().to_owned()).collect()
}

/// An administrator; Ada, who made the team, Bob and Cid in it; and mail.
struct Fixture {
    server: TestServer,
    root: TestUser,
    ada: TestUser,
    bob: TestUser,
    cid: TestUser,
    team: Value,
}

impl Fixture {
    async fn new() -> Self {
        Self::on(TestServer::start().await).await
    }

    async fn on(server: TestServer) -> Self {
        let root = server.create_user("root").await;
        let [ada, bob, cid] = [server.create_user("ada").await, server.create_user("bob").await, server.create_user("cid").await];
        let mail = json!({"SMTPServer": "smtp.example.com", "FeedbackEmail": "chat@example.com"});
        root.put("/config/patch", json!({"EmailSettings": mail, "ServiceSettings": {"SiteURL": "https://chat.example.com"}})).await.ok();
        let team = ada.create_team("studio").await;
        ada.add_to_team(&team, &bob).await;
        ada.add_to_team(&team, &cid).await;
        Self { server, root, ada, bob, cid, team }
    }

    fn templates(&self) -> String {
        format!("/teams/{}/channel_templates", id(&self.team))
    }

    /// A channel for the team, and one with guests and a guest link.
    fn client_project(&self) -> Value {
        json!({
            "name": "Client project", "description": "Website and print", "category": "Projects",
            "channels": [
                {"display_name": "{project} team", "type": "O", "purpose": "All about {project}"},
                {"display_name": "{project}", "type": "P", "header": "{project} | Mondays", "for_guests": true,
                    "message": "Welcome to {project}! #kickoff"},
            ],
            "member_ids": [self.bob.id],
            "guest_link": {"channel": 1, "max_people": 3, "days": 2},
        })
    }

    async fn template(&self, body: Value) -> Value {
        self.ada.post(&self.templates(), body).await.ok()
    }

    async fn make(&self, who: &TestUser, template: &Value, body: Value) -> TestResponse {
        who.post(&format!("/channel_templates/{}/channels", id(template)), body).await
    }

    async fn projects(&self, who: &TestUser) -> Value {
        who.get(&format!("/teams/{}/projects", id(&self.team))).await.ok()
    }

    async fn categories(&self, who: &TestUser) -> Vec<(String, usize)> {
        let sidebar = who.get(&format!("/users/me/teams/{}/channels/categories", id(&self.team))).await.ok();
        let of =
            |category: &Value| (category["display_name"].as_str().unwrap().to_owned(), category["channel_ids"].as_array().unwrap().len());
        sidebar["categories"].as_array().unwrap().iter().map(of).collect()
    }

    async fn audits(&self, action: &str) -> usize {
        let audits = self.root.get("/audits?per_page=200").await.ok();
        audits.as_array().unwrap().iter().filter(|audit| audit["action"] == action).count()
    }

    async fn guest_by_link(&self, project: &Value, name: &str) -> TestUser {
        let token = project["guest_link"]["link"].as_str().unwrap().split_once("?t=").unwrap().1.to_owned();
        let body = json!({"token": token, "name": name, "email": format!("{name}@example.org")});
        let answer = self.server.anonymous().post("/guest_links/join", body).await;
        let account = answer.ok();
        let mut guest = self.server.anonymous().with_token(answer.header("token"));
        guest.id = id(&account).parse().unwrap();
        guest
    }

    async fn is_archived(&self, channel: &Value) -> bool {
        self.root.get(&format!("/channels/{}", id(channel))).await.ok()["delete_at"] != 0
    }
}

#[tokio::test]
async fn a_project_is_made_in_one_act() {
    let fixture = Fixture::new().await;
    let template = fixture.template(fixture.client_project()).await;
    assert_eq!((&template["channels"][1]["type"], &template["guest_link"]["days"]), (&json!("P"), &json!(2)));
    fixture.server.until_count("SELECT COUNT(*) FROM deliveries", 0).await;
    fixture.server.mailer.take_sent();
    let mut events = fixture.bob.subscribe().await;
    let body = json!({"project": "Acme & Sons", "members": [fixture.cid.id], "guests": ["Client@example.org"], "pending_id": "one"});
    let made = fixture.make(&fixture.ada, &template, body.clone()).await;
    assert_eq!(made.status, 201);
    let made = made.ok();
    let channels = &made["project"]["channels"];
    assert_eq!(names(channels, "display_name"), ["Acme & Sons team", "Acme & Sons"]);
    assert_eq!(names(channels, "name"), ["acme-sons-team", "acme-sons"]);
    assert_eq!((&made["invited"], &made["skipped_members"]), (&json!(["client@example.org"]), &json!([])));
    let link = &made["guest_link"];
    assert!(link["link"].as_str().unwrap().starts_with("https://chat.example.com/guest_link?t="));
    assert_eq!((&link["channel_id"], &link["people_left"]), (&channels[1]["id"], &json!(3)));
    assert!(link["qr_code"].as_str().unwrap().starts_with("iVBOR"));

    // Everybody has both channels, in the category, and the pinned message as unread.
    assert_eq!(events.wait_for("user_added").await["data"]["user_id"], json!(fixture.bob.id));
    for who in [&fixture.ada, &fixture.bob, &fixture.cid] {
        assert!(fixture.categories(who).await.contains(&("Projects".to_owned(), 2)));
        let member = who.get(&format!("/channels/{}/members/me", id(&channels[1]))).await.ok();
        let roles = if who.id == fixture.ada.id { "channel_user channel_admin" } else { "channel_user" };
        assert_eq!(member["roles"], roles);
        assert_eq!(member["msg_count"], i64::from(who.id == fixture.ada.id), "its author has read the message");
    }
    let channel = fixture.bob.get(&format!("/channels/{}", id(&channels[1]))).await.ok();
    assert_eq!((&channel["header"], &channel["total_msg_count"]), (&json!("Acme & Sons | Mondays"), &json!(1)));
    let pinned = fixture.bob.get(&format!("/channels/{}/pinned", id(&channels[1]))).await.ok();
    let first = &pinned["posts"][pinned["order"][0].as_str().unwrap()];
    assert_eq!((&first["message"], &first["hashtags"]), (&json!("Welcome to Acme & Sons! #kickoff"), &json!("#kickoff")));
    let search = json!({"terms": "#kickoff", "is_or_search": false});
    let found = fixture.bob.post(&format!("/teams/{}/posts/search", id(&fixture.team)), search).await;
    assert_eq!(found.ok()["order"].as_array().unwrap().len(), 1);

    // The guest is invited to the channel for guests only.
    let mail = fixture.server.mailer.next().await;
    assert_eq!(mail.to.address, "client@example.org");
    let pending = fixture.ada.get(&format!("/teams/{}/invitations", id(&fixture.team))).await.ok();
    let by_mail = pending.as_array().unwrap().iter().find(|invitation| invitation["email"] == "client@example.org").unwrap();
    assert_eq!(by_mail["channel_ids"], json!([channels[1]["id"]]));

    // Repeated, it makes nothing new; the link is not shown again.
    let again = fixture.make(&fixture.ada, &template, body).await.ok();
    assert_eq!((&again["project"], &again["guest_link"], &again["invited"]), (&made["project"], &Value::Null, &json!([])));
    // A second project is in the same category; the others have theirs as before.
    fixture.make(&fixture.ada, &template, json!({"project": "Beta", "with_guest_link": false})).await.ok();
    assert!(fixture.categories(&fixture.bob).await.contains(&("Projects".to_owned(), 4)));
    assert_eq!((fixture.audits("projects.create").await, fixture.audits("channel_templates.create").await), (2, 1));
}

#[tokio::test]
async fn what_cannot_be_made_whole_is_not_made() {
    let fixture = Fixture::new().await;
    let template = fixture.template(fixture.client_project()).await;
    let before = fixture.server.count("SELECT COUNT(*) FROM channels").await;
    fixture.ada.create_channel(&fixture.team, "acme", "O").await;
    let outsider = fixture.server.create_user("dan").await;
    let x65 = "x".repeat(65);
    for (body, error) in [
        (json!({"project": "Acme"}), "api.project.create.channel_exists.app_error"),
        (json!({"project": " "}), "model.project.is_valid.name.app_error"),
        (json!({"project": x65}), "model.project.is_valid.name.app_error"),
        (json!({"project": "x".repeat(60)}), "api.project.create.channel_name.app_error"),
        (json!({"project": "Off-topic"}), "api.project.create.channel_exists.app_error"),
        (json!({"project": "New", "members": [outsider.id]}), "api.channel_template.member.app_error"),
        (json!({"project": "New", "guests": ["good@example.org", "bad"]}), "api.project.create.guest.app_error"),
        (json!({"project": "New", "guests": ["bob@example.com"]}), "api.project.create.guest.app_error"),
        (json!({"project": "New", "guests": vec!["x@example.org"; 101]}), "api.team.invite_members.limit_reached.app_error"),
        (json!({"project": "New", "guest_expires_at": 1}), "api.team.create_invitation.expiry.app_error"),
        (json!({"project": "New", "pending_id": x65}), "api.project.create.pending_id.app_error"),
    ] {
        fixture.make(&fixture.ada, &template, body).await.assert_error(400, error);
    }
    assert_eq!(fixture.server.count("SELECT COUNT(*) FROM channels").await, before + 1);
    assert_eq!(fixture.server.count("SELECT COUNT(*) FROM projects").await, 0);
    assert_eq!(fixture.server.count("SELECT COUNT(*) FROM invitations").await, 0);

    // The second of the same name; names of other scripts and of two channels alike.
    fixture.make(&fixture.ada, &template, json!({"project": "New"})).await.ok();
    fixture.make(&fixture.ada, &template, json!({"project": "New"})).await.assert_error(400, "app.project.save.exists.app_error");
    let made = fixture.make(&fixture.ada, &template, json!({"project": "李明", "pending_id": "p"})).await.ok();
    let made = names(&made["project"]["channels"], "name");
    assert!(made[0] == "team" && made[1].starts_with("project-"), "{made:?}");
    let alike = json!({"name": "Alike", "channels": [{"display_name": "{project}!"}, {"display_name": "{project}?"}]});
    let alike = fixture.template(alike).await;
    let made = fixture.make(&fixture.ada, &alike, json!({"project": "Lamp"})).await.ok();
    assert_eq!(names(&made["project"]["channels"], "name"), ["lamp", "lamp-2"]);

    // Guests need a channel, and a template of nobody's team needs nothing.
    let refused = fixture.make(&fixture.ada, &alike, json!({"project": "Sun", "guests": ["x@example.org"]})).await;
    refused.assert_error(400, "api.project.create.no_channel_for_guests.app_error");
    let missing = json!({"id": fixture.ada.id});
    fixture.make(&fixture.ada, &missing, json!({"project": "Sun"})).await.assert_error(404, "app.channel_template.missing.app_error");
}

#[tokio::test]
async fn two_at_once_make_one_project() {
    let fixture = Fixture::new().await;
    let template = fixture.template(fixture.client_project()).await;
    let make = |pending: &'static str| fixture.make(&fixture.ada, &template, json!({"project": "Acme", "pending_id": pending}));
    let answers = futures::future::join_all([make("a"), make("a"), make("b")]).await;
    let made: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    assert!(made.contains(&201) && made.contains(&400), "{made:?}");
    assert_eq!(fixture.server.count("SELECT COUNT(*) FROM projects").await, 1);
    assert_eq!(fixture.server.count("SELECT COUNT(*) FROM project_channels").await, 2);
    assert_eq!(fixture.server.count("SELECT COUNT(*) FROM guest_links").await, 1);
}

#[tokio::test]
async fn administrators_of_the_team_manage_templates_and_members_use_them() {
    let fixture = Fixture::new().await;
    fixture.bob.post(&fixture.templates(), fixture.client_project()).await.assert_error(403, PERMISSIONS);
    let template = fixture.template(fixture.client_project()).await;
    let one = format!("/channel_templates/{}", id(&template));
    fixture.bob.put(&one, fixture.client_project()).await.assert_error(403, PERMISSIONS);
    fixture.bob.delete(&one).await.assert_error(403, PERMISSIONS);
    assert_eq!(fixture.bob.get(&one).await.ok(), template);
    assert_eq!(names(&fixture.bob.get(&fixture.templates()).await.ok(), "name"), ["Client project"]);
    let outsider = fixture.server.create_user("dan").await;
    outsider.get(&one).await.assert_error(403, PERMISSIONS);
    outsider.get(&fixture.templates()).await.assert_error(403, PERMISSIONS);
    fixture.make(&outsider, &template, json!({"project": "Acme"})).await.assert_error(403, PERMISSIONS);

    // Who may not invite guests makes projects without them.
    fixture.make(&fixture.bob, &template, json!({"project": "Acme"})).await.assert_error(403, PERMISSIONS);
    let with_guest = json!({"project": "Acme", "with_guest_link": false, "guests": ["x@example.org"]});
    fixture.make(&fixture.bob, &template, with_guest).await.assert_error(403, PERMISSIONS);
    let made = fixture.make(&fixture.bob, &template, json!({"project": "Acme", "with_guest_link": false})).await.ok();
    assert_eq!(made["guest_link"], Value::Null);
    // Who may not make private channels makes no project with one.
    let role = fixture.root.get("/roles/name/team_user").await.ok();
    let permissions: Vec<&Value> =
        role["permissions"].as_array().unwrap().iter().filter(|permission| **permission != "create_private_channel").collect();
    fixture.root.put(&format!("/roles/{}/patch", id(&role)), json!({"permissions": permissions})).await.ok();
    let refused = fixture.make(&fixture.cid, &template, json!({"project": "Beta", "with_guest_link": false})).await;
    refused.assert_error(403, PERMISSIONS);
    // Whoever makes one is in the team.
    let refused = fixture.make(&fixture.root, &template, json!({"project": "Beta", "with_guest_link": false})).await;
    refused.assert_error(403, "api.project.create.not_in_team.app_error");

    // Changed and deleted.
    let mut changed = fixture.client_project();
    changed["name"] = json!("Campaign");
    changed["channels"].as_array_mut().unwrap().remove(0);
    changed["guest_link"] = Value::Null;
    assert_eq!(fixture.ada.put(&one, changed).await.ok()["channels"].as_array().unwrap().len(), 1);
    fixture.template(fixture.client_project()).await;
    fixture.ada.put(&one, fixture.client_project()).await.assert_error(400, "app.channel_template.save.exists.app_error");
    fixture.ada.delete(&one).await.ok();
    fixture.ada.delete(&one).await.assert_error(404, "app.channel_template.missing.app_error");
    fixture.ada.get(&one).await.assert_error(404, "app.channel_template.missing.app_error");
    assert_eq!(names(&fixture.projects(&fixture.bob).await, "name"), ["Acme"], "its projects stay");
}

#[tokio::test]
async fn bad_templates_are_rejected() {
    let fixture = Fixture::new().await;
    let outsider = fixture.server.create_user("dan").await;
    let channel = json!({"display_name": "{project}"});
    for (changes, error) in [
        (json!({"name": ""}), "model.channel_template.is_valid.name.app_error"),
        (json!({"name": "x".repeat(65)}), "model.channel_template.is_valid.name.app_error"),
        (json!({"description": "x".repeat(1025)}), "model.channel_template.is_valid.description.app_error"),
        (json!({"channels": []}), "model.channel_template.is_valid.channels.app_error"),
        (json!({"channels": vec![channel.clone(); 11]}), "model.channel_template.is_valid.channels.app_error"),
        (json!({"channels": [channel, channel]}), "model.channel_template.is_valid.same_name.app_error"),
        (json!({"channels": [{"display_name": "fixed"}]}), "model.channel_template.is_valid.display_name.app_error"),
        (json!({"channels": [{"display_name": "{project}", "type": "D"}]}), "model.channel.is_valid.type.app_error"),
        (json!({"member_ids": [outsider.id]}), "api.channel_template.member.app_error"),
        (json!({"group_ids": [outsider.id]}), "api.channel_template.group.app_error"),
        (json!({"guest_link": {"channel": 0}}), "model.channel_template.is_valid.guest_link.app_error"),
        (json!({"guest_link": {"channel": 9}}), "model.channel_template.is_valid.guest_link.app_error"),
    ] {
        let mut body = json!({"name": "Project", "channels": [{"display_name": "{project}"}]});
        changes.as_object().unwrap().iter().for_each(|(name, value)| body[name] = value.clone());
        fixture.ada.post(&fixture.templates(), body).await.assert_error(400, error);
    }
    assert_eq!(fixture.server.count("SELECT COUNT(*) FROM channel_templates").await, 0);
}

#[tokio::test]
async fn groups_and_people_who_are_there_are_added() {
    let fixture = Fixture::new().await;
    let dan = fixture.server.create_user("dan").await;
    fixture.ada.add_to_team(&fixture.team, &dan).await;
    let outsider = fixture.server.create_user("eve").await;
    let group = json!({"name": "crew", "display_name": "Crew", "source": "custom", "allow_reference": true,
        "user_ids": [fixture.cid.id, outsider.id]});
    let group = fixture.ada.post("/groups", group).await.ok();
    let template = json!({"name": "Crew", "channels": [{"display_name": "{project}", "type": "O"}],
        "group_ids": [group["id"]], "member_ids": [dan.id, fixture.bob.id]});
    let template = fixture.template(template).await;
    fixture.root.delete(&format!("/users/{}", dan.id)).await.ok();
    fixture.ada.delete(&format!("/teams/{}/members/{}", id(&fixture.team), fixture.bob.id)).await.ok();
    let made = fixture.make(&fixture.ada, &template, json!({"project": "Acme"})).await.ok();
    let mut skipped: Vec<&str> = made["skipped_members"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
    let ids = [&fixture.bob, &dan, &outsider].map(|user| user.id.to_string());
    let mut expected: Vec<&str> = ids.iter().map(String::as_str).collect();
    skipped.sort_unstable();
    expected.sort_unstable();
    assert_eq!(skipped, expected);
    let members = fixture.ada.get(&format!("/channels/{}/members", id(&made["project"]["channels"][0]))).await.ok();
    assert_eq!(members.as_array().unwrap().len(), 2, "Ada, and Cid of the group");
    assert_eq!(fixture.categories(&fixture.cid).await.len(), 3, "no category was asked for");
}

#[tokio::test]
async fn a_project_ends_whole_and_comes_back() {
    let fixture = Fixture::new().await;
    let template = fixture.template(fixture.client_project()).await;
    let made = fixture.make(&fixture.ada, &template, json!({"project": "Acme", "guests": ["client@example.org"]})).await.ok();
    let channels = made["project"]["channels"].as_array().unwrap().clone();
    let project = format!("/projects/{}", id(&made["project"]));
    let (only, both) = (fixture.guest_by_link(&made, "gia").await, fixture.guest_by_link(&made, "hal").await);
    let lobby = fixture.ada.create_channel(&fixture.team, "lobby", "P").await;
    fixture.ada.add_to_channel(&lobby, &both).await;
    // An invitation to a channel of another one, too, is not the project's alone.
    let to_both = json!({"emails": ["other@example.org"], "channels": [channels[1]["id"], lobby["id"]]});
    fixture.ada.post(&format!("/teams/{}/invite-guests/email", id(&fixture.team)), to_both).await.ok();
    fixture.ada.post(&format!("/channels/{}/guest_links", id(&channels[1])), json!({})).await.ok();

    // Guests see the project with their channel; others see none of the private one.
    let seen = fixture.projects(&only).await;
    assert_eq!((names(&seen, "name"), names(&seen[0]["channels"], "display_name")), (vec!["Acme".to_owned()], vec!["Acme".to_owned()]));
    only.get(&fixture.templates()).await.assert_error(403, PERMISSIONS);
    only.get(&format!("/channel_templates/{}", id(&template))).await.assert_error(403, PERMISSIONS);
    fixture.make(&only, &template, json!({"project": "Beta"})).await.assert_error(403, PERMISSIONS);
    only.delete(&project).await.assert_error(403, PERMISSIONS);
    let seen = fixture.projects(&fixture.cid).await;
    assert_eq!(names(&seen[0]["channels"], "display_name"), ["Acme team"], "the public one");
    fixture.cid.delete(&project).await.assert_error(403, PERMISSIONS);
    assert!(!fixture.is_archived(&channels[0]).await, "not half of it");

    let mut events = fixture.bob.subscribe().await;
    let archived = fixture.bob.delete(&project).await.ok();
    assert_ne!(archived["archived_at"], 0);
    assert_eq!(archived["guests_without_channel"], json!([only.id]));
    let first = events.wait_for("channel_deleted").await;
    let second = events.wait_for("channel_deleted").await;
    assert_ne!(first["data"]["channel_id"], second["data"]["channel_id"]);
    for channel in &channels {
        assert!(fixture.is_archived(channel).await);
    }
    fixture.ada.delete(&project).await.assert_error(400, "api.project.archive.archived.app_error");
    assert_eq!(fixture.projects(&fixture.ada).await, json!([]));
    let all = fixture.ada.get(&format!("/teams/{}/projects?include_archived=true", id(&fixture.team))).await.ok();
    assert_eq!(names(&all, "name"), ["Acme"]);
    // Its ways in have ended; the invitation to the other channel has not.
    assert_eq!(fixture.ada.get(&format!("/channels/{}/guest_links", id(&channels[1]))).await.ok(), json!([]));
    let pending = fixture.ada.get(&format!("/teams/{}/invitations", id(&fixture.team))).await.ok();
    assert_eq!(names(&pending, "email"), ["other@example.org"]);
    assert_eq!(fixture.root.get(&format!("/users/{}", only.id)).await.ok()["delete_at"], 0, "the setting is off");

    // Only administrators of the team bring it back.
    let restore = format!("{project}/restore");
    fixture.bob.post(&restore, json!({})).await.assert_error(403, PERMISSIONS);
    let restored = fixture.ada.post(&restore, json!({})).await.ok();
    assert_eq!(restored["archived_at"], 0);
    for channel in &channels {
        assert!(!fixture.is_archived(channel).await);
    }
    fixture.ada.post(&restore, json!({})).await.assert_error(400, "api.project.restore.restored.app_error");
    assert_eq!((fixture.audits("projects.archive").await, fixture.audits("projects.restore").await), (1, 1));

    // A channel that was archived before stays so.
    fixture.ada.delete(&format!("/channels/{}", id(&channels[0]))).await.ok();
    fixture.ada.delete(&project).await.ok();
    fixture.ada.post(&restore, json!({})).await.ok();
    assert!(fixture.is_archived(&channels[0]).await && !fixture.is_archived(&channels[1]).await);
    let missing = format!("/projects/{}", fixture.ada.id);
    fixture.ada.delete(&missing).await.assert_error(404, "app.project.missing.app_error");
}

#[tokio::test]
async fn projects_are_the_same_on_every_database() {
    for dialect in [Dialect::Sqlite, Dialect::Postgres, Dialect::Mysql] {
        let Some(server) = TestServer::start_on_dialect(dialect).await else { continue };
        let fixture = Fixture::on(server).await;
        let template = fixture.template(fixture.client_project()).await;
        let body = json!({"project": "Acme", "members": [fixture.cid.id], "guests": ["client@example.org"], "pending_id": "one"});
        let made = fixture.make(&fixture.ada, &template, body.clone()).await.ok();
        let again = fixture.make(&fixture.ada, &template, body).await.ok();
        assert_eq!(again["project"], made["project"], "{dialect:?}");
        let second = fixture.make(&fixture.bob, &template, json!({"project": "Beta", "with_guest_link": false})).await;
        assert_eq!(second.status, 201, "{dialect:?}");
        assert!(fixture.categories(&fixture.bob).await.contains(&("Projects".to_owned(), 4)), "{dialect:?}");
        let guest = fixture.guest_by_link(&made, "gia").await;
        let project = format!("/projects/{}", id(&made["project"]));
        let archived = fixture.ada.delete(&project).await.ok();
        assert_eq!(archived["guests_without_channel"], json!([guest.id]), "{dialect:?}");
        let pending = fixture.ada.get(&format!("/teams/{}/invitations", id(&fixture.team))).await.ok();
        assert_eq!(pending, json!([]), "{dialect:?}");
        assert_eq!(names(&fixture.projects(&fixture.ada).await, "name"), ["Beta"], "{dialect:?}");
        fixture.ada.post(&format!("{project}/restore"), json!({})).await.ok();
        assert_eq!(names(&fixture.projects(&fixture.ada).await, "name"), ["Acme", "Beta"], "{dialect:?}");
    }
}

#[tokio::test]
async fn the_access_of_guests_may_end_with_their_project() {
    let fixture = Fixture::new().await;
    fixture.root.put("/config/patch", json!({"GuestAccountsSettings": {"EndWithProject": true}})).await.ok();
    let template = fixture.template(fixture.client_project()).await;
    let made = fixture.make(&fixture.ada, &template, json!({"project": "Acme"})).await.ok();
    let project = format!("/projects/{}", id(&made["project"]));
    let guest = fixture.guest_by_link(&made, "gia").await;
    fixture.ada.delete(&project).await.ok();
    let expiry = fixture.root.get(&format!("/users/{}/guest_expiry", guest.id)).await.ok();
    assert_ne!(expiry["expires_at"], 0);
    // Brought back before the job runs, it keeps its guests.
    fixture.ada.post(&format!("{project}/restore"), json!({})).await.ok();
    let expiry = fixture.root.get(&format!("/users/{}/guest_expiry", guest.id)).await.ok();
    assert_eq!(expiry["expires_at"], 0);
    fixture.ada.delete(&project).await.ok();
    fixture.server.clock.advance_ms(61_000);
    fixture.server.app().services.run_due_jobs().await.unwrap();
    assert_ne!(fixture.root.get(&format!("/users/{}", guest.id)).await.ok()["delete_at"], 0);
    assert_eq!(guest.get("/users/me").await.status, 401);
}
