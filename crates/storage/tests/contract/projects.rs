//! Templates of channels, and projects.

use guildhall_model::Millis;
use guildhall_model::channel::{Channel, ChannelMember};
use guildhall_model::codes::projects as codes;
use guildhall_model::id::{ChannelId, ChannelTemplateId, GroupId, InvitationId, ProjectId, TeamId};
use guildhall_model::invitation::Invitation;
use guildhall_model::project::{ChannelTemplate, Project, TemplateChannel, TemplateContent, TemplateGuestLink};
use guildhall_storage::projects::{self, ProjectFilter, ProjectViewer};
use guildhall_storage::usage::{self, Counted};
use guildhall_storage::{
    Database, Server, channel_members, channel_templates, channels, guest_expiries, invitations, on_every_database, users,
};

use super::fixtures::{NOW, World, channel_member, create_world, user};

fn template(id: u8, team_id: TeamId, name: &str, world: &World) -> ChannelTemplate {
    let channel = TemplateChannel { display_name: "{project}".to_owned(), message: "\u{1f44b} {project}".to_owned(), ..Default::default() };
    ChannelTemplate {
        id: ChannelTemplateId::from_bytes([id; 16]),
        team_id,
        creator_id: world.ann.id,
        create_at: NOW,
        update_at: NOW,
        name: name.to_owned(),
        description: "For clients".to_owned(),
        content: TemplateContent {
            channels: vec![channel],
            member_ids: vec![world.ben.id],
            group_ids: vec![GroupId::from_bytes([7; 16])],
            category: "Projects".to_owned(),
            guest_link: Some(TemplateGuestLink { channel: 0, max_people: 5, days: 7, takes_code: true }),
        },
    }
}

fn project(id: u8, name: &str, world: &World) -> Project {
    Project {
        id: ProjectId::from_bytes([id; 16]),
        team_id: world.team.id,
        template_id: ChannelTemplateId::from_bytes([20; 16]),
        creator_id: world.ann.id,
        create_at: NOW,
        archived_at: Millis::ZERO,
        name: name.to_owned(),
    }
}

fn viewer(world: &World) -> ProjectViewer {
    ProjectViewer { user_id: world.ben.id, sees_public_channels: false, sees_all_channels: false, sees_all_projects: false }
}

async fn names(db: &Database, world: &World, viewer: &ProjectViewer, include_archived: bool) -> Vec<String> {
    let filter = ProjectFilter { include_archived, channel: None };
    let found = projects::list(db, db.grant(world.team.id), viewer, filter, 10, 0).await.unwrap();
    found.into_iter().map(|project| project.name).collect()
}

