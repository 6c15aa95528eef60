//! A program of other people that is connected to `botspec serve`, and what it tells.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::repository;

/// How long a client may take to tell its next line. Nothing waits this long but a test that fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// A client that runs until it is dropped.
pub(super) struct Client {
    script: &'static str,
    child: Child,
    calls: ChildStdin,
    lines: Receiver<String>,
}

impl Client {
    /// Starts a script of `tests/clients` with what runs it, as `scripts/test-tools` installed it.
    pub(super) fn start(script: &'static str, args: &[&str], env: &[(&str, &str)]) -> Self {
        let tools = repository().join("target/test-tools");
        assert!(tools.join("installed").exists(), "the clients are not there; `scripts/test-tools` installs them");
        let python = PathBuf::from(script).extension().is_some_and(|extension| extension == "py");
        let program = if python { tools.join("venv/bin/python") } else { PathBuf::from("node") };
        let mut command = Command::new(program);
        command.arg(repository().join("tests/clients").join(script)).args(args);
        command.env("NODE_PATH", tools.join("node_modules")).env("PYTHONDONTWRITEBYTECODE", "1");
        command.envs(env.iter().copied());
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child =
            command.spawn().unwrap_or_else(|error| panic!("{error}: {command:?}; run `scripts/test-tools`"));
        let calls = child.stdin.take().expect("standard input is piped");
        let told = BufReader::new(child.stdout.take().expect("standard output is piped"));
        let (sender, lines) = channel();
        thread::spawn(move || {
            for line in told.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Self { script, child, calls, lines }
    }

    /// The next line that it tells.
    #[track_caller]
    pub(super) fn line(&self, wanted: &str) -> Value {
        let script = self.script;
        let line = self.lines.recv_timeout(PATIENCE);
        let line = line.unwrap_or_else(|error| panic!("{script} told nothing more of {wanted}: {error}"));
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{script}: {error}: {line}"))
    }

    /// Has it call an action.
    pub(super) fn call(&mut self, action: &str, params: &Value) {
        let call = json!({ "action": action, "params": params });
        writeln!(self.calls, "{call}").expect("the client takes calls");
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
