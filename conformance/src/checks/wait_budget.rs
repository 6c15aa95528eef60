//! How long a heartbeat is waited for: as long as it takes until the next one, and some.

use std::time::Duration;

use botspec_reports::record::{Text, Transport};
use botspec_schema::model::MetaEvents;

use super::subscriptions::meta;
use crate::check_context::{CheckContext, CheckResult, NotPassed, Violation};
use crate::target::Target;

/// How much later than it is due a heartbeat may come.
const LATE: f64 = 1.5;

/// How long the next heartbeat is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct WaitBudget {
    /// The time that it has.
    pub(super) within: Duration,
    /// Whether it is known to be due within that time. Where it is not, that none came proves nothing.
    pub(super) due: bool,
}

/// How long the first heartbeat over the transport is waited for; a skip where it comes later than anybody would wait.
pub(super) fn first(cx: &CheckContext, transport: Transport) -> CheckResult<WaitBudget> {
    let target = cx.gate().target();
    let every = meta(cx.contract(), transport).and_then(|meta| interval(target, meta));
    budget(target, every).map_err(too_long)
}

/// How long the next one is waited for after one that named the interval.
pub(super) fn next(cx: &CheckContext, every: Duration) -> CheckResult<Duration> {
    following(cx.gate().target(), every).map_err(too_long)
}

/// No heartbeat came in the time that one had.
pub(super) fn none_came<T>(budget: WaitBudget, show: impl FnOnce(Violation) -> Violation) -> CheckResult<T> {
    let waited = budget.within.as_millis();
    if budget.due {
        let what = Text::both(format!("no heartbeat came within {waited} ms"), format!("{waited} 毫秒内没有收到心跳"));
        return show(Violation::new(what)).into_failure();
    }
    show(Violation::new(Text::both(
        format!(
            "no heartbeat came within {waited} ms, and nothing says how often one does; \
             say so in the target file as heartbeat_ms, or wait longer with --heartbeat-wait"
        ),
        format!(
            "{waited} 毫秒内没有收到心跳，且不知道心跳间隔；请在目标文件中以 heartbeat_ms 说明，\
             或用 --heartbeat-wait 延长等待"
        ),
    )))
    .untestable()
}

/// An interval that is longer than the longest wait.
#[derive(Debug, PartialEq, Eq)]
struct TooLong {
    every: Duration,
    cap: Duration,
}

fn too_long(TooLong { every, cap }: TooLong) -> NotPassed {
    let (every, cap, enough) = (every.as_millis(), cap.as_millis(), every.mul_f64(LATE).as_millis());
    NotPassed::Skip(Text::both(
        format!(
            "a heartbeat comes every {every} ms, and botspec waits {cap} ms for one; \
             set --heartbeat-wait {enough}, or heartbeat_wait_ms = {enough} in the target file under [limits]"
        ),
        format!(
            "心跳间隔为 {every} 毫秒，而 botspec 只等待 {cap} 毫秒；\
             请设置 --heartbeat-wait {enough}，或在目标文件的 [limits] 中设置 heartbeat_wait_ms = {enough}"
        ),
    ))
}

/// How often heartbeats come: as the user of the target sent, where anybody can set it, or else as the dialect has it.
fn interval(target: &Target, meta: &MetaEvents) -> Option<Duration> {
    let usual = meta.heartbeat_ms.map(Duration::from_millis);
    match (target.heartbeat, usual) {
        // Nobody can have it later than the dialect does.
        (Some(set), Some(usual)) if meta.heartbeat_fixed => Some(set.min(usual)),
        (set, usual) => set.or(usual),
    }
}

/// How long one is waited for that comes so often: never less than any other event may take, never longer than the limit.
fn budget(target: &Target, every: Option<Duration>) -> Result<WaitBudget, TooLong> {
    let cap = target.limits.heartbeat_wait;
    match every {
        Some(every) if every > cap => Err(TooLong { every, cap }),
        Some(every) => {
            let within = every.mul_f64(LATE).max(target.limits.event_timeout).min(cap);
            Ok(WaitBudget { within, due: true })
        }
        None => Ok(WaitBudget { within: cap, due: false }),
    }
}

/// How long one is waited for after one that named the interval.
fn following(target: &Target, every: Duration) -> Result<Duration, TooLong> {
    let cap = target.limits.heartbeat_wait;
    if every > cap { Err(TooLong { every, cap }) } else { Ok(every.mul_f64(LATE).min(cap)) }
}

#[cfg(test)]
mod tests {
    use botspec_schema::Catalog;
    use botspec_schema::model::Transport;

    use super::*;

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    /// What a dialect states of a transport, on a target that may state more.
    fn budget_of(dialect: &str, wire: Transport, own: Option<Duration>) -> Result<WaitBudget, TooLong> {
        let contract = Catalog::builtin().dialect(dialect).expect("the dialect");
        let meta = contract.file.transports.meta(wire).expect("it tells of itself");
        let mut target = Target::new("a real account", dialect);
        target.heartbeat = own;
        budget(&target, interval(&target, meta))
    }

    fn due(within: Duration) -> WaitBudget {
        WaitBudget { within, due: true }
    }

    #[test]
    fn a_heartbeat_has_half_as_long_again_as_its_dialect_says() {
        assert_eq!(budget_of("napcat", Transport::Ws, None), Ok(due(seconds(45))));
        assert_eq!(
            budget_of("napcat", Transport::Ws, Some(seconds(12))),
            Ok(due(seconds(18))),
            "its user knows better"
        );
        assert_eq!(budget_of("napcat", Transport::Ws, Some(seconds(1))), Ok(due(seconds(15))), "as long as any event");
        assert_eq!(
            budget_of("napcat", Transport::Ws, Some(seconds(40))),
            Ok(due(seconds(45))),
            "no longer than the limit"
        );
    }

    #[test]
    fn what_comes_later_than_the_limit_is_not_waited_for() {
        let late = budget_of("llonebot", Transport::Ws, None);
        assert_eq!(late, Err(TooLong { every: seconds(60), cap: seconds(45) }));
        let NotPassed::Skip(why) = too_long(late.expect_err("too long")) else { panic!("it is skipped") };
        assert_eq!(
            why.en,
            "a heartbeat comes every 60000 ms, and botspec waits 45000 ms for one; \
             set --heartbeat-wait 90000, or heartbeat_wait_ms = 90000 in the target file under [limits]"
        );
    }

    #[test]
    fn what_a_heartbeat_says_of_the_next_is_bounded_too() {
        let target = Target::new("a real account", "napcat");
        assert_eq!(following(&target, seconds(10)), Ok(seconds(15)));
        assert_eq!(following(&target, seconds(40)), Ok(seconds(45)));
        let ages = Duration::from_millis(u64::MAX);
        let late = following(&target, ages).expect_err("nobody waits so long");
        assert!(matches!(too_long(late), NotPassed::Skip(_)));
    }

    #[test]
    fn what_nobody_can_set_is_as_the_dialect_says() {
        assert_eq!(budget_of("llonebot", Transport::Sse, Some(seconds(60))), Ok(due(seconds(15))));
    }

    #[test]
    fn where_nothing_says_how_often_silence_says_nothing() {
        assert_eq!(budget_of("onebot11", Transport::Ws, None), Ok(WaitBudget { within: seconds(45), due: false }));
        assert_eq!(budget_of("onebot11", Transport::Ws, Some(seconds(20))), Ok(due(seconds(30))));
    }
}
