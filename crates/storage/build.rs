//! Embeds `migrations/NNNN_name/{sqlite,postgres,mysql}.sql` as a table of steps, so that adding a folder is enough.

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

// Also a module of the crate's tests.
#[path = "src/step_folders.rs"]
mod step_folders;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=migrations");
    println!("cargo::rerun-if-changed=src/step_folders.rs");
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("migrations");
    let mut table = String::from("&[\n");
    for step in step_folders::read(&root)? {
        write!(table, "    Step {{ version: {}, name: {:?}", step.version, step.name)?;
        for dialect in step_folders::DIALECTS {
            let file = step.text(dialect);
            println!("cargo::rerun-if-changed={}", file.display());
            write!(table, ", {dialect}: include_str!({:?})", file.display().to_string())?;
        }
        table.push_str(" },\n");
    }
    table.push(']');
    fs::write(Path::new(&env::var("OUT_DIR")?).join("steps.rs"), table)?;
    Ok(())
}
