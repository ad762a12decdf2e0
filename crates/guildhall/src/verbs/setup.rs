//! `guildhall setup`: the set-up page on a terminal. Asks for the site's name and address, the administrator and the first
//! team, and makes them. Each answer can also be an option.

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::path::Path;

use guildhall_model::settings::{Settings, certificate_name};
use http::Method;
use serde_json::{Value, json};

use crate::config::Config;
use crate::local_api::LocalApi;
use crate::verbs::user;

#[derive(Debug, Default, clap::Args)]
pub struct Setup {
    /// The name of the site, such as the company's
    #[arg(long)]
    site_name: Option<String>,
    /// The address at which people reach it, such as https://chat.example.com; empty if only this network reaches it
    #[arg(long)]
    site_url: Option<String>,
    /// Whether the server gets its certificate for that name from Let's Encrypt, whose terms you accept with it
    #[arg(long, value_name = "true|false")]
    certificate: Option<bool>,
    #[arg(long)]
    email: Option<String>,
    #[arg(long)]
    username: Option<String>,
    #[arg(long, env = "GUILDHALL_NEW_PASSWORD", hide_env_values = true)]
    password: Option<String>,
    /// The name of the first team; empty for none
    #[arg(long)]
    team: Option<String>,
    /// Only print the address of the set-up page
    #[arg(long)]
    link: bool,
}

pub async fn run(config: Config, setup: Setup) -> Result<(), String> {
    let listen = config.startup.server.listen;
    let settings = config.settings.clone().with_site_url_of_domain();
    LocalApi::with(config, async |api| {
        let code = api.call(Method::GET, "/system/setup_code", None).await?;
        let code = code["setup_code"].as_str().unwrap_or_default();
        if code.is_empty() {
            return Err("This server is set up already: it has accounts. The system console and guildhall apply change it.".to_owned());
        }
        if setup.link {
            println!("{}", link(&settings, listen, code));
            return Ok(());
        }
        perform(api, Answers::ask(setup)?).await
    })
    .await
}

/// The address of the set-up page, with its code: below the site's address, if that is known.
pub fn link(settings: &Settings, listen: SocketAddr, code: &str) -> String {
    let site = settings.site.url.trim_end_matches('/');
    let base = if site.is_empty() { format!("http://{}", reachable(listen)) } else { site.to_owned() };
    format!("{base}/?setup_code={code}")
}

/// Where a browser finds a server that listens there.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let address = match listen.ip() {
        // The container's own address means nothing outside of it; its port is forwarded from the machine.
        ip if ip.is_unspecified() && is_in_container() => Ipv4Addr::LOCALHOST.into(),
        ip if ip.is_unspecified() => outgoing_address().unwrap_or(Ipv4Addr::LOCALHOST).into(),
        ip => ip,
    };
    SocketAddr::new(address, listen.port())
}

/// Whether Docker, Podman or Kubernetes runs this process.
fn is_in_container() -> bool {
    let marks = ["/.dockerenv", "/run/.containerenv"];
    marks.iter().any(|mark| Path::new(mark).exists()) || std::env::var_os("KUBERNETES_SERVICE_HOST").is_some()
}

/// The address of this machine from which it reaches others. Nothing is sent: a UDP socket is only given a route.
fn outgoing_address() -> Option<Ipv4Addr> {
    /// RFC 5737: for documentation, reached over the default route.
    const ELSEWHERE: (Ipv4Addr, u16) = (Ipv4Addr::new(192, 0, 2, 1), 9);
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect(ELSEWHERE).ok()?;
    match socket.local_addr().ok()?.ip() {
        std::net::IpAddr::V4(address) => Some(address),
        std::net::IpAddr::V6(_) => None,
    }
}

#[derive(Debug)]
struct Answers {
    site_name: String,
    site_url: String,
    /// The name for which the server gets a certificate by itself.
    domain: Option<String>,
    email: String,
    username: String,
    password: String,
    team: String,
}

impl Answers {
    fn ask(setup: Setup) -> Result<Self, String> {
        let site_name = answer(setup.site_name, "Name of the site", "Guildhall")?;
        let question = "Address for everybody, such as https://chat.example.com (empty: only this network)";
        let site_url = complete_url(&answer(setup.site_url, question, "")?);
        let domain = match (certificate_name(&site_url), setup.certificate) {
            (None, _) | (_, Some(false)) => None,
            (name, Some(true)) => name,
            (Some(name), None) => {
                let question = "Get a certificate from Let's Encrypt and accept its terms? Ports 80 and 443 must lead here (yes, no)";
                answer(None, question, "yes")?.to_lowercase().starts_with('y').then_some(name)
            }
        };
        Ok(Self {
            site_name,
            site_url,
            domain,
            email: answer(setup.email, "Administrator's email address", "")?,
            username: answer(setup.username, "Administrator's username", "admin")?,
            password: password(setup.password)?,
            team: answer(setup.team, "Name of the first team (empty: none)", "")?,
        })
    }
}

