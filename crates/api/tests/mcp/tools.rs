//! What the tools answer: what the person may see, and nothing else.

use serde_json::{Value, json};

use super::{SITE, World, text};
use crate::support::mcp::{call, request};

fn texts(answer: &Value) -> Vec<&str> {
    answer["messages"].as_array().unwrap_or_else(|| panic!("{answer}")).iter().map(|message| text(message, "text")).collect()
}

#[tokio::test]
async fn the_tools_describe_themselves() {
    let world = World::new("never").await;
    let params = json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}});
    let begun = request(&world.bob, "initialize", params).await.ok();
    assert_eq!(begun["result"]["serverInfo"]["name"], "guildhall", "{begun}");
    assert!(text(&begun["result"], "instructions").contains("never instructions"));
    let listed = request(&world.bob, "tools/list", json!({})).await.ok();
    let tools = listed["result"]["tools"].as_array().unwrap();
    let mut names: Vec<&str> = tools.iter().map(|tool| text(tool, "name")).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "catch_up",
            "find_channels",
            "find_people",
            "list_channels",
            "read_channel",
            "read_file",
            "read_thread",
            "search_files",
            "search_messages",
            "send_message",
            "whoami",
        ]
    );
    for tool in tools {
        assert!(text(tool, "description").len() > 20 && tool["inputSchema"]["type"] == "object", "{tool}");
        assert_eq!(tool["annotations"]["readOnlyHint"], text(tool, "name") != "send_message", "{tool}");
    }
}

#[tokio::test]
async fn channels_threads_and_searches_are_read() {
    let world = World::new("never").await;
    let first = world.root.create_post(&world.channel, "The first cut of @bob's film is ready").await;
    let reply = json!({"channel_id": world.channel["id"], "root_id": first["id"], "message": "Looks great"});
    world.bob.post("/posts", reply).await.ok();
    for number in 0..5 {
        world.root.create_post(&world.channel, &format!("Note {number}")).await;
    }
    let id = text(&world.channel, "id");

    let newest = world.told(&world.bob, "read_channel", json!({"channel_id": id, "limit": 3})).await;
    assert_eq!(texts(&newest), ["Note 2", "Note 3", "Note 4"]);
    assert!(newest.get("newer_after").is_none());
    let before = world.told(&world.bob, "read_channel", json!({"channel_id": id, "limit": 3, "before": newest["older_before"]})).await;
    assert_eq!(texts(&before), ["Looks great", "Note 0", "Note 1"]);
    let after = world.told(&world.bob, "read_channel", json!({"channel_id": id, "limit": 1, "after": before["newer_after"]})).await;
    assert_eq!(texts(&after), ["Note 2"]);

    let message = &before["messages"][0];
    assert_eq!((text(message, "author"), text(message, "thread_id")), ("bob", text(&first, "id")));
    assert_eq!(text(message, "link"), format!("{SITE}/studio/pl/{}", text(message, "id")));
    let thread = world.told(&world.bob, "read_thread", json!({"message_id": message["id"]})).await;
    assert_eq!(texts(&thread), ["The first cut of @bob's film is ready", "Looks great"]);

    let found = world.told(&world.bob, "search_messages", json!({"terms": "cut from:root"})).await;
    assert_eq!(texts(&found), ["The first cut of @bob's film is ready"]);
    assert_eq!(text(&found["messages"][0], "channel"), "reviews");
    assert_eq!(texts(&world.told(&world.bob, "search_messages", json!({"terms": "note", "limit": 2, "page": 1})).await).len(), 2);
}

#[tokio::test]
async fn what_is_unread_is_told_and_stays_unread() {
    let world = World::new("never").await;
    // That he was added is a mention.
    world.bob.post("/channels/members/me/view", json!({"channel_id": world.channel["id"]})).await.ok();
    world.root.create_post(&world.channel, "One for @bob").await;
    world.root.create_post(&world.channel, "Two").await;
    let direct = world.root.post("/channels/direct", json!([world.root.id, world.bob.id])).await.ok();
    world.root.create_post(&direct, "Call me").await;

    for _ in 0..2 {
        let unread = world.told(&world.bob, "catch_up", json!({})).await;
        let channels = unread["channels"].as_array().unwrap();
        let of = |title: &str| channels.iter().find(|channel| channel["title"] == title).unwrap_or_else(|| panic!("{unread}"));
        assert_eq!(texts(of("reviews")), ["One for @bob", "Two"]);
        assert_eq!((&of("reviews")["mentions"], &of("reviews")["unread_messages"]), (&json!(1), &json!(2)));
        assert_eq!(texts(of("@root")), ["Call me"]);
        assert_eq!(unread["channels_left_out"], 0);
    }
    let short = world.told(&world.bob, "catch_up", json!({"channels": 1, "messages_per_channel": 1})).await;
    assert_eq!((short["channels"].as_array().unwrap().len(), &short["channels_left_out"]), (1, &json!(1)), "{short}");

    let listed = world.told(&world.bob, "list_channels", json!({"unread_only": true})).await;
    assert_eq!(listed["channels"].as_array().unwrap().len(), 2, "{listed}");
    world.bob.post("/channels/members/me/view", json!({"channel_id": world.channel["id"]})).await.ok();
    let listed = world.told(&world.bob, "list_channels", json!({"unread_only": true})).await;
    assert_eq!(listed["channels"].as_array().unwrap().len(), 1, "{listed}");
}

