//! Groups of people: names, members, lists, and whom a mention reaches.

use guildhall_model::codes::{context, groups as codes, users as user_codes};
use guildhall_model::group::{Group, GroupMember};
use guildhall_model::id::{GroupId, UserId};
use guildhall_model::{Millis, Result};
use guildhall_storage::groups::{self, Archived, GroupFilter, GroupPresence};
use guildhall_storage::{Database, names, on_every_database, users};

use super::fixtures::{NOW, World, create_world, user};

pub fn group(n: u8, name: &str, display_name: &str) -> Group {
    Group {
        id: GroupId::from_bytes([n; 16]),
        create_at: NOW,
        update_at: NOW.plus_ms(n.into()),
        delete_at: Millis::ZERO,
        creator_id: UserId::from_bytes([1; 16]),
        name: name.to_owned(),
        display_name: display_name.to_owned(),
        description: String::new(),
    }
}

fn members(group: &Group, people: &[UserId]) -> Vec<GroupMember> {
    people.iter().map(|user_id| GroupMember { group_id: group.id, user_id: *user_id, create_at: NOW }).collect()
}

async fn create(db: &Database, group: &Group, people: &[UserId]) -> Result<()> {
    let mut batch = vec![groups::insert(group)];
    batch.extend(groups::insert_members(db.grant(group.id), &members(group, people)));
    batch.extend(names::guard_group(&group.name));
    db.commit(batch).await
}

async fn names(db: &Database, filter: GroupFilter) -> Vec<String> {
    groups::list(db, &filter, 10, 0).await.unwrap().into_iter().map(|group| group.name).collect()
}

/// Developers (Ann and Ben) and an empty group of designers.
async fn create_groups(db: &Database) -> (World, Group, Group) {
    let world = create_world(db).await;
    let (developers, designers) = (group(11, "dev", "Zealous Developers"), group(12, "design", "Designers"));
    create(db, &developers, &[world.ann.id, world.ben.id]).await.unwrap();
    create(db, &designers, &[]).await.unwrap();
    (world, developers, designers)
}