/// The option, else what is typed; an empty line is the default.
fn answer(option: Option<String>, question: &str, default: &str) -> Result<String, String> {
    if let Some(option) = option {
        return Ok(option);
    }
    let shown = if default.is_empty() { String::new() } else { format!(" [{default}]") };
    print!("{question}{shown}: ");
    let line = read_line()?;
    Ok(if line.is_empty() { default.to_owned() } else { line })
}

fn read_line() -> Result<String, String> {
    let cause = |error: std::io::Error| format!("The answer cannot be read: {error}.");
    std::io::stdout().flush().map_err(cause)?;
    let mut line = String::new();
    if std::io::stdin().lock().read_line(&mut line).map_err(cause)? == 0 {
        return Err("The input ended before all questions were answered; nothing was changed.".to_owned());
    }
    Ok(line.trim().to_owned())
}

/// Not shown while it is typed.
fn password(option: Option<String>) -> Result<String, String> {
    match option {
        Some(password) => Ok(password),
        None if std::io::stdin().is_terminal() => {
            rpassword::prompt_password("Administrator's password: ").map_err(|error| format!("The password cannot be read: {error}."))
        }
        None => answer(None, "Administrator's password", ""),
    }
}

/// `chat.example.com` is short for `https://chat.example.com`.
fn complete_url(address: &str) -> String {
    if address.is_empty() || address.contains("://") { address.to_owned() } else { format!("https://{address}") }
}

/// The settings first: if one of them is wrong, there is no account yet, and the set-up starts again.
async fn perform(api: &mut LocalApi, answers: Answers) -> Result<(), String> {
    let Answers { site_name, site_url, domain, email, username, password, team } = answers;
    let mut settings = json!({"TeamSettings": {"SiteName": site_name}, "ServiceSettings": {"SiteURL": site_url}});
    if let Some(domain) = domain {
        settings["TLSSettings"] = json!({"Mode": "acme", "Domains": domain});
    }
    api.call(Method::PUT, "/config/patch", Some(settings)).await?;
    let account = user::create(api, &email.to_lowercase(), &username.to_lowercase(), &password, true).await?;
    if !team.is_empty() {
        let new = json!({"name": slug(&team), "display_name": team, "type": "I"});
        api.call_as(Some(&account.id), Method::POST, "/teams", Some(new)).await?;
    }
    let _: Value = api.call(Method::POST, "/system/onboarding/complete", Some(json!({}))).await?;
    println!("The server is set up. Log in as {username}.");
    Ok(())
}

/// The name of a team in addresses.
fn slug(name: &str) -> String {
    let simple: String = name.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let parts: Vec<&str> = simple.split('-').filter(|part| !part.is_empty()).collect();
    match parts.join("-") {
        short if short.len() < 2 => format!("team-{short}").trim_end_matches('-').to_owned(),
        long => long.chars().take(64).collect::<String>().trim_end_matches('-').to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_completed() {
        assert_eq!(complete_url("chat.example.com"), "https://chat.example.com");
        assert_eq!(complete_url("http://10.0.0.5:8065"), "http://10.0.0.5:8065");
        assert_eq!(complete_url(""), "");
    }

    #[test]
    fn teams_have_names_for_addresses() {
        for (name, expected) in [("Film & Sound", "film-sound"), ("Ä", "team"), ("x", "team-x"), (" -Studio- ", "studio")] {
            assert_eq!(slug(name), expected, "{name}");
        }
    }

    #[test]
    fn the_link_names_an_address_of_the_machine() {
        let link = |site: &str, listen: &str| {
            let mut settings = Settings::default();
            settings.site.url = site.to_owned();
            link(&settings, listen.parse().unwrap(), "abc")
        };
        assert_eq!(link("", "127.0.0.1:8065"), "http://127.0.0.1:8065/?setup_code=abc");
        assert!(!link("", "0.0.0.0:8065").contains("0.0.0.0"));
        assert_eq!(link("https://chat.example.com", "0.0.0.0:8065"), "https://chat.example.com/?setup_code=abc");
        assert_eq!(link("https://example.com/chat/", "0.0.0.0:8065"), "https://example.com/chat/?setup_code=abc");
    }
}
