//! Audit records as events of the Open Cybersecurity Schema Framework (<https://schema.ocsf.io>, version 1.3.0).

mod classes;

pub use classes::{Class, Mapping, mapping};

use serde_json::{Map, Value, json};

use super::{Audit, NumberedAudit, parse_details};

/// Of the schema.
pub const SCHEMA_VERSION: &str = "1.3.0";
const PRODUCT: &str = "Guildhall";
/// Recorded instead of an address for requests over the local socket.
const LOCAL_ADDRESS: &str = "local";

/// The event of a record. `version` is that of the server.
pub fn event(record: &NumberedAudit, version: &str) -> Value {
    let NumberedAudit { position, audit } = record;
    let Mapping { class, activity, is_failure } = mapping(&audit.action).unwrap_or(Mapping::UNKNOWN);
    let details = parse_details(&audit.extra_info);
    let (severity_id, severity) = match (class, is_failure) {
        (Class::DetectionFinding, _) => (4, "High"),
        (_, true) => (2, "Low"),
        (_, false) => (1, "Informational"),
    };
    let mut event = Map::new();
    let mut set = |name: &str, value: Value| {
        event.insert(name.to_owned(), value);
    };
    set("activity_id", json!(activity));
    set("activity_name", json!(class.activity_name(activity)));
    set("category_uid", json!(class.uid() / 1000));
    set("category_name", json!(class.category_name()));
    set("class_uid", json!(class.uid()));
    set("class_name", json!(class.name()));
    set("type_uid", json!(class.uid() * 100 + u32::from(activity)));
    set("time", json!(audit.create_at.0));
    set("severity_id", json!(severity_id));
    set("severity", json!(severity));
    set("status_id", json!(if is_failure { 2 } else { 1 }));
    set("status", json!(if is_failure { "Failure" } else { "Success" }));
    set("message", json!(audit.action));
    set(
        "metadata",
        json!({
            "version": SCHEMA_VERSION,
            "uid": audit.id.to_string(),
            "event_code": audit.action,
            "sequence": position,
            "log_name": "audit",
            "product": {"name": PRODUCT, "vendor_name": PRODUCT, "version": version},
        }),
    );
    set("actor", actor(audit));
    set("src_endpoint", source(audit));
    match class {
        Class::Authentication => {
            set("user", user(audit, &details));
            set("service", json!({"name": PRODUCT}));
        }
        Class::AccountChange | Class::UserAccess => set("user", user(audit, &details)),
        Class::GroupManagement => {
            set("user", user(audit, &details));
            set("group", object(&audit.action, &details));
        }
        Class::EntityManagement => set("entity", object(&audit.action, &details)),
        Class::ApiActivity => {
            let operation = detail(&details, "operation").unwrap_or(&audit.action);
            set("api", json!({"operation": operation, "service": {"name": PRODUCT}}));
            set("resources", json!([object(&audit.action, &details)]));
        }
        Class::DetectionFinding => {
            let title = detail(&details, "rule").unwrap_or(&audit.action);
            let uid = detail(&details, "alert_id").map_or_else(|| audit.id.to_string(), str::to_owned);
            set("finding_info", json!({"uid": uid, "title": title}));
        }
    }
    if !details.is_empty() {
        let unmapped: Map<String, Value> = details.into_iter().map(|(name, value)| (name, Value::from(value))).collect();
        set("unmapped", Value::Object(unmapped));
    }
    Value::Object(event)
}

fn detail<'a>(details: &'a [(String, String)], name: &str) -> Option<&'a str> {
    details.iter().find(|(of, value)| of == name && !value.is_empty()).map(|(_, value)| value.as_str())
}

fn actor(audit: &Audit) -> Value {
    let user = match audit.user_id {
        Some(id) => json!({"uid": id.to_string(), "type_id": 1, "type": "User"}),
        None if audit.ip_address == LOCAL_ADDRESS => json!({"name": "local administrator", "type_id": 2, "type": "Admin"}),
        None if audit.ip_address.is_empty() => json!({"name": PRODUCT, "type_id": 3, "type": "System"}),
        // Nobody has authenticated.
        None => json!({"name": "unknown", "type_id": 0, "type": "Unknown"}),
    };
    match audit.session_id {
        Some(session) => json!({"user": user, "session": {"uid": session.to_string()}}),
        None => json!({"user": user}),
    }
}

fn source(audit: &Audit) -> Value {
    match audit.ip_address.as_str() {
        "" | LOCAL_ADDRESS => json!({"name": "localhost"}),
        address => json!({"ip": address}),
    }
}

