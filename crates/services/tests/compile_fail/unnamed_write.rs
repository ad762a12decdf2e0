//! A batch has a name for the audit trail, and a record cannot be left out or added without one.

use guildhall_model::channel::ChannelMember;
use guildhall_services::access::{Access, ChannelGrant, Origin, Writing};
use guildhall_storage::channel_members;

/// The batch has no name.
fn no_name(access: &Access, grant: &Writing<ChannelGrant>, member: &ChannelMember) {
    let mut write = access.write(grant);
    write.push(channel_members::insert(grant.write_id(), member));
}

/// The grant decides whether a record is needed, and nobody else.
fn no_record(mut grant: ChannelGrant) -> ChannelGrant {
    grant.authority = Default::default();
    grant
}

/// A record by itself belongs to `access`.
fn a_record_by_hand(access: &Access) {
    let _ = access.audit_record(Origin::default(), "tests.insert", Default::default());
}

fn main() {}
