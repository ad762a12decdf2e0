//! Log-ins and what follows from them: sessions, their end, and personal access tokens.

mod authenticate;

pub use authenticate::Authenticated;
