//! Custom profile attributes: fields, values, who changes and who sees them, and the events.

use guildhall_testkit::{EventStream, TestServer, TestUser};
use serde_json::{Value, json};

const FIELDS: &str = "/custom_profile_attributes/fields";
const VALUES: &str = "/custom_profile_attributes/values";
const NOT_FOUND: &str = "app.custom_profile_attributes.property_field_not_found.app_error";
const INVALID: &str = "app.custom_profile_attributes.validate_value.app_error";
const ATTRS: &str = "app.custom_profile_attributes.sanitize_and_validate.app_error";
const PERMISSIONS: &str = "api.context.permissions.app_error";
const UPDATED: &str = "custom_profile_attributes_values_updated";

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

async fn field(root: &TestUser, name: &str, kind: &str, attrs: Value) -> Value {
    let answer = root.post(FIELDS, json!({"name": name, "type": kind, "attrs": attrs})).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()
}

async fn set(user: &TestUser, field: &Value, value: Value) -> guildhall_testkit::TestResponse {
    user.patch(VALUES, json!({id(field): value})).await
}

async fn values_of(reader: &TestUser, user: &TestUser) -> Value {
    reader.get(&format!("/users/{}/custom_profile_attributes", user.id)).await.ok()
}

fn values_in(events: &[Value]) -> Vec<Value> {
    events.iter().filter(|event| event["event"] == UPDATED).map(|event| event["data"]["values"].clone()).collect()
}

/// Root and three people.
async fn start() -> (TestServer, TestUser, TestUser, TestUser) {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    let (ada, bob) = (server.create_user("ada").await, server.create_user("bob").await);
    (server, root, ada, bob)
}

#[tokio::test]
async fn administrators_define_fields_in_an_order() {
    let (server, root, ada, _bob) = start().await;
    let mut events = ada.subscribe().await;
    assert_eq!(ada.get(FIELDS).await.ok(), json!([]));
    let team =
        field(&root, " Team ", "select", json!({"sort_order": 2, "options": [{"name": "Red", "color": "#f00"}, {"name": "Blue"}]})).await;
    assert_eq!((&team["name"], &team["type"], &team["created_by"]), (&json!("Team"), &json!("select"), &json!(root.id)));
    assert_eq!((&team["object_type"], &team["target_type"], &team["delete_at"]), (&json!("user"), &json!("system"), &json!(0)));
    assert_eq!(team["group_id"], ada.get("/custom_profile_attributes/group").await.ok()["id"]);
    assert_eq!((&team["attrs"]["visibility"], &team["attrs"]["managed"]), (&json!("when_set"), &json!("")));
    assert_eq!(team["attrs"]["options"][0]["id"].as_str().unwrap().len(), 26);
    assert_eq!(events.wait_for("custom_profile_attributes_field_created").await["data"]["field"], team);
    let phone = field(&root, "Phone", "text", json!({"sort_order": 1.0, "value_type": "phone", "ldap": "telephoneNumber"})).await;
    assert_eq!((&phone["attrs"]["options"], &phone["attrs"]["ldap"]), (&Value::Null, &json!("telephoneNumber")));
    assert_eq!(ada.get(FIELDS).await.ok(), json!([phone, team]));

    // What is left out stays, and options keep their ids.
    let mut options = team["attrs"]["options"].clone();
    options.as_array_mut().unwrap().push(json!({"name": "Green", "color": ""}));
    let path = format!("{FIELDS}/{}", id(&team));
    let changed = root.patch(&path, json!({"attrs": {"options": options, "visibility": "always"}})).await.ok();
    assert_eq!((&changed["name"], &changed["attrs"]["sort_order"]), (&json!("Team"), &json!(2)));
    assert_eq!((&changed["attrs"]["options"][1], &changed["attrs"]["options"][2]["name"]), (&team["attrs"]["options"][1], &json!("Green")));
    let updated = events.wait_for("custom_profile_attributes_field_updated").await["data"].clone();
    assert_eq!((&updated["field"], &updated["delete_values"]), (&changed, &json!(false)));
    // Nothing changes, so nothing is written.
    assert_eq!(root.patch(&path, json!({"name": "Team"})).await.ok(), changed);
    root.patch(&path, json!({"name": "Phone"})).await.assert_error(409, "app.property_field.create.name_conflict.app_error");

    assert_eq!(root.delete(&path).await.ok(), json!({"status": "OK"}));
    assert_eq!(events.wait_for("custom_profile_attributes_field_deleted").await["data"], json!({"field_id": team["id"]}));
    root.delete(&path).await.assert_error(404, NOT_FOUND);
    root.patch(&path, json!({"name": "x"})).await.assert_error(404, NOT_FOUND);
    assert_eq!(ada.get(FIELDS).await.ok(), json!([phone]));
    assert_eq!(server.anonymous().get(FIELDS).await.status, 401);
}

