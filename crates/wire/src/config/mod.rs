//! Configuration as clients read it, and as administrators read and change it.

mod admin;
mod client;
mod kept;

pub use admin::{ConfigChange, ConfigSource, Impossible, admin_config, apply_admin_config, environment_config, to_wire};
pub use client::{ClientConfig, client_config, public_client_config, require_setup_code, set_max_file_size};
pub use kept::KeptConfig;

pub use crate::features::license;
