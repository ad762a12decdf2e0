//! Whether the server's own port is open, and is not taken by another program while the server is stopped.

use std::net::{IpAddr, SocketAddr};

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::finding::ProcessState;

use super::{LOCAL_ONLY, NOT_LISTENING, PORT_IN_USE};
use crate::check::{Check, Context, Verdict};

pub(super) static CHECK: Check = Check::new("network.port", "the server's port", run).with_time_limit(20);

fn run<'a>(context: &'a Context<'a>) -> BoxFuture<'a, Verdict> {
    async move {
        let listen = context.facts.listen;
        if listen.port() == 0 {
            // Chosen by the system at each start.
            return Verdict::NotApplicable;
        }
        let is_open = context.machine.connect(reachable(listen)).await;
        match (context.facts.process, is_open) {
            (ProcessState::Stopped, Ok(())) => {
                let finding = PORT_IN_USE.found(format!("The server is stopped, and another program listens at {listen}."));
                finding.with_details(listening_programs(context, listen.port()).await).into()
            }
            (ProcessState::Stopped, Err(_)) => Verdict::passed(format!("The address {listen} is free for the server.")),
            (_, Err(error)) => NOT_LISTENING.found(format!("No connection can be made to {listen}: {error}.")).into(),
            (_, Ok(())) if listen.ip().is_loopback() && context.facts.site_url.is_empty() => {
                LOCAL_ONLY.found(format!("The server listens at {listen}, and no public address is set.")).into()
            }
            (_, Ok(())) => Verdict::passed(format!("The server accepts connections at {listen}.")),
        }
    }
    .boxed()
}

/// The unspecified address is reached over the loopback interface.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::from([127, 0, 0, 1]),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1]),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

/// The lines of `ss` with this port; it names the program to root only.
async fn listening_programs(context: &Context<'_>, port: u16) -> Vec<String> {
    match context.program("ss", &["-H", "-l", "-t", "-n", "-p", &format!("sport = :{port}")]).await {
        Ok(Some(output)) => output.stdout.lines().map(|line| line.split_ascii_whitespace().collect::<Vec<_>>().join(" ")).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use guildhall_model::finding::Facts;

    use super::*;
    use crate::testing::{RecordedMachine, ids, said};

    #[tokio::test]
    async fn a_closed_port_and_a_taken_port_are_found() {
        let running = Facts { site_url: "http://chat.lan".into(), ..RecordedMachine::facts() };
        let stopped = Facts { process: ProcessState::Stopped, ..running.clone() };
        let (closed, open) = (RecordedMachine::default(), RecordedMachine::default().with_listener("127.0.0.1:8065"));
        assert_eq!(ids(&said(run, &open, &running).await), [""; 0]);
        assert_eq!(ids(&said(run, &closed, &running).await), ["network.port_not_listening"]);
        assert_eq!(ids(&said(run, &closed, &stopped).await), [""; 0]);
        let line = "LISTEN 0 511 127.0.0.1:8065 0.0.0.0:* users:((\"nginx\",pid=812,fd=6))";
        let findings = said(run, &open.with_output("ss -H -l -t -n -p sport = :8065", 0, line), &stopped).await;
        assert_eq!((ids(&findings), &findings[0].details[..]), (vec!["network.port_in_use".to_owned()], &[line.to_owned()][..]));
    }

    #[tokio::test]
    async fn a_server_that_only_this_machine_reaches_is_told() {
        let machine = RecordedMachine::default().with_listener("127.0.0.1:8065");
        assert_eq!(ids(&said(run, &machine, &RecordedMachine::facts()).await), ["network.local_only"]);
        let everywhere = Facts { listen: ([0, 0, 0, 0], 8065).into(), ..RecordedMachine::facts() };
        assert_eq!(ids(&said(run, &machine, &everywhere).await), [""; 0]);
    }
}
