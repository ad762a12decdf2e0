//! Passkeys of accounts: adding, naming and removing them. The log-in with one is in `sessions`. `docs/decisions/0051-passkeys.md`.

mod add;
mod ceremony;
mod list;
mod remove;
mod rename;

pub use ceremony::BegunCeremony;

noun! {
    /// Passkeys.
    passkeys::Passkeys, uses: [second_factors::SecondFactors, users::Users]
}
