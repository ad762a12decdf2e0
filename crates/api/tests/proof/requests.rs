//! From a row of the route table to requests that can be sent.

use axum::body::Body;
use guildhall_api::Route;
use http::Request;
use http::header::CONTENT_TYPE;

use super::fill::fill;
use super::payloads::{self, Payload};
use super::queries;
use super::world::{COLLEAGUE, Scene, World};

/// Who `{user_id}` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    Owner,
    Colleague,
}

/// One way to call a route.
#[derive(Debug, Clone)]
pub struct Case {
    pub route: Route,
    pub scene: Scene,
    pub about: About,
    /// Which of the route's queries.
    pub label: &'static str,
    /// Path and query, with placeholders.
    pub address: String,
    pub payload: Option<Payload>,
}

impl Case {
    /// The ways to call a route: one for each of its queries, and for each channel that it could be about.
    pub fn of(route: &Route) -> Vec<Self> {
        let payload = (!matches!(route.method, "GET" | "DELETE")).then(|| payloads::of(route.operation));
        let mut cases = Vec::new();
        for (label, query) in queries::of(route.operation) {
            let address = format!("{}{query}", route.path);
            let case = Self { route: route.clone(), scene: Scene::Private, about: About::Owner, label, address, payload };
            let scenes = if case.is_about_a_channel() { &Scene::ALL[..] } else { &Scene::ALL[..1] };
            cases.extend(scenes.iter().map(|scene| Self { scene: *scene, ..case.clone() }));
        }
        cases
    }

    /// Whether the body names a person.
    pub fn names_somebody(&self) -> bool {
        self.body_template().contains("{user_id}") || self.body_template().contains("owner")
    }

    fn body_template(&self) -> String {
        let body = match self.payload {
            Some(Payload::Json(text)) => text.as_bytes().to_vec(),
            Some(Payload::Form(parts)) => parts.iter().flat_map(|(.., content)| content.iter().copied()).collect(),
            _ => Vec::new(),
        };
        String::from_utf8_lossy(&body).into_owned()
    }

    pub fn is_about_a_channel(&self) -> bool {
        let body = self.body_template();
        let names = [
            "{channel_id}",
            "{channel_name}",
            "{post_id}",
            "{thread_id}",
            "{file_id}",
            "{upload_id}",
            "{bookmark_id}",
            "{scheduled_post_id}",
            "{hook_id}",
        ];
        names.iter().any(|name| self.address.contains(name) || body.contains(name))
    }

    fn of_whom(&self, template: &str) -> String {
        match self.about {
            About::Owner => template.to_owned(),
            About::Colleague => template.replace("{user_id}", "{colleague_id}").replace("\"owner\"", &format!("\"{COLLEAGUE}\"")),
        }
    }

    pub async fn request(&self, world: &World) -> Filled {
        let address = fill(world, self.scene, &self.of_whom(&self.address)).await;
        let mut body = Vec::new();
        let mut content_type = None;
        match self.payload {
            None => {}
            Some(Payload::Json(template)) => {
                content_type = Some("application/json".to_owned());
                body = fill_for(self, world, template).await.into_bytes();
            }
            Some(Payload::Bytes(bytes)) => body = bytes.to_vec(),
            Some(Payload::Form(parts)) => {
                content_type = Some("multipart/form-data; boundary=frontier".to_owned());
                for (name, file, content) in parts {
                    let file_name = file.map(|file| format!("; filename=\"{file}\"")).unwrap_or_default();
                    body.extend_from_slice(
                        format!("--frontier\r\nContent-Disposition: form-data; name=\"{name}\"{file_name}\r\n\r\n").as_bytes(),
                    );
                    match std::str::from_utf8(content).ok().filter(|_| file.is_none()) {
                        Some(text) => body.extend_from_slice(fill_for(self, world, text).await.as_bytes()),
                        None => body.extend_from_slice(content),
                    }
                    body.extend_from_slice(b"\r\n");
                }
                body.extend_from_slice(b"--frontier--\r\n");
            }
        }
        Filled { method: self.route.method, address, content_type, body }
    }
}

/// How the table of answers names a case: `METHOD path gate (about which channel, with which query)`.
pub fn row(case: &Case) -> String {
    let about = if case.is_about_a_channel() { case.scene.name() } else { "" };
    let about = [about, case.label].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    let about = if about.is_empty() { String::new() } else { format!(" ({about})") };
    let gate = [case.route.gate, case.route.permission].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(":");
    format!("{} {} {gate}{about}", case.route.method, case.route.path)
}

/// Recipes are chosen by the path that a placeholder stands in, so a body shows its route's.
async fn fill_for(case: &Case, world: &World, body: &str) -> String {
    let marked = format!("{}\u{0}{}", case.of_whom(body), case.route.path);
    let filled = fill(world, case.scene, &marked).await;
    filled.split('\u{0}').next().unwrap_or_default().to_owned()
}

/// A request in pieces, so that it can be spoilt.
#[derive(Debug, Clone)]
pub struct Filled {
    pub method: &'static str,
    pub address: String,
    pub content_type: Option<String>,
    pub body: Vec<u8>,
}

impl Filled {
    pub fn build(&self) -> Request<Body> {
        let mut request = Request::builder().method(self.method).uri(&self.address);
        if let Some(content_type) = &self.content_type {
            request = request.header(CONTENT_TYPE, content_type);
        }
        request.body(Body::from(self.body.clone())).expect("a request")
    }

    pub fn contains(&self, word: &str) -> bool {
        self.address.contains(word) || String::from_utf8_lossy(&self.body).contains(word)
    }
}