/// Whom it is about: the account that the details name, or who acted.
fn user(audit: &Audit, details: &[(String, String)]) -> Value {
    let name = detail(details, "login_id").or_else(|| detail(details, "username"));
    let uid = detail(details, "user_id").map(str::to_owned).or_else(|| audit.user_id.map(|id| id.to_string()));
    match (uid, name) {
        (Some(uid), Some(name)) => json!({"uid": uid, "name": name}),
        (Some(uid), None) => json!({"uid": uid}),
        (None, name) => json!({"name": name.unwrap_or("unknown")}),
    }
}

/// What it is about: by the id that has the name of the noun (`channel_id` of `channels.patch`), else by the first id.
fn object(action: &str, details: &[(String, String)]) -> Value {
    let noun = action.split('.').next().unwrap_or(action);
    let kind = noun.strip_suffix('s').unwrap_or(noun);
    let own = details.iter().find(|(name, _)| name.strip_suffix("_id") == Some(kind));
    let other = || details.iter().find(|(name, _)| name.ends_with("_id") && name != "user_id" && name != "author_id");
    match own.or_else(other) {
        Some((name, id)) => json!({"type": name.strip_suffix("_id").unwrap_or(kind), "uid": id}),
        None => json!({"type": kind, "name": noun}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{AuditId, SessionId, UserId};
    use crate::time::Millis;

    fn record(action: &str, extra_info: &str) -> NumberedAudit {
        NumberedAudit {
            position: 7,
            audit: Audit {
                id: AuditId::from_bytes([1; 16]),
                create_at: Millis(1_800_000_000_000),
                user_id: Some(UserId::from_bytes([2; 16])),
                action: action.to_owned(),
                extra_info: extra_info.to_owned(),
                ip_address: "203.0.113.7".to_owned(),
                session_id: Some(SessionId::from_bytes([3; 16])),
            },
        }
    }

    #[test]
    fn a_log_in_is_an_authentication() {
        let event = event(&record("sessions.login", "user_id=b"), "0.1.0");
        let user = UserId::from_bytes([2; 16]).to_string();
        assert_eq!(
            event,
            json!({
                "activity_id": 1, "activity_name": "Logon", "category_uid": 3, "category_name": "Identity & Access Management",
                "class_uid": 3002, "class_name": "Authentication", "type_uid": 300_201, "time": 1_800_000_000_000_i64,
                "severity_id": 1, "severity": "Informational", "status_id": 1, "status": "Success", "message": "sessions.login",
                "metadata": {
                    "version": "1.3.0", "uid": AuditId::from_bytes([1; 16]).to_string(), "event_code": "sessions.login", "sequence": 7,
                    "log_name": "audit", "product": {"name": "Guildhall", "vendor_name": "Guildhall", "version": "0.1.0"},
                },
                "actor": {
                    "user": {"uid": user, "type_id": 1, "type": "User"},
                    "session": {"uid": SessionId::from_bytes([3; 16]).to_string()},
                },
                "src_endpoint": {"ip": "203.0.113.7"}, "user": {"uid": "b"}, "service": {"name": "Guildhall"},
                "unmapped": {"user_id": "b"},
            })
        );
    }

    #[test]
    fn each_class_has_what_its_schema_requires() {
        for (action, details, class, part, value) in [
            ("sessions.login_failed", "login_id=eve", 3002, "status", json!("Failure")),
            ("users.change_password", "user_id=b", 3001, "user", json!({"uid": "b"})),
            ("users.update_roles", "user_id=b roles=system_admin", 3005, "user", json!({"uid": "b"})),
            ("channels.patch", "channel_id=c", 3004, "entity", json!({"type": "channel", "uid": "c"})),
            ("system.change_settings", "", 3004, "entity", json!({"type": "system", "name": "system"})),
            ("channels.add_member", "channel_id=c user_id=b", 3006, "group", json!({"type": "channel", "uid": "c"})),
            (
                "access.denied",
                "operation=get_audits permission=x",
                6003,
                "api",
                json!({"operation": "get_audits", "service": {"name": "Guildhall"}}),
            ),
            (
                "security_alerts.raise",
                "alert_id=a rule=new_administrator",
                2004,
                "finding_info",
                json!({"uid": "a", "title": "new_administrator"}),
            ),
            ("something.new", "", 6003, "activity_name", json!("Other")),
        ] {
            let event = event(&record(action, details), "0.1.0");
            assert_eq!((event["class_uid"].clone(), event[part].clone()), (json!(class), value), "{action}");
        }
    }

    #[test]
    fn the_server_the_local_administrator_and_strangers_are_told_apart() {
        let actor_of = |address: &str| {
            let mut record = record("jobs.create", "");
            (record.audit.user_id, record.audit.session_id, record.audit.ip_address) = (None, None, address.to_owned());
            event(&record, "0.1.0")["actor"]["user"]["name"].clone()
        };
        assert_eq!([actor_of(""), actor_of("local"), actor_of("10.0.0.1")], ["Guildhall", "local administrator", "unknown"]);
    }
}
