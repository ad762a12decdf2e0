//! Second factors: setting one up, its codes at a log-in, recovery codes, and who must have one. What of it is Mattermost's, and how
//! the keys are kept: `docs/decisions/0041-second-factors.md`.

mod activate;
mod generate;
mod recovery_codes;
mod remove;
mod requirement;
mod totp;
mod verify;

pub use generate::NewTotp;
pub(crate) use generate::check_session;
pub(crate) use requirement::record_requirement;
pub(crate) use verify::AcceptedCode;

noun! {
    /// Second factors.
    second_factors::SecondFactors, uses: [users::Users]
}
