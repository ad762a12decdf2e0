//! What systemd says about the service.

use std::collections::HashMap;

use futures::FutureExt;
use futures::future::BoxFuture;

use super::{UNIT_DISABLED, UNIT_FAILED, UNIT_RESTARTED};
use crate::check::{Check, Context, Verdict};
use crate::text::counted;

pub(super) static CHECK: Check = Check::new("system.unit", "the systemd unit", run);

const PROPERTIES: &str = "--property=LoadState,ActiveState,SubState,Result,NRestarts,UnitFileState";

fn run<'a>(context: &'a Context<'a>) -> BoxFuture<'a, Verdict> {
    async move {
        let output = match context.program("systemctl", &["show", "guildhall.service", PROPERTIES]).await {
            Ok(Some(output)) if output.status == Some(0) => output.stdout,
            // Not a systemd machine, such as a container.
            _ => return Verdict::NotApplicable,
        };
        let values: HashMap<&str, &str> = output.lines().filter_map(|line| line.split_once('=')).collect();
        let value = |name| values.get(name).copied().unwrap_or_default();
        if value("LoadState") != "loaded" {
            return Verdict::NotApplicable;
        }
        let mut findings = Vec::new();
        if value("ActiveState") == "failed" {
            findings.push(UNIT_FAILED.found(format!("systemd has stopped to start the service: {}.", value("Result"))));
        }
        let restarts = value("NRestarts").parse().unwrap_or(0);
        if restarts > 0 {
            let times = counted(restarts, "time");
            findings.push(UNIT_RESTARTED.found(format!("systemd has restarted the server {times} since the service was started.")));
        }
        if value("ActiveState") == "active" && value("UnitFileState") == "disabled" {
            findings.push(UNIT_DISABLED.found("The service guildhall is not enabled."));
        }
        Verdict::found_or(findings, format!("The service guildhall is {} ({}).", value("ActiveState"), value("SubState")))
    }
    .boxed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{RecordedMachine, ids, said};

    async fn ids_with(properties: &str) -> Vec<String> {
        let machine = RecordedMachine::default().with_output("systemctl show guildhall.service", 0, properties);
        ids(&said(run, &machine, &RecordedMachine::facts()).await)
    }

    #[tokio::test]
    async fn the_states_of_the_unit_are_told() {
        let healthy = "LoadState=loaded\nActiveState=active\nSubState=running\nResult=success\nNRestarts=0\nUnitFileState=enabled\n";
        assert_eq!(ids_with(healthy).await, [""; 0]);
        assert_eq!(ids_with(&healthy.replace("NRestarts=0", "NRestarts=4")).await, ["system.restarted_after_failures"]);
        assert_eq!(ids_with(&healthy.replace("=enabled", "=disabled")).await, ["system.not_started_at_boot"]);
        let failed = healthy.replace("=active", "=failed").replace("=success", "=start-limit-hit");
        assert_eq!(ids_with(&failed).await, ["system.unit_failed"]);
        assert_eq!(ids_with("LoadState=not-found\nActiveState=inactive\n").await, [""; 0]);
    }
}
