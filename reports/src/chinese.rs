//! Chinese for what a difference states in English: what should be there, and what is. Records hold the English words, which
//! causes are known by; whoever reads them in Chinese gets these.

use std::borrow::Cow;

use crate::record::{Difference, Text};

/// Longer texts are values.
const LONGEST: usize = 400;

/// Words and phrases that stand alone or within others.
const WORDS: [(&str, &str); 50] = [
    ("nothing", "空"),
    ("none", "没有"),
    ("words", "一段文字"),
    ("a value", "某个值"),
    ("by the other side", "由对方关闭"),
    ("by botspec", "由 botspec 关闭"),
    ("without a close frame", "没有关闭帧"),
    ("by a close frame without a code", "关闭帧没有关闭码"),
    ("the stream ended", "事件流结束"),
    ("another", "另一个值"),
    ("another one", "另一个"),
    ("many values", "多个不同的值"),
    ("integer", "整数"),
    ("number", "数字"),
    ("string", "字符串"),
    ("boolean", "布尔值"),
    ("array", "数组"),
    ("object", "对象"),
    ("null", "null"),
    ("more", "更多层"),
    ("success", "成功"),
    ("a JSON object", "JSON 对象"),
    ("an event", "事件"),
    ("no name", "没有名称"),
    ("no such line", "没有这一行"),
    ("another name", "其他名称"),
    ("another signature", "其他签名"),
    ("an operation", "一个操作"),
    ("none of that", "都不是"),
    ("no such property", "没有该字段"),
    ("no further difference", "没有更多差异"),
    ("each item once", "每一项只出现一次"),
    ("a list without it", "列表中没有它"),
    ("one answer to each call", "每个调用只有一个响应"),
    ("one of the alternatives to hold", "符合其中一种形式"),
    ("exactly one alternative to hold", "恰好符合其中一种形式"),
    ("a definition that ends", "有尽头的定义"),
    ("one that only refers to itself", "只引用自身的定义"),
    ("no such definition in the contracts", "契约中没有该定义"),
    ("WebSocket frames", "WebSocket 帧"),
    ("the answer to be waited for", "等到响应之后"),
    ("the end of the connection", "连接断开"),
    ("the message whose id was reported", "刚刚给出 ID 的那条消息"),
    ("the order of another connection of the account", "与该账号另一连接相同的顺序"),
    ("a later message first", "较晚的消息先到"),
    ("one that is never read", "不会被读取的参数"),
    ("one came over another connection alone", "有一条只到达了另一个连接"),
    ("the echo of a call that waits for its answer", "某个等待中的调用的 echo"),
    ("the time when it happened, in seconds", "事件发生的时间（秒）"),
    ("the time when it was sent, in seconds", "消息发送的时间（秒）"),
];

/// Phrases around values, each `{}` for one of them. The first that fits is taken.
const PHRASES: [(&str, &str); 50] = [
    ("{}, as in other answers", "{}（与其他响应一致）"),
    ("{}, as many as in the list", "{}（与列表中的数量一致）"),
    ("{}, as its trigger determines", "{}（由触发它的调用决定）"),
    ("{}, as in {}", "{}（与 {} 一致）"),
    ("{}, which was asked for", "{}（即所查询的）"),
    ("{}, which its trigger named", "{}（即触发它的调用所指的）"),
    ("{}, which {} made", "{}（由 {} 创建）"),
    ("{}, who did it", "{}（即操作者）"),
    ("{}, who sent it", "{}（即发送者）"),
    ("{}, where it was sent", "{}（即发送到的会话）"),
    ("{}, the account of the connection", "{}（即该连接的账号）"),
    ("{} items, as {} counts them", "{} 项（与 {} 的计数一致）"),
    ("{} times the message that {} sent to {}", "{} 次由 {} 发给 {} 的消息"),
    ("{} seconds off", "相差 {} 秒"),
    ("by a close frame: {}", "关闭帧 {}"),
    ("nothing, or {}", "空，或 {}"),
    ("nothing of {}", "不再有 {}"),
    ("nothing: {} has no quick operation", "空：{} 没有快速操作"),
    ("anything but {}", "除 {} 以外的值"),
    ("at least {} characters", "至少 {} 个字符"),
    ("at least {} character", "至少 {} 个字符"),
    ("at most {} characters", "至多 {} 个字符"),
    ("at most {} character", "至多 {} 个字符"),
    ("at least {} items", "至少 {} 项"),
    ("at least {} item", "至少 {} 项"),
    ("at most {} items", "至多 {} 项"),
    ("at most {} item", "至多 {} 项"),
    ("at most {} levels of nesting", "嵌套至多 {} 层"),
    ("at most {} calls in a second that others see", "每秒至多 {} 个他人可见的调用"),
    ("at least {}", "不小于 {}"),
    ("at most {}", "不大于 {}"),
    ("more than {}", "超过 {}"),
    ("one of {}", "以下之一：{}"),
    ("text that matches {}", "匹配 {} 的文本"),
    ("an item that is {}", "有一项为 {}"),
    ("what {} defines", "{} 所定义的内容"),
    ("words for who called {}", "给 {} 调用者看的说明文字"),
    ("an event with {}", "带有 {} 的事件"),
    ("another with the echo {}", "又一个 echo 为 {} 的响应"),
    ("a segment that names {}", "指向 {} 的消息段"),
    ("a segment that {} takes", "{} 接受的消息段"),
    ("each {} of the account", "该账号的每个 {}"),
    ("an action of {} (closest: {})", "{} 的动作（最接近的是 {}）"),
    ("an action of {}", "{} 的动作"),
    ("a parameter of {}", "{} 的参数"),
    ("an answer to {}", "{} 的响应"),
    ("none within {} s", "{} 秒内没有"),
    ("a failure with retcode {}", "失败，retcode 为 {}"),
    ("a heartbeat every {} ms", "每 {} 毫秒一次心跳"),
    ("the signature of the body in {}", "{} 中的正文签名"),
];

