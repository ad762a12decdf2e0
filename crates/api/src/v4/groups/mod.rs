//! The operations on groups of people.

mod crud;
mod links;
mod lists;
mod members;

use crate::routes::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.with(lists::routes).with(crud::routes).with(links::routes).with(members::routes)
}

fn to_wire(listed: guildhall_services::groups::ListedGroup) -> guildhall_wire::group::Group {
    guildhall_wire::group::Group {
        channel_member_count: listed.in_channel.as_ref().map(|count| count.members),
        channel_member_timezones_count: listed.in_channel.as_ref().map(|count| count.timezones),
        member_ids: listed.member_ids,
        ..guildhall_wire::group::Group::new(listed.group, listed.member_count, listed.is_linked)
    }
}
