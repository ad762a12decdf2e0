//! Passwords are the same from every keyboard, wherever one is set or checked.

use guildhall_adapters::passwords::{Argon2Passwords, PasswordSettings};
use guildhall_model::ports::PasswordHasher;
use guildhall_testkit::{PASSWORD, TestResponse, TestServer, TestUser};
use serde_json::json;

const COMPOSED: &str = "E acute long 1! \u{e9}";
const DECOMPOSED: &str = "E\u{a0}acute\u{2003}long 1! e\u{301}";
const OTHER: &str = "Another 2! \u{fc}";
const OTHER_DECOMPOSED: &str = "Another 2! u\u{308}";
const WRONG: &str = "api.user.update_password.incorrect.app_error";

async fn sign_up(server: &TestServer, name: &str, password: &str) -> TestUser {
    server.anonymous().post("/users", json!({"email": format!("{name}@example.com"), "username": name, "password": password})).await.ok();
    log_in(server, name, password).await.unwrap()
}

async fn log_in(server: &TestServer, name: &str, password: &str) -> Option<TestUser> {
    let answer = server.anonymous().post("/users/login", json!({"login_id": name, "password": password})).await;
    (answer.status == 200).then(|| server.anonymous().with_token(answer.header("token")))
}

#[tokio::test]
async fn composed_and_decomposed_passwords_are_the_same() {
    let server = TestServer::start().await;
    for (set, typed) in [(COMPOSED, DECOMPOSED), (DECOMPOSED, COMPOSED)] {
        let name = format!("p{}", set.len());
        sign_up(&server, &name, set).await;
        assert!(log_in(&server, &name, typed).await.is_some() && log_in(&server, &name, set).await.is_some());
        for wrong in ["E acute long 1! e", "e acute long 1! \u{e9}", "E acute long 1! \u{e9} "] {
            assert!(log_in(&server, &name, wrong).await.is_none());
        }
    }
}

#[tokio::test]
async fn changing_and_confirming_use_the_same_form() {
    let server = TestServer::start().await;
    let root = sign_up(&server, "root", COMPOSED).await;
    let bob = sign_up(&server, "bob", COMPOSED).await;
    let change = |current: &str, new: &str| json!({"current_password": current, "new_password": new});
    bob.put("/users/me/password", change(OTHER, OTHER)).await.assert_error(400, WRONG);
    bob.put("/users/me/password", change(DECOMPOSED, OTHER_DECOMPOSED)).await.ok();
    assert!(log_in(&server, "bob", OTHER).await.is_some());
    bob.put("/users/me/patch", json!({"email": "bob@example.org", "password": OTHER_DECOMPOSED})).await.ok();
    let id = bob.get("/users/me").await.ok()["id"].as_str().unwrap().to_owned();
    root.put(&format!("/users/{id}/password"), change("", DECOMPOSED)).await.ok();
    assert!(log_in(&server, "bob", COMPOSED).await.is_some());
}

#[tokio::test]
async fn lengths_count_after_the_normalisation_and_control_characters_are_refused() {
    let server = TestServer::start().await;
    let create = async |password: &str| {
        let account = json!({"email": "x@example.com", "username": "x", "password": password});
        server.anonymous().post("/users", account).await
    };
    // Ten code points as typed, five as they count.
    create(&"e\u{301}".repeat(5)).await.assert_error(400, "api.user.check_user_password.invalid.app_error");
    create(&"\u{e9}".repeat(513)).await.assert_error(400, "model.user.is_valid.pwd_max_length.app_error");
    create(&"x".repeat(100_000)).await.assert_error(400, "model.user.is_valid.pwd_max_length.app_error");
    for control in ["with a\ttab 1!", "two\nlines 1!!", "delete \u{7f} 1!", "c1 \u{85} 1!!!!"] {
        create(control).await.assert_error(400, "model.user.is_valid.pwd.app_error");
    }
    assert_eq!(create(&"e\u{301}".repeat(512)).await.status, 201);
    assert!(log_in(&server, "x", &"\u{e9}".repeat(512)).await.is_some());
}

