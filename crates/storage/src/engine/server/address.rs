//! Options in a database's address that are ours and not the driver's.

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
