//! The one layout of mails: a name, a few sentences and one button, as HTML that mail clients display in light and dark, and as
//! plain text. Nothing is loaded from anywhere.

use guildhall_model::settings::{Settings, Site};

use super::catalogue::{Catalogue, Texts};

/// What a mail says.
pub(super) struct Content<'a> {
    pub catalogue: &'static Catalogue,
    pub reader: Reader,
    pub texts: &'static Texts,
    /// The values of the placeholders `{name}`. `{site}` is the name of the site.
    pub values: &'a [(&'a str, String)],
    /// Where the button leads; empty for no button.
    pub button_url: &'a str,
}

/// Whom a mail is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    /// Whoever has an account.
    Account,
    /// Whoever may have none, and did not ask for mail.
    Invited,
}

pub(crate) struct Rendered {
    pub subject: String,
    pub text: String,
    pub html: String,
}

impl Content<'_> {
    pub fn render(&self, settings: &Settings) -> Rendered {
        let fill = |text: &str| fill(text, |name| self.value(name, &settings.site));
        Rendered { subject: fill(self.texts.subject), text: self.text(&settings.site, fill), html: self.html(&settings.site, fill) }
    }

    fn value<'v>(&'v self, name: &str, site: &'v Site) -> &'v str {
        let value = self.values.iter().find(|(of, _)| *of == name).map(|(_, value)| value.as_str());
        if name == "site" { &site.name } else { value.unwrap_or_default() }
    }

    const fn greeting(&self) -> &'static str {
        match self.reader {
            Reader::Account => self.catalogue.greeting,
            Reader::Invited => self.catalogue.greeting_of_invited,
        }
    }

    const fn footer(&self) -> &'static str {
        match self.reader {
            Reader::Account => self.catalogue.footer,
            Reader::Invited => self.catalogue.footer_of_invited,
        }
    }

    fn text(&self, site: &Site, fill: impl Fn(&str) -> String) -> String {
        let Self { texts, button_url, .. } = self;
        let mut lines = vec![fill(self.greeting())];
        lines.extend(texts.before.iter().map(|text| fill(text)).filter(|text| !text.is_empty()));
        if !button_url.is_empty() {
            lines.push(format!("{}:\n{button_url}", fill(texts.button)));
        }
        lines.extend(texts.after.iter().map(|text| fill(text)));
        lines.push(format!("-- \n{}\n{}\n{}", site.name, site.url, fill(self.footer())));
        lines.join("\n\n") + "\n"
    }

    fn html(&self, site: &Site, fill: impl Fn(&str) -> String) -> String {
        let Self { catalogue, texts, .. } = self;
        let paragraph = |text: &str| match escape(&fill(text)).replace('\n', "<br>\n") {
            text if text.is_empty() => text,
            text => format!("<p style=\"margin:0 0 16px\">{text}</p>\n"),
        };
        let paragraphs = |texts: &[&str]| texts.iter().map(|text| paragraph(text)).collect::<String>();
        let (title, footer) = (escape(&fill(texts.subject)), escape(&fill(self.footer())));
        let (greeting, before, after) = (paragraph(self.greeting()), paragraphs(texts.before), paragraphs(texts.after));
        let (button, address) = match self.button_url {
            "" => Default::default(),
            url => (button(&escape(url), &escape(&fill(texts.button))), written_address(&escape(url), &escape(catalogue.address_hint))),
        };
        let content = format!("{greeting}{before}{button}{after}{address}");
        Page { language: catalogue.language, title: &title, content: &content, footer: &footer }.html(site)
    }
}

/// The page that all mails are. Everything but the language is HTML.
pub(crate) struct Page<'a> {
    /// As in the `lang` of HTML.
    pub language: &'static str,
    /// Also the heading.
    pub title: &'a str,
    pub content: &'a str,
    pub footer: &'a str,
}

impl Page<'_> {
    pub fn html(&self, site: &Site) -> String {
        let Self { language, title, content, footer } = self;
        let (site_name, site_url) = (escape(&site.name), escape(&site.url));
        format!(
            r#"<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{title}</title>
<style>{STYLE}</style>
</head>
<body class="page" style="margin:0;padding:0;background:#f5f6f5">
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" style="background:#f5f6f5">
<tr><td align="center" style="padding:32px 16px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:520px;{FONT}">
<tr><td class="name" style="padding:0 4px 16px;font-size:17px;font-weight:600;color:#1b211f">{site_name}</td></tr>
<tr><td class="card" style="background:#ffffff;border:1px solid #e2e6e4;border-radius:12px;padding:32px;font-size:16px;line-height:1.55;color:#1b211f">
<h1 style="margin:0 0 20px;font-size:22px;line-height:1.3;font-weight:650">{title}</h1>
{content}</td></tr>
<tr><td class="muted" style="padding:16px 4px;font-size:13px;line-height:1.5;color:#5a6461">{footer}<br>
<a class="muted" href="{site_url}" style="color:#5a6461">{site_url}</a></td></tr>
</table>
</td></tr>
</table>
</body>
</html>
"#
        )
    }
}

