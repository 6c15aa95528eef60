//! Every contract of a dialect to source text.
//!
//! `cargo bench -p botspec-codegen`

use botspec_codegen::rust;
use botspec_schema::Catalog;

fn main() {
    divan::main();
}

#[divan::bench]
fn onebot11(bencher: divan::Bencher<'_, '_>) {
    let dialect = Catalog::builtin().dialect("onebot11").expect("the dialect is built in");
    bencher.bench(|| rust::generate(dialect, None).expect("it has bindings"));
}
