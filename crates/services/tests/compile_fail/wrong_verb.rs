//! A grant for reading does not allow writing.

use guildhall_model::channel::ChannelMember;
use guildhall_services::access::{Access, ChannelGrant, Writing};
use guildhall_storage::channel_members;

fn no_batch(access: &Access, grant: &ChannelGrant) {
    let _ = access.write(grant, "tests.insert");
}

fn no_statement(access: &Access, grant: &Writing<ChannelGrant>, member: &ChannelMember) {
    let mut write = access.write(grant, "tests.insert");
    write.push(channel_members::insert(grant.id(), member));
}

fn no_id_for_writing(grant: &ChannelGrant, member: &ChannelMember) {
    let _ = channel_members::insert(grant.write_id(), member);
}

fn main() {}
