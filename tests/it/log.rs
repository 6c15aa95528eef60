//! What `BOTSPEC_LOG` prints.

use crate::harness::{Done, arg, command, folder};

fn run(level: &str) -> Done {
    let folder = folder();
    let args = ["run", "--dialect", "onebot11", "--select", "onebot11/echo/string", "--out", arg(folder.path())];
    command(args).env("BOTSPEC_LOG", level).output().expect("the command starts").into()
}

#[test]
fn a_log_names_the_check_of_each_call_and_no_secret() {
    let done = run("debug");
    assert_eq!(done.code, Some(0), "{}", done.err);
    let call = done.err.lines().find(|line| line.contains("answered") && line.contains("check{label="));
    let call = call.unwrap_or_else(|| panic!("no call of a check:\n{}", done.err));
    assert!(call.contains("onebot11/echo/string @") && call.contains("took_ms="), "{call}");
    assert!(!done.err.contains("embedded-token"), "{}", done.err);
    let quiet = run("off");
    assert!(!quiet.err.contains("DEBUG"), "{}", quiet.err);
}

#[test]
fn an_unknown_level_is_a_usage_error() {
    let done = run("loud");
    assert_eq!(done.code, Some(2));
    assert_eq!(
        done.err,
        "botspec: BOTSPEC_LOG: unknown level `loud`; levels are `error`, `warn`, `info`, `debug`, `trace` and `off`\n"
    );
}
