//! The hook of a target: a command of its user that makes something happen which neither botspec nor the second account can.

use std::process::Stdio;
use std::time::Duration;

use botspec_reports::record::Text;
use serde_json::Value;
use tokio::io::AsyncReadExt;
use tokio::process::Command;
use tokio::time::timeout;

/// How much of what a command prints is read.
const READ: u64 = 64 << 10;

/// Runs the command with the name of the step and its parameters as JSON behind its own words. What it prints is the
/// answer, where that is JSON. The error says why the step did not happen.
pub(super) async fn run(command: &[String], step: &str, params: &Value, within: Duration) -> Result<Value, Text> {
    let Some((program, words)) = command.split_first() else {
        return Err(Text::both("the hook names no command", "hook 没有指定命令"));
    };
    let because = |why: String| Text::both(format!("hook {program}: {why}"), format!("hook {program}：{why}"));
    let mut child = Command::new(program)
        .args(words)
        .args([step, &params.to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| because(error.to_string()))?;
    let ended = timeout(within, async {
        let mut printed = Vec::new();
        if let Some(out) = child.stdout.take() {
            // What cannot be read is no answer.
            let _ = out.take(READ).read_to_end(&mut printed).await;
        }
        (child.wait().await, printed)
    });
    match ended.await {
        Err(_) => {
            let ms = within.as_millis();
            Err(Text::both(
                format!("hook {program}: still running after {ms} ms; it was ended"),
                format!("hook {program}：{ms} 毫秒后仍未结束，已终止"),
            ))
        }
        Ok((Err(error), _)) => Err(because(error.to_string())),
        Ok((Ok(status), _)) if !status.success() => Err(because(status.to_string())),
        Ok((Ok(_), printed)) => Ok(serde_json::from_slice(&printed).unwrap_or_default()),
    }
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
