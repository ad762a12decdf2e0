//! Webhooks, slash commands, bots and OAuth apps.

use guildhall_model::Millis;
use guildhall_model::codes::{context, integrations as codes};
use guildhall_model::id::{CommandId, IncomingWebhookId, OAuthAppId, OutgoingWebhookId, TeamId};
use guildhall_model::integration::{Command, IncomingWebhook, OAuthApp, OutgoingWebhook};
use guildhall_model::ports::TokenHash;
use guildhall_model::user::Bot;
use guildhall_storage::webhooks::{self, Manager, ReadableChannels, Scope};
use guildhall_storage::{Server, bots, commands, oauth, on_every_database, users};

use super::fixtures::{NOW, World, create_world, user};

fn incoming(world: &World, n: u8) -> IncomingWebhook {
    IncomingWebhook {
        id: IncomingWebhookId::from_bytes([n; 16]),
        create_at: NOW.plus_ms(n.into()),
        update_at: NOW,
        delete_at: Millis::ZERO,
        user_id: world.ann.id,
        channel_id: world.dev.id,
        team_id: world.team.id,
        display_name: "CI 🚀".to_owned(),
        description: "d".repeat(500),
        username: "ci".to_owned(),
        icon_url: String::new(),
        channel_locked: true,
        created_by: Some(world.ben.id),
        last_error: String::new(),
    }
}

fn outgoing(world: &World, n: u8) -> OutgoingWebhook {
    OutgoingWebhook {
        id: OutgoingWebhookId::from_bytes([n; 16]),
        token: "t".repeat(26),
        create_at: NOW.plus_ms(n.into()),
        update_at: NOW,
        delete_at: Millis::ZERO,
        creator_id: world.ann.id,
        channel_id: None,
        team_id: world.team.id,
        trigger_words: vec!["zap".to_owned(), "žap".to_owned()],
        trigger_when: 1,
        callback_urls: vec!["https://a.example/?x=\"1\"".to_owned()],
        display_name: String::new(),
        description: String::new(),
        content_type: "application/json".to_owned(),
        username: String::new(),
        icon_url: String::new(),
        created_by: None,
        last_error: String::new(),
        last_error_at: Millis::ZERO,
    }
}

fn command(world: &World, n: u8, trigger: &str) -> Command {
    Command {
        id: CommandId::from_bytes([n; 16]),
        token: "t".repeat(26),
        create_at: NOW,
        update_at: NOW,
        delete_at: Millis::ZERO,
        creator_id: world.ann.id,
        team_id: world.team.id,
        trigger: trigger.to_owned(),
        method: "P".to_owned(),
        username: String::new(),
        icon_url: String::new(),
        auto_complete: true,
        auto_complete_desc: "what it does".to_owned(),
        auto_complete_hint: "[it]".to_owned(),
        display_name: String::new(),
        description: String::new(),
        url: "https://a.example".to_owned(),
        last_error: String::new(),
    }
}