/// A button that mail clients display without pictures. The arguments are escaped.
pub(crate) fn button(url: &str, label: &str) -> String {
    format!(
        r#"<table role="presentation" cellpadding="0" cellspacing="0" style="margin:24px 0"><tr><td class="button" style="border-radius:8px;background:#17695c">
<a href="{url}" style="display:inline-block;padding:12px 22px;font-size:16px;font-weight:600;color:#ffffff;text-decoration:none">{label}</a>
</td></tr></table>
"#
    )
}

/// The same address to be read and copied. The arguments are escaped.
fn written_address(url: &str, hint: &str) -> String {
    format!(
        r#"<p class="muted" style="margin:24px 0 0;font-size:13px;line-height:1.5;color:#5a6461">{hint}<br>
<a class="muted" href="{url}" style="color:#5a6461;word-break:break-all">{url}</a></p>
"#
    )
}

/// Replaces the placeholders, each once: a value that looks like a placeholder stays what it is.
pub(crate) fn fill<'v>(text: &str, value: impl Fn(&str) -> &'v str) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, after)) = after.split_once('}') else { break };
        filled.push_str(value(name));
        rest = after;
    }
    filled.push_str(rest);
    filled
}

const FONT: &str = "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";

/// For clients that know it; the others show the light colours.
const STYLE: &str = "@media (prefers-color-scheme:dark){.page{background:#121615!important}.card{background:#1b201e!important;\
border-color:#2f3734!important;color:#e8ecea!important}.name{color:#e8ecea!important}.muted{color:#a2aca8!important}\
.line{border-color:#3d4743!important}.link{color:#5cc4af!important}\
.button{background:#35a48f!important}.button a{color:#04201a!important}}";

/// Text within an element or an attribute of HTML.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn render(site_name: &str, description: &str) -> Rendered {
        let catalogue = Catalogue::of_locale("en");
        let values = [("user", "ada".to_owned()), ("description", description.to_owned())];
        let mut settings = Settings::default();
        (settings.site.name, settings.site.url) = (site_name.to_owned(), "https://chat.example.com".to_owned());
        let button_url = "https://chat.example.com/x?token=abc&y='\"";
        Content { catalogue, reader: Reader::Account, texts: &catalogue.access_token_created, values: &values, button_url }
            .render(&settings)
    }

    #[test]
    fn everything_in_html_is_escaped() {
        let html = render("<b>Studio</b> & co", "<script>alert(1)</script>").html;
        assert!(!html.contains("<b>") && !html.contains("<script>"), "{html}");
        assert!(html.contains("&lt;b&gt;Studio&lt;/b&gt; &amp; co") && html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
        assert!(html.contains("href=\"https://chat.example.com/x?token=abc&amp;y=&#39;&quot;\""));
    }

    #[test]
    fn the_lines_of_a_message_are_kept_and_none_is_no_paragraph() {
        let catalogue = Catalogue::of_locale("en");
        let render = |message: &str| {
            let values = [("inviter", "Ada".to_owned()), ("team", "Studio".to_owned()), ("message", message.to_owned())];
            let content = Content { catalogue, reader: Reader::Invited, texts: &catalogue.invitation, values: &values, button_url: "" };
            content.render(&Settings::default())
        };
        let with = render("<i>Hello</i>\nthere");
        assert!(with.html.contains("&lt;i&gt;Hello&lt;/i&gt;<br>\nthere</p>") && with.text.contains("<i>Hello</i>\nthere\n"));
        assert!(!render("").html.contains("<p style=\"margin:0 0 16px\"></p>") && !render("").text.contains("\n\n\n"));
    }

    #[test]
    fn a_value_is_no_placeholder() {
        let text = render("{user}", "{site} {user} {").text;
        assert!(text.contains("{site} {user} {") && text.contains("-- \n{user}\n"), "{text}");
    }

    #[test]
    fn nothing_is_loaded_from_anywhere() {
        let html = render("Studio", "x").html;
        assert!(!html.contains("<img") && !html.contains("url(") && !html.contains("<link") && !html.contains("src="));
    }
}
