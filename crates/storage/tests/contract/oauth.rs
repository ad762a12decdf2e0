//! What the OAuth provider gives: codes, grants, and which apps people have authorized.

use guildhall_model::codes::{context, integrations, oauth as codes};
use guildhall_model::id::{OAuthAppId, OAuthGrantId, SessionId, UserId};
use guildhall_model::integration::OAuthApp;
use guildhall_model::oauth::{OAuthCode, OAuthGrant};
use guildhall_model::ports::TokenHash;
use guildhall_model::user::Session;
use guildhall_storage::oauth::{self, authorizations, grants};
use guildhall_storage::{Server, on_every_database, sessions};

use super::fixtures::{NOW, create_world};
use super::sessions::session;

fn app(n: u8, is_dynamic: bool) -> OAuthApp {
    OAuthApp {
        id: OAuthAppId::from_bytes([n; 16]),
        creator_id: OAuthApp::NO_CREATOR,
        create_at: NOW,
        update_at: NOW,
        client_secret: None,
        name: format!("app {n}"),
        description: String::new(),
        icon_url: String::new(),
        callback_urls: vec!["https://a.example/cb".to_owned()],
        homepage: String::new(),
        is_trusted: false,
        is_public: n.is_multiple_of(2),
        is_dynamic,
    }
}

fn code(n: u8, user: UserId, app: &OAuthApp) -> OAuthCode {
    OAuthCode {
        code_hash: TokenHash::of(&format!("code {n}")),
        app_id: app.id,
        user_id: user,
        redirect_uri: "https://a.example/cb".to_owned(),
        code_challenge: String::new(),
        resource: "https://b.example".to_owned(),
        create_at: NOW,
        expires_at: NOW.plus_ms(n.into()),
    }
}

fn grant(n: u8, user: UserId, app: &OAuthApp) -> OAuthGrant {
    OAuthGrant {
        id: OAuthGrantId::from_bytes([n; 16]),
        app_id: app.id,
        user_id: user,
        session_id: SessionId::from_bytes([n; 16]),
        code_hash: TokenHash::of(&format!("code {n}")),
        family_hash: TokenHash::of(&format!("family {n}")),
        refresh_hash: TokenHash::of(&format!("refresh {n}")),
        resource: String::new(),
        create_at: NOW,
        refreshed_at: NOW.plus_ms(n.into()),
        expires_at: NOW.plus_ms(n.into()),
    }
}

fn oauth_session(n: u8, user: UserId) -> Session {
    Session { is_oauth: true, ..session(n, user) }
}

