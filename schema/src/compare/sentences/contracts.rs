//! Sentences about whole contracts.

use super::super::subject::Subject;
use super::{Said, Words, code};

impl Words<'_> {
    /// The second dialect has no such action, segment or event.
    pub(in super::super) fn contract_gone(self, kind: Subject, name: &str, documented: bool) -> Said {
        let (en, zh) = match kind {
            Subject::Action => ("{to} has no action `{name}`.", "{to} 没有动作 `{name}`。"),
            Subject::Event => ("{to} sends no event `{name}`.", "{to} 不会上报事件 `{name}`。"),
            _ => ("{to} has no segment `{name}`.", "{to} 没有消息段 `{name}`。"),
        };
        let (more, more_zh) = if documented {
            (" Its documents mention it, no build has it.", "文档里提到过，但实际版本没有。")
        } else {
            ("", "")
        };
        let said = self.say_with(&format!("{en}{more}"), &format!("{zh}{more_zh}"), &[("name", name)]);
        Said { documented, ..said }
    }

    /// The second dialect has an action, a segment or an event that the first has not.
    pub(in super::super) fn contract_added(self, kind: Subject, name: &str) -> Said {
        let (en, zh) = match kind {
            Subject::Action => ("{to} has an action `{name}`.", "{to} 多了动作 `{name}`。"),
            Subject::Event => ("{to} sends an event `{name}`.", "{to} 会上报事件 `{name}`。"),
            _ => ("{to} has a segment `{name}`.", "{to} 多了消息段 `{name}`。"),
        };
        self.say_with(en, zh, &[("name", name)])
    }

    /// Something under another name.
    pub(in super::super) fn renamed(self, old: &str, new: &[&str]) -> Said {
        let names: Vec<String> = new.iter().map(|name| (*name).to_owned()).collect();
        let (list, list_zh) = (code(&names, " or "), code(&names, "、"));
        let values = [("old", old), ("list", &list), ("list_zh", &list_zh)];
        let mut said = self
            .say_with("`{old}` is {list} in {to}.", "`{old}` 在 {to} 中是 {list_zh}。", &values)
            .between(old, names.join(", "));
        said.replacements = names;
        said
    }

    /// An action whose usual name is another one; the old one works.
    pub(in super::super) fn known_as(self, old: &str, new: &str) -> Said {
        self.say_with(
            "{to} calls it `{new}`; `{old}` works too.",
            "{to} 中的正式名称是 `{new}`，`{old}` 也可用。",
            &[("old", old), ("new", new)],
        )
        .between(old, new)
        .instead(new)
    }

    /// One of the other names of an action that the second dialect does not know.
    pub(in super::super) fn alias_gone(self, alias: &str, name: &str) -> Said {
        self.say_with(
            "{to} does not know its other name `{alias}`; call `{name}`.",
            "{to} 不支持别名 `{alias}`，请调用 `{name}`。",
            &[("alias", alias), ("name", name)],
        )
        .instead(name)
    }

    /// Something that should no longer be used.
    pub(in super::super) fn deprecated(self, instead: Option<&str>) -> Said {
        match instead {
            Some(other) => {
                let (en, zh) = ("{to} advises against it; use `{other}`.", "{to} 不建议再使用，请改用 `{other}`。");
                self.say_with(en, zh, &[("other", other)]).instead(other)
            }
            None => self.say("{to} advises against it.", "{to} 不建议再使用。"),
        }
    }

    /// Answers in parts, or no longer.
    pub(in super::super) fn streams(self, now: bool) -> Said {
        if now {
            self.say("The answer comes in several parts.", "返回值分成多段发送。").between("whole", "in parts")
        } else {
            self.say("The answer comes whole and no longer in parts.", "返回值一次给出，不再分段。")
                .between("in parts", "whole")
        }
    }

    /// A segment that can only be sent or only be received on one side, or a quick operation that only one side knows.
    pub(in super::super) fn direction(self, part: &str, gone: bool) -> Said {
        let (en, zh) = match (part, gone) {
            ("send", true) => ("{to} cannot send it.", "{to} 不能发送这种消息段。"),
            ("send", false) => ("{to} can send it.", "{to} 可以发送这种消息段。"),
            ("receive", true) => ("{to} never sends it.", "{to} 不会上报这种消息段。"),
            ("receive", false) => ("{to} sends it as well.", "{to} 也会上报这种消息段。"),
            (_, true) => ("{to} knows no quick operation for it.", "{to} 不支持它的快速操作。"),
            (_, false) => ("{to} knows a quick operation for it.", "{to} 支持它的快速操作。"),
        };
        self.say(en, zh)
    }

    /// Whether a segment has a form as CQ code.
    pub(in super::super) fn cq(self, now: bool) -> Said {
        if now {
            self.say("It has a CQ code in {to}.", "{to} 支持它的 CQ 码形式。")
        } else {
            self.say("It has no CQ code in {to}.", "{to} 没有它的 CQ 码形式。")
        }
    }

    /// Whether a message holds nothing beside a segment.
    pub(in super::super) fn alone(self, now: bool) -> Said {
        if now {
            self.say("In {to} a message can hold nothing beside it.", "{to} 中它必须单独成一条消息。")
        } else {
            self.say("In {to} a message may hold more beside it.", "{to} 中它可以与其他消息段同发。")
        }
    }

    /// Actions that refuse a segment in their messages.
    pub(in super::super) fn refused_by(self, actions: &[String], now: bool) -> Said {
        let (list, list_zh) = (code(actions, " and "), code(actions, "、"));
        let (en, zh) = if now {
            ("In {to} it is refused in messages of {list}.", "{to} 的 {list_zh} 不接受这种消息段。")
        } else {
            ("In {to} messages of {list} may hold it.", "{to} 的 {list_zh} 也接受这种消息段。")
        };
        self.say_with(en, zh, &[("list", &list), ("list_zh", &list_zh)])
    }

    /// An event that is distinguished by other values.
    pub(in super::super) fn identified(self, was: &str, is: &str) -> Said {
        let (en, zh) = ("It is recognised by {is}, not by {was}.", "识别它的字段是 {is}，而不是 {was}。");
        self.say_with(en, zh, &[("was", was), ("is", is)]).between(was, is)
    }
}
