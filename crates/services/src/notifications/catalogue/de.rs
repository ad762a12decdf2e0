//! German.

use super::Catalogue;

pub(super) static CATALOGUE: Catalogue = Catalogue {
    language: "de",
    message_from: "{sender} hat Ihnen geschrieben",
    mention_by: "{sender} hat Sie in {channel} erwähnt",
    reply_by: "{sender} hat in {channel} geantwortet",
    unread: ["{count} ungelesene Nachricht", "{count} ungelesene Nachrichten"],
    daily: ["Ihr Tag: {count} ungelesene Nachricht", "Ihr Tag: {count} ungelesene Nachrichten"],
    weekly: ["Ihre Woche: {count} ungelesene Nachricht", "Ihre Woche: {count} ungelesene Nachrichten"],
    direct: "Direktnachricht",
    group: "Gruppennachricht",
    thread: "Thread",
    unread_channels: "Kanäle mit ungelesenen Nachrichten",
    files: ["[{count} Datei]", "[{count} Dateien]"],
    messages: ["{count} Nachricht", "{count} Nachrichten"],
    older: ["Es gibt {count} weitere ungelesene Nachricht für Sie.", "Es gibt {count} weitere ungelesene Nachrichten für Sie."],
    open_message: "Nachricht zeigen",
    open_site: "{site} öffnen",
    why: "{site} sendet Ihnen Nachrichten, die Sie betreffen und die Sie noch nicht gelesen haben.",
    settings: "Benachrichtigungen einstellen",
    unsubscribe: "Diese E-Mails abbestellen",
    unsubscribe_question: "{site} sendet E-Mails über ungelesene Nachrichten an {email}. Möchten Sie sie abbestellen?",
    unsubscribe_done: "{site} sendet keine E-Mails über Nachrichten mehr an {email}. In den Einstellungen der Benachrichtigungen können Sie sie wieder einschalten.",
    weekdays: ["Mo.", "Di.", "Mi.", "Do.", "Fr.", "Sa.", "So."],
    months: ["Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."],
    date: "{weekday}, {day}. {month}, {time}",
    always_24_hours: true,
};
