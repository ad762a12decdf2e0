//! Reads `mdadm --detail`, which knows more than the kernel's file: disks that were removed, and the number of failed ones.

/// What matters of the output.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Detail {
    /// `clean, degraded, recovering`.
    pub state: String,
    pub failed_devices: u64,
    pub spare_devices: u64,
    /// The lines of the table of devices.
    pub devices: Vec<String>,
}

pub(super) fn parse(text: &str) -> Detail {
    let mut detail = Detail::default();
    let mut in_table = false;
    for line in text.lines() {
        if in_table && !line.trim().is_empty() {
            detail.devices.push(line.split_ascii_whitespace().collect::<Vec<_>>().join(" "));
        } else if line.trim_start().starts_with("Number") && line.contains("RaidDevice") {
            in_table = true;
        } else if let Some((name, value)) = line.split_once(" : ") {
            let value = value.trim();
            match name.trim() {
                "State" => detail.state = value.to_owned(),
                "Failed Devices" => detail.failed_devices = value.parse().unwrap_or(0),
                "Spare Devices" => detail.spare_devices = value.parse().unwrap_or(0),
                _ => {}
            }
        }
    }
    detail
}

#[cfg(test)]
pub(super) const DEGRADED: &str = "/dev/md0:
           Version : 1.2
     Creation Time : Tue Jan 13 09:12:33 2026
        Raid Level : raid1
        Array Size : 976630464 (931.39 GiB 1000.07 GB)
     Used Dev Size : 976630464 (931.39 GiB 1000.07 GB)
      Raid Devices : 2
     Total Devices : 2
       Persistence : Superblock is persistent

     Intent Bitmap : Internal

       Update Time : Sun Nov 29 08:31:16 2026
             State : clean, degraded 
    Active Devices : 1
   Working Devices : 1
    Failed Devices : 1
     Spare Devices : 0

Consistency Policy : bitmap

              Name : studio:0
              UUID : 7c1f2f34:1d2b3c4d:5e6f7a8b:9c0d1e2f
            Events : 4711

    Number   Major   Minor   RaidDevice State
       0       8        1        0      active sync   /dev/sda1
       -       0        0        1      removed

       1       8       17        -      faulty   /dev/sdb1
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn state_counts_and_devices_are_read() {
        let detail = parse(DEGRADED);
        assert_eq!((detail.state.as_str(), detail.failed_devices, detail.spare_devices), ("clean, degraded", 1, 0));
        assert_eq!(detail.devices, ["0 8 1 0 active sync /dev/sda1", "- 0 0 1 removed", "1 8 17 - faulty /dev/sdb1"]);
        assert_eq!(parse("mdadm: must be super-user to perform this action\n"), Detail::default());
    }
}
