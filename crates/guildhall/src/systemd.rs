//! What the server reports to systemd (`Type=notify`, sd_notify(3)). Without `NOTIFY_SOCKET` in the environment, nothing.

use std::time::Duration;

use sd_notify::NotifyState;
use tokio::task::AbortHandle;

/// Shown by `systemctl status`.
pub fn status(text: &str) {
    send(&[NotifyState::Status(text)]);
}

/// The server accepts connections. From now on systemd is told at intervals that tasks still run, if the unit has
/// `WatchdogSec=`: a server whose threads are all blocked is restarted.
pub fn ready(text: &str) -> Watchdog {
    send(&[NotifyState::Ready, NotifyState::Status(text)]);
    let task = sd_notify::watchdog_enabled().map(|limit| tokio::spawn(report_alive(limit / 3)).abort_handle());
    Watchdog(task)
}

/// The server has begun to stop.
pub fn stopping() {
    send(&[NotifyState::Stopping, NotifyState::Status("Stopping")]);
}

/// Reports until it is dropped.
pub struct Watchdog(Option<AbortHandle>);

impl Drop for Watchdog {
    fn drop(&mut self) {
        if let Some(task) = &self.0 {
            task.abort();
        }
    }
}

async fn report_alive(period: Duration) {
    // A period of 0 would panic.
    let mut timer = tokio::time::interval(period.max(Duration::from_millis(1)));
    loop {
        timer.tick().await;
        send(&[NotifyState::Watchdog]);
    }
}

fn send(states: &[NotifyState]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::warn!(%error, "systemd could not be notified");
    }
}
