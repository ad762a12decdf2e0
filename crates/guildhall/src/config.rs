//! Loads the configuration: defaults, then a TOML file, then `GUILDHALL_<SECTION>_<NAME>`, then the command line. Later
//! sources override earlier ones.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use figment::value::Dict;
use guildhall_model::settings::{self, InvalidSetting, Settings, Source, Startup};
use serde::de::DeserializeOwned;

/// The configuration file of an installed package: <docs/ops/install.md>.
const PACKAGE_CONFIG_FILE: &str = "/etc/guildhall/guildhall.toml";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// What can only be set before the start.
    pub startup: Startup,
    pub settings: Settings,
    /// Settings that the file, the environment or the command line fixes, as `section.name`: they cannot be changed at run time.
    pub fixed: Vec<String>,
    /// The file that was read.
    pub file: Option<PathBuf>,
}

/// The options of the command line, which override every other source.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Flags {
    /// A TOML file with the sections of the reference [default: /etc/guildhall/guildhall.toml, if it exists and no data folder
    /// is given]
    #[arg(long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
    /// Where files and the embedded database are kept [default: ./data]
    #[arg(long, value_name = "DIR", global = true)]
    pub data_dir: Option<PathBuf>,
    /// The address to listen at [default: 127.0.0.1:8065]
    #[arg(long, value_name = "ADDR", global = true)]
    pub listen: Option<SocketAddr>,
    /// Serve HTTPS at this name (several: separated by commas), with a certificate of Let's Encrypt that the server gets and
    /// renews by itself. You agree to the terms of Let's Encrypt (https://letsencrypt.org/repository) by this option
    #[arg(long, value_name = "NAME", global = true)]
    pub domain: Option<String>,
    /// sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]
    #[arg(long, value_name = "URL", global = true)]
    pub database_url: Option<String>,
}

impl Flags {
    /// The file to read: the given one, or that of the package, so that commands on its machine find the installed server.
    /// Whoever names a data folder means another server.
    fn config_file(&self, package_file: &Path) -> Option<PathBuf> {
        let names_folder = self.data_dir.is_some() || std::env::var_os("GUILDHALL_SERVER_DATA_DIR").is_some();
        self.config.clone().or_else(|| (!names_folder && package_file.is_file()).then(|| package_file.to_owned()))
    }
}

impl Config {
    /// The error is one sentence that names the invalid value.
    pub fn load(flags: &Flags) -> Result<Self, String> {
        let file = flags.config_file(Path::new(PACKAGE_CONFIG_FILE));
        let overrides = load_file_and_environment(file.as_deref())?;
        let mut figment =
            Figment::from(Serialized::defaults(Startup::default())).merge(Serialized::defaults(Settings::default())).merge(&overrides);
        if let Some(listen) = flags.listen {
            figment = figment.merge(Serialized::default("server.listen", listen));
        }
        if let Some(data_dir) = &flags.data_dir {
            figment = figment.merge(Serialized::default("server.data_dir", data_dir));
        }
        if let Some(url) = &flags.database_url {
            figment = figment.merge(Serialized::default("database.url", url));
        }
        if let Some(domain) = &flags.domain {
            figment = figment.merge(Serialized::default("tls.domains", domain)).merge(Serialized::default("tls.mode", "acme"));
        }
        let sections = overrides.extract::<Dict>().map_err(|error| format!("The configuration is not valid: {error}."))?;
        if let Some(unknown) = sections.keys().find(|name| !settings::sections().any(|section| section.name == *name)) {
            let known: Vec<&str> = settings::sections().map(|section| section.name).collect();
            return Err(format!("The configuration is not valid: there is no section {unknown}, only {}.", known.join(", ")));
        }
        let source = Layers(figment);
        let mut fixed = fixed_settings(&sections);
        if flags.domain.is_some() {
            fixed.extend(["tls.domains", "tls.mode"].map(str::to_owned));
        }
        let config = Self { startup: Startup::read(&source)?, settings: Settings::read(&source)?, fixed, file };
        let invalid = |InvalidSetting { name, reason }| format!("The configuration is not valid: {name}: {reason}.");
        config.startup.check().and_then(|()| config.settings.check()).map_err(invalid)?;
        let limits = &config.settings.limits;
        if limits.proxy_protocol && limits.trusted_proxies.trim().is_empty() {
            let reason = "it needs the addresses of the proxies in limits.trusted_proxies".to_owned();
            return Err(invalid(InvalidSetting { name: "limits.proxy_protocol", reason }));
        }
        Ok(config)
    }

    /// The database's URL; SQLite in the data folder if none is set.
    pub fn database_url(&self) -> String {
        if self.startup.database.url.is_empty() {
            format!("sqlite:{}", self.startup.server.data_dir.join("guildhall.db").display())
        } else {
            self.startup.database.url.clone()
        }
    }
}

/// The values of the file and the environment, without defaults.
fn load_file_and_environment(file: Option<&Path>) -> Result<Figment, String> {
    let mut figment = Figment::new();
    if let Some(file) = file {
        if !file.is_file() {
            return Err(format!("There is no configuration file {}.", file.display()));
        }
        if let Err(error) = std::fs::File::open(file) {
            return Err(format!("The configuration file {} cannot be read: {error}. Run the command as root.", file.display()));
        }
        figment = figment.merge(Toml::file_exact(file));
    }
    // GUILDHALL_SIGNUP_OPEN is signup.open: the first word is the section, the rest is the name.
    let environment = Env::prefixed("GUILDHALL_")
        .filter(|key| {
            // GUILDHALL_LOG is no setting: it has a section's name only.
            let section = key.as_str().split_once('_').map(|(section, _)| section).unwrap_or_default();
            settings::sections().any(|known| section.eq_ignore_ascii_case(known.name))
        })
        .map(|key| key.as_str().replacen('_', ".", 1).into())
        .split(".");
    Ok(figment.merge(environment))
}

