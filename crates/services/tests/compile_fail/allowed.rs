//! The same calls as in the files beside this one, as they are meant: what fails there fails for its one fault.

use guildhall_model::channel::ChannelMember;
use guildhall_model::id::{ChannelId, PostId};
use guildhall_model::post::Post;
use guildhall_model::{Actor, Events, Permission, Result};
use guildhall_services::access::{Access, ChannelGrant, SystemGrant, Writing};
use guildhall_storage::{channel_members, posts};

pub async fn reads_its_object(access: &Access, on: &ChannelGrant) -> Result<Vec<ChannelMember>> {
    channel_members::page(access.read(on), on.id(), 60, 0).await
}

pub async fn writes_with_a_grant_for_writing(access: &Access, on: &Writing<ChannelGrant>, member: &ChannelMember) -> Result<()> {
    let mut write = access.write(on);
    write.push(channel_members::insert(on.write_id(), member));
    write.commit(Events::none("a test")).await
}

pub async fn decides_before_it_opens(access: &Access, actor: &Actor, ids: &[PostId]) -> Result<Vec<Post>> {
    let found = posts::by_ids(access.read(&access.own(actor)), ids).await?;
    access.readable(actor, found).await
}

pub async fn asks_for_the_grant(access: &Access, actor: &Actor, id: ChannelId) -> Result<ChannelGrant> {
    access.channel_to_read(actor, id, Permission::ReadChannel).await
}

pub fn opens_anything_by_the_one_door(access: &Access) -> Writing<SystemGrant> {
    access.system("a test")
}

fn main() {}
