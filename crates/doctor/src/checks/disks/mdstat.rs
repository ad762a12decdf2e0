//! Reads `/proc/mdstat`, in which the kernel describes its arrays (the format is that of the kernel's `drivers/md/md.c`).

/// One array.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Array {
    /// `md0`.
    pub name: String,
    pub is_active: bool,
    /// `raid1`; empty where it is inactive.
    pub level: String,
    pub members: Vec<Member>,
    /// Disks that it should have, and that work: `[2/1]`.
    pub disks: Option<(u64, u64)>,
    pub action: Option<Action>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    /// `sda1`.
    pub device: String,
    pub is_failed: bool,
    pub is_spare: bool,
}

/// What the kernel does with the array in the background.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Action {
    /// `recovery`, `resync`, `reshape` or `check`.
    pub name: String,
    /// `12.6%`; empty while it waits.
    pub progress: String,
    /// `127.5min`; empty while it waits.
    pub finish: String,
}

impl Array {
    pub const fn is_degraded(&self) -> bool {
        matches!(self.disks, Some((wanted, working)) if working < wanted)
    }
}

pub(super) fn parse(text: &str) -> Vec<Array> {
    let mut arrays: Vec<Array> = Vec::new();
    for line in text.lines() {
        let is_head = line.starts_with("md") && line.contains(" : ");
        if is_head {
            arrays.extend(parse_head(line));
        } else if line.starts_with(char::is_whitespace)
            && let Some(array) = arrays.last_mut()
        {
            parse_detail(array, line.trim());
        }
    }
    arrays
}

/// `md0 : active raid1 sdb1[1](F) sda1[0]`, `md1 : active (auto-read-only) raid1 ...`, `md127 : inactive sdb1[1](S)`.
fn parse_head(line: &str) -> Option<Array> {
    let (name, rest) = line.split_once(" : ")?;
    let mut words = rest.split_ascii_whitespace().filter(|word| !word.starts_with('(')).peekable();
    let is_active = words.next()? == "active";
    let level = words.next_if(|word| !word.contains('[')).unwrap_or_default().to_owned();
    let member = |word: &str| {
        let (device, rest) = word.split_once('[')?;
        Some(Member { device: device.to_owned(), is_failed: rest.contains("(F)"), is_spare: rest.contains("(S)") })
    };
    let members = words.filter_map(member).collect();
    Some(Array { name: name.trim().to_owned(), is_active, level, members, disks: None, action: None })
}

fn parse_detail(array: &mut Array, line: &str) {
    // `976630464 blocks super 1.2 [2/1] [U_]`.
    if array.disks.is_none() && line.contains(" blocks") {
        array.disks = line.split_ascii_whitespace().find_map(|word| {
            let (wanted, working) = word.strip_prefix('[')?.strip_suffix(']')?.split_once('/')?;
            Some((wanted.parse().ok()?, working.parse().ok()?))
        });
    }
    // `[==>....]  recovery = 12.6% (37043392/292945152) finish=127.5min speed=33440K/sec`, `resync=DELAYED`.
    for name in ["recovery", "resync", "reshape", "check"] {
        let rest = line.split_once(name).map(|(_, rest)| rest.trim_start()).and_then(|rest| rest.strip_prefix('='));
        let Some(rest) = rest else { continue };
        let progress = rest.split_ascii_whitespace().next().filter(|word| word.ends_with('%')).unwrap_or_default();
        let finish = rest.split_ascii_whitespace().find_map(|word| word.strip_prefix("finish=")).unwrap_or_default();
        array.action = Some(Action { name: name.to_owned(), progress: progress.to_owned(), finish: finish.to_owned() });
        return;
    }
}

#[cfg(test)]
pub(super) mod recorded {
    pub const HEALTHY: &str = "Personalities : [raid1] [raid0] [raid6] [raid5] [raid4] [raid10] 
md1 : active raid1 sdb2[1] sda2[0]
      975585280 blocks super 1.2 [2/2] [UU]
      bitmap: 2/8 pages [8KB], 65536KB chunk

md0 : active (auto-read-only) raid1 sdb1[1] sda1[0]
      1046528 blocks super 1.2 [2/2] [UU]
      
unused devices: <none>
";
    pub const DEGRADED: &str = "Personalities : [raid1] 
md0 : active raid1 sda1[0]
      976630464 blocks super 1.2 [2/1] [U_]
      bitmap: 5/8 pages [20KB], 65536KB chunk

unused devices: <none>
";
    pub const FAILED_DISK: &str = "Personalities : [raid1] 
md0 : active raid1 sdb1[1](F) sda1[0]
      976630464 blocks super 1.2 [2/1] [U_]
      
unused devices: <none>
";
    pub const REBUILDING: &str = "Personalities : [raid1] 
md0 : active raid1 sdc1[2] sda1[0]
      976630464 blocks super 1.2 [2/1] [U_]
      [==>..................]  recovery = 12.6% (123055488/976630464) finish=127.5min speed=111520K/sec
      bitmap: 3/8 pages [12KB], 65536KB chunk

unused devices: <none>
";
    pub const CHECKING: &str = "Personalities : [raid1] 
md0 : active raid1 sdb1[1] sda1[0]
      976630464 blocks super 1.2 [2/2] [UU]
      [=>...................]  check =  6.2% (60551040/976630464) finish=82.1min speed=185820K/sec

unused devices: <none>
";
    pub const WAITING: &str = "Personalities : [raid1] 
md1 : active raid1 sdb2[1] sda2[0]
      975585280 blocks super 1.2 [2/2] [UU]
      \tresync=DELAYED

unused devices: <none>
";
    pub const INACTIVE: &str = "Personalities : 
md127 : inactive sdb1[1](S)
      976630464 blocks super 1.2
       
unused devices: <none>
";
    pub const NONE: &str = "Personalities : \nunused devices: <none>\n";
}

#[cfg(test)]
mod tests {
    use super::recorded::{CHECKING, DEGRADED, FAILED_DISK, HEALTHY, INACTIVE, NONE, REBUILDING, WAITING};
    use super::*;

    #[test]
    fn healthy_arrays_are_read() {
        let arrays = parse(HEALTHY);
        assert_eq!(arrays.len(), 2);
        assert_eq!((arrays[0].name.as_str(), arrays[0].level.as_str(), arrays[0].disks), ("md1", "raid1", Some((2, 2))));
        assert_eq!((arrays[1].name.as_str(), arrays[1].is_active, arrays[1].members.len()), ("md0", true, 2));
        assert!(arrays.iter().all(|array| !array.is_degraded() && array.action.is_none()));
        assert_eq!(parse(NONE), []);
    }

    #[test]
    fn the_states_of_a_damaged_array_are_read() {
        assert!(parse(DEGRADED)[0].is_degraded());
        let members = &parse(FAILED_DISK)[0].members;
        assert_eq!(
            members.iter().map(|member| (member.device.as_str(), member.is_failed)).collect::<Vec<_>>(),
            [("sdb1", true), ("sda1", false)]
        );
        let action = parse(REBUILDING)[0].action.clone().unwrap();
        assert_eq!((action.name.as_str(), action.progress.as_str(), action.finish.as_str()), ("recovery", "12.6%", "127.5min"));
        assert_eq!(parse(CHECKING)[0].action.clone().unwrap().name, "check");
        assert_eq!(
            parse(WAITING)[0].action.clone().unwrap(),
            Action { name: "resync".into(), progress: String::new(), finish: String::new() }
        );
        let inactive = &parse(INACTIVE)[0];
        assert_eq!((inactive.is_active, inactive.level.as_str(), inactive.members[0].is_spare), (false, "", true));
    }
}
