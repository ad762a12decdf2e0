//! English, the source of the others.

use super::Catalogue;

pub(super) static CATALOGUE: Catalogue = Catalogue {
    language: "en",
    message_from: "{sender} sent you a message",
    mention_by: "{sender} mentioned you in {channel}",
    reply_by: "{sender} replied in {channel}",
    unread: ["{count} unread message", "{count} unread messages"],
    daily: ["Your day: {count} unread message", "Your day: {count} unread messages"],
    weekly: ["Your week: {count} unread message", "Your week: {count} unread messages"],
    direct: "Direct message",
    group: "Group message",
    thread: "Thread",
    unread_channels: "Channels with unread messages",
    files: ["[{count} file]", "[{count} files]"],
    messages: ["{count} message", "{count} messages"],
    older: ["There is {count} more unread message for you.", "There are {count} more unread messages for you."],
    open_message: "Show message",
    open_site: "Open {site}",
    why: "{site} sends you messages that concern you and that you have not read.",
    settings: "Settings of notifications",
    unsubscribe: "Turn off these mails",
    unsubscribe_question: "{site} sends mails to {email} about messages that were not read. Turn them off?",
    unsubscribe_done: "{site} sends no more mails about messages to {email}. You can turn them on again in the settings of notifications.",
    weekdays: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    months: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    date: "{weekday}, {month} {day}, {time}",
    always_24_hours: false,
};
