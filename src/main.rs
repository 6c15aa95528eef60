//! The `botspec` command: it reads the command line, calls the crate that does the work, and turns what came of it into
//! text and an exit code.

mod cli;
mod commands;
mod failure;
mod files;
mod interrupt;
mod log;
mod print;
mod style;

use std::process::ExitCode;

use botspec_reports::visible::visible;
use clap::Parser;

fn main() -> ExitCode {
    // A line to paste is made of the arguments again, so that all of them have to be text.
    if let Some(argument) = std::env::args_os().find(|argument| argument.to_str().is_none()) {
        eprintln!("botspec: an argument is not valid UTF-8: {}", argument.display());
        return failure::exit(failure::USAGE);
    }
    let cli = match cli::Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no mistakes; everything else is a usage error.
            let _ = error.print();
            return failure::exit(if error.use_stderr() { failure::USAGE } else { failure::OK });
        }
    };
    match log::init().and_then(|()| commands::dispatch(cli.command)) {
        Ok(code) => failure::exit(code),
        Err(failure) => {
            eprintln!("botspec: {}", visible(&failure.to_string()));
            failure::exit(failure.code())
        }
    }
}
