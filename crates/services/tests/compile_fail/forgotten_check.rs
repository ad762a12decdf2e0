//! What nobody decided on is neither read by nor looked at, and a decision that nothing needs is an error.
#![deny(unused_must_use)]

use guildhall_model::id::{ChannelId, PostId};
use guildhall_model::post::Post;
use guildhall_model::{Actor, Permission, Result};
use guildhall_services::access::{Access, UserGrant};
use guildhall_storage::{posts, threads};

/// An id straight from the request.
async fn a_raw_id(access: &Access, own: &UserGrant, id: ChannelId) -> Result<Vec<Post>> {
    posts::lists::page(access.read(own), id, posts::lists::Which::All, 0, 60).await
}

/// Rows that came by ids nobody checked.
async fn rows_of_anywhere(access: &Access, own: &UserGrant, ids: &[PostId]) -> Result<Vec<Post>> {
    posts::by_ids(access.read(own), ids).await
}

/// They hang on posts, not on ids.
async fn what_hangs_on_posts(access: &Access, own: &UserGrant, ids: &[PostId]) {
    let _ = threads::participants(access.read(own), ids).await;
}

/// The decision is made, and the next line could do without it.
async fn a_decision_for_nothing(access: &Access, actor: &Actor, id: ChannelId) -> Result<()> {
    access.channel(actor, id, Permission::CreatePost).await?;
    Ok(())
}

fn main() {}
