//! Compares one object of a plan after another with the server, and makes the differences, or only lists them.

use std::collections::HashMap;
use std::sync::Arc;

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::changes::{Change, differences};
use crate::local_api::LocalApi;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Changes nothing.
    Preview,
    Apply,
}

/// The id of an object; `None` in a preview that would make the object.
pub type Id = Option<String>;

pub struct Reconciler<'a> {
    api: &'a mut LocalApi,
    mode: Mode,
    /// The account that makes objects; the local administrator without one.
    owner: Id,
    owner_name: String,
    /// The ids of users by username.
    users: HashMap<String, Id>,
    /// By path.
    lists: HashMap<String, Arc<[Value]>>,
    pub changes: Vec<Change>,
}

/// A request that makes or changes an object.
pub struct Call {
    pub method: Method,
    pub path: String,
    pub body: Value,
    /// In the name of the owner, as the author.
    pub is_authored: bool,
}

impl Call {
    pub fn new(method: Method, path: impl Into<String>, body: Value) -> Self {
        Self { method, path: path.into(), body, is_authored: false }
    }

    pub fn post(path: impl Into<String>, body: Value) -> Self {
        Self::new(Method::POST, path, body)
    }

    pub fn put(path: impl Into<String>, body: Value) -> Self {
        Self::new(Method::PUT, path, body)
    }

    pub fn authored(self) -> Self {
        Self { is_authored: true, ..self }
    }
}

impl<'a> Reconciler<'a> {
    pub fn new(api: &'a mut LocalApi, mode: Mode) -> Self {
        Self { api, mode, owner: None, owner_name: String::new(), users: HashMap::new(), lists: HashMap::new(), changes: Vec::new() }
    }

    pub const fn is_preview(&self) -> bool {
        matches!(self.mode, Mode::Preview)
    }

    /// From here on, everything is done as this account, which has to be an administrator.
    pub async fn act_as(&mut self, username: &str) -> Result<(), String> {
        let owner = self.user(username).await?;
        if let Some(id) = &owner {
            let account = self.get(&format!("/users/{id}")).await?.unwrap_or_default();
            let is_admin = account["roles"].as_str().unwrap_or_default().split(' ').any(|role| role == "system_admin");
            // A preview may be about to make it one.
            if !is_admin && !self.is_preview() {
                return Err(format!("The owner {username} is not an administrator."));
            }
            if account["delete_at"].as_i64().is_some_and(|time| time != 0) {
                return Err(format!("The owner {username} is deactivated."));
            }
        }
        self.owner = owner;
        username.clone_into(&mut self.owner_name);
        Ok(())
    }

    pub fn remember_user(&mut self, username: &str, id: Id) {
        self.users.insert(username.to_owned(), id);
    }

    /// The id of a user of the plan or of the server.
    pub async fn user(&mut self, username: &str) -> Result<Id, String> {
        if let Some(id) = self.users.get(username) {
            return Ok(id.clone());
        }
        let user = self.get(&format!("/users/username/{username}")).await?;
        let user = user.ok_or_else(|| format!("There is no user {username}, neither in the plan nor on the server."))?;
        let id = id_of(&user);
        self.remember_user(username, id.clone());
        Ok(id)
    }

    /// `None` if there is no such object.
    pub async fn get(&mut self, path: &str) -> Result<Option<Value>, String> {
        match self.api.call(Method::GET, path, None).await {
            Ok(value) => Ok(Some(value)),
            Err(error) if error.status == Some(StatusCode::NOT_FOUND) => Ok(None),
            Err(error) => Err(error.message),
        }
    }

    /// The objects of a list that is given in pages. It is asked for once: a plan names each object once, so that nothing that
    /// this run makes is looked for.
    pub async fn list(&mut self, path: &str) -> Result<Arc<[Value]>, String> {
        const PAGE_SIZE: usize = 200;
        if let Some(known) = self.lists.get(path) {
            return Ok(Arc::clone(known));
        }
        let mut all = Vec::new();
        for page in 0.. {
            let separator = if path.contains('?') { '&' } else { '?' };
            let answer = self.get(&format!("{path}{separator}page={page}&per_page={PAGE_SIZE}")).await?;
            let items = answer.as_ref().and_then(Value::as_array).cloned().unwrap_or_default();
            let is_last = items.len() < PAGE_SIZE;
            all.extend(items);
            if is_last {
                break;
            }
        }
        Ok(self.remember_list(path, all))
    }

