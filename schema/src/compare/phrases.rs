//! The words around the differences, in both languages, and the sentences of each contract.

use super::Language;
use super::entry::{Change, Comparison, Entry, Level};
use super::outline::Block;
use super::sentence::Template;
use super::subject::Subject;
use crate::model::Text;

/// A sentence, perhaps about several fields.
pub(super) struct Line {
    /// The part of the contract, in a word; empty where there is only one.
    pub(super) part: &'static str,
    pub(super) sentence: String,
}

/// What entries of a block state in the same way.
struct Told<'a> {
    part: &'static str,
    template: &'a Template,
    forms: Vec<(&'a str, &'a str)>,
    labels: Vec<&'a str>,
    entry: &'a Entry,
}

impl Told<'_> {
    /// Whether the other one only adds a form in which the same fields are.
    fn takes_form_of(&self, other: &Self) -> bool {
        let tags = (self.forms.first(), other.forms.first());
        self.part == other.part
            && self.template == other.template
            && self.labels == other.labels
            && matches!(tags, (Some((tag, _)), Some((other, _))) if tag == other)
    }
}

impl Phrases<'_> {
    /// The sentences of a block: what is stated in the same way of several fields is stated once.
    pub(super) fn lines(&self, block: &Block<'_>) -> Vec<Line> {
        // Fields in the same form together, and then forms with the same fields.
        let mut by_form: Vec<Told<'_>> = Vec::new();
        for entry in &block.entries {
            let (part, template) = (self.part(entry), entry.sentence.template(self.language));
            let forms: Vec<(&str, &str)> = entry.sentence.forms();
            let label = entry.sentence.label(self.language);
            let same = |told: &&mut Told<'_>| told.part == part && told.template == template && told.forms == forms;
            if let Some(told) = by_form.iter_mut().find(same) {
                told.labels.push(label);
            } else {
                by_form.push(Told { part, template, forms, labels: vec![label], entry });
            }
        }
        let mut told: Vec<Told<'_>> = Vec::new();
        for one in by_form {
            match told.iter_mut().find(|known| known.takes_form_of(&one)) {
                Some(known) => known.forms.extend(one.forms),
                None => told.push(one),
            }
        }
        // What is reported of the call comes before what is reported of its answer.
        told.sort_by_key(|one| one.entry.is_of_answer());
        let sentence = |one: &Told<'_>| one.entry.sentence.with(self.language, &one.labels, &one.forms);
        told.iter().map(|one| Line { part: one.part, sentence: sentence(one) }).collect()
    }
}

/// The words of both languages that every form uses.
pub(super) struct Phrases<'a> {
    pub(super) comparison: &'a Comparison,
    pub(super) language: Language,
}

impl<'a> Phrases<'a> {
    /// A text in the language.
    pub(super) fn text(&self, text: &'a Text) -> &'a str {
        self.pick(&text.en, &text.zh)
    }

    pub(super) fn pick<'t>(&self, en: &'t str, zh: &'t str) -> &'t str {
        match self.language {
            Language::En => en,
            Language::Zh => zh,
        }
    }

    /// `NapCat 4.18.19 → LLOneBot 8.1.7`.
    pub(super) fn title(&self) -> String {
        let Comparison { from, to, .. } = self.comparison;
        let side = |about: &'a super::About| format!("{} {}", self.text(&about.title), about.protocol_version);
        format!("{} → {}", side(from), side(to))
    }

    /// One sentence on what the level means, and how much of it there is.
    pub(super) fn level(&self, level: Level) -> &'static str {
        let (en, zh) = match level {
            Level::Breaks => ("Your code breaks", "代码会出错"),
            Level::Misses => ("Your code misses something", "功能会缺失"),
            Level::New => ("New", "新增"),
            Level::Note => ("For information", "仅供参考"),
        };
        self.pick(en, zh)
    }

