//! One line for each request in the log, where the settings ask for it. It has no query, no header and no body: these may be
//! secret. The id of the request is in its span, as in every line that belongs to the request.

use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

use guildhall_model::id::UserId;
use http::{Method, StatusCode};

/// The level of the line of a request.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub enum AccessLevel {
    #[default]
    Off,
    Debug,
    Info,
}

impl FromStr for AccessLevel {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        match name {
            "off" => Ok(Self::Off),
            "debug" => Ok(Self::Debug),
            "info" => Ok(Self::Info),
            _ => Err(()),
        }
    }
}

/// What is logged of a request.
pub(crate) struct AccessRecord<'a> {
    pub method: &'a Method,
    /// The route's path, not that of the request.
    pub route: &'a str,
    pub status: StatusCode,
    pub duration: Duration,
    pub user: Option<UserId>,
    pub address: Option<IpAddr>,
}

impl AccessRecord<'_> {
    pub fn log(&self, level: AccessLevel) {
        // The level of a line is part of its place in the code.
        macro_rules! log {
            ($level:ident) => {
                tracing::$level!(
                    target: "guildhall::access",
                    method = %self.method,
                    route = self.route,
                    status = self.status.as_u16(),
                    duration_ms = self.duration.as_secs_f64() * 1000.0,
                    user_id = self.user.map(tracing::field::display),
                    address = self.address.map(tracing::field::display),
                    "request",
                )
            };
        }
        match level {
            AccessLevel::Off => {}
            AccessLevel::Debug => log!(debug),
            AccessLevel::Info => log!(info),
        }
    }
}
