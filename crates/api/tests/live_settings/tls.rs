//! Settings of HTTPS. Ports and certificates are tested in `crates/guildhall`; here the state that administrators read.

use super::*;

pub(super) const STATUS: Group = Group {
    preset: &[],
    rows: &[
        row!("tls.mode", "acme", |world| world.tls_status().await["mode"] == "acme"),
        row!("tls.domains", "chat.example", |world| world.tls_status().await["names"] == json!(["chat.example"])),
        row!("tls.acme_contact", "ann@chat.example", |world| world.tls_status().await["contact"] == "ann@chat.example"),
        row!("tls.acme_challenges", "dns-01", |world| world.tls_status().await["challenges"] == json!(["dns-01"])),
        row!("tls.http_listen", "127.0.0.1:8080", |world| world.tls_status().await["http"]["address"] == "127.0.0.1:8080"),
        row!("tls.https_listen", "127.0.0.1:8443", |world| world.tls_status().await["https"]["address"] == "127.0.0.1:8443"),
        row!("tls.redirect", false, |world| world.tls_status().await["redirects"] == false),
    ],
};

/// Behind a proxy that ends TLS.
pub(super) const HEADER: Group = Group {
    preset: &[],
    rows: &[row!("tls.hsts_max_age_seconds", 60, |world| {
        world.root.put("/config/patch", json!({"ServiceSettings": {"SiteURL": "https://chat.example"}})).await.ok();
        let request = Request::get("/api/v4/system/ping").header("host", "chat.example").body(Body::empty()).unwrap();
        world.server.anonymous().send(request).await.header("strict-transport-security") == "max-age=60"
    })],
};

#[tokio::test]
async fn changes_of_https_take_effect() {
    assert_takes_effect(&STATUS).await;
}

#[tokio::test]
async fn a_change_of_the_https_header_takes_effect() {
    assert_takes_effect(&HEADER).await;
}

impl World {
    async fn tls_status(&self) -> Value {
        self.root.get("/system/tls").await.ok()
    }
}