on_every_database! {
    async fn a_name_belongs_to_one_group_or_one_account(db) {
        let (_, developers, _) = create_groups(&db).await;
        assert_eq!(groups::get(&db, developers.id).await.unwrap(), Some(developers.clone()));
        assert!(create(&db, &group(13, "dev", "Others"), &[]).await.unwrap_err().is(codes::NAME_TAKEN));
        assert!(create(&db, &group(13, "ann", "Anns"), &[]).await.unwrap_err().is(codes::USERNAME_TAKEN));
        let find = async |name: &str, except: &Group| groups::find_taken(&db, name, except.id).await.unwrap();
        assert_eq!(find("dev", &developers).await, (false, false));
        assert_eq!(find("dev", &group(13, "", "")).await, (true, false));
        assert_eq!(find("ann", &developers).await, (false, true));
        assert_eq!(users::find_taken(&db, "dev", "new@example.com", None).await.unwrap(), (true, false));
        let renamed = Group { name: "ann".to_owned(), update_at: NOW.plus_ms(50), ..developers.clone() };
        let id = db.grant(developers.id);
        let mut batch = vec![groups::update(id, &renamed, developers.update_at)];
        batch.extend(names::guard_group("ann"));
        assert!(db.commit(batch).await.unwrap_err().is(codes::USERNAME_TAKEN));
        let mut batch = vec![users::insert(&user(21, "dev"), "").0];
        batch.extend(names::guard_account("dev"));
        assert!(db.commit(batch).await.unwrap_err().is(user_codes::USERNAME_EXISTS));
        assert_eq!(users::by_username(&db, "dev").await.unwrap(), None);
        let taken = Group { name: "design".to_owned(), ..renamed };
        assert!(db.commit(groups::update(id, &taken, developers.update_at)).await.unwrap_err().is(codes::NAME_TAKEN));
        assert_eq!(groups::get(&db, developers.id).await.unwrap(), Some(developers));
    }

    async fn a_change_expects_the_group_as_it_was_read(db) {
        let (_, developers, _) = create_groups(&db).await;
        let id = db.grant(developers.id);
        let archived = Group { delete_at: NOW, update_at: NOW.plus_ms(50), ..developers.clone() };
        db.commit(groups::guard_active(id)).await.unwrap();
        db.commit(groups::update(id, &archived, developers.update_at)).await.unwrap();
        assert!(db.commit(groups::update(id, &archived, developers.update_at)).await.unwrap_err().is(context::CONFLICT));
        assert!(db.commit(groups::guard_active(id)).await.unwrap_err().is(codes::NOT_FOUND));
        assert!(create(&db, &group(13, "dev", "Others"), &[]).await.unwrap_err().is(codes::NAME_TAKEN));
    }

    async fn groups_are_listed_by_text_member_time_and_state(db) {
        let (world, developers, designers) = create_groups(&db).await;
        let archived = Group { delete_at: NOW, ..group(13, "past", "Alumni_100%") };
        create(&db, &archived, &[world.ben.id]).await.unwrap();
        let any = GroupFilter::default;
        assert_eq!(names(&db, any()).await, ["design", "dev"]);
        assert_eq!(names(&db, GroupFilter { archived: Archived::Included, ..any() }).await, ["past", "design", "dev"]);
        assert_eq!(names(&db, GroupFilter { archived: Archived::Only, ..any() }).await, ["past"]);
        assert_eq!(names(&db, GroupFilter { text: "zealous".to_owned(), ..any() }).await, ["dev"]);
        assert_eq!(names(&db, GroupFilter { text: "de".to_owned(), ..any() }).await, ["design", "dev"]);
        assert!(names(&db, GroupFilter { text: "d_v".to_owned(), ..any() }).await.is_empty());
        let literal = GroupFilter { text: "_100%".to_owned(), archived: Archived::Only, ..any() };
        assert_eq!(names(&db, literal).await, ["past"]);
        assert_eq!(names(&db, GroupFilter { names: Some(vec!["dev".to_owned(), "past".to_owned()]), ..any() }).await, ["dev"]);
        assert!(names(&db, GroupFilter { names: Some(Vec::new()), ..any() }).await.is_empty());
        assert_eq!(names(&db, GroupFilter { has_member: Some(world.ben.id), ..any() }).await, ["dev"]);
        assert_eq!(names(&db, GroupFilter { since: Some(designers.update_at), ..any() }).await, ["design"]);
        assert_eq!(groups::list(&db, &any(), 1, 1).await.unwrap(), [developers]);
    }

    async fn a_viewer_sees_groups_of_people_they_share_a_channel_with(db) {
        let (world, developers, designers) = create_groups(&db).await;
        let (eve, fay) = (user(21, "eve"), user(22, "fay"));
        db.commit(vec![users::insert(&eve, "").0, users::insert(&fay, "").0]).await.unwrap();
        let others = group(14, "others", "Others");
        create(&db, &others, &[eve.id]).await.unwrap();
        let seen_by = async |viewer: UserId| names(&db, GroupFilter { visible_to: Some(viewer), ..GroupFilter::default() }).await;
        assert_eq!(seen_by(world.ben.id).await, ["dev"]);
        assert_eq!(seen_by(eve.id).await, ["others"]);
        assert!(seen_by(fay.id).await.is_empty());
        let ids = [developers.id, designers.id, others.id];
        let count = async |viewer: Option<UserId>| {
            let mut counts = groups::count_members(&db, &ids, viewer).await.unwrap();
            counts.sort_unstable();
            counts
        };
        assert_eq!(count(None).await, [(developers.id, 2), (others.id, 1)]);
        assert_eq!(count(Some(world.ben.id)).await, [(developers.id, 2)]);
        assert!(count(Some(fay.id)).await.is_empty());
        let mut listed = groups::member_ids(&db, &ids, Some(world.ben.id), 10).await.unwrap();
        listed.sort_unstable();
        assert_eq!(listed, [(developers.id, world.ann.id), (developers.id, world.ben.id)]);
        assert_eq!(groups::member_ids(&db, &ids, None, 1).await.unwrap().len(), 1);
    }

    async fn members_are_added_once_and_removed(db) {
        let (world, developers, designers) = create_groups(&db).await;
        let id = db.grant(developers.id);
        assert!(db.commit(groups::insert_members(id, &members(&developers, &[world.ann.id]))).await.unwrap_err().is(context::CONFLICT));
        assert!(groups::is_member(&db, developers.id, world.ann.id).await.unwrap());
        assert!(!groups::is_member(&db, designers.id, world.ann.id).await.unwrap());
        db.commit(groups::remove_members(id, &[world.ann.id, UserId::from_bytes([99; 16])])).await.unwrap();
        let left = groups::members_among(&db, developers.id, &[world.ann.id, world.ben.id]).await.unwrap();
        assert_eq!(left, members(&developers, &[world.ben.id]));
        let inside = users::Filter { in_group: Some(developers.id), ..users::Filter::default() };
        let outside = users::Filter { not_in_group: Some(developers.id), ..users::Filter::default() };
        let listed = async |filter| -> Vec<UserId> {
            users::list(&db, &filter, users::Order::Username, 10, 0).await.unwrap().into_iter().map(|user| user.id).collect()
        };
        assert_eq!((listed(inside).await, listed(outside).await), (vec![world.ben.id], vec![world.ann.id]));
    }

    async fn a_person_is_removed_from_all_groups(db) {
        let (world, developers, designers) = create_groups(&db).await;
        db.commit(groups::insert_members(db.grant(designers.id), &members(&designers, &[world.ben.id]))).await.unwrap();
        db.commit(groups::remove_from_all(db.grant(world.ben.id)).to_vec()).await.unwrap();
        let of_ben = GroupFilter { has_member: Some(world.ben.id), ..GroupFilter::default() };
        assert!(names(&db, of_ben).await.is_empty());
        assert!(groups::is_member(&db, developers.id, world.ann.id).await.unwrap());
    }

    async fn a_mention_reaches_the_active_members_in_the_channel(db) {
        let (world, developers, designers) = create_groups(&db).await;
        let wanted = ["dev", "design", "nothing"].map(str::to_owned);
        let found = groups::mentionable(&db, &wanted, 10).await.unwrap();
        assert_eq!(found.iter().map(|group| group.name.as_str()).collect::<Vec<_>>(), ["design", "dev"]);
        assert_eq!(groups::mentionable(&db, &wanted, 1).await.unwrap().len(), 1);
        let ids = [developers.id, designers.id];
        assert_eq!(groups::recipients(&db, db.grant(world.dev.id), &ids, 10).await.unwrap(), [world.ann.id]);
        assert_eq!(groups::recipients(&db, db.grant(world.direct.id), &ids, 10).await.unwrap().len(), 2);
        assert_eq!(groups::recipients(&db, db.grant(world.direct.id), &ids, 1).await.unwrap().len(), 1);
        let presence = async || groups::presence(&db, db.grant(world.dev.id), &ids).await.unwrap();
        assert_eq!(presence().await, [GroupPresence { group_id: developers.id, members: 2, in_channel: 1 }]);
        assert_eq!(groups::count_members_in_channel(&db, db.grant(world.direct.id)).await.unwrap(), [(developers.id, 2)]);
        assert_eq!(groups::channel_timezones(&db, db.grant(world.direct.id)).await.unwrap().len(), 1);

        let gone = guildhall_model::user::User { delete_at: NOW, update_at: NOW.plus_ms(1), ..world.ann.clone() };
        db.commit(users::update(db.grant(gone.id), &gone, world.ann.update_at)).await.unwrap();
        assert!(groups::recipients(&db, db.grant(world.dev.id), &ids, 10).await.unwrap().is_empty());
        assert_eq!(presence().await, [GroupPresence { group_id: developers.id, members: 1, in_channel: 0 }]);
        let archived = Group { delete_at: NOW, update_at: NOW.plus_ms(50), ..developers.clone() };
        db.commit(groups::update(db.grant(developers.id), &archived, developers.update_at)).await.unwrap();
        assert!(groups::mentionable(&db, &wanted[..1], 10).await.unwrap().is_empty());
        assert!(groups::count_members_in_channel(&db, db.grant(world.direct.id)).await.unwrap().is_empty());
    }

    /// More than fit into one statement.
    async fn many_members_are_added_at_once(db) {
        let (_, developers, _) = create_groups(&db).await;
        let many: Vec<UserId> = (0..600_u16).map(|n| {
            let [high, low] = n.to_be_bytes();
            UserId::from_bytes([high, low, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7])
        }).collect();
        db.commit(groups::insert_members(db.grant(developers.id), &members(&developers, &many))).await.unwrap();
        assert_eq!(groups::members_among(&db, developers.id, &many).await.unwrap().len(), 600);
        db.commit(groups::remove_members(db.grant(developers.id), &many)).await.unwrap();
        assert!(groups::members_among(&db, developers.id, &many).await.unwrap().is_empty());
    }
}
