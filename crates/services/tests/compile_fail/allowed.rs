//! The same calls as in the other files here, used correctly: each of those fails only for the mistake it shows.

use guildhall_model::channel::ChannelMember;
use guildhall_model::id::{ChannelId, PostId};
use guildhall_model::post::Post;
use guildhall_model::{Actor, Events, Permission, Result};
use guildhall_services::access::{Access, ChannelGrant, SystemGrant, Writing};
use guildhall_storage::{channel_members, posts};

pub async fn reads_the_granted_object(access: &Access, grant: &ChannelGrant) -> Result<Vec<ChannelMember>> {
    channel_members::page(access.read(grant), grant.id(), 60, 0).await
}

pub async fn writes_with_a_write_grant(access: &Access, grant: &Writing<ChannelGrant>, member: &ChannelMember) -> Result<()> {
    let mut write = access.write(grant, "tests.insert");
    write.push(channel_members::insert(grant.write_id(), member));
    write.commit(Events::none("a test")).await
}

pub async fn checks_rows_before_opening_them(access: &Access, actor: &Actor, ids: &[PostId]) -> Result<Vec<Post>> {
    let unchecked = posts::by_ids(access.read(&access.own_account(actor)), ids).await?;
    access.readable_posts(actor, unchecked).await
}

pub async fn requests_a_grant(access: &Access, actor: &Actor, id: ChannelId) -> Result<ChannelGrant> {
    access.channel_to_read(actor, id, Permission::ReadChannel).await
}

pub fn requests_a_system_grant(access: &Access) -> Writing<SystemGrant> {
    access.system("a test")
}

fn main() {}
