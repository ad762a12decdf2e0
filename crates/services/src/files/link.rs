//! Public links to files, which need no log-in, when the settings allow them. A link names who made it, and is valid while that
//! user could make it: it ends with the account, the membership or the permission, and with the user's credentials
//! (`sessions/end_access.rs`).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use guildhall_model::codes::{context, files as codes};
use guildhall_model::id::{FileId, UserId};
use guildhall_model::ports::constant_time_eq;
use guildhall_model::{Actor, Kind, Result};
use guildhall_storage::users;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::read::{FileContent, Rendition, select_rendition};
use crate::boxed;
use crate::files::Files;

/// The value of `?h=`: the id of the maker and the signature, in base64.
struct LinkHash {
    maker: UserId,
    signature: [u8; 32],
}

impl LinkHash {
    fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode([&self.maker.bytes()[..], &self.signature].concat())
    }

    fn decode(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (maker, signature) = bytes.split_at_checked(16)?;
        Some(Self { maker: UserId::from_bytes(maker.try_into().ok()?), signature: signature.try_into().ok()? })
    }
}

impl Files<'_> {
    /// The hash that a public link must carry as `?h=`.
    #[boxed]
    pub async fn public_link_hash(&self, actor: &Actor, id: FileId) -> Result<String> {
        if !self.settings().files.public_links {
            return Err(codes::LINKS_DISABLED.into());
        }
        let file = self.access.file_to_link(actor, id).await?;
        let signature = self.sign_link(file.id, actor.user_id).await?.ok_or(context::PERMISSIONS)?;
        Ok(LinkHash { maker: actor.user_id, signature }.encode())
    }

    /// A file by its public link. The link is invalid after the post is deleted, while public links are disabled, and when its
    /// maker could not make it now.
    #[boxed]
    pub async fn public_file(&self, id: FileId, hash: &str) -> Result<FileContent> {
        if !self.settings().files.public_links {
            return Err(codes::LINKS_DISABLED.into());
        }
        let link = LinkHash::decode(hash).ok_or(codes::LINK_INVALID)?;
        let signature = self.sign_link(id, link.maker).await?.ok_or(codes::LINK_INVALID)?;
        if !constant_time_eq(&signature, &link.signature) {
            return Err(codes::LINK_INVALID.into());
        }
        let maker = self.access.active_actor(link.maker).await?.ok_or(codes::LINK_INVALID)?;
        match self.access.file_to_link(&maker, id).await {
            Ok(file) => select_rendition(file, Rendition::Original),
            Err(error) if error.code.kind == Kind::Forbidden => Err(codes::LINK_INVALID.with_source(error)),
            Err(error) => Err(error),
        }
    }

    /// Of the file, its maker, and a number that increases when the maker's links end. `None` without such an account.
    async fn sign_link(&self, id: FileId, maker: UserId) -> Result<Option<[u8; 32]>> {
        let grant = self.access.system("a public link authorizes reading its file");
        let Some(epoch) = users::link_epoch(self.access.read(&grant), maker).await? else { return Ok(None) };
        let secret = &self.system().identity().await?.public_link_secret;
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).map_err(|error| context::INTERNAL.with_source(error))?;
        mac.update(id.bytes());
        mac.update(maker.bytes());
        mac.update(&epoch.to_be_bytes());
        Ok(Some(mac.finalize().into_bytes().into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_texts_are_no_link_hashes() {
        let hash = LinkHash { maker: UserId::from_bytes([7; 16]), signature: [9; 32] }.encode();
        let decoded = LinkHash::decode(&hash).unwrap();
        assert_eq!((decoded.maker, decoded.signature), (UserId::from_bytes([7; 16]), [9; 32]));
        for text in ["", "x", &hash[1..], &format!("{hash}AAAA"), "ä"] {
            assert!(LinkHash::decode(text).is_none(), "{text}");
        }
    }
}
