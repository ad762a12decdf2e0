//! The address of a database: its kind, and where it is.

use std::fmt;
use std::path::PathBuf;

use guildhall_model::codes::storage as codes;
use guildhall_model::{Error, Result};

/// The three kinds of database; code where their SQL differs matches on this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    Sqlite,
    Postgres,
    Mysql,
}

impl Dialect {
    pub const ALL: [Self; 3] = [Self::Sqlite, Self::Postgres, Self::Mysql];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::Mysql => "mysql",
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Where a database is. Its `Debug` shows no password.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    SqliteFile(PathBuf),
    /// A private database that is deleted when it is closed.
    SqliteMemory,
    Postgres(url::Url),
    Mysql(url::Url),
}

impl DatabaseUrl {
    /// Reads `sqlite:PATH`, `sqlite::memory:`, `postgres://...`, `mysql://...` or `mariadb://...`.
    pub fn parse(text: &str) -> Result<Self> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            return match path.strip_prefix("//").unwrap_or(path) {
                "" => Err(invalid("sqlite: needs the path of a file")),
                ":memory:" => Ok(Self::SqliteMemory),
                path if path.contains('\0') => Err(invalid("the path holds a NUL character")),
                path => Ok(Self::SqliteFile(PathBuf::from(path))),
            };
        }
        let Some((scheme, rest)) = text.split_once("://") else {
            return Err(invalid("it must begin with sqlite:, postgres:// or mysql://"));
        };
        let (scheme, build): (_, fn(url::Url) -> Self) = match scheme {
            "postgres" | "postgresql" => ("postgres", Self::Postgres),
            "mysql" | "mariadb" => ("mysql", Self::Mysql),
            _ => {
                return Err(invalid("it must begin with sqlite:, postgres:// or mysql://"));
            }
        };
        let url = url::Url::parse(&format!("{scheme}://{rest}")).map_err(invalid)?;
        Ok(build(url))
    }

    pub const fn dialect(&self) -> Dialect {
        match self {
            Self::SqliteFile(_) | Self::SqliteMemory => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
            Self::Mysql(_) => Dialect::Mysql,
        }
    }
}

fn invalid(reason: impl fmt::Display) -> Error {
    codes::INVALID_URL.with("reason", reason)
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SqliteFile(path) => write!(f, "sqlite:{}", path.display()),
            Self::SqliteMemory => f.write_str("sqlite::memory:"),
            Self::Postgres(url) | Self::Mysql(url) => {
                write!(f, "{}://{}{}", url.scheme(), url.host_str().unwrap_or_default(), url.path())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_decides_the_kind_of_database() {
        assert_eq!(DatabaseUrl::parse("sqlite::memory:").unwrap(), DatabaseUrl::SqliteMemory);
        assert_eq!(DatabaseUrl::parse("sqlite:data/chat.db").unwrap(), DatabaseUrl::SqliteFile("data/chat.db".into()));
        assert_eq!(DatabaseUrl::parse("sqlite:///var/chat.db").unwrap(), DatabaseUrl::SqliteFile("/var/chat.db".into()));
        for (text, dialect) in [
            ("postgres://u:p@h/db", Dialect::Postgres),
            ("postgresql://h/db", Dialect::Postgres),
            ("mysql://h/db", Dialect::Mysql),
            ("mariadb://h/db", Dialect::Mysql),
        ] {
            assert_eq!(DatabaseUrl::parse(text).unwrap().dialect(), dialect);
        }
    }

    #[test]
    fn other_urls_are_rejected() {
        for text in ["", "sqlite:", "oracle://h/db", "postgres:", "mysql", "postgres://[::1"] {
            assert!(DatabaseUrl::parse(text).unwrap_err().is(codes::INVALID_URL), "{text}");
        }
    }

    #[test]
    fn debug_output_has_no_password() {
        let url = DatabaseUrl::parse("postgres://someone:secret@host/db?password=secret").unwrap();
        assert_eq!(format!("{url:?}"), "postgres://host/db");
    }
}
