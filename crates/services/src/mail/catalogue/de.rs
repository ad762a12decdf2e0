//! German.

use super::{Catalogue, Texts};

const NOT_YOU: &str = "Wenn Sie das nicht waren, wenden Sie sich bitte sofort an die Administratoren von {site}.";

pub(super) static CATALOGUE: Catalogue = Catalogue {
    language: "de",
    greeting: "Hallo {user},",
    address_hint: "Wenn die Schaltfläche nicht funktioniert, öffnen Sie diese Adresse:",
    footer: "{site} sendet diese E-Mail an Personen, die dort ein Konto haben.",
    greeting_of_invited: "Hallo,",
    footer_of_invited: "Sie erhalten diese E-Mail, weil {inviter} Ihre Adresse auf {site} eingegeben hat.",
    channels: "Kanäle",
    code: "Oder geben Sie diesen Code innerhalb von 10 Minuten dort ein, wo Sie den Link angefordert haben: {code}",
    password_reset: Texts {
        subject: "Neues Passwort festlegen",
        before: &["Jemand, wahrscheinlich Sie, hat für Ihr Konto {user} auf {site} ein neues Passwort angefordert."],
        button: "Neues Passwort festlegen",
        after: &[
            "Der Link ist 24 Stunden gültig und kann nur einmal verwendet werden.",
            "Wenn Sie ihn nicht angefordert haben, müssen Sie nichts tun: Ihr Passwort bleibt unverändert.",
        ],
    },
    verification: Texts {
        subject: "E-Mail-Adresse bestätigen",
        before: &["Bitte bestätigen Sie, dass {email} die Adresse Ihres Kontos {user} auf {site} ist."],
        button: "Adresse bestätigen",
        after: &["Der Link ist 24 Stunden gültig.", "Wenn Sie dort kein Konto haben, ignorieren Sie diese E-Mail."],
    },
    magic_link: Texts {
        subject: "Ihr Link zum Anmelden",
        before: &["Jemand, wahrscheinlich Sie, möchte sich bei Ihrem Konto {user} auf {site} anmelden.", "{code}"],
        button: "Anmelden",
        after: &[
            "Der Link ist eine Stunde gültig und kann nur einmal verwendet werden.",
            "Wenn Sie das nicht waren, müssen Sie nichts tun: Ohne diese E-Mail kann sich niemand anmelden. Geben Sie den Link oder einen Code niemals weiter.",
        ],
    },
    address_proven: Texts {
        subject: "Ihre E-Mail-Adresse wurde durch eine Anmeldung bestätigt",
        before: &[
            "Jemand hat sich bei Ihrem Konto {user} auf {site} mit einem Link angemeldet, der an {email} gesendet wurde.",
            "Die Adresse war bis dahin nicht bestätigt, daher könnte jemand anderes das Konto angelegt haben. Deshalb gelten das Passwort, die anderen Sitzungen und die Zugriffstoken des Kontos nicht mehr.",
        ],
        button: "{site} öffnen",
        after: &[
            "Mit „Passwort vergessen?“ bei der Anmeldung können Sie ein neues Passwort festlegen, oder sich weiterhin mit einem Link anmelden.",
            NOT_YOU,
        ],
    },
    password_changed: Texts {
        subject: "Ihr Passwort wurde geändert",
        before: &["Das Passwort Ihres Kontos {user} auf {site} wurde geändert."],
        button: "Anmelden",
        after: &[NOT_YOU],
    },
    unknown: "unbekannt",
    new_place: Texts {
        subject: "Neue Anmeldung bei Ihrem Konto",
        before: &[
            "Jemand hat sich mit Ihrem Passwort bei Ihrem Konto {user} auf {site} angemeldet, und zwar dort, wo es bisher nicht verwendet wurde.",
            "Gerät: {device}\nAdresse: {address}\nZeit: {date}",
        ],
        button: "{site} öffnen",
        after: &[
            "Wenn Sie das waren, müssen Sie nichts tun.",
            "Wenn nicht, legen Sie sofort ein neues Passwort fest: Das beendet alle anderen Sitzungen. Wenden Sie sich außerdem an die Administratoren von {site}.",
        ],
    },
    new_place_code: Texts {
        subject: "Ihr Code zum Anmelden",
        before: &[
            "Jemand, vermutlich Sie, meldet sich mit Ihrem Passwort bei Ihrem Konto {user} auf {site} an, und zwar dort, wo es bisher nicht verwendet wurde.",
            "Gerät: {device}\nAdresse: {address}",
            "{code}",
        ],
        button: "{site} öffnen",
        after: &[
            "Wenn Sie das nicht waren, kennt jemand anderes Ihr Passwort: Legen Sie sofort ein neues fest. Geben Sie den Code niemandem.",
        ],
    },
    email_changed: Texts {
        subject: "Ihre E-Mail-Adresse wurde geändert",
        before: &[
            "Die E-Mail-Adresse Ihres Kontos {user} auf {site} wurde geändert. Sie lautet jetzt {email}, und E-Mails gehen ab jetzt dorthin.",
        ],
        button: "Anmelden",
        after: &[NOT_YOU],
    },
    deactivated: Texts {
        subject: "Ihr Konto wurde deaktiviert",
        before: &["Ihr Konto {user} auf {site} wurde deaktiviert. Sie sind überall abgemeldet. Ihre Nachrichten bleiben erhalten."],
        button: "{site} öffnen",
        after: &["Wenn Sie das für einen Irrtum halten, wenden Sie sich an die Administratoren von {site}."],
    },
    became_administrator: Texts {
        subject: "Sie sind jetzt Administrator",
        before: &[
            "Ihr Konto {user} hat jetzt die Rechte der Systemadministration von {site}. Es kann die Einstellungen und alle Konten ändern.",
        ],
        button: "{site} öffnen",
        after: &["Wenn Sie das nicht erwartet haben, wenden Sie sich sofort an andere Administratoren."],
    },
    access_token_created: Texts {
        subject: "Ein persönliches Zugriffstoken wurde erstellt",
        before: &[
            "Für Ihr Konto {user} auf {site} wurde ein persönliches Zugriffstoken erstellt: „{description}“.",
            "Wer es hat, kann alles tun, was Sie tun können, bis es widerrufen wird.",
        ],
        button: "{site} öffnen",
        after: &[NOT_YOU],
    },
    access_token_rotated: Texts {
        subject: "Ein persönliches Zugriffstoken wurde erneuert",
        before: &[
            "Ein persönliches Zugriffstoken Ihres Kontos {user} auf {site} wurde erneuert: „{description}“.",
            "Das alte Token wird nicht mehr angenommen.",
        ],
        button: "{site} öffnen",
        after: &[NOT_YOU],
    },
    access_token_expiring: Texts {
        subject: "Ein Zugriffstoken läuft bald ab",
        before: &[
            "Eines Ihrer Zugriffstoken auf {site} läuft am {date} ab: „{description}“.",
            "Programme, die es verwenden, werden danach abgewiesen. Erneuern Sie es oder legen Sie ein anderes an, und geben Sie ihnen das neue.",
        ],
        button: "{site} öffnen",
        after: &["Wenn nichts es mehr verwendet, müssen Sie nichts tun."],
    },
    second_factor_added: Texts {
        subject: "Ein zweiter Faktor wurde eingerichtet",
        before: &["Ihr Passwort allein genügt ab jetzt nicht mehr, um sich bei Ihrem Konto {user} auf {site} anzumelden."],
        button: "{site} öffnen",
        after: &["Bewahren Sie Ihre Wiederherstellungscodes so auf, dass Sie sie auch ohne Ihr Telefon finden.", NOT_YOU],
    },
    second_factor_removed: Texts {
        subject: "Ihr zweiter Faktor wurde entfernt",
        before: &[
            "Die Anmeldung bei Ihrem Konto {user} auf {site} erfordert ab jetzt nur noch das Passwort. Sie können wieder einen zweiten Faktor einrichten.",
        ],
        button: "Anmelden",
        after: &[NOT_YOU],
    },
    passkey_added: Texts {
        subject: "Ihrem Konto wurde ein Passkey hinzugefügt",
        before: &["Mit dem Passkey „{description}“ meldet man sich ohne Passwort bei Ihrem Konto {user} auf {site} an."],
        button: "{site} öffnen",
        after: &[NOT_YOU],
    },
    passkey_removed: Texts {
        subject: "Ein Passkey wurde aus Ihrem Konto entfernt",
        before: &["Mit dem Passkey „{description}“ meldet man sich nicht mehr bei Ihrem Konto {user} auf {site} an."],
        button: "{site} öffnen",
        after: &[NOT_YOU],
    },
    data_export_ready: Texts {
        subject: "Der Export Ihrer Daten ist fertig",
        before: &[
            "Was {site} über Ihr Konto {user} speichert, wurde wie gewünscht exportiert. Sie finden es in Ihren Einstellungen unter „Sicherheit“.",
        ],
        button: "{site} öffnen",
        after: &["Nach einigen Tagen wird der Export gelöscht.", NOT_YOU],
    },
    security_alert: Texts {
        subject: "Sicherheitsalarm auf {site}: {rule}",
        before: &["Eine Regel über das Audit-Protokoll von {site} hat das gefunden: {rule}.", "{description}"],
        button: "Nachsehen",
        after: &["Administratoren bekommen diese E-Mail. Die Einstellung `security_alerts.mail` schaltet sie ab."],
    },
    security_alert_rules: [
        ("credential_stuffing", "Anmeldungen mit den Namen vieler Konten schlagen aus einem Netz fehl"),
        ("log_in_networks", "jemand meldet sich aus mehreren Netzen an"),
        ("token_networks", "ein Zugriffstoken wird aus mehreren Netzen verwendet"),
        ("mass_download", "jemand lädt viele Dateien herunter"),
        ("mass_reading", "jemand liest sehr viele Nachrichten"),
        ("new_administrator", "es gibt einen neuen Administrator"),
        ("denied_requests", "viele Anfragen von jemandem werden abgelehnt"),
    ],
    test: Texts {
        subject: "E-Mail funktioniert",
        before: &["{site} hat diese E-Mail über {server} gesendet, auf Wunsch von {user}. Wenn Sie sie lesen, funktioniert E-Mail."],
        button: "{site} öffnen",
        after: &[],
    },
    invitation: Texts {
        subject: "{inviter} lädt Sie zu {team} ein",
        before: &["{inviter} lädt Sie zum Team {team} auf {site} ein.", "{channels}", "{message}"],
        button: "{team} beitreten",
        after: &[
            "Der Link ist 48 Stunden gültig, nur einmal und nur für Ihre Adresse.",
            "Wenn Sie {inviter} nicht kennen, ignorieren Sie diese E-Mail.",
        ],
    },
    guest_invitation: Texts {
        subject: "{inviter} lädt Sie als Gast zu {team} ein",
        before: &[
            "{inviter} lädt Sie als Gast zum Team {team} auf {site} ein. Gäste sehen die Kanäle, zu denen sie eingeladen sind.",
            "{channels}",
            "{message}",
        ],
        button: "Als Gast beitreten",
        after: &[
            "Der Link ist 48 Stunden gültig, nur einmal und nur für Ihre Adresse.",
            "Wenn Sie {inviter} nicht kennen, ignorieren Sie diese E-Mail.",
        ],
    },
    guest_log_in_invitation: Texts {
        subject: "{inviter} lädt Sie als Gast zu {team} ein",
        before: &[
            "{inviter} lädt Sie als Gast zum Team {team} auf {site} ein. Gäste sehen die Kanäle, zu denen sie eingeladen sind. Sie brauchen kein Passwort.",
            "{channels}",
            "{message}",
        ],
        button: "Als Gast anmelden",
        after: &[
            "Der Link meldet Sie an. Er ist 48 Stunden gültig, nur einmal: Geben Sie ihn niemals weiter. Später schickt Ihnen die Anmeldeseite einen neuen.",
            "Wenn Sie {inviter} nicht kennen, ignorieren Sie diese E-Mail.",
        ],
    },
};