on_every_database! {
    async fn a_template_belongs_to_a_team_and_its_name_is_unique_there(db) {
        let world = create_world(&db).await;
        let (team, other) = (world.team.id, TeamId::from_bytes([9; 16]));
        let first = template(1, team, "Website", &world);
        db.commit(channel_templates::insert(db.grant(team), &first)).await.unwrap();
        let same = template(2, team, "Website", &world);
        assert!(db.commit(channel_templates::insert(db.grant(team), &same)).await.unwrap_err().is(codes::TEMPLATE_NAME_TAKEN));
        db.commit(channel_templates::insert(db.grant(other), &same)).await.unwrap();
        assert_eq!(db.open_unchecked(channel_templates::get(&db, first.id).await.unwrap()), Some(first.clone()));
        assert_eq!(db.one::<i64>("SELECT COUNT(*) FROM channel_templates", Vec::new()).await.unwrap(), 2);

        let second = template(3, team, "campaign", &world);
        db.commit(channel_templates::insert(db.grant(team), &second)).await.unwrap();
        assert_eq!(channel_templates::of_team(&db, db.grant(team)).await.unwrap(), [second.clone(), first.clone()]);
        let guard = |max| db.commit(usage::guard(Counted::ChannelTemplatesIn(team), max, codes::TEMPLATES_TOO_MANY).to_vec());
        guard(2).await.unwrap();
        assert!(guard(1).await.unwrap_err().is(codes::TEMPLATES_TOO_MANY));

        let renamed = ChannelTemplate { name: "Website".to_owned(), ..second.clone() };
        assert!(db.commit(channel_templates::update(db.grant(team), &renamed)).await.unwrap_err().is(codes::TEMPLATE_NAME_TAKEN));
        let changed = ChannelTemplate { name: "Campaign".to_owned(), update_at: NOW.plus_ms(1), content: Default::default(), ..second.clone() };
        db.commit(channel_templates::update(db.grant(team), &changed)).await.unwrap();
        assert_eq!(db.open_unchecked(channel_templates::get(&db, second.id).await.unwrap()), Some(changed.clone()));
        assert!(db.commit(channel_templates::update(db.grant(other), &changed)).await.unwrap_err().is(codes::TEMPLATE_NOT_FOUND));
        assert!(db.commit(channel_templates::delete(db.grant(other), first.id)).await.unwrap_err().is(codes::TEMPLATE_NOT_FOUND));
        db.commit(channel_templates::delete(db.grant(team), first.id)).await.unwrap();
        assert_eq!(db.open_unchecked(channel_templates::get(&db, first.id).await.unwrap()), None);
    }

    async fn a_project_is_seen_by_who_sees_one_of_its_channels(db) {
        let world = create_world(&db).await;
        let team = db.grant(world.team.id);
        let (open, hidden, empty) = (project(1, "open", &world), project(2, "Hidden", &world), project(3, "empty", &world));
        db.commit(projects::insert(team, &open, Some("one"))).await.unwrap();
        db.commit(projects::insert(team, &hidden, None)).await.unwrap();
        db.commit(projects::insert(team, &empty, None)).await.unwrap();
        assert!(db.commit(projects::insert(team, &project(4, "open", &world), None)).await.unwrap_err().is(codes::NAME_TAKEN));
        assert!(db.commit(projects::insert(team, &project(5, "new", &world), Some("one"))).await.unwrap_err().is(codes::NAME_TAKEN));
        db.commit(projects::insert_channel(db.grant(world.dev.id), open.id, 0)).await.unwrap();
        db.commit(projects::insert_channel(db.grant(world.secret.id), hidden.id, 0)).await.unwrap();

        let (nothing, public) = (viewer(&world), ProjectViewer { sees_public_channels: true, ..viewer(&world) });
        let (all, every) = (
            ProjectViewer { sees_all_channels: true, ..viewer(&world) },
            ProjectViewer { sees_all_projects: true, ..viewer(&world) },
        );
        let member = ProjectViewer { user_id: world.ann.id, ..viewer(&world) };
        assert_eq!(names(&db, &world, &nothing, true).await, Vec::<String>::new());
        assert_eq!(names(&db, &world, &public, true).await, ["open"]);
        assert_eq!(names(&db, &world, &member, true).await, ["Hidden", "open"]);
        assert_eq!(names(&db, &world, &all, true).await, ["Hidden", "open"]);
        assert_eq!(names(&db, &world, &every, true).await, ["empty", "Hidden", "open"]);
        let with_dev = ProjectFilter { channel: Some(world.dev.id), ..ProjectFilter::default() };
        let found =
            async |viewer: ProjectViewer| projects::list(&db, db.grant(world.team.id), &viewer, with_dev, 10, 0).await.unwrap();
        assert_eq!(found(public).await, std::slice::from_ref(&open));
        assert_eq!(found(nothing).await, []);
        let of_all = [open.id, hidden.id, empty.id];
        let seen =
            async |viewer: ProjectViewer| projects::channels(&db, db.grant(world.team.id), &viewer, &of_all).await.unwrap();
        assert_eq!(seen(every).await, []);
        assert_eq!(seen(public).await.iter().map(|found| found.channel.id).collect::<Vec<_>>(), [world.dev.id]);
        assert_eq!(seen(all).await.len(), 2);
        assert_eq!(projects::channel_ids(&db, db.grant(world.team.id), hidden.id).await.unwrap(), [world.secret.id]);
        assert!(projects::is_taken(&db, db.grant(world.team.id), "open").await.unwrap());
        assert!(!projects::is_taken(&db, db.grant(world.team.id), "Open").await.unwrap());
        let mine = |pending| projects::by_pending_id(&db, db.grant(world.ann.id), pending);
        assert_eq!(mine("one").await.unwrap(), Some(open.clone()));
        assert_eq!(mine("two").await.unwrap(), None);

        let archive = |from, to| db.commit(projects::set_archived(team, open.id, from, to, codes::ALREADY_ARCHIVED));
        archive(Millis::ZERO, NOW).await.unwrap();
        assert!(archive(Millis::ZERO, NOW).await.unwrap_err().is(codes::ALREADY_ARCHIVED));
        assert_eq!(names(&db, &world, &public, false).await, Vec::<String>::new());
        assert_eq!(names(&db, &world, &public, true).await, ["open"]);
        assert_eq!(db.open_unchecked(projects::get(&db, open.id).await.unwrap()), Some(Project { archived_at: NOW, ..open }));
    }

    async fn guests_without_another_channel_are_found(db) {
        let world = create_world(&db).await;
        let (only, both) = (user(11, "only"), user(12, "both"));
        for guest in [&only, &both] {
            db.commit(users::insert(guest, "").0).await.unwrap();
            let member = ChannelMember { scheme_guest: true, scheme_user: false, ..channel_member(&world.dev, guest) };
            db.commit(channel_members::insert(db.grant(world.dev.id), &member)).await.unwrap();
        }
        let member = ChannelMember { scheme_guest: true, scheme_user: false, ..channel_member(&world.secret, &both) };
        db.commit(channel_members::insert(db.grant(world.secret.id), &member)).await.unwrap();
        let find = async |ids: &[ChannelId]| projects::guests_only_in(&db, db.grant(Server), ids, 10).await.unwrap();
        let (dev, dev_and_secret) = ([world.dev.id], [world.dev.id, world.secret.id]);
        assert_eq!(find(&dev).await, [only.id]);
        assert_eq!(find(&dev_and_secret).await, [only.id, both.id]);
        let archived = Channel { delete_at: NOW, update_at: NOW.plus_ms(1), ..world.secret.clone() };
        db.commit(channels::update(db.grant(world.secret.id), &archived, NOW)).await.unwrap();
        assert_eq!(find(&dev).await, [only.id, both.id], "the other channel is not in use any more");

        for (guest, at) in [(&only, NOW), (&both, NOW.plus_ms(5))] {
            db.commit(guest_expiries::set(db.grant(guest.id), at)).await.unwrap();
        }
        db.commit(projects::keep_guests(db.grant(world.dev.id), NOW)).await.unwrap();
        assert_eq!(guest_expiries::get(&db, db.grant(only.id)).await.unwrap(), None);
        assert_eq!(guest_expiries::get(&db, db.grant(both.id)).await.unwrap(), Some(NOW.plus_ms(5)), "an end of their own");
    }

    async fn invitations_of_guests_are_found_by_their_channels(db) {
        let world = create_world(&db).await;
        let team = db.grant(world.team.id);
        let invitation = |id: u8, is_guest: bool, channels| Invitation {
            id: InvitationId::from_bytes([id; 16]),
            team_id: world.team.id,
            email: String::new(),
            is_guest,
            channels,
            message: String::new(),
            created_by: world.ann.id,
            create_at: NOW,
            expires_at: NOW.plus_ms(100),
            uses_left: 1,
            guest_expires_at: Millis::ZERO,
        };
        let guests = invitation(1, true, vec![world.secret.id, world.dev.id]);
        for invitation in [&guests, &invitation(2, false, vec![world.dev.id]), &invitation(3, true, vec![world.secret.id])] {
            db.commit(invitations::insert(team, invitation)).await.unwrap();
        }
        let pending = |now| invitations::pending_of_guests(&db, team.to_read(), world.dev.id, now, 10);
        assert_eq!(pending(NOW).await.unwrap(), std::slice::from_ref(&guests));
        assert_eq!(pending(NOW.plus_ms(100)).await.unwrap(), [], "expired");
        db.commit(invitations::delete_if_there(team, guests.id)).await.unwrap();
        db.commit(invitations::delete_if_there(team, guests.id)).await.unwrap();
        assert_eq!(pending(NOW).await.unwrap(), []);
    }
}