on_every_database! {
    async fn a_code_is_consumed_once(db) {
        let world = create_world(&db).await;
        let (ann, app) = (world.ann.id, app(1, false));
        db.commit(oauth::insert(&app, None)).await.unwrap();
        let made = code(1, ann, &app);
        db.commit(oauth::codes::insert(db.grant(ann), &made)).await.unwrap();
        assert_eq!(oauth::codes::get(&db, db.grant(Server), made.code_hash).await.unwrap(), Some(made.clone()));
        assert!(db.commit(oauth::codes::consume(db.grant(world.ben.id), made.code_hash)).await.unwrap_err().is(codes::GRANT_USED));
        db.commit(oauth::codes::consume(db.grant(ann), made.code_hash)).await.unwrap();
        assert!(db.commit(oauth::codes::consume(db.grant(ann), made.code_hash)).await.unwrap_err().is(codes::GRANT_USED));
        for n in 2..6 {
            db.commit(oauth::codes::insert(db.grant(ann), &code(n, ann, &app))).await.unwrap();
        }
        db.commit(oauth::codes::delete_expired(db.grant(Server), NOW.plus_ms(3))).await.unwrap();
        let left = async |n: u8| oauth::codes::get(&db, db.grant(Server), code(n, ann, &app).code_hash).await.unwrap().is_some();
        assert_eq!((left(3).await, left(4).await), (false, true));
        db.commit(oauth::codes::delete(db.grant(ann), app.id)).await.unwrap();
        assert!(!left(4).await);
    }

    async fn a_grant_is_refreshed_once(db) {
        let world = create_world(&db).await;
        let (ann, app) = (world.ann.id, app(1, false));
        db.commit(oauth::insert(&app, None)).await.unwrap();
        let first = grant(1, ann, &app);
        db.commit(grants::insert(db.grant(ann), &first)).await.unwrap();
        assert!(db.commit(grants::insert(db.grant(ann), &OAuthGrant { id: OAuthGrantId::from_bytes([9; 16]), ..first.clone() })).await.unwrap_err().is(codes::GRANT_USED));
        assert_eq!(grants::by_code(&db, db.grant(Server), first.code_hash).await.unwrap(), Some(first.clone()));
        let second = OAuthGrant { refresh_hash: TokenHash::of("next"), session_id: SessionId::from_bytes([8; 16]), ..first.clone() };
        db.commit(grants::refresh(db.grant(ann), &first, &second)).await.unwrap();
        assert!(db.commit(grants::refresh(db.grant(ann), &first, &second)).await.unwrap_err().is(codes::GRANT_USED));
        assert_eq!(grants::by_family(&db, db.grant(Server), first.family_hash).await.unwrap(), Some(second.clone()));
        db.commit(grants::delete_of_session(db.grant(ann), first.session_id)).await.unwrap();
        assert_eq!(grants::of_user(&db, db.grant(ann), app.id).await.unwrap(), std::slice::from_ref(&second));
        db.commit(grants::delete_of_session(db.grant(ann), second.session_id)).await.unwrap();
        assert!(grants::of_user(&db, db.grant(ann), app.id).await.unwrap().is_empty());
    }

    async fn grants_end_with_their_sessions(db) {
        let world = create_world(&db).await;
        let (ann, ben, one, other) = (world.ann.id, world.ben.id, app(1, false), app(2, false));
        db.commit(oauth::insert(&one, None)).await.unwrap();
        db.commit(oauth::insert(&other, None)).await.unwrap();
        for (n, user, app) in [(1, ann, &one), (2, ann, &other), (3, ben, &one), (4, ben, &one), (5, ben, &other)] {
            db.commit(sessions::insert(db.grant(user), &oauth_session(n, user), TokenHash::of(&n.to_string()))).await.unwrap();
            db.commit(grants::insert(db.grant(user), &grant(n, user, app))).await.unwrap();
        }
        let left = async || {
            let mut left: Vec<u8> = sessions::all(&db, db.grant(Server), 100).await.unwrap().iter().map(|(id, _)| id.bytes()[0]).collect();
            left.sort_unstable();
            left
        };
        let of_one = grants::of_app(&db, db.grant(Server), one.id, 10).await.unwrap();
        assert_eq!(of_one.iter().map(|grant| grant.id.bytes()[0]).collect::<Vec<_>>(), [1, 3, 4]);
        db.commit(grants::delete(db.grant(ann), one.id).into_iter().collect::<Vec<_>>()).await.unwrap();
        assert_eq!(left().await, [2, 3, 4, 5]);
        db.commit(grants::delete_with_sessions(db.grant(Server), &[of_one[1].id])).await.unwrap();
        assert_eq!(left().await, [2, 4, 5]);
        db.commit(grants::delete_of_app(db.grant(Server), one.id).into_iter().collect::<Vec<_>>()).await.unwrap();
        assert_eq!(left().await, [2, 5]);
        let expired = async |ms| grants::expired(&db, db.grant(Server), NOW.plus_ms(ms), 10).await.unwrap().len();
        assert_eq!((expired(1).await, expired(2).await, expired(5).await), (0, 1, 2));
        db.commit(oauth::delete(other.id)).await.unwrap();
        assert_eq!(expired(1).await, 2, "of an app that is deleted");
    }

    async fn an_app_is_authorized_until_it_is_deleted(db) {
        let world = create_world(&db).await;
        let (ann, one, other) = (world.ann.id, app(1, true), app(2, true));
        db.commit(oauth::insert(&one, Some(TokenHash::of("secret")))).await.unwrap();
        db.commit(oauth::insert(&other, None)).await.unwrap();
        let (found, secret) = oauth::get_with_secret(&db, db.grant(Server), one.id).await.unwrap().unwrap();
        assert_eq!((found, secret), (one.clone(), Some(TokenHash::of("secret"))));
        assert_eq!(oauth::get_with_secret(&db, db.grant(Server), other.id).await.unwrap().unwrap().1, None);
        for _ in 0..2 {
            db.commit(authorizations::insert(db.grant(ann), one.id, NOW)).await.unwrap();
        }
        assert!(authorizations::exists(&db, db.grant(ann), one.id).await.unwrap());
        assert!(!authorizations::exists(&db, db.grant(world.ben.id), one.id).await.unwrap());
        assert_eq!(authorizations::apps(&db, db.grant(ann), 10, 0).await.unwrap(), std::slice::from_ref(&one));
        db.commit(oauth::delete_unused(db.grant(Server), NOW)).await.unwrap();
        assert!(oauth::get(&db, other.id).await.unwrap().is_some(), "it is new");
        db.commit(oauth::delete_unused(db.grant(Server), NOW.plus_ms(1))).await.unwrap();
        assert!(oauth::get(&db, other.id).await.unwrap().is_none() && oauth::get(&db, one.id).await.unwrap().is_some());
        db.commit(oauth::guard(one.id)).await.unwrap();
        db.commit(oauth::delete(one.id)).await.unwrap();
        assert!(db.commit(oauth::guard(one.id)).await.unwrap_err().is(integrations::OAUTH_NOT_FOUND));
        db.commit(authorizations::delete_orphans(db.grant(Server))).await.unwrap();
        assert!(!authorizations::exists(&db, db.grant(ann), one.id).await.unwrap());
    }

    async fn a_session_that_has_ended_guards_nothing(db) {
        let world = create_world(&db).await;
        let ann = world.ann.id;
        let one = session(1, ann);
        db.commit(sessions::insert(db.grant(ann), &one, TokenHash::of("1"))).await.unwrap();
        db.commit(sessions::guard(db.grant(ann), one.id)).await.unwrap();
        db.commit(sessions::delete(db.grant(ann), one.id)).await.unwrap();
        assert!(db.commit(sessions::guard(db.grant(ann), one.id)).await.unwrap_err().is(context::SESSION_EXPIRED));
    }
}
