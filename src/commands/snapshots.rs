//! `botspec snapshots`: the answers of a build that later builds are compared with, as files.
//!
//! A folder holds one folder per dialect, with a file per action, event and segment. What a run found changed stands beside
//! it as `.snap.new`, as insta does it, so that its tools work here too.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, BufRead, IsTerminal, Lines, StdinLock, Write, stdin, stdout};
use std::path::{Path, PathBuf};

use botspec_conformance::{
    KeptSnapshots, Snapshot, SnapshotResult, Snapshots, compare_snapshots, matches, read_snapshot, write_snapshot,
};
use botspec_reports::record::{ChangedAnswer, Text};
use botspec_reports::{Language, changed_answer};
use botspec_schema::closest;

use crate::cli::{SnapshotsArgs, SnapshotsCommand};
use crate::failure::Failure;
use crate::files::{self, Readers};
use crate::print;

const KEPT: &str = ".snap";
const PENDING: &str = ".snap.new";
const BUILD: &str = "build.json";
const GROUPS: [&str; 3] = ["action", "event", "segment"];

/// Shows, accepts or rejects what changed.
pub(crate) fn run(command: &SnapshotsCommand) -> Result<u8, Failure> {
    match command {
        SnapshotsCommand::Review(args) => review(args),
        SnapshotsCommand::Accept(args) => each(args, Pending::accept, "accepted"),
        SnapshotsCommand::Reject(args) => each(args, Pending::reject, "rejected"),
    }
}

