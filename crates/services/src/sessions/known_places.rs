//! The addresses, browsers and devices from which people have logged in before. Failures elsewhere do not slow log-ins from there.

use std::net::IpAddr;

use guildhall_model::id::UserId;
use guildhall_model::mail::AccountMail;
use guildhall_model::ports::{Secret, TokenHash};
use guildhall_model::{Actor, Event, Events, Result, client_network};
use guildhall_storage::Statement;
use guildhall_storage::known_places::{self, KnownPlace};

use super::LoginRequest;
use super::log_in::LogInWrites;
use super::log_in_limits::Account;
use super::platform::{self, UNKNOWN_BROWSER};
use super::throttle::Attempt;
use crate::access::{UserGrant, Writing};
use crate::sessions::Sessions;

/// How long a place is known after its latest log-in.
pub const KNOWN_PLACE_DAYS: i64 = 90;
pub(super) const KNOWN_FOR_MS: i64 = KNOWN_PLACE_DAYS * 24 * 60 * 60 * 1_000;
/// Places of one person; with another one, that of the oldest log-in is forgotten.
const PLACES_MAX: usize = 40;

/// Where a log-in comes from, and where its account has been used before.
pub(super) struct Place {
    /// The browser or the device first, then the network; empty where nothing is known of it.
    pub places: Vec<TokenHash>,
    /// The latest first.
    before: Vec<KnownPlace>,
    is_known: bool,
}

impl Place {
    /// Neither the browser, the device nor the network is known. What has been used nowhere has no new places.
    pub fn is_new(&self) -> bool {
        !self.is_first() && !self.places.is_empty() && !self.is_known
    }

    /// The account has been used nowhere, or not for so long that all its places are forgotten.
    pub fn is_first(&self) -> bool {
        self.before.is_empty()
    }
}

impl Sessions<'_> {
    pub(super) async fn place(&self, grant: &Writing<UserGrant>, request: &LoginRequest) -> Result<Place> {
        let now = self.clock.now();
        let places = places(grant.user_id(), request);
        let before = known_places::of_user(self.access.read(grant), grant.id()).await?;
        let is_known = before.iter().any(|known| known.last_login_at > now.minus_ms(KNOWN_FOR_MS) && places.contains(&known.place));
        Ok(Place { places, before, is_known })
    }

    /// What a browser keeps to be recognized at its next log-in.
    pub fn new_browser_token(&self) -> Secret {
        self.secrets.generate_token()
    }

    /// Counts a log-in as failed until it succeeds; `LOGIN_TOO_MANY` while it has to wait. It reads as much for unknown accounts.
    pub(crate) async fn begin_log_in(&self, user: Option<UserId>, login_id: &str, request: &LoginRequest) -> Result<Attempt> {
        let settings = self.settings();
        if !settings.limits.enabled {
            return Ok(Attempt::default());
        }
        let now = self.clock.now();
        let user_or_nobody = user.unwrap_or(UserId::from_bytes([0; 16]));
        let grant = self.access.system("where somebody has logged in before is read before the log-in");
        let known = known_places::of_user(self.access.read(&grant), grant.id(user_or_nobody)).await?;
        let is_known =
            |place: &TokenHash| known.iter().any(|known| known.place == *place && known.last_login_at > now.minus_ms(KNOWN_FOR_MS));
        let known_place = places(user_or_nobody, request).into_iter().find(is_known);
        self.state().throttle.begin_log_in(Account::new(user, login_id), known_place, request.address, &settings.limits, now)
    }

    /// The same for a check of the password of the actor's own account.
    pub(crate) fn begin_own_password_check(&self, actor: &Actor) -> Result<Attempt> {
        let settings = self.settings();
        if !settings.limits.enabled {
            return Ok(Attempt::default());
        }
        self.state().throttle.begin_own_password(actor.user_id, actor.session_id, &settings.limits, self.clock.now())
    }

    /// Adds to the log-in what makes its place known, and a mail if it is a new one.
    pub(super) async fn remember_place(&self, grant: &Writing<UserGrant>, request: &LoginRequest, writes: &mut LogInWrites) -> Result<()> {
        let now = self.clock.now();
        let place = self.place(grant, request).await?;
        let is_new = place.is_new();
        let Place { places, before, .. } = place;
        let others = before.iter().map(|known| known.place).filter(|place| !places.contains(place));
        let forgotten = others.skip(PLACES_MAX.saturating_sub(places.len())).map(|place| known_places::delete(grant.write_id(), place));
        writes.statements.extend(forgotten);
        writes.statements.extend(places.iter().map(|place| known_places::save(grant.write_id(), *place, now)));
        if is_new && !writes.is_by_mail {
            writes.events.extend(self.new_place_mail(grant.user_id(), request));
        }
        Ok(())
    }

    /// The mail about a log-in at a new place.
    fn new_place_mail(&self, user_id: UserId, request: &LoginRequest) -> Option<Event> {
        let (device, address) = described(request);
        let mail = AccountMail::NewPlace { device, address, at: self.clock.now() };
        self.settings().log_in.new_place_mails.then_some(Event::AccountMailRequested { user_id, mail })
    }

    /// Forgets the places where nobody has logged in for long. `condition` is a statement of the caller's lease.
    pub(crate) async fn sweep_known_places(&self, condition: Statement) -> Result<()> {
        let grant = self.access.system("old places are forgotten");
        let mut write = self.access.write(&grant, "sessions.sweep_known_places");
        write.push(condition);
        write.push(known_places::delete_older(grant.write_server(), self.clock.now().minus_ms(KNOWN_FOR_MS)));
        write.commit(Events::none("clients do not see the places of log-ins")).await
    }
}

