//! Every contract of a dialect to source text, and all dialects from their files on; the goal for all is 300 ms.
//!
//! `cargo bench -p botspec-codegen`

use botspec_codegen::{GeneratedFile, rust};
use botspec_schema::{Catalog, Dialect, Sources};
use divan::Bencher;

fn main() {
    divan::main();
}

fn generate(catalog: &Catalog, dialect: &Dialect) -> Vec<GeneratedFile> {
    rust::generate(dialect, catalog.dialects()).expect("it has bindings")
}

#[divan::bench(args = Catalog::builtin().dialects().map(Dialect::name))]
fn dialect(bencher: Bencher<'_, '_>, name: &str) {
    let dialect = Catalog::builtin().dialect(name).expect("the dialect is built in");
    bencher.bench(|| generate(Catalog::builtin(), dialect));
}

#[divan::bench(sample_count = 20)]
fn all() -> Vec<GeneratedFile> {
    let catalog = Catalog::load(&Sources::builtin()).expect("the built-in contracts load");
    let family = rust::Family::new(catalog.dialects()).expect("they have bindings");
    catalog.dialects().flat_map(|dialect| family.files(dialect.name()).expect("it has bindings")).collect()
}
