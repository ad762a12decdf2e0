//! `guildhall routes [--json]`: the route table that the router is built from.

use guildhall_api::Route;

use crate::config::Config;
use crate::wiring;

pub async fn run(config: Config, json: bool) -> Result<(), String> {
    let table = wiring::route_table(config).await?;
    if json {
        println!("{}", serde_json::to_string_pretty(&table).map_err(|error| error.to_string())?);
    } else {
        print!("{}", format_table(&table));
    }
    Ok(())
}

fn format_table(table: &[Route]) -> String {
    let path_chars = table.iter().map(|route| route.path.len()).max().unwrap_or_default();
    let permission_chars = table.iter().map(|route| route.permission.len()).max().unwrap_or_default();
    let line = |route: &Route| {
        format!(
            "{:<6} {:<path_chars$} {:<7} {:<permission_chars$} {}\n",
            route.method, route.path, route.gate, route.permission, route.operation
        )
    };
    table.iter().map(line).collect()
}
