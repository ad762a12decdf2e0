//! The server's process and the machine's operating system.

mod clock;
mod limits;
mod memory;
mod process;
mod unit;
mod updates;

use crate::check::Check;
use crate::kind::kinds;

pub(crate) static CHECKS: &[&Check] = &[
    &process::CHECK,
    &unit::CHECK,
    &clock::CHECK,
    &memory::CHECK,
    &limits::DESCRIPTORS,
    &limits::KERNEL,
    &updates::REBOOT,
    &updates::UPDATES,
];

kinds! {
    SERVER_STOPPED = "system.server_stopped", Warning, "The server does not run",
        "No process serves this data folder, so that nobody can use the chat.",
        "Start it with `systemctl start guildhall`, or `guildhall serve`.",
        "If it does not stay up, `journalctl -u guildhall -n 50` shows its last words.";
    SERVER_UNRESPONSIVE = "system.server_unresponsive", Critical, "The server does not answer",
        "A process holds the data folder, but does not answer at its local socket: it is starting, stopping or stuck.",
        "Wait a minute, then restart it with `systemctl restart guildhall` if it still does not answer.";
    UNIT_FAILED = "system.unit_failed", Critical, "The service has failed",
        "systemd has given up to start the server.",
        "Read the cause with `journalctl -u guildhall -n 50`, mend it, and run `systemctl restart guildhall`.";
    UNIT_RESTARTED = "system.restarted_after_failures", Warning, "The server was restarted after failures",
        "The server's process ended unexpectedly and systemd has started it again; connections were interrupted each time.",
        "Look for the cause with `journalctl -u guildhall`; `systemctl reset-failed guildhall` sets the count back to zero.";
    UNIT_DISABLED = "system.not_started_at_boot", Warning, "The server does not start with the machine",
        "The service runs now, but is not enabled, so that the chat stays away after the next reboot.",
        "Run `systemctl enable guildhall`.";
    RESTART_NEEDED = "system.restart_needed", Warning, "An older version is still running",
        "The program was replaced on the disk, but the process still runs the old one.",
        "Run `systemctl restart guildhall`; people's connections return by themselves.";
    VERSION_OLD = "system.version_old", Info, "The last update was long ago",
        "The program on this machine is half a year old or more; newer versions mend defects and security problems.",
        "See whether there is a newer version, and install it.";
    REBOOT_REQUIRED = "system.reboot_required", Warning, "The machine waits for a reboot",
        "Updates of the operating system, mostly of its kernel, only apply after a reboot.",
        "Reboot the machine at a quiet hour.";
    SECURITY_UPDATES = "system.security_updates", Warning, "Security updates wait to be installed",
        "The operating system offers updates of programs with known security problems. The check reads what the machine has downloaded, and asks nobody.",
        "Run `apt upgrade`, and consider the package `unattended-upgrades`, which does it by itself.";
    PACKAGE_LISTS_OLD = "system.package_lists_old", Info, "The machine has not looked for updates for long",
        "The lists of available packages are more than two weeks old, so that security updates are not noticed.",
        "Run `apt update`, and consider the package `unattended-upgrades`, which does it by itself.";
    CLOCK_UNSYNCHRONIZED = "system.clock_not_synchronized", Warning, "The clock is not synchronized",
        "Nothing keeps the machine's clock right. A clock that runs away ends sessions too early, makes certificates invalid, and puts messages into a wrong order.",
        "Run `timedatectl set-ntp true`, or install `chrony`.";
    CLOCK_OFFSET = "system.clock_wrong", Critical, "The clock is wrong",
        "The machine's clock differs from the time of its time servers.",
        "Run `chronyc makestep` to set it at once, and check with `chronyc sources` that time servers can be reached.";
    CLOCK_UNKNOWN = "system.clock_not_verified", Info, "The clock could not be verified",
        "Neither systemd nor chrony can say whether the clock is synchronized. In a container, the clock is that of its host.",
        "Make sure that the machine, or the host of the container, synchronizes its clock.";
    MEMORY_LOW = "system.memory_low", Warning, "Little memory is left",
        "When memory runs out, the operating system ends programs, often the database or the server.",
        "Look for what takes it with `ps aux --sort=-rss | head`, and add memory or move other programs away.";
    MEMORY_LIMIT = "system.memory_limit", Warning, "The server is near its memory limit",
        "The service or container has a limit of memory, and the server is ended if it passes it.",
        "Raise the limit (`MemoryMax` of the unit, or `memory` of the container).";
    OOM_KILLED = "system.out_of_memory", Warning, "Processes of the server were ended for lack of memory",
        "The operating system has ended processes within the server's limit of memory since the service was started.",
        "Raise the limit (`MemoryMax` of the unit, or `memory` of the container), or add memory.";
    DESCRIPTORS_LOW = "system.descriptors_low", Warning, "Few connections are possible",
        "Each connection takes a file descriptor, and the server may open only few of them.",
        "Set `LimitNOFILE=1048576` in the unit (`systemctl edit guildhall`) and restart the server.";
    DESCRIPTORS_USED = "system.descriptors_used", Critical, "Most connections are taken",
        "The server has opened most of the file descriptors that it may open; when they are used up, nobody can connect any more.",
        "Set a higher `LimitNOFILE` in the unit (`systemctl edit guildhall`) and restart the server.";
    BACKLOG_SMALL = "system.backlog_small", Info, "Few connections may wait to be accepted",
        "When many people connect at the same moment, such as after a restart, the kernel turns away those that do not fit its queue; they try again a little later.",
        "Set `net.core.somaxconn=4096` in `/etc/sysctl.d/60-guildhall.conf` and run `sysctl --system`.";
    PORT_RANGE_SMALL = "system.port_range_small", Info, "Few ports are left for outgoing connections",
        "Connections to a proxy, a database on another machine and webhooks each take a port of a range, which is small here.",
        "Set `net.ipv4.ip_local_port_range=10240 65535` in `/etc/sysctl.d/60-guildhall.conf` and run `sysctl --system`.";
    OVERCOMMIT_STRICT = "system.overcommit_strict", Info, "The kernel promises no more memory than there is",
        "With `vm.overcommit_memory=2`, programs that reserve memory without using it can fail although memory is free.",
        "Set `vm.overcommit_memory=0` in `/etc/sysctl.d/60-guildhall.conf` and run `sysctl --system`, unless another program needs it.";
    HUGE_PAGES_ALWAYS = "system.huge_pages_always", Info, "The kernel uses huge pages everywhere",
        "With transparent huge pages set to `always`, the memory of idle connections and of the database grows for no gain.",
        "Run `echo madvise > /sys/kernel/mm/transparent_hugepage/enabled`, and put it where it is done at each boot.";
}
