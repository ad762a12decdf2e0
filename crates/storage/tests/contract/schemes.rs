//! Schemes, and the teams and channels that have them.

use guildhall_model::Millis;
use guildhall_model::codes::{context, schemes as codes};
use guildhall_model::id::SchemeId;
use guildhall_model::role::Role;
use guildhall_model::scheme::{Scheme, SchemeScope, role_name};
use guildhall_storage::usage::{self, Counted};
use guildhall_storage::{Server, channel_members, channels, on_every_database, roles, schemes, team_members, teams};

use super::fixtures::create_world;

fn scheme(number: u8, name: &str, scope: SchemeScope, is_derived: bool) -> Scheme {
    let (id, at) = (SchemeId::from_bytes([number; 16]), Millis(i64::from(number)));
    Scheme {
        id,
        name: name.to_owned(),
        display_name: name.to_uppercase(),
        description: String::new(),
        scope,
        is_derived,
        create_at: at,
        update_at: at,
    }
}

on_every_database! {
    async fn schemes_are_listed_changed_and_deleted(db) {
        let server = db.grant(Server);
        let (strict, quiet) = (scheme(1, "strict", SchemeScope::Team, false), scheme(2, "quiet", SchemeScope::Channel, false));
        let own = scheme(3, "own", SchemeScope::Channel, true);
        for scheme in [&strict, &quiet, &own] {
            db.commit(schemes::insert(server, scheme)).await.unwrap();
        }
        let same_name = scheme(4, "strict", SchemeScope::Team, false);
        assert!(db.commit(schemes::insert(server, &same_name)).await.unwrap_err().is(codes::NAME_TAKEN));
        assert_eq!(schemes::get(&db, own.id).await.unwrap(), Some(own.clone()));
        assert_eq!(schemes::page(&db, None, 10, 0).await.unwrap(), [quiet.clone(), strict.clone()]);
        assert_eq!(schemes::page(&db, Some(SchemeScope::Team), 10, 0).await.unwrap(), std::slice::from_ref(&strict));
        assert_eq!(schemes::page(&db, None, 10, 1).await.unwrap(), std::slice::from_ref(&strict));
        for (what, number) in [(Counted::Schemes, 2), (Counted::ModeratedChannels, 1)] {
            assert_eq!(usage::count(&db, what).await.unwrap(), number);
            db.commit(usage::guard(what, number, codes::TOO_MANY).to_vec()).await.unwrap();
            assert!(db.commit(usage::guard(what, number - 1, codes::TOO_MANY).to_vec()).await.unwrap_err().is(codes::TOO_MANY));
        }
        assert_eq!(schemes::derived_ids(&db).await.unwrap(), [own.id]);
        let changed = Scheme { display_name: "Rules".to_owned(), update_at: Millis(9), ..strict.clone() };
        db.commit(schemes::update(server, &changed, strict.update_at)).await.unwrap();
        assert!(db.commit(schemes::update(server, &changed, strict.update_at)).await.unwrap_err().is(context::CONFLICT));
        let taken = Scheme { name: "quiet".to_owned(), update_at: Millis(10), ..changed.clone() };
        assert!(db.commit(schemes::update(server, &taken, Millis(9))).await.unwrap_err().is(codes::NAME_TAKEN));
        assert_eq!(schemes::get(&db, strict.id).await.unwrap(), Some(changed));
        db.commit(vec![schemes::guard(server, strict.id), schemes::delete(server, strict.id)]).await.unwrap();
        for statement in [schemes::guard(server, strict.id), schemes::delete(server, strict.id)] {
            assert!(db.commit(statement).await.unwrap_err().is(codes::NOT_FOUND));
        }
        assert_eq!(schemes::get(&db, strict.id).await.unwrap(), None);
    }

    async fn memberships_know_whose_roles_they_have(db) {
        let world = create_world(&db).await;
        let (server, ann) = (db.grant(Server), world.ann.id);
        let (strict, quiet) = (scheme(1, "strict", SchemeScope::Team, false), scheme(2, "quiet", SchemeScope::Channel, false));
        db.commit(vec![schemes::insert(server, &strict), schemes::insert(server, &quiet)]).await.unwrap();
        let of_channel = async |channel| channel_members::get(&db, db.grant(channel), ann).await.unwrap().unwrap().scheme_id;
        assert_eq!(of_channel(world.dev.id).await, None);
        let mut team = world.team.clone();
        (team.scheme_id, team.update_at) = (Some(strict.id), Millis(world.team.update_at.0 + 1));
        db.commit(teams::set_scheme(db.grant(team.id), &team, world.team.update_at)).await.unwrap();
        assert!(db.commit(teams::set_scheme(db.grant(team.id), &team, world.team.update_at)).await.unwrap_err().is(context::CONFLICT));
        let mut dev = world.dev.clone();
        (dev.scheme_id, dev.update_at) = (Some(quiet.id), Millis(world.dev.update_at.0 + 1));
        db.commit(channels::set_scheme(db.grant(dev.id), &dev, world.dev.update_at)).await.unwrap();
        let by_channel = [of_channel(world.dev.id).await, of_channel(world.secret.id).await, of_channel(world.direct.id).await];
        assert_eq!(by_channel, [Some(quiet.id), Some(strict.id), None]);
        assert_eq!(team_members::get(&db, db.grant(team.id), ann).await.unwrap().unwrap().scheme_id, Some(strict.id));
        let decided = channels::with_member(&db, dev.id, ann).await.unwrap().unwrap();
        assert_eq!((decided.channel.scheme_id, decided.team_scheme_id), (Some(quiet.id), Some(strict.id)));
        assert_eq!(decided.member.unwrap().scheme_id, Some(quiet.id));
        assert_eq!(decided.team_member.unwrap().scheme_id, Some(strict.id));
        let direct = channels::with_member(&db, world.direct.id, ann).await.unwrap().unwrap();
        assert_eq!((direct.team_scheme_id, direct.member.unwrap().scheme_id), (None, None));
        let of_user = channel_members::page_of_user(&db, db.grant(ann), true, 10, 0).await.unwrap();
        assert_eq!(of_user.iter().map(|member| member.item.scheme_id).collect::<Vec<_>>(), by_channel);
        assert_eq!(of_user[0].team_name, "one");

        assert_eq!(schemes::teams(&db, db.grant(Server), strict.id, 10, 0).await.unwrap(), [team]);
        assert_eq!(schemes::channels(&db, db.grant(Server), quiet.id, 10, 0).await.unwrap(), [dev]);
        assert_eq!(schemes::above(&db, db.grant(Server), &[quiet.id, strict.id]).await.unwrap(), [(quiet.id, Some(strict.id))]);
        assert_eq!(schemes::below(&db, db.grant(Server), Some(strict.id)).await.unwrap(), [quiet.id]);
        assert_eq!(schemes::below(&db, db.grant(Server), None).await.unwrap(), []);
        // A team that got the scheme meanwhile is not overlooked.
        let release = schemes::release(server, strict.id, 0, 0, Millis(50)).to_vec();
        assert!(db.commit(release).await.unwrap_err().is(context::CONFLICT));
        db.commit(schemes::release(server, strict.id, 1, 0, Millis(50)).to_vec()).await.unwrap();
        assert_eq!(of_channel(world.secret.id).await, None);
        assert_eq!(schemes::below(&db, db.grant(Server), None).await.unwrap(), [quiet.id]);
        db.commit(schemes::release(server, quiet.id, 0, 1, Millis(50)).to_vec()).await.unwrap();
        assert_eq!(of_channel(world.dev.id).await, None);
    }

    async fn the_roles_of_a_scheme_are_found_by_their_names(db) {
        let server = db.grant(Server);
        let own = scheme(3, "own", SchemeScope::Channel, true);
        let role = |number: u8, name: &str| Role {
            id: guildhall_model::id::RoleId::from_bytes([number; 16]),
            name: role_name(Some(own.id), name),
            display_name: String::new(),
            description: String::new(),
            permissions: [guildhall_model::Permission::CreatePost].into(),
            scheme_managed: true,
            built_in: false,
            is_changed: false,
            create_at: Millis(1),
            update_at: Millis(1),
            delete_at: Millis::ZERO,
        };
        let (user, guest) = (role(1, "channel_user"), role(2, "channel_guest"));
        db.commit(vec![roles::insert(server, &user), roles::insert(server, &guest)]).await.unwrap();
        let mut found = roles::by_names(&db, &own.role_names()).await.unwrap();
        found.sort_by_key(|role| role.id);
        assert_eq!(found, [user, guest]);
        assert_eq!(roles::by_names(&db, &[]).await.unwrap(), []);
        db.commit(roles::delete(server, &own.role_names())).await.unwrap();
        assert_eq!(roles::by_names(&db, &own.role_names()).await.unwrap(), []);
    }
}
