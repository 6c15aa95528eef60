//! The plugin for pytest: its own tests, among them the example of the README, and its types.

use std::process::Command;

use crate::harness::Done;

/// Python as `scripts/test-tools` installs it, in the folder of the plugin.
fn python() -> Command {
    let repository = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut python = Command::new(repository.join("target/test-tools/venv/bin/python"));
    python.current_dir(repository.join("conformance/pytest-botspec"));
    python.env("PYTHONPATH", "src").env("PYTHONDONTWRITEBYTECODE", "1").arg("-m");
    python
}

fn passes(command: &mut Command) {
    let output = command.output();
    let done: Done = output.unwrap_or_else(|error| panic!("{error}: {command:?}; run `scripts/test-tools`")).into();
    assert_eq!(done.code, Some(0), "{}{}", done.out, done.err);
}

#[test]
fn its_own_tests_pass() {
    let plugin = ["pytest", "-q", "-p", "no:cacheprovider", "-p", "pytest_botspec.plugin"];
    passes(python().args(plugin).args(["--botspec", env!("CARGO_BIN_EXE_botspec"), "tests"]));
}

#[test]
fn its_types_are_complete() {
    passes(python().args(["mypy", "--strict", "--cache-dir", "/dev/null", "src"]));
}
