//! Invitations, their tokens and uses, and the end of guests' access.

use guildhall_model::Millis;
use guildhall_model::codes::{context, invitations as codes};
use guildhall_model::id::{ChannelId, InvitationId, TeamId, UserId};
use guildhall_model::invitation::Invitation;
use guildhall_model::ports::TokenHash;
use guildhall_storage::{Batch, Database, Server, guest_expiries, invitations, on_every_database, users};

use super::fixtures;

const STUDIO: TeamId = TeamId::from_bytes([1; 16]);
const OFFICE: TeamId = TeamId::from_bytes([2; 16]);
const ADA: UserId = UserId::from_bytes([3; 16]);
const BOB: UserId = UserId::from_bytes([4; 16]);

fn invitation(number: u8, team: TeamId, email: &str) -> Invitation {
    Invitation {
        id: InvitationId::from_bytes([number; 16]),
        team_id: team,
        email: email.to_owned(),
        is_guest: true,
        channels: vec![ChannelId::from_bytes([8; 16]), ChannelId::from_bytes([9; 16])],
        message: "Grüße\nund „Zitate“".to_owned(),
        created_by: ADA,
        create_at: Millis(i64::from(number)),
        expires_at: Millis(100),
        uses_left: 2,
        guest_expires_at: Millis(500),
    }
}

/// Inserted, with a token of the same number.
async fn insert(db: &Database, invitation: &Invitation) -> TokenHash {
    let token = TokenHash::of(&invitation.id.to_string());
    let mut batch = Batch::from(invitations::insert(db.grant(invitation.team_id), invitation));
    batch.extend(invitations::insert_token(db.grant(Server), token, invitation.id));
    db.commit(batch).await.unwrap();
    token
}

async fn pending(db: &Database, team: TeamId) -> Vec<u8> {
    let found = invitations::pending(db, db.grant(team), None, Millis(50), 10, 0).await.unwrap();
    found.iter().map(|invitation| invitation.id.bytes()[0]).collect()
}

