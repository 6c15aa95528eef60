//! The `botspec` command: it reads the command line, calls the crate that does the work, and turns what came of it into
//! text and an exit code.

mod cli;
mod commands;
mod failure;
mod print;
mod style;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let cli = match cli::Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no mistakes; everything else is a usage error.
            let _ = error.print();
            return failure::exit(if error.use_stderr() { failure::USAGE } else { failure::OK });
        }
    };
    match commands::dispatch(cli.command) {
        Ok(code) => failure::exit(code),
        Err(failure) => {
            eprintln!("botspec: {failure}");
            failure::exit(failure.code())
        }
    }
}
