//! Sentences about fields and what they may be.

use super::{Said, Words, code};
use crate::shape::Direction;

impl Words<'_> {
    pub(in super::super) fn ignored(self) -> Said {
        self.say("{to} does not read {}.", "{to} 不读取 {}。")
    }

    pub(in super::super) fn refused(self) -> Said {
        self.say("{to} refuses {}.", "{to} 不接受 {}。")
    }

    pub(in super::super) fn not_told(self) -> Said {
        self.say("{to} does not return {}.", "{to} 不提供 {}。")
    }

    /// What is not read or reported under this name, and what may be the same.
    pub(in super::super) fn perhaps_called(self, new: &str, direction: Direction) -> Said {
        let (en, zh) = match direction {
            Direction::Send => {
                ("{to} does not read {}; `{new}` may be the same.", "{to} 不读取 {}，可能对应 `{new}`。")
            }
            Direction::Receive => {
                ("{to} does not return {}; `{new}` may be the same.", "{to} 不提供 {}，可能对应 `{new}`。")
            }
        };
        self.say_with(en, zh, &[("new", new)]).instead(new)
    }

    pub(in super::super) fn told_as_well(self) -> Said {
        self.say("{to} returns {} as well.", "{to} 还提供 {}。")
    }

    pub(in super::super) fn can_be_given(self) -> Said {
        self.say("{to} takes {} as well.", "{to} 还接受 {}。")
    }

    pub(in super::super) fn must_be_given(self, known: bool) -> Said {
        if known {
            self.say("{} must be given; optional in {from}.", "{} 为必填，在 {from} 中可以省略。")
                .between("optional", "required")
        } else {
            self.say("{} must be given; unknown to {from}.", "{} 为必填，而 {from} 没有这个参数。")
                .between("unknown", "required")
        }
    }

    pub(in super::super) fn may_be_left_out(self) -> Said {
        self.say("{} may be left out.", "{} 可以省略。").between("required", "optional")
    }

    pub(in super::super) fn may_be_missing(self) -> Said {
        self.say("{} may be missing; always there in {from}.", "{} 可能缺失，在 {from} 中总会提供。")
            .between("required", "optional")
    }

    pub(in super::super) fn default(self, was: &str, is: &str) -> Said {
        let (en, zh) = (
            "Left out, {} means `{is}` in {to} and `{was}` in {from}.",
            "省略 {} 时，{to} 取 `{is}`，{from} 取 `{was}`。",
        );
        self.say_with(en, zh, &[("was", was), ("is", is)]).between(was, is)
    }

    /// A field under another name: whether the second dialect takes the old name too, or the first one the new name.
    pub(in super::super) fn field_renamed(self, new: &str, old_works: bool, new_works: bool) -> Said {
        let (en, zh) = if old_works {
            ("{} is called `{new}` in {to}; the old name works too.", "{} 在 {to} 中叫 `{new}`，旧名也可用。")
        } else if new_works {
            (
                "{} is called `{new}` in {to}, a name that {from} takes too.",
                "{} 在 {to} 中叫 `{new}`，{from} 也接受这个名称。",
            )
        } else {
            ("{} is called `{new}` in {to}.", "{} 在 {to} 中叫 `{new}`。")
        };
        self.say_with(en, zh, &[("new", new)]).instead(new)
    }

    pub(in super::super) fn field_alias(self, alias: &str, name: &str) -> Said {
        let (en, zh) = ("{to} does not know `{alias}`, the other name of {}.", "{to} 不支持 {} 的别名 `{alias}`。");
        self.say_with(en, zh, &[("alias", alias)]).instead(name)
    }

    pub(in super::super) fn one_of(self, from: &[Vec<String>], to: &[Vec<String>]) -> Said {
        let sets = |with: &str, or: &str| to.iter().map(|set| code(set, with)).collect::<Vec<_>>().join(or);
        let plain = |sets: &[Vec<String>]| sets.iter().map(|set| set.join(" + ")).collect::<Vec<_>>().join(" | ");
        let (list, list_zh) = (sets(" with ", " or "), sets(" 加 ", "、"));
        self.say_with("{list} must be given.", "{list_zh} 至少要给出一项。", &[("list", &list), ("list_zh", &list_zh)])
            .between(if from.is_empty() { "optional".to_owned() } else { plain(from) }, plain(to))
    }

    pub(in super::super) fn untyped(self) -> Said {
        self.say("What {to} returns in {} is not known in detail.", "{to} 中 {} 的具体内容尚不清楚。")
    }

    pub(in super::super) fn tells_something(self, is: &str) -> Said {
        self.say("{to} returns a value in {}.", "{to} 的 {} 带有内容。").between("null", is)
    }

    pub(in super::super) fn tells_nothing(self) -> Said {
        self.say("{to} returns no value in {}.", "{to} 的 {} 没有内容。")
    }

    pub(in super::super) fn may_be_null(self, was: &str, is: &str) -> Said {
        self.say("{} may be null.", "{} 可能为 null。").between(was, is)
    }

    pub(in super::super) fn null_refused(self, was: &str, is: &str) -> Said {
        self.say("{} may not be null.", "{} 不能为 null。").between(was, is)
    }

    pub(in super::super) fn other_type(self, was: &str, is: &str, direction: Direction) -> Said {
        let (en, zh) = match direction {
            Direction::Send => ("{} must be `{is}`; {from} takes `{was}`.", "{} 必须是 `{is}`，{from} 接受 `{was}`。"),
            Direction::Receive => {
                ("{}: `{is}` in {to}, `{was}` in {from}.", "{} 在 {to} 中是 `{is}`，在 {from} 中是 `{was}`。")
            }
        };
        self.say_with(en, zh, &[("was", was), ("is", is)]).between(was, is)
    }

    pub(in super::super) fn strings_are_read(self, was: &str, is: &str) -> Said {
        let (en, zh) = (
            "{} must be `{is}`, or a string that reads as one; {from} takes any `{was}`.",
            "{} 必须是 `{is}` 或能读作它的字符串，{from} 接受任意 `{was}`。",
        );
        self.say_with(en, zh, &[("was", was), ("is", is)]).between(was, is)
    }

    pub(in super::super) fn any_value(self, was: &[String]) -> Said {
        let (list, list_zh) = (code(was, ", "), code(was, "、"));
        let (en, zh) = (
            "{} is not limited to fixed values; in {from} it is one of {list}.",
            "{} 不限于固定取值，{from} 中只会是 {list_zh}。",
        );
        self.say_with(en, zh, &[("list", &list), ("list_zh", &list_zh)]).between(was.join(", "), "any")
    }

    pub(in super::super) fn only_values(self, is: &[String]) -> Said {
        let (list, list_zh) = (code(is, ", "), code(is, "、"));
        let (en, zh) = ("{} must be one of {list}; {from} takes any value.", "{} 只能是 {list_zh}，{from} 不限取值。");
        self.say_with(en, zh, &[("list", &list), ("list_zh", &list_zh)]).between("any", is.join(", "))
    }

    pub(in super::super) fn values_gone(self, gone: &[String], direction: Direction) -> Said {
        let (list, list_zh) = (code(gone, " or "), code(gone, "、"));
        let (en, zh) = match direction {
            Direction::Send => ("{} may not be {list}.", "{} 不能取 {list_zh}。"),
            Direction::Receive => ("{} is never {list}.", "{} 不会是 {list_zh}。"),
        };
        self.say_with(en, zh, &[("list", &list), ("list_zh", &list_zh)])
    }

    pub(in super::super) fn values_added(self, added: &[String], direction: Direction) -> Said {
        let (list, list_zh) = (code(added, " or "), code(added, "、"));
        let (en, zh) = match direction {
            Direction::Send => ("{} can be {list} as well.", "{} 还可以取 {list_zh}。"),
            Direction::Receive => ("{} may be {list} as well.", "{} 还可能是 {list_zh}。"),
        };
        self.say_with(en, zh, &[("list", &list), ("list_zh", &list_zh)])
    }

    pub(in super::super) fn range(self, was: &str, is: &str) -> Said {
        let (en, zh) = ("{} must be within {is}; {from} takes {was}.", "{} 的范围是 {is}，{from} 接受 {was}。");
        self.say_with(en, zh, &[("was", was), ("is", is)]).between(was, is)
    }

    pub(in super::super) fn wider(self, was: &str, is: &str) -> Said {
        self.say("{} may not fit into 32 bits.", "{} 可能超出 32 位整数。").between(was, is)
    }

    pub(in super::super) fn moved_into(self, field: &str) -> Said {
        self.say_with("In {to} {} stands in `{field}`.", "{to} 中 {} 位于 `{field}` 里。", &[("field", field)])
            .instead(field)
    }

    pub(in super::super) fn moved_out(self, field: &str) -> Said {
        let (en, zh) =
            ("In {to} {} is what stands in `{field}` in {from}.", "{to} 的 {} 就是 {from} 中 `{field}` 里的内容。");
        self.say_with(en, zh, &[("field", field)])
    }

    pub(in super::super) fn form_gone(self, tag: &str, value: &str, direction: Direction) -> Said {
        let (en, zh) = match direction {
            Direction::Send => {
                ("{to} does not take the form with `{tag}` = `{value}`.", "{to} 不接受 `{tag}` 为 `{value}` 的形式。")
            }
            Direction::Receive => {
                ("{to} does not return the form with `{tag}` = `{value}`.", "{to} 不提供 `{tag}` 为 `{value}` 的形式。")
            }
        };
        self.say_with(en, zh, &[("tag", tag), ("value", value)])
    }

    pub(in super::super) fn form_added(self, tag: &str, value: &str, direction: Direction) -> Said {
        let (en, zh) = match direction {
            Direction::Send => {
                ("{to} takes a form with `{tag}` = `{value}` as well.", "{to} 还接受 `{tag}` 为 `{value}` 的形式。")
            }
            Direction::Receive => {
                ("{to} returns a form with `{tag}` = `{value}` as well.", "{to} 还提供 `{tag}` 为 `{value}` 的形式。")
            }
        };
        self.say_with(en, zh, &[("tag", tag), ("value", value)])
    }
}