#[tokio::test]
async fn fields_are_limited_and_checked() {
    let (_server, root, ada, _bob) = start().await;
    for (sent, status, error) in [
        (json!({"type": "text"}), 400, "model.property_field.is_valid.app_error"),
        (json!({"name": "x".repeat(256), "type": "text"}), 400, "model.property_field.is_valid.app_error"),
        (json!({"name": "x"}), 400, "model.property_field.is_valid.type.app_error"),
        (json!({"name": "x", "type": "number"}), 400, "model.property_field.is_valid.type.app_error"),
        (json!({"name": "x", "type": "text", "attrs": {"visibility": "friends"}}), 422, ATTRS),
        (json!({"name": "x", "type": "text", "attrs": {"value_type": "number"}}), 422, ATTRS),
        (json!({"name": "x", "type": "text", "attrs": {"managed": "bob"}}), 422, ATTRS),
        (json!({"name": "x", "type": "text", "attrs": {"sort_order": 1e300}}), 422, ATTRS),
        (json!({"name": "x", "type": "select", "attrs": {"options": [{"name": ""}]}}), 422, ATTRS),
        (json!({"name": "x", "type": "select", "attrs": {"options": [{"name": "a"}, {"name": "a"}]}}), 422, ATTRS),
        (json!({"name": "x", "type": "select", "attrs": {"options": [{"id": "1", "name": "a"}]}}), 422, ATTRS),
        (
            json!({"name": "x", "type": "select", "attrs": {"options": vec![json!({"name": "a"}); 201]}}),
            422,
            "app.custom_profile_attributes.too_many_options.app_error",
        ),
    ] {
        root.post(FIELDS, sent).await.assert_error(status, error);
    }
    for answer in [ada.post(FIELDS, json!({"name": "x", "type": "text"})).await, ada.delete(&format!("{FIELDS}/{}", ada.id)).await] {
        answer.assert_error(403, PERMISSIONS);
    }
    // At the same moment, twenty of twenty-five are there.
    let created = (0..25).map(|n| root.post(FIELDS, json!({"name": format!("f{n}"), "type": "text"})));
    let created = futures::future::join_all(created).await;
    assert_eq!(created.iter().filter(|answer| answer.status == 201).count(), 20);
    let rejected = created.iter().find(|answer| answer.status != 201).unwrap();
    rejected.assert_error(422, "app.custom_profile_attributes.limit_reached.app_error");
    assert_eq!(root.get(FIELDS).await.ok().as_array().unwrap().len(), 20);
}

