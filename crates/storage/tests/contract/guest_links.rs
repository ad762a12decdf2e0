//! Links for guests of one channel.

use guildhall_model::Millis;
use guildhall_model::codes::guest_links as codes;
use guildhall_model::guest_link::{GuestLink, GuestLinkTerms};
use guildhall_model::id::{ChannelId, InvitationId, TeamId, UserId};
use guildhall_model::invitation::Invitation;
use guildhall_model::ports::TokenHash;
use guildhall_storage::{Server, guest_links, invitations, on_every_database, users};

use super::fixtures::user;

const TEAM: TeamId = TeamId::from_bytes([3; 16]);
const DOOR: ChannelId = ChannelId::from_bytes([4; 16]);
const OTHER: ChannelId = ChannelId::from_bytes([5; 16]);

fn link(id: u8, channel_id: ChannelId) -> GuestLink {
    let invitation = Invitation {
        id: InvitationId::from_bytes([id; 16]),
        team_id: TEAM,
        email: String::new(),
        is_guest: true,
        channels: vec![channel_id],
        message: String::new(),
        created_by: UserId::from_bytes([9; 16]),
        create_at: Millis(i64::from(id)),
        expires_at: Millis(100),
        uses_left: 1,
        guest_expires_at: Millis::ZERO,
    };
    GuestLink { invitation, terms: GuestLinkTerms { channel_id, password_hash: "hash".to_owned(), takes_code: id == 2 } }
}

on_every_database! {
    async fn a_guest_link_is_found_by_its_token_and_channel(db) {
        let (team, door, server) = (db.grant(TEAM), db.grant(DOOR), db.grant(Server));
        let links = [link(1, DOOR), link(2, DOOR), link(3, OTHER)];
        for link in &links {
            db.commit(invitations::insert(team, &link.invitation)).await.unwrap();
            db.commit(guest_links::insert(db.grant(link.terms.channel_id), link.invitation.id, &link.terms)).await.unwrap();
        }
        for statement in invitations::insert_token(server, TokenHash::of("a"), links[0].invitation.id) {
            db.commit(statement).await.unwrap();
        }
        assert_eq!(guest_links::by_token(&db, db.grant(Server), TokenHash::of("a")).await.unwrap().as_ref(), Some(&links[0]));
        assert_eq!(guest_links::by_token(&db, db.grant(Server), TokenHash::of("b")).await.unwrap(), None);
        assert_eq!(guest_links::of_channel(&db, db.grant(DOOR), 10).await.unwrap(), [links[1].clone(), links[0].clone()]);
        assert_eq!(guest_links::get(&db, db.grant(DOOR), links[1].invitation.id).await.unwrap().as_ref(), Some(&links[1]));
        assert_eq!(guest_links::get(&db, db.grant(DOOR), links[2].invitation.id).await.unwrap(), None, "of another channel");

        let guard = |now: i64| invitations::guard_usable(server, links[0].invitation.id, Millis(now), codes::LINK_INVALID);
        db.commit(guard(99)).await.unwrap();
        assert!(db.commit(guard(100)).await.unwrap_err().is(codes::LINK_INVALID), "expired");

        // Who has come is listed; who was removed before is not.
        let (ada, bob) = (user(1, "ada"), user(2, "bob"));
        for person in [&ada, &bob] {
            db.commit(users::insert(person, "").0).await.unwrap();
        }
        db.commit(invitations::end_for_removed_from_channel(TEAM, door, bob.id, Millis(5))).await.unwrap();
        for statement in invitations::consume(team, links[0].invitation.id, ada.id, Millis(6)) {
            db.commit(statement).await.unwrap();
        }
        let visitors = guest_links::visitors(&db, db.grant(DOOR), links[0].invitation.id).await.unwrap();
        assert_eq!(visitors.iter().map(|visitor| (visitor.username.as_str(), visitor.create_at)).collect::<Vec<_>>(), [("ada", Millis(6))]);
        assert!(db.commit(guard(99)).await.unwrap_err().is(codes::LINK_INVALID), "used up");

        db.commit(invitations::delete(team, links[0].invitation.id)).await.unwrap();
        for statement in invitations::sweep(server, Millis(0)) {
            db.commit(statement).await.unwrap();
        }
        assert_eq!(guest_links::of_channel(&db, db.grant(DOOR), 10).await.unwrap(), [links[1].clone()]);
    }
}