/// The browser or the app with its system, and the address, for a mail; empty where they are not known.
pub(super) fn described(request: &LoginRequest) -> (String, String) {
    let (_, system, browser, _) = platform::parse_user_agent(&request.user_agent);
    let device = match (browser.as_str(), system) {
        (UNKNOWN_BROWSER, system) => system.to_owned(),
        (browser, "") => browser.to_owned(),
        (browser, system) => format!("{browser}, {system}"),
    };
    (device, request.address.map(|address| address.to_string()).unwrap_or_default())
}

/// The browser and the device first, because others may share the address. Hashed with the account, so that the places of different
/// people cannot be compared.
fn places(user: UserId, request: &LoginRequest) -> Vec<TokenHash> {
    let place = |kind: &str, id: &str| (!id.is_empty()).then(|| TokenHash::of(&format!("{kind} {user} {id}")));
    let network = request.address.map(|address: IpAddr| client_network(address).to_string()).unwrap_or_default();
    let places = [place("browser", &request.browser_token), place("device", &request.device_id), place("address", &network)];
    places.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_of_one_person() {
        let request =
            LoginRequest { browser_token: "t".to_owned(), address: Some("2001:db8::1".parse().unwrap()), ..LoginRequest::default() };
        let [ada, bob] = [1, 2].map(|n| places(UserId::from_bytes([n; 16]), &request));
        assert!(ada.len() == 2 && ada[0] != ada[1] && ada[0] != bob[0] && ada[1] != bob[1]);
        let neighbour = LoginRequest { address: Some("2001:db8::2".parse().unwrap()), ..LoginRequest::default() };
        assert_eq!(places(UserId::from_bytes([1; 16]), &neighbour), [ada[1]]);
        let app = LoginRequest { device_id: "t".to_owned(), ..neighbour };
        let by_app = places(UserId::from_bytes([1; 16]), &app);
        assert!(by_app.len() == 2 && !ada.contains(&by_app[0]) && by_app[1] == ada[1]);
        assert!(places(UserId::from_bytes([1; 16]), &LoginRequest::default()).is_empty());
    }
}
