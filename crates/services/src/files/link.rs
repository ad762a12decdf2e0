//! Public links to files, which need no log-in, when the settings allow them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use guildhall_model::codes::{context, files as codes};
use guildhall_model::id::FileId;
use guildhall_model::ports::constant_time_eq;
use guildhall_model::{Actor, Result};
use guildhall_storage::{files, posts};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::read::{FileContent, Rendition, select_rendition};
use crate::boxed;
use crate::files::Files;

impl Files<'_> {
    /// The hash that a public link must carry as `?h=`.
    #[boxed]
    pub async fn public_link_hash(&self, actor: &Actor, id: FileId) -> Result<String> {
        if !self.settings().files.public_links {
            return Err(codes::LINKS_DISABLED.into());
        }
        let file = self.access.file_to_link(actor, id).await?;
        self.link_hash(file.id).await
    }

    /// A file by its public link. The link is invalid after the post is deleted and while public links are disabled.
    #[boxed]
    pub async fn public_file(&self, id: FileId, hash: &str) -> Result<FileContent> {
        if !self.settings().files.public_links {
            return Err(codes::LINKS_DISABLED.into());
        }
        if !constant_time_eq(self.link_hash(id).await?.as_bytes(), hash.as_bytes()) {
            return Err(codes::LINK_INVALID.into());
        }
        let grant = self.access.system("a public link authorizes reading its file");
        let db = self.access.read(&grant);
        let file = self.access.open(&grant, files::get(db, id).await?).filter(|file| file.delete_at.is_zero()).ok_or(codes::NOT_FOUND)?;
        let post = posts::get(db, file.post_id.ok_or(codes::NOT_FOUND)?).await?;
        match self.access.open(&grant, post) {
            Some(post) if post.delete_at.is_zero() => select_rendition(file, Rendition::Original),
            _ => Err(codes::NOT_FOUND.into()),
        }
    }

    async fn link_hash(&self, id: FileId) -> Result<String> {
        let secret = &self.system().identity().await?.public_link_secret;
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).map_err(|error| context::INTERNAL.with_source(error))?;
        mac.update(id.bytes());
        Ok(URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
    }
}
