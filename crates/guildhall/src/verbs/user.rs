//! `guildhall user ...`: accounts without the web, for the first day and the bad ones.

use clap::{Subcommand, ValueEnum};
use guildhall_model::Error;
use guildhall_services::Services;
use guildhall_services::users::NewUser;

use crate::config::Config;
use crate::wiring;

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
    /// Lock an account out; nothing of it is deleted
    Deactivate { user: String },
    /// Let a deactivated account in again
    Activate { user: String },
    /// Make an account an administrator, or an ordinary member again
    Promote {
        user: String,
        #[arg(long, value_enum, default_value = "admin")]
        to: Standing,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Standing {
    Admin,
    Member,
}

pub async fn run(config: Config, verb: User) -> Result<(), String> {
    let house = wiring::build(config).await?;
    let outcome = perform(&house.app.services, verb).await;
    house.close().await;
    outcome
}

async fn perform(services: &Services, verb: User) -> Result<(), String> {
    let plain = |error: Error| error.message();
    match verb {
        User::Create { email, username, password, admin } => {
            let new = NewUser { email, username, password: given(password)?, ..NewUser::default() };
            let user = services.users().create_user_from_command_line(new, admin).await.map_err(plain)?;
            println!("{} {}", user.id, user.username);
        }
        User::List => {
            for user in services.users().list_users_from_command_line().await.map_err(plain)? {
                let state = if user.is_active() { "active" } else { "deactivated" };
                println!("{} {} {} {state} {}", user.id, user.username, user.email, user.roles);
            }
        }
        User::Password { user, password } => {
            services.users().set_password_from_command_line(&user, &given(password)?).await.map_err(plain)?;
            println!("The password of {user} was changed.");
        }
        User::Deactivate { user } => {
            services.users().set_active_from_command_line(&user, false).await.map_err(plain)?;
            println!("{user} is deactivated.");
        }
        User::Activate { user } => {
            services.users().set_active_from_command_line(&user, true).await.map_err(plain)?;
            println!("{user} is active.");
        }
        User::Promote { user, to } => {
            services.users().set_admin_from_command_line(&user, matches!(to, Standing::Admin)).await.map_err(plain)?;
            println!("{user} is {} now.", if matches!(to, Standing::Admin) { "an administrator" } else { "a member" });
        }
    }
    Ok(())
}

/// The password from the command line or the environment, else the first line of standard input.
fn given(password: Option<String>) -> Result<String, String> {
    if let Some(password) = password {
        return Ok(password);
    }
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).map_err(|error| format!("No password could be read: {error}."))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
