//! What a `User-Agent` says about the client, roughly: for the list of one's sessions.

/// (platform, operating system, browser with its version, whether it is the mobile app).
pub fn of(user_agent: &str) -> (&'static str, &'static str, String, bool) {
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

/// The first that matches counts: most browsers name others behind themselves.
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

fn browser(user_agent: &str) -> String {
    let found = BROWSERS.iter().find_map(|(mark, name)| Some((name, user_agent.split_once(mark)?.1)));
    let Some((name, version)) = found else { return "Unknown/0.0".to_owned() };
    let version: String = version.chars().take_while(|c| c.is_ascii_digit() || *c == '.').take(16).collect();
    format!("{name}/{}", if version.is_empty() { "0.0" } else { &version })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_browsers_are_told_apart() {
        let chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36";
        assert_eq!(of(chrome), ("Linux", "Linux", "Chrome/126.0.0.0".to_owned(), false));
        let safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1";
        assert_eq!(of(safari), ("iPhone", "iOS", "Safari/17.5".to_owned(), false));
        assert_eq!(of("python-requests/2.32"), ("Windows", "", "Unknown/0.0".to_owned(), false));
        assert!(of("Mattermost Mobile/2.20.0+1 (Android; 14; Pixel)").3);
    }
}
