//! The machine's whole disks, as the kernel lists them.

use crate::check::Context;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Disk {
    /// `sda`, `nvme0n1`.
    pub name: String,
    pub size_bytes: u64,
}

/// Disks of hardware; no partitions, arrays, loops or optical drives. Sorted by name.
pub(super) async fn disks(context: &Context<'_>) -> Vec<Disk> {
    let mut disks = Vec::new();
    for name in context.machine.list_folder("/sys/block".as_ref()).await.unwrap_or_default() {
        let is_disk = ["sd", "hd", "vd", "nvme", "mmcblk", "xvd"].iter().any(|prefix| name.starts_with(prefix));
        let is_removable = context.kernel_value(&format!("/sys/block/{name}/removable")).await.as_deref() == Some("1");
        // In sectors of 512 bytes, whatever the disk's own are.
        let sectors = context.kernel_value(&format!("/sys/block/{name}/size")).await.and_then(|text| text.parse::<u64>().ok());
        if let Some(sectors) = sectors.filter(|sectors| is_disk && !is_removable && *sectors > 0) {
            disks.push(Disk { name, size_bytes: sectors.saturating_mul(512) });
        }
    }
    disks
}
