//! Options in a database's address that are ours and not the driver's, and the files that those of encryption name.

use std::fmt::Display;

use guildhall_model::Error;
use guildhall_model::codes::storage as codes;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use url::Url;

/// Removes the named options from the address and returns their values. The last one counts where an option is repeated.
pub(crate) fn take_options<const N: usize>(url: &mut Url, names: [&str; N]) -> [Option<String>; N] {
    let mut taken = [const { None }; N];
    let mut rest = Vec::new();
    for (name, value) in url.query_pairs().into_owned() {
        match names.iter().position(|wanted| *wanted == name) {
            Some(index) => taken[index] = Some(value),
            None => rest.push((name, value)),
        }
    }
    url.set_query(None);
    if !rest.is_empty() {
        url.query_pairs_mut().extend_pairs(rest);
    }
    taken
}

/// The certificates in a PEM file; the error is the reason.
pub(crate) fn read_certificates(file: &str) -> Result<Vec<CertificateDer<'static>>, String> {
    let certificates = CertificateDer::pem_file_iter(file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    certificates.map_err(|error| error.to_string())
}

pub(crate) fn invalid(reason: impl Display) -> Error {
    codes::INVALID_URL.with("reason", reason)
}
