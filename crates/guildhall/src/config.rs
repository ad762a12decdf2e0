//! Where the configuration comes from: defaults, then a TOML file, then `GUILDHALL_<SECTION>_<NAME>`, then the
//! command line. The later wins.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use figment::value::Dict;
use guildhall_model::settings::Settings;
use serde::de::DeserializeOwned;
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
        let sections = given.extract::<Dict>().map_err(|error| format!("The configuration is not valid: {error}."))?;
        if let Some(unknown) = sections.keys().find(|name| !SECTIONS.contains(&name.as_str())) {
            return Err(format!("The configuration is not valid: there is no section {unknown}, only {}.", SECTIONS.join(", ")));
        }
        Ok(Self {
            server: section(&figment, "server")?,
            database: section(&figment, "database")?,
            settings: Settings {
                site: section(&figment, "site")?,
                signup: section(&figment, "signup")?,
                sessions: section(&figment, "sessions")?,
                limits: section(&figment, "limits")?,
                teams: section(&figment, "teams")?,
                posts: section(&figment, "posts")?,
                files: section(&figment, "files")?,
                integrations: section(&figment, "integrations")?,
            },
            fixed: fixed(&sections),
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

fn section<T: DeserializeOwned>(figment: &Figment, name: &str) -> Result<T, String> {
    figment.extract_inner(name).map_err(|error| {
        // The library puts the section behind what is in it.
        let within = error.path.iter().map(String::as_str).find(|part| !part.eq_ignore_ascii_case(name)).unwrap_or_default();
        let key = [name, &within.to_lowercase()].iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(".");
        let origin = error.metadata.as_ref().map(|metadata| match &metadata.source {
            Some(source) => format!(" in {source}"),
            None => format!(" in the {}", metadata.name),
        });
        format!("The configuration is not valid: {key}: {}{}.", error.kind, origin.unwrap_or_default())
    })
}

/// Which settings the file and the environment set.
fn fixed(sections: &Dict) -> Vec<String> {
    let of_section = |(section, value): (&String, &figment::value::Value)| {
        let names: Vec<String> = value.as_dict().map(|names| names.keys().cloned().collect()).unwrap_or_default();
        let section = section.clone();
        names.into_iter().map(move |name| format!("{section}.{name}"))
    };
    sections.iter().flat_map(of_section).collect()
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
    fn what_is_wrong_is_named_with_its_place() {
        let from_file = |text: &'static str| {
            load(move |jail| {
                jail.create_file("g.toml", text).unwrap();
                Flags { config: Some("g.toml".into()), ..Flags::default() }
            })
            .unwrap_err()
        };
        let from_environment = |name: &'static str, value: &'static str| {
            load(move |jail| {
                jail.set_env(name, value);
                Flags::default()
            })
            .unwrap_err()
        };
        for (error, expected) in [
            (from_file("[signup]\nopne = true\n"), ["signup.opne: unknown field", "g.toml"]),
            (from_file("[singup]\nopen = true\n"), ["no section singup", "signup"]),
            (from_file("[signup"), ["not valid", "TOML"]),
            (from_file("signup = 3"), ["signup: ", "g.toml"]),
            (from_environment("GUILDHALL_SIGNUP_OPNE", "true"), ["signup.opne: unknown field", "environment"]),
            (from_environment("GUILDHALL_FILES_MAX_SIZE_BYTES", "abc"), ["files.max_size_bytes: invalid type", "environment"]),
        ] {
            assert!(expected.iter().all(|part| error.contains(part)), "{error}");
        }
    }
}
