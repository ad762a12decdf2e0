//! Embeds `migrations/NNNN_name/{sqlite,postgres,mysql}.sql` as a table of steps, so that adding a folder is enough.

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=migrations");
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("migrations");
    let mut folders: Vec<_> = fs::read_dir(&root)?.collect::<Result<Vec<_>, _>>()?.into_iter().map(|entry| entry.path()).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();

    let mut table = String::from("&[\n");
    let mut last = 0;
    for folder in folders {
        let folder_name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let (version, name) = folder_name.split_once('_').ok_or_else(|| format!("migrations/{folder_name}: call it NNNN_name"))?;
        let version: i64 = version.parse().map_err(|_| format!("migrations/{folder_name}: call it NNNN_name"))?;
        if version <= last {
            return Err(format!("migrations/{folder_name}: step {version} is there twice; give one of them the next free number").into());
        }
        last = version;
        write!(table, "    Step {{ version: {version}, name: {name:?}")?;
        for dialect in ["sqlite", "postgres", "mysql"] {
            let file = folder.join(format!("{dialect}.sql"));
            if !file.is_file() {
                return Err(format!("migrations/{folder_name}: {dialect}.sql is missing").into());
            }
            println!("cargo::rerun-if-changed={}", file.display());
            write!(table, ", {dialect}: include_str!({:?})", file.display().to_string())?;
        }
        table.push_str(" },\n");
    }
    table.push(']');
    fs::write(Path::new(&env::var("OUT_DIR")?).join("steps.rs"), table)?;
    Ok(())
}
