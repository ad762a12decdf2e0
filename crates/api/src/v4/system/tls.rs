//! HTTPS: the state of the certificate and the ports, and an attempt to renew it now.

use axum::extract::State;
use guildhall_model::codes::system as codes;
use guildhall_model::settings::certificate_name;
use guildhall_wire::common::{OK, StatusOk};
use guildhall_wire::tls::TlsStatus;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Json, Me, Query};

pub(super) async fn get_tls_status(State(app): State<App>) -> Json<TlsStatus> {
    Json(app.tls.status().into())
}

/// For administrators who have mended what the last error names.
pub(super) async fn renew_certificate(State(app): State<App>, me: Me) -> ApiResult<Json<StatusOk>> {
    if !app.tls.renew_now() {
        return Err(codes::NO_AUTHORITY.into());
    }
    app.services.system().record_certificate_renewal(&me.0).await?;
    Ok(Json(OK))
}

#[derive(Deserialize)]
pub(super) struct CertificateNameQuery {
    url: String,
}

/// The name for which the server could get a certificate by itself, if its site had this address; empty for none.
pub(super) async fn get_certificate_name(Query(query): Query<CertificateNameQuery>) -> Json<Value> {
    Json(json!({"name": certificate_name(&query.url).unwrap_or_default()}))
}