/// The snapshots of a dialect in a folder; nothing where there are none yet.
pub(super) fn read(dir: &Path, dialect: &str) -> Result<KeptSnapshots, Failure> {
    let folder = dir.join(dialect);
    let build = folder.join(BUILD);
    let build = match fs::read_to_string(&build) {
        Ok(text) => Some(serde_json::from_str(&text).map_err(|error| wrong(&build, &error.to_string()))?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(wrong(&build, &error.to_string())),
    };
    let mut snapshots = Snapshots::new();
    for path in snapshot_files(&folder, KEPT)? {
        let (name, snapshot) = read_file(&path)?;
        snapshots.insert(name, snapshot);
    }
    Ok(KeptSnapshots { build, snapshots })
}

/// Writes what a run came to: what to keep, and what waits to be accepted.
pub(super) fn write(dir: &Path, dialect: &str, result: &SnapshotResult) -> Result<(), Failure> {
    let folder = dir.join(dialect);
    for (name, snapshot) in &result.keep {
        write_file(&folder.join(file_name(name, KEPT)), name, snapshot)?;
    }
    for path in snapshot_files(&folder, PENDING)? {
        let seen = read_file(&path).ok().is_none_or(|(name, _)| result.seen.contains(&name));
        if seen {
            fs::remove_file(&path).map_err(|error| wrong(&path, &error.to_string()))?;
        }
    }
    for (name, snapshot) in &result.pending {
        write_file(&folder.join(file_name(name, PENDING)), name, snapshot)?;
    }
    // Until what changed is accepted, the snapshots are those of the build before.
    if snapshot_files(&folder, PENDING)?.is_empty()
        && let Some(build) = &result.build
    {
        let path = folder.join(BUILD);
        let text = serde_json::to_string_pretty(build).map_err(|error| wrong(&path, &error.to_string()))?;
        files::write_whole(&path, Readers::Everybody, |out| writeln!(out, "{text}"))
            .map_err(|error| wrong(&path, &error.to_string()))?;
    }
    Ok(())
}

/// What a run states of its snapshots, beside what changed.
pub(super) fn summary(dir: &Path, result: &SnapshotResult) -> Vec<Text> {
    let mut lines = Vec::new();
    let SnapshotResult { added, learned, changes, build, .. } = result;
    let dir = dir.display();
    if !added.is_empty() {
        let number = added.len();
        lines.push(Text::both(format!("{number} new snapshots in {dir}"), format!("{dir} 中新增 {number} 个快照")));
    }
    if build.as_ref().is_some_and(|build| build.runs == 1) && changes.is_empty() {
        lines.push(Text::both(
            "run once more on this build, so that values that change by themselves are known before the next one",
            "请对当前版本再运行一次，以便在升级之前得知哪些值本来就会变",
        ));
    }
    if !learned.is_empty() {
        let first = learned.iter().take(3).map(String::as_str).collect::<Vec<_>>().join(", ");
        let (number, more) = (learned.len(), if learned.len() > 3 { ", …" } else { "" });
        lines.push(Text::both(
            format!("learned to change by themselves: {number} ({first}{more})"),
            format!("得知本来就会变的值：{number} 处（{first}{more}）"),
        ));
    }
    if !changes.is_empty() {
        lines.push(Text::both(
            format!("to look at what changed: botspec snapshots review {dir}"),
            format!("查看变化：botspec snapshots review {dir}"),
        ));
    }
    lines
}

/// A snapshot that waits to be accepted.
struct Pending {
    path: PathBuf,
    name: String,
    snapshot: Snapshot,
}

impl Pending {
    fn kept_path(&self) -> PathBuf {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        self.path.with_file_name(name.replace(PENDING, KEPT))
    }

    fn changes(&self) -> Result<Vec<ChangedAnswer>, Failure> {
        let (_, kept) = read_file(&self.kept_path())?;
        Ok(compare_snapshots(&self.name, &kept, &self.snapshot))
    }

    fn accept(&self) -> io::Result<()> {
        fs::rename(&self.path, self.kept_path())
    }

    fn reject(&self) -> io::Result<()> {
        fs::remove_file(&self.path)
    }
}

fn review(args: &SnapshotsArgs) -> Result<u8, Failure> {
    let pending = pending(args)?;
    let asks = stdin().is_terminal() && stdout().is_terminal();
    let mut lines = stdin().lock().lines();
    for pending in &pending {
        let mut text = format!("{}\n", pending.path.display());
        for change in pending.changes()? {
            let _ = writeln!(text, "  {}", changed_answer(&change, Language::En));
        }
        print::text(&text)?;
        if asks && !decide(pending, &mut lines)? {
            return Ok(0);
        }
    }
    if pending.is_empty() {
        print::text("nothing waits to be accepted\n")?;
    } else if !asks {
        print::text(&format!("botspec snapshots accept {} takes them over\n", args.dir.display()))?;
    }
    Ok(0)
}

/// Asks what to do with what waits until that is understood, and does it; whether there is anybody to ask.
fn decide(pending: &Pending, lines: &mut Lines<StdinLock<'_>>) -> Result<bool, Failure> {
    loop {
        print::text("  [a]ccept, [r]eject or [s]kip? ")?;
        stdout().flush().map_err(|error| Failure::usage(error.to_string()))?;
        let Some(Ok(answer)) = lines.next() else { return Ok(false) };
        let done = match answer.trim() {
            "a" | "accept" => pending.accept(),
            "r" | "reject" => pending.reject(),
            "s" | "skip" => Ok(()),
            _ => continue,
        };
        done.map_err(|error| wrong(&pending.path, &error.to_string()))?;
        return Ok(true);
    }
}

fn each(args: &SnapshotsArgs, act: impl Fn(&Pending) -> io::Result<()>, done: &str) -> Result<u8, Failure> {
    let pending = pending(args)?;
    for pending in &pending {
        act(pending).map_err(|error| wrong(&pending.path, &error.to_string()))?;
    }
    print::text(&format!("{} {done}\n", pending.len()))?;
    Ok(0)
}

/// What waits to be accepted in all dialects of a folder. A name that means none of it is an error.
fn pending(args: &SnapshotsArgs) -> Result<Vec<Pending>, Failure> {
    let mut all = Vec::new();
    let folders = fs::read_dir(&args.dir).map_err(|error| wrong(&args.dir, &error.to_string()))?;
    let mut folders: Vec<PathBuf> = folders.filter_map(|entry| Some(entry.ok()?.path())).collect();
    folders.sort();
    for folder in folders.iter().filter(|folder| folder.is_dir()) {
        for path in snapshot_files(folder, PENDING)? {
            let (name, snapshot) = read_file(&path)?;
            all.push(Pending { path, name, snapshot });
        }
    }
    for name in &args.names {
        if !all.iter().any(|pending| matches(name, &pending.name)) {
            let near = closest(name, all.iter().map(|pending| pending.name.as_str()));
            let near = near.map(|near| format!("; closest: `{near}`")).unwrap_or_default();
            return Err(Failure::usage(format!("no snapshot that waits to be accepted matches `{name}`{near}")));
        }
    }
    let wanted =
        |pending: &Pending| args.names.is_empty() || args.names.iter().any(|name| matches(name, &pending.name));
    all.retain(wanted);
    Ok(all)
}

/// The files of a dialect's folder that end in a way, in order.
fn snapshot_files(folder: &Path, ending: &str) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    for group in GROUPS {
        let folder = folder.join(group);
        match fs::read_dir(&folder) {
            Ok(entries) => {
                let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
                found.extend(paths.filter(|path| path.to_string_lossy().ends_with(ending)));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(wrong(&folder, &error.to_string())),
        }
    }
    found.sort();
    Ok(found)
}

fn read_file(path: &Path) -> Result<(String, Snapshot), Failure> {
    let text = fs::read_to_string(path).map_err(|error| wrong(path, &error.to_string()))?;
    read_snapshot(&text).map_err(|error| {
        Failure::usage(format!(
            "{}:{error}; take it from version control, or delete it to have it made anew",
            path.display()
        ))
    })
}

fn write_file(path: &Path, name: &str, snapshot: &Snapshot) -> Result<(), Failure> {
    let text = write_snapshot(name, snapshot);
    files::write_whole(path, Readers::Everybody, |out| out.write_all(text.as_bytes()))
        .map_err(|error| wrong(path, &error.to_string()))
}

/// Where a snapshot stands below the folder of its dialect. Tools pass over files that begin with a dot.
fn file_name(name: &str, ending: &str) -> PathBuf {
    let (group, name) = name.split_once('/').unwrap_or(("action", name));
    let name = name.strip_prefix('.').map_or_else(|| name.to_owned(), |name| format!("dot-{name}"));
    let safe = |letter: char| if letter.is_ascii_alphanumeric() || "._-".contains(letter) { letter } else { '-' };
    Path::new(group).join(format!("{}{ending}", name.chars().map(safe).collect::<String>()))
}

fn wrong(path: &Path, what: &str) -> Failure {
    Failure::usage(format!("{}: {what}", path.display()))
}
