//! Loads a picture from another server, within limits of size, time and kind.

use std::sync::Arc;

use bytes::Bytes;
use guildhall_model::codes::image_proxy as codes;
use guildhall_model::content_type::{file_type, is_inline};
use guildhall_model::ports::{Method, OutgoingRequest, OutgoingResponse};
use guildhall_model::{Actor, Result};
use url::Url;

use super::{ImageProxy, copy_of};
use crate::boxed;

const URL_BYTES_MAX: usize = 4096;
const IMAGE_BYTES_MAX: usize = 10 * 1024 * 1024;
/// Enough to detect the kind.
const HEAD_BYTES: usize = 4096;
const TIMEOUT_MS: u64 = 10_000;
const REDIRECTS_MAX: usize = 5;

/// A picture of a kind that browsers display and that runs no scripts.
#[derive(Debug, Clone)]
pub struct ProxiedImage {
    pub mime_type: String,
    pub bytes: Bytes,
}

impl ImageProxy<'_> {
    /// The picture at an address of http or https. The same errors for all callers until it is tried again.
    #[boxed]
    pub async fn image_by_url(&self, actor: &Actor, url: &str) -> Result<ProxiedImage> {
        if !self.settings().files.image_proxy {
            return Err(codes::DISABLED.into());
        }
        if url.len() > URL_BYTES_MAX {
            return Err(codes::NOT_AN_IMAGE.into());
        }
        let url = Url::parse(url).map_err(|error| codes::NOT_AN_IMAGE.with_source(error))?;
        let key: Arc<str> = url.as_str().into();
        let images = &self.state().images;
        if let Some(image) = images.get(&key) {
            return image.map_err(|error| copy_of(&error));
        }
        let own_requests = self.state().requests_of(actor.user_id);
        let _permit = own_requests.acquire().await.map_err(|error| codes::UNAVAILABLE.with_source(error))?;
        let loading = self.state().loading_of(&key);
        let _loading = loading.lock().await;
        let image = match images.get(&key) {
            Some(image) => image,
            None => {
                let image = self.load(url).await.map_err(Arc::new);
                images.insert(key, image.clone());
                image
            }
        };
        image.map_err(|error| copy_of(&error))
    }

    async fn load(&self, mut url: Url) -> Result<ProxiedImage> {
        let _permit = self.state().requests.acquire().await.map_err(|error| codes::UNAVAILABLE.with_source(error))?;
        for _ in 0..=REDIRECTS_MAX {
            let response = self.outgoing.send(request(&url)).await?;
            match redirect(&url, &response)? {
                Some(target) => url = target,
                None => return to_image(response),
            }
        }
        Err(codes::UNAVAILABLE.with_source("too many redirects"))
    }
}

fn request(url: &Url) -> OutgoingRequest {
    OutgoingRequest {
        method: Method::Get,
        url: url.to_string(),
        headers: vec![("accept".to_owned(), "image/*".to_owned())],
        body: Bytes::new(),
        timeout_ms: TIMEOUT_MS,
        max_response_bytes: IMAGE_BYTES_MAX,
    }
}

/// The target of a redirect. Its address is checked like the first one's.
fn redirect(url: &Url, response: &OutgoingResponse) -> Result<Option<Url>> {
    match response.header("location") {
        Some(location) if matches!(response.status, 301 | 302 | 303 | 307 | 308) => {
            url.join(location).map(Some).map_err(|error| codes::UNAVAILABLE.with_source(error))
        }
        _ => Ok(None),
    }
}

/// The kind is detected from the bytes, whatever the other server says.
fn to_image(response: OutgoingResponse) -> Result<ProxiedImage> {
    if response.status != 200 {
        return Err(codes::UNAVAILABLE.with_source(format!("status {}", response.status)));
    }
    let mime_type = file_type("", &response.body[..response.body.len().min(HEAD_BYTES)]).mime_type;
    if !mime_type.starts_with("image/") || !is_inline(&mime_type) {
        return Err(codes::NOT_AN_IMAGE.into());
    }
    Ok(ProxiedImage { mime_type, bytes: response.body })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, headers: &[(&str, &str)], body: &'static [u8]) -> OutgoingResponse {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        OutgoingResponse { status, headers, body: Bytes::from_static(body) }
    }

    #[test]
    fn only_pictures_without_scripts_are_passed_on() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
        assert_eq!(to_image(response(200, &[("content-type", "text/html")], png)).unwrap().mime_type, "image/png");
        for body in [&b"<svg xmlns='http://www.w3.org/2000/svg'/>"[..], b"<html>", b"", b"plain text"] {
            assert!(to_image(response(200, &[("content-type", "image/png")], body)).unwrap_err().is(codes::NOT_AN_IMAGE));
        }
        assert!(to_image(response(404, &[], png)).unwrap_err().is(codes::UNAVAILABLE));
    }

    #[test]
    fn redirects_are_relative_to_the_address() {
        let url = Url::parse("https://a.example/x/y.png").unwrap();
        let target = redirect(&url, &response(302, &[("location", "../z.png")], b"")).unwrap();
        assert_eq!(target.unwrap().as_str(), "https://a.example/z.png");
        assert!(redirect(&url, &response(200, &[("location", "/z")], b"")).unwrap().is_none());
        assert!(redirect(&url, &response(302, &[("location", "http://[")], b"")).is_err());
    }
}
