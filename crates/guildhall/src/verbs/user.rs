//! `guildhall user ...`: manages accounts. Each verb is one or more operations of the API.

use clap::{Subcommand, ValueEnum};
use guildhall_model::role::{SYSTEM_ADMIN, SYSTEM_USER};
use http::Method;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::config::Config;
use crate::local_api::LocalApi;

/// Accounts per request.
const PAGE_SIZE: usize = 200;

#[derive(Debug, Subcommand)]
pub enum User {
    /// Make an account; the password is read from standard input where --password is not given
    Create {
        #[arg(long)]
        email: String,
        #[arg(long)]
        username: String,
        #[arg(long, env = "GUILDHALL_NEW_PASSWORD", hide_env_values = true)]
        password: Option<String>,
        /// Make it an administrator
        #[arg(long)]
        admin: bool,
    },
    /// List the accounts
    List,
    /// Set a new password and end the account's sessions
    Password {
        /// Username or email
        user: String,
        #[arg(long, env = "GUILDHALL_NEW_PASSWORD", hide_env_values = true)]
        password: Option<String>,
    },
    /// Print a link by which the person sets a new password, to be given to them; it is valid for a day and can be used once
    ResetLink {
        /// Username or email
        user: String,
    },
    /// Remove the second factor of somebody who has lost it; the person logs in with the password alone, and sets up a new one
    ResetMfa {
        /// Username or email
        user: String,
    },
    /// Lock an account out; nothing of it is deleted
    Deactivate { user: String },
    /// Let a deactivated account in again
    Activate { user: String },
    /// Make an account an administrator, or an ordinary member again
    Promote {
        user: String,
        #[arg(long, value_enum, default_value = "admin")]
        to: Role,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Role {
    Admin,
    Member,
}

pub async fn run(config: Config, verb: User) -> Result<(), String> {
    LocalApi::with(config, async |api| perform(api, verb).await).await
}

async fn perform(api: &mut LocalApi, verb: User) -> Result<(), String> {
    match verb {
        User::Create { email, username, password, admin } => {
            let user = create(api, &email, &username, &password_or_stdin(password)?, admin).await?;
            println!("{} {}", user.id, user.username);
        }
        User::List => list(api).await?,
        User::Password { user, password } => {
            let account = find_account(api, &user).await?;
            let change = json!({"new_password": password_or_stdin(password)?});
            api.call(Method::PUT, &format!("/users/{}/password", account.id), Some(change)).await?;
            println!("The password of {user} was changed.");
        }
        User::ResetLink { user } => {
            let account = find_account(api, &user).await?;
            let link: ResetLink = parse(api.call(Method::POST, &format!("/users/{}/password/reset/link", account.id), None).await?)?;
            println!("{}", link.link);
        }
        User::ResetMfa { user } => {
            let account = find_account(api, &user).await?;
            if account.mfa_active {
                api.call(Method::PUT, &format!("/users/{}/mfa", account.id), Some(json!({"activate": false}))).await?;
                println!("The second factor of {user} was removed.");
            } else {
                println!("{user} has no second factor.");
            }
        }
        User::Deactivate { user } => {
            set_active(api, &user, false).await?;
            println!("{user} is deactivated.");
        }
        User::Activate { user } => {
            set_active(api, &user, true).await?;
            println!("{user} is active.");
        }
        User::Promote { user, to } => {
            let account = find_account(api, &user).await?;
            set_admin(api, &account, matches!(to, Role::Admin)).await?;
            println!("{user} is {} now.", if matches!(to, Role::Admin) { "an administrator" } else { "a member" });
        }
    }
    Ok(())
}

/// Makes an account, which is an administrator's if `is_admin`.
pub(super) async fn create(api: &mut LocalApi, email: &str, username: &str, password: &str, is_admin: bool) -> Result<Account, String> {
    let account = json!({"email": email, "username": username, "password": password});
    let user: Account = parse(api.call(Method::POST, "/users", Some(account)).await?)?;
    if is_admin && !user.has_role(SYSTEM_ADMIN) {
        set_admin(api, &user, true).await?;
    }
    Ok(user)
}

#[derive(Deserialize)]
struct ResetLink {
    link: String,
}

/// The fields of an account that the verbs use.
#[derive(Deserialize)]
pub(super) struct Account {
    pub id: String,
    username: String,
    email: String,
    roles: String,
    delete_at: i64,
    mfa_active: bool,
}

impl Account {
    fn has_role(&self, name: &str) -> bool {
        self.roles.split_ascii_whitespace().any(|role| role == name)
    }
}

fn parse<T: DeserializeOwned>(response: Value) -> Result<T, String> {
    serde_json::from_value(response).map_err(|error| format!("The server's answer cannot be read: {error}."))
}

/// Finds an account by username or email address; usernames contain no `@`.
async fn find_account(api: &mut LocalApi, name: &str) -> Result<Account, String> {
    let by = if name.contains('@') { "email" } else { "username" };
    let name = utf8_percent_encode(name, NON_ALPHANUMERIC);
    parse(api.call(Method::GET, &format!("/users/{by}/{name}"), None).await?)
}

async fn list(api: &mut LocalApi) -> Result<(), String> {
    for page in 0.. {
        let accounts: Vec<Account> = parse(api.call(Method::GET, &format!("/users?page={page}&per_page={PAGE_SIZE}"), None).await?)?;
        for Account { id, username, email, roles, delete_at, .. } in &accounts {
            let state = if *delete_at == 0 { "active" } else { "deactivated" };
            println!("{id} {username} {email} {state} {roles}");
        }
        if accounts.len() < PAGE_SIZE {
            break;
        }
    }
    Ok(())
}

async fn set_active(api: &mut LocalApi, name: &str, is_active: bool) -> Result<(), String> {
    let account = find_account(api, name).await?;
    api.call(Method::PUT, &format!("/users/{}/active", account.id), Some(json!({"active": is_active}))).await?;
    Ok(())
}

async fn set_admin(api: &mut LocalApi, account: &Account, is_admin: bool) -> Result<(), String> {
    let mut roles: Vec<_> = account.roles.split_ascii_whitespace().filter(|role| *role != SYSTEM_ADMIN).collect();
    if roles.is_empty() {
        roles.push(SYSTEM_USER);
    }
    if is_admin {
        roles.push(SYSTEM_ADMIN);
    }
    api.call(Method::PUT, &format!("/users/{}/roles", account.id), Some(json!({"roles": roles.join(" ")}))).await?;
    Ok(())
}

/// The password from the command line or the environment, else the first line of standard input.
fn password_or_stdin(password: Option<String>) -> Result<String, String> {
    if let Some(password) = password {
        return Ok(password);
    }
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).map_err(|error| format!("No password could be read: {error}."))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
