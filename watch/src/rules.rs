//! What is asked of traffic beside the contracts of its documents: relations between what passes, and the calls of the bot.

use botspec_reports::record::{Level, Text};

/// Something that should be true of traffic.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    /// The last part of the ids of its checks.
    pub(crate) name: &'static str,
    /// Whether it is about the calls of the bot; otherwise about the implementation.
    pub(crate) of_bot: bool,
    /// How binding it is.
    pub(crate) level: Level,
    en: &'static str,
    zh: &'static str,
}

impl Rule {
    /// The id of its check in a dialect; about calls there is one for each action.
    pub(crate) fn check(&self, dialect: &str, action: Option<&str>) -> String {
        let side = if self.of_bot { "bot" } else { "traffic" };
        match action {
            Some(action) => format!("{dialect}/{side}/{}/{}", id_part(action), self.name),
            None => format!("{dialect}/{side}/{}", self.name),
        }
    }

    /// What should be true.
    pub(crate) fn sentence(&self, action: Option<&str>) -> Text {
        match action {
            Some(action) => Text::both(format!("{action}: {}", self.en), format!("{action}：{}", self.zh)),
            None => Text::both(self.en, self.zh),
        }
    }

    /// The rule of a check.
    pub(crate) fn of(check: &str) -> Option<&'static Self> {
        let side = check.split('/').nth(1)?;
        let name = check.rsplit('/').next()?;
        ALL.into_iter().find(|rule| rule.name == name && side == if rule.of_bot { "bot" } else { "traffic" })
    }

    /// The action of a check about calls.
    pub(crate) fn action_of(check: &str) -> Option<&str> {
        let mut parts = check.split('/').skip(1);
        (parts.next() == Some("bot")).then(|| parts.next())?.filter(|_| parts.next().is_some())
    }
}

/// A name that somebody else chose, as a part of an id.
fn id_part(name: &str) -> &str {
    let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
    if is_plain && (1..=64).contains(&name.len()) { name } else { "other" }
}

const fn of_bot(name: &'static str, level: Level, en: &'static str, zh: &'static str) -> Rule {
    Rule { name, of_bot: true, level, en, zh }
}

const fn of_traffic(name: &'static str, level: Level, en: &'static str, zh: &'static str) -> Rule {
    Rule { name, of_bot: false, level, en, zh }
}

pub(crate) static UNKNOWN_ACTION: Rule =
    of_bot("known", Level::Must, "The bot calls only actions that the dialect has.", "机器人只调用该方言已有的动作。");
pub(crate) static PARAMS: Rule = of_bot(
    "params",
    Level::Must,
    "The parameters of the bot's calls are what the implementation takes.",
    "机器人调用的参数是实现所接受的。",
);
pub(crate) static UNDOCUMENTED: Rule = of_bot(
    "documented",
    Level::May,
    "The parameters of the bot's calls are what the dialect documents.",
    "机器人调用的参数与文档一致。",
);
pub(crate) static UNREAD: Rule =
    of_bot("read", Level::Should, "Every parameter of the bot's calls is read.", "机器人调用的每个参数都会被读取。");
pub(crate) static DEPRECATED: Rule =
    of_bot("current", Level::Should, "The bot calls no action that is deprecated.", "机器人不调用已废弃的动作。");
pub(crate) static ABANDONED: Rule = of_bot(
    "awaited",
    Level::May,
    "The bot keeps the connection of a call open until its answer has come.",
    "机器人在收到响应之前不断开调用所在的连接。",
);
pub(crate) static RATE: Rule = of_bot(
    "rate",
    Level::May,
    "The bot makes no more calls in a second that others see than is set.",
    "机器人每秒发出的、他人可见的调用不超过设定的次数。",
);
pub(crate) static QUICK: Rule = of_bot(
    "quick-operation",
    Level::Should,
    "What the bot answers to a post is the quick operation of its event, or nothing.",
    "机器人对上报的应答是该事件的快速操作，或为空。",
);
pub(crate) static ECHO: Rule = of_traffic(
    "echo",
    Level::Must,
    "Every answer carries the echo of a call that waits for one.",
    "每个响应都带有某个等待中的调用的 echo。",
);
pub(crate) static ANSWERED: Rule = of_traffic(
    "answered",
    Level::Must,
    "Every call is answered while its connection stands.",
    "连接保持期间，每个调用都会得到响应。",
);
pub(crate) static ONCE: Rule = of_traffic(
    "once",
    Level::Must,
    "Every message is reported once on each connection.",
    "每条消息在每个连接上只上报一次。",
);
pub(crate) static COMPLETE: Rule = of_traffic(
    "complete",
    Level::Should,
    "Every message comes over each connection for events of its account.",
    "每条消息都会到达该账号的每个事件连接。",
);
pub(crate) static ORDER: Rule = of_traffic(
    "order",
    Level::Must,
    "Messages come in the same order on every connection of an account.",
    "同一账号的各个连接上，消息的先后顺序一致。",
);
pub(crate) static READABLE: Rule = of_traffic(
    "readable",
    Level::Must,
    "A message whose id was reported a moment ago can be read by that id.",
    "刚刚给出的消息 id 可以用来读取该消息。",
);
pub(crate) static SIGNATURE: Rule = of_traffic(
    "signature",
    Level::Must,
    "Every post carries the signature of its body.",
    "每次上报都带有其正文的签名。",
);
pub(crate) static HEARTBEAT: Rule = of_traffic(
    "heartbeat",
    Level::Should,
    "Heartbeats come at the interval that they state.",
    "心跳按其声明的间隔到来。",
);
pub(crate) static PROTOCOL: Rule = of_traffic(
    "protocol",
    Level::Must,
    "What is sent over a connection is the protocol of its transport.",
    "连接上发送的内容符合其传输协议。",
);
pub(crate) static STREAM_NAME: Rule = of_traffic(
    "event-name",
    Level::Must,
    "Every event of a stream has the name that the dialect gives it.",
    "事件流中的每个事件都带有方言规定的名称。",
);

static ALL: [&Rule; 18] = [
    &UNKNOWN_ACTION,
    &PARAMS,
    &UNDOCUMENTED,
    &UNREAD,
    &DEPRECATED,
    &ABANDONED,
    &RATE,
    &QUICK,
    &ECHO,
    &ANSWERED,
    &ONCE,
    &COMPLETE,
    &ORDER,
    &READABLE,
    &SIGNATURE,
    &HEARTBEAT,
    &PROTOCOL,
    &STREAM_NAME,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_of_a_check_is_found_again() {
        for rule in ALL {
            let action = rule.of_bot.then_some("get_msg");
            let check = rule.check("onebot11", action);
            assert_eq!(Rule::of(&check), Some(rule), "{check}");
            assert_eq!(Rule::action_of(&check), action, "{check}");
        }
        assert_eq!(UNKNOWN_ACTION.check("milky", Some("a/../b")), "milky/bot/other/known");
    }
}
