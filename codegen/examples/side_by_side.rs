//! What `scripts/compare-generators` looks at: the export of a dialect, examples of its events, and its bindings with the
//! time that they took.
//!
//! `cargo run --release -p botspec-codegen --example side_by_side -- DIALECT DIR`

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use botspec_codegen::{rust, write_to};
use botspec_schema::export::{Format, export};
use botspec_schema::{Catalog, Sources};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [name, dir] = args.as_slice() else { return Err("expected a dialect and a folder".into()) };
    let dir = Path::new(dir);
    std::fs::create_dir_all(dir)?;

    let started = Instant::now();
    let catalog = Catalog::load(&Sources::builtin()).map_err(|defects| defects.to_string())?;
    let dialect = catalog.dialect(name).ok_or("no such dialect")?;
    // By itself, as the other programs generate it too; in the repository a dialect takes over from its parent.
    let files = rust::generate(dialect, [])?;
    write_to(&files, &dir.join("bindings"))?;
    println!("{:.2}", started.elapsed().as_secs_f64());

    std::fs::write(dir.join("schema.json"), export(dialect, Format::JsonSchema).to_string())?;
    let events = dialect.events.values().flat_map(|event| &event.value.examples);
    let lines: Vec<String> = events.map(ToString::to_string).collect();
    std::fs::write(dir.join("events.ndjson"), lines.join("\n") + "\n")?;
    Ok(())
}