#[tokio::test]
async fn people_enter_values_of_each_kind() {
    let (_server, root, ada, bob) = start().await;
    let options = json!({"options": [{"name": "Red"}, {"name": "Blue"}]});
    let (select, several) = (field(&root, "s", "select", options.clone()).await, field(&root, "m", "multiselect", options).await);
    let option = |field: &Value, index: usize| field["attrs"]["options"][index]["id"].clone();
    let (text, date) = (field(&root, "t", "text", json!({})).await, field(&root, "d", "date", json!({})).await);
    let (link, mail) =
        (field(&root, "u", "text", json!({"value_type": "url"})).await, field(&root, "e", "text", json!({"value_type": "email"})).await);
    let (boss, peers) = (field(&root, "b", "user", json!({})).await, field(&root, "p", "multiuser", json!({})).await);
    let sent = json!({
        id(&text): " hello ", id(&date): "2026-11-30", id(&link): "https://example.com", id(&mail): "ada@example.com",
        id(&select): option(&select, 1), id(&several): [option(&several, 1), option(&several, 0)],
        id(&boss): root.id, id(&peers): [bob.id, bob.id],
    });
    let mut expected = sent.clone();
    (expected[id(&text)], expected[id(&peers)]) = (json!("hello"), json!([bob.id]));
    assert_eq!(ada.patch(VALUES, sent).await.ok(), expected);
    assert_eq!((values_of(&bob, &ada).await, values_of(&ada, &ada).await), (expected.clone(), expected));
    assert_eq!(values_of(&ada, &bob).await, json!({}));

    for (field, value) in [
        (&text, json!("x".repeat(65))),
        (&text, json!(["x"])),
        (&date, json!("tomorrow")),
        (&link, json!("javascript:alert(1)")),
        (&mail, json!("nobody")),
        (&select, json!("Red")),
        (&several, json!([option(&select, 0)])),
        (&boss, json!("ybndrfg8ejkmcpqxot1uwisza3")),
        (&peers, json!([bob.id, "ybndrfg8ejkmcpqxot1uwisza3"])),
    ] {
        set(&ada, field, value).await.assert_error(422, INVALID);
    }
    // Of a request with an error nothing is stored.
    ada.patch(VALUES, json!({id(&text): "new", id(&date): "never"})).await.assert_error(422, INVALID);
    assert_eq!(values_of(&ada, &ada).await[id(&text)], "hello");
    ada.patch(VALUES, json!({})).await.assert_error(400, "api.property_value.patch.empty_body.app_error");
    ada.patch(VALUES, json!({"x": "y"})).await.assert_error(400, "api.context.invalid_body_param.app_error");
    ada.patch(VALUES, json!({ada.id.to_string(): "y"})).await.assert_error(404, NOT_FOUND);
    ada.patch(VALUES, json!({id(&text): 5})).await.assert_error(400, "api.context.invalid_body_param.app_error");
    let many: serde_json::Map<String, Value> =
        (0..51).map(|n| (guildhall_model::id::PropertyId::from_bytes([n; 16]).to_string(), json!("x"))).collect();
    ada.patch(VALUES, json!(many)).await.assert_error(400, "api.property_value.patch.too_many_items.request_error");

    // What is empty is removed; options that are gone are not shown; another kind of content deletes the values.
    set(&ada, &text, json!("")).await.ok();
    set(&ada, &peers, json!([])).await.ok();
    root.patch(&format!("{FIELDS}/{}", id(&several)), json!({"attrs": {"options": [several["attrs"]["options"][0]]}})).await.ok();
    let mut events = ada.subscribe().await;
    root.patch(&format!("{FIELDS}/{}", id(&date)), json!({"type": "text"})).await.ok();
    assert_eq!(events.wait_for("custom_profile_attributes_field_updated").await["data"]["delete_values"], true);
    root.delete(&format!("{FIELDS}/{}", id(&select))).await.ok();
    let left = values_of(&bob, &ada).await;
    assert_eq!(left.as_object().unwrap().len(), 4, "{left}");
    assert_eq!(left[id(&several)], json!([option(&several, 0)]));
}

/// The owner changes their own, unless administrators manage the field; the help desk changes those of people below it.
#[tokio::test]
async fn who_changes_values() {
    let (server, root, ada, bob) = start().await;
    let desk = server.create_user("desk").await;
    root.put(&format!("/users/{}/roles", desk.id), json!({"roles": "system_user system_user_manager"})).await.ok();
    let (own, managed) = (field(&root, "own", "text", json!({})).await, field(&root, "managed", "text", json!({"managed": "admin"})).await);
    let patch = async |actor: &TestUser, user: &TestUser, field: &Value| {
        actor.patch(&format!("/users/{}/custom_profile_attributes", user.id), json!({id(field): actor.username})).await
    };
    patch(&ada, &ada, &own).await.ok();
    set(&ada, &managed, json!("x")).await.assert_error(403, "api.property_value.patch.no_values_permission.app_error");
    patch(&bob, &ada, &own).await.assert_error(403, PERMISSIONS);
    for field in [&own, &managed] {
        patch(&desk, &ada, field).await.ok();
        patch(&desk, &root, field).await.assert_error(403, PERMISSIONS);
        patch(&root, &desk, field).await.ok();
    }
    assert_eq!(values_of(&bob, &ada).await, json!({id(&own): "desk", id(&managed): "desk"}));
    let unknown = guildhall_model::id::UserId::from_bytes([7; 16]);
    let answer = root.patch(&format!("/users/{unknown}/custom_profile_attributes"), json!({id(&own): "x"})).await;
    assert_eq!(answer.status, 404, "{}", answer.text());
    // Changes of others and of fields are recorded, one's own are not.
    let recorded = root.get("/audits?per_page=200").await.ok();
    let count = |user: &TestUser, action: &str| {
        let is_it = |record: &&Value| record["user_id"] == json!(user.id) && record["action"] == action;
        recorded.as_array().unwrap().iter().filter(is_it).count()
    };
    let action = "profile_attributes.patch_values";
    assert_eq!((count(&ada, action), count(&desk, action), count(&root, "profile_attributes.create_field")), (0, 2, 2));
    // A deactivated account keeps its values.
    root.put(&format!("/users/{}/active", ada.id), json!({"active": false})).await.ok();
    assert_eq!(values_of(&bob, &ada).await[id(&own)], "desk");
}

