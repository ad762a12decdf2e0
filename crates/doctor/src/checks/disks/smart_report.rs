//! Reads the JSON of `smartctl -j -a` (smartmontools, from version 7.0).

use serde_json::Value;

/// What matters of one disk.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Report {
    pub model: String,
    pub serial_number: String,
    /// Whether the disk has a diagnosis at all; disks of virtual machines have none.
    pub is_available: bool,
    /// The disk's own judgement.
    pub passed: Option<bool>,
    pub temperature_celsius: Option<i64>,
    pub reallocated_sectors: i64,
    pub pending_sectors: i64,
    pub uncorrectable_sectors: i64,
    pub power_on_hours: Option<i64>,
    pub is_solid_state: bool,
    /// How much of its life a solid-state disk has used; may exceed 100.
    pub used_percent: Option<i64>,
    /// Errors of the medium that an NVMe disk could not correct.
    pub media_errors: i64,
    /// Bits of the critical warning of an NVMe disk (NVM Express, SMART / Health Information).
    pub critical_warning: i64,
    /// Of the program, such as a missing permission.
    pub messages: Vec<String>,
}

/// Of the table of ATA attributes.
const REALLOCATED: i64 = 5;
const PENDING: i64 = 197;
const UNCORRECTABLE: i64 = 198;
/// Percentage of life that is left, as makers of SATA disks give it.
const LIFE_LEFT: [i64; 2] = [231, 202];

pub(super) fn parse(text: &str) -> Option<Report> {
    let json: Value = serde_json::from_str(text).ok()?;
    let text = |pointer: &str| json.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    let number = |pointer: &str| json.pointer(pointer).and_then(Value::as_i64);
    let attributes = json.pointer("/ata_smart_attributes/table").and_then(Value::as_array);
    let attribute = |id: i64| attributes?.iter().find(|attribute| attribute["id"].as_i64() == Some(id));
    // Some disks pack more into the upper bytes of the raw value.
    let raw = |id: i64| attribute(id).and_then(|attribute| attribute["raw"]["value"].as_i64()).map_or(0, |value| value & 0xFFFF_FFFF);
    let is_solid_state = number("/rotation_rate") == Some(0) || json.get("nvme_smart_health_information_log").is_some();
    let life_left = LIFE_LEFT.iter().find_map(|id| attribute(*id)).and_then(|attribute| attribute["value"].as_i64());
    let nvme = "/nvme_smart_health_information_log";
    Some(Report {
        model: text("/model_name"),
        serial_number: text("/serial_number"),
        is_available: json.pointer("/smart_support/available").and_then(Value::as_bool).unwrap_or(json.get("smart_status").is_some()),
        passed: json.pointer("/smart_status/passed").and_then(Value::as_bool),
        temperature_celsius: number("/temperature/current"),
        reallocated_sectors: raw(REALLOCATED),
        pending_sectors: raw(PENDING),
        uncorrectable_sectors: raw(UNCORRECTABLE),
        power_on_hours: number("/power_on_time/hours"),
        is_solid_state,
        used_percent: number(&format!("{nvme}/percentage_used")).or(life_left.filter(|_| is_solid_state).map(|left| 100 - left)),
        media_errors: number(&format!("{nvme}/media_errors")).unwrap_or(0),
        critical_warning: number(&format!("{nvme}/critical_warning")).unwrap_or(0),
        messages: json
            .pointer("/smartctl/messages")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|message| message["string"].as_str().map(str::to_owned))
            .collect(),
    })
}

#[cfg(test)]
pub(super) mod recorded {
    use serde_json::{Value, json};

    /// A hard disk of SATA, in order.
    pub fn ata() -> Value {
        let attribute = |id: i64, name: &str, value: i64, raw: i64| {
            json!({"id": id, "name": name, "value": value, "worst": value, "thresh": 10, "when_failed": "",
                "flags": {"value": 51, "string": "PO--CK ", "prefailure": true}, "raw": {"value": raw, "string": raw.to_string()}})
        };
        json!({
            "json_format_version": [1, 0],
            "smartctl": {"version": [7, 3], "argv": ["smartctl", "-j", "-a", "/dev/sda"], "exit_status": 0},
            "device": {"name": "/dev/sda", "info_name": "/dev/sda [SAT]", "type": "sat", "protocol": "ATA"},
            "model_family": "Western Digital Red", "model_name": "WDC WD40EFRX-68N32N0", "serial_number": "WD-WCC7K0AAAAAA",
            "user_capacity": {"blocks": 7_814_037_168_i64, "bytes": 4_000_787_030_016_i64}, "rotation_rate": 5400,
            "smart_support": {"available": true, "enabled": true},
            "smart_status": {"passed": true},
            "ata_smart_attributes": {"revision": 16, "table": [
                attribute(5, "Reallocated_Sector_Ct", 200, 0), attribute(9, "Power_On_Hours", 66, 24_911),
                attribute(194, "Temperature_Celsius", 118, 32), attribute(197, "Current_Pending_Sector", 200, 0),
                attribute(198, "Offline_Uncorrectable", 100, 0)]},
            "power_on_time": {"hours": 24_911}, "temperature": {"current": 32}
        })
    }

    /// A solid-state disk of NVMe, in order.
    pub fn nvme() -> Value {
        json!({
            "json_format_version": [1, 0],
            "smartctl": {"version": [7, 3], "argv": ["smartctl", "-j", "-a", "/dev/nvme0n1"], "exit_status": 0},
            "device": {"name": "/dev/nvme0n1", "info_name": "/dev/nvme0n1", "type": "nvme", "protocol": "NVMe"},
            "model_name": "Samsung SSD 980 PRO 1TB", "serial_number": "S5GXNX0AAAAAAAA", "firmware_version": "5B2QGXA7",
            "smart_support": {"available": true, "enabled": true},
            "smart_status": {"passed": true, "nvme": {"value": 0}},
            "nvme_smart_health_information_log": {"critical_warning": 0, "temperature": 41, "available_spare": 100,
                "available_spare_threshold": 10, "percentage_used": 7, "data_units_read": 21_903_112, "data_units_written": 38_441_027,
                "power_cycles": 61, "power_on_hours": 9_841, "unsafe_shutdowns": 12, "media_errors": 0, "num_err_log_entries": 0},
            "temperature": {"current": 41}, "power_on_time": {"hours": 9_841}
        })
    }

    /// Without permission.
    pub fn denied() -> Value {
        json!({
            "json_format_version": [1, 0],
            "smartctl": {"version": [7, 3], "argv": ["smartctl", "-j", "-a", "/dev/sda"], "exit_status": 2,
                "messages": [{"string": "Smartctl open device: /dev/sda failed: Permission denied", "severity": "error"}]}
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn disks_of_both_kinds_are_read() {
        let ata = parse(&recorded::ata().to_string()).unwrap();
        assert_eq!((ata.model.as_str(), ata.passed, ata.temperature_celsius), ("WDC WD40EFRX-68N32N0", Some(true), Some(32)));
        assert_eq!((ata.is_solid_state, ata.used_percent, ata.power_on_hours), (false, None, Some(24_911)));
        let nvme = parse(&recorded::nvme().to_string()).unwrap();
        assert_eq!((nvme.is_solid_state, nvme.used_percent, nvme.media_errors), (true, Some(7), 0));
        let denied = parse(&recorded::denied().to_string()).unwrap();
        assert_eq!((denied.is_available, denied.messages.len()), (false, 1));
        assert_eq!(parse("smartctl 7.3"), None);
    }
}
