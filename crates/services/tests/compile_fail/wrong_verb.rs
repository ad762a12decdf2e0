//! A grant for reading does not write.

use guildhall_model::channel::ChannelMember;
use guildhall_services::access::{Access, ChannelGrant, Writing};
use guildhall_storage::channel_members;

fn no_batch(access: &Access, on: &ChannelGrant) {
    let _ = access.write(on);
}

fn no_statement(access: &Access, on: &Writing<ChannelGrant>, member: &ChannelMember) {
    let mut write = access.write(on);
    write.push(channel_members::insert(on.id(), member));
}

fn no_id_for_writing(on: &ChannelGrant, member: &ChannelMember) {
    let _ = channel_members::insert(on.write_id(), member);
}

fn main() {}
