//! How long a heartbeat is waited for: as long as it takes until the next one, and some. What came while other checks ran
//! counts, so that most often nothing is left to wait for.

use std::time::{Duration, Instant};

use botspec_reports::record::{Text, Transport};
use botspec_schema::model::MetaEvents;

use super::subscriptions::meta;
use crate::check_context::CheckContext;
use crate::not_passed::{CheckResult, NotPassed, Violation};
use crate::target::Target;

/// How much later than it is due a heartbeat may come.
const LATE: f64 = 1.5;

/// The longest that one is waited for where the user of a target states nothing.
const LONGEST: Duration = Duration::from_secs(45);

/// How long the next heartbeat is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct WaitBudget {
    /// The time that it has in all.
    pub(super) within: Duration,
    /// Whether it is known to be due within that time. Where it is not, that none came proves nothing.
    pub(super) due: bool,
}

/// How much time has passed, and how much more a run spends on heartbeats alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Elapsed {
    /// How long one was listened for already.
    listened: Duration,
    /// How long everything else took; nothing where there was nothing else.
    others: Option<Duration>,
}

impl Elapsed {
    /// The time since a connection stands, or a heartbeat came.
    fn since(cx: &CheckContext, since: Instant) -> Self {
        Self { listened: since.elapsed(), others: cx.run.others_took() }
    }
}

/// How long the first heartbeat is waited for on a connection that stands since then; a skip where it comes later than
/// anybody would wait.
pub(super) fn first(cx: &CheckContext, transport: Transport, since: Instant) -> CheckResult<WaitBudget> {
    let target = cx.gate().target();
    let every = meta(cx.contract(), transport).and_then(|meta| interval(target, meta));
    let budget = budget(target, every, Elapsed::since(cx, since));
    tracing::debug!(%transport, ?every, ?budget, "the first heartbeat");
    budget.map_err(too_long)
}

/// How long the next one is waited for after one that named the interval.
pub(super) fn next(cx: &CheckContext, every: Duration, since: Instant) -> CheckResult<WaitBudget> {
    let budget = following(cx.gate().target(), every, Elapsed::since(cx, since));
    tracing::debug!(every_ms = every.as_millis(), ?budget, "the next heartbeat");
    budget.map_err(too_long)
}

