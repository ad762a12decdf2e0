//! Certificates (X.509): what one says, and the two kinds that the server makes itself.

use std::net::IpAddr;

use guildhall_model::Millis;
use guildhall_model::tls::CertificateFacts;
use rcgen::{CertificateParams, CustomExtension, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use x509_cert::der::{Decode, Encode};
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{AuthorityKeyIdentifier, SubjectAltName};

/// What this certificate says.
///
/// # Errors
/// The end of a sentence, if it is not a certificate.
pub fn describe(certificate: &CertificateDer<'_>) -> Result<CertificateFacts, String> {
    let parsed = x509_cert::Certificate::from_der(certificate).map_err(|error| format!("is not a certificate: {error}"))?;
    let content = parsed.tbs_certificate;
    let names = content.get::<SubjectAltName>().map_err(|error| format!("has unreadable names: {error}"))?;
    let names = names.map(|(_, names)| names.0).unwrap_or_default();
    let millis = |time: x509_cert::time::Time| Millis(i64::try_from(time.to_unix_duration().as_millis()).unwrap_or(i64::MAX));
    Ok(CertificateFacts {
        names: names.iter().filter_map(name_text).collect(),
        is_self_signed: content.issuer == content.subject,
        issuer: content.issuer.to_string(),
        not_before: millis(content.validity.not_before),
        not_after: millis(content.validity.not_after),
        fingerprint: fingerprint(certificate),
    })
}

fn name_text(name: &GeneralName) -> Option<String> {
    match name {
        GeneralName::DnsName(name) => Some(name.as_str().to_ascii_lowercase()),
        GeneralName::IpAddress(bytes) => {
            let address = <[u8; 4]>::try_from(bytes.as_bytes()).map(IpAddr::from);
            address.or_else(|_| <[u8; 16]>::try_from(bytes.as_bytes()).map(IpAddr::from)).ok().map(|address| address.to_string())
        }
        _ => None,
    }
}

fn fingerprint(certificate: &CertificateDer<'_>) -> String {
    let bytes: Vec<String> = Sha256::digest(certificate).iter().map(|byte| format!("{byte:02X}")).collect();
    bytes.join(":")
}

/// The key identifier of the authority and the serial number, as they name a certificate in ARI (RFC 9773, section 4.1).
pub(crate) fn renewal_identifiers(certificate: &CertificateDer<'_>) -> Option<(Vec<u8>, Vec<u8>)> {
    let content = x509_cert::Certificate::from_der(certificate).ok()?.tbs_certificate;
    let (_, authority) = content.get::<AuthorityKeyIdentifier>().ok()??;
    let serial = content.serial_number.to_der().ok()?;
    // Without the tag and the length, which is below 128.
    Some((authority.key_identifier?.as_bytes().to_vec(), serial.get(2..)?.to_vec()))
}

/// A new private key and a certificate that it signs itself, as PEM: for names and addresses of the local network.
///
/// # Errors
/// The end of a sentence.
pub fn make_self_signed(names: &[String], not_before: Millis, not_after: Millis) -> Result<String, String> {
    let build = || -> Result<String, rcgen::Error> {
        let mut params = CertificateParams::new(names)?;
        let mut subject = DistinguishedName::new();
        subject.push(DnType::CommonName, "Guildhall (self-signed)");
        params.distinguished_name = subject;
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        (params.not_before, params.not_after) = (date(not_before), date(not_after));
        let key = KeyPair::generate()?;
        let certificate = params.self_signed(&key)?;
        Ok(format!("{}{}", key.serialize_pem(), certificate.pem()))
    };
    build().map_err(|error| format!("no certificate could be made: {error}"))
}

/// The certificate that answers `tls-alpn-01` (RFC 8737, section 3), and its key.
///
/// # Errors
/// The end of a sentence.
pub fn make_challenge(name: &str, sha256: [u8; 32]) -> Result<(CertificateDer<'static>, PrivateKeyDer<'static>), String> {
    let build = || -> Result<_, rcgen::Error> {
        let mut params = CertificateParams::new(vec![name.to_owned()])?;
        params.custom_extensions = vec![CustomExtension::new_acme_identifier(&sha256)];
        let key = KeyPair::generate()?;
        let certificate = params.self_signed(&key)?;
        Ok((certificate.der().clone(), PrivatePkcs8KeyDer::from(key.serialize_der()).into()))
    };
    build().map_err(|error| format!("no certificate could be made: {error}"))
}

/// A new private key as PEM, and the request for a certificate for these names (PKCS #10) as DER.
pub(crate) fn make_request(names: &[String]) -> Result<(String, Vec<u8>), rcgen::Error> {
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name = DistinguishedName::new();
    let key = KeyPair::generate()?;
    let request = params.serialize_request(&key)?;
    Ok((key.serialize_pem(), request.der().to_vec()))
}

fn date(at: Millis) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(at.0.div_euclid(1_000)).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use rustls::pki_types::pem::PemObject;

    use super::*;

    #[test]
    fn a_self_signed_certificate_says_what_it_was_made_for() {
        let names = ["studio.local", "localhost", "192.168.1.5", "::1"].map(str::to_owned);
        let (from, until) = (Millis(1_700_000_000_000), Millis(1_734_300_800_000));
        let pem = make_self_signed(&names, from, until).unwrap();
        PrivateKeyDer::from_pem_slice(pem.as_bytes()).unwrap();
        let certificate = CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
        let facts = describe(&certificate).unwrap();
        assert_eq!((facts.names.as_slice(), facts.not_before, facts.not_after), (names.as_slice(), from, until));
        assert!(facts.is_self_signed && facts.issuer.contains("Guildhall"), "{facts:?}");
        assert_eq!((facts.fingerprint.len(), facts.fingerprint.matches(':').count()), (95, 31));
        assert!(describe(&CertificateDer::from(vec![1, 2, 3])).unwrap_err().starts_with("is not a certificate"));
    }

    #[test]
    fn a_certificate_is_named_by_its_authority_and_its_whole_serial_number() {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec!["a.example".to_owned()]).unwrap();
        params.use_authority_key_identifier_extension = true;
        // The first bit is set, so that the encoding has a leading zero.
        params.serial_number = Some(vec![0x87, 0x65].into());
        let certificate = params.self_signed(&key).unwrap();
        let (authority, serial) = renewal_identifiers(certificate.der()).unwrap();
        assert_eq!((authority, serial), (params.key_identifier(&key), vec![0, 0x87, 0x65]));
    }
}
