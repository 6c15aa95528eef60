//! Each feature compiles by itself: what a dialect takes over from another is there without that other's feature.

use std::path::Path;
use std::process::Command;

use botspec_schema::{Catalog, Dialect};

/// A build of its own, so that features that other crates ask for are not mixed in.
fn check(features: &str) -> Result<(), String> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("features");
    let output = Command::new(env!("CARGO"))
        .args(["check", "--quiet", "--locked", "--offline", "--no-default-features", "--features", features])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("CARGO_TARGET_DIR", target)
        .env("CARGO_INCREMENTAL", "0")
        .env("RUSTFLAGS", "-D warnings")
        .output()
        .expect("cargo runs");
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

#[test]
fn each_dialect_compiles_without_the_others() {
    for dialect in Catalog::builtin().dialects().map(Dialect::name) {
        check(&format!("{dialect},client")).unwrap_or_else(|errors| panic!("{dialect} with client:\n{errors}"));
    }
    check("onebot11,reverse-ws").unwrap_or_else(|errors| panic!("with WebSockets:\n{errors}"));
    check("milky,http").unwrap_or_else(|errors| panic!("with HTTP:\n{errors}"));
    check("napcat,actions").unwrap_or_else(|errors| panic!("without client:\n{errors}"));
    check("napcat").unwrap_or_else(|errors| panic!("without actions:\n{errors}"));
    check("").unwrap_or_else(|errors| panic!("without any:\n{errors}"));
}
