//! Tokens of links in mails.

use guildhall_model::Millis;
use guildhall_model::codes::mail as codes;
use guildhall_model::id::UserId;
use guildhall_model::mail::AccountTokenKind::{PasswordReset, Verification};
use guildhall_model::ports::TokenHash;
use guildhall_storage::account_tokens::{self, AccountToken};
use guildhall_storage::{Batch, Server, on_every_database};

const ADA: UserId = UserId::from_bytes([1; 16]);
const BOB: UserId = UserId::from_bytes([2; 16]);

on_every_database! {
    async fn a_token_is_of_one_kind_and_used_once(db) {
        let (token, other) = (TokenHash::of("a"), TokenHash::of("b"));
        let (ada, bob) = (db.grant(ADA), db.grant(BOB));
        db.commit(account_tokens::insert(ada, token, PasswordReset, "ada@example.com", Millis(50))).await.unwrap();
        db.commit(account_tokens::insert(ada, other, Verification, "ada@example.com", Millis(60))).await.unwrap();
        let stored = AccountToken { user_id: ADA, email: "ada@example.com".to_owned(), expires_at: Millis(50) };
        assert_eq!(account_tokens::get(&db, db.grant(Server), token, PasswordReset).await.unwrap(), Some(stored));
        assert_eq!(account_tokens::get(&db, db.grant(Server), token, Verification).await.unwrap(), None);

        let consumed = |user| account_tokens::consume(user, token, codes::RESET_LINK_INVALID);
        assert!(db.commit(consumed(bob)).await.unwrap_err().is(codes::RESET_LINK_INVALID));
        db.commit(consumed(ada)).await.unwrap();
        assert!(db.commit(consumed(ada)).await.unwrap_err().is(codes::RESET_LINK_INVALID));
        assert!(account_tokens::get(&db, db.grant(Server), other, Verification).await.unwrap().is_some());
    }

    async fn tokens_end_with_their_time_and_all_at_once(db) {
        let ada = db.grant(ADA);
        let tokens = ["a", "b", "c"].map(TokenHash::of);
        let mut batch = Batch::default();
        for (token, expires_at) in tokens.into_iter().zip([10, 20, 30]) {
            batch.push(account_tokens::insert(ada, token, PasswordReset, "ada@example.com", Millis(expires_at)));
        }
        db.commit(batch).await.unwrap();
        let left = async || {
            let mut left = Vec::new();
            for token in tokens {
                left.push(account_tokens::get(&db, db.grant(Server), token, PasswordReset).await.unwrap().is_some());
            }
            left
        };
        db.commit(account_tokens::delete_expired(db.grant(Server), Millis(20))).await.unwrap();
        assert_eq!(left().await, [false, true, true]);
        db.commit(account_tokens::delete_of_user(db.grant(BOB), PasswordReset)).await.unwrap();
        db.commit(account_tokens::delete_of_user(ada, Verification)).await.unwrap();
        assert_eq!(left().await, [false, true, true]);
        db.commit(account_tokens::delete_of_user(ada, PasswordReset)).await.unwrap();
        assert_eq!(left().await, [false; 3]);
    }
}
