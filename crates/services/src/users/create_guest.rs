//! New accounts of people who come by a guest link, or by an invitation that logs them in: without a password, with a username made of
//! their name or address.

use std::net::IpAddr;

use guildhall_model::Result;
use guildhall_model::codes::{guest_links as codes, users as user_codes};
use guildhall_model::role::SYSTEM_GUEST;
use guildhall_model::user::User;

use super::create::{Admission, Creator, NewUser};
use crate::boxed;
use crate::invitations::UsableInvitation;
use crate::users::Users;

/// Characters of a username that is made of a name.
const USERNAME_CHARS_MAX: usize = 32;
/// `eve`, `eve2`, ... `eve9`, before random ones.
const NUMBERED_MAX: u32 = 9;
const RANDOM_TRIES: usize = 3;

impl Users<'_> {
    /// A guest of the invitation, which is used up by it. `must_prove_address`: it is not, and the guest comes by it when the address is
    /// proven.
    #[boxed]
    pub(crate) async fn create_guest(
        &self,
        usable: UsableInvitation,
        name: &str,
        email: &str,
        address: Option<IpAddr>,
        must_prove_address: bool,
    ) -> Result<User> {
        let (first_name, last_name) = split_name(name);
        let new = NewUser {
            email: email.to_owned(),
            first_name: first_name.to_owned(),
            last_name: last_name.to_owned(),
            address,
            ..NewUser::default()
        };
        let admission = match must_prove_address {
            false => Admission::Invitation(Box::new(usable)),
            true => Admission::AfterProof(Box::new(usable)),
        };
        let user = self.insert_guest(&new, &admission, &username_from(name)).await?;
        if let Admission::Invitation(usable) = &admission {
            self.teams().join_team_by_invitation(user.id, usable).await?;
        }
        Ok(user)
    }

    /// A guest of an invitation, whose mail has reached its address.
    #[boxed]
    pub(crate) async fn create_invited_guest(&self, usable: UsableInvitation, address: Option<IpAddr>) -> Result<User> {
        let email = usable.invitation.email.clone();
        let username = username_from(email.split('@').next().unwrap_or_default());
        let new = NewUser { email, address, ..NewUser::default() };
        let admission = Admission::Proven(Box::new(usable));
        let user = self.insert_guest(&new, &admission, &username).await?;
        if let Admission::Proven(usable) = &admission {
            self.teams().join_team_by_invitation(user.id, usable).await?;
        }
        Ok(user)
    }

    /// With the first username that is free.
    async fn insert_guest(&self, new: &NewUser, admission: &Admission, name: &str) -> Result<User> {
        let grant = self.access.system("there is no actor before the sign-up");
        let (mut is_counted, email_verified) = (false, matches!(admission, Admission::Proven(_)));
        let numbered = (2..=NUMBERED_MAX).map(|number| format!("{name}{number}"));
        let random = (0..RANDOM_TRIES).map(|_| format!("{name}-{}", &self.secrets.generate_token().expose()[..6]));
        for username in std::iter::once(name.to_owned()).chain(numbered).chain(random) {
            let user = User { roles: SYSTEM_GUEST.to_owned(), username, email_verified, ..self.build_user(new) };
            // A name that is reserved is like one that is taken.
            let checked = match user.check() {
                Ok(()) => self.check_new_account(&grant, &user, admission, Creator::SignUp).await.map(|_| ()),
                Err(error) => Err(error),
            };
            let inserted = match checked {
                Ok(()) => {
                    if !is_counted {
                        self.sessions().count_sign_up(new.address)?;
                        is_counted = true;
                    }
                    self.insert_account(&grant, &user, "", false, (new, admission), Creator::SignUp).await
                }
                Err(error) => Err(error),
            };
            match inserted {
                Ok(()) => return Ok(user),
                Err(error) if error.is(user_codes::USERNAME_EXISTS) || error.is(user_codes::INVALID_USERNAME) => {}
                Err(error) => return Err(error),
            }
        }
        Err(codes::NO_NAME_FREE.into())
    }
}

/// The first and the last name, of the name that somebody enters.
fn split_name(name: &str) -> (&str, &str) {
    name.split_once(char::is_whitespace).map_or((name, ""), |(first, last)| (first, last.trim_start()))
}

/// `eve.van.dyke` of `Eve van Dyke`; `guest` of a name without Latin letters.
fn username_from(name: &str) -> String {
    let mut username = String::new();
    for c in name.to_lowercase().chars() {
        if c.is_ascii_alphanumeric() {
            username.push(c);
        } else if !username.is_empty() && !username.ends_with('.') {
            username.push('.');
        }
    }
    let username: String = username.trim_start_matches(|c: char| !c.is_ascii_lowercase()).chars().take(USERNAME_CHARS_MAX).collect();
    match username.trim_end_matches('.') {
        "" => "guest".to_owned(),
        username => username.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_a_first_and_a_last_part() {
        assert_eq!([split_name("Eve"), split_name("Eve  van Dyke")], [("Eve", ""), ("Eve", "van Dyke")]);
    }

    #[test]
    fn usernames_are_made_of_names() {
        let names = ["Eve van Dyke", "  O'Neill ", "李明", "42", "3x", "a@b.example", &"x".repeat(100)].map(username_from);
        assert_eq!(names[..6], ["eve.van.dyke", "o.neill", "guest", "guest", "x", "a.b.example"].map(str::to_owned));
        assert_eq!(names[6].len(), USERNAME_CHARS_MAX);
    }
}
