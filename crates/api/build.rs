//! Packs the guide for administrators and the references (`docs/ops`, `docs/reference`) into one compressed file of the binary.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::{self, File};
use std::path::Path;
use std::{env, io};

use flate2::{Compression, GzBuilder};

fn main() -> Result<(), Box<dyn Error>> {
    let docs = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../../docs");
    let mut texts = BTreeMap::new();
    for folder in [docs.join("ops"), docs.join("reference")] {
        println!("cargo::rerun-if-changed={}", folder.display());
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "md") {
                println!("cargo::rerun-if-changed={}", path.display());
                let name = path.file_stem().and_then(|name| name.to_str()).ok_or("a file in docs has no name")?.to_owned();
                texts.insert(name, fs::read_to_string(&path)?);
            }
        }
    }
    let packed = File::create(Path::new(&env::var("OUT_DIR")?).join("help.json.gz"))?;
    let mut packer = GzBuilder::new().write(io::BufWriter::new(packed), Compression::best());
    serde_json::to_writer(&mut packer, &texts)?;
    io::Write::flush(&mut packer.finish()?)?;
    Ok(())
}
