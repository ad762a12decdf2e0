//! The descriptions of all settings agree with each other.

use std::collections::BTreeSet;

use serde_json::Value;

use super::*;

#[test]
fn defaults_are_valid_and_errors_name_the_setting() {
    assert_eq!((Settings::default().check(), Startup::default().check()), (Ok(()), Ok(())));
    let mut settings = Settings::default();
    settings.site.url = "javascript:alert(1)".to_owned();
    assert_eq!(settings.check().unwrap_err().name, "site.url");
    settings.site.url = "https://chat.example.com/sub".to_owned();
    settings.files.max_size_bytes = 0;
    let invalid = InvalidSetting { name: "files.max_size_bytes", reason: "it must be 1 or more".to_owned() };
    assert_eq!(settings.check().unwrap_err(), invalid);
}

#[test]
fn values_and_descriptions_correspond() {
    let values: Vec<String> = Startup::default().values().into_keys().chain(Settings::default().values().into_keys()).collect();
    let described: BTreeSet<&str> = all().map(|setting| setting.path).collect();
    assert_eq!(values.iter().map(String::as_str).collect::<BTreeSet<_>>(), described);
    for setting in all() {
        assert!(setting.description.ends_with('.'), "{}: {:?}", setting.path, setting.description);
        assert_eq!(setting.writer == Writer::Administrator, setting.writable_key().is_some(), "{}", setting.path);
        // Of several keys the first one can express every value.
        let is_exact = setting.writable_key().is_none_or(|first| first.form == Form::Same);
        assert!(setting.writable_keys().count() <= 1 || is_exact, "{}", setting.path);
    }
}

#[test]
fn keys_are_unique() {
    let keys: Vec<_> = all().flat_map(|setting| setting.config).map(|key| (key.section, key.name)).collect();
    assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len());
    let names: Vec<_> = all().flat_map(|setting| setting.client).collect();
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
}

#[test]
fn with_value_checks_path_and_type() {
    let changed = Settings::default().with_value("signup.open", Value::Bool(true)).unwrap();
    assert!(changed.signup.open);
    for (path, value) in [("signup.open", Value::from(5)), ("signup.gone", Value::Bool(true)), ("nothing", Value::Null)] {
        assert!(changed.with_value(path, value).is_none(), "{path}");
    }
}

#[test]
fn passwords_are_masked() {
    let mut startup = Startup::default();
    startup.database.url = "mysql://joe:secret@db/x".to_owned();
    assert_eq!(startup.masked().database.url, "mysql://joe:***@db/x");
    assert_eq!(startup.masked().server, startup.server);
}

#[test]
fn an_environment_variable_names_section_and_setting() {
    assert_eq!(Settings::SETTINGS[0].environment_variable(), "GUILDHALL_SITE_URL");
}
