//! Second factors: what a log-in takes besides the password, and who must have one.

use crate::ports::Secret;
use crate::time::Millis;

/// A kind of which an account has one at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondFactorKind {
    /// Codes of an authenticator app that change with the time (RFC 6238).
    Totp,
    /// The passkeys of the account: its password alone is not enough any more.
    Passkeys,
}

impl SecondFactorKind {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Totp => "totp",
            Self::Passkeys => "passkeys",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondFactor {
    /// The key of the codes, in base32 without padding, as apps take it.
    pub secret: Secret,
    /// Zero until its first code was entered: until then a log-in does not take it.
    pub activated_at: Millis,
    /// The time step of the code that was accepted last.
    pub last_step: i64,
}

impl SecondFactor {
    pub fn is_active(&self) -> bool {
        !self.activated_at.is_zero()
    }
}

/// Who must have a second factor: the setting `second_factors.required`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondFactorRequirement {
    Nobody,
    Administrators,
    Everybody,
}

impl SecondFactorRequirement {
    /// An unknown name requires it of everybody.
    pub fn from_name(name: &str) -> Self {
        match name {
            "none" => Self::Nobody,
            "administrators" => Self::Administrators,
            _ => Self::Everybody,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_requirement_is_the_strictest() {
        let all = ["none", "administrators", "everybody", ""].map(SecondFactorRequirement::from_name);
        use SecondFactorRequirement::*;
        assert_eq!(all, [Nobody, Administrators, Everybody, Everybody]);
    }

    #[test]
    fn the_key_is_not_printed() {
        let factor = SecondFactor { secret: Secret::new("GEZDGNBV"), activated_at: Millis(1), last_step: 2 };
        assert!(factor.is_active() && !format!("{factor:?}").contains("GEZDGNBV"));
    }
}
