//! Creating accounts: by sign-up, or by an administrator.

use std::net::IpAddr;

use guildhall_model::codes::{invitations as invitation_codes, users as codes};
use guildhall_model::id::{InviteId, UserId};
use guildhall_model::mail::AccountMail;
use guildhall_model::role::{SYSTEM_ADMIN, SYSTEM_GUEST, SYSTEM_USER};
use guildhall_model::team::Team;
use guildhall_model::user::rules::{self, normalize_name};
use guildhall_model::user::{Props, User};
use guildhall_model::{Actor, Event, Millis, Permission, Result};
use guildhall_storage::{names, preferences, users};

use crate::access::{Origin, SystemGrant, Writing};
use crate::boxed;
use crate::invitations::UsableInvitation;
use crate::posts::mentions::keyword_statements;
use crate::retry::retry_on_conflict;
use crate::statuses::check_custom_status;
use crate::users::Users;

#[derive(Debug, Clone, Default)]
pub struct NewUser {
    pub username: String,
    pub email: String,
    pub password: String,
    pub nickname: String,
    pub first_name: String,
    pub last_name: String,
    pub position: String,
    /// Empty for the server's default.
    pub locale: String,
    pub notify_props: Option<Props>,
    pub props: Props,
    pub timezone: Option<Props>,
    /// The new user joins the team of this invitation.
    pub invite_id: Option<InviteId>,
    /// The token of an invitation, which also says who the new user is: the address of a mail is theirs. Empty for none.
    pub invitation_token: String,
    pub address: Option<IpAddr>,
    /// The client is a program of this machine, as far as can be seen.
    pub is_from_this_machine: bool,
    /// What the first account takes elsewhere.
    pub setup_code: String,
}

/// Who creates the account.
#[derive(Clone, Copy)]
pub(super) enum Creator<'a> {
    /// The new user. Requires open sign-up or an invitation, except for the first account.
    SignUp,
    Administrator(&'a Actor),
}

/// What admits the new user to a team.
pub(super) enum Admission {
    None,
    /// The team's own link.
    Link(Box<Team>),
    Invitation(Box<UsableInvitation>),
    /// The same, when the address is proven.
    AfterProof(Box<UsableInvitation>),
    /// A mail with it has reached its address. It is used up by the membership, so that the link works again after a crash before that.
    Proven(Box<UsableInvitation>),
}

impl Admission {
    fn team(&self) -> Option<&Team> {
        match self {
            Self::None => None,
            Self::Link(team) => Some(team),
            Self::Invitation(usable) | Self::AfterProof(usable) | Self::Proven(usable) => Some(&usable.team),
        }
    }

    /// A mail has reached its address, which is verified by that. Another address is not for this invitation; none is filled in.
    fn apply(&self, user: User) -> Result<User> {
        let Self::Invitation(usable) = self else { return Ok(user) };
        let invitation = &usable.invitation;
        let roles = if invitation.is_guest { SYSTEM_GUEST } else { SYSTEM_USER }.to_owned();
        if !invitation.is_by_mail() {
            return Ok(User { roles, ..user });
        }
        if !user.email.is_empty() && user.email != invitation.email {
            return Err(invitation_codes::OTHER_ADDRESS.into());
        }
        Ok(User { roles, email: invitation.email.clone(), email_verified: true, ..user })
    }
}

