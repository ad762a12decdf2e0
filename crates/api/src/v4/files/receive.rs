//! `POST /files`: many files in parts, or one as the body. Clients send the parts in different orders.

use axum::extract::{Request, State};
use guildhall_model::codes::{context, files as codes};
use guildhall_model::file::FileInfo;
use guildhall_model::id::ChannelId;
use guildhall_model::{Actor, Error, Result};
use guildhall_services::files::ReceivedFile;
use guildhall_wire::file::Uploaded;
use http::header::CONTENT_LENGTH;
use serde::Deserialize;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Created, Me, Query};
use crate::multipart::{self, Part, Parts};

/// Files of one request.
const FILES_MAX: usize = 50;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Target {
    channel_id: String,
    filename: String,
    client_id: String,
}

pub(super) async fn upload_file(
    State(app): State<App>,
    me: Me,
    Query(target): Query<Target>,
    request: Request,
) -> ApiResult<Created<Uploaded>> {
    let uploaded = match multipart::boundary(request.headers()) {
        Some(boundary) => Collected::new(&target)?.read(&app, &me, Parts::of(request, boundary?)).await?,
        None => upload_body(&app, &me, target, request).await?,
    };
    Ok(Created(uploaded))
}

async fn upload_body(app: &App, me: &Actor, target: Target, request: Request) -> Result<Uploaded> {
    let channel = channel_id(&target.channel_id)?;
    if target.filename.is_empty() {
        return Err(context::INVALID_URL_PARAM.with("name", "filename"));
    }
    let limit = app.services.settings().files.max_size_bytes;
    let announced = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()).and_then(|text| text.parse::<i64>().ok());
    if announced.is_some_and(|bytes| bytes > limit) {
        return Err(codes::TOO_LARGE.with("limit", limit));
    }
    let file = app.services.files().upload_file(me, channel, &target.filename, multipart::body_stream(request)).await?;
    let client_ids = (!target.client_id.is_empty()).then(|| vec![target.client_id]);
    Ok(Uploaded { file_infos: vec![file.into()], client_ids })
}

/// What the parts have brought so far.
#[derive(Default)]
struct Collected {
    channel: Option<ChannelId>,
    client_ids: Vec<String>,
    files: Vec<FileInfo>,
    /// Files that came before their channel.
    early: Vec<ReceivedFile>,
}

impl Collected {
    fn new(target: &Target) -> Result<Self> {
        let channel = if target.channel_id.is_empty() { None } else { Some(channel_id(&target.channel_id)?) };
        Ok(Self { channel, ..Self::default() })
    }

    async fn read(mut self, app: &App, me: &Actor, mut parts: Parts) -> Result<Uploaded> {
        while let Some(part) = parts.next().await? {
            match part.name() {
                "channel_id" => self.channel = Some(channel_id(&part.text().await?)?),
                "client_ids" => self.client_ids.push(part.text().await?),
                "files" => self.take(app, me, part).await?,
                _ => drop(part.text().await?),
            }
        }
        let channel = self.channel.ok_or_else(bad_channel)?;
        for received in self.early {
            self.files.push(app.services.files().place_file(me, channel, received).await?);
        }
        if self.files.is_empty() {
            return Err(codes::NO_FILE.into());
        }
        if !self.client_ids.is_empty() && self.client_ids.len() != self.files.len() {
            return Err(codes::CLIENT_IDS.into());
        }
        Ok(Uploaded { file_infos: self.files.into_iter().map(Into::into).collect(), client_ids: Some(self.client_ids) })
    }

    async fn take(&mut self, app: &App, me: &Actor, part: Part) -> Result<()> {
        if self.files.len() + self.early.len() >= FILES_MAX {
            return Err(codes::TOO_MANY.with("limit", FILES_MAX));
        }
        let filename = part.filename().to_owned();
        match self.channel {
            Some(channel) => self.files.push(app.services.files().upload_file(me, channel, &filename, part.into_stream()).await?),
            None => self.early.push(app.services.files().receive_file(me, &filename, part.into_stream()).await?),
        }
        Ok(())
    }
}

fn channel_id(text: &str) -> Result<ChannelId> {
    text.parse().map_err(|_| bad_channel())
}

fn bad_channel() -> Error {
    context::INVALID_PARAM.with("name", "channel_id")
}
