//! The server's port, and its public name and address.

pub(crate) mod addresses;
mod listener;
mod proxies;
mod public_address;

use crate::check::Check;
use crate::kind::kinds;

pub(crate) static CHECKS: &[&Check] = &[&listener::CHECK, &public_address::CHECK, &proxies::CHECK];

kinds! {
    NOT_LISTENING = "network.port_not_listening", Critical, "Nothing listens at the server's port",
        "The server runs, but no connection can be made to the address that its configuration names.",
        "Compare `server.listen` of the configuration with `ss -ltnp`, and restart the server.";
    PORT_IN_USE = "network.port_in_use", Critical, "Another program uses the server's port",
        "The server cannot start, because another program listens at its address.",
        "Stop the other program, or choose another port with the setting `server.listen`.",
        "`ss -ltnp` names the program at each port.";
    LOCAL_ONLY = "network.local_only", Info, "Only this machine reaches the server",
        "The server listens at a loopback address, and no public address is set: only programs on this machine, such as a proxy, can reach it.",
        "Set `server.listen` to `0.0.0.0:8065` for a local network, or set `site.url` when a proxy is in front of it.";
    NO_PUBLIC_ADDRESS = "network.no_public_address", Info, "No public address is set",
        "Without the setting `site.url`, links in notifications cannot be made, and the name, the port and the certificate cannot be checked.",
        "Set `site.url` to the address that people type, such as `https://chat.example.com`.";
    NAME_UNRESOLVED = "network.name_unresolved", Critical, "The server's name has no address",
        "The name of `site.url` is not known to the name servers, so that nobody finds the server.",
        "Add an A record for the name at your domain's provider, and wait until it is known everywhere.",
        "`getent hosts chat.example.com` shows what this machine knows; it may take as long as the record's time to live.";
    NAME_ELSEWHERE = "network.name_points_elsewhere", Critical, "The server's name points to another machine",
        "The name of `site.url` has an address at which this server does not answer.",
        "Correct the A and AAAA records of the name, or name the router's public address in the setting `doctor.public_addresses` if it is that.";
    OTHER_SERVER = "network.other_server_answers", Critical, "Something else answers at the public address",
        "At the address of `site.url` another program or another server answers, such as a router's own page, a proxy without this server behind it, or a former server.",
        "Forward the port of the router to this machine, or direct the proxy to the server's port.";
    UNREACHABLE = "network.public_address_unreachable", Warning, "The public address cannot be reached from here",
        "A connection from this machine to its public address does not succeed. Either the port is closed or not forwarded, or the router does not lead connections from inside back to itself (NAT loopback), which does not concern people outside.",
        "Open the address with a telephone that is not in the WLAN: if it works, mute this finding, and else forward the port on the router to this machine.",
        "Where the router has no NAT loopback, people inside the house need a name server that gives them the local address.";
    PROXY_NOT_TRUSTED = "network.proxy_not_trusted", Warning, "A proxy is in front of the server and is not trusted",
        "A proxy says for whom it sends requests, and the server ignores it, because the proxy is not named in the settings. All people behind it seem to have one address: they share one limit of requests, failed log-ins of one lock out all, and secure cookies may be missing.",
        "Add the proxy's address to the setting `limits.trusted_proxies`, and restart the server.",
        "[Behind a proxy](proxy.md) has the whole configuration. `guildhall config show` prints the present value.";
    IPV6_UNREACHABLE = "network.ipv6_unreachable", Warning, "The IPv6 address cannot be reached",
        "The name has an IPv6 address (AAAA record) at which the server does not answer, while its IPv4 address works. Many clients try IPv6 first, and wait.",
        "Correct or delete the AAAA record, or allow the port for IPv6 in the router's firewall and listen at `[::]`.";
}
