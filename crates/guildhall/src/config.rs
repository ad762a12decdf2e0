//! Where the configuration comes from: defaults, then a TOML file, then `GUILDHALL_<SECTION>_<NAME>`, then the
//! command line. The later wins.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use guildhall_model::settings::Settings;
use serde::{Deserialize, Serialize};

const SECTIONS: [&str; 10] = ["server", "database", "site", "signup", "sessions", "limits", "teams", "posts", "files", "integrations"];

/// What can only be set before the start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    pub listen: SocketAddr,
    /// Everything that is kept in files, the embedded database among it.
    pub data_dir: PathBuf,
    /// Memory that one password check may take, in KiB; several run at once.
    pub password_memory_kib: u32,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseSection {
    /// `sqlite:PATH`, `postgres://...` or `mysql://...`; empty for SQLite in the data folder.
    pub url: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    pub server: Server,
    pub database: DatabaseSection,
    pub settings: Settings,
    /// Settings that the file or the environment fixes, as `section.name`: nobody can change them at run time.
    pub fixed: Vec<String>,
}

/// What the command line says, each above everything else.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Flags {
    /// A TOML file with the sections of the reference.
    #[arg(long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
    /// Where files and the embedded database are kept [default: ./data]
    #[arg(long, value_name = "DIR", global = true)]
    pub data_dir: Option<PathBuf>,
    /// The address to listen at [default: 127.0.0.1:8065]
    #[arg(long, value_name = "ADDR", global = true)]
    pub listen: Option<SocketAddr>,
    /// sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]
    #[arg(long, value_name = "URL", global = true)]
    pub database_url: Option<String>,
}

impl Default for Server {
    fn default() -> Self {
        Self { listen: SocketAddr::from(([127, 0, 0, 1], 8065)), data_dir: PathBuf::from("data"), password_memory_kib: 46 * 1024 }
    }
}

impl Config {
    /// One plain sentence when something does not fit.
    pub fn load(flags: &Flags) -> Result<Self, String> {
        let given = given(flags.config.as_deref())?;
        let mut figment = Figment::from(Serialized::default("server", Server::default()))
            .merge(Serialized::default("database", DatabaseSection::default()))
            .merge(Serialized::defaults(Settings::default()))
            .merge(&given);
        if let Some(listen) = flags.listen {
            figment = figment.merge(Serialized::default("server.listen", listen));
        }
        if let Some(data_dir) = &flags.data_dir {
            figment = figment.merge(Serialized::default("server.data_dir", data_dir));
        }
        if let Some(url) = &flags.database_url {
            figment = figment.merge(Serialized::default("database.url", url));
        }
        let sentence = |error: figment::Error| format!("The configuration is not valid: {error}.");
        Ok(Self {
            server: figment.extract_inner("server").map_err(sentence)?,
            database: figment.extract_inner("database").map_err(sentence)?,
            settings: Settings {
                site: figment.extract_inner("site").map_err(sentence)?,
                signup: figment.extract_inner("signup").map_err(sentence)?,
                sessions: figment.extract_inner("sessions").map_err(sentence)?,
                limits: figment.extract_inner("limits").map_err(sentence)?,
                teams: figment.extract_inner("teams").map_err(sentence)?,
                posts: figment.extract_inner("posts").map_err(sentence)?,
                files: figment.extract_inner("files").map_err(sentence)?,
                integrations: figment.extract_inner("integrations").map_err(sentence)?,
            },
            fixed: fixed(&given),
        })
    }

    /// The database's URL, SQLite in the data folder where none was given.
    pub fn database_url(&self) -> String {
        if self.database.url.is_empty() {
            format!("sqlite:{}", self.server.data_dir.join("guildhall.db").display())
        } else {
            self.database.url.clone()
        }
    }
}

/// What the file and the environment say, and nothing else.
fn given(file: Option<&Path>) -> Result<Figment, String> {
    let mut figment = Figment::new();
    if let Some(file) = file {
        if !file.is_file() {
            return Err(format!("There is no configuration file {}.", file.display()));
        }
        figment = figment.merge(Toml::file_exact(file));
    }
    // GUILDHALL_SIGNUP_OPEN is signup.open: the first word is the section, the rest is the name.
    let environment = Env::prefixed("GUILDHALL_")
        .filter(|key| {
            key.as_str().split('_').next().is_some_and(|section| SECTIONS.iter().any(|known| section.eq_ignore_ascii_case(known)))
        })
        .map(|key| key.as_str().replacen('_', ".", 1).into())
        .split(".");
    Ok(figment.merge(environment))
}

fn fixed(given: &Figment) -> Vec<String> {
    let Ok(sections) = given.extract::<figment::value::Dict>() else { return Vec::new() };
    let of_section = |(section, value): (String, figment::value::Value)| {
        let names: Vec<String> = value.as_dict().map(|names| names.keys().cloned().collect()).unwrap_or_default();
        names.into_iter().map(move |name| format!("{section}.{name}"))
    };
    sections.into_iter().flat_map(of_section).collect()
}

#[cfg(test)]
// figment's own error is large, and its jail wants it.
#[allow(clippy::result_large_err)]
mod tests {
    use super::*;

    fn load(setup: impl FnOnce(&mut figment::Jail) -> Flags) -> Result<Config, String> {
        let mut loaded = Err(String::new());
        figment::Jail::expect_with(|jail| {
            let flags = setup(jail);
            loaded = Config::load(&flags);
            Ok(())
        });
        loaded
    }

    #[test]
    fn the_environment_names_section_and_setting() {
        let config = load(|jail| {
            jail.set_env("GUILDHALL_SIGNUP_OPEN", "true");
            jail.set_env("GUILDHALL_INTEGRATIONS_ALLOWED_ADDRESSES", "127.0.0.1,10.0.0.0/8");
            jail.set_env("GUILDHALL_LIMITS_ENABLED", "false");
            Flags::default()
        })
        .unwrap();
        assert!(config.settings.signup.open);
        assert!(!config.settings.limits.enabled);
        assert_eq!(config.settings.integrations.allowed_addresses, "127.0.0.1,10.0.0.0/8");
        assert_eq!(config.fixed, ["integrations.allowed_addresses", "limits.enabled", "signup.open"]);
        assert_eq!(config.database_url(), "sqlite:data/guildhall.db");
    }

    #[test]
    fn the_command_line_wins_over_the_environment_and_that_over_the_file() {
        let config = load(|jail| {
            jail.create_file("g.toml", "[server]\nlisten = \"127.0.0.1:1\"\ndata_dir = \"a\"\n[site]\nname = \"File\"\n").unwrap();
            jail.set_env("GUILDHALL_SERVER_LISTEN", "127.0.0.1:2");
            jail.set_env("GUILDHALL_SERVER_DATA_DIR", "b");
            Flags { config: Some("g.toml".into()), data_dir: Some("c".into()), ..Flags::default() }
        })
        .unwrap();
        assert_eq!(config.server.listen.port(), 2);
        assert_eq!(config.server.data_dir, Path::new("c"));
        assert_eq!(config.settings.site.name, "File");
    }

    #[test]
    fn a_misspelt_setting_is_named() {
        let error = load(|jail| {
            jail.set_env("GUILDHALL_SIGNUP_OPNE", "true");
            Flags::default()
        })
        .unwrap_err();
        assert!(error.contains("opne"), "{error}");
    }
}
