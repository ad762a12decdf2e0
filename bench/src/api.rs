//! The operations that the scenarios need, by their names in the API.

use anyhow::{Result, anyhow, bail};
use http::HeaderValue;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::http::{Address, HttpClient};
use crate::id::{ChannelId, PostId, TeamId, UserId};

const PASSWORD: &str = "Passw0rd!longer";
/// Users that one request adds to a team.
const TEAM_MEMBERS_PER_REQUEST: usize = 100;

/// An account with a session.
#[derive(Debug, Clone)]
pub struct User {
    pub id: UserId,
    pub authorization: HeaderValue,
}

impl User {
    fn new(id: UserId, token: &str) -> Result<Self> {
        Ok(Self { id, authorization: authorization(token)? })
    }
}

fn authorization(token: &str) -> Result<HeaderValue> {
    let mut value = HeaderValue::from_str(&format!("Bearer {token}"))?;
    value.set_sensitive(true);
    Ok(value)
}

#[derive(Deserialize)]
struct Created<T> {
    id: T,
}

#[derive(Deserialize)]
struct Account {
    id: UserId,
    roles: String,
}

#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Channel {
    pub id: ChannelId,
    pub total_msg_count: u64,
}

/// A page of posts, the newest first.
#[derive(Debug, Deserialize)]
pub struct PostOrder {
    pub order: Vec<PostId>,
}

#[derive(Serialize)]
struct NewPost<'a> {
    channel_id: ChannelId,
    message: &'a str,
    pending_post_id: &'a str,
}

/// A connection in the name of this user.
pub async fn connect(address: &Address, user: &User) -> Result<HttpClient> {
    let mut client = HttpClient::connect(address).await?;
    client.authorize(&user.authorization);
    Ok(client)
}

/// The first account of a fresh server, which is its administrator.
pub async fn create_administrator(address: &Address, username: &str) -> Result<User> {
    let mut client = HttpClient::connect(address).await?;
    let administrator = create_user(&mut client, username).await?;
    check_administrator(&mut client, &administrator).await?;
    Ok(administrator)
}

/// The administrator of this token on a running server.
pub async fn find_administrator(address: &Address, token: &str) -> Result<User> {
    let mut client = HttpClient::connect(address).await?;
    let account: Account = client.authorize(&authorization(token)?).get("/users/me").await?.json()?;
    let administrator = User::new(account.id, token)?;
    check_administrator(&mut client, &administrator).await?;
    Ok(administrator)
}

async fn check_administrator(client: &mut HttpClient, user: &User) -> Result<()> {
    let account: Account = client.authorize(&user.authorization).get("/users/me").await?.json()?;
    if account.roles.split_whitespace().any(|role| role == "system_admin") {
        return Ok(());
    }
    bail!("the account is no system administrator; a database given by --database-url must be empty")
}

/// A new account with a session. The client's user must be allowed to create it.
pub async fn create_user(client: &mut HttpClient, username: &str) -> Result<User> {
    let account = json!({"email": format!("{username}@example.com"), "username": username, "password": PASSWORD});
    let created: Created<UserId> = client.post("/users", account.to_string()).await?.json()?;
    let login = json!({"login_id": username, "password": PASSWORD});
    let answer = client.post("/users/login", login.to_string()).await?;
    let token = answer.headers.get("token").ok_or_else(|| anyhow!("a login without a token"))?;
    User::new(created.id, token.to_str()?)
}

pub async fn create_team(client: &mut HttpClient, name: &str) -> Result<TeamId> {
    let team = json!({"name": name, "display_name": name, "type": "O"});
    Ok(client.post("/teams", team.to_string()).await?.json::<Created<_>>()?.id)
}

pub async fn add_team_members(client: &mut HttpClient, team: TeamId, users: &[User]) -> Result<()> {
    for users in users.chunks(TEAM_MEMBERS_PER_REQUEST) {
        let members: Vec<_> = users.iter().map(|user| json!({"team_id": team, "user_id": user.id})).collect();
        client.post(&format!("/teams/{team}/members/batch"), serde_json::to_vec(&members)?).await?;
    }
    Ok(())
}

pub async fn create_channel(client: &mut HttpClient, team: TeamId, name: &str) -> Result<ChannelId> {
    let channel = json!({"team_id": team, "name": name, "display_name": name, "type": "O"});
    Ok(client.post("/channels", channel.to_string()).await?.json::<Channel>()?.id)
}

pub async fn add_channel_members(client: &mut HttpClient, channel: ChannelId, users: &[UserId]) -> Result<()> {
    client.post(&format!("/channels/{channel}/members"), json!({"user_ids": users}).to_string()).await?;
    Ok(())
}

pub async fn get_channel(client: &mut HttpClient, channel: ChannelId) -> Result<Channel> {
    client.get(&format!("/channels/{channel}")).await?.json()
}

/// A post that is on disk when this returns. `pending_post_id` must be new.
pub async fn create_post(client: &mut HttpClient, channel_id: ChannelId, message: &str, pending_post_id: &str) -> Result<PostId> {
    let post = serde_json::to_vec(&NewPost { channel_id, message, pending_post_id })?;
    Ok(client.post("/posts", post).await?.json::<Created<_>>()?.id)
}

/// Posts that are older than `before`, or the newest ones.
pub async fn get_posts(client: &mut HttpClient, channel: ChannelId, before: Option<PostId>, count: usize) -> Result<Vec<PostId>> {
    let mut path = format!("/channels/{channel}/posts?per_page={count}");
    if let Some(before) = before {
        path.push_str(&format!("&before={before}"));
    }
    Ok(client.get(&path).await?.json::<PostOrder>()?.order)
}
