//! Others who talk, come, go and react all the time, as they do around a real account.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::shared::SharedWorld;
use crate::steps::StepError;
use crate::world::{GroupId, Role, UserId};

/// The group in which nobody but others does anything, and who comes and goes there.
const GROUP: GroupId = 70_004;
const VISITOR: UserId = 40_006;

/// Makes things happen among others until it is dropped.
pub struct Chatter {
    task: JoinHandle<()>,
}

impl Chatter {
    /// Begins, with something every so often. What happens is the same in the same order each time.
    pub fn start(world: &SharedWorld, every: Duration) -> Self {
        let world = world.clone();
        let task = tokio::spawn(async move {
            let mut turn = 0_u64;
            loop {
                happen(&world, turn);
                turn += 1;
                tokio::time::sleep(every).await;
            }
        });
        Self { task }
    }
}

impl Drop for Chatter {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// One thing more. What cannot be just now, such as somebody joining who is there, does not happen.
fn happen(world: &SharedWorld, turn: u64) {
    let talker = world.read(|world| {
        let group = world.group(GROUP).ok()?;
        let others: Vec<UserId> =
            group.members.values().filter(|it| it.role == Role::Member).map(|it| it.user).collect();
        let others: Vec<UserId> = others.into_iter().filter(|user| !world.accounts().any(|it| it == *user)).collect();
        others.get(usize::try_from(turn).unwrap_or(0) % others.len().max(1)).copied()
    });
    let Some(talker) = talker else { return };
    let step = |name: &str, params: Value| {
        let done = world.step(name, &params);
        debug_assert!(matches!(done, Ok(_) | Err(StepError::Refused { .. })), "{name}: {done:?}");
        done.unwrap_or_default()
    };
    match turn % 4 {
        0 | 2 => {
            let sent = step("say", json!({ "from": talker, "group": GROUP, "text": format!("Chat {turn}") }));
            if turn % 4 == 2 {
                step("react", json!({ "message": sent["message"], "face": 76, "user": talker }));
            }
        }
        1 => drop(step("member_join", json!({ "group": GROUP, "user": VISITOR }))),
        _ => drop(step("member_leave", json!({ "group": GROUP, "user": VISITOR }))),
    }
}
