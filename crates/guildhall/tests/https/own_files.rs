//! The administrator's own certificate: served, and replaced when its files change.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

use crate::client::Trust;
use crate::site::{NAME, Site};

/// A certificate and its key, as PEM.
fn issue(root: &CertifiedIssuer<'_, KeyPair>) -> (String, String) {
    let mut params = CertificateParams::new(vec![NAME.to_owned()]).unwrap();
    params.distinguished_name = rcgen::DistinguishedName::new();
    let key = KeyPair::generate().unwrap();
    (params.signed_by(&key, root).unwrap().pem(), key.serialize_pem())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_pair_is_served_and_a_broken_one_is_told() {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (first, second) = (issue(&root), issue(&root));
    std::fs::write(path("chain.pem"), &first.0).unwrap();
    std::fs::write(path("key.pem"), &first.1).unwrap();
    let settings = vec![
        ("TLS_MODE", "files".to_owned()),
        ("TLS_DOMAINS", NAME.to_owned()),
        ("TLS_CERTIFICATE_FILE", path("chain.pem")),
        ("TLS_KEY_FILE", path("key.pem")),
    ];
    let site = Site::start_anywhere(settings).await;
    let trust = Trust::new(root.der().clone());
    let answer = site.get(&trust, "/api/v4/system/ping").await.unwrap();
    assert_eq!((answer.status, answer.header("strict-transport-security")), (200, "max-age=15552000"));
    assert_eq!(site.get_plain(NAME, "/x").await.status, 308);
    let served = site.status().await["certificate"].clone();

    std::fs::write(path("chain.pem"), &second.0[..second.0.len() / 2]).unwrap();
    let status = site.until(|status| !status["last_error"].is_null()).await;
    assert_eq!((&status["last_error"]["cause"], &status["certificate"]), (&"settings".into(), &served));
    assert_eq!(site.get(&trust, "/api/v4/system/ping").await.unwrap().status, 200);
    let summary = site.finding("certificate.files_unusable").await;
    assert!(summary.contains("chain.pem") && summary.contains("the present one expires in"), "{summary}");
    std::fs::write(path("chain.pem"), &second.0).unwrap();
    std::fs::write(path("key.pem"), &second.1).unwrap();
    let status = site.until(|status| status["last_error"].is_null() && status["certificate"] != served).await;
    assert_eq!(status["certificate"]["names"][0], NAME);
    assert_eq!(site.get(&trust, "/api/v4/system/ping").await.unwrap().status, 200);
    site.server.stop().await;
}
