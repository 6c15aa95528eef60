//! `botspec codegen`: bindings for a dialect.

use std::path::Path;

use botspec_codegen::{CodegenError, GeneratedFile, python, rust, typescript};
use botspec_schema::Catalog;

use super::dialect;
use crate::cli::{CodegenArgs, PackageArgs};
use crate::failure::{FAILED, Failure, OK};
use crate::print;

/// Writes the Rust bindings, or checks that they are up to date.
pub(crate) fn rust(args: &CodegenArgs) -> Result<u8, Failure> {
    let own = dialect(&args.package.dialect)?;
    let (files, what) = if args.standalone {
        (rust::standalone(own), "rust --standalone")
    } else {
        (rust::generate(own, Catalog::builtin().dialects()), "rust")
    };
    put(&args.package.dialect, files, &args.package.out, args.package.check, what)
}

/// Writes the TypeScript types, or checks that they are up to date.
pub(crate) fn typescript(args: &PackageArgs) -> Result<u8, Failure> {
    put(&args.dialect, typescript::generate(dialect(&args.dialect)?), &args.out, args.check, "typescript")
}

/// Writes the Python package, or checks that it is up to date.
pub(crate) fn python(args: &PackageArgs) -> Result<u8, Failure> {
    put(&args.dialect, python::generate(dialect(&args.dialect)?), &args.out, args.check, "python")
}

/// Writes files, or checks that they are up to date; `what` is the subcommand that makes them, with its flags.
fn put(
    dialect: &str,
    files: Result<Vec<GeneratedFile>, CodegenError>,
    out: &Path,
    check: bool,
    what: &str,
) -> Result<u8, Failure> {
    let files = files.map_err(|error| Failure::with_code(FAILED, format!("{dialect}: {error}")))?;
    let shown = out.display();
    if check {
        let stale = botspec_codegen::check(&files, out).map_err(|error| Failure::usage(error.to_string()))?;
        for entry in &stale {
            print::text(&format!("{entry}\n"))?;
        }
        if stale.is_empty() {
            return Ok(OK);
        }
        print::text(&format!(
            "run `botspec codegen {what} --dialect {dialect} --out {shown}` to bring it up to date\n"
        ))?;
        return Ok(FAILED);
    }
    let changed = botspec_codegen::write_to(&files, out).map_err(|error| Failure::usage(error.to_string()))?;
    print::text(&format!("{} files in {shown}, {} of them brought up to date\n", files.len(), changed.len()))?;
    Ok(OK)
}
