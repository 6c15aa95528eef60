//! Putting back what a run changed, the newest change first.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use botspec_reports::record::{Left, Text};
use botspec_reports::shell;
use botspec_schema::{Catalog, Kind};

use crate::answer;
use crate::contract::Contract;
use crate::gate::Gate;
use crate::redact::Secrets;
use crate::target::Target;
use crate::teardown::{Account, Call, Change, Ledger, LedgerError};

/// How long putting back may take in all, so that nobody waits for it in vain.
const LONGEST: Duration = Duration::from_secs(120);

/// Puts back what is open in a ledger; what could not be put back comes back.
pub(crate) async fn put_back(ledger: &Ledger, gate: &Gate, actor: Option<&Gate>, secrets: &Secrets) -> Vec<Left> {
    let until = Instant::now() + LONGEST;
    let mut left = Vec::new();
    for change in ledger.open_changes() {
        let account = match change.account {
            Account::Checked => Some(gate),
            Account::Actor => actor,
        };
        let put_back = match account {
            None => Err(Text::both("the second account is not there", "没有第二个账号")),
            Some(_) if Instant::now() >= until => Err(Text::both("it took too long", "耗时过长")),
            Some(gate) if gate.is_gone() => Err(Text::both("the target stopped answering", "目标停止响应")),
            Some(gate) => one(ledger, gate, &change).await,
        };
        match put_back {
            Ok(()) => ledger.settle(change.number),
            Err(why) => left.push(not_put_back(ledger, &change, &why, secrets)),
        }
    }
    left
}

/// Puts one change back, and reads whether it is.
async fn one(ledger: &Ledger, gate: &Gate, change: &Change) -> Result<(), Text> {
    let Some(undo) = &change.undo else {
        return Err(Text::both("the answer does not name what was made", "响应没有说明创建了什么"));
    };
    let failed =
        |seen: &Text| Text::both(format!("{}: {}", undo.action, seen.en), format!("{}：{}", undo.action, seen.zh()));
    ledger.try_to_settle(change.number);
    let in_vain = || {
        if !change.was_tried {
            ledger.tried_in_vain(change.number);
        }
    };
    let exchange = gate.call_back(undo).await.map_err(|refusal| {
        in_vain();
        failed(&refusal.describe())
    })?;
    let contract = gate.contract();
    match exchange.json().map(|envelope| answer::call_outcome(contract, envelope)) {
        Some(answer::CallOutcome::Ok) => {}
        // Whoever was cut off before that was answered has put it back: there is nothing left to remove.
        Some(answer::CallOutcome::Failed(_)) if change.was_tried => {}
        // What its contract does not permit was sent to be refused; what is refused again was not made.
        Some(answer::CallOutcome::Failed(_)) if is_against(contract, &change.call) => {}
        outcome => {
            // What was not answered may have been done.
            if outcome.is_some() {
                in_vain();
            }
            return Err(failed(&answer::describe(contract, &exchange)));
        }
    }
    match gate.told_now(undo).await {
        Some(reported) if !reported.is_same(undo) => Err(Text::both(
            format!("{} succeeded, and another value is read afterwards", undo.action),
            format!("{} 成功了，但随后读到的是其他值", undo.action),
        )),
        _ => Ok(()),
    }
}

/// Whether the parameters of a call are none that its contract permits.
fn is_against(contract: &Contract, call: &Call) -> bool {
    !contract.differences(Kind::ActionParams, Some(&call.action), &call.params).is_empty()
}

/// A change that is left, with the reason and the line that tries it again.
fn not_put_back(ledger: &Ledger, change: &Change, why: &Text, secrets: &Secrets) -> Left {
    let Change { call: Call { action, params }, .. } = change;
    let folder = ledger.path().and_then(Path::parent);
    Left {
        what: secrets
            .clean_note(Text::both(format!("what {action} {params} changed"), format!("{action} {params} 所做的更改"))),
        why: secrets.clean_note(why.clone()),
        repeat: folder.map(|folder| format!("botspec undo {}", shell::quoted(&folder.to_string_lossy()))),
    }
}

/// What came of putting back later.
#[derive(Debug)]
pub struct Undone {
    /// How many changes were put back.
    pub put_back: usize,
    /// What could not be.
    pub left: Vec<Left>,
}

/// Puts back what a run left open in a folder, on the target that it ran on.
pub async fn undo(catalog: &Catalog, target: Target, folder: &Path) -> Result<Undone, UndoError> {
    let ledger = Ledger::in_folder(folder)?;
    let before = ledger.len();
    let contract = Contract::new(catalog, &target.dialect).map(Arc::new);
    let contract = contract.ok_or_else(|| UndoError::UnknownDialect(target.dialect.clone()))?;
    let secrets = Arc::new(Secrets::default());
    let actor = target.actor.clone();
    let gate = Gate::new(target, Arc::clone(&contract), Arc::clone(&secrets));
    let actor = actor.map(|actor| Gate::new(*actor, contract, Arc::clone(&secrets)));
    let left = put_back(&ledger, &gate, actor.as_ref(), &secrets).await;
    Ok(Undone { put_back: before - left.len(), left })
}

/// Why nothing can be put back.
#[derive(Debug, thiserror::Error)]
pub enum UndoError {
    /// The ledger cannot be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// There is no such dialect.
    #[error("there is no dialect `{0}`")]
    UnknownDialect(String),
}
