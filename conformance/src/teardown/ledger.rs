//! The ledger: one line for each change and for what came of it, flushed before the change is made, so that a run which
//! is cut off at any point leaves behind what has to be put back.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::OwnedMutexGuard;

/// A call of an action.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Call {
    /// The action.
    pub action: String,
    /// Its parameters.
    pub params: Value,
}

impl Call {
    /// Whether two calls are the same, an id as a number or as a string.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (&self.params, &other.params) {
            (Value::Object(one), Value::Object(two)) => {
                self.action == other.action
                    && one.len() == two.len()
                    && one.iter().all(|(key, value)| {
                        two.get(key).is_some_and(|it| crate::contract::id_text(it) == crate::contract::id_text(value))
                    })
            }
            (one, two) => self.action == other.action && one == two,
        }
    }
}

/// Whose account was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Account {
    /// The account that is checked.
    Checked,
    /// The second account.
    Actor,
}

/// One line of the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
enum Line {
    /// Where the target is that is changed.
    Target { address: String },
    /// A change is about to be made.
    Change {
        number: u64,
        account: Account,
        call: Call,
        /// What puts it back; absent while only the answer can report.
        undo: Option<Call>,
    },
    /// The answer reported what puts it back.
    Made { number: u64, undo: Call },
    /// What puts it back is about to be called.
    Trying { number: u64 },
    /// It was called in vain.
    Failed { number: u64 },
    /// Nothing is left to be put back: it was, or the change was not made.
    Settled { number: u64 },
}

/// A change that is not put back yet.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Change {
    pub(crate) number: u64,
    pub(crate) account: Account,
    pub(crate) call: Call,
    pub(crate) undo: Option<Call>,
    /// Whether what puts it back was called, and nobody learned what came of that.
    pub(crate) was_tried: bool,
}

/// Why a change cannot be written down, so that it is not made, or why a ledger cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{}: {what}", path.display())]
pub struct LedgerError {
    path: PathBuf,
    what: String,
}

/// The changes of a run that are not put back yet.
#[derive(Debug, Default)]
pub struct Ledger {
    path: Option<PathBuf>,
    /// Where the target is, as far as that is known.
    address: Option<String>,
    state: Mutex<State>,
    /// Held while something is made that only a list shows: what is new on it is of one change.
    making: Arc<tokio::sync::Mutex<()>>,
}

#[derive(Debug, Default)]
struct State {
    file: Option<File>,
    address: Option<String>,
    next: u64,
    open: BTreeMap<u64, Change>,
}

impl Ledger {
    /// The file's name in the folder of a run.
    pub const FILE_NAME: &'static str = "undo.ndjson";

    /// A ledger in a folder; the file is made with the first change. What an earlier run left in it stays.
    pub fn in_folder(folder: &Path) -> Result<Self, LedgerError> {
        Self::open(folder, None)
    }

    /// The same for a run on the target at an address: what was changed on another one is not for it to put back.
    pub(crate) fn for_target(folder: &Path, address: Option<String>) -> Result<Self, LedgerError> {
        Self::open(folder, address)
    }

