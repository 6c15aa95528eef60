//! `botspec codegen`: bindings for a dialect.

use botspec_codegen::rust;
use botspec_schema::Catalog;

use super::dialect;
use crate::cli::CodegenArgs;
use crate::failure::{FAILED, Failure, OK};
use crate::print;

/// Writes the Rust bindings, or checks that they are up to date.
pub(crate) fn rust(args: &CodegenArgs) -> Result<u8, Failure> {
    let own = dialect(&args.dialect)?;
    let files =
        if args.standalone { rust::standalone(own) } else { rust::generate(own, Catalog::builtin().dialects()) };
    let files = files.map_err(|error| Failure::with_code(FAILED, format!("{}: {error}", args.dialect)))?;
    let shown = args.out.display();
    if args.check {
        let stale = botspec_codegen::check(&files, &args.out).map_err(|error| Failure::usage(error.to_string()))?;
        for entry in &stale {
            print::text(&format!("{entry}\n"))?;
        }
        if stale.is_empty() {
            return Ok(OK);
        }
        print::text(&format!(
            "run `botspec codegen rust --dialect {}{} --out {shown}` to bring it up to date\n",
            args.dialect,
            if args.standalone { " --standalone" } else { "" }
        ))?;
        return Ok(FAILED);
    }
    let changed = botspec_codegen::write_to(&files, &args.out).map_err(|error| Failure::usage(error.to_string()))?;
    print::text(&format!("{} files in {shown}, {} of them brought up to date\n", files.len(), changed.len()))?;
    Ok(OK)
}
