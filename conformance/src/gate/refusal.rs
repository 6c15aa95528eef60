//! Why a request did not leave.

use botspec_reports::record::{Text, Transport};
use botspec_schema::model::Effect;

use crate::not_passed::{NotPassed, Violation};
use crate::policy::Spent;

/// Why a request did not leave.
#[derive(Debug, Clone, PartialEq)]
pub enum Refusal {
    /// The target does not allow what the action does.
    NotAllowed {
        /// The action, as it would have been called.
        action: String,
        /// What it does.
        effect: Effect,
    },
    /// On a real account, somebody was named that nobody has declared.
    Undeclared {
        /// Where in the parameters.
        pointer: String,
        /// Who or what was named.
        value: String,
    },
    /// Raw bytes name an action that is not known to be harmless.
    UnknownName(String),
    /// The target has no such transport, or the dialect does not define it.
    NoTransport(Transport),
    /// The target refuses connections for calls, with this status.
    NotServed(Transport, Option<u16>),
    /// So many calls were made already.
    Spent(String, Spent),
    /// A value that its field does not mean.
    Ungentle(String),
    /// The target states that it is asked too often.
    RateLimited(Transport),
    /// Nothing puts back what the action changes.
    NoInverse(String),
    /// What is there before the change could not be read.
    FormerUnknown(String),
    /// The change could not be written down.
    NoLedger(String),
    /// The target does not have the action.
    Absent(String),
    /// The target refuses a WebSocket with a status while the run holds another one of the same role.
    Occupied(Option<u16>),
    /// The target stopped answering some time ago.
    Silent(Transport),
}

impl From<Refusal> for NotPassed {
    fn from(refusal: Refusal) -> Self {
        if refusal.is_choice() {
            Self::Skip(refusal.describe())
        } else {
            Self::Untestable(Box::new(Violation::new(refusal.describe())))
        }
    }
}

impl Refusal {
    /// Whether it is the user's choice, and not something that is missing.
    pub fn is_choice(&self) -> bool {
        !matches!(
            self,
            Self::Silent(_)
                | Self::NotServed(..)
                | Self::Occupied(_)
                | Self::Absent(_)
                | Self::RateLimited(_)
                | Self::FormerUnknown(_)
                | Self::NoLedger(_)
        )
    }

    /// Why, in a sentence.
    pub fn describe(&self) -> Text {
        match self {
            Self::NotAllowed { action, effect } => {
                let word = effect.as_str();
                Text::both(
                    format!("{action} is of effect `{word}`, which is not allowed (--allow {word})"),
                    format!("{action} 的影响类别为 `{word}`，未被允许（--allow {word}）"),
                )
            }
            Self::Undeclared { pointer, value } => Text::both(
                format!(
                    "{pointer} would name {value}, which is no declared fixture of this account (--friend, --group, --member, \
                     or [fixtures] in the target file)"
                ),
                format!(
                    "{pointer} 会用到 {value}，而它不是已声明的测试对象（--friend、--group、--member，或目标文件的 [fixtures]）"
                ),
            ),
            Self::UnknownName(name) => Text::both(
                format!("the name {name} is not known to be harmless"),
                format!("无法确认 {name} 没有副作用"),
            ),
            Self::Spent(_, Spent::Effect(effect, limit)) => {
                let word = effect.as_str();
                Text::both(
                    format!("the limit of {limit} calls of effect `{word}` is reached (--limit {word}=N)"),
                    format!("已达到影响类别 `{word}` 的上限 {limit} 次（--limit {word}=N）"),
                )
            }
            Self::Spent(action, Spent::Action(times)) => Text::both(
                format!(
                    "{action} costs the account something and is called at most {times} times in a run (--thorough)"
                ),
                format!("{action} 对账号有负担，每次运行最多调用 {times} 次（--thorough）"),
            ),
            Self::Ungentle(action) => Text::both(
                format!("{action} is asked for values that its fields mean alone (--thorough)"),
                format!("只用字段本义范围内的值调用 {action}（--thorough）"),
            ),
            Self::RateLimited(transport) => Text::both(
                format!("rate limited: the target answers over {transport} that it is asked too often"),
                format!("被限流：目标在 {transport} 上表示请求过于频繁"),
            ),
            Self::NoInverse(action) => Text::both(
                format!("nothing puts back what {action} changes, which counts as `destructive` (--allow destructive)"),
                format!("没有动作能撤销 {action} 的更改，因此视为 `destructive`（--allow destructive）"),
            ),
            Self::FormerUnknown(action) => Text::both(
                format!("what {action} would change could not be read before, so that it could not be put back"),
                format!("无法事先读取 {action} 将要更改的内容，因此无法恢复"),
            ),
            Self::NoLedger(why) => {
                Text::both(format!("the change could not be written down: {why}"), format!("无法记录这项更改：{why}"))
            }
            Self::NoTransport(transport) => {
                Text::both(format!("the target has no {transport} address"), format!("目标没有配置 {transport} 地址"))
            }
            Self::Absent(action) => {
                Text::both(format!("the target does not have the action {action}"), format!("目标没有动作 {action}"))
            }
            Self::NotServed(transport, status) => {
                let status = status.map_or_else(|| "another status".to_owned(), |status| format!("HTTP {status}"));
                Text::both(
                    format!(
                        "the target serves no {transport} connection for calls: it answers the handshake with {status}"
                    ),
                    format!("目标不提供可调用动作的 {transport} 连接：握手返回 {status}"),
                )
            }
            Self::Occupied(status) => {
                let status = status.map_or_else(String::new, |status| format!(" (HTTP {status})"));
                Text::both(
                    format!("the target serves one such WebSocket at a time{status}, and the run holds another one"),
                    format!("目标同一时间只接受一个此类 WebSocket 连接{status}，而本次运行正占用着一个"),
                )
            }
            Self::Silent(transport) => Text::both(
                format!("the target stopped answering over {transport}"),
                format!("目标在 {transport} 上已停止响应"),
            ),
        }
    }
}
