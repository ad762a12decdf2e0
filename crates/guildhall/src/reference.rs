//! The reference of settings, generated from their descriptions: as a configuration file, and as a page of the documentation.

use std::fmt::Write;

use guildhall_model::settings::{self, Applies, Kind, Section, Setting, Settings, Startup, Values, Writer};
use serde_json::Value;

/// Every setting with its default, as a TOML file with comments.
pub fn toml() -> String {
    let (mut text, defaults) = (String::new(), defaults());
    for section in settings::sections() {
        let _ = writeln!(text, "# {}\n[{}]\n", section.description, section.name);
        for setting in settings_of(section) {
            for sentence in description(setting) {
                let _ = writeln!(text, "# {sentence}");
            }
            let _ = writeln!(text, "{} = {}\n", setting.name, default_text(setting, &defaults));
        }
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// The same as a page of tables: `docs/reference/settings.md`.
#[cfg(test)]
fn markdown() -> String {
    let (mut text, defaults) = (INTRODUCTION.to_owned(), defaults());
    for section in settings::sections() {
        let _ = writeln!(text, "\n## {}\n\n{}\n\n| setting | default | what it is |\n|---|---|---|", section.name, section.description);
        for setting in settings_of(section) {
            let names = [Some(setting.environment_variable()), setting.flag.map(|flag| format!("--{flag}"))];
            let keys = setting.config.iter().map(|key| format!("{}.{}", key.section, key.name));
            let names = std::iter::once(setting.path.to_owned()).chain(names.into_iter().flatten()).chain(keys);
            let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
            let cell = description(setting).join(" ").replace('|', "\\|");
            let _ = writeln!(text, "| {} | `{}` | {} |", names.join("<br>"), default_text(setting, &defaults), cell);
        }
    }
    text
}

#[cfg(test)]
const INTRODUCTION: &str = "# Settings

Made from the descriptions in `crates/model/src/settings`; `guildhall config reference` prints the same as a
configuration file. A setting comes from the file that `--config` names, from the environment (`GUILDHALL_...`), or from
the command line; the later wins. What none of them sets, administrators change while the server runs, under
the name that Mattermost's configuration has for it.
";

fn settings_of(section: &Section) -> impl Iterator<Item = &'static Setting> {
    let name = section.name;
    settings::all().filter(move |setting| setting.section == name)
}

fn defaults() -> Values {
    let mut defaults = Startup::default().values();
    defaults.extend(Settings::default().values());
    defaults
}

/// Written as JSON, which is valid TOML for strings, numbers and booleans.
fn default_text(setting: &Setting, defaults: &Values) -> String {
    defaults.get(setting.path).unwrap_or(&Value::Null).to_string()
}

/// The description, the valid values, where the setting can be changed, and when a change applies.
fn description(setting: &Setting) -> Vec<String> {
    let kind = match setting.kind {
        Kind::Switch => "A switch",
        Kind::Number => "A number",
        Kind::Text => "A text",
    };
    let requirement = setting.rule.requirement();
    let values = if requirement.is_empty() { format!("{kind}.") } else { format!("{kind}; it must {requirement}.") };
    let change = match (setting.writer, setting.applies) {
        (Writer::Administrator, Applies::Live) => None,
        (Writer::Administrator, Applies::NextStart) => Some("A change applies at the next start."),
        (Writer::StartOnly, _) => Some("Only the file, the environment or the command line sets it; a change applies at the next start."),
    };
    [Some(setting.description.to_owned()), Some(values), change.map(str::to_owned)].into_iter().flatten().collect()
}

#[cfg(test)]
// figment's error type is large, and its test jail requires it.
#[allow(clippy::result_large_err)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::config::{Config, Flags};

    #[test]
    fn the_reference_is_a_valid_file_of_defaults() {
        figment::Jail::expect_with(|jail| {
            jail.create_file("g.toml", &toml())?;
            let config = Config::load(&Flags { config: Some("g.toml".into()), ..Flags::default() }).unwrap();
            assert_eq!((config.startup, config.settings), (Startup::default(), Settings::default()));
            assert_eq!(config.fixed.len(), settings::all().count());
            Ok(())
        });
    }

    /// The page is in the repository, so that reviews show its changes.
    #[test]
    fn the_page_in_the_repository_is_current() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/settings.md");
        if std::env::var_os("GUILDHALL_BLESS").is_some() {
            fs::write(&file, markdown()).unwrap();
        }
        let stored = fs::read_to_string(&file).unwrap_or_default();
        assert!(stored == markdown(), "docs/reference/settings.md is not current; GUILDHALL_BLESS=1 writes it");
    }
}