/// How long the next one may take after one that named the interval.
pub(super) fn named(every: Duration) -> WaitBudget {
    WaitBudget { within: every.mul_f64(LATE), due: true }
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

/// An interval that is longer than a run waits.
#[derive(Debug, PartialEq, Eq)]
struct TooLong {
    every: Duration,
    cap: Duration,
    /// Whether the user of the target set how long.
    set: bool,
}

fn too_long(TooLong { every, cap, set }: TooLong) -> NotPassed {
    let (every, cap, enough) = (every.as_millis(), cap.as_millis(), every.mul_f64(LATE).as_millis());
    let (en, zh) = if set {
        (format!("botspec waits {cap} ms for one"), format!("而 botspec 只等待 {cap} 毫秒"))
    } else {
        (
            format!("the run goes on for {cap} ms at most for one alone"),
            format!("而本次运行最多只为心跳持续 {cap} 毫秒"),
        )
    };
    NotPassed::Skip(Text::both(
        format!(
            "a heartbeat comes every {every} ms, and {en}; \
             set --heartbeat-wait {enough}, or heartbeat_wait_ms = {enough} in the target file under [limits]"
        ),
        format!(
            "心跳间隔为 {every} 毫秒，{zh}；\
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

/// How long one is waited for in all: as the user of the target states, or as long again as everything else took. The time that
/// has passed costs nothing.
fn cap(target: &Target, elapsed: Elapsed) -> Duration {
    let set = target.limits.heartbeat_wait;
    let longest = set.unwrap_or(LONGEST);
    let more = match (set, elapsed.others) {
        (None, Some(others)) => longest.min(elapsed.listened + others),
        _ => longest,
    };
    more.max(elapsed.listened)
}

/// How long one is waited for that comes so often: never less than any other event may take, never longer than the limit.
fn budget(target: &Target, every: Option<Duration>, elapsed: Elapsed) -> Result<WaitBudget, TooLong> {
    let cap = cap(target, elapsed);
    let Some(every) = every else { return Ok(WaitBudget { within: cap, due: false }) };
    let within = following(target, every, elapsed)?.within.max(target.limits.event_timeout).min(cap);
    Ok(WaitBudget { within, due: true })
}

/// How long one is waited for after one that named the interval.
fn following(target: &Target, every: Duration, elapsed: Elapsed) -> Result<WaitBudget, TooLong> {
    let (cap, set) = (cap(target, elapsed), target.limits.heartbeat_wait.is_some());
    // A limit that nobody set must not be one that a heartbeat just misses.
    let needed = if set { every } else { every.mul_f64(LATE) };
    if needed > cap {
        return Err(TooLong { every, cap, set });
    }
    Ok(WaitBudget { within: every.mul_f64(LATE).min(cap), due: true })
}

#[cfg(test)]
mod tests {
    use botspec_schema::Catalog;
    use botspec_schema::model::Transport;

    use super::*;

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    /// A run of checks about heartbeats alone, at its beginning.
    const ALONE: Elapsed = Elapsed { listened: Duration::ZERO, others: None };

    /// What a dialect states of a transport, on a target that may state more.
    fn budget_of(dialect: &str, wire: Transport, own: Option<Duration>) -> Result<WaitBudget, TooLong> {
        let contract = Catalog::builtin().dialect(dialect).expect("the dialect");
        let meta = contract.file.transports.meta(wire).expect("it tells of itself");
        let mut target = Target::new("a real account", dialect);
        target.heartbeat = own;
        budget(&target, interval(&target, meta), ALONE)
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
    }

    #[test]
    fn what_comes_later_than_the_limit_is_not_waited_for() {
        let late = budget_of("llonebot", Transport::Ws, None);
        assert_eq!(late, Err(TooLong { every: seconds(60), cap: seconds(45), set: false }));
        let NotPassed::Skip(why) = too_long(late.expect_err("too long")) else { panic!("it is skipped") };
        assert_eq!(
            why.en,
            "a heartbeat comes every 60000 ms, and the run goes on for 45000 ms at most for one alone; \
             set --heartbeat-wait 90000, or heartbeat_wait_ms = 90000 in the target file under [limits]"
        );
    }

    #[test]
    fn what_a_heartbeat_says_of_the_next_is_bounded_too() {
        let target = Target::new("a real account", "napcat");
        assert_eq!(following(&target, seconds(10), ALONE), Ok(due(seconds(15))));
        let ages = Duration::from_millis(u64::MAX);
        let late = following(&target, ages, ALONE).expect_err("nobody waits so long");
        assert!(matches!(too_long(late), NotPassed::Skip(_)));
    }

    #[test]
    fn a_limit_that_is_set_holds_for_whatever_is_due_within_it() {
        let mut target = Target::new("a real account", "napcat");
        target.limits.heartbeat_wait = Some(seconds(45));
        assert_eq!(budget(&target, Some(seconds(40)), ALONE), Ok(due(seconds(45))));
        let late = budget(&target, Some(seconds(46)), ALONE);
        assert_eq!(late, Err(TooLong { every: seconds(46), cap: seconds(45), set: true }));
    }

    #[test]
    fn a_run_goes_on_for_heartbeats_as_long_again_as_everything_else_took() {
        let target = Target::new("a real account", "napcat");
        let took = |time: u64| Elapsed { listened: seconds(time), others: Some(seconds(time)) };
        let every = Some(seconds(30));
        assert_eq!(budget(&target, every, took(30)), Ok(due(seconds(45))));
        let late = budget(&target, every, took(4));
        assert_eq!(late, Err(TooLong { every: seconds(30), cap: seconds(8), set: false }));
        let hours = budget(&target, Some(seconds(600)), took(1000));
        assert_eq!(hours, Ok(due(seconds(900))), "what has passed costs nothing");
        assert_eq!(budget(&target, None, took(4)), Ok(WaitBudget { within: seconds(8), due: false }));
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
