//! Settings of the policy of passwords, and of waits after wrong ones.

use guildhall_services::sessions::LoginRequest;
use guildhall_testkit::PASSWORD;
use serde_json::json;

use super::{Group, World, has_id};

pub(super) const POLICY: Group = Group {
    preset: &[],
    rows: &[
        row!("signup.password_min_chars", 30, |world| {
            has_id(&world.create_account(json!({"password": PASSWORD})).await, "api.user.check_user_password.invalid.app_error")
        }),
        row!("signup.password_lowercase", true, |world| world.lacks("ALL IN CAPITALS, WITH 1 DIGIT, LONG", "lowercase").await),
        row!("signup.password_uppercase", true, |world| world.lacks("all in small letters, with 1 digit", "uppercase").await),
        row!("signup.password_number", true, |world| world.lacks("Small and Capital letters, and long", "number").await),
        row!("signup.password_symbol", true, |world| world.lacks("SmallAndCapitalLetters1AndLongEnough", "symbol").await),
        row!("signup.password_reject_names", false, |world| {
            let account = json!({"nickname": "The Longest Nickname Around Here", "password": "The Longest Nickname Around Here 1!"});
            world.create_account(account).await.status == 201
        }),
    ],
};

#[tokio::test]
async fn changes_of_the_policy_of_passwords_take_effect() {
    super::assert_takes_effect(&POLICY).await;
}

impl World {
    /// Whether the password is rejected because it has no character of this class.
    async fn lacks(&self, password: &str, class: &str) -> bool {
        let answer = self.create_account(json!({"password": password})).await;
        has_id(&answer, &format!("model.user.is_valid.pwd_{class}.app_error"))
    }

    /// Of one name, over many attempts, each as early as it is accepted.
    pub(super) async fn longest_log_in_wait_seconds(&self) -> i64 {
        let request = LoginRequest { login_id: self.name(), password: "wrong".to_owned(), ..LoginRequest::default() };
        let mut longest = 0;
        for _ in 0..20 {
            let error = self.server.app().services.sessions().log_in(request.clone()).await.unwrap_err();
            let wait = error.retry_after_seconds().map_or(0, |seconds| seconds.parse().unwrap());
            longest = longest.max(wait);
            self.server.clock.advance_ms(1_000 * wait);
        }
        longest
    }
}
