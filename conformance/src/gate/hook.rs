//! The hook of a target: a command of its user that makes something happen which neither botspec nor the second account can.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::thread::{sleep, spawn};
use std::time::{Duration, Instant};

use botspec_reports::record::Text;
use serde_json::Value;
use tokio::task::spawn_blocking;

/// How much of what a command prints is read.
const READ: u64 = 64 << 10;

/// How often it is looked whether a command has ended.
const LOOK: Duration = Duration::from_millis(5);

/// Runs the command with the name of the step and its parameters as JSON behind its own words. What it prints is the
/// answer, where that is JSON. The error states why the step did not happen.
pub(super) async fn run(command: &[String], step: &str, params: &Value, within: Duration) -> Result<Value, Text> {
    let Some((program, words)) = command.split_first() else {
        return Err(Text::both("the hook names no command", "hook 没有指定命令"));
    };
    let mut command = Command::new(program);
    command.args(words).args([step, &params.to_string()]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let because = |why: String| Text::both(format!("hook {program}: {why}"), format!("hook {program}：{why}"));
    match spawn_blocking(move || wait(command, within)).await {
        Ok(Ok(printed)) => Ok(serde_json::from_slice(&printed).unwrap_or_default()),
        Ok(Err(Trouble::Io(error))) => Err(because(error.to_string())),
        Ok(Err(Trouble::Failed(status))) => Err(because(status)),
        Ok(Err(Trouble::Hangs)) => {
            let ms = within.as_millis();
            Err(Text::both(
                format!("hook {program}: still running after {ms} ms; it was ended"),
                format!("hook {program}：{ms} 毫秒后仍未结束，已终止"),
            ))
        }
        Err(error) => Err(because(error.to_string())),
    }
}

/// Why a command gave no answer.
enum Trouble {
    Io(std::io::Error),
    Failed(String),
    Hangs,
}

/// Runs a command to its end, or ends it when its time is over; gives what it printed.
fn wait(mut command: Command, within: Duration) -> Result<Vec<u8>, Trouble> {
    let mut child = command.spawn().map_err(Trouble::Io)?;
    let printed = child.stdout.take().map(|out| {
        spawn(move || {
            let mut printed = Vec::new();
            // What cannot be read is no answer.
            let _ = out.take(READ).read_to_end(&mut printed);
            printed
        })
    });
    let until = Instant::now() + within;
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if Instant::now() < until => sleep(LOOK),
            Ok(None) => {
                end(&mut child);
                return Err(Trouble::Hangs);
            }
            Err(error) => {
                end(&mut child);
                return Err(Trouble::Io(error));
            }
        }
    };
    if !status.success() {
        return Err(Trouble::Failed(status.to_string()));
    }
    Ok(printed.and_then(|reading| reading.join().ok()).unwrap_or_default())
}

fn end(child: &mut Child) {
    // It may have ended meanwhile.
    let _ = child.kill();
    let _ = child.wait();
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    async fn ran(script: &str, within: u64) -> Result<Value, String> {
        let command = ["sh", "-c", script, "hook"].map(str::to_owned);
        run(&command, "join", &json!({ "group": 70_001 }), Duration::from_millis(within)).await.map_err(|why| why.en)
    }

    #[tokio::test]
    async fn a_hook_gets_step_and_parameters_and_may_fail_or_hang() {
        assert_eq!(
            ran(r#"printf '{"step":"%s","params":%s}' "$1" "$2""#, 60_000).await,
            Ok(json!({ "step": "join", "params": { "group": 70_001 } }))
        );
        assert_eq!(ran("exit 0", 60_000).await, Ok(Value::Null));
        assert_eq!(ran("exit 3", 60_000).await, Err("hook sh: exit status: 3".to_owned()));
        assert_eq!(ran("exec sleep 600", 50).await, Err("hook sh: still running after 50 ms; it was ended".to_owned()));
        let nothing = run(&["botspec-no-such-command".to_owned()], "join", &Value::Null, Duration::from_secs(60)).await;
        assert!(nothing.expect_err("there is no such command").en.starts_with("hook botspec-no-such-command: "));
    }
}