    fn open(folder: &Path, address: Option<String>) -> Result<Self, LedgerError> {
        let path = folder.join(Self::FILE_NAME);
        let mut state = State::default();
        match File::open(&path) {
            Ok(file) => state.read(&path, file)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(LedgerError { path, what: error.to_string() }),
        }
        if let (Some(own), Some(other)) = (&address, &state.address)
            && own != other
            && !state.open.is_empty()
        {
            let folder = folder.display();
            let what = format!(
                "holds what was changed on {other} and not put back; `botspec undo {folder}` puts it back, or name \
                 another folder with --out"
            );
            return Err(LedgerError { path, what });
        }
        let address = address.or(state.address.take());
        Ok(Self { path: Some(path), address, state: Mutex::new(state), making: Arc::default() })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where it is kept.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Waits until nothing else is made that only a list shows.
    pub(crate) async fn making_alone(&self) -> OwnedMutexGuard<()> {
        Arc::clone(&self.making).lock_owned().await
    }

    /// How many changes are not put back.
    pub fn len(&self) -> usize {
        self.state().open.len()
    }

    /// Whether everything is put back.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether a call is among those that would put something back: what it was before this run is known already.
    pub(crate) fn restores(&self, account: Account, wanted: impl Fn(&Call) -> bool) -> bool {
        self.state().open.values().any(|change| change.account == account && change.undo.as_ref().is_some_and(&wanted))
    }

    /// Writes a change down before it is made.
    pub(crate) fn begin(&self, account: Account, call: Call, undo: Option<Call>) -> Result<u64, LedgerError> {
        let mut state = self.state();
        let number = state.next;
        state.next += 1;
        self.write(&mut state, &Line::Change { number, account, call: call.clone(), undo: undo.clone() })?;
        state.open.insert(number, Change { number, account, call, undo, was_tried: false });
        Ok(number)
    }

    /// Writes down what puts a change back, as its answer reported.
    pub(crate) fn made(&self, number: u64, undo: Call) {
        let mut state = self.state();
        // What cannot be written is still known to this run.
        let _ = self.write(&mut state, &Line::Made { number, undo: undo.clone() });
        if let Some(change) = state.open.get_mut(&number) {
            change.undo = Some(undo);
        }
    }

    /// Writes down that a change is about to be put back.
    pub(crate) fn try_to_settle(&self, number: u64) {
        let mut state = self.state();
        let _ = self.write(&mut state, &Line::Trying { number });
    }

    /// Writes down that a change could not be put back.
    pub(crate) fn tried_in_vain(&self, number: u64) {
        let mut state = self.state();
        let _ = self.write(&mut state, &Line::Failed { number });
        state.open.entry(number).and_modify(|change| change.was_tried = false);
    }

    /// Nothing is left of a change.
    pub(crate) fn settle(&self, number: u64) {
        let mut state = self.state();
        let _ = self.write(&mut state, &Line::Settled { number });
        state.open.remove(&number);
        if state.open.is_empty()
            && let Some(path) = &self.path
        {
            state.file = None;
            // A ledger without changes states nothing; should it stay, it states so too.
            let _ = std::fs::remove_file(path);
        }
    }

    /// Nothing is left of the changes that such a call puts back.
    pub(crate) fn settle_where(&self, account: Account, put_back: impl Fn(&Call) -> bool) {
        let of = |change: &&Change| change.account == account && change.undo.as_ref().is_some_and(&put_back);
        let settled: Vec<u64> = self.state().open.values().filter(of).map(|change| change.number).collect();
        for number in settled {
            self.settle(number);
        }
    }

    /// What is not put back, the newest first.
    pub(crate) fn open_changes(&self) -> Vec<Change> {
        self.state().open.values().rev().cloned().collect()
    }

    fn write(&self, state: &mut State, line: &Line) -> Result<(), LedgerError> {
        let Some(path) = &self.path else { return Ok(()) };
        let failed = |error: std::io::Error| LedgerError { path: path.clone(), what: error.to_string() };
        let mut bytes = Vec::new();
        if state.file.is_none() {
            let text = std::fs::read(path).unwrap_or_default();
            let mut options = OpenOptions::new();
            options.append(true).create(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            state.file = Some(options.open(path).map_err(failed)?);
            // A line that was cut off stays alone.
            if !text.is_empty() && !text.ends_with(b"\n") {
                bytes.push(b'\n');
            }
            if let Some(address) = self.address.clone().filter(|_| text.is_empty()) {
                put(&mut bytes, &Line::Target { address }).map_err(failed)?;
            }
        }
        put(&mut bytes, line).map_err(failed)?;
        let Some(file) = &mut state.file else { return Ok(()) };
        file.write_all(&bytes).and_then(|()| file.sync_data()).map_err(failed)
    }
}

fn put(bytes: &mut Vec<u8>, line: &Line) -> std::io::Result<()> {
    serde_json::to_writer(&mut *bytes, line)?;
    bytes.push(b'\n');
    Ok(())
}

impl State {
    /// Reads the lines of a file. A last line that is cut off was never followed by its change.
    fn read(&mut self, path: &Path, file: File) -> Result<(), LedgerError> {
        for (at, line) in BufReader::new(file).lines().enumerate() {
            let failed = |what: String| LedgerError { path: path.to_owned(), what };
            let line = line.map_err(|error| failed(error.to_string()))?;
            let line: Line = match serde_json::from_str(&line) {
                Ok(line) => line,
                Err(error) if error.is_eof() => continue,
                Err(error) => return Err(failed(format!("line {}: {error}", at + 1))),
            };
            match line {
                Line::Target { address } => self.address = Some(address),
                Line::Change { number, account, call, undo } => {
                    self.next = self.next.max(number + 1);
                    self.open.insert(number, Change { number, account, call, undo, was_tried: false });
                }
                Line::Made { number, undo } => {
                    if let Some(change) = self.open.get_mut(&number) {
                        change.undo = Some(undo);
                    }
                }
                Line::Trying { number } => drop(self.open.entry(number).and_modify(|change| change.was_tried = true)),
                Line::Failed { number } => drop(self.open.entry(number).and_modify(|change| change.was_tried = false)),
                Line::Settled { number } => drop(self.open.remove(&number)),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn call(action: &str) -> Call {
        Call { action: action.to_owned(), params: json!({"group_id": 70001}) }
    }

    #[test]
    fn what_was_not_put_back_is_known_to_the_next_who_reads() {
        let folder = tempfile::tempdir().expect("a folder");
        let ledger = Ledger::in_folder(folder.path()).expect("nothing is there");
        assert!(!folder.path().join(Ledger::FILE_NAME).exists(), "no change, no file");
        let first = ledger.begin(Account::Checked, call("a"), Some(call("undo-a"))).expect("written");
        let second = ledger.begin(Account::Actor, call("b"), None).expect("written");
        let third = ledger.begin(Account::Checked, call("c"), Some(call("undo-c"))).expect("written");
        ledger.made(second, call("undo-b"));
        ledger.settle(first);
        let again = Ledger::in_folder(folder.path()).expect("it reads");
        let undo: Vec<_> =
            again.open_changes().into_iter().map(|it| (it.number, it.undo.expect("known").action)).collect();
        assert_eq!(undo, [(third, "undo-c".to_owned()), (second, "undo-b".to_owned())]);
        assert_eq!(again.begin(Account::Checked, call("d"), None).expect("written"), 3, "numbers go on");
        for number in [1, 2, 3] {
            again.settle(number);
        }
        assert!(!folder.path().join(Ledger::FILE_NAME).exists(), "nothing is left");
    }

    #[test]
    fn what_was_changed_on_another_target_is_not_put_back_on_this_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let of = |address: &str| Ledger::for_target(folder.path(), Some(address.to_owned()));
        of("http://127.0.0.1:3000").and_then(|it| it.begin(Account::Checked, call("a"), None)).expect("written");
        assert_eq!(of("http://127.0.0.1:3000").expect("the same").len(), 1);
        let error = of("http://127.0.0.1:4000").expect_err("another").to_string();
        assert!(error.contains("http://127.0.0.1:3000") && error.contains("botspec undo"), "{error}");
        Ledger::in_folder(folder.path()).expect("whose it is, is not asked").settle(0);
        assert!(of("http://127.0.0.1:4000").is_ok(), "nothing is left");
    }

    #[test]
    fn who_was_cut_off_while_putting_back_is_told_from_who_failed() {
        let folder = tempfile::tempdir().expect("a folder");
        let ledger = Ledger::in_folder(folder.path()).expect("nothing is there");
        let number = ledger.begin(Account::Checked, call("a"), Some(call("undo-a"))).expect("written");
        let was_tried = || Ledger::in_folder(folder.path()).expect("it reads").open_changes()[0].was_tried;
        assert!(!was_tried());
        ledger.try_to_settle(number);
        assert!(was_tried());
        ledger.tried_in_vain(number);
        assert!(!was_tried());
    }

    #[test]
    fn a_line_that_was_cut_off_is_no_change() {
        let folder = tempfile::tempdir().expect("a folder");
        let ledger = Ledger::in_folder(folder.path()).expect("nothing is there");
        ledger.begin(Account::Checked, call("a"), None).expect("written");
        let path = folder.path().join(Ledger::FILE_NAME);
        let whole = std::fs::read_to_string(&path).expect("a file");
        std::fs::write(&path, format!("{whole}{}", &whole[..whole.len() / 2])).expect("written");
        assert_eq!(Ledger::in_folder(folder.path()).expect("it reads").len(), 1);
        let more = Ledger::in_folder(folder.path()).expect("it reads");
        more.begin(Account::Checked, call("b"), None).expect("written");
        assert_eq!(Ledger::in_folder(folder.path()).expect("it reads").len(), 2, "what comes after it is read");
        std::fs::write(&path, "{\"type\":\"other\"}\n").expect("written");
        let error = Ledger::in_folder(folder.path()).expect_err("no ledger").to_string();
        assert!(error.contains("line 1"), "{error}");
    }
}
