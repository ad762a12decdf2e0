//! `POST /files`: several files as parts, or one as the body. Clients send the parts in different orders.

use axum::extract::{Request, State};
use guildhall_model::codes::{context, files as codes};
use guildhall_model::file::FileInfo;
use guildhall_model::id::ChannelId;
use guildhall_model::{Actor, Error, Result};
use guildhall_services::files::ReceivedFile;
use guildhall_wire::file::UploadFilesResponse;
use http::header::CONTENT_LENGTH;
use serde::Deserialize;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Created, Me, Query};
use crate::multipart::{self, Part, Parts};

/// Most files of one request.
const FILES_MAX: usize = 50;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct UploadQuery {
    channel_id: String,
    filename: String,
    client_id: String,
}

pub(super) async fn upload_file(
    State(app): State<App>,
    me: Me,
    Query(query): Query<UploadQuery>,
    request: Request,
) -> ApiResult<Created<UploadFilesResponse>> {
    let uploaded = match multipart::boundary(request.headers()) {
        Some(boundary) => MultipartUpload::new(&query)?.read(&app, &me, Parts::new(request, boundary?)).await?,
        None => upload_body(&app, &me, query, request).await?,
    };
    Ok(Created(uploaded))
}

async fn upload_body(app: &App, me: &Actor, query: UploadQuery, request: Request) -> Result<UploadFilesResponse> {
    let channel = parse_channel_id(&query.channel_id)?;
    if query.filename.is_empty() {
        return Err(context::INVALID_URL_PARAM.with("name", "filename"));
    }
    let content_length =
        request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()).and_then(|text| text.parse::<i64>().ok());
    let stream = multipart::body_stream(request);
    let file = app.services.files().upload_file(me, channel, &query.filename, content_length, stream).await?;
    let client_ids = (!query.client_id.is_empty()).then(|| vec![query.client_id]);
    Ok(UploadFilesResponse { file_infos: vec![file.into()], client_ids })
}

/// The parts that were received so far.
#[derive(Default)]
struct MultipartUpload {
    channel: Option<ChannelId>,
    client_ids: Vec<String>,
    files: Vec<FileInfo>,
    /// Files that were received before `channel_id`.
    pending: Vec<ReceivedFile>,
}

impl MultipartUpload {
    fn new(query: &UploadQuery) -> Result<Self> {
        let channel = if query.channel_id.is_empty() { None } else { Some(parse_channel_id(&query.channel_id)?) };
        Ok(Self { channel, ..Self::default() })
    }

    async fn read(mut self, app: &App, me: &Actor, mut parts: Parts) -> Result<UploadFilesResponse> {
        while let Some(part) = parts.next().await? {
            match part.name() {
                "channel_id" => self.channel = Some(parse_channel_id(&part.text().await?)?),
                "client_ids" => self.client_ids.push(part.text().await?),
                "files" => self.receive_part(app, me, part).await?,
                _ => drop(part.text().await?),
            }
        }
        let channel = self.channel.ok_or_else(invalid_channel_id)?;
        for received in self.pending {
            self.files.push(app.services.files().store_received_file(me, channel, received).await?);
        }
        if self.files.is_empty() {
            return Err(codes::NO_FILE.into());
        }
        if !self.client_ids.is_empty() && self.client_ids.len() != self.files.len() {
            return Err(codes::CLIENT_IDS.into());
        }
        Ok(UploadFilesResponse { file_infos: self.files.into_iter().map(Into::into).collect(), client_ids: Some(self.client_ids) })
    }

    async fn receive_part(&mut self, app: &App, me: &Actor, part: Part) -> Result<()> {
        if self.files.len() + self.pending.len() >= FILES_MAX {
            return Err(codes::TOO_MANY.with("limit", FILES_MAX));
        }
        let filename = part.filename().to_owned();
        match self.channel {
            Some(channel) => self.files.push(app.services.files().upload_file(me, channel, &filename, None, part.into_stream()).await?),
            None => self.pending.push(app.services.files().receive_file(me, &filename, part.into_stream()).await?),
        }
        Ok(())
    }
}

fn parse_channel_id(text: &str) -> Result<ChannelId> {
    text.parse().map_err(|_| invalid_channel_id())
}

fn invalid_channel_id() -> Error {
    context::INVALID_PARAM.with("name", "channel_id")
}