/// Defaults, file, environment and command line, merged.
struct Layers(Figment);

impl Source for Layers {
    type Error = String;

    fn section<T: DeserializeOwned>(&self, name: &'static str) -> Result<T, String> {
        self.0.extract_inner(name).map_err(|error| error_message(name, &error))
    }
}

fn error_message(name: &str, error: &figment::Error) -> String {
    // figment's path has the section last.
    let within = error.path.iter().map(String::as_str).find(|part| !part.eq_ignore_ascii_case(name)).unwrap_or_default();
    let key = [name, &within.to_lowercase()].iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(".");
    let origin = error.metadata.as_ref().map(|metadata| match &metadata.source {
        Some(source) => format!(" in {source}"),
        None => format!(" in the {}", metadata.name),
    });
    format!("The configuration is not valid: {key}: {}{}.", error.kind, origin.unwrap_or_default())
}

/// The settings that the file and the environment set.
fn fixed_settings(sections: &Dict) -> Vec<String> {
    let of_section = |(section, value): (&String, &figment::value::Value)| {
        let names: Vec<String> = value.as_dict().map(|names| names.keys().cloned().collect()).unwrap_or_default();
        let section = section.clone();
        names.into_iter().map(move |name| format!("{section}.{name}"))
    };
    sections.iter().flat_map(of_section).collect()
}

#[cfg(test)]
// figment's error type is large, and its test jail requires it.
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
    fn the_filter_of_the_log_is_not_a_section() {
        let config = load(|jail| {
            jail.set_env("GUILDHALL_LOG", "debug");
            jail.set_env("GUILDHALL_LOG_FORMAT", "json");
            Flags::default()
        });
        assert_eq!(config.unwrap().startup.log.format, "json");
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
        assert_eq!(config.startup.server.listen.port(), 2);
        assert_eq!(config.startup.server.data_dir, Path::new("c"));
        assert_eq!(config.settings.site.name, "File");
    }

    #[test]
    fn the_packages_file_is_read_unless_another_file_or_folder_is_given() {
        load(|jail| {
            jail.create_file("package.toml", "").unwrap();
            let package = Path::new("package.toml");
            let flags = Flags::default();
            assert_eq!(flags.config_file(package), Some(package.to_owned()));
            assert_eq!(flags.config_file(Path::new("missing.toml")), None);
            assert_eq!(Flags { data_dir: Some("d".into()), ..flags.clone() }.config_file(package), None);
            let given = Flags { config: Some("g.toml".into()), data_dir: Some("d".into()), ..flags.clone() };
            assert_eq!(given.config_file(package), Some("g.toml".into()));
            jail.set_env("GUILDHALL_SERVER_DATA_DIR", "d");
            assert_eq!(flags.config_file(package), None);
            flags
        })
        .unwrap();
    }

    #[test]
    fn a_domain_on_the_command_line_gets_a_certificate_by_itself() {
        let config = load(|jail| {
            jail.set_env("GUILDHALL_TLS_MODE", "off");
            Flags { domain: Some("chat.example.com".to_owned()), ..Flags::default() }
        })
        .unwrap();
        assert_eq!((config.settings.tls.mode.as_str(), config.settings.tls.domains.as_str()), ("acme", "chat.example.com"));
        assert!(["tls.domains", "tls.mode"].iter().all(|name| config.fixed.iter().any(|fixed| fixed == name)));
        let error = load(|_| Flags { domain: Some("https://chat.example.com/".to_owned()), ..Flags::default() }).unwrap_err();
        assert!(error.contains("tls.domains: it must be 100 host names at most"), "{error}");
    }

    /// Every description's option of the command line is one of [`Flags`].
    #[test]
    fn the_command_lines_options_are_those_of_the_descriptions() {
        use clap::CommandFactory as _;
        let command = crate::cli::Cli::command();
        for setting in settings::all() {
            if let Some(flag) = setting.flag {
                assert!(command.get_arguments().any(|argument| argument.get_long() == Some(flag)), "{}", setting.path);
            }
        }
    }

    #[test]
    fn an_error_names_the_setting_and_its_source() {
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
            (from_environment("GUILDHALL_LIMITS_TRUSTED_PROXIES", "10.0.0.1,proxy"), ["limits.trusted_proxies: ", "\"proxy\" is neither"]),
            (
                from_environment("GUILDHALL_LIMITS_FORWARDED_HEADER", "x-real-ip"),
                ["limits.forwarded_header: ", "x-forwarded-for, forwarded"],
            ),
            (from_environment("GUILDHALL_LIMITS_PROXY_PROTOCOL", "true"), ["limits.proxy_protocol: ", "limits.trusted_proxies"]),
            (from_environment("GUILDHALL_SERVER_PASSWORD_MEMORY_KIB", "1"), ["server.password_memory_kib: ", "8 to 262144"]),
            (from_environment("GUILDHALL_FILES_MAX_SIZE_BYTES", "abc"), ["files.max_size_bytes: invalid type", "environment"]),
        ] {
            assert!(expected.iter().all(|part| error.contains(part)), "{error}");
        }
    }
}
