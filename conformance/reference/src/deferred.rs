//! Calls that are answered before they are done.

use std::time::Duration;

use tokio::sync::{mpsc, watch};

/// Something to do later.
pub(crate) type Task = Box<dyn FnOnce() + Send>;

/// Does tasks in the order in which they came, with a pause after each.
pub(crate) struct Queue(mpsc::Sender<Task>);

impl Queue {
    /// A queue that ends with the server.
    pub(crate) fn start(room: usize, pause: Duration, mut end: watch::Receiver<bool>) -> Self {
        let (sender, mut tasks) = mpsc::channel::<Task>(room);
        tokio::spawn(async move {
            loop {
                let task = tokio::select! {
                    task = tasks.recv() => task,
                    _ = end.wait_for(|end| *end) => None,
                };
                let Some(task) = task else { break };
                task();
                if !pause.is_zero() {
                    tokio::time::sleep(pause).await;
                }
            }
        });
        Self(sender)
    }

    /// Takes a task on; false if too many wait already.
    pub(crate) fn add(&self, task: Task) -> bool {
        self.0.try_send(task).is_ok()
    }
}