/// A guest who shares a channel with Ada, and not with Bob.
async fn guest_of(server: &TestServer, root: &TestUser, ada: &TestUser) -> TestUser {
    let mut guest = server.create_user("guest").await;
    root.put(&format!("/users/{}/roles", guest.id), json!({"roles": "system_guest"})).await.ok();
    guest.log_in().await;
    let team = ada.create_team("one").await;
    ada.add_to_team(&team, &guest).await;
    let shared = ada.create_channel(&team, "shared", "P").await;
    ada.add_to_channel(&shared, &guest).await;
    guest
}

#[tokio::test]
async fn hidden_values_are_their_owners_and_guests_see_no_strangers() {
    let (server, root, ada, bob) = start().await;
    let guest = guest_of(&server, &root, &ada).await;
    let text = field(&root, "text", "text", json!({"sort_order": 1})).await;
    let hidden = field(&root, "hidden", "text", json!({"visibility": "hidden"})).await;
    let peers = field(&root, "peers", "multiuser", json!({})).await;
    let mut streams = Vec::new();
    for person in [&ada, &bob, &guest] {
        streams.push(person.subscribe().await);
    }
    let sent = json!({id(&text): "t", id(&hidden): "h", id(&peers): [bob.id, ada.id]});
    ada.patch(VALUES, sent.clone()).await.ok();
    let last = json!({id(&text): "last"});
    ada.patch(VALUES, last.clone()).await.ok();
    let [own, of_bob, of_guest] = [0, 1, 2].map(|index: usize| {
        let stream: &mut EventStream = &mut streams[index];
        values_in(&stream.received_events())
    });
    let [t, h, p] = [&text, &hidden, &peers].map(|field| json!({id(field): sent[id(field)]}));
    assert_eq!(own, [t.clone(), p.clone(), h, last.clone()]);
    assert_eq!(of_bob, [t.clone(), p, last.clone()]);
    assert_eq!(of_guest, [t, last]);

    let without_hidden = json!({id(&text): "last", id(&peers): [bob.id, ada.id]});
    assert_eq!(values_of(&bob, &ada).await, without_hidden);
    assert_eq!((&values_of(&ada, &ada).await[id(&hidden)], &values_of(&root, &ada).await[id(&hidden)]), (&json!("h"), &json!("h")));
    // The guest does not see Bob, neither in a value nor by a profile, and cannot name Bob.
    assert_eq!(values_of(&guest, &ada).await, json!({id(&text): "last", id(&peers): [ada.id]}));
    set(&bob, &text, json!("b")).await.ok();
    guest.get(&format!("/users/{}/custom_profile_attributes", bob.id)).await.assert_error(403, PERMISSIONS);
    assert_eq!(values_in(&streams[2].received_events()), Vec::<Value>::new());
    set(&guest, &peers, json!([bob.id])).await.assert_error(422, INVALID);
    assert_eq!(set(&guest, &peers, json!([ada.id])).await.ok(), json!({id(&peers): [ada.id]}));
    assert_eq!(values_in(&streams[2].received_events()), [json!({id(&peers): [ada.id]})]);
}

#[tokio::test]
async fn a_value_is_of_the_field_as_it_is() {
    let (_server, root, ada, _bob) = start().await;
    for round in 0..5 {
        let made = field(&root, &format!("f{round}"), "text", json!({})).await;
        let path = format!("{FIELDS}/{}", id(&made));
        let (patched, deleted) = tokio::join!(set(&ada, &made, json!("x")), root.delete(&path));
        deleted.ok();
        assert!([200, 404].contains(&patched.status), "{}", patched.text());
        assert_eq!(values_of(&ada, &ada).await, json!({}));
    }
}

#[tokio::test]
async fn clients_learn_that_there_are_attributes() {
    let (server, _root, _ada, _bob) = start().await;
    assert_eq!(server.anonymous().get("/config/client?format=old").await.ok()["FeatureFlagCustomProfileAttributes"], "true");
}
