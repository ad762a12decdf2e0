//! The sample of this node that is stored every minute, for the charts of administrators.

use guildhall_model::Result;
use guildhall_services::monitoring::LiveFigures;

use crate::App;

pub async fn record_sample(app: &App) -> Result<()> {
    let hub = app.hub.stats();
    let live = LiveFigures {
        requests: app.monitoring.requests.all().snapshot(),
        users_online: hub.online_users,
        connections: hub.live_connections,
    };
    app.services.monitoring().record_sample(live).await
}