/// Phrases in which nothing stands but a figure.
const FIGURES: [(&str, &str); 7] = [
    ("{} characters", "{} 个字符"),
    ("{} character", "{} 个字符"),
    ("{} items", "{} 项"),
    ("{} again", "再次出现 {}"),
    ("{} others", "其他 {} 项"),
    ("{} that do", "符合 {} 种"),
    ("one after {} ms", "{} 毫秒后才有一次"),
];

impl Difference {
    /// A summary that also states where this is and what it is, for who reads nothing else.
    pub fn in_summary(&self, summary: &Text) -> Text {
        let Self { pointer, expected, found } = self;
        let space = if pointer.is_empty() { "" } else { " " };
        Text::both(
            format!("{}:{space}{pointer} expected {expected}, found {found}", summary.en),
            format!("{}：{pointer}{space}应为 {}，实际为 {}", summary.zh(), chinese(expected), chinese(found)),
        )
    }
}

/// What a phrase that states what should be there, or is, is in Chinese; a value as it is.
pub fn chinese(phrase: &str) -> Cow<'_, str> {
    if phrase.len() > LONGEST {
        return phrase.into();
    }
    if let Some(word) = word(phrase) {
        return word;
    }
    let figure = |value: &str| value.bytes().all(|byte| byte.is_ascii_digit());
    let of_figures = FIGURES.iter().find_map(|(en, zh)| {
        let values = values(phrase, en)?;
        values.iter().all(|value| figure(value)).then(|| filled(zh, &values))
    });
    let found = of_figures.or_else(|| PHRASES.iter().find_map(|(en, zh)| Some(filled(zh, &values(phrase, en)?))));
    found.map_or(phrase.into(), Into::into)
}

/// A word, or several of which one is meant.
fn word(phrase: &str) -> Option<Cow<'static, str>> {
    let of = |word: &str| WORDS.iter().find(|(en, _)| *en == word).map(|(_, zh)| *zh);
    if let Some(word) = of(phrase) {
        return Some(word.into());
    }
    let several: Option<Vec<&str>> = phrase.split(" or ").map(of).collect();
    several.map(|words| words.join(" 或 ").into())
}

/// What stands in a phrase where a template has `{}`.
fn values<'p>(phrase: &'p str, template: &str) -> Option<Vec<&'p str>> {
    let mut parts = template.split("{}");
    let mut rest = phrase.strip_prefix(parts.next()?)?;
    let mut values = Vec::new();
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        let at = if parts.peek().is_none() { rest.len().checked_sub(part.len())? } else { rest.find(part)? };
        let (value, behind) = rest.is_char_boundary(at).then(|| rest.split_at(at))?;
        rest = behind.strip_prefix(part)?;
        if value.is_empty() {
            return None;
        }
        values.push(value);
    }
    rest.is_empty().then_some(values)
}

fn filled(template: &str, values: &[&str]) -> String {
    let mut values = values.iter();
    let mut out = String::new();
    for (at, part) in template.split("{}").enumerate() {
        if at > 0
            && let Some(value) = values.next()
        {
            out.push_str(&word(value).unwrap_or_else(|| (*value).to_owned().into()));
        }
        out.push_str(part);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_put_into_chinese_and_values_stay() {
        for (en, zh) in [
            ("nothing", "空"),
            ("object or null", "对象 或 null"),
            ("18, as many as in the list", "18（与列表中的数量一致）"),
            ("10001, as in /sender/user_id", "10001（与 /sender/user_id 一致）"),
            ("at least 1 character", "至少 1 个字符"),
            ("at most 4294967295", "不大于 4294967295"),
            ("one of \"a\", \"b\"", "以下之一：\"a\", \"b\""),
            ("0 characters", "0 个字符"),
            ("\"lots of characters\"", "\"lots of characters\""),
            ("words for who called get_image", "给 get_image 调用者看的说明文字"),
            ("3 times the message that 10001 sent to 70001", "3 次由 10001 发给 70001 的消息"),
            ("an action of napcat (closest: `get_msg`)", "napcat 的动作（最接近的是 `get_msg`）"),
            ("TypeError: x is not a function", "TypeError: x is not a function"),
            ("", ""),
        ] {
            assert_eq!(chinese(en), zh, "{en}");
        }
    }

    #[test]
    fn a_summary_states_where_it_differs() {
        let summary = Text::both("`data` does not match the contract", "`data` 与契约不符");
        let of = |pointer: &str| {
            let (expected, found) = ("integer or null".to_owned(), "nothing".to_owned());
            Difference { pointer: pointer.to_owned(), expected, found }.in_summary(&summary)
        };
        let at = of("/data/level");
        assert_eq!(at.en, "`data` does not match the contract: /data/level expected integer or null, found nothing");
        assert_eq!(at.zh, "`data` 与契约不符：/data/level 应为 整数 或 null，实际为 空");
        assert_eq!(of("").zh, "`data` 与契约不符：应为 整数 或 null，实际为 空");
    }

    /// A template that stands behind one that takes all it could fit is of no use.
    #[test]
    fn every_template_is_reached() {
        for (en, zh) in PHRASES {
            let values: Vec<String> = (1..=en.matches("{}").count()).map(|at| format!("v{at}")).collect();
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            assert_eq!(en.matches("{}").count(), zh.matches("{}").count(), "{en}");
            assert_eq!(chinese(&filled(en, &values)), filled(zh, &values), "{en}");
        }
    }
}
