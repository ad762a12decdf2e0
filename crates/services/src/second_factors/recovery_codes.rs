//! Recovery codes: ten of them take the place of the authenticator app, each once. They have 80 random bits, so that their SHA-256
//! cannot be reversed by trying.

use guildhall_model::codes::second_factors as codes;
use guildhall_model::id::{ALPHABET, UserId};
use guildhall_model::ports::{Secret, SecretSource, TokenHash};
use guildhall_model::{Actor, Events, Permission, Result};
use guildhall_storage::second_factors;

use super::verify::normalize_code;
use crate::boxed;
use crate::second_factors::SecondFactors;

const COUNT: usize = 10;
/// Of the alphabet of ids, without dashes: five bits each.
const CHARS: usize = 16;
const GROUP_CHARS: usize = 4;

impl SecondFactors<'_> {
    /// New codes, which can be read this once; the former ones end. Takes the password, because a code gives access for good.
    #[boxed]
    pub async fn replace_recovery_codes(&self, actor: &Actor, id: UserId, password: &str) -> Result<Vec<Secret>> {
        let (grant, user) = self.own_account(actor, id).await?;
        if !user.has_second_factor {
            return Err(codes::NOT_ACTIVE.into());
        }
        self.users().check_own_password(&grant, actor, password).await?;
        let new = generate(&*self.secrets);
        let mut write = self.access.write(&grant, "second_factors.replace_recovery_codes").recorded();
        write.extend(second_factors::replace_recovery_codes(grant.write_id(), &hashes(&new)));
        write.commit(Events::none("only the caller gets the codes")).await?;
        Ok(new)
    }

    /// How many recovery codes the account has left.
    #[boxed]
    pub async fn count_recovery_codes(&self, actor: &Actor, id: UserId) -> Result<i64> {
        let grant = self.access.user(actor, id, Permission::EditOtherUsers).await?;
        second_factors::count_recovery_codes(self.access.read(&grant), grant.id()).await
    }
}

/// In groups, for people.
pub(super) fn generate(secrets: &dyn SecretSource) -> Vec<Secret> {
    let code = |token: Secret| {
        let groups: Vec<&[u8]> = token.expose().as_bytes()[..CHARS].chunks(GROUP_CHARS).collect();
        Secret::new(String::from_utf8_lossy(&groups.join(&b'-')))
    };
    (0..COUNT).map(|_| code(secrets.generate_token())).collect()
}

/// What is stored of each.
pub(super) fn hashes(recovery_codes: &[Secret]) -> Vec<TokenHash> {
    recovery_codes.iter().filter_map(|code| hash(&normalize_code(code.expose()))).collect()
}

/// Of a normalised code; `None` for what cannot be one.
pub(super) fn hash(code: &str) -> Option<TokenHash> {
    let is_well_formed = code.len() == CHARS && code.bytes().all(|byte| ALPHABET.contains(&byte));
    is_well_formed.then(|| TokenHash::of(code))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU8, Ordering};

    use super::*;

    struct Counted(AtomicU8);

    impl SecretSource for Counted {
        fn generate_token(&self) -> Secret {
            let letter = ALPHABET[usize::from(self.0.fetch_add(1, Ordering::Relaxed))];
            Secret::new(char::from(letter).to_string().repeat(26))
        }
        fn generate_key(&self) -> [u8; 20] {
            [0; 20]
        }
    }

    #[test]
    fn ten_codes_in_groups_are_stored_by_their_hashes() {
        let codes = generate(&Counted(AtomicU8::new(0)));
        assert_eq!((codes.len(), codes[0].expose(), codes[1].expose()), (10, "yyyy-yyyy-yyyy-yyyy", "bbbb-bbbb-bbbb-bbbb"));
        assert_eq!(hashes(&codes).len(), 10);
        assert_eq!(hashes(&codes)[0], TokenHash::of("yyyyyyyyyyyyyyyy"));
    }

    #[test]
    fn other_texts_are_no_recovery_codes() {
        for text in ["", "123456", "yyyyyyyyyyyyyyy", "yyyyyyyyyyyyyyyyy", "yyyy-yyyy-yyyy-y", "llllllllllllllll", "ääääääää"] {
            assert!(hash(text).is_none(), "{text}");
        }
    }
}
