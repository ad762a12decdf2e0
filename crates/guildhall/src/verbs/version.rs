//! `guildhall version [--json]`: from what this binary was built.

use crate::build_info::BuildInfo;

pub fn run(json: bool) -> Result<(), String> {
    let build = BuildInfo::of_this_binary();
    if json {
        println!("{}", serde_json::to_string_pretty(&build).map_err(|error| error.to_string())?);
    } else {
        println!("{build}");
    }
    Ok(())
}
