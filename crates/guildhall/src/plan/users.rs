//! The users of a plan, administrators first: the first account of a new server becomes its administrator.

use guildhall_adapters::tokens::OsSecrets;
use guildhall_model::ports::SecretSource as _;
use guildhall_model::role::{SYSTEM_ADMIN, SYSTEM_GUEST, SYSTEM_USER};
use serde_json::{Value, json};

use super::changes::{Change, FieldChange};
use super::document::{Role, User};
use super::reconcile::{Call, Reconciler, Update, fields, id_of};

pub async fn reconcile(reconciler: &mut Reconciler<'_>, users: &[User]) -> Result<(), String> {
    let (admins, others): (Vec<_>, Vec<_>) = users.iter().partition(|user| user.role == Some(Role::Admin));
    for user in admins.into_iter().chain(others) {
        reconcile_user(reconciler, user).await?;
    }
    Ok(())
}

async fn reconcile_user(reconciler: &mut Reconciler<'_>, user: &User) -> Result<(), String> {
    let username = &user.username;
    let object = format!("user {username}");
    let current = reconciler.get(&format!("/users/username/{username}")).await?;
    let profile = fields([
        ("email", Some(user.email.clone().into())),
        ("first_name", user.first_name.clone().map(Value::from)),
        ("last_name", user.last_name.clone().map(Value::from)),
        ("nickname", user.nickname.clone().map(Value::from)),
        ("position", user.position.clone().map(Value::from)),
        ("locale", user.locale.clone().map(Value::from)),
    ]);
    let account = match &current {
        Some(current) => {
            let id = id_of(current).unwrap_or_default();
            let create = Call::post("/users", Value::Null);
            reconciler.create_or_update(object.clone(), Some(current), create, Update::patch(format!("/users/{id}/patch"), profile)).await?
        }
        None => create(reconciler, user, profile).await?,
    };
    reconciler.remember_user(username, id_of(&account));
    let id = id_of(&account).unwrap_or_default();

    let before = account["roles"].as_str().unwrap_or(SYSTEM_USER);
    let role = user.role.or(current.is_none().then_some(Role::Member));
    if let Some(roles) = role.map(|role| with_role(before, role)).filter(|roles| !is_same(roles, before)) {
        let call = Call::put(format!("/users/{id}/roles"), json!({"roles": roles}));
        match &current {
            Some(_) => {
                let change = Change::update(object.clone(), vec![FieldChange::new("roles", before, roles.clone())]);
                reconciler.change(change, call).await?;
            }
            None => reconciler.complete(&object, call).await?,
        }
    }
    let is_active = account["delete_at"].as_i64().unwrap_or_default() == 0;
    if let Some(active) = user.active.filter(|active| *active != is_active) {
        let change = Change::update(object, vec![FieldChange::new("active", is_active, active)]);
        reconciler.change(change, Call::put(format!("/users/{id}/active"), json!({"active": active}))).await?;
    }
    Ok(())
}

/// Makes the account; a password that the plan does not give is generated and printed.
async fn create(reconciler: &mut Reconciler<'_>, user: &User, mut account: serde_json::Map<String, Value>) -> Result<Value, String> {
    if let Some(other) = reconciler.get(&format!("/users/email/{}", user.email)).await? {
        let other = other["username"].as_str().unwrap_or_default();
        return Err(format!("The email address {} of {} belongs to the user {other} already.", user.email, user.username));
    }
    let password = user.password.clone().unwrap_or_else(|| OsSecrets.generate_token().expose().to_owned());
    account.insert("username".to_owned(), user.username.clone().into());
    account.insert("password".to_owned(), password.clone().into());
    let role = match user.role {
        Some(Role::Admin) => " (admin)",
        Some(Role::Guest) => " (guest)",
        Some(Role::Member) | None => "",
    };
    let change = Change::create(format!("user {}{role}", user.username));
    let account = reconciler.change(change, Call::post("/users", account.into())).await?;
    if user.password.is_none() && !reconciler.is_preview() {
        println!("  password of {}: {password}", user.username);
    }
    Ok(account)
}

/// The roles with this one of the plan; further roles that administrators have given stay.
fn with_role(roles: &str, role: Role) -> String {
    let further = roles.split_ascii_whitespace().filter(|name| ![SYSTEM_ADMIN, SYSTEM_USER, SYSTEM_GUEST].contains(name));
    let base: &[&str] = match role {
        Role::Admin => &[SYSTEM_USER, SYSTEM_ADMIN],
        Role::Member => &[SYSTEM_USER],
        Role::Guest => &[SYSTEM_GUEST],
    };
    base.iter().copied().chain(further).collect::<Vec<_>>().join(" ")
}

fn is_same(one: &str, other: &str) -> bool {
    let sorted = |roles: &str| {
        let mut names: Vec<String> = roles.split_ascii_whitespace().map(str::to_owned).collect();
        names.sort();
        names
    };
    sorted(one) == sorted(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_keeps_the_further_ones() {
        assert_eq!(with_role("system_admin system_user system_manager", Role::Member), "system_user system_manager");
        assert_eq!(with_role("system_user", Role::Admin), "system_user system_admin");
        assert_eq!(with_role("system_user", Role::Guest), "system_guest");
        assert!(is_same("system_user system_admin", "system_admin system_user"));
    }
}
