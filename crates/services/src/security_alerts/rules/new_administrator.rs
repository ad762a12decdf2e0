//! An account becomes an administrator.

use guildhall_model::audit::Audit;
use guildhall_model::id::UserId;
use guildhall_model::role::SYSTEM_ADMIN;
use guildhall_model::security_alert::AlertRule;

use super::{Rule, Situation, Window, detail};

pub(super) const RULE: Rule = Rule { rule: AlertRule::NewAdministrator, actions: &["users.update_roles"], evaluate };

fn evaluate(window: &Window<'_>) -> Vec<Situation> {
    let mut situations = Vec::new();
    for (user, records) in window.by(RULE.actions, who_became_administrator) {
        let Some((evidence, count, ())) = window.latest(&records, |_| Some(())) else { continue };
        let summary = "{user} has become an administrator.".to_owned();
        situations.push(Situation::of_account(user, summary, evidence.into_iter().rev().take(1).collect(), count));
    }
    situations
}

fn who_became_administrator(audit: &Audit) -> Option<UserId> {
    let has = |roles: &str| roles.split_ascii_whitespace().any(|role| role == SYSTEM_ADMIN);
    let (old, new) = (detail(audit, "old_roles")?, detail(audit, "roles")?);
    if has(&new) && !has(&old) { detail(audit, "user_id")?.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Trail, user};
    use super::*;

    fn change(trail: &mut Trail, person: u8, old: &str, new: &str) {
        trail.add("users.update_roles", Some(9), "203.0.113.7", &format!("user_id={} old_roles={old:?} roles={new:?}", user(person)));
    }

    #[test]
    fn who_becomes_administrator_is_found() {
        let mut trail = Trail::default();
        change(&mut trail, 1, "system_user", "system_user system_admin");
        let found = trail.evaluate(&RULE);
        assert_eq!((found.len(), found[0].user_id, found[0].count), (1, Some(user(1)), 1));
    }

    #[test]
    fn other_changes_of_roles_are_not() {
        let mut trail = Trail::default();
        change(&mut trail, 1, "system_user system_admin", "system_user");
        change(&mut trail, 2, "system_user", "system_guest");
        change(&mut trail, 3, "system_user system_admin", "system_user system_admin system_custom_group_admin");
        assert_eq!(trail.evaluate(&RULE), []);
    }
}