#[tokio::test]
async fn nothing_is_told_that_the_person_may_not_see() {
    let world = World::new("always").await;
    let secret = world.root.create_channel(&world.team, "secret-plans", "P").await;
    let post = world.root.create_post(&secret, "A merger").await;
    let parts: [(&str, Option<&str>, &[u8]); 2] =
        [("channel_id", None, text(&secret, "id").as_bytes()), ("files", Some("merger.txt"), b"merger")];
    let uploaded = world.root.upload("/files", &parts).await.ok();
    let file = uploaded["file_infos"][0]["id"].clone();
    let with_file = json!({"channel_id": secret["id"], "message": "The merger's file", "file_ids": [file]});
    world.root.post("/posts", with_file).await.ok();

    let refused = [
        ("read_channel", json!({"channel_id": secret["id"]})),
        ("read_thread", json!({"message_id": post["id"]})),
        ("read_file", json!({"file_id": file})),
        ("send_message", json!({"channel_id": secret["id"], "text": "hello"})),
        ("send_message", json!({"channel_id": world.channel["id"], "reply_to": post["id"], "text": "hello"})),
    ];
    for (tool, arguments) in refused {
        let refused = call(&world.bob, tool, arguments.clone()).await;
        let error = refused.unwrap_err();
        assert!(!error.is_empty() && !error.contains("secret"), "{tool}: {error}");
        let granted = call(&world.root, tool, arguments).await;
        assert!(granted.is_ok() || tool == "send_message", "{tool}: {granted:?}");
    }
    for (tool, arguments) in [
        ("search_messages", json!({"terms": "merger"})),
        ("search_files", json!({"terms": "merger"})),
        ("find_channels", json!({"name": "secret"})),
        ("list_channels", json!({})),
        ("catch_up", json!({})),
    ] {
        let told = world.told(&world.bob, tool, arguments.clone()).await.to_string();
        assert!(!told.contains("merger") && !told.contains("secret"), "{tool}: {told}");
        let own = world.told(&world.root, tool, arguments).await.to_string();
        assert!(tool == "catch_up" || own.contains("merger") || own.contains("secret"), "{tool}: {own}");
    }
}

#[tokio::test]
async fn guests_are_told_of_their_own_channels_and_people_alone() {
    let world = World::new("never").await;
    let (carol, guest) = (world.server.create_user("carol").await, world.server.create_user("gus").await);
    world.root.add_to_team(&world.team, &carol).await;
    world.root.post(&format!("/users/{}/demote", guest.id), json!({})).await.ok();
    world.root.add_to_team(&world.team, &guest).await;
    world.root.add_to_channel(&world.channel, &guest).await;
    world.root.create_channel(&world.team, "open-to-members", "O").await;
    assert_eq!(world.told(&guest, "find_people", json!({"name": "carol"})).await["people"], json!([]));
    assert_eq!(world.told(&guest, "find_channels", json!({"name": "open"})).await["channels"], json!([]));
    assert_eq!(world.told(&guest, "find_people", json!({"name": "bob"})).await["people"][0]["username"], "bob");
    assert_eq!(world.told(&world.bob, "find_people", json!({"name": "carol"})).await["people"][0]["username"], "carol");
    assert_eq!(world.told(&world.bob, "find_channels", json!({"name": "open"})).await["channels"][0]["name"], "open-to-members");
}

#[tokio::test]
async fn files_are_read_as_text_or_as_a_picture() {
    let world = World::new("never").await;
    let png = include_bytes!("../support/dot.png").as_slice();
    let mut ids = Vec::new();
    let long = "ä".repeat(150_000);
    for (name, bytes) in
        [("notes.txt", "Take 3 is good".as_bytes()), ("long.txt", long.as_bytes()), ("frame.png", png), ("cut.mov", b"\0\0\0\x14ftypqt  ")]
    {
        let uploaded = world
            .root
            .upload("/files", &[("channel_id", None, text(&world.channel, "id").as_bytes()), ("files", Some(name), bytes)])
            .await
            .ok();
        ids.push(uploaded["file_infos"][0]["id"].clone());
    }
    let post = json!({"channel_id": world.channel["id"], "message": "Dailies", "file_ids": ids});
    world.root.post("/posts", post).await.ok();

    let notes = world.told(&world.bob, "read_file", json!({"file_id": ids[0]})).await;
    assert_eq!((text(&notes, "text"), &notes["truncated"]), ("Take 3 is good", &json!(false)));
    let long = world.told(&world.bob, "read_file", json!({"file_id": ids[1]})).await;
    assert_eq!((text(&long, "text").chars().count(), &long["truncated"]), (100_000, &json!(true)));
    let answer = request(&world.bob, "tools/call", json!({"name": "read_file", "arguments": {"file_id": ids[2]}})).await.ok();
    let picture = &answer["result"]["content"][1];
    assert_eq!((text(picture, "type"), text(picture, "mimeType")), ("image", "image/png"), "{answer}");
    let film = world.told(&world.bob, "read_file", json!({"file_id": ids[3]})).await;
    assert!(film.get("text").is_none() && text(&film, "name") == "cut.mov", "{film}");

    let found = world.told(&world.bob, "search_files", json!({"terms": "notes"})).await;
    assert_eq!(text(&found["files"][0], "name"), "notes.txt");
    let page = world.told(&world.bob, "read_channel", json!({"channel_id": world.channel["id"]})).await;
    assert_eq!(page["messages"][0]["files"].as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn an_answer_has_a_bound() {
    let world = World::new("never").await;
    let long = "x".repeat(16_000);
    for _ in 0..8 {
        world.root.create_post(&world.channel, &long).await;
    }
    let page = world.told(&world.bob, "read_channel", json!({"channel_id": world.channel["id"], "limit": 100})).await;
    assert_eq!((texts(&page).len(), &page["truncated"]), (6, &json!(true)));
}
