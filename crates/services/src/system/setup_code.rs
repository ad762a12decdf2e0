//! The code that allows making the first account, which becomes the administrator: without it, whoever finds a new server first
//! would own it.

use guildhall_model::codes::users as codes;
use guildhall_model::ports::{Secret, constant_time_eq};
use guildhall_model::{Actor, Permission, Result};

use crate::boxed;
use crate::system::System;

impl<'a> System<'a> {
    /// The code of a server without accounts; `None` once there is one.
    #[boxed]
    pub async fn setup_code(&self, actor: &Actor) -> Result<Option<&'a Secret>> {
        self.access.check_system_permission(actor, Permission::ManageSystem)?;
        if self.server_info().await?.has_accounts {
            return Ok(None);
        }
        Ok(self.identity().await?.setup_code.as_ref())
    }

    /// Whether this client needs the code for the account that it creates next.
    #[boxed]
    pub async fn needs_setup_code(&self, is_from_this_machine: bool) -> Result<bool> {
        Ok(self.takes_setup_code(is_from_this_machine) && !self.server_info().await?.has_accounts)
    }

    /// Whether the first account takes the code from there.
    pub(crate) fn takes_setup_code(&self, is_from_this_machine: bool) -> bool {
        !is_from_this_machine || self.settings().signup.setup_code_always
    }

    /// `SETUP_CODE` if this is not the server's code.
    pub(crate) async fn check_setup_code(&self, sent: &str) -> Result<()> {
        let code = self.identity().await?.setup_code.as_ref();
        let is_right = code.is_some_and(|code| constant_time_eq(code.expose().as_bytes(), sent.as_bytes()));
        if is_right { Ok(()) } else { Err(codes::SETUP_CODE.into()) }
    }
}