    /// What the level means, in a sentence.
    pub(super) fn meaning(&self, level: Level) -> &'static str {
        let (en, zh) = match level {
            Level::Breaks => ("These calls fail, or mean something else.", "这些调用会失败，或者含义有变。"),
            Level::Misses => (
                "The code goes on working, but gets less or asks for what is not done.",
                "代码照常运行，但拿到的内容变少，或者请求的事没有发生。",
            ),
            Level::New => ("Nothing has to be changed for these.", "这些内容无需改动代码。"),
            Level::Note => ("Hardly any code notices.", "一般代码不受影响。"),
        };
        self.pick(en, zh)
    }

    /// The heading over a kind.
    pub(super) fn kind(&self, kind: Subject) -> &'static str {
        let (en, zh) = match kind {
            Subject::Dialect => ("Connection", "连接"),
            Subject::Action => ("Actions", "动作"),
            Subject::Segment => ("Segments", "消息段"),
            Subject::Event => ("Events", "事件"),
            Subject::Type => ("Types", "类型"),
        };
        self.pick(en, zh)
    }

    /// The heading over a list of whole contracts.
    pub(super) fn list(&self, kind: Subject, change: Change) -> String {
        let to = self.text(&self.comparison.to.title);
        match (self.language, change, kind) {
            (Language::En, Change::Renamed, _) => format!("{} with another name", self.kind(kind)),
            (Language::Zh, Change::Renamed, _) => format!("名称不同的{}", self.kind(kind)),
            (Language::En, Change::Missing, Subject::Event) => format!("Events that {to} does not send"),
            (Language::En, Change::Missing, _) => format!("{} that {to} does not have", self.kind(kind)),
            (Language::En, _, Subject::Event) => format!("Events that only {to} sends"),
            (Language::En, ..) => format!("{} that only {to} has", self.kind(kind)),
            (Language::Zh, Change::Missing, Subject::Event) => format!("{to} 不会上报的事件"),
            (Language::Zh, Change::Missing, _) => format!("{to} 没有的{}", self.kind(kind)),
            (Language::Zh, _, Subject::Event) => format!("{to} 独有的事件"),
            (Language::Zh, ..) => format!("{to} 独有的{}", self.kind(kind)),
        }
    }

    /// What stands behind the name of a contract in a list.
    pub(super) fn behind(&self, entry: &Entry) -> &'static str {
        if entry.documented { self.pick(" (documented only)", "（仅见于文档）") } else { "" }
    }

    /// What a block is about: the names of contracts, or what part of a connection it is.
    pub(super) fn names<'b>(&self, block: &'b Block<'_>) -> Vec<&'b str> {
        if block.entries.first().is_none_or(|entry| entry.kind != Subject::Dialect) {
            return block.names.clone();
        }
        let area = |name: &'b str| match name {
            "envelope" => self.pick("Envelope", "响应外层"),
            "calls" => self.pick("Calls", "调用"),
            "messages" => self.pick("Messages", "消息"),
            "auth" => self.pick("Token", "鉴权"),
            "failures" => self.pick("Failures", "失败"),
            "http" => "HTTP",
            "ws" => "WebSocket",
            "reverse_ws" => self.pick("Reverse WebSocket", "反向 WebSocket"),
            "webhook" => self.pick("Webhook", "HTTP 上报（Webhook）"),
            "sse" => "SSE",
            other => other,
        };
        block.names.iter().map(|name| area(name)).collect()
    }

    /// The part of a contract that an entry is about, in a word; empty where there is only one.
    pub(super) fn part(&self, entry: &Entry) -> &'static str {
        let part = entry.pointer.split('/').nth(1).unwrap_or_default();
        let (en, zh) = match (entry.kind, part) {
            (Subject::Action, "params") => ("params", "参数"),
            (Subject::Action, "result") => ("result", "返回"),
            (Subject::Segment, "send") => ("send", "发送"),
            (Subject::Segment, "receive") => ("receive", "接收"),
            (Subject::Event, "quick_operation") => ("quick", "快速操作"),
            _ => ("", ""),
        };
        self.pick(en, zh)
    }

    /// How many there are of each level.
    pub(super) fn summary(&self) -> String {
        let counts = self.comparison.counts;
        if self.comparison.entries.is_empty() {
            return self.pick("Nothing differs.", "没有差异。").to_owned();
        }
        let parts: Vec<String> = Level::ALL
            .into_iter()
            .filter(|level| counts.get(*level) > 0)
            .map(|level| {
                let count = counts.get(level);
                let verb = |one, many| if count == 1 { one } else { many };
                match (self.language, level) {
                    (Language::En, Level::Breaks) => format!("{count} {} your code", verb("breaks", "break")),
                    (Language::En, Level::Misses) => format!("{count} {} something away", verb("takes", "take")),
                    (Language::En, Level::New) => format!("{count} {} new", verb("is", "are")),
                    (Language::En, Level::Note) => format!("{count} {} for information", verb("is", "are")),
                    (Language::Zh, Level::Breaks) => format!("{count} 处会使代码出错"),
                    (Language::Zh, Level::Misses) => format!("{count} 处功能缺失"),
                    (Language::Zh, Level::New) => format!("{count} 处新增"),
                    (Language::Zh, Level::Note) => format!("{count} 处仅供参考"),
                }
            })
            .collect();
        let (start, end, comma) = match self.language {
            Language::En => ("Differences: ", ".", ", "),
            Language::Zh => ("差异：", "。", "，"),
        };
        format!("{start}{}{end}", parts.join(comma))
    }

    /// Where a shared type is used.
    pub(super) fn used_by(&self, entry: &Entry) -> Option<String> {
        let names: Vec<&str> = entry.used_by.iter().map(|place| place.name.as_str()).collect();
        let words = self.pick("used by ", "用于 ");
        (!names.is_empty()).then(|| format!("{words}{}", names.join(self.pick(", ", "、"))))
    }
}