impl Users<'_> {
    /// Creates an account by sign-up. The first account of a server becomes its administrator.
    #[boxed]
    pub async fn create_user(&self, new: NewUser) -> Result<User> {
        self.create_account(&self.access.system("there is no actor before the sign-up"), new, Creator::SignUp).await
    }

    pub fn may_create_users(&self, actor: &Actor) -> bool {
        self.access.has_system_permission(actor, Permission::SysconsoleWriteUserManagementUsers)
    }

    /// Creates an account for another user, even when sign-up is closed.
    #[boxed]
    pub async fn create_user_as_admin(&self, actor: &Actor, new: NewUser) -> Result<User> {
        let grant = self.access.system_permission(actor, Permission::SysconsoleWriteUserManagementUsers)?;
        self.create_account(&grant, new, Creator::Administrator(actor)).await
    }

    async fn create_account(&self, grant: &Writing<SystemGrant>, new: NewUser, creator: Creator<'_>) -> Result<User> {
        let admission = self.admission(&new).await?;
        let user = admission.apply(self.build_user(&new))?;
        user.check()?;
        check_custom_status(&user.props)?;
        let is_first = self.check_new_account(grant, &user, &admission, creator).await?;
        let password = self.check_new_password(&new.password, &user).await?;
        if matches!(creator, Creator::SignUp) {
            self.sessions().count_sign_up(new.address)?;
            if is_first && self.system().takes_setup_code(new.is_from_this_machine) {
                self.system().check_setup_code(&new.setup_code).await?;
            }
        }
        let password_hash = self.hasher.hash(&password).await?;

        let user = retry_on_conflict(|| async {
            // Checked again before each attempt, because another account may have been created meanwhile.
            let is_first = self.check_new_account(grant, &user, &admission, creator).await?;
            let roles = if is_first { format!("{SYSTEM_USER} {SYSTEM_ADMIN}") } else { user.roles.clone() };
            let user = User { roles, ..user.clone() };
            self.insert_account(grant, &user, &password_hash, is_first, (&new, &admission), creator).await?;
            Ok(user)
        })
        .await?;
        match &admission {
            Admission::None | Admission::AfterProof(_) | Admission::Proven(_) => {}
            Admission::Link(team) => {
                self.teams().join_team_by_invite(user.id, team.invite_id).await?;
            }
            // After a crash between the two, the same link adds the account to the team: this person has used it already.
            Admission::Invitation(usable) => {
                self.teams().join_team_by_invitation(user.id, usable).await?;
            }
        }
        Ok(user)
    }

    async fn admission(&self, new: &NewUser) -> Result<Admission> {
        match new.invite_id {
            _ if !new.invitation_token.is_empty() => {
                let usable = self.invitations().usable_invitation(&new.invitation_token, None).await?;
                Ok(Admission::Invitation(Box::new(usable)))
            }
            Some(invite) => Ok(Admission::Link(Box::new(self.teams().invited_team(invite).await?))),
            None => Ok(Admission::None),
        }
    }

    pub(super) fn build_user(&self, new: &NewUser) -> User {
        let now = self.clock.now();
        let locale = if new.locale.is_empty() { self.settings().site.default_locale.clone() } else { new.locale.clone() };
        let mut notify_props = rules::default_notify_props();
        notify_props.extend(new.notify_props.clone().unwrap_or_default());
        User {
            id: self.ids.next(),
            create_at: now,
            update_at: now,
            delete_at: Millis::ZERO,
            username: normalize_name(&new.username),
            email: normalize_name(&new.email),
            email_verified: false,
            nickname: new.nickname.trim().to_owned(),
            first_name: new.first_name.trim().to_owned(),
            last_name: new.last_name.trim().to_owned(),
            position: new.position.trim().to_owned(),
            roles: SYSTEM_USER.to_owned(),
            notify_props,
            props: new.props.clone(),
            timezone: new.timezone.clone().filter(|zone| !zone.is_empty()).unwrap_or_else(rules::default_timezone),
            locale,
            last_password_update: now,
            last_picture_update: Millis::ZERO,
            failed_attempts: 0,
            is_bot: false,
            has_second_factor: false,
        }
    }

    /// Checks that the account may be created; returns whether it is the server's first.
    pub(super) async fn check_new_account(
        &self,
        grant: &SystemGrant,
        user: &User,
        admission: &Admission,
        creator: Creator<'_>,
    ) -> Result<bool> {
        let db = self.access.read(grant);
        let is_first = !users::has_people(db).await?;
        let settings = self.settings();
        if matches!(creator, Creator::SignUp) {
            if !is_first && !settings.signup.open && matches!(admission, Admission::None) {
                return Err(codes::SIGNUP_CLOSED.into());
            }
            let of_team = admission.team().map(|team| team.allowed_domains.as_str()).unwrap_or_default();
            let domains = match user.is_guest() {
                true => [settings.guests.allowed_domains.as_str(), ""],
                false => [settings.signup.allowed_domains.as_str(), of_team],
            };
            if !domains.iter().all(|domains| rules::is_in_domains(&user.email, domains)) {
                return Err(codes::SIGNUP_DOMAIN.into());
            }
        }
        match users::find_taken(db, &user.username, &user.email, None).await? {
            (true, _) => Err(codes::USERNAME_EXISTS.into()),
            (_, true) => Err(codes::EMAIL_EXISTS.into()),
            _ => Ok(is_first),
        }
    }

    pub(super) async fn insert_account(
        &self,
        grant: &Writing<SystemGrant>,
        user: &User,
        password_hash: &str,
        is_first: bool,
        (new, admission): (&NewUser, &Admission),
        creator: Creator<'_>,
    ) -> Result<()> {
        let origin = match creator {
            Creator::Administrator(actor) => Origin::of(actor),
            Creator::SignUp => Origin { user_id: Some(user.id), address: new.address, ..Origin::default() },
        };
        let mut write = self.access.write(grant, "users.create").recorded_as(origin);
        let (insert, id) = users::insert(user, password_hash);
        write.push(insert);
        write.extend(keyword_statements(id, user));
        write.extend(rules::default_preferences(user.id).iter().map(|preference| preferences::save(id, preference)));
        if is_first {
            // Of two concurrent first accounts one conflicts here, and is retried as the second.
            write.push(users::claim_first_account(user.id));
        }
        match admission {
            Admission::None | Admission::Link(_) => {}
            // Of several who want the last use, one gets an account.
            Admission::Invitation(usable) => {
                write.extend(self.invitations().consume_with_new_account(grant, &usable.invitation, user.id));
            }
            Admission::AfterProof(usable) | Admission::Proven(usable) => {
                write.extend(self.invitations().guard_with_new_account(grant, &usable.invitation, user.id));
            }
        }
        write.extend(names::guard_account(&user.username));
        write.detail("user_id", user.id);
        write.detail("username", &user.username);
        write.detail("roles", &user.roles);
        let mut events = vec![Event::NewUser { user_id: user.id }];
        // A log-in by a mail verifies the address, too.
        if !user.email_verified && !matches!(admission, Admission::AfterProof(_)) {
            events.push(Event::AccountMailRequested { user_id: user.id, mail: AccountMail::Verification });
        }
        write.commit(events).await
    }

    /// The account, for use cases that act on the user.
    pub(crate) async fn account(&self, grant: &impl crate::access::Grant, id: UserId) -> Result<User> {
        users::get(self.access.read(grant), id).await?.ok_or_else(|| codes::NOT_FOUND.into())
    }
}
