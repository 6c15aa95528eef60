//! Runs the built command.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdout, Command, Output, Stdio};

/// What a command printed, and how it ended.
pub(crate) struct Done {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Done {
    /// Standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("not JSON: {error}\n{}\n{}", self.out, self.err))
    }
}

impl From<Output> for Done {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("botspec prints UTF-8");
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

/// A command line of botspec; the working directory is the repository unless said otherwise.
pub(crate) fn command<'a>(args: impl IntoIterator<Item = &'a str>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_botspec"));
    command.args(args).env_remove("BOTSPEC_TOKEN").env_remove("BOTSPEC_ACTOR_TOKEN").env("NO_COLOR", "1");
    command.stdin(Stdio::null());
    command
}

/// Runs a command line to its end.
pub(crate) fn botspec<'a>(args: impl IntoIterator<Item = &'a str>) -> Done {
    command(args).output().expect("the command starts").into()
}

/// Runs a command line with something on standard input.
pub(crate) fn botspec_with_input<'a>(args: impl IntoIterator<Item = &'a str>, input: &[u8]) -> Done {
    let mut child = command(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut stdin = child.stdin.take().expect("standard input is piped");
    // A command that does not read its input closes the pipe; that is its business.
    let _ = stdin.write_all(input);
    drop(stdin);
    child.wait_with_output().expect("the command ends").into()
}

/// A command that goes on until it is dropped.
pub(crate) struct Running {
    child: Child,
    lines: BufReader<ChildStdout>,
    complaints: Option<BufReader<ChildStderr>>,
}

impl Running {
    /// Starts a command line.
    pub(crate) fn start<'a>(args: impl IntoIterator<Item = &'a str>) -> Self {
        let mut child = command(args).stdout(Stdio::piped()).spawn().expect("the command starts");
        let lines = BufReader::new(child.stdout.take().expect("standard output is piped"));
        Self { child, lines, complaints: None }
    }

    /// Starts a command line whose complaints matter too.
    pub(crate) fn start_heard<'a>(args: impl IntoIterator<Item = &'a str>) -> Self {
        let piped = command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = piped.expect("the command starts");
        let lines = BufReader::new(child.stdout.take().expect("standard output is piped"));
        let complaints = child.stderr.take().map(BufReader::new);
        Self { child, lines, complaints }
    }

    /// The next line that it complains with.
    pub(crate) fn complaint(&mut self) -> String {
        let mut line = String::new();
        self.complaints.as_mut().expect("standard error is piped").read_line(&mut line).expect("a line");
        line.trim_end().to_owned()
    }

    /// Ends it, and gives what else it complained of.
    pub(crate) fn other_complaints(mut self) -> String {
        let _ = self.child.kill();
        let mut rest = String::new();
        self.complaints.take().expect("standard error is piped").read_to_string(&mut rest).expect("text");
        rest
    }

    /// The next line that it prints.
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).expect("a line");
        line.trim_end().to_owned()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a signal to a process.
pub(crate) fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([format!("-{name}"), child.id().to_string()]).status().expect("kill runs");
    assert!(sent.success());
}

/// A folder of its own for a test, gone afterwards.
pub(crate) fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// The path as an argument.
pub(crate) fn arg(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

/// The repository.
pub(crate) fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
