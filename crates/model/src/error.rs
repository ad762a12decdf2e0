//! The error type of all crates: a code from the tables in `codes/`, its parameters, and the underlying cause.

use std::fmt;

/// The category of a failure; `wire` maps it to an HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    BadRequest,
    Unauthorized,
    Forbidden,
    NotFound,
    /// Another method of the same address is possible.
    MethodNotAllowed,
    Conflict,
    TooLarge,
    /// Well-formed, but not what is asked for. Where Mattermost says so.
    Unprocessable,
    TooManyRequests,
    Internal,
    NotImplemented,
    Unavailable,
    InsufficientStorage,
}

/// One row of the code tables: Mattermost's id, our message (with `{param}` placeholders), and the kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    pub id: &'static str,
    pub kind: Kind,
    pub message: &'static str,
}

impl Code {
    pub const fn new(id: &'static str, kind: Kind, message: &'static str) -> Self {
        Self { id, kind, message }
    }

    /// An error of this code with a value for the placeholder `{name}` of its message.
    pub fn with(self, name: &'static str, value: impl fmt::Display) -> Error {
        Error::from(self).with(name, value)
    }

    /// An error of this code with its cause; the cause is logged and never sent to clients.
    pub fn with_source(self, source: impl Into<BoxError>) -> Error {
        Error::from(self).with_source(source)
    }
}

pub type BoxError = Box<dyn std::error::Error + Send + Sync + 'static>;
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Any failure that can be reported to a client.
#[derive(Debug)]
pub struct Error {
    pub code: Code,
    pub params: Vec<(&'static str, String)>,
    pub source: Option<BoxError>,
}

impl Error {
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.params.push((name, value.to_string()));
        self
    }

    pub fn with_source(mut self, source: impl Into<BoxError>) -> Self {
        self.source = Some(source.into());
        self
    }

    pub fn is(&self, code: Code) -> bool {
        self.code.id == code.id
    }

    /// After how many seconds the same request may succeed: the parameter `retry_after_seconds`.
    pub fn retry_after_seconds(&self) -> Option<&str> {
        self.params.iter().find(|(name, _)| *name == "retry_after_seconds").map(|(_, seconds)| seconds.as_str())
    }

    /// The user-visible message, with the placeholders replaced by the parameters.
    pub fn message(&self) -> String {
        let mut text = self.code.message.to_owned();
        for (name, value) in &self.params {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        text
    }
}

impl From<Code> for Error {
    fn from(code: Code) -> Self {
        Self { code, params: Vec::new(), source: None }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.id, self.message())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_replace_the_placeholders() {
        let code = Code::new("x", Kind::BadRequest, "No such {thing} here.");
        assert_eq!(code.with("thing", "file").message(), "No such file here.");
    }
}
