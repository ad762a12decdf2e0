//! Parses a `User-Agent` roughly, for the list of one's sessions.

/// (platform, operating system, browser with its version, whether it is the mobile app).
pub fn parse_user_agent(user_agent: &str) -> (&'static str, &'static str, String, bool) {
    let has = |text: &str| user_agent.contains(text);
    let is_mobile_app = has("Mattermost Mobile") || has("rnbeta") || has("Guildhall Mobile");
    let platform = match () {
        () if has("iPhone") => "iPhone",
        () if has("iPad") => "iPad",
        () if has("Macintosh") => "Macintosh",
        () if has("Android") || has("Linux") => "Linux",
        () => "Windows",
    };
    let system = match () {
        () if has("Windows") => "Windows",
        () if has("iPhone") || has("iPad") => "iOS",
        () if has("Mac OS X") => "Mac OS",
        () if has("Android") => "Android",
        () if has("Linux") => "Linux",
        () => "",
    };
    (platform, system, browser(user_agent), is_mobile_app)
}

/// The first match counts, because most browsers also name others after themselves.
const BROWSERS: [(&str, &str); 8] = [
    ("Mattermost Mobile/", "Mobile App"),
    ("Mattermost/", "Desktop App"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Version/", "Safari"),
    ("curl/", "curl"),
];

/// Of a client that does not say what it is.
pub const UNKNOWN_BROWSER: &str = "Unknown/0.0";

fn browser(user_agent: &str) -> String {
    let browser = BROWSERS.iter().find_map(|(mark, name)| Some((name, user_agent.split_once(mark)?.1)));
    let Some((name, version)) = browser else { return UNKNOWN_BROWSER.to_owned() };
    let version: String = version.chars().take_while(|c| c.is_ascii_digit() || *c == '.').take(16).collect();
    format!("{name}/{}", if version.is_empty() { "0.0" } else { &version })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_browsers_are_recognized() {
        let chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36";
        assert_eq!(parse_user_agent(chrome), ("Linux", "Linux", "Chrome/126.0.0.0".to_owned(), false));
        let safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1";
        assert_eq!(parse_user_agent(safari), ("iPhone", "iOS", "Safari/17.5".to_owned(), false));
        assert_eq!(parse_user_agent("python-requests/2.32"), ("Windows", "", "Unknown/0.0".to_owned(), false));
        assert!(parse_user_agent("Mattermost Mobile/2.20.0+1 (Android; 14; Pixel)").3);
    }
}
