//! The words of reports in both languages, for every form.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use crate::chinese::chinese;
use crate::group::Group;
use crate::record::{Level, Text, Verdict};
use crate::summary::State;

/// A language of reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Simplified Chinese.
    Zh,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::En, Self::Zh];

    /// Its name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh",
        }
    }

    /// The language that a locale such as `zh_CN.UTF-8` asks for.
    pub fn of_locale(locale: &str) -> Self {
        if locale.starts_with("zh") { Self::Zh } else { Self::En }
    }

    /// One of two texts.
    pub fn pick<'a>(self, en: &'a str, zh: &'a str) -> &'a str {
        match self {
            Self::En => en,
            Self::Zh => zh,
        }
    }

    /// A sentence in this language.
    pub fn of(self, text: &Text) -> &str {
        self.pick(&text.en, text.zh())
    }

    /// What a difference states of one side, in this language.
    pub(crate) fn side(self, phrase: &str) -> Cow<'_, str> {
        match self {
            Self::En => phrase.into(),
            Self::Zh => chinese(phrase),
        }
    }

    /// A word in this language.
    pub(crate) fn word(self, word: Word) -> &'static str {
        self.pick(word.0, word.1)
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A language that reports do not speak.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown language `{0}`, expected en or zh")]
pub struct UnknownLanguage(pub String);

impl FromStr for Language {
    type Err = UnknownLanguage;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|one| one.as_str() == name).ok_or_else(|| UnknownLanguage(name.to_owned()))
    }
}

/// A word in English and in Chinese.
pub(crate) type Word = (&'static str, &'static str);

/// The word for a verdict.
pub(crate) fn verdict(verdict: Verdict) -> Word {
    let zh = match verdict {
        Verdict::Pass => "通过",
        Verdict::Fail => "失败",
        Verdict::Warn => "警告",
        Verdict::Skip => "跳过",
        Verdict::Untestable => "无法检查",
        Verdict::Error => "出错",
    };
    (verdict.as_str(), zh)
}

/// The word that stands beside a check.
pub(crate) fn standing(group: Group) -> Word {
    match group {
        Group::Failed => verdict(Verdict::Fail),
        Group::Stale => ("stale waiver", "豁免过期"),
        Group::Defect => ("error", "出错"),
        Group::Warned => verdict(Verdict::Warn),
        Group::Untestable => verdict(Verdict::Untestable),
        Group::Waived => ("expected", "预期之内"),
        Group::Noted => ("noted", "备注"),
        Group::Skipped => verdict(Verdict::Skip),
        Group::Passed => verdict(Verdict::Pass),
    }
}

/// The sign that stands beside the word.
pub(crate) fn sign(group: Group) -> &'static str {
    match group {
        Group::Failed | Group::Stale => "✕",
        Group::Defect => "!",
        Group::Warned => "▲",
        Group::Untestable => "?",
        Group::Waived => "~",
        Group::Noted => "i",
        Group::Skipped => "-",
        Group::Passed => "✓",
    }
}

/// The heading over a group of checks.
pub(crate) fn heading(group: Group) -> Word {
    match group {
        Group::Failed => ("Failures", "失败"),
        Group::Stale => ("Stale waivers", "过期的豁免"),
        Group::Defect => ("Errors of botspec", "botspec 自身的错误"),
        Group::Warned => ("Warnings", "警告"),
        Group::Untestable => ("Not testable", "无法检查"),
        Group::Waived => ("Expected by a waiver", "豁免中的已知问题"),
        Group::Noted => ("Worth knowing", "值得注意"),
        Group::Skipped => ("Not run", "没有运行"),
        Group::Passed => ("Passed", "通过"),
    }
}

/// One line under that heading which states what belongs there.
pub(crate) fn note(group: Group) -> Word {
    match group {
        Group::Failed => ("The target breaks a MUST.", "被测实现违反了“必须”级别的要求。"),
        Group::Stale => (
            "A waiver expects these to fail, and they pass. Remove the waiver.",
            "豁免里写着会失败，实际却通过了。请删掉对应的豁免。",
        ),
        Group::Defect => (
            "botspec failed here, not the target. Please report it.",
            "这里出错的是 botspec，与被测实现无关。请反馈给我们。",
        ),
        Group::Warned => ("The target breaks a SHOULD.", "被测实现违反了“应该”级别的要求。"),
        Group::Untestable => (
            "A prerequisite is missing or failed, so these have no result.",
            "缺少前提条件，或前提条件没有成立，因此这些检查没有结论。",
        ),
        Group::Waived => ("Known to fail. They do not count as conformant.", "已知会失败。这些问题仍然算作不符合。"),
        Group::Noted => ("Allowed, but clients may not expect it.", "允许这样做，但可能出乎客户端的意料。"),
        Group::Skipped => (
            "Not selected, not allowed in this run, or in need of what only an effect that is not allowed would make. The judged share leaves these out.",
            "本次没有选择、没有允许，或所需的对象只能由未允许的操作生成；判定比例不含这些检查。",
        ),
        Group::Passed => ("The target does what is required.", "符合要求。"),
    }
}

/// The word for how a requirement stands.
pub(crate) fn state(state: State) -> Word {
    match state {
        State::Met => ("met", "满足"),
        State::Broken => ("broken", "违反"),
        State::Partial => ("partly tested", "部分检查"),
        State::NotRun => ("not tested", "没有检查"),
    }
}

/// A level: a word of RFC 2119, with what it means.
pub(crate) fn level(level: Level) -> Word {
    let meaning = match level {
        Level::Must => "必须",
        Level::Should => "应该",
        Level::May => "可以",
    };
    (level.as_str(), meaning)
}

/// The words before the parts of a finding.
pub(crate) mod label {
    use super::Word;

    pub(crate) const EXPECTED: Word = ("expected", "应为");
    pub(crate) const FOUND: Word = ("found", "实际");
    pub(crate) const AT: Word = ("at", "位置");
    pub(crate) const REQUIRED: Word = ("required", "要求");
    pub(crate) const SOURCE: Word = ("source", "出处");
    pub(crate) const REQUEST: Word = ("request", "请求");
    pub(crate) const RESPONSE: Word = ("response", "响应");
    pub(crate) const SEEN_IN: Word = ("seen in", "出现于");
    pub(crate) const WAIVER: Word = ("waiver", "豁免");
    pub(crate) const REPRODUCE: Word = ("reproduce", "复现");
    pub(crate) const RESTORE: Word = ("restore", "恢复");
    pub(crate) const AFTER: Word = ("after", "之后");
    pub(crate) const REPORT: Word = ("report", "报告");
    pub(crate) const SKIPPED: Word = ("skipped", "跳过");
    pub(crate) const UNTESTABLE: Word = ("untestable", "无法检查");
}
