//! Builds requests for the rows of the route table.

use axum::body::Body;
use guildhall_api::Route;
use http::Request;
use http::header::CONTENT_TYPE;

use super::fill::fill;
use super::fixture::{COLLEAGUE, Fixture, Target};
use super::payloads::{self, Payload};
use super::queries;

/// The user that `{user_id}` stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    Owner,
    Colleague,
    Admin,
}

/// One way to call a route.
#[derive(Debug, Clone)]
pub struct Case {
    pub route: Route,
    pub target: Target,
    pub subject: Subject,
    /// The label of the query.
    pub label: &'static str,
    /// Path and query, with placeholders.
    pub address: String,
    pub payload: Option<Payload>,
}

impl Case {
    /// One case for each query of a route, and for each channel that it can refer to.
    pub fn of(route: &Route) -> Vec<Self> {
        let payload = payloads::payload_of(route.method, route.operation);
        let mut cases = Vec::new();
        for (label, query) in queries::queries_of(route.operation) {
            let address = format!("{}{query}", route.path);
            let case = Self { route: route.clone(), target: Target::Private, subject: Subject::Owner, label, address, payload };
            let targets = if case.refers_to_channel() { &Target::ALL[..] } else { &Target::ALL[..1] };
            cases.extend(targets.iter().map(|target| Self { target: *target, ..case.clone() }));
        }
        cases
    }

    /// Whether the body refers to a user.
    pub fn refers_to_user(&self) -> bool {
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

    pub fn refers_to_channel(&self) -> bool {
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

    fn for_subject(&self, template: &str) -> String {
        match self.subject {
            Subject::Owner => template.to_owned(),
            Subject::Admin => template.replace("{user_id}", "{admin_id}"),
            Subject::Colleague => template.replace("{user_id}", "{colleague_id}").replace("\"owner\"", &format!("\"{COLLEAGUE}\"")),
        }
    }

    pub async fn request(&self, fixture: &Fixture) -> FilledRequest {
        let address = fill(fixture, self.target, &self.for_subject(&self.address)).await;
        let mut body = Vec::new();
        let mut content_type = None;
        match self.payload {
            None => {}
            Some(Payload::Json(template)) => {
                content_type = Some("application/json".to_owned());
                body = fill_body(self, fixture, template).await.into_bytes();
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
                        Some(text) => body.extend_from_slice(fill_body(self, fixture, text).await.as_bytes()),
                        None => body.extend_from_slice(content),
                    }
                    body.extend_from_slice(b"\r\n");
                }
                body.extend_from_slice(b"--frontier--\r\n");
            }
        }
        FilledRequest { method: self.route.method, address, content_type, body }
    }
}

/// The row of a case in the table of statuses: `METHOD path gate (channel and query)`.
pub fn row(case: &Case) -> String {
    let label = if case.refers_to_channel() { case.target.name() } else { "" };
    let label = [label, case.label].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    let label = if label.is_empty() { String::new() } else { format!(" ({label})") };
    let gate = [case.route.gate, case.route.permission].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(":");
    format!("{} {} {gate}{label}", case.route.method, case.route.path)
}

/// Recipes are selected by the path that contains the placeholder, so the path of the route is appended to the body.
async fn fill_body(case: &Case, fixture: &Fixture, body: &str) -> String {
    let marked = format!("{}\u{0}{}", case.for_subject(body), case.route.path);
    let filled = fill(fixture, case.target, &marked).await;
    filled.split('\u{0}').next().unwrap_or_default().to_owned()
}

/// The parts of a request, so that they can be mutated.
#[derive(Debug, Clone)]
pub struct FilledRequest {
    pub method: &'static str,
    pub address: String,
    pub content_type: Option<String>,
    pub body: Vec<u8>,
}

impl FilledRequest {
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
