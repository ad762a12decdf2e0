//! Unchecked ids cannot be read by, unchecked rows cannot be opened, and an unused grant is an error.
#![deny(unused_must_use)]

use guildhall_model::id::{ChannelId, PostId};
use guildhall_model::post::Post;
use guildhall_model::{Actor, Permission, Result};
use guildhall_services::access::{Access, UserGrant};
use guildhall_storage::{posts, threads};

/// The id has not been checked.
async fn a_raw_id(access: &Access, own: &UserGrant, id: ChannelId) -> Result<Vec<Post>> {
    posts::lists::page(access.read(own), id, posts::lists::PostFilter::All, 0, 60).await
}

/// The rows were read by unchecked ids.
async fn unchecked_rows(access: &Access, own: &UserGrant, ids: &[PostId]) -> Result<Vec<Post>> {
    posts::by_ids(access.read(own), ids).await
}

/// Participants are read by posts that were checked, not by ids.
async fn rows_of_unchecked_posts(access: &Access, own: &UserGrant, ids: &[PostId]) {
    let _ = threads::participants(access.read(own), ids).await;
}

/// The grant is not used.
async fn an_unused_grant(access: &Access, actor: &Actor, id: ChannelId) -> Result<()> {
    access.channel(actor, id, Permission::CreatePost).await?;
    Ok(())
}

fn main() {}