on_every_database! {
    async fn incoming_webhooks_are_stored_changed_and_deleted(db) {
        let world = create_world(&db).await;
        let (first, second) = (incoming(&world, 11), incoming(&world, 12));
        db.commit(vec![webhooks::insert_incoming(db.grant(first.team_id), &first), webhooks::insert_incoming(db.grant(second.team_id), &second)]).await.unwrap();
        assert_eq!(db.open_unchecked(webhooks::incoming(&db, first.id).await.unwrap()), Some(first.clone()));
        let (team, everybody) = (Scope::Team(db.grant(world.team.id)), webhooks::Filter::default());
        assert_eq!(webhooks::list_incoming(&db, team, everybody, 1, 1).await.unwrap(), std::slice::from_ref(&second));
        assert_eq!(webhooks::count_incoming(&db, team, everybody).await.unwrap(), 2);
        let others = webhooks::Filter { user: Some(world.ben.id), ..everybody };
        assert!(webhooks::list_incoming(&db, team, others, 10, 0).await.unwrap().is_empty());

        let changed = IncomingWebhook { update_at: NOW.plus_ms(1), display_name: "CD".to_owned(), channel_locked: false, ..first.clone() };
        db.commit(webhooks::update_incoming(db.grant(changed.team_id), &changed, NOW)).await.unwrap();
        assert!(db.commit(webhooks::update_incoming(db.grant(changed.team_id), &changed, NOW)).await.unwrap_err().is(context::CONFLICT));
        assert_eq!(db.open_unchecked(webhooks::incoming(&db, first.id).await.unwrap()), Some(changed));
        db.commit(webhooks::delete_incoming(db.grant(world.team.id), first.id, NOW.plus_ms(2))).await.unwrap();
        assert!(db.commit(webhooks::delete_incoming(db.grant(world.team.id), first.id, NOW.plus_ms(3))).await.unwrap_err().is(codes::INCOMING_NOT_FOUND));
        assert_eq!(db.open_unchecked(webhooks::incoming(&db, first.id).await.unwrap()), None);
        assert_eq!(webhooks::count_incoming(&db, Scope::Server(db.grant(Server)), everybody).await.unwrap(), 1);
    }

    async fn managers_list_only_the_webhooks_that_they_may_manage(db) {
        let world = create_world(&db).await;
        let admin = guildhall_model::user::User { roles: "system_user system_admin".to_owned(), ..user(50, "admin") };
        let of = |n: u8, user_id, channel_id| IncomingWebhook { user_id, channel_id, ..incoming(&world, n) };
        // Ben is a member of no channel of the team; "secret" is private, "dev" is public.
        let hooks = [
            of(11, world.ben.id, world.secret.id),
            of(12, world.ann.id, world.dev.id),
            of(13, world.ann.id, world.secret.id),
            of(14, admin.id, world.dev.id),
        ];
        let mut batch = vec![users::insert(&admin, "").0];
        batch.extend(hooks.iter().map(|hook| webhooks::insert_incoming(db.grant(hook.team_id), hook)));
        db.commit(batch).await.unwrap();
        let listed = async |readable, except_roles: &[&str]| {
            let manager = Some(Manager { user: world.ben.id, readable, except_roles });
            let (scope, filter) = (Scope::Team(db.grant(world.team.id)), webhooks::Filter { manager, ..Default::default() });
            let found = webhooks::list_incoming(&db, scope, filter, 10, 0).await.unwrap();
            assert_eq!(webhooks::count_incoming(&db, scope, filter).await.unwrap(), found.len() as i64);
            found.iter().map(|hook| hook.id.bytes()[0]).collect::<Vec<_>>()
        };
        assert_eq!(listed(ReadableChannels::All, &[]).await, [11, 12, 13, 14]);
        assert_eq!(listed(ReadableChannels::All, &["system_admin"]).await, [11, 12, 13]);
        assert_eq!(listed(ReadableChannels::PublicAndOwn, &[]).await, [11, 12, 14]);
        assert_eq!(listed(ReadableChannels::PublicAndOwn, &["other", "system_admin"]).await, [11, 12]);
        assert_eq!(listed(ReadableChannels::Own, &["system_admin"]).await, [11]);
    }

    async fn the_last_error_is_stored_and_cleared(db) {
        let world = create_world(&db).await;
        let (first, second, third) = (incoming(&world, 11), outgoing(&world, 12), command(&world, 13, "deploy"));
        let team = world.team.id;
        db.commit(vec![
            webhooks::insert_incoming(db.grant(team), &first),
            webhooks::insert_outgoing(db.grant(team), &second),
            commands::insert(db.grant(team), &third),
        ]).await.unwrap();
        for (error, at) in [("its owner left 🚪", NOW.plus_ms(7)), ("", Millis::ZERO)] {
            db.commit(vec![
                webhooks::set_incoming_error(db.grant(Server), first.id, error),
                webhooks::set_outgoing_error(db.grant(team), second.id, error, at),
                commands::set_error(db.grant(Server), third.id, error),
            ]).await.unwrap();
            assert_eq!(db.open_unchecked(webhooks::incoming(&db, first.id).await.unwrap()).unwrap().last_error, error);
            assert_eq!(db.open_unchecked(webhooks::outgoing(&db, second.id).await.unwrap()).unwrap().last_error, error);
            assert_eq!(db.open_unchecked(commands::get(&db, third.id).await.unwrap()).unwrap().last_error, error);
        }
    }

    async fn outgoing_webhooks_keep_their_trigger_words_and_urls(db) {
        let world = create_world(&db).await;
        let hook = outgoing(&world, 11);
        db.commit(webhooks::insert_outgoing(db.grant(hook.team_id), &hook)).await.unwrap();
        assert_eq!(db.open_unchecked(webhooks::outgoing(&db, hook.id).await.unwrap()), Some(hook.clone()));
        let channel = Some(world.dev.id);
        let changed = OutgoingWebhook { token: "u".repeat(26), channel_id: channel, update_at: NOW.plus_ms(1), trigger_words: Vec::new(), ..hook };
        db.commit(webhooks::update_outgoing(db.grant(changed.team_id), &changed, NOW)).await.unwrap();
        let filter = webhooks::Filter { channel, ..Default::default() };
        assert_eq!(webhooks::list_outgoing(&db, Scope::Team(db.grant(world.team.id)), filter, 10, 0).await.unwrap(), std::slice::from_ref(&changed));
        for (error, at) in [("ž".repeat(400), NOW.plus_ms(7)), (String::new(), Millis::ZERO)] {
            db.commit(webhooks::set_outgoing_error(db.grant(world.team.id), changed.id, &error, at)).await.unwrap();
            let failed = OutgoingWebhook { last_error: error, last_error_at: at, ..changed.clone() };
            assert_eq!(db.open_unchecked(webhooks::outgoing(&db, changed.id).await.unwrap()), Some(failed));
        }
        db.commit(webhooks::delete_outgoing(db.grant(world.team.id), changed.id, NOW.plus_ms(2))).await.unwrap();
        assert!(webhooks::list_outgoing(&db, Scope::Team(db.grant(world.team.id)), filter, 10, 0).await.unwrap().is_empty());
    }

    async fn a_trigger_is_unique_among_the_commands_of_a_team(db) {
        let world = create_world(&db).await;
        let (first, second) = (command(&world, 11, "deploy"), command(&world, 12, "deploy"));
        db.commit(commands::insert(db.grant(first.team_id), &first)).await.unwrap();
        assert!(db.commit(commands::insert(db.grant(second.team_id), &second)).await.unwrap_err().is(codes::COMMAND_TRIGGER_TAKEN));
        let elsewhere = Command { team_id: TeamId::from_bytes([99; 16]), ..second.clone() };
        db.commit(commands::insert(db.grant(elsewhere.team_id), &elsewhere)).await.unwrap();
        let home = Command { team_id: world.team.id, update_at: NOW.plus_ms(1), ..elsewhere };
        assert!(db.commit(commands::update(db.grant(home.team_id), &home, NOW)).await.unwrap_err().is(codes::COMMAND_TRIGGER_TAKEN));
        assert_eq!(commands::by_trigger(&db, db.grant(world.team.id), "deploy").await.unwrap(), Some(first.clone()));
        assert_eq!(commands::by_trigger(&db, db.grant(world.team.id), "Deploy").await.unwrap(), None);
        assert_eq!(commands::of_team(&db, db.grant(world.team.id), Some(world.ann.id), 10).await.unwrap(), std::slice::from_ref(&first));
        assert!(commands::of_team(&db, db.grant(world.team.id), Some(world.ben.id), 10).await.unwrap().is_empty());
        db.commit(commands::delete(db.grant(world.team.id), first.id, NOW.plus_ms(2))).await.unwrap();
        assert!(db.commit(commands::delete(db.grant(world.team.id), first.id, NOW.plus_ms(3))).await.unwrap_err().is(codes::COMMAND_NOT_FOUND));
        db.commit(commands::update(db.grant(home.team_id), &home, NOW)).await.unwrap();
        assert_eq!(db.open_unchecked(commands::get(&db, home.id).await.unwrap()), Some(home));
    }

    async fn a_bot_is_an_account_and_a_record(db) {
        let world = create_world(&db).await;
        let account = guildhall_model::user::User { is_bot: true, first_name: "Beep".to_owned(), ..user(40, "beeper") };
        let bot = Bot {
            user_id: account.id,
            username: "beeper".to_owned(),
            display_name: "Beep".to_owned(),
            description: "beeps".to_owned(),
            owner_id: world.ann.id,
            create_at: NOW,
            update_at: NOW,
            delete_at: Millis::ZERO,
        };
        db.commit(vec![users::insert(&account, "").0, bots::insert(&bot)]).await.unwrap();
        assert_eq!(bots::get(&db, bot.user_id).await.unwrap(), Some(bot.clone()));
        assert_eq!(bots::get(&db, world.ann.id).await.unwrap(), None);
        let off = Bot { owner_id: world.ben.id, delete_at: NOW.plus_ms(1), update_at: NOW.plus_ms(1), ..bot.clone() };
        db.commit(bots::update(db.grant(off.user_id), &off, NOW)).await.unwrap();
        assert!(bots::list(&db, bots::Filter::default(), 10, 0).await.unwrap().is_empty());
        let all = bots::Filter { include_disabled: true, ..Default::default() };
        assert_eq!(bots::list(&db, all, 10, 0).await.unwrap(), [off]);
        assert!(bots::list(&db, bots::Filter { only_orphaned: true, ..all }, 10, 0).await.unwrap().is_empty());
        assert!(bots::list(&db, bots::Filter { owner: Some(world.ann.id), ..all }, 10, 0).await.unwrap().is_empty());
        db.commit(vec![bots::set_is_bot(db.grant(bot.user_id), false, NOW), bots::delete(db.grant(bot.user_id))]).await.unwrap();
        assert!(!users::get(&db, bot.user_id).await.unwrap().unwrap().is_bot);
        assert!(db.commit(bots::set_is_bot(db.grant(bot.user_id), false, NOW)).await.unwrap_err().is(context::CONFLICT));
    }

    async fn an_app_is_stored_without_its_secret(db) {
        let world = create_world(&db).await;
        let app = OAuthApp {
            id: OAuthAppId::from_bytes([11; 16]),
            creator_id: world.ann.id,
            create_at: NOW,
            update_at: NOW,
            client_secret: Some("secret".to_owned()),
            name: "app".to_owned(),
            description: String::new(),
            icon_url: String::new(),
            callback_urls: vec!["https://a.example/cb".to_owned()],
            homepage: "https://a.example".to_owned(),
            is_trusted: true,
            is_public: false,
            is_dynamic: false,
        };
        db.commit(oauth::insert(&app, Some(TokenHash::of("secret")))).await.unwrap();
        let kept = OAuthApp { client_secret: None, ..app.clone() };
        assert_eq!(oauth::get(&db, app.id).await.unwrap(), Some(kept.clone()));
        assert_eq!(oauth::list(&db, Some(world.ann.id), 10, 0).await.unwrap(), std::slice::from_ref(&kept));
        assert!(oauth::list(&db, Some(world.ben.id), 10, 0).await.unwrap().is_empty());
        let changed = OAuthApp { name: "other".to_owned(), update_at: NOW.plus_ms(1), ..kept };
        db.commit(oauth::update(&changed, NOW)).await.unwrap();
        assert!(db.commit(oauth::update(&changed, NOW)).await.unwrap_err().is(context::CONFLICT));
        db.commit(oauth::set_secret(app.id, TokenHash::of("new"), NOW.plus_ms(2))).await.unwrap();
        db.commit(oauth::delete(app.id)).await.unwrap();
        assert!(db.commit(oauth::delete(app.id)).await.unwrap_err().is(codes::OAUTH_NOT_FOUND));
        assert!(oauth::list(&db, None, 10, 0).await.unwrap().is_empty());
    }
}