    /// The same of a list that is given as a whole.
    pub async fn whole_list(&mut self, path: &str) -> Result<Arc<[Value]>, String> {
        if let Some(known) = self.lists.get(path) {
            return Ok(Arc::clone(known));
        }
        let answer = self.get(path).await?;
        Ok(self.remember_list(path, answer.as_ref().and_then(Value::as_array).cloned().unwrap_or_default()))
    }

    fn remember_list(&mut self, path: &str, objects: Vec<Value>) -> Arc<[Value]> {
        let objects: Arc<[Value]> = objects.into();
        self.lists.insert(path.to_owned(), Arc::clone(&objects));
        objects
    }

    /// Makes a change, or only lists it; the answer is `null` in a preview.
    pub async fn change(&mut self, change: Change, call: Call) -> Result<Value, String> {
        let answer = self.send(&change.object, call).await?;
        if !self.is_preview() {
            println!("{change}");
        }
        self.changes.push(change);
        Ok(answer)
    }

    /// What belongs to a change that is listed already.
    pub async fn complete(&mut self, object: &str, call: Call) -> Result<(), String> {
        self.send(object, call).await.map(|_| ())
    }

    async fn send(&mut self, object: &str, call: Call) -> Result<Value, String> {
        if self.is_preview() {
            return Ok(Value::Null);
        }
        let account = self.owner.as_deref().filter(|_| call.is_authored);
        let answer = self.api.call_as(account, call.method, &call.path, Some(call.body)).await;
        answer.map_err(|error| format!("{object}: {}", error.message))
    }

    /// Makes the object if there is none, with these fields, or changes those that differ.
    pub async fn create_or_update(
        &mut self,
        object: String,
        current: Option<&Value>,
        create: Call,
        update: Update,
    ) -> Result<Value, String> {
        let Some(current) = current else {
            return self.change(Change::create(object), create).await;
        };
        let fields = differences(current, &update.fields);
        if fields.is_empty() {
            return Ok(current.clone());
        }
        let mut body = update.base;
        body.extend(update.fields);
        let call = Call { body: body.into(), ..update.call };
        self.change(Change::update(object, fields), call).await?;
        Ok(current.clone())
    }

    /// Adds the users to a team or channel, and makes `admins` its administrators. `collection` is such as `/teams/ID`, and
    /// `None` in a preview that would make it.
    pub async fn members(&mut self, object: &str, collection: Option<&str>, members: &[String], admins: &[String]) -> Result<(), String> {
        for username in unique(members.iter().chain(admins)) {
            if collection.is_none() && *username == self.owner_name {
                // Who makes it becomes its administrator.
                continue;
            }
            let (user, is_admin) = (self.user(username).await?, admins.contains(username));
            let current = match (collection, &user) {
                (Some(collection), Some(user)) => self.get(&format!("{collection}/members/{user}")).await?,
                _ => None,
            };
            let current = current.filter(|member| member["delete_at"].as_i64().unwrap_or_default() == 0);
            let (collection, user) = (collection.unwrap_or_default(), user.unwrap_or_default());
            if current.is_none() {
                let team = collection.rsplit('/').next().unwrap_or_default();
                let body = json!({"user_id": user, "team_id": team});
                self.change(
                    Change::create(format!("member {username} of {object}")),
                    Call::post(format!("{collection}/members"), body).authored(),
                )
                .await?;
            }
            let was_admin = current.as_ref().is_some_and(|member| member["scheme_admin"] == true);
            if is_admin && !was_admin {
                let body = json!({"scheme_user": true, "scheme_admin": true});
                let change = Change::create(format!("administrator {username} of {object}"));
                self.change(change, Call::put(format!("{collection}/members/{user}/schemeRoles"), body)).await?;
            }
        }
        Ok(())
    }
}

/// How the differing fields of an object are written.
pub struct Update {
    pub call: Call,
    /// Sent with them, changed or not.
    pub base: Map<String, Value>,
    pub fields: Map<String, Value>,
}

impl Update {
    pub fn patch(path: impl Into<String>, fields: Map<String, Value>) -> Self {
        Self { call: Call::put(path, Value::Null), base: Map::new(), fields }
    }
}

/// The id of an object of the API.
pub fn id_of(object: &Value) -> Id {
    object["id"].as_str().map(str::to_owned)
}

/// The fields that the plan gives.
pub fn fields<const N: usize>(fields: [(&str, Option<Value>); N]) -> Map<String, Value> {
    fields.into_iter().filter_map(|(name, value)| value.map(|value| (name.to_owned(), value))).collect()
}

fn unique<'n>(names: impl Iterator<Item = &'n String>) -> Vec<&'n String> {
    let mut unique = Vec::new();
    for name in names {
        if !unique.contains(&name) {
            unique.push(name);
        }
    }
    unique
}