on_every_database! {
    async fn an_invitation_is_found_by_its_tokens(db) {
        let stored = invitation(1, STUDIO, "eve@example.com");
        let token = insert(&db, &stored).await;
        let further = TokenHash::of("further");
        db.commit(Batch::from(invitations::insert_token(db.grant(Server), further, stored.id).to_vec())).await.unwrap();
        for token in [token, further] {
            assert_eq!(invitations::by_token(&db, db.grant(Server), token).await.unwrap(), Some(stored.clone()));
        }
        assert_eq!(invitations::by_token(&db, db.grant(Server), TokenHash::of("x")).await.unwrap(), None);
        assert_eq!(invitations::in_team(&db, db.grant(OFFICE), stored.id).await.unwrap(), None);
        assert_eq!(invitations::count_pending_to(&db, db.grant(STUDIO), "eve@example.com", Millis(99)).await.unwrap(), 1);
        assert_eq!(invitations::count_pending_to(&db, db.grant(STUDIO), "eve@example.com", Millis(100)).await.unwrap(), 0);
        let gone = invitations::insert_token(db.grant(Server), TokenHash::of("y"), InvitationId::from_bytes([7; 16]));
        assert!(db.commit(Batch::from(gone.to_vec())).await.unwrap_err().is(codes::LINK_INVALID));
    }

    async fn a_use_is_counted_once_for_each_person(db) {
        let stored = invitation(1, STUDIO, "");
        insert(&db, &stored).await;
        let team = db.grant(STUDIO);
        let consume = async |user, now| db.commit(Batch::from(invitations::consume(team, stored.id, user, Millis(now)).to_vec())).await;
        assert!(consume(ADA, 100).await.unwrap_err().is(codes::LINK_INVALID), "it has expired by then");
        consume(ADA, 50).await.unwrap();
        assert!(consume(ADA, 50).await.unwrap_err().is(context::CONFLICT));
        assert!(invitations::is_used_by(&db, db.grant(STUDIO), stored.id, ADA).await.unwrap());
        assert!(!invitations::is_used_by(&db, db.grant(STUDIO), stored.id, BOB).await.unwrap());
        consume(BOB, 50).await.unwrap();
        assert!(consume(UserId::from_bytes([5; 16]), 50).await.unwrap_err().is(codes::LINK_INVALID));
        assert_eq!(pending(&db, STUDIO).await, Vec::<u8>::new());
    }

    async fn invitations_end_for_who_was_removed(db) {
        let other = Invitation { channels: vec![ChannelId::from_bytes([7; 16])], ..invitation(2, STUDIO, "") };
        for invitation in [invitation(1, STUDIO, ""), other, invitation(3, OFFICE, ""), invitation(4, STUDIO, "x@example.com")] {
            insert(&db, &invitation).await;
        }
        let used_by = async |user| {
            let mut used = Vec::new();
            for number in 1..=4 {
                let team = if number == 3 { OFFICE } else { STUDIO };
                let id = InvitationId::from_bytes([number; 16]);
                used.extend(invitations::is_used_by(&db, db.grant(team), id, user).await.unwrap().then_some(number));
            }
            used
        };
        db.commit(Batch::from(invitations::consume(db.grant(STUDIO), invitation(1, STUDIO, "").id, ADA, Millis(50)).to_vec())).await.unwrap();
        let channel = db.grant(ChannelId::from_bytes([9; 16]));
        for _ in 0..2 {
            db.commit(invitations::end_for_removed_from_channel(STUDIO, channel, ADA, Millis(60))).await.unwrap();
        }
        assert_eq!((used_by(ADA).await, used_by(BOB).await), (vec![1, 4], Vec::new()));
        db.commit(invitations::end_for_removed_from_team(db.grant(STUDIO), ADA, Millis(60))).await.unwrap();
        assert_eq!(used_by(ADA).await, [1, 2, 4]);
        assert_eq!(pending(&db, STUDIO).await, [4, 2, 1], "others can still use them");
    }

    async fn invitations_are_revoked_one_by_one_and_by_kind(db) {
        let eve = fixtures::user(6, "eve");
        db.commit(users::insert(&eve, "").0).await.unwrap();
        for (number, team, email) in [(1, STUDIO, ""), (2, STUDIO, eve.email.as_str()), (3, STUDIO, "x@example.com"), (4, OFFICE, eve.email.as_str())] {
            insert(&db, &invitation(number, team, email)).await;
        }
        assert_eq!(pending(&db, STUDIO).await, [3, 2, 1]);
        for (creator, number) in [(ADA, 2), (BOB, 0)] {
            let page = invitations::pending(&db, db.grant(STUDIO), Some(creator), Millis(50), 2, 1).await.unwrap();
            assert_eq!(page.len(), number);
        }
        let first = invitation(1, STUDIO, "").id;
        assert!(db.commit(invitations::delete(db.grant(OFFICE), first)).await.unwrap_err().is(codes::NOT_FOUND));
        db.commit(invitations::delete(db.grant(STUDIO), first)).await.unwrap();
        assert_eq!(invitations::by_token(&db, db.grant(Server), TokenHash::of(&first.to_string())).await.unwrap(), None);
        db.commit(invitations::delete_of_member(db.grant(STUDIO), eve.id)).await.unwrap();
        assert_eq!((pending(&db, STUDIO).await, pending(&db, OFFICE).await), (vec![3], vec![4]));
        db.commit(invitations::delete_to_person(db.grant(eve.id))).await.unwrap();
        assert_eq!((pending(&db, STUDIO).await, pending(&db, OFFICE).await), (vec![3], Vec::new()));
        insert(&db, &invitation(5, OFFICE, "")).await;
        db.commit(invitations::delete_by_mail(db.grant(Server))).await.unwrap();
        assert_eq!((pending(&db, STUDIO).await, pending(&db, OFFICE).await), (Vec::new(), vec![5]));
        db.commit(invitations::delete_of_creator(db.grant(BOB))).await.unwrap();
        db.commit(Batch::from(invitations::sweep(db.grant(Server), Millis(100)).to_vec())).await.unwrap();
        assert_eq!(pending(&db, OFFICE).await, [5]);
        let count = async |sql: &'static str| db.one::<i64>(sql, Vec::new()).await.unwrap();
        assert_eq!(count("SELECT COUNT(*) FROM invitation_tokens").await, 1, "those of the others are gone");
        db.commit(invitations::delete_of_creator(db.grant(ADA))).await.unwrap();
        assert_eq!(pending(&db, OFFICE).await, Vec::<u8>::new());
    }

    async fn the_access_of_guests_ends_when_it_was_last_set_to(db) {
        let (ada, bob) = (db.grant(ADA), db.grant(BOB));
        for (user, at) in [(ada, 10), (bob, 20), (ada, 30)] {
            db.commit(guest_expiries::set(user, Millis(at))).await.unwrap();
        }
        assert_eq!(guest_expiries::get(&db, db.grant(ADA)).await.unwrap(), Some(Millis(30)));
        assert_eq!(guest_expiries::due(&db, db.grant(Server), Millis(29), 10).await.unwrap(), [BOB]);
        assert_eq!(guest_expiries::due(&db, db.grant(Server), Millis(30), 10).await.unwrap(), [BOB, ADA]);
        db.commit(guest_expiries::remove(bob)).await.unwrap();
        assert_eq!(guest_expiries::get(&db, db.grant(BOB)).await.unwrap(), None);
    }
}
