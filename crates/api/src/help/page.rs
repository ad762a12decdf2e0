//! A help page in HTML: its document, between the list of all pages and the links to its neighbours.

use std::fmt::Write as _;

use guildhall_model::finding::FindingId;
use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use super::Document;

/// The page whose headings are the ids of findings.
const FINDINGS_PAGE: &str = "troubleshooting";

pub(super) fn index(documents: &[Document]) -> String {
    let mut content = String::from("<h1>Help for administrators</h1>\n<ul class=\"index\">\n");
    for document in documents {
        let _ = writeln!(content, "<li><a href=\"{}\">{}</a><p>{}</p></li>", document.name, escape(&document.title), summary(document));
    }
    content.push_str("</ul>\n");
    layout("Help", &navigation(documents, None), &content)
}

pub(super) fn page(documents: &[Document], index: usize) -> String {
    let document = &documents[index];
    let mut content = render(document.name, &document.markdown);
    let neighbour = |index: Option<usize>, relation: &str| {
        let document = documents.get(index?)?;
        Some(format!("<a rel=\"{relation}\" href=\"{}\">{}</a>", document.name, escape(&document.title)))
    };
    let previous = neighbour(index.checked_sub(1), "prev").unwrap_or_default();
    let next = neighbour(Some(index + 1), "next").unwrap_or_default();
    let _ = write!(content, "<nav class=\"neighbours\" aria-label=\"Previous and next page\">{previous}{next}</nav>");
    layout(&document.title, &navigation(documents, Some(index)), &content)
}

fn layout(title: &str, navigation: &str, content: &str) -> String {
    let title = escape(title);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title} · Guildhall</title>\n\
         <link rel=\"stylesheet\" href=\"style.css\">\n</head>\n<body>\n{navigation}<main>\n{content}</main>\n</body>\n</html>\n"
    )
}

fn navigation(documents: &[Document], current: Option<usize>) -> String {
    let mut list = String::from("<nav class=\"pages\" aria-label=\"Pages\"><a class=\"home\" href=\"./\">Help</a><ul>");
    for (index, document) in documents.iter().enumerate() {
        let state = if current == Some(index) { " aria-current=\"page\"" } else { "" };
        let _ = write!(list, "<li><a href=\"{}\"{state}>{}</a></li>", document.name, escape(&document.title));
    }
    list.push_str("</ul></nav>\n");
    list
}

/// The first paragraph, for the index.
fn summary(document: &Document) -> String {
    let mut depth = 0;
    let mut text = String::new();
    for event in Parser::new(&document.markdown) {
        match event {
            Event::Start(Tag::Paragraph) => depth += 1,
            Event::End(TagEnd::Paragraph) => break,
            Event::Text(part) | Event::Code(part) if depth > 0 => text.push_str(&part),
            Event::SoftBreak if depth > 0 => text.push(' '),
            _ => {}
        }
    }
    escape(&text)
}

/// Headings get ids made from their text, and links to other documents lead to their pages. A finding's heading has the id of
/// the finding itself, full stop included: programs link to it.
fn render(name: &str, markdown: &str) -> String {
    let events: Vec<Event<'_>> = Parser::new_ext(markdown, Options::ENABLE_TABLES).collect();
    let finding = |text: &str| FindingId::from_name(text).filter(|_| name == FINDINGS_PAGE).map(|id| id.to_string());
    let ids: Vec<String> = headings(&events).map(|text| finding(&text).unwrap_or_else(|| slug(&text))).collect();
    let mut ids = ids.into_iter();
    let events = events.into_iter().map(|event| match event {
        Event::Start(Tag::Heading { level, classes, attrs, .. }) => {
            let id = ids.next().filter(|_| level != HeadingLevel::H1).map(CowStr::from);
            Event::Start(Tag::Heading { level, id, classes, attrs })
        }
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            Event::Start(Tag::Link { link_type, dest_url: page_link(&dest_url).into(), title, id })
        }
        other => other,
    });
    let mut output = String::new();
    html::push_html(&mut output, events);
    // Wide tables scroll by themselves.
    output.replace("<table>", "<div class=\"table\"><table>").replace("</table>", "</table></div>")
}

fn headings<'e>(events: &'e [Event<'_>]) -> impl Iterator<Item = String> + 'e {
    let starts = events.iter().enumerate().filter(|(_, event)| matches!(event, Event::Start(Tag::Heading { .. })));
    starts.map(|(start, _)| {
        let inside = events[start..].iter().take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_))));
        inside.filter_map(|event| if let Event::Text(text) | Event::Code(text) = event { Some(text.as_ref()) } else { None }).collect()
    })
}

/// `proxy.md#nginx` is the page `proxy#nginx`.
fn page_link(link: &str) -> String {
    let (path, heading) = link.split_once('#').map_or((link, String::new()), |(path, heading)| (path, format!("#{heading}")));
    match path.trim_start_matches("../reference/").strip_suffix(".md") {
        Some(name) if !name.contains('/') => format!("{name}{heading}"),
        _ => link.to_owned(),
    }
}

/// The id of a heading, as GitHub makes it: lower case, `-` for spaces, letters, digits, `-` and `_` kept.
fn slug(heading: &str) -> String {
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    heading.trim().to_lowercase().chars().filter(kept).map(|c| if c == ' ' { '-' } else { c }).collect()
}

pub(crate) fn escape(text: &str) -> String {
    let mut output = String::new();
    // Cannot fail: a string takes everything.
    let _ = pulldown_cmark_escape::escape_html(&mut output, text);
    output
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_rendered() {
        assert_eq!(page_link("../reference/settings.md#tls"), "settings#tls");
        let html =
            render("proxy", "# Title\n\nSee [proxies](proxy.md#nginx-and-more) & `x<y`.\n\n## nginx, and `more`\n\n| a |\n|---|\n| b |\n");
        assert!(html.contains("<h1>Title</h1>"), "{html}");
        assert!(html.contains("<a href=\"proxy#nginx-and-more\">") && html.contains("<code>x&lt;y</code>"), "{html}");
        assert!(html.contains("<h2 id=\"nginx-and-more\">"), "{html}");
        assert!(html.contains("<div class=\"table\"><table>") && html.contains("</table></div>"), "{html}");
    }

    #[test]
    fn the_headings_of_findings_have_their_ids() {
        let markdown = "# Title\n\n## The server\n\n### disks.raid_none\n";
        let html = render(FINDINGS_PAGE, markdown);
        assert!(html.contains("<h2 id=\"the-server\">") && html.contains("<h3 id=\"disks.raid_none\">"), "{html}");
        assert!(render("install", markdown).contains("<h3 id=\"disksraid_none\">"));
    }
}
