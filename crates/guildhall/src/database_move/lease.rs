//! The mode of a running server's database, renewed until it is given back or the database has moved.

use std::time::Duration;

use guildhall_wire::database::{DatabaseMode, DatabaseModeRequest};
use http::Method;
use serde_json::json;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use crate::local_api::LocalApi;

/// After which the server goes on by itself. Nobody can write for so long if the command is killed in the last moment.
const LEASE_MS: i64 = 15_000;
const RENEWAL_INTERVAL: Duration = Duration::from_secs(3);

pub struct Lease {
    orders: mpsc::Sender<Order>,
    lost: watch::Receiver<Option<String>>,
    task: JoinHandle<()>,
}

struct Order {
    mode: DatabaseMode,
    restart: bool,
    done: oneshot::Sender<Result<(), String>>,
}

impl Lease {
    /// The server stays in its normal mode until another one is set.
    pub fn of(api: LocalApi) -> Self {
        let (orders, received) = mpsc::channel(1);
        let (report, lost) = watch::channel(None);
        Self { orders, lost, task: tokio::spawn(renew(api, received, report)) }
    }

    /// When it returns, the mode holds.
    pub async fn set(&self, mode: DatabaseMode) -> Result<(), String> {
        self.order(mode, false).await
    }

    /// The server ends. Whatever watches over it starts it again if `restart` is set.
    pub async fn set_moved(&self, restart: bool) -> Result<(), String> {
        self.order(DatabaseMode::Moved, restart).await
    }

    async fn order(&self, mode: DatabaseMode, restart: bool) -> Result<(), String> {
        let (done, answer) = oneshot::channel();
        let gone = || "The server does not answer any more.".to_owned();
        self.orders.send(Order { mode, restart, done }).await.map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }

    /// Why the mode does not hold any more; returns when that is so.
    pub async fn lost(&self) -> String {
        let mut lost = self.lost.clone();
        match lost.wait_for(Option::is_some).await {
            Ok(reason) => reason.clone().unwrap_or_default(),
            Err(_) => "The server does not answer any more.".to_owned(),
        }
    }

    /// Returns when the server is in its normal mode again, if it can be.
    pub async fn give_back(self) {
        let _ = self.set(DatabaseMode::Normal).await;
        drop(self.orders);
        let _ = self.task.await;
    }
}

async fn renew(mut api: LocalApi, mut orders: mpsc::Receiver<Order>, lost: watch::Sender<Option<String>>) {
    let mut mode = DatabaseMode::Normal;
    loop {
        let order = match tokio::time::timeout(RENEWAL_INTERVAL, orders.recv()).await {
            Ok(Some(order)) => Some(order),
            Ok(None) => return,
            Err(_) => None,
        };
        if let Some(Order { mode: new, restart, done }) = order {
            let outcome = set(&mut api, new, restart).await;
            if outcome.is_ok() {
                mode = new;
            }
            let _ = done.send(outcome);
        } else if matches!(mode, DatabaseMode::Copying | DatabaseMode::ReadOnly)
            && let Err(error) = set(&mut api, mode, false).await
        {
            lost.send_replace(Some(error));
        }
    }
}

async fn set(api: &mut LocalApi, mode: DatabaseMode, restart: bool) -> Result<(), String> {
    let request = DatabaseModeRequest { mode, lease_ms: LEASE_MS, restart };
    api.call(Method::PUT, "/database/mode", Some(json!(request))).await.map(drop).map_err(String::from)
}