#[tokio::test]
async fn hashes_of_passwords_that_were_not_normalised_still_work_and_are_renewed() {
    let server = TestServer::start().await;
    sign_up(&server, "bob", COMPOSED).await;
    // The hash of a former version, which hashed the bytes as they were typed.
    let hasher = Argon2Passwords::start(&PasswordSettings { memory_kib: 64, ..PasswordSettings::default() }).unwrap();
    for typed in [DECOMPOSED, "tab\tinside 1!"] {
        let former = hasher.hash(typed).await.unwrap();
        server.execute(format!("UPDATE users SET password_hash = '{former}' WHERE username = 'bob'").leak()).await;
        let hashes = "SELECT COUNT(*) FROM users WHERE username = 'bob' AND password_hash = ";
        assert_eq!(server.count(format!("{hashes}'{former}'").leak()).await, 1);
        assert!(log_in(&server, "bob", "wrong 1!!!").await.is_none());
        assert!(log_in(&server, "bob", typed).await.is_some());
        let is_renewed = typed == DECOMPOSED;
        assert_eq!(server.count(format!("{hashes}'{former}'").leak()).await, i64::from(!is_renewed));
        assert_eq!(log_in(&server, "bob", COMPOSED).await.is_some(), is_renewed);
        assert!(log_in(&server, "bob", typed).await.is_some());
    }
}

/// Every way in which a password is set, with the status of its rejection.
async fn set_everywhere(server: &TestServer, root: &TestUser, password: &str) -> Vec<(&'static str, TestResponse)> {
    let name = format!("p{}", server.count("SELECT COUNT(*) FROM users").await);
    let account = |name: &str| json!({"email": format!("{name}@example.com"), "username": name, "password": password});
    let person = server.create_user(&name).await;
    let change = |current: &str| json!({"current_password": current, "new_password": password});
    let link = root.post(&format!("/users/{}/password/reset/link", person.id), json!({})).await.ok();
    let token = link["link"].as_str().unwrap().split("token=").nth(1).unwrap().to_owned();
    let bot = root.post("/bots", json!({"username": format!("{name}bot")})).await.ok();
    let convert = format!("/bots/{}/convert_to_user", bot["user_id"].as_str().unwrap());
    vec![
        ("sign-up", server.anonymous().post("/users", account(&format!("{name}x"))).await),
        ("by an administrator", root.post("/users", account(&format!("{name}y"))).await),
        ("by the command line", server.local_administrator().post("/users", account(&format!("{name}z"))).await),
        ("one's own", person.put("/users/me/password", change(PASSWORD)).await),
        ("another's", root.put(&format!("/users/{}/password", person.id), change("")).await),
        ("by a link", server.anonymous().post("/users/password/reset", json!({"token": token, "new_password": password})).await),
        ("of a bot", root.post(&convert, json!({"password": password})).await),
    ]
}

#[tokio::test]
async fn the_policy_holds_wherever_a_password_is_set() {
    let server = TestServer::start_with_settings(|settings| {
        settings.site.url = "https://chat.studio.example".to_owned();
        settings.signup.password_min_chars = 9;
        settings.signup.password_number = true;
        settings.signup.password_uppercase = true;
    })
    .await;
    let root = server.create_user("root").await;
    for (password, id) in [
        ("Short 1", "api.user.check_user_password.invalid.app_error"),
        ("no capital and no digit", "model.user.is_valid.pwd_uppercase_number.app_error"),
        ("No digit at all", "model.user.is_valid.pwd_number.app_error"),
        ("Password1", "api.user.password.common.app_error"),
        ("Guildhall2026!", "api.user.password.name.app_error"),
        ("chatSTUDIO.example.7", "api.user.password.name.app_error"),
    ] {
        for (way, answer) in set_everywhere(&server, &root, password).await {
            assert_eq!((answer.status, answer.json()["id"].as_str()), (400, Some(id)), "{password} {way}");
        }
    }
    for (way, answer) in set_everywhere(&server, &root, "A good 1 with much in it").await {
        // The link has ended with the password that was set before.
        assert!(answer.status < 300 || way == "by a link", "{way}: {}", answer.text());
    }
    let config = server.anonymous().get("/config/client?format=old").await.ok();
    let names = ["MinimumLength", "RequireLowercase", "RequireUppercase", "RequireNumber", "RequireSymbol"];
    assert_eq!(names.map(|name| config[format!("Password{name}")].as_str().unwrap()), ["9", "false", "true", "true", "false"]);
}

#[tokio::test]
async fn names_of_the_person_are_no_passwords() {
    let server = TestServer::start().await;
    let create = async |password: &str| {
        let account = json!({
            "email": "ada@analytical.example", "username": "ada.lovelace", "password": password,
            "first_name": "Augusta", "last_name": "King-Noel", "nickname": "Enchantress of Numbers",
        });
        server.anonymous().post("/users", account).await
    };
    for name in
        ["Ada.Lovelace1", "adalovelace!", "lovelace1815", "ada@analytical.example", "AUGUSTA.1815", "kingnoel1852", "EnchantressOfNumbers"]
    {
        create(name).await.assert_error(400, "api.user.password.name.app_error");
    }
    assert_eq!(server.count("SELECT COUNT(*) FROM users").await, 0);
    assert_eq!(create("Ada wrote notes on engines").await.status, 201);
}
